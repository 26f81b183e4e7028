import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { exhaustive } from "../algorithm/exhaustive.ts"
import { passive } from "../algorithm/passive.ts"
import { spannerSampling } from "../algorithm/spanner-sampling.ts"
import { runTrial } from "../run/run-trial.ts"
import { rareGoodFamily } from "../instance/families/rare-good.ts"
import { instantiate } from "../instance/family.ts"
import { problemOf } from "./interpreter.ts"
import { ANSWER, Transcript } from "./transcript.ts"

describe("Transcript", () => {
  it("is SHA-256 over a chain of full buffers and the rest", () => {
    const transcript = new Transcript()
    const words: Array<number> = []
    const record = (...row: readonly [number, number, number, number, number]) => {
      transcript.record(...row)
      words.push(...row)
    }
    const bytes = (from: number, to: number) => new Uint8Array(Float64Array.from(words.slice(from, to)).buffer)
    const sha256 = (...parts: ReadonlyArray<Uint8Array | string>) =>
      parts.reduce((h, part) => h.update(part), createHash("sha256")).digest()
    const BUFFER = 8190
    const end = (chain: Uint8Array, from: number) =>
      sha256(chain, bytes(from, words.length), `${words.length / 5} records`).toString("hex")

    const zero = new Uint8Array(32)
    expect(transcript.digest()).toEqual({ sha256: end(zero, 0), records: 0 })
    for (let i = 0; i < 1638; i++) record(ANSWER.tilted, i, 2 ** 53 - i, -i, 0.1 * i)
    expect(transcript.digest()).toEqual({ sha256: end(zero, 0), records: 1638 })
    record(ANSWER.prompt, 1, 0, 0, 0)
    const first = sha256(zero, bytes(0, BUFFER))
    expect(transcript.digest()).toEqual({ sha256: end(first, BUFFER), records: 1639 })
    expect(transcript.digest()).toEqual(transcript.digest())
    for (let i = 0; i < 3000; i++) record(ANSWER.difference, i, 1, 1, 1)
    const third = sha256(sha256(first, bytes(BUFFER, 2 * BUFFER)), new Uint8Array(0))
    expect(third).toHaveLength(32)
    expect(transcript.digest()).toEqual({
      sha256: end(sha256(first, bytes(BUFFER, 2 * BUFFER)), 2 * BUFFER),
      records: 4639
    })
  })

  it("keeps charges past 2⁵³ exactly", () => {
    const digestOf = (charge: bigint) => {
      const transcript = new Transcript()
      transcript.wide(ANSWER.search, 1, 0, charge)
      return transcript.digest().sha256
    }
    expect(digestOf(2n ** 60n)).not.toBe(digestOf(2n ** 60n + 1n))
    expect(digestOf(2n ** 53n)).not.toBe(digestOf(2n ** 53n - 1n))
    const plain = new Transcript()
    plain.record(ANSWER.search, 1, 0, 0, 77)
    expect(digestOf(77n)).toBe(plain.digest().sha256)
  })
})

describe("the transcript of a run", () => {
  const instance = instantiate(rareGoodFamily, { C: 20, d: 2 })
  const problem = problemOf(instance)
  const goal = { epsilon: 0.1, delta: 0.1, coverage: 20 }
  const parameters = { ...spannerSampling.practical(problem, goal), rounds: 200 }
  const run = (options: object) =>
    Effect.runPromise(
      runTrial({
        algorithm: spannerSampling,
        instance,
        digest: "",
        parameters,
        interpreter: "literal",
        seed: 5,
        trial: 0,
        ...options
      })
    ).then((record) => record.transcript)

  it("is the same for every batch size, and with or without checkpoints", async () => {
    const reference = await run({ batch: 4096 })
    expect(reference.records).toBeGreaterThan(600)
    for (const batch of [1, 7, 128, 1000]) expect(await run({ batch })).toEqual(reference)
    expect(await run({ checkpoints: false })).toEqual(reference)
    expect(await run({ budget: { rewardQueries: 10n ** 9n, samplingQueries: 10n ** 12n } })).toEqual(reference)
  })

  it("differs by seed, trial, parameters and interpreter", async () => {
    const digests = await Promise.all([
      run({}),
      run({ seed: 6 }),
      run({ trial: 1 }),
      run({ parameters: { ...parameters, rounds: 201 } }),
      run({ parameters: { ...parameters, promise: parameters.promise * 2 } }),
      run({ interpreter: "exact-law" }),
      run({ interpreter: "exact-law", trial: 1 })
    ])
    expect(new Set(digests.map((d) => d.sha256)).size).toBe(digests.length)
  })

  it("covers every oracle that the algorithms use", async () => {
    const enumerating = { algorithm: exhaustive, parameters: exhaustive.practical(problem, goal) }
    const drawing = { algorithm: passive, parameters: { lambda: 1, pairs: 500 } }
    for (const options of [enumerating, drawing]) {
      for (const interpreter of ["literal", "exact-law"]) {
        const [first, again, other] = await Promise.all([
          run({ ...options, interpreter }),
          run({ ...options, interpreter }),
          run({ ...options, interpreter, seed: 9 })
        ])
        expect(again).toEqual(first)
        expect(other.sha256).not.toBe(first.sha256)
        expect(first.records).toBeGreaterThan(4)
      }
    }
  })
})
