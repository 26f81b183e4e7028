/**
 * What the strong oracle, proper rewards and best-of-n answer, in distribution. Like oracle-distributions.ts: the exact law of every answer is written out from the
 * instance by its own arithmetic, answers are brought to uniforms, uniforms are tested at a level.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { FiniteInstance } from "../instance/instance.ts"
import { commit, promptIndex, reveal } from "../oracle/handle.ts"
import { Prompts, ProperRewards, StrongSampling, WeakSampling } from "../oracle/services.ts"
import { projectOnto } from "../policy/parameter-set.ts"
import { normSquared } from "./algebra.ts"
import { ratioByDefinition, relative, rowsOf } from "./definition.ts"
import { spent, type Trying, unlimited } from "./oracle-distributions.ts"
import { ofWeights, UniformTally } from "./transform.ts"

/** π_θ(·∣x), in the order of the prompt's rows. */
const policyLaw = (exact: FiniteInstance, theta: Float64Array, x: number): ReadonlyArray<number> => {
  const ratio = ratioByDefinition(exact, { kind: "linear-softmax", theta }, x)
  return rowsOf(exact, x).map((y, i) => (exact.reference[y] > 0 ? exact.reference[y] * Math.exp(ratio[i]) : 0))
}

/** Strong draws and proper draws follow π_θ; proper prompts follow ρ, and each draw has its own parameter's law. */
export const strongLaw = Effect.fnUntraced(function* ({ session, probe, coin, times, level, tick }: Trying) {
  const { exact } = probe.instance
  const strong = Context.get(session.services, StrongSampling)
  const proper = Context.get(session.services, ProperRewards)
  const source = Context.get(session.services, Prompts)
  const X = exact.promptProbabilities.length
  const theta = projectOnto(probe.request.tilt.theta.slice(), exact.parameterSet)
  const against = theta.map((t) => -t)
  const laws = [theta, against].map((one) => Array.from({ length: X }, (_, x) => policyLaw(exact, one, x)))
  const planned = new UniformTally(1, 16)
  const where = new UniformTally(1, 16)
  const explored = new UniformTally(2, 4)
  const place = (row: number, x: number): number => row - exact.offsets[x]
  const batch = 50
  for (let done = 0; done < times; done += batch) {
    const prompts = yield* source.draw(batch)
    const before = session.ledger.snapshot()
    const drawn = yield* unlimited(strong.draw(theta, prompts))
    const between = session.ledger.snapshot()
    const groups = yield* unlimited(proper.explore(commit(theta, against), batch))
    const after = session.ledger.snapshot()
    // What cannot happen refutes at once: a draw or a reward that was not charged.
    const paid =
      between.samplingQueries - before.samplingQueries === BigInt(batch) &&
      after.samplingQueries - between.samplingQueries === BigInt(2 * batch) &&
      after.rewardQueries - between.rewardQueries === BigInt(2 * batch)
    drawn.forEach((y, i) => {
      const x = promptIndex(prompts[i])
      const sound = paid && y.prompt === prompts[i]
      planned.add(sound ? ofWeights(laws[0][x], place(reveal(y).row, x), coin) : Number.NaN)
    })
    for (const { prompt, responses } of groups) {
      const x = promptIndex(prompt)
      where.add(ofWeights(exact.promptProbabilities, x, coin))
      const [u, v] = responses.map((y, k) => ofWeights(laws[k][x], place(reveal(y).row, x), coin))
      explored.add(u, v)
    }
    yield* tick
  }
  return [
    ...planned.judge(level / 3, "strong draws against π_θ"),
    ...where.judge(level / 3, "prompts of proper exploration against ρ"),
    ...explored.judge(level / 3, "draws of a commitment against π_θ of each of its parameters")
  ]
})

/** The response that best-of-n keeps, against the law of the largest norm among n draws. */
export const farthestLaw = Effect.fnUntraced(function* ({ session, probe, coin, times, level, tick }: Trying) {
  const { instance, limit, test } = probe
  const { exact } = instance
  const weak = Context.get(session.services, WeakSampling)
  const source = Context.get(session.services, Prompts)
  const kept = new UniformTally(1, 16)
  const laws = new Map<number, ReadonlyArray<number>>()
  const lawOf = (x: number, anchor: number): ReadonlyArray<number> => {
    const known = laws.get(anchor)
    if (known !== undefined) return known
    const rows = rowsOf(exact, x)
    const norms = rows.map((y) => normSquared(test, relative(exact, y, anchor)))
    const massOf = (holds: (norm: number) => boolean): number =>
      rows.reduce((s, y, i) => (holds(norms[i]) ? s + exact.reference[y] : s), 0)
    const law = rows.map((y, i) => {
      // Norms a rounding apart are one norm to neither side: the probes keep theirs apart or exactly equal.
      const equal = massOf((norm) => norm === norms[i])
      const [upTo, below] = [massOf((norm) => norm <= norms[i]), massOf((norm) => norm < norms[i])]
      return exact.reference[y] === 0 ? 0 : (exact.reference[y] / equal) * (upTo ** limit - below ** limit)
    })
    laws.set(anchor, law)
    return law
  }
  for (let i = 0; i < times; i++) {
    const prompts = yield* source.draw(1)
    const [anchor] = yield* unlimited(weak.draw(prompts))
    const before = spent(session)
    const best = yield* unlimited(weak.farthest(anchor, test, limit))
    const paid = spent(session) - before === BigInt(limit)
    const x = promptIndex(prompts[0])
    const u = ofWeights(lawOf(x, reveal(anchor).row), reveal(best).row - exact.offsets[x], coin)
    kept.add(paid ? u : Number.NaN)
    if (i % 64 === 0) yield* tick
  }
  return kept.judge(level, "the farthest of n draws against its law")
})
