/** The certificates beside a record, each with how far it can be trusted without running anything: what `coverbound check --replay 0` says. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import type { Certificates } from "../../../reports/read/audit.ts"
import { check } from "../../checker/check.ts"
import { gradeOf } from "../run-check.ts"

const MOST_BYTES = 4 * 2 ** 20

/** @param from the folder that links begin in */
export const certificatesBeside = (record: string, from: string): Certificates => {
  const folder = join(dirname(record), "certificates")
  if (!existsSync(folder)) return new Map()
  return new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .flatMap((name) => {
        const path = join(folder, name)
        const text = readFileSync(path, "utf8")
        if (text.length > MOST_BYTES) return []
        const href = relative(from, path).split("\\").join("/")
        return [[name.replace(/\.json$/, ""), { href, grade: gradeOf({ result: check(text), replayed: undefined }) }]]
      })
  )
}
