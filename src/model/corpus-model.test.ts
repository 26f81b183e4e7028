import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
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
    expect(cacheDirectory({ XDG_CACHE_HOME: "relative" }, "/home/me")).toBe(join("/home/me", ".cache", "coverbound"))
    for (const home of ["", "relative"]) expect(cacheDirectory({}, home)).toBeUndefined()
    expect(loadCorpusModel(undefined).origin).toBe("built")
  })

  it("is believed only where it holds what the package's corpus counts", () => {
    const built = loadCorpusModel(directory)
    const [name] = readdirSync(directory).filter((file) => file.endsWith(".json"))
    const file = join(directory, name)
    const { counts, heldOut, training } = JSON.parse(readFileSync(file, "utf8"))
    const tokenCounts = counts.tokenCounts.with(0, counts.tokenCounts[0] + 1000)
    for (const changed of [
      { counts: { ...counts, tokenCounts }, heldOut, training },
      { counts, training, heldOut: { ...heldOut, perplexity: 1 } }
    ]) {
      writeFileSync(file, JSON.stringify(changed))
      const again = loadCorpusModel(directory)
      expect([again.origin, again.heldOut.perplexity]).toEqual(["built", built.heldOut.perplexity])
    }
  })
})
