/** An audit for a person at a terminal: what was run, what was promised beside what was measured, and a verdict per clause. */
import { median } from "../../statistics/median.ts"
import { dearest } from "../../theorem/judging.ts"
import type { Audit } from "../../audit/audit.ts"
import { logEFor } from "../../statistics/bernoulli-e-process.ts"
import { byNature, type Judgement, standingOf } from "../../theorem/theorem.ts"
import { worst } from "./audit-document.ts"
import type { ChosenPlan } from "./audit-plan.ts"
import { allDigits, count, duration, percent, quantity, real } from "../../../reports/number-format.ts"
import { cellText, levelCell } from "../../../reports/model.ts"
import { promisedText } from "../../../reports/table.ts"
import { right, table } from "../table.ts"
import { labelled, noted, type Page, printable, wrapped } from "../terminal.ts"
import { tally, verdictWord } from "../verdict-word.ts"

/** The verdict of a clause, which may say more: "? holds here, not promised". */
export const clauseWord = (clause: Pick<Judgement, "unpromised" | "verdict">, page: Page): string =>
  verdictWord(clause.verdict, page, standingOf(clause))

/** A count, and all its digits where the count alone is rounded. */
const countInFull = (value: bigint): string => {
  const short = count(value)
  return short.includes("e") ? `${short} = ${allDigits(value)}` : short
}

const setting = ({ best, plan, referenceSuboptimality, subject }: Audit, chosen: ChosenPlan, page: Page): string => {
  const { algorithm, digest, goal, instance, interpreter, parameters, seed, trials } = plan
  const { dimension, beta, rewardRange } = subject.problem
  const prompts = instance.exact.promptProbabilities.length
  const classes = instance.exact.reference.length
  const given = Object.entries(parameters).map(([name, value]) => `${name} = ${real(value, 4)}`)
  return [
    `  ${page.ink("bold", algorithm.name)} on ${page.ink("bold", printable(chosen.asked))}`,
    wrapped(algorithm.summary, page.width, "  "),
    "",
    ...[
      ...(instance.spec === chosen.asked ? [] : [["", printable(instance.spec)]]),
      [
        "instance",
        `d = ${dimension}, R = ${real(rewardRange)}, β = ${real(beta, 4)}; ${count(prompts)} prompts, ${count(classes)} response classes; sha-256 ${digest.slice(0, 12)}…`
      ],
      [
        "exactly",
        `C_cov(π*) = ${real(best.coverage, 6)}, J(π*) = ${real(best.objective, 4)}, J(π_ref) = ${real(best.referenceObjective, 4)}: π_ref starts ${real(referenceSuboptimality, 4)} below the optimum`
      ],
      ...(instance.facts ?? []).map((fact, i) => [i === 0 ? "of it" : "", printable(fact)]),
      [
        "goal",
        `ε = ${real(goal.epsilon)}, δ = ${real(goal.delta)}, coverage ${real(goal.coverage, 6)} (${chosen.exactCoverage ? "C_cov itself, computed from the instance" : "as given"})${goal.conditionalCoverage === undefined ? "" : `, ${real(goal.conditionalCoverage, 6)} per token`}${referenceSuboptimality <= goal.epsilon ? "; a vacuous promise: π_ref itself is within ε" : ""}`
      ],
      ["parameters", `${chosen.parametersFrom}: ${given.join(", ")}`],
      [
        "oracle",
        `${interpreter}${interpreter === "exact-law" ? ": answers in law, every draw they stand for is charged" : ""}; ${count(trials)} ${trials === 1 ? "trial" : "trials"}, seed ${seed}`
      ]
    ].map(([label, text]) => labelled(label, text, page, 12))
  ].join("\n")
}

const promiseOf = (judgements: ReadonlyArray<Judgement>, theorem: string, part: string): string => {
  const found = judgements.find((one) => one.theorem === theorem && one.part === part)
  return found === undefined ? "–" : `≤ ${quantity(found.bound)} (${theorem})`
}

/** The theorem that promises ε and costs of a run, and in how many δ it may fail. */
const GUARANTEES: ReadonlyArray<readonly [theorem: string, failures: number]> = [
  ["T7", 5],
  ["T9", 4]
]

const guaranteeOf = (judgements: ReadonlyArray<Judgement>) =>
  GUARANTEES.find(([id]) => judgements.some(({ theorem }) => theorem === id)) ?? GUARANTEES[0]

const epsilonPromise = ({ judgements, plan }: Audit): string => {
  const [id, failures] = guaranteeOf(judgements)
  const clause = judgements.find((one) => one.theorem === id && one.part === "epsilon")
  if (clause === undefined || (clause.verdict === "undecided" && clause.level === 0)) return "–"
  return `≤ ${real(plan.goal.epsilon)} with prob. ${real(Math.max(0, 1 - failures * plan.goal.delta))} (${id})`
}

