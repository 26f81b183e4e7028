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
import type { Theorem } from "./theorem.ts"

export const theorems: ReadonlyArray<Theorem> = [
  suboptimalityIsKl,
  coverageIsBounded,
  spannerIsSmall,
  ellipticPotential,
  pathIdentityHolds,
  softmaxSamplerIsClose,
  spannerSamplingGuarantee,
  mtssCounts,
  coverageNecessary,
  properExploration
]
