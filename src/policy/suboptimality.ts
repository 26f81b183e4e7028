/** Suboptimality of a policy: exact where the sum over classes is affordable, else the average over sampled mixture components. */
import type { FiniteInstance } from "../instance/instance.ts"
import type { TokenTable } from "../instance/token-instance.ts"
import { type TokenValues, valuesOf } from "../instance/token-values.ts"
import { logTiltedMean } from "../numeric/log-sum-exp.ts"
import { categorical } from "../numeric/random-variates.ts"
import { widestSegment } from "../numeric/segments.ts"
import type { Stream } from "../numeric/stream.ts"
import { evaluateLogRatio, logRatio } from "./evaluate.ts"
import { klTerm } from "./kl-term.ts"
import { type MixtureKernel, type MixtureRatio, mixtureRatio } from "./mixture-ratio.ts"
import type { Optimum } from "./optimum.ts"
import type { Policy, TokenTiltedPolicy, TruncatedMixturePolicy } from "./policy.ts"
import { policyProblem } from "./policy-problem.ts"
import { evaluateTokens } from "./token-evaluate.ts"
import { BLOCKS_FROM, componentRewards, componentSums } from "./wide-component.ts"

/** A measured suboptimality J* − J_β(π). */
export interface Suboptimality {
  /** Units of reward, ≥ 0. */
  readonly value: number
  /**
   * `exact`: to rounding. `average`: the mean over the mixture's components, which by convexity of KL bounds the mixture's from above, estimated
   * from sampled components.
   */
  readonly kind: "exact" | "average"
  /** Standard error of an `average`; 0 for `exact`. */
  readonly standardError: number
}

/** Classes per prompt past which the R² truncation tables of the exact mixture are not built. */
const EXACT_WIDTH = 512

/** Below this, in units of R/β, a KL is summed from terms that cannot cancel. */
const CANCELLED = 1e-9
/** Rows that one measurement looks at, of a run's few and of its many: about a tenth of a second, and one. */
const ROWS = 2 ** 24
const FEWEST = 8

/** Samples of prompts so wide: as many as asked for up to 3.5·10⁵ rows, and then in proportion to what they cost. */
const affordable = (samples: number, widest: number): number =>
  Math.min(samples, Math.max(FEWEST, Math.floor((samples * ROWS) / (48 * widest))))

/** Measures policies of one run; incremental in a growing mixture. */
export interface SuboptimalityMeter {
  /**
   * @param samples components sampled where the exact sum is out of reach; fewer where prompts are so wide that they would be all that a run does
   * @throws TypeError for what is of no kind of policy
   */
  readonly measure: (policy: Policy, samples?: number) => Suboptimality
}

/**
 * @param usual components sampled per measurement where the exact sum is out of reach.
 * @param tokens the token side, where there is one.
 * @param kernel what adds components of mixtures where there are many; changes no digit.
 */
export const suboptimalityMeter = (
  exact: FiniteInstance,
  best: Optimum,
  stream: Stream,
  usual: number,
  tokens?: TokenTable,
  kernel?: MixtureKernel
): SuboptimalityMeter => {
  const { beta, dimension: d, offsets, promptProbabilities, reference, rewardRange } = exact
  const widest = widestSegment(offsets)
  /** Of the last component. */
  const rewards = new Float64Array(widest > EXACT_WIDTH ? widest : 0)
  let values: TokenValues | undefined
  let last: { readonly ratio: MixtureRatio; readonly of: TruncatedMixturePolicy } | undefined

  const tokenSuboptimality = (policy: TokenTiltedPolicy): number => {
    if (tokens === undefined) throw new TypeError(`policy: ${policy.kind}, expected a policy of whole responses`)
    values ??= valuesOf(tokens, exact)
    return evaluateTokens(tokens, exact, policy, values).suboptimality
  }

  /** Continues the last mixture when `policy` is the same one grown longer, in the same array or in a longer one. */
  const ratioOf = (policy: TruncatedMixturePolicy): MixtureRatio => {
    const grown =
      last !== undefined &&
      last.of.truncation === policy.truncation &&
      last.of.clip === policy.clip &&
      last.ratio.count <= policy.count &&
      sameStart(last.of.thetas, policy.thetas, last.ratio.count * d)
    const ratio = grown ? last!.ratio : mixtureRatio(exact, policy.truncation, policy.clip, kernel)
    ratio.extend(policy.thetas, policy.count)
    last = { ratio, of: policy }
    return ratio
  }

  const component = (policy: TruncatedMixturePolicy): number => {
    const x = categorical(stream, promptProbabilities, 0, promptProbabilities.length, 1)
    const [start, end] = [offsets[x], offsets[x + 1]]
    const anchor = start + categorical(stream, reference, start, end, 1)
    const t = stream.nextInteger(policy.count)
    const theta = policy.thetas.slice(t * d, (t + 1) * d)
    const component = { x, anchor, theta, policy, best: best.logRatio }
    const quickly = ([z, gain]: readonly [number, number]): number | undefined => {
      // E_p(f − r*)/β less the difference of the log-normalisers, good to about 10⁻¹⁴.
      const quick = gain / z - Math.log(z)
      return quick > CANCELLED * (1 + (policy.clip + rewardRange) / beta) ? beta * quick : undefined
    }
    const sums = end - start < BLOCKS_FROM ? undefined : kernel?.component?.(exact, component)
    const known = sums && quickly(sums)
    if (known !== undefined) return known
    const top = componentRewards(exact, component, rewards)
    const value =
      sums === undefined ? quickly(componentSums(exact, best.logRatio, start, end, rewards, top)) : undefined
    if (value !== undefined) return value
    const excess = logTiltedMean(reference, start, rewards, 0, end - start, top, beta)
    let kl = 0
    for (let y = start; y < end; y++) {
      if (reference[y] === 0) continue
      const ratio = (rewards[y - start] - top) / beta - excess
      const other = best.logRatio[y]
      kl += klTerm(reference[y] * Math.exp(ratio), reference[y] * Math.exp(other), ratio - other)
    }
    return beta * kl
  }

  /** Mean of β·KL(component‖π*_β) over sampled (x, t, y′). */
  const average = (policy: TruncatedMixturePolicy, samples: number): Suboptimality => {
    let mean = 0
    let squares = 0
    for (let i = 1; i <= samples; i++) {
      const value = component(policy)
      const step = value - mean
      mean += step / i
      squares += step * (value - mean)
    }
    return { value: mean, kind: "average", standardError: Math.sqrt(squares / (samples - 1) / samples) }
  }

  return {
    measure: (policy, samples = usual) => {
      if (typeof policy !== "object" || policy === null) throw new TypeError(policyProblem(policy, d))
      if (policy.kind === "token-tilted") return exactly(tokenSuboptimality(policy))
      if (policy.kind === "truncated-mixture") {
        if (widest > EXACT_WIDTH) return average(policy, affordable(samples, widest))
        return exactly(evaluateLogRatio(exact, ratioOf(policy).logRatio(), best).suboptimality)
      }
      if (policy.kind !== "linear-softmax" && policy.kind !== "reference") throw new TypeError(policyProblem(policy, d))
      return exactly(evaluateLogRatio(exact, logRatio(exact, policy), best).suboptimality)
    }
  }
}

/** Whether two arrays agree in their first n numbers. */
const sameStart = (a: Float64Array, b: Float64Array, n: number): boolean => {
  if (a === b) return true
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return false
  return true
}

const exactly = (value: number): Suboptimality => ({ value, kind: "exact", standardError: 0 })
