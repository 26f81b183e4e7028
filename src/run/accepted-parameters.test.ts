/** No run is made at parameters outside of their Schema, whoever asks for it. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { algorithms } from "../algorithm/registry.ts"
import { instanceDigest } from "../instance/digest.ts"
import { namedInstance } from "../model/families.ts"
import { problemOf } from "../oracle/interpreter.ts"
import { acceptedParameters } from "./accepted-parameters.ts"
import { runTrial } from "./run-trial.ts"
import { goalOnGround, groundOf } from "./sweep.ts"

const instance = namedInstance("token-chain:H=2")
const digest = instanceDigest(instance)
const goal = goalOnGround(groundOf(instance, digest), 0.1)

describe.each(algorithms)("$name", (algorithm) => {
  const own = algorithm.practical(problemOf(instance), goal)
  const names = Object.keys(own)
  const refused = (parameters: unknown) =>
    Effect.runPromise(
      runTrial({
        algorithm,
        instance,
        digest,
        parameters: parameters as typeof own,
        interpreter: "exact-law",
        seed: 1,
        trial: 0
      })
    )

  it("takes its own", () => {
    expect(acceptedParameters(algorithm, own)).toMatchObject({ _tag: "Success", success: own })
  })

  it.each(names.flatMap((name) => [Number.NaN, -1, "1", undefined].map((value) => ({ name, value }))))(
    "is not run at $name = $value",
    async ({ name, value }) => {
      await expect(refused({ ...own, [name]: value })).rejects.toThrow(new RegExp(`^parameters\\.${name}: .*expected`))
    }
  )
})
