/** What an algorithm says of itself, held to what this suite knows: its oracle, its claims, its formulas. JavaScript keeps no promise of a type. */
import * as Schema from "effect/Schema"
import type { AnyAlgorithm } from "../../algorithm/algorithm.ts"
import { algorithms } from "../../algorithm/registry.ts"
import { oneLine } from "../../audit/outcome.ts"
import type { AlgorithmDescription } from "../../audit/runner.ts"
import type { OracleServices } from "../../oracle/interpreter.ts"
import { shown } from "../../instance/invalid-instance.ts"
import { suggestion } from "../../instance/nearest-name.ts"
import { InvalidFormula, parseFormula } from "../../theorem/formula.ts"
import { EQUIVARIANT, METHOD_CLAIMS, OWN_GUARANTEE } from "../../theorem/own-claims.ts"
import { theorems } from "../../theorem/registry.ts"
import { fieldsOf } from "./remote-algorithm.ts"

const ORACLES = ["weak", "strong", "enumeration", "token"]
const BOUNDS = ["T_data", "T_comp"]

/** Claims that mean something. */
export const knownClaims = (): ReadonlyArray<string> => [
  ...theorems.map(({ id }) => id),
  OWN_GUARANTEE,
  EQUIVARIANT,
  ...METHOD_CLAIMS
]

const text = (field: string, value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? undefined : `${field}: ${shown(String(value))}, expected a text`

const oneOf = (field: string, value: unknown, known: ReadonlyArray<string>): string | undefined =>
  typeof value === "string" && known.includes(value)
    ? undefined
    : `${field}: ${shown(String(value))}, expected one of ${known.join(", ")}${suggestion(String(value), known)}`

const claimsProblem = (claims: unknown): string | undefined => {
  if (!Array.isArray(claims)) return "claims: expected an array of theorem ids"
  const known = knownClaims()
  return claims.map((claim: unknown, i) => oneOf(`claims[${i}]`, claim, known)).find((problem) => problem !== undefined)
}

const boundsProblem = (bounds: unknown): string | undefined => {
  if (bounds === undefined) return undefined
  if (typeof bounds !== "object" || bounds === null) return "bounds: expected formulas, { T_data, T_comp }"
  for (const [name, formula] of Object.entries(bounds)) {
    const problem = oneOf("bounds", name, BOUNDS) ?? text(`bounds.${name}`, formula)
    if (problem !== undefined) return problem
    try {
      parseFormula(formula as string)
    } catch (error) {
      if (!(error instanceof InvalidFormula)) throw error
      return `bounds.${name}: ${error.message}`
    }
  }
  return undefined
}

/** What is wrong with an algorithm's description, one line; undefined when nothing is. */
export const descriptionProblem = (algorithm: AnyAlgorithm<OracleServices>): string | undefined => {
  const { bounds, claims, name, oracle, parameters, proper, summary } = algorithm
  const functions = (["fromTheory", "practical", "run"] as const).map((field) =>
    typeof algorithm[field] === "function" ? undefined : `${field}: expected a function`
  )
  return (
    text("name", name) ??
    text("summary", summary) ??
    oneOf("oracle", oracle, ORACLES) ??
    (typeof proper === "boolean" ? undefined : "proper: expected true or false") ??
    (Schema.isSchema(parameters) ? undefined : "parameters: expected a Schema of effect") ??
    functions.find((problem) => problem !== undefined) ??
    claimsProblem(claims) ??
    boundsProblem(bounds)
  )
}

/** What a module says of itself, held to what it must be: its process said it. */
export const describedBy = (said: unknown): AlgorithmDescription | string => {
  const { bounds, claims, name, oracle, proper, summary } = fieldsOf(said)
  const elsewhere = (): never => {
    throw new Error("not here")
  }
  const programs = { parameters: Schema.Struct({}), fromTheory: elsewhere, practical: elsewhere, run: elsewhere }
  const cleaned = {
    name: typeof name === "string" ? oneLine(name) : name,
    summary: typeof summary === "string" ? oneLine(summary) : summary,
    proper,
    oracle,
    claims,
    ...(bounds === undefined ? {} : { bounds })
  }
  const problem = descriptionProblem({ ...cleaned, ...programs } as AnyAlgorithm<OracleServices>)
  if (problem !== undefined) return problem
  const builtIn = algorithms.find((one) => one.name === cleaned.name)
  return builtIn === undefined
    ? (cleaned as AlgorithmDescription)
    : `name: ${builtIn.name} (a built-in algorithm's), expected a name of its own`
}
