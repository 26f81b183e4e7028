/** T9 at its own constants: how long a run takes, what it costs, how far its layers are from b, and whether it keeps its word over many seeds. */
import { mtss } from "../src/algorithm/mtss.ts"
import { mtssConstants } from "../src/algorithm/mtss-parameters.ts"
import { tokenChainFamily } from "../src/instance/families/token-chain.ts"
import { tokenLockFamily } from "../src/instance/families/token-lock.ts"
import { instantiate } from "../src/instance/family.ts"
import type { Instance } from "../src/instance/instance.ts"
import { referenceSuboptimality } from "../src/policy/optimum.ts"
import { goalOnGround, groundOf } from "../src/run/sweep.ts"
import { layerErrors } from "../src/theorem/layer-error.ts"
import { mtssComputationBound, mtssDataBound } from "../src/theorem/t9-mtss-is-pac.ts"
import { series, spread } from "./measure.ts"
import { median } from "../src/statistics/median.ts"
import type { Series, Suite, Target } from "./suite.ts"
import { timedRuns } from "./timed-run.ts"

/** Of R. */
const EPSILON = 0.1
const DELTA = 0.02
/** Processor seconds that a run may take. */
const SECONDS = 60
const SEEDS = 20
const QUICK = 3

const both = (of: (noise: "none" | "bernoulli") => Instance): ReadonlyArray<Instance> => [of("none"), of("bernoulli")]
const chain = (H: number) => both((noise) => instantiate(tokenChainFamily, { H, C: 1.5, noise }))
const lock = (H: number) => both((noise) => instantiate(tokenLockFamily, { A: 4, H, noise }))

const instances = (quick: boolean): ReadonlyArray<Instance> =>
  quick ? [...chain(4), ...lock(4)] : [...chain(4), ...chain(8), ...chain(16), ...lock(4), ...lock(8)]

const largest = (values: ReadonlyArray<bigint>): bigint => values.reduce((a, b) => (a > b ? a : b))
const scientific = (n: bigint): string => Number(n).toExponential(2)

export const t9: Suite = {
  name: "t9",
  summary: "MTSS at T9's own constants on TokenChain and TokenLock, exact-law oracle",
  run: async ({ quick, log }) => {
    const costs: Array<ReadonlyArray<string>> = []
    const layers: Array<ReadonlyArray<string>> = []
    const targets: Array<Target> = []
    const raw: Array<Series> = []
    const seeds = quick ? QUICK : SEEDS
    for (const instance of instances(quick)) {
      const { exact, spec: name, tokens } = instance
      const ground = groundOf(instance, "")
      const { best, problem } = ground
      const epsilon = EPSILON * exact.rewardRange
      const goal = goalOnGround(ground, epsilon, DELTA)
      const { constants, parameters } = mtssConstants(problem, goal)
      const subject = { exact, tokens: tokens!, best, problem, algorithm: mtss, parameters, goal }
      const bounds = [mtssDataBound, mtssComputationBound].map((of) =>
        of(parameters, tokens!.dimension, tokens!.horizon)
      )
      const { processor, records: runs } = await timedRuns(ground, mtss, parameters, seeds, (line) =>
        log(`t9: ${line}`)
      )
      const data = largest(runs.map((r) => r.ledger.rewardQueries))
      const computation = largest(runs.map((r) => r.ledger.samplingQueries))
      const worst = Math.max(...runs.map((r) => r.suboptimality.value)) / epsilon
      const errors = runs.map((r) => layerErrors(subject, r)!.map(({ error }) => error / constants.confidenceRadius))
      const perLayer = errors[0].map((_, h) => Math.max(...errors.map((one) => one[h])))
      // The sum of step (g), before its terms are replaced by ε/3 (t9-mtss-is-pac.md).
      const { beta, rewardRange: R } = exact
      const { horizon: H } = tokens!
      const certified = Math.log((H * constants.spannerSize + 1) / DELTA) / parameters.certifyingRollouts
      const spent = (H * (constants.confidenceRadius ** 2 / beta / 2 + 2 * constants.missed * (R + beta))) / epsilon
      const promise = spent + (3 * R * H * certified) / epsilon
      const visits = Math.max(...runs.map((r) => r.layers!.prefixes))
      costs.push([
        name,
        String(seeds),
        spread(processor),
        visits.toExponential(2),
        `${scientific(data)} of ${scientific(bounds[0])}`,
        `${scientific(computation)} of ${scientific(bounds[1])}`,
        worst.toExponential(1),
        promise.toFixed(3),
        (referenceSuboptimality(exact, best) / epsilon).toFixed(2)
      ])
      layers.push([name, constants.confidenceRadius.toPrecision(3), perLayer.map((e) => e.toPrecision(2)).join(" ")])
      raw.push(series(`${name}, processor`, "s", processor))
      targets.push(
        {
          claim: `${name}: a run in under ${SECONDS} s of one core`,
          measured: `${median(processor).toFixed(2)} s processor, at most ${Math.max(...processor).toFixed(2)} s`,
          held: Math.max(...processor) < SECONDS,
          kind: "timing"
        },
        {
          claim: `${name}: none of ${seeds} seeds ends above ε = 0.1R, nor above ε′ = ${promise.toFixed(3)} ε, every layer within b, both costs within their bounds`,
          measured: `worst ${worst.toExponential(1)} ε, ${Math.max(...perLayer).toPrecision(2)} b`,
          held:
            worst <= Math.min(1, promise) &&
            Math.max(...perLayer) <= 1 &&
            data <= bounds[0] &&
            computation <= bounds[1],
          kind: "result"
        }
      )
    }
    return {
      tables: [
        {
          title: `Runs at ε = 0.1R, δ = ${DELTA}, the dearest and the worst of each (processor seconds: median (least–greatest))`,
          columns: [
            "instance",
            "seeds",
            "processor s",
            "visits",
            "T_data",
            "T_comp",
            "worst (J*−J)/ε",
            "ε′/ε",
            "π_ref's"
          ],
          rows: costs
        },
        {
          title: "Largest ‖θ_h − θ*_h‖ in the norm of Σ_h, over b, by layer",
          columns: ["instance", "b", "layers 1 … H"],
          rows: layers
        }
      ],
      targets,
      series: raw,
      notes: ["Processor seconds are the process's, compiler and garbage collector included."]
    }
  }
}
