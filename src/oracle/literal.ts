/**
 * The literal interpreter: every row is drawn from π_ref, as a language model would draw it.
 *
 * Draws are addressed: request number v of a kind has its own stream key, and draw i of a request its own counter.
 * What a request answers therefore does not depend on how its draws were cut into batches. What is drawn of tokens is their class; which word of the class it was
 * matters to nobody but a reader.
 */
import type { ResponseSource } from "../instance/instance.ts"
import { type Stream, uniform } from "../numeric/stream.ts"
import { anchoredNorms, type EllipticTest } from "../policy/elliptic-test.ts"
import { acceptanceFrom, withAcceptance } from "../search/acceptance-finder.ts"
import { countDraws } from "../search/draw-counter.ts"
import { PairFinder } from "../search/pair-finder.ts"
import type { Charge } from "./ledger.ts"
import { literalChecked } from "./literal-checked.ts"
import { acceptance, type Drawn, type Draws, estimateLogNormaliser, type Hit, type Rows, type Tilted } from "./rows.ts"
import { samplerDraws } from "./sampler-draws.ts"
import type { TiltRequest } from "./services.ts"
import { WideTilts } from "./wide-tilts.ts"
import type { Workbench } from "./workbench.ts"

/** Of a promise that is kept for sure. */
const KEPT = { top: 0, logZ: 0 }

/** Draws in a request's first batch; batches grow fourfold to the limit, so that an early hit wastes little. */
const FIRST_BATCH = 128

export interface LiteralDraws extends Draws {
  /** One pair, passing or not. Charges two queries. */
  readonly pair: (at: number) => Hit
}

/**
 * @param searches label of the stream of searches
 * @param batch largest number of draws generated at once; results do not depend on it
 */
