/** Arithmetic instances: the checkpoints' table, the law against walks of its own, strata, token side, misspecification. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { mtss } from "../algorithm/mtss.ts"
import { spannerSampling } from "../algorithm/spanner-sampling.ts"
import { instantiate, type OptionValues } from "../instance/family.ts"
import { decodeInstanceSync, encodeInstance } from "../instance/finite-json.ts"
import { tokenLockFamily } from "../instance/families/token-lock.ts"
import { linearResidual } from "../instance/misspecification.ts"
import { valuesOf } from "../instance/token-values.ts"
import { Stream } from "../numeric/stream.ts"
import { optimum } from "../policy/optimum.ts"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import type { Interpreter, OracleServices } from "../oracle/interpreter.ts"
import { groundOf, inThisProcess } from "../run/sweep.ts"
import { spannerSamplingGuarantee } from "../theorem/t7-spanner-sampling.ts"
import { mtssCounts } from "../theorem/t8-mtss.ts"
import { CHECK_NAMES, checkAnswer } from "./answer-checks.ts"
import { arithmeticFamily } from "./arithmetic-instance.ts"
import { heldOutQuestions, rightProbabilities } from "./arithmetic-questions.ts"
import { isSampled } from "../../properties/sampled.ts"
import { checkpoint, type CheckpointName } from "./checkpoints.ts"
import { responseLaw } from "./response-law.ts"

const instance = (options: OptionValues) => instantiate(arithmeticFamily, options)
const first = (n: number, seed = 7, limit = 100) => {
  const all = heldOutQuestions(seed, limit)
  return Array.from({ length: n }, () => all.next().value!)
}
/** One run to suboptimality `target`, on to its own end where it may. */
const run = (
  one: ReturnType<typeof instance>,
  algorithm: AnyAlgorithm<OracleServices>,
  target: number,
  interpreter: Interpreter,
  stop: boolean
) =>
  Effect.runPromise(
    inThisProcess(() => algorithm)(
      { algorithm: algorithm.name, spec: one.spec, at: 1, target, interpreter, seed: 3, trial: 0, stop },
      groundOf(one)
    )
  )
const rightMass = ({ exact }: ReturnType<typeof instance>): ReadonlyArray<number> =>
  Array.from(exact.promptProbabilities, (_, x) => {
    let mass = 0
    for (let row = exact.offsets[x]; row < exact.offsets[x + 1]; row++)
      if (exact.meanReward[row] > 0.5) mass += exact.reference[row]
    return mass
  })

describe("the checkpoints' table, 16 questions", () => {
  it("asks the prototype's questions", () => {
    expect(
      first(16)
        .map(({ text }) => text)
        .join(" ")
    ).toBe("74-9 92-26 20*2 71*2 23*4 91-11 34-26 54+18 82*5 40+83 7*5 59-19 26+28 34*8 83-67 90-7")
  })

  const table: ReadonlyArray<readonly [name: string, coverage: string, accuracy: number, responses: number]> = [
    ["125k", "4354", 0.0019, 576802],
    ["250k", "987", 0.0056, 390678],
    ["500k", "1692", 0.0183, 223154],
    ["1M", "99", 0.063, 87033],
    ["2.7M", "39", 0.7144, 11982]
  ]
  it.each(table.filter(([name]) => isSampled(`checkpoint ${name}`, 0.2)))(
    "%s: C_cov %s",
    (name, coverage, accuracy, responses) => {
      const one = instance({ checkpoint: name })
      expect(optimum(one.exact).coverage.toFixed(0)).toBe(coverage)
      expect(optimum(one.exact).referenceObjective.toFixed(4)).toBe(accuracy.toFixed(4))
      expect(one.facts![1]).toContain(`law: ${responses} responses enumerated`)
      expect(one.facts![2]).toBe("reward: linear in φ, checked on every response")
      expect(one.exact.misspecification).toBeUndefined()
      expect(one.exact.name).toContain(checkpoint(name as CheckpointName).digest.slice(0, 16))
    }
  )
})

