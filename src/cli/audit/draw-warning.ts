/** What a person is told before a literal oracle draws for long. */
import { count, duration } from "../../../reports/number-format.ts"
import type { Instance } from "../../instance/instance.ts"
import { samplerDraws } from "../../oracle/sampler-draws.ts"
import type { ChosenPlan } from "./audit-plan.ts"

/** Seconds of literal draws past which a person should know what is coming. */
const LONG = 60
/** Seconds a literal draw takes, in order of magnitude: from a table, and for each token of a sequence (measured: 1–4 ns and 35 ns). */
const [DRAW, TOKEN] = [4e-9, 35e-9]

/** A warning where literal oracles would draw for minutes (from a model of sequences) or for days (at T7's own constants). */
export const drawWarning = (
  {
    budget,
    interpreter,
    parameters,
    trials
  }: Pick<ChosenPlan["plan"], "budget" | "interpreter" | "parameters" | "trials">,
  { source }: Pick<Instance, "source">
): string | undefined => {
  const { pairs = 0, pairsPerPrompt = 0, prompts = 0, promise = 0, rejectionLevel = 0, rounds = 0 } = parameters
  const tilted = promise >= 1 && rejectionLevel > 0 && rejectionLevel < 1
  const perRound = tilted ? samplerDraws(promise, rejectionLevel).estimate : 0
  const run = 2 * (pairs + prompts * pairsPerPrompt) + rounds * perRound
  const draws = Math.min(run, Number(budget?.samplingQueries ?? Infinity)) * trials
  const seconds = draws * (source.blocksPerResponse > 1 ? TOKEN * source.blocksPerResponse : DRAW)
  if (interpreter !== "literal" || seconds < LONG) return undefined
  return `About ${count(draws)} literal draws: ${duration(1000 * seconds)}. Where the instance permits, --oracle exact-law charges them without drawing; --budget-samples stops sooner.\n`
}
