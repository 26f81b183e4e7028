import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { findingsText } from "./part-view.ts"
import { right, table } from "./table.ts"
import { columnsOf } from "./terminal.ts"

const plain = (room: number) => ({ width: Math.min(100, room), room, ink: (_: unknown, text: string) => text })
const widest = (text: string): number => Math.max(...text.split("\n").map(columnsOf))

const COLUMNS = [
  right("C"),
  right("critical T_comp"),
  "enclosed",
  right("over meeting draws"),
  right("T7's bound over it")
]
const ROWS = [
  ["8", "122", "[89.8, 158]", "13.4", "3.09e8"],
  ["64", "694", "[577, 827]", "10.7", "2.65e9"]
]

describe("a table", () => {
  it("is laid out by what a terminal shows", () => {
    expect(
      table(
        { room: 80, ink: (ink, text) => `<${ink}>${text}` },
        ["a", right("n")],
        [["π̂", "1"], ["π_ref", "10"], ["  a note across"]]
      )
    ).toBe("<dim>  a       n\n  π̂       1\n  π_ref  10\n  a note across")
  })

  it("has its heads in lines below each other where they are too wide for the terminal", () => {
    expect(table(plain(80), COLUMNS, ROWS).split("\n")).toHaveLength(3)
    expect(table(plain(60), COLUMNS, ROWS)).toBe(
      [
        "      critical               over meeting  T7's bound",
        "   C    T_comp  enclosed            draws     over it",
        "   8       122  [89.8, 158]          13.4      3.09e8",
        "  64       694  [577, 827]           10.7      2.65e9"
      ].join("\n")
    )
  })

  it("goes on below where columns find no room, after what tells rows apart; notes stand in the first", () => {
    const columns = ["claim", "verdict", "clause", right("measured"), "worst in"]
    const rows = [
      ["own", "refuted", "epsilon", "1", "rare-good-1e5"],
      ["  a note across"],
      ["own", "refuted", "T_data", "12,000", "rare-good-1e3"]
    ]
    expect(table(plain(40), columns, rows)).toBe(
      [
        "  claim  clause   verdict  measured",
        "  own    epsilon  refuted         1",
        "  a note across",
        "  own    T_data   refuted    12,000",
        "",
        "  claim  clause   worst in",
        "  own    epsilon  rare-good-1e5",
        "  own    T_data   rare-good-1e3"
      ].join("\n")
    )
  })

  it("folds words, never a number, a text with an ink or what has no space", () => {
    const summary = "explores token by token with a spanner per layer"
    const lines = table(plain(48), ["algorithm", "what it does"], [["mtss", summary]]).split("\n")
    expect(lines.slice(1).join(" ").replace(/\s+/g, " ")).toBe(` mtss ${summary}`)
    expect(widest(lines.join("\n"))).toBeLessThanOrEqual(48)
    const inked = "\u001b[31m✗ refuted at every one of the instances\u001b[39m"
    expect(table(plain(40), ["a", "b"], [["x", inked]])).toContain(inked)
  })

  it("is no wider than the terminal, and keeps every cell in its row", () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/)
    const tables = fc.integer({ min: 2, max: 8 }).chain((n) =>
      fc.record({
        heads: fc.array(fc.record({ words: fc.array(word, { minLength: 1, maxLength: 4 }), number: fc.boolean() }), {
          minLength: n,
          maxLength: n
        }),
        rows: fc.array(fc.array(fc.stringMatching(/^[0-9]{1,9}$/), { minLength: n, maxLength: n }), {
          minLength: 1,
          maxLength: 5
        }),
        room: fc.integer({ min: 40, max: 120 })
      })
    )
    fc.assert(
      fc.property(tables, ({ heads, room, rows }) => {
        const columns = heads.map(({ number, words }) => (number ? right(words.join(" ")) : words.join(" ")))
        const text = table(plain(room), columns, rows)
        expect(widest(text)).toBeLessThanOrEqual(room)
        const cells = text.split(/\s+/)
        for (const cell of rows.flat()) expect(cells).toContain(cell)
      })
    )
  })
})

it("says findings under the question that they answer, and the others by how they stand", () => {
  const finding = { nature: "evidence", says: "it grows as C", verdict: undefined, level: 0.01 } as const
  const question = "Do the curves cross?"
  expect(
    findingsText(
      [
        finding,
        undefined,
        { ...finding, answers: { question, with: "A, B: no" } },
        { ...finding, verdict: "undecided", answers: { question, with: "A, C: open" }, note: "why" }
      ],
      plain(80)
    )
  ).toBe(
    [
      "  measured: it grows as C; level 0.01",
      "  Do the curves cross?",
      "    A, B: no; level 0.01",
      "    ? undecided: A, C: open; level 0.01",
      "      why"
    ].join("\n")
  )
})
