/** A live audit's run.json as a part of a report: what was run, what it cost beside what was paid for, what policy and base model answer, and what can be judged where no law is known. */
import type { Part, TheoremBlock } from "../model.ts"
import { labelOf } from "../names.ts"
import { between, count, sureBetween } from "../number-format.ts"
import { callOf, quoted } from "../shell-argument.ts"
import type { At } from "./at.ts"
import { type Around, blocksOf, findingsOf, promisedOf } from "./audit.ts"
import { type Currency, T_COMP, T_DATA } from "./currency.ts"
import { accuracyFigure, type Answered, rateFigure } from "./live-figures.ts"
import {
  accuraciesOf,
  answersOf,
  failuresOf,
  linearOf,
  paidOf,
  ratesOf,
  ratesTable,
  resultsOf,
  runsTable,
  runsOf,
  settingOf,
  sum
} from "./live-tables.ts"

/** The call that makes it again; records before December 2026 do not say it whole. */
const commandOf = (at: At): string =>
  at.get("command").maybeText ??
  callOf(`audit ${quoted(at.get("algorithm").text)}`, {
    coverage: at.in("goal", "coverage").number,
    parameters: at.get("parametersFrom").text,
    trials: at.get("trials").number,
    seed: at.get("seed").number,
    level: at.get("level").number
  })

/** What was judged, theorem by theorem; of the accuracy, the interval it was judged on. */
const judgedOf = (at: At, policies: ReadonlyArray<Answered>, around: Around): ReadonlyArray<TheoremBlock> => {
  const least = (end: "lower" | "upper"): number => Math.min(...policies.map((one) => one[end]))
  const judgedOn = (part: string): string | undefined =>
    part === "accuracy" && policies.length > 0 ? between(least("lower"), least("upper")) : undefined
  return blocksOf(at, around).map((block) => ({
    ...block,
    ...(block.id === "live" ? { title: "what draws and ledger say where no law is known" } : {}),
    clauses: block.clauses.map((one) => ({
      ...one,
      interval: one.interval ?? judgedOn(one.part),
      // How far a p-value lies above its level says nothing more.
      slack: block.id === "live" && one.part === "draws" ? undefined : one.slack
    }))
  }))
}

const dearest = (runs: ReadonlyArray<At>, { queries }: Currency): string =>
  String(runs.map((run) => BigInt(run.in("ledger", queries).count)).reduce((a, b) => (a > b ? a : b), 0n))

/** What else a reader would ask of where it was made. */
const madeOf = (at: At): string => {
  const digests = [
    ...(["prompts", "checks"] as const).map((name) => [name, at.in(name, "sha256").text] as const),
    ...(at.get("drawing").maybe((one) => one.get("weights").maybe(({ text }) => [["weights", text] as const])) ?? [])
  ]
  return `coverbound ${at.get("suite").text}; sha-256 of ${digests.map(([name, digest]) => `${name} ${digest}`).join(", ")}`
}

/** What a live audit contributes. */
export const livePart = (at: At, around: Around): Part => {
  const { prefix } = around
  const [algorithm, source, level] = [at.get("algorithm").text, at.get("source").text, at.get("level").number]
  const command = commandOf(at)
  const of = runsOf(at)
  const { evaluations, runs } = of
  const accuracies = accuraciesOf(runs)
  const blocks = judgedOf(
    at,
    accuracies.map(({ policy }) => policy),
    around
  )
  const [worst] = accuracies.toSorted((a, b) => a.policy.share - b.policy.share)
  const rates = ratesOf(at, of)
  const linear = linearOf(at, of)
  const failures = failuresOf(of)
  const total = (field: string): string => count(sum(runs, (run) => run.in("learning", field).number))
  return {
    source: { kind: "live", command, made: madeOf(at) },
    title: `${labelOf(algorithm)} on ${source}`,
    findings: [
      worst && {
        nature: "evidence",
        says: `The learned policy${runs.length === 1 ? "" : ` that answers least well, of ${accuracies.length},`} is right in ${count(worst.policy.right)} of ${count(worst.policy.answers)} answers, the base model in ${count(worst.base.right)}, ${between(worst.base.lower, worst.base.upper)}`,
        verdict: undefined,
        interval: sureBetween(level, worst.policy.lower, worst.policy.upper),
        level,
        anchor: `${prefix}accuracy`
      },
      ...findingsOf(blocks),
      linear && {
        nature: "checked",
        says: `Rewards in φ: ${linear.says}`,
        verdict: undefined,
        anchor: `${prefix}results`
      },
      failures === undefined
        ? undefined
        : { nature: "checked", says: `The module of checks: ${failures}`, verdict: undefined }
    ],
    costs: [
      {
        what: algorithm,
        of: `on ${source}, dearest of ${runs.length}; in all ${total("used")} draws used, ${total("unused")} bought and not used, ${total("verified")} rewards verified`,
        T_data: dearest(runs, T_DATA),
        T_comp: dearest(runs, T_COMP),
        promised: { T_data: promisedOf(at, "T_data"), T_comp: promisedOf(at, "T_comp") }
      }
    ],
    sections: [
      {
        title: `${labelOf(algorithm)} on ${source}`,
        blocks: [
          settingOf(at, prefix),
          resultsOf(at, of, prefix),
          answersOf(evaluations, prefix),
          paidOf(at, of, prefix),
          ...(failures === undefined ? [] : [{ kind: "prose" as const, text: `! ${failures}` }]),
          {
            kind: "figures",
            figures: [
              ...accuracyFigure(accuracies, at.get("target").maybeNumber, level, `${prefix}accuracy`),
              ...rateFigure(rates, at.in("goal", "coverage").number, level, `${prefix}rates`)
            ]
          },
          ratesTable(rates, level, prefix),
          runsTable(of, prefix),
          ...blocks
        ]
      }
    ]
  }
}
