/**
 * `coverbound/instance`: what is explored. Instances as data, their families and JSON form, and exactly what is best on one: its optimum, its coverage, the
 * suboptimality of a policy.
 *
 * @module coverbound/instance
 *
 * @example
 * ```ts
 * import { evaluate, finiteInstance, needle, optimum } from "coverbound/instance"
 *
 * const { exact } = finiteInstance(needle({ N: 1000, d: 8 }), "needle:N=1000,d=8")
 * const best = optimum(exact)
 * const reference = evaluate(exact, { kind: "reference" })
 * console.log(best.coverage.toFixed(1), reference.suboptimality.toFixed(3)) // => 500.0 0.099
 * ```
 */
export type { FiniteInstance, Instance, Noise, ParameterSet, ResponseSource } from "../instance/instance.ts"
export { finiteInstance } from "../instance/make-instance.ts"
export { decodeInstance, decodeInstanceSync, encodeInstance, InstanceJson } from "../instance/finite-json.ts"
export { instanceDigest } from "../instance/digest.ts"
export { InvalidInstance } from "../instance/invalid-instance.ts"

// Responses made token by token
export { autoregressiveInstance, type SequenceSide } from "../instance/autoregressive.ts"
export type { TokenInstance, TokenTable } from "../instance/token-instance.ts"
export { type TokenValues, valuesOf } from "../instance/token-values.ts"

// Families
export { type Family, family, type FamilyOptions, instantiate, type OptionValues } from "../instance/family.ts"
export { families, namedInstance } from "../model/families.ts"
export { needle, type NeedleOptions } from "../instance/families/needle.ts"
export { randomInstance, type RandomInstanceOptions } from "../instance/families/random-instance.ts"
export { rareGood, type RareGoodOptions } from "../instance/families/rare-good.ts"
export { tokenChain, type TokenChainOptions } from "../instance/families/token-chain.ts"
export { tokenLock, type TokenLockOptions } from "../instance/families/token-lock.ts"
export { arithmeticFamily } from "../language-model/arithmetic-instance.ts"
export { CHECKPOINTS, type CheckpointName } from "../language-model/checkpoints.ts"
export { type CorpusInstance, corpusInstance } from "../model/corpus-instance.ts"

// Exactly
export { evaluate, type Evaluation } from "../policy/evaluate.ts"
export { evaluateOn } from "../policy/evaluate-instance.ts"
export { evaluateTokens, type TokenEvaluation } from "../policy/token-evaluate.ts"
export { type Optimum, optimum, referenceSuboptimality } from "../policy/optimum.ts"
export type { Suboptimality } from "../policy/suboptimality.ts"
