/** What `coverbound new` does: writes the starter's folder, and nothing over what is there. */
import { existsSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { algorithms } from "../../algorithm/registry.ts"
import { shown } from "../../instance/invalid-instance.ts"
import { InvalidCall } from "../invalid-call.ts"
import { starterFiles } from "./starter.ts"
import { checkFolder, type FileNotWritten, writeWhole } from "../whole-file.ts"

const NAME = /^[a-z][a-z0-9-]*$/

/** Writes NAME/ and a workflow into the folder where the command was started, and says what comes next. */
export const runNew = Effect.fnUntraced(function* ({
  name: given
}: {
  readonly name: Option.Option<string>
}): Effect.fn.Return<void, InvalidCall | FileNotWritten> {
  const text = Option.getOrElse(given, () => "")
  const name = text.replace(/\.ts$/, "")
  const refused = (value: string, expectation: string) => new InvalidCall({ field: "name", value, expectation })
  if (!NAME.test(name))
    return yield* refused(
      Option.isNone(given) ? "missing" : shown(text),
      "lower-case letters, digits and hyphens, such as my-variant"
    )
  if (algorithms.some((one) => one.name === name))
    return yield* refused(`${shown(name)} (a built-in algorithm)`, "a name of its own, such as my-variant")
  const files = starterFiles(name)
  for (const path of [name, ...files.keys()])
    if (existsSync(path)) return yield* refused(`${path} (it exists)`, "a name that is free here")
  for (const path of files.keys()) yield* checkFolder("name", dirname(path))
  for (const [path, content] of files) yield* writeWhole(dirname(path), basename(path), content)
  const audit = `npx coverbound audit ./${join(name, `${name}.ts`)}`
  yield* Effect.sync(() =>
    process.stdout.write(`${[...files.keys()].map((path) => `  ${path}\n`).join("")}\n  Next: ${audit}\n`)
  )
})
