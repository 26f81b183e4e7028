/**
 * The literal interpreter of the weak oracle: every response is drawn from π_ref, as a language model would draw it.
 *
 * Draws are addressed: request number v of a kind has its own stream key, and draw i of a request its own counter.
 * What a request answers therefore does not depend on how its draws were cut into batches.
 */
import * as Effect from "effect/Effect"
import type { Stream } from "../numeric/stream.ts"
import { uniform } from "../numeric/stream.ts"
import { anchoredNorms, type EllipticTest } from "../policy/elliptic-test.ts"
import { countDraws } from "../search/draw-counter.ts"
import { type Pair, type Prompt, promptIndex, promptOf, type Response, rowOf } from "./handle.ts"
import { acceptanceFrom, withAcceptance } from "../search/acceptance-finder.ts"
import { PairFinder } from "../search/pair-finder.ts"
import { PassCache, TABLE_LIMIT } from "../search/pass-cache.ts"
import { samplerDraws } from "./sampler-draws.ts"
import { ANSWER } from "./transcript.ts"
import type { PairBatch, Sweep, TiltedDraw, TiltedPair, TiltRequest, WeakSampling } from "./services.ts"
import { acceptance, answer, estimateLogNormaliser, type Workbench } from "./workbench.ts"

/** Draws in a request's first batch; batches grow fourfold to the limit, so that an early hit wastes little. */
const FIRST_BATCH = 128
/** Pairs of a sweep per Effect: under a millisecond, so that fibres, timers and interruption get their turn. */
const SWEEP_PAIRS = 2 ** 16

