// package.json as a user gets it: no scripts (they name files that are not in the tarball), nothing of the repository's own. `strip` before npm packs, `restore` afterwards.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const manifest = join(root, "package.json")
const kept = join(root, ".cache", "package.json")

if (process.argv[2] === "strip") {
  mkdirSync(dirname(kept), { recursive: true })
  const all = JSON.parse(readFileSync(manifest, "utf8"))
  // Stripped already, by a pack that did not come to its end: what was kept stands.
  if (all.scripts !== undefined) copyFileSync(manifest, kept)
  const { scripts: _s, devDependencies: _d, workspaces: _w, overrides: _o, ...rest } = all
  writeFileSync(manifest, `${JSON.stringify(rest, undefined, 2)}\n`)
} else if (existsSync(kept)) {
  copyFileSync(kept, manifest)
  rmSync(kept)
}
