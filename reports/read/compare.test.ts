import { expect, it } from "vitest"
import { At } from "./at.ts"
import { comparePart } from "./compare.ts"

it("says of a line across a table what it was held against, beside the exponents", () => {
  const exponent = { algorithm: "mtss", quantity: "T_comp", variable: "H", exponent: 1.5, interval: [1.4, 1.6] }
  const record = {
    format: "coverbound-compare",
    suite: "0.2.0",
    seed: 1,
    level: 0.05,
    quick: true,
    sections: [
      {
        id: "token-chain",
        title: "TokenChain",
        heads: ["algorithm", "H = 4"],
        rows: [
          { cells: ["mtss", "26456"], verdict: null },
          { cells: ["  MTSS missed the target on 2 runs"], verdict: "refuted" }
        ],
        notes: ["Medians."],
        data: { fits: [exponent] }
      }
    ]
  }
  const part = comparePart(new At(record, "compare.json:"), {
    prefix: "",
    certificates: new Map(),
    pageHref: () => undefined
  })
  expect(part.findings.map((one) => [one?.verdict, one?.says])).toEqual([
    [undefined, "token-chain, MTSS: T_comp in H, exponent 1.50"],
    ["refuted", "token-chain: MTSS missed the target on 2 runs"]
  ])
  expect(part.sections[0].blocks.find(({ kind }) => kind === "table")).toMatchObject({
    rows: [{ cells: ["mtss", "26456"] }],
    notes: ["✗ refuted: MTSS missed the target on 2 runs", "Medians."]
  })
})
