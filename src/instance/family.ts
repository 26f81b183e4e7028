/**
 * Families of instances, and the SPEC that names one member: `rare-good:C=1e6,d=4`.
 *
 * A family is a value: its options with ranges and defaults, and how to make an instance of them. The resolver takes the list of
 * families it may use, so a room that `instance/` does not know adds its family by one line where the list is put together.
 */
import { decimal } from "./decimal.ts"
import type { Instance } from "./instance.ts"
import { refuse as refuseInstance, shown } from "./invalid-instance.ts"
import { suggestion } from "./nearest-name.ts"

export type OptionValue = number | string
/** Values of a family's options. */
export type OptionValues = Readonly<Record<string, OptionValue>>

/** A number in [minimum, maximum], or (minimum, maximum] where `above` is set. */
export interface NumberOption {
  readonly kind: "number"
  readonly meaning: string
  readonly minimum: number
  readonly maximum: number
  readonly above?: true
  readonly integer?: true
  /** A value, or one computed from the number options that are given or whose default is a value. */
  readonly default: number | ((chosen: Readonly<Record<string, number>>) => number)
}

export interface ChoiceOption {
  readonly kind: "choice"
  readonly meaning: string
  readonly choices: readonly [string, ...ReadonlyArray<string>]
  readonly default: string
}

export type FamilyOption = NumberOption | ChoiceOption
/** The options of a family by name. */
export type FamilyOptions = Readonly<Record<string, FamilyOption>>

/** What `make` receives for the options O. */
export type ValuesOf<O extends FamilyOptions> = {
  readonly [K in keyof O]: O[K] extends { readonly choices: ReadonlyArray<infer C> } ? C : number
}

/** A family of instances: its options with ranges and defaults, and how to make a member. */
export interface Family {
  readonly name: string
  /** One line for people. */
  readonly summary: string
  readonly options: FamilyOptions
  /** @param spec canonical SPEC of these values, to be kept in `Instance.spec`. @throws InvalidInstance */
  readonly make: (values: OptionValues, spec: string) => Instance
}

/**
 * Defines a family of instances; `make` sees its options typed, checked against their ranges, with defaults filled in.
 *
 * @example
 * ```ts
 * import { family, finiteInstance, instantiate, rareGood } from "coverbound/instance"
 *
 * const easy = family({
 *   name: "easy",
 *   summary: "a good response that is not rare",
 *   options: { C: { kind: "number", meaning: "coverage, about", minimum: 1, above: true, maximum: 10, default: 4 } },
 *   make: ({ C }, spec) => finiteInstance(rareGood({ C, d: 1 }), spec)
 * })
 * console.log(instantiate(easy, { C: 5 }).spec) // => easy:C=5
 * ```
 */
export const family = <const O extends FamilyOptions>(definition: {
  readonly name: string
  readonly summary: string
  readonly options: O
  readonly make: (values: ValuesOf<O>, spec: string) => Instance
}): Family => ({ ...definition, make: (values, spec) => definition.make(values as ValuesOf<O>, spec) })

const refuse = (value: string, expectation: string): never => refuseInstance("instance", value, expectation)

/** Throws that a family's option has a value that its range allows but its other options do not. */
export const refuseOption = (name: string, option: string, value: OptionValue, expectation: string): never =>
  refuse(`${name}:${option}=${value}`, `${option} to be ${expectation}`)

/** A number option's range in words. */
export const describeRange = (option: NumberOption): string =>
  `${option.integer ? "an integer" : "a number"} in ${option.above ? "(" : "["}${option.minimum}, ${option.maximum}]`

const checkOption = (of: Family, name: string, value: OptionValue): void => {
  const option = of.options[name]
  const said = `${of.name}:${name}=${value}`
  if (option.kind === "choice") {
    if (!option.choices.includes(String(value))) {
      refuse(said, `${name} to be one of ${option.choices.join(", ")}${suggestion(String(value), option.choices)}`)
    }
    return
  }
  const inRange =
    typeof value === "number" &&
    value <= option.maximum &&
    (option.above ? value > option.minimum : value >= option.minimum) &&
    (!option.integer || Number.isInteger(value))
  if (!inRange) refuse(said, `${name} to be ${describeRange(option)}`)
}

