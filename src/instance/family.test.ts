import * as Effect from "effect/Effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { finiteFamilies } from "./families/finite-families.ts"
import { rareGoodFamily } from "./families/rare-good.ts"
import { instanceDigest } from "./digest.ts"
import { family, instantiate, parseSpec } from "./family.ts"
import { rareGood } from "./families/rare-good.ts"
import type { Instance } from "./instance.ts"
import { attempt, type InvalidInstance } from "./invalid-instance.ts"
import { finiteInstance } from "./make-instance.ts"
import { editDistance, nearestName } from "./nearest-name.ts"

const made = (text: string, known = finiteFamilies): Effect.Effect<Instance, InvalidInstance> =>
  attempt(() => {
    const { canonical, family: of, values } = parseSpec(text, known)
    return of.make(values, canonical)
  })
const resolve = (text: string): Instance => Effect.runSync(made(text))
const problemOf = (text: string): string => {
  const error = Effect.runSync(Effect.flip(made(text)))
  expect(error._tag).toBe("InvalidInstance")
  expect(error.field).toBe("instance")
  return error.message
}

describe("a SPEC", () => {
  it("is made canonical: sorted, defaults filled in, numbers shortest", () => {
    expect(resolve("rare-good:d=4,C=1e6").spec).toBe(
      "rare-good:C=1000000,R=1,beta=0.050667689555379376,d=4,noise=bernoulli,prompts=4,seed=1"
    )
    expect(resolve("needle").spec).toBe(`needle:N=1000,R=1,beta=${1 / Math.log(999)},d=8,seed=1`)
    expect(resolve(" rare-good : noise = none , beta=.5 ").spec).toBe(
      "rare-good:C=10000,R=1,beta=0.5,d=2,noise=none,prompts=4,seed=1"
    )
  })

  it("made canonical stands for the same instance", () => {
    for (const text of [
      "rare-good:C=37.5,d=3,R=2.5",
      "needle:N=50,seed=9",
      "random:ties=0.5,zeros=0.3,set=box,seed=4"
    ]) {
      const once = resolve(text)
      const twice = resolve(once.spec)
      expect(twice.spec).toBe(once.spec)
      expect(twice.exact).toEqual(once.exact)
      expect(instanceDigest(twice)).toBe(instanceDigest(once))
    }
  })

  it.each([
    [
      "rear-good",
      'instance: "rear-good", expected one of dnf-prompts, needle, random, rare-good, rare-prompt, token-bigram, token-chain, token-lock, or a path ending in .json or .cbi; did you mean rare-good?'
    ],
    [
      "",
      'instance: "", expected one of dnf-prompts, needle, random, rare-good, rare-prompt, token-bigram, token-chain, token-lock, or a path ending in .json or .cbi'
    ],
    ["rare-good:", 'instance: "", expected an option written name=value (as in rare-good:seed=1)'],
    ["rare-good:C", 'instance: "C", expected an option written name=value (as in rare-good:seed=1)'],
    ["rare-good:C=1=2", 'instance: "C=1=2", expected an option written name=value (as in rare-good:seed=1)'],
    ["rare-good:C=5,C=6", 'instance: "C=6", expected C only once'],
    [
      "rare-good:c=5",
      'instance: "rare-good:c", expected an option of rare-good (C, R, beta, d, noise, prompts, seed); did you mean C?'
    ],
    [
      "rare-good:__proto__=5",
      'instance: "rare-good:__proto__", expected an option of rare-good (C, R, beta, d, noise, prompts, seed)'
    ],
    ["rare-good:C=many", 'instance: "rare-good:C=many", expected C to be a number in (1, 1000000000000]'],
    ["rare-good:C=0x10", 'instance: "rare-good:C=0x10", expected C to be a number in (1, 1000000000000]'],
    ["rare-good:C=1", "instance: rare-good:C=1, expected C to be a number in (1, 1000000000000]"],
    ["rare-good:C=1e400", 'instance: "rare-good:C=1e400", expected C to be a number in (1, 1000000000000]'],
    ["rare-good:d=2.5", "instance: rare-good:d=2.5, expected d to be an integer in [1, 1024]"],
    [
      "rare-good:noise=gaussian",
      "instance: rare-good:noise=gaussian, expected noise to be one of bernoulli, two-point, none"
    ],
    [
      "rare-good:noise=bernouli",
      "instance: rare-good:noise=bernouli, expected noise to be one of bernoulli, two-point, none; did you mean bernoulli?"
    ],
    ["needle:N=2", "instance: needle:N=2, expected N to be an integer in [3, 1048576]"],
    [
      "random:responses=65536,d=1024",
      "instance: random:prompts=3, expected prompts to be at most 2 with these responses and d (2^27 feature entries)"
    ]
  ])("%j is refused in one line", (text, message) => {
    expect(problemOf(text)).toBe(message)
  })

  it("never fails but by InvalidInstance of one line", () => {
    const piece = fc.oneof(
      fc.constantFrom("rare-good", "needle", "random", ":", ",", "=", "C", "N", "d", "seed", "1e3", "-1", "beta", "0"),
      fc.string({ maxLength: 4 })
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join("")
        if (/prompts|responses/.test(text)) return
        const outcome = Effect.runSync(
          Effect.match(made(text), {
            onFailure: (error) => error.message,
            onSuccess: (instance) => instance.spec
          })
        )
        expect(outcome).not.toContain("\n")
      }),
      { numRuns: 1000 }
    )
  })
})

