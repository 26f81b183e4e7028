/** What a section of a report's page is made of: tables, figures, theorems, what models wrote. */
import { figuresMarkup } from "./figure-markup.ts"
import { html, type Markup } from "./html.ts"
import { type Block, type Cell, cellText, type Table, type WritingBlock } from "./model.ts"
import { percentOf } from "./number-format.ts"
import { theoremMarkup } from "./page-theorem.ts"
import { verdictMark } from "./verdict-markup.ts"

const cellMarkup = (cell: Cell): Markup | string => {
  if (typeof cell !== "object") return cellText(cell)
  if ("verdict" in cell) return verdictMark(cell.verdict, cell.word)
  const text = cell.code === true ? html`<code>${cell.text}</code>` : cell.text
  return cell.href === undefined ? text : html`<a href="${cell.href}">${text}</a>`
}

const sortKey = (cell: Cell): string =>
  typeof cell === "number"
    ? String(cell)
    : typeof cell === "object" && "text" in cell && cell.sort !== undefined
      ? String(cell.sort)
      : ""

const tableMarkup = ({ heads, id, notes = [], rows, title, ...rest }: Table): Markup => {
  const judged = rows.some(({ cells }) => cells.some((cell) => typeof cell === "object" && "verdict" in cell))
  const body = html`<div class="scroll" tabindex="0" role="region" aria-label="${title}">
      <table id="${id}" class="${judged ? "cards" : ""} sortable">
        <thead>
          <tr>
            ${heads.map((head) => html`<th scope="col" class="${head.number === true ? "number" : ""}">${head.text}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ cells, note }) =>
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
                  note === undefined
                    ? ""
                    : html`<tr class="note">
                        <td colspan="${heads.length}">${note}</td>
                      </tr>`
                }`
          )}
        </tbody>
      </table>
    </div>
    ${notes.map((note) => html`<p class="from">${note}</p>`)}`
  return rest.folded === true
    ? html`<details>
        <summary>${title}</summary>
        ${body}
      </details>`
    : html`<h3>${title}</h3>
        ${body}`
}

const writingMarkup = ({ most, openings }: WritingBlock): Markup =>
  html`<div class="openings">
    ${openings.map(
      ({ columns, opening }) =>
        html`<div class="opening">
          <h3>${opening} …</h3>
          ${columns.map(
            ({ lines, who }, i) =>
              html`<h4 class="${i === 0 ? "" : "first"}">${who}</h4>
                <ol>
                  ${lines.map(
                    ({ reward, text }) =>
                      html`<li>
                        <span class="reward ${i === 0 ? "second" : "first"}"
                          >${reward.toFixed(2)}<i style="width:${percentOf(reward, most)}"></i></span
                        ><span>${text}</span>
                      </li>`
                  )}
                </ol>`
          )}
        </div>`
    )}
  </div>`

export const blockMarkup = (block: Block): Markup | string => {
  switch (block.kind) {
    case "table":
      return tableMarkup(block)
    case "theorem":
      return theoremMarkup(block)
    case "writing":
      return writingMarkup(block)
    case "figures":
      return figuresMarkup(block.figures)
    case "prose":
      return html`<p>${block.text}</p>`
  }
}
