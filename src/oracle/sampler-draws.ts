/** The draws of SoftmaxSampler(f; x, M, δ) (t6-softmax-sampler.md). */

/** N₁ = ⌈8M log(4/δ)⌉ draws estimate the normaliser; up to N₂ = ⌈4M log(4/δ)⌉ trials follow. */
export const samplerDraws = (
  promise: number,
  delta: number
): { readonly estimate: number; readonly trials: number } => {
  if (!(promise >= 1)) throw new RangeError(`promise: ${promise}, expected M ≥ 1`)
  if (!(delta > 0 && delta < 1)) throw new RangeError(`delta: ${delta}, expected a level in (0, 1)`)
  const log = Math.log(4 / delta)
  return { estimate: Math.ceil(8 * promise * log), trials: Math.ceil(4 * promise * log) }
}
