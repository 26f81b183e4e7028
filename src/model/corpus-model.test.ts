import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { decodeArrayFile, encodeArrayFile } from "./array-file.ts"
import { cacheDirectory, loadCorpusModel } from "./corpus-model.ts"

const directory = mkdtempSync(join(tmpdir(), "coverbound-model-"))
afterAll(() => rmSync(directory, { recursive: true }))

describe("the cache of the corpus model", () => {
  it("round-trips, and rebuilds what is damaged", () => {
    const built = loadCorpusModel(directory)
    expect(built.origin).toBe("built")
    const files = readdirSync(directory)
    expect(files).toHaveLength(1)
    const file = join(directory, files[0])
    const bytes = readFileSync(file)

    const cached = loadCorpusModel(directory)
    expect(cached.origin).toBe("cache")
    expect({ ...cached, origin: "" }).toEqual({ ...built, origin: "" })

    const damaged = Buffer.from(bytes)
    damaged[damaged.length >> 1] ^= 1
    writeFileSync(file, damaged)
    const rebuilt = loadCorpusModel(directory)
    expect(rebuilt.origin).toBe("built")
    // Building is deterministic, to the byte, and mends the file.
    expect(readFileSync(file).equals(bytes)).toBe(true)
    expect(readdirSync(directory)).toEqual(files)
  })

  it("does without a directory it cannot write", () => {
    const file = join(directory, "a-file")
    writeFileSync(file, "")
    expect(loadCorpusModel(join(file, "cache")).origin).toBe("built")
  })

  it("is put where the environment says", () => {
    expect(cacheDirectory({ COVERBOUND_CACHE: "/a", XDG_CACHE_HOME: "/b" })).toBe("/a")
    expect(cacheDirectory({ XDG_CACHE_HOME: "/b" })).toBe(join("/b", "coverbound"))
    expect(cacheDirectory({ XDG_CACHE_HOME: "" })).toMatch(/\.cache.coverbound$/)
  })
})

describe("array files", () => {
  const bytes = encodeArrayFile({
    key: "k",
    numbers: { half: 0.5 },
    arrays: { a: Int32Array.of(1, -2, 3), b: Float64Array.of(Math.PI), c: Uint8Array.of(255) }
  })

  it("round-trip from any alignment", () => {
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    const decoded = decodeArrayFile(shifted.subarray(3), "k")!
    expect(decoded.numbers).toEqual({ half: 0.5 })
    expect(decoded.arrays).toEqual({ a: Int32Array.of(1, -2, 3), b: Float64Array.of(Math.PI), c: Uint8Array.of(255) })
  })

  it("are refused when cut anywhere, changed anywhere, or made from something else", () => {
    expect(decodeArrayFile(bytes, "other")).toBeUndefined()
    for (let n = 0; n < bytes.length; n++) {
      expect(decodeArrayFile(bytes.slice(0, n), "k")).toBeUndefined()
      const changed = bytes.slice()
      changed[n] ^= 0x10
      expect(decodeArrayFile(changed, "k")).toBeUndefined()
    }
  })
})
