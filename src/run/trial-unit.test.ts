/** Trials as units: what tells one from another, and that a sweep in a workshop is the sweep. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { passive } from "../algorithm/passive.ts"
import { rareGood } from "../instance/families/rare-good.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { openWorkshop } from "../work/pool.ts"
import { type Unit, Workshop, type WorkshopShape } from "../work/workshop.ts"
import { byName, groundOf, groundsBy, inThisProcess, runOptionsOf, sweep, type SweepJob, trialsOf } from "./sweep.ts"
import { trialMaker, trialUnit } from "./trial-unit.ts"

const instance = (spec: string) => finiteInstance(rareGood({ C: Number(spec), d: 2 }), spec)
const ground = groundsBy((spec) => groundOf(instance(spec)))
const JOB: SweepJob = {
  algorithm: "passive",
  spec: "10",
  at: 10,
  target: 0.2,
  interpreter: "exact-law",
  seed: 1,
  trial: 0
}
const OPTIONS = runOptionsOf(JOB, ground("10"), passive)

describe("the unit of a trial", () => {
  it("has a key of all that its record depends on, in any order, and of nothing else", () => {
    const key = (over: object = {}) => trialUnit({ ...OPTIONS, ...over }, "auto").key
    const others = [
      { seed: 2 },
      { trial: 1 },
      { target: 0.3 },
      { interpreter: "literal" },
      { digest: "0" },
      { parameters: { ...OPTIONS.parameters, pairs: 7 } },
      { budget: { rewardQueries: 10n } },
      { budget: { samplingQueries: 10n } },
      { algorithm: { ...passive, name: "another" } }
    ]
    expect(new Set([key(), ...others.map(key)]).size).toBe(1 + others.length)
    expect(key({ parameters: Object.fromEntries(Object.entries(OPTIONS.parameters).reverse()) })).toBe(key())
    expect(trialUnit({ ...OPTIONS, batch: 3 }, "js").key).toBe(key())
    expect(trialUnit(OPTIONS, "auto", undefined, { planner: "dnf", formula: 1 }).key).not.toBe(key())
  })
})

describe("a sweep in a workshop", () => {
  const jobs = ["10", "20"].flatMap((spec) => trialsOf(2).map((trial) => ({ ...JOB, spec, at: Number(spec), trial })))
  const parts = { ground, make: inThisProcess(byName([passive])) }

  it("gives the same points in the order of its jobs, and announces the units that it then asks for", async () => {
    const announced: Array<string> = []
    const asked: Array<string> = []
    let off = 0
    const points = await Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const workshop = yield* openWorkshop({
            threads: 0,
            thread: new URL("file:///none"),
            perform: (_, data, context) => trialMaker({ algorithm: () => passive, instance })(data, context)
          })
          const observed: WorkshopShape = {
            ...workshop,
            make: (unit) => (asked.push(unit.key), workshop.make(unit)),
            ahead: (units: Iterable<Unit>) => {
              for (const { key } of units) announced.push(key)
              return () => void off++
            }
          }
          return yield* Effect.provideService(sweep(jobs, parts), Workshop, observed)
        })
      )
    )
    expect(points).toEqual(Effect.runSync(sweep(jobs, parts)))
    expect(asked.length).toBe(4)
    expect(announced).toEqual(asked)
    expect(off).toBe(1)
  })
})
