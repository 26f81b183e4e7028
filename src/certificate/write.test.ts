import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { mtss } from "../algorithm/mtss.ts"
import { passive } from "../algorithm/passive.ts"
import { spannerSampling } from "../algorithm/spanner-sampling.ts"
import { audit } from "../audit/audit.ts"
import { instanceDigest } from "../instance/digest.ts"
import { tokenChainFamily } from "../instance/families/token-chain.ts"
import { rareGoodFamily } from "../instance/families/rare-good.ts"
import { instantiate } from "../instance/family.ts"
import { problemOf } from "../oracle/interpreter.ts"
import { optimum } from "../policy/optimum.ts"
import type { RunRecord } from "../run/run-record.ts"
import { check, statementOf } from "../checker/check.ts"
import type { Certificate } from "../checker/certificate.ts"
import { processorTime } from "../../properties/processor-time.ts"
import { environment } from "../../properties/certificate/specimens.ts"
import { chainsOf, exactNu } from "./spanner-evidence.ts"
import { writeCertificates } from "./write.ts"

const rare = instantiate(rareGoodFamily, { C: 100, d: 3 })
const plan = (changes: object) => {
  const problem = problemOf(rare)
  const goal = { epsilon: 0.1, delta: 0.02, coverage: optimum(rare.exact).coverage }
  const parameters = { ...spannerSampling.practical(problem, goal), rounds: 300 }
  return {
    algorithm: spannerSampling,
    instance: rare,
    digest: instanceDigest(rare),
    parameters,
    goal,
    interpreter: "exact-law",
    seed: 1,
    trials: 3,
    level: 0.01,
    ...changes
  } as const
}
const written = async (changes: object = {}) => {
  const { subject, records, judgements } = await Effect.runPromise(audit(plan(changes)))
  return { subject, records, judgements, all: writeCertificates({ subject, records, judgements, environment }) }
}
const certificates = (all: Awaited<ReturnType<typeof written>>["all"]): ReadonlyArray<Certificate> =>
  all.flatMap((w) => ("certificate" in w ? [w.certificate] : []))

