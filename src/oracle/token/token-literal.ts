/**
 * The literal interpreter of the token oracle: every token is drawn from π_ref at its prefix, and addressed, so that no answer depends on how draws were cut
 * into batches. What is drawn is the token's class; which word of the class it was matters to nobody but a reader.
 */
import { FiniteSource } from "../../instance/finite-source.ts"
import { type Stream, uniform } from "../../numeric/stream.ts"
import type { EllipticTest } from "../../policy/elliptic-test.ts"
import { countDraws } from "../../search/draw-counter.ts"
import { samplerDraws } from "../sampler-draws.ts"
import type { TiltRequest } from "../services.ts"
import type { TokenBench } from "./token-bench.ts"
import type { Prefix, TokenPair } from "./token-handle.ts"
import type { ImmediateTokens, TiltedToken } from "./token-services.ts"
import { ANSWER } from "../transcript.ts"
import { acceptance, estimateLogNormaliser } from "../workbench.ts"

/** Draws in a request's first batch; batches grow fourfold to the limit, so that an early hit wastes little. */
const FIRST_BATCH = 64

/** @param batch largest number of draws generated at once; results do not depend on it. */
export const literalTokens = (tokenBench: TokenBench, batch = 4096): ImmediateTokens => {
  const { bench, tokens } = tokenBench
  const { ledger, search, transcript } = bench
  const { words } = search
  const { offsets, reference } = tokens
  const source = new FiniteSource({ offsets, reference, rowOf: Int32Array.from(reference, (_, row) => row) })
  const stream = bench.stream.split("tokens")
  const searches = stream.split("search")
  const tilts = stream.split("tilt")
  const singles = stream.split("single")
  const anchors = stream.split("anchor")
  let searchCount = 0
  let tiltCount = 0
  let singleCount = 0
  const left = new Int32Array(batch)
  const right = new Int32Array(batch)
  const coinHigh = new Int32Array(batch)
  const coinLow = new Int32Array(batch)

  const drawRow = (from: Stream, index: number, node: number): number => {
    const key = from.split("draw", index)
    source.drawRows(node, key.k0, key.k1, 0, 1, left, words)
    return left[0]
  }

  const firstHit = (prefix: Prefix, test: EllipticTest, limit: number): TokenPair | undefined => {
    const node = tokenBench.openNode(prefix)
    const key = searches.split("draw", searchCount++)
    const passes = tokenBench.passes(node)
    let size = Math.min(batch, FIRST_BATCH)
    for (let done = 0; done < limit;) {
      const n = Math.min(size, limit - done)
      source.drawPairRows(node, key.k0, key.k1, done, n, left, right, words)
      const hit = passes.scan(test, node, left, right, n)
      if (hit >= 0) {
        ledger.charge("tokenSampling", 2 * (done + hit + 1))
        transcript.record(ANSWER.tokenSearch, node, left[hit], right[hit], 2 * (done + hit + 1))
        return { left: tokenBench.token(prefix, left[hit]), right: tokenBench.token(prefix, right[hit]) }
      }
      done += n
      size = Math.min(batch, size * 4)
    }
    ledger.charge("tokenSampling", 2 * limit)
    transcript.record(ANSWER.tokenSearch, node, -1, -1, 2 * limit)
    return undefined
  }

  const tilted = (prefix: Prefix, request: TiltRequest): TiltedToken => {
    const { delta, promise } = request
    const node = tokenBench.openNode(prefix)
    const index = tiltCount++
    const { estimate, trials } = samplerDraws(promise, delta)
    ledger.charge("tokenSampling", 1 + estimate)
    const anchor = drawRow(anchors, index, node)
    const logits = tokenBench.logits(node, anchor, request)
    const { size, start, values } = logits
    const counts = countDraws(source, node, tilts.split("estimate", index), estimate, start, size, search)
    const logNormaliser = estimateLogNormaliser(counts, values, size, estimate)
    const key = tilts.split("trial", index)
    const coins = tilts.split("coin", index)
    const answerAt = (row: number, accepted: boolean, made: number): TiltedToken => {
      ledger.charge("tokenSampling", made)
      bench.book(logits, promise, delta, accepted, estimate + made, estimate + trials)
      transcript.record(ANSWER.tiltedToken, anchor, row, logNormaliser, (accepted ? 1 : -1) * (1 + estimate + made))
      return {
        token: tokenBench.token(prefix, row),
        anchor: tokenBench.token(prefix, anchor),
        accepted,
        logit: values[row - start],
        logNormaliser
      }
    }
    let group = Math.min(batch, FIRST_BATCH)
    let last = anchor
    for (let done = 0; done < trials;) {
      const n = Math.min(group, trials - done)
      source.drawRows(node, key.k0, key.k1, done, n, left, words)
      words(coins.k0, coins.k1, done, n, coinHigh, coinLow)
      for (let i = 0; i < n; i++) {
        last = left[i]
        if (uniform(coinHigh[i], coinLow[i]) < acceptance(values[last - start], logNormaliser, promise))
          return answerAt(last, true, done + i + 1)
      }
      done += n
      group = Math.min(batch, group * 4)
    }
    return answerAt(last, false, trials)
  }

  return {
    draw: (prefix) => {
      const node = tokenBench.openNode(prefix)
      ledger.charge("tokenSampling", 1)
      const row = drawRow(singles, singleCount++, node)
      transcript.record(ANSWER.token, node, row)
      return tokenBench.token(prefix, row)
    },
    firstHit,
    tilted
  }
}
