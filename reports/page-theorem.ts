/** One theorem on a report's page: statement, hypotheses and whether they are met, clauses beside what was measured, plots. */
import { figuresMarkup } from "./figure-markup.ts"
import { html, Markup } from "./html.ts"
import { MATHML } from "./mathml.ts"
import type { TheoremBlock } from "./model.ts"
import { gridMarkup } from "./page-table.ts"
import { clauseTable } from "./table.ts"

/** TeX as it was set, or as it stands where nobody set it. */
const math = (tex: string, display = false): Markup => {
  if (!Object.hasOwn(MATHML, tex)) return html`<code>${tex}</code>`
  return new Markup(display ? MATHML[tex].replace("<math", '<math display="block"') : MATHML[tex])
}

/** How a hypothesis stands: mark, word and class. What is missed is no refutation of anything. */
const MET = {
  yes: ["✓", "met", "supported"],
  no: ["✗", "missed", "undecided"],
  unknown: ["?", "not asked", "muted"]
} as const

export const theoremMarkup = (block: TheoremBlock): Markup => {
  const { anchor, clauses, figures, hypotheses, id, page, paper, proof, statement, title } = block
  const shown = clauses.filter(({ nature, verdict }) => nature === "evidence" || verdict === "refuted")
  const hidden = clauses.filter((one) => !shown.includes(one))
  return html`<div class="theorem" id="${anchor}">
    <h3>
      ${id}: ${title}
      <small
        >${statement === undefined ? "" : paper === undefined ? "a lemma of this suite" : `FMR25 ${paper} (the number is second-hand)`}${
          page !== undefined
            ? html` · <a href="${page}">statement and proof</a>`
            : proof === undefined
              ? ""
              : html` · statement and proof: <code>${proof}</code>`
        }</small
      >
    </h3>
    ${statement === undefined ? "" : html`<div class="statement" tabindex="0" role="group" aria-label="Statement of ${id}">${math(statement, true)}</div>`}
    ${
      hypotheses === undefined
        ? ""
        : hypotheses.length === 0
          ? html`<p class="from">It assumes nothing beyond the framework.</p>`
          : html`<ul class="hypotheses" aria-label="Hypotheses of ${id}">
              ${hypotheses.map(({ met, says, why }) => {
                const [mark, word, ink] = MET[met === undefined ? "unknown" : met ? "yes" : "no"]
                return html`<li>
                  <span class="verdict ${ink}">${mark} ${word}</span
                  ><span ${says.length > 30 ? new Markup('tabindex="0"') : ""}
                    >${math(says)}${why.length === 0 ? "" : html`<small>${why.join("; ")}</small>`}</span
                  >
                </li>`
              })}
            </ul>`
    }
    ${gridMarkup(clauseTable(block, shown))} ${figuresMarkup(figures)}
    ${
      hidden.length === 0
        ? ""
        : html`<details>
            <summary>
              ${id}:
              ${[...new Set(hidden.map(({ nature }) => nature))].map((nature) => `${hidden.filter((one) => one.nature === nature).length} ${nature}`).join(", ")}
            </summary>
            ${gridMarkup(clauseTable({ id, anchor: `${anchor}-more` }, hidden))}
          </details>`
    }
  </div>`
}
