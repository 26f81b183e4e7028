/** Autoregressive trees for fast-check: A ≤ 3, H ≤ 4, zero-probability tokens, tied rewards, β over six decades of R. */
import fc from "fast-check"
import type { TokenTree } from "../law/token-tree.ts"

const masses = (actions: number) =>
  fc
    .array(fc.option(fc.integer({ min: 0, max: 6 }), { freq: 5, nil: null }), {
      minLength: actions,
      maxLength: actions
    })
    .map((decades) => {
      const raw = decades.map((decade, a) => (decade === null ? (a === 0 ? 1 : 0) : 10 ** -decade))
      const sum = raw.reduce((s, m) => s + m, 0)
      return raw.map((m) => m / sum)
    })

/** Shrinks to one action, depth 1, β = R = 1, rewards 0. */
export const tokenTrees: fc.Arbitrary<TokenTree> = fc
  .record({
    actions: fc.integer({ min: 1, max: 3 }),
    depth: fc.integer({ min: 1, max: 4 }),
    rewardRange: fc.constantFrom(1, 0.01, 50),
    temperature: fc.integer({ min: -12, max: 12 }).map((quarter) => 10 ** (quarter / 4))
  })
  .chain(({ actions, depth, rewardRange, temperature }) =>
    fc
      .record({
        conditionals: fc.tuple(
          ...Array.from({ length: depth }, (_, h) =>
            fc.array(masses(actions), { minLength: actions ** h, maxLength: actions ** h }).map((nodes) => nodes.flat())
          )
        ),
        rewards: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: actions ** depth, maxLength: actions ** depth })
      })
      .map(({ conditionals, rewards }) => ({
        actions,
        depth,
        beta: temperature * rewardRange,
        rewardRange,
        conditionals,
        rewards: rewards.map((quarter) => (quarter * rewardRange) / 4)
      }))
  )
