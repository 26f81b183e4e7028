/** From what a person typed after --instance to an instance: a SPEC, or a file in JSON form or in the binary one. */
import * as Effect from "effect/Effect"
import { isFilePath } from "../instance/family.ts"
import { BINARY_MAGIC, readBinary } from "../instance/binary-form.ts"
import type { FiniteInstance, Instance } from "../instance/instance.ts"
import { attempt, InvalidInstance } from "../instance/invalid-instance.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { turned, withoutTurn } from "../instance/turned.ts"
import { instanceOfText, verifyExact } from "./exact-quantities.ts"
import { namedInstance } from "../model/families.ts"
import type { InvalidCall } from "./invalid-call.ts"
import { beginsWith, readNamedBytes, readNamedFile } from "./named-file.ts"
import { stopsAtOnce } from "./stops-at-once.ts"

/** What is wrong in a file, by the file's name too. */
export const inFile = <A, E>(
  path: string,
  read: Effect.Effect<A, E | InvalidInstance>
): Effect.Effect<A, E | InvalidInstance> =>
  Effect.mapError(read, (problem) =>
    problem instanceof InvalidInstance
      ? new InvalidInstance({
          field: problem.field === "instance" ? path : `${path}: ${problem.field}`,
          value: problem.value,
          expectation: problem.expectation
        })
      : problem
  )

const json = (path: string): Effect.Effect<FiniteInstance, InvalidInstance | InvalidCall> =>
  Effect.flatMap(readNamedFile("--instance", path), (content) =>
    attempt(() => stopsAtOnce(() => instanceOfText(content)))
  )

const binary = (path: string): Effect.Effect<FiniteInstance, InvalidInstance | InvalidCall> =>
  Effect.flatten(
    readNamedBytes("--instance", path, (read, size) => {
      // At once: the file is closed afterwards.
      try {
        const made = stopsAtOnce(() => {
          const { exact, instance } = readBinary(read, size)
          return exact === undefined ? instance : verifyExact(instance, exact)
        })
        return Effect.succeed(made)
      } catch (problem) {
        if (problem instanceof InvalidInstance) return Effect.fail(problem)
        throw problem
      }
    })
  )

/** The instance of a file of either form, as the file has it. */
export const loadTable = (path: string): Effect.Effect<FiniteInstance, InvalidInstance | InvalidCall> =>
  inFile(path, beginsWith(path, BINARY_MAGIC) ? binary(path) : json(path))

/** The instance that `text` stands for. Dies with BackendUnavailable where a base model is missing. */
export const loadInstance = (text: string): Effect.Effect<Instance, InvalidInstance | InvalidCall> => {
  const [plain, seed] = withoutTurn(text)
  const found = isFilePath(plain)
    ? Effect.flatMap(loadTable(plain), (table) =>
        inFile(
          plain,
          attempt(() => stopsAtOnce(() => finiteInstance(table, plain)))
        )
      )
    : attempt(() => stopsAtOnce(() => namedInstance(plain)))
  return seed === undefined ? found : Effect.map(found, (instance) => turned(instance, seed))
}

/** {@link loadInstance} where a text has stood for one before. @throws where it stands for none any more */
export const instanceOf = (text: string): Instance => Effect.runSync(loadInstance(text))
