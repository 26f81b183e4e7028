import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

/** How many of a thousand names are looked at under an environment, and the first of them. */
const under = (environment: Readonly<Record<string, string>>, share: number): readonly [number, string] => {
  const module = fileURLToPath(new URL("sampled.ts", import.meta.url))
  const program = `
    const { isSampled } = await import(${JSON.stringify(module)})
    const names = Array.from({ length: 1000 }, (_, i) => "case " + i).filter((name) => isSampled(name, ${share}))
    process.stdout.write(JSON.stringify([names.length, names.join()]))`
  const { COVERBOUND_LONG: _long, COVERBOUND_SEED: _seed, ...bare } = process.env
  const env = { ...bare, ...environment }
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", program], { env, encoding: "utf8" }))
}

describe("a seeded sample", () => {
  it("is the share asked for, the same for a seed; all in the long step", () => {
    const [some, which] = under({}, 0.2)
    expect(some).toBeGreaterThan(150)
    expect(some).toBeLessThan(250)
    expect(under({}, 0.2)).toEqual([some, which])
    expect(under({ COVERBOUND_SEED: "7" }, 0.2)[1]).not.toBe(which)
    expect(under({ COVERBOUND_LONG: "1" }, 0.2)[0]).toBe(1000)
    expect(under({ COVERBOUND_LONG: "0" }, 0.2)[0]).toBe(some)
    expect(under({}, 1)[0]).toBe(1000)
  })
})
