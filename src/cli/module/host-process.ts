/** A process of this package's that holds a user's module in a sandbox of its own, and waits for it, so that who asks it need not. */
import { type ChildProcess, fork } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { compiledOnce } from "../../file/compiled-once.ts"

/** @typeParam Reply what it answers */
export class HostProcess<Reply> {
  readonly child: ChildProcess
  /** For its sandbox to work in. */
  readonly folder: string

  /** @param script that the process runs @param name of what it is for, in its folder's */
  constructor(script: URL, name: string) {
    this.folder = mkdtempSync(join(tmpdir(), `coverbound-${name}-`))
    const { COVERBOUND_API_KEY: _, NODE_OPTIONS: __, OPENAI_API_KEY: ___, ...env } = process.env
    this.child = fork(script, [], {
      serialization: "advanced",
      silent: true,
      env: compiledOnce(env),
      execArgv: ["--disable-warning=ExperimentalWarning", "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"]
    })
    this.child.on("error", () => {})
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.resume()
  }

  get alive(): boolean {
    return this.child.connected && this.child.exitCode === null && this.child.signalCode === null
  }

  kill(): void {
    // Its sandbox ends with it.
    this.child.kill("SIGKILL")
    rmSync(this.folder, { recursive: true, force: true })
  }

  /**
   * Asks, one request at a time; the process does not outlive an asking that is interrupted.
   *
   * @param hear what a reply comes to; undefined: another follows
   * @param gone what the end of the process comes to
   * @param late what comes of so many seconds without a reply, after which the process is ended
   */
  ask<A>(
    request: object,
    hear: (reply: Reply) => A | undefined,
    gone: (how: string) => A,
    late?: { readonly seconds: number; readonly ending: A }
  ): Effect.Effect<A> {
    return Effect.callback<A>((resume) => {
      const { child } = this
      let timer: NodeJS.Timeout | undefined
      const leave = (): void => {
        clearTimeout(timer)
        child.off("message", onMessage).off("close", onClose)
      }
      const end = (ending: A): void => {
        leave()
        resume(Effect.succeed(ending))
      }
      const wait = (): void => {
        clearTimeout(timer)
        if (late === undefined) return
        timer = setTimeout(() => {
          this.kill()
          end(late.ending)
        }, 1000 * late.seconds)
      }
      const onMessage = (reply: Reply): void => {
        const ending = hear(reply)
        if (ending === undefined) wait()
        else end(ending)
      }
      const onClose = (code: number | null, signal: NodeJS.Signals | null): void =>
        end(gone(signal === null ? `with code ${code}` : `by ${signal}`))
      child.on("message", onMessage).on("close", onClose)
      wait()
      if (this.alive) child.send(request, () => {})
      else if (child.exitCode !== null || child.signalCode !== null) onClose(child.exitCode, child.signalCode)
      return Effect.sync(() => {
        leave()
        this.kill()
      })
    })
  }
}
