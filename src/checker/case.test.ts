import { describe, expect, it } from "vitest"
import { countAtMost, needWithin } from "./case.ts"
import { Rejection } from "./strict-json.ts"

describe("needWithin", () => {
  const within = (stated: number, lo: number, hi: number, slack: number) => () =>
    needWithin("evidence.x", stated, { lo, hi }, slack)

  it("takes what is close to a narrow enclosure", () => {
    expect(within(1, 1, 1, 0)).not.toThrow()
    expect(within(1.5, 1, 1.25, 0.25)).not.toThrow()
    expect(within(0.75, 1, 1.25, 0.25)).not.toThrow()
  })

  it("rejects what is far from it, on either side", () => {
    expect(within(1.625, 1, 1.25, 0.25)).toThrow(Rejection)
    expect(within(0.625, 1, 1.25, 0.25)).toThrow("expected [1, 1.25], stated 0.625")
  })

  it("rejects where the enclosure is too wide to tell", () => {
    expect(within(1.25, 1, 1.5, 0.25)).toThrow(Rejection)
    expect(within(0, -Infinity, Infinity, 1e-10)).toThrow("expected [-Infinity, Infinity], stated 0")
  })
})

describe("countAtMost", () => {
  it("judges the largest count, the bound included", () => {
    expect(countAtMost("n", [3n, 5n, 4n], 5n)).toEqual({
      verdict: "supported",
      statement: "n = 5; largest of 3 trials 5"
    })
    expect(countAtMost("n", [3n, 5n, 4n], 4n, "layers")).toEqual({
      verdict: "refuted",
      statement: "n = 4; largest of 3 layers 5"
    })
  })
})
