/**
 * Formulas of cost bounds, as people write them: `40*d*R/eps`, `3*C_cov*log(d/delta)^2`. Numbers, names, + − * / ^, parentheses and a few functions; no more, so that
 * a bound can be carried in a record as text and read by anyone.
 *
 * Grammar (recursive descent; ^ binds tightest and to the right, a sign binds like a factor, so −2^2 = −4):
 *
 *     sum := product (("+" | "-") product)*        product := signed (("*" | "/") signed)*
 *     signed := ("+" | "-") signed | power         power := atom ("^" signed)?
 *     atom := number | name | name "(" sum ("," sum)* ")" | "(" sum ")"
 */
import * as Data from "effect/Data"
import { suggestion } from "../instance/nearest-name.ts"

/** What a formula may name: d, β, ε, δ, R, B, C_cov, C_cond, H (framework.md, t8-mtss.md). */
export const FORMULA_NAMES = ["d", "beta", "eps", "delta", "R", "B", "C_cov", "C_cond", "H"] as const
/** A name that a formula may have. */
export type FormulaName = (typeof FORMULA_NAMES)[number]

/** Values of the names; those that an instance does not have are absent. */
export type FormulaValues = { readonly [Name in FormulaName]?: number }

/** A formula that could not be read. One line: what stands where, and what was expected. */
export class InvalidFormula extends Data.TaggedError("InvalidFormula")<{
  readonly text: string
  /** 1-based column. */
  readonly column: number
  readonly found: string
  readonly expectation: string
}> {
  override get message(): string {
    return `"${this.text}", column ${this.column}: ${this.found}, expected ${this.expectation}`
  }
}

/** A formula that {@link parseFormula} read. */
export interface Formula<Name extends string = FormulaName> {
  readonly text: string
  /** Names it mentions, each once. */
  readonly names: ReadonlyArray<Name>
  /** Its value in float64; NaN where a name it mentions has none. */
  readonly value: (values: { readonly [N in Name]?: number }) => number
}

type Term = (values: Readonly<Record<string, number | undefined>>) => number

/** Functions: how many arguments at least and at most, and what they do. */
const FUNCTIONS: Readonly<Record<string, readonly [number, number, (...x: ReadonlyArray<number>) => number]>> = {
  log: [1, 1, Math.log],
  exp: [1, 1, Math.exp],
  sqrt: [1, 1, Math.sqrt],
  ceil: [1, 1, Math.ceil],
  min: [1, Infinity, Math.min],
  max: [1, Infinity, Math.max]
}

type Operators = Readonly<Record<string, (a: number, b: number) => number>>

const minus = (a: number, b: number): number => a - b
const times = (a: number, b: number): number => a * b
const SUMS: Operators = { "+": (a, b) => a + b, "-": minus, "−": minus }
const PRODUCTS: Operators = { "*": times, "·": times, "/": (a, b) => a / b }

const TOKEN = /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(\*\*|[-+*/^(),−·]))/y

/** Longest formula read, and deepest nesting: a person's formula stays far below both. */
const LONGEST = 1000
const DEEPEST = 50

interface Token {
  readonly kind: "number" | "name" | "sign" | "end"
  readonly text: string
  readonly column: number
}

const tokens = (text: string): ReadonlyArray<Token> => {
  if (text.length > LONGEST)
    throw new InvalidFormula({
      text: `${text.slice(0, 40)}…`,
      column: LONGEST,
      found: `${text.length} characters`,
      expectation: `at most ${LONGEST}`
    })
  const out: Array<Token> = []
  const end = text.trimEnd().length
  for (let at = 0; at < end;) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(text)
    if (match === null) {
      const column = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0)
      throw new InvalidFormula({
        text,
        column: column + 1,
        found: `"${text[column]}"`,
        expectation: "a number, a name, + - * / ^ or parentheses"
      })
    }
    const [whole, number, name, sign] = match
    const word = number ?? name ?? sign
    const column = at + whole.length - word.length + 1
    out.push({ kind: number !== undefined ? "number" : name !== undefined ? "name" : "sign", text: word, column })
    at += whole.length
  }
  out.push({ kind: "end", text: "the end", column: end + 1 })
  return out
}

