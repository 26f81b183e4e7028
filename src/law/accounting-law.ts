/** What every answer of an oracle owes the ledger (framework.md, t6-softmax-sampler.md, t7-spanner-sampling.md, t8-mtss.md), held against a tape. */
import type { Instance } from "../instance/instance.ts"
import { promptIndex } from "../oracle/handle.ts"
import { samplerDraws } from "../oracle/sampler-draws.ts"
import type { Observation } from "./candidate.ts"
import { clause, type Finding } from "./law.ts"
import type { OracleEvent } from "./oracle-event.ts"

const total = (counts: ArrayLike<number>): number => Array.from(counts).reduce((a, b) => a + b, 0)

/** [least, most] that one answer may charge, per account, by framework.md, t6-softmax-sampler.md and t7-spanner-sampling.md. */
const owed = (
  event: OracleEvent,
  instance: Instance
): { prompts: readonly [bigint, bigint]; sampling: readonly [bigint, bigint]; rewards: bigint } => {
  const exactly = (n: number | bigint) => [BigInt(n), BigInt(n)] as const
  const free = exactly(0)
  switch (event.kind) {
    case "prompts":
      return { prompts: exactly(event.prompts.length), sampling: free, rewards: 0n }
    case "draw":
      return { prompts: free, sampling: exactly(event.prompts.length), rewards: 0n }
    case "pairs":
      return { prompts: exactly(event.asked), sampling: exactly(2 * event.asked), rewards: 0n }
    case "token-draw":
      return { prompts: free, sampling: exactly(1), rewards: 0n }
    case "first-hit":
    case "token-search": {
      const most = 2n * BigInt(event.limit)
      return { prompts: free, sampling: event.hit === undefined ? [most, most] : [2n, most], rewards: 0n }
    }
    case "sweep": {
      const { promptsVisited, hit } = event.answer
      const perPrompt = 2n * BigInt(event.limit)
      const all = perPrompt * BigInt(promptsVisited)
      return {
        prompts: exactly(promptsVisited),
        sampling: hit === undefined ? [all, all] : [all - perPrompt + 2n, all],
        rewards: 0n
      }
    }
    case "tilted":
    case "token-tilted": {
      const { estimate, trials } = samplerDraws(event.request.promise, event.request.delta)
      const anchor = event.kind === "token-tilted" || event.anchorDrawn ? 1n : 0n
      const most = anchor + BigInt(estimate) + BigInt(trials)
      return {
        prompts: free,
        sampling: event.answer.accepted ? [anchor + BigInt(estimate) + 1n, most] : [most, most],
        rewards: 0n
      }
    }
    case "token-checked": {
      const { answer, request } = event
      const tilts = request.tilt.theta.some((t) => t !== 0)
      const most = 1n + BigInt(request.draws) + (tilts ? BigInt(request.trials) : 1n)
      const before = BigInt(answer.visits - (answer.fired === undefined ? 0 : 1))
      const least = before * (2n + BigInt(request.draws)) + (answer.fired === undefined ? 0n : 2n)
      return { prompts: free, sampling: [least, BigInt(answer.visits) * most], rewards: 0n }
    }
    case "reward-sum":
      return { prompts: free, sampling: free, rewards: BigInt(event.n) }
    case "farthest":
      return { prompts: free, sampling: exactly(event.asked), rewards: 0n }
    case "strong":
      return { prompts: free, sampling: exactly(event.prompts.length), rewards: 0n }
    case "explore": {
      const draws = BigInt(event.groups.length * event.thetas.length)
      return { prompts: exactly(event.groups.length), sampling: exactly(draws), rewards: draws }
    }
    case "rewards":
      return { prompts: free, sampling: free, rewards: BigInt(event.responses.length) }
    case "differences":
      return { prompts: free, sampling: free, rewards: BigInt(2 * total(event.batch.counts)) }
    case "enumerate":
      return { prompts: free, sampling: exactly(instance.responseCount(promptIndex(event.prompt))), rewards: 0n }
    case "accepted":
    case "token-start":
    case "token-extend":
    case "token-finish":
      return { prompts: free, sampling: free, rewards: 0n }
  }
}

const within = (value: bigint, [least, most]: readonly [bigint, bigint]): boolean => value >= least && value <= most

/** Every answer of a tape charged what it owes, and the ledger's totals are the sum of the charges. */
export const accounting = ({ events, instance, record, exhausted }: Observation): ReadonlyArray<Finding> => {
  const sums = { prompts: 0n, sampling: 0n, rewards: 0n }
  const findings: Array<Finding> = []
  for (const event of events) {
    const { prompts, sampling, rewards } = owed(event, instance)
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
