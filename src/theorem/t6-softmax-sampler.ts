/** T6: SoftmaxSampler is close to its target within N₁+N₂ draws. */
import { accounted, largest, overTrials, undecided } from "./judging.ts"
import { type JudgedByCounts, restated } from "./theorem.ts"

export const softmaxSamplerIsClose: JudgedByCounts = restated({
  id: "T6",
  title: "sampling from a tilted model",
  statement:
    "\\sup_y p/\\pi_{\\mathrm{ref}}\\le M\\ \\Rightarrow\\ \\mathrm{TV}(\\text{output},p)\\le\\delta\\ \\text{with at most}\\ \\lceil 8M\\log(4/\\delta)\\rceil+\\lceil 4M\\log(4/\\delta)\\rceil\\ \\text{weak queries}",
  page: "src/theorem/t6-softmax-sampler.md",
  nature: "probabilistic",
  // The promise M comes with each call (a learner may double a guess of it): where there is no call there is nothing to judge.
  judge: (_, runs, level) => {
    const tallies = runs.map((run) => run.sampler)
    const calls = tallies.reduce((s, t) => s + t.calls, 0)
    const broken = tallies.reduce((s, t) => s + t.promiseBroken, 0)
    const unaccepted = tallies.reduce((s, t) => s + t.unaccepted, 0)
    const delta = Math.max(0, largest(tallies.map((t) => t.maxDelta)))
    const most = Math.max(0, largest(tallies.map((t) => t.maxDraws)))
    const entitled = Math.max(0, largest(tallies.map((t) => t.maxEntitled)))
    if (calls === 0)
      return [
        undecided("accounting", "T6", "cost", "no sampler call was made"),
        undecided("evidence", "T6", "failure", "no sampler call was made")
      ]
    const kept = calls - broken
    const what = `sampler calls ended without an acceptance${broken > 0 ? ` (${broken} more had a broken promise: nothing is claimed of them)` : ""}`
    const idle = `no sampler call kept its promise M (${broken} broke it)`
    return [
      accounted("T6", "cost", most, entitled, `draws of the dearest of ${calls} sampler calls against N1+N2`),
      kept === 0
        ? undecided("evidence", "T6", "failure", idle, "none", delta)
        : overTrials("T6", "failure", unaccepted, kept, delta, level, what)
    ]
  }
})