describe("the law", () => {
  it("has for each question the probability of its right answer, whatever the floor", () => {
    const p = rightProbabilities(checkpoint("1M").model, checkpoint("1M").tokenizer, first(5))
    for (const floor of [1e-4, 0.5]) {
      const masses = rightMass(instance({ questions: 5, floor }))
      p.forEach((one, x) => expect(Math.abs(masses[x] / one - 1)).toBeLessThan(1e-9))
    }
    expect(optimum(instance({ questions: 5, floor: 0.5 }).exact).coverage).toBeCloseTo(
      optimum(instance({ questions: 5 }).exact).coverage,
      6
    )
  })

  it("draws answers with the model's own text", () => {
    const one = instance({ questions: 2, checkpoint: "2.7M" })
    const { model, tokenizer } = checkpoint("2.7M")
    const law = responseLaw(model, tokenizer, one.describePrompt(0), { horizon: 6, floor: 1e-4 })
    const likely = law.texts[0]
    let hits = 0
    for (let i = 0; i < 2000; i++) if (one.source.describe(0, 11, 12, i) === likely) hits++
    // Binomial: six standard deviations, a false alarm in 10⁹.
    expect(Math.abs(hits - 2000 * law.mass[0])).toBeLessThan(6 * Math.sqrt(2000 * law.mass[0] * (1 - law.mass[0])) + 1)
    expect(one.responseCount(0)).toBe(BigInt(law.texts.length))
  })
})

describe("checks", () => {
  const phi = (text: string, answer: string): ReadonlyArray<string> => {
    const question = [...first(400), ...first(400, 8)].find((one) => one.text === text)!
    const out = new Float64Array(5)
    checkAnswer(question, answer, "joint", out, 0)
    return CHECK_NAMES.joint.filter((_, i) => out[i] > 0)
  }
  it("are what a person sees", () => {
    expect(phi("74-9", "65")).toEqual(["number", "last digit", "nines", "size", "all"])
    expect(phi("74-9", "75")).toEqual(["number", "last digit"])
    expect(phi("74-9", "56")).toEqual(["number", "nines"])
    expect(phi("74-9", "64")).toEqual(["number", "size"])
    expect(phi("74-9", "155")).toEqual(["number", "last digit", "nines"])
    for (const none of ["", "065", "6+5", "-65", "65n"]) expect(phi("74-9", none)).toEqual([])
    expect(phi("54+18", "72")).toContain("all")
    expect(phi("23*4", "92")).toContain("all")
  })
  it("have norm at most 1, and the right answer passes all", () => {
    for (const set of ["joint", "separate"] as const)
      for (const one of first(300, 3, 1000)) {
        const out = new Float64Array(CHECK_NAMES[set].length)
        checkAnswer(one, String(one.answer), set, out, 0)
        expect(out.every((f) => f > 0)).toBe(true)
        expect(out.reduce((s, f) => s + f * f, 0)).toBeLessThanOrEqual(1)
      }
  })
})

describe("strata", () => {
  it("keep the order of the questions and hold p(right) in the interval", () => {
    const hard = instance({ checkpoint: "250k", questions: 6, most: 1e-3, limit: 1000 })
    const masses = rightMass(hard)
    expect(masses.length).toBe(6)
    expect(masses.every((p) => p > 0 && p <= 1e-3)).toBe(true)
    const { model, tokenizer } = checkpoint("250k")
    const pool = first(64, 7, 1000)
    const p = rightProbabilities(model, tokenizer, pool)
    const expected = pool.filter((_, i) => p[i] <= 1e-3).map(({ text }) => `${text}=`)
    const asked = Array.from(masses, (_, x) => hard.describePrompt(x))
    expect(asked.slice(0, expected.length)).toEqual(expected.slice(0, 6))
  })
  it("that are empty are refused with what there is", () => {
    expect(() => instance({ checkpoint: "2.7M", questions: 4, limit: 10, most: 1e-9 })).toThrow(
      /arithmetic:questions=4,least=0,most=1e-9, expected at most 0 questions: no more among \d+ with numbers below 10/
    )
    expect(() => instance({ questions: 100, limit: 10 })).toThrow(/expected at most \d+ questions/)
  })
})

