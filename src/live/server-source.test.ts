/** A server as a source of texts: what is asked of it, what is made of its answers, and what goes wrong on the way. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { afterEach, describe, expect, it } from "vitest"
import {
  type Backend,
  type Misbehaviour,
  serveCompletions,
  type TestServer
} from "../../properties/arbitrary/completions-server.ts"
import { Stream } from "../numeric/stream.ts"
import { NEUTRAL, OPENAI } from "../server/sampling-fields.ts"
import { passive } from "../algorithm/passive.ts"
import { judgeLive } from "./live-judge.ts"
import { liveProblem, liveRuns } from "./live-run.ts"
import { serverSource } from "./server-source.ts"
import type { TextSource } from "./text-source.ts"
import type { Verifier } from "./verifier.ts"

/** Digits of a law that falls, to a length of 1 to 3; cut off where tokens run out. */
const digits: Backend = (_, { max_tokens, n }, seed) =>
  Array.from({ length: n }, (_, i) => {
    const stream = Stream.fromSeed(seed).split("choice", i)
    const length = 1 + stream.nextInteger(3)
    const text = Array.from(
      { length: Math.min(length, max_tokens) },
      () => `${Math.floor(10 * stream.next() ** 2)}`
    ).join("")
    return { text, finished: length < max_tokens, tokens: text.length }
  })

const servers: Array<TestServer> = []
afterEach(() => servers.splice(0).forEach(({ close }) => close()))

interface Opened {
  readonly server: TestServer
  readonly source: ReturnType<typeof serverSource>
}
const open = async (
  wrong: Misbehaviour = {},
  over: { readonly chat?: boolean; readonly timeout?: number; readonly batch?: number } = {}
): Promise<Opened> => {
  const server = await serveCompletions(digits, wrong)
  servers.push(server)
  const address = { base: server.base, timeout: over.timeout ?? 5000, attempts: 3, key: "sk-secret" }
  const source = serverSource(address, { tokens: 3, stop: ["\n"], chat: over.chat ?? false, batch: over.batch ?? 8 })
  return { server, source }
}
const draw = async ({ source }: Opened, n = 8) => {
  await Effect.runPromise(source.probe("p"))
  return Effect.runPromise(source.draw("p", n, 100))
}
/** What is said of a server that cannot be used, without its address. */
const says = async ({ server, source }: Opened): Promise<string> => {
  const program = Effect.flatMap(source.probe("p"), () => source.draw("p", 8, 100))
  const got = await Effect.runPromise(Effect.result(program))
  expect(Result.isFailure(got)).toBe(true)
  const message = Result.isFailure(got) ? got.failure.message : ""
  expect(message).not.toContain("sk-secret")
  return message.replaceAll(server.base, "URL").replace(/; see that.*/, "")
}

