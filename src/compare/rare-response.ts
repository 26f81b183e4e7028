/** The responses of the largest coverage, which a search waits for: how long it waits, and whether there is a way to ε without them. */
import type { Ground } from "../run/sweep.ts"

/** Responses whose coverage is within this factor of the largest are those that are looked for. */
const AMONG_LARGEST = 2

/** The responses that are looked for. */
const soughtOf = ({ best }: Ground): ((y: number) => boolean) => {
  const least = Math.log(best.coverage / AMONG_LARGEST)
  return (y) => best.logRatio[y] >= least
}

/** Features of norm at most 1 that are this near to a span are in it. */
const IN_SPAN = 1e-6

/**
 * Whether a learner of draws of π_ref reaches `target` only with a draw of a response that is looked for, so that L1 bounds its success. Two things must be so. The best policy that gives these
 * responses, at every prompt, no more than π_ref does is farther than the target from the optimum: by T1 it is β·E[kl(m ‖ p)] from it, m and p their mass under π_ref and under π*. And none of their
 * rewards follows from others': no feature of theirs is in the span of the others.
 */
export const mustHold = (ground: Ground, target: number): boolean => {
  const {
    best,
    instance: { exact }
  } = ground
  const { beta, dimension: d, features, offsets, promptProbabilities, reference } = exact
  const sought = soughtOf(ground)
  let apart = 0
  for (let x = 0; x < promptProbabilities.length; x++) {
    let [m, p] = [0, 0]
    for (let y = offsets[x]; y < offsets[x + 1]; y++)
      if (sought(y)) {
        m += reference[y]
        p += reference[y] * Math.exp(best.logRatio[y])
      }
    const part = (share: number, of: number): number => (share > 0 ? share * Math.log(share / of) : 0)
    if (p > m) apart += promptProbabilities[x] * (part(m, Math.min(1, p)) + part(1 - m, Math.max(0, 1 - p)))
  }
  if (!(beta * apart > target)) return false
  const basis: Array<Float64Array> = []
  const beyond = (y: number): Float64Array => {
    const rest = features.slice(y * d, (y + 1) * d)
    for (const one of basis) {
      const along = one.reduce((sum, v, j) => sum + v * rest[j], 0)
      for (let j = 0; j < d; j++) rest[j] -= along * one[j]
    }
    return rest
  }
  const all = Array.from({ length: reference.length }, (_, y) => y).filter((y) => reference[y] > 0)
  for (const y of all) {
    if (basis.length === d) return false
    if (sought(y)) continue
    const rest = beyond(y)
    const norm = Math.hypot(...rest)
    if (norm > IN_SPAN) basis.push(rest.map((v) => v / norm))
  }
  return all.every((y) => !sought(y) || Math.hypot(...beyond(y)) > IN_SPAN)
}

/**
 * Draws in which a search of pairs meets one of which exactly one has (up to a factor of 2) the largest coverage: 1/E_ρ[m(1−m)], m the π_ref-mass of such responses; and the
 * largest m of a prompt.
 */
export const meetingDraws = (ground: Ground): { readonly meeting: number; readonly mass: number } => {
  const { offsets, promptProbabilities, reference } = ground.instance.exact
  const sought = soughtOf(ground)
  let [chance, mass] = [0, 0]
  for (let x = 0; x < promptProbabilities.length; x++) {
    let m = 0
    for (let y = offsets[x]; y < offsets[x + 1]; y++) if (sought(y)) m += reference[y]
    chance += promptProbabilities[x] * m * (1 - m)
    mass = Math.max(mass, m)
  }
  return { meeting: 1 / chance, mass }
}
