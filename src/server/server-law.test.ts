/** A conforming server and several misbehaving ones, on loopback. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import * as Effect from "effect/Effect"
import { afterEach, describe, expect, it } from "vitest"
import { Stream } from "../numeric/stream.ts"
import { complete as completing, type Completion, type CompletionRequest } from "./completions.ts"
import { NEUTRAL } from "./sampling-fields.ts"
import { examineServer, type ServerFindings } from "./server-law.ts"
import { Refused, type ServerAddress, transport } from "./transport.ts"

interface Asked {
  readonly n: number
  readonly seed?: number
  readonly max_tokens: number
  readonly logprobs: number
  readonly temperature?: number
  readonly top_k?: number
  readonly min_p?: number
}

/** 64 tokens, masses falling like 1/rank. */
const SIZE = 64
const weights = Array.from({ length: SIZE }, (_, i) => 1 / (i + 1))
const total = weights.reduce((s, w) => s + w, 0)
const LAW = weights.map((w) => w / total)

interface Behaviour {
  /** top_k where a request says nothing; Infinity: none. */
  readonly defaultTopK?: number
  /** Truncates whatever the request says. */
  readonly alwaysTopK?: number
  readonly seedsRunOn?: boolean
  readonly seedWhenUnsaid?: number
  /** Whatever the request says. */
  readonly seedAlways?: number
  readonly choices?: number
  readonly logprobs?: "chat" | "classic" | "none"
  readonly refuses?: (asked: Asked & Record<string, unknown>) => boolean
  readonly usage?: number
  /** Answers before a request is looked at; true where it has. */
  readonly first?: (count: number, response: ServerResponse) => boolean
}

const servers: Array<Server> = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

let unsaid = 0
const answer = (asked: Asked, behaviour: Behaviour): unknown => {
  const {
    alwaysTopK,
    choices,
    defaultTopK = Infinity,
    logprobs = "chat",
    seedAlways,
    seedsRunOn,
    seedWhenUnsaid
  } = behaviour
  const topK = alwaysTopK ?? (asked.top_k === undefined ? defaultTopK : asked.top_k === 0 ? Infinity : asked.top_k)
  const kept = LAW.slice(0, Math.min(SIZE, topK))
  const mass = kept.reduce((s, p) => s + p, 0)
  const draw = (stream: Stream): number => {
    let u = stream.next() * mass
    const token = kept.findIndex((p) => (u -= p) < 0)
    return token < 0 ? kept.length - 1 : token
  }
  const seed = seedAlways ?? asked.seed ?? seedWhenUnsaid ?? 1_000_000 + unsaid++
  return {
    choices: Array.from({ length: choices ?? asked.n }, (_, i) => {
      const stream = seedsRunOn === true ? Stream.fromSeed(seed + i) : Stream.fromSeed(seed).split("choice", i)
      const tokens = Array.from({ length: asked.max_tokens }, () => draw(stream))
      const stated = LAW.map((p, token) => ({ id: token, token: `t${token}`, logprob: Math.log(p) })).slice(
        0,
        asked.logprobs
      )
      return {
        index: i,
        text: tokens.map((token) => `t${token}`).join(" "),
        ...(logprobs === "chat"
          ? { logprobs: { content: [{ id: tokens[0], token: `t${tokens[0]}`, logprob: 0, top_logprobs: stated }] } }
          : logprobs === "classic"
            ? {
                logprobs: {
                  tokens: tokens.map((token) => `t${token}`),
                  top_logprobs: [Object.fromEntries(stated.map(({ logprob, token }) => [token, logprob]))]
                }
              }
            : { logprobs: null })
      }
    }),
    usage: { completion_tokens: behaviour.usage ?? asked.n * asked.max_tokens }
  }
}

