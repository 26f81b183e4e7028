/** The tables of a live audit, and what they are read from: what was run, what it came to, what was paid for, what base model and policy answer. */
import { clopperPearson } from "../../src/statistics/clopper-pearson.ts"
import { meanInterval } from "../../src/statistics/mean-interval.ts"
import type { Block } from "../model.ts"
import { between, count, real } from "../number-format.ts"
import { named, numbers, tableOf, words, written } from "../table.ts"
import type { At } from "./at.ts"
import { CURRENCIES, type Currency } from "./currency.ts"
import type { Answered, PromptRate } from "./live-figures.ts"

/** A text as people tell where it ends, of at most so many characters. */
const LONGEST = 160
const told = (text: string): string => JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text)

/** Rewards off linear by less than this, in units of R, are rounding. */
const ROUNDING = 1e-9

export const sum = (all: ReadonlyArray<At>, read: (at: At) => number): number =>
  all.reduce((total, one) => total + read(one), 0)

/** The runs of a record, and of them what judged their policies. */
export interface Runs {
  readonly runs: ReadonlyArray<At>
  readonly evaluations: ReadonlyArray<At>
}

export const runsOf = (at: At): Runs => {
  const runs = at.get("runs").list
  return { runs, evaluations: runs.map((run) => run.get("evaluation")).filter(({ there }) => there) }
}

const most = (at: At, queries: Currency["queries"]): string | undefined =>
  at.get("budget").maybe((budget) => budget.get(queries).maybe((limit) => limit.count))

/** What was run: names, and what is said of them. */
export const settingOf = (at: At, prefix: string): Block => {
  const [problem, prompts] = [at.get("problem"), at.get("prompts")]
  const names = at.in("checks", "names").some.map(({ text }) => text)
  const sent = at.get("sampling").entries.map(([name, value]) => `${name} ${value.number}`)
  const given = at.get("parameters").entries.map(([name, value]) => `${name} = ${real(value.number, 4)}`)
  const limits = CURRENCIES.flatMap(({ queries, what }) => {
    const limit = most(at, queries)
    return limit === undefined ? [] : [`${count(limit)} ${what}`]
  })
  const first = prompts.get("first").maybe(({ text }) => `, the first ${told(text)}`) ?? ""
  const rows: ReadonlyArray<readonly [string, string]> = [
    ["source", `${at.get("source").text}; ${count(prompts.get("count").count)} prompts${first}`],
    ...(sent.length === 0 ? [] : [["sent", sent.join(", ")] as const]),
    [
      "checks",
      `d = ${problem.get("dimension").number}${names.length === 0 ? "" : ` (${names.join(", ")})`}, R = ${real(problem.get("rewardRange").number)}, β = ${real(problem.get("beta").number, 4)}, ‖θ‖ ≤ ${real(problem.get("parameterRadius").number)}`
    ],
    ["promised", `C_cov ≤ ${real(at.in("goal", "coverage").number, 6)}; nobody can compute it here`],
    ["parameters", `${at.get("parametersFrom").text}: ${given.join(", ")}`],
    [
      "runs",
      `${count(at.get("trials").number)}, seed ${at.get("seed").number}${limits.length === 0 ? "" : `; each at most ${limits.join(" and ")}`}`
    ]
  ]
  return tableOf(rows, {
    id: `${prefix}setting`,
    title: "Setting",
    columns: [words("", ([name]) => name), words("", ([, text]) => text)]
  })
}

/** Over runs: the count, or mean, half an interval, least and most. */
const spread = (values: ReadonlyArray<number>): string => {
  const [least, top] = [Math.min(...values), Math.max(...values)]
  if (least === top) return count(least)
  const { half, mean } = meanInterval(values, 0.05)
  return `${count(Math.round(mean))} ± ${count(Math.ceil(half ?? 0))} (${count(least)} – ${count(top)})`
}

const answeredOf = (at: At, answers: number): Answered => {
  const right = at.get("right").number
  return { right, answers, share: right / answers, ...at.interval }
}

/** "0.93 [0.85, 0.97]". */
const shareText = ({ lower, share, upper }: Answered): string => `${real(share)} [${real(lower, 2)}, ${real(upper, 2)}]`

/** What the policy of a run answers beside the base model. */
const accuracyOf = (run: At) => {
  const evaluation = run.get("evaluation")
  const answers = evaluation.get("answers").number
  return {
    trial: run.get("trial").number,
    policy: answeredOf(evaluation.get("policy"), answers),
    base: answeredOf(evaluation.get("base"), answers)
  }
}

/** Of the runs whose policies were judged. */
export const accuraciesOf = (runs: Runs["runs"]) => runs.filter((run) => run.get("evaluation").there).map(accuracyOf)

