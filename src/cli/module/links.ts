/**
 * Links in a module's folder. Node's permission model looks at the path that is asked for and the system at where it leads, so that a link is a way out of what may be read:
 * one to `/proc` shows the audit's own call, and one to a folder, even of its own, shows what lies above that folder as `link/..`.
 */
import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from "node:fs"
import { basename, dirname, join, relative, sep } from "node:path"

const COMMANDS = `${sep}node_modules${sep}.bin`

const within = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}${sep}`)

/** Whether a package manager puts links of this name there: `node_modules/name`, `node_modules/@scope/name`. */
const isPackagePlace = (path: string): boolean => {
  const above = dirname(path)
  return basename(basename(above).startsWith("@") ? dirname(above) : above) === "node_modules"
}

/** Whether a path lies in a package. */
const inPackage = (path: string): boolean =>
  existsSync(join(path, "package.json")) || (dirname(path) !== path && inPackage(dirname(path)))

/** Whether what a link leads to is a file of the folder, a package where packages are, or a file of one where their commands are. */
const staysInside = (link: string, folder: string): boolean => {
  const target = realpathSync(link)
  const kind = statSync(target)
  if (kind.isDirectory()) return isPackagePlace(link) && existsSync(join(target, "package.json"))
  return kind.isFile() && (within(target, folder) || (dirname(link).endsWith(COMMANDS) && inPackage(dirname(target))))
}

/**
 * The first link under a folder that leads out of it, as `name -> target`; undefined where none does. Links to packages, as package managers make them, lead to packages.
 * One that leads nowhere counts: it may lead somewhere later.
 */
export const linkOutside = (folder: string): string | undefined => {
  const root = realpathSync(folder)
  const search = (at: string): string | undefined => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name)
      const found = entry.isDirectory()
        ? search(path)
        : entry.isSymbolicLink() && !(existsSync(path) && staysInside(path, root))
          ? `${relative(root, path)} -> ${readlinkSync(path)}`
          : undefined
      if (found !== undefined) return found
    }
    return undefined
  }
  return lstatSync(root).isDirectory() ? search(root) : undefined
}
