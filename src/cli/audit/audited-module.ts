/** A module whose algorithm is audited on one instance: what it may not know, and what it says of itself. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AnyAlgorithm, ParameterRecord } from "../../algorithm/algorithm.ts"
import { standIn } from "../../audit/case-run.ts"
import type { Runner } from "../../audit/runner.ts"
import { hiddenSpec } from "../../instance/turned.ts"
import type { OracleServices } from "../../oracle/interpreter.ts"
import type { AuditCall } from "../audit.ts"
import { InvalidCall } from "../invalid-call.ts"
import type { NamedModule } from "../module/named-module.ts"
import { chosen } from "../options.ts"
import type { ModuleLimits } from "./plan-view.ts"
import { secretSeed, type Setting } from "./audit-plan.ts"

/** A module, and what makes its trials. */
export interface AuditedModule {
  readonly named: NamedModule
  readonly runner: Runner
}

/** The call with a seed and an instance that a module cannot have been written for: turned by the seed, which is drawn where none was given. */
export const unknownTo = (options: AuditCall): AuditCall => {
  const seed = Option.getOrElse(options.seed, secretSeed)
  return {
    ...options,
    seed: Option.some(seed),
    instance: Option.map(options.instance, (spec) => hiddenSpec(spec, seed))
  }
}

/** What a call says of how a module is run, where it says something. */
export const limitsGiven = ({ noTypeCheck, trialMemory, trialSeconds }: AuditCall): ModuleLimits => ({
  ...chosen({ trialSeconds, trialMemory }),
  ...(noTypeCheck ? { noTypeCheck } : {})
})

/** What runs elsewhere, as an algorithm whose parameters for this goal are known. */
export const described = Effect.fnUntraced(function* (
  runner: Runner,
  { asked, goal }: Setting
): Effect.fn.Return<AnyAlgorithm<OracleServices>, InvalidCall> {
  const own = {
    theory: yield* runner.parameters("theory", asked, goal),
    practical: yield* runner.parameters("practical", asked, goal)
  }
  const given = (kind: keyof typeof own) => (): ParameterRecord => {
    const chosen = own[kind]
    if ("parameters" in chosen) return chosen.parameters
    if ("skipped" in chosen) throw new RangeError(chosen.skipped)
    throw new InvalidCall({
      field: `${kind} parameters`,
      value: chosen.failure.note,
      expectation: "numbers that its own schema takes"
    })
  }
  return {
    ...standIn(runner.description),
    fromTheory: given("theory"),
    practical: given("practical")
  }
})
