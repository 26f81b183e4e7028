/**
 * Pairs drawn and tested per second by the literal oracle, through the services an algorithm uses, beside vectorised
 * NumPy doing the same work (peers/literal_oracle.py) in turn, in one run, on one core.
 */
import * as Effect from "effect/Effect"
import { Stream } from "../src/numeric/stream.ts"
import { openOracles, type OracleSession } from "../src/oracle/interpreter.ts"
import { Prompts, WeakSampling } from "../src/oracle/services.ts"
import { ellipticNormSquared, type EllipticTest } from "../src/policy/elliptic-test.ts"
import { literalCases, prepare, type PreparedCase } from "./literal-oracle-cases.ts"
import { type Contestant, interleaved, type Measured, ratios, series, spread, timed, timesAsQuick } from "./measure.ts"
import { median } from "../src/statistics/median.ts"
import { fastest, NO_NUMPY, NumpyPeer, versionsOf } from "./peers/numpy-peer.ts"
import type { Series, Suite, Target } from "./suite.ts"

/**
 * Variants that draw both responses of every pair and then test it, and those that tabulate the law of the test
 * itself.
 */
const drawing = ({ prompts, responses }: PreparedCase): ReadonlyArray<string> => [
  ...(responses <= 256 ? ["choice", "searchsorted", "alias", "alias-buffers"] : []),
  ...(prompts === 1 ? ["difference", "whitened"] : [])
]
const tabulating = ({ prompts, responses }: PreparedCase): ReadonlyArray<string> => [
  ...(responses <= 16 ? ["alias-states", "joint-alias"] : []),
  ...(prompts === 1 ? ["word-filter"] : [])
]

const AT_LEAST = 3
/** Pairs drawn to see that a NumPy variant has the law it should. */
const CHECKED = 2 ** 17

const open = (prepared: PreparedCase, trial: number): OracleSession =>
  openOracles(prepared.instance, {
    interpreter: "literal",
    stream: Stream.fromSeed(7).split("bench", trial),
    threads: 1
  })

/** One call of the oracle's own operation: `visits·limit` pairs, unless one passes. */
const search = (session: OracleSession, prepared: PreparedCase, test: EllipticTest): void => {
  const { limit, visits } = prepared
  const program = Effect.gen(function* () {
    const weak = yield* WeakSampling
    if (visits > 1) return (yield* weak.sweep(test, limit, visits)).hit
    const [prompt] = yield* (yield* Prompts).draw(1)
    return yield* weak.firstHit(prompt, test, limit)
  })
  Effect.runSync(Effect.provideContext(program, session.services))
}

const pairsOf = (session: OracleSession): bigint => session.ledger.snapshot().perOracle.weakSampling / 2n

const ours = (prepared: PreparedCase, milliseconds: number): Contestant => {
  const { test, limit, visits } = prepared
  const session = open(prepared, 0)
  const units = limit * visits
  const call = (): void => {
    const before = pairsOf(session)
    search(session, prepared, test)
    const tested = pairsOf(session) - before
    if (tested !== BigInt(units)) throw new Error(`${prepared.name}: ${tested} pairs charged, expected ${units}`)
  }
  return timed({ name: prepared.name, units, call }, milliseconds)
}

/** P(a pair passes), the prompt drawn too: exact. */
const passRate = ({ instance: { exact } }: PreparedCase, test: EllipticTest): number => {
  const { features, offsets, promptProbabilities, reference } = exact
  let rate = 0
  for (let x = 0; x < promptProbabilities.length; x++) {
    for (let a = offsets[x]; a < offsets[x + 1]; a++) {
      for (let b = offsets[x]; b < offsets[x + 1]; b++) {
        if (ellipticNormSquared(test, features, a, b) > test.nu ** 2)
          rate += promptProbabilities[x] * reference[a] * reference[b]
      }
    }
  }
  return rate
}

const theirs = (peer: NumpyPeer, variant: string, pairs: number, milliseconds: number): Contestant => ({
  name: variant,
  turn: async () => (await peer.ask({ op: "run", variant, pairs, milliseconds }))["ns"] as ReadonlyArray<number>
})

/** Variants that this case admits, each with its best batch size found and its law checked against ours. */
const enter = async (
  peer: NumpyPeer,
  prepared: PreparedCase,
  variants: ReadonlyArray<string>
): Promise<ReadonlyArray<string>> => {
  const { exact } = prepared.instance
  await peer.ask({
    op: "load",
    case: {
      prompts: prepared.prompts,
      responses: prepared.responses,
      dimension: prepared.dimension,
      limit: prepared.limit,
      reference: Array.from(exact.reference),
      features: Array.from(exact.features),
      whitening: Array.from(prepared.test.whitening)
    }
  })
  await peer.ask({ op: "aim", nu: prepared.frequent.nu })
  const rate = passRate(prepared, prepared.frequent)
  const admitted: Array<string> = []
  for (const variant of variants) {
    const answer = await peer.ask({ op: "rate", variant, pairs: CHECKED })
    if (answer["unavailable"] !== undefined) continue
    // Six standard errors, 16 pairs sharing a prompt.
    const error = 6 * Math.sqrt((16 * rate * (1 - rate)) / CHECKED)
    if (!(Math.abs((answer["rate"] as number) - rate) <= error)) {
      throw new Error(
        `${prepared.name}, NumPy ${variant}: ${String(answer["rate"])} of pairs pass, expected ${rate} ± ${error}`
      )
    }
    admitted.push(variant)
  }
  await peer.ask({ op: "aim", nu: prepared.test.nu })
  for (const variant of admitted) await peer.ask({ op: "tune", variant, pairs: prepared.limit * prepared.visits })
  return admitted
}

