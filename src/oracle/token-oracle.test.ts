/** The token oracle: its two interpreters give the same laws, charge what they draw, and refuse what is not theirs (t8-mtss.md, exact-law.md). */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { tokenBigramFamily } from "../instance/families/token-bigram.ts"
import { rareGood } from "../instance/families/rare-good.ts"
import { instantiate } from "../instance/family.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { whitening } from "../numeric/gram.ts"
import { Stream } from "../numeric/stream.ts"
import { type EllipticTest, ellipticNormSquared } from "../policy/elliptic-test.ts"
import { checkedLaw, checkedProbe } from "../law/checked-distributions.ts"
import { BudgetExhausted } from "./ledger.ts"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { exactCellTest } from "../statistics/goodness-of-fit.ts"
import { exactHomogeneityTest } from "../../properties/statistics/homogeneity.ts"
import { type Interpreter, openOracles, type OracleSession } from "./interpreter.ts"
import { type Immediate, Prompts, TokenSampling, type TokenSamplingOperations } from "./services.ts"
import { features, insidePrefix, Prefix, promptIndex, promptOf, relativeFeature, reveal, tokenRowOf } from "./handle.ts"

const instance = instantiate(tokenBigramFamily, { H: 3, classes: 2, shares: 2, prompts: 1, zeros: 0.2, seed: 5 })
const { exact } = instance
const tokens = instance.tokens!
const d = tokens.dimension
const test: EllipticTest = {
  dimension: d,
  whitening: whitening(Float64Array.of(0.6, 0, 0, 0, 0.6, 0, 0, 0, 0.4), 3),
  nu: 1
}
const root = tokens.roots[0]
const [start, end] = [tokens.offsets[root], tokens.offsets[root + 1]]
const size = end - start
const LIMIT = 9

interface Opened {
  readonly session: OracleSession
  readonly service: TokenSampling["Service"]
  readonly now: Immediate<TokenSamplingOperations>
  readonly prefix: Prefix
}

const open = (interpreter: Interpreter, seed = 11, batch?: number, of = instance): Opened => {
  const session = openOracles(of, {
    interpreter,
    stream: Stream.fromSeed(seed).split("token-oracle.test"),
    ...(batch === undefined ? {} : { batch })
  })
  const service = Context.get(session.services, TokenSampling)
  const [prompt] = Context.get(session.services, Prompts).immediate!.draw(1)
  return { session, service, now: service.immediate!, prefix: service.start(prompt) }
}

const spent = ({ session }: Opened): number => Number(session.ledger.snapshot().perOracle.tokenSampling)

const passMass = (a: number, b: number): number =>
  ellipticNormSquared(test, tokens.features, a, b) > 1 ? tokens.reference[a] * tokens.reference[b] : 0

const BOTH = ["literal", "exact-law"] as const

describe("token draws", () => {
  it("have π_ref's law under both interpreters", () => {
    const law = Array.from(tokens.reference.subarray(start, end))
    const level = alpha("oracle/token-law", 2)
    for (const interpreter of BOTH) {
      const at = open(interpreter)
      const counts = new Array<number>(size).fill(0)
      for (let i = 0; i < 20_000; i++) counts[tokenRowOf(at.now.draw(at.prefix)) - start]++
      expect(exactCellTest(counts, law).pValue, interpreter).toBeGreaterThan(level)
      expect(spent(at)).toBe(20_000)
    }
  })
})

describe("searches", () => {
  it("charge by the truncated geometric law and find by the conditional one, under both interpreters", () => {
    const pairs = Array.from({ length: size * size }, (_, i) =>
      passMass(start + Math.floor(i / size), start + (i % size))
    )
    const p = pairs.reduce((s, m) => s + m, 0)
    expect(p).toBeGreaterThan(0.02)
    expect(p).toBeLessThan(0.6)
    // Cell (pairs drawn, which pair), and one more for a failure.
    const law = Array.from({ length: LIMIT }, (_, k) => pairs.map((mass) => mass * (1 - p) ** k)).flat()
    law.push((1 - p) ** LIMIT)
    const level = alpha("oracle/token-search-law", 2)
    for (const interpreter of BOTH) {
      const at = open(interpreter)
      const counts = new Array<number>(law.length).fill(0)
      for (let i = 0; i < 20_000; i++) {
        const before = spent(at)
        const hit = at.now.firstHit(at.prefix, test, LIMIT)
        const drawn = (spent(at) - before) / 2
        expect(drawn).toBeGreaterThanOrEqual(1)
        if (hit === undefined) {
          expect(drawn).toBe(LIMIT)
          counts[law.length - 1]++
        } else
          counts[(drawn - 1) * size * size + (tokenRowOf(hit.left) - start) * size + tokenRowOf(hit.right) - start]++
      }
      expect(exactCellTest(counts, law).pValue, interpreter).toBeGreaterThan(level)
    }
  })
})

