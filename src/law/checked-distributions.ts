/**
 * Checked tokens in distribution (t8-mtss.md), whoever draws them: the joint law of the anchor, of what fired or was returned, of the draws charged and of Ẑ, by
 * enumeration of every way in which T_span tokens can fall.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Instance } from "../instance/instance.ts"
import type { TokenTable } from "../instance/token-instance.ts"
import { insidePrefix, type Prefix, tokenRowOf } from "../oracle/handle.ts"
import type { OracleSession } from "../oracle/interpreter.ts"
import { type CheckedTilt, Prompts, TokenSampling } from "../oracle/services.ts"
import { gramOf, passes } from "./algebra.ts"
import { relative, rowsOf, truncatedReward } from "./definition.ts"
import { judgeFit } from "./law.ts"
import { type Trying, unlimited } from "./oracle-distributions.ts"

/** A visit as a cell: what was drawn, and what it cost. Ẑ to nine digits, where nothing fired. */
const cellOf = (anchor: number, token: number, fired: boolean, draws: number, logNormaliser: number): string =>
  `${anchor}/${token}/${fired ? "fired" : logNormaliser.toFixed(9).replace(/^-0\.0+$/, "0.000000000")}/${draws}`

/** The law of a visit at a node over cells. O(R^{T_span+1}·N₂): for small ones. */
export const checkedLaw = (tokens: TokenTable, node: number, request: CheckedTilt): ReadonlyMap<string, number> => {
  const { reference } = tokens
  const { draws, promise, tilt, trials: most } = request
  const rows = rowsOf(tokens, node)
  const law = new Map<string, number>()
  const add = (cell: string, mass: number): void => {
    if (mass > 0) law.set(cell, (law.get(cell) ?? 0) + mass)
  }
  const tilts = tilt.theta.some((t) => t !== 0)
  for (const anchor of rows) {
    const bad = rows.map((a) => passes(tilt.truncation, relative(tokens, a, anchor)))
    const logit = truncatedReward(tokens, tilt, tilt.theta, node, anchor).map((f) => f / tilt.beta)
    /** The tokens of the Check one after another: chance so far, Σ e^{f/β}. */
    const check = (made: number, chance: number, sum: number): void => {
      if (made === draws) return trials(chance, tilts ? sum / draws : 1)
      rows.forEach((y, i) => {
        const mass = chance * reference[y]
        if (bad[i]) add(cellOf(anchor, y, true, 2 + made, 0), mass)
        else check(made + 1, mass, sum + Math.exp(logit[i]))
      })
    }
    const trials = (chance: number, normaliser: number): void => {
      const accept = logit.map((l) => (tilts ? Math.min(1, Math.exp(l) / (2 * promise * normaliser)) : 1))
      const one = rows.reduce((s, a, i) => s + reference[a] * accept[i], 0)
      for (let k = 1; k <= most; k++) {
        rows.forEach((a, i) => {
          const mass = chance * (1 - one) ** (k - 1) * reference[a] * (k === most ? 1 : accept[i])
          add(cellOf(anchor, a, bad[i], 1 + draws + k, Math.log(normaliser)), mass)
        })
        if (!tilts) break
      }
    }
    check(0, reference[anchor], 0)
  }
  return law
}

/** One visit as its cell. */
export const checkedCell = Effect.fnUntraced(function* (session: OracleSession, prefix: Prefix, request: CheckedTilt) {
  const before = session.ledger.snapshot().perOracle.tokenSampling
  const answer = yield* unlimited(Context.get(session.services, TokenSampling).checkedTilt(prefix, request, 1))
  const draws = Number(session.ledger.snapshot().perOracle.tokenSampling - before)
  const { fired, logNormaliser, tokens, visits } = answer
  const [only] = tokens
  const sound = visits === 1 && (fired === undefined ? tokens.length === 1 && only.count === 1 : tokens.length === 0)
  if (!sound) return `${visits} visits, ${tokens.length} tokens`
  return fired === undefined
    ? cellOf(tokenRowOf(only.anchor), tokenRowOf(only.token), false, draws, logNormaliser)
    : cellOf(tokenRowOf(fired.right), tokenRowOf(fired.left), true, draws, 0)
})

/** A token instance, and what its first token is asked with: tokens that fire against some anchors, trials that are clipped, and some that all fail. */
export interface CheckedProbe {
  readonly instance: Instance
  readonly request: CheckedTilt
}

/** A tilt of the first tokens with Σ = I and ν = 1.2, T_span = 3, N₂ = 4, and M = 1, which is no promise kept. */
export const checkedProbe = (instance: Instance, tilts: boolean): CheckedProbe => {
  const { dimension: d } = instance.tokens!
  const truncation = { dimension: d, whitening: gramOf([], d, 1), nu: 1.2 }
  const { beta } = instance.exact
  const theta = Float64Array.from({ length: d }, (_, j) => (tilts ? [3, -1.5][j % 2] * beta : 0))
  return {
    instance,
    request: { tilt: { theta, clip: 1.5 * beta, truncation, beta }, draws: 3, promise: 1, trials: 4 }
  }
}

/** Draws `times` single visits at the beginning of a response and holds them against their law. */
export const checkedVisits = Effect.fnUntraced(function* (
  trying: Omit<Trying, "probe">,
  { instance, request }: CheckedProbe
) {
  const { session, times, level, tick } = trying
  const tokens = instance.tokens!
  const [prompt] = yield* Context.get(session.services, Prompts).draw(1)
  const prefix = Context.get(session.services, TokenSampling).start(prompt)
  const law = checkedLaw(tokens, insidePrefix(prefix).node, request)
  const cells = [...law.keys()]
  const counts = new Float64Array(cells.length + 1)
  const at = new Map(cells.map((cell, i) => [cell, i]))
  for (let i = 0; i < times; i++) {
    counts[at.get(yield* checkedCell(session, prefix, request)) ?? cells.length]++
    if (i % 64 === 0) yield* tick
  }
  return [judgeFit(counts, [...law.values(), 0], level, "Checked tokens, what they cost and Ẑ against their joint law")]
})
