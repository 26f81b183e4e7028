/** The text of Coq files, without Coq: that Coq accepts them, and none with a number altered, is `npm run prove:certificates`'s business. */
import { beforeAll, describe, expect, it } from "vitest"
import * as Effect from "effect/Effect"
import fc from "fast-check"
import {
  decimal,
  fingerprint,
  flat,
  fractionOf,
  fractionOfDyadic,
  rounding
} from "../../src/certificate/coq/coq-text.ts"
import { emitCoq, IN_COQ } from "../../src/certificate/coq/emit-coq.ts"
import type { Certificate } from "../../src/checker/certificate.ts"
import { specimens } from "./specimens.ts"

const nameOf = ({ claim }: Certificate): string => `${claim.theorem}/${claim.part}`
const textOf = (certificate: Certificate): string => {
  const file = emitCoq(certificate)
  if (file.kind === "none") throw new Error(file.reason)
  return file.text
}
const fingerprintIn = (text: string): string => /fingerprint [^]*?= (\d+)%Z/.exec(text)![1]

describe("numbers", () => {
  it("are the doubles exactly", () => {
    const view = new DataView(new ArrayBuffer(8))
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        // The double's own bits: ±m·2^(e−1074).
        view.setFloat64(0, x)
        const bits = view.getBigUint64(0)
        const biased = (bits >> 52n) & 0x7ffn
        const m = (bits & (2n ** 52n - 1n)) + (biased === 0n ? 0n : 2n ** 52n)
        const e = biased === 0n ? 0n : biased - 1n
        const { n, d } = fractionOf(x)
        expect(d & (d - 1n)).toBe(0n)
        expect(n << 1074n).toBe((x < 0 ? -m : m) * 2n ** e * d)
      })
    )
  })
  it.each(["0p0", "1p1", "-3p-2", "1053727231522125p-56"])("%s is what it says", (text) => {
    const [m, e] = text.split("p").map(Number)
    const { n, d } = fractionOfDyadic(text)
    expect(Number(n) / Number(d)).toBe(m * 2 ** e)
  })
  it("decimals and what rounding leaves of them", () => {
    expect(decimal("-1.517")).toBe("(- (1517 / 1000))")
    expect(decimal("9.16572")).toBe("(916572 / 100000)")
    expect(decimal("1.5e-7")).toBe("(15 / 100000000)")
    expect(decimal("1.5e+3")).toBe("(1500)")
    expect(rounding("0.216")).toBe("(500001 / 1000000000)")
    expect(() => decimal("NaN")).toThrow("expected a decimal number")
    expect(() => fractionOf(Infinity)).toThrow("expected a finite number")
  })
  it("have the fingerprint that Coq computes", () => {
    // Of the specimen below, by vm_compute.
    const data = flat(
      [1.396735294334879e-6, 3.1768660034041006e-8, 8.269736564228132e-8, 0.1, 0.1, 0.01].map(fractionOf)
    )
    expect(fingerprint([...data, 0n, 3n])).toBe(169110227877444787374422926256130920280n)
  })
})

describe("files", () => {
  let all: ReadonlyArray<Certificate> = []
  beforeAll(async () => {
    all = [...(await Effect.runPromise(specimens())).values()]
  }, 60_000)

  it("are written of what has a Coq form, and of nothing else", () => {
    for (const certificate of all) {
      const { evidence, verdict } = certificate
      const known = (IN_COQ as ReadonlyArray<string>).includes(nameOf(certificate))
      const has =
        known && evidence.kind !== "refutation" && (verdict === "supported" || nameOf(certificate) === "T7/epsilon")
      expect([nameOf(certificate), emitCoq(certificate).kind]).toEqual([nameOf(certificate), has ? "emitted" : "none"])
    }
    for (const name of IN_COQ) expect(all.map(nameOf)).toContain(name)
  })
  it("name the certificate, finish every proof, and compute on integers only", () => {
    for (const certificate of all) {
      const file = emitCoq(certificate)
      if (file.kind === "none") continue
      const { text } = file
      expect(text).toContain(certificate.digest)
      expect(text).toMatch(/^Theorem claim/m)
      expect(text).not.toMatch(/Admitted|undefined|NaN|Infinity/)
      expect(text.match(/^Proof\./gm)!.length).toBe(text.match(/Qed\.$/gm)!.length)
      // Without a precision the tactic computes on floats whose specification is an axiom.
      expect(text).not.toMatch(/interval(?! with \(i_prec \d+\))\b(?! arithmetic)/)
    }
  })
  it("another number is another fingerprint", () => {
    const certificate = all.find((one) => nameOf(one) === "T7/epsilon" && one.evidence.kind === "trials")!
    const altered = structuredClone(certificate) as Certificate & {
      evidence: { runs: { trials: Array<{ suboptimality: { value: number } }> } }
    }
    altered.evidence.runs.trials[0].suboptimality.value *= 1 + 2 ** -52
    expect(fingerprintIn(textOf(altered))).not.toBe(fingerprintIn(textOf(certificate)))
  })
  it("no statement ends the comment it stands in", () => {
    const certificate = all.find((one) => nameOf(one) === "T3/size" && one.evidence.kind === "spanner")!
    const hostile = { ...certificate, claim: { ...certificate.claim, statement: '*) Axiom a : False. (* "' } }
    const [comment] = textOf(hostile).split("\nFrom Coq")
    expect(comment.match(/\(\*/g)).toHaveLength(1)
    expect(comment.match(/\*\)/g)).toHaveLength(1)
    expect(comment).not.toContain('"')
  })
})
