/** The families of token trees of which the values are known in closed form. */
import type { TokenTree } from "../../src/law/token-tree.ts"

/** TokenChain(H, c): A = {0, 1}, π_ref uniform, r* = c·Σ a_h; C_cov = C_cond^H, C_cond = 2e^{c/β}/(1+e^{c/β}) (T2). */
export const tokenChain = (depth: number, c: number, beta: number): TokenTree => ({
  actions: 2,
  depth,
  beta,
  rewardRange: c * depth,
  conditionals: Array.from({ length: depth }, (_, h) => new Array<number>(2 ** (h + 1)).fill(0.5)),
  rewards: Array.from({ length: 2 ** depth }, (_, leaf) => c * leaf.toString(2).replaceAll("0", "").length)
})

/** TokenLock(A, H): r* = R on one hidden response, e^{R/β} = A^H (families.md). */
export const tokenLock = (actions: number, depth: number, hidden: number, R = 1): TokenTree => ({
  actions,
  depth,
  beta: R / (depth * Math.log(actions)),
  rewardRange: R,
  conditionals: Array.from({ length: depth }, (_, h) => new Array<number>(actions ** (h + 1)).fill(1 / actions)),
  rewards: Array.from({ length: actions ** depth }, (_, leaf) => (leaf === hidden ? R : 0))
})
