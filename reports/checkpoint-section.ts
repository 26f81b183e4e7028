/** The checkpoints' part of the report: a table for each stratum, the exponents, and what is answered. */
import { html, type Markup } from "./html.ts"
import { labelOf } from "./names.ts"
import { count, percent, real } from "./number-format.ts"
import type { CheckpointRow, CheckpointStudy, MeanCount } from "./report-data.ts"

const cell = (one: MeanCount | undefined): string =>
  one === undefined
    ? "not reached"
    : `${count(Math.round(one.mean))}${one.half === undefined ? "" : ` ± ${count(Math.ceil(one.half))}`}`

const stratumTable = (title: string, rows: ReadonlyArray<CheckpointRow>): Markup =>
  html`<h3>${title}</h3>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>tokens of training</th>
            <th class="number">p(right)</th>
            <th class="number">C_cov</th>
            ${rows[0].costs.map(({ algorithm }) => html`<th class="number">rewards, ${labelOf(algorithm)}</th>`)}
            ${rows[0].costs.map(({ algorithm }) => html`<th class="number">draws, ${labelOf(algorithm)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ checkpoint, costs, coverage, right }) =>
              html`<tr>
                <td>${checkpoint}</td>
                <td class="number">${real(right, 2)}</td>
                <td class="number">${real(coverage)}</td>
                ${costs.map(({ T_data }) => html`<td class="number">${cell(T_data)}</td>`)}
                ${costs.map(({ T_comp }) => html`<td class="number">${cell(T_comp)}</td>`)}
              </tr>`
          )}
        </tbody>
      </table>
    </div>`

export const checkpointSection = ({ answers, exponents, rows, shown, target, trials }: CheckpointStudy): Markup =>
  html`<section>
    <h2>Is a good foundation necessary? A transformer along its training</h2>
    <p>
      One small transformer at ${new Set(rows.map(({ checkpoint }) => checkpoint)).size} moments of its training on
      arithmetic answers questions it has not seen; an answer is paid for when it is right. Its law of answers is
      enumerated, so coverage is exact. Queries until the policy is within ${real(target)} R of the best one: means of
      ${trials} runs, ± half of a 95 % interval.
    </p>
    ${[...new Set(rows.map(({ stratum }) => stratum))].map((title) =>
      stratumTable(
        title,
        rows.filter(({ stratum }) => stratum === title)
      )
    )}
    ${
      exponents.length === 0
        ? ""
        : html`<p>
            Exponents in C_cov over all of these:
            ${exponents
              .map(
                ({ algorithm, estimate, level, lower, quantity, upper }) =>
                  `${labelOf(algorithm)} ${quantity} ${estimate.toFixed(2)} (${lower.toFixed(2)} … ${upper.toFixed(2)}, ${real(100 * (1 - level))} %)`
              )
              .join("; ")}.
          </p>`
    }
    <h3>What it answers after ${shown} tokens, and with SpannerSampling's policy</h3>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>question</th>
            <th>likeliest wrong answer</th>
            <th>right</th>
            <th class="number">p(right) before</th>
            <th class="number">after</th>
          </tr>
        </thead>
        <tbody>
          ${answers.map(
            ({ learned, question, reference, right, wrong }) =>
              html`<tr>
                <td>${question}</td>
                <td>${wrong}</td>
                <td>${right}</td>
                <td class="number">${percent(reference)}</td>
                <td class="number">${percent(learned)}</td>
              </tr>`
          )}
        </tbody>
      </table>
    </div>
  </section>`
