/** A user's module of checks as a {@link Verifier}: in a sandbox, behind a process that waits for it. Its process lives as long as the scope. */
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { beside } from "../../file/beside.ts"
import {
  type Asked,
  ChecksFailed,
  featuresProblem,
  rewardProblem,
  type Verdict,
  type Verifier
} from "../../live/verifier.ts"
import { HostProcess } from "../module/host-process.ts"
import { type limitsOf, unusable } from "../module/load-module.ts"
import type { InvalidCall } from "../invalid-call.ts"
import type { ChecksDescription, ChecksReply, ChecksRequest, Judged } from "./checks-messages.ts"
import type { PromptRecord } from "./prompts-file.ts"

const MIB = 2 ** 20
/** Responses of which each is asked twice, once a process: what is no function of them shows early. */
const TWICE = 16

const short = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text)

/** What was said of one response; `none` where the module failed on it. Its process is believed about nothing. */
const verdictOf = <A>(
  path: string,
  kind: string,
  { text }: Asked,
  none: A,
  problem: (value: unknown) => string | undefined,
  judged: Judged
): Effect.Effect<Verdict<A>, ChecksFailed> => {
  if (judged.kind === "failed")
    return Effect.succeed({ value: none, failed: `${kind} failed on ${short(text)}: ${judged.why}` })
  const wrong = judged.kind === "wrong" ? judged.why : problem(judged.value)
  return wrong === undefined
    ? Effect.succeed({ value: (judged as { readonly value: unknown }).value as A })
    : Effect.fail(new ChecksFailed({ what: `${path}: ${wrong} (response ${short(text)})` }))
}

/** @param path of the module, as the call named it */
export const openChecks = Effect.fnUntraced(function* (
  path: string,
  file: string,
  prompts: ReadonlyArray<PromptRecord>,
  limits: ReturnType<typeof limitsOf>
): Effect.fn.Return<Verifier, InvalidCall | ChecksFailed, Scope.Scope> {
  const host = yield* Effect.acquireRelease(
    Effect.sync(() => new HostProcess<ChecksReply>(beside("checks-host", import.meta.url), "checks")),
    (opened) => Effect.sync(() => opened.kill())
  )
  const ask = (request: ChecksRequest): Effect.Effect<ChecksReply, ChecksFailed> =>
    Effect.flatMap(
      host.ask<ChecksReply | null>(
        request,
        (reply) => reply,
        () => null
      ),
      (reply) =>
        reply === null ? Effect.fail(new ChecksFailed({ what: "checks: their process ended" })) : Effect.succeed(reply)
    )
  const said = yield* ask({
    kind: "load",
    module: pathToFileURL(file).href,
    from: pathToFileURL(`${process.cwd()}/`).href,
    folder: host.folder,
    memory: limits.memory * MIB,
    secondsPerCall: limits.seconds,
    prompts
  })
  if (said.kind !== "loaded") {
    const why = said.kind === "refused" ? said.why : "no answer"
    return yield* unusable(path, why, "a module that exports checks and reward")
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
  const noFeatures = (value: unknown) => featuresProblem(value, dimension)
  const noReward = (value: unknown) => rewardProblem(value, rewardRange)
  return {
    dimension,
    names,
    rewardRange,
    // A 0/1 check that is the reward has θ* = √d·R.
    parameterRadius: parameterRadius ?? Math.sqrt(dimension) * rewardRange,
    noisy,
    features: (asked) =>
      Effect.flatMap(judge("features", asked), (all) =>
        Effect.forEach(all, (judged, i) => verdictOf(path, "checks", asked[i], zeros, noFeatures, judged))
      ),
    reward: (asked) =>
      Effect.flatMap(judge("reward", [asked]), ([judged]) => verdictOf(path, "reward", asked, 0, noReward, judged))
  }
})
