/** What a run will take, in order of magnitude: what chooses default parameters, and what a person is told before anything long. */
import { count, duration } from "../../../reports/number-format.ts"
import type { ParameterRecord } from "../../algorithm/algorithm.ts"
import type { Instance } from "../../instance/instance.ts"
import { samplerDraws } from "../../oracle/sampler-draws.ts"
import { spannerSize } from "../../policy/spanner-size.ts"
import type { ChosenPlan } from "./audit-plan.ts"

/** Seconds past which a person should know what is coming. */
const LONG = 10
/** Seconds a literal draw takes, in order of magnitude: from a table, and for each token of a sequence (measured: 1–4 ns and 35 ns). */
const [DRAW, TOKEN] = [4e-9, 35e-9]
/** Seconds of exact-law: a round of exploration, and a pair of classes looked at for one spanner pair (measured on RareGood and random instances). */
const [ROUND, CLASS_PAIR] = [3e-6, 8e-8]
/** Seconds of an exact-law visit of a prefix (measured on TokenChain and TokenLock: 0.2 to 0.3 µs). */
const VISIT = 3e-7
/** Spanners that ran at theory's constants had 0.09 to 0.17 of the pairs that T3 allows. */
const FILLED = 0.15

/** Prefixes that a run token by token visits where one pair joins each layer: certifying, and the rollouts on the sides of that pair. 0 where none is drawn so. */
const prefixVisits = ({ certifyingRollouts = 0, rollouts = 0 }: ParameterRecord, horizon: number): number =>
  horizon * certifyingRollouts + 1.5 * horizon * (horizon - 1) * rollouts

/** Seconds of one trial in exact-law, from the two parts that grow: rounds, and tables of pairs made anew for each spanner pair. */
export const exactLawSeconds = (
  parameters: ParameterRecord,
  { exact, source }: Pick<Instance, "exact" | "source">
): number => {
  const { lambda, nu, prompts = 0, rounds = 0 } = parameters
  const possible = lambda > 0 && nu > 0 ? FILLED * spannerSize(exact.dimension, nu, lambda) : 0
  let pairs = 0
  for (let x = 1; x < exact.offsets.length; x++) pairs += (exact.offsets[x] - exact.offsets[x - 1]) ** 2
  const visits = prefixVisits(parameters, source.blocksPerResponse)
  return rounds * ROUND + Math.min(prompts, possible) * pairs * CLASS_PAIR + visits * VISIT
}

/** Whether trials at these parameters end before a person should have been told. */
export const isQuick = (
  parameters: ParameterRecord,
  instance: Pick<Instance, "exact" | "source">,
  trials: number
): boolean => trials * exactLawSeconds(parameters, instance) < LONG

/** A line where literal oracles would draw for long (from a model of sequences) or for days (at T7's or T9's own constants), or exact-law would work for long. */
export const drawWarning = (
  {
    budget,
    interpreter,
    parameters,
    trials
  }: Pick<ChosenPlan["plan"], "budget" | "interpreter" | "parameters" | "trials">,
  instance: Pick<Instance, "source" | "exact">
): string | undefined => {
  if (interpreter === "exact-law") {
    const seconds = trials * exactLawSeconds(parameters, instance)
    return seconds < LONG || budget !== undefined
      ? undefined
      : `About ${duration(1000 * seconds)} at these parameters. --parameters practical asks for less; --budget-samples stops sooner.\n`
  }
  const { pairs = 0, pairsPerPrompt = 0, prompts = 0, promise = 0, rejectionLevel = 0, rounds = 0 } = parameters
  const tilted = promise >= 1 && rejectionLevel > 0 && rejectionLevel < 1
  const perRound = tilted ? samplerDraws(promise, rejectionLevel).estimate : 0
  const run = 2 * (pairs + prompts * pairsPerPrompt) + rounds * perRound
  const most = Number(budget?.samplingQueries ?? Infinity)
  const horizon = instance.source.blocksPerResponse
  // Token by token each is drawn from a table.
  const tokens = Math.min(prefixVisits(parameters, horizon) * (parameters.tokensPerPrefix ?? 0), most)
  const responses = Math.min(run, most)
  const draws = (tokens + responses) * trials
  const seconds = trials * (responses * (horizon > 1 ? TOKEN * horizon : DRAW) + tokens * DRAW)
  if (seconds < LONG) return undefined
  return `About ${count(draws)} literal draws: ${duration(1000 * seconds)}. Where the instance permits, --oracle exact-law charges them without drawing; --budget-samples stops sooner.\n`
}