/**
 * Reads a formula of a cost bound: numbers, names (d, beta, eps, delta, R, B, C_cov, C_cond, H), + − * / ^, parentheses, and log, exp, sqrt, ceil, min, max. ^ binds tightest
 * and to the right; a sign binds like a factor. At most 1,000 characters.
 *
 * @throws InvalidFormula naming the column, what stands there, and what was expected
 *
 * @example
 * ```ts
 * import { parseFormula } from "coverbound"
 *
 * const bound = parseFormula("3*C_cov*log(d/delta)^2")
 * console.log(bound.names.join(), bound.value({ C_cov: 100, d: 2, delta: 0.1 }).toFixed(0)) // => C_cov,d,delta 2692
 * ```
 */
export const parseFormula = (text: string): Formula => parse(text, FORMULA_NAMES)

/** The same grammar with any names: of sizes and coefficients. @throws InvalidFormula as {@link parseFormula} */
export const parseFreeFormula = (text: string): Formula<string> => parse(text, undefined)

/** @param known the names that a formula may have; undefined: any */
const parse = <Name extends string>(text: string, known: ReadonlyArray<Name> | undefined): Formula<Name> => {
  const all = tokens(text)
  const names = new Set<Name>()
  let at = 0
  let depth = 0

  const refuse = (expectation: string, { column, kind, text: found }: Token = all[at]): never => {
    throw new InvalidFormula({ text, column, found: kind === "end" ? found : `"${found}"`, expectation })
  }
  const takes = (...signs: ReadonlyArray<string>): boolean => {
    const { kind, text: sign } = all[at]
    if (kind !== "sign" || !signs.includes(sign)) return false
    at++
    return true
  }
  const close = (): void => {
    if (!takes(")")) refuse("an operator or )")
  }

  /** Operands with operators of one rank between them, from the left. */
  const joined = (operand: () => Term, operators: Operators): Term => {
    let left = operand()
    for (;;) {
      const { kind, text: sign } = all[at]
      if (kind !== "sign" || !Object.hasOwn(operators, sign)) return left
      at++
      const [before, apply, right] = [left, operators[sign], operand()]
      left = (v) => apply(before(v), right(v))
    }
  }
  const sum = (): Term => {
    if (++depth > DEEPEST) refuse(`at most ${DEEPEST} levels of nesting`)
    const term = joined(product, SUMS)
    depth--
    return term
  }
  const product = (): Term => joined(signed, PRODUCTS)
  const signed = (): Term => {
    if (++depth > DEEPEST) refuse(`at most ${DEEPEST} levels of nesting`)
    const term = takes("-", "−") ? negative(signed()) : takes("+") ? signed() : power()
    depth--
    return term
  }
  const negative =
    (term: Term): Term =>
    (v) =>
      -term(v)
  const power = (): Term => {
    const base = atom()
    if (!takes("^", "**")) return base
    const exponent = signed()
    return (v) => base(v) ** exponent(v)
  }
  const atom = (): Term => {
    const token = all[at]
    if (token.kind === "number") {
      at++
      const value = Number(token.text)
      return () => value
    }
    if (takes("(")) {
      const inside = sum()
      close()
      return inside
    }
    if (token.kind !== "name") return refuse("a number, a name or (")
    at++
    return takes("(") ? call(token) : variable(token)
  }
  const call = (token: Token): Term => {
    const functions = Object.keys(FUNCTIONS)
    if (!Object.hasOwn(FUNCTIONS, token.text))
      return refuse(`one of ${functions.join(", ")}${suggestion(token.text, functions)}`, token)
    const [least, most, apply] = FUNCTIONS[token.text]
    const given = [sum()]
    while (takes(",")) given.push(sum())
    close()
    if (given.length < least || given.length > most) return refuse(`${least} argument in ${token.text}(…)`, token)
    return (v) => apply(...given.map((one) => one(v)))
  }
  const variable = (token: Token): Term => {
    const name = known === undefined ? (token.text as Name) : known.find((one) => one === token.text)
    if (name === undefined) return refuse(`one of ${known!.join(", ")}${suggestion(token.text, known!)}`, token)
    names.add(name)
    return (v) => v[name] ?? NaN
  }

  const term = sum()
  if (all[at].kind !== "end") refuse("an operator or the end")
  return { text, names: [...names], value: term }
}
