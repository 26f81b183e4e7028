/** What `coverbound new` does: writes the starter, and nothing over what is there. */
import { existsSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { shown } from "../../instance/invalid-instance.ts"
import { InvalidCall } from "../invalid-call.ts"
import { starter } from "./starter.ts"
import { checkFolder, type FileNotWritten, writeWhole } from "../whole-file.ts"

const NAME = /^[a-z][a-z0-9-]*$/

/** Writes NAME.ts into the folder where the command was started. */
export const runNew = Effect.fnUntraced(function* ({
  name: given
}: {
  readonly name: Option.Option<string>
}): Effect.fn.Return<void, InvalidCall | FileNotWritten> {
  const text = Option.getOrElse(given, () => "")
  const name = text.replace(/\.ts$/, "")
  if (!NAME.test(name))
    return yield* new InvalidCall({
      field: "name",
      value: Option.isNone(given) ? "missing" : shown(text),
      expectation: "lower-case letters, digits and hyphens, such as my-variant"
    })
  const file = `${name}.ts`
  const path = resolve(file)
  if (existsSync(path))
    return yield* new InvalidCall({
      field: "name",
      value: `${file} (it exists)`,
      expectation: "a name that is free here"
    })
  yield* checkFolder("name", dirname(path))
  yield* writeWhole(".", file, starter(name))
  yield* Effect.sync(() => process.stdout.write(`${join(".", file)}\n  Change it, then: coverbound audit ./${file}\n`))
})
