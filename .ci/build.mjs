// Builds dist/: JavaScript and declarations of everything a user can reach (src, lower-bounds, reports), and beside them the files that code reads at run time.
import { spawnSync } from "node:child_process"
import { chmodSync, cpSync, existsSync, readdirSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
process.chdir(root)

rmSync("dist", { recursive: true, force: true })
const tsc = spawnSync(
  process.execPath,
  [join("node_modules", "typescript", "bin", "tsc"), "-p", join(".ci", "tsconfig.build.json")],
  { stdio: "inherit" }
)
if (tsc.status !== 0) process.exit(1)

/** Tests, notes and generated reports stay behind. */
const staysBehind = /\.(ts|md)$|^reports\/(reference|out)$|\/(__snapshots__|fixtures|mutation)$/
const copyAssets = (folder) => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`
    if (staysBehind.test(path)) continue
    if (entry.isDirectory()) copyAssets(path)
    else cpSync(path, join("dist", path))
  }
}
for (const folder of ["src", "lower-bounds", "reports"].filter(existsSync)) copyAssets(folder)

await import("./vendor.mjs")
chmodSync(join("dist", "src", "cli", "bin.js"), 0o755)
