/** What of a record can be held against another of its kind: verdicts, estimates with intervals, rates, and samples over independent units. */
import { standingOf } from "../../src/theorem/theorem.ts"
import type { At } from "./at.ts"
import { exponentsIn } from "./compare.ts"
import { formatOf } from "./part.ts"

export type Quantity =
  | { readonly kind: "verdict"; readonly key: string; readonly value: string }
  /** An interval that misses with probability at most `level`. */
  | {
      readonly kind: "estimate"
      readonly key: string
      readonly estimate: number
      readonly lower: number
      readonly upper: number
      readonly level: number
    }
  | { readonly kind: "rate"; readonly key: string; readonly bad: number; readonly trials: number }
  /** Values of independent units: runs, processes. */
  | { readonly kind: "sample"; readonly key: string; readonly unit: string; readonly values: ReadonlyArray<number> }

const verdict = (key: string, value: string): Quantity => ({ kind: "verdict", key, value })

const standing = (one: At): string => {
  const unpromised = one.get("unpromised").maybe((u) => (u.value === "holds" ? ("holds" as const) : ("fails" as const)))
  return standingOf({ verdict: one.get("verdict").verdict, ...(unpromised === undefined ? {} : { unpromised }) })
}

const audit = (at: At): ReadonlyArray<Quantity> => {
  const runs = at.get("runs").some
  const sample = (key: string, unit: string, of: (run: At) => number): Quantity => ({
    kind: "sample",
    key,
    unit,
    values: runs.map(of)
  })
  const epsilon = at.in("goal", "epsilon").number
  const calls = runs.reduce((sum, run) => sum + run.in("sampler", "calls").number, 0)
  return [
    ...at
      .get("verdicts")
      .list.map((one) => verdict(`${one.get("theorem").text} ${one.get("part").text}`, standing(one))),
    ...(runs.length === 0
      ? []
      : [
          sample("rewards, T_data", "queries", (run) => Number(run.in("ledger", "rewardQueries").count)),
          sample("draws, T_comp", "queries", (run) => Number(run.in("ledger", "samplingQueries").count)),
          sample("suboptimality", "reward", (run) => run.in("suboptimality", "value").number),
          {
            kind: "rate" as const,
            key: "runs above ε",
            bad: runs.filter((run) => !(run.in("suboptimality", "value").number <= epsilon)).length,
            trials: runs.length
          }
        ]),
    ...(calls === 0
      ? []
      : [
          {
            kind: "rate" as const,
            key: "sampler calls that failed",
            bad: runs.reduce((sum, run) => sum + run.in("sampler", "unaccepted").number, 0),
            trials: calls
          }
        ]),
    ...(at.get("timings").there && at.in("timings", "trialMs").some.length > 0
      ? [
          {
            kind: "sample" as const,
            key: "runtime of a trial",
            unit: "ms",
            values: at.in("timings", "trialMs").list.map(({ number }) => number)
          }
        ]
      : [])
  ]
}

const plan = (at: At): ReadonlyArray<Quantity> => [
  ...at
    .get("claims")
    .list.map((one, i) => verdict(`${one.get("id").text} ${one.get("part").text} #${i}`, one.get("verdict").verdict)),
  ...at.get("laws").list.map((one) => verdict(`law ${one.get("id").text}`, one.get("verdict").verdict)),
  ...at.get("exponents").some.flatMap((one): ReadonlyArray<Quantity> =>
    one.get("fit").there
      ? [
          {
            kind: "estimate",
            key: `exponent of ${one.get("quantity").text} in ${one.get("of").text}`,
            estimate: one.in("fit", "estimate").number,
            lower: one.in("fit", "lower").number,
            upper: one.in("fit", "upper").number,
            level: at.get("level").number
          }
        ]
      : []
  )
]

const verification = (at: At): ReadonlyArray<Quantity> =>
  at
    .get("verifications")
    .list.flatMap((one) =>
      one
        .get("results")
        .list.map((result) =>
          verdict(`${one.get("candidate").text} ${result.get("id").text}`, result.get("verdict").verdict)
        )
    )

const compare = (at: At): ReadonlyArray<Quantity> =>
  at.get("sections").list.flatMap((section) =>
    exponentsIn(section.get("data")).flatMap(
      ({ algorithm, estimate, lower, of, upper, ...rest }): ReadonlyArray<Quantity> => {
        const key = `${section.get("id").text}, ${algorithm}: exponent of ${of}`
        return [
          { kind: "estimate", key, estimate, lower, upper, level: at.get("level").number },
          ...(rest.verdict === undefined ? [] : [verdict(key, rest.verdict)])
        ]
      }
    )
  )

