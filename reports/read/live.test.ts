/** A live audit's record, whatever became of it: runs without answers, cut short, of noisy rewards, of modules that failed, of texts from anywhere. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { cellText, type Part } from "../model.ts"
import { At } from "./at.ts"
import { livePart } from "./live.ts"
import { quantitiesOf } from "./quantities.ts"

interface Run {
  readonly trial: number
  readonly outcome: string
  readonly evaluation?: {
    readonly prompts: ReadonlyArray<{ readonly prompt: string; readonly draws: number; readonly right: number }>
    readonly linear: object
  }
  readonly learning: { readonly bought: { readonly draws: number }; readonly used: number; readonly unused: number }
}
interface LiveRecord {
  readonly command?: string
  readonly checks: object
  readonly runs: ReadonlyArray<Run>
}

const RECORD = new URL("../reference/reports/live/run.json", import.meta.url)
const record = JSON.parse(readFileSync(RECORD, "utf8")) as LiveRecord
const around = { prefix: "", certificates: new Map(), pageHref: () => undefined }
const partOf = (changes: object = {}): Part => livePart(new At({ ...record, ...changes }, "run.json:"), around)
const blocks = ({ sections }: Part) => sections.flatMap((section) => section.blocks)
/** Rows of a table by their first cells. */
const rowsOf = (part: Part, id: string): ReadonlyMap<string, ReadonlyArray<string>> =>
  new Map(
    blocks(part).flatMap((block) =>
      block.kind === "table" && block.id === id
        ? block.rows.map(({ cells }) => {
            const [name, ...rest] = cells.map(cellText)
            return [name, rest] as const
          })
        : []
    )
  )
const figuresOf = (part: Part) => blocks(part).flatMap((block) => (block.kind === "figures" ? block.figures : []))
const each = (change: (run: Run) => object) => ({ runs: record.runs.map((run) => ({ ...run, ...change(run) })) })
const number = (text: string): number => Number(text.replaceAll(",", ""))

describe("a live audit's part", () => {
  it("accounts for what was bought, and shows policy beside base model, prompt by prompt", () => {
    const part = partOf()
    const paid = rowsOf(part, "paid")
    const of = (name: string): number => number(paid.get(name)![0])
    expect(of("draws bought")).toBe(record.runs.reduce((sum, { learning }) => sum + learning.bought.draws, 0))
    expect(of("draws used") + of("draws unused")).toBe(of("draws bought"))
    expect(of("draws used")).toBe(record.runs.reduce((sum, { learning }) => sum + learning.used, 0))
    expect([...paid.keys()]).toContain("dollars")
    const runs = [...rowsOf(part, "runs").values()]
    expect(runs.reduce((sum, cells) => sum + number(cells[3]), 0)).toBe(of("draws bought"))
    const [accuracy, rates] = figuresOf(part)
    expect(accuracy.y.categories).toHaveLength(2 * record.runs.length)
    expect(accuracy.layers.map(({ kind }) => kind)).toEqual(["dots", "dots", "rule"])
    const prompts = [...rowsOf(part, "prompts")]
    expect(prompts.map(([prompt]) => prompt)).toEqual(rates.y.categories)
    const right = (x: number): number =>
      record.runs.reduce((sum, { evaluation }) => sum + evaluation!.prompts[x].right, 0)
    for (const [x, { prompt }] of record.runs[0].evaluation!.prompts.entries())
      expect(number(rowsOf(part, "prompts").get(JSON.stringify(prompt))![1])).toBe(right(x))
    const shares = prompts.map(([, cells]) => number(cells[2]))
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(part.source.command).toBe(record.command)
    expect(part.source.command).toMatch(/^coverbound audit spanner-sampling --embedded 1M .*--stop '\\n'$/)
  })

  it("shows no accuracy where no answers were drawn, and says when budgets ended runs", () => {
    const part = partOf({ ...each(() => ({ evaluation: undefined, outcome: "budget-exhausted" })), command: undefined })
    expect(figuresOf(part).map(({ id }) => id)).toEqual([])
    expect([...rowsOf(part, "prompts"), ...rowsOf(part, "answers")]).toEqual([])
    const results = rowsOf(part, "results")
    expect(results.get("accuracy")).toEqual(["no answers were drawn"])
    expect(results.get("reward queries, T_data")![0]).toMatch(/; the budget ended 2 of 2$/)
    expect(part.source.command).toMatch(/^coverbound audit spanner-sampling --coverage 60 --parameters practical/)
  })

  it("gives a prompt that no draw answered a bound, not a rate", () => {
    const part = partOf(
      each(({ evaluation }) => ({
        evaluation: { ...evaluation, prompts: evaluation!.prompts.map((one) => ({ ...one, right: 0 })) }
      }))
    )
    for (const [, cells] of rowsOf(part, "prompts")) expect(cells[4]).toMatch(/^≥ \d/)
    const [, rates] = figuresOf(part)
    const [met, never] = rates.layers.flatMap((layer) => ("points" in layer ? [layer.points] : []))
    expect([met.length, never.length]).toEqual([0, record.runs[0].evaluation!.prompts.length])
    for (const { x } of never) expect(x).toBeGreaterThan(1)
  })

  it("says how far rewards are from linear, of noisy ones nothing; and on how many responses the module failed", () => {
    const bent = each(({ evaluation }) => ({
      evaluation: { ...evaluation, linear: { sup: 0.25, rms: 0.1 } },
      failures: { checks: 2, rewards: 1, first: 'checks failed on "7": boom' }
    }))
    const part = partOf(bent)
    expect(rowsOf(part, "results").get("reward in φ")![0]).toMatch(
      /^not linear: off by up to 0\.25 \(sup\), 0\.1 \(L²\)/
    )
    expect(blocks(part)).toContainEqual({
      kind: "prose",
      text: '! checks failed on 4 responses, rewards on 2; they count as 0. The first: checks failed on "7": boom'
    })
    expect(part.findings.filter((one) => one?.says.startsWith("The module of checks"))).toHaveLength(1)
    const noisy = partOf({ ...bent, checks: { ...record.checks, noisy: true } })
    expect(rowsOf(noisy, "results").has("reward in φ")).toBe(false)
  })

  it("is refused with the place where it is not what its format says", () => {
    expect(() => partOf(each(() => ({ learning: undefined })))).toThrow(/runs\[0\]\.learning: missing, expected/)
  })
})

it("is compared by verdicts, costs, and answers: of one policy by its answers, of several by their accuracies", () => {
  const keys = (changes: object): ReadonlyArray<string> =>
    quantitiesOf(new At({ ...record, ...changes }, "run.json:")).map(({ key, kind }) => `${kind} ${key}`)
  expect(keys({})).toEqual(
    expect.arrayContaining([
      "verdict live accuracy",
      "verdict T7 T_comp",
      "sample draws, T_comp",
      "sample accuracy of the learned policy",
      "rate wrong answers of the base model",
      "rate sampler calls that failed"
    ])
  )
  expect(keys({ runs: record.runs.slice(0, 1) })).toContain("rate wrong answers of the learned policy")
})