/** Ours in turn with every variant of NumPy that the case admits: the best of those that draw both responses, and of those that tabulate. */
export const besideNumpy = async (
  prepared: PreparedCase,
  ours: ReadonlyArray<Contestant>,
  peer: NumpyPeer | undefined,
  { rounds, milliseconds }: { readonly rounds: number; readonly milliseconds: number }
) => {
  const [draws, tabulates] = [drawing(prepared), tabulating(prepared)]
  const variants = peer === undefined ? [] : await enter(peer, prepared, [...draws, ...tabulates])
  const pairs = prepared.limit * prepared.visits
  const measured = await interleaved(
    [...ours, ...variants.map((variant) => theirs(peer!, variant, pairs, milliseconds))],
    rounds
  )
  const others = measured.slice(ours.length)
  const bestOf = (names: ReadonlyArray<string>): Measured | undefined =>
    fastest(others.filter(({ name }) => names.includes(name)))
  return { mine: measured.slice(0, ours.length), others, best: bestOf(draws), tabulated: bestOf(tabulates) }
}

const megahertz = (m: Measured): string => (1e3 / median(m.rounds)).toFixed(1)

export const literalOracle: Suite = {
  name: "literal-oracle",
  summary: "pairs drawn and tested by the literal oracle, one core",
  run: async ({ quick, log }) => {
    const turns = quick ? { rounds: 3, milliseconds: 40 } : { rounds: 15, milliseconds: 120 }
    const peer = NumpyPeer.start("literal_oracle.py")
    const versions = await versionsOf(peer)
    const rows: Array<ReadonlyArray<string>> = []
    const peers: Array<ReadonlyArray<string>> = []
    const targets: Array<Target> = []
    const raw: Array<Series> = []
    for (const literalCase of literalCases(quick)) {
      log(`literal-oracle: ${literalCase.name}`)
      const prepared = prepare(literalCase)
      const { name } = prepared
      const {
        mine: [mine],
        others,
        best,
        tabulated
      } = await besideNumpy(prepared, [ours(prepared, turns.milliseconds)], peer, turns)
      raw.push(series(`coverbound, ${name}`, "ns/pair", mine.samples))
      rows.push([
        name,
        megahertz(mine),
        median(mine.rounds).toFixed(2),
        best === undefined ? "–" : `${megahertz(best)} ${best.name}`,
        best === undefined ? "–" : spread(ratios(best, mine)),
        best === undefined ? "–" : (Math.min(...best.samples) / Math.min(...mine.samples)).toFixed(2),
        tabulated === undefined ? "–" : `${spread(ratios(tabulated, mine))} ${tabulated.name}`
      ])
      for (const other of others) {
        raw.push(series(`numpy ${other.name}, ${name}`, "ns/pair", other.samples))
        peers.push([name, other.name, megahertz(other), median(other.rounds).toFixed(2), spread(ratios(other, mine))])
      }
      if (best !== undefined)
        targets.push(
          timesAsQuick(`${name}: at least ${AT_LEAST}× the best NumPy that draws both responses`, mine, best, AT_LEAST)
        )
    }
    peer?.close()
    return {
      tables: [
        {
          title:
            "Literal oracle, first hit of a test that never passes (medians of rounds; ratio: median (least–greatest))",
          columns: [
            "case",
            "Mpairs/s",
            "ns/pair",
            "best NumPy, Mpairs/s",
            "ratio",
            "ratio of quickest calls",
            "tabulating NumPy, ratio"
          ],
          rows
        },
        ...(peers.length === 0
          ? []
          : [
              {
                title: "NumPy, all variants",
                columns: ["case", "variant", "Mpairs/s", "ns/pair", "ratio to ours"],
                rows: peers
              }
            ])
      ],
      targets,
      series: raw,
      notes: [
        versions === undefined
          ? NO_NUMPY
          : `${versions}, SFC64, one thread, each variant at its best batch size of 2^9 … 2^18.`,
        "Tabulating NumPy names no response of a pair that does not pass: by tables of outcomes, or (word-filter) by our kernel's own idea, whose random words are then most of its cost.",
        "Ours draws by Threefry-2x32-20, addressed by counter: a batch may be cut anywhere and a held response rebuilt. NumPy's draws are consumed in order."
      ]
    }
  }
}
