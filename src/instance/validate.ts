/**
 * What makes a finite instance one the theory speaks of (framework.md), checked; and its normal form.
 *
 * The first problem met, in the order of the JSON form, is thrown as one InvalidInstance whose field is a path into that
 * form. Tolerances: probabilities must sum to 1 within 1e-9, ‖φ‖ ≤ 1 within 1e-12, θ* ∈ Θ within a relative 1e-12, and realizability
 * |r(x,y) − r(x,y₀) − ⟨θ*, φ(x,y) − φ(x,y₀)⟩| ≤ 1e-9·R (beyond what the instance states as its misspecification), y₀ the prompt's first response. Ranges (0 ≤ r ≤ R, β > 0, p ≥ 0) have none.
 */
import type { FiniteInstance, ParameterSet } from "./instance.ts"
import { refuse } from "./invalid-instance.ts"
import { compensatedSum, needsScaling, scaleToOne, SUM_TOLERANCE } from "./probability-mass.ts"

/** ‖φ‖ may pass 1, and θ* may pass Θ's boundary, by this relative amount: the rounding of a norm. */
export const NORM_TOLERANCE = 1e-12
/** Deviation from linear reward differences, in units of R. */
export const REALIZABILITY_TOLERANCE = 1e-9
/** β in units of R: beyond R/β = 10¹² a double cannot tell a logit from its normaliser. */
const LEAST_BETA = 1e-12
/** Concrete responses one prompt may have: as many columns as an alias table picks exactly. */
export const MOST_RESPONSES = 2 ** 20

const norm = (v: Float64Array): number => Math.sqrt(v.reduce((sum, t) => sum + t * t, 0))

const positive = (field: string, value: number): void => {
  if (!(value > 0 && value < Infinity)) refuse(field, value, "a finite number above 0")
}

const length = (field: string, actual: number, expected: number, of: string): void => {
  if (actual !== expected) refuse(field, `length ${actual}`, `${expected} (${of})`)
}

/** Throws unless θ (finite, of length d) lies in Θ. `field` is where to point. */
export const checkInParameterSet = (theta: Float64Array, set: ParameterSet, field: string, found = ""): void => {
  if (set.kind === "ball") {
    const size = norm(theta)
    if (!(size <= set.radius * (1 + NORM_TOLERANCE))) {
      refuse(field, `${found}norm ${size}`, `at most parameterSet.radius ${set.radius}`)
    }
    return
  }
  theta.forEach((t, j) => {
    if (Math.abs(t) > set.halfWidth * (1 + NORM_TOLERANCE)) {
      refuse(`${field}[${j}]`, `${found}${t}`, `absolute value at most parameterSet.halfWidth ${set.halfWidth}`)
    }
  })
}

const checkHead = (i: FiniteInstance): void => {
  if (!(Number.isSafeInteger(i.dimension) && i.dimension >= 1))
    refuse("dimension", i.dimension, "an integer of at least 1")
  positive("beta", i.beta)
  positive("rewardRange", i.rewardRange)
  if (i.beta < i.rewardRange * LEAST_BETA) refuse("beta", i.beta, `at least ${LEAST_BETA} of rewardRange`)
  if (i.parameterSet.kind === "ball") positive("parameterSet.radius", i.parameterSet.radius)
  else positive("parameterSet.halfWidth", i.parameterSet.halfWidth)
  length("thetaStar", i.thetaStar.length, i.dimension, "dimension")
  i.thetaStar.forEach((t, j) => {
    if (!Number.isFinite(t)) refuse(`thetaStar[${j}]`, t, "a finite number")
  })
  checkInParameterSet(i.thetaStar, i.parameterSet, "thetaStar")
  if (i.misspecification !== undefined) positive("misspecification", i.misspecification)
}

/** Throws unless prompt x may have `count` responses. */
export const checkResponseCount = (x: number, count: number): void => {
  if (!(count >= 1)) refuse(`prompts[${x}].responses`, count === 0 ? "none" : count, "at least one")
  if (count > MOST_RESPONSES) refuse(`prompts[${x}].responses`, `${count} responses`, `at most ${MOST_RESPONSES}`)
}

const checkLayout = (i: FiniteInstance): void => {
  const X = i.promptProbabilities.length
  if (X === 0) refuse("prompts", "none", "at least one")
  length("offsets", i.offsets.length, X + 1, "prompts + 1")
  if (i.offsets[0] !== 0) refuse("offsets[0]", i.offsets[0], "0")
  for (let x = 0; x < X; x++) {
    checkResponseCount(x, i.offsets[x + 1] - i.offsets[x])
  }
  const N = i.offsets[X]
  length("reference", i.reference.length, N, "responses")
  length("meanReward", i.meanReward.length, N, "responses")
  length("features", i.features.length, N * i.dimension, "responses × dimension")
  if (i.promptLabels !== undefined) length("promptLabels", i.promptLabels.length, X, "prompts")
  if (i.responseLabels !== undefined) length("responseLabels", i.responseLabels.length, N, "responses")
}

