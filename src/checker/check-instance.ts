/** What a certificate says about the instance it carries: validity, digest, and T1, T2, T5 in interval arithmetic. */
import { createHash } from "node:crypto"
import { add, div, exp, type Interval, log, max, min, mul, of, sub, sum } from "./interval.ts"
import type { InstanceData } from "./schema.ts"
import { need } from "./strict-json.ts"

/** Keys in the order in which src/instance prints them. */
const ORDER = `spec format version name dimension beta rewardRange parameterSet kind radius halfWidth thetaStar noise
  label probability responses features meanReward`.split(/\s+/)

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")
/** SHA-256 of the instance as src/instance defines it: JSON lines of the SPEC, the head and every prompt. */
export const instanceDigest = (spec: string, { prompts, ...head }: InstanceData): string =>
  sha256([{ spec }, head, ...prompts].map((part) => `${JSON.stringify(part, ORDER)}\n`).join(""))

const total = (values: ReadonlyArray<{ readonly probability: number }>) => values.reduce((s, v) => s + v.probability, 0)
const dot = (a: ReadonlyArray<number>, b: ReadonlyArray<number>) => a.reduce((s, v, i) => s + v * b[i], 0)

/** Refuses data the theory does not speak of (theory §0). Tolerances: 1e-9 on sums and on rewards in units of R, 1e-12 on norms. */
export const checkInstance = (data: InstanceData): void => {
  const { dimension: d, rewardRange: R, parameterSet: set, thetaStar } = data
  const demand = (holds: boolean, at: string, what: string) => need(holds, "instance", `instance.data.${at}`, what)
  const largest = thetaStar.reduce((m, t) => Math.max(m, Math.abs(t)), 0)
  const size = set.kind === "ball" ? Math.sqrt(dot(thetaStar, thetaStar)) / set.radius : largest / set.halfWidth
  demand(thetaStar.length === d && size <= 1 + 1e-12, "thetaStar", `${d} numbers in the parameter set`)
  demand(Math.abs(total(data.prompts) - 1) <= 1e-9, "prompts", "probabilities that sum to 1")
  data.prompts.forEach(({ responses }, x) => {
    const at = `prompts[${x}].responses`
    demand(Math.abs(total(responses) - 1) <= 1e-9, at, "probabilities that sum to 1")
    const base = responses[0].meanReward - dot(thetaStar, responses[0].features)
    responses.forEach(({ features: f, meanReward: r }, y) => {
      demand(f.length === d && dot(f, f) <= (1 + 1e-12) ** 2, `${at}[${y}].features`, `${d} numbers of norm at most 1`)
      const linear = Math.abs(r - dot(thetaStar, f) - base) <= 1e-9 * R
      demand(r <= R && linear, `${at}[${y}].meanReward`, "a reward in [0, R] that thetaStar realizes")
    })
  })
}

/** The best reward of a prompt, and log E_{π_ref} e^{(r−best)/β}: log Z less its largest term keeps its digits when R/β is large. */
const normaliser = ({ responses }: InstanceData["prompts"][number], beta: number) => {
  const best = responses.reduce((m, y) => (y.probability > 0 ? Math.max(m, y.meanReward) : m), 0)
  const tilts = responses.map((y) =>
    y.probability === 0 ? of(0) : mul(y.probability, exp(div(sub(y.meanReward, best), beta)))
  )
  return { best, tilts, excess: log(sum(tilts)) }
}
/** J* = β·E_ρ log Z (T1). */
export const optimum = ({ prompts, beta }: InstanceData): Interval => {
  const parts = prompts.map((x) => ({ x, ...normaliser(x, beta) }))
  return sum(parts.map(({ x, best, excess }) => mul(x.probability, add(best, mul(beta, excess)))))
}
const reachable = ({ prompts }: InstanceData) => prompts.filter((x) => x.probability > 0)
/** log C_cov(π*_β). */
export const logCoverage = (data: InstanceData): Interval =>
  max(...reachable(data).map((x) => sub(0, normaliser(x, data.beta).excess)))

/** log min{exp(R/β), 1/min π_ref} (T2). */
export const logCoverageBound = (data: InstanceData): Interval => {
  const masses = reachable(data).flatMap((x) => x.responses.map((y) => y.probability))
  const least = masses.reduce((m, p) => (p > 0 ? Math.min(m, p) : m), 1)
  return min(div(data.rewardRange, data.beta), sub(0, log(least)))
}

/** J_β(π) and β·E_ρ KL(π‖π*_β) of π ∝ π_ref·e^{ratio}, the ratios listed response after response. */
export const evaluatePolicy = ({ prompts, beta }: InstanceData, logRatio: ReadonlyArray<number>, path: string) => {
  let row = 0
  const parts = prompts.map((prompt) => {
    const { best, excess } = normaliser(prompt, beta)
    const rows = prompt.responses.map((y) => ({ ...y, ratio: logRatio[row++] })).filter((y) => y.probability > 0)
    const terms = rows.map((y) => ({ ...y, weight: mul(y.probability, exp(y.ratio)) }))
    const mass = sum(terms.map((y) => y.weight))
    need(mass.lo > 1 - 1e-9 && mass.hi < 1 + 1e-9, "evidence", path, "ratios of a policy: probabilities that sum to 1")
    const mean = (f: (ratio: Interval, reward: number) => Interval) => {
      const values = terms.map((y) => mul(y.weight, f(sub(y.ratio, log(mass)), y.meanReward)))
      return mul(prompt.probability, div(sum(values), mass))
    }
    return {
      objective: mean((ratio, reward) => sub(reward, mul(beta, ratio))),
      gap: mean((ratio, reward) => mul(beta, sub(add(ratio, excess), div(sub(reward, best), beta))))
    }
  })
  return { objective: sum(parts.map((p) => p.objective)), gap: sum(parts.map((p) => p.gap)) }
}

/** V*_1(x) + β·Σ_h log(π*_h/π_ref,h) along every response (T5): V* of a prefix is β log E_{π_ref}[e^{r/β} | prefix]. */
export const pathSums = ({ prompts, beta }: InstanceData, tokens: ReadonlyArray<ReadonlyArray<number>>) => {
  let row = 0
  return prompts.flatMap((prompt) => {
    const { best, tilts } = normaliser(prompt, beta)
    const paths = prompt.responses.map(() => ["", ...tokens[row++].map((_, h, path) => path.slice(0, h + 1).join(" "))])
    const below = new Map<string, readonly [tilted: Interval, mass: Interval]>()
    paths.forEach((path, i) => {
      for (const prefix of path) {
        const [tilted, mass] = below.get(prefix) ?? [of(0), of(0)]
        below.set(prefix, [add(tilted, tilts[i]), add(mass, prompt.responses[i].probability)])
      }
    })
    const value = (prefix: string) => log(div(...below.get(prefix)!))
    const steps = (path: ReadonlyArray<string>) => path.slice(1).map((prefix, h) => sub(value(prefix), value(path[h])))
    return paths.map((path) => add(best, mul(beta, add(value(""), ...steps(path)))))
  })
}