/** All options with defaults filled in, names sorted, each checked. */
export const settledOptions = (of: Family, given: OptionValues): OptionValues => {
  const names = Object.keys(of.options).sort()
  for (const name of Object.keys(given)) {
    if (!names.includes(name))
      refuse(shown(`${of.name}:${name}`), `an option of ${of.name} (${names.join(", ")})${suggestion(name, names)}`)
    checkOption(of, name, given[name])
  }
  const settled = (name: string): FamilyOption["default"] =>
    Object.hasOwn(given, name) ? given[name] : of.options[name].default
  const chosen: Record<string, number> = {}
  for (const name of names) {
    const value = settled(name)
    if (typeof value === "number") chosen[name] = value
  }
  const values: Record<string, OptionValue> = {}
  for (const name of names) {
    const value = settled(name)
    values[name] = typeof value === "function" ? value(chosen) : value
    checkOption(of, name, values[name])
  }
  return values
}

/** The canonical SPEC: options sorted by name, defaults written out, numbers in their shortest form. */
export const canonicalSpec = (name: string, values: OptionValues): string => {
  const options = Object.keys(values)
    .sort()
    .map((option) => `${option}=${values[option]}`)
  return options.length === 0 ? name : `${name}:${options.join(",")}`
}

/** The member of a family with these options, the others at their defaults. @throws InvalidInstance */
export const instantiate = (of: Family, options: OptionValues = {}): Instance => {
  const values = settledOptions(of, options)
  return of.make(values, canonicalSpec(of.name, values))
}

export interface ParsedSpec {
  readonly family: Family
  /** Every option of the family, checked. */
  readonly values: OptionValues
  readonly canonical: string
}

const parseOptions = (of: Family, text: string): OptionValues => {
  const given: Record<string, OptionValue> = {}
  for (const part of text.split(",")) {
    const [name, value, ...rest] = part.split("=").map((piece) => piece.trim())
    if (value === undefined || value === "" || name === "" || rest.length > 0)
      refuse(shown(part), `an option written name=value (as in ${of.name}:seed=1)`)
    if (Object.hasOwn(given, name)) refuse(shown(part), `${name} only once`)
    const option = Object.hasOwn(of.options, name) ? of.options[name] : undefined
    const number = option?.kind === "number" ? decimal(value) : undefined
    if (option?.kind === "number" && number === undefined)
      refuse(shown(`${of.name}:${name}=${value}`), `${name} to be ${describeRange(option)}`)
    Object.defineProperty(given, name, { value: number ?? value, enumerable: true })
  }
  return given
}

/** Reads `family` or `family:option=value,…`. @throws InvalidInstance with field `instance` */
export const parseSpec = (text: string, families: ReadonlyArray<Family>): ParsedSpec => {
  const colon = text.indexOf(":")
  const name = (colon < 0 ? text : text.slice(0, colon)).trim()
  const found = families.find((one) => one.name === name)
  if (found === undefined) {
    const names = families.map((one) => one.name).sort()
    return refuse(
      shown(name),
      `one of ${names.join(", ")}, or a path ending in .json or .cbi${suggestion(name, names)}`
    )
  }
  const values = settledOptions(found, colon < 0 ? {} : parseOptions(found, text.slice(colon + 1)))
  return { family: found, values, canonical: canonicalSpec(name, values) }
}

/** True when an argument names a file, in JSON (`.json`) or the binary form (`.cbi`), rather than a family. */
export const isFilePath = (text: string): boolean =>
  /\.(json|cbi)$/i.test(text) || (/[/\\]/.test(text) && !text.includes("="))
