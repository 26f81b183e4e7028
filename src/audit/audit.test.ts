import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { passive } from "../algorithm/passive.ts"
import { instanceDigest } from "../instance/digest.ts"
import { namedInstance } from "../model/families.ts"
import { audit } from "./audit.ts"

const instance = namedInstance("rare-good:C=10,d=2")
const plan = {
  algorithm: passive,
  instance,
  digest: instanceDigest(instance),
  parameters: { lambda: 1, pairs: 4 },
  goal: { epsilon: 0.1, delta: 0.1, coverage: 10 },
  interpreter: "exact-law",
  seed: 1,
  trials: 1,
  level: 0.01
} as const

it.each([
  ["trials: 0, expected an integer of 1 or more", { trials: 0 }],
  ["trials: 1.5, expected an integer of 1 or more", { trials: 1.5 }],
  ["level: 0, expected a number in (0, 1)", { level: 0 }],
  ["level: NaN, expected a number in (0, 1)", { level: Number.NaN }],
  ["goal.delta: 2, expected a number in (0, 1)", { goal: { ...plan.goal, delta: 2 } }],
  ["goal.epsilon: NaN, expected a finite number above 0", { goal: { ...plan.goal, epsilon: Number.NaN } }]
])("an audit of %s is refused: what rests on no run, or on no level, supports nothing", async (line, wrong) => {
  await expect(Effect.runPromise(audit({ ...plan, ...wrong }))).rejects.toThrow(line)
})
