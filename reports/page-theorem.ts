/** One theorem on a report's page: statement, hypotheses and whether they are met, clauses beside what was measured, plots. */
import { figuresMarkup } from "./figure-markup.ts"
import { html, Markup } from "./html.ts"
import { MATHML } from "./mathml.ts"
import { type Clause, RELATION, type TheoremBlock } from "./model.ts"
import { quantity, real } from "./number-format.ts"
import { levelText, verdictMark } from "./verdict-markup.ts"

/** TeX as it was set, or as it stands where nobody set it. */
const math = (tex: string, display = false): Markup => {
  if (!Object.hasOwn(MATHML, tex)) return html`<code>${tex}</code>`
  return new Markup(display ? MATHML[tex].replace("<math", '<math display="block"') : MATHML[tex])
}

const clauseTable = (block: TheoremBlock, clauses: ReadonlyArray<Clause>): Markup | string =>
  clauses.length === 0
    ? ""
    : html`<div class="scroll" tabindex="0" role="region" aria-label="Clauses of ${block.id}">
        <table class="cards">
          <thead>
            <tr>
              <th scope="col">clause</th>
              <th scope="col">verdict</th>
              <th scope="col" class="number">measured</th>
              <th scope="col" class="number">promised</th>
              <th scope="col" class="number">slack</th>
              <th scope="col">level</th>
              <th scope="col">certificate</th>
            </tr>
          </thead>
          <tbody>
            ${clauses.map(
              (one) =>
                html`<tr>
                    <td>${one.part} <small>(${one.nature})</small></td>
                    <td>${verdictMark(one.verdict, one.word)}</td>
                    <td class="number" data-head="measured">
                      ${quantity(one.measured)}${one.interval === undefined ? "" : html`<br /><small>${one.interval}</small>`}
                    </td>
                    <td class="number" data-head="promised">${RELATION[one.relation]} ${quantity(one.bound)}</td>
                    <td class="number" data-head="slack">${one.slack === undefined ? "–" : `${real(one.slack)} ×`}</td>
                    <td data-head="level">${levelText(one.level, one.verdict).replace("level ", "") || "–"}</td>
                    <td data-head="certificate">
                      ${
                        one.certificate === undefined
                          ? "–"
                          : html`<a href="${one.certificate.href}">${one.certificate.grade}</a>`
                      }
                    </td>
                  </tr>
                  <tr class="note">
                    <td colspan="7">
                      ${one.note}${one.replay === undefined ? "" : html`<br /><code>${one.replay}</code>`}
                    </td>
                  </tr>`
            )}
          </tbody>
        </table>
      </div>`

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
    ${clauseTable(block, shown)} ${figuresMarkup(figures)}
    ${
      hidden.length === 0
        ? ""
        : html`<details>
            <summary>
              ${id}:
              ${[...new Set(hidden.map(({ nature }) => nature))].map((nature) => `${hidden.filter((one) => one.nature === nature).length} ${nature}`).join(", ")}
            </summary>
            ${clauseTable(block, hidden)}
          </details>`
    }
  </div>`
}
