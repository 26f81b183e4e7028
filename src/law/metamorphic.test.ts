/** Each transformation is the same problem, in other words indeed: one that changed nothing would make its law hold of everything. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { passive } from "../algorithm/passive.ts"
import { randomInstance } from "../instance/families/random-instance.ts"
import type { FiniteInstance } from "../instance/instance.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { Stream } from "../numeric/stream.ts"
import { promptIndex } from "../oracle/handle.ts"
import { Prompts } from "../oracle/services.ts"
import { optimum } from "../policy/optimum.ts"
import { candidateOf } from "./candidate.ts"
import { transformations } from "./metamorphic.ts"

const { exact } = finiteInstance(
  { ...randomInstance({ seed: 31, prompts: 3, responses: 4, d: 3, noise: "none" }), rewardRange: 4 },
  "ground"
)
const candidate = candidateOf(passive)
const applied = (beginning: string) => {
  const one = transformations.find(({ name }) => name.startsWith(beginning))!
  return one.apply(exact, candidate, Stream.fromSeed(3).split(one.name))
}
/** Of each prompt its probability and its responses: mass, reward, features. */
const tableOf = ({ dimension: d, features, meanReward, offsets, promptProbabilities, reference }: FiniteInstance) =>
  Array.from(promptProbabilities, (rho, x) => ({
    rho,
    responses: Array.from({ length: offsets[x + 1] - offsets[x] }, (_, i) => {
      const row = offsets[x] + i
      return [reference[row], meanReward[row], ...features.slice(row * d, (row + 1) * d)].join()
    })
  }))
type Table = ReturnType<typeof tableOf>
const sorted = (table: Table) =>
  table.map(({ responses, rho }) => `${rho}: ${responses.toSorted().join("; ")}`).toSorted()

const before = tableOf(exact)

describe("a transformation", () => {
  it("of names and places moves them, and nothing else", () => {
    for (const name of ["responses in another order", "prompts in another order"]) {
      const after = tableOf(applied(name).instance.exact)
      expect(after, name).not.toEqual(before)
      expect(sorted(after), name).toEqual(sorted(before))
    }
    const prompts = tableOf(applied("prompts in another order").instance.exact)
    expect(prompts.map(({ rho }) => rho)).not.toEqual(before.map(({ rho }) => rho))
    const responses = tableOf(applied("responses in another order").instance.exact)
    expect(responses.map(({ rho }) => rho)).toEqual(before.map(({ rho }) => rho))
  })

  it("of draws gives the same ones in another order, or others", () => {
    const { candidate: mixed, instance } = applied("draws of a request")
    const drawn = ({ openOracles }: typeof candidate) => {
      const { services } = openOracles(instance, { interpreter: "exact-law", stream: Stream.fromSeed(1) })
      const asked = Effect.flatMap(Prompts, (prompts) => prompts.draw(12))
      return Effect.runSync(Effect.provideContext(asked, services))
    }
    const [plain, other] = [drawn(candidate), drawn(mixed)].map((some) => some.map(promptIndex))
    expect(other).toEqual(plain.toReversed())
    expect(other).not.toEqual(plain)
    const [a, b] = [candidate, applied("another stream").candidate].map((one) => one.trialStream(1, 2, "d").next())
    expect(a).not.toBe(b)
  })

  it("of coordinates turns features and the parameter alike", () => {
    const turned = applied("features and").instance.exact
    expect(turned.thetaStar).not.toEqual(exact.thetaStar)
    expect(optimum(turned).objective).toBeCloseTo(optimum(exact).objective, 12)
  })

  it("of rewards pays them in another unit, or adds a constant of the prompt", () => {
    const { beta, meanReward, rewardRange, thetaStar } = applied("rewards in another unit").instance.exact
    expect(beta).toBe(3 * exact.beta)
    expect(rewardRange).toBe(3 * exact.rewardRange)
    expect([...meanReward]).toEqual(Array.from(exact.meanReward, (r) => 3 * r))
    expect([...thetaStar]).toEqual(Array.from(exact.thetaStar, (t) => 3 * t))
    const raised = applied("a constant").instance.exact
    for (let x = 0; x < 3; x++) {
      const shifts = Array.from({ length: 4 }, (_, i) => raised.meanReward[4 * x + i] - exact.meanReward[4 * x + i])
      expect(Math.abs(shifts[0])).toBeGreaterThan(1e-3)
      for (const shift of shifts) expect(shift).toBeCloseTo(shifts[0], 12)
    }
  })

  it("of copies lists one response of each prompt twice, each with half its mass", () => {
    const twice = tableOf(applied("a response listed twice").instance.exact)
    for (const [x, { responses, rho }] of twice.entries()) {
      expect([rho, responses.length]).toEqual([before[x].rho, 5])
      const [copy] = responses.filter((one, i) => responses.indexOf(one) !== i)
      const [mass, ...rest] = copy.split(",")
      expect(before[x].responses).toContain([2 * Number(mass), ...rest].join())
      expect(responses.filter((one) => before[x].responses.includes(one)).length).toBe(3)
    }
  })
})
