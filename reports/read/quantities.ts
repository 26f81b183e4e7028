/** What of a record can be held against another of its kind: verdicts, estimates with intervals, rates, and samples over independent units. */
import type { At } from "./at.ts"
import { exponentsIn } from "./compare.ts"
import { counted, CURRENCIES } from "./currency.ts"
import { standingAt } from "./judged.ts"
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

const estimate = (key: string, at: At, level: number): Quantity => ({ kind: "estimate", key, ...at.estimated, level })

/** An interval, and the verdict on it where there is one. */
const judged = (key: string, at: At, level: number): ReadonlyArray<Quantity> => [
  estimate(key, at, level),
  ...(at.get("verdict").there ? [verdict(key, at.get("verdict").verdict)] : [])
]

/** The same where no estimate need be known: its least value stands for it. */
const bounded = (key: string, at: At, level: number): Quantity => ({
  kind: "estimate",
  key,
  estimate: at.get("estimate").maybeNumber ?? at.get("lower").bound,
  ...at.interval,
  level
})

/** Values, a unit each: none where there are none. */
const sample = (key: string, unit: string, values: ReadonlyArray<number>): ReadonlyArray<Quantity> =>
  values.length === 0 ? [] : [{ kind: "sample", key, unit, values }]

const rate = (key: string, bad: number, trials: number): ReadonlyArray<Quantity> =>
  trials === 0 ? [] : [{ kind: "rate", key, bad, trials }]

const audit = (at: At): ReadonlyArray<Quantity> => {
  const runs = at.get("runs").some
  const epsilon = at.in("goal", "epsilon").number
  const suboptimality = runs.map((run) => run.in("suboptimality", "value").number)
  const total = (field: "calls" | "unaccepted"): number =>
    runs.reduce((sum, run) => sum + run.in("sampler", field).number, 0)
  return [
    ...at
      .get("verdicts")
      .list.map((one) => verdict(`${one.get("theorem").text} ${one.get("part").text}`, standingAt(one))),
    ...CURRENCIES.flatMap((currency) =>
      sample(
        counted(currency),
        "queries",
        runs.map((run) => Number(run.in("ledger", currency.queries).count))
      )
    ),
    ...sample("suboptimality", "reward", suboptimality),
    ...rate("runs above ε", suboptimality.filter((value) => !(value <= epsilon)).length, runs.length),
    ...rate("sampler calls that failed", total("unaccepted"), total("calls")),
    ...(at.get("timings").maybe((timings) =>
      sample(
        "runtime of a trial",
        "ms",
        timings.get("trialMs").some.map(({ number }) => number)
      )
    ) ?? [])
  ]
}

/** Answers are independent of one another given the policy: of several policies, each has its own accuracy. */
const live = (at: At): ReadonlyArray<Quantity> => {
  const runs = at.get("runs").list
  const evaluations = runs.map((run) => run.get("evaluation")).filter(({ there }) => there)
  const total = (all: ReadonlyArray<At>, read: (one: At) => number): number =>
    all.reduce((sum, one) => sum + read(one), 0)
  const answers = (one: At): number => one.get("answers").number
  const right = (who: "policy" | "base") => (one: At) => one.in(who, "right").number
  return [
    ...at
      .get("verdicts")
      .list.map((one) => verdict(`${one.get("theorem").text} ${one.get("part").text}`, standingAt(one))),
    ...CURRENCIES.flatMap((currency) =>
      sample(
        counted(currency),
        "queries",
        runs.map((run) => Number(run.in("ledger", currency.queries).count))
      )
    ),
    ...sample(
      "draws bought",
      "draws",
      runs.map((run) => run.in("learning", "bought", "draws").number)
    ),
    ...(evaluations.length === 1
      ? rate(
          "wrong answers of the learned policy",
          total(evaluations, (one) => answers(one) - right("policy")(one)),
          total(evaluations, answers)
        )
      : sample(
          "accuracy of the learned policy",
          "right answers",
          evaluations.map((one) => right("policy")(one) / answers(one))
        )),
    ...rate(
      "wrong answers of the base model",
      total(evaluations, (one) => answers(one) - right("base")(one)),
      total(evaluations, answers)
    ),
    ...rate(
      "sampler calls that failed",
      total(runs, (run) => run.in("sampler", "unaccepted").number),
      total(runs, (run) => run.in("sampler", "calls").number)
    ),
    ...rate(
      "responses on which checks failed",
      total(runs, (run) => run.in("failures", "checks").number),
      total(runs, (run) => run.in("learning", "responses").number)
    )
  ]
}

