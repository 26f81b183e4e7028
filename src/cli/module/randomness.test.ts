/** A learner's own chance: of the trial's seed, the same in every process, and of no use to who would read the seed. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { afterAll, describe, expect, it } from "vitest"
import { algorithm } from "../../algorithm/algorithm.ts"
import type { TrialJob } from "../../audit/outcome.ts"
import { inProcessRunner } from "../../audit/runner.ts"
import { namedInstance } from "../../model/families.ts"
import { Randomness } from "../../oracle/randomness.ts"
import { openModule } from "./module-runner.ts"

const home = mkdtempSync(join(tmpdir(), "coverbound-randomness-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const job = (trial: number): TrialJob => ({
  spec: "random:d=2,prompts=2,responses=3,seed=1",
  goal: { epsilon: 0.1, delta: 0.1, coverage: 10 },
  parameters: "practical",
  interpreter: "exact-law",
  seed: 5,
  trial,
  checkpoints: false
})

const tossing = algorithm({
  name: "tosses",
  summary: "returns what its coins say",
  proper: false,
  oracle: "weak",
  claims: [],
  parameters: Schema.Struct({}),
  fromTheory: () => ({}),
  practical: () => ({}),
  run: Effect.fnUntraced(function* () {
    const chance = yield* Randomness
    return {
      kind: "linear-softmax" as const,
      theta: Float64Array.of(chance.normal(), chance.uniform() + chance.integer(5))
    }
  })
})

const MODULE = `import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { algorithm, Randomness } from "coverbound"
export default algorithm({ name: "tosses", summary: "tosses", proper: false, oracle: "weak", claims: [], parameters: Schema.Struct({}),
  fromTheory: () => ({}), practical: () => ({}),
  run: () => Effect.map(Effect.gen(function* () { return yield* Randomness }), (c) => ({ kind: "linear-softmax", theta: Float64Array.of(c.normal(), c.uniform()) })) })\n`

describe("a learner's own chance", () => {
  const policies = (trials: ReadonlyArray<number>) =>
    Effect.runSync(
      Effect.forEach(trials, (trial) => inProcessRunner(tossing, { resolve: namedInstance }).trial(job(trial)))
    ).map((outcome) => (outcome.kind === "finished" ? outcome.record.policy : outcome))

  it("is of the trial's seed", () => {
    const [a, b, again] = policies([0, 1, 0])
    expect(a).toMatchObject({ kind: "linear-softmax" })
    expect(again).toEqual(a)
    expect(b).not.toEqual(a)
  })

  it("is the same in every process of a module", { timeout: 120_000 }, async () => {
    const path = join(home, "tosses.mjs")
    writeFileSync(path, MODULE)
    // Some of these are made again in a fresh process, under another clock, and must be the same.
    const outcomes = await Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const runner = yield* openModule(pathToFileURL(path).href, home, { seconds: 5, memory: 128 })
          return yield* Effect.forEach([0, 1, 2, 3], (trial) => runner.trial(job(trial)))
        })
      ).pipe(Effect.orDie)
    )
    expect(outcomes.map(({ kind }) => kind)).toEqual(["finished", "finished", "finished", "finished"])
  })
})
