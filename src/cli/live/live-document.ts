/** A live audit as JSON. */
import type { CallIdentity } from "../../live/draw-journal.ts"
import type { LiveJudgement } from "../../live/live-judge.ts"
import type { LiveRun } from "../../live/live-run.ts"
import type { Bought } from "../../live/purchases.ts"
import type { TextSourceFacts } from "../../live/text-source.ts"
import type { Verifier } from "../../live/verifier.ts"
import { type JsonInput } from "../../run/json-text.ts"
import { ledgerJson, policyJson } from "../../run/run-json.ts"
import { VERSION } from "../version.ts"
import type { LiveCall } from "./live-call.ts"
import type { Price } from "./live-options.ts"

/** Dollars of what was bought. */
export const dollars = ({ completionTokens, promptTokens }: Bought, { completion, prompt }: Price): number =>
  (promptTokens * prompt + completionTokens * completion) / 1e6

export interface LiveReport {
  readonly algorithm: string
  readonly source: string
  /** The call that makes it again. */
  readonly command: string
  /** Whose draws they are, as the journal has it. */
  readonly drawing: CallIdentity
  readonly facts: TextSourceFacts
  readonly call: LiveCall
  readonly verifier: Pick<Verifier, "dimension" | "names" | "noisy" | "parameterRadius" | "rewardRange">
  readonly files: { readonly prompts: string; readonly checks: string }
  readonly prompts: ReadonlyArray<string>
  readonly price: Price | undefined
  readonly runs: ReadonlyArray<LiveRun>
  readonly judgements: ReadonlyArray<LiveJudgement>
  /** Requests that the journal stood for, and times that an answer was lost with a process. */
  readonly resumed: { readonly kept: number; readonly lost: number }
}

const boughtJson = (bought: Bought, price: Price | undefined) => ({
  ...bought,
  dollars: price && dollars(bought, price)
})

const runJson = (run: LiveRun, { call, price, prompts }: LiveReport): JsonInput => {
  const { evaluation } = run
  return {
    trial: run.trial,
    outcome: run.outcome,
    ledger: ledgerJson(run.ledger),
    learning: {
      bought: boughtJson(run.live.bought, price),
      used: run.live.used,
      unused: run.live.unused,
      verified: run.live.verified,
      responses: run.live.responses
    },
    spanner: { count: run.spanner.count, accepted: run.spanner.accepted },
    sampler: { ...run.sampler },
    failures: { ...run.failures },
    transcript: { ...run.transcript },
    policy: policyJson(run.policy, call.problem.dimension),
    evaluation: evaluation && {
      ...evaluation.plan,
      policy: { right: evaluation.policy.right, ...evaluation.policy.interval },
      base: { right: evaluation.base.right, ...evaluation.base.interval },
      bought: boughtJson(evaluation.bought, price),
      linear: { sup: evaluation.linear.sup, rms: evaluation.linear.rms },
      verified: evaluation.verified,
      prompts: evaluation.rates.map((rate, x) => ({ prompt: prompts[x], ...rate })),
      shown: evaluation.shown.map((one) => ({ ...one }))
    }
  }
}

export const liveDocument = (report: LiveReport): JsonInput => {
  const { call, facts, files, judgements, runs, verifier } = report
  return {
    format: "coverbound-live",
    version: 1,
    suite: VERSION,
    algorithm: report.algorithm,
    source: report.source,
    command: report.command,
    drawing: { ...report.drawing },
    sampling: { ...facts.sampling },
    usage: facts.usage,
    problem: {
      dimension: verifier.dimension,
      beta: call.problem.beta,
      rewardRange: verifier.rewardRange,
      parameterRadius: verifier.parameterRadius
    },
    checks: {
      names: verifier.names,
      noisy: verifier.noisy,
      sha256: files.checks
    },
    prompts: { count: report.prompts.length, first: report.prompts[0], sha256: files.prompts },
    goal: { ...call.goal },
    parameters: { ...call.parameters },
    parametersFrom: call.parametersFrom,
    seed: call.seed,
    trials: call.trials,
    level: call.level,
    budget: { ...call.budget },
    target: call.target,
    price: report.price && { ...report.price },
    resumed: { ...report.resumed },
    verdicts: judgements.map((clause) => ({ ...clause })),
    runs: runs.map((run) => runJson(run, report))
  }
}
