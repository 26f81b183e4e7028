import { describe, expect, it } from "vitest"
import { randomInstance } from "../../instance/families/random-instance.ts"
import { whitening } from "../../numeric/gram.ts"
import { Stream } from "../../numeric/stream.ts"
import { optimum } from "../../policy/optimum.ts"
import { componentRewards, componentSums } from "../../policy/wide-component.ts"
import { WasmArena } from "./arena.ts"
import { ComponentKernel, componentRoom } from "./component.ts"

describe("components at wide prompts by the kernel", () => {
  it.each([
    ["no row truncated, none clipped", 9, 5, 0.5, 4],
    ["some truncated", 0.6, 5, 0.3, 4],
    ["some truncated, some clipped", 0.6, 0.1, 0.2, 4],
    ["an odd number of coordinates", 0.5, 0.2, 0.2, 3],
    ["one coordinate", 0.4, 0.1, 0.7, 1]
  ])("%s: the bits that JavaScript gives, on however many threads", (_, nu, clip, beta, d) => {
    // A last group of three rows, a last block of less than one.
    const exact = randomInstance({ seed: 11, prompts: 2, responses: 9131, d, beta, zeros: 0.1 })
    const { offsets, reference } = exact
    const best = optimum(exact).logRatio
    const stream = Stream.fromSeed(4).split("component.test")
    const sigma = Float64Array.from({ length: d * d }, (__, i) => (i % (d + 1) === 0 ? 1 + 0.2 * i : 0.1))
    const policy = { clip, truncation: { dimension: d, whitening: whitening(sigma, d), nu } }
    const kernels = [1, 2].map(
      (threads) => new ComponentKernel(WasmArena.make({ threads, bytes: componentRoom(exact, threads) })!, exact)
    )
    const rewards = new Float64Array(9131)
    const seen = { truncated: 0, clipped: 0 }
    for (let k = 0; k < 6; k++) {
      const x = k % 2
      const anchor = offsets[x] + stream.nextInteger(9131)
      const theta = Float64Array.from({ length: d }, () => 0.4 * stream.nextNormal())
      const component = { x, anchor, theta, policy, best }
      const top = componentRewards(exact, component, rewards)
      const sums = componentSums(exact, best, offsets[x], offsets[x + 1], rewards, top)
      for (const kernel of kernels) expect(kernel.sums(component)).toEqual(sums)
      // One sum after another, for its value.
      let [z, gain] = [0, 0]
      for (let y = offsets[x]; y < offsets[x + 1]; y++) {
        if (reference[y] === 0) continue
        const logit = (rewards[y - offsets[x]] - top) / beta
        z += reference[y] * Math.exp(logit)
        gain += reference[y] * Math.exp(logit) * (logit - best[y])
        if (rewards[y - offsets[x]] === 0 && y !== anchor) seen.truncated++
        if (Math.abs(rewards[y - offsets[x]]) === clip) seen.clipped++
      }
      expect(Math.abs(z - sums[0])).toBeLessThan(1e-13)
      expect(Math.abs(gain - sums[1])).toBeLessThan(1e-12)
    }
    expect([seen.truncated > 0, seen.clipped > 0]).toEqual([nu < 1, clip < 1])
  })

  it("are left to JavaScript where exponents span more than the kernel's e^x reaches", () => {
    const exact = randomInstance({ seed: 12, prompts: 1, responses: 9000, d: 2, beta: 1e-3 })
    const kernel = new ComponentKernel(WasmArena.make({ bytes: componentRoom(exact, 1) })!, exact)
    const truncation = { dimension: 2, whitening: Float64Array.of(1, 0, 0, 1), nu: 1 }
    const component = { x: 0, anchor: 5, theta: Float64Array.of(1, 1), best: optimum(exact).logRatio }
    expect(kernel.sums({ ...component, policy: { clip: 0.31, truncation } })).toBeUndefined()
    expect(kernel.sums({ ...component, policy: { clip: 0.29, truncation } })).toBeDefined()
  })
})
