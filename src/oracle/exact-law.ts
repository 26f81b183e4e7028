/**
 * The exact-law interpreter (exact-law.md): on a finite instance the oracle's answers have known laws, so they are given in
 * distribution in O(1) and the ledger is charged every draw they stand for. Runs at T7's own constants (10¹⁵ draws and beyond) take seconds.
 */
import * as Data from "effect/Data"
import { aliasRows } from "../numeric/alias-table.ts"
import {
  categorical,
  fineUniform,
  geometric,
  geometricReach,
  geometricWithin,
  multinomial
} from "../numeric/random-variates.ts"
import type { Stream } from "../numeric/stream.ts"
import { anchoredNorms, type EllipticTest } from "../policy/elliptic-test.ts"
import { exactLawChecked } from "./exact-law-checked.ts"
import type { Charge } from "./ledger.ts"
import { GrowingDistances } from "../search/growing-distances.ts"
import { acceptance, type Drawn, type Draws, estimateLogNormaliser, type Hit, type Rows, type Tilted } from "./rows.ts"
import { samplerDraws } from "./sampler-draws.ts"
import type { TiltRequest } from "./services.ts"
import type { Workbench } from "./workbench.ts"

/** Exact-law needs all R² pairs of a place; past this many rows that is no longer O(1) in any useful sense. */
export const EXACT_LAW_LIMIT = 2048

/** The exact-law interpreter cannot answer for this instance. */
export class ExactLawUnavailable extends Data.TaggedError("ExactLawUnavailable")<{
  readonly classes: number
}> {
  override get message(): string {
    return `oracle: exact-law on a prompt with ${this.classes} response classes, expected at most ${EXACT_LAW_LIMIT} (use --oracle literal)`
  }
}

/** What is answered in law over many places at once. */
export interface LawDraws extends Draws {
  /** n pairs, each at a place of its own drawn by `places` (probabilities, length P): every pair that came up, with its count. Charges 2n. */
  readonly pairs: (n: number, places: Float64Array, see: (at: number, hit: Hit, count: number) => void) => void
  /** Places drawn one after another until a search at one hits; charges what they drew. */
  readonly sweep: (test: EllipticTest, limit: number, most: number, places: Float64Array) => Visits
}
export interface Visits {
  readonly visited: number
  readonly charged: bigint
  readonly hit: (Hit & { readonly at: number }) | undefined
}

/**
 * @param searches label of the stream of searches
 * @throws ExactLawUnavailable when a place has more than {@link EXACT_LAW_LIMIT} rows.
 */
