/** HTML as text, escaped by construction. */

/** Text that is markup already. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = Markup | string | number | ReadonlyArray<Part>

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}

const written = (part: Part): string =>
  part instanceof Markup
    ? part.text
    : typeof part === "object"
      ? part.map(written).join("")
      : String(part).replace(/[&<>"']/g, (c) => ENTITIES[c])

/** Markup with parts put in; strings are escaped, lists joined. */
export const html = (strings: TemplateStringsArray, ...parts: ReadonlyArray<Part>): Markup =>
  new Markup(strings.reduce((text, piece, i) => text + written(parts[i - 1]) + piece))
