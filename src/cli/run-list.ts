/** What `coverbound list` does. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { algorithms } from "../algorithm/registry.ts"
import { describeRange, type FamilyOption } from "../instance/family.ts"
import { BACKENDS } from "../kernel/backend.ts"
import { families } from "../model/families.ts"
import { jsonText } from "../run/json-text.ts"
import { theorems } from "../theorem/registry.ts"
import { LISTED } from "./list.ts"
import { table } from "./table.ts"
import { type Page, pageOf, wrapped, writeAll } from "./terminal.ts"

type Listed = (typeof LISTED)[number]

const rangeOf = (option: FamilyOption): string =>
  option.kind === "choice" ? option.choices.join(" | ") : describeRange(option)

/** A default that depends on the other options is said to. */
const defaultOf = (option: FamilyOption): string =>
  typeof option.default === "function" ? "of the others" : String(option.default)

const BACKEND_LINES: Readonly<Record<(typeof BACKENDS)[number], string>> = {
  js: "loops in float64",
  wasm: "this package's WebAssembly: relaxed SIMD, threads",
  blas: "the machine's BLAS through koffi (OpenBLAS, MKL, Accelerate), beside wasm",
  cpu: "gpu.js in JavaScript",
  webasm: "gpu.js in WebAssembly",
  webgl2: "gpu.js through WebGL 2, in a browser",
  webgpu: "gpu.js through WebGPU, in a browser or with the package webgpu"
}

const documents = {
  algorithms: () =>
    algorithms.map(({ claims, name, oracle, proper, summary }) => ({
      name,
      oracle,
      proper,
      claims: [...claims],
      summary
    })),
  families: () =>
    families.map(({ name, options, summary }) => ({
      name,
      summary,
      options: Object.entries(options).map(([option, about]) => ({
        name: option,
        meaning: about.meaning,
        range: rangeOf(about),
        default: defaultOf(about)
      }))
    })),
  theorems: () => theorems.map(({ id, nature, page, title }) => ({ id, title, nature, page })),
  backends: () => BACKENDS.map((name) => ({ name, what: BACKEND_LINES[name] }))
}

const texts: Readonly<Record<Listed, (page: Page) => string>> = {
  algorithms: (page) =>
    table(
      page,
      ["algorithm", "oracle", "claims", ""],
      documents
        .algorithms()
        .map(({ claims, name, oracle, proper, summary }) => [
          name,
          proper ? `${oracle}, proper` : oracle,
          claims.join(" "),
          summary
        ])
    ),
  families: (page) =>
    documents
      .families()
      .map(({ name, options, summary }) =>
        [
          `  ${page.ink("bold", name)}`,
          wrapped(summary, page.width, "    "),
          ...options.map(({ default: preset, meaning, name: option, range }) =>
            wrapped(`${option}=${preset}: ${meaning}; ${range}`, page.width, "      ")
          )
        ].join("\n")
      )
      .join("\n"),
  theorems: (page) =>
    table(
      page,
      ["theorem", "statement is", "", "page"],
      documents.theorems().map(({ id, nature, page: where, title }) => [id, nature, title, where])
    ),
  backends: (page) =>
    `${table(
      page,
      ["backend", ""],
      documents.backends().map(({ name, what }) => [name, what])
    )}\n  coverbound doctor says which of them this machine has`
}

/** Lists one kind of name, or all. */
export const runList = Effect.fnUntraced(function* ({
  json,
  what
}: {
  readonly what: Option.Option<Listed>
  readonly json: boolean
}) {
  const kinds = Option.match(what, { onNone: () => LISTED, onSome: (one) => [one] })
  const page = pageOf(process.stdout)
  yield* writeAll(
    process.stdout,
    json
      ? jsonText(Object.fromEntries(kinds.map((kind) => [kind, documents[kind]()])))
      : `${kinds.map((kind) => `${page.ink("bold", kind)}\n${texts[kind](page)}`).join("\n\n")}\n`
  )
})
