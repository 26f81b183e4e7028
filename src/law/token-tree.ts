/**
 * Autoregressive instances small enough to write out: T5 and the autoregressive part of T2, from their recursions. A tree has A actions a node and depth H;
 * node n of layer h has the children n·A … n·A+A−1.
 */
import type { FiniteInstance } from "../instance/instance.ts"
import type { Stream } from "../numeric/stream.ts"
import { optimum } from "../policy/optimum.ts"
import { logMean } from "./definition.ts"
import { atMost, type Finding, near } from "./law.ts"

/** A tree of responses made token by token: A actions a node, depth H. */
export interface TokenTree {
  readonly actions: number
  /** H ≥ 1. */
  readonly depth: number
  readonly beta: number
  readonly rewardRange: number
  /** π_ref,h(a∣s): layer h (from 0) has A^h nodes, A entries each. */
  readonly conditionals: ReadonlyArray<ReadonlyArray<number>>
  /** r* of the A^H responses, in [0, R]. */
  readonly rewards: ReadonlyArray<number>
}

/** The responses of a tree as one prompt with φ the reward over R and θ* = R: realizable whatever the rewards. */
export const flatten = (tree: TokenTree): FiniteInstance => {
  const { actions, depth, rewards, rewardRange: R } = tree
  const reference = Float64Array.from(rewards, (_, leaf) => {
    let p = 1
    for (let h = 0; h < depth; h++) p *= tree.conditionals[h][Math.floor(leaf / actions ** (depth - h - 1))]
    return p
  })
  return {
    name: "token-tree",
    dimension: 1,
    beta: tree.beta,
    rewardRange: R,
    parameterSet: { kind: "ball", radius: R },
    thetaStar: Float64Array.of(R),
    noise: { kind: "none" },
    promptProbabilities: Float64Array.of(1),
    offsets: Int32Array.of(0, rewards.length),
    reference,
    features: Float64Array.from(rewards, (r) => r / R),
    meanReward: Float64Array.from(rewards)
  }
}

/** V*_h by layer (h from 0; the last layer is r*), by T5's recursion: β·log E_{π_ref,h} exp(V*_{h+1}/β). */
export const values = (tree: TokenTree): ReadonlyArray<ReadonlyArray<number>> => {
  const { actions, beta, conditionals, depth, rewards } = tree
  const layers: Array<ReadonlyArray<number>> = [rewards]
  for (let h = depth - 1; h >= 0; h--) {
    const next = layers[0].map((value) => value / beta)
    const of = (layer: ReadonlyArray<number>, node: number) => layer.slice(node * actions, (node + 1) * actions)
    layers.unshift(
      Array.from({ length: actions ** h }, (_, node) => beta * logMean(of(conditionals[h], node), of(next, node)))
    )
  }
  return layers
}

/** log π*_h/π_ref,h of every edge, by layer. */
export const edgeRatios = (tree: TokenTree): ReadonlyArray<ReadonlyArray<number>> => {
  const v = values(tree)
  return tree.conditionals.map((layer, h) =>
    layer.map((_, child) => (v[h + 1][child] - v[h][Math.floor(child / tree.actions)]) / tree.beta)
  )
}

/** T5: the path identity from every prefix, and π*_β of the flat instance as the product of its token conditionals. */
export const pathIdentity = (tree: TokenTree): ReadonlyArray<Finding> => {
  const { actions, depth, beta, rewards } = tree
  const v = values(tree)
  const edges = edgeRatios(tree)
  const flat = flatten(tree)
  const best = optimum(flat)
  const tolerance = 1e-10 * Math.max(1, tree.rewardRange)
  const findings: Array<Finding> = [near(best.objective, v[0][0], tolerance, "J* of the responses against V*_1")]
  rewards.forEach((r, leaf) => {
    if (flat.reference[leaf] === 0) return
    let rest = 0
    for (let h = depth - 1; h >= 0; h--) {
      rest += edges[h][Math.floor(leaf / actions ** (depth - h - 1))]
      const prefix = Math.floor(leaf / actions ** (depth - h))
      findings.push(
        near(r - beta * rest, v[h][prefix], tolerance, `r* − β Σ log-ratios from layer ${h + 1} against V*`)
      )
    }
    findings.push(
      near(
        rest,
        best.logRatio[leaf],
        1e-10 * Math.max(1, tree.rewardRange / beta),
        "Σ token log-ratios against log π*/π_ref"
      )
    )
  })
  edges.forEach((layer, h) => {
    for (let node = 0; node < actions ** h; node++) {
      let sum = 0
      for (let a = 0; a < actions; a++) {
        const c = node * actions + a
        if (tree.conditionals[h][c] > 0) sum += tree.conditionals[h][c] * Math.exp(layer[c])
      }
      findings.push(near(sum, 1, 1e-10, "Σ_a π*_h(a∣s) against 1"))
    }
  })
  return findings
}

/** log C_cond of the optimal policy, over edges that a response of positive mass takes. */
export const logConditionalCoverage = (tree: TokenTree): number => {
  const edges = edgeRatios(tree)
  const { reference } = flatten(tree)
  let most = 0
  reference.forEach((p, leaf) => {
    if (p === 0) return
    for (let h = 0; h < tree.depth; h++)
      most = Math.max(most, edges[h][Math.floor(leaf / tree.actions ** (tree.depth - h - 1))])
  })
  return most
}

/** T2, autoregressive: C_cov ≤ C_cond^H. */
export const conditionalCoverage = (tree: TokenTree): ReadonlyArray<Finding> => [
  atMost(
    Math.log(optimum(flatten(tree)).coverage) - tree.depth * logConditionalCoverage(tree),
    1e-9 * tree.depth * Math.max(1, tree.rewardRange / tree.beta / 100),
    "log C_cov against H·log C_cond"
  )
]

/** A tree for `verify`: A ≤ 3, H ≤ 4, zero-probability tokens, tied rewards, β over six decades. */
export const someTree = (stream: Stream): TokenTree => {
  const actions = 1 + stream.nextInteger(3)
  const depth = 1 + stream.nextInteger(4)
  const R = [1, 0.01, 50][stream.nextInteger(3)]
  const levels = 1 + stream.nextInteger(4)
  return {
    actions,
    depth,
    beta: R * 10 ** (6 * stream.next() - 3),
    rewardRange: R,
    conditionals: Array.from({ length: depth }, (_, h) =>
      Array.from({ length: actions ** h }, () => {
        const mass = Array.from({ length: actions }, (_, a) =>
          a > 0 && stream.nextInteger(4) === 0 ? 0 : 10 ** (-6 * stream.next())
        )
        const sum = mass.reduce((s, m) => s + m, 0)
        return mass.map((m) => m / sum)
      }).flat()
    ),
    rewards: Array.from({ length: actions ** depth }, () => (R * stream.nextInteger(levels + 1)) / levels)
  }
}
