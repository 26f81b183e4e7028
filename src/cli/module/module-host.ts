/**
 * The process that audits a user's module: its oracles, ledgers, meters and laws are here, and the module is in a {@link Sandbox} of this process. It may be killed at any
 * moment, with its sandbox; the audit goes on elsewhere. Started by module-runner.ts, never by hand.
 */
import * as Effect from "effect/Effect"
import { failureOf, oneLine, type TrialOutcome } from "../../audit/outcome.ts"
import { inProcessRunner, type Runner } from "../../audit/runner.ts"
import { NotFinished } from "../../oracle/not-finished.ts"
import { SearchBackend } from "../../search/session-search.ts"
import { instanceOf } from "../load-instance.ts"
import { type ClockSetting, TRUE_CLOCK } from "./clock-setting.ts"
import { describedBy } from "./described-algorithm.ts"
import type { Answers, LoadRequest, Question, Reply, Request } from "./module-messages.ts"
import { fieldsOf, remoteAlgorithm, remoteParameters } from "./remote-algorithm.ts"
import { Sandbox } from "./sandbox.ts"

let sandbox: Sandbox | undefined
let runner: Runner | undefined
let backend: LoadRequest["searches"] = "auto"

const answer = (reply: Reply): void => {
  process.send?.({ ...reply, noise: sandbox?.noise ?? 0 })
}

/** Runs it with the searches that the audit asked for. */
const runHere = <A, E>(effect: Effect.Effect<A, E>): Promise<A> =>
  Effect.runPromise(Effect.provideService(effect, SearchBackend, backend))

/** Milliseconds between signs of life. */
const BEAT_MS = 200
let last = performance.now()
/** Oracles are being asked: whoever waits for this process may go on waiting. */
const beat = (): void => {
  if (performance.now() - last < BEAT_MS) return
  last = performance.now()
  answer({ kind: "progress", id: "" })
}

const load = (request: LoadRequest): Reply => {
  backend = request.searches
  const opened = new Sandbox(request, () => answer({ kind: "progress", id: "" }))
  sandbox = opened
  const said = fieldsOf(opened.start())
  if (said.kind !== "loaded") return { kind: "refused", why: oneLine(String(said.why)) }
  const description = describedBy(said.description)
  if (typeof description === "string") return { kind: "refused", why: description }
  runner = inProcessRunner(remoteAlgorithm(opened, description), {
    resolve: instanceOf,
    onCall: beat,
    onWork: beat,
    parameters: remoteParameters(opened),
    remote: true
  })
  return { kind: "loaded", description }
}

/** A trial; where a clock is given in a process that has seen no trial but this one, under that clock: what is kept between trials shows, and what reads the clock. */
const trialUnder = (clock: ClockSetting | undefined, trial: Effect.Effect<TrialOutcome>) =>
  Effect.suspend(() => {
    if (clock === undefined || sandbox === undefined) return trial
    sandbox.kill()
    sandbox.clock = clock
    return Effect.ensuring(
      trial,
      Effect.sync(() => {
        if (sandbox !== undefined) sandbox.clock = TRUE_CLOCK
      })
    )
  })

const answerOf = (runner: Runner, request: Question): Effect.Effect<Answers[keyof Answers]> => {
  switch (request.kind) {
    case "parameters":
      return runner.parameters(request.choice, request.spec, request.goal)
    case "trial":
      return trialUnder(request.fresh, runner.trial(request.job))
    case "laws":
      return runner.laws(request.job, (id) => answer({ kind: "progress", id }))
    case "look":
      return runner.whereToLook(request.job)
  }
}

const reply = async (request: Request): Promise<Reply> => {
  if (request.kind === "load") {
    try {
      return load(request)
    } catch (error) {
      const gone = await Effect.runPromise(sandbox!.whyGone(error))
      return gone instanceof NotFinished
        ? { kind: "stuck", why: gone.message }
        : { kind: "lost", failure: failureOf(gone) }
    }
  }
  return runner === undefined
    ? { kind: "refused", why: "nothing was loaded" }
    : { kind: "answer", value: await runHere(answerOf(runner, request)) }
}

process.on("message", (request: Request) => {
  reply(request).then(answer, (error: unknown) => answer({ kind: "refused", why: failureOf(error).note }))
})
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"))
