/**
 * Type-checks a module before it is loaded, where TypeScript is installed beside this package (never one that lies beside the module: a compiler is a program), and reads off its
 * types which oracles it asks for: the requirements channel of its `run` is its place in the framework.
 */
import { execFile } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve, sep } from "node:path"
import * as Effect from "effect/Effect"
import type { NamedModule } from "./named-module.ts"
import { upward } from "./installed-package.ts"
import { effectFolder, ownEntries, suiteFolder } from "./own-entries.ts"

export type TypeCheck =
  /** `needs`: the services in its type; undefined where they could not be read. */
  | { readonly kind: "passed"; readonly needs: ReadonlyArray<string> | undefined }
  /** The first lines, and how many errors there are. */
  | { readonly kind: "errors"; readonly lines: ReadonlyArray<string>; readonly count: number }
  | { readonly kind: "skipped"; readonly why: string }

const SERVICES = [
  "Prompts",
  "WeakSampling",
  "StrongSampling",
  "TokenSampling",
  "Rewards",
  "ProperRewards",
  "ResponseSpace"
]
const LINES = 12
const PATIENCE_MS = 120_000

/** The compiler's launcher. */
const compiler = (): string | undefined =>
  upward(suiteFolder)
    .flatMap((folder) => ["bin/tsc", "lib/tsc.js"].map((file) => join(folder, "node_modules/typescript", file)))
    .find(existsSync)

/** A line per service whose error says whether the module's type asks for it. */
const probe = (path: string): string =>
  [
    `import type * as Effect from "effect/Effect"`,
    `import type { ${SERVICES.join(", ")} } from "coverbound"`,
    `import type audited from ${JSON.stringify(path)}`,
    `type Needs = typeof audited extends { readonly run: (...args: never) => Effect.Effect<unknown, unknown, infer R> } ? R : never`,
    `type Asks<S> = [S] extends [Needs] ? "yes" : "no"`,
    ...SERVICES.map((name) => `export const asks${name}: Asks<${name}> = "?"`)
  ].join("\n")

const config = (path: string, types: string) => ({
  compilerOptions: {
    target: "es2023",
    lib: ["es2023", "dom"],
    types: existsSync(join(types, "node")) ? ["node"] : [],
    typeRoots: [types],
    module: "nodenext",
    moduleResolution: "nodenext",
    moduleDetection: "force",
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    erasableSyntaxOnly: true,
    resolveJsonModule: true,
    paths: {
      ...Object.fromEntries([...ownEntries].map(([name, { types: file }]) => [name, [file]])),
      effect: [join(effectFolder, "index.d.ts")],
      "effect/*": [join(effectFolder, "*.d.ts")]
    }
  },
  files: [path, "probe.ts"]
})

interface Message {
  readonly file: string
  readonly line: number
  readonly text: string
}

const messages = (output: string, folder: string): ReadonlyArray<Message> =>
  output.split(/\r?\n/).flatMap((line) => {
    const [, file, at, text] = /^(.+?)\((\d+),\d+\): (error TS\d+: .*)$/.exec(line) ?? []
    return file === undefined ? [] : [{ file: resolve(folder, file), line: Number(at), text }]
  })

const PROBE_FIRST_LINE = 6

/** Services whose line says "yes"; undefined where the lines do not say. */
const needsOf = (all: ReadonlyArray<Message>): ReadonlyArray<string> | undefined => {
  const said = SERVICES.map((_, i) => all.find(({ line }) => line === PROBE_FIRST_LINE + i)?.text ?? "")
  return said.every((text) => /'"(yes|no)"'/.test(text))
    ? SERVICES.filter((_, i) => said[i].includes(`'"yes"'`))
    : undefined
}

/** Whether a file belongs to this package and not to its user. */
const ofSuite = (file: string): boolean =>
  ["src", "dist", "lower-bounds", "reports", "node_modules"].some((room) =>
    file.startsWith(join(suiteFolder, room) + sep)
  )

/** What the compiler says; undefined where it did not come to an end. */
const run = (tsc: string, folder: string): Effect.Effect<string | undefined> =>
  Effect.callback<string | undefined>((resume) => {
    const child = execFile(
      process.execPath,
      [tsc, "--pretty", "false", "-p", folder],
      { cwd: folder, timeout: PATIENCE_MS, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) =>
        resume(Effect.succeed(error !== null && typeof error.code !== "number" ? undefined : `${stdout}\n${stderr}`))
    )
    return Effect.sync(() => child.kill("SIGKILL"))
  })

/** Checks the types of a module. */
export const typeCheck = Effect.fnUntraced(function* ({ asked, path }: NamedModule): Effect.fn.Return<TypeCheck> {
  if (path === undefined) return { kind: "skipped", why: `${asked} is a package, built elsewhere` }
  if (!/\.m?ts$/.test(path)) return { kind: "skipped", why: `${asked} is JavaScript` }
  const tsc = compiler()
  if (tsc === undefined)
    return { kind: "skipped", why: "TypeScript is not installed beside coverbound (npm i -D typescript)" }
  const types = [dirname(path), process.cwd(), suiteFolder].flatMap(upward).map((at) => join(at, "node_modules/@types"))
  return yield* Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "coverbound-types-"))),
    (folder) =>
      Effect.gen(function* () {
        writeFileSync(join(folder, "probe.ts"), probe(path))
        const found = types.find(existsSync) ?? join(suiteFolder, "node_modules/@types")
        writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config(path, found)))
        // The folder may be known to the compiler by another name (/tmp is a link on some systems): the probe is told by its own name.
        const said = yield* run(tsc, folder)
        if (said === undefined)
          return { kind: "skipped" as const, why: `the compiler did not end within ${PATIENCE_MS / 1000} s` }
        const all = messages(said, folder)
        const isProbe = ({ file }: Message): boolean =>
          file.endsWith(`${sep}probe.ts`) && !file.startsWith(dirname(path) + sep)
        const errors = all.filter((one) => !isProbe(one) && (one.file === path || !ofSuite(one.file)))
        if (errors.length === 0) return { kind: "passed" as const, needs: needsOf(all.filter(isProbe)) }
        const lines = errors.slice(0, LINES).map(({ file, line, text }) => `${file}:${line}: ${text}`)
        return { kind: "errors" as const, count: errors.length, lines }
      }),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )
})
