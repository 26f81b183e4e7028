/** A report as one HTML page: nothing is fetched, and everything is there without its script, which only sorts tables, changes the theme and saves data. */
import { drawFigure } from "./draw.ts"
import { type Figure, figureCsv } from "./figure.ts"
import { html, Markup } from "./html.ts"
import { htmlDocument } from "./html-document.ts"
import { MATHML } from "./mathml.ts"
import {
  type Block,
  type Cell,
  type Clause,
  cellText,
  type Cost,
  type Finding,
  RELATION,
  type Report,
  type Section,
  type Table,
  type TheoremBlock,
  type WritingBlock
} from "./model.ts"
import { labelOf } from "./names.ts"
import { count, percentOf, quantity, real } from "./number-format.ts"
import { PAGE_SCRIPT } from "./page-script.ts"
import { type Nature, type Verdict, VERDICT_MARK } from "../src/theorem/theorem.ts"

const REPOSITORY = "https://arxiv.org/abs/2503.07453"

const verdictMark = (verdict: Verdict, word: string = verdict): Markup =>
  html`<span class="verdict ${verdict}">${VERDICT_MARK[verdict]} ${word}</span>`

const levelText = (level: number | undefined, verdict: Verdict | undefined): string =>
  level === undefined || (level === 0 && verdict === "undecided") ? "" : level === 0 ? "exact" : `level ${real(level)}`

const finding = ({ anchor, interval, level, note, replay, says, verdict, word }: Finding): Markup =>
  html`<li>
    <div>
      ${verdict === undefined ? html`<span class="verdict">measured</span>` : verdictMark(verdict, word ?? verdict)}
    </div>
    <div>
      ${anchor === undefined ? says : html`<a href="#${anchor}">${says}</a>`}
      ${interval === undefined ? "" : html` · ${interval}`}
      ${levelText(level, verdict) === "" ? "" : html` · ${levelText(level, verdict)}`}
      ${note === undefined ? "" : html`<p class="detail">${note}</p>`}
      ${replay === undefined ? "" : html`<p class="detail"><code>${replay}</code></p>`}
    </div>
  </li>`

const NONE: Readonly<Record<Nature, string>> = {
  evidence: "Nothing here could have come out otherwise.",
  checked: "",
  accounting: ""
}

const WHAT: Readonly<Record<Nature, string>> = {
  evidence: "could have come out otherwise",
  checked: "recomputed on the runs",
  accounting: "holds by construction"
}

const findingsOf = ({ findings, sources }: Report, nature: Nature): Markup | string => {
  const own = findings.filter((one) => one.nature === nature)
  if (own.length === 0) return nature === "evidence" ? html`<p>${NONE.evidence}</p>` : ""
  const lists = sources.flatMap((source, i) => {
    const of = own.filter((one) => one.source === i)
    if (of.length === 0) return []
    return [
      html`${sources.length > 1 ? html`<p class="from">${source.kind}: ${source.file}</p>` : ""}
        <ul class="findings">
          ${of.map(finding)}
        </ul>`
    ]
  })
  return html`${lists}`
}

const folded = (report: Report, nature: Nature): Markup | string => {
  const own = report.findings.filter((one) => one.nature === nature)
  if (own.length === 0) return ""
  const words = [...new Set(own.map(({ verdict, word }) => word ?? verdict ?? "measured"))].map(
    (word) => `${own.filter((one) => (one.word ?? one.verdict ?? "measured") === word).length} ${word}`
  )
  // What was refuted is never folded away.
  const open = own.some(({ verdict }) => verdict === "refuted")
  return html`<details ${open ? new Markup("open") : ""}>
    <summary>${nature === "checked" ? "Checked" : "Accounting"}, ${WHAT[nature]}: ${words.join(", ")}</summary>
    ${findingsOf(report, nature)}
  </details>`
}

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

