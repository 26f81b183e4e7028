/** From what a person typed after --instance to an instance: a SPEC, or a file in JSON form. */
import * as Effect from "effect/Effect"
import { isFilePath } from "../instance/family.ts"
import type { Instance } from "../instance/instance.ts"
import { attempt, type InvalidInstance } from "../instance/invalid-instance.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { turned, withoutTurn } from "../instance/turned.ts"
import { instanceOfText } from "./exact-quantities.ts"
import { namedInstance } from "../model/families.ts"
import type { InvalidCall } from "./invalid-call.ts"
import { readNamedFile } from "./named-file.ts"

/** The instance that `text` stands for. Dies with BackendUnavailable where a base model is missing. */
export const loadInstance = (text: string): Effect.Effect<Instance, InvalidInstance | InvalidCall> =>
  isFilePath(text)
    ? Effect.flatMap(readNamedFile("--instance", text), (content) =>
        attempt(() => finiteInstance(instanceOfText(content), text))
      )
    : attempt(() => {
        const [plain, seed] = withoutTurn(text)
        const instance = namedInstance(plain)
        return seed === undefined ? instance : turned(instance, seed)
      })
