/** The reporters of `audit` and `verify`: well-formed, escaped, as their schemas ask, and saying what was found and where. */
import { createRequire } from "node:module"
import { readFileSync } from "node:fs"
import Ajv from "ajv"
import { describe, expect, it } from "vitest"
import { validateXML } from "xmllint-wasm"
import type { CheckResult, Verification } from "../src/verify/verify.ts"
import { githubAnnotations, MOST_ANNOTATIONS } from "./github-annotations.ts"
import { junit, xmlText } from "./junit.ts"
import { markdown } from "./markdown.ts"
import { type Made, type ReportedRun, verificationRun } from "./reported-run.ts"
import { sarif } from "./sarif.ts"

const result = (over: Partial<CheckResult>): CheckResult => ({
  id: "T3/size",
  group: "T3",
  title: "n < n_max & more",
  nature: "checked",
  verdict: "supported",
  level: 0,
  measured: 3,
  bound: 7,
  relation: "<=",
  note: "no violation",
  ...over
})

const verification: Verification = {
  candidate: "spanner-sampling",
  seed: 1,
  level: 1e-6,
  work: 0,
  results: [
    result({}),
    result({
      id: "T7/tilt",
      group: "T7",
      verdict: "refuted",
      measured: Infinity,
      note: 'clip "R/2": 50 %\nnot R',
      saved: { path: "reports/out/counterexamples/T7-tilt-1.json", command: "npx coverbound verify --theorem T7/tilt" }
    }),
    result({
      id: "L1/judged",
      group: "L1",
      nature: "evidence",
      verdict: "undecided",
      level: 1e-8,
      note: "not finished, at all: no"
    })
  ]
}

const made: Made = { startedAt: "2026-11-28T12:00:00.000Z", seconds: 2.5, took: () => 0.25 }
const run = verificationRun(verification, made)
/** The same of a user's module. */
const ofModule = verificationRun(verification, {
  ...made,
  placeOf: (group) => ({ path: "src/my, own.ts", line: group.length })
})
const { calm: _, standing: __, ...undecided } = ofModule.checks[2]
/** More findings than a CI server shows: every other one a warning, the first among them. */
const many: ReportedRun = {
  ...ofModule,
  checks: Array.from({ length: 30 }, (_, i) => ({
    ...(i % 2 === 0 ? undecided : ofModule.checks[1]),
    id: `check/${i}`
  }))
}