describe("writeCertificates", () => {
  it("gives a certificate or a reason for every judgement, in order", async () => {
    const { judgements, all } = await written()
    expect(all.map((w) => [w.theorem, w.part])).toEqual(judgements.map((j) => [j.theorem, j.part]))
    const named = Object.fromEntries(
      all.map((w) => [`${w.theorem} ${w.part}`, "certificate" in w ? w.certificate.verdict : w.withheld])
    )
    expect(named).toMatchObject({
      "T1 identity": "supported",
      "T2 bound": "supported",
      "T3 size": "supported",
      "T4 potential": "supported",
      "T6 cost": "supported",
      "T7 T_data": expect.stringMatching(/^holds here, not promised: nu = /),
      "T7 T_comp": expect.stringMatching(/^holds here, not promised: nu = /),
      "T7 epsilon": expect.stringMatching(/^holds here, not promised: nu = /)
    })
  })

  it("writes what the checker accepts with the judge's verdict, bare and as a Statement, the same every time", async () => {
    const [first, again] = [await written(), await written()]
    expect(JSON.stringify(first.all)).toBe(JSON.stringify(again.all))
    for (const certificate of certificates(first.all)) {
      const { theorem, part } = certificate.claim
      const judged = first.judgements.find((j) => j.theorem === theorem && j.part === part)
      expect(certificate.verdict).toBe(judged?.verdict)
      for (const document of [certificate, statementOf(certificate)]) {
        expect(check(JSON.stringify(document, null, 2))).toMatchObject({ status: "accepted", certificate })
      }
    }
  })

  it("withholds what the checker does not come to", async () => {
    const { subject, records, judgements } = await written()
    const lie = judgements.map((j) => ({ ...j, verdict: "refuted" as const }))
    for (const w of writeCertificates({ subject, records, judgements: lie, environment })) {
      expect("withheld" in w && w.withheld, `${w.theorem} ${w.part}`).toMatch(
        /judged refuted, but the checker comes to|no certificate of|^hypothesis /
      )
    }
    const unknown = writeCertificates({
      subject,
      records,
      judgements: [{ ...judgements[0], theorem: "L1", part: "holding" }],
      environment
    })
    expect(unknown).toEqual([{ theorem: "L1", part: "holding", withheld: "no certificate of L1 holding is defined" }])
    expect(writeCertificates({ subject, records: [], judgements: judgements.slice(0, 1), environment })).toMatchObject([
      { withheld: "nothing was run" }
    ])
    const broken = records.map((r) => ({ ...r, suboptimality: { ...r.suboptimality, value: NaN } }))
    expect(
      writeCertificates({
        subject,
        records: broken,
        judgements: judgements.filter((j) => j.theorem === "T6" && j.part === "cost"),
        environment
      })
    ).toMatchObject([{ withheld: expect.stringMatching(/^shape evidence/) }])
    const stopped = records.map((r) => ({ ...r, outcome: "stopped" as const }))
    expect(
      writeCertificates({
        subject,
        records: stopped,
        judgements: judgements.filter((j) => j.theorem === "T6" && j.part === "cost"),
        environment
      })
    ).toMatchObject([{ withheld: "trial 0: stopped at a target, expected a run of its own length" }])
  })

  it("writes every clause of T8 that was judged, and withholds those of runs that did not tell enough", async () => {
    const chain = instantiate(tokenChainFamily, { H: 3, C: 1.5 })
    const problem = problemOf(chain)
    const goal = {
      epsilon: 0.3,
      delta: 0.1,
      coverage: optimum(chain.exact).coverage,
      conditionalCoverage: 1.5
    }
    const parameters = { ...mtss.practical(problem, goal), certifyingRollouts: 6 }
    const about = { algorithm: mtss, instance: chain, digest: instanceDigest(chain), goal, parameters, trials: 2 }
    const { subject, records, judgements, all } = await written(about)
    const parts = ["restarts", "pass", "T_comp", "spanner", "exactness"]
    const named = (of: typeof all) =>
      of.filter((w) => w.theorem === "T8").map((w) => ("certificate" in w ? w.certificate.verdict : w.withheld))
    expect(all.filter((w) => w.theorem === "T8").map((w) => w.part)).toEqual(parts)
    expect(named(all)).toEqual(parts.map(() => "supported"))
    for (const { claim, instance, ledger, evidence } of certificates(all).filter((c) => c.claim.theorem === "T8")) {
      expect([claim.parameters, claim.goal, claim.level]).toEqual([{ ...parameters }, null, 0])
      expect(instance?.problem.tokens).toEqual({
        horizon: 3,
        dimension: 1,
        noiseFree: true,
        parameterRadius: Math.log(3)
      })
      expect(ledger?.samplingQueries).toBe(`${records.reduce((s, r) => s + r.ledger.samplingQueries, 0n)}`)
      const runs = evidence.kind === "identity" ? evidence.identity : evidence
      expect("runs" in runs && runs.runs.trials.map((t) => [t.layers?.prefixes, t.transcript.sha256])).toEqual(
        records.map((r) => [r.layers?.prefixes, r.transcript.sha256])
      )
    }
    const changed = (layers: (of: NonNullable<RunRecord["layers"]>) => RunRecord["layers"]) =>
      records.map(({ layers: told, ...record }) => {
        const other = layers(told!)
        return other === undefined ? record : { ...record, layers: other }
      })
    const of = (others: ReadonlyArray<RunRecord>) =>
      named(writeCertificates({ subject, records: others, judgements, environment }))
    const { restarts } = records[0].layers!
    for (const [others, why] of [
      [
        changed((told) => ({ ...told, restarts: restarts + 1 })),
        `told of ${restarts + 1} restarts, but of ${restarts} pairs`
      ],
      [
        changed((told) => ({ ...told, acceptedLayers: told.acceptedLayers.map((h) => h + 1) })),
        `told of ${restarts} restarts, but of 2 pairs`
      ],
      [changed(() => undefined), "told of no pass"]
    ] as const)
      expect(of(others)).toEqual(parts.map(() => `trial 0: ${why}, expected a pair accepted by each restart`))
    const others = records.map((r) => ({ ...r, policy: { kind: "reference" as const } }))
    expect(of(others)[4]).toBe("trial 0: reference, expected a token policy")
    // One trial that accepted every pair twice: by itself, with all its layers, it is a refutation.
    const twice = <A extends Float64Array | Int32Array>(a: A) => Reflect.construct(a.constructor, [[...a, ...a]]) as A
    const again = changed((told) => ({
      ...told,
      restarts: 2 * told.restarts,
      acceptedLayers: twice(told.acceptedLayers),
      accepted: twice(told.accepted)
    }))
    const [refuted] = writeCertificates({
      subject,
      records: [records[0], again[1]],
      judgements: judgements.filter((j) => j.part === "spanner").map((j) => ({ ...j, verdict: "refuted" as const })),
      environment
    })
    expect(refuted).toMatchObject({
      certificate: {
        verdict: "refuted",
        evidence: {
          kind: "refutation",
          of: { runs: { trials: [{ trial: 1 }] }, chains: [{ order: [0, 0] }, { order: [0, 0] }, { order: [0, 0] }] }
        }
      }
    })
    // Passes longer than their sum are no run's.
    expect(of(changed((told) => ({ ...told, longestPass: told.prefixes + 1 })))[0]).toMatch(
      /^evidence evidence.runs.trials: expected layers of every trial/
    )
  })

  it("carries an instance only where it is small", async () => {
    const wide = instantiate(rareGoodFamily, { C: 100, d: 40, prompts: 8 })
    const problem = problemOf(wide)
    const goal = { epsilon: 0.5, delta: 0.02, coverage: optimum(wide.exact).coverage }
    const { all } = await written({
      algorithm: passive,
      instance: wide,
      digest: instanceDigest(wide),
      goal,
      parameters: { ...passive.practical(problem, goal), pairs: 100 }
    })
    expect(all).toMatchObject([
      {
        withheld: expect.stringContaining(
          "instance.data: missing: this claim is recomputed from the instance, which is not carried"
        )
      },
      { withheld: expect.any(String) }
    ])
  })

  it("keeps the certificates of a run at theory's constants small and quickly checked", async () => {
    const hard = instantiate(rareGoodFamily, { C: 1e4, d: 2 })
    const problem = problemOf(hard)
    const goal = { epsilon: 0.1, delta: 0.02, coverage: optimum(hard.exact).coverage }
    const { records, all } = await written({
      instance: hard,
      digest: instanceDigest(hard),
      goal,
      parameters: spannerSampling.fromTheory(problem, goal),
      trials: 1,
      checkpoints: false
    })
    expect(records[0].spanner.count).toBeGreaterThan(10_000)
    const texts = certificates(all).map((c) => JSON.stringify(c))
    expect(texts.length).toBeGreaterThan(7)
    // Cold code and all of them together; alone and warm each takes a tenth of the 200 units that one may.
    const taken = processorTime(() => {
      for (const text of texts) expect(check(text).status).toBe("accepted")
    })
    expect(taken).toBeLessThan(400)
    expect(texts.reduce((n, text) => n + text.length, 0)).toBeLessThan(100_000)
  })
})

