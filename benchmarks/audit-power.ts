/**
 * The auditor's power and false alarms on programs nobody tuned it to (properties/variants): generated mutants of the shipped algorithms, each classified by a criterion
 * that shares no law or case with the audit, and right programs. A beginning of the mutants' random order is a random sample; all of them take hours of a processor
 * (about 16 processor seconds each). What is refuted is a result; processor seconds are timings.
 */
import { type Measured, measurements } from "../properties/variants/measure.ts"
import { clopperPearson } from "../src/statistics/clopper-pearson.ts"
import type { Suite, Table, Target } from "./suite.ts"

/** Of all mutants, the first so many of the random order. */
const MUTANTS = { quick: 2, whole: 100 } as const
const RIGHT = { quick: 2, whole: 1000 } as const
/** What the project promises. */
const PROMISE = { power: 0.9, right: 60 } as const

const share = (k: number, n: number): string => {
  if (n === 0) return "0 of 0"
  const { lower, upper } = clopperPearson(k, n, 0.05)
  return `${k} of ${n} (95 %: ${lower.toFixed(3)} to ${upper.toFixed(3)})`
}

const table = (title: string, rows: ReadonlyArray<Measured>): Table => ({
  title,
  columns: ["program", "kind", "decided by", "refuted by", "CPU s"],
  rows: rows.map(({ above, by, instance, kind, program, seconds }) => [
    program,
    kind,
    instance === undefined ? "" : `${instance}${above === undefined ? "" : `, ${above[0]} of ${above[1]} above ε`}`,
    by === undefined ? "not audited" : by.join(", ") || "nothing",
    seconds === undefined ? "" : `${seconds}`
  ])
})

export const auditPower: Suite = {
  name: "audit-power",
  summary: "the auditor on generated mutants and right programs: what is refuted, with exact intervals",
  run: ({ log, quick }) => {
    const size = quick ? "quick" : "whole"
    const { mutants, right } = measurements()
    const made = (of: typeof mutants, most: number): ReadonlyArray<Measured> =>
      of.slice(0, most).map(([program, measure], i) => {
        log(`audit-power: ${i + 1}/${Math.min(most, of.length)} ${program}`)
        return measure()
      })
    const [wrong, correct] = [made(mutants, MUTANTS[size]), made(right, RIGHT[size])]
    const breaking = wrong.filter(({ kind }) => kind === "breaks" || kind === "fails")
    const refuted = breaking.filter(({ by = [] }) => by.length > 0)
    const innocent = [...correct, ...wrong.filter(({ kind }) => kind === "equivalent")]
    const accused = innocent.filter(({ by = [] }) => by.length > 0)
    const targets: ReadonlyArray<Target> = [
      {
        claim: `at least ${100 * PROMISE.power} % of the mutants that break a promise are refuted by a default audit`,
        measured: share(refuted.length, breaking.length),
        held: refuted.length >= PROMISE.power * breaking.length,
        kind: "result"
      },
      {
        claim: quick
          ? "no right program and no equivalent mutant is refuted"
          : `none of at least ${PROMISE.right} right programs and equivalent mutants is refuted`,
        measured: share(accused.length, innocent.length),
        held: accused.length === 0 && (quick || innocent.length >= PROMISE.right),
        kind: "result"
      }
    ]
    return Promise.resolve({
      tables: [
        table(
          "Mutants that break a promise and were not refuted",
          breaking.filter((one) => !refuted.includes(one))
        ),
        table("Mutants, in random order", wrong),
        table("Right programs", correct)
      ],
      targets,
      series: [...wrong, ...correct].flatMap(({ program, seconds }) =>
        seconds === undefined ? [] : [{ name: program, unit: "CPU s", samples: [seconds] }]
      ),
      notes: [
        "a mutant that differs and breaks nothing that the criterion's search could see counts neither as wrong nor as right, and is not audited",
        "right programs and equivalent mutants are audited with a budget of 15 and four trials a case"
      ]
    })
  }
}
