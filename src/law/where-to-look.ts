/** Where a run left its method, in words: which of its requests, and after how many rewards. */
import type { Observation } from "./candidate.ts"
import type { Finding } from "./law.ts"
import type { OracleEvent } from "./oracle-event.ts"

const WORDS: Readonly<Record<OracleEvent["kind"], string>> = {
  prompts: "prompts drawn",
  draw: "responses drawn",
  pairs: "pairs drawn",
  "first-hit": "a search for a pair",
  sweep: "a search over prompts",
  farthest: "a search for the farthest response",
  tilted: "a tilted draw",
  strong: "draws of a committed policy",
  "token-start": "a response begun",
  "token-extend": "a token appended",
  "token-finish": "a response ended",
  "token-draw": "a token drawn",
  "token-search": "a search for a token",
  "token-tilted": "a tilted token",
  "token-checked": "a checked token",
  rewards: "rewards",
  differences: "reward differences",
  "reward-sum": "rewards of one response",
  explore: "an exploration of committed policies",
  enumerate: "all responses listed",
  accepted: "a pair accepted"
}

/** "request 12 of its run (a tilted draw, 38 rewards before it)"; what is returned is no request. */
export const placeOfFinding = ({ events }: Pick<Observation, "events">, { at }: Finding): string | undefined => {
  if (at === undefined) return undefined
  const before = events.slice(0, at)
  const rewards = before.reduce((sum, { charged }) => sum + charged.rewards, 0n)
  const after = `${rewards} ${rewards === 1n ? "reward" : "rewards"} before it`
  const event = events.at(at)
  // Pairs that were accepted were told, not asked for.
  const number = before.filter(({ kind }) => kind !== "accepted").length + 1
  return event === undefined
    ? `what it returned (${after})`
    : `request ${number} of its run (${WORDS[event.kind]}, ${after})`
}
