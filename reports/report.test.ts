/** Reports of the committed records: every kind in every format, self-contained, and without findings of axe. */
import { readdirSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import { chromium } from "playwright-core"
import { describe, expect, it } from "vitest"
// @ts-expect-error a script of the repository, without types
import { mathmlOf } from "../.ci/mathml.mjs"
import { recordsOf } from "../src/cli/report/records.ts"
import { reportFrom, textOf } from "../src/cli/report/run-report.ts"
import { chromiumPath } from "../src/kernel/gpu/chromium-path.ts"
import { theorems } from "../src/theorem/registry.ts"
import { isSampled } from "../properties/sampled.ts"
import { csvText } from "./csv.ts"
import { MATHML } from "./mathml.ts"

const REFERENCE = fileURLToPath(new URL("reference/reports/", import.meta.url))
const kinds = readdirSync(REFERENCE)
/** Those whose pages a browser opens; all of them where there is time. */
const opened = kinds.filter((kind) => isSampled(`opened ${kind}`, 1 / 9) || kind === "plan")

/** As the committed page was made: `coverbound report FOLDER --out FOLDER/report.html`, at the root of the repository. */
const reportOn = (kind: string) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const folder = `reports/reference/reports/${kind}`
      const command = `coverbound report ${folder} --out ${folder}/report.html`
      return yield* reportFrom(yield* recordsOf([folder]), resolve(folder), command)
    })
  )
/** Of another version of the package the page says so; nothing else may differ. */
const anyVersion = (page: string): string => page.replaceAll(/coverbound \d+\.\d+\.\d+/g, "coverbound")

it("has the theorems' mathematics as Temml sets it", () => {
  expect(mathmlOf()).toEqual(MATHML)
  expect(theorems.every(({ statement }) => statement in MATHML)).toBe(true)
})

/** The first lines that differ, and how to have the new page. */
const firstDifference = (page: string, committed: string): string => {
  const [now, then] = [page, committed].map((text) => anyVersion(text).split("\n"))
  const at = now.findIndex((line, i) => line !== then[i])
  return `line ${at + 1} is ${now[at]?.slice(0, 300)}, committed ${then[at]?.slice(0, 300)}; looked at and right? make the page again as its last section says`
}

