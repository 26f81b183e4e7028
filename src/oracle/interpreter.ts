/** The services of one run: an instance seen through one interpreter, one ledger and one seed. */
import * as Context from "effect/Context"
import { finiteSource } from "../instance/finite-source.ts"
import type { Instance } from "../instance/instance.ts"
import type { TokenInstance } from "../instance/token-instance.ts"
import { layerParameters, valuesOf } from "../instance/token-values.ts"
import type { Stream } from "../numeric/stream.ts"
import { TABLE_LIMIT } from "../search/pass-cache.ts"
import { type SearchChoice, SessionSearch } from "../search/session-search.ts"
import { EXACT_LAW_LIMIT, exactLawDraws } from "./exact-law.ts"
import type { Prompt, Response } from "./handle.ts"
import { type Budget, Ledger } from "./ledger.ts"
import { literalDraws } from "./literal.ts"
import { rewardOracle } from "./rewards.ts"
import { Rows } from "./rows.ts"
import {
  type Problem,
  Prompts,
  ProperRewards,
  ResponseSpace,
  Rewards,
  StrongSampling,
  TokenSampling,
  WeakSampling
} from "./services.ts"
import { type ProperPlans, strongOracles } from "./strong.ts"
import { offered } from "./tap.ts"
import { tokenSampling, tokensMissing } from "./tokens.ts"
import { ANSWER, type Transcript } from "./transcript.ts"
import { weakSampling } from "./weak.ts"
import { requireCount, type SamplerTally, Workbench } from "./workbench.ts"

const INTERPRETERS: ReadonlyArray<Interpreter> = ["literal", "exact-law"]

/** How oracle answers are produced. */
export type Interpreter = "literal" | "exact-law"

/** How the oracles of a run answer, and what they may cost. */
export interface OracleOptions {
  readonly interpreter: Interpreter
  /** The run's stream: (seed, trial). */
  readonly stream: Stream
  readonly budget?: Budget
  /** Largest number of draws generated at once by the literal interpreter; results do not depend on it. */
  readonly batch?: number
  /** What may make searches, counts and tables; results do not depend on it. Default auto. */
  readonly searches?: SearchChoice
  /** Most threads of a search, the caller's included. Default 2. */
  readonly threads?: number
}

/** Everything an algorithm of this suite may ask for. */
export type OracleServices =
  | Prompts
  | WeakSampling
  | StrongSampling
  | TokenSampling
  | Rewards
  | ProperRewards
  | ResponseSpace

/** The oracles of one run, and what was seen of it. `services` is what an algorithm's program is run on; everything else is the experimenter's. */
export interface OracleSession {
  readonly services: Context.Context<OracleServices>
  readonly ledger: Ledger
  readonly tally: SamplerTally
  /** What made the searches, counts and tables so far: `js`, or the kernel that made some of them. */
  readonly backend: () => string
  /** Ends the session: the oracles answer no more, and what they searched with is let go. */
  readonly close: () => void
  /** Reward queries so far at responses with φ ≠ 0. */
  readonly rewardedFeatures: () => bigint
  /** Sampling queries charged when the first of those was made. */
  readonly firstFeatureAt: () => bigint | undefined
  /** What a proper learner committed to so far; undefined when it committed to nothing. */
  readonly plans: () => ProperPlans | undefined
  readonly transcript: Transcript
}

/** max_h ‖θ*_h‖ of token sides: asked for at every trial, solved once. */
const radii = new WeakMap<object, number>()
const layerRadius = (tokens: TokenInstance, exact: Instance["exact"]): number => {
  const known =
    radii.get(tokens) ??
    Math.max(...layerParameters(tokens, valuesOf(tokens, exact)).map(({ theta }) => Math.hypot(...theta)))
  radii.set(tokens, known)
  return known
}

/** What the learner is told about an instance: d, β, R, B, Θ, and H and the B of layers where responses are made of tokens. */
export const problemOf = ({ exact, tokens }: Pick<Instance, "exact" | "tokens">): Problem => ({
  dimension: exact.dimension,
  beta: exact.beta,
  rewardRange: exact.rewardRange,
  parameterRadius:
    exact.parameterSet.kind === "ball"
      ? exact.parameterSet.radius
      : exact.parameterSet.halfWidth * Math.sqrt(exact.dimension),
  parameterSet: exact.parameterSet,
  ...(tokens === undefined
    ? {}
    : {
        tokens: {
          horizon: tokens.horizon,
          dimension: tokens.dimension,
          noiseFree: exact.noise.kind === "none",
          parameterRadius: layerRadius(tokens, exact)
        }
      })
})

