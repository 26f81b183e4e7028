/** A figure as a picture that stands in no page: an SVG with its title, what it says and colours of its own. */
import { drawFigure, WIDTH } from "./draw.ts"
import type { Figure } from "./figure.ts"
import { html, Markup } from "./html.ts"
import { LIGHT } from "./style.ts"

/** Of a line of words, and the characters that it has room for. */
const [LINE, ROOM] = [15, 66]

/** Those of a page, by day. */
const STYLE = `svg { ${LIGHT.replace(/\s+/g, " ")} color: var(--ink); font: 11px system-ui, sans-serif }`

/** Words in lines, broken after a space or a comma; what has no room in any is cut. */
const lined = (text: string): ReadonlyArray<string> =>
  text.split(/(?<=[ ,])/).reduce<ReadonlyArray<string>>((lines, word) => {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length <= ROOM) return [...lines.slice(0, -1), last + word]
    return [...lines, word.length > ROOM ? `${word.slice(0, ROOM - 1)}…` : word]
  }, [])

/** The picture as SVG text. @param more lines under the caption, such as which series is what */
export const standalonePicture = (figure: Figure, more: ReadonlyArray<string> = []): string => {
  const drawn = drawFigure(figure).text
  const height = Number(/viewBox="0 0 \S+ (\S+)"/.exec(drawn)![1])
  const lines = [...lined(figure.title), ...[figure.caption, ...more].flatMap(lined)]
  const top = LINE * (lines.length + 1)
  return `${
    html`<svg
      xmlns="http://www.w3.org/2000/svg"
      width="${WIDTH}"
      height="${top + height}"
      viewBox="0 0 ${WIDTH} ${top + height}"
    >
      <style>
        ${new Markup(STYLE)}
      </style>
      <rect width="100%" height="100%" fill="var(--paper)" />
      ${lines.map((line, i) => html`<text x="8" y="${LINE * (i + 1)}" fill="var(--ink)">${line.trimEnd()}</text>`)}
      ${new Markup(drawn.replace("<svg", `<svg y="${top}" width="${WIDTH}" height="${height}"`))}
    </svg>`.text
  }\n`
}
