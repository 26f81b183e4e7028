// The generated reference of the public surface: `npm run docs` writes reports/out/docs. typedoc has its own workspace (.ci/docs), installed here when first needed or when its lockfile
// changed, because it needs another TypeScript than this repository. Every link in a doc comment must lead somewhere.
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const own = join(root, ".ci", "docs")
const run = (command, args, cwd) => {
  const { status } = spawnSync(command, args, { cwd, stdio: "inherit" })
  if (status !== 0) process.exit(1)
}

/** What npm notes of an install: the lockfile that it followed. */
const installed = () => {
  const note = join(own, "node_modules", ".package-lock.json")
  if (!existsSync(note)) return false
  const versions = (path, prefix) =>
    Object.entries(JSON.parse(readFileSync(path, "utf8")).packages)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, { version }]) => `${name}@${version}`)
      .sort()
      .join()
  return versions(note, "node_modules/") === versions(join(own, "package-lock.json"), "node_modules/")
}
if (!installed()) run("npm", ["ci", "--no-audit", "--no-fund"], own)

const { exports, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
const entries = Object.values(exports).flatMap((target) =>
  typeof target === "string" ? [] : [join(root, target.types.replace("./dist/", "").replace(/\.d\.ts$/, ".ts"))]
)
const out = join(root, "reports", "out", "docs")
rmSync(out, { recursive: true, force: true })
run(
  process.execPath,
  [
    join(own, "node_modules", "typedoc", "bin", "typedoc"),
    "--tsconfig",
    join(own, "tsconfig.json"),
    "--out",
    out,
    "--name",
    `coverbound ${version}`,
    "--basePath",
    root,
    "--readme",
    join(root, "README.md"),
    "--disableSources",
    "--excludePrivate",
    // `Effect` and `Schema` are passed on as they are: their own reference is Effect's.
    "--excludeExternals",
    // What signatures mention without exporting it stands in the API report.
    "--validation.notExported",
    "false",
    "--treatValidationWarningsAsErrors"
  ].concat(entries),
  root
)
