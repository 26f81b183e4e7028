/**
 * What a module was when it was audited: SHA-256 over its file and every file of its own that it imports, by their places relative to it, in order of those. Packages it
 * imports are not in it (theirs are lock files), nor is what it reads or imports by a name that is computed; a module that is a package is all files of its folder.
 */
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { dirname, join, relative, resolve, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { packageFolder } from "./installed-package.ts"

const IMPORTS = /(?:\bfrom|\bimport)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+)["']/g

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile()

/** The file and those that it imports by relative names, themselves or through each other. */
const ownFiles = (entry: string): ReadonlyArray<string> => {
  const found = new Set([entry])
  for (const path of found)
    for (const [, specifier] of readFileSync(path, "utf8").matchAll(IMPORTS)) {
      const imported = resolve(dirname(path), specifier)
      if (isFile(imported)) found.add(imported)
    }
  return [...found]
}

const filesUnder = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : filesUnder(path)
    return entry.isFile() ? [path] : []
  })

/**
 * SHA-256, hex.
 *
 * @param module a file URL, or the name of a package that is resolved from `folder`; undefined where it is nowhere
 */
export const moduleHash = (module: string, folder: string): string | undefined => {
  const entry = module.startsWith("file:") ? fileURLToPath(module) : undefined
  const root = entry === undefined ? packageFolder(module, folder) : dirname(entry)
  if (root === undefined) return undefined
  const files = entry === undefined ? filesUnder(root) : ownFiles(entry)
  const named = files.map((path) => {
    // The entry is the module, whatever it is called.
    const name = path === entry ? "" : relative(root, path).split(sep).join("/")
    return [name, path] as const
  })
  const hash = createHash("sha256")
  for (const [name, path] of named.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const content = readFileSync(path)
    hash.update(`${name}\0${content.length}\0`).update(content)
  }
  return hash.digest("hex")
}
