/** A stream seen as a page: how wide it is, and colours where it shows them (NO_COLOR and FORCE_COLOR are respected). */
import * as Effect from "effect/Effect"
import type { WriteStream } from "node:tty"
import { stripVTControlCharacters, styleText } from "node:util"

export type Ink = "bold" | "dim" | "green" | "red" | "yellow" | "cyan"

export interface Page {
  /** Columns of running text, at most 100. */
  readonly width: number
  /** Columns that a table may take: all there are; off a terminal, where lines are for programs, no end. */
  readonly room: number
  readonly ink: (ink: Ink, text: string) => string
}

const NARROWEST = 40
/** Columns of a page that is on no terminal, and of running text at most. */
export const WIDEST = 100

/** Columns of a terminal; off one those that COLUMNS says, if it does. */
const columnsThere = (stream: Partial<WriteStream>): number | undefined => {
  const said = Number(process.env.COLUMNS)
  return stream.columns ?? (Number.isInteger(said) && said > 0 ? said : undefined)
}

/** The page behind a stream. */
export const pageOf = (stream: NodeJS.WriteStream): Page => {
  const columns = columnsThere(stream)
  return {
    width: Math.max(NARROWEST, Math.min(WIDEST, columns ?? WIDEST)),
    room: columns === undefined ? Infinity : Math.max(NARROWEST, columns),
    ink: (ink, text) => styleText(ink, text, { stream })
  }
}

/** A text from outside on one line: control characters, which a terminal would obey, as their code points. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`)

/** Columns that a text takes: characters, less those that stand on the one before (the hat of π̂). */
export const columnsOf = (text: string): number => [...stripVTControlCharacters(text).replace(/\p{M}/gu, "")].length

/** Words of `text` in lines of at most `room` columns. */
export const folded = (text: string, room: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    if (line !== "" && columnsOf(line) + 1 + columnsOf(word) > room) {
      lines.push(line)
      line = word
    } else line = line === "" ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** The same as a text, every line after `indent`. */
export const wrapped = (text: string, width: number, indent = ""): string =>
  folded(text, Math.max(20, width - indent.length))
    .map((one) => indent + one)
    .join("\n")

/** A note, dimmed: under a row of a table, or wherever `indent` says. */
export const noted = (text: string, { ink, width }: Page, indent = "      "): string =>
  ink("dim", wrapped(text, width, indent))

/** A text after a dimmed label, in `room` columns after the margin; its further lines stand under its first. */
export const labelled = (label: string, text: string, { ink, width }: Page, room: number): string => {
  const [first, ...more] = wrapped(text, width, " ".repeat(room + 2)).split("\n")
  return [`  ${ink("dim", label.padEnd(room))}${first.slice(room + 2)}`, ...more].join("\n")
}

export const write = (stream: NodeJS.WriteStream, text: string): Effect.Effect<boolean> =>
  Effect.sync(() => stream.write(text))

/** Writes and waits until all of it was taken: what ends with an error code exits at once, and a pipe holds 64 KiB. */
export const writeAll = (stream: NodeJS.WriteStream, text: string): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    stream.write(text, () => resume(Effect.void))
  })
