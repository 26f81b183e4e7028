/** `expect(algorithm)`: matchers of vitest, registered where this is imported. */
import { expect } from "vitest"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import { isAlgorithm } from "../algorithm/algorithm.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { type AuditOptions, audit, fewerDraws, type FewerOptions, findingsText } from "./assertions.ts"

type Audited = AnyAlgorithm<OracleServices>

declare module "vitest" {
  // Its parameters are vitest's own: declarations that merge have the same.
  // oxlint-disable-next-line typescript/no-unused-vars
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** Survives the whole audit, in this process: families, goals, oracles, budgets, laws of its program. The seed says everything. */
    readonly toSurviveAudit: (options?: AuditOptions) => Promise<void>
    /** Reaches ε with fewer draws than another (an algorithm or a built-in one's name) in more than half of the runs. */
    readonly toNeedFewerDrawsThan: (other: Audited | string, options?: FewerOptions) => Promise<void>
  }
}

const algorithmOf = (received: unknown): Audited => {
  if (!isAlgorithm(received))
    throw new TypeError("expect(…): expected an algorithm, what algorithm({ … }) of coverbound returns")
  return received as Audited
}

/** The matchers by name; importing this has registered them. */
export const matchers = {
  async toSurviveAudit(received: unknown, options: AuditOptions = {}) {
    const algorithm = algorithmOf(received)
    const result = await audit(algorithm, options)
    const open = options.undecided === "fail" ? result.notRun : []
    return {
      pass: result.findings.length === 0 && open.length === 0,
      message: () =>
        result.findings.length > 0
          ? findingsText(algorithm.name, result)
          : open.length > 0
            ? `${algorithm.name}: ${open.length} parts of its audit were not run, of which ${open[0]}; a larger budget runs them`
            : `${algorithm.name} survives its audit`
    }
  },
  async toNeedFewerDrawsThan(received: unknown, other: Audited | string, options: FewerOptions = {}) {
    const { message, verdict } = await fewerDraws(algorithmOf(received), other, options)
    return {
      pass: verdict === "supported" || (verdict === "undecided" && options.undecided !== "fail"),
      message: () => message
    }
  }
}

expect.extend(matchers)