const figureMarkup = (figure: Figure): Markup =>
  html`<figure id="${figure.id}">
    ${drawFigure(figure)}
    <figcaption><b>${figure.title}.</b> ${figure.caption}</figcaption>
    <details class="data">
      <summary>Data of “${figure.title}” as CSV</summary>
      <pre tabindex="0" data-name="${figure.id}.csv">${figureCsv(figure)}</pre>
    </details>
  </figure>`

const figuresMarkup = (figures: ReadonlyArray<Figure>): Markup | string =>
  figures.length === 0 ? "" : html`<div class="figures">${figures.map(figureMarkup)}</div>`

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

const theoremMarkup = (block: TheoremBlock): Markup => {
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

const blockMarkup = (block: Block): Markup | string => {
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

const sectionMarkup = (section: Section, { sources }: Report): Markup => {
  const source = sources[section.source]
  return html`<section>
    <h2>${section.title}</h2>
    <p class="from">From <a href="${source.href}">${source.file}</a>; made again by <code>${source.command}</code></p>
    ${section.blocks.map(blockMarkup)}
  </section>`
}

const costRow = ({ of, promised = {}, T_comp, T_data, what }: Cost): Markup => {
  const cell = (value: string | undefined, bound: string | undefined): Markup => {
    if (value === undefined) return html`–`
    const slack =
      bound === undefined || !(Number(value) > 0) ? "" : `, ${real(Number(bound) / Number(value))} × as much promised`
    return html`${count(value)}${bound === undefined ? "" : html`<br /><small>≤ ${count(bound)}${slack}</small>`}`
  }
  return html`<tr>
    <td>${labelOf(what)} <small>${of}</small></td>
    <td class="number">${cell(T_data, promised.T_data)}</td>
    <td class="number">${cell(T_comp, promised.T_comp)}</td>
  </tr>`
}

const costs = ({ costs: all }: Report): Markup | string =>
  all.length === 0
    ? ""
    : html`<section>
        <h2>What it cost, in both currencies</h2>
        <div class="scroll" tabindex="0" role="region" aria-label="Costs">
          <table class="costs">
            <thead>
              <tr>
                <th scope="col">of</th>
                <th scope="col" class="number">rewards, T_data</th>
                <th scope="col" class="number">draws, T_comp</th>
              </tr>
            </thead>
            <tbody>
              ${all.map(costRow)}
            </tbody>
          </table>
        </div>
      </section>`

const footer = ({ command, sources, suite }: Report): Markup =>
  html`<section>
    <h2>Make it again</h2>
    <div class="made">
      <dl>
        <dt>this page</dt>
        <dd><code>${command}</code>, coverbound ${suite}</dd>
        ${sources.map(
          ({ command: again, file, href, kind, made }) =>
            html`<dt>${kind}</dt>
              <dd><a href="${href}">${file}</a><br /><code>${again}</code><br /><small>${made}</small></dd>`
        )}
      </dl>
    </div>
    <p class="from">
      Theory: D. J. Foster, Z. Mhammedi and D. Rohatgi,
      <i>Is a Good Foundation Necessary for Efficient Reinforcement Learning?</i>, COLT 2025,
      <a href="${REPOSITORY}">arXiv:2503.07453</a>. Names such as T7 are this suite's, for the same results with
      explicit constants.
    </p>
  </section>`

/** The page. */
export const htmlPage = (report: Report): string =>
  htmlDocument({
    title: `${report.title} · coverbound`,
    generator: `coverbound ${report.suite}`,
    eyebrow: `coverbound ${report.suite}`,
    heading: html`<h1>${report.title}</h1>`,
    main: html`<section>
        <h2>What was found</h2>
        ${findingsOf(report, "evidence")}
      </section>
      ${costs(report)}
      <section>${folded(report, "checked")} ${folded(report, "accounting")}</section>
      ${report.sections.map((section) => sectionMarkup(section, report))} ${footer(report)}`,
    script: PAGE_SCRIPT
  }).replace(/\n\s+/g, "\n")
