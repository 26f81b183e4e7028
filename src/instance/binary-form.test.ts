import { createHash } from "node:crypto"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { binaryPieces, readBinary } from "./binary-form.ts"
import { randomInstance } from "./families/random-instance.ts"
import type { FiniteInstance } from "./instance.ts"
import { InvalidInstance } from "./invalid-instance.ts"
import { normalForm, validateFinite } from "./validate.ts"

const bytesOf = (instance: FiniteInstance, exact?: unknown): Buffer => Buffer.concat([...binaryPieces(instance, exact)])

const read = (bytes: Uint8Array) => {
  let at = 0
  return readBinary((into) => {
    const part = bytes.subarray(at, at + into.length)
    into.set(part)
    at += part.length
    return part.length
  }, bytes.length)
}

const problemOf = (bytes: Uint8Array): string => {
  try {
    read(bytes)
  } catch (error) {
    if (error instanceof InvalidInstance) return error.message
    throw error
  }
  return "none"
}

const labelled = (labels: boolean, seed: number): FiniteInstance => {
  const table = randomInstance({ seed, prompts: 3, responses: 4, d: 2, zeros: 0.2, ties: 0.3, set: "box" })
  return labels ? { ...table, promptLabels: ["a", "", "ü"], responseLabels: Array(12).fill("").with(5, "y") } : table
}

/** The bytes with the head's text changed, padded to the same length or a longer multiple of 8. */
const withHead = (bytes: Buffer, change: (head: string) => string): Buffer => {
  const length = Number(bytes.readBigUInt64LE(8))
  const text = Buffer.from(
    change(
      bytes
        .subarray(16, 16 + length)
        .toString()
        .trimEnd()
    )
  )
  const head = Buffer.alloc(8 * Math.ceil(text.length / 8), " ")
  text.copy(head)
  const start = Buffer.from(bytes.subarray(0, 16))
  start.writeBigUInt64LE(BigInt(head.length), 8)
  return Buffer.concat([start, head, bytes.subarray(16 + length)])
}

describe("the binary form", () => {
  it("gives back the instance, bit for bit, and what was stated of it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.boolean(), (seed, labels) => {
        const table = normalForm(validateFinite(labelled(labels, seed)))
        const { exact, instance } = read(bytesOf(table, { coverage: 2 }))
        expect(instance).toEqual(table)
        expect(exact).toEqual({ coverage: 2 })
      }),
      { numRuns: 30 }
    )
  })

  it("has its arrays in the order and the bytes that are written of it", () => {
    const table = normalForm(validateFinite(labelled(false, 7)))
    const bytes = bytesOf(table)
    expect(bytes.subarray(0, 8).toString()).toBe("CBINST1\n")
    const begins = 16 + Number(bytes.readBigUInt64LE(8))
    const { features, meanReward, offsets, promptProbabilities, reference } = table
    let at = begins
    const doubles = (n: number) => Array.from({ length: n }, () => bytes.readDoubleLE((at += 8) - 8))
    expect(doubles(3)).toEqual([...promptProbabilities])
    expect(Array.from(offsets, () => bytes.readInt32LE((at += 4) - 4))).toEqual([...offsets])
    const N = reference.length
    expect([doubles(N), doubles(N), doubles(2 * N)]).toEqual([[...reference], [...meanReward], [...features]])
    expect(at).toBe(bytes.length)
    const { sha256 } = JSON.parse(bytes.subarray(16, begins).toString()) as { readonly sha256: string }
    expect(sha256).toBe(createHash("sha256").update(bytes.subarray(begins)).digest("hex"))
  })

  it("gives back arrays of more than a turn", () => {
    const table = normalForm(validateFinite(randomInstance({ seed: 2, prompts: 2, responses: 9000, d: 8 })))
    expect(table.features.byteLength).toBeGreaterThan(2 ** 20)
    const { instance } = read(bytesOf(table))
    expect(Buffer.from(instance.features.buffer).equals(Buffer.from(table.features.buffer))).toBe(true)
  })

  it("refuses what is cut short, longer than announced, or changed by one bit, in one line", () => {
    const bytes = bytesOf(labelled(true, 7))
    for (const end of [0, 7, 15, 40, bytes.length - 1])
      expect(problemOf(bytes.subarray(0, end))).toMatch(/^binary instance: .*, expected /)
    expect(problemOf(Buffer.concat([bytes, Buffer.alloc(8)]))).toMatch(/bytes of arrays, expected/)
    const length = Number(bytes.readBigUInt64LE(8))
    for (let at = 16 + length; at < bytes.length; at += 13) {
      const changed = Buffer.from(bytes)
      changed[at] ^= 4
      expect(problemOf(changed)).toMatch(/^sha256: /)
    }
    expect(problemOf(Buffer.concat([Buffer.from("CBINST2\n"), bytes.subarray(8)]))).toMatch(/first$/)
  })

  it("holds what it reads to the rules of any instance", () => {
    const bytes = bytesOf(labelled(false, 7))
    for (const [change, expected] of [
      [(head: string) => head.replace('"beta":0.5', '"beta":-1'), /^beta: -1, expected a finite number above 0/],
      [(head: string) => head.replace('"dimension":2', '"dimension":0'), /^dimension: 0, expected an integer/],
      [(head: string) => head.replace('"name"', '"nom"'), /nom/],
      [(head: string) => `${head.slice(0, -1)},"beta":1}`, /repeated/],
      [(head: string) => head.replace('"prompts":3', '"prompts":4'), /bytes of arrays, expected/],
      [(head: string) => head.replace('"thetaStar":[', '"thetaStar":[9,'), /^thetaStar: length 3, expected 2/]
    ] as const)
      expect(problemOf(withHead(bytes, change))).toMatch(expected)
    // An array that no instance has, under its own digest.
    const changed = Buffer.from(bytes)
    const arrays = changed.subarray(16 + Number(changed.readBigUInt64LE(8)))
    arrays.writeDoubleLE(-1, 8 * (3 + 2))
    const sha256 = createHash("sha256").update(arrays).digest("hex")
    const restated = withHead(changed, (head) => head.replace(/"sha256":"\w+"/, `"sha256":"${sha256}"`))
    expect(problemOf(restated)).toMatch(/-1, expected/)
  })
})
