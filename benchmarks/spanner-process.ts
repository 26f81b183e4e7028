/** One process of the spanner-phase suite: processor and wall seconds at every point of one grid, on stdout as JSON. */
import * as Effect from "effect/Effect"
import { spannerSampling, growSpanner } from "../src/algorithm/spanner-sampling.ts"
import { rareGood } from "../src/instance/families/rare-good.ts"
import { finiteInstance } from "../src/instance/make-instance.ts"
import { RidgeRegression } from "../src/numeric/gram.ts"
import { Stream } from "../src/numeric/stream.ts"
import { openOracles, type OracleServices } from "../src/oracle/interpreter.ts"
import { type Ground, goalOnGround, groundOf } from "../src/run/sweep.ts"
import { processorSeconds } from "./processor.ts"
import { type PhasePoint, PHASES, type PhaseName } from "./spanner-grids.ts"

const DELTA = 0.02
const groundAt = (C: number, d: number): Ground => groundOf(finiteInstance(rareGood({ C, d }), "spanner-phase"), "")
/** T7's T_span over C_cov, its logarithm as at C = 10⁴, d = 4, ε = 0.1: (3/ε)(6R + 2eR)·log(T_prompt/δ). */
const spanPerCoverage = ((): number => {
  const ground = groundAt(1e4, 4)
  const { pairsPerPrompt } = spannerSampling.fromTheory(ground.problem, goalOnGround(ground, 0.1, DELTA))
  return pairsPerPrompt / ground.best.coverage
})()
/** Pairs of a finished spanner's phase at the least: T7 visits 10⁵ prompts and more, so that what a first visit costs is spread. */
const FINISHED_PAIRS = 4e7
const FINISHED_PROMPTS = 4
/** Milliseconds before the first point: the engine compiles what is hot. */
const WARM_UP = 1000

const [phaseName, seed, most] = process.argv.slice(2)
const phase = PHASES[phaseName as PhaseName]

const work = (C: number, d: number, epsilon: number, trial: number) => {
  const ground = groundAt(C, d)
  const { best, instance, problem } = ground
  const { coverage } = best
  const practical = spannerSampling.practical(problem, goalOnGround(ground, epsilon, DELTA))
  const session = openOracles(instance, {
    interpreter: "literal",
    // One thread at every size: two join past 10⁵ draws, and a fit across that step would measure it.
    threads: 1,
    stream: Stream.fromSeed(Number(seed)).split("phase", trial)
  })
  const pairs = (): number => Number(session.ledger.snapshot().perOracle.weakSampling) / 2
  const of = (visits: number, effect: Effect.Effect<unknown, unknown, OracleServices>) => ({
    coverage,
    pairs,
    session,
    visits,
    run: (): void => void Effect.runSync(Effect.provideContext(effect, session.services))
  })
  if (phaseName === "exploration")
    return of(1, spannerSampling.run(problem, { ...practical, prompts: 1, pairsPerPrompt: 1 }))
  const design = new RidgeRegression(d, practical.lambda)
  if (phaseName === "spanner") return of(1, growSpanner(problem, practical, design))
  // A finished spanner: every direction has been paid for, so that no pair passes and every pair is drawn.
  const unit = new Float64Array(d)
  for (let j = 0; j < d; j++) {
    unit.fill(0)
    unit[j] = 1
    design.add(unit, 0, 1e6)
  }
  const pairsPerPrompt = Math.ceil(spanPerCoverage * coverage)
  const visits = Math.max(FINISHED_PROMPTS, Math.ceil(FINISHED_PAIRS / pairsPerPrompt))
  return of(visits, growSpanner(problem, { ...practical, prompts: visits, pairsPerPrompt }, design))
}

const shape = (
  { axis, base }: (typeof phase.grids)[number],
  value: number
): { readonly C: number; readonly d: number; readonly epsilon: number } => Object.assign({}, base, { [axis]: value })

for (const start = performance.now(), [grid] = phase.grids; performance.now() - start < WARM_UP;) {
  const { C, d, epsilon } = shape(grid, grid.values[0])
  const warmed = work(C, d, epsilon, 0)
  warmed.run()
  warmed.session.close()
}
const points: Array<PhasePoint> = []
for (const grid of phase.grids) {
  const { axis, values } = grid
  for (const value of values.filter((v) => axis !== "C" || v <= Number(most))) {
    const { C, d, epsilon } = shape(grid, value)
    // Small points are repeated: a tenth of a second each.
    let [wall, processor, pairs, coverage, times] = [0, 0, 0, 0, 0]
    let backend = ""
    for (let trial = 0; wall < 0.1; trial++) {
      const made = work(C, d, epsilon, trial)
      const [cpu, start] = [processorSeconds(), performance.now()]
      made.run()
      wall += (performance.now() - start) / 1e3
      processor += processorSeconds() - cpu
      pairs += made.pairs()
      coverage = made.coverage
      times += made.visits
      backend = made.session.backend()
      made.session.close()
    }
    points.push({
      axis,
      value: axis === "C" ? coverage : value,
      wall: wall / times,
      processor: processor / times,
      pairs: pairs / times,
      backend
    })
  }
}
process.stdout.write(JSON.stringify(points))
