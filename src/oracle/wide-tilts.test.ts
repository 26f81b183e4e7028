import { describe, expect, it } from "vitest"
import { randomInstance } from "../instance/families/random-instance.ts"
import { whitening } from "../numeric/gram.ts"
import { Stream } from "../numeric/stream.ts"
import { SessionSearch } from "../search/session-search.ts"
import { Rows } from "./rows.ts"
import { WideTilts } from "./wide-tilts.ts"

const d = 3
const table = randomInstance({ seed: 2, prompts: 2, responses: 5000, d, zeros: 0.1 })
const stream = Stream.fromSeed(5).split("wide-tilts")

/** A request with parameters of many sizes: none truncated to most, none clipped to most. */
const requestOf = () => {
  const sigma = new Float64Array(d * d)
  const size = 10 ** (2 * stream.next() - 0.5)
  for (let i = 0; i < d; i++) sigma[i * d + i] = size * (1 + stream.next())
  const scale = 10 ** (1.5 * stream.next() - 1)
  const theta = Float64Array.from({ length: d }, () => scale * stream.nextNormal())
  const truncation = { dimension: d, whitening: whitening(sigma, d), nu: 0.3 }
  return {
    tilt: { theta, clip: 0.05 + stream.next(), truncation, beta: 0.5 },
    promise: 1.5 + 4 * stream.next(),
    delta: 0.05
  }
}

describe("tilts of wide places, row by row", () => {
  it("have the logits that all rows together have, and say of no promise that it is kept which is not", () => {
    const rows = new Rows(table, 64, new SessionSearch("js"))
    const wide = new WideTilts(table)
    let sure = 0
    let broken = 0
    for (let k = 0; k < 120; k++) {
      const request = requestOf()
      const at = k % 2
      const anchor = table.offsets[at] + stream.nextInteger(5000)
      const { logZ, size, start, top, values } = rows.logits(at, anchor, request)
      const logitAt = wide.logitsAt(at, anchor, request)!
      for (let i = k % 17; i < size; i += 17) expect(logitAt(start + i)).toBe(values[i])
      const kept = top - logZ <= Math.log(request.promise)
      if (wide.keeps(at, anchor, request)) {
        expect(kept).toBe(true)
        sure++
      }
      if (!kept) broken++
    }
    // Neither answer is the only one here.
    expect(sure).toBeGreaterThan(20)
    expect(broken).toBeGreaterThan(2)
  })

  it("are left to all rows where there are few", () => {
    const narrow = randomInstance({ seed: 2, responses: 50, d })
    expect(new WideTilts(narrow).logitsAt(0, 0, requestOf())).toBeUndefined()
  })
})
