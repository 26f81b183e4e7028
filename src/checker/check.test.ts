/** The checker on stored certificates: what it accepts, what it comes to, what it says. */
import { describe, expect, it } from "vitest"
import { answerTo, type Edit, edit, stored } from "../../properties/certificate/changed.ts"
import { RULES } from "./check-claims.ts"
import { certificateDigest, check, statementOf } from "./check.ts"
import { adversaries } from "../../properties/certificate/mutants.ts"
import { medianSlope } from "./recomputed-tests.ts"

const T = "evidence.runs.trials[0]"

describe("stored certificates", () => {
  it.each(Object.entries(stored))("%s is accepted, bare and as a Statement", (_, certificate) => {
    for (const document of [certificate, statementOf(certificate)]) {
      const result = check(JSON.stringify(document))
      expect(result).toMatchObject({ status: "accepted", certificate: { digest: certificate.digest } })
    }
    expect(certificateDigest(certificate)).toBe(certificate.digest)
  })

  it("cover every rule", () => {
    const claims = Object.values(stored).map(({ claim }) => `${claim.theorem}/${claim.part}`)
    // T9's are written anew in check-pac.test.ts, all four.
    expect(new Set(claims)).toEqual(new Set([...RULES.keys()].filter((rule) => !/^(T9|own)\//.test(rule))))
  })

  it("say what was taken as stated", () => {
    const assumed = (name: string, edits: Readonly<Record<string, Edit>> = {}) => {
      const result = check(JSON.stringify(adversaries["makes everything fit"](edit(name, edits))))
      return result.status === "accepted" ? result.assumed : result.reason
    }
    expect(assumed("epsilon")).toEqual([])
    const constants = "the instance, not carried, has the constants stated"
    expect(assumed("T_data", { "instance.data": null })).toEqual([constants])
    expect(assumed("epsilon", { "instance.data": null })).toEqual([
      constants,
      "the instance, not carried, has C_cov at most the goal's and realizable rewards"
    ])
    expect(
      assumed("epsilon", { [`${T}.suboptimality`]: { value: 0.1, kind: "average", standardError: 0.01 } })
    ).toEqual(["1 suboptimalities are sampled estimates of an upper bound"])
    expect(assumed("law")).toEqual(["the stated law is that of the request on the instance"])
    expect(assumed("spanner")).toEqual([])
    expect(assumed("identity")).toEqual([
      "the policies are those that its trials put out, and the trials' own suboptimalities are as stated"
    ])
    expect(assumed("scaling")).toEqual([])
    expect(assumed("scaling", { "evidence.instances[1].data": null })).toEqual([
      "C_cov of 1 of 3 instances, not carried, is as stated"
    ])
    expect(assumed("spanner", { "evidence.chains[1].order": (o: ReadonlyArray<number>) => o.slice(0, 3) })).toEqual([
      `${stored.spanner.evidence.kind === "spanner" ? stored.spanner.evidence.chains[1].order.length - 3 : 0} later acceptances are counted, not carried`
    ])
    expect(
      assumed("spanner", { "evidence.chains": (c: ReadonlyArray<unknown>) => c.slice(0, 1) as never })
    ).toHaveLength(1)
  })
})

describe("Statements", () => {
  const statement = statementOf(stored.T_data)
  const outcome = (changed: object) => {
    const result = check(JSON.stringify({ ...statement, ...changed }))
    return result.status === "accepted" ? "accepted" : `${result.reason.code} ${result.reason.path}`.trim()
  }
  it("speak of the instance, and of nothing else", () => {
    expect(statement).toEqual({
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name: "tiny", digest: { sha256: stored.T_data.instance?.digest } }],
      predicateType: "https://coverbound.example/certificate/v1",
      predicate: stored.T_data
    })
    expect(outcome({})).toBe("accepted")
    expect(outcome({ _type: "https://in-toto.io/Statement/v0.1" })).toBe("shape")
    expect(outcome({ predicateType: "https://slsa.dev/provenance/v1" })).toBe("shape")
    expect(outcome({ subject: [] })).toBe("shape")
    expect(check(JSON.stringify({ ...statement, subject: [] }))).toMatchObject({
      reason: { path: "", message: "not the in-toto Statement of its predicate" }
    })
    expect(outcome({ subject: [{ name: "tiny", digest: { sha256: "0".repeat(64) } }] })).toBe("shape")
    expect(outcome({ subject: [{ name: "other", digest: statement.subject[0].digest }] })).toBe("shape")
    expect(outcome({ extra: 1 })).toBe("shape")
    expect(outcome({ predicate: null })).toBe("shape")
    expect(outcome({ predicate: undefined })).toBe("shape")
    expect(outcome({ predicate: { ...stored.T_data, verdict: "refuted" } })).toBe("digest digest")
    const { predicate } = statement
    expect(check(JSON.stringify({ _type: statement._type, predicate }))).toMatchObject({ status: "rejected" })
  })

  it("of a scaling claim speak of every instance", () => {
    const names = statementOf(stored.scaling).subject.map((s) => s.name.slice(0, 16))
    expect(names).toEqual(["rare-good:C=30,R", "rare-good:C=300,", "rare-good:C=3000"])
    expect(statementOf({ ...stored.path, instance: null }).subject).toEqual([
      { name: "none", digest: { sha256: stored.path.digest } }
    ])
  })
})

describe("what is no certificate", () => {
  it.each([
    ["", "syntax"],
    ["null", "shape"],
    ["[]", "shape"],
    ['"x"', "shape"],
    ["{}", "shape"],
    ['{"a":1,"a":2}', "duplicate-key"],
    ["1e999", "syntax"],
    ["[".repeat(100000), "size"],
    [JSON.stringify({ _type: "x" }), "shape"]
  ])("%.20s", (document, code) => {
    expect(check(document)).toMatchObject({
      status: "rejected",
      reason: { _tag: "CertificateRejected", code, path: "" }
    })
  })

  it("a checker that fails rejects", () => {
    expect(check(undefined as never)).toMatchObject({
      status: "rejected",
      reason: { code: expect.stringMatching(/internal|syntax/) }
    })
    expect(check(Symbol("x") as never)).toMatchObject({ status: "rejected" })
    // No text is known that makes it fail: the engine is broken on purpose.
    const { fromEntries } = Object
    try {
      Object.fromEntries = () => {
        throw new Error("planted ".padEnd(400, "x"))
      }
      const message = `the checker failed, which proves nothing: Error: planted ${"x".repeat(400).slice(0, 185)}`
      const reason = { _tag: "CertificateRejected", code: "internal", path: "", message }
      expect(check(JSON.stringify(stored.path))).toEqual({ status: "rejected", reason })
    } finally {
      Object.fromEntries = fromEntries
    }
  })
})

describe("verdicts are the evidence's own", () => {
  const own = (name: string, edits: Readonly<Record<string, Edit>>) => {
    const document = adversaries["makes everything fit"](edit(name, edits)) as {
      verdict: string
      claim: { statement: string }
    }
    return `${document.verdict}: ${document.claim.statement}`
  }
  it("in every rule that has three", () => {
    expect(own("law", { "claim.parameters.margin": 0.07 })).toMatch(
      /^undecided: TV\(drawn law, stated law\) <= 0.07: 0.0258064 \+- 0.0492245 over 4000 draws$/
    )
    expect(own("law", { "evidence.counts": (c: ReadonlyArray<number>) => [c[0] + 900, ...c.slice(1)] })).toMatch(
      /^refuted: TV/
    )
    expect(own("scaling", { "claim.parameters.margin": 0.004 })).toMatch(
      /^undecided: slope of log median T_comp in log C_cov = 1 within 0.004: .* over 36 runs of rare-good, C and beta varying$/
    )
    expect(own("scaling", { "claim.part": "T_data" })).toMatch(
      /: slope of log median T_data in log C_cov = 0 within 0.25: /
    )
    expect(
      own("scaling", {
        "evidence.points": (p: ReadonlyArray<{ samplingQueries: string }>) =>
          p.map((x) => ({ ...x, samplingQueries: `${BigInt(x.samplingQueries) ** 2n}` })) as never
      })
    ).toMatch(/^refuted: slope/)
    expect(own("flat", {})).toMatch(
      /^supported: slope of log median T_data in log C_cov = 0 within 0.25: 0\.00000 in \[0\.00000, 0\.00000\] over 36 runs of rare-good, C and beta varying$/
    )
    expect(own("spanner", { [`${T}.accepted`]: 42 })).toMatch(
      /^refuted: every accepted norm > nu, with nu = .*, exactly: fails in 0 of 2 chains; accepted pairs <= n_max = 41; largest of 2 trials 42$/
    )
    expect(own("spanner", { "evidence.chains[0].features[0]": ["1p-9", "0p0"] })).toMatch(
      /^refuted: .* fails in 1 of 2 chains/
    )
    expect(own("potential", { "evidence.chains[0].features[0]": ["1p-9", "0p0"] })).toMatch(/^undecided: sum min/)
    expect(own("failure", { [`${T}.sampler.unaccepted`]: 25 })).toMatch(
      /^refuted: P\(no acceptance, while the promise M holds\) <= 0.05: 25 of 90; log e-value/
    )
    expect(own("epsilon", { "claim.level": 1e-9 })).toMatch(/^undecided: .* 20.723 decides$/)
  })

  it("to the last digit, where an end of the interval is at the margin", () => {
    const { evidence } = stored.scaling
    if (evidence.kind !== "scaling") throw new Error(evidence.kind)
    const counts = evidence.instances.map((_, i) =>
      evidence.points.filter((p) => p.instance === i).map((p) => Number(p.samplingQueries))
    )
    const x = evidence.instances.map(({ coverage }) => Math.log(coverage))
    const verdict = (margin: number, level: number) =>
      own("scaling", { "claim.parameters.margin": margin, "claim.level": level }).replace(/:.*/, "")
    for (const level of [0.01, 0.05]) {
      const { lower, upper } = medianSlope(x, counts, level)!
      const off = Math.max(1 - lower, upper - 1)
      expect([verdict(off * 1.0001, level), verdict(off * 0.9999, level)]).toEqual(["supported", "undecided"])
    }
  })

  it("and at most 0 in T_data is no exponent that falls", () => {
    const adaptive = { "algorithm.name": "spanner-sampling-adaptive" }
    expect(own("flat", adaptive)).toMatch(/^supported: slope of log median T_data in log C_cov <= 0 within 0.25: /)
    const falling = {
      ...adaptive,
      "evidence.points": (p: ReadonlyArray<{ instance: number }>) =>
        p.map((x) => ({ ...x, rewardQueries: `${10 ** (6 - 2 * x.instance)}` })) as never
    }
    expect(own("flat", falling)).toMatch(/^supported: .* <= 0 within 0.25: -/)
  })

  it("and passive exploration has slope 1 in both, exhaustive design 0 in T_data and none in T_comp", () => {
    for (const name of ["scaling", "flat"])
      expect(own(name, { "algorithm.name": "passive" })).toMatch(
        /: slope of log median T_\w+ in log C_cov = 1 within 0.25: /
      )
    const exhaustive = { "algorithm.name": "exhaustive", "algorithm.oracle": "enumeration" }
    expect(own("flat", exhaustive)).toMatch(/^supported: slope of log median T_data in log C_cov = 0 /)
    expect(answerTo("scaling", exhaustive)).toBe("unsupported algorithm.name: no slope predicted")
  })

  it("to a slack in units of R, at least 1", () => {
    expect(own("path", { "instance.data.rewardRange": 4, "instance.problem.rewardRange": 4 })).toMatch(/, to 4e-10, /)
    expect(stored.path.claim.statement).toMatch(/, to 1e-10, /)
  })

  it("and their sentences the recomputed numbers", () => {
    const sentences = Object.fromEntries(Object.entries(stored).map(([name, { claim }]) => [name, claim.statement]))
    expect(sentences).toMatchObject({
      identity: "J* - J(pi) = beta E KL(pi, pi*) and J* = beta E log Z = 0.508374, to 1e-10, for 2 policies",
      coverage: "0 <= log C_cov = 0.194720 <= min(R/beta, -log min pi_ref) = 0.500000",
      path: "r* = V*_1 + beta sum_h log(pi*_h/pi_ref,h), to 1e-10, along 6 responses",
      "sampler cost": "draws <= N1 + N2 = 129; largest of 3 trials 111",
      T_data: expect.stringMatching(/^T_data <= 2\(n_max \+ T_exp\) = 2076; largest of 2 trials \d+$/),
      T_comp: expect.stringMatching(
        /^T_comp <= 2 T_prompt T_span \+ T_exp\(1 \+ N1 \+ N2\) = \d+; largest of 2 trials \d+$/
      ),
      epsilon: "P(J* - J(pi) > 0.5) <= 0.75: 0 of 12; log e-value -3.133 against, 15.216 for, 6.908 decides"
    })
  })
})
