/** The three reporters of `verify`: well-formed, escaped, and saying what was found. */
import { describe, expect, it } from "vitest"
import type { CheckResult, Verification } from "../src/verify/verify.ts"
import { githubAnnotations } from "./github-annotations.ts"
import { junit, xmlText } from "./junit.ts"
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
    const xml = junit([verification, verification])
    expect(elements(xml).filter((name) => name === "testcase").length).toBe(6)
    expect(xml).toContain('tests="3" failures="1" skipped="1" errors="0"')
    expect(xml).toContain("n &lt; n_max &amp; more")
    expect(xml).toContain('<failure message="clip &quot;R/2&quot;: 50 %\nnot R">')
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
    const log = JSON.parse(sarif([verification], "1.2.3"))
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
    const lines = githubAnnotations([verification]).split("\n")
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["::error", "::warning", "::notice", ""])
    expect(lines[0]).toBe(
      '::error title=spanner-sampling%3A T7/tilt refuted::n < n_max & more%0Aclip "R/2": 50 %25%0Anot R%0Areplay: npx coverbound verify --theorem T7/tilt'
    )
    expect(lines[2]).toContain("evidence 1 undecided; checked 1 supported, 1 refuted")
  })
})
