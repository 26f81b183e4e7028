/**
 * `coverbound/arbitraries`: instances, policies and token trees for fast-check, as this suite's own properties use them. They reach the corners (probability 0, ties, β over six
 * decades) and shrink to the smallest case. Needs `fast-check`, an optional peer.
 *
 * @module coverbound/arbitraries
 *
 * @example
 * ```ts
 * import fc from "fast-check"
 * import { instances } from "coverbound/arbitraries"
 * import { optimum } from "coverbound/instance"
 *
 * // T2: coverage is at least 1 on every instance.
 * fc.assert(fc.property(instances(), (exact) => optimum(exact).coverage >= 1 - 1e-9), { seed: 1, numRuns: 20 })
 * console.log("held") // => held
 * ```
 */
export { type InstanceLimits, instances, seeds } from "../arbitrary/instance.ts"
export { linearSoftmaxes, mixtures, policies } from "../arbitrary/policy.ts"
export { tokenTrees } from "../arbitrary/token-tree.ts"
export type { TokenTree } from "../law/token-tree.ts"