describe("a server", () => {
  it("finds out what it takes with its first draws, once where they come several at once", async () => {
    const { server, source } = await open()
    const drawn = Effect.all(
      [1, 2, 3].map((i) => source.draw("p", 8, 100 * i)),
      { concurrency: 3 }
    )
    expect((await Effect.runPromise(drawn)).map(({ draws }) => draws.length)).toEqual([8, 8, 8])
    expect(server.asked.map(({ n }) => n)).toEqual([4, 8, 8, 8])
    expect(source.facts().usage).toBe("all")
  })

  it("is asked with every parameter neutral, prompts as they stand, and tells ends from cuts", async () => {
    const opened = await open()
    const { completionTokens, draws, promptTokens } = await draw(opened)
    const { asked } = opened.server
    expect(asked).toHaveLength(2)
    expect(asked[1]).toMatchObject({
      ...NEUTRAL,
      prompt: "p",
      n: 8,
      seed: 100,
      max_tokens: 3,
      stop: ["\n"],
      stream: false
    })
    expect(asked[1].messages).toBeUndefined()
    expect(draws).toHaveLength(8)
    expect(new Set(draws.map(({ finished, text }) => (text.length === 3 ? !finished : finished)))).toEqual(
      new Set([true])
    )
    expect([promptTokens, completionTokens]).toEqual([1, draws.reduce((sum, { text }) => sum + text.length, 0)])
    expect(opened.source.facts()).toEqual({ sampling: NEUTRAL, usage: "all" })
  })

  it("gets prompts through its chat template only where that is asked for", async () => {
    const opened = await open({}, { chat: true })
    expect((await draw(opened)).draws).toHaveLength(8)
    expect(opened.server.asked[1]).toMatchObject({ messages: [{ role: "user", content: "p" }] })
    expect(opened.server.asked[1].prompt).toBeUndefined()
  })

  it("that refuses fields of other dialects is asked in OpenAI's alone", async () => {
    const opened = await open({ refuses: ["top_k", "min_p"] })
    await draw(opened)
    expect(opened.source.facts().sampling).toEqual(OPENAI)
  })

  it("is known by how it counts tokens: of all choices, of one, or not at all", async () => {
    for (const usage of ["one", "none"] as const) {
      const opened = await open({ usage })
      const { completionTokens } = await draw(opened)
      expect(opened.source.facts().usage).toBe(usage)
      expect(completionTokens === undefined).toBe(usage === "none")
    }
  })

  it("ended a response where it says so, and cut it off whatever else it says", async () => {
    const reasons = ["stop", "eos", "eos_token", "length", "content_filter", "abort", null, undefined]
    const ended = (text: string): string => {
      const body = JSON.parse(text) as { readonly choices: ReadonlyArray<object> }
      return JSON.stringify({ choices: body.choices.map((one, i) => ({ ...one, finish_reason: reasons[i] })) })
    }
    const { draws } = await draw(await open({ body: ended }))
    expect(draws.map(({ finished }) => finished)).toEqual(reasons.map((_, i) => i < 3))
  })

  it("gives its choices in the order of their indices, whatever that of its answer", async () => {
    const swapped = (text: string): string => {
      const body = JSON.parse(text) as { readonly choices: ReadonlyArray<object> }
      return JSON.stringify({ ...body, choices: body.choices.toReversed() })
    }
    expect((await draw(await open({ body: swapped }))).draws).toEqual((await draw(await open())).draws)
  })
})

