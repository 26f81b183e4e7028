/**
 * What every process of a sandbox begins with: its link to the process that asks, and what a module's imports are. Its imports of `coverbound` and `effect` are this
 * package's own, wherever the module lies: two copies of a service class would be two services. Imported by what a sandbox runs, never elsewhere.
 */
import { existsSync, readFileSync } from "node:fs"
import { registerHooks, type ResolveFnOutput } from "node:module"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { failureOf, placeOf } from "../../audit/outcome.ts"
import { Link, MESSAGE } from "../../oracle/link.ts"
import { readData } from "../../oracle/plain-data.ts"
import { effectFolder, ownEntries } from "./own-entries.ts"
import { withhold, withholdFiles } from "./withheld.ts"

/** The audit's requests and answers: the only two descriptors there are beside the noise. */
export const link = new Link(3, 4)

/** Before the name of a package that the command was given: it is resolved from the folder where the command was started. */
const ASKED = "coverbound-asked:"

/**
 * A user's file that is written as a module is one, whatever the nearest package.json says: `npm init` writes `"type": "commonjs"`, and who names a file to audit should not meet that.
 */
const asModule = (found: ResolveFnOutput): ResolveFnOutput => {
  const { format, url } = found
  if (
    !/^file:.*\.[jt]s$/.test(url) ||
    /\/node_modules\//.test(url) ||
    !/^(commonjs|commonjs-typescript)$/.test(format ?? "commonjs")
  )
    return found
  const written = readFileSync(fileURLToPath(url), "utf8")
  if (!/^\s*(import\b[^(]|export\b)/m.test(written)) return found
  return { ...found, format: url.endsWith("ts") ? "module-typescript" : "module" }
}

registerHooks({
  resolve: (specifier, context, next) => {
    const own = ownEntries.get(specifier)
    if (own !== undefined) return { url: pathToFileURL(own.code).href, shortCircuit: true }
    if (specifier.startsWith(ASKED)) return next(specifier.slice(ASKED.length), { ...context, parentURL: askedFrom })
    const said = /^effect(?:\/(.+))?$/.exec(specifier)
    if (said === null) return asModule(next(specifier, context))
    const path = said[1] ?? "index"
    const file = [join(effectFolder, `${path}.js`), join(effectFolder, path, "index.js")].find(existsSync)
    return file === undefined ? next(specifier, context) : { url: pathToFileURL(file).href, shortCircuit: true }
  }
})

let askedFrom = import.meta.url

/** Says a last word, whatever happens next. */
const lastWord = (word: string): void => {
  try {
    link.sendData({ kind: "word", word })
  } catch {
    // Nobody listens any more.
  }
}

/** Ends that a module may choose are reported before they happen; other processes are none of its business. */
const watchEnds = (): void => {
  const target = process as unknown as Record<string, (...args: ReadonlyArray<unknown>) => unknown>
  const end = target.reallyExit.bind(process)
  for (const name of ["exit", "abort", "reallyExit"]) {
    const original = target[name].bind(process)
    target[name] = (...args) => {
      lastWord(`process.${name}(${args.map(String).join(", ")})${placeOf(new Error("exit"))}`)
      return original(...args)
    }
  }
  withhold(process, "process", ["kill", "_kill", "_debugProcess", "_debugEnd", "binding", "_linkedBinding", "dlopen"])
  withholdFiles()
  for (const event of ["uncaughtException", "unhandledRejection"] as const)
    process.on(event, (error: unknown) => {
      lastWord(`outside: ${failureOf(error).note}`)
      end(1)
    })
}

/** Imports a module: a file URL, or a package's name as seen from the folder `from`. From then on its ends are watched. */
export const importModule = async (module: string, from: string): Promise<Readonly<Record<string, unknown>>> => {
  watchEnds()
  askedFrom = from
  return (await import(module.startsWith("file:") ? module : ASKED + module)) as Readonly<Record<string, unknown>>
}

/** Answers what the process that started this one asks, one command after another, until it is gone. */
export const answering = async (answered: (command: unknown) => Promise<object>): Promise<void> => {
  for (;;) {
    const { body, kind } = link.receive()
    if (kind !== MESSAGE.data) return
    link.sendData(await answered(readData(body)))
  }
}
