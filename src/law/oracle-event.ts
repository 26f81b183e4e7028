/** The tape of a run as data: one event for each answer of an oracle, with what it was charged, and one for each pair the learner said it accepted. */
import { committedParameters, type Pair, promptOf } from "../oracle/handle.ts"
import type { AnswerOf, OperationName, Services } from "../oracle/operations.ts"

/** What one call added to the ledger. */
export interface Charged {
  readonly prompts: bigint
  readonly sampling: bigint
  readonly rewards: bigint
}

type Write<F> = F extends (...request: infer P) => unknown ? (request: P, answer: AnswerOf<F>) => object : never
type Writes = {
  readonly [N in OperationName]: N extends `${infer S extends keyof Services}.${infer O}`
    ? Write<Services[S][O & keyof Services[S]]> | undefined
    : never
}

/** An event of a kind. */
const told = <K extends string, F>(kind: K, fields: F): Readonly<F> & { readonly kind: K } => ({ ...fields, kind })

const once = Float64Array.of(1)

/** What the tape says of each operation, from its request and its answer; undefined: nothing. `asked`: prompts, pairs, draws or visits, as the operation counts them. */
export const EVENTS = {
  "Prompts.draw": (_, prompts) => told("prompts", { prompts }),
  "WeakSampling.draw": ([prompts], responses) => told("draw", { prompts, responses }),
  "WeakSampling.pairs": ([asked], batch) => told("pairs", { asked, batch }),
  "WeakSampling.firstHit": ([prompt, test, limit], hit) => told("first-hit", { prompt, test, limit, hit }),
  "WeakSampling.sweep": ([test, limit, asked], answer) => told("sweep", { test, limit, asked, answer }),
  "WeakSampling.farthest": ([anchor, test, asked], response) => told("farthest", { anchor, test, asked, response }),
  // A tilted draw against its anchor, which the oracle may have drawn, too. `logNormaliser` where the learner was told it.
  "WeakSampling.tilted": ([anchor, request], { response, ...answer }) => {
    const pair = { prompt: promptOf(anchor), left: response, right: anchor }
    return told("tilted", { anchorDrawn: false, request, answer: { ...answer, pair } })
  },
  "WeakSampling.tiltedPair": ([, request], answer) =>
    told("tilted", { anchorDrawn: true, request, answer: { ...answer, logNormaliser: undefined } }),
  "StrongSampling.draw": ([theta, prompts], responses) => told("strong", { theta, prompts, responses }),
  "TokenSampling.start": ([prompt], prefix) => told("token-start", { prompt, prefix }),
  "TokenSampling.extend": ([token], prefix) => told("token-extend", { token, prefix }),
  "TokenSampling.finish": ([prefix], response) => told("token-finish", { prefix, response }),
  "TokenSampling.draw": ([prefix], token) => told("token-draw", { prefix, token }),
  "TokenSampling.firstHit": ([prefix, test, limit], hit) => told("token-search", { prefix, test, limit, hit }),
  "TokenSampling.tilted": ([prefix, request], answer) => told("token-tilted", { prefix, request, answer }),
  "TokenSampling.checkedTilt": ([prefix, request, asked], answer) =>
    told("token-checked", { prefix, request, asked, answer }),
  "Rewards.query": ([responses], values) => told("rewards", { responses, values }),
  "Rewards.queryOne": ([response], value) => told("rewards", { responses: [response], values: Float64Array.of(value) }),
  "Rewards.queryDifferences": ([batch], values) => told("differences", { batch, values }),
  "Rewards.queryDifference": ([pair], value) =>
    told("differences", { batch: { pairs: [pair], counts: once }, values: Float64Array.of(value) }),
  "Rewards.querySum": ([response, n], value) => told("reward-sum", { response, n, value }),
  // The committed parameters, in order.
  "ProperRewards.explore": ([commitment], groups) =>
    told("explore", { thetas: committedParameters(commitment), groups }),
  "ResponseSpace.enumerate": ([prompt], responses) => told("enumerate", { prompt, responses }),
  "Journal.accepted": ([phi, layer]) => told("accepted", { phi, layer }),
  "Journal.checkpoint": undefined,
  "Journal.pass": undefined,
  "Journal.progress": undefined
} satisfies Writes

type Told<W> = W extends (...asked: never) => infer E ? E : never
export type EventBody = Told<(typeof EVENTS)[OperationName]>
export type OracleEvent = { readonly charged: Charged } & EventBody

/** The pair that a search found, if this was one and it did. */
export const hitOf = (event: OracleEvent): Pair | undefined =>
  event.kind === "first-hit" ? event.hit : event.kind === "sweep" ? event.answer.hit : undefined
