/** A median that is enclosed from one side alone is shown so: its other end is a word in JSON. */
import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { At } from "./at.ts"
import { criticalPart } from "./critical.ts"
import { quantitiesOf } from "./quantities.ts"

const RECORD = new URL("../reference/reports/critical/critical.json", import.meta.url)

it("shows a median that too many trials missed to be enclosed from above, and refuses what is no number", () => {
  const record = JSON.parse(readFileSync(RECORD, "utf8")) as { readonly points: ReadonlyArray<object> }
  const enclosed = (upper: unknown) =>
    new At(
      { ...record, points: record.points.map((point) => ({ ...point, enclosed: [1.5, upper] })) },
      "critical.json:"
    )
  const around = { prefix: "", certificates: new Map(), pageHref: () => undefined }
  const [{ blocks }] = criticalPart(enclosed("Infinity"), around).sections
  const cells = blocks.flatMap((block) => (block.kind === "table" ? block.rows.flatMap((row) => row.cells) : []))
  expect(cells.filter((cell) => cell === "[1.5, ∞]")).toHaveLength(record.points.length)
  expect(quantitiesOf(enclosed("Infinity")).length).toBeGreaterThan(record.points.length)
  expect(() => criticalPart(enclosed("many"), around)).toThrow(/enclosed\[1\]: "many", expected a number/)
})
