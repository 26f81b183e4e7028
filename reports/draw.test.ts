/** Series on a plot are told apart without colour, however many there are. */
import { expect, it } from "vitest"
import { drawFigure } from "./draw.ts"
import type { Layer } from "./figure.ts"

it("draws sixteen series as sixteen marks, each filled or hollow in its ink, and the same mark before its name", () => {
  const series = Array.from({ length: 16 }, (_, i) => `algorithm-${i}`)
  const layers = series.map((name, i): Layer => ({ kind: "dots", series: name, points: [{ x: i + 1, y: i + 2 }] }))
  const x = { label: "x →", scale: "log" } as const
  const y = { label: "↑ y", scale: "log" } as const
  const drawn = drawFigure({ id: "many", title: "Many", caption: "", alt: "", x, y, layers }).text
  // What is left without colour: the shape, and whether it is filled.
  const looks = [...drawn.matchAll(/<g([^>]*fill="var\(--(s\d|paper)\)"[^>]*)><(circle|path d="[^"]*")/g)].map(
    ([, group, fill, shape]) => {
      if (fill === "paper") expect(group).toMatch(/stroke="var\(--s\d\)"/)
      return `${fill === "paper" ? "hollow" : "filled"} ${shape}`
    }
  )
  expect([looks.length, new Set(looks).size]).toEqual([32, 16])
  expect(looks.slice(16)).toEqual(looks.slice(0, 16))
  for (const name of series) expect(drawn).toContain(`>${name}</text`)
})
