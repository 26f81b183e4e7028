/** Where this package lies, and what a module's imports of it are: package.json's `exports`, as sources in the repository and as `dist` in the package. */
import { readFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { fileURLToPath } from "node:url"

const sources = import.meta.url.endsWith(".ts")
/** dist/src/cli/module lies one deeper. */
const suite = new URL(sources ? "../../../" : "../../../../", import.meta.url)

/** The folder of package.json. */
export const suiteFolder: string = resolve(fileURLToPath(suite))

/** Where a target of `exports` lies here. */
const placed = (target: string): string =>
  fileURLToPath(new URL(sources ? target.replace(/^\.\/dist\//, "./").replace(/\.(d\.ts|js)$/, ".ts") : target, suite))

/** An entry of this package: its code, and its types (the same file where they are sources). */
export interface OwnEntry {
  readonly code: string
  readonly types: string
}

/** By what is imported: `coverbound`, `coverbound/instance`, … */
export const ownEntries: ReadonlyMap<string, OwnEntry> = new Map(
  Object.entries(
    (
      JSON.parse(readFileSync(new URL("package.json", suite), "utf8")) as {
        readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>
      }
    ).exports
  ).flatMap(([path, target]) =>
    typeof target === "string"
      ? []
      : [[`coverbound${path.slice(1)}`, { code: placed(target.default), types: placed(target.types) }]]
  )
)

/** Where this package's own Effect lies: an installed package in the repository, in the package those of its files that are used (.ci/vendor.mjs). */
export const effectFolder: string = sources
  ? dirname(fileURLToPath(import.meta.resolve("effect/Effect")))
  : fileURLToPath(new URL("dist/vendor/effect", suite))