describe("spanner evidence", () => {
  const spanner = (rows: ReadonlyArray<ReadonlyArray<number>>) => ({
    count: rows.length,
    accepted: Float64Array.from(rows.flat())
  })
  it("names each feature once, and carries a prefix where there are too many", () => {
    const long = spanner([
      [1, 0],
      [0, 1],
      [1, 0],
      [1, 0.5]
    ])
    const [whole] = chainsOf([long], 2)
    expect(whole).toEqual({
      features: [
        ["1p0", "0p0"],
        ["0p0", "1p0"],
        ["1p0", "1p-1"]
      ],
      order: [0, 1, 0, 2]
    })
    expect(chainsOf([long, long], 2, 12)).toEqual([{ features: whole.features.slice(0, 2), order: [0, 1, 0] }])
    expect(chainsOf([long, long], 2, 31)).toHaveLength(1)
    expect(chainsOf([long, long], 2, 32)).toHaveLength(2)
    expect(chainsOf([spanner([]), long], 2, 0)).toEqual([{ features: [], order: [] }])
  })

  it("states the ν that is passed exactly, where a float64 test let ν pass by rounding", () => {
    const chain = (rows: ReadonlyArray<ReadonlyArray<number>>) => chainsOf([spanner(rows)], 1)
    expect(exactNu(1, 4, 0.25, chain([[1]]))).toBe("1p-2")
    // ‖φ‖ is exactly ν: not above it.
    expect(exactNu(1, 4, 0.5, chain([[1]]))).toBe("4503599627370495p-53")
    expect(exactNu(1, 4, 0.5 * (1 + 1e-11), chain([[1]]))).toMatch(/p-5\d$/)
    // Far below: the smallest ν′ that may be stated, at which it fails.
    expect(Number(exactNu(1, 4, 0.6, chain([[1]])).split("p")[0])).toBeGreaterThan(0)
  })
})
