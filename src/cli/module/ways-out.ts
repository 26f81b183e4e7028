/**
 * Links, pipes and devices in a module's folder, and what of the folder a module may read: the rest. Node's permission model looks at the path that is asked for and the system
 * at where it leads, so that a link is a way out of what may be read: one to `/proc` shows the audit's own call, and one to a folder, even of its own, shows what lies above
 * that folder as `link/..`. Whoever reads a pipe waits for ever.
 */
import { type Dirent, existsSync, readdirSync, readlinkSync, realpathSync, type Stats, statSync } from "node:fs"
import { basename, dirname, join, relative, sep } from "node:path"

const COMMANDS = `${sep}node_modules${sep}.bin`

const within = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}${sep}`)

/** What may not be listed may not be read either. */
const entriesOf = (folder: string): ReadonlyArray<Dirent> => {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

/** Whether a package manager puts links of this name there: `node_modules/name`, `node_modules/@scope/name`. */
const isPackagePlace = (path: string): boolean => {
  const above = dirname(path)
  return basename(basename(above).startsWith("@") ? dirname(above) : above) === "node_modules"
}

/** Whether a path lies in a package. */
const inPackage = (path: string): boolean =>
  existsSync(join(path, "package.json")) || (dirname(path) !== path && inPackage(dirname(path)))

/** Whether what a link leads to is a file of the folder, a package where packages are, or a file of one where their commands are. One that leads nowhere may lead out later. */
const staysInside = (link: string, folder: string): boolean => {
  if (!existsSync(link)) return false
  const target = realpathSync(link)
  const kind = statSync(target)
  if (kind.isDirectory()) return isPackagePlace(link) && existsSync(join(target, "package.json"))
  return kind.isFile() && (within(target, folder) || (dirname(link).endsWith(COMMANDS) && inPackage(dirname(target))))
}

const isEndless = (kind: Stats | undefined): boolean =>
  kind !== undefined && (kind.isFIFO() || kind.isCharacterDevice() || kind.isBlockDevice())

const isWayOut = (entry: Dirent, path: string, folder: string): boolean =>
  entry.isSymbolicLink()
    ? !staysInside(path, folder)
    : entry.isFIFO() || entry.isCharacterDevice() || entry.isBlockDevice()

export interface Inside {
  /** Files and folders that may be read, with all that is below them: the folder itself where nothing leads out of it. */
  readonly readable: ReadonlyArray<string>
  /** What leads out, for people, relative to the folder. */
  readonly kept: ReadonlyArray<string>
  /** The first of them at which who reads it waits: a pipe, a device. */
  readonly endless: string | undefined
}

/** What of a folder stays inside it. Paths are real ones. */
export const insideOf = (folder: string): Inside => {
  const root = realpathSync(folder)
  const kept: Array<string> = []
  let endless: string | undefined
  const search = (at: string): ReadonlyArray<string> => {
    const before = kept.length
    const readable: Array<string> = []
    for (const entry of entriesOf(at)) {
      const path = join(at, entry.name)
      if (entry.isDirectory()) readable.push(...search(path))
      else if (!isWayOut(entry, path, root)) readable.push(path)
      else {
        kept.push(`${relative(root, path)}${entry.isSymbolicLink() ? ` -> ${readlinkSync(path)}` : ""}`)
        if (isEndless(statSync(path, { throwIfNoEntry: false }))) endless ??= relative(root, path)
      }
    }
    return kept.length === before ? [at] : readable
  }
  const readable = search(root)
  return { readable, kept, endless }
}
