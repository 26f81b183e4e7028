/**
 * JSON as the suite writes it: for machines first, but laid out so that a person can read and diff it. Whatever fits on a line stays on
 * one, and so does an array of plain values; fields keep the order they were given.
 *
 * Counts are bigint and become decimal strings; doubles are printed in the shortest form that reads back; typed arrays become arrays. JSON has
 * no NaN and no infinities: they become the strings `"NaN"`, `"Infinity"` and `"-Infinity"`, never a silent `null`.
 */

export type JsonInput =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | Float64Array
  | Int32Array
  | ReadonlyArray<JsonInput>
  | { readonly [key: string]: JsonInput }

/** Columns past which an object or an array of objects is broken over lines. */
const WIDTH = 120

const scalar = (value: JsonInput): string | undefined => {
  switch (typeof value) {
    case "string":
    case "boolean":
      return JSON.stringify(value)
    case "bigint":
      return `"${value}"`
    case "number":
      return Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`
    default:
      return value === null ? "null" : undefined
  }
}

type Entry = readonly [label: string, text: string]

const layOut = (open: string, close: string, entries: ReadonlyArray<Entry>, indent: string, plain: boolean): string => {
  const flat = `${open}${entries.map(([label, text]) => label + text).join(", ")}${close}`
  if (plain || (indent.length + flat.length <= WIDTH && !flat.includes("\n"))) return flat
  const inner = `${indent}  `
  return `${open}\n${entries.map(([label, text]) => inner + label + text).join(",\n")}\n${indent}${close}`
}

const print = (value: JsonInput, indent: string): string => {
  const simple = scalar(value)
  if (simple !== undefined) return simple
  const inner = `${indent}  `
  if (ArrayBuffer.isView(value)) return print(Array.from(value), indent)
  if (Array.isArray(value)) {
    const all = value as ReadonlyArray<JsonInput>
    const plain = all.every((item) => scalar(item) !== undefined)
    return layOut(
      "[",
      "]",
      all.map((item) => ["", print(item, inner)]),
      indent,
      plain
    )
  }
  const entries = Object.entries(value as Record<string, JsonInput>).filter(([, item]) => item !== undefined)
  return layOut(
    "{",
    "}",
    entries.map(([key, item]) => [`${JSON.stringify(key)}: `, print(item, inner)]),
    indent,
    false
  )
}

/** Rows of a field that are made as they are written: a document of any length needs memory for one. More than fit on a line together, or none. */
export class JsonRows {
  readonly rows: () => Iterable<JsonInput>
  constructor(rows: () => Iterable<JsonInput>) {
    this.rows = rows
  }
}

/** {@link jsonText} of an object that does not fit on a line, piece by piece; fields may be {@link JsonRows}. */
export function* jsonPieces(document: { readonly [key: string]: JsonInput | JsonRows }): Generator<string> {
  let before = "{\n"
  for (const [key, value] of Object.entries(document)) {
    if (value === undefined) continue
    yield `${before}  ${JSON.stringify(key)}: `
    before = ",\n"
    if (!(value instanceof JsonRows)) {
      yield print(value, "  ")
      continue
    }
    let open = "[\n"
    for (const row of value.rows()) {
      yield `${open}    ${print(row, "    ")}`
      open = ",\n"
    }
    yield open === "[\n" ? "[]" : "\n  ]"
  }
  yield "\n}\n"
}

/** One JSON document, ended by a newline. Fields that are undefined are left out. */
export const jsonText = (value: JsonInput): string => `${print(value, "")}\n`
