import { describe, expect, it } from "vitest"
import { Stream } from "../../src/numeric/stream.ts"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { binomialTails } from "../../src/statistics/incomplete-beta.ts"
import { BettingEvidence } from "./betting-evidence.ts"

interface Branch {
  readonly probability: number
  readonly outcome: number
  readonly price: number
}

/** E over all sequences of `trials` trials of f(evidence); the cap of a trial may depend on the past through `cap`. */
const expectation = (
  branches: ReadonlyArray<Branch>,
  trials: number,
  cap: (past: ReadonlyArray<Branch>) => number
): number => {
  const visit = (past: ReadonlyArray<Branch>, weight: number): number => {
    if (past.length === trials) {
      const evidence = new BettingEvidence()
      past.forEach((b, i) => evidence.add(b.outcome, b.price, cap(past.slice(0, i))))
      return weight * Math.exp(evidence.logEAgainst)
    }
    return branches.reduce((sum, b) => sum + visit([...past, b], weight * b.probability), 0)
  }
  return visit([], 1)
}

/** A learner that draws until it holds the needle or has drawn `most`: its price is what it used. */
const stopAtHit = (p: number, most: number): ReadonlyArray<Branch> => [
  ...Array.from({ length: most }, (_, i) => ({ probability: (1 - p) ** i * p, outcome: 1, price: (i + 1) * p })),
  { probability: (1 - p) ** most, outcome: 0, price: most * p }
]

describe("BettingEvidence", () => {
  it("has mean at most 1 under the claim, exactly: equal prices, prices that depend on the outcome, caps from the past", () => {
    const fair: ReadonlyArray<Branch> = [
      { probability: 0.1, outcome: 1, price: 0.1 },
      { probability: 0.9, outcome: 0, price: 0.1 }
    ]
    expect(expectation(fair, 8, () => 0.1)).toBeCloseTo(1, 12)
    expect(expectation(fair, 8, () => 1)).toBeCloseTo(1, 12)
    const stopping = stopAtHit(0.15, 4)
    expect(expectation(stopping, 5, () => 0.6)).toBeCloseTo(1, 12)
    const fromPast = (past: ReadonlyArray<Branch>): number =>
      Math.min(1, 2 * Math.max(0.5, ...past.map((b) => b.price)))
    expect(expectation(stopping, 5, fromPast)).toBeCloseTo(1, 12)
    // Caps that some prices pass: those trials are entered at a loss.
    const tight = expectation(stopping, 5, () => 0.3)
    expect(tight).toBeLessThan(1)
    expect(tight).toBeGreaterThan(0)
  })

  it("grows when outcomes outrun their prices, and supports when they stay below", () => {
    const above = new BettingEvidence()
    for (let t = 0; t < 40; t++) above.add(1, 1e-3, 1e-3)
    expect(above.peakLogEAgainst).toBeGreaterThan(200)
    expect(above.verdict(1e-9)).toBe("refuted")
    const below = new BettingEvidence()
    for (let t = 0; t < 200; t++) below.add(0, 0.3, 0.3)
    expect(below.verdict(1e-9)).toBe("supported")
    expect(new BettingEvidence().verdict(1e-9)).toBe("undecided")
  })

  it("raises false alarms no oftener than its level, peeking at every step", () => {
    const level = 0.05
    const experiments = 4000
    const stream = Stream.fromSeed(20_251).split("betting")
    const price = 0.2
    let alarms = 0
    for (let e = 0; e < experiments; e++) {
      const evidence = new BettingEvidence()
      for (let t = 0; t < 60; t++) evidence.add(stream.next() < price ? 1 : 0, price, price)
      if (evidence.verdict(level) === "refuted") alarms++
    }
    // P(alarm) ≤ 0.05 by Ville: as many alarms as this have probability at most α.
    expect(binomialTails(alarms, experiments, level).logAtLeast).toBeGreaterThan(
      Math.log(alpha("lower-bounds/betting-false-alarms"))
    )
  })

  it("refuses impossible trials", () => {
    const evidence = new BettingEvidence()
    for (const x of [-0.1, 1.1, Number.NaN]) expect(() => evidence.add(x, 0.1, 0.1)).toThrow(/outcome/)
    expect(() => evidence.add(0, Number.NaN, 1)).toThrow(/price/)
    expect(() => evidence.add(0, 0.1, 0)).toThrow(/cap/)
  })
})
