/** The suites, in the order in which they run. To add one: its file, and its line here. */
import { auditLoad } from "./audit-load.ts"
import { auditPower } from "./audit-power.ts"
import { checker } from "./checker.ts"
import { critical } from "./critical.ts"
import { denseInstances } from "./dense-instance.ts"
import { exponentCoverage } from "./exponent-coverage.ts"
import { kernels } from "./kernels/kernels.ts"
import { languageModel } from "./language-model.ts"
import { literalOracle } from "./literal-oracle.ts"
import { moduleCost } from "./module-cost.ts"
import { rarePrompt } from "./rare-prompt.ts"
import { sampler } from "./sampler.ts"
import { scale } from "./scale.ts"
import { spannerPhase } from "./spanner-phase.ts"
import type { Suite } from "./suite.ts"
import { sweepSuite } from "./sweep.ts"
import { t7 } from "./t7.ts"
import { t9 } from "./t9.ts"

export const SUITES: ReadonlyArray<Suite> = [
  literalOracle,
  t7,
  t9,
  sweepSuite,
  sampler,
  checker,
  auditPower,
  auditLoad,
  moduleCost,
  critical,
  exponentCoverage,
  rarePrompt,
  kernels,
  denseInstances,
  spannerPhase,
  scale,
  languageModel
]
