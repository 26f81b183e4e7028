/** Who took what of the α budget: the ledger's claims beside the places in the sources that spend them. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { ALPHA_BUDGET, alphaEntries, alphaSpent } from "./alpha-ledger.ts"

/** A call of `alpha(…)`. */
export interface AlphaUse {
  /** Its literal id; null where the argument is something else. */
  readonly id: string | null
  /** Path from the repository's root. */
  readonly file: string
}

/** Calls of `alpha(` outside comments: the literal id, or null where the argument is not a literal. */
export const alphaCalls = (text: string): ReadonlyArray<string | null> =>
  [
    ...text
      .replace(/\/\*[\s\S]*?\*\//g, "")
      .replace(/^\s*\/\/.*$/gm, "")
      .matchAll(/(?<![\w.])alpha\(\s*(?:"([^"]*)")?/g)
  ].map((match) => match[1] ?? null)

/** Every call in the sources that import the ledger, its own files aside. */
export const alphaUses = (root: string): ReadonlyArray<AlphaUse> =>
  ["src", "properties", "lower-bounds", "reports"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !/(^|[/\\])alpha-(ledger|claims|report)(\.test)?\.ts$/.test(name))
      .map((name) => join(folder, name))
      .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }))
      .filter(({ text }) => /from "[^"]*alpha-ledger\.ts"/.test(text))
      .flatMap(({ file, text }) => alphaCalls(text).map((id) => ({ id, file })))
  )

/** The report as text: a line a claim, room by room, and the sum. */
export const alphaReport = (uses: ReadonlyArray<AlphaUse>): string => {
  const entries = alphaEntries()
  const widest = Math.max(...entries.map(({ id }) => id.length))
  const lines = entries.map(({ asserts, id, level }) => {
    const files = uses.filter((use) => use.id === id).map((use) => use.file)
    return `${level.toExponential(0).padEnd(6)} ${id.padEnd(widest)}  ${files.join(", ") || "nowhere"}\n       ${asserts}`
  })
  const rooms = [...new Set(entries.map(({ room }) => room))].map((room) => {
    const own = entries.filter((entry) => entry.room === room)
    return `${room} ${own.reduce((sum, { level }) => sum + level, 0).toExponential(1)} (${own.length})`
  })
  const { left, spent } = alphaSpent()
  const sum = `${entries.length} claims take ${spent.toExponential(2)} of ${ALPHA_BUDGET.toExponential(0)}; ${left.toExponential(2)} is left`
  return `${lines.join("\n")}\n\n${sum}\n${rooms.join(", ")}\n`
}
