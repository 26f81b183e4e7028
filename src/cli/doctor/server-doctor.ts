/** What `coverbound doctor --server URL` does: asks, counts, says what is wrong and what to change. Fails with NotHeld where the server is unfit. */
import * as Effect from "effect/Effect"
import { count, percent, real } from "../../../reports/number-format.ts"
import { shown } from "../../instance/invalid-instance.ts"
import { examineServer, type ServerExamination, type ServerFindings } from "../../server/server-law.ts"
import { refused, transport } from "../../server/transport.ts"
import type { DoctorCall } from "../doctor.ts"
import type { CommandFailed } from "../ending.ts"
import { NotHeld } from "../invalid-call.ts"
import { namedServer } from "../live/named-server.ts"
import { table } from "../table.ts"
import { noted, type Page, pageOf, printable, wrapped, write } from "../terminal.ts"

const pageText = (
  base: string,
  { draws, level, prompt }: ServerExamination,
  { faults, laws, stated, warnings }: ServerFindings,
  page: Page
): string =>
  [
    "",
    `  ${page.ink("bold", base)}: one-token draws after ${printable(shown(prompt))}, ${count(stated)} tokens stated`,
    "",
    ...(laws.length === 0
      ? []
      : [
          table(
            page,
            ["sampling parameters sent", "draws", "p", "outside the stated", "of the law", ""],
            laws.map(({ draws: made, outside, pValue, rejected, what }) => [
              what,
              count(made),
              real(pValue, 2),
              percent(outside.drawn),
              percent(outside.stated),
              rejected ? page.ink("red", "✗ another law") : page.ink("green", "✓ not rejected")
            ])
          ),
          "",
          noted(
            `About ${count(draws)} draws each; a law is rejected at p ≤ ${real(level)}. The suite always sends the last row's parameters.`,
            page,
            "  "
          ),
          ""
        ]),
    ...warnings.map((line) => wrapped(`! ${printable(line)}`, page.width, "  ")),
    ...faults.map(({ fix, what }) => page.ink("red", wrapped(`✗ ${printable(what)}; ${fix}`, page.width, "  "))),
    ...(faults.length === 0 ? [page.ink("green", "  ✓ fit to explore with")] : []),
    ""
  ].join("\n")

export const runServerDoctor = Effect.fnUntraced(function* (call: DoctorCall): Effect.fn.Return<void, CommandFailed> {
  const address = yield* namedServer(call)
  const { base } = address
  const examination: ServerExamination = {
    prompt: call.prompt,
    draws: call.draws,
    level: call.level
  }
  const findings = yield* examineServer(address, examination).pipe(
    Effect.provide(transport),
    Effect.mapError((error) => (error._tag === "Refused" ? refused(address, "/v1/completions", error) : error))
  )
  yield* write(
    process.stdout,
    call.json
      ? `${JSON.stringify({ server: base, ...examination, ...findings }, null, 2)}\n`
      : pageText(base, examination, findings, pageOf(process.stdout))
  )
  if (findings.faults.length > 0) return yield* new NotHeld()
})
