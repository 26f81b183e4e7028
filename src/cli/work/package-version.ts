/** What results are results of: this package to the letter, and the Node that runs it. */
import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { VERSION } from "../version.ts"

/** Code that ships: neither tests nor what they write beside it for a while, under names with a dot. */
const CODE = /^(?!(?:.*[/\\])?\.).*(?<!\.d|\.test|\.test-d)\.(ts|js)$/

let known: string | undefined

/** `0.2.0 (code 1a2b3c4d5e6f, Node 24.1.0)`: equal where the same unit has the same result. */
export const packageVersion = (): string => {
  if (known !== undefined) return known
  const root = fileURLToPath(new URL("../../../", import.meta.url))
  const hash = createHash("sha256")
  for (const room of ["src", "lower-bounds"])
    for (const name of (readdirSync(join(root, room), { recursive: true }) as Array<string>).sort())
      if (CODE.test(name)) hash.update(`${room}/${name}\n`).update(readFileSync(join(root, room, name)))
  known = `${VERSION} (code ${hash.digest("hex").slice(0, 12)}, Node ${process.versions.node})`
  return known
}
