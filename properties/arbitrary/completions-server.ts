/**
 * An OpenAI-compatible server of the tests' own, on loopback, over anything that draws texts; and the ways in which one can misbehave. It keeps what it was asked, so
 * that tests can hold what was paid for against it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

/** A request's body, as far as tests look at it. */
export interface AskedBody extends Readonly<Record<string, unknown>> {
  readonly prompt?: string
  readonly messages?: ReadonlyArray<{ readonly role: string; readonly content: string }>
  readonly n: number
  readonly seed?: number
  readonly max_tokens: number
  readonly stop?: ReadonlyArray<string>
}

export interface Completed {
  readonly text: string
  readonly finished: boolean
  readonly tokens: number
  /** As an answer carries them. */
  readonly logprobs?: unknown
}

/** Draws n completions of a prompt. */
export type Backend = (
  prompt: string,
  asked: AskedBody,
  seed: number
) => Promise<ReadonlyArray<Completed>> | ReadonlyArray<Completed>

export interface Misbehaviour {
  /** Every request is drawn by this seed. */
  readonly fixedSeed?: number
  /** All choices of a request are its first. */
  readonly alike?: boolean
  /** Choices whatever n says. */
  readonly choices?: number
  /** usage counts one of the choices, or nothing. */
  readonly usage?: "one" | "none"
  /** Fields that are refused with 400. */
  readonly refuses?: ReadonlyArray<string>
  /** Answers request number `count` (from 0) itself; true where it has. */
  readonly first?: (count: number, response: ServerResponse, asked: AskedBody) => boolean
  /** Milliseconds before an answer. */
  readonly delay?: number
  /** Changes the answer's body. */
  readonly body?: (text: string) => string | Buffer
}

export interface TestServer {
  readonly base: string
  /** Every body that came, in order. */
  readonly asked: ReadonlyArray<AskedBody>
  /** Bodies whose answers were written whole. */
  readonly answered: ReadonlyArray<AskedBody>
  readonly headers: ReadonlyArray<IncomingMessage["headers"]>
  readonly close: () => void
}

const answer = async (backend: Backend, asked: AskedBody, wrong: Misbehaviour): Promise<string> => {
  const prompt = asked.prompt ?? asked.messages?.[0].content ?? ""
  const seed = wrong.fixedSeed ?? asked.seed ?? 0
  const drawn = await backend(prompt, asked, seed)
  const made = wrong.alike === true ? drawn.map(() => drawn[0]) : drawn
  const choices = made.slice(0, wrong.choices ?? made.length).map(({ finished, logprobs, text }, index) => ({
    index,
    ...(logprobs === undefined ? {} : { logprobs }),
    ...(asked.messages === undefined ? { text } : { message: { role: "assistant", content: text } }),
    finish_reason: finished ? "stop" : "length"
  }))
  const tokens = made.reduce((sum, one) => sum + one.tokens, 0)
  return JSON.stringify({
    object: "text_completion",
    choices,
    ...(wrong.usage === "none"
      ? {}
      : {
          usage: {
            prompt_tokens: prompt.length,
            completion_tokens: wrong.usage === "one" ? made[0].tokens : tokens
          }
        })
  })
}

export const serveCompletions = async (backend: Backend, wrong: Misbehaviour = {}): Promise<TestServer> => {
  const asked: Array<AskedBody> = []
  const answered: Array<AskedBody> = []
  const headers: Array<IncomingMessage["headers"]> = []
  const reply = async (text: string, response: ServerResponse): Promise<void> => {
    const body = JSON.parse(text) as AskedBody
    asked.push(body)
    if (wrong.first?.(asked.length - 1, response, body) === true) return
    const refused = wrong.refuses?.find((name) => name in body)
    if (refused !== undefined)
      return void response.writeHead(400).end(`{"error":{"message":"Unrecognized request argument: ${refused}"}}`)
    const said = await answer(backend, body, wrong)
    if (wrong.delay !== undefined) await new Promise((resolve) => setTimeout(resolve, wrong.delay))
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(wrong.body?.(said) ?? said, () => answered.push(body))
  }
  const server: Server = createServer((request, response) => {
    let text = ""
    headers.push(request.headers)
    request.setEncoding("utf8").on("data", (part: string) => (text += part))
    request.on("end", () => {
      reply(text, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
    })
    // A client that was killed is nobody's fault.
    response.on("error", () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answered,
    headers,
    close: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}