/**
 * Opens the oracles of one run: an instance seen through one interpreter, one ledger and one stream. Close the session when it is done with.
 *
 * @throws ExactLawUnavailable when the interpreter is exact-law and the instance is too wide for it; BackendUnavailable
 * where `wasm` was asked for and cannot be had; RangeError of an interpreter that is none, or a batch that is no whole number of draws.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { openOracles, Prompts, Rewards, Stream, WeakSampling } from "coverbound"
 * import { namedInstance } from "coverbound/instance"
 *
 * const session = openOracles(namedInstance("rare-good:C=10,d=2"), { interpreter: "literal", stream: Stream.fromSeed(1) })
 * const program = Effect.gen(function* () {
 *   const prompts = yield* (yield* Prompts).draw(3)
 *   const responses = yield* (yield* WeakSampling).draw(prompts)
 *   return yield* (yield* Rewards).query(responses)
 * })
 * const rewards = Effect.runSync(Effect.provideContext(program, session.services))
 * const { rewardQueries, samplingQueries } = session.ledger.snapshot()
 * session.close()
 * console.log(rewards.length, rewardQueries, samplingQueries) // => 3 3 3
 * ```
 */
export const openOracles = (instance: Instance, options: OracleOptions): OracleSession => {
  const { batch, interpreter } = options
  if (!INTERPRETERS.includes(interpreter))
    throw new RangeError(`interpreter: ${interpreter}, expected ${INTERPRETERS.join(" or ")}`)
  if (batch !== undefined && !(Number.isSafeInteger(batch) && batch >= 1))
    throw new RangeError(`batch: ${batch}, expected a whole number, at least 1`)
  const ledger = new Ledger(options.budget)
  const exactLaw = options.interpreter === "exact-law"
  const search = new SessionSearch(options.searches, options.threads)
  const bench = new Workbench(instance, ledger, options.stream, search)
  const { exact, tokens } = instance
  const draw = (n: number): ReadonlyArray<Prompt> => {
    // A loop: exploration asks for one prompt a round, and Array.from would cost more than drawing it.
    requireCount("prompts", n)
    const drawn: Array<Prompt> = []
    for (let i = 0; i < n; i++) drawn.push(bench.prompt(bench.nextPrompt()))
    return drawn
  }
  const enumerate = (prompt: Prompt): ReadonlyArray<Response> => {
    const x = bench.x(prompt)
    const [start, end] = [exact.offsets[x], exact.offsets[x + 1]]
    const cost = instance.responseCount(x)
    ledger.chargeExact("enumeration", cost)
    bench.transcript.wide(ANSWER.enumeration, x, end - start, cost)
    return Array.from({ length: end - start }, (_, i) => bench.response(x, start + i))
  }
  const responses = new Rows(exact, exactLaw ? EXACT_LAW_LIMIT : TABLE_LIMIT, search)
  const weak = exactLaw
    ? exactLawDraws(bench, responses, "weakSampling", bench.stream, "visit")
    : literalDraws(bench, responses, instance.source, "weakSampling", bench.stream, "visit", options.batch)
  const tokenDraws = (table: NonNullable<typeof tokens>) => {
    const rows = new Rows(table, TABLE_LIMIT, search, table.layers)
    const stream = bench.stream.split("tokens")
    if (exactLaw) return exactLawDraws(bench, rows, "tokenSampling", stream, "search")
    const { offsets, reference } = table
    const source = finiteSource({ offsets, reference, rowOf: Int32Array.from(reference, (_, row) => row) })
    return literalDraws(bench, rows, source, "tokenSampling", stream, "search", options.batch)
  }
  const { firstFeatureAt, observe, rewardedFeatures, service: rewards } = rewardOracle(bench, exactLaw)
  const { strong, proper, plans } = strongOracles(bench, observe)
  const services = Context.empty().pipe(
    Context.add(Prompts, offered("Prompts", { draw })),
    Context.add(WeakSampling, weakSampling(bench, weak)),
    Context.add(StrongSampling, strong),
    Context.add(
      TokenSampling,
      tokens === undefined ? tokensMissing(instance.spec) : tokenSampling(bench, tokens, tokenDraws(tokens))
    ),
    Context.add(Rewards, rewards),
    Context.add(ProperRewards, proper),
    Context.add(ResponseSpace, offered("ResponseSpace", { enumerate }))
  )
  return {
    services,
    ledger,
    tally: bench.tally,
    backend: () => search.backend,
    close: () => search.close(),
    rewardedFeatures,
    firstFeatureAt,
    plans,
    transcript: bench.transcript
  }
}