describe("tilted tokens", () => {
  // N₁ = 12 and N₂ = 6: a call in ten accepts nothing.
  const request = {
    tilt: { theta: Float64Array.of(0.3, -0.6, 0.9), clip: 0.3, truncation: test, beta: exact.beta },
    promise: 1,
    delta: 0.95
  }

  it("agree in anchor, token, acceptance and charge, also where the promise is broken", () => {
    const cells = 2 * size * size
    const sample = (interpreter: Interpreter): Array<number> => {
      const at = open(interpreter)
      const counts = new Array<number>(cells * 2).fill(0)
      for (let i = 0; i < 20_000; i++) {
        const before = spent(at)
        const draw = at.now.tilted(at.prefix, request)
        const late = spent(at) - before > 1 + 12 + 2 ? 1 : 0
        const cell = (tokenRowOf(draw.anchor) - start) * size + tokenRowOf(draw.token) - start
        counts[(cell * 2 + (draw.accepted ? 1 : 0)) * 2 + late]++
      }
      expect(at.session.tally.calls).toBe(20_000)
      expect(at.session.tally.promiseBroken).toBeGreaterThan(0)
      return counts
    }
    const [literal, exactLaw] = BOTH.map(sample)
    expect(exactHomogeneityTest(literal, exactLaw).pValue).toBeGreaterThan(alpha("oracle/tilted-token-agreement"))
  })

  it("tell the logit of the tilt they were asked for, truncated and clipped, and no better normaliser than was paid for", () => {
    for (const interpreter of BOTH) {
      const at = open(interpreter)
      const seen = new Set<number>()
      const other = { ...request, tilt: { ...request.tilt, theta: Float64Array.of(-0.1, 0.2, 0.1) } }
      for (let i = 0; i < 300; i++) {
        const asked = i % 3 === 0 ? other : request
        const { anchor, logNormaliser, logit, token } = at.now.tilted(at.prefix, asked)
        const phi = relativeFeature(token, anchor)
        const linear = phi.reduce((s, v, j) => s + v * asked.tilt.theta[j], 0)
        const bad = passMass(tokenRowOf(token), tokenRowOf(anchor)) > 0
        expect(logit).toBeCloseTo(bad ? 0 : Math.max(-0.3, Math.min(0.3, linear)) / exact.beta, 12)
        seen.add(logNormaliser)
        expect(features(token).length).toBe(d)
      }
      expect(seen.size).toBeGreaterThan(10)
    }
  })
})

describe("Checked tokens", () => {
  const { request } = checkedProbe(instance, true)
  const law = checkedLaw(tokens, root, request)
  const firing = [...law].reduce((s, [cell, mass]) => (cell.includes("fired") ? s + mass : s), 0)
  const VISITS = 6

  it("of many visits end at the first that fires, and are as many as that takes, under both interpreters", () => {
    expect(firing).toBeGreaterThan(0.1)
    expect(firing).toBeLessThan(0.9)
    const expected = Array.from({ length: VISITS }, (_, k) => firing * (1 - firing) ** k)
    expected.push((1 - firing) ** VISITS)
    const level = alpha("oracle/checked-visits", 2)
    for (const interpreter of BOTH) {
      const at = open(interpreter)
      const counts = new Array<number>(VISITS + 1).fill(0)
      for (let i = 0; i < 10_000; i++) {
        const { fired, tokens: returned, visits } = at.now.checkedTilt(at.prefix, request, VISITS)
        counts[fired === undefined ? VISITS : visits - 1]++
        const whole = visits - (fired === undefined ? 0 : 1)
        expect(returned.reduce((n, { count }) => n + count, 0)).toBe(whole)
        if (fired !== undefined)
          expect(
            ellipticNormSquared(
              request.tilt.truncation,
              tokens.features,
              tokenRowOf(fired.left),
              tokenRowOf(fired.right)
            )
          ).toBeGreaterThan(1.2 ** 2)
      }
      expect(exactCellTest(counts, expected).pValue, interpreter).toBeGreaterThan(level)
    }
  })

  it("stand at a budget's limit, and answer the next request as if nothing had been drawn for the last", () => {
    for (const interpreter of BOTH) {
      const session = openOracles(instance, {
        interpreter,
        stream: Stream.fromSeed(5).split("token-oracle.test"),
        budget: { samplingQueries: 1000n }
      })
      const service = Context.get(session.services, TokenSampling)
      const [prompt] = Context.get(session.services, Prompts).immediate!.draw(1)
      const open = { ...request, tilt: { ...request.tilt, truncation: { ...request.tilt.truncation, nu: 5 } } }
      const ask = (visits: number) => service.immediate!.checkedTilt(service.start(prompt), open, visits)
      const { tokens: before } = ask(20)
      expect(before.reduce((n, { count }) => n + count, 0)).toBe(20)
      expect(() => ask(1000)).toThrow(BudgetExhausted)
      expect(session.ledger.snapshot().samplingQueries).toBe(1000n)
      expect(() => ask(1)).toThrow(BudgetExhausted)
    }
  })
})

