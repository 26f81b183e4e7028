/** What `coverbound audit ALGORITHM --server URL --prompts FILE --checks MODULE` does: names, opens, runs, judges, shows, writes. */
import { createHash } from "node:crypto"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { InvalidFile } from "../../instance/invalid-instance.ts"
import type { BackendUnavailable } from "../../kernel/backend-unavailable.ts"
import { type CallIdentity, DrawJournal } from "../../live/draw-journal.ts"
import { judgeLive } from "../../live/live-judge.ts"
import { type LiveRuns, liveRuns } from "../../live/live-run.ts"
import { Failed, failureOf } from "../../audit/outcome.ts"
import { NotFinished } from "../../oracle/not-finished.ts"
import { Misbehaved } from "../../oracle/shape.ts"
import { jsonText } from "../../run/json-text.ts"
import { quoted as inShell } from "../../../reports/shell-argument.ts"
import type { AuditCall } from "../audit.ts"
import type { CommandFailed } from "../ending.ts"
import { endBy, InvalidCall, ModuleFailed } from "../invalid-call.ts"
import { limitsOf } from "../module/load-module.ts"
import { readNamedFile } from "../named-file.ts"
import { partOfDocument } from "../part-view.ts"
import { ProgressBar, shareOfRun } from "../progress.ts"
import { pageOf, printable, write } from "../terminal.ts"
import { checkFile, checkOwnFolder, ownFolder, writeWhole } from "../whole-file.ts"
import { openChecks } from "./checks-process.ts"
import { checksFile, commandOf, completeCall, identityOf, required } from "./live-call.ts"
import { openAlgorithm } from "./live-algorithm.ts"
import { liveDocument, type LiveReport } from "./live-document.ts"
import { liveText } from "./live-view.ts"
import { type NamedSource, nameSource, type SourceOptions } from "./open-source.ts"
import { type PromptRecord, readPrompts } from "./prompts-file.ts"
import { thisCall } from "../work/open-workshop.ts"

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")

/** The journal of a call, closed with the scope; where the call is interrupted, how to go on is said. */
export const openJournal = (file: string, identity: CallIdentity) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => new DrawJournal(file, identity),
      catch: (error) => {
        if (error instanceof InvalidFile) return error
        const { code } = error as NodeJS.ErrnoException
        if (code === undefined) throw error
        return new InvalidCall({
          field: "--journal",
          value: `${file} (${code})`,
          expectation: "a file that can be written"
        })
      }
    }),
    (journal, exit) =>
      Effect.andThen(
        Effect.sync(() => journal.close()),
        Exit.hasInterrupts(exit)
          ? write(process.stderr, `What was paid for is kept in ${file}. To go on: ${thisCall()}\n`)
          : Effect.void
      )
  )

/** Everything a live call needs before it can begin. */
interface Named {
  readonly prompts: ReadonlyArray<PromptRecord>
  readonly source: NamedSource
  readonly checks: { readonly asked: string; readonly path: string; readonly digest: string }
  readonly digests: { readonly prompts: string; readonly checks: string }
}

/** What a call names: prompts, a source, a module. */
export const nameParts = Effect.fnUntraced(function* (
  options: SourceOptions
): Effect.fn.Return<Named, InvalidCall | InvalidFile | BackendUnavailable> {
  const promptsFile = yield* required("--prompts", options.prompts, 'a file of prompts, {"prompt": "…"} a line')
  const checksAsked = yield* required("--checks", options.checks, "a module that exports checks and reward")
  const prompts = yield* readPrompts(promptsFile)
  const checks = yield* checksFile(checksAsked)
  const source = yield* nameSource(options, prompts)
  const digests = { prompts: sha256(yield* readNamedFile("--prompts", promptsFile)), checks: checks.digest }
  return { prompts, source, checks, digests }
})