export const exactLawDraws = (
  { book, ledger }: Workbench,
  rows: Rows,
  charge: Charge,
  stream: Stream,
  searches: string
): LawDraws => {
  const { table, widest } = rows
  const { features, offsets, reference } = table
  if (widest > EXACT_LAW_LIMIT) throw new ExactLawUnavailable({ classes: widest })
  const visits = stream.split(searches)
  const tilts = stream.split("tilt")
  const bests = stream.split("farthest")
  const drawRow = aliasRows(reference, offsets)
  const rowMass = new Float64Array(widest)
  const counts = new Float64Array(widest)
  const bad = new Uint8Array(widest)
  /** p(x;Σ) of each place, and the test it was measured for. */
  const passProbability = new Float64Array(offsets.length - 1)
  const measured: Array<EllipticTest | undefined> = new Array(offsets.length - 1)
  /** Made at the first sweep: `null` where tables made anew are as good. */
  let growing: GrowingDistances | null | undefined

  const one = (label: string) => {
    const draws = stream.split(label)
    return (at: number): Drawn => {
      ledger.charge(charge, 1)
      return { row: drawRow(at, draws), address: undefined }
    }
  }

  /** The probability that a pair of π_ref² at a place passes. */
  const measure = (test: EllipticTest, at: number): number => {
    if (measured[at] === test) return passProbability[at]
    const passes = rows.passes(at)
    const known = passes.table(test, at)
    const start = offsets[at]
    const size = offsets[at + 1] - start
    // Sums of all rows at once, column by column: no sum waits for its last addition, no branch depends on the table.
    const sums = rowMass.fill(0, 0, size)
    for (let b = 0; b < size; b++) {
      const mass = reference[start + b]
      if (known === undefined) passes.against(test, at, start + b, bad)
      const [column, from] = known === undefined ? [bad, 0] : [known, b * size]
      for (let a = b + 1; a < size; a++) sums[a] += column[from + a] * mass
    }
    let p = 0
    for (let a = 1; a < size; a++) p += reference[start + a] * sums[a]
    measured[at] = test
    return (passProbability[at] = 2 * p)
  }

  /** A pair from π_ref² at a place conditioned on passing. */
  const passingPair = (test: EllipticTest, at: number, pairs: number): Hit => {
    const passes = rows.passes(at)
    const start = offsets[at]
    const size = offsets[at + 1] - start
    let total = 0
    for (let a = 0; a < size; a++) {
      passes.against(test, at, start + a, bad)
      let row = 0
      for (let b = 0; b < size; b++) if (bad[b] === 1) row += reference[start + b]
      total += rowMass[a] = reference[start + a] * row
    }
    const a = categorical(visits, rowMass, 0, size, total)
    passes.against(test, at, start + a, bad)
    let u = fineUniform(visits) * (rowMass[a] / reference[start + a])
    let b = -1
    for (let i = 0; i < size; i++) {
      if (bad[i] !== 1 || reference[start + i] <= 0) continue
      b = i
      u -= reference[start + i]
      if (u < 0) break
    }
    return { left: start + a, right: start + b, pairs, address: undefined }
  }

  const firstHit = (at: number, test: EllipticTest, limit: number): Hit | undefined => {
    const g = geometric(visits, measure(test, at))
    ledger.charge(charge, 2 * Math.min(g, limit))
    return g <= limit ? passingPair(test, at, g) : undefined
  }

  const sweep: LawDraws["sweep"] = (test, limit, most, places) => {
    growing ??= GrowingDistances.of(table, rows.search) ?? null
    const chances = growing?.chancesUnder(test)
    if (chances !== undefined) {
      passProbability.set(chances)
      measured.fill(test)
    }
    const reach = places.map((mass, at) => mass * geometricReach(measure(test, at), limit))
    let a = 0
    for (const each of reach) a += each
    const gap = geometric(visits, a)
    const visited = Math.min(gap, most)
    const failing = gap <= most ? gap - 1 : most
    ledger.charge("prompts", visited)
    const failed = 2n * BigInt(limit) * BigInt(failing)
    ledger.chargeExact(charge, failed)
    if (gap > most) return { visited: most, charged: failed, hit: undefined }
    const at = categorical(visits, reach, 0, reach.length, a)
    const pairs = geometricWithin(visits, passProbability[at], limit)
    ledger.charge(charge, 2 * pairs)
    return { visited, charged: failed + BigInt(2 * pairs), hit: { at, ...passingPair(test, at, pairs) } }
  }

  /**
   * SoftmaxSampler in law (t6-softmax-sampler.md): the counts of its N₁ estimation draws, the number of trials to the first acceptance and the row it returns, each from its own law
   * and so in O(R) whatever M is.
   */
  const tilted = (at: number, anchor: number, request: TiltRequest): Tilted => {
    const { delta, promise } = request
    const { estimate, trials } = samplerDraws(promise, delta)
    const logits = rows.logits(at, anchor, request)
    const { size, start, values } = logits
    // Before anything is drawn: a budget that the estimation draws overrun must stop the call here.
    ledger.charge(charge, estimate)
    multinomial(tilts, estimate, reference, start, start + size, counts)
    const logNormaliser = estimateLogNormaliser(counts, values, size, estimate)
    let accept = 0
    for (let i = 0; i < size; i++)
      accept += rowMass[i] = reference[start + i] * acceptance(values[i], logNormaliser, promise)
    const g = geometric(tilts, accept)
    const accepted = g <= trials
    const made = accepted ? g : trials
    ledger.charge(charge, made)
    const draws = estimate + made
    book(logits, promise, delta, accepted, draws, estimate + trials)
    let total = accept
    if (!accepted) {
      // The last rejected trial has law ∝ π_ref·(1 − acceptance).
      total = 0
      for (let i = 0; i < size; i++) total += rowMass[i] = reference[start + i] - rowMass[i]
    }
    const i = categorical(tilts, rowMass, 0, size, total)
    return { row: start + i, address: undefined, accepted, logNormaliser, logit: values[i], draws }
  }

  /**
   * The largest norm among n draws is at most q with chance P(norm ≤ q)ⁿ; classes are walked from the farthest in. Of classes with one norm the first drawn is
   * kept, which is any of them in proportion to its mass.
   */
  const farthest = (at: number, anchor: number, test: EllipticTest, n: number): Drawn => {
    const [start, end] = [offsets[at], offsets[at + 1]]
    const norms = anchoredNorms(test, features, start, end, anchor)
    const order = Array.from({ length: end - start }, (_, i) => i).filter((i) => reference[start + i] > 0)
    order.sort((a, b) => norms[b] - norms[a])
    ledger.charge(charge, n)
    // u is uniform; the walk stops where P(norm above the group's)ⁿ-complement passes it: 1 − (1 − s)ⁿ with s the mass from the group up.
    const u = fineUniform(bests)
    let from = 0
    let above = 0
    let to = 0
    while (from < order.length) {
      to = from
      while (to < order.length && norms[order[to]] === norms[order[from]]) above += reference[start + order[to++]]
      if (to === order.length || -Math.expm1(n * Math.log1p(-Math.min(1, above))) > u) break
      from = to
    }
    let total = 0
    for (let i = from; i < to; i++) total += rowMass[i - from] = reference[start + order[i]]
    return { row: start + order[from + categorical(bests, rowMass, 0, to - from, total)], address: undefined }
  }

  /** n pairs at once: places, then left and right rows, by conditional multinomials. */
  const pairs: LawDraws["pairs"] = (n, places, see) => {
    ledger.charge("prompts", n)
    ledger.chargeExact(charge, 2n * BigInt(n))
    const perPlace = new Float64Array(places.length)
    multinomial(visits, n, places, 0, places.length, perPlace)
    const rights = new Float64Array(widest)
    for (let at = 0; at < places.length; at++) {
      if (perPlace[at] === 0) continue
      const start = offsets[at]
      const size = offsets[at + 1] - start
      multinomial(visits, perPlace[at], reference, start, start + size, counts)
      for (let a = 0; a < size; a++) {
        if (counts[a] === 0) continue
        multinomial(visits, counts[a], reference, start, start + size, rights)
        for (let b = 0; b < size; b++)
          if (rights[b] !== 0) see(at, { left: start + a, right: start + b, pairs: 1, address: undefined }, rights[b])
      }
    }
  }

  return {
    single: one("single"),
    anchor: one("anchor"),
    firstHit,
    tilted,
    checked: exactLawChecked(ledger, rows, charge, stream.split("checked")),
    farthest,
    pairs,
    sweep
  }
}
