/** Whatever text the checker is given, it answers soon, with a typed rejection or a certificate whose verdict it recomputed; it never throws. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { stored } from "./changed.ts"
import { certificateDigest, check } from "../../src/checker/check.ts"
import { adversaries } from "./mutants.ts"
import { processorTime } from "../processor-time.ts"
import { type CheckResult, REJECTION_CODES } from "../../src/checker/certificate.ts"
import { SEED } from "../arbitrary/assert-law.ts"

/** Units of processor time that no answer may take; the slowest measured is about a tenth of it. */
const SOON = 5000

const answer = (text: string): string => {
  let result: CheckResult | undefined
  expect(processorTime(() => (result = check(text)))).toBeLessThan(SOON)
  if (result === undefined) throw new Error("no answer")
  if (result.status === "accepted") return "accepted"
  const { _tag, code, path, message } = result.reason
  expect([_tag, typeof path, message.length > 0 && message.length < 2000]).toEqual([
    "CertificateRejected",
    "string",
    true
  ])
  expect(REJECTION_CODES).toContain(code)
  expect(code, message).not.toBe("internal")
  return code
}

const texts = Object.entries(stored).map(([name, certificate]) => [name, JSON.stringify(certificate)] as const)
const law = JSON.stringify(stored.law)

describe("malformed certificates", () => {
  it("cut short anywhere are rejected", () => {
    for (const [, text] of texts) {
      const step = Math.max(1, Math.floor(text.length / 150))
      for (let end = 0; end < text.length; end += step) expect(["syntax", "size"]).toContain(answer(text.slice(0, end)))
      expect(answer(`${text} `)).toBe("accepted")
      expect(answer(`${text}${text}`)).toMatch(/syntax|duplicate-key/)
    }
  })

  it("with a character replaced, dropped or added are rejected, or the same document", () => {
    const edits = fc.record({
      of: fc.constantFrom(...texts.map(([, text]) => text)),
      at: fc.nat(),
      drop: fc.nat({ max: 3 }),
      put: fc.oneof(
        fc.constantFrom(
          "",
          '"',
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "0",
          "9",
          "-",
          "e",
          ".",
          "\\",
          "\u0000",
          "\ud800",
          "null",
          "NaN"
        ),
        fc.string({ maxLength: 3 })
      )
    })
    fc.assert(
      fc.property(edits, ({ of, at, drop, put }) => {
        const i = at % of.length
        const changed = `${of.slice(0, i)}${put}${of.slice(i + drop)}`
        const same = (() => {
          try {
            return JSON.stringify(JSON.parse(changed)) === JSON.stringify(JSON.parse(of))
          } catch {
            return false
          }
        })()
        if (answer(changed) === "accepted") expect(same, changed.slice(Math.max(0, i - 40), i + 40)).toBe(true)
      }),
      { numRuns: 3000, seed: SEED, endOnFailure: true }
    )
  })

  it("of any JSON value are rejected", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        expect(answer(text)).not.toBe("accepted")
      }),
      { numRuns: 1000, seed: SEED }
    )
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        expect(answer(text)).not.toBe("accepted")
      }),
      { numRuns: 1000, seed: SEED }
    )
  })

  it("with values of the wrong type are rejected by shape", () => {
    for (const value of ["NaN", "Infinity", "-Infinity", "undefined", "1e400", "0x10", "1_000", ".5", "'a'"]) {
      expect(answer(law.replace(/"margin":[^}]*/, `"margin":${value}`)), value).toBe("syntax")
    }
    for (const value of ["null", '"0.1"', "[0.1]", '{"a":0.1}', "true"]) {
      expect(answer(law.replace(/"margin":[^}]*/, `"margin":${value}`)), value).toBe("shape")
    }
  })

  it("with a key twice are rejected, wherever it is", () => {
    const keys = ["claim", "statement", "digest", "kind", "level", "seed", "probability"]
    const twice = texts.flatMap(([, text]) => keys.map((key) => text.replace(`"${key}":`, `"${key}":0,"${key}":`)))
    const outcomes = twice.filter((text) => !texts.some(([, whole]) => whole === text)).map(answer)
    expect(outcomes.length).toBeGreaterThan(100)
    expect(new Set(outcomes)).toEqual(new Set(["duplicate-key"]))
  })

  it("too large or too deep are rejected at once", () => {
    const at = (value: string) => law.replace(/"environment":\{/, `"environment":{"x":${value},`)
    for (const depth of [40, 1e5, 1e6]) {
      expect(answer("[".repeat(depth))).toBe("size")
      expect(answer('{"a":'.repeat(depth).slice(0, 4e6))).toBe("size")
      expect(answer(at("[".repeat(depth) + "]".repeat(depth)))).toBe("size")
    }
    expect(answer(at(`"${"x".repeat(1e7)}"`))).toBe("size")
    expect(answer(at(`"${"x".repeat(1e6)}"`))).toBe("size")
    expect(answer(at(`"${"\\n".repeat(1e6)}"`))).toBe("size")
    expect(answer(at(`"${'\\"'.repeat(2e6)}`))).toBe("size")
    expect(answer('"'.repeat(4e6))).toMatch(/size|syntax/)
    expect(answer(`"${"\\".repeat(4e6)}`)).toBe("size")
    expect(answer(at("9".repeat(1e6)))).toBe("size")
    expect(answer(at(`[${"0,".repeat(2e6)}0]`))).toBe("size")
    expect(answer(at(`[${"0,".repeat(9e5)}0]`))).toBe("shape")
    expect(answer(at(`{${Array.from({ length: 2e5 }, (_, i) => `"${i}":0`).join()}}`))).toBe("shape")
    expect(answer(" ".repeat(4e6))).toBe("syntax")
    expect(answer("\u0000".repeat(4e6))).toBe("syntax")
  })
})

