/** T6 without simulation: on two response classes SoftmaxSampler's output law is a finite sum, so its distance from the target is a number. */
import type { Stream } from "../numeric/stream.ts"
import { samplerDraws } from "../oracle/sampler-draws.ts"
import { acceptance } from "../oracle/rows.ts"
import { logBinomialProbability } from "../statistics/saddle-point.ts"
import { atMost, type Finding, near } from "./law.ts"

/** Two classes: one of π_ref-mass `mass` and logit `logit`, the rest at logit 0; M = slack·sup p/π_ref. */
export interface TwoClasses {
  readonly mass: number
  readonly logit: number
  /** ≥ 1 keeps the promise. */
  readonly slack: number
  readonly delta: number
}

/** M of the promise. */
export const promiseOf = ({ mass, logit, slack }: TwoClasses): number => {
  const Z = 1 - mass + mass * Math.exp(logit)
  return Math.max(1, (slack * Math.max(1, Math.exp(logit))) / Z)
}

/** What SoftmaxSampler does on two classes, summed over every Ẑ it can estimate: T6 and the steps of its proof. */
export const twoClassLaw = (classes: TwoClasses): ReadonlyArray<Finding> => {
  const { mass, logit, delta } = classes
  const w = Math.exp(logit)
  const Z = 1 - mass + mass * w
  const target = (mass * w) / Z
  const promise = promiseOf(classes)
  const { estimate, trials } = samplerDraws(promise, delta)
  const log = Math.log(4 / delta)
  let output = 0
  let outside = 0
  let failed = 0
  let leastAccept = Infinity
  let total = 0
  let clipped = 0
  for (let k = 0; k <= estimate; k++) {
    const p = Math.exp(logBinomialProbability(k, estimate, mass, 1 - mass))
    if (p === 0) continue
    total += p
    const zHat = (estimate - k + k * w) / estimate
    const rare = mass * acceptance(logit, Math.log(zHat), promise)
    const common = (1 - mass) * acceptance(0, Math.log(zHat), promise)
    const accept = rare + common
    const fail = (1 - accept) ** trials
    output += p * ((1 - fail) * (rare / accept) + fail * (accept < 1 ? (mass - rare) / (1 - accept) : 0))
    if (zHat < Z / 2 || zHat > 2 * Z) outside += p
    else {
      failed += p * fail
      leastAccept = Math.min(leastAccept, accept)
      clipped = Math.max(clipped, Math.abs(rare / accept - target))
    }
  }
  return [
    near(estimate, Math.ceil(8 * promise * log), 0, "N₁ against ⌈8M log(4/δ)⌉"),
    near(trials, Math.ceil(4 * promise * log), 0, "N₂ against ⌈4M log(4/δ)⌉"),
    atMost(Math.abs(total - 1), 1e-9, "probabilities of Ẑ sum to 1"),
    atMost(Math.abs(output - target), delta, "total variation of the output from p"),
    atMost(outside, delta / 2, "P(Ẑ outside [Z/2, 2Z])"),
    atMost(failed, delta / 4, "P(no trial accepts, Ẑ within)"),
    atMost(1 / (4 * promise) - leastAccept, 1e-12, "acceptance of a trial against 1/(4M)"),
    atMost(clipped, 1e-9, "law of an accepted draw against p, Ẑ within")
  ]
}

/** A setting for `verify`: M to a few hundred, both signs of the logit, δ to 10⁻⁶. */
export const someClasses = (stream: Stream): TwoClasses => ({
  mass: [0.5, 0.9, 10 ** -(2.3 * stream.next()), 0.01][stream.nextInteger(4)],
  logit: [4 * stream.next(), -4 * stream.next(), 0, Math.log(100)][stream.nextInteger(4)],
  slack: stream.nextInteger(2) === 0 ? 1 : 1 + 2 * stream.next(),
  delta: 10 ** -(0.3 + 5.7 * stream.next())
})
