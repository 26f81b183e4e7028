/** The suite's version, from its package.json: two levels up in the repository, three in the package. */
import { readFileSync } from "node:fs"

const find = (): string => {
  for (const up of ["../../package.json", "../../../package.json"]) {
    try {
      const manifest = JSON.parse(readFileSync(new URL(up, import.meta.url), "utf8")) as {
        name?: string
        version?: string
      }
      if (manifest.name === "coverbound" && manifest.version !== undefined) return manifest.version
    } catch {
      // Not there: look further up.
    }
  }
  return "unknown"
}

export const VERSION = find()