/** A stored certificate with parts blown up, its digests left as they are or made to fit by the caller. */
const blown = (name: string, change: (copy: never) => void): string => {
  const copy = structuredClone(stored[name])
  change(copy as never)
  return JSON.stringify(copy)
}

describe("large certificates of the right shape", () => {
  it("are answered soon", () => {
    const fitted = (name: string, change: (copy: never) => void) => {
      const copy = JSON.parse(blown(name, change))
      return JSON.stringify({ ...copy, digest: certificateDigest(copy) })
    }
    const trials = fitted(
      "T_data",
      (c: { evidence: { runs: { trials: Array<object> } }; seeds: { trials: number } }) => {
        const { trials } = c.evidence.runs
        c.evidence.runs.trials = Array.from({ length: 7000 }, (_, trial) => ({ ...trials[0], trial }))
        c.seeds.trials = 7000
      }
    )
    expect(answer(trials)).toBe("evidence")
    const rows = 1021
    const path = adversaries["makes everything fit"](
      JSON.parse(
        blown(
          "path",
          (c: {
            instance: { data: { prompts: Array<{ responses: Array<object> }> } }
            evidence: { identity: { tokens: Array<unknown> } }
          }) => {
            const [response] = c.instance.data.prompts[0].responses
            const one = { ...response, probability: 1 / rows }
            c.instance.data.prompts[0].responses = Array.from({ length: rows }, () => one)
            c.evidence.identity.tokens = Array.from({ length: rows + 3 }, (_, i) =>
              Array.from({ length: 64 }, (_, h) => Math.floor(i / 2 ** Math.max(0, 10 - h)))
            )
          }
        )
      )
    )
    expect(answer(JSON.stringify(path))).toBe("accepted")
    const chain = fitted(
      "spanner",
      (c: {
        evidence: {
          runs: { trials: Array<{ accepted: number }> }
          chains: Array<{ features: Array<unknown>; order: Array<number> }>
        }
      }) => {
        c.evidence.runs.trials[0].accepted = 300_000
        c.evidence.chains[0].order = Array.from({ length: 300_000 }, (_, i) => i % c.evidence.chains[0].features.length)
      }
    )
    expect(answer(chain)).toMatch(/size|statement|verdict/)
    const wide = fitted(
      "spanner",
      (c: {
        instance: { data: null; problem: { dimension: number } }
        evidence: { chains: Array<{ features: Array<unknown>; order: Array<number> }> }
      }) => {
        c.instance.data = null
        c.instance.problem.dimension = 2 ** 40
        for (const one of c.evidence.chains) Object.assign(one, { features: [], order: [] })
      }
    )
    expect(answer(wide)).toBe("size")
    const exponents = fitted("spanner", (c: { evidence: { chains: Array<{ features: Array<Array<string>> }> } }) => {
      c.evidence.chains[0].features[0] = ["1p1023", "1p-1074"]
    })
    expect(answer(exponents)).toMatch(/size|evidence/)
    const law = fitted(
      "law",
      (c: { evidence: { counts: Array<number>; law: Array<number> }; seeds: { trials: number } }) => {
        c.evidence.counts = Array.from({ length: 1024 }, () => 2 ** 40)
        c.evidence.law = Array.from({ length: 1024 }, () => 1 / 1024)
        c.seeds.trials = 2 ** 50
      }
    )
    expect(answer(law)).toBe("statement")
  })
})
