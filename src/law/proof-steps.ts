/**
 * The deterministic steps of T7's proof as laws of an instance (t7-spanner-sampling.md): (c), what one (x, y′) costs when the estimate is good where the spanner
 * is; the mass of anchors that pay the trivial price; and the fixed point of the parameters.
 */
import { theoryParameters } from "../algorithm/spanner-sampling-parameters.ts"
import type { FiniteInstance } from "../instance/instance.ts"
import type { Stream } from "../numeric/stream.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import { problemOf } from "../oracle/interpreter.ts"
import { evaluate } from "../policy/evaluate.ts"
import { optimum } from "../policy/optimum.ts"
import type { TruncatedMixturePolicy } from "../policy/policy.ts"
import { requiredParameters } from "../theorem/t7-spanner-sampling.ts"
import { passes } from "./algebra.ts"
import {
  componentRatio,
  nearTheta,
  optimalRatio,
  passProbability,
  relative,
  rowsOf,
  someTest,
  truncatedReward
} from "./definition.ts"
import { atMost, type Finding, near } from "./law.ts"
import type { InstanceLaw } from "./instance-law.ts"

interface AnchorCost {
  /** β·KL(p_{θ,y′}‖π*_β). */
  readonly cost: number
  /** (c)'s bound on it. */
  readonly bound: number
  /** π*_β(bad∣x,y′) > ½: the trivial price was paid. */
  readonly trivial: boolean
}

/** Step (c) at one prompt and anchor, for component t of a policy whose good pairs are within β of f*. */
const anchorCost = (
  exact: FiniteInstance,
  policy: TruncatedMixturePolicy,
  t: number,
  x: number,
  anchor: number,
  coverage: number
): AnchorCost => {
  const { beta, dimension: d, meanReward, reference, rewardRange: R } = exact
  const f = truncatedReward(exact, policy, policy.thetas.subarray(t * d, (t + 1) * d), x, anchor)
  const ratio = componentRatio(exact, policy, t, x, anchor)
  const star = optimalRatio(exact, x)
  let kl = 0
  let good = 0
  let bad = 0
  let starBad = 0
  rowsOf(exact, x).forEach((y, i) => {
    if (reference[y] === 0) return
    const p = reference[y] * Math.exp(ratio[i])
    kl += p * (ratio[i] - star[i])
    if (passes(policy.truncation, relative(exact, y, anchor))) {
      bad += reference[y]
      starBad += reference[y] * Math.exp(star[i])
    } else good += p * ((meanReward[y] - meanReward[anchor] - f[i]) / beta) ** 2
  })
  const trivial = starBad > 0.5
  const bound = trivial ? 3 * R : beta * (Math.E - 2) * good + 2 * Math.E * Math.max(beta, R) * coverage * bad
  return { cost: beta * kl, bound, trivial }
}

const mixtureNear = (exact: FiniteInstance, test: EllipticTest, stream: Stream): TruncatedMixturePolicy => {
  const count = 1 + stream.nextInteger(2)
  const thetas = Array.from({ length: count }, () => nearTheta(exact, test, stream.next(), stream))
  return {
    kind: "truncated-mixture",
    count,
    thetas: Float64Array.from(thetas.flatMap((t) => [...t])),
    clip: exact.rewardRange,
    truncation: test
  }
}

/** Relative slack of a bound: the rounding of a few exponentials, and what realizability may be off by. */
const SLACK = 1e-8

const stepC: InstanceLaw = {
  id: "T7/step-c",
  title:
    "where |f_θ − f*| ≤ β on good pairs, each (x,y′) costs what step (c) says, and the mixture no more than their average",
  check: (exact, stream) => {
    const test = someTest(exact, stream)
    const policy = mixtureNear(exact, test, stream)
    const best = optimum(exact)
    const findings: Array<Finding> = []
    let average = 0
    exact.promptProbabilities.forEach((rho, x) => {
      if (rho === 0) return
      const p = passProbability(exact, test, x)
      for (let t = 0; t < policy.count; t++) {
        let trivialMass = 0
        for (const anchor of rowsOf(exact, x)) {
          if (exact.reference[anchor] === 0) continue
          const { cost, bound, trivial } = anchorCost(exact, policy, t, x, anchor, best.coverage)
          if (trivial) trivialMass += exact.reference[anchor]
          average += (rho * exact.reference[anchor] * bound) / policy.count
          findings.push(
            atMost(
              cost,
              bound * (1 + SLACK) + SLACK * exact.rewardRange,
              `β·KL of one (x,y′)${trivial ? ", trivial price" : ""}`
            )
          )
        }
        findings.push(
          atMost(
            trivialMass,
            2 * best.coverage * p + SLACK,
            "π_ref-mass of anchors that pay the trivial price, against 2·C_cov·p(x;Σ)"
          )
        )
      }
    })
    findings.push(
      atMost(
        evaluate(exact, policy, best).suboptimality,
        average * (1 + SLACK) + SLACK * exact.rewardRange,
        "the mixture's suboptimality against the average of step (c)'s bounds"
      )
    )
    return findings
  }
}

/** Fixed points beyond this many rounds say nothing new and pass 2⁵³ at β = 10⁻³. */
const LARGEST_RATIO = 200

const parameters: InstanceLaw = {
  id: "T7/parameters",
  title:
    "the algorithm's solver stands at the least fixed point the statement defines, and asks for more as ε or δ shrinks",
  check: (exact, stream) => {
    const R = exact.rewardRange
    if (R / exact.beta > LARGEST_RATIO || exact.beta / R > LARGEST_RATIO) return []
    const problem = problemOf({ exact })
    const best = optimum(exact)
    const goal = {
      epsilon: R * (0.05 + 0.45 * stream.next()),
      delta: 0.01 + 0.1 * stream.next(),
      coverage: Math.min(1e6, best.coverage)
    }
    const lambda = [0.25, 1][stream.nextInteger(2)]
    const mine = theoryParameters(problem, goal, lambda)
    const stated = requiredParameters({ problem, goal }, lambda)
    const finer = theoryParameters(problem, { ...goal, epsilon: goal.epsilon / 2 }, lambda)
    const surer = theoryParameters(problem, { ...goal, delta: goal.delta / 10 }, lambda)
    return [
      near(mine.nu / stated.nu, 1, 1e-12, "ν against the statement"),
      near(mine.promise / stated.promise, 1, 1e-12, "M against the statement"),
      near(mine.rejectionLevel / stated.rejectionLevel, 1, 1e-12, "δ_rej against the statement"),
      ...(["rounds", "prompts", "pairsPerPrompt"] as const).flatMap((name) => [
        near(mine[name], stated[name], 0, `${name} against the statement`),
        atMost(mine[name] - finer[name], 0, `${name} fell when ε was halved`),
        atMost(mine[name] - surer[name], 0, `${name} fell when δ was divided by ten`)
      ])
    ]
  }
}

export const proofSteps: ReadonlyArray<InstanceLaw> = [stepC, parameters]
