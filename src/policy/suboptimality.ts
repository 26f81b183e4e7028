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
import { type MixtureKernel, MixtureRatio } from "./mixture-ratio.ts"
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
export class SuboptimalityMeter {
  private readonly exact: FiniteInstance
  private readonly tokens: TokenTable | undefined
  private values: TokenValues | undefined
  private readonly best: Optimum
  private readonly stream: Stream
  private readonly samples: number
  private readonly widest: number
  /** Of the last component. */
  private readonly rewards: Float64Array
  private readonly kernel: MixtureKernel | undefined
  private mixture: { readonly ratio: MixtureRatio; readonly of: TruncatedMixturePolicy } | undefined

  /**
   * @param samples components sampled per measurement where the exact sum is out of reach.
   * @param tokens the token side, where there is one.
   * @param kernel what adds components of mixtures where there are many; changes no digit.
   */
  constructor(
    exact: FiniteInstance,
    best: Optimum,
    stream: Stream,
    samples: number,
    tokens?: TokenTable,
    kernel?: MixtureKernel
  ) {
    this.kernel = kernel
    this.exact = exact
    this.tokens = tokens
    this.best = best
    this.stream = stream
    this.samples = samples
    this.widest = widestSegment(exact.offsets)
    this.rewards = new Float64Array(this.widest > EXACT_WIDTH ? this.widest : 0)
  }

  /**
   * @param samples components sampled where the exact sum is out of reach; fewer where prompts are so wide that they would be all that a run does
   * @throws TypeError for what is of no kind of policy
   */
  measure(policy: Policy, samples = this.samples): Suboptimality {
    const { exact, best } = this
    if (typeof policy !== "object" || policy === null) throw new TypeError(policyProblem(policy, exact.dimension))
    if (policy.kind === "token-tilted") return exactly(this.tokenSuboptimality(policy))
    if (policy.kind === "truncated-mixture") {
      if (this.widest > EXACT_WIDTH) return this.average(policy, affordable(samples, this.widest))
      return exactly(evaluateLogRatio(exact, this.mixtureRatio(policy).logRatio(), best).suboptimality)
    }
    if (policy.kind !== "linear-softmax" && policy.kind !== "reference")
      throw new TypeError(policyProblem(policy, exact.dimension))
    return exactly(evaluateLogRatio(exact, logRatio(exact, policy), best).suboptimality)
  }

  private tokenSuboptimality(policy: TokenTiltedPolicy): number {
    const { exact, tokens } = this
    if (tokens === undefined) throw new TypeError(`policy: ${policy.kind}, expected a policy of whole responses`)
    this.values ??= valuesOf(tokens, exact)
    return evaluateTokens(tokens, exact, policy, this.values).suboptimality
  }

  /** Continues the last mixture when `policy` is the same one grown longer, in the same array or in a longer one. */
  private mixtureRatio(policy: TruncatedMixturePolicy): MixtureRatio {
    const last = this.mixture
    const grown =
      last !== undefined &&
      last.of.truncation === policy.truncation &&
      last.of.clip === policy.clip &&
      last.ratio.count <= policy.count &&
      sameStart(last.of.thetas, policy.thetas, last.ratio.count * this.exact.dimension)
    const ratio = grown ? last.ratio : new MixtureRatio(this.exact, policy.truncation, policy.clip, this.kernel)
    ratio.extend(policy.thetas, policy.count)
    this.mixture = { ratio, of: policy }
    return ratio
  }

  /** Mean of β·KL(component‖π*_β) over sampled (x, t, y′). */
  private average(policy: TruncatedMixturePolicy, samples: number): Suboptimality {
    let mean = 0
    let squares = 0
    for (let i = 1; i <= samples; i++) {
      const value = this.component(policy)
      const step = value - mean
      mean += step / i
      squares += step * (value - mean)
    }
    return { value: mean, kind: "average", standardError: Math.sqrt(squares / (samples - 1) / samples) }
  }

  private component(policy: TruncatedMixturePolicy): number {
    const { best, exact, rewards, stream } = this
    const { beta, dimension: d, offsets, promptProbabilities, reference } = exact
    const x = categorical(stream, promptProbabilities, 0, promptProbabilities.length, 1)
    const [start, end] = [offsets[x], offsets[x + 1]]
    const anchor = start + categorical(stream, reference, start, end, 1)
    const t = stream.nextInteger(policy.count)
    const theta = policy.thetas.slice(t * d, (t + 1) * d)
    const component = { x, anchor, theta, policy, best: best.logRatio }
    const quickly = ([z, gain]: readonly [number, number]): number | undefined => {
      // E_p(f − r*)/β less the difference of the log-normalisers, good to about 10⁻¹⁴.
      const quick = gain / z - Math.log(z)
      return quick > CANCELLED * (1 + (policy.clip + exact.rewardRange) / beta) ? beta * quick : undefined
    }
    const sums = end - start < BLOCKS_FROM ? undefined : this.kernel?.component?.(exact, component)
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
}

/** Whether two arrays agree in their first n numbers. */
const sameStart = (a: Float64Array, b: Float64Array, n: number): boolean => {
  if (a === b) return true
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return false
  return true
}

const exactly = (value: number): Suboptimality => ({ value, kind: "exact", standardError: 0 })
