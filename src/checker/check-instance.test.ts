import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { instances } from "../arbitrary/instance.ts"
import { instanceDigest as digestOf } from "../instance/digest.ts"
import { encodeInstance } from "../instance/finite-json.ts"
import type { FiniteInstance } from "../instance/instance.ts"
import { evaluateLogRatio, linearSoftmaxLogRatio } from "../policy/evaluate.ts"
import { optimum as best } from "../policy/optimum.ts"
import { logCoverageBound as boundOf } from "../theorem/t2-coverage-is-bounded.ts"
import { stored } from "../../properties/certificate/changed.ts"
import {
  checkInstance,
  evaluatePolicy,
  instanceDigest,
  logCoverage,
  logCoverageBound,
  optimum,
  pathSums,
  sha256
} from "./check-instance.ts"
import type { Interval } from "./interval.ts"
import type { InstanceData } from "./certificate.ts"
import { Rejection } from "./strict-json.ts"

const dataOf = (exact: FiniteInstance) => encodeInstance(exact) as InstanceData
const rejection = (run: () => unknown): string => {
  try {
    run()
    return "none"
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    const { code, path, message } = error.cause
    return `${code} ${path}: ${message}`
  }
}
/** Whether x is in the interval, up to the rounding of the code that computed x. */
const assertNear = ({ lo, hi }: Interval, x: number, size: number) => {
  const slack = 1e-11 * (1 + Math.abs(size))
  expect(hi - lo).toBeLessThan(slack)
  expect(x).toBeGreaterThan(lo - slack)
  expect(x).toBeLessThan(hi + slack)
}
const tiny = stored.identity.instance!.data!
/** A copy with edits at `prompts[x].responses[y]`, or at the top. */
const changed = (top: object, x?: number, y?: number, response: object = {}): InstanceData => ({
  ...tiny,
  ...top,
  prompts: tiny.prompts.map((p, i) =>
    i !== x ? p : { ...p, responses: p.responses.map((r, j) => (j === y ? { ...r, ...response } : r)) }
  )
})

describe("digests", () => {
  it("are those of src/instance", () => {
    expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    fc.assert(
      fc.property(instances(), fc.string(), (exact, spec) => {
        expect(instanceDigest(spec, dataOf(exact))).toBe(digestOf({ spec, exact }))
      }),
      { numRuns: 100, seed: 20261122 }
    )
    const labelled: FiniteInstance = {
      name: "π",
      dimension: 1,
      beta: 1,
      rewardRange: 1,
      parameterSet: { kind: "box", halfWidth: 2 },
      thetaStar: Float64Array.of(0.5),
      noise: { kind: "none" },
      promptProbabilities: Float64Array.of(1),
      offsets: Int32Array.of(0, 2),
      reference: Float64Array.of(0.5, 0.5),
      features: Float64Array.of(0, 1),
      meanReward: Float64Array.of(0, 0.5),
      promptLabels: ["p"],
      responseLabels: ["", "b"]
    }
    expect(instanceDigest("box", dataOf(labelled))).toBe(digestOf({ spec: "box", exact: labelled }))
  })
})

