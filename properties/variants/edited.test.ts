/** Algorithms with a mistake in their text: what is edited runs, what does not stand there is an error. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { passive } from "../../src/algorithm/passive.ts"
import { rareGood } from "../../src/instance/families/rare-good.ts"
import { finiteInstance } from "../../src/instance/make-instance.ts"
import { runTrial } from "../../src/run/run-trial.ts"
import { applied, edited } from "./edited.ts"

const instance = finiteInstance(rareGood({ C: 10, d: 2 }), "rare-good:C=10,d=2")
const run = (algorithm: Awaited<ReturnType<typeof edited>>) =>
  Effect.runSync(
    runTrial({
      algorithm,
      instance,
      digest: "",
      parameters: { lambda: 1, pairs: 50 },
      interpreter: "exact-law",
      seed: 1,
      trial: 0
    })
  )
const ADDS = "differences[i], batch.counts[i])"

describe("an edited algorithm", () => {
  it("without edits is the shipped one, run for run", async () => {
    const same = await edited("passive.ts", "passive", {})
    expect(same.run).not.toBe(passive.run)
    expect(run(same)).toEqual(run(passive))
  })

  it("does what its text says", async () => {
    const turned = await edited("passive.ts", "passive-turned", { [ADDS]: `-${ADDS}` })
    const [own, text] = [run(turned), run(passive)]
    expect(own.algorithm).toBe("passive-turned")
    expect(own.transcript).toEqual(text.transcript)
    expect(own.policy.kind === "linear-softmax" && own.policy.theta).toEqual(
      text.policy.kind === "linear-softmax" && text.policy.theta.map((t) => -t)
    )
  })

  it("is none where an edited line does not stand there exactly once", () => {
    const problem = (times: number) => `passive.ts: "add(" stands there ${times} times, expected once`
    expect(() => applied("", { "add(": "" }, "passive.ts")).toThrow(problem(0))
    expect(() => applied("add(add(", { "add(": "" }, "passive.ts")).toThrow(problem(2))
    expect(applied("a $& b", { a: "$&" }, "passive.ts")).toBe("$& $& b")
  })
})
