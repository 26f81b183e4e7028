/**
 * Variants made by rule, not by hand: the shipped text of an algorithm with one place changed. Nobody tuned the auditor to them. Operators of the domain (sign of a
 * difference, a datum dropped, the wrong member of a pair, a wrong constant of the problem, a bound swapped) beside the usual ones (arithmetic, comparisons, constants).
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const FOLDER = fileURLToPath(new URL("../../src/algorithm/", import.meta.url))

/** Algorithms whose mutants an audit of whole responses can look at in seconds, with their files. */
export const SOURCES = [
  "passive.ts",
  "best-of-n-elliptic.ts",
  "online-dpo.ts",
  "exhaustive.ts",
  "spanner-sampling.ts",
  "policy-gradient.ts",
  "xpo.ts"
] as const

interface Operator {
  readonly name: string
  readonly pattern: RegExp
  readonly to: string
}

const OPERATORS: ReadonlyArray<Operator> = [
  { name: "sign of a difference", pattern: /rewards\[0\] - rewards\[1\]/g, to: "rewards[1] - rewards[0]" },
  { name: "dropped datum", pattern: /design\.add\(/g, to: "((..._: Array<unknown>) => {})(" },
  {
    name: "pair turned round",
    pattern: /relativeFeature\((\w[\w.[\]]*), (\w[\w.[\]]*)/g,
    to: "relativeFeature($2, $1"
  },
  { name: "member of a pair", pattern: /responses\[0\], responses\[1\]/g, to: "responses[0], responses[0]" },
  { name: "wrong constant: R", pattern: /problem\.rewardRange|rewardRange: clip\b/g, to: "problem.beta" },
  { name: "bound swapped", pattern: /Math\.min\(/g, to: "Math.max(" },
  { name: "bound swapped back", pattern: /Math\.max\(/g, to: "Math.min(" },
  { name: "projection left out", pattern: /projectOnto\(theta, parameterSet\)/g, to: "theta" },
  { name: "plus for minus", pattern: / - /g, to: " + " },
  { name: "minus for plus", pattern: / \+ /g, to: " - " },
  { name: "times for divided", pattern: / \/ /g, to: " * " },
  { name: "divided for times", pattern: / \* /g, to: " / " },
  { name: "subtracts", pattern: / \+= /g, to: " -= " },
  { name: "adds", pattern: / -= /g, to: " += " },
  { name: "at most for less", pattern: / < /g, to: " <= " },
  { name: "less for at most", pattern: / <= /g, to: " < " },
  { name: "greater for less", pattern: / < /g, to: " > " },
  { name: "ten times a constant", pattern: /\b(2|3|20|40)\b(?=[ *)])/g, to: "(10 * $1)" },
  { name: "a tenth of a constant", pattern: /\b(2|3|20|40)\b(?=[ *)])/g, to: "($1 / 10)" },
  { name: "not", pattern: /=== undefined\b/g, to: "!== undefined" }
]

export interface Mutant {
  readonly file: string
  readonly line: number
  readonly operator: string
  /** The changed line. */
  readonly change: string
  /** The whole file. */
  readonly text: string
}

/** Lines that say what is done: no comments, imports, types, or words for people. */
const acts = (line: string): boolean =>
  !/^\s*(\/\/|\/?\*|import |export type|type |name:|summary:|claims:)/.test(line) && !/journal\.progress/.test(line)

/** Every mutant of a file, in order of line, then operator; a text that two operators make is one. */
export const mutantsOf = (file: string): ReadonlyArray<Mutant> => {
  const made = mutationsOf(file)
  return [...new Map(made.toReversed().map((mutant) => [mutant.text, mutant])).values()].toReversed()
}

const mutationsOf = (file: string): ReadonlyArray<Mutant> => {
  const lines = readFileSync(join(FOLDER, file), "utf8").split("\n")
  return lines.flatMap((line, i) =>
    acts(line)
      ? OPERATORS.flatMap(({ name, pattern, to }) =>
          [...line.matchAll(pattern)].map((match): Mutant => {
            const changed =
              line.slice(0, match.index) +
              match[0].replace(new RegExp(pattern.source), to) +
              line.slice(match.index + match[0].length)
            const text = lines.with(i, changed).join("\n")
            return { file, line: i + 1, operator: name, change: changed.trim(), text }
          })
        )
      : []
  )
}

/** All mutants of all files. */
export const allMutants = (): ReadonlyArray<Mutant> => SOURCES.flatMap(mutantsOf)
