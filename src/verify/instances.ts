/** The instances `verify` looks at: corners that break things, by name, and random ones by seed. */
import { dnfFamily } from "../instance/families/dnf-prompts.ts"
import { instantiate } from "../instance/family.ts"
import { needle, needleInstance } from "../instance/families/needle.ts"
import { randomInstance as random } from "../instance/families/random-instance.ts"
import { rareGood } from "../instance/families/rare-good.ts"
import { tokenBigram, tokenBigramFamily } from "../instance/families/token-bigram.ts"
import { tokenChainFamily } from "../instance/families/token-chain.ts"
import { tokenLockFamily } from "../instance/families/token-lock.ts"
import type { FiniteInstance, Instance } from "../instance/instance.ts"
import type { TokenInstance } from "../instance/token-instance.ts"
import type { Stream } from "../numeric/stream.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { inverseFactor } from "../law/algebra.ts"
import type { Probe } from "../law/oracle-distributions.ts"

/** The first prompt gets probability 0 (there are at least two). */
const withoutFirstPrompt = (exact: FiniteInstance): FiniteInstance => {
  const rho = exact.promptProbabilities.slice()
  rho[rho.length - 1] += rho[0]
  rho[0] = 0
  return { ...exact, promptProbabilities: rho }
}

/** Corners: d = 1, one response, zero masses, zero prompts, ties, β from 10⁻³ to 10³, C_cov to 10⁹. */
export const cornerInstances = (): ReadonlyArray<FiniteInstance> => [
  random({ seed: 1, prompts: 1, responses: 1, d: 1 }),
  random({ seed: 2, prompts: 3, responses: 1, d: 2 }),
  random({ seed: 3, d: 1, responses: 2 }),
  random({ seed: 4, zeros: 0.5, ties: 0.5 }),
  withoutFirstPrompt(random({ seed: 5, zeros: 0.2, responses: 4 })),
  random({ seed: 6, ties: 1, responses: 4 }),
  random({ seed: 7, beta: 1e-3 }),
  random({ seed: 8, beta: 1e3 }),
  random({ seed: 9, beta: 1e-3, spread: 9, zeros: 0.2 }),
  random({ seed: 10, R: 1e3, beta: 1, d: 3 }),
  random({ seed: 11, R: 1e-3, beta: 1, d: 3 }),
  random({ seed: 12, d: 5, responses: 3, set: "box" }),
  rareGood({ C: 1e9, d: 2, prompts: 2 }),
  rareGood({ C: 1e4, d: 1, prompts: 1 }),
  rareGood({ C: 1.5, d: 3, prompts: 1 }),
  needle({ N: 9, d: 1 }),
  needle({ N: 50, d: 3, beta: 1e3 })
]

/** `count` random instances of a seed. */
export const randomInstances = (seed: number, count: number): ReadonlyArray<FiniteInstance> =>
  Array.from({ length: count }, (_, i) => {
    const exact = random({
      seed: seed * 1000 + i,
      prompts: 1 + (i % 3),
      responses: 1 + ((i * 5) % 7),
      d: 1 + (i % 4),
      beta: 10 ** (((i * 7) % 13) / 2 - 3),
      zeros: (i % 2) * 0.3,
      ties: (i % 3) * 0.2,
      spread: (i % 4) * 3
    })
    return i % 5 === 4 && exact.promptProbabilities.length > 1 ? withoutFirstPrompt(exact) : exact
  })

/** L1's instances: N from 3, d from 1, β from 10⁻² to 10² in units of R. */
export const someNeedles = (seed: number, count: number): ReadonlyArray<FiniteInstance> =>
  Array.from({ length: count }, (_, i) =>
    needle({ N: 3 + ((i * 7) % 40), d: 1 + (i % 5), beta: 10 ** ((i % 9) / 2 - 2), seed: seed * 1000 + i })
  )

