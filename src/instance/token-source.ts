/**
 * Literal draws of whole responses from a token side: token by token, each at an address.
 *
 * Token h of response i of a key is Threefry block i·H + h: word 0 picks the token's row, word 1 refines a tie. A walk that has reached a node from which every
 * path of positive mass adds the same code stops there: the rest cannot change the response's class (in TokenLock, most walks after a token).
 */
import { aliasPick, type AliasTable, aliasTable } from "../numeric/alias-table.ts"
import { block, Stream, threefry2x32 } from "../numeric/stream.ts"
import type { ResponseSource } from "./instance.ts"
import type { TokenInstance, TokenTable } from "./token-instance.ts"

const TWO_POW_32 = 4294967296
/** Not settled. */
const OPEN = -1

/** By node: the code that every path of positive mass from it adds, or −1 where paths differ. */
const settledCodes = (tokens: TokenTable): Int32Array => {
  const { code, next, offsets, reference } = tokens
  const settled = new Int32Array(tokens.layers.length).fill(OPEN)
  for (let n = settled.length - 1; n >= 0; n--) {
    let common: number | undefined
    for (let row = offsets[n]; row < offsets[n + 1]; row++) {
      if (reference[row] === 0) continue
      const rest = next[row] < 0 ? 0 : settled[next[row]]
      const total = rest === OPEN ? OPEN : code[row] + rest
      if (common === undefined) common = total
      else if (common !== total) common = OPEN
    }
    settled[n] = common ?? OPEN
  }
  return settled
}

/** A response of a key by its number. */
type ResponseAt<A> = (x: number, k0: number, k1: number, response: number) => A

/** A source whose responses take `blocks` Threefry blocks each: the two of pair i are the responses 2i and 2i+1. */
export const walkedSource = (blocks: number, row: ResponseAt<number>, text: ResponseAt<string>): ResponseSource => ({
  blocksPerResponse: blocks,
  drawRows: (x, k0, k1, first, count, out) => {
    for (let i = 0; i < count; i++) out[i] = row(x, k0, k1, first + i)
  },
  drawPairRows: (x, k0, k1, first, count, left, right) => {
    for (let i = 0; i < count; i++) {
      left[i] = row(x, k0, k1, 2 * (first + i))
      right[i] = row(x, k0, k1, 2 * (first + i) + 1)
    }
  },
  describe: (x, k0, k1, counter, pairSide) => text(x, k0, k1, pairSide === undefined ? counter : 2 * counter + pairSide)
})

export const tokenSource = (tokens: TokenInstance): ResponseSource => {
  const { code, horizon, next, offsets, reference, roots, rowOfCode } = tokens
  const settled = settledCodes(tokens)
  const tables: Array<AliasTable | undefined> = []
  const pick = (node: number, k0: number, k1: number, counter: number): number => {
    threefry2x32(k0, k1, counter | 0, (counter / TWO_POW_32) | 0)
    const table = (tables[node] ??= aliasTable(reference, offsets[node], offsets[node + 1]))
    const refining = block[1]
    return offsets[node] + aliasPick(table, block[0], () => (refining >>> 0) / TWO_POW_32)
  }
  const rowAt: ResponseAt<number> = (x, k0, k1, response) => {
    let node = roots[x]
    let sum = 0
    for (let h = 0; h < horizon && settled[node] === OPEN; h++) {
      const row = pick(node, k0, k1, response * horizon + h)
      sum += code[row]
      if (next[row] < 0) return rowOfCode(x, sum)
      node = next[row]
    }
    return rowOfCode(x, sum + settled[node])
  }
  const textAt: ResponseAt<string> = (x, k0, k1, response) => {
    const words = new Stream(k0, k1).split("words", response)
    const text: Array<string> = []
    for (let node = roots[x], h = 0; node >= 0; h++) {
      const row = pick(node, k0, k1, response * horizon + h)
      text.push(tokens.describeToken(row, words))
      node = next[row]
    }
    return text.join(" ")
  }
  return walkedSource(horizon, rowAt, textAt)
}