/** A module that failed each time it was asked: its zeros say nothing of the model, and what rests on them was not run. */
const neverGave = (runs: LiveRuns["runs"]): string | undefined => {
  const sum = (of: (run: LiveRuns["runs"][number]) => number) => runs.reduce((total, run) => total + of(run), 0)
  const asked = [
    { what: "the reward", times: sum(({ live }) => live.verified), failed: sum(({ failures }) => failures.rewards) },
    { what: "checks", times: sum(({ live }) => live.responses), failed: sum(({ failures }) => failures.checks) }
  ]
  const silent = asked.find(({ failed, times }) => times > 0 && failed === times)
  const first = runs.find(({ failures }) => failures.first !== undefined)?.failures.first
  return silent && `${silent.what} failed on every one of ${silent.times} responses: ${printable(first ?? "no reason")}`
}

export const runLive = Effect.fnUntraced(
  function* (options: AuditCall): Effect.fn.Return<void, CommandFailed, Scope.Scope> {
    if (Option.isSome(options.out)) yield* checkOwnFolder("--out", options.out.value, "run.json")
    if (Option.isSome(options.journal))
      yield* checkFile("--journal", options.journal.value, Option.getOrUndefined(options.out))
    const { algorithm, digest } = yield* openAlgorithm(options)
    const { checks, digests, prompts, source } = yield* nameParts(options)
    const verifier = yield* openChecks(
      checks.asked,
      checks.path,
      prompts,
      limitsOf({ ...options, trialSeconds: options.checkSeconds })
    )
    const call = yield* completeCall(options, algorithm, verifier)
    const identity = identityOf({ name: algorithm.name, digest }, source.identity, digests, call)
    const slug = `${algorithm.name}-live-${sha256(JSON.stringify(identity)).slice(0, 8)}`
    const folder = yield* ownFolder(options.out, slug, "run.json")
    const file = Option.getOrElse(options.journal, () => join(folder, "draws.jsonl"))
    const journal = yield* openJournal(file, identity)
    const resumed = { kept: journal.kept, lost: journal.lost }
    const texts = yield* source.open(journal)
    const asked = prompts.map(({ prompt }) => prompt)
    const start = performance.now()
    const bar = new ProgressBar()
    const made = yield* liveRuns({
      algorithm,
      ...call,
      prompts: asked,
      source: texts,
      verifier,
      limits: source.limits,
      journal,
      progress: (trial, phase, done, total) =>
        bar.update(
          (trial + shareOfRun(phase, done, total)) / call.trials,
          call.trials === 1 ? phase : `run ${trial + 1}/${call.trials}, ${phase}`
        )
    }).pipe(
      Effect.catchDefect((defect) =>
        defect instanceof Failed || defect instanceof Misbehaved || defect instanceof NotFinished
          ? Effect.fail(
              new ModuleFailed({
                what: `${algorithm.name}: ${defect instanceof NotFinished ? defect.message : failureOf(defect).note}`
              })
            )
          : Effect.die(defect)
      ),
      Effect.ensuring(Effect.sync(() => bar.clear()))
    )
    const { goal, level, parameters, problem, target } = call
    const subject = { problem, parameters, goal, algorithm, target, prompts: asked, noisy: verifier.noisy }
    const told: LiveReport = {
      algorithm: algorithm.name,
      source: source.name,
      command: commandOf(options, algorithm.name, call),
      drawing: source.identity,
      facts: texts.facts(),
      call,
      verifier,
      files: digests,
      prompts: asked,
      price: Option.getOrUndefined(options.price),
      runs: made.runs,
      judgements: judgeLive(subject, made, level),
      resumed
    }
    const elapsedMs = performance.now() - start
    const document = liveDocument(told)
    const text = jsonText(document)
    yield* write(
      process.stdout,
      options.json ? text : liveText(told, partOfDocument(document), pageOf(process.stdout), elapsedMs)
    )
    const path = yield* writeWhole(folder, "run.json", text)
    yield* write(
      options.json ? process.stderr : process.stdout,
      `\n  Every run: ${path}\n  As a page: npx coverbound report ${inShell(folder)}\n  What was paid for: ${file}\n`
    )
    yield* endBy({
      refuted: told.judgements.some(({ verdict }) => verdict === "refuted"),
      notRun: neverGave(made.runs),
      strict: options.strict,
      open: told.judgements
        .filter(({ verdict }) => verdict === "undecided")
        .map(({ part, theorem }) => `${theorem} ${part}`)
    })
  },
  (running) => Effect.scoped(running)
)
