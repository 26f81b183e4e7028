/** What `coverbound doctor` does: looks, tries every backend, prints. It refutes nothing: it ends with 0 whatever it finds. */
import * as Effect from "effect/Effect"
import type { DoctorCall } from "../doctor.ts"
import { examineBackends } from "./doctor-backends.ts"
import { examineMachine } from "./doctor-machine.ts"
import { doctorText } from "./doctor-view.ts"
import { pageOf } from "../terminal.ts"

export const runDoctor = Effect.fnUntraced(function* ({ json }: DoctorCall) {
  const machine = examineMachine()
  const backends = yield* Effect.promise(() => examineBackends())
  const findings = { ...machine, backends }
  process.stdout.write(json ? `${JSON.stringify(findings, null, 2)}\n` : doctorText(findings, pageOf(process.stdout)))
})
