/** A user's module of checks as a {@link Verifier}: in a sandbox, behind a process that waits for it. Its process lives as long as the scope. */
import { fork } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { compiledOnce } from "../../file/compiled-once.ts"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type Asked, ChecksFailed, type Verdict, type Verifier } from "../../live/verifier.ts"
import { InvalidCall } from "../invalid-call.ts"
import type { ChecksDescription, ChecksReply, ChecksRequest, Judged } from "./checks-messages.ts"
import type { PromptRecord } from "./prompts-file.ts"

export interface ChecksLimits {
  /** Seconds that one response may take. */
  readonly seconds: number
  /** MiB that the module's process may hold. */
  readonly memory: number
}

const MIB = 2 ** 20
/** Responses of which each is asked twice, once a process: what is no function of them shows early. */
const TWICE = 16

const host = fileURLToPath(new URL(`./checks-host${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url))

/** Asks the process; one request at a time. */
const openProcess = Effect.gen(function* () {
  const folder = mkdtempSync(join(tmpdir(), "coverbound-checks-"))
  const { COVERBOUND_API_KEY: _, NODE_OPTIONS: __, OPENAI_API_KEY: ___, ...env } = process.env
  const child = fork(host, [], {
    serialization: "advanced",
    silent: true,
    env: compiledOnce(env),
    execArgv: ["--disable-warning=ExperimentalWarning", "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"]
  })
  child.on("error", () => {})
  for (const stream of [child.stdout, child.stderr]) stream?.resume()
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      // Its sandbox ends with it.
      child.kill("SIGKILL")
      rmSync(folder, { recursive: true, force: true })
    })
  )
  const ask = (request: ChecksRequest): Effect.Effect<ChecksReply, ChecksFailed> =>
    Effect.callback((resume) => {
      const end = (reply: Effect.Effect<ChecksReply, ChecksFailed>): void => {
        child.off("message", onMessage).off("close", onClose)
        resume(reply)
      }
      const onMessage = (reply: ChecksReply): void => end(Effect.succeed(reply))
      const onClose = (): void => end(Effect.fail(new ChecksFailed({ what: "checks: their process ended" })))
      child.on("message", onMessage).on("close", onClose)
      if (child.connected) child.send(request, () => {})
      else onClose()
      return Effect.sync(() => void child.off("message", onMessage).off("close", onClose))
    })
  return { ask, folder }
})

/** Whether what a module's process said is φ of the right length, or a reward in range: it is believed about nothing else. */
const isFeatures = (value: unknown, dimension: number): value is ReadonlyArray<number> =>
  Array.isArray(value) &&
  value.length === dimension &&
  value.every(Number.isFinite) &&
  Math.hypot(...(value as Array<number>)) <= 1 + 1e-9
const isReward = (value: unknown, range: number): value is number =>
  typeof value === "number" && value >= 0 && value <= range

const short = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text)

/** What was said of one response; `none` where the module failed on it. */
const verdictOf = <A>(
  path: string,
  kind: string,
  { text }: Asked,
  none: A,
  fits: (value: unknown) => value is A,
  judged: Judged
): Effect.Effect<Verdict<A>, ChecksFailed> => {
  if (judged.kind === "failed")
    return Effect.succeed({ value: none, failed: `${kind} failed on ${short(text)}: ${judged.why}` })
  const wrong = judged.kind === "wrong" ? judged.why : fits(judged.value) ? undefined : "said what it must not"
  return wrong === undefined
    ? Effect.succeed({ value: (judged as { readonly value: unknown }).value as A })
    : Effect.fail(new ChecksFailed({ what: `${path}: ${wrong} (response ${short(text)})` }))
}

/** @param path of the module, as the call named it */
export const openChecks = Effect.fnUntraced(function* (
  path: string,
  file: string,
  prompts: ReadonlyArray<PromptRecord>,
  limits: ChecksLimits
): Effect.fn.Return<Verifier, InvalidCall | ChecksFailed, Scope.Scope> {
  const { ask, folder } = yield* openProcess
  const said = yield* ask({
    kind: "load",
    module: pathToFileURL(file).href,
    from: pathToFileURL(`${process.cwd()}/`).href,
    folder,
    memory: limits.memory * MIB,
    seconds: limits.seconds,
    prompts
  })
  if (said.kind !== "loaded") {
    const why = said.kind === "refused" ? said.why : "no answer"
    const [value, expectation = "a module that exports checks and reward"] = why.split(/, expected (.*)$/s)
    return yield* new InvalidCall({ field: path, value, expectation })
  }
  const { dimension, names, noisy, parameterRadius, rewardRange }: ChecksDescription = said.description
  const twice = { features: TWICE, reward: noisy ? 0 : TWICE }
  const judge = (kind: "features" | "reward", asked: ReadonlyArray<Asked>) =>
    Effect.flatMap(
      ask({
        kind: "judge",
        of: asked.map(({ finished, text, x }) => ({ kind, x, text, finished, twice: twice[kind]-- > 0 }))
      }),
      (reply) =>
        reply.kind === "judged"
          ? Effect.succeed(reply.of)
          : Effect.fail(new ChecksFailed({ what: `${path}: no answer` }))
    )
  const zeros = new Array<number>(dimension).fill(0)
  const featuresFit = (value: unknown): value is ReadonlyArray<number> => isFeatures(value, dimension)
  const rewardFits = (value: unknown): value is number => isReward(value, rewardRange)
  return {
    dimension,
    names,
    rewardRange,
    // A 0/1 check that is the reward has θ* = √d·R.
    parameterRadius: parameterRadius ?? Math.sqrt(dimension) * rewardRange,
    noisy,
    features: (asked) =>
      Effect.flatMap(judge("features", asked), (all) =>
        Effect.forEach(all, (judged, i) => verdictOf(path, "checks", asked[i], zeros, featuresFit, judged))
      ),
    reward: (asked) =>
      Effect.flatMap(judge("reward", [asked]), ([judged]) => verdictOf(path, "reward", asked, 0, rewardFits, judged))
  }
})
