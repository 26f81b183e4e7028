/**
 * Literal and exact-law interpreters give the same laws (exact-law.md). Each comparison is exact at its level: one sample against the law where the law is
 * known in closed form, two samples against each other otherwise.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { rareGood } from "../instance/families/rare-good.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { whitening } from "../numeric/gram.ts"
import { Stream } from "../numeric/stream.ts"
import { type EllipticTest, ellipticNormSquared } from "../policy/elliptic-test.ts"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { exactCellTest } from "../statistics/goodness-of-fit.ts"
import { exactHomogeneityTest } from "../../properties/statistics/homogeneity.ts"
import { type Prompt, promptIndex, reveal } from "./handle.ts"
import { type Interpreter, openOracles, type OracleSession } from "./interpreter.ts"
import { Prompts, Rewards, WeakSampling } from "./services.ts"

const instance = finiteInstance(rareGood({ C: 40, d: 3, prompts: 3 }), "test")
const { exact } = instance
const test: EllipticTest = {
  dimension: 3,
  whitening: whitening(Float64Array.of(5, 1, 0, 1, 7, 0, 0, 0, 1), 3),
  nu: 0.75
}

const open = (interpreter: Interpreter, seed: number): OracleSession =>
  openOracles(instance, { interpreter, stream: Stream.fromSeed(seed).split("interpreters.test") })

const run = <A, E>(session: OracleSession, effect: Effect.Effect<A, E, Prompts | WeakSampling | Rewards>): A =>
  Effect.runSync(Effect.provideContext(effect, session.services as Context.Context<Prompts | WeakSampling | Rewards>))

const onePrompt = Effect.flatMap(Prompts, (p) => p.draw(1)).pipe(Effect.map(([p]) => p))

/** Counts of a statistic in [0, cells) over repeated requests. */
const tabulate = (
  interpreter: Interpreter,
  n: number,
  cells: number,
  request: (s: OracleSession) => number
): Array<number> => {
  const session = open(interpreter, 11)
  const counts = new Array<number>(cells).fill(0)
  for (let i = 0; i < n; i++) counts[request(session)]++
  return counts
}

const passProbability = (x: number): number => {
  let p = 0
  for (let a = exact.offsets[x]; a < exact.offsets[x + 1]; a++) {
    for (let b = exact.offsets[x]; b < exact.offsets[x + 1]; b++) {
      if (ellipticNormSquared(test, exact.features, a, b) > test.nu ** 2) p += exact.reference[a] * exact.reference[b]
    }
  }
  return p
}

const R = exact.offsets[1]
const LIMIT = 12

/** A first-hit request as (x, pairs drawn or failure): the law is closed form. */
const firstHitCell = (session: OracleSession): number => {
  const before = session.ledger.snapshot().samplingQueries
  const [prompt, hit] = run(
    session,
    Effect.gen(function* () {
      const prompt = yield* onePrompt
      return [prompt, yield* (yield* WeakSampling).firstHit(prompt, test, LIMIT)] as const
    })
  )
  const pairs = Number(session.ledger.snapshot().samplingQueries - before) / 2
  expect(Number.isInteger(pairs)).toBe(true)
  return promptIndex(prompt) * (LIMIT + 1) + (hit === undefined ? LIMIT : pairs - 1)
}

const firstHitLaw = (): Array<number> =>
  Array.from(exact.promptProbabilities, (rho, x) => {
    const p = passProbability(x)
    const hits = Array.from({ length: LIMIT }, (_, k) => rho * p * (1 - p) ** k)
    return [...hits, rho * (1 - p) ** LIMIT]
  }).flat()

