/**
 * Fused literal step as code: "draw a response, accept it by a coin, stop". Gives the first candidate, as `search-code.ts`
 * does: a draw that the coin's first 27 bits do not rule out.
 */
import { GROUP, stepWords, Threefry } from "../numeric/threefry-code.ts"
import { int, leave, repeat, upTo, when, words } from "../numeric/wasm-code.ts"
import { wasmFunction, type WasmFunction } from "../numeric/webassembly.ts"
import { AliasDraw } from "./alias-code.ts"

/**
 * First response among `blocks` that its coin may accept, or −1. A table's column holds 27-bit acceptances for rows. Parameters: keys of the draws and of the coins, counter,
 * blocks, address of the table and its shift, the greatest acceptance, address of a scratch area.
 */
export const acceptedFunction = (): WasmFunction =>
  wasmFunction(
    "accepted",
    (f) => {
      const [k0, k1, COIN0, COIN1, low, high, BLOCKS, TABLE, SHIFT, GREATEST, AREA] = f.parameters(11)
      const [k2, AT] = f.locals("i32", 2)
      const draw = new AliasDraw(f, TABLE, SHIFT)
      const FOUND = f.local("i32")
      const states = [Threefry.state(f), Threefry.state(f)]
      const output = stepWords(f)
      const draws = new Threefry({ k0, k1, low, high, k2 }, states[0], output)
      const coins = new Threefry({ k0: COIN0, k1: COIN1, low, high, k2 }, states[1], output)
      const MARK = f.local("i32x4")
      return [
        draws.start,
        coins.start,
        upTo(AT, BLOCKS, GROUP, [
          coins.step,
          MARK.set(words(0, 0, 0, 0)),
          coins.first.map((coin, v) => [
            coin.set(coin.shiftRight(5)),
            AREA.store(coin, 64 + 16 * v),
            MARK.set(MARK.or(coin.atMostUnsigned(GREATEST.splat())))
          ]),
          // A coin above every acceptance needs no response.
          when(
            MARK.any(),
            [
              draws.step,
              draws.first.map((word, v) => AREA.store(word, 16 * v)),
              FOUND.set(0),
              repeat(GROUP, (i) => [
                draw.find(AREA.load("i32", 4 * i)),
                FOUND.set(FOUND.or(draw.tie.or(draw.row.lessThan(AREA.load("i32", 64 + 4 * i)).isZero()).shiftLeft(i)))
              ]),
              when(FOUND, leave(AT.plus(FOUND.trailingZeros())))
            ],
            draws.skip
          )
        ])
      ]
    },
    int(-1)
  )
