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
import { anchoredNorms, type EllipticTest } from "../policy/elliptic-test.ts"
import { type Pair, type Prompt, promptIndex, promptOf, type Response, rowOf } from "./handle.ts"
import { PassCache } from "../search/pass-cache.ts"
import { samplerDraws } from "./sampler-draws.ts"
import { softmaxLaw } from "./softmax-law.ts"
import { ANSWER } from "./transcript.ts"
import type { PairBatch, Sweep, TiltedDraw, TiltedPair, TiltRequest, WeakSampling } from "./services.ts"
import { answer, type Workbench } from "./workbench.ts"

/** Exact-law needs all R² pairs of a prompt; past this many classes that is no longer O(1) in any useful sense. */
export const EXACT_LAW_LIMIT = 2048

/** The exact-law interpreter cannot answer for this instance. */
export class ExactLawUnavailable extends Data.TaggedError("ExactLawUnavailable")<{
  readonly classes: number
}> {
  override get message(): string {
    return `oracle: exact-law on a prompt with ${this.classes} response classes, expected at most ${EXACT_LAW_LIMIT} (use --oracle literal)`
  }
}

/** @throws ExactLawUnavailable when a prompt has more than {@link EXACT_LAW_LIMIT} classes. */
export const exactLawWeakSampling = (bench: Workbench): WeakSampling["Service"] => {
  const { exact, ledger, stream, transcript } = bench
  const { reference, offsets, promptProbabilities } = exact
  const X = promptProbabilities.length
  const { widest } = bench
  if (widest > EXACT_LAW_LIMIT) throw new ExactLawUnavailable({ classes: widest })
  const passes = new PassCache(exact, EXACT_LAW_LIMIT, bench.search)
  const singles = stream.split("single")
  const visits = stream.split("visit")
  const anchors = stream.split("anchor")
  const bests = stream.split("farthest")
  const drawRow = aliasRows(reference, offsets)
  const softmax = softmaxLaw(bench, "weakSampling", reference, widest, stream.split("tilt"))
  const passProbability = new Float64Array(X)
  const reach = new Float64Array(X)
  const rowMass = new Float64Array(widest)
  const counts = new Float64Array(widest)
  let measured: EllipticTest | undefined

  /** p(x;Σ): the probability that a pair of π_ref² at x passes. */
  const measurePrompt = (test: EllipticTest, x: number): number => {
    const table = passes.table(test, x)!
    const start = offsets[x]
    const size = offsets[x + 1] - start
    // Sums of all rows at once, column by column: no sum waits for its last addition, no branch depends on the table.
    const sums = rowMass.fill(0, 0, size)
    for (let b = 0; b < size; b++) {
      const mass = reference[start + b]
      const column = b * size
      for (let a = b + 1; a < size; a++) sums[a] += table[column + a] * mass
    }
    let p = 0
    for (let a = 1; a < size; a++) p += reference[start + a] * sums[a]
    return 2 * p
  }

  const measure = (test: EllipticTest): void => {
    if (test === measured) return
    for (let x = 0; x < X; x++) passProbability[x] = measurePrompt(test, x)
    measured = test
  }

  /** A pair from π_ref² at x conditioned on passing. */
  const passingPair = (test: EllipticTest, x: number): Pair => {
    const table = passes.table(test, x)!
    const start = offsets[x]
    const size = offsets[x + 1] - start
    let total = 0
    for (let a = 0; a < size; a++) {
      let row = 0
      for (let b = 0; b < size; b++) if (table[a * size + b] === 1) row += reference[start + b]
      total += rowMass[a] = reference[start + a] * row
    }
    const a = categorical(visits, rowMass, 0, size, total)
    let u = fineUniform(visits) * (rowMass[a] / reference[start + a])
    let b = -1
    for (let i = 0; i < size; i++) {
      if (table[a * size + i] !== 1 || reference[start + i] <= 0) continue
      b = i
      u -= reference[start + i]
      if (u < 0) break
    }
    transcript.record(ANSWER.pair, x, start + a, start + b, 1)
    return { prompt: bench.prompt(x), left: bench.response(x, start + a), right: bench.response(x, start + b) }
  }

  const firstHit = (x: number, test: EllipticTest, limit: number): Pair | undefined => {
    const p = measurePrompt(test, x)
    const g = geometric(visits, p)
    ledger.charge("weakSampling", 2 * Math.min(g, limit))
    transcript.record(ANSWER.search, 1, g <= limit ? 1 : 0, 0, 2 * Math.min(g, limit))
    return g <= limit ? passingPair(test, x) : undefined
  }

  const sweep = (test: EllipticTest, limit: number, prompts: number): Sweep => {
    measure(test)
    let a = 0
    for (let x = 0; x < X; x++) a += reach[x] = promptProbabilities[x] * geometricReach(passProbability[x], limit)
    const gap = geometric(visits, a)
    const visited = Math.min(gap, prompts)
    const failing = gap <= prompts ? gap - 1 : prompts
    ledger.charge("prompts", visited)
    const failed = 2n * BigInt(limit) * BigInt(failing)
    ledger.chargeExact("weakSampling", failed)
    if (gap > prompts) {
      transcript.wide(ANSWER.search, prompts, 0, failed)
      return { promptsVisited: prompts, hit: undefined }
    }
    const x = categorical(visits, reach, 0, X, a)
    const last = 2 * geometricWithin(visits, passProbability[x], limit)
    ledger.charge("weakSampling", last)
    transcript.wide(ANSWER.search, visited, 1, failed + BigInt(last))
    return { promptsVisited: visited, hit: passingPair(test, x) }
  }

  const tilted = (x: number, anchor: number, request: TiltRequest): TiltedDraw => {
    const draws = samplerDraws(request.promise, request.delta)
    const logits = bench.logits(x, anchor, request.tilt)
    ledger.charge("weakSampling", draws.estimate)
    const { accepted, at, logNormaliser, made } = softmax(logits, request, draws)
    const row = logits.start + at
    transcript.record(ANSWER.tilted, x, anchor, row, (accepted ? 1 : -1) * (draws.estimate + made))
    return { response: bench.response(x, row), accepted, logNormaliser }
  }

  /**
   * The largest norm among n draws is at most q with chance P(norm ≤ q)ⁿ; classes are walked from the farthest in. Of classes with one norm the first drawn is
   * kept, which is any of them in proportion to its mass.
   */
  const farthest = (anchor: Response, test: EllipticTest, n: number): Response => {
    const x = promptIndex(promptOf(anchor))
    const [start, end] = [offsets[x], offsets[x + 1]]
    const norms = anchoredNorms(test, exact.features, start, end, rowOf(anchor))
    const order = Array.from({ length: end - start }, (_, i) => i).filter((i) => reference[start + i] > 0)
    order.sort((a, b) => norms[b] - norms[a])
    ledger.charge("weakSampling", n)
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
    const row = start + order[from + categorical(bests, rowMass, 0, to - from, total)]
    transcript.record(ANSWER.farthest, x, rowOf(anchor), row, n)
    return bench.response(x, row)
  }

  const tiltedPair = (prompt: Prompt, request: TiltRequest): TiltedPair => {
    const x = promptIndex(prompt)
    ledger.charge("weakSampling", 1)
    const anchor = bench.response(x, drawRow(x, anchors))
    const draw = tilted(x, rowOf(anchor), request)
    return { pair: { prompt, left: draw.response, right: anchor }, accepted: draw.accepted }
  }

  /** n pairs at once: prompts, then left and right rows, by conditional multinomials. */
  const pairs = (n: number): PairBatch => {
    ledger.charge("prompts", n)
    ledger.chargeExact("weakSampling", 2n * BigInt(n))
    const perPrompt = new Float64Array(X)
    multinomial(visits, n, promptProbabilities, 0, X, perPrompt)
    const drawn: Array<Pair> = []
    const multiplicity: Array<number> = []
    const rights = new Float64Array(widest)
    for (let x = 0; x < X; x++) {
      if (perPrompt[x] === 0) continue
      const start = offsets[x]
      const size = offsets[x + 1] - start
      multinomial(visits, perPrompt[x], reference, start, start + size, counts)
      for (let a = 0; a < size; a++) {
        if (counts[a] === 0) continue
        multinomial(visits, counts[a], reference, start, start + size, rights)
        for (let b = 0; b < size; b++) {
          if (rights[b] === 0) continue
          drawn.push({
            prompt: bench.prompt(x),
            left: bench.response(x, start + a),
            right: bench.response(x, start + b)
          })
          multiplicity.push(rights[b])
          transcript.record(ANSWER.pair, x, start + a, start + b, rights[b])
        }
      }
    }
    return { pairs: drawn, counts: Float64Array.from(multiplicity) }
  }

  const draw = (prompts: ReadonlyArray<Prompt>) =>
    prompts.map((p) => {
      ledger.charge("weakSampling", 1)
      const x = promptIndex(p)
      const row = drawRow(x, singles)
      transcript.record(ANSWER.response, x, row)
      return bench.response(x, row)
    })

  return {
    draw: (prompts) => answer(() => draw(prompts)),
    pairs: (n) => answer(() => pairs(n)),
    firstHit: (prompt, test, limit) => answer(() => firstHit(promptIndex(prompt), test, limit)),
    sweep: (test, limit, prompts) => answer(() => sweep(test, limit, prompts)),
    farthest: (anchor, test, n) => answer(() => farthest(anchor, test, n)),
    tilted: (anchor, request) =>
      answer(() => {
        const draw = tilted(promptIndex(promptOf(anchor)), rowOf(anchor), request)
        transcript.record(ANSWER.normaliser, draw.logNormaliser)
        return draw
      }),
    tiltedPair: (prompt, request) => answer(() => tiltedPair(prompt, request)),
    immediate: { tiltedPair }
  }
}