const plan = (at: At): ReadonlyArray<Quantity> => [
  ...at
    .get("claims")
    .list.map((one, i) => verdict(`${one.get("id").text} ${one.get("part").text} #${i}`, one.get("verdict").verdict)),
  ...at.get("laws").list.map((one) => verdict(`law ${one.get("id").text}`, one.get("verdict").verdict)),
  ...at.get("exponents").some.flatMap((one) => {
    const key = `exponent of ${one.get("quantity").text} in ${one.get("of").text}`
    return one.get("fit").there ? [estimate(key, one.get("fit"), at.get("level").number)] : []
  })
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
    exponentsIn(section.get("data")).flatMap(({ algorithm, lower, of, upper, ...one }): ReadonlyArray<Quantity> => {
      const key = `${section.get("id").text}, ${algorithm}: exponent of ${of}`
      return [
        { kind: "estimate", key, estimate: one.estimate, lower, upper, level: at.get("level").number },
        ...(one.verdict === undefined ? [] : [verdict(key, one.verdict)])
      ]
    })
  )

const critical = (at: At): ReadonlyArray<Quantity> => [
  ...(at.get("exponent").there
    ? [
        estimate(
          `exponent of the critical budget in ${at.get("variable").text}`,
          at.get("exponent"),
          at.get("level").number
        )
      ]
    : []),
  ...at.get("points").list.flatMap((one) =>
    sample(
      `draws to reach ε on ${one.get("spec").text}`,
      "queries",
      one.get("thresholds").list.map((t) => t.maybeNumber ?? Infinity)
    )
  )
]

const coverage = (at: At): ReadonlyArray<Quantity> => {
  const level = at.get("level").number
  return at.get("populations").list.flatMap((one) => {
    const name = one.get("name").text
    return [
      bounded(`C_cov of ${name}`, one.get("coverage"), level),
      ...one.get("pass").list.map((pass) => bounded(`pass@${pass.get("k").number} of ${name}`, pass, level))
    ]
  })
}

const studies = (at: At): ReadonlyArray<Quantity> =>
  at.get("studies").some.flatMap((study) =>
    study.get("exponents").list.flatMap((one) => {
      const key = `${study.get("title").text}: exponent in ${one.get("variable").text}`
      if (one.get("estimate").there) return judged(key, one, study.get("level").number)
      return one.get("verdict").there ? [verdict(key, one.get("verdict").verdict)] : []
    })
  )

/** Samples of one process share its luck: only series of one a process are compared. */
const bench = (at: At): ReadonlyArray<Quantity> => [
  ...studies(at),
  ...at
    .get("targets")
    .some.filter((one) => one.get("kind").value === "result")
    .map((one) => verdict(one.get("claim").text, one.get("held").flag ? "held" : "wrong")),
  ...at
    .get("series")
    .some.filter((one) => one.get("unit").text.includes("one a process"))
    .flatMap((one) =>
      sample(
        one.get("name").text,
        one.get("unit").text.split(",")[0],
        one.get("samples").list.map(({ number }) => number)
      )
    )
]

const demo = (at: At): ReadonlyArray<Quantity> =>
  at
    .in("sweep", "slopes")
    .list.flatMap((one) =>
      judged(
        `${one.get("algorithm").text}: exponent of ${one.get("quantity").text} in C_cov`,
        one,
        at.in("sweep", "level").number
      )
    )

const READERS: Readonly<Record<string, (at: At) => ReadonlyArray<Quantity>>> = {
  "coverbound-audit": audit,
  "coverbound-audit-plan": plan,
  "coverbound-live": live,
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
