/**
 * Telling n log n, n^1.5 and n^2.373 apart at 10 % noise: what an exponent fit with a log column can do and a pick among six complexity
 * classes cannot.
 */
import { describe, expect, it } from "vitest"
import { Stream } from "../numeric/stream.ts"
import { alpha } from "./alpha-ledger.ts"
import { clopperPearsonUpper } from "./clopper-pearson.ts"
import { fitExponents } from "./exponent-fit.ts"
import { exponentPower, judgeExponent } from "./exponent-judgement.ts"

const NOISE = 0.1
/** 15 sizes, 4 independent runs each. */
const n = Array.from({ length: 60 }, (_, i) => 2 ** (4 + (i % 15)))

const laws = [
  { name: "n log n", exponent: 1, logPower: 1 },
  { name: "n^1.5", exponent: 1.5, logPower: 0 },
  { name: "n^2.373", exponent: 2.373, logPower: 0 }
]

const measure = (law: (typeof laws)[number], stream: Stream): ReadonlyArray<number> =>
  n.map((v) => 40 * v ** law.exponent * Math.log(v) ** law.logPower * Math.exp(NOISE * stream.nextNormal()))

/** The common way: least squares of the response on each class, the smallest relative residual wins. */
const bestOfSix = (response: ReadonlyArray<number>): string => {
  const classes: Record<string, (v: number) => number> = {
    "1": () => 1,
    "log n": Math.log,
    n: (v) => v,
    "n log n": (v) => v * Math.log(v),
    "n^2": (v) => v ** 2,
    "n^3": (v) => v ** 3
  }
  let best = ""
  let smallest = Infinity
  for (const [name, f] of Object.entries(classes)) {
    const x = n.map(f)
    const scale = x.reduce((s, v, i) => s + v * response[i], 0) / x.reduce((s, v) => s + v * v, 0)
    const residual = x.reduce((s, v, i) => s + (response[i] - scale * v) ** 2, 0)
    if (residual < smallest) [best, smallest] = [name, residual]
  }
  return best
}

describe("n log n, n^1.5 and n^2.373 at 10 % noise", () => {
  it("are told apart as often as the computed power says; a best-of-six pick misnames two of three", () => {
    const experiments = 400
    const [margin, level] = [0.2, 1e-3]
    const root = Stream.fromSeed(20260112).split("laws")
    const share = alpha("statistics/scaling-classes", 3)
    laws.forEach((law, which) => {
      let right = 0
      let logPowers = 0
      let power = 0
      const picks = new Map<string, number>()
      for (let e = 0; e < experiments; e++) {
        const response = measure(law, root.split(law.name, e))
        const fit = fitExponents({ response, predictors: { n }, logCorrections: ["n"] }, level)
        const [exponent, logPower] = fit.exponents
        const verdicts = laws.map(
          ({ exponent: predicted }) => judgeExponent(exponent, { claim: "equals", predicted, margin, level }).verdict
        )
        if (verdicts.every((verdict, i) => verdict === (i === which ? "supported" : "refuted"))) right++
        // The log factor itself: 0 and 1 are half a unit from the midpoint.
        if (Math.round(logPower.estimate) === law.logPower) logPowers++
        // Power at the true noise: the standard error per unit of noise is a property of the design.
        power = exponentPower({
          claim: "equals",
          standardError: (NOISE * exponent.standardError) / fit.residualDeviation,
          degreesOfFreedom: exponent.degreesOfFreedom,
          margin,
          level
        })
        const pick = bestOfSix(response)
        picks.set(pick, (picks.get(pick) ?? 0) + 1)
      }
      expect(power, law.name).toBeGreaterThan(0.99)
      expect(clopperPearsonUpper(right, experiments, share), law.name).toBeGreaterThanOrEqual(power)
      expect(right / experiments, law.name).toBeGreaterThan(0.95)
      expect(logPowers / experiments, law.name).toBeGreaterThan(0.95)
      // The pick always names something, and for exponents that are not in its list the something is wrong every time.
      if (law.logPower === 0)
        expect(
          [...picks.keys()].every((name) => ["n", "n log n", "n^2", "n^3"].includes(name)),
          law.name
        ).toBe(true)
    })
  })
})
