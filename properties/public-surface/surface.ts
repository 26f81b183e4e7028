/**
 * The public surface: what each subpath of package.json's `exports` gives, read from the declarations that a user gets. The compiler resolves the barrels, so that nothing
 * here knows how they are written. (TypeScript 7 calls this interface of its compiler unstable: the version is pinned.)
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, posix, relative } from "node:path"
import { fileURLToPath } from "node:url"
import type { Node, SourceFile } from "typescript/unstable/ast"
import { API, type Project, type Symbol, SymbolFlags } from "typescript/unstable/sync"

/** Something that a subpath exports. */
export interface PublicName {
  readonly name: string
  /** Where it is declared, from the root of the repository. */
  readonly source: string
  /** Its declarations without comments and private members; a type and a value of one name are two. */
  readonly declarations: ReadonlyArray<string>
  /** Its doc comment without tags; empty where it has none. */
  readonly doc: string
  /** Texts of its `@example` tags. */
  readonly examples: ReadonlyArray<string>
  /** Names in its declarations that are this package's own. */
  readonly mentions: ReadonlyArray<string>
}

/** A subpath, `coverbound/statistics`. */
export interface Subpath {
  readonly specifier: string
  /** Its barrel, from the root of the repository. */
  readonly entry: string
  /** What its barrel says of it, `@example` included. */
  readonly doc: string
  /** In the order of their names. */
  readonly names: ReadonlyArray<PublicName>
}

export const ROOT = fileURLToPath(new URL("../../", import.meta.url))

/** Subpaths that are code, each with its barrel. */
export const subpaths = (): ReadonlyArray<Pick<Subpath, "specifier" | "entry">> => {
  const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, string | { readonly types: string }>>
  }
  return Object.entries(exports).flatMap(([path, target]) =>
    typeof target === "string"
      ? []
      : [
          {
            specifier: posix.join("coverbound", path),
            entry: target.types.replace("./dist/", "").replace(/\.d\.ts$/, ".ts")
          }
        ]
  )
}

/** The text of a `/**` comment. */
const commentText = (comment: string): string =>
  comment
    .replace(/^\/\*\*|\*\/$/g, "")
    .replace(/^[ \t]*\* ?/gm, "")
    .trim()

