/** From what a person typed after --instance to an instance: a SPEC, or a file in JSON form. */
import { readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { isFilePath, parseSpec } from "../instance/family.ts"
import type { Instance } from "../instance/instance.ts"
import { attempt, type InvalidInstance, shown } from "../instance/invalid-instance.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { instanceOfText } from "./exact-quantities.ts"
import { families } from "./families.ts"
import { InvalidCall } from "./invalid-call.ts"

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "a directory",
  EACCES: "not readable",
  ENOTDIR: "no such file"
}

/** The text of a file that the call names in `field`. */
export const readNamedFile = (field: string, path: string): Effect.Effect<string, InvalidCall> =>
  Effect.try({
    try: () => readFileSync(path, "utf8"),
    catch: (error) => {
      const { code = "unreadable" } = error as NodeJS.ErrnoException
      return new InvalidCall({ field, value: `${shown(path)} (${WHY[code] ?? code})`, expectation: "a readable file" })
    }
  })

/** The instance that `text` stands for. Dies with BackendUnavailable where a base model is missing. */
export const loadInstance = (text: string): Effect.Effect<Instance, InvalidInstance | InvalidCall> =>
  isFilePath(text)
    ? Effect.flatMap(readNamedFile("--instance", text), (content) =>
        attempt(() => finiteInstance(instanceOfText(content), text))
      )
    : attempt(() => {
        const { family, values, canonical } = parseSpec(text, families)
        return family.make(values, canonical)
      })
