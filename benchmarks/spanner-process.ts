/** One process of the spanner-phase suite: processor and wall seconds at every point of one grid, on stdout as JSON. */
import * as Effect from "effect/Effect"
import { spannerSampling, growSpanner } from "../src/algorithm/spanner-sampling.ts"
import { rareGood } from "../src/instance/families/rare-good.ts"
import { finiteInstance } from "../src/instance/make-instance.ts"
import { RidgeRegression } from "../src/numeric/gram.ts"
import { Stream } from "../src/numeric/stream.ts"
import { openOracles, type OracleSession, problemOf } from "../src/oracle/interpreter.ts"
import { optimum } from "../src/policy/optimum.ts"
import { type PhasePoint, PHASES, type PhaseName } from "./spanner-grids.ts"

const DELTA = 0.02
/** T7's T_span over C_cov, its logarithm as at C = 10⁴, d = 4, ε = 0.1: (3/ε)(6R + 2eR)·log(T_prompt/δ). */
const SPAN_PER_COVERAGE = (C: number, d: number): number => {
  const exact = rareGood({ C, d })
  const instance = finiteInstance(exact, "spanner-phase")
  const coverage = optimum(exact).coverage
  return (
    spannerSampling.fromTheory(problemOf(instance), { epsilon: 0.1, delta: DELTA, coverage }).pairsPerPrompt / coverage
  )
}
const spanPerCoverage = SPAN_PER_COVERAGE(1e4, 4)
/** Pairs of a finished spanner's phase at the least: T7 visits 10⁵ prompts and more, so that what a first visit costs is spread. */
const FINISHED_PAIRS = 4e7
const FINISHED_PROMPTS = 4
/** Milliseconds before the first point: the engine compiles what is hot. */
const WARM_UP = 1000

const [phaseName, seed, most] = process.argv.slice(2)
const phase = PHASES[phaseName as PhaseName]

interface Work {
  readonly run: () => void
  readonly pairs: () => number
  readonly coverage: number
  readonly visits: number
  readonly session: OracleSession
}

const work = (C: number, d: number, epsilon: number, trial: number): Work => {
  const exact = rareGood({ C, d })
  const instance = finiteInstance(exact, "spanner-phase")
  const coverage = optimum(exact).coverage
  const problem = problemOf(instance)
  const practical = spannerSampling.practical(problem, { epsilon, delta: DELTA, coverage })
  const session = openOracles(instance, {
    interpreter: "literal",
    // One thread at every size: two join past 10⁵ draws, and a fit across that step would measure it.
    threads: 1,
    stream: Stream.fromSeed(Number(seed)).split("phase", trial)
  })
  const pairs = (): number => Number(session.ledger.snapshot().perOracle.weakSampling) / 2
  const measured = { coverage, pairs, session }
  const inside =
    <A, E>(effect: Effect.Effect<A, E>): (() => void) =>
    () =>
      void Effect.runSync(effect)
  if (phaseName === "exploration") {
    const parameters = { ...practical, prompts: 1, pairsPerPrompt: 1 }
    return {
      ...measured,
      visits: 1,
      run: inside(Effect.provideContext(spannerSampling.run(problem, parameters), session.services))
    }
  }
  const design = new RidgeRegression(d, practical.lambda)
  if (phaseName === "spanner") {
    return {
      ...measured,
      visits: 1,
      run: inside(Effect.provideContext(growSpanner(problem, practical, design), session.services))
    }
  }
  // A finished spanner: every direction has been paid for, so that no pair passes and every pair is drawn.
  const unit = new Float64Array(d)
  for (let j = 0; j < d; j++) {
    unit.fill(0)
    unit[j] = 1
    design.add(unit, 0, 1e6)
  }
  const pairsPerPrompt = Math.ceil(spanPerCoverage * coverage)
  const visits = Math.max(FINISHED_PROMPTS, Math.ceil(FINISHED_PAIRS / pairsPerPrompt))
  const parameters = { ...practical, prompts: visits, pairsPerPrompt }
  return {
    ...measured,
    visits,
    run: inside(Effect.provideContext(growSpanner(problem, parameters, design), session.services))
  }
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
      const cpu = process.cpuUsage()
      const start = performance.now()
      made.run()
      wall += (performance.now() - start) / 1e3
      const { user, system } = process.cpuUsage(cpu)
      processor += (user + system) / 1e6
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