const checkProbability = (field: string, p: number): void => {
  if (!(p >= 0 && p <= 1 + SUM_TOLERANCE)) refuse(field, p, "a probability in [0, 1]")
}

const checkSum = (field: string, sum: number): void => {
  if (!(Math.abs(sum - 1) <= SUM_TOLERANCE))
    refuse(field, `probabilities summing to ${sum}`, `a sum of 1 (within ${SUM_TOLERANCE})`)
}

const checkPrompt = (i: FiniteInstance, x: number): void => {
  const d = i.dimension
  const start = i.offsets[x]
  const end = i.offsets[x + 1]
  let base = 0
  for (let row = start; row < end; row++) {
    const path = (field: string): string => `prompts[${x}].responses[${row - start}].${field}`
    const p = i.reference[row]
    if (!(p >= 0 && p <= 1 + SUM_TOLERANCE)) checkProbability(path("probability"), p)
    let square = 0
    let dot = 0
    for (let j = 0; j < d; j++) {
      const f = i.features[row * d + j]
      if (!Number.isFinite(f)) refuse(path(`features[${j}]`), f, "a finite number")
      square += f * f
      dot += f * i.thetaStar[j]
    }
    if (!(square <= (1 + NORM_TOLERANCE) ** 2)) refuse(path("features"), `norm ${Math.sqrt(square)}`, "at most 1")
    const r = i.meanReward[row]
    if (!(r >= 0 && r <= i.rewardRange)) refuse(path("meanReward"), r, `a number in [0, rewardRange ${i.rewardRange}]`)
    if (row === start) base = r - dot
    const deviation = r - dot - base
    if (!(Math.abs(deviation) <= REALIZABILITY_TOLERANCE * i.rewardRange + (i.misspecification ?? 0))) {
      const within = i.misspecification === undefined ? "" : `, within misspecification ${i.misspecification}`
      refuse(path("meanReward"), r, `${dot + base}, what thetaStar predicts from the prompt's first response${within}`)
    }
  }
  checkSum(`prompts[${x}].responses`, compensatedSum(i.reference, start, end))
}

/** Throws the first problem of `instance` as InvalidInstance; returns it otherwise. O(N·d). */
export const validateFinite = (instance: FiniteInstance): FiniteInstance => {
  checkHead(instance)
  checkLayout(instance)
  instance.promptProbabilities.forEach((p, x) => {
    checkProbability(`prompts[${x}].probability`, p)
    checkPrompt(instance, x)
  })
  checkSum("prompts", compensatedSum(instance.promptProbabilities))
  return instance
}

const withoutNegativeZero = (values: Float64Array): Float64Array => {
  // A loop: there may be 10⁸ of them.
  for (let i = 0; i < values.length; i++) if (values[i] === 0 && 1 / values[i] < 0) return values.map((v) => v + 0)
  return values
}

/**
 * The normal form of a valid instance: −0 written 0, and every law whose sum is off by more than rounding (2⁻⁵⁰) divided by its sum.
 * Idempotent, and the same object where nothing changes, so JSON round trips are exact.
 */
export const normalForm = (instance: FiniteInstance): FiniteInstance => {
  const prompts = withoutNegativeZero(instance.promptProbabilities)
  let promptProbabilities = prompts
  if (needsScaling(prompts, 0, prompts.length)) scaleToOne((promptProbabilities = prompts.slice()), 0, prompts.length)
  const rows = withoutNegativeZero(instance.reference)
  let reference = rows
  for (let x = 0; x < prompts.length; x++) {
    const start = instance.offsets[x]
    const end = instance.offsets[x + 1]
    if (!needsScaling(rows, start, end)) continue
    if (reference === rows) reference = rows.slice()
    scaleToOne(reference, start, end)
  }
  const features = withoutNegativeZero(instance.features)
  const meanReward = withoutNegativeZero(instance.meanReward)
  const thetaStar = withoutNegativeZero(instance.thetaStar)
  const same =
    promptProbabilities === instance.promptProbabilities &&
    reference === instance.reference &&
    features === instance.features &&
    meanReward === instance.meanReward &&
    thetaStar === instance.thetaStar
  return same ? instance : { ...instance, promptProbabilities, reference, features, meanReward, thetaStar }
}
