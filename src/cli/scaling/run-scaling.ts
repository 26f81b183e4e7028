/** What `coverbound scaling` does: a file, a model, a study, a page, scaling.json. */
import { callOf, quoted } from "../../../reports/shell-argument.ts"
import { basename } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { attempting } from "../../instance/invalid-instance.ts"
import { jsonText } from "../../run/json-text.ts"
import { scalingStudy } from "../../statistics/scaling-study.ts"
import type { ScalingCall } from "../scaling.ts"
import type { CommandFailed } from "../ending.ts"
import { InvalidCall, NotDecided, NotHeld } from "../invalid-call.ts"
import { readNamedFile } from "../named-file.ts"
import { blocksText, partOfDocument } from "../part-view.ts"
import { pageOf, printable, write } from "../terminal.ts"
import { VERSION } from "../version.ts"
import { ownFolder, writeWhole } from "../whole-file.ts"
import { claimedModel } from "./claimed-model.ts"
import { studyJson } from "./scaling-document.ts"
import { timedCases } from "./timed-cases.ts"

const MOST_BYTES = 64 * 2 ** 20

/** Studies. Fails with NotHeld where the model's exponent or its extrapolation was refuted. */
export const runScaling = Effect.fnUntraced(function* (call: ScalingCall): Effect.fn.Return<void, CommandFailed> {
  const folder = yield* ownFolder(call.out, "scaling", "scaling.json")
  const text = yield* readNamedFile("file", call.file, MOST_BYTES)
  const { cases, sizes, time } = yield* attempting(InvalidCall)(() =>
    timedCases(text, call.file, Option.getOrUndefined(call.time))
  )
  const model = yield* attempting(InvalidCall)(() =>
    Option.getOrUndefined(Option.map(call.model, (given) => claimedModel(given, sizes, cases)))
  )
  const { level } = call
  const study = scalingStudy(cases, model, level)
  const document = {
    format: "coverbound-scaling",
    version: 1,
    suite: VERSION,
    command: callOf(`scaling ${quoted(call.file)}`, {
      model: model?.text,
      time: Option.getOrUndefined(call.time),
      level
    }),
    studies: [studyJson(study, { title: basename(call.file), unit: time })]
  }
  const path = yield* writeWhole(folder, "scaling.json", jsonText(document))
  const page = pageOf(process.stdout)
  yield* write(
    process.stdout,
    call.json
      ? jsonText(document)
      : `\n${[
          `  ${page.ink("bold", printable(basename(call.file)))}: ${cases.length} times, ${time} against ${sizes.join(", ")}`,
          "",
          blocksText(partOfDocument(document).sections[0].blocks, page),
          "",
          `  ${path}; a page of it: coverbound report ${path}`
        ].join("\n")}\n\n`
  )
  const verdicts = [...study.exponents.map(({ verdict }) => verdict), study.challenge?.verdict]
  if (verdicts.includes("refuted")) return yield* new NotHeld()
  if (call.strict && verdicts.includes("undecided"))
    return yield* new NotDecided({ what: "undecided, for the reasons shown" })
})
