/** What a certificate says about the instance it carries: validity, digest, and T1, T2, T5 in interval arithmetic. */
import { createHash } from "node:crypto"
import type { InstanceData } from "./certificate.ts"
import { add, div, exp, type Interval, log, max, min, mul, of, sub, sum } from "./interval.ts"
import { need } from "./strict-json.ts"

type Prompt = InstanceData["prompts"][number]

/** Keys in the order in which src/instance prints them. */
const ORDER = `spec format version name dimension beta rewardRange parameterSet kind radius halfWidth thetaStar
  misspecification noise label probability responses features meanReward`.split(/\s+/)

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")
/** SHA-256 of the instance as src/instance defines it: JSON lines of the SPEC, the head and every prompt. */
export const instanceDigest = (spec: string, { prompts, ...head }: InstanceData): string =>
  sha256([{ spec }, head, ...prompts].map((part) => `${JSON.stringify(part, ORDER)}\n`).join(""))

const dot = (a: ReadonlyArray<number>, b: ReadonlyArray<number>) => a.reduce((s, v, i) => s + v * b[i], 0)
/** Probabilities that sum to 1, as far as doubles can. */
const sumsToOne = (all: ReadonlyArray<{ readonly probability: number }>): boolean =>
  Math.abs(all.reduce((s, { probability }) => s + probability, 0) - 1) <= 1e-9

/** ‖θ*‖ in units of what Θ allows: 1 at most. */
const sizeInSet = ({ parameterSet: set, thetaStar }: InstanceData): number => {
  if (set.kind === "ball") return Math.sqrt(dot(thetaStar, thetaStar)) / set.radius
  return thetaStar.reduce((most, t) => Math.max(most, Math.abs(t)), 0) / set.halfWidth
}

/** Refuses data the theory does not speak of (framework.md). Tolerances: 1e-9 on sums and on rewards in units of R, 1e-12 on norms. */
export const checkInstance = (data: InstanceData): void => {
  const { dimension: d, rewardRange: R, prompts, thetaStar, misspecification = 0 } = data
  const demand = (holds: boolean, at: string, what: string) => need(holds, "instance", `instance.data.${at}`, what)
  const inSet = thetaStar.length === d && sizeInSet(data) <= 1 + 1e-12
  demand(inSet, "thetaStar", `${d} numbers in the parameter set`)
  demand(sumsToOne(prompts), "prompts", "probabilities that sum to 1")
  prompts.forEach(({ responses }, x) => {
    const path = `prompts[${x}].responses`
    demand(sumsToOne(responses), path, "probabilities that sum to 1")
    // Rewards are linear in features up to a constant of the prompt.
    const base = responses[0].meanReward - dot(thetaStar, responses[0].features)
    responses.forEach(({ features, meanReward }, y) => {
      const short = features.length === d && dot(features, features) <= (1 + 1e-12) ** 2
      demand(short, `${path}[${y}].features`, `${d} numbers of norm at most 1`)
      const linear = Math.abs(meanReward - dot(thetaStar, features) - base) <= 1e-9 * R + misspecification
      const realized = meanReward <= R && linear
      demand(realized, `${path}[${y}].meanReward`, "a reward in [0, R] that thetaStar realizes")
    })
  })
}

/** Of a prompt, with `best` its largest reward that π_ref can reach. */
interface Normaliser {
  readonly best: number
  /** π_ref(y)·e^{(r(y)−best)/β} of every response. */
  readonly tilts: ReadonlyArray<Interval>
  /** log of their sum: log Z less its largest term, which keeps its digits when R/β is large. */
  readonly excess: Interval
}
const normaliser = ({ responses }: Prompt, beta: number): Normaliser => {
  const best = responses.reduce((most, y) => (y.probability > 0 ? Math.max(most, y.meanReward) : most), 0)
  const tilts = responses.map(({ probability, meanReward }) =>
    probability === 0 ? of(0) : mul(probability, exp(div(sub(meanReward, best), beta)))
  )
  return { best, tilts, excess: log(sum(tilts)) }
}

/** J* = β·E_ρ log Z (T1). */
export const optimum = ({ prompts, beta }: InstanceData): Interval => {
  const parts = prompts.map((prompt) => {
    const { best, excess } = normaliser(prompt, beta)
    return mul(prompt.probability, add(best, mul(beta, excess)))
  })
  return sum(parts)
}