/** Elements of an XML text in order, checked to be closed. */
const elements = (xml: string): ReadonlyArray<string> => {
  const open: Array<string> = []
  const seen: Array<string> = []
  for (const [, close, name, selfClosing] of xml.matchAll(/<(\/?)([a-z-]+)(?:\s+[a-z]+="[^"<]*")*\s*(\/?)>/g)) {
    if (close !== "") expect(open.pop()).toBe(name)
    else {
      seen.push(name)
      if (selfClosing === "") open.push(name)
    }
  }
  expect(open).toEqual([])
  return seen
}

describe("junit", () => {
  it("is one suite a verification, one case a check, closed and escaped", () => {
    const xml = junit([run, run])
    expect(elements(xml).filter((name) => name === "testcase").length).toBe(6)
    expect(xml).toContain('tests="3" failures="1" errors="0" skipped="1" time="2.500" timestamp="2026-11-28T12:00:00"')
    expect(xml).toContain("n &lt; n_max &amp; more")
    expect(xml).toContain('<failure type="refuted" message="clip &quot;R/2&quot;: 50 %&#10;not R">')
    expect(xml).toContain("replay: npx coverbound verify --theorem T7/tilt")
    // Nothing but tags between < and >.
    expect(xml.replace(/<\?xml[^>]*\?>|<\/?[a-z-]+(?:\s+[a-z]+="[^"<]*")*\s*\/?>/g, "")).not.toMatch(/[<>]/)
  })

  it("replaces what XML cannot hold", () => {
    expect(xmlText("a\u0000b\u001b[31m<&>")).toBe("a\ufffdb\ufffd[31m&lt;&amp;&gt;")
  })
})

describe("sarif", () => {
  it("is a 2.1.0 log with a result for what was refuted and nothing else, which names its rule and a place", () => {
    const log = JSON.parse(sarif([run], "1.2.3"))
    expect([log.version, log.runs[0].tool.driver.version]).toEqual(["2.1.0", "1.2.3"])
    const [{ results, tool }] = log.runs
    expect(results.map((r: { kind: string; level: string }) => [r.kind, r.level])).toEqual([["fail", "error"]])
    expect(log.runs[0].properties).toMatchObject({ supported: { checked: 1 }, undecided: [verification.results[2].id] })
    for (const { ruleId, ruleIndex, locations } of results) {
      expect(tool.driver.rules[ruleIndex].id).toBe(ruleId)
      expect(locations[0].physicalLocation.artifactLocation.uri).toMatch(/^[a-z]/)
    }
    expect(results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
      "reports/out/counterexamples/T7-tilt-1.json"
    )
    expect(results[0].properties.measured).toBe("Infinity")
  })
})

describe("github", () => {
  it("is one line an annotation, with what would end a line or a property escaped", () => {
    const lines = githubAnnotations([ofModule]).split("\n")
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["::error", "::notice", ""])
    expect(lines[0]).toBe(
      '::error file=src/my%2C own.ts,line=2,title=spanner-sampling%3A T7/tilt refuted::n < n_max & more%0Aclip "R/2": 50 %25%0Anot R%0Areplay: npx coverbound verify --theorem T7/tilt'
    )
    expect(lines[1]).toContain("evidence 1 undecided; checked 1 supported, 1 refuted")
  })

  it("is ten lines at most, the gravest first, and says how many are elsewhere", () => {
    for (const runs of [[many], [many, many], Array.from({ length: 12 }, () => many)]) {
      const lines = githubAnnotations(runs).trimEnd().split("\n")
      expect(lines.length).toBeLessThanOrEqual(MOST_ANNOTATIONS)
      const shown = lines.filter((line) => !line.startsWith("::notice "))
      // Fifteen of each run are errors: more than fit.
      expect(shown.filter((line) => !line.startsWith("::error "))).toEqual([])
      const more = 30 * runs.length - shown.length
      expect(lines.at(-1)).toMatch(new RegExp(`^::notice .*; ${more} more in the job summary$`))
    }
    const twelve = githubAnnotations(Array.from({ length: 12 }, () => many))
    expect(twelve).toContain("12 algorithms, 180 checks refuted; false alarms at most 1.2e-5 in all; 351 more")
    const written = markdown([many])
    expect(written.split("\n").filter((line) => line.startsWith("| ❌")).length).toBe(15)
  })
})

describe("markdown", () => {
  it("keeps a cell a cell, and folds what holds", () => {
    const text = markdown([ofModule])
    expect(text).toContain("### ❌ coverbound verify spanner-sampling")
    expect(text).toMatch(
      /\| ❌ refuted \| T7\/tilt \| checked \|.*`src\/my, own\.ts:2` \| clip "R\/2": 50 % not R<br>`npx coverbound/
    )
    expect(text).toContain("<details><summary>2 held</summary>")
    expect(text).not.toContain("Not run:")
    expect(markdown([{ ...ofModule, notRun: ["T8", "case *a*"] }])).toContain("\nNot run: T8, case \\*a\\*.\n")
    for (const line of text.split("\n").filter((one) => one.startsWith("|")))
      expect(line.replaceAll("\\|", "").split("|").length).toBe(10)
  })
})

describe("a baseline", () => {
  const [first, refuted, ...rest] = ofModule.checks
  const known = {
    ...ofModule,
    baseline: true,
    checks: [first, { ...refuted, known: "refuted in the baseline too" }, ...rest]
  }
  it("makes of what was as bad a skipped test, a note and a warning", () => {
    expect(junit([known])).toContain('failures="0" errors="0" skipped="2"')
    const [{ results }] = JSON.parse(sarif([known], "1")).runs
    expect(results).toMatchObject([{ level: "note", baselineState: "unchanged" }])
    expect(githubAnnotations([known])).toMatch(/^::warning .*refuted in the baseline too/)
  })
})

describe("their schemas", () => {
  const require = createRequire(import.meta.url)
  it("SARIF 2.1.0 is OASIS's (revision rtm.5), property by property", () => {
    const ajv = new Ajv({ schemaId: "auto", unknownFormats: "ignore" })
    ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json"))
    const path = require.resolve("@microsoft/jest-sarif").replace(/index\.js$/, "schemas/sarif-2.1.0-rtm.5.json")
    const valid = ajv.compile(JSON.parse(readFileSync(path, "utf8")))
    for (const runs of [[run], [ofModule, many]]) {
      valid(JSON.parse(sarif(runs, "1.2.3")))
      expect(valid.errors).toBeNull()
    }
    // The schema does refuse.
    expect(valid({ ...JSON.parse(sarif([run], "1")), runs: [{}] })).toBe(false)
  })

  it("JUnit is what Jenkins reads: junit-10.xsd of its xUnit plugin, by libxml2", async () => {
    const schema = readFileSync(new URL("fixtures/junit-10.xsd", import.meta.url), "utf8")
    const errorsOf = async (contents: string): Promise<ReadonlyArray<string>> =>
      (await validateXML({ xml: { fileName: "junit.xml", contents }, schema })).errors.map(({ message }) => message)
    const good = [junit([run]), junit([ofModule, many]), junit([{ ...ofModule, baseline: true }]), junit([])]
    for (const xml of good) expect(await errorsOf(xml)).toEqual([])
    // The schema does refuse.
    expect(await errorsOf(good[0].replaceAll("testcase", "testitem"))).not.toEqual([])
    expect(await errorsOf(good[0].replace('time="2.500"', 'time="2.5000"'))).not.toEqual([])
    expect(await errorsOf(good[0].replace("<testcase ", '<testcase file="src/my.ts" '))).not.toEqual([])
  })
})
