/** What every answer of an oracle owes the ledger (framework.md, t6-softmax-sampler.md, t7-spanner-sampling.md, t8-mtss.md), held against a tape. */
import type { Instance } from "../instance/instance.ts"
import { promptIndex } from "../oracle/handle.ts"
import { samplerDraws } from "../oracle/sampler-draws.ts"
import type { Observation } from "./candidate.ts"
import { clause, type Finding } from "./law.ts"
import type { OracleEvent } from "./oracle-event.ts"

const total = (counts: ArrayLike<number>): number => Array.from(counts).reduce((a, b) => a + b, 0)

/** Least and most. */
type Range = readonly [bigint, bigint]

interface Owed {
  readonly prompts: Range
  readonly sampling: Range
  readonly rewards: bigint
}

const exactly = (n: number | bigint): Range => [BigInt(n), BigInt(n)]

/** What one answer may charge, per account, by framework.md, t6-softmax-sampler.md and t7-spanner-sampling.md; nothing where an account is left out. */
const chargeable = (event: OracleEvent, instance: Instance): Partial<Owed> => {
  switch (event.kind) {
    case "prompts":
      return { prompts: exactly(event.prompts.length) }
    case "draw":
    case "strong":
      return { sampling: exactly(event.prompts.length) }
    case "pairs":
      return { prompts: exactly(event.asked), sampling: exactly(2 * event.asked) }
    case "token-draw":
      return { sampling: exactly(1) }
    case "first-hit":
    case "token-search": {
      const most = 2n * BigInt(event.limit)
      return { sampling: event.hit === undefined ? [most, most] : [2n, most] }
    }
    case "sweep": {
      const { promptsVisited, hit } = event.answer
      const perPrompt = 2n * BigInt(event.limit)
      const all = perPrompt * BigInt(promptsVisited)
      return {
        prompts: exactly(promptsVisited),
        sampling: hit === undefined ? [all, all] : [all - perPrompt + 2n, all]
      }
    }
    case "tilted":
    case "token-tilted": {
      const { estimate, trials } = samplerDraws(event.request.promise, event.request.delta)
      const anchor = event.kind === "token-tilted" || event.anchorDrawn ? 1n : 0n
      const most = anchor + BigInt(estimate) + BigInt(trials)
      return { sampling: event.answer.accepted ? [anchor + BigInt(estimate) + 1n, most] : [most, most] }
    }
    case "token-checked": {
      const { answer, request } = event
      const tilts = request.tilt.theta.some((t) => t !== 0)
      const most = 1n + BigInt(request.draws) + (tilts ? BigInt(request.trials) : 1n)
      const before = BigInt(answer.visits - (answer.fired === undefined ? 0 : 1))
      const least = before * (2n + BigInt(request.draws)) + (answer.fired === undefined ? 0n : 2n)
      return { sampling: [least, BigInt(answer.visits) * most] }
    }
    case "farthest":
      return { sampling: exactly(event.asked) }
    case "explore": {
      const draws = BigInt(event.groups.length * event.thetas.length)
      return { prompts: exactly(event.groups.length), sampling: exactly(draws), rewards: draws }
    }
    case "rewards":
      return { rewards: BigInt(event.responses.length) }
    case "reward-sum":
      return { rewards: BigInt(event.n) }
    case "differences":
      return { rewards: BigInt(2 * total(event.batch.counts)) }
    case "enumerate":
      return { sampling: exactly(instance.responseCount(promptIndex(event.prompt))) }
    case "accepted":
    case "token-start":
    case "token-extend":
    case "token-finish":
      return {}
  }
}

const FREE = exactly(0)

const within = (value: bigint, [least, most]: Range): boolean => value >= least && value <= most

/** Every answer of a tape charged what it owes, and the ledger's totals are the sum of the charges. */
export const accounting = ({ events, instance, record, exhausted }: Observation): ReadonlyArray<Finding> => {
  const sums = { prompts: 0n, sampling: 0n, rewards: 0n }
  const findings: Array<Finding> = []
  for (const event of events) {
    const { prompts = FREE, sampling = FREE, rewards = 0n } = chargeable(event, instance)
    const { charged } = event
    sums.prompts += charged.prompts
    sums.sampling += charged.sampling
    sums.rewards += charged.rewards
    const fair = within(charged.prompts, prompts) && within(charged.sampling, sampling) && charged.rewards === rewards
    if (!fair || (event.kind === "sweep" && charged.sampling % 2n !== 0n)) {
      const said = `${charged.prompts} prompts, ${charged.sampling} sampling and ${charged.rewards} reward queries`
      const due = `${prompts.join("…")}, ${sampling.join("…")} and ${rewards}`
      findings.push(clause(false, `an answer to ${event.kind} charged ${said}, owed ${due}`))
    }
  }
  if (exhausted === undefined) {
    const { ledger } = record
    const parts = Object.entries(ledger.perOracle).reduce(
      (s, [kind, n]) => (kind === "rewards" || kind === "prompts" ? s : s + n),
      0n
    )
    findings.push(
      clause(
        ledger.samplingQueries === sums.sampling && parts === sums.sampling,
        "T_comp is the sum of what answers charged"
      ),
      clause(ledger.rewardQueries === sums.rewards, "T_data is the sum of what answers charged"),
      clause(ledger.perOracle.prompts === sums.prompts, "prompts counted are prompts given")
    )
  }
  return findings
}
