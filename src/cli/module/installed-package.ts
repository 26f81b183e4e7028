/** Packages that are installed, looked for as Node looks. */
import { existsSync } from "node:fs"
import { dirname, join } from "node:path"

/** A folder and those above it. */
export const upward = (folder: string): ReadonlyArray<string> =>
  dirname(folder) === folder ? [folder] : [folder, ...upward(dirname(folder))]

/** Folder of a package as seen from another folder. @param name of the package, or of an entry of it */
export const packageFolder = (name: string, from: string): string | undefined => {
  const [whole] = /^(@[\w.-]+\/)?[\w.-]+/.exec(name) ?? []
  return whole === undefined
    ? undefined
    : upward(from)
        .map((at) => join(at, "node_modules", whole))
        .find((folder) => existsSync(join(folder, "package.json")))
}
