/** A table on a report's page; a verdict and a cell in it. */
import { html, type Markup } from "./html.ts"
import { type Cell, cellText, type Head, type Table } from "./model.ts"
import { type Verdict, VERDICT_MARK } from "../src/theorem/theorem.ts"

export const verdictMark = (verdict: Verdict, word: string = verdict): Markup =>
  html`<span class="verdict ${verdict}">${VERDICT_MARK[verdict]} ${word}</span>`

const cellMarkup = (cell: Cell): Markup | string => {
  if (typeof cell !== "object") return cellText(cell)
  if ("verdict" in cell) return verdictMark(cell.verdict, cell.word)
  const text = cell.code === true ? html`<code>${cell.text}</code>` : cell.text
  const linked = cell.href === undefined ? text : html`<a href="${cell.href}">${text}</a>`
  return cell.small === undefined ? linked : html`${linked} <small>${cell.small}</small>`
}

const sortKey = (cell: Cell): string =>
  typeof cell === "number"
    ? String(cell)
    : typeof cell === "object" && "text" in cell && cell.sort !== undefined
      ? String(cell.sort)
      : ""

/** Whether it is read as cards where there is no room for columns: a verdict, and what is said beside a number, must not be off the page. */
const asCards = ({ rows }: Table): boolean =>
  rows.some(({ cells }) =>
    cells.some((cell) => typeof cell === "object" && ("verdict" in cell || cell.small !== undefined))
  )

const rowMarkup = (heads: ReadonlyArray<Head>, { cells, note, replay }: Table["rows"][number]): Markup =>
  html`<tr>
      ${cells.map(
        (cell, j) =>
          html`<td
            class="${heads[j]?.number === true ? "number" : ""}"
            ${j > 0 && heads[j]?.text !== "" ? html`data-head="${heads[j].text}"` : ""}
            ${sortKey(cell) === "" ? "" : html`data-sort="${sortKey(cell)}"`}
          >
            ${cellMarkup(cell)}
          </td>`
      )}
    </tr>
    ${
      note === undefined && replay === undefined
        ? ""
        : html`<tr class="note">
            <td colspan="${heads.length}">
              ${note ?? ""}${replay === undefined ? "" : html`<br /><code>${replay}</code>`}
            </td>
          </tr>`
    }`

/** The table alone, without its title and notes; nothing where it has no rows. */
export const gridMarkup = (table: Table): Markup | string =>
  table.rows.length === 0
    ? ""
    : html`<div class="scroll" tabindex="0" role="region" aria-label="${table.title}">
        <table id="${table.id}" class="${asCards(table) ? "cards" : ""} sortable">
          <thead>
            <tr>
              ${table.heads.map((head) => html`<th scope="col" class="${head.number === true ? "number" : ""}">${head.text}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${table.rows.map((row) => rowMarkup(table.heads, row))}
          </tbody>
        </table>
      </div>`

export const tableMarkup = (table: Table): Markup => {
  const body = html`${gridMarkup(table)} ${(table.notes ?? []).map((note) => html`<p class="from">${note}</p>`)}`
  return table.folded === true
    ? html`<details>
        <summary>${table.title}</summary>
        ${body}
      </details>`
    : html`<h3>${table.title}</h3>
        ${body}`
}