describe("a family of a user's own", () => {
  it("is named like the others", () => {
    const mine = family({
      name: "mine",
      summary: "one of ours",
      options: {
        size: { kind: "number", meaning: "of it", minimum: 1, maximum: 9, integer: true, default: 2 },
        twice: { kind: "number", meaning: "size doubled", minimum: 0, maximum: 99, default: ({ size }) => 2 * size }
      },
      make: ({ size, twice }, spec) => finiteInstance(rareGood({ C: 10, d: size, seed: twice }), spec)
    })
    expect(Effect.runSync(made("mine:size=3", [...finiteFamilies, mine])).spec).toBe("mine:size=3,twice=6")
    expect(instantiate(mine, { twice: 5 }).spec).toBe("mine:size=2,twice=5")
    expect(parseSpec("mine", [mine]).values).toEqual({ size: 2, twice: 4 })
    expect(() => instantiate(mine, { size: 10 })).toThrow(
      "instance: mine:size=10, expected size to be an integer in [1, 9]"
    )
  })
})

describe("instanceDigest", () => {
  it("changes with the spec and with any number of the exact side, and is recorded", () => {
    const instance = instantiate(rareGoodFamily, { C: 100 })
    const digest = instanceDigest(instance)
    expect(digest).toMatch(/^[0-9a-f]{64}$/)
    const digests = new Set([digest, instanceDigest({ ...instance, spec: "other" })])
    for (const field of ["reference", "features", "meanReward", "thetaStar", "promptProbabilities"] as const) {
      const changed = instance.exact[field].slice()
      changed[0] += 2 ** -52
      digests.add(instanceDigest({ spec: instance.spec, exact: { ...instance.exact, [field]: changed } }))
    }
    digests.add(instanceDigest({ spec: instance.spec, exact: { ...instance.exact, beta: 1 } }))
    expect(digests.size).toBe(8)
  })
})

describe("nearestName", () => {
  it("counts edits and swaps", () => {
    expect(editDistance("rare", "rare")).toBe(0)
    expect(editDistance("raer", "rare")).toBe(1)
    expect(editDistance("", "abc")).toBe(3)
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
      })
    )
  })

  it("suggests only what is near", () => {
    expect(nearestName("nedle", ["needle", "random"])).toBe("needle")
    expect(nearestName("corpus", ["needle", "random"])).toBeUndefined()
  })
})