const measured = (audit: Audit): ReadonlyArray<ReadonlyArray<string>> => {
  const { judgements, records, referenceSuboptimality } = audit
  const [guarantee] = guaranteeOf(judgements)
  const values = records.map((run) => run.suboptimality.value)
  const rounds = values.length === 1 ? "" : ` worst of ${values.length}, ${real(median(values))} median`
  const rows = [
    [
      "suboptimality",
      epsilonPromise(audit),
      `${real(worst(records))}${rounds} (π_ref: ${real(referenceSuboptimality)})`
    ],
    [
      "reward queries, T_data",
      promiseOf(judgements, guarantee, "T_data"),
      countInFull(dearest(records, "rewardQueries"))
    ],
    [
      "sampling queries, T_comp",
      promiseOf(judgements, guarantee, "T_comp"),
      countInFull(dearest(records, "samplingQueries"))
    ]
  ]
  const accepted = records.reduce((sum, run) => sum + run.spanner.count, 0)
  const calls = records.reduce((sum, run) => sum + run.sampler.calls, 0)
  if (accepted > 0) {
    const visited = records.reduce((sum, run) => sum + run.ledger.perOracle.prompts, 0n) - BigInt(calls)
    const largest = records.reduce((most, run) => Math.max(most, run.spanner.count), 0)
    rows.push(
      ["spanner pairs", promiseOf(judgements, "T3", "size"), count(largest)],
      ["prompts that gave one", "–", `${percent(accepted / Number(visited))} of ${count(visited)} visited`]
    )
  }
  if (calls > 0) {
    const failed = records.reduce((sum, run) => sum + run.sampler.unaccepted, 0)
    const broken = records.reduce((sum, run) => sum + run.sampler.promiseBroken, 0)
    const most = records.reduce((top, run) => Math.max(top, run.sampler.maxDraws), 0)
    rows.push(
      ["draws a sampler call", promiseOf(judgements, "T6", "cost"), count(most)],
      [
        "sampler calls that failed",
        promiseOf(judgements, "T6", "failure"),
        `${count(failed)} of ${count(calls)}${broken === 0 ? "" : `, ${count(broken)} more broke the promise M`}`
      ]
    )
  }
  const cut = records.filter((run) => run.outcome === "budget-exhausted").length
  if (cut > 0) rows.push(["runs stopped by the budget", "–", `${cut} of ${records.length}`])
  return rows
}

/** Trials, none bad, after which P(bad) ≤ δ₀ is supported; undefined past 10⁵. */
const trialsToSupport = (delta0: number, level: number): number | undefined => {
  for (let n = 1; n <= 100_000; n = Math.ceil(n * 1.02)) if (logEFor(0, n, delta0) >= -Math.log(level)) return n
  return undefined
}

const hint = ({ theorem, part, verdict, level, bound, measured: bad }: Judgement): string => {
  if (theorem !== "T7" || part !== "epsilon" || verdict !== "undecided" || level === 0 || bad !== 0) return ""
  const trials = trialsToSupport(Number(bound), level)
  return trials === undefined ? "" : `; ${trials} trials with none above would support it`
}

/** A clause of any kind of audit. */
type Clause = Omit<Judgement, "theorem"> & { readonly theorem: string }

/** Clauses by nature, with a note under each that is not supported. */
export const clauseTable = <C extends Clause>(
  judgements: ReadonlyArray<C>,
  page: Page,
  more: (clause: C) => string = () => ""
): string => {
  const sorted = byNature(judgements).flatMap(({ of }) => of)
  const rows = sorted.flatMap((one, i) => {
    const line = [
      one.nature === sorted[i - 1]?.nature ? "" : one.nature,
      one.theorem,
      one.part,
      clauseWord(one, page),
      cellText(levelCell(one.level, one.verdict)),
      quantity(one.measured),
      promisedText(one)
    ]
    if (one.verdict === "supported") return [line]
    return [line, [noted(one.note + more(one), page)]]
  })
  return table(page, ["rests on", "theorem", "clause", "verdict", "level", right("measured"), "promised"], rows)
}

/** What a module claims of its program: laws of it look at that, on instances of their own. */
const elsewhere = ({ judgements, subject: { algorithm } }: Audit, page: Page): ReadonlyArray<string> => {
  const silent = algorithm.claims.filter(
    (claim) => claim !== "epsilon" && judgements.every(({ theorem }) => theorem !== claim)
  )
  return algorithm.module === undefined || silent.length === 0
    ? []
    : [
        wrapped(
          `Not looked at on one instance: ${silent.join(", ")}; the audit on everything (without --instance) does.`,
          page.width,
          "  "
        )
      ]
}

/** The whole page. */
export const auditText = (audit: Audit, chosen: ChosenPlan, page: Page, elapsedMs: number): string =>
  `${[
    "",
    setting(audit, chosen, page),
    "",
    table(page, ["", "promised", "measured"], measured(audit)),
    "",
    clauseTable(audit.judgements, page, hint),
    "",
    audit.judgements.length === 0
      ? `  No clause: it claims nothing, so that nothing was held against these runs. ${duration(elapsedMs)}.`
      : `  ${audit.judgements.length} clauses: ${tally(audit.judgements, page)}. ${duration(elapsedMs)}.`,
    ...elsewhere(audit, page)
  ].join("\n")}\n`
