/** A report as one HTML page: nothing is fetched, and everything is there without its script, which only sorts tables, changes the theme and saves data. */
import { html, Markup } from "./html.ts"
import { htmlDocument } from "./html-document.ts"
import { type Finding, levelText, type Report, type Section } from "./model.ts"
import { blockMarkup } from "./page-blocks.ts"
import { PAGE_SCRIPT } from "./page-script.ts"
import { gridMarkup, verdictMark } from "./page-table.ts"
import { costTable } from "./table.ts"
import type { Nature } from "../src/theorem/theorem.ts"

const REPOSITORY = "https://arxiv.org/abs/2503.07453"

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

const WHAT: Readonly<Record<Nature, string>> = {
  evidence: "could have come out otherwise",
  checked: "recomputed on the runs",
  accounting: "holds by construction"
}

const findingsOf = ({ findings, sources }: Report, nature: Nature): Markup | string => {
  const own = findings.filter((one) => one.nature === nature)
  if (own.length === 0) return nature === "evidence" ? html`<p>Nothing here could have come out otherwise.</p>` : ""
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

const sectionMarkup = (section: Section, { sources }: Report): Markup => {
  const source = sources[section.source]
  return html`<section>
    <h2>${section.title}</h2>
    <p class="from">From <a href="${source.href}">${source.file}</a>; made again by <code>${source.command}</code></p>
    ${section.blocks.map(blockMarkup)}
  </section>`
}

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
      ${
        report.costs.length === 0
          ? ""
          : html`<section>
              <h2>What it cost, in both currencies</h2>
              ${gridMarkup(costTable(report.costs))}
            </section>`
      }
      <section>${folded(report, "checked")} ${folded(report, "accounting")}</section>
      ${report.sections.map((section) => sectionMarkup(section, report))} ${footer(report)}`,
    script: PAGE_SCRIPT
  }).replace(/\n\s+/g, "\n")
