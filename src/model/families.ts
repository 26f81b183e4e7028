/** Every family that a SPEC may name. To add one: its file, and its line here (finite ones: in instance/families/). */
import { finiteFamilies } from "../instance/families/finite-families.ts"
import { type Family, parseSpec } from "../instance/family.ts"
import type { Instance } from "../instance/instance.ts"
import { turned, withoutTurn } from "../instance/turned.ts"
import { arithmeticFamily } from "../language-model/arithmetic-instance.ts"
import { corpusFamily } from "./corpus-instance.ts"

/** Every family that a SPEC may name. */
export const families: ReadonlyArray<Family> = [arithmeticFamily, corpusFamily, ...finiteFamilies]

/**
 * The instance that a SPEC names: `family` or `family:option=value,…`, the other options at their defaults. Its `spec` is the canonical form, all options spelled out.
 * `…,turned=SEED` at the end, as an audit prints it, turns the features by the rotation of that seed.
 *
 * @throws InvalidInstance for an unknown family or option, or a value outside its range; BackendUnavailable where a base model's files are not installed
 *
 * @example
 * ```ts
 * import { namedInstance } from "coverbound/instance"
 *
 * const instance = namedInstance("needle:N=1e4,d=8")
 * console.log(instance.spec) // => needle:N=10000,R=1,beta=0.10857479937066469,d=8,seed=1
 * console.log(instance.responseCount(0), instance.exact.offsets[1]) // => 10000 2
 * ```
 */
export const namedInstance = (spec: string): Instance => {
  const [plain, seed] = withoutTurn(spec)
  const { canonical, family, values } = parseSpec(plain, families)
  const instance = family.make(values, canonical)
  return seed === undefined ? instance : turned(instance, seed)
}