const STRING_OR_COMMENT = /("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/.*$/gm

/** A declaration as a reader wants it: no comments, nothing private. */
const shown = (declaration: string): string =>
  declaration
    .replace(STRING_OR_COMMENT, (_, text?: string) => text ?? "")
    .replace(/^\s*(?:private (?:readonly )?(?!constructor)\w+[;:(].*|#private;)$/gm, "")
    .replace(/\n\s*\n/g, "\n")
    .replace(/^(?:export )?(?:declare )?/, "")
    .replace(/\n+\}/g, "\n}")
    .trim()

/** The statement a declaration stands in: of a variable, not only its declarator. */
const statementOf = (node: Node): Node => {
  let statement = node
  while (statement.parent !== undefined && statement.parent.parent !== undefined) statement = statement.parent
  return statement
}

/** What a class of services extends is a constant of its own in declarations; so is what errors extend, which Effect's types make long and which says nothing of ours. */
const withBase = (text: string, file: SourceFile): ReadonlyArray<string> => {
  const base = /\bextends (\w+_base)\b/.exec(text)?.[1]
  const statement = file.statements.map((one) => one.getText()).find((one) => one.startsWith(`declare const ${base}:`))
  return base === undefined || statement === undefined || /\bYieldableError\b/.test(statement)
    ? [text]
    : [statement, text]
}

/** Names of this package that a file imports or declares. */
const ownNames = (file: SourceFile): ReadonlySet<string> => {
  const text = file.text.replace(STRING_OR_COMMENT, (_, string?: string) => string ?? "")
  const imported = [...text.matchAll(/^import (?:type )?\{([^}]*)\} from "\./gm)].flatMap(([, list]) =>
    list.split(",").map((one) => one.trim().replace(/^type |^\w+ as /g, ""))
  )
  const declared = [...text.matchAll(/^(?:export )?(?:declare )?(?:interface|type|class|const|function) (\w+)/gm)].map(
    ([, name]) => name
  )
  return new Set([...imported, ...declared].filter((name) => !name.endsWith("_base")))
}

const nameOf = (name: string, symbol: Symbol, project: Project, sources: string): PublicName => {
  const nodes = symbol.declarations.map((handle) => handle.resolve(project)).filter((node) => node !== undefined)
  const file = nodes[0].getSourceFile()
  // `export * as Effect from "effect/Effect"`: another package's module, by its name.
  if (nodes[0].parent === undefined) {
    const module = file.fileName
      .replace(/^.*\/node_modules\//, "")
      .replace(/\/dist\//, "/")
      .replace(/\.d\.ts$/, "")
    const declarations = [`export * as ${name} from "${module}"`]
    return {
      name,
      source: module,
      declarations,
      doc: `The module ${module}, as this package uses it.`,
      examples: [],
      mentions: []
    }
  }
  const own = ownNames(file)
  const texts = [...new Set(nodes.map(statementOf))].flatMap((node) => withBase(node.getText(), file)).map(shown)
  return {
    name,
    source: relative(sources, file.fileName).replace(/\.d\.ts$/, ".ts"),
    declarations: texts,
    doc: symbol.getDocumentationComment(project.checker),
    examples: symbol.getJsDocTags(project.checker).flatMap((tag) => (tag.name === "example" ? [tag.text ?? ""] : [])),
    mentions: [...new Set(texts.join("\n").match(/\b[A-Z]\w+/g))].filter((word) => own.has(word))
  }
}

const read = (declarations: string): ReadonlyArray<Subpath> => {
  const all = subpaths()
  const config = join(declarations, "tsconfig.json")
  const fileOf = (entry: string): string => join(declarations, entry.replace(/\.ts$/, ".d.ts"))
  const compilerOptions = { module: "nodenext", target: "es2023", strict: true, noEmit: true, types: ["node"] }
  writeFileSync(config, JSON.stringify({ compilerOptions, files: all.map(({ entry }) => fileOf(entry)) }))
  const api = new API({ cwd: ROOT })
  try {
    const [project] = api.updateSnapshot({ openProjects: [config] }).getProjects()
    const { checker, program } = project
    return all.map(({ entry, specifier }) => {
      const file = program.getSourceFile(fileOf(entry))
      const module = file === undefined ? undefined : checker.getSymbolAtLocation(file)
      if (module === undefined) throw new Error(`${specifier}: ${entry} has no declarations`)
      const names = checker.getExportsOfModule(module).map((symbol) => {
        const aliased = (symbol.flags & SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)
        return nameOf(symbol.name, aliased, project, declarations)
      })
      return {
        specifier,
        entry,
        doc: commentText(/^\s*(\/\*\*[\s\S]*?\*\/)/.exec(readFileSync(join(ROOT, entry), "utf8"))?.[1] ?? ""),
        names: names.toSorted((a, b) => (a.name < b.name ? -1 : 1))
      }
    })
  } finally {
    api.close()
  }
}

/** Emits the declarations of what is in the working tree, and reads them. About six seconds. */
export const publicSurface = (): ReadonlyArray<Subpath> => {
  const parent = join(ROOT, "reports", "out")
  mkdirSync(parent, { recursive: true })
  const declarations = mkdtempSync(join(parent, "declarations-"))
  try {
    const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc")
    const build = join(ROOT, ".ci", "tsconfig.build.json")
    execFileSync(process.execPath, [compiler, "-p", build, "--emitDeclarationOnly", "--outDir", declarations], {
      stdio: ["ignore", "inherit", "inherit"]
    })
    return read(declarations)
  } finally {
    rmSync(declarations, { recursive: true, force: true })
  }
}
