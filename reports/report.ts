/** The report: one self-contained HTML page, a pure function of its data. No script, nothing fetched. */
import { type Markup, html, Markup as Raw } from "./html.ts"
import { checkpointSection } from "./checkpoint-section.ts"
import { labelOf } from "./names.ts"
import { count, percentOf, real } from "./number-format.ts"
import { curvesPlot, scalingPlot } from "./plots.ts"
import type { Curves, Headline, ReportData, Scaling, Writing } from "./report-data.ts"
import { STYLE } from "./style.ts"
import { auditTable, slopeTable } from "./verdict-tables.ts"

const rank = (algorithm: string): string => (algorithm === "spanner-sampling" ? "first" : "second")

const share = (target: number, range: number): string => `${real(target / range)} R`

const lede = ({ target, rewardRange, rewardQueries }: Headline): Markup => {
  const parts = rewardQueries.map(
    ({ algorithm, queries }, i) =>
      html`${i === 0 ? "" : "; "}<span class="${rank(algorithm)}"
          >${labelOf(algorithm)}${algorithm === "passive" ? " exploration" : ""}</span
        >
        asked for <b>${count(Math.round(queries))}</b> rewards${i === 0 ? " on average" : ""}`
  )
  return html`<p class="lede">
    To come within ${share(target, rewardRange)} of the best policy on English sentences, ${parts}. Both drew from the
    same small language model and were paid the same noisy rewards.
  </p>`
}

const scalingSection = (scaling: Scaling): Markup =>
  html`<section>
    <h2>What coverage costs, and in which currency</h2>
    <p>
      On RareGood one response in C is worth finding, so the coverage of the optimal policy grows with C. Theory says
      SpannerSampling pays for coverage in draws from the base model, which are cheap, and not in rewards, which are
      not; passive exploration rewards every draw and must pay in both.
    </p>
    <div class="figures">
      <figure>
        ${scalingPlot(scaling, "T_data")}
        <figcaption>
          <b>Rewards.</b> ${scaling.setting} Dots are runs, lines their means, dashes the predicted slopes.
        </figcaption>
      </figure>
      <figure>
        ${scalingPlot(scaling, "T_comp")}
        <figcaption><b>Draws.</b> The same runs. No weak-oracle learner can do better than slope one (L1).</figcaption>
      </figure>
    </div>
    ${slopeTable(scaling)}
  </section>`

const curvesSection = (all: ReadonlyArray<Curves>): Markup =>
  html`<section>
    <h2>Suboptimality against rewards</h2>
    <p>
      How far the policy in hand is from the best one, J* − J(π), after so many reward queries. Every line is one seeded
      run, evaluated against the instance's exact optimum.
    </p>
    <div class="figures">
      ${all.map(
        (curves) =>
          html`<figure>
            ${curvesPlot(curves)}
            <figcaption><b>${curves.title}.</b> ${curves.caption}</figcaption>
          </figure>`
      )}
    </div>
  </section>`

const continuation = (who: string, rewardRange: number) => (one: Writing["openings"][number]["learned"][number]) =>
  html`<li>
    <span class="reward ${who}"
      >${one.meanReward.toFixed(2)}<i style="width:${percentOf(one.meanReward, rewardRange)}"></i></span
    ><span>${one.text}</span>
  </li>`

const writingSection = (writing: Writing): Markup =>
  html`<section>
    <h2>What it found</h2>
    <p>
      Real sentence openings, continued. The reward likes a sentence that ends on a delightful word, which the base
      model writes about once in a thousand. The learned policy is the base model, tilted: each of its continuations
      below was chosen by SoftmaxSampler among about ${count(Number(writing.drawsPerContinuation.toPrecision(2)))}
      draws. Numbers are mean rewards, of at most ${real(writing.rewardRange)}.
    </p>
    <div class="openings">
      ${writing.openings.map(
        ({ opening, reference, learned }) =>
          html`<div class="opening">
            <h3>${opening} …</h3>
            <h4>base model</h4>
            <ol>
              ${reference.map(continuation("second", writing.rewardRange))}
            </ol>
            <h4 class="first">after SpannerSampling</h4>
            <ol>
              ${learned.map(continuation("first", writing.rewardRange))}
            </ol>
          </div>`
      )}
    </div>
  </section>`

const verdictSection = ({ audits }: ReportData): Markup =>
  html`<section>
    <h2>Each theorem, clause by clause</h2>
    <p>
      A deterministic clause is <i>supported</i> when it held on every run and <i>refuted</i> when it failed on one. A
      clause about probabilities is judged over independent trials and may stay <i>undecided</i>; its level is the
      chance that the verdict is wrong.
    </p>
    ${audits.map(auditTable)}
  </section>`

const footer = ({ audits, command, node, seed, version }: ReportData): Markup =>
  html`<section>
    <h2>Make it again</h2>
    <div class="made">
      <dl>
        <dt>command</dt>
        <dd><code>${command}</code></dd>
        <dt>seed</dt>
        <dd>${seed}; the same seed gives this page again, byte for byte</dd>
        <dt>made with</dt>
        <dd>coverbound ${version}, Node ${node}</dd>
        ${audits.map(
          (audit) =>
            html`<dt>${audit.title}</dt>
              <dd>
                <code>${audit.command}</code><br />
                <small
                  >its runs: <a href="${audit.record}">${audit.record}</a>; instance <code>${audit.instance}</code>,
                  sha-256 <code>${audit.digest}</code></small
                >
              </dd>`
        )}
      </dl>
    </div>
    <p class="narrow" style="margin-top:1.4rem">
      <small
        >Theory: D. J. Foster, Z. Mhammedi and D. Rohatgi,
        <i
          >Is a Good Foundation Necessary for Efficient Reinforcement Learning? The Computational Role of the Base Model
          in Exploration</i
        >, COLT 2025, <a href="https://arxiv.org/abs/2503.07453">arXiv:2503.07453</a>. Numbers such as T7 are this
        suite's, for the same results with explicit constants.</small
      >
    </p>
  </section>`

/** The page. */
export const report = (data: ReportData): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>coverbound: what exploration paid</title>
        <style>
          ${new Raw(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <header>
            <p class="eyebrow">coverbound ${data.version}</p>
            <h1>Exploration pays for coverage. In draws, or in rewards?</h1>
            ${lede(data.headline)}
          </header>
          ${checkpointSection(data.checkpoints)} ${writingSection(data.writing)} ${scalingSection(data.scaling)}
          ${curvesSection(data.curves)} ${verdictSection(data)} ${footer(data)}
        </main>
      </body>
    </html> `.text