const reachable = ({ prompts }: InstanceData) => prompts.filter((x) => x.probability > 0)

/** log C_cov(π*_β). */
export const logCoverage = (data: InstanceData): Interval =>
  max(...reachable(data).map((prompt) => sub(0, normaliser(prompt, data.beta).excess)))

/** log min{exp(R/β), 1/min π_ref} (T2). */
export const logCoverageBound = (data: InstanceData): Interval => {
  let least = 1
  for (const { responses } of reachable(data))
    for (const { probability } of responses) if (probability > 0) least = Math.min(least, probability)
  return min(div(data.rewardRange, data.beta), sub(0, log(least)))
}

/** What a policy comes to: J_β(π), and β·E_ρ KL(π‖π*_β). */
interface Evaluation {
  readonly objective: Interval
  readonly gap: Interval
}

/** Of π ∝ π_ref·e^{ratio}, the ratios listed response after response. */
export const evaluatePolicy = (data: InstanceData, logRatio: ReadonlyArray<number>, path: string): Evaluation => {
  const { prompts, beta } = data
  let row = 0
  const parts = prompts.map((prompt) => {
    const { best, excess } = normaliser(prompt, beta)
    const terms: Array<{ readonly weight: Interval; readonly ratio: number; readonly reward: number }> = []
    for (const { probability, meanReward } of prompt.responses) {
      const ratio = logRatio[row++]
      if (probability > 0) terms.push({ weight: mul(probability, exp(ratio)), ratio, reward: meanReward })
    }
    const mass = sum(terms.map(({ weight }) => weight))
    need(mass.lo > 1 - 1e-9 && mass.hi < 1 + 1e-9, "evidence", path, "ratios of a policy: probabilities that sum to 1")
    /** ρ(x)·E_{y∼π}[f(log π/π_ref, r)], π the ratios normalised. */
    const mean = (f: (logRatio: Interval, reward: number) => Interval): Interval => {
      const values = terms.map(({ weight, ratio, reward }) => mul(weight, f(sub(ratio, log(mass)), reward)))
      return mul(prompt.probability, div(sum(values), mass))
    }
    return {
      objective: mean((ratio, reward) => sub(reward, mul(beta, ratio))),
      gap: mean((ratio, reward) => mul(beta, sub(add(ratio, excess), div(sub(reward, best), beta))))
    }
  })
  return { objective: sum(parts.map((p) => p.objective)), gap: sum(parts.map((p) => p.gap)) }
}

/** The prefixes of a response, from the empty one to the whole, as keys. */
const prefixesOf = (tokens: ReadonlyArray<number>): ReadonlyArray<string> =>
  Array.from({ length: tokens.length + 1 }, (_, h) => tokens.slice(0, h).join(" "))

/** V*_1(x) + β·Σ_h log(π*_h/π_ref,h) along every response (T5): V* of a prefix is β log E_{π_ref}[e^{r/β} | prefix]. */
export const pathSums = (
  { prompts, beta }: InstanceData,
  tokens: ReadonlyArray<ReadonlyArray<number>>
): ReadonlyArray<Interval> => {
  let row = 0
  return prompts.flatMap((prompt) => {
    const { best, tilts } = normaliser(prompt, beta)
    const paths = prompt.responses.map(() => prefixesOf(tokens[row++]))
    /** Of every prefix, the sums of tilts and of masses over the responses that begin with it. */
    const below = new Map<string, { readonly tilted: Interval; readonly mass: Interval }>()
    paths.forEach((path, y) => {
      for (const prefix of path) {
        const { tilted, mass } = below.get(prefix) ?? { tilted: of(0), mass: of(0) }
        below.set(prefix, { tilted: add(tilted, tilts[y]), mass: add(mass, prompt.responses[y].probability) })
      }
    })
    /** log E_{π_ref}[e^{(r−best)/β} | prefix]. */
    const value = (prefix: string): Interval => {
      const { tilted, mass } = below.get(prefix)!
      return log(div(tilted, mass))
    }
    return paths.map((path) => {
      const steps = path.slice(1).map((prefix, h) => sub(value(prefix), value(path[h])))
      return add(best, mul(beta, add(value(""), ...steps)))
    })
  })
}