/** How far rewards are from linear on what was seen, in the run where they are farthest; undefined where none can say. */
export const linearOf = (
  at: At,
  { evaluations }: Runs
): { readonly holds: boolean; readonly says: string } | undefined => {
  if (evaluations.length === 0 || at.in("checks", "noisy").flag) return undefined
  const all = evaluations.map((one) => one.get("linear"))
  const [farthest] = all.toSorted((a, b) => b.get("sup").number - a.get("sup").number)
  const [sup, rms] = [farthest.get("sup").number, farthest.get("rms").number]
  return sup <= ROUNDING * at.in("problem", "rewardRange").number
    ? { holds: true, says: "linear on every response that was seen" }
    : { holds: false, says: `not linear: off by up to ${real(sup)} (sup), ${real(rms)} (L²) on what was seen` }
}

export const resultsOf = (at: At, of: Runs, prefix: string): Block => {
  const { evaluations, runs } = of
  const single = runs.length === 1
  const cut = runs.filter((run) => run.get("outcome").text === "budget-exhausted").length
  const ended = cut === 0 ? "" : `; the budget ended ${cut} of ${runs.length}`
  const each = (read: (run: At) => number): string => spread(runs.map(read))
  const linear = linearOf(at, of)
  const rows: ReadonlyArray<readonly [string, string]> = [
    ["reward queries, T_data", `${each((run) => Number(run.in("ledger", "rewardQueries").count))}${ended}`],
    ["sampling queries, T_comp", each((run) => Number(run.in("ledger", "samplingQueries").count))],
    ["spanner pairs", each((run) => run.in("spanner", "count").number)],
    ["distinct responses met", each((run) => run.in("learning", "responses").number)],
    ...accuraciesOf(runs).map(
      ({ base, policy, trial }) =>
        [
          single ? "accuracy" : `accuracy, run ${trial + 1}`,
          `${shareText(policy)}; base model ${shareText(base)}`
        ] as const
    ),
    ...(evaluations.length === 0 ? [["accuracy", "no answers were drawn"] as const] : []),
    ...(linear === undefined ? [] : [["reward in φ", linear.says] as const])
  ]
  const [first] = evaluations
  return tableOf(rows, {
    id: `${prefix}results`,
    title: "What came of it",
    columns: [
      words("", ([name]) => name),
      named(
        "measured",
        words(single ? "measured" : `mean of ${runs.length} ± half a 95 % interval (least – most)`, ([, text]) => text)
      )
    ],
    ...(first === undefined
      ? {}
      : {
          notes: [
            `Accuracy: of ${count(first.get("answers").number)} answers a policy, each one of ${count(first.get("draws").number)} draws of the base model, chosen with the policy's weights; [ ] miss with probability ${real(first.get("level").number)} each.`
          ]
        })
  })
}

/** One answer of each at every prompt that was asked, in the first run. */
export const answersOf = ([first]: Runs["evaluations"], prefix: string): Block =>
  tableOf(first?.get("shown").list ?? [], {
    id: `${prefix}answers`,
    title: "An answer to each prompt",
    columns: [
      words("prompt", (one) => told(first.get("prompts").list[one.get("x").number].get("prompt").text)),
      words("of the base model", (one) => told(one.get("base").text)),
      words("of the learned policy", (one) => told(one.get("policy").text))
    ]
  })

export const paidOf = (at: At, { evaluations, runs }: Runs, prefix: string): Block => {
  const counted = at.get("usage").text !== "none"
  const number = (value: number) => written(count(value), value)
  const bought = (all: ReadonlyArray<At>, field: string): number => sum(all, (one) => one.in("bought", field).number)
  const learning = runs.map((run) => run.get("learning"))
  const judged = sum(evaluations, (one) => one.get("answers").number * one.get("draws").number)
  const both = (field: string) => [number(bought(learning, field)), number(bought(evaluations, field))] as const
  const tokens = (field: string) => (counted ? both(field) : (["not counted", "not counted"] as const))
  const dollars = (all: ReadonlyArray<At>): string => bought(all, "dollars").toFixed(4)
  const verified = (all: ReadonlyArray<At>) => number(sum(all, (one) => one.get("verified").number))
  const rows = [
    ["draws bought", ...both("draws")],
    ["draws used", number(sum(learning, (one) => one.get("used").number)), number(judged)],
    [
      "draws unused",
      number(sum(learning, (one) => one.get("unused").number)),
      number(bought(evaluations, "draws") - judged)
    ],
    ["rewards verified", verified(learning), verified(evaluations)],
    ["requests", ...both("requests")],
    ["requests tried again", ...both("retries")],
    ["prompt tokens", ...tokens("promptTokens")],
    ["completion tokens", ...tokens("completionTokens")],
    ...(at.get("price").there ? [["dollars", dollars(learning), dollars(evaluations)] as const] : [])
  ] as const
  const [kept, lost] = [at.in("resumed", "kept").number, at.in("resumed", "lost").number]
  return tableOf(rows, {
    id: `${prefix}paid`,
    title: "Paid for",
    columns: [
      words("", ([name]) => name),
      numbers("learning", ([, learned]) => learned),
      numbers("evaluation", ([, , evaluated]) => evaluated)
    ],
    notes: [
      ...(at.get("usage").text === "one"
        ? [
            "The server's usage counts one of the choices of a request: completion tokens are n times that, which is right on average."
          ]
        : []),
      ...(kept > 0 || lost > 0
        ? [
            `Of these requests ${count(kept)} stood in the journal and were not sent again; ${count(lost)} were sent without an answer before their process ended, and are not counted.`
          ]
        : [])
    ]
  })
}

