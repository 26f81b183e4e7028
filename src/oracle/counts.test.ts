/** What is no number of draws is refused before anything is drawn or charged, and so are options that name nothing. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { describe, expect, it } from "vitest"
import { namedInstance } from "../model/families.ts"
import { Stream } from "../numeric/stream.ts"
import { commit } from "./handle.ts"
import { type Interpreter, openOracles, type OracleServices } from "./interpreter.ts"
import type { BudgetExhausted } from "./ledger.ts"
import { Prompts, ProperRewards, Rewards, WeakSampling } from "./services.ts"

const instance = namedInstance("rare-good:C=10,d=2")
const stream = Stream.fromSeed(1)

describe.each(["literal", "exact-law"] as const)("%s oracles", (interpreter) => {
  const session = openOracles(instance, { interpreter, stream })
  const run = <A>(program: Effect.Effect<A, BudgetExhausted, OracleServices>): A => {
    const exit = Effect.runSyncExit(Effect.provideContext(program, session.services))
    if (Exit.isFailure(exit)) throw Cause.squash(exit.cause)
    return exit.value
  }
  const [weak, prompts, proper, rewards] = [run(WeakSampling), run(Prompts), run(ProperRewards), run(Rewards)]
  const [response] = run(weak.draw(run(prompts.draw(1))))

  it.each([-1, 0.5, 1.5, Number.NaN, Infinity])("refuse %d draws", (n) => {
    const before = session.ledger.snapshot()
    expect(() => run(prompts.draw(n))).toThrow(/^prompts: .*whole number/)
    expect(() => run(weak.pairs(n))).toThrow(/^pairs: .*whole number/)
    expect(() => run(proper.explore(commit(new Float64Array(2)), n))).toThrow(/^explore: .*whole number/)
    expect(() => run(rewards.querySum(response, n))).toThrow(/^charge\.rewards: .*an integer/)
    expect(session.ledger.snapshot()).toEqual(before)
  })
})

describe("openOracles", () => {
  it("refuses an interpreter and a batch that are none", () => {
    for (const interpreter of ["literally", undefined] as unknown as ReadonlyArray<Interpreter>)
      expect(() => openOracles(instance, { interpreter, stream })).toThrow(/^interpreter: .*literal or exact-law/)
    for (const batch of [0, -1, 1.5, Number.NaN])
      expect(() => openOracles(instance, { interpreter: "literal", stream, batch })).toThrow(/^batch: .*whole number/)
  })
})