const critical = (at: At): ReadonlyArray<Quantity> => [
  ...(at.get("exponent").there
    ? [
        {
          kind: "estimate" as const,
          key: `exponent of the critical budget in ${at.get("variable").text}`,
          estimate: at.in("exponent", "estimate").number,
          lower: at.in("exponent", "lower").number,
          upper: at.in("exponent", "upper").number,
          level: at.get("level").number
        }
      ]
    : []),
  ...at.get("points").list.map((one): Quantity => ({
    kind: "sample",
    key: `draws to reach ε on ${one.get("spec").text}`,
    unit: "queries",
    values: one.get("thresholds").list.map((t) => (t.there ? t.number : Infinity))
  }))
]

const coverage = (at: At): ReadonlyArray<Quantity> =>
  at.get("populations").list.flatMap((one): ReadonlyArray<Quantity> => {
    const name = one.get("name").text
    const level = at.get("level").number
    const bound = one.get("coverage")
    return [
      {
        kind: "estimate",
        key: `C_cov of ${name}`,
        estimate: bound.get("estimate").maybe(({ number }) => number) ?? bound.get("lower").number,
        lower: bound.get("lower").number,
        upper: bound.get("upper").number,
        level
      },
      ...one.get("pass").list.map((pass) => ({
        kind: "estimate" as const,
        key: `pass@${pass.get("k").number} of ${name}`,
        estimate: pass.get("estimate").maybe(({ number }) => number) ?? pass.get("lower").number,
        lower: pass.get("lower").number,
        upper: pass.get("upper").number,
        level
      }))
    ]
  })

const studies = (at: At): ReadonlyArray<Quantity> =>
  at.get("studies").some.flatMap((study) =>
    study.get("exponents").list.flatMap((one): ReadonlyArray<Quantity> => {
      const key = `${study.get("title").text}: exponent in ${one.get("variable").text}`
      return [
        ...(one.get("estimate").there
          ? [
              {
                kind: "estimate" as const,
                key,
                estimate: one.get("estimate").number,
                lower: one.get("lower").number,
                upper: one.get("upper").number,
                level: study.get("level").number
              }
            ]
          : []),
        ...(one.get("verdict").there ? [verdict(key, one.get("verdict").verdict)] : [])
      ]
    })
  )

/** Samples of one process share its luck: only series of one a process are compared. */
const bench = (at: At): ReadonlyArray<Quantity> => [
  ...studies(at),
  ...at
    .get("targets")
    .some.flatMap((one) =>
      one.get("kind").value === "result"
        ? [verdict(one.get("claim").text, one.get("held").flag ? "held" : "wrong")]
        : []
    ),
  ...at.get("series").some.flatMap((one): ReadonlyArray<Quantity> =>
    one.get("unit").text.includes("one a process")
      ? [
          {
            kind: "sample",
            key: one.get("name").text,
            unit: one.get("unit").text.split(",")[0],
            values: one.get("samples").list.map(({ number }) => number)
          }
        ]
      : []
  )
]

const demo = (at: At): ReadonlyArray<Quantity> =>
  at.in("sweep", "slopes").list.flatMap((one): ReadonlyArray<Quantity> => {
    const key = `${one.get("algorithm").text}: exponent of ${one.get("quantity").text} in C_cov`
    return [
      {
        kind: "estimate",
        key,
        estimate: one.get("estimate").number,
        lower: one.get("lower").number,
        upper: one.get("upper").number,
        level: at.in("sweep", "level").number
      },
      ...(one.get("verdict").there ? [verdict(key, one.get("verdict").verdict)] : [])
    ]
  })

const READERS: Readonly<Record<string, (at: At) => ReadonlyArray<Quantity>>> = {
  "coverbound-audit": audit,
  "coverbound-audit-plan": plan,
  "coverbound-verification": verification,
  "coverbound-compare": compare,
  "coverbound-critical": critical,
  "coverbound-coverage": coverage,
  "coverbound-scaling": studies,
  "coverbound-bench": bench,
  "coverbound-demo": demo
}

/** Everything that can be compared. @throws InvalidRecord */
export const quantitiesOf = (at: At): ReadonlyArray<Quantity> => READERS[formatOf(at) ?? ""]?.(at) ?? []
