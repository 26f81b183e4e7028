/** One problem in other words: right programs do the same, and each way of telling words apart is seen by the law it is for. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import type { AnyAlgorithm } from "../src/algorithm/algorithm.ts"
import { exhaustive } from "../src/algorithm/exhaustive.ts"
import { algorithms } from "../src/algorithm/registry.ts"
import { candidateOf } from "../src/law/candidate.ts"
import { rowOf } from "../src/oracle/handle.ts"
import type { OracleServices } from "../src/oracle/interpreter.ts"
import { checks } from "../src/verify/checks.ts"
import { withoutRounding } from "../src/verify/metamorphic-checks.ts"
import { verify } from "../src/verify/verify.ts"
import { alpha } from "./alpha/alpha-ledger.ts"
import { isSampled } from "./sampled.ts"
import { rightPrograms } from "./variants/right-programs.ts"
import {
  algorithm,
  type LinearSoftmaxPolicy,
  type Problem,
  Prompts,
  relativeFeature,
  type Response,
  Rewards,
  RidgeRegression,
  WeakSampling
} from "./variants/surface.ts"

const heldTo = (program: AnyAlgorithm<OracleServices>, level = 0.005) =>
  Effect.runPromise(
    verify({
      candidate: candidateOf({ ...program, claims: [...program.claims, "equivariant"] }),
      checks,
      select: ["metamorphic"],
      of: ["algorithm"],
      seed: 1,
      level
    })
  ).then(({ results }) => results)

describe("the metamorphic laws hold of", () => {
  const right = [...algorithms.filter(({ claims }) => claims.includes("equivariant")), ...rightPrograms]
  const level = alpha("properties/metamorphic", right.length)
  it("at least sixty programs", () => expect(right.length).toBeGreaterThanOrEqual(60))
  it.each(right.filter(({ name }) => isSampled(`metamorphic ${name}`, 1 / 16)).map((one) => [one.name, one] as const))(
    "%s",
    async (_, one) => {
      const results = await heldTo(one, level)
      expect(results.map(({ id }) => id)).toEqual(["metamorphic/hidden", "metamorphic/equivariant"])
      expect(results.filter(({ verdict }) => verdict === "refuted").map(({ note }) => note)).toEqual([])
    }
  )
})

/** Least squares on pairs of the base model, with something that a learner may not or need not do. */
const passively = (
  name: string,
  change: {
    readonly reward?: (r: number) => number
    readonly phi?: (phi: Float64Array) => Float64Array
    readonly keep?: (y: Response, seen: Set<Response>) => boolean
    readonly theta?: (theta: Float64Array) => Float64Array
  }
): AnyAlgorithm<OracleServices> =>
  algorithm({
    name,
    summary: "least squares on pairs of the base model",
    proper: false,
    oracle: "weak",
    claims: ["T1", "T2"],
    parameters: Schema.Struct({ pairs: Schema.Number }),
    fromTheory: () => ({ pairs: 400 }),
    practical: () => ({ pairs: 400 }),
    run: Effect.fnUntraced(function* ({ dimension: d }: Problem, { pairs }: { readonly pairs: number }) {
      const [prompts, weak, rewards] = [yield* Prompts, yield* WeakSampling, yield* Rewards]
      const design = new RidgeRegression(d, 1e-3)
      const seen = new Set<Response>()
      const xs = yield* prompts.draw(pairs)
      const [left, right] = [yield* weak.draw(xs), yield* weak.draw(xs)]
      for (let i = 0; i < pairs; i++) {
        if (change.keep !== undefined && !change.keep(left[i], seen)) continue
        const [a, b] = yield* rewards.query([left[i], right[i]])
        const label = change.reward === undefined ? a - b : change.reward(a) - change.reward(b)
        const phi = relativeFeature(left[i], right[i])
        design.add(change.phi?.(phi) ?? phi, label)
      }
      const theta = new Float64Array(d)
      design.solve(theta)
      return { kind: "linear-softmax", theta: change.theta?.(theta) ?? theta } satisfies LinearSoftmaxPolicy
    })
  })

describe("rounding is no difference in law", () => {
  it("of who answers with the best response: its suboptimality is one number, summed in another order", async () => {
    const decided = passively("decided", { theta: (theta) => theta.map((t) => t * 1e300) })
    const [hidden] = await heldTo(decided)
    expect([hidden.id, hidden.verdict]).toEqual(["metamorphic/hidden", "supported"])
  })

  it("and values farther apart than it are ranked as they are", () => {
    const [first, second] = withoutRounding([
      [0.1 + 0.2, 1e-17, 2, 5 * (1 + 1e-10), Infinity],
      [0.3, 0, 2 + 1e-6, 5, Infinity]
    ])
    expect(first).toEqual([0.3, 0, 2, 5, Infinity])
    expect(second).toEqual([0.3, 0, 2 + 1e-6, 5, Infinity])
  })
})

describe("told apart are", () => {
  const cases: ReadonlyArray<readonly [string, AnyAlgorithm<OracleServices>, RegExp]> = [
    [
      "a constant per prompt",
      passively("thresholds", { reward: (r) => (r > 0.3 ? 1 : 0) }),
      /a constant added to all rewards|rewards in another unit/
    ],
    [
      "units",
      passively("absolute-unit", { theta: (theta) => theta.map((t) => t * Math.min(1, 0.05 / Math.hypot(...theta))) }),
      /rewards in another unit/
    ],
    [
      "coordinates",
      passively("one-coordinate", { phi: (phi) => phi.map((v, j) => (j === 0 ? v : 0)) }),
      /features and Θ turned/
    ],
    ["copies", { ...exhaustive, oracle: "weak" }, /listed twice with half its mass/]
  ]
  it.each(cases)("%s", async (_, program, note) => {
    const found = (await heldTo(program)).filter(({ verdict }) => verdict === "refuted")
    expect(found.map(({ id }) => id)).toEqual(["metamorphic/equivariant"])
    expect(found[0].note).toMatch(note)
  })

  it("and none of it is an accusation of who does not claim it", async () => {
    const { results } = await Effect.runPromise(
      verify({
        candidate: candidateOf(cases[2][1]),
        checks,
        select: ["metamorphic"],
        of: ["algorithm"],
        seed: 1,
        level: 0.005
      })
    )
    expect(results.filter(({ verdict }) => verdict === "refuted")).toEqual([])
    expect(results[1].note).toMatch(/^differs, which it does not claim not to/)
  })

  it("places, which no program may know", async () => {
    const knows = passively("knows-places", { keep: (y) => rowOf(y) % 4 !== 0 })
    const found = (await heldTo(knows)).filter(({ verdict }) => verdict === "refuted")
    expect(found[0].id).toBe("metamorphic/hidden")
  })
})
