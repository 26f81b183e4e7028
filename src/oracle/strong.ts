/**
 * The strong oracle and proper rewards: draws from π_θ for parameters the learner names. Both interpreters answer alike: a response of π_θ is one query however
 * it is made, so there is nothing to answer in law.
 *
 * The oracle keeps what L2 is judged on: every parameter that was committed to, and how many rewarded draws it got.
 */
import * as Data from "effect/Data"
import { innerProduct } from "../numeric/inner-product.ts"
import { GrowingRows } from "../numeric/growing-rows.ts"
import { categorical } from "../numeric/random-variates.ts"
import { widestSegment } from "../numeric/segments.ts"
import { inParameterSet } from "../policy/parameter-set.ts"
import { type Commitment, committedParameters, HANDLES, type Prompt, type Response } from "./handle.ts"
import type { ProperRewards, RewardedDraws, StrongSampling } from "./services.ts"
import { offered } from "./tap.ts"
import { ANSWER } from "./transcript.ts"
import { requireCount, type Workbench } from "./workbench.ts"

/** A learner named a θ that is not in Θ: nothing in the framework answers for it. */
export class OutsideParameterSet extends Data.TaggedError("OutsideParameterSet")<{
  readonly theta: ReadonlyArray<number>
  readonly expected: string
}> {
  override get message(): string {
    const shown = this.theta.slice(0, 8).map((t) => t.toPrecision(6))
    return `theta: (${shown.join(", ")}${this.theta.length > 8 ? ", …" : ""}), expected ${this.expected}`
  }
}

/** The parameters a proper learner committed to, in order, each before its prompt was drawn. */
export interface ProperPlans {
  /** P×d row-major. */
  readonly thetas: Float64Array
  /** Rewarded draws made with each, length P. */
  readonly counts: Float64Array
  /** The most draws made at one prompt: 1 where every draw had a fresh prompt. */
  readonly group: number
}

/** A run may commit to a parameter a round. */
class PlanLog {
  private readonly thetas: GrowingRows
  private readonly counts: Array<number> = []
  private group = 1

  constructor(d: number) {
    this.thetas = new GrowingRows(d)
  }

  /** Room for a commitment's parameters; returns the plan of each. A parameter named several times in a row is one plan. */
  open(thetas: ReadonlyArray<Float64Array>): ReadonlyArray<number> {
    if (thetas.length > this.group) this.group = thetas.length
    return thetas.map((theta, k) => {
      if (k > 0 && theta.every((v, j) => v === thetas[k - 1][j])) return this.counts.length - 1
      this.thetas.push(theta)
      return this.counts.push(0) - 1
    })
  }

  /** One more rewarded draw of plan p. */
  drew(p: number): void {
    this.counts[p]++
  }

  snapshot(): ProperPlans | undefined {
    const { counts, group, thetas } = this
    return counts.length === 0 ? undefined : { thetas: thetas.rows(), counts: Float64Array.from(counts), group }
  }
}

export interface StrongOracles {
  readonly strong: StrongSampling["Service"]
  readonly proper: ProperRewards["Service"]
  /** What has been committed to so far; undefined when nothing was. */
  readonly plans: () => ProperPlans | undefined
}

/** @param reward observes one reward at a row: charges it and records it. */
export const strongOracles = (bench: Workbench, reward: (row: number) => number): StrongOracles => {
  const { exact, ledger, transcript } = bench
  const { dimension: d, beta, features, offsets, reference } = exact
  const planning = bench.stream.split("strong")
  const exploring = bench.stream.split("proper")
  const log = new PlanLog(d)
  const mass = new Float64Array(widestSegment(offsets))

  const checked = (theta: Float64Array): Float64Array => {
    const set = exact.parameterSet
    if (theta.length !== d || !inParameterSet(theta, set)) {
      const shape = set.kind === "ball" ? `norm at most ${set.radius}` : `entries in ±${set.halfWidth}`
      throw new OutsideParameterSet({ theta: Array.from(theta), expected: `${d} numbers of ${shape}` })
    }
    return theta
  }

  /** A row of π_θ(·∣x): O(R·d). */
  const draw = (from: typeof planning, theta: Float64Array, x: number): number => {
    const [start, end] = [offsets[x], offsets[x + 1]]
    let top = -Infinity
    for (let y = start; y < end; y++) {
      mass[y - start] = innerProduct(theta, 0, features, y * d, d) / beta
      if (reference[y] > 0 && mass[y - start] > top) top = mass[y - start]
    }
    let total = 0
    for (let i = 0; i < end - start; i++) {
      mass[i] = reference[start + i] > 0 ? reference[start + i] * Math.exp(mass[i] - top) : 0
      total += mass[i]
    }
    const row = start + categorical(from, mass, 0, end - start, total)
    ledger.charge("strongSampling", 1)
    transcript.record(ANSWER.strong, x, row)
    return row
  }

  const strong = (theta: Float64Array, prompts: ReadonlyArray<Prompt>): ReadonlyArray<Response> => {
    checked(theta)
    return prompts.map((prompt) => {
      const x = bench.x(prompt)
      return bench.response(x, draw(planning, theta, x))
    })
  }

  const explore = (commitment: Commitment, n: number): ReadonlyArray<RewardedDraws> => {
    if (!HANDLES.Commitment(commitment)) throw new TypeError("commitment: made by hand, expected one that commit made")
    requireCount("explore", n)
    const thetas = committedParameters(commitment).map(checked)
    const plans = log.open(thetas)
    const groups: Array<RewardedDraws> = []
    for (let i = 0; i < n; i++) {
      const x = bench.nextPrompt()
      const rewards = new Float64Array(thetas.length)
      const responses = thetas.map((theta, k) => {
        const row = draw(exploring, theta, x)
        // Logged before it is paid for: a draw whose reward the budget cuts off was still committed to.
        log.drew(plans[k])
        rewards[k] = reward(row)
        return bench.response(x, row)
      })
      groups.push({ prompt: bench.prompt(x), responses, rewards })
    }
    return groups
  }

  return {
    strong: offered("StrongSampling", { draw: strong }),
    proper: offered("ProperRewards", { explore }),
    plans: () => log.snapshot()
  }
}