describe.each(kinds)("%s", (kind) => {
  it("is a report in every format, of nothing but its record", async () => {
    const report = await reportOn(kind)
    expect(report.findings.length).toBeGreaterThan(0)
    for (const source of report.sources) expect(source.command).toMatch(/^(coverbound|npm) /)
    const page = await Effect.runPromise(textOf(report, "html"))
    expect(page.length).toBeLessThan(2 * 2 ** 20)
    // What it says is what was last looked at: a field read elsewhere, or a clause left out, shows here.
    const committed = readFileSync(join(REFERENCE, kind, "report.html"), "utf8")
    expect(anyVersion(page) === anyVersion(committed), `${kind}: ${firstDifference(page, committed)}`).toBe(true)
    // Nothing is fetched.
    expect(page).not.toMatch(/<link|<img|@import|\burl\(|src=|fetch\(|import\(/i)
    const figures = page.match(/<svg[^>]*>/g) ?? []
    for (const figure of figures)
      expect(figure).toMatch(/role="img".*aria-label="[^"]+"|aria-label="[^"]+".*role="img"/)
    expect(page.match(/<svg.*?<\/svg>/gs)?.join("") ?? "").not.toMatch(/NaN|undefined|Infinity/)
    expect(page.match(/<details class="data">/g)?.length ?? 0).toBe(figures.length)
    // The same evidence in every format.
    const [finding] = report.findings
    expect(JSON.parse(await Effect.runPromise(textOf(report, "json")))).toMatchObject({ format: "coverbound-report" })
    const csv = await Effect.runPromise(textOf(report, "csv"))
    expect(csv.split("\n")[1]).toContain("finding")
    for (const format of ["md", "latex"] as const)
      expect((await Effect.runPromise(textOf(report, format))).length).toBeGreaterThan(finding.says.length)
  })
})

const CHECKPOINT =
  "arithmetic:beta=0.1,checkpoint=125k,checks=joint,floor=0.0001,horizon=6,least=0,limit=100,most=1,noise=none,questions=16,seed=7,slip=0"

/** Table, item and quantity as programs find them, whatever titles and heads say. */
const CSV_NAMES: Readonly<Record<string, ReadonlyArray<readonly [string, string, string]>>> = {
  scaling: [
    ["loop.csv: exponents", "N", "interval"],
    ["loop.csv: a + b*N", "a", "interval"],
    ["loop.csv: sizes that the model had not seen", "N = 64", "interval of a new time"],
    ["loop.csv: rival laws", "a + b*N^2", "worst factor above"]
  ],
  bench: [
    ["score on wasm 1T, in N: exponents", "N", "interval"],
    ["score on wasm 1T, in N: rival laws", "a", "behind the best"]
  ],
  critical: [
    ["Every instance", "100", "critical T_comp"],
    ["success at T_comp over unit", "C = 100", "0.1"]
  ],
  coverage: [
    ["Sources", CHECKPOINT, "C_cov"],
    ["pass@k", "k = 1", CHECKPOINT]
  ],
  compare: [
    ["RareGood: exponents of the queries to 0.1 R, and of suboptimality along a run", "xpo", "verdict"],
    ["TokenChain, C_cond = 1.5: T_comp to 0.1 R as responses grow longer", "mtss", "H = 4"]
  ],
  live: [
    ["What came of it", "sampling queries, T_comp", "measured"],
    ["Paid for", "draws used", "learning"],
    ["Base model, prompt by prompt", '"58+67="', "right"],
    ["Run by run", "1", "T_data"]
  ],
  plan: [["Exponents", "T_data in C_cov", "interval"]],
  demo: [
    ["16 held-out questions of arithmetic", "125k", "rewards, passive"],
    ["16 held-out questions of arithmetic", "125k", "draws, SpannerSampling"],
    ["What each paid, medians over runs", "10,000", "95 % of median"],
    ["Exponent of the median in C_cov", "passive", "interval"]
  ]
}

it.each(Object.entries(CSV_NAMES))("CSV of %s has the names that programs read", async (kind, names) => {
  const csv = await Effect.runPromise(textOf(await reportOn(kind), "csv"))
  for (const [title, item, quantity] of names)
    expect(csv).toContain(`,${csvText([[`table: ${title}`, item, quantity]]).trimEnd()},`)
})

const browserHere = chromiumPath()
it.skipIf(browserHere === undefined)(
  `passes axe (WCAG 2.2 AA) in both themes and at 360 px${browserHere === undefined ? " (no chromium: skipped)" : ""}`,
  { timeout: 60_000 * opened.length },
  async () => {
    const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")
    const browser = await chromium.launch({ executablePath: browserHere!, args: ["--no-sandbox"] })
    try {
      for (const kind of opened)
        for (const [width, colorScheme] of [
          [360, "dark"],
          [1100, "light"]
        ] as const) {
          const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme })
          const errors: Array<string> = []
          page.on("pageerror", (error) => errors.push(error.message))
          page.on("console", (message) => message.type() === "error" && errors.push(message.text()))
          await page.goto(`file://${join(REFERENCE, kind, "report.html")}`)
          await page.addScriptTag({ content: axe })
          const violations = (await page.evaluate(
            'axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }).then((r) => r.violations.map((v) => v.id + " " + v.nodes[0].html))'
          )) as ReadonlyArray<string>
          expect(violations, `${kind} at ${width}`).toEqual([])
          expect(errors, `${kind} at ${width}`).toEqual([])
          expect(
            await page.evaluate("document.documentElement.scrollWidth - innerWidth"),
            `${kind} at ${width}`
          ).toBeLessThanOrEqual(0)
          await page.close()
        }
    } finally {
      await browser.close()
    }
  }
)
