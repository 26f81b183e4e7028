/** A live audit for a person at a terminal: what was asked and promised, what it cost in every currency, what the policy answers, a verdict per clause. */
import { meanInterval } from "../../statistics/mean-interval.ts"
import { count, duration, real } from "../../../reports/number-format.ts"
import type { Accuracy } from "../../live/evaluation.ts"
import type { LiveRun } from "../../live/live-run.ts"
import type { Bought } from "../../live/purchases.ts"
import { clauseTable } from "../audit/audit-view.ts"
import { tally } from "../verdict-word.ts"
import { right, table } from "../table.ts"
import { labelled, noted, type Page, printable, wrapped } from "../terminal.ts"
import { dollars, type LiveReport } from "./live-document.ts"

const quoted = (text: string): string => printable(JSON.stringify(text.length > 48 ? `${text.slice(0, 47)}…` : text))

const setting = (report: LiveReport, page: Page): string => {
  const { call, facts, prompts, verifier } = report
  const { budget, goal, problem } = call
  const given = Object.entries(call.parameters).map(([name, value]) => `${name} = ${real(value, 4)}`)
  const sampling = Object.entries(facts.sampling).map(([name, value]) => `${name} ${value}`)
  const limits = [
    ...(budget.rewardQueries === undefined ? [] : [`${count(budget.rewardQueries)} rewards`]),
    ...(budget.samplingQueries === undefined ? [] : [`${count(budget.samplingQueries)} draws`])
  ]
  const rows: ReadonlyArray<readonly [string, string]> = [
    ["source", `${report.source}; ${count(prompts.length)} prompts, the first ${quoted(prompts[0])}`],
    ...(sampling.length === 0 ? [] : [["sent", sampling.join(", ")] as const]),
    [
      "checks",
      `d = ${problem.dimension}${verifier.names === undefined ? "" : ` (${verifier.names.map(printable).join(", ")})`}, R = ${real(problem.rewardRange)}, β = ${real(problem.beta, 4)}, ‖θ‖ ≤ ${real(problem.parameterRadius)}`
    ],
    ["promised", `C_cov ≤ ${real(goal.coverage, 6)}; nobody can compute it here`],
    ["parameters", `${call.parametersFrom}: ${given.join(", ")}`],
    [
      "runs",
      `${count(call.trials)}, seed ${call.seed}${limits.length === 0 ? "" : `; each at most ${limits.join(" and ")}`}`
    ]
  ]
  return [
    `  ${page.ink("bold", report.algorithm)} on ${page.ink("bold", printable(report.source))}`,
    "",
    ...rows.map(([label, text]) => labelled(label, text, page, 12))
  ].join("\n")
}

/** "0.93 [0.85, 0.97]". */
const accuracyText = ({ answers, interval, right: good }: Accuracy): string =>
  `${real(good / answers)} [${real(interval.lower, 2)}, ${real(interval.upper, 2)}]`

const spread = (runs: ReadonlyArray<LiveRun>, of: (run: LiveRun) => bigint | number): string => {
  const values = runs.map((run) => Number(of(run)))
  const [least, most] = [Math.min(...values), Math.max(...values)]
  if (least === most) return count(least)
  const { half, mean } = meanInterval(values, 0.05)
  return `${count(Math.round(mean))} ± ${count(Math.ceil(half ?? 0))} (${count(least)} – ${count(most)})`
}

/** How far rewards are from linear on what was seen, in the run where they are farthest. */
const linearText = (runs: ReadonlyArray<LiveRun>, R: number): string => {
  const all = runs.flatMap(({ evaluation }) => (evaluation === undefined ? [] : [evaluation.linear]))
  const { rms, sup } = all.reduce((a, b) => (a.sup >= b.sup ? a : b))
  return sup <= 1e-9 * R
    ? "linear on every response that was seen"
    : `not linear: off by up to ${real(sup)} (sup), ${real(rms)} (L²) on what was seen`
}

const results = ({ runs, verifier }: LiveReport, page: Page): string => {
  const [first] = runs
  const cut = runs.filter(({ outcome }) => outcome === "budget-exhausted").length
  return table(
    page,
    ["", runs.length === 1 ? "measured" : `mean of ${runs.length} ± half a 95 % interval (least – most)`],
    [
      [
        "reward queries, T_data",
        `${spread(runs, (run) => run.ledger.rewardQueries)}${cut === 0 ? "" : `; the budget ended ${cut} of ${runs.length}`}`
      ],
      ["sampling queries, T_comp", spread(runs, (run) => run.ledger.samplingQueries)],
      ["spanner pairs", spread(runs, (run) => run.spanner.count)],
      ["distinct responses met", spread(runs, (run) => run.live.responses)],
      ...runs.flatMap(({ evaluation, trial }) =>
        evaluation === undefined
          ? []
          : [
              [
                `accuracy${runs.length === 1 ? "" : `, run ${trial + 1}`}`,
                `${accuracyText(evaluation.policy)}, one of ${count(evaluation.plan.draws)} draws; base model ${accuracyText(evaluation.base)}`
              ]
            ]
      ),
      ...(first.evaluation === undefined || verifier.noisy
        ? []
        : [["reward in φ", linearText(runs, verifier.rewardRange)]]),
      ...(first.evaluation === undefined ? [["accuracy", "no answers were drawn"]] : [])
    ]
  )
}