/** L2's instances: k from 1 to n, planted, random and balanced. */
export const someFormulas = (seed: number, count: number): ReadonlyArray<FiniteInstance> =>
  Array.from({ length: count }, (_, i) => {
    const k = 1 + (i % 3)
    const formula = ["planted", "random", "balanced"][i % 3]
    const options = { formula, n: k + 2 + (i % 4), k, m: 2 + ((i * 5) % 12), beta: 10 ** ((i % 7) / 3 - 1) }
    return instantiate(dnfFamily, { ...options, seed: seed * 1000 + i }).exact
  })

/** A chain of token classes with few enough responses to write out: at most 9³ a prompt. */
export const someChain = (stream: Stream): Instance & { readonly tokens: TokenInstance } => {
  const options = {
    seed: stream.nextInteger(2 ** 31),
    H: 1 + stream.nextInteger(3),
    classes: 1 + stream.nextInteger(3),
    shares: 1 + stream.nextInteger(2),
    prompts: 1 + stream.nextInteger(2),
    zeros: [0, 0.4][stream.nextInteger(2)],
    spread: [0, 3][stream.nextInteger(2)],
    R: 1,
    beta: [0.05, 0.3, 2][stream.nextInteger(3)],
    noise: "none" as const
  }
  const { tokens, ...instance } = tokenBigram(options, "token-bigram")
  if (tokens === undefined) throw new TypeError("token-bigram: no token side")
  return { ...instance, tokens }
}

/** Instances on which algorithms are observed: small, every feature of the framework in use. */
export const observedInstances = (): ReadonlyArray<Instance> => [
  finiteInstance(rareGood({ C: 10, d: 2, prompts: 2 }), "rare-good:C=10,d=2,prompts=2"),
  finiteInstance(
    withoutFirstPrompt(random({ seed: 21, prompts: 4, responses: 5, d: 2, zeros: 0.2, ties: 0.3 })),
    "random:seed=21"
  ),
  finiteInstance(random({ seed: 22, prompts: 2, responses: 1, d: 1 }), "random:d=1,prompts=2,responses=1,seed=22")
]

/** Instances on which token algorithms are observed: short, with and without noise. */
export const observedTokenInstances = (): ReadonlyArray<Instance> => [
  instantiate(tokenBigramFamily, { H: 3, classes: 2, shares: 1, prompts: 2, beta: 0.5, seed: 4 }),
  instantiate(tokenChainFamily, { H: 2, C: 1.5, noise: "bernoulli" })
]

/** A lock of 27 responses: what a token algorithm's theorem is judged on. */
export const smallLock = (): Instance => instantiate(tokenLockFamily, { A: 3, H: 3 })

/** Length of a feature of {@link tiedAt} whose ν is not known yet. */
const SOME_LENGTH = 0.25

/**
 * Pairs that are exactly as far as a threshold asks, before anything was rewarded: every response is 0 or ±s·e_j, s = ν√λ. Whether a learner takes such a pair is its
 * choice; that it ends, and keeps to its laws, is not. Undefined where no feature is as long.
 */
export const tiedAt = (threshold?: { readonly nu: number; readonly lambda: number }): Instance | undefined => {
  const s = threshold === undefined ? SOME_LENGTH : threshold.nu * Math.sqrt(threshold.lambda)
  if (!(s > 0 && s <= 1)) return undefined
  const features = Float64Array.of(0, 0, s, 0, 0, s, -s, 0, 0, -s)
  const spec = `ties at ${s}`
  return finiteInstance(
    {
      name: "ties",
      dimension: 2,
      beta: 0.2,
      rewardRange: 1,
      parameterSet: { kind: "ball", radius: 1 },
      thetaStar: Float64Array.of(0.4, 0.2),
      noise: { kind: "none" },
      promptProbabilities: Float64Array.of(1),
      offsets: Int32Array.of(0, 5),
      reference: Float64Array.of(0.4, 0.15, 0.15, 0.15, 0.15),
      features,
      meanReward: Float64Array.from({ length: 5 }, (_, y) => 0.5 + 0.4 * features[2 * y] + 0.2 * features[2 * y + 1])
    },
    spec
  )
}

/** The instances that suit an algorithm's oracle. */
export const observedBy = ({ oracle }: { readonly oracle: string }): ReadonlyArray<Instance> =>
  oracle === "token" ? observedTokenInstances() : observedInstances()

