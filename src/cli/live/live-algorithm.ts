/** The algorithm of a live call: a built-in one, or a module's, which runs in a sandbox as in every audit and is served by this process. */
import { createHash } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { AnyAlgorithm } from "../../algorithm/algorithm.ts"
import { Failed, oneLine } from "../../audit/outcome.ts"
import type { OracleServices } from "../../oracle/interpreter.ts"
import { algorithmNamed } from "../audit/audit-plan.ts"
import type { AuditCall } from "../audit.ts"
import type { InvalidCall } from "../invalid-call.ts"
import { describedBy } from "../module/described-algorithm.ts"
import { limitsOf, type ModuleCall, typesOf, unusable } from "../module/load-module.ts"
import { namedModule, type NamedModule } from "../module/named-module.ts"
import { fieldsOf, remoteAlgorithm } from "../module/remote-algorithm.ts"
import { Sandbox } from "../module/sandbox.ts"

const openModule = Effect.fnUntraced(function* (
  module: NamedModule,
  call: Pick<AuditCall, keyof ModuleCall>
): Effect.fn.Return<AnyAlgorithm<OracleServices>, InvalidCall, Scope.Scope> {
  yield* typesOf(module, call.noTypeCheck)
  const { memory, seconds } = limitsOf(call)
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "coverbound-live-"))),
    (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true }))
  )
  const sandbox = yield* Effect.acquireRelease(
    Effect.sync(
      () =>
        new Sandbox(
          {
            folder,
            from: pathToFileURL(`${process.cwd()}/`).href,
            memory: memory * 2 ** 20,
            module: module.specifier,
            secondsPerCall: seconds
          },
          () => {}
        )
    ),
    (opened) => Effect.sync(() => opened.kill())
  )
  const said = yield* Effect.try({
    try: () => fieldsOf(sandbox.start()),
    catch: (error) =>
      unusable(module.asked, `while it was loaded, it ${error instanceof Failed ? error.message : String(error)}`)
  })
  if (said["kind"] !== "loaded") return yield* unusable(module.asked, oneLine(String(said["why"])))
  const description = describedBy(said["description"])
  return typeof description === "string"
    ? yield* unusable(module.asked, description)
    : remoteAlgorithm(sandbox, description)
})

export interface OpenedAlgorithm {
  readonly algorithm: AnyAlgorithm<OracleServices>
  /** SHA-256 of a module's file. */
  readonly digest: string
}

/** Its process, where it has one, lives as long as the scope. */
export const openAlgorithm = Effect.fnUntraced(function* (
  options: AuditCall
): Effect.fn.Return<OpenedAlgorithm, InvalidCall, Scope.Scope> {
  const module = yield* namedModule(Option.getOrElse(options.algorithm, () => ""))
  if (module === undefined) return { algorithm: yield* algorithmNamed(options.algorithm), digest: "built-in" }
  const algorithm = yield* openModule(module, options)
  const code = module.path === undefined ? module.asked : readFileSync(module.path)
  return { algorithm, digest: createHash("sha256").update(code).digest("hex") }
})
