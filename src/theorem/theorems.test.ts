/** The judges: they support what holds, and each can fail. */
import * as Effect from "effect/Effect"
import { beforeAll, describe, expect, it } from "vitest"
import { spannerSampling } from "../algorithm/spanner-sampling.ts"
import { type Audit, audit, judge } from "../audit/audit.ts"
import { rareGood } from "../instance/families/rare-good.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { problemOf } from "../oracle/interpreter.ts"
import { optimum } from "../policy/optimum.ts"
import type { RunRecord } from "../run/run-record.ts"
import { judgementsOf, reachesEpsilon } from "./judging.ts"
import { theorems } from "./registry.ts"
import { spannerChain } from "./spanner-chain.ts"
import { requiredParameters } from "./t7-spanner-sampling.ts"
import { type Judgement, type Subject, tallyByNature } from "./theorem.ts"

const instance = finiteInstance(rareGood({ C: 8, d: 2, prompts: 2 }), "rare-good:test")
const best = optimum(instance.exact)
const goal = { epsilon: 0.2, delta: 0.1, coverage: best.coverage }
const LEVEL = 0.01

const run = (parameters: Readonly<Record<string, number>>, trials: number): Promise<Audit> =>
  Effect.runPromise(
    audit({
      algorithm: spannerSampling,
      instance,
      digest: "",
      parameters,
      goal,
      interpreter: "exact-law",
      seed: 1,
      trials,
      level: LEVEL,
      checkpoints: false
    })
  )

const t7 = () => theorems.find((t) => t.id === "T7")!

const verdicts = (judgements: ReadonlyArray<Judgement>): Record<string, string> =>
  Object.fromEntries(judgements.map((j) => [`${j.theorem} ${j.part}`, j.verdict]))

let practical: Audit
let theory: Audit
beforeAll(async () => {
  practical = await run(spannerSampling.practical(problemOf(instance), goal), 4)
  theory = await run(spannerSampling.fromTheory(problemOf(instance), goal), 20)
})

const rejudge = (base: Audit, change: (r: RunRecord) => RunRecord, subject: Partial<Subject> = {}) =>
  verdicts(judge({ ...base.subject, ...subject }, base.records.map(change), LEVEL))

describe("judgements of SpannerSampling", () => {
  it("support every clause at theory's constants", () => {
    expect(verdicts(theory.judgements)).toEqual({
      "T1 identity": "supported",
      "T2 bound": "supported",
      "T3 size": "supported",
      "T4 potential": "supported",
      "T6 cost": "supported",
      // δ_rej is about 10⁻⁵: no affordable number of calls shows that failures are so rare.
      "T6 failure": "undecided",
      "T7 T_data": "supported",
      "T7 T_comp": "supported",
      "T7 epsilon": "supported"
    })
  })

  it("leave epsilon undecided with practical parameters, and say which hypothesis is unmet", () => {
    const clause = practical.judgements.find((j) => j.part === "epsilon")!
    expect(clause.verdict).toBe("undecided")
    expect(clause.note).toMatch(/nu = 0.3, T7 sets/)
  })

  it("refute a run that charged more than T7 allows", () => {
    const rewardQueries = 2n ** 60n
    expect(rejudge(theory, (r) => ({ ...r, ledger: { ...r.ledger, rewardQueries } }))["T7 T_data"]).toBe("refuted")
    const samplingQueries = 2n ** 100n
    expect(rejudge(theory, (r) => ({ ...r, ledger: { ...r.ledger, samplingQueries } }))["T7 T_comp"]).toBe("refuted")
  })

  it("refute epsilon when too many trials end above it, and treat NaN as bad", () => {
    for (const value of [0.21, Number.NaN]) {
      const bad = (r: RunRecord): RunRecord => ({ ...r, suboptimality: { ...r.suboptimality, value } })
      expect(rejudge(theory, bad)["T7 epsilon"]).toBe("refuted")
      expect(rejudge(theory, (r) => (r.trial < 1 ? bad(r) : r))["T7 epsilon"]).not.toBe("refuted")
    }
  })

  it("refute a spanner that repeats an accepted pair until it is no longer new", () => {
    const stuffed = (r: RunRecord): RunRecord => {
      const first = r.spanner.accepted.slice(0, 2)
      const accepted = new Float64Array(2 * 400)
      for (let i = 0; i < 400; i++) accepted.set(first, 2 * i)
      return { ...r, spanner: { count: 400, accepted } }
    }
    expect(rejudge(practical, stuffed)["T3 size"]).toBe("refuted")
  })

  it("refute a sampler that overdraws, and one that fails too often under its promise", () => {
    const over = (r: RunRecord): RunRecord => ({ ...r, sampler: { ...r.sampler, maxDraws: r.sampler.maxEntitled + 1 } })
    expect(rejudge(theory, over)["T6 cost"]).toBe("refuted")
    const failing = (r: RunRecord): RunRecord => ({ ...r, sampler: { ...r.sampler, unaccepted: 40 } })
    expect(rejudge(theory, failing)["T6 failure"]).toBe("refuted")
  })

  it("refute T1 when the claimed optimum is off, and T2 when coverage passes its bound", () => {
    const shifted = { ...best, objective: best.objective + 1e-6 }
    expect(rejudge(practical, (r) => r, { best: shifted })["T1 identity"]).toBe("refuted")
    const wide = { ...best, coverage: Math.exp(1 / instance.exact.beta) * 1.001 }
    expect(rejudge(practical, (r) => r, { best: wide })["T2 bound"]).toBe("refuted")
  })
})

