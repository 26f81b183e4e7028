/** Writes an instance: as JSON, a line per response, so that it can be read, and streamed by those who must; or in the binary form. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { binaryPieces } from "../instance/binary-form.ts"
import type { FiniteInstance } from "../instance/instance.ts"
import { encodeHead, encodePrompt } from "../instance/finite-json.ts"
import type { InvalidInstance } from "../instance/invalid-instance.ts"
import { normalForm } from "../instance/validate.ts"
import { optimum } from "../policy/optimum.ts"
import { exactQuantities } from "./exact-quantities.ts"
import { families } from "../model/families.ts"
import type { InstanceCall } from "./instance.ts"
import { InvalidCall } from "./invalid-call.ts"
import { loadInstance } from "./load-instance.ts"
import { count } from "../../reports/number-format.ts"

/** The text in pieces: its head, then each prompt. */
function* instanceText(raw: Parameters<typeof normalForm>[0]): Generator<string> {
  const exact = normalForm(raw)
  const { optimalPolicy, ...scalars } = exactQuantities(exact, optimum(exact))
  const fields = Object.entries(encodeHead(exact)).map(
    ([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`
  )
  const known = Object.entries(scalars).map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
  yield `{\n${fields.join(",\n")},\n  "exact": {\n${known.join(",\n")},\n    "optimalPolicy": [\n`
  const last = exact.promptProbabilities.length - 1
  for (const [x, row] of optimalPolicy.entries()) yield `      ${JSON.stringify(row)}${x === last ? "\n" : ",\n"}`
  yield '    ]\n  },\n  "prompts": [\n'
  for (let x = 0; x <= last; x++) {
    const { responses, ...prompt } = encodePrompt(exact, x)
    const head = JSON.stringify(prompt).slice(0, -1)
    const lines = responses.map((response) => `      ${JSON.stringify(response)}`)
    yield `    ${head},"responses":[\n${lines.join(",\n")}\n    ]}${x === last ? "\n" : ",\n"}`
  }
  yield "  ]\n}\n"
}

/** What a binary form states of itself: a policy as large as the instance is left out. */
const scalarsOf = (exact: FiniteInstance) => {
  const { coverage, objective, referenceObjective } = optimum(exact)
  return { coverage, optimalObjective: objective, referenceObjective }
}

/** `coverbound instance`. Nothing reaches stdout unless the instance is valid. */
export const writeInstance = Effect.fnUntraced(function* (
  call: InstanceCall
): Effect.fn.Return<void, InvalidCall | InvalidInstance> {
  const spec = Option.getOrUndefined(call.spec)
  if (spec === undefined)
    return yield* InvalidCall.missing(
      "spec",
      `one of ${families.map((one) => one.name).join(", ")}, or a path ending in .json or .cbi`
    )
  const instance = yield* loadInstance(spec)
  const { exact } = instance
  const pieces =
    Option.getOrUndefined(call.format) === "binary" ? binaryPieces(exact, scalarsOf(exact)) : instanceText(exact)
  yield* Effect.promise(async () => {
    // A pipe takes what it can: the rest waits here, not in memory. One that nobody reads any more takes nothing.
    for (const piece of pieces) {
      if (process.stdout.destroyed) return
      if (process.stdout.write(piece)) continue
      await new Promise<void>((resolve) => {
        const on = (): void => {
          process.stdout.off("drain", on).off("close", on)
          resolve()
        }
        process.stdout.on("drain", on).on("close", on)
      })
    }
  })
  const responses = exact.promptProbabilities.reduce((sum, _, x) => sum + instance.responseCount(x), 0n)
  if (responses > BigInt(exact.reference.length))
    yield* Effect.sync(() =>
      process.stderr.write(
        `${count(responses)} responses are written as ${count(exact.reference.length)} rows: those of one prompt with equal features and reward are one row.\n`
      )
    )
})