describe("what goes wrong on the way", () => {
  it("429, 503 and a reset in mid-body are tried again, with the seed of the request, as late as the server asks", async () => {
    const opened = await open({
      first: (count, response) => {
        if (count === 1) response.writeHead(429, { "retry-after": "0.4" }).end("slow down")
        if (count === 2) {
          response.writeHead(200, { "content-length": "1000" })
          response.write('{"choices"')
          response.destroy()
        }
        return count === 1 || count === 2
      }
    })
    const start = performance.now()
    expect(await draw(opened)).toMatchObject({ retries: 2 })
    // And 200 ms of our own before the third: 250 in all where nothing is asked for.
    expect(performance.now() - start).toBeGreaterThan(580)
    expect(opened.server.asked.map(({ seed }) => seed)).toEqual([0, 100, 100, 100])
  })

  it("408 and every 5xx are tried again, another 4xx is not", async () => {
    for (const [status, times] of [
      [408, 2],
      [500, 2],
      [599, 2],
      [400, 1],
      [404, 1]
    ]) {
      const opened = await open({ first: (count, response) => count === 1 && !!response.writeHead(status).end("no") })
      const got = await draw(opened).then(
        ({ retries }) => retries,
        () => "refused"
      )
      expect([status, got, opened.server.asked.length]).toEqual([status, times === 2 ? 1 : "refused", 1 + times])
    }
  })

  it("a key that it does not take is tried once, and no redirect is followed", async () => {
    const wrong = await open({ first: (_, response) => !!response.writeHead(401).end("no") })
    await says(wrong)
    expect(wrong.server.asked.length).toBe(1)
    const elsewhere = await open()
    const location = `${elsewhere.server.base}/v1/completions`
    for (const status of [301, 302, 307, 308]) {
      const moved = await open({ first: (_, response) => !!response.writeHead(status, { location }).end() })
      expect((await says(moved)).replaceAll(elsewhere.server.base, "THERE")).toBe(
        `URL: refuses the request: ${status} redirects to THERE/v1/completions, which is not followed; name that server instead`
      )
    }
    expect(elsewhere.server.asked).toEqual([])
  })

  it("its errors with status 200 are repeated, and no part of a key that a cut goes through", async () => {
    expect(await says(await open({ body: () => '{"error":{"message":"overloaded","key":"sk-secret"}}' }))).toBe(
      'URL: answers an error: {"message":"overloaded","key":"…"}'
    )
    const before = "x".repeat(35)
    const message = await says(await open({ body: () => `${before}sk-secret is no key` }))
    expect(message).toBe(`URL: answers what is not JSON ("${before}… is ")`)
  })

  it("what stays wrong is one line without the key", async () => {
    const always = (status: number, text: string): Misbehaviour => ({
      first: (_, response) => !!response.writeHead(status).end(text)
    })
    expect(await says(await open(always(503, "busy")))).toBe("URL: answers 503, 3 times")
    expect(await says(await open(always(401, "Incorrect API key: sk-secret")))).toBe(
      "URL: refuses the request: 401 Incorrect API key: …; its key goes into COVERBOUND_API_KEY or OPENAI_API_KEY"
    )
    expect(await says(await open({ first: () => true }, { timeout: 20 }))).toBe(
      "URL: gives no answer within 20 ms, 3 times"
    )
    expect(await says(await open({ body: () => "<html>" }))).toBe('URL: answers what is not JSON ("<html>")')
    expect(await says(await open({ body: () => '{"choices":[{"index":0}]}' }))).toBe(
      "URL: answers what is no completion: a choice without a text"
    )
    expect(await says(await open({ choices: 1 }))).toMatch(
      /^URL: gives 1 choices where n = 4 were asked for \(--batch 1/
    )
    expect(await says(await open({ body: () => Buffer.alloc(17 * 2 ** 20, " ") }))).toBe(
      "URL: refuses the request: 200 a body of over 16777216 bytes"
    )
    const gone = await open()
    gone.server.close()
    expect(await says(gone)).toMatch(/^URL: cannot be reached: .*ECONNREFUSED.*, 3 times$/)
  })
})

describe("a run on a server whose draws repeat", () => {
  const verifier: Verifier = {
    dimension: 1,
    names: undefined,
    rewardRange: 1,
    parameterRadius: 1,
    noisy: false,
    features: (asked) => Effect.sync(() => asked.map(({ text }) => ({ value: [Number(text) / 1000] }))),
    reward: ({ text }) => Effect.sync(() => ({ value: Number(text) / 1000 }))
  }
  const clause = async (wrong: Misbehaviour) => {
    const { source } = await open(wrong, { batch: 8 })
    await Effect.runPromise(source.probe("p"))
    const problem = liveProblem(verifier, 0.1)
    const goal = { epsilon: 0.1, delta: 0.1, coverage: 2 }
    const parameters = { lambda: 1, pairs: 150 }
    const prompts = ["p"]
    const parts = {
      problem,
      goal,
      parameters,
      prompts,
      source: source as TextSource,
      verifier,
      seed: 2,
      budget: {},
      journal: undefined
    }
    const made = await Effect.runPromise(
      liveRuns({ ...parts, algorithm: passive, limits: { batch: 8, concurrency: 2 }, trials: 1, evaluation: undefined })
    )
    const subject = { ...parts, algorithm: passive, target: undefined, noisy: false }
    return judgeLive(subject, made, 1e-6).find(({ part }) => part === "draws")
  }
  it("says so, and not of one that does not", async () => {
    expect(await clause({ fixedSeed: 5 })).toMatchObject({ verdict: "refuted", theorem: "live" })
    expect(await clause({})).toMatchObject({ verdict: "undecided" })
  })
})