describe("checkInstance", () => {
  it("takes what src/instance takes", () => {
    fc.assert(
      fc.property(instances(), (exact) => {
        expect(rejection(() => checkInstance(dataOf(exact)))).toBe("none")
      }),
      { numRuns: 200, seed: 20261122 }
    )
  })

  it("measures a reward's error in units of R", () => {
    const scaled = (R: number, off: number): InstanceData => ({
      ...changed({
        rewardRange: R,
        thetaStar: tiny.thetaStar.map((t) => R * t),
        parameterSet: { kind: "ball", radius: R }
      }),
      prompts: tiny.prompts.map((p) => ({
        ...p,
        responses: p.responses.map((r, j) => ({
          ...r,
          meanReward: Math.max(0, R * r.meanReward - (j === 1 ? off : 0))
        }))
      }))
    })
    for (const R of [1e-3, 1, 1e3]) {
      expect(rejection(() => checkInstance(scaled(R, 5e-10 * R)))).toBe("none")
      expect(rejection(() => checkInstance(scaled(R, 2e-9 * R)))).toMatch(/meanReward: expected a reward/)
    }
  })

  it("refuses what the theory does not speak of", () => {
    const at = (data: InstanceData) => rejection(() => checkInstance(data))
    expect(at(tiny)).toBe("none")
    const theta = "instance instance.data.thetaStar: expected 2 numbers in the parameter set"
    expect(at(changed({ parameterSet: { kind: "ball", radius: 0.55 } }))).toBe(theta)
    expect(at(changed({ parameterSet: { kind: "ball", radius: 0.56 } }))).toBe("none")
    expect(at(changed({ parameterSet: { kind: "box", halfWidth: 0.49 } }))).toBe(theta)
    expect(at(changed({ parameterSet: { kind: "box", halfWidth: 0.5 } }))).toBe("none")
    expect(at(changed({ thetaStar: [0.25, 0.5], parameterSet: { kind: "box", halfWidth: 0.4 } }))).toBe(theta)
    expect(at(changed({ thetaStar: [-0.5, 0.25], parameterSet: { kind: "box", halfWidth: 0.4 } }))).toBe(theta)
    expect(at(changed({ thetaStar: [0.5] }))).toBe(theta)
    expect(at(changed({ thetaStar: [0.5, 0.25, 0] }))).toBe(theta)
    const sums = (path: string) => `instance instance.data.${path}: expected probabilities that sum to 1`
    expect(
      at({ ...tiny, prompts: tiny.prompts.map((p, i) => (i === 0 ? { ...p, probability: 0.25 + 3e-9 } : p)) })
    ).toBe(sums("prompts"))
    expect(
      at({ ...tiny, prompts: tiny.prompts.map((p, i) => (i === 0 ? { ...p, probability: 0.25 - 3e-9 } : p)) })
    ).toBe(sums("prompts"))
    expect(
      at({ ...tiny, prompts: tiny.prompts.map((p, i) => (i === 0 ? { ...p, probability: 0.25 + 5e-10 } : p)) })
    ).toBe("none")
    expect(at(changed({}, 1, 2, { probability: 0.5 + 3e-9 }))).toBe(sums("prompts[1].responses"))
    expect(at(changed({}, 1, 2, { probability: 0.5 - 3e-9 }))).toBe(sums("prompts[1].responses"))
    expect(at(changed({}, 1, 2, { probability: 0.5 - 5e-10 }))).toBe("none")
    const features = "instance instance.data.prompts[0].responses[2].features: expected 2 numbers of norm at most 1"
    expect(at(changed({}, 0, 2, { features: [0, 1, 0] }))).toBe(features)
    expect(at(changed({}, 0, 2, { features: [1] }))).toBe(features)
    expect(at(changed({}, 0, 2, { features: [1e-4, 1] }))).toBe(features)
    expect(at(changed({}, 0, 2, { features: [1e-7, 1], meanReward: 0.75 + 5e-8 }))).toBe("none")
    const reward =
      "instance instance.data.prompts[0].responses[2].meanReward: expected a reward in [0, R] that thetaStar realizes"
    expect(at(changed({}, 0, 2, { meanReward: 0.75 + 3e-9 }))).toBe(reward)
    expect(at(changed({}, 0, 2, { meanReward: 0.75 - 3e-9 }))).toBe(reward)
    expect(at(changed({}, 0, 2, { meanReward: 0.75 + 5e-10 }))).toBe("none")
    expect(at(changed({ misspecification: 0.01 }, 0, 2, { meanReward: 0.75 + 9e-3 }))).toBe("none")
    expect(at(changed({ misspecification: 0.01 }, 0, 2, { meanReward: 0.75 + 11e-3 }))).toBe(reward)
    expect(at(changed({}, 0, 1, { features: [0.5, 0] }))).toBe(reward.replace("[2]", "[1]"))
    expect(at(changed({ rewardRange: 0.8 }))).toMatch(/prompts\[1\]\.responses\[0\]\.meanReward/)
    expect(at(changed({ rewardRange: 0.875 }))).toBe("none")
  })
})