/** @param batch largest number of draws generated at once; results do not depend on it. */
export const literalWeakSampling = (bench: Workbench, batch = 4096): WeakSampling["Service"] => {
  const { exact, ledger, search, stream, transcript } = bench
  const { words } = search
  const { source } = bench.instance
  const passes = new PassCache(exact, TABLE_LIMIT, search)
  const finder = new PairFinder(exact, source, passes, search)
  const left = new Int32Array(batch)
  const right = new Int32Array(batch)
  const coinHigh = new Int32Array(batch)
  const coinLow = new Int32Array(batch)
  const singles = stream.split("single")
  const visits = stream.split("visit")
  const tilts = stream.split("tilt")
  const anchors = stream.split("anchor")
  const bests = stream.split("farthest")
  let singleCount = 0
  let visitCount = 0
  let tiltCount = 0
  let anchorCount = 0
  let bestCount = 0

  /** Response `index` of the key's sequence at prompt x. */
  const drawOne = (keys: Stream, index: number, x: number): Response => {
    ledger.charge("weakSampling", 1)
    const key = keys.split("draw", index)
    source.drawRows(x, key.k0, key.k1, 0, 1, left)
    return bench.response(x, left[0], { k0: key.k0, k1: key.k1, counter: 0, side: undefined })
  }

  const single = (prompt: Prompt): Response => {
    const response = drawOne(singles, singleCount++, promptIndex(prompt))
    transcript.record(ANSWER.response, promptIndex(prompt), rowOf(response))
    return response
  }

  const makePair = (x: number, key: Stream, counter: number, l: number, r: number): Pair => ({
    prompt: bench.prompt(x),
    left: bench.response(x, l, { k0: key.k0, k1: key.k1, counter, side: 0 }),
    right: bench.response(x, r, { k0: key.k0, k1: key.k1, counter, side: 1 })
  })

  /** Index in [0, count) of the key's first pair that passes, or −1. */
  const firstPassing = (x: number, key: Stream, test: EllipticTest, count: number): number => {
    const { k0, k1 } = key
    let size = Math.min(batch, FIRST_BATCH)
    for (let done = 0; done < count;) {
      const found = finder.find(test, x, key, done, count)
      if (found !== undefined) return found
      const n = Math.min(size, count - done, finder.pairsBefore(test, x))
      source.drawPairRows(x, k0, k1, done, n, left, right, words)
      const hit = passes.scan(test, x, left, right, n)
      finder.spend(test, x, hit < 0 ? n : hit + 1)
      if (hit >= 0) return done + hit
      done += n
      size = Math.min(batch, size * 4)
    }
    return -1
  }

  const firstHit = (x: number, test: EllipticTest, limit: number): Pair | undefined => {
    const key = visits.split("draw", visitCount++)
    const room = ledger.room("weakSampling")
    const affordable = room === undefined || room >= 2n * BigInt(limit) ? limit : Number(room / 2n)
    const hit = firstPassing(x, key, test, affordable)
    if (hit >= 0) {
      source.drawPairRows(x, key.k0, key.k1, hit, 1, left, right)
      ledger.charge("weakSampling", 2 * (hit + 1))
      transcript.record(ANSWER.search, 1, 1, 0, 2 * (hit + 1))
      transcript.record(ANSWER.pair, x, left[0], right[0], 1)
      return makePair(x, key, hit, left[0], right[0])
    }
    // Past the affordable draws the charge itself fails, and the ledger stands at its limit.
    ledger.charge("weakSampling", 2 * (affordable < limit ? affordable + 1 : limit))
    transcript.record(ANSWER.search, 1, 0, 0, 2 * limit)
    return undefined
  }

  const tilted = (x: number, anchor: number, { tilt, promise, delta }: TiltRequest): TiltedDraw => {
    const index = tiltCount++
    const { estimate, trials } = samplerDraws(promise, delta)
    const logits = bench.logits(x, anchor, tilt)
    const { values, start, size } = logits
    ledger.charge("weakSampling", estimate)
    const counts = countDraws(source, x, tilts.split("estimate", index), estimate, start, size, search)
    const logNormaliser = estimateLogNormaliser(counts, values, size, estimate)
    const accept = values.subarray(0, size).map((logit) => acceptance(logit, logNormaliser, promise))
    const key = tilts.split("trial", index)
    const coins = tilts.split("coin", index)
    const ended = (counter: number, row: number, accepted: boolean): TiltedDraw => {
      const draws = estimate + counter + 1
      ledger.charge("weakSampling", counter + 1)
      transcript.record(ANSWER.tilted, x, anchor, row, accepted ? draws : -draws)
      bench.book(logits, promise, delta, accepted, draws, estimate + trials)
      const address = { k0: key.k0, k1: key.k1, counter, side: undefined }
      return { response: bench.response(x, row, address), accepted, logNormaliser }
    }
    /** First accepted trial of `n` from `done` on, as its place in the batch; or n. */
    const firstAccepted = (done: number, n: number): number => {
      source.drawRows(x, key.k0, key.k1, done, n, left, words)
      words(coins.k0, coins.k1, done, n, coinHigh, coinLow)
      let i = 0
      while (i < n && uniform(coinHigh[i], coinLow[i]) >= accept[left[i] - start]) i++
      return i
    }
    const usual = Math.min(trials, acceptanceFrom(size))
    let group = Math.min(batch, FIRST_BATCH)
    for (let done = 0; done < trials;) {
      if (done >= usual) {
        const found = withAcceptance(exact, source, x, accept, key, coins, search, (next) => {
          for (let at = done; ;) {
            const candidate = next(at, trials)
            if (candidate < 0 || firstAccepted(candidate, 1) === 0) return candidate
            at = candidate + 1
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
    source.drawRows(x, key.k0, key.k1, trials - 1, 1, left)
    return ended(trials - 1, left[0], false)
  }

  const farthest = (anchor: Response, test: EllipticTest, n: number): Response => {
    const x = promptIndex(promptOf(anchor))
    const key = bests.split("draw", bestCount++)
    const start = exact.offsets[x]
    const norms = anchoredNorms(test, exact.features, start, exact.offsets[x + 1], rowOf(anchor))
    ledger.charge("weakSampling", n)
    let best = -1
    let counter = 0
    for (let done = 0; done < n;) {
      const size = Math.min(batch, n - done)
      source.drawRows(x, key.k0, key.k1, done, size, left, words)
      for (let i = 0; i < size; i++) {
        if (best >= 0 && norms[left[i] - start] <= norms[best - start]) continue
        best = left[i]
        counter = done + i
      }
      done += size
    }
    transcript.record(ANSWER.farthest, x, rowOf(anchor), best, n)
    return bench.response(x, best, { k0: key.k0, k1: key.k1, counter, side: undefined })
  }

  const tiltedPair = (prompt: Prompt, request: TiltRequest): TiltedPair => {
    const x = promptIndex(prompt)
    const anchor = drawOne(anchors, anchorCount++, x)
    const draw = tilted(x, rowOf(anchor), request)
    return { pair: { prompt, left: draw.response, right: anchor }, accepted: draw.accepted }
  }

  const pairs = (n: number): PairBatch => {
    const drawn: Array<Pair> = []
    for (let i = 0; i < n; i++) {
      const x = bench.nextPrompt()
      ledger.charge("weakSampling", 2)
      const key = visits.split("draw", visitCount++)
      source.drawPairRows(x, key.k0, key.k1, 0, 1, left, right)
      transcript.record(ANSWER.pair, x, left[0], right[0], 1)
      drawn.push(makePair(x, key, 0, left[0], right[0]))
    }
    return { pairs: drawn, counts: new Float64Array(n).fill(1) }
  }

  const sweep = Effect.fnUntraced(function* (test: EllipticTest, limit: number, prompts: number) {
    let visited = 0
    while (visited < prompts) {
      const hit = yield* answer(() => {
        const end = Math.min(prompts, visited + Math.max(1, Math.floor(SWEEP_PAIRS / limit)))
        while (visited < end) {
          visited++
          const found = firstHit(bench.nextPrompt(), test, limit)
          if (found !== undefined) return found
        }
        return undefined
      })
      if (hit !== undefined) return { promptsVisited: visited, hit } satisfies Sweep
    }
    return { promptsVisited: prompts, hit: undefined } satisfies Sweep
  })

  return {
    draw: (prompts) => answer(() => prompts.map(single)),
    pairs: (n) => answer(() => pairs(n)),
    firstHit: (prompt, test, limit) => answer(() => firstHit(promptIndex(prompt), test, limit)),
    sweep,
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
