/** The plane of both currencies is drawn from what an audit on all there is writes of its rivals. */
import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import type { Standing } from "../../src/audit/standing.ts"
import { At } from "./at.ts"
import { planPart } from "./plan.ts"

const RECORD = new URL("../reference/reports/plan/run.json", import.meta.url)

it("shows what the algorithm and its rivals paid, and leaves out what has no runs", () => {
  const standing: ReadonlyArray<Standing> = [
    {
      other: "exhaustive",
      relation: "trade-off",
      points: [
        { spec: "rare-good:C=100,d=2", epsilon: 0.1, own: { data: 8, computation: 1016 }, other: "no runs" },
        {
          spec: "rare-good:C=1e4,d=2",
          epsilon: 0.1,
          own: { data: 15, computation: 214_314 },
          other: { data: 176, computation: 12 }
        }
      ]
    }
  ]
  const record: object = JSON.parse(readFileSync(RECORD, "utf8"))
  const part = planPart(new At({ ...record, standing }, "run.json:"), {
    prefix: "",
    certificates: new Map(),
    pageHref: () => undefined
  })
  const figures = part.sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === "figures" ? block.figures : []))
  )
  expect(figures.flatMap(({ layers }) => layers)).toMatchObject([
    {
      points: [
        { x: 8, y: 1016 },
        { x: 15, y: 214_314 }
      ]
    },
    { points: [{ x: 176, y: 12 }] }
  ])
})
