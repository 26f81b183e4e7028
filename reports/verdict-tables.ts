/** The tables of a report: slopes beside predictions, and a verdict for every clause of every theorem. */
import {
  byNature,
  type Judgement,
  standingOf,
  tallyByNature,
  type Verdict,
  VERDICT_MARK
} from "../src/theorem/theorem.ts"
import { html, type Markup } from "./html.ts"
import { labelOf } from "./names.ts"
import { count, quantity, real } from "./number-format.ts"
import type { AuditSummary, Scaling } from "./report-data.ts"

const verdictCell = (verdict: Verdict, word: string = verdict): Markup =>
  html`<span class="verdict ${verdict}">${VERDICT_MARK[verdict]} ${word}</span>`

const signed = (value: number): string => {
  const text = Math.abs(value).toFixed(3)
  return value < 0 && Number(text) !== 0 ? `−${text}` : text
}

/** Measured exponents in C_cov, their intervals, and what theory predicts. */
export const slopeTable = ({ slopes }: Scaling): Markup =>
  html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>exponent in C_cov</th>
          <th></th>
          <th class="number">measured</th>
          <th>interval</th>
          <th class="number">predicted</th>
          <th>verdict</th>
        </tr>
      </thead>
      <tbody>
        ${slopes.map(
          (slope) =>
            html`<tr>
              <td>${labelOf(slope.algorithm)}</td>
              <td>${slope.quantity}</td>
              <td class="number">${signed(slope.estimate)}</td>
              <td>
                ${signed(slope.lower)} … ${signed(slope.upper)}
                <span class="muted">(${real(100 * (1 - slope.level))} %)</span>
              </td>
              <td class="number">
                ${slope.predicted === undefined ? "–" : `${real(slope.predicted)} ± ${real(slope.margin ?? 0)}`}
              </td>
              <td>${slope.verdict === undefined ? "–" : verdictCell(slope.verdict)}</td>
            </tr>`
        )}
      </tbody>
    </table>
  </div>`

const RELATION = { "<=": "≤", ">=": "≥", "=": "=" } as const

const levelOf = ({ level, verdict }: Judgement): string =>
  level > 0 ? real(level) : verdict === "undecided" ? "–" : "exact"

const clause = (one: Judgement): Markup =>
  html`<tr>
      <td>${one.theorem} ${one.part}</td>
      <td>${verdictCell(one.verdict, standingOf(one))}</td>
      <td class="number">${quantity(one.measured)}</td>
      <td class="number">${RELATION[one.relation]} ${quantity(one.bound)}</td>
      <td>${levelOf(one)}</td>
    </tr>
    ${
      one.verdict === "supported"
        ? ""
        : html`<tr class="note">
            <td colspan="5">${one.note}</td>
          </tr>`
    }`

const WHAT = {
  evidence: "evidence: could have come out otherwise",
  checked: "checked: recomputed on the runs",
  accounting: "accounting: holds by construction"
} as const

/** One audit: its setting, and a row for every clause, those that could have failed first. */
export const auditTable = (audit: AuditSummary): Markup =>
  html`<div class="caption">
      ${audit.title}
      <small
        >${audit.setting}. Worst of ${audit.trials}: suboptimality ${real(audit.worstSuboptimality)} (base model
        ${real(audit.referenceSuboptimality)}), ${count(audit.rewardQueries)} rewards, ${count(audit.samplingQueries)}
        draws. Verdicts: ${tallyByNature(audit.judgements)}.</small
      >
    </div>
    <div class="scroll">
      <table class="clauses">
        <thead>
          <tr>
            <th>clause</th>
            <th>verdict</th>
            <th class="number">measured</th>
            <th class="number">promised</th>
            <th>level</th>
          </tr>
        </thead>
        <tbody>
          ${byNature(audit.judgements).map(
            ({ nature, of }) =>
              html`<tr class="nature">
                  <th colspan="5">${WHAT[nature]}</th>
                </tr>
                ${of.map(clause)}`
          )}
        </tbody>
      </table>
    </div>`
