/** What a browser measured, as the record that is kept and the report that its page shows. */
import { expect, it } from "vitest"
import { type PageResult, recordOf, reportOf } from "./record.ts"

/** Scores that take 0.01 ms to launch and 2 ns a row, over five passes. */
const points = [1, 2, 3, 4, 5].flatMap((pass) =>
  [1, ...Array.from({ length: 8 }, (_, i) => 2 ** (i + 10))].map((n) => {
    const median = (0.01 + 2e-6 * n) * (1 + 0.001 * (pass % 3))
    return { kernel: "score", axis: "N" as const, fixed: 16, n, pass, samples: [median], median, first: median }
  })
)
const result: PageResult = {
  userAgent: "a browser",
  quick: false,
  memory: [],
  backends: [
    { backend: "webasm", ran: { backend: "webasm", detail: "SIMD" }, agreement: [{}], disagreements: [], points }
  ]
}

it("says of every workload what it should cost, and judges the exponents there are", () => {
  const { exponents, software, workloads } = recordOf(result, true) as Record<string, ReadonlyArray<object>>
  expect(software).toBe(true)
  expect(workloads[0]).toMatchObject({ kernel: "score", axis: "N", fixed: 16, exponent: 1, least: 1, unit: "flop" })
  expect(exponents).toEqual([expect.objectContaining({ backend: "webasm", kernel: "score", verdict: "supported" })])
})

it("is drawn beside what theory predicts, with rates", async () => {
  const page = await reportOf(recordOf(result, true), "browser.json")
  expect(page).toContain("score on webasm, exponent in N 1.00, predicted 1 ± 0.1")
  expect(page).toContain("growth as N through the largest")
  // 2·16 operations a row, at the largest size.
  expect(page).toMatch(/1[45]\.?\d* Gflop/)
})
