/** T3: a spanner is small, whatever the number of prompts or draws. */
import { spannerSize } from "../policy/spanner-size.ts"
import { checked, largest, undecided } from "./judging.ts"
import { chainFault, NO_PAIR, spannerChain, spannerHypotheses, withoutSpanner } from "./spanner-chain.ts"
import { type JudgedByCounts, restated } from "./theorem.ts"

export const spannerIsSmall: JudgedByCounts = restated({
  id: "T3",
  title: "a spanner is small",
  statement:
    "\\|\\varphi_i\\|^2_{\\Sigma_{i-1}^{-1}}>\\nu^2\\ \\forall i\\ \\Rightarrow\\ (1+\\nu^2)^n<\\det\\Sigma_n/\\lambda^d\\le(1+4n/(d\\lambda))^d,\\ \\text{so}\\ n\\le n_{\\max}(d,\\nu,\\lambda)",
  page: "src/theorem/t3-spanner-is-small.md",
  nature: "deterministic",
  hypotheses: spannerHypotheses,
  judge: ({ parameters, problem }, runs) => {
    const lost = withoutSpanner({ parameters })
    if (lost.length > 0) return [undecided("checked", "T3", "size", lost.join("; "))]
    const d = problem.dimension
    const { nu, lambda } = parameters
    const most = spannerSize(d, nu, lambda)
    const chains = runs.map((run) => ({ chain: spannerChain(run.spanner, d, lambda, nu), trial: run.trial }))
    const largestCount = Math.max(0, largest(chains.map(({ chain }) => chain.count)))
    const [fault] = chains.flatMap(({ chain, trial }) => chainFault(chain, `trial ${trial}`, d, lambda, nu))
    if (fault === undefined && largestCount === 0) return [undecided("checked", "T3", "size", NO_PAIR, 0, most)]
    const note = fault ?? "accepted pairs against n_max; determinant chain recomputed"
    return [checked("T3", "size", largestCount, most, note, fault === undefined && largestCount <= most)]
  }
})
