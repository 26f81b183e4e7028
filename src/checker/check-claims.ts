/** What can be claimed, and what each claim needs to be true: the evidence it takes, and the judge that recomputes its bound. */
import type { Rule } from "./case.ts"
import * as cost from "./cost-claims.ts"
import * as identity from "./identity-claims.ts"
import * as sampled from "./sampled-claims.ts"
import { potential, spannerIsSmall } from "./spanner-claims.ts"

const exact = (evidence: string, judge: Rule["judge"]): Rule => ({ evidence, judge, sampled: false, nature: "checked" })
const atLevel = (evidence: string, judge: Rule["judge"]): Rule => ({
  evidence,
  judge,
  sampled: true,
  nature: "evidence"
})

/** By theorem and part. */
export const RULES: ReadonlyMap<string, Rule> = new Map([
  ["T1/identity", exact("identity/suboptimality", identity.suboptimalityIsKl)],
  ["T2/bound", exact("identity/coverage", identity.coverageIsBounded)],
  ["T3/size", exact("spanner", spannerIsSmall)],
  ["T4/potential", exact("spanner", potential)],
  ["T5/path", exact("identity/path", identity.pathIdentity)],
  ["T6/cost", cost.samplerCost],
  ["T6/failure", atLevel("trials", sampled.samplerFailures)],
  ["T6/law", atLevel("law", sampled.sampledLaw)],
  ["T7/T_data", cost.dataCost],
  ["T7/T_comp", cost.computationCost],
  ["T7/epsilon", atLevel("trials", sampled.suboptimality)],
  ["T8/restarts", cost.restartCost],
  ["T8/pass", cost.passCost],
  ["T8/T_comp", cost.prefixCost],
  ["T8/spanner", exact("spanner", spannerIsSmall)],
  ["T8/exactness", exact("identity/regression", identity.lastLayerIsExact)],
  ["T9/restarts", cost.restartCost],
  ["T9/T_data", cost.mtssDataCost],
  ["T9/T_comp", cost.mtssComputationCost],
  ["T9/epsilon", atLevel("trials", sampled.multiTurnSuboptimality)],
  ["T9/regression", atLevel("identity/layers", sampled.layersAreAccurate)],
  ["own/T_data", cost.ownCost],
  ["own/T_comp", cost.ownCost],
  ["own/epsilon", atLevel("trials", sampled.ownGuarantee)],
  ["theory-7/T_data", atLevel("scaling", sampled.scaling)],
  ["theory-7/T_comp", atLevel("scaling", sampled.scaling)]
])