describe("quantities", () => {
  it("enclose what src/policy computes", () => {
    const thetas = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 16, maxLength: 16 })
    fc.assert(
      fc.property(instances(), thetas, (exact, theta) => {
        const [data, o] = [dataOf(exact), best(exact)]
        const size = exact.rewardRange + exact.rewardRange / exact.beta
        assertNear(optimum(data), o.objective, size)
        assertNear(logCoverage(data), Math.log(o.coverage), size)
        assertNear(logCoverageBound(data), boundOf(exact), size)
        const ratio = linearSoftmaxLogRatio(exact, {
          kind: "linear-softmax",
          theta: Float64Array.from(theta.slice(0, exact.dimension), (t) => (t * exact.beta) / 3)
        })
        const { objective, suboptimality } = evaluateLogRatio(exact, ratio, o)
        const enclosed = evaluatePolicy(
          data,
          Array.from(ratio, (r, y) => (exact.reference[y] > 0 ? r : 0)),
          "path"
        )
        assertNear(enclosed.objective, objective, size + exact.beta * 10)
        assertNear(enclosed.gap, suboptimality, size + exact.beta * 10)
      }),
      { numRuns: 150, seed: 20261122 }
    )
  })

  it("are right where they can be had by hand", () => {
    // One prompt, masses ¾ and ¼, rewards 0 and log 5 at β = 1: Z = ¾ + 5/4 = 2.
    const hand: InstanceData = {
      format: "coverbound-instance",
      version: 1,
      name: "hand",
      dimension: 1,
      beta: 1,
      rewardRange: 2,
      parameterSet: { kind: "ball", radius: 9 },
      thetaStar: [Math.log(5)],
      noise: { kind: "none" },
      prompts: [
        {
          probability: 1,
          responses: [
            { probability: 0.75, features: [0], meanReward: 0 },
            { probability: 0.25, features: [1], meanReward: Math.log(5) },
            { probability: 0, features: [1], meanReward: 1.9 }
          ]
        },
        {
          probability: 0,
          responses: [
            { probability: 1e-9, features: [0], meanReward: 0 },
            { probability: 1 - 1e-9, features: [0], meanReward: 0 }
          ]
        }
      ]
    }
    assertNear(optimum(hand), Math.log(2), 1)
    assertNear(logCoverage(hand), Math.log(2.5), 1)
    assertNear(logCoverageBound(hand), Math.log(4), 1)
    assertNear(logCoverageBound({ ...hand, beta: 4 }), 0.5, 1)
    // The uniform policy on the first two: J = ½ log 5 − KL, KL = ½ log(2/3) + ½ log 2.
    const enclosed = evaluatePolicy(hand, [Math.log(2 / 3), Math.log(2), 7, 0, 0], "p")
    const kl = 0.5 * Math.log(2 / 3) + 0.5 * Math.log(2)
    assertNear(enclosed.objective, 0.5 * Math.log(5) - kl, 1)
    assertNear(enclosed.gap, Math.log(2) - 0.5 * Math.log(5) + kl, 1)
    expect(rejection(() => evaluatePolicy(hand, [Math.log(2 / 3), Math.log(2) + 1e-8, 7, 0, 0], "p"))).toBe(
      "evidence p: expected ratios of a policy: probabilities that sum to 1"
    )
    expect(rejection(() => evaluatePolicy(hand, [Math.log(2 / 3), Math.log(2) - 1e-8, 7, 0, 0], "p"))).toMatch(
      /^evidence p/
    )
    expect(rejection(() => evaluatePolicy(hand, [Math.log(2 / 3), Math.log(2) + 5e-10, 7, 0, 0], "p"))).toBe("none")
    expect(rejection(() => evaluatePolicy(hand, [Math.log(2 / 3), Math.log(2) - 5e-10, 7, 0, 0], "p"))).toBe("none")
  })

  it("leave out what has no mass, however good or likely it is said to be", () => {
    const prompts = [
      {
        probability: 1,
        responses: [
          { probability: 1, features: [0], meanReward: 0 },
          { probability: 0, features: [1], meanReward: 1 }
        ]
      }
    ]
    const cold: InstanceData = { ...changed({}), dimension: 1, beta: 1e-4, rewardRange: 1, thetaStar: [1], prompts }
    assertNear(optimum(cold), 0, 1)
    assertNear(logCoverage(cold), 0, 1)
    assertNear(evaluatePolicy(cold, [0, 1000], "p").objective, 0, 1)
  })

  it("sum T5's log ratios along paths to the reward, on any tree", () => {
    const data = stored.path.instance!.data!
    const rewards = data.prompts.flatMap((x) => x.responses.map((y) => y.meanReward))
    for (const tokens of [
      [[0, 0], [0, 1], [1], [0], [1, 0], [1, 1]],
      [[0], [1], [2], [3], [4], [5]],
      // Written one after another without a mark between them, the first two would be one.
      [[1, 1], [11], [2], [1, 1], [11], [2]],
      [
        [1, 2, 3],
        [1, 2, 4],
        [1, 5, 3],
        [0, 0, 0],
        [0, 0, 1],
        [0, 1]
      ]
    ]) {
      pathSums(data, tokens).forEach((sum, y) => assertNear(sum, rewards[y], 1))
    }
    // Two responses on one path: the tree cannot tell them apart, and the sum is the soft value of both.
    const shared = pathSums(data, [[0], [0], [1], [0], [1], [2]])
    const soft = 2 * Math.log((0.5 * Math.exp(0.375) + 0.375 * Math.exp(0.125)) / 0.875)
    assertNear(shared[0], soft, 1)
    assertNear(shared[1], soft, 1)
    assertNear(shared[2], rewards[2], 1)
  })
})
