/** The main job at a tenth of its size: the same code from plan to page. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import * as Effect from "effect/Effect"
import { parseHTML } from "linkedom"
import { afterAll, expect, it } from "vitest"
import { LONG } from "../../properties/sampled.ts"
import { jsonText } from "../run/json-text.ts"
import { check } from "../checker/check.ts"
import { instantiate } from "../instance/family.ts"
import { corpusFamily } from "../model/corpus-instance.ts"
import { demoPlan } from "./demo/demo-plan.ts"
import { demoDocument } from "./demo/demo-report.ts"
import { demoPage } from "./demo/run-demo.ts"
import { demoText } from "./demo/demo-view.ts"
import { partOfDocument } from "./part-view.ts"
import { openThreads } from "./work/open-workshop.ts"
import { ProgressBar } from "./progress.ts"
import { measure } from "./demo/demo-measure.ts"

const folder = mkdtempSync(join(tmpdir(), "coverbound-demo-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const small = () => {
  const plan = demoPlan(1, instantiate(corpusFamily, { horizon: 3, prompts: 6, beta: 0.11 }))
  const [spanner, passive] = plan.audits
  return {
    ...plan,
    audits: [
      { ...spanner, trials: 1, parameters: { ...spanner.parameters, rounds: 2 } },
      { ...passive, trials: 1, parameters: { ...passive.parameters, pairs: 3000 } }
    ],
    curves: plan.curves.map((one) => ({ ...one, trials: 1 })),
    sweep: { ...plan.sweep, coverages: [10, 100, 1000], trials: 12 },
    checkpoints: {
      ...plan.checkpoints,
      checkpoints: ["500k", "1M", "2.7M"] as const,
      strata: [{ ...plan.checkpoints.strata[0], options: { questions: 4, floor: 1e-2 } }],
      shown: "500k" as const,
      // The fewest of which medians at three checkpoints have an interval at 0.05.
      trials: 7
    }
  }
}

const page = { width: 100, room: 100, ink: (_: unknown, text: string) => text }

it("measures, prints and reports; in the long form twice the same", { timeout: 120_000 }, async () => {
  // In this thread, counted: the command's threads make them, so that its own hears signals.
  const units: Array<string> = []
  const run = () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.flatMap(openThreads(0), (workshop) => {
          const make: typeof workshop.make = (unit, said) => {
            units.push(unit.kind)
            return workshop.make(unit, said)
          }
          return measure(small(), 1, folder, new ProgressBar(), { workshop: { ...workshop, make }, journal: undefined })
        })
      )
    )
  const results = await run()
  expect(units).toEqual(["trial", "trial"])
  const made = (of: typeof results) => {
    writeFileSync(join(folder, "demo.json"), jsonText(demoDocument(of, 1)))
    return Effect.runPromise(demoPage(folder))
  }
  const html = await made(results)

  // Self-contained: nothing is fetched.
  expect(html).not.toMatch(/<link|<img|@import|\burl\(|src=|fetch\(|import\(/i)
  const { document } = parseHTML(html)
  expect(document.querySelectorAll("svg").length).toBeGreaterThan(8)
  for (const figure of document.querySelectorAll("svg")) {
    expect(figure.getAttribute("aria-label")).not.toBe("")
    expect(figure.outerHTML).not.toMatch(/NaN|Infinity|undefined/)
  }
  expect(document.querySelectorAll(".opening").length).toBe(6)
  expect(document.querySelectorAll(".verdict.refuted").length).toBe(0)
  expect(document.querySelectorAll(".verdict.supported").length).toBeGreaterThan(8)
  expect(html).toContain(
    "coverbound audit spanner-sampling --instance corpus:beta=0.11,horizon=3,prompts=6,seed=0 --eps"
  )

  const text = demoText(results, partOfDocument(demoDocument(results, 1)), page, { path: "index.html", elapsedMs: 1 })
  expect(
    text.split("\n").every((line) => [...stripVTControlCharacters(line).replace(/\p{M}/gu, "")].length <= 100)
  ).toBe(true)
  expect(text).not.toMatch(/NaN|undefined|Infinity/)
  expect(JSON.parse(readFileSync(join(folder, "english-spannersampling", "run.json"), "utf8"))).toMatchObject({
    algorithm: "spanner-sampling",
    oracle: "literal"
  })

  // Everything that was judged and can be certified has a certificate, and the checker accepts it.
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /certificates.[^/\\]*\.json$/.test(name)
  )
  expect(files).toHaveLength(results.certificates.reduce((sum, one) => sum + one.written, 0))
  const verdicts = new Map(
    files.map((name) => {
      const checked = check(readFileSync(join(folder, name), "utf8"))
      return [name.replaceAll("\\", "/"), checked.status === "accepted" ? checked.certificate.verdict : checked.reason]
    })
  )
  for (const { algorithm, judgement, quantity } of results.sweep.slopes)
    expect(verdicts.get(`coverage-slopes/certificates/${algorithm}-${quantity}.json`)).toBeOneOf([
      judgement?.verdict,
      undefined
    ])
  // Practical parameters: T7 promises nothing of these runs, and no certificate says it did.
  expect(verdicts.get("english-spannersampling/certificates/T7-T_data.json")).toBe(undefined)
  for (const part of ["T3-size", "T6-cost", "T6-failure"])
    expect(verdicts.get(`english-spannersampling/certificates/${part}.json`), part).toMatch(/supported|undecided/)

  // Coverage falls along training, and what was learned answers better than the base model.
  const { answers, exponents, rows } = results.checkpoints
  expect(rows.map(({ checkpoint }) => checkpoint)).toEqual(["500k", "1M", "2.7M"])
  expect(rows[0].coverage).toBeGreaterThan(rows[2].coverage)
  expect(rows[0].right).toBeLessThan(rows[2].right)
  expect(answers).toHaveLength(4)
  for (const { learned, reference } of answers) expect(learned).toBeGreaterThan(5 * reference)
  expect(exponents.map(({ algorithm, quantity }) => `${algorithm} ${quantity}`)).toContain("spanner-sampling T_comp")
  expect(text).toContain("A transformer along its training")
  expect(html).toContain("A transformer along its training")

  // What a person should see: the learned policy writes what is rewarded, the base model does not .
  const mean = (pick: "reference" | "learned") => {
    const all = results.continuations.openings.flatMap((one) => one[pick])
    return all.reduce((sum, one) => sum + one.meanReward, 0) / all.length
  }
  expect(mean("learned")).toBeGreaterThan(2 * mean("reference"))

  if (LONG) expect(await made(await run())).toBe(html)
})
