/**
 * What every process of a sandbox begins with: its link to the process that asks, and what a module's imports are. Its imports of `coverbound` and `effect` are this
 * package's own, wherever the module lies: two copies of a service class would be two services. Imported by what a sandbox runs, never elsewhere.
 */
import { registerHooks } from "node:module"
import { pathToFileURL } from "node:url"
import { failureOf, placeOf } from "../../audit/outcome.ts"
import { Link } from "../../oracle/link.ts"
import { ownEntries } from "./own-entries.ts"

/** The audit's requests and answers: the only two descriptors there are beside the noise. */
export const link = new Link(3, 4)

/** Before the name of a package that the command was given: it is resolved from the folder where the command was started. */
const ASKED = "coverbound-asked:"

registerHooks({
  resolve: (specifier, context, next) => {
    const own = ownEntries.get(specifier)
    if (own !== undefined) return { url: pathToFileURL(own.code).href, shortCircuit: true }
    if (specifier.startsWith(ASKED)) return next(specifier.slice(ASKED.length), { ...context, parentURL: askedFrom })
    return /^(@effect\/|effect(\/|$))/.test(specifier)
      ? next(specifier, { ...context, parentURL: import.meta.url })
      : next(specifier, context)
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
  for (const name of ["kill", "_kill", "_debugProcess", "_debugEnd", "binding", "_linkedBinding", "dlopen"])
    Object.defineProperty(process, name, {
      configurable: false,
      writable: false,
      value: () => {
        throw new Error(`process.${name}: not in an audit`)
      }
    })
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
