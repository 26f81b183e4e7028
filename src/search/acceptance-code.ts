/**
 * Fused literal step as code: "draw a response, accept it by a coin, stop". Gives the first candidate, as `search-code.ts`
 * does: a draw that the coin's first 27 bits do not rule out.
 */
import {
  firstWords,
  GROUP,
  OUTPUT,
  STATE,
  type ThreefryLocals,
  threefrySkip,
  threefryStart,
  threefryStep
} from "../numeric/threefry-code.ts"
import {
  add,
  type Code,
  get,
  I32,
  int,
  isZero,
  leave,
  lessThan,
  load,
  or,
  repeat,
  set,
  shiftLeft,
  splat,
  trailingZeros,
  V128,
  vany,
  vconst,
  vlessEqualUnsigned,
  vor,
  vshr,
  vstore,
  type WasmFunction,
  when,
  whenElse,
  whileLoop
} from "../numeric/webassembly.ts"
import { drawnRow, findColumn } from "./alias-code.ts"

const VECTORS = GROUP / 4

/** First response among `blocks` that its coin may accept, or −1. A table's column holds 27-bit acceptances for rows. */
export const acceptedFunction = (): WasmFunction => {
  const [K0, K1, COIN0, COIN1, LOW, HIGH, BLOCKS, TABLE, SHIFT, GREATEST, AREA] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
  const [K2, AT, WORD, COLUMN, ABOVE, FOUND] = [11, 12, 13, 14, 15, 16]
  const alias = { table: TABLE, shift: SHIFT, word: WORD, column: COLUMN, above: ABOVE }
  const vectors = 17
  const output = vectors + 2 * STATE
  const draws: ThreefryLocals = { k0: K0, k1: K1, low: LOW, high: HIGH, k2: K2, state: vectors, output }
  const coins: ThreefryLocals = { k0: COIN0, k1: COIN1, low: LOW, high: HIGH, k2: K2, state: vectors + STATE, output }
  const MARK = output + OUTPUT
  const test = (i: number): Code => [
    ...findColumn(alias, load(get(AREA), 4 * i)),
    ...set(
      FOUND,
      or(
        get(FOUND),
        shiftLeft(or(isZero(get(ABOVE)), isZero(lessThan(drawnRow(alias), load(get(AREA), 64 + 4 * i)))), i)
      )
    )
  ]
  return {
    name: "accepted",
    parameters: Array.from({ length: 11 }, () => I32),
    result: I32,
    locals: [
      [6, I32],
      [2 * STATE + OUTPUT + 1, V128]
    ],
    body: [
      ...threefryStart(draws),
      ...threefryStart(coins),
      ...whileLoop(lessThan(get(AT), get(BLOCKS)), [
        ...threefryStep(coins),
        ...set(MARK, vconst(0, 0, 0, 0)),
        ...repeat(VECTORS, (v) => {
          const coin = firstWords(coins, v)
          return [
            ...set(coin, vshr(get(coin), 5)),
            ...vstore(get(AREA), 64 + 16 * v, get(coin)),
            ...set(MARK, vor(get(MARK), vlessEqualUnsigned(get(coin), splat(get(GREATEST)))))
          ]
        }),
        // A coin above every acceptance needs no response.
        ...whenElse(
          vany(get(MARK)),
          [
            ...threefryStep(draws),
            ...repeat(VECTORS, (v) => vstore(get(AREA), 16 * v, get(firstWords(draws, v)))),
            ...set(FOUND, int(0)),
            ...repeat(GROUP, test),
            ...when(get(FOUND), leave(add(get(AT), trailingZeros(get(FOUND)))))
          ],
          threefrySkip(draws)
        ),
        ...set(AT, add(get(AT), int(GROUP)))
      ]),
      ...int(-1)
    ]
  }
}