/** Every run by itself, learning and evaluation apart. */
export const runsTable = ({ runs }: Runs, prefix: string): Block => {
  const counted = (text: string, read: (run: At) => number | undefined) =>
    numbers(text, (run: At) => {
      const value = read(run)
      return value === undefined ? undefined : written(count(value), value)
    })
  const right = (who: "policy" | "base") => (run: At) =>
    run.get("evaluation").maybe((one) => one.in(who, "right").number)
  return tableOf(runs, {
    id: `${prefix}runs`,
    title: "Run by run",
    folded: true,
    columns: [
      words("run", (run) => String(run.get("trial").number + 1)),
      words("ended", (run) => (run.get("outcome").text === "budget-exhausted" ? "by its budget" : "whole")),
      ...CURRENCIES.map(({ name, queries }) => counted(name, (run) => Number(run.in("ledger", queries).count))),
      counted("draws bought", (run) => run.in("learning", "bought", "draws").number),
      counted("unused", (run) => run.in("learning", "unused").number),
      counted("rewards verified", (run) => run.in("learning", "verified").number),
      counted("answers", (run) => run.get("evaluation").maybe((one) => one.get("answers").number)),
      counted("right, policy", right("policy")),
      counted("right, base model", right("base"))
    ]
  })
}

/** Responses on which the module failed; undefined where it failed on none. */
export const failuresOf = ({ runs }: Runs): string | undefined => {
  const first = runs.map((run) => run.in("failures", "first").maybeText).find((one) => one !== undefined)
  const failed = (what: string): string => count(sum(runs, (run) => run.in("failures", what).number))
  return first === undefined
    ? undefined
    : `checks failed on ${failed("checks")} responses, rewards on ${failed("rewards")}; they count as 0. The first: ${first}`
}

/** Base draws at each prompt over all runs, those that are right least often first; intervals hold for all at once. */
export const ratesOf = (at: At, { evaluations }: Runs): ReadonlyArray<PromptRate> => {
  const all = evaluations.map((one) => one.get("prompts").list)
  const rates = (all[0] ?? []).map((one, x) => {
    const total = (field: string): number => all.reduce((so, prompts) => so + (prompts[x]?.get(field).number ?? 0), 0)
    return { prompt: told(one.get("prompt").text), draws: total("draws"), right: total("right") }
  })
  const asked = rates.filter(({ draws }) => draws > 0)
  const level = at.get("level").number / asked.length
  return asked
    .map((one) => ({ ...one, share: one.right / one.draws, ...clopperPearson(one.right, one.draws, level) }))
    .toSorted((a, b) => a.share - b.share)
}

/** Prompts that a page lists. */
const MOST_LISTED = 200

export const ratesTable = (rates: ReadonlyArray<PromptRate>, level: number, prefix: string): Block =>
  tableOf(rates.slice(0, MOST_LISTED), {
    id: `${prefix}prompts`,
    title: "Base model, prompt by prompt",
    columns: [
      words("prompt", ({ prompt }) => prompt),
      numbers("draws", ({ draws }) => written(count(draws), draws)),
      numbers("right", ({ right }) => written(count(right), right)),
      numbers("share", ({ share }) => share),
      words("interval", ({ lower, upper }) => between(lower, upper)),
      numbers("draws for one", ({ share, upper }) =>
        share > 0 ? 1 / share : written(`≥ ${real(1 / upper)}`, 1 / upper)
      )
    ],
    notes: [
      `Draws of the evaluation, over all runs; intervals hold for all prompts at once at level ${real(level)}.`,
      ...(rates.length > MOST_LISTED
        ? [`The ${MOST_LISTED} of ${count(rates.length)} prompts that are right least often; the record has all.`]
        : [])
    ]
  })
