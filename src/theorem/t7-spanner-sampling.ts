/** T7: SpannerSampling reaches ε with T_data free of coverage and T_comp linear in it. */
import { samplerDraws } from "../oracle/sampler-draws.ts"
import { spannerSize } from "../policy/spanner-size.ts"
import type { RunRecord } from "../run/run-record.ts"
import { accounted, dearest, guarantee, offRequired, reachesEpsilon, short, undecided } from "./judging.ts"
import { potentialFactor } from "./t4-elliptic-potential.ts"
import {
  claimedAs,
  type CountedRun,
  type CountedSubject,
  type Hypothesis,
  type Judgement,
  restated,
  type Subject,
  type Theorem,
  unmetOf
} from "./theorem.ts"

const E1 = Math.E / (Math.E - 1)

/** T7's parameters at the least fixed point, recomputed here from the statement: an algorithm's own solver is what is being judged. */
export const requiredParameters = ({ problem, goal }: Pick<Subject, "goal" | "problem">, lambda: number) => {
  const { dimension: d, beta, rewardRange: R, parameterRadius: B } = problem
  const { epsilon, delta, coverage } = goal
  const log = Math.log(1 / delta)
  let size = 0
  let rounds = 1
  for (;;) {
    const L = d * Math.log1p((4 * (size + rounds)) / (d * lambda))
    const b = (R / Math.SQRT2) * Math.sqrt(2 * log + L) + Math.sqrt(lambda) * B
    const nu = Math.min(1, beta / b)
    const kappa = potentialFactor(nu)
    const n = spannerSize(d, nu, lambda)
    const T = Math.ceil((3 / epsilon) * (Math.E - 2) * E1 * ((kappa * b * b * L) / beta + beta * log))
    if (n <= size && T <= rounds) {
      const prompts = Math.ceil((E1 * (size + log) * 9 * R) / epsilon)
      const pairs = Math.ceil(
        (3 / epsilon) * coverage * (6 * R + 2 * Math.E * Math.max(beta, R)) * Math.log(prompts / delta)
      )
      return {
        nu,
        rounds,
        prompts,
        pairsPerPrompt: pairs,
        promise: 2 * Math.E ** 2 * coverage,
        rejectionLevel: delta / rounds
      }
    }
    size = Math.max(size, n)
    rounds = Math.max(rounds, T)
  }
}

/** T_data ≤ 2(n_max + T_exp), for whatever parameters were used. */
export const dataBound = (d: number, p: Readonly<Record<string, number>>): bigint =>
  2n * (BigInt(spannerSize(d, p.nu, p.lambda)) + BigInt(p.rounds))

/** T_comp ≤ 2·T_prompt·T_span + T_exp·(1 + N₁ + N₂). */
export const computationBound = (p: Readonly<Record<string, number>>): bigint => {
  const { estimate, trials } = samplerDraws(p.promise, p.rejectionLevel)
  return 2n * BigInt(p.prompts) * BigInt(p.pairsPerPrompt) + BigInt(p.rounds) * (1n + BigInt(estimate) + BigInt(trials))
}

/** What T7 speaks of, all above 0. */
const PARAMETERS = ["lambda", "nu", "rounds", "prompts", "pairsPerPrompt", "promise", "rejectionLevel"]
const lacking = ({ parameters }: Pick<Subject, "parameters">): ReadonlyArray<string> => {
  const names = PARAMETERS.filter((name) => !(parameters[name] > 0))
  return names.length === 0 ? [] : [`the algorithm has no ${names.join(", ")}`]
}

/** What T7 asks of an instance, where it is claimed. */
const claimed =
  (look: (subject: Subject) => ReadonlyArray<string>): Hypothesis["unmet"] =>
  (subject) =>
    subject.algorithm.claims.includes("T7") ? look(subject) : undefined

/** Parameters of which T7 asks something, where they are there. */
const required = (
  off: "below" | "above",
  name: Exclude<keyof ReturnType<typeof requiredParameters>, "nu">,
  slack?: number
): Hypothesis["unmet"] => {
  const looked = claimed((subject) => {
    const { parameters: p } = subject
    return offRequired("T7", p, requiredParameters(subject, p.lambda), [name], off, slack)
  })
  return (subject) => (lacking(subject).length === 0 ? looked(subject) : undefined)
}