describe("prefixes", () => {
  it("lead by drawn tokens to a response whose row is the sum of its tokens", async () => {
    for (const interpreter of BOTH) {
      const { now, prefix: from, service } = open(interpreter)
      for (let i = 0; i < 100; i++) {
        let prefix = from
        let earned = tokens.baseReward
        while (prefix.layer < tokens.horizon) {
          const token = now.draw(prefix)
          earned += tokens.reward[tokenRowOf(token)]
          prefix = service.extend(token)
        }
        expect(exact.meanReward[reveal(service.finish(prefix)).row]).toBeCloseTo(earned, 12)
        expect(insidePrefix(prefix).node).toBe(-1)
        expect(() => now.draw(prefix)).toThrow(/^prefix: 3 tokens, expected fewer than 3/)
        expect(() => service.finish(from)).toThrow(/^prefix: 0 tokens, expected 3/)
      }
      const other = await Effect.runPromise(service.draw(from))
      expect(() => relativeFeature(other, now.draw(service.extend(other)))).toThrow(/two prefixes/)
    }
  })

  it("cannot be moved to another prompt: the response that ends one answers the prompt it was begun at", () => {
    const two = instantiate(tokenBigramFamily, { H: 2, classes: 2, prompts: 2, seed: 5 })
    const at = open("literal", 11, undefined, two)
    const [here, there] = [0, 1].map((x) => {
      const drawn = Context.get(at.session.services, Prompts).immediate!.draw(50)
      return drawn.find((prompt) => promptIndex(prompt) === x)!
    })
    let prefix = at.service.start(here)
    while (prefix.layer < 2) prefix = at.service.extend(at.now.draw(prefix))
    const other = at.service.start(there)
    expect(() => Object.assign(prefix, { prompt: there })).toThrow(TypeError)
    expect(() => Object.assign(prefix, { layer: 0 })).toThrow(TypeError)
    Object.defineProperty(prefix, "prompt", { value: there })
    expect(() => Object.defineProperty(Prefix.prototype, "prompt", { get: () => there })).toThrow(TypeError)
    expect(promptOf(at.service.finish(prefix))).toBe(here)
    const token = at.now.draw(other)
    Object.defineProperty(token, "prefix", { value: prefix })
    expect(insidePrefix(at.service.extend(token)).prompt).toBe(there)
  })

  it("do not depend on the batch of the literal interpreter", () => {
    const digest = (batch: number): string => {
      const { now, prefix, session } = open("literal", 3, batch)
      for (let i = 0; i < 40; i++) {
        now.firstHit(prefix, test, 30)
        now.checkedTilt(prefix, { ...checkedProbe(instance, true).request, draws: 200 }, 3)
        now.tilted(prefix, {
          tilt: { theta: Float64Array.of(0.1, 0, 0.3), clip: 1, truncation: test, beta: exact.beta },
          promise: 2,
          delta: 0.1
        })
      }
      return session.transcript.digest().sha256
    }
    expect(digest(3)).toBe(digest(4096))
  })

  it("are refused by an instance whose responses come whole, in one line", async () => {
    const whole = finiteInstance(rareGood({ C: 40, d: 2 }), "rare-good:C=40,d=2")
    const session = openOracles(whole, { interpreter: "literal", stream: Stream.fromSeed(1) })
    const service = Context.get(session.services, TokenSampling)
    const [prompt] = Context.get(session.services, Prompts).immediate!.draw(1)
    expect(() => service.start(prompt)).toThrow(
      "instance: rare-good:C=40,d=2 draws whole responses, expected one with tokens (token-chain, token-lock, token-bigram, corpus)"
    )
  })
})
