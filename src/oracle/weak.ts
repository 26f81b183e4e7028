/** The weak oracle of one run: draws of an instance's responses, as handles, in the transcript. */
import * as Effect from "effect/Effect"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import { type LawDraws } from "./exact-law.ts"
import type { Pair, Prompt, Response } from "./handle.ts"
import type { LiteralDraws } from "./literal.ts"
import type { Hit } from "./rows.ts"
import type { Sweep, TiltedDraw, TiltRequest, WeakSampling } from "./services.ts"
import { answer, offered } from "./tap.ts"
import { ANSWER } from "./transcript.ts"
import { requireCount, type Workbench } from "./workbench.ts"

/** Pairs of a sweep per Effect: under a millisecond, so that fibres, timers and interruption get their turn. */
const SWEEP_PAIRS = 2 ** 16

export const weakSampling = (bench: Workbench, draws: LiteralDraws | LawDraws): WeakSampling["Service"] => {
  const { transcript } = bench
  const places = bench.exact.promptProbabilities

  const pairOf = (x: number, { address, left, right }: Hit, count = 1): Pair => {
    transcript.record(ANSWER.pair, x, left, right, count)
    return {
      prompt: bench.prompt(x),
      left: bench.response(x, left, address),
      right: bench.response(x, right, address && { ...address, side: 1 })
    }
  }

  const search = (x: number, test: EllipticTest, limit: number): Pair | undefined => {
    const hit = draws.firstHit(x, test, limit)
    transcript.record(ANSWER.search, 1, hit === undefined ? 0 : 1, 0, 2 * (hit?.pairs ?? limit))
    return hit && pairOf(x, hit)
  }

  const tilted = (x: number, anchor: number, request: TiltRequest): TiltedDraw => {
    const { accepted, address, draws: made, logNormaliser, row } = draws.tilted(x, anchor, request)
    transcript.record(ANSWER.tilted, x, anchor, row, accepted ? made : -made)
    return { response: bench.response(x, row, address), accepted, logNormaliser }
  }

  /** Literal visits, one after another. */
  const visits = Effect.fnUntraced(function* (test: EllipticTest, limit: number, prompts: number) {
    let visited = 0
    while (visited < prompts) {
      const hit = yield* answer(() => {
        const end = Math.min(prompts, visited + Math.max(1, Math.floor(SWEEP_PAIRS / limit)))
        while (visited < end) {
          visited++
          const found = search(bench.nextPrompt(), test, limit)
          if (found !== undefined) return found
        }
        return undefined
      })
      if (hit !== undefined) return { promptsVisited: visited, hit } satisfies Sweep
    }
    return { promptsVisited: prompts, hit: undefined } satisfies Sweep
  })

  const sweep = (law: LawDraws, test: EllipticTest, limit: number, prompts: number): Sweep => {
    const { charged, hit, visited } = law.sweep(test, limit, prompts, places)
    transcript.wide(ANSWER.search, visited, hit === undefined ? 0 : 1, charged)
    return { promptsVisited: visited, hit: hit && pairOf(hit.at, hit) }
  }

  return offered(
    "WeakSampling",
    {
      draw: (prompts) =>
        prompts.map((prompt): Response => {
          const x = bench.x(prompt)
          const { address, row } = draws.single(x)
          transcript.record(ANSWER.response, x, row)
          return bench.response(x, row, address)
        }),
      pairs: (n) => {
        requireCount("pairs", n)
        const pairs: Array<Pair> = []
        const counts: Array<number> = []
        const see = (x: number, hit: Hit, count: number): void => {
          pairs.push(pairOf(x, hit, count))
          counts.push(count)
        }
        if ("pairs" in draws) draws.pairs(n, places, see)
        else
          for (let i = 0; i < n; i++) {
            const x = bench.nextPrompt()
            see(x, draws.pair(x), 1)
          }
        return { pairs, counts: Float64Array.from(counts) }
      },
      firstHit: (prompt, test, limit) => search(bench.x(prompt), test, limit),
      ...("sweep" in draws ? { sweep: (test, limit, prompts) => sweep(draws, test, limit, prompts) } : {}),
      farthest: (anchor, test, n) => {
        const x = bench.x(anchor)
        const from = bench.row(anchor)
        const { address, row } = draws.farthest(x, from, test, n)
        transcript.record(ANSWER.farthest, x, from, row, n)
        return bench.response(x, row, address)
      },
      tilted: (anchor, request) => {
        const draw = tilted(bench.x(anchor), bench.row(anchor), request)
        transcript.record(ANSWER.normaliser, draw.logNormaliser)
        return draw
      },
      tiltedPair: (prompt: Prompt, request) => {
        const x = bench.x(prompt)
        const { address, row } = draws.anchor(x)
        const anchor = bench.response(x, row, address)
        const { accepted, response } = tilted(x, row, request)
        return { pair: { prompt, left: response, right: anchor }, accepted }
      }
    },
    "sweep" in draws ? {} : { sweep: visits }
  )
}