/** T7's monotone hypotheses: any spanner phase at least as long, any promise at least as large. ν and T_exp are tied together and must match. */
const hypotheses: ReadonlyArray<Hypothesis> = [
  claimedAs("T7"),
  {
    says: "\\mathbb{E}[r\\mid x,y]=\\langle\\theta^*,\\phi(x,y)\\rangle,\\ r\\in[0,R]",
    unmet: claimed(({ exact: { misspecification } }) =>
      misspecification === undefined
        ? []
        : [`rewards are off every linear one, by up to ${short(misspecification)} from theta_star's`]
    )
  },
  {
    says: "\\text{told } C_{\\mathrm{cov}}\\ge C_{\\mathrm{cov}}(\\pi^*_\\beta)",
    unmet: claimed(({ best, goal }) =>
      goal.coverage < best.coverage * (1 - 1e-12) ? [`coverage ${goal.coverage} is below C_cov = ${best.coverage}`] : []
    )
  },
  {
    says: "\\nu=\\min\\{1,\\beta/b\\},\\ b=\\sigma\\sqrt{2\\log(1/\\delta)+L}+\\sqrt\\lambda B",
    unmet: claimed((subject) => {
      const lost = lacking(subject)
      const { parameters: p } = subject
      return lost.length > 0 ? lost : offRequired("T7", p, requiredParameters(subject, p.lambda), ["nu"], "either")
    })
  },
  {
    says: "T_{\\mathrm{exp}}\\ge(3/\\varepsilon)(e-2)e_1(\\kappa b^2L/\\beta+\\beta\\log(1/\\delta))",
    unmet: required("below", "rounds", 0)
  },
  {
    says: "T_{\\mathrm{prompt}}\\ge e_1(n_{\\max}+\\log(1/\\delta))\\,9R/\\varepsilon",
    unmet: required("below", "prompts", 0)
  },
  {
    says: "T_{\\mathrm{span}}\\ge(3/\\varepsilon)\\,C_{\\mathrm{cov}}\\,(6R+2e\\max\\{\\beta,R\\})\\log(T_{\\mathrm{prompt}}/\\delta)",
    unmet: required("below", "pairsPerPrompt", 0)
  },
  {
    says: "M\\ge2e^2\\,C_{\\mathrm{cov}}",
    unmet: required("below", "promise")
  },
  {
    says: "\\delta_{\\mathrm{rej}}\\le\\delta/T_{\\mathrm{exp}}",
    unmet: required("above", "rejectionLevel")
  }
]
const unmet = unmetOf(hypotheses)

/** What T7's hypotheses look at: of a model that is only sampled, as far as it is known. */
export type SpannerSamplingSubject = Pick<Subject, "goal" | "parameters" | "problem"> & {
  readonly algorithm: Pick<Subject["algorithm"], "claims" | "name">
  readonly exact: Pick<Subject["exact"], "misspecification">
  readonly best: Pick<Subject["best"], "coverage">
}
/** Hypotheses that such a subject does not meet. (They look at nothing else of a subject.) */
export const unmetBySpannerSampling = (subject: SpannerSamplingSubject): ReadonlyArray<string> =>
  unmet(subject as Subject)

/** T7's costs, for whatever parameters were used: they hold of any run that keeps to its loops. */
export const costClauses = (
  { parameters: p, problem }: CountedSubject,
  runs: ReadonlyArray<CountedRun>
): ReadonlyArray<Judgement> => {
  const lost = lacking({ parameters: p })
  if (lost.length > 0) return ["T_data", "T_comp"].map((part) => undecided("accounting", "T7", part, lost.join("; ")))
  return [
    accounted(
      "T7",
      "T_data",
      dearest(runs, "rewardQueries"),
      dataBound(problem.dimension, p),
      "reward queries of the dearest run against 2(n_max+T_exp)"
    ),
    accounted(
      "T7",
      "T_comp",
      dearest(runs, "samplingQueries"),
      computationBound(p),
      "sampling queries of the dearest run against 2 T_prompt T_span + T_exp(1+N1+N2)"
    )
  ]
}

const judge = (subject: Subject, runs: ReadonlyArray<RunRecord>, level: number): ReadonlyArray<Judgement> => [
  ...costClauses(subject, runs),
  ...guarantee("T7", subject, runs, unmet(subject), () => [
    reachesEpsilon("T7", subject, runs, 5 * subject.goal.delta, level)
  ])
]

export const spannerSamplingGuarantee: Theorem = restated({
  id: "T7",
  title: "SpannerSampling",
  statement:
    "\\Pr[J_\\beta(\\pi^*_\\beta)-J_\\beta(\\hat\\pi)>\\varepsilon]\\le5\\delta;\\ T_{\\mathrm{data}}\\le2(n_{\\max}+T_{\\mathrm{exp}});\\ T_{\\mathrm{comp}}\\le2T_{\\mathrm{prompt}}T_{\\mathrm{span}}+T_{\\mathrm{exp}}(1+N_1+N_2)",
  paper: "Theorem 3.1",
  page: "src/theorem/t7-spanner-sampling.md",
  nature: "probabilistic",
  hypotheses,
  judge
})
