/** Whether the algorithm that a call names is a module: a path, or the name of a package that is installed where the command was started. */
import { existsSync, statSync } from "node:fs"
import { basename, relative, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import { quoted as inShell } from "../../../reports/shell-argument.ts"
import { algorithms } from "../../algorithm/registry.ts"
import { InvalidCall } from "../invalid-call.ts"
import { packageFolder } from "./installed-package.ts"

/** `--instance all`. */
export const ALL = "all"

export interface NamedModule {
  /** As the call named it. */
  readonly asked: string
  /** A file URL, or the name of a package. */
  readonly specifier: string
  /** The file, where it is one. */
  readonly path: string | undefined
}

const PATH = /^(\.{1,2}[/\\]|[/\\]|[A-Za-z]:[/\\])|\.[cm]?[jt]s$/

/** The module of a name; undefined where the name is a built-in algorithm's, or nothing's. @param field who named it @param expectation what it should be */
export const namedModule = Effect.fnUntraced(function* (
  asked: string,
  field = "algorithm",
  expectation = "a module whose default export is an algorithm"
): Effect.fn.Return<NamedModule | undefined, InvalidCall> {
  if (algorithms.some(({ name }) => name === asked)) return undefined
  if (!PATH.test(asked)) {
    const there = packageFolder(asked, process.cwd()) !== undefined
    return there ? { asked, specifier: asked, path: undefined } : undefined
  }
  const path = resolve(asked)
  const why = !existsSync(path) ? "no such file" : statSync(path).isFile() ? undefined : "not a file"
  if (why === undefined) return { asked, specifier: pathToFileURL(path).href, path }
  // The folder that `new` writes has a module of its name.
  const inside = `${asked.replace(/\/+$/, "")}/${basename(path)}.ts`
  return yield* InvalidCall.of(
    field,
    asked,
    why,
    `${expectation}${existsSync(inside) ? `; did you mean ${inside}?` : ""}`
  )
})

/** The module as a line of a shell has it. */
export const quoted = ({ asked, path }: NamedModule): string => {
  const text = path === undefined ? asked : asked.startsWith("/") ? asked : `./${relative(process.cwd(), path)}`
  return inShell(text)
}