describe("the token side", () => {
  const one = instance({ questions: 3, checkpoint: "1M", floor: 1e-2 })
  it("has features that make Q* linear, and says how far a shared one is from it", () => {
    const values = valuesOf(one.tokens!, one.exact)
    const best = optimum(one.exact)
    expect(Math.abs(values.objective - best.objective)).toBeLessThan(1e-12)
    expect(values.conditionalCoverage).toBeLessThanOrEqual(best.coverage)
    const fact = /off linear by (\S+); one mark for all questions would leave it off by (\S+)$/.exec(
      one.facts!.at(-1)!
    )!
    expect(Number(fact[1])).toBeLessThan(1e-12)
    expect(Number(fact[2])).toBeGreaterThan(0.01)
  })
  it("is one that mtss improves on", async () => {
    const record = await run(one, mtss, 0.1, "literal", true)
    expect(record!.outcome).toBe("stopped")
    expect(record!.suboptimality.value).toBeLessThanOrEqual(0.1)
  })
  it("is left out where it would not fit", () => {
    const many = instance({ questions: 192, checkpoint: "1M", floor: 1e-3 })
    expect(many.tokens).toBeUndefined()
    expect(many.facts!.at(-1)).toMatch(/no token side/)
  })
  it("describes tokens of a class by their mass", () => {
    const stream = Stream.fromSeed(1)
    const root = one.tokens!.offsets[one.tokens!.roots[0]]
    expect(one.tokens!.describeToken(root, stream)).toMatch(/^[0-9]$/)
  })
})

describe("misspecification", () => {
  const bent = instance({ questions: 4, checks: "separate", floor: 1e-2 })
  it("is measured, stated, and kept in the JSON", () => {
    const { exact } = bent
    const { againstFirst, rms, sup } = linearResidual(exact, exact.thetaStar)
    expect(exact.misspecification!).toBeGreaterThanOrEqual(againstFirst)
    expect(exact.misspecification!).toBeLessThan(againstFirst * (1 + 1e-6))
    expect(sup).toBeGreaterThan(0.1)
    expect(rms).toBeLessThan(sup)
    expect(bent.facts![2]).toBe(
      `reward: not linear in φ; the closest θ is off by up to ${sup.toPrecision(3)} (sup, a constant per prompt free) and ${rms.toPrecision(3)} (L² under π_ref)`
    )
    expect(decodeInstanceSync(JSON.stringify(encodeInstance(exact)))).toEqual(exact)
  })
  it("lets runs go on, and T7 promise nothing", async () => {
    const ground = groundOf(bent)
    const record = await run(bent, spannerSampling, 0.2, "exact-law", false)
    expect(record!.outcome).toBe("completed")
    const goal = { epsilon: 0.2, delta: 0.02, coverage: ground.best.coverage }
    const subject = {
      exact: bent.exact,
      best: ground.best,
      problem: ground.problem,
      algorithm: spannerSampling,
      parameters: { ...spannerSampling.fromTheory(ground.problem, goal) },
      goal
    }
    expect(spannerSamplingGuarantee.unmet(subject)).toEqual([
      expect.stringMatching(/^rewards are off every linear one, by up to 0\.\d+ from theta_star's$/)
    ])
  })
  it("of tokens leaves T8's exactness unpromised, and its counts as they are", async () => {
    const one = instantiate(tokenLockFamily, { A: 2, H: 2 })
    const ground = groundOf(one)
    const record = await run(one, mtss, 0.1, "exact-law", false)
    const tokens = one.tokens!
    // In the last layer nothing tells tokens apart: Q* is no linear function of nothing.
    const last = tokens.layers.indexOf(tokens.horizon - 1)
    const blind = {
      ...tokens,
      features: tokens.features.map((v, i) => (i < tokens.offsets[last] * tokens.dimension ? v : 0))
    }
    const clauses = (side: typeof tokens) =>
      mtssCounts.judge(
        {
          exact: one.exact,
          tokens: side,
          best: ground.best,
          problem: ground.problem,
          algorithm: mtss,
          parameters: record!.parameters,
          goal: { epsilon: 0.1, delta: 0.02, coverage: ground.best.coverage }
        },
        [record!],
        0.01
      )
    const [linear, off] = [tokens, blind].map(clauses)
    expect(linear.map(({ verdict }) => verdict)).toEqual(Array.from(linear, () => "supported"))
    expect(off.find(({ part }) => part === "exactness")).toMatchObject({
      verdict: "undecided",
      unpromised: expect.any(String)
    })
    expect(off.filter(({ part }) => part !== "exactness").map(({ verdict }) => verdict)).not.toContain("undecided")
  })
  it("is nil with slips of the verifier, which move rewards but keep them linear", () => {
    const { exact } = instance({ questions: 2, slip: 0.1, noise: "bernoulli", floor: 1e-2 })
    expect(exact.misspecification).toBeUndefined()
    expect(new Set(exact.meanReward)).toEqual(new Set([0.1, 0.9]))
    expect(exact.noise).toEqual({ kind: "bernoulli" })
  })
})
