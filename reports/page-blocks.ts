/** What a section of a report's page is made of, tables and theorems apart: figures, prose, what models wrote. */
import { figuresMarkup } from "./figure-markup.ts"
import { html, type Markup } from "./html.ts"
import type { Block, WritingBlock } from "./model.ts"
import { percentOf } from "./number-format.ts"
import { tableMarkup } from "./page-table.ts"
import { theoremMarkup } from "./page-theorem.ts"

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
