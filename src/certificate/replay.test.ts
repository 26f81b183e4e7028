import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { beforeAll, describe, expect, it } from "vitest"
import { edit, type Edit } from "../../properties/certificate/changed.ts"
import { adversaries } from "../../properties/certificate/mutants.ts"
import { replay, type ReplayOptions } from "./replay.ts"
import type { Certificate } from "../checker/certificate.ts"
import { algorithms, resolve, specimens } from "../../properties/certificate/specimens.ts"

let all: ReadonlyMap<string, Certificate> = new Map()
beforeAll(async () => {
  all = await Effect.runPromise(specimens())
})
const run = (certificate: Certificate, options: Partial<ReplayOptions> = {}) =>
  Effect.runPromise(Effect.result(replay(certificate, { trials: 1000, resolve, algorithms, ...options })))
const forged = (name: string, edits: Readonly<Record<string, Edit>>) =>
  adversaries["makes everything fit"](edit(all.get(name) as never, edits)) as unknown as Certificate

describe("replay", () => {
  it("reproduces every specimen, digit for digit", async () => {
    for (const [name, certificate] of all) {
      const result = await run(certificate)
      expect(Result.isSuccess(result) && result.success.differences, name).toEqual([])
    }
  })

  it("runs as many trials as asked, chosen anew each time, or those named", async () => {
    const certificate = all.get("theory T7 T_data")!
    const chosen = new Set<string>()
    for (let i = 0; i < 12; i++) {
      const result = await run(certificate, { trials: 3 })
      const { trials } = Result.getOrThrow(result)
      expect(trials).toHaveLength(3)
      expect([...trials]).toEqual([...new Set(trials)].sort((a, b) => a - b))
      chosen.add(trials.join())
    }
    // The chance of one choice twelve times over is below 10⁻²⁵.
    expect(chosen.size).toBeGreaterThan(1)
    expect(Result.getOrThrow(await run(certificate, { trials: [4, 0, 99] })).trials).toEqual([4, 0])
    const seen: Array<readonly [number, number]> = []
    await run(certificate, { trials: 2, progress: (done, total) => seen.push([done, total]) })
    expect(seen).toEqual([
      [0, 2],
      [1, 2]
    ])
  })

  it("refuses trials that have no number, of which it would replay none without a word", async () => {
    const certificate = all.get("theory T7 T_data")!
    for (const trials of [Number.NaN, -1, 1.5, [0, -1]])
      expect(await run(certificate, { trials })).toMatchObject({ failure: { field: "trials" } })
  })

  it("refuses literal trials that would take hours, whoever stated them", async () => {
    const certificate = forged("few T7 T_data", {
      "algorithm.interpreter": "literal",
      "evidence.runs.trials[0].ledger.weakSampling": "2000000000000000"
    })
    const result = await run(certificate, { trials: [0] })
    expect(Result.isFailure(result) && result.failure.message).toMatch(
      /^algorithm.interpreter: literal, with 2.00e\+15 draws a trial, expected at most 1e11/
    )
  })

  it("says what a forged trial really gave", async () => {
    const path = "evidence.runs.trials[1]"
    for (const [field, value] of [
      ["suboptimality.value", 0.001],
      ["transcript.sha256", "0".repeat(64)],
      ["ledger.rewards", "1998"],
      ["sampler.maxDraws", 7],
      ["accepted", 3]
    ] as const) {
      const certificate = forged("few T7 T_data", { [`${path}.${field}`]: value })
      const { differences } = Result.getOrThrow(await run(certificate))
      expect(
        differences.map((d) => d.path),
        field
      ).toContain(`${path}.${field}`)
    }
    const [difference] = Result.getOrThrow(
      await run(forged("few T7 T_data", { [`${path}.ledger.rewards`]: "2" }))
    ).differences
    expect(difference).toMatchObject({ path: `${path}.outcome`, stated: '"completed"', replayed: '"budget-exhausted"' })
  })

  it("says what forged layers really were", async () => {
    const row = "evidence.runs.trials[1].layers"
    for (const [name, path, value] of [
      ["restarts", `${row}.accepted[2]`, 3],
      ["pass", `${row}.longestPass`, 40],
      ["T_comp", `${row}.prefixes`, 100],
      ["spanner", "evidence.chains[4].features[0][0]", "5p-3"],
      ["exactness", "evidence.identity.fits[1].theta[0]", 1],
      ["exactness", "evidence.identity.fits[1].features[0][0]", 0.5],
      ["exactness", "evidence.identity.star[0]", 1]
    ] as const) {
      const { differences } = Result.getOrThrow(await run(forged(`tokens T8 ${name}`, { [path]: value })))
      expect(
        differences.map((d) => d.path),
        path
      ).toContain(path)
    }
  })

  it("does not take tokens for those of the instance, nor make them up", async () => {
    const wide = { "instance.problem.tokens.dimension": 2 }
    const { differences } = Result.getOrThrow(await run(forged("tokens T8 restarts", wide)))
    expect(differences.map((d) => d.path)).toEqual(["instance.problem.tokens.dimension"])
    const none = Result.getOrThrow(
      await run(forged("few T7 T_data", { "instance.problem.tokens": { horizon: 3, dimension: 1 } }))
    )
    expect(none.differences.map((d) => d.path)).toEqual(["instance.problem.tokens"])
    // A certificate of a token instance that does not state its tokens, as they were before T8's, or not what T9 needs of them.
    const older = forged("tokens T8 restarts", { "instance.problem.tokens": { horizon: 3, dimension: 1 } })
    expect(Result.getOrThrow(await run(older)).differences).toEqual([])
    const old = forged("tokens T8 restarts", { "instance.problem.tokens": undefined })
    expect(Result.getOrThrow(await run(old)).differences).toEqual([])
    const carried = await run(all.get("tokens T8 restarts")!, { resolve: () => undefined })
    expect(Result.isFailure(carried) && carried.failure.message).toMatch(
      /^instance.spec: "token-chain:.*" \(as carried, without its tokens\), expected a known instance$/
    )
  })

  it("cuts a multi-turn run that is longer than stated, before it has told of a pass", async () => {
    for (const name of ["T_comp", "spanner", "exactness"]) {
      const path = name === "exactness" ? "evidence.identity" : "evidence"
      const certificate = forged(`tokens T8 ${name}`, { [`${path}.runs.trials[0].ledger.tokenSampling`]: "1" })
      const { differences } = Result.getOrThrow(await run(certificate, { trials: [0] }))
      expect(differences.map((d) => d.path)).toContain(`${path}.runs.trials[0].outcome`)
    }
  })

  it("cuts a run that is longer than stated, so that it always ends", async () => {
    const certificate = forged("few T7 T_data", { "claim.parameters.rounds": 1e9, "claim.parameters.prompts": 1e12 })
    const result = await run(certificate)
    expect(JSON.stringify(result)).toMatch(/outcome|claim.parameters/)
  })

  it("does not take another instance for the one that was named", async () => {
    const certificate = forged("few T7 T_data", { "instance.data.beta": 3, "instance.problem.beta": 3 })
    const { differences, trials } = Result.getOrThrow(await run(certificate))
    expect([differences.map((d) => d.path), trials]).toEqual([["instance.digest", "instance.problem.beta"], []])
    expect(
      Result.getOrThrow(await run(forged("few T2 bound", { "instance.data.beta": 3, "instance.problem.beta": 3 })))
        .differences
    ).toHaveLength(2)
    // Where nothing resolves the SPEC, the instance is the one carried.
    expect(Result.getOrThrow(await run(all.get("few T7 T_data")!, { resolve: () => undefined })).differences).toEqual(
      []
    )
  })

  it("does not take constants for those of an instance that is not carried", async () => {
    const paths = async (name: string, edits: Readonly<Record<string, Edit>>) =>
      Result.getOrThrow(await run(forged(name, { "instance.data": null, ...edits }))).differences.map((d) => d.path)
    expect(await paths("few T7 T_data", {})).toEqual([])
    expect(await paths("few T7 T_data", { "instance.problem.dimension": 64 })).toEqual(["instance.problem.dimension"])
    expect(await paths("few T7 T_data", { "instance.problem.parameterRadius": 9 })).toEqual([
      "instance.problem.parameterRadius"
    ])
    expect(await paths("theory T7 epsilon", { "claim.goal.coverage": 1.001 })).toEqual(["claim.goal.coverage"])
    expect(await paths("theory T7 epsilon", {})).toEqual([])
  })

  it("says what is not at hand", async () => {
    const unavailable = async (certificate: Certificate, options: Partial<ReplayOptions> = {}) => {
      const result = await run(certificate, options)
      return Result.isFailure(result) ? result.failure.message : "made"
    }
    expect(await unavailable(forged("few T7 T_data", { "algorithm.name": "nobody" }))).toMatch(
      /^algorithm: .*nobody.*, expected spanner-sampling, passive/
    )
    expect(await unavailable(forged("few T7 T_data", { "instance.data": null }), { resolve: () => undefined })).toBe(
      'instance.spec: "tiny", expected a known instance'
    )
    expect(
      await unavailable(forged("few T7 T_data", { "instance.data": null }), {
        resolve: () => {
          throw new Error("gone")
        }
      })
    ).toBe('instance.spec: "tiny" (gone), expected a known instance')
    expect(await unavailable(forged("few T6 cost", { "claim.parameters.lambda": undefined }))).toMatch(
      /^claim.parameters: .*, expected parameters of spanner-sampling$/
    )
    expect(
      await unavailable(forged("law", { "algorithm.interpreter": "literal", "evidence.request.promise": 1e9 }))
    ).toMatch(/^evidence.request: about .* draws, expected at most 1e9$/)
    expect(await unavailable(all.get("spender T7 T_data")!, { algorithms: [] })).toMatch(/^algorithm: /)
  })
})
