/** Option values as the command reads them: one grammar for numbers everywhere, and one line that says what was expected. */
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { decimal, wholeNumber } from "../instance/decimal.ts"
import { suggestion } from "../instance/nearest-name.ts"

/** What the flags and arguments of a command are parsed to. */
export type Parsed<Config extends Command.Command.Config> = Command.Command.Config.Infer<Config>

/** Of the options of a call those that it has, by the names that they have here. */
export const chosen = <A extends Readonly<Record<string, Option.Option<unknown>>>>(
  options: A
): { readonly [K in keyof A]?: Option.Option.Value<A[K]> } =>
  Object.fromEntries(
    Object.entries(options).flatMap(([name, option]) => (Option.isSome(option) ? [[name, option.value]] : []))
  ) as never

class Refused extends Error {}

const parsed = <A>(
  name: string,
  meaning: string,
  metavar: string,
  parse: (text: string) => A
): Flag.Flag<Option.Option<A>> =>
  Flag.String(name).pipe(
    Flag.withMetavar(metavar),
    Flag.withDescription(meaning),
    Flag.mapTryCatch(parse, (thrown) => {
      if (thrown instanceof Refused) return thrown.message
      throw thrown
    }),
    Flag.optional
  )

/** An optional number in (above, …) or [least, …], up to `most` or below `below`. */
export const numberFlag = (
  name: string,
  meaning: string,
  range: { readonly above?: number; readonly least?: number; readonly below?: number; readonly most?: number }
): Flag.Flag<Option.Option<number>> => {
  const { above = -Infinity, least = -Infinity, below = Infinity, most = Infinity } = range
  const limits = [
    ...(above > -Infinity ? [`> ${above}`] : []),
    ...(least > -Infinity ? [`>= ${least}`] : []),
    ...(below < Infinity ? [`< ${below}`] : []),
    ...(most < Infinity ? [`<= ${most}`] : [])
  ]
  const expectation = `a number ${limits.join(" and ")}`
  return parsed(name, meaning, "number", (text) => {
    const value = decimal(text)
    if (value === undefined || !(value > above && value >= least && value < below && value <= most))
      throw new Refused(`${expectation}${Math.abs(Number(text)) === Infinity ? ", at most 1.8e308" : ""}`)
    return value
  })
}

/** An optional whole number in [least, most]. */
export const integerFlag = (
  name: string,
  meaning: string,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER
): Flag.Flag<Option.Option<number>> =>
  parsed(name, meaning, "integer", (text) => {
    const value = wholeNumber(text)
    if (value === undefined || value < BigInt(least) || value > BigInt(most))
      throw new Refused(`an integer in [${least}, ${most === Number.MAX_SAFE_INTEGER ? "2^53)" : `${most}]`}`)
    return Number(value)
  })

/** An optional count of any size. */
export const countFlag = (name: string, meaning: string): Flag.Flag<Option.Option<bigint>> =>
  parsed(name, meaning, "count", (text) => {
    const value = wholeNumber(text)
    if (value === undefined) throw new Refused("a whole number >= 0")
    return value
  })

/** To the library a choice is text: what it may be, by the name and meaning of its flag. */
const CHOICES = new Map<string, ReadonlyArray<string>>()

/** The words that a flag of {@link choiceFlag} takes; undefined of any other. */
export const choicesOf = (name: string, meaning: string): ReadonlyArray<string> | undefined =>
  CHOICES.get(`${name}\n${meaning}`)

/** One of a few words. */
export const choiceFlag = <const Choice extends string>(
  name: string,
  meaning: string,
  choices: ReadonlyArray<Choice>
): Flag.Flag<Option.Option<Choice>> => {
  CHOICES.set(`${name}\n${meaning}`, choices)
  return parsed(name, meaning, choices.join("|"), (text) => {
    const choice = choices.find((one) => one === text)
    if (choice === undefined) throw new Refused(`one of ${choices.join(", ")}${suggestion(text, choices)}`)
    return choice
  })
}

/** Free text, but some: an empty one is a variable that was not set. */
export const textFlag = (name: string, meaning: string, metavar: string): Flag.Flag<Option.Option<string>> =>
  parsed(name, meaning, metavar, (text) => {
    if (text === "") throw new Refused("a text that is not empty")
    return text
  })

/** A flag that has a value where the call gives none; its help says which. @param flag one of those above @returns the same, of the same arguments */
export const usually =
  <A extends string | number, More extends ReadonlyArray<unknown>>(
    value: A,
    flag: (name: string, meaning: string, ...more: More) => Flag.Flag<Option.Option<A>>
  ) =>
  (name: string, meaning: string, ...more: More): Flag.Flag<A> => {
    const shown = typeof value === "number" ? (value < 1e-3 ? value.toExponential() : value) : value
    const said = String(shown).includes(" ") ? JSON.stringify(shown) : shown
    return Flag.map(flag(name, `${meaning}. Default ${said}`, ...more), (option) =>
      Option.getOrElse(option, () => value)
    )
  }

/** Whether something is asked for; by default it is not. */
export const switchFlag = (name: string, meaning: string): Flag.Flag<boolean> =>
  Flag.Boolean(name).pipe(Flag.withDescription(meaning), Flag.withDefault(false))

/** Whether what stays undecided fails. */
export const strictFlag = switchFlag("strict", "End with 1 where anything stays undecided, for whatever reason")

/** An option of a grammar of its own: what `parse` does not know is refused with what was expected. */
export const optionFlag = <A>(
  name: string,
  meaning: string,
  metavar: string,
  expectation: string,
  parse: (text: string) => A | undefined
): Flag.Flag<Option.Option<A>> =>
  parsed(name, meaning, metavar, (text) => {
    const value = parse(text)
    if (value === undefined) throw new Refused(expectation)
    return value
  })
