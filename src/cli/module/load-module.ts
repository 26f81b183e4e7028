/** A module of the command line, type-checked and loaded, or a line that says why not. */
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { AuditCall } from "../audit.ts"
import { oneLine } from "../../audit/outcome.ts"
import { InvalidCall, NotHeld, NotRun } from "../invalid-call.ts"
import type { ReportedRun } from "../../../reports/reported-run.ts"
import { asideOf, type Reporter, writeReport } from "../reporters.ts"
import { write } from "../terminal.ts"
import { placesOf } from "./claim-places.ts"
import { type ModuleRunner, openModule } from "./module-runner.ts"
import type { NamedModule } from "./named-module.ts"
import { type TypeCheck, typeCheck } from "./type-check.ts"
import { insideOf } from "./ways-out.ts"

/** Seconds of its processor's time between two oracle calls, and MiB it may hold, where the call says nothing. */
const SECONDS = 10
const MEMORY = 1024

export interface LoadedModule extends ModuleRunner {
  /** What its types said. */
  readonly types: TypeCheck
}

/** A module that died while it was loaded, as a CI server is told of it. */
const notLoaded = (module: NamedModule, why: string): ReportedRun => {
  const place = placesOf(module)("run", why)
  return {
    command: "audit",
    candidate: module.asked,
    seed: 0,
    level: 0,
    startedAt: new Date().toISOString(),
    seconds: 0,
    checks: [
      {
        id: "run/load",
        group: "run",
        title: "loads",
        nature: "checked",
        verdict: "refuted",
        level: 0,
        measured: "a failure",
        bound: "none",
        relation: "=",
        note: why,
        ...(place === undefined ? {} : { place })
      }
    ],
    notRun: []
  }
}

const say = (line: string) => Effect.sync(() => process.stderr.write(`${line}\n`))

/** Type-checks and loads. Its process lives as long as the scope. */
export const loadModule = Effect.fnUntraced(function* (
  module: NamedModule,
  {
    backend,
    noTypeCheck,
    trialMemory,
    trialSeconds
  }: Pick<AuditCall, "backend" | "noTypeCheck" | "trialMemory" | "trialSeconds">,
  reporter: Reporter = "text"
): Effect.fn.Return<LoadedModule, InvalidCall | NotHeld | NotRun, Scope.Scope> {
  const { endless, kept } =
    module.path === undefined ? { endless: undefined, kept: [] } : insideOf(dirname(module.path))
  if (kept.length > 0)
    yield* say(
      oneLine(
        `coverbound: ${module.asked} is not shown what leads out of its folder: ${kept[0]}${kept.length > 1 ? ` and ${kept.length - 1} more` : ""}`
      )
    )
  const types = noTypeCheck
    ? { kind: "skipped" as const, why: "not asked for" }
    : endless === undefined
      ? yield* typeCheck(module)
      : { kind: "skipped" as const, why: oneLine(`who reads ${endless} waits for ever`) }
  if (types.kind === "errors") {
    for (const line of types.lines) yield* say(line)
    return yield* new InvalidCall({
      field: "algorithm",
      value: `${module.asked} (${types.count} type ${types.count === 1 ? "error" : "errors"})`,
      expectation: "a module that type-checks, or --no-type-check"
    })
  }
  if (types.kind === "skipped" && !noTypeCheck) yield* say(`coverbound: types were not checked: ${types.why}`)
  const runner = yield* openModule(module.specifier, process.cwd(), {
    seconds: Option.getOrElse(trialSeconds, () => SECONDS),
    memory: Option.getOrElse(trialMemory, () => MEMORY),
    searches: Option.getOrElse(backend, () => "auto" as const)
  }).pipe(
    Effect.catchTag("ModuleRefused", ({ failure, stuck, why }) =>
      Effect.gen(function* () {
        if (stuck === true) return yield* new NotRun({ what: `${module.asked}: ${why}` })
        if (failure === undefined) {
          const [value, expectation = "a module whose default export is an algorithm"] = why.split(/, expected (.*)$/s)
          return yield* new InvalidCall({ field: module.asked, value, expectation })
        }
        // That is a verdict: there was nothing wrong with the call.
        yield* write(asideOf(reporter), `\n  ✗ ${module.asked}: ${why}\n`)
        if (reporter !== "text" && reporter !== "json") yield* writeReport(reporter, [notLoaded(module, why)])
        return yield* new NotHeld()
      })
    )
  )
  return { ...runner, types }
})