describe("firstHit", () => {
  it("charges pairs by the truncated geometric law under both interpreters", () => {
    const law = firstHitLaw()
    const level = alpha("oracle/first-hit-law", 2)
    for (const interpreter of ["literal", "exact-law"] as const) {
      const counts = tabulate(interpreter, 30_000, law.length, firstHitCell)
      expect(exactCellTest(counts, law).pValue, interpreter).toBeGreaterThan(level)
    }
  })

  it("accepts pairs by the conditional law under both interpreters", () => {
    const law = new Array<number>(R * R).fill(0)
    for (let a = 0; a < R; a++) {
      for (let b = 0; b < R; b++) {
        if (ellipticNormSquared(test, exact.features, a, b) > test.nu ** 2) {
          law[a * R + b] = (exact.reference[a] * exact.reference[b]) / passProbability(0)
        }
      }
    }
    const level = alpha("oracle/accepted-pair-law", 2)
    for (const interpreter of ["literal", "exact-law"] as const) {
      const counts = tabulate(interpreter, 20_000, R * R + 1, (session) =>
        run(
          session,
          Effect.gen(function* () {
            let prompt: Prompt
            do prompt = yield* onePrompt
            while (promptIndex(prompt) !== 0)
            const hit = yield* (yield* WeakSampling).firstHit(prompt, test, 100_000)
            return hit === undefined ? R * R : reveal(hit.left).row * R + reveal(hit.right).row
          })
        )
      )
      expect(exactCellTest(counts, [...law, 0]).pValue, interpreter).toBeGreaterThan(level)
    }
  })
})

describe("sweep", () => {
  it("visits, charges and accepts alike", () => {
    // Whitening so flat that only pairs with the rare response pass: failing prompts are common.
    const rare: EllipticTest = {
      dimension: 3,
      whitening: whitening(Float64Array.of(400, 0, 0, 0, 400, 0, 0, 0, 1), 3),
      nu: 0.5
    }
    const cells = (session: OracleSession): number => {
      const before = session.ledger.snapshot().samplingQueries
      const sweep = run(
        session,
        Effect.flatMap(WeakSampling, (w) => w.sweep(rare, 4, 5))
      )
      const charged = Number(session.ledger.snapshot().samplingQueries - before) / 2
      const x = sweep.hit === undefined ? 3 : promptIndex(sweep.hit.prompt)
      expect(charged).toBeGreaterThan(4 * (sweep.promptsVisited - 1))
      // (visits, pairs on the last prompt, accepting prompt)
      return ((sweep.promptsVisited - 1) * 4 + (charged - 4 * (sweep.promptsVisited - 1) - 1)) * 4 + x
    }
    const [literal, exactLaw] = (["literal", "exact-law"] as const).map((i) => tabulate(i, 20_000, 80, cells))
    expect(exactHomogeneityTest(literal, exactLaw).pValue).toBeGreaterThan(alpha("oracle/sweep-agreement"))
  })
})

describe("farthest", () => {
  it("keeps the response of the largest norm, by its law, and charges every draw", () => {
    const DRAWS = 7
    // Seen from the rare response, the common ones ±v are equally far: ties, of which the first drawn is kept.
    const flat: EllipticTest = {
      dimension: 3,
      whitening: whitening(Float64Array.of(2, 0, 0, 0, 2, 0, 0, 0, 3), 3),
      nu: 1
    }
    const [start, end] = [exact.offsets[0], exact.offsets[1]]
    const law = new Array<number>(R * R).fill(0)
    let tied = 0
    for (let a = start; a < end; a++) {
      const norm = (y: number) => ellipticNormSquared(flat, exact.features, y, a)
      for (let y = start; y < end; y++) {
        let upTo = 0
        let below = 0
        let equal = 0
        for (let z = start; z < end; z++) {
          if (norm(z) <= norm(y)) upTo += exact.reference[z]
          if (norm(z) < norm(y)) below += exact.reference[z]
          if (norm(z) === norm(y)) equal += exact.reference[z]
        }
        if (equal > exact.reference[y]) tied++
        const share = exact.reference[y] / equal
        law[(a - start) * R + y - start] = exact.reference[a] * share * (upTo ** DRAWS - below ** DRAWS)
      }
    }
    expect(tied).toBeGreaterThan(0)
    const level = alpha("oracle/farthest-law", 2)
    for (const interpreter of ["literal", "exact-law"] as const) {
      const counts = tabulate(interpreter, 20_000, R * R, (session) => {
        const [anchor, best] = run(
          session,
          Effect.gen(function* () {
            const weak = yield* WeakSampling
            let prompt: Prompt
            do prompt = yield* onePrompt
            while (promptIndex(prompt) !== 0)
            const [anchor] = yield* weak.draw([prompt])
            const before = session.ledger.snapshot().samplingQueries
            const best = yield* weak.farthest(anchor, flat, DRAWS)
            expect(session.ledger.snapshot().samplingQueries - before).toBe(BigInt(DRAWS))
            return [anchor, best] as const
          })
        )
        return reveal(anchor).row * R + reveal(best).row
      })
      expect(exactCellTest(counts, law).pValue, interpreter).toBeGreaterThan(level)
    }
  })
})

