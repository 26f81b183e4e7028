/** What both interpreters of the token oracle work at: handles, streams and the evaluation of token tilts, remembered while a request stays the same. */
import * as Data from "effect/Data"
import type { TokenInstance } from "../../instance/token-instance.ts"
import { type Prompt, promptIndex, type Response } from "../handle.ts"
import { PassCache, TABLE_LIMIT } from "../../search/pass-cache.ts"
import type { TiltRequest } from "../services.ts"
import { codeOf, mintPrefix, mintToken, nodeOf, type Prefix, type Token, tokenRowOf } from "./token-handle.ts"
import type { Logits, Workbench } from "../workbench.ts"

/** An algorithm asked for tokens of an instance whose responses come whole. */
export class TokenSideMissing extends Data.TaggedError("TokenSideMissing")<{ readonly instance: string }> {
  override get message(): string {
    return `instance: ${this.instance} draws whole responses, expected one with tokens (token-chain, token-lock, token-bigram, corpus)`
  }
}

/** Logits kept per layer before they are dropped, in numbers: 32 MiB. */
const MEMORY = 2 ** 22

/** What is remembered of one layer under its current request. */
interface Layer {
  readonly passes: PassCache
  request: TiltRequest | undefined
  logits: Array<Logits | undefined>
  kept: number
}

export class TokenBench {
  readonly bench: Workbench
  readonly tokens: TokenInstance
  private readonly layerOf: ReadonlyArray<Layer>

  constructor(bench: Workbench, tokens: TokenInstance) {
    this.bench = bench
    this.tokens = tokens
    this.layerOf = Array.from({ length: tokens.horizon }, () => ({
      passes: new PassCache(tokens, TABLE_LIMIT, bench.search),
      request: undefined,
      logits: [],
      kept: 0
    }))
  }

  start(prompt: Prompt): Prefix {
    return mintPrefix(prompt, 0, this.tokens.roots[promptIndex(prompt)], 0)
  }

  extend(token: Token): Prefix {
    const { prefix } = token
    const row = tokenRowOf(token)
    return mintPrefix(prefix.prompt, prefix.layer + 1, this.tokens.next[row], codeOf(prefix) + this.tokens.code[row])
  }

  finish(prefix: Prefix): Response {
    if (prefix.layer !== this.tokens.horizon)
      throw new TypeError(`prefix: ${prefix.layer} tokens, expected ${this.tokens.horizon} to finish a response`)
    const x = promptIndex(prefix.prompt)
    return this.bench.response(x, this.tokens.rowOfCode(x, codeOf(prefix)))
  }

  /** The node of a prefix that has tokens to come. */
  openNode(prefix: Prefix): number {
    const node = nodeOf(prefix)
    if (node < 0) throw new TypeError(`prefix: ${prefix.layer} tokens, expected fewer than ${this.tokens.horizon}`)
    return node
  }

  token(prefix: Prefix, row: number): Token {
    return mintToken(prefix, this.tokens, row)
  }

  passes(node: number): PassCache {
    return this.layerOf[this.tokens.layers[node]].passes
  }

  /** Logits f/β of a request at a node anchored at row `anchor`, by row offset. Not changed afterwards. */
  logits(node: number, anchor: number, request: TiltRequest): Logits {
    const layer = this.layerOf[this.tokens.layers[node]]
    if (layer.request !== request) {
      layer.request = request
      layer.logits = []
      layer.kept = 0
    }
    const known = layer.logits[anchor]
    if (known !== undefined) return known
    const computed = this.compute(layer.passes, node, anchor, request)
    layer.kept += computed.size
    if (layer.kept > MEMORY) {
      layer.logits = []
      layer.kept = computed.size
    }
    return (layer.logits[anchor] = computed)
  }

  private compute(passes: PassCache, node: number, anchor: number, { tilt }: TiltRequest): Logits {
    const { dimension: d, features, offsets, reference } = this.tokens
    const { beta, clip, theta, truncation } = tilt
    const start = offsets[node]
    const size = offsets[node + 1] - start
    const bad = new Uint8Array(size)
    passes.against(truncation, node, anchor, bad)
    const values = new Float64Array(size)
    let top = -Infinity
    for (let i = 0; i < size; i++) {
      let f = 0
      if (bad[i] === 0)
        for (let j = 0; j < d; j++) f += theta[j] * (features[(start + i) * d + j] - features[anchor * d + j])
      values[i] = Math.max(-clip, Math.min(clip, f)) / beta
      if (reference[start + i] > 0 && values[i] > top) top = values[i]
    }
    let z = 0
    for (let i = 0; i < size; i++) if (reference[start + i] > 0) z += reference[start + i] * Math.exp(values[i] - top)
    return { values, start, size, logZ: top + Math.log(z), top }
  }
}
