/**
 * Where a user's module says what it was held to: the line of a claim, of a bound, of its default export. Read off the text, without running or compiling it; what cannot be found is
 * put on the export, and that on the first line.
 */
import { existsSync, readFileSync } from "node:fs"
import { basename, dirname, join, relative, resolve, sep } from "node:path"
import type { Place } from "../../../reports/reported-run.ts"
import type { NamedModule } from "./named-module.ts"

/** The source with comments blanked, line by line as it was; texts stay. */
const withoutComments = (source: string): string =>
  source.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (all, text: string | undefined) => text ?? all.replace(/[^\n]/g, " ")
  )

const lineAt = (source: string, index: number): number => source.slice(0, index).split("\n").length

const first = (source: string, pattern: RegExp, from = 0): number | undefined => {
  const found = pattern.exec(source.slice(from))
  return found === null ? undefined : from + found.index
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** Lines of a module's source, from 1. @param what a theorem id or claim ("T7", "epsilon"), "T_data" or "T_comp" (a bound); anything else is the export's */
export const lineOf = (source: string, what: string): number => {
  const code = withoutComments(source)
  const exported = first(code, /\bexport\s+default\b|\bexport\s*\{[^}]*\bas\s+default\b|\bmodule\.exports\b/) ?? 0
  if (/^T_(data|comp)$/.test(what)) {
    const bounds = first(code, /\bbounds\s*:/)
    const bound = first(code, new RegExp(`\\b${what}\\s*:`), bounds ?? 0)
    return lineAt(code, bound ?? bounds ?? exported)
  }
  const claims = first(code, /\bclaims\s*:/)
  if (claims === undefined) return lineAt(code, exported)
  const quoted = first(code, new RegExp(`["'\`]${escaped(what)}["'\`]`), claims)
  const end = first(code, /\]/, claims) ?? code.length
  return lineAt(code, quoted !== undefined && quoted < end ? quoted : exported)
}

/** The folder that paths in reports are relative to: what the CI server checked out, else the repository, else where the command was started. */
const rootOf = (path: string): string => {
  const workspace = process.env.GITHUB_WORKSPACE ?? process.env.CI_PROJECT_DIR
  if (workspace !== undefined && workspace !== "" && path.startsWith(resolve(workspace) + sep))
    return resolve(workspace)
  for (let at = dirname(path); dirname(at) !== at; at = dirname(at)) if (existsSync(join(at, ".git"))) return at
  return process.cwd()
}

/** `(at my.ts:12)`, as failures have it. */
const SAID = /\(at ([^():]+):(\d+)/

/** Where a module's claims stand, and what a note of a failure points at. A package has no source of the user's: no place. */
export const placesOf = ({ path }: NamedModule): ((what: string, note: string) => Place | undefined) => {
  if (path === undefined) return () => undefined
  const source = readFileSync(path, "utf8")
  const shown = relative(rootOf(path), path).split(sep).join("/")
  return (what, note) => {
    const [, file, line] = SAID.exec(note) ?? []
    return { path: shown, line: file === basename(path) ? Number(line) : lineOf(source, what) }
  }
}
