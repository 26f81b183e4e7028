/** The token oracle of one run: draws of an instance's tokens, as handles, in the transcript. */
import * as Data from "effect/Data"
import type { TokenInstance } from "../instance/token-instance.ts"
import {
  indexIn,
  insidePrefix,
  mintPrefix,
  mintToken,
  type Prefix,
  prefixOf,
  type Token,
  tokenRowOf
} from "./handle.ts"
import { OPERATIONS } from "./operations.ts"
import type { Draws } from "./rows.ts"
import type { TokenSampling } from "./services.ts"
import { offered } from "./tap.ts"
import { ANSWER } from "./transcript.ts"
import type { Workbench } from "./workbench.ts"

/** An algorithm asked for tokens of an instance whose responses come whole. */
export class TokenSideMissing extends Data.TaggedError("TokenSideMissing")<{ readonly instance: string }> {
  override get message(): string {
    return `instance: ${this.instance} draws whole responses, expected one with tokens (token-chain, token-lock, token-bigram, corpus)`
  }
}

/** On an instance without a token side every operation dies with {@link TokenSideMissing}. */
export const tokensMissing = (instance: string): TokenSampling["Service"] => {
  const missing = (): never => {
    throw new TokenSideMissing({ instance })
  }
  const methods = OPERATIONS.filter(({ service }) => service === "TokenSampling").map(({ method }) => method)
  return offered("TokenSampling", Object.fromEntries(methods.map((method) => [method, missing])))
}

export const tokenSampling = (bench: Workbench, tokens: TokenInstance, draws: Draws): TokenSampling["Service"] => {
  const { transcript } = bench

  /** The node of a prefix that has tokens to come. */
  const openNode = (prefix: Prefix): number => {
    indexIn(bench, prefix)
    const { layer, node } = insidePrefix(prefix)
    if (node < 0) throw new TypeError(`prefix: ${layer} tokens, expected fewer than ${tokens.horizon}`)
    return node
  }

  return offered("TokenSampling", {
    start: (prompt) => mintPrefix(prompt, 0, tokens.roots[bench.x(prompt)], 0),
    extend: (token: Token) => {
      indexIn(bench, token)
      const { code, layer, prompt } = insidePrefix(prefixOf(token))
      const row = tokenRowOf(token)
      return mintPrefix(prompt, layer + 1, tokens.next[row], code + tokens.code[row])
    },
    finish: (prefix) => {
      const x = indexIn(bench, prefix)
      const { code, layer } = insidePrefix(prefix)
      if (layer !== tokens.horizon)
        throw new TypeError(`prefix: ${layer} tokens, expected ${tokens.horizon} to finish a response`)
      return bench.response(x, tokens.rowOfCode(x, code))
    },
    draw: (prefix) => {
      const node = openNode(prefix)
      const { row } = draws.single(node)
      transcript.record(ANSWER.token, node, row)
      return mintToken(prefix, row)
    },
    firstHit: (prefix, test, limit) => {
      const node = openNode(prefix)
      const hit = draws.firstHit(node, test, limit)
      transcript.record(ANSWER.tokenSearch, node, hit?.left ?? -1, hit?.right ?? -1, 2 * (hit?.pairs ?? limit))
      return hit && { left: mintToken(prefix, hit.left), right: mintToken(prefix, hit.right) }
    },
    tilted: (prefix, request) => {
      const node = openNode(prefix)
      const anchor = draws.anchor(node).row
      const { accepted, draws: made, logit, logNormaliser, row } = draws.tilted(node, anchor, request)
      transcript.record(ANSWER.tiltedToken, anchor, row, logNormaliser, (accepted ? 1 : -1) * (1 + made))
      return { token: mintToken(prefix, row), anchor: mintToken(prefix, anchor), accepted, logit, logNormaliser }
    },
    checkedTilt: (prefix, request, visits) => {
      const node = openNode(prefix)
      const checked = draws.checked(node, request, visits)
      const { fired, logNormaliser } = checked
      transcript.record(ANSWER.checked, node, checked.visits, fired?.left ?? -1, fired?.right ?? -1)
      transcript.wide(ANSWER.checkedCost, logNormaliser, 0, checked.draws)
      // Equal tokens of one answer are one handle.
      const minted = new Map<number, Token>()
      const token = (row: number): Token => {
        const known = minted.get(row) ?? mintToken(prefix, row)
        minted.set(row, known)
        return known
      }
      return {
        visits: checked.visits,
        fired: fired && { left: token(fired.left), right: token(fired.right) },
        tokens: checked.tokens.map(({ anchor, count, logit, row }) => {
          transcript.record(ANSWER.checkedToken, anchor, row, count)
          return { token: token(row), anchor: token(anchor), count, logit }
        }),
        logNormaliser
      }
    }
  })
}
