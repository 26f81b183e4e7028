/**
 * The process that holds a module of checks in a {@link Sandbox}: it waits for the module, so that the command need not. A response over which the module's process
 * ends (it hangs, fills memory, exits) is one that failed; the next has a fresh process. Started by checks-process.ts, never by hand.
 */
import { beside } from "../../file/beside.ts"
import { failureOf, oneLine } from "../../audit/outcome.ts"
import { NotFinished } from "../../oracle/not-finished.ts"
import { fieldsOf } from "../module/remote-algorithm.ts"
import { Sandbox } from "../module/sandbox.ts"
import type {
  ChecksDescription,
  ChecksReply,
  ChecksRequest,
  Judged,
  JudgeResponse,
  LoadChecks
} from "./checks-messages.ts"

const HOST = beside("checks-sandbox-host", import.meta.url)

let sandbox: Sandbox | undefined

const noteOf = (error: unknown): string => (error instanceof NotFinished ? error.message : failureOf(error).note)

const descriptionOf = (said: unknown): ChecksDescription | undefined => {
  const { dimension, names, noisy, parameterRadius, rewardRange } = fieldsOf(said)
  return typeof dimension === "number" && typeof rewardRange === "number"
    ? {
        dimension,
        rewardRange,
        noisy: noisy === true,
        ...(Array.isArray(names) ? { names: names.map((name) => oneLine(String(name))) } : {}),
        ...(typeof parameterRadius === "number" ? { parameterRadius } : {})
      }
    : undefined
}

const load = (asked: LoadChecks): ChecksReply => {
  const { prompts, ...limits } = asked
  sandbox = new Sandbox({ ...limits, told: { prompts } }, () => {}, HOST)
  try {
    const said = fieldsOf(sandbox.start())
    const description = descriptionOf(said["description"])
    return description === undefined
      ? { kind: "refused", why: oneLine(String(said["why"])) }
      : { kind: "loaded", description }
  } catch (error) {
    return { kind: "refused", why: `while it was loaded, it ${noteOf(error)}` }
  }
}

const judge = (one: JudgeResponse): Judged => {
  try {
    if (!sandbox!.alive) {
      const said = fieldsOf(sandbox!.start())
      if (said["kind"] !== "loaded")
        return { kind: "wrong", why: `could not be loaded again: ${oneLine(String(said["why"]))}` }
    }
    const { kind, value, why } = fieldsOf(sandbox!.ask(one))
    if (kind === "value") return { kind, value: value as number | ReadonlyArray<number> }
    return { kind: kind === "failed" ? "failed" : "wrong", why: oneLine(String(why)) }
  } catch (error) {
    return { kind: "failed", why: noteOf(error) }
  }
}

process.on("message", (asked: ChecksRequest) => {
  const reply: ChecksReply = asked.kind === "load" ? load(asked) : { kind: "judged", of: asked.of.map(judge) }
  process.send?.(reply)
})
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"))