const serve = async (behaviour: Behaviour = {}): Promise<ServerAddress> => {
  let count = 0
  const server = createServer((request: IncomingMessage, response) => {
    let body = ""
    request.setEncoding("utf8").on("data", (text: string) => (body += text))
    request.on("end", () => {
      if (behaviour.first?.(count++, response) === true) return
      const asked = JSON.parse(body) as Asked & Record<string, unknown>
      if (behaviour.refuses?.(asked) === true) return void response.writeHead(400).end('{"error":"unknown field"}')
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer(asked, behaviour)))
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeout: 2000 }
}

const examine = async (behaviour: Behaviour = {}): Promise<ServerFindings> => {
  const examining = examineServer(await serve(behaviour), { prompt: "p", draws: 1600, level: 1e-6 })
  return Effect.runPromise(Effect.provide(examining, transport))
}
const complete = (address: ServerAddress, request: CompletionRequest): Promise<Completion> =>
  Effect.runPromise(Effect.provide(completing(address, request), transport))
const rejected = ({ laws }: ServerFindings): ReadonlyArray<boolean> => laws.map((law) => law.rejected)

describe("a server's law", () => {
  it("is accepted where it draws from what it states, in either shape", async () => {
    for (const logprobs of ["chat", "classic"] as const) {
      const findings = await examine({ logprobs })
      expect(rejected(findings)).toEqual([false, false, false])
      expect(findings).toMatchObject({ stated: SIZE, faults: [], warnings: [] })
    }
  })

  it("is rejected under llama.cpp's defaults (top_k 40), and accepted with neutral parameters", async () => {
    const findings = await examine({ defaultTopK: 40 })
    expect(rejected(findings)).toEqual([true, true, false])
    expect(findings.laws[0].pValue).toBeLessThan(1e-12)
    expect(findings.faults).toEqual([])
  })

  it("is rejected where no request can turn truncation off", async () => {
    const findings = await examine({ alwaysTopK: 20 })
    expect(rejected(findings)).toEqual([true, true, true])
    expect(findings.faults.map(({ what }) => what)).toEqual([
      "even with neutral parameters it does not draw from the law it states"
    ])
  })

  it("is tested on the tokens that are stated, the others as one", async () => {
    const few: Behaviour = { refuses: ({ logprobs }) => logprobs > 5 }
    const findings = await examine(few)
    expect(findings.stated).toBe(5)
    expect(rejected(findings)).toEqual([false, false, false])
    expect(findings.laws[2].outside.stated).toBeCloseTo(1 - LAW.slice(0, 5).reduce((s, p) => s + p, 0), 9)
    expect(rejected(await examine({ ...few, defaultTopK: 10 }))).toEqual([true, true, false])
  })

  it("is tested with OpenAI's fields where the others are refused", async () => {
    const findings = await examine({ refuses: (asked) => asked.top_k !== undefined })
    expect(findings.laws[2].sampling).toEqual({ temperature: 1, top_p: 1 })
    expect(rejected(findings)).toEqual([false, false, false])
  })

  it("cannot be tested where nothing is stated", async () => {
    const { faults, laws } = await examine({ logprobs: "none" })
    expect(laws).toEqual([])
    expect(faults[0].what).toBe("no log-probabilities are stated: its law cannot be tested")
  })
})

describe("a server's requests", () => {
  it("are warned of: seeds that run on, fixed seeds, usage of one choice", async () => {
    expect((await examine({ seedsRunOn: true })).warnings).toEqual([
      "consecutive seeds repeat draws: seeds of requests must be n apart (this suite's are)"
    ])
    expect((await examine({ seedWhenUnsaid: 0 })).warnings).toEqual([
      "without a seed every request is the same: a seed must be sent (this suite does)"
    ])
    expect((await examine({ usage: 1 })).warnings[0]).toMatch(/^usage says 1 completion tokens for 4 choices/)
  })

  it("are at fault where the seed is not heard, and then no seed is asked for", async () => {
    const { faults, warnings } = await examine({ seedAlways: 7 })
    expect(faults.map(({ what }) => what)).toContain("another seed gives the same draws")
    expect(warnings).toEqual([])
  })

  it("are at fault where n is not heard", async () => {
    const { faults } = await examine({ choices: 1 })
    expect(faults.map(({ what }) => what)).toEqual(["n = 4 gives 1 choices"])
  })
})

describe("what goes wrong on the way", () => {
  const request = { prompt: "p", n: 2, seed: 1, tokens: 1, logprobs: 1, sampling: NEUTRAL }
  it("429, 5xx, resets and silence are tried again", async () => {
    const troubles: ReadonlyArray<(response: ServerResponse) => void> = [
      (response) => response.writeHead(429).end(),
      (response) => response.writeHead(503).end("busy"),
      (response) => {
        response.writeHead(200, { "content-length": "1000" })
        response.write('{"choices"')
        response.destroy()
      }
    ]
    const address = await serve({
      first: (count, response) => {
        troubles[count]?.(response)
        return count < troubles.length
      }
    })
    expect((await complete(address, request)).choices).toHaveLength(2)
  })

  it("ends in one line where it stays so, without the key", async () => {
    const slow = { ...(await serve({ first: () => true })), timeout: 20, key: "secret-key" }
    const failed = await complete(slow, request).catch((error: unknown) => (error as Error).message)
    expect(failed).toMatch(/^http:\/\/127\.0\.0\.1:\d+: gives no answer within 20 ms, 5 times; see that/)
    expect(failed).not.toContain("secret")
  })

  it("bodies that are no completions are said to be none", async () => {
    const says = async (body: string): Promise<string> => {
      const address = await serve({
        first: (_, response) => {
          response.writeHead(200).end(body)
          return true
        }
      })
      return complete(address, request).then(
        () => "accepted",
        (error: Error) => error.message.replace(/^http:\/\/127\.0\.0\.1:\d+: /, "").replace(/;.*/, "")
      )
    }
    expect(await says("<html>")).toBe('answers what is not JSON ("<html>")')
    for (const body of ["[]", "{}", '{"choices":[]}', '{"choices":[{"text":1}]}', '{"choices":[null]}'])
      expect(await says(body)).toBe("answers what is no completion: choices with texts are missing")
    await expect(complete(await serve({ refuses: () => true }), request)).rejects.toThrow(Refused)
    await expect(
      complete(
        await serve({
          first: (_, response) => {
            response.writeHead(200).end(Buffer.alloc(17 * 2 ** 20, " "))
            return true
          }
        }),
        request
      )
    ).rejects.toThrow("a body of over 16777216 bytes")
  })
})
