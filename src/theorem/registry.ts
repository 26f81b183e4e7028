/** The theorems. To add one: its file, and its line here. */
import { coverageNecessary } from "./l1-coverage-necessary.ts"
import { properExploration } from "./l2-proper-exploration.ts"
import { suboptimalityIsKl } from "./t1-suboptimality-is-kl.ts"
import { coverageIsBounded } from "./t2-coverage-is-bounded.ts"
import { spannerIsSmall } from "./t3-spanner-is-small.ts"
import { ellipticPotential } from "./t4-elliptic-potential.ts"
import { pathIdentityHolds } from "./t5-path-identity.ts"
import { softmaxSamplerIsClose } from "./t6-softmax-sampler.ts"
import { spannerSamplingGuarantee } from "./t7-spanner-sampling.ts"
import { mtssCounts } from "./t8-mtss.ts"
import { mtssIsPac } from "./t9-mtss-is-pac.ts"
import type { Theorem } from "./theorem.ts"

/**
 * The theorems, T1 … T8 and the impossibilities L1 and L2.
 *
 * @example
 * ```ts
 * import { theorems } from "coverbound"
 *
 * for (const { id, paper, title } of theorems.filter((one) => one.paper !== undefined)) console.log(id, paper, title) // => T7 Theorem 3.1 SpannerSampling
 * // => T8 Theorem 5.1 MTSS
 * // => T9 Theorem 5.1 MTSS is PAC
 * // => L1 Theorem 2.1 Coverage is necessary
 * // => L2 Theorem 4.1 A good proper explorer solves Max-k-DNF
 * ```
 */
export const theorems: ReadonlyArray<Theorem> = [
  suboptimalityIsKl,
  coverageIsBounded,
  spannerIsSmall,
  ellipticPotential,
  pathIdentityHolds,
  softmaxSamplerIsClose,
  spannerSamplingGuarantee,
  mtssCounts,
  mtssIsPac,
  coverageNecessary,
  properExploration
]
