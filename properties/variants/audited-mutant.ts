/** One mutant in a process of its own, since it may never end: what it is, and what a default audit refutes of it, as one line of JSON. `node audited-mutant.ts INDEX` */
import * as Effect from "effect/Effect"
import { claiming, refutedBy } from "../audit-catalogue/audit-fault.ts"
import { loaded, shipped } from "../audit-catalogue/edited.ts"
import { auditPlan } from "../../src/audit/plan.ts"
import { parseSpec } from "../../src/instance/family.ts"
import { families } from "../../src/model/families.ts"
import { kindOf } from "./criterion.ts"
import { allMutants } from "./mutants.ts"

const mutant = allMutants()[Number(process.argv[2])]
const { text, ...said } = mutant
const original = await shipped(mutant.file)
const changed = await loaded(mutant.file, text, `${mutant.file}:${mutant.line} ${mutant.operator}`)
const kind = await kindOf(changed, original)
process.stdout.write(`${JSON.stringify({ ...said, kind })}\n`)
if (kind !== "other") {
  const resolve = (spec: string) => {
    const { canonical, family, values } = parseSpec(spec, families)
    return family.make(values, canonical)
  }
  const result = await Effect.runPromise(
    auditPlan(claiming(changed), {
      resolve,
      seed: 1,
      level: 0.01,
      rivals: [],
      budget: 60,
      untilRefuted: true,
      ...(kind === "equivalent" ? { trials: 4 } : {})
    })
  )
  process.stdout.write(`${JSON.stringify({ ...said, kind, by: refutedBy(result) })}\n`)
}