const sum = (all: ReadonlyArray<Bought>): Bought =>
  all.reduce(
    (a, b) => ({
      draws: a.draws + b.draws,
      requests: a.requests + b.requests,
      retries: a.retries + b.retries,
      promptTokens: a.promptTokens + b.promptTokens,
      completionTokens: a.completionTokens + b.completionTokens
    }),
    { draws: 0, requests: 0, retries: 0, promptTokens: 0, completionTokens: 0 }
  )

const ledger = ({ facts, price, resumed, runs }: LiveReport, page: Page): string => {
  const learning = sum(runs.map(({ live }) => live.bought))
  const judging = sum(runs.flatMap(({ evaluation }) => (evaluation === undefined ? [] : [evaluation.bought])))
  const used = runs.reduce((total, { live }) => total + live.used, 0)
  const evaluated = runs.reduce(
    (total, { evaluation }) => total + (evaluation === undefined ? 0 : evaluation.plan.answers * evaluation.plan.draws),
    0
  )
  const lines: ReadonlyArray<readonly [string, (bought: Bought) => string]> = [
    ["draws bought", ({ draws }) => count(draws)],
    ["  of them used", (bought) => count(bought === learning ? used : evaluated)],
    ["  unused", (bought) => count(bought.draws - (bought === learning ? used : evaluated))],
    ["requests", ({ requests }) => count(requests)],
    ["  tried again", ({ retries }) => count(retries)],
    ["prompt tokens", ({ promptTokens }) => (facts.usage === "none" ? "not counted" : count(promptTokens))],
    ["completion tokens", ({ completionTokens }) => (facts.usage === "none" ? "not counted" : count(completionTokens))],
    ...(price === undefined ? [] : [["dollars", (bought: Bought) => dollars(bought, price).toFixed(4)] as const])
  ]
  const notes = [
    ...(facts.usage === "one"
      ? [
          "The server's usage counts one of the choices of a request: completion tokens are n times that, which is right on average."
        ]
      : []),
    ...(resumed.kept > 0 || resumed.lost > 0
      ? [
          `Of these requests ${count(resumed.kept)} stood in the journal and were not sent again; ${count(resumed.lost)} were sent without an answer before their process ended, and are not counted.`
        ]
      : [])
  ]
  return [
    table(
      page,
      ["paid for", right("learning"), right("evaluation")],
      lines.map(([name, of]) => [name, of(learning), of(judging)])
    ),
    ...notes.map((note) => noted(note, page, "  "))
  ].join("\n")
}

const MOST_SHOWN = 6

const answers = ({ prompts, runs }: LiveReport, page: Page): ReadonlyArray<string> => {
  const shown = runs[0].evaluation?.shown ?? []
  if (shown.length === 0) return []
  return [
    table(
      page,
      ["an answer to", "of the base model", "of the learned policy"],
      shown.slice(0, MOST_SHOWN).map(({ base, policy, x }) => [quoted(prompts[x]), quoted(base), quoted(policy)])
    ),
    ""
  ]
}

const failures = ({ runs }: LiveReport, page: Page): ReadonlyArray<string> => {
  const checks = runs.reduce((total, run) => total + run.failures.checks, 0)
  const rewards = runs.reduce((total, run) => total + run.failures.rewards, 0)
  const first = runs.find((run) => run.failures.first !== undefined)?.failures.first
  return first === undefined
    ? []
    : [
        page.ink(
          "yellow",
          wrapped(
            `! checks failed on ${count(checks)} responses, rewards on ${count(rewards)}; they count as 0. The first: ${printable(first)}`,
            page.width,
            "  "
          )
        ),
        ""
      ]
}

/** The whole page. */
export const liveText = (report: LiveReport, page: Page, elapsedMs: number): string =>
  `${[
    "",
    setting(report, page),
    "",
    results(report, page),
    "",
    ...answers(report, page),
    ledger(report, page),
    "",
    ...failures(report, page),
    clauseTable(report.judgements, page),
    "",
    wrapped(
      `${report.judgements.length} clauses: ${tally(report.judgements, page)}. ${duration(elapsedMs)}.`,
      page.width,
      "  "
    )
  ].join("\n")}\n`
