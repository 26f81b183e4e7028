/**
 * One program in a process of its own, since it may never end: what it is, and what a default audit refutes of it, a line of JSON each.
 * `node audited-program.ts mutant INDEX`, `node audited-program.ts right INDEX`
 */
import * as Effect from "effect/Effect"
import { auditPlan } from "../../src/audit/plan.ts"
import { kindOf, processorTime, resolve } from "./criterion.ts"
import { loaded, shipped } from "./edited.ts"
import { allMutants } from "./mutants.ts"
import { claiming, refutedBy } from "./refuted.ts"
import { type RightProgram, rightPrograms } from "./right-programs.ts"

/** Work of the default audit, and less of it, with few trials a case, for programs that do what a right one does: past that hardly anything but the cost grows. */
const DEFAULT = {}
const FEW = { budget: 15, trials: 4 }

const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify({ ...line, seconds: Math.round(processorTime() / 100) / 10 })}\n`)
}

const audited = async (
  algorithm: RightProgram,
  claims: ReadonlyArray<string>,
  limits: { readonly budget?: number; readonly trials?: number }
) =>
  refutedBy(
    await Effect.runPromise(
      auditPlan(
        { ...algorithm, claims },
        {
          resolve,
          seed: 1,
          secret: true,
          level: 0.01,
          rivals: [],
          untilRefuted: true,
          ...limits
        }
      )
    )
  )

const [what, index] = process.argv.slice(2)
if (what === "right") {
  const program = rightPrograms[Number(index)]
  say({ kind: "right" })
  say({ by: await audited(program, program.claims, FEW) })
} else {
  const { change, file, line, operator, text } = allMutants()[Number(index)]
  const original = await shipped(file)
  const changed = await loaded(file, text, `${file}:${line} ${operator}: ${change}`)
  const classified = await kindOf(changed, original)
  say(classified)
  const claims = claiming(changed).claims
  if (classified.kind !== "other")
    say({ by: await audited(changed, claims, classified.kind === "equivalent" ? FEW : DEFAULT) })
}
