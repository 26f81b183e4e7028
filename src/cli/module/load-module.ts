/** A module of the command line, type-checked and loaded, or a line that says why not. */
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { AuditCall } from "../audit.ts"
import { oneLine } from "../../audit/outcome.ts"
import { InvalidCall, NotHeld, NotRun } from "../invalid-call.ts"
import type { ReportedRun } from "../../../reports/reported-run.ts"
import { ranCheck } from "../audit/reported-audit.ts"
import { asideOf, type Reporter, writeReport } from "../reporters.ts"
import { write } from "../terminal.ts"
import { placesOf } from "./claim-places.ts"
import { type ModuleRunner, openModule } from "./module-runner.ts"
import type { NamedModule } from "./named-module.ts"
import { type TypeCheck, typeCheck } from "./type-check.ts"
import { insideOf } from "./ways-out.ts"

/** What a call says of a module. */
export type ModuleCall = Partial<Pick<AuditCall, "backend" | "noTypeCheck" | "trialMemory" | "trialSeconds">>

/** Seconds of its processor's time that a module may take between two answers, and MiB that it may hold: as the call says, else these. */
export const limitsOf = ({ trialMemory = Option.none(), trialSeconds = Option.none() }: ModuleCall) => ({
  seconds: Option.getOrElse(trialSeconds, () => 10),
  memory: Option.getOrElse(trialMemory, () => 1024)
})

/** A module that cannot be used. @param why a value, and perhaps what was expected @param expectation where that does not say */
export const unusable = (field: string, why: string, expectation = "a module whose default export is an algorithm") => {
  const [value, own = expectation] = why.split(/, expected (.*)$/s)
  return new InvalidCall({ field, value, expectation: own })
}

export interface LoadedModule extends ModuleRunner {
  /** What its types said. */
  readonly types: TypeCheck
}

/** A module that died while it was loaded, as a CI server is told of it. */
const notLoaded = (module: NamedModule, why: string): ReportedRun => {
  const startedAt = new Date().toISOString()
  const made = { startedAt, seconds: 0, took: () => undefined, placeOf: placesOf(module) }
  const check = ranCheck("run/load", "loads", why, undefined, made)
  return {
    command: "audit",
    candidate: module.asked,
    seed: 0,
    level: 0,
    startedAt,
    seconds: 0,
    checks: [check],
    notRun: []
  }
}

const say = (line: string) => Effect.sync(() => process.stderr.write(`${line}\n`))

/** What the types of a module say, where it may be asked; says what it is not shown. */
export const typesOf = Effect.fnUntraced(function* (
  module: NamedModule,
  noTypeCheck: boolean
): Effect.fn.Return<TypeCheck, InvalidCall> {
  const { endless, kept } =
    module.path === undefined ? { endless: undefined, kept: [] } : insideOf(dirname(module.path))
  if (kept.length > 0)
    yield* say(
      oneLine(
        `coverbound: ${module.asked} is not shown what leads out of its folder: ${kept[0]}${kept.length > 1 ? ` and ${kept.length - 1} more` : ""}`
      )
    )
  if (noTypeCheck) return { kind: "skipped", why: "not asked for" }
  const types: TypeCheck =
    endless === undefined
      ? yield* typeCheck(module)
      : { kind: "skipped", why: oneLine(`who reads ${endless} waits for ever`) }
  if (types.kind === "errors") {
    for (const line of types.lines) yield* say(line)
    return yield* new InvalidCall({
      field: "algorithm",
      value: `${module.asked} (${types.count} type ${types.count === 1 ? "error" : "errors"})`,
      expectation: "a module that type-checks, or --no-type-check"
    })
  }
  if (types.kind === "skipped") yield* say(`coverbound: types were not checked: ${types.why}`)
  return types
})

/** Type-checks and loads. Its process lives as long as the scope. */
export const loadModule = Effect.fnUntraced(function* (
  module: NamedModule,
  call: ModuleCall,
  reporter: Reporter = "text"
): Effect.fn.Return<LoadedModule, InvalidCall | NotHeld | NotRun, Scope.Scope> {
  const types = yield* typesOf(module, call.noTypeCheck ?? false)
  const runner = yield* openModule(module.specifier, process.cwd(), {
    ...limitsOf(call),
    searches: Option.getOrElse(call.backend ?? Option.none(), () => "auto" as const)
  }).pipe(
    Effect.catchTag("ModuleRefused", ({ failure, stuck, why }) =>
      Effect.gen(function* () {
        if (stuck === true) return yield* new NotRun({ what: `${module.asked}: ${why}` })
        if (failure === undefined) return yield* unusable(module.asked, why)
        // That is a verdict: there was nothing wrong with the call.
        yield* write(asideOf(reporter), `\n  ✗ ${module.asked}: ${why}\n`)
        if (reporter !== "text" && reporter !== "json") yield* writeReport(reporter, [notLoaded(module, why)])
        return yield* new NotHeld()
      })
    )
  )
  return { ...runner, types }
})