describe("tilted draws", () => {
  // The rare response is inside this truncation (1/4 + 1/5 < 0.75²), opposite common ones are outside (4/7 > 0.75²).
  const truncation: EllipticTest = { ...test, whitening: whitening(Float64Array.of(5, 1, 0, 1, 7, 0, 0, 0, 4), 3) }
  const tilt = { theta: Float64Array.of(0.03, -0.02, 0.9), clip: 1, truncation, beta: exact.beta }
  const cell = (promise: number, delta: number) => (session: OracleSession) => {
    const before = session.ledger.snapshot().samplingQueries
    const drawn = run(
      session,
      Effect.gen(function* () {
        const prompt = yield* onePrompt
        return yield* (yield* WeakSampling).tiltedPair(prompt, { tilt, promise, delta })
      })
    )
    const charged = Number(session.ledger.snapshot().samplingQueries - before)
    const trials = charged - 1 - Math.ceil(8 * promise * Math.log(4 / delta))
    const left = reveal(drawn.pair.left).row
    const right = reveal(drawn.pair.right).row % R
    // Trials in five classes, left row, right row, accepted or not.
    return (
      ((Math.min(4, Math.floor(Math.log2(trials))) * exact.reference.length + left) * R + right) * 2 +
      (drawn.accepted ? 1 : 0)
    )
  }

  it("agree in trials, rows and acceptance while the promise holds", () => {
    const [literal, exactLaw] = (["literal", "exact-law"] as const).map((i) =>
      tabulate(i, 12_000, 5 * exact.reference.length * R * 2, cell(45, 0.2))
    )
    expect(exactHomogeneityTest(literal, exactLaw).pValue).toBeGreaterThan(alpha("oracle/tilted-agreement"))
  })

  it("agree where the promise is broken: a broken promise must show", () => {
    const [literal, exactLaw] = (["literal", "exact-law"] as const).map((i) =>
      tabulate(i, 12_000, 5 * exact.reference.length * R * 2, cell(2, 0.5))
    )
    expect(exactHomogeneityTest(literal, exactLaw).pValue).toBeGreaterThan(alpha("oracle/broken-promise-agreement"))
    const session = open("exact-law", 1)
    for (let i = 0; i < 50; i++) cell(2, 0.5)(session)
    expect(session.tally.promiseBroken).toBeGreaterThan(0)
  })
})

describe("pairs and rewards", () => {
  it("aggregated batches have the law of single ones", () => {
    // One batch of 30 pairs: how many hold a rare response, and the summed reward difference's sign, against single draws.
    const cells = (session: OracleSession): number => {
      const [rareSides, sum] = run(
        session,
        Effect.gen(function* () {
          const batch = yield* (yield* WeakSampling).pairs(30)
          const differences = yield* (yield* Rewards).queryDifferences(batch)
          let rareSides = 0
          for (let i = 0; i < batch.pairs.length; i++) {
            const { left, right } = batch.pairs[i]
            for (const side of [left, right]) if (exact.meanReward[reveal(side).row] === 1) rareSides += batch.counts[i]
          }
          expect(batch.counts.reduce((a, b) => a + b)).toBe(30)
          return [rareSides, differences.reduce((a, b) => a + b, 0)] as const
        })
      )
      return Math.min(5, rareSides) * 7 + Math.max(-3, Math.min(3, Math.round(sum))) + 3
    }
    const [literal, exactLaw] = (["literal", "exact-law"] as const).map((i) => tabulate(i, 8_000, 42, cells))
    expect(exactHomogeneityTest(literal, exactLaw).pValue).toBeGreaterThan(alpha("oracle/batch-agreement"))
  })
})
