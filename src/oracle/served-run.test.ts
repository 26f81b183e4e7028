/** A round in a message: held to its place and to its shape, whoever wrote it. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { expect, it } from "vitest"
import { rareGood } from "../instance/families/rare-good.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { Stream } from "../numeric/stream.ts"
import { openOracles, problemOf } from "./interpreter.ts"
import { type Link, MESSAGE, type Message } from "./link.ts"
import { ROUND_NUMBER } from "./operations.ts"
import { writeData } from "./plain-data.ts"
import { servedRun } from "./served-run.ts"
import type { TiltRequest } from "./services.ts"
import { TILT } from "./shape.ts"
import { HEADER, Reader, ShapeWriter, Writer } from "./wire.ts"

const instance = finiteInstance(rareGood({ C: 20, d: 2 }), "test")
const truncation = { dimension: 2, whitening: Float64Array.of(1, 0, 0, 1), nu: 9 }
const tilt = { theta: Float64Array.of(0, 0.5), clip: 1, truncation, beta: instance.exact.beta }
const request: TiltRequest = { tilt, promise: 20, delta: 0.1 }

const message = (kind: number, write: (to: Writer) => void): Message => {
  const to = new Writer()
  write(to)
  return { kind, body: new Reader(to.bytes, new DataView(to.bytes.buffer), HEADER, to.length - HEADER) }
}
const round = (to: Writer, asked: TiltRequest): void => {
  to.byte(ROUND_NUMBER)
  new ShapeWriter({ write: () => {}, read: () => [] }).write(TILT, asked, to)
}

/** What is sent for one message of a learner elsewhere, and the rewards that were charged; or how it ended the run. */
const served = async (first: Message) => {
  const { ledger, services } = openOracles(instance, { interpreter: "exact-law", stream: Stream.fromSeed(5) })
  const coming = [first, message(MESSAGE.data, (to) => writeData({ kind: "returned" }, to))]
  const sent: Array<number> = []
  const link = {
    receive: () => coming.shift()!,
    send: (kind: number, written: Writer) => {
      sent.push(kind)
      written.clear()
    }
  } as unknown as Link
  const exit = await Effect.runPromiseExit(
    servedRun({ link, problem: problemOf(instance), begin: () => {} }).pipe(Effect.provideContext(services))
  )
  const rewards = ledger.snapshot().rewardQueries
  return { sent, rewards, why: Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : "" }
}

it("answers a round once, which charges two rewards", async () => {
  const answered = await served(message(MESSAGE.ask, (to) => round(to, request)))
  expect(answered).toEqual({ sent: [MESSAGE.answer], rewards: 2n, why: "" })
})

it.each([
  ["that wants no answer", MESSAGE.note, (to: Writer) => round(to, request), /asked among requests/],
  ["before other requests", MESSAGE.ask, (to: Writer) => (round(to, request), to.byte(0)), /asked among requests/],
  ["of no tilt", MESSAGE.ask, (to: Writer) => round(to, { ...request, promise: Number.NaN }), /promise/]
] as const)("makes nothing of a round %s", async (_, kind, write, why) => {
  const refused = await served(message(kind, write))
  expect(refused).toMatchObject({ sent: [], rewards: 0n })
  expect(refused.why).toMatch(why)
})
