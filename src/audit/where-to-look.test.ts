/** What is refuted says where to look: the request at which a run left its method, and a small instance on which it does too. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { edited } from "../../properties/variants/edited.ts"
import { claiming } from "../../properties/variants/refuted.ts"
import { candidateOf } from "../law/candidate.ts"
import { namedInstance } from "../model/families.ts"
import { checks } from "../verify/checks.ts"
import { verify } from "../verify/verify.ts"
import { type PlannedCase, plannedCases } from "./cases.ts"
import { auditPlan } from "./plan.ts"

describe("a broken law of method", () => {
  it("names the first request that is wrong, and a smallest instance", async () => {
    // A search by a norm that grows stale: the first search is right, the second is not.
    const wrong = await edited("best-of-n-elliptic.ts", "stale-norm", {
      "    let due = 1\n": "    let due = 1\n    const whitening = design.whitening()\n",
      "whitening: design.whitening(), nu: 1": "whitening, nu: 1"
    })
    const { results } = await Effect.runPromise(
      verify({ candidate: candidateOf(wrong), checks, select: ["method"], of: ["algorithm"], seed: 1, level: 1e-6 })
    )
    const [broken] = results.filter(({ verdict }) => verdict === "refuted")
    expect(broken.id).toBe("method/novelty")
    expect(broken.look?.request).toBe("request 7 of its run (a search for the farthest response, 2 rewards before it)")
    expect(broken.look?.spec).toMatch(/^random:d=[12],prompts=1,responses=[23],seed=[12]$/)
    // And there it is broken.
    const again = await Effect.runPromise(
      verify({
        candidate: candidateOf(wrong),
        checks,
        select: [broken.id],
        instance: namedInstance(broken.look?.spec ?? ""),
        of: ["algorithm"],
        seed: 1,
        level: 1e-6
      })
    )
    expect(again.results.map(({ id, verdict }) => [id, verdict])).toEqual([[broken.id, "refuted"]])
  })
})

describe("a broken promise of ε", () => {
  it("is shown on a smaller instance", async () => {
    const wrong = claiming(
      await edited("passive.ts", "turned", { "differences[i], batch.counts[i])": "-differences[i], batch.counts[i])" })
    )
    const only: PlannedCase = {
      ...plannedCases[0],
      id: "large",
      spec: () => "random:d=3,prompts=3,responses=5,seed=5,beta=0.1",
      trials: [8, 8]
    }
    const { smallest } = await Effect.runPromise(
      auditPlan(wrong, {
        resolve: namedInstance,
        seed: 1,
        level: 0.01,
        cases: [only],
        axes: [],
        laws: false,
        rivals: []
      })
    )
    expect(smallest?.spec).toMatch(/prompts=1,/)
    expect(smallest?.above).toBeGreaterThanOrEqual(3)
  })
})