describe("a theorem that is claimed without its parameters", () => {
  it.each(theorems.map((t) => [t.id, t] as const))("%s is undecided, and says what is missing", (id, theorem) => {
    const { algorithm } = practical.subject
    const claims = [...new Set([...algorithm.claims, id])]
    const subject = { ...practical.subject, algorithm: { ...algorithm, claims }, parameters: {} }
    expect(() => theorem.hypotheses.map(({ unmet }) => unmet(subject))).not.toThrow()
    const judged = theorem.judge(subject, practical.records, 0.01)
    const open = judged.filter(
      ({ nature, theorem: of }) => nature !== "evidence" && ["T3", "T4", "T7", "T8"].includes(of)
    )
    for (const { note, verdict } of open)
      expect([verdict, note]).toEqual([
        "undecided",
        expect.stringMatching(/the algorithm has no |no pair was accepted/)
      ])
  })
})

describe("T7's own parameters", () => {
  it("equal the algorithm's solver, computed twice", () => {
    const need = requiredParameters(theory.subject, 1)
    const { lambda: _, ...used } = spannerSampling.fromTheory(problemOf(instance), goal)
    expect(used).toEqual(need)
  })

  it("are required: a shorter spanner phase, a smaller promise or a smaller coverage unmeets the hypotheses", () => {
    const t7 = theorems.find((t) => t.id === "T7")!
    const parameters = theory.subject.parameters
    expect(t7.unmet(theory.subject)).toEqual([])
    for (const name of ["rounds", "prompts", "pairsPerPrompt", "promise"]) {
      expect(
        t7.unmet({ ...theory.subject, parameters: { ...parameters, [name]: parameters[name] * 0.99 } })
      ).toHaveLength(1)
    }
    expect(t7.unmet({ ...theory.subject, goal: { ...goal, coverage: best.coverage * 0.5 } })[0]).toMatch(/^coverage/)
  })
})

describe("what a verdict rests on", () => {
  const of = (judgements: ReadonlyArray<Judgement>, name: string) =>
    judgements.find((j) => `${j.theorem} ${j.part}` === name)!

  it("is said: by construction, recomputed, or open to come out otherwise", () => {
    expect(Object.fromEntries(theory.judgements.map((j) => [`${j.theorem} ${j.part}`, j.nature]))).toMatchObject({
      "T1 identity": "checked",
      "T3 size": "checked",
      "T6 cost": "accounting",
      "T6 failure": "evidence",
      "T7 T_data": "accounting",
      "T7 epsilon": "evidence"
    })
    expect(tallyByNature(theory.judgements)).toMatch(/^evidence .*; checked 4 supported; accounting 3 supported$/)
  })

  it("is no promise where hypotheses are unmet, and says which", () => {
    for (const name of ["T7 T_data", "T7 T_comp", "T7 epsilon"])
      expect(of(practical.judgements, name)).toMatchObject({
        verdict: "undecided",
        unpromised: "holds",
        level: 0,
        note: expect.stringMatching(/^holds here, not promised: nu = /)
      })
    const far = practical.records.map((r) => ({ ...r, suboptimality: { ...r.suboptimality, value: 0.9 } }))
    expect(of(judge(practical.subject, far, LEVEL), "T7 epsilon").unpromised).toBe("fails")
  })

  it("is never support for nothing: no sampler call, no pair, an epsilon that the base model meets", () => {
    const idle = theory.records.map((r) => ({
      ...r,
      spanner: { count: 0, accepted: new Float64Array(0) },
      sampler: { ...r.sampler, calls: 0, unaccepted: 0, promiseBroken: 0, maxDraws: 0, maxEntitled: 0 }
    }))
    const judged = judge(theory.subject, idle, LEVEL)
    for (const name of ["T3 size", "T4 potential", "T6 cost", "T6 failure"])
      expect(of(judged, name).verdict, name).toBe("undecided")
    // C = 8 starts about R/4 below the optimum.
    const easy = { ...theory.subject, goal: { ...goal, epsilon: 0.4 } }
    expect(judgementsOf({ ...t7(), unmet: () => [] }, easy, theory.records, LEVEL).at(-1)).toMatchObject({
      verdict: "undecided",
      unpromised: "holds"
    })
    const many = Array.from({ length: 60 }, () => theory.records[0])
    expect(reachesEpsilon("own", easy, many, 0.5, LEVEL)).toMatchObject({
      verdict: "undecided",
      level: 0,
      note: expect.stringMatching(/^vacuous: the base model itself is at 0\.2/)
    })
    expect(reachesEpsilon("own", theory.subject, many, 0.5, LEVEL).verdict).toBe("supported")
  })

  it("is lost with no run: a judge that throws leaves its theorem undecided", () => {
    const broken = {
      ...t7(),
      judge: () => {
        throw new RangeError("n_max: NaN")
      }
    }
    expect(judgementsOf(broken, theory.subject, theory.records, LEVEL)).toMatchObject([
      { theorem: "T7", verdict: "undecided", note: expect.stringContaining("n_max: NaN") }
    ])
  })
})

describe("spannerChain", () => {
  it("telescopes: summed log growth is the log determinant ratio", () => {
    const r = theory.records[0]
    const chain = spannerChain(r.spanner, 2, 1, theory.subject.parameters.nu)
    expect(chain.count).toBeGreaterThan(10)
    expect(chain.logGrowth / chain.logDeterminantRatio).toBeCloseTo(1, 12)
    expect(chain.leastNormSquared).toBeGreaterThan(theory.subject.parameters.nu ** 2)
  })
})

describe("the registry", () => {
  it("has every statement with a citation, once", () => {
    expect(new Set(theorems.map((t) => t.id)).size).toBe(theorems.length)
    for (const t of theorems) {
      expect(t.statement.length).toBeGreaterThan(20)
      expect(t.citation.reference).toMatch(/^arXiv:/)
    }
  })
})
