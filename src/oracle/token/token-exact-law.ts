/**
 * The exact-law interpreter of the token oracle (exact-law.md): pass probabilities are computed once per node and test, searches are geometric counts, and
 * normalisers come from multinomial counts. The ledger is charged every token they stand for.
 */
import { aliasRows } from "../../numeric/alias-table.ts"
import { categorical, fineUniform, geometric } from "../../numeric/random-variates.ts"
import type { EllipticTest } from "../../policy/elliptic-test.ts"
import { ExactLawUnavailable, EXACT_LAW_LIMIT } from "../exact-law.ts"
import { samplerDraws } from "../sampler-draws.ts"
import { softmaxLaw } from "../softmax-law.ts"
import type { TiltRequest } from "../services.ts"
import type { TokenBench } from "./token-bench.ts"
import type { Prefix, TokenPair } from "./token-handle.ts"
import type { ImmediateTokens, TiltedToken } from "./token-services.ts"
import { ANSWER } from "../transcript.ts"

/** p and, where p > 0, the mass of passing partners of each row. */
interface Passing {
  readonly test: EllipticTest
  readonly probability: number
  readonly partners: Float64Array
}

/** @throws ExactLawUnavailable when a node has more than {@link EXACT_LAW_LIMIT} rows. */
export const exactLawTokens = (tokenBench: TokenBench): ImmediateTokens => {
  const { bench, tokens } = tokenBench
  const { ledger, transcript } = bench
  const { layers, offsets, reference } = tokens
  let widest = 0
  for (let n = 0; n < layers.length; n++) widest = Math.max(widest, offsets[n + 1] - offsets[n])
  if (widest > EXACT_LAW_LIMIT) throw new ExactLawUnavailable({ classes: widest })
  const stream = bench.stream.split("tokens")
  const searches = stream.split("search")
  const softmax = softmaxLaw(bench, "tokenSampling", reference, widest, stream.split("tilt"))
  const singles = stream.split("single")
  const anchors = stream.split("anchor")
  const drawRow = aliasRows(reference, offsets)
  const passing: Array<Passing | undefined> = []
  const mass = new Float64Array(widest)

  const measure = (test: EllipticTest, node: number): Passing => {
    const known = passing[node]
    if (known?.test === test) return known
    const start = offsets[node]
    const size = offsets[node + 1] - start
    const partners = new Float64Array(size)
    const bad = new Uint8Array(size)
    let probability = 0
    for (let a = 0; a < size; a++) {
      if (reference[start + a] === 0) continue
      tokenBench.passes(node).against(test, node, start + a, bad)
      for (let b = 0; b < size; b++) if (bad[b] === 1) partners[a] += reference[start + b]
      probability += reference[start + a] * partners[a]
    }
    return (passing[node] = { test, probability, partners })
  }

  const firstHit = (prefix: Prefix, test: EllipticTest, limit: number): TokenPair | undefined => {
    const node = tokenBench.openNode(prefix)
    const { partners, probability } = measure(test, node)
    const g = geometric(searches, probability)
    ledger.charge("tokenSampling", 2 * Math.min(g, limit))
    if (g > limit) {
      transcript.record(ANSWER.tokenSearch, node, -1, -1, 2 * limit)
      return undefined
    }
    const start = offsets[node]
    const size = offsets[node + 1] - start
    for (let a = 0; a < size; a++) mass[a] = reference[start + a] * partners[a]
    const left = start + categorical(searches, mass, 0, size, probability)
    const bad = new Uint8Array(size)
    tokenBench.passes(node).against(test, node, left, bad)
    let u = fineUniform(searches) * partners[left - start]
    let right = -1
    for (let b = 0; b < size; b++) {
      if (bad[b] === 0 || reference[start + b] === 0) continue
      right = start + b
      u -= reference[start + b]
      if (u < 0) break
    }
    transcript.record(ANSWER.tokenSearch, node, left, right, 2 * g)
    return { left: tokenBench.token(prefix, left), right: tokenBench.token(prefix, right) }
  }

  const tilted = (prefix: Prefix, request: TiltRequest): TiltedToken => {
    const node = tokenBench.openNode(prefix)
    const draws = samplerDraws(request.promise, request.delta)
    ledger.charge("tokenSampling", 1 + draws.estimate)
    const anchor = drawRow(node, anchors)
    const logits = tokenBench.logits(node, anchor, request)
    const { accepted, at, logNormaliser, made } = softmax(logits, request, draws)
    const row = logits.start + at
    transcript.record(ANSWER.tiltedToken, anchor, row, logNormaliser, (accepted ? 1 : -1) * (1 + draws.estimate + made))
    return {
      token: tokenBench.token(prefix, row),
      anchor: tokenBench.token(prefix, anchor),
      accepted,
      logit: logits.values[at],
      logNormaliser
    }
  }

  return {
    draw: (prefix) => {
      const node = tokenBench.openNode(prefix)
      ledger.charge("tokenSampling", 1)
      const row = drawRow(node, singles)
      transcript.record(ANSWER.token, node, row)
      return tokenBench.token(prefix, row)
    },
    firstHit,
    tilted
  }
}
