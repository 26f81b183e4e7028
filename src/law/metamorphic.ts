/**
 * Instances that are one problem in other words, as transformations: what names and places responses and prompts have, how features are turned, in what unit rewards are
 * paid, what every response to a prompt earns beside its merits, how often a response is listed. What a learner does on one is, in law, what it does on the other.
 *
 * *What handles hide* no program can depend on: a handle has no name and no place, draws are independent, a trial has a stream of its own. *What a method may see* is the
 * rest: a program that takes coordinates one by one is not equivariant under rotations and may be right; which is why only those that claim `equivariant` are held to it.
 */
import type { FiniteInstance, Instance } from "../instance/instance.ts"
import { finiteInstance, instanceOfClasses } from "../instance/make-instance.ts"
import { turned } from "../instance/turned.ts"
import type { Stream } from "../numeric/stream.ts"
import type { Candidate } from "./candidate.ts"
import { rowsOf } from "./definition.ts"
import { prompts } from "./instance-law.ts"
import { mixedAnswers } from "./mixed-answers.ts"

export interface Transformed {
  readonly instance: Instance
  readonly candidate: Candidate
}

export interface Transformation {
  readonly name: string
  /** Whether nothing that a program can see changes. */
  readonly hidden?: true
  /** Whether there are more responses then. */
  readonly lengthens?: true
  /** Whether the same draws give the same run up to rounding, so that a few runs decide. */
  readonly coupled?: true
  readonly apply: (exact: FiniteInstance, candidate: Candidate, stream: Stream) => Transformed
}

const permutation = (n: number, stream: Stream): ReadonlyArray<number> => {
  const order = Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = stream.nextInteger(i + 1)
    ;[order[i], order[j]] = [order[j], order[i]]
  }
  return order
}

/** The table with its prompts in this order, and of each prompt these rows. */
const arranged = (
  exact: FiniteInstance,
  rows: ReadonlyArray<ReadonlyArray<number>>,
  rho: Float64Array
): FiniteInstance => {
  const { dimension: d, features, meanReward, reference } = exact
  const all = rows.flat()
  const offsets = new Int32Array(rows.length + 1)
  rows.forEach((of, x) => (offsets[x + 1] = offsets[x] + of.length))
  const { promptLabels: _, responseLabels: __, ...rest } = exact
  return {
    ...rest,
    promptProbabilities: rho,
    offsets,
    reference: Float64Array.from(all, (row) => reference[row]),
    meanReward: Float64Array.from(all, (row) => meanReward[row]),
    features: Float64Array.from({ length: all.length * d }, (_, i) => features[all[Math.floor(i / d)] * d + (i % d)])
  }
}

const allRows = (exact: FiniteInstance): ReadonlyArray<ReadonlyArray<number>> =>
  prompts(exact).map((x) => rowsOf(exact, x))

const plain = (exact: FiniteInstance, candidate: Candidate): Transformed => ({
  instance: finiteInstance(exact, "transformed"),
  candidate
})

/** Unit of rewards: a power of two would only move exponents. */
const UNIT = 3

export const transformations: ReadonlyArray<Transformation> = [
  {
    name: "responses in another order",
    hidden: true,
    apply: (exact, candidate, stream) => {
      const rows = allRows(exact).map((of) => permutation(of.length, stream).map((i) => of[i]))
      return plain(arranged(exact, rows, exact.promptProbabilities), candidate)
    }
  },
  {
    name: "prompts in another order",
    hidden: true,
    apply: (exact, candidate, stream) => {
      const order = permutation(exact.promptProbabilities.length, stream)
      const rows = order.map((x) => rowsOf(exact, x))
      const rho = Float64Array.from(order, (x) => exact.promptProbabilities[x])
      return plain(arranged(exact, rows, rho), candidate)
    }
  },
  {
    name: "draws of a request in another order",
    hidden: true,
    apply: (exact, candidate) => plain(exact, mixedAnswers(candidate))
  },
  {
    name: "another stream of draws",
    hidden: true,
    apply: (exact, candidate) =>
      plain(exact, {
        ...candidate,
        trialStream: (seed, trial, digest) => candidate.trialStream(seed, trial, digest).split("again")
      })
  },
  {
    name: "features and Θ turned",
    coupled: true,
    apply: (exact, candidate, stream) => ({
      instance: turned(finiteInstance(exact, "transformed"), stream.nextInteger(2 ** 31)),
      candidate
    })
  },
  {
    name: `rewards in another unit (R, β, θ and ε times ${UNIT})`,
    coupled: true,
    apply: (exact, candidate) => {
      const { beta, meanReward, parameterSet, rewardRange, thetaStar } = exact
      const stretched = { ...exact, beta: UNIT * beta, rewardRange: UNIT * rewardRange }
      const set =
        parameterSet.kind === "ball"
          ? { ...parameterSet, radius: UNIT * parameterSet.radius }
          : { ...parameterSet, halfWidth: UNIT * parameterSet.halfWidth }
      const times = (v: Float64Array): Float64Array => v.map((x) => UNIT * x)
      return plain(
        { ...stretched, meanReward: times(meanReward), thetaStar: times(thetaStar), parameterSet: set },
        candidate
      )
    }
  },
  {
    name: "a constant added to all rewards of a prompt",
    coupled: true,
    apply: (exact, candidate, stream) => {
      const meanReward = exact.meanReward.slice()
      for (const of of allRows(exact)) {
        const most = Math.max(...of.map((row) => meanReward[row]))
        const least = Math.min(...of.map((row) => meanReward[row]))
        const shift = -least + stream.next() * (exact.rewardRange - most + least)
        for (const row of of) meanReward[row] = Math.min(exact.rewardRange, Math.max(0, meanReward[row] + shift))
      }
      return plain({ ...exact, meanReward }, candidate)
    }
  },
  {
    name: "a response listed twice with half its mass",
    lengthens: true,
    apply: (exact, candidate, stream) => {
      const listed = allRows(exact).map((of) => ({ of, at: stream.nextInteger(of.length) }))
      const rows = listed.map(({ at, of }) => [...of.slice(0, at + 1), ...of.slice(at)])
      const twice = arranged(exact, rows, exact.promptProbabilities)
      const reference = twice.reference.slice()
      listed.forEach(({ at }, x) => {
        for (const copy of [at, at + 1]) reference[twice.offsets[x] + copy] /= 2
      })
      const table = { ...twice, reference }
      const rowOf = Int32Array.from(reference, (_, row) => row)
      // Not merged into one class: they are two responses.
      return { instance: instanceOfClasses(table, { ...table, rowOf }, "transformed"), candidate }
    }
  }
]