export const easyFor = ({ oracle }: { readonly oracle: string }): Instance =>
  oracle === "token" ? smallLock() : easyInstance()

/** Where T7's own parameters make few rounds: β = R, C_cov small. */
export const easyInstance = (): Instance =>
  finiteInstance(rareGood({ C: 10, d: 1, beta: 1, prompts: 2 }), "rare-good:C=10,beta=1,d=1,prompts=2")

/** Where T7's ε = 0.2R says something (J* − J(π_ref) is 0.25R) and its own parameters still run in milliseconds. */
export const tellingInstance = (): Instance =>
  finiteInstance(rareGood({ C: 8, d: 1, prompts: 2 }), "rare-good:C=8,d=1,prompts=2")

/** Where T9's ε = 0.1R says something (J* − J(π_ref) is 0.131R), with noise, and its own parameters run in hundredths of a second. */
export const tellingChain = (): Instance => instantiate(tokenChainFamily, { H: 2, C: 1.5, beta: 1, noise: "bernoulli" })

/** L1's instance, drawn afresh each trial: i* and v are its seed's. */
export const freshNeedle = (seed: number): Instance => needleInstance({ ...NEEDLE, seed }, needleSpec(seed))
export const needleSpec = (seed: number): string => `needle:N=${NEEDLE.N},d=${NEEDLE.d},seed=${seed}`

/** N/8 queries hold the needle in one run of eight, and say so within a hundred runs. */
export const NEEDLE = { N: 512, d: 4, budget: 64n } as const

/** L2's instance, small enough for its optimum by brute force. */
export const smallFormula = (): Instance => instantiate(dnfFamily, { n: 6, k: 2, m: 14, beta: 0.4 })

/** Many prompts that differ in how much there is to find: for T7's step (a). */
export const variedInstance = (): Instance =>
  finiteInstance(
    random({ seed: 23, prompts: 40, responses: 4, d: 2, spread: 2 }),
    "random:d=2,prompts=40,responses=4,seed=23,spread=2"
  )

/** An instance whose tilts need no large promise: for the law of the rounds. */
export const mildInstance = (): Instance =>
  finiteInstance(
    random({ seed: 24, prompts: 3, responses: 4, d: 2, beta: 1 }),
    "random:beta=1,d=2,prompts=3,responses=4,seed=24"
  )

/** Oracle probes: an instance and the questions put to it. Every kind of answer occurs often enough to be tested. */
export const probes = (): ReadonlyArray<Probe> => {
  const rare = finiteInstance(rareGood({ C: 8, d: 2, prompts: 2, beta: 0.5 }), "rare-good:C=8,beta=0.5,d=2,prompts=2")
  const mixed = finiteInstance(
    random({ seed: 25, prompts: 3, responses: 4, d: 2, zeros: 0.2, noise: "two-point" }),
    "random:d=2,noise=two-point,prompts=3,responses=4,seed=25,zeros=0.2"
  )
  const test = (sigma: ReadonlyArray<number>, nu: number) => ({
    dimension: 2,
    whitening: inverseFactor(Float64Array.from(sigma), 2),
    nu
  })
  return [
    {
      instance: rare,
      // Only pairs with the rare response pass: 2·(1/8)·(7/8) of them.
      test: test([40, 0, 0, 1], 0.6),
      limit: 6,
      visits: 4,
      // Nothing is truncated: two logits a prompt, so Ẑ can be read back as a count.
      request: {
        tilt: { theta: Float64Array.of(0, 0.6), clip: 1, truncation: test([1, 0, 0, 1], 9), beta: 0.5 },
        promise: 3,
        delta: 0.2
      }
    },
    {
      instance: mixed,
      test: test([6, 1, 1, 4], 0.4),
      limit: 6,
      visits: 3,
      // Clipped, truncated, and a promise that is broken where the tilt is strong: then the law is not p, and must show.
      request: {
        tilt: { theta: Float64Array.of(0.9, -0.7), clip: 0.25, truncation: test([2, 0, 0, 3], 0.7), beta: 0.4 },
        promise: 1.3,
        delta: 0.5
      }
    }
  ]
}