export const literalDraws = (
  { book, ledger, search }: Workbench,
  rows: Rows,
  source: ResponseSource,
  charge: Charge,
  stream: Stream,
  searches: string,
  batch = 4096
): LiteralDraws => {
  const { table } = rows
  const { words } = search
  const finders: Array<PairFinder | undefined> = []
  const left = new Int32Array(batch)
  const right = new Int32Array(batch)
  const coinHigh = new Int32Array(batch)
  const coinLow = new Int32Array(batch)
  const tilts = stream.split("tilt")
  const wide = new WideTilts(table)
  let tiltCount = 0

  /** The keys of a kind of request, one after another. */
  const keysOf = (label: string): (() => Stream) => {
    const keys = stream.split(label)
    let count = 0
    return () => keys.split("draw", count++)
  }
  const visits = keysOf(searches)
  const bests = keysOf("farthest")

  const one =
    (keys: () => Stream) =>
    (at: number): Drawn => {
      ledger.charge(charge, 1)
      const { k0, k1 } = keys()
      source.drawRows(at, k0, k1, 0, 1, left, words)
      return { row: left[0], address: { k0, k1, counter: 0, side: undefined } }
    }

  const pairAt = (at: number, { k0, k1 }: Stream, counter: number): Hit => {
    source.drawPairRows(at, k0, k1, counter, 1, left, right, words)
    return { left: left[0], right: right[0], pairs: counter + 1, address: { k0, k1, counter, side: 0 } }
  }

  /** Index in [0, count) of the key's first pair that passes, or −1. */
  const firstPassing = (at: number, key: Stream, test: EllipticTest, count: number): number => {
    const { k0, k1 } = key
    const passes = rows.passes(at)
    const finder = (finders[rows.layer(at)] ??= new PairFinder(table, source, passes, search))
    let size = Math.min(batch, FIRST_BATCH)
    for (let done = 0; done < count;) {
      const found = finder.find(test, at, key, done, count)
      if (found !== undefined) return found
      const n = Math.min(size, count - done, finder.pairsBefore(test, at))
      source.drawPairRows(at, k0, k1, done, n, left, right, words)
      const hit = passes.scan(test, at, left, right, n)
      finder.spend(test, at, hit < 0 ? n : hit + 1)
      if (hit >= 0) return done + hit
      done += n
      size = Math.min(batch, size * 4)
    }
    return -1
  }

  const firstHit = (at: number, test: EllipticTest, limit: number): Hit | undefined => {
    const key = visits()
    const room = ledger.room(charge)
    const affordable = room === undefined || room >= 2n * BigInt(limit) ? limit : Number(room / 2n)
    const hit = firstPassing(at, key, test, affordable)
    // Past the affordable draws the charge itself fails, and the ledger stands at its limit.
    ledger.charge(charge, 2 * (hit >= 0 ? hit + 1 : affordable < limit ? affordable + 1 : limit))
    return hit < 0 ? undefined : pairAt(at, key, hit)
  }

  /** log Ẑ from the estimation draws of a wide place: summed row by row in order, as over all rows. */
  const estimateOfDrawn = (at: number, { k0, k1 }: Stream, draws: number, logitAt: (row: number) => number): number => {
    const drawn = new Int32Array(draws)
    source.drawRows(at, k0, k1, 0, draws, drawn, words)
    drawn.sort()
    const counts: Array<number> = []
    const logits: Array<number> = []
    for (let i = 0; i < draws; i++) {
      if (i > 0 && drawn[i] === drawn[i - 1]) counts[counts.length - 1]++
      else {
        counts.push(1)
        logits.push(logitAt(drawn[i]))
      }
    }
    return estimateLogNormaliser(Float64Array.from(counts), Float64Array.from(logits), counts.length, draws)
  }

  const tilted = (at: number, anchor: number, request: TiltRequest): Tilted => {
    const index = tiltCount++
    const { promise, delta } = request
    const { estimate, trials } = samplerDraws(promise, delta)
    const start = table.offsets[at]
    const size = table.offsets[at + 1] - start
    const logitAt = estimate < size && rows.plain ? wide.logitsAt(at, anchor, request) : undefined
    /** All of them, where they are few or something needs them. */
    let logits = logitAt === undefined ? rows.logits(at, anchor, request) : undefined
    ledger.charge(charge, estimate)
    const estimating = tilts.split("estimate", index)
    const logNormaliser =
      logitAt === undefined
        ? estimateLogNormaliser(
            countDraws(source, at, estimating, estimate, start, size, search),
            logits!.values,
            size,
            estimate
          )
        : estimateOfDrawn(at, estimating, estimate, logitAt)
    const acceptances = (): Float64Array => {
      logits ??= rows.logits(at, anchor, request)
      return logits.values.subarray(0, size).map((logit) => acceptance(logit, logNormaliser, promise))
    }
    let accept = logitAt === undefined ? acceptances() : undefined
    const key = tilts.split("trial", index)
    const coins = tilts.split("coin", index)
    const ended = (counter: number, row: number, accepted: boolean): Tilted => {
      const draws = estimate + counter + 1
      ledger.charge(charge, counter + 1)
      const kept = logitAt !== undefined && wide.keeps(at, anchor, request)
      book(
        kept ? KEPT : (logits ??= rows.logits(at, anchor, request)),
        promise,
        delta,
        accepted,
        draws,
        estimate + trials
      )
      const address = { k0: key.k0, k1: key.k1, counter, side: undefined }
      const logit = logitAt?.(row) ?? logits!.values[row - start]
      return { row, address, accepted, logNormaliser, logit, draws }
    }
    /** First accepted trial of `n` from `done` on, as its place in the batch; or n. */
    const firstAccepted = (done: number, n: number): number => {
      source.drawRows(at, key.k0, key.k1, done, n, left, words)
      words(coins.k0, coins.k1, done, n, coinHigh, coinLow)
      let i = 0
      if (accept !== undefined) while (i < n && uniform(coinHigh[i], coinLow[i]) >= accept[left[i] - start]) i++
      else {
        const chance = (row: number): number => acceptance(logitAt!(row), logNormaliser, promise)
        while (i < n && uniform(coinHigh[i], coinLow[i]) >= chance(left[i])) i++
      }
      return i
    }
    const usual = Math.min(trials, acceptanceFrom(size))
    let group = Math.min(batch, FIRST_BATCH)
    for (let done = 0; done < trials;) {
      if (done >= usual) {
        accept ??= acceptances()
        const found = withAcceptance(table, source, at, accept, key, coins, search, (next) => {
          for (let from = done; ;) {
            const candidate = next(from, trials)
            if (candidate < 0 || firstAccepted(candidate, 1) === 0) return candidate
            from = candidate + 1
          }
        })
        if (found !== undefined && found >= 0) return ended(found, left[0], true)
        if (found !== undefined) break
      }
      // Up to where a kernel takes over, whatever the batch.
      const n = Math.min(group, (done < usual ? usual : trials) - done)
      const hit = firstAccepted(done, n)
      if (hit < n) return ended(done + hit, left[hit], true)
      done += n
      group = Math.min(batch, group * 4)
    }
    source.drawRows(at, key.k0, key.k1, trials - 1, 1, left)
    return ended(trials - 1, left[0], false)
  }

  const farthest = (at: number, anchor: number, test: EllipticTest, n: number): Drawn => {
    const { k0, k1 } = bests()
    const start = table.offsets[at]
    const norms = anchoredNorms(test, table.features, start, table.offsets[at + 1], anchor)
    ledger.charge(charge, n)
    let best = -1
    let counter = 0
    for (let done = 0; done < n;) {
      const size = Math.min(batch, n - done)
      source.drawRows(at, k0, k1, done, size, left, words)
      for (let i = 0; i < size; i++) {
        if (best >= 0 && norms[left[i] - start] <= norms[best - start]) continue
        best = left[i]
        counter = done + i
      }
      done += size
    }
    return { row: best, address: { k0, k1, counter, side: undefined } }
  }

  return {
    single: one(keysOf("single")),
    anchor: one(keysOf("anchor")),
    firstHit,
    tilted,
    checked: literalChecked(ledger, search, rows, source, charge, stream.split("checked"), batch),
    farthest,
    pair: (at) => {
      ledger.charge(charge, 2)
      return pairAt(at, visits(), 0)
    }
  }
}
