/** demo.json as a part of a report: a model along its training, what it wrote, and what coverage costs. */
import { fixed } from "../../src/numeric/fixed.ts"
import { type Figure, type Layer, thinned } from "../figure.ts"
import type { Block, Part, Table } from "../model.ts"
import { labelOf } from "../names.ts"
import { count, percent, real } from "../number-format.ts"
import type { At } from "./at.ts"
import type { Around } from "./audit.ts"
import { costsOf, sweepCosts, sweepFigures, sweepFindings, sweptOf } from "./sweep.ts"

const RUN_POINTS = 60

const meanCell = (at: At) =>
  at.there
    ? {
        text: `${count(Math.round(at.get("mean").number))}${at.get("half").there ? ` ± ${count(Math.ceil(at.get("half").number))}` : ""}`,
        sort: at.get("mean").number
      }
    : "not reached"

const checkpointTable = (title: string, rows: ReadonlyArray<At>, id: string): Table => {
  const algorithms = rows[0].get("costs").list.map((one) => one.get("algorithm").text)
  return {
    kind: "table",
    id,
    title,
    heads: [
      { text: "tokens of training" },
      { text: "p(right)", number: true },
      { text: "C_cov", number: true },
      ...algorithms.map((name) => ({ text: `rewards, ${labelOf(name)}`, number: true as const })),
      ...algorithms.map((name) => ({ text: `draws, ${labelOf(name)}`, number: true as const }))
    ],
    rows: rows.map((row) => ({
      cells: [
        row.get("checkpoint").text,
        row.get("right").number,
        row.get("coverage").number,
        ...row.get("costs").list.map((one) => meanCell(one.get("T_data"))),
        ...row.get("costs").list.map((one) => meanCell(one.get("T_comp")))
      ]
    }))
  }
}

/** Queries of each algorithm against exact coverage, a dot a checkpoint and stratum. */
const checkpointFigure = (
  rows: ReadonlyArray<At>,
  quantity: "T_data" | "T_comp",
  id: string,
  exponents: string
): Figure => {
  const algorithms = rows[0].get("costs").list.map((one) => one.get("algorithm").text)
  const what = quantity === "T_data" ? "rewards" : "draws"
  return {
    id,
    title: `${quantity === "T_data" ? "Rewards" : "Draws"} along the checkpoints`,
    caption: `Means over runs with half of a 95 % interval, at each checkpoint and set of questions, against the exact coverage there.`,
    alt: exponents,
    x: { label: "coverage C_cov →", scale: "log" },
    y: { label: `↑ ${what}, ${quantity}`, scale: "log" },
    layers: algorithms.map((algorithm): Layer => ({
      kind: "dots",
      series: algorithm,
      points: rows.flatMap((row) => {
        const cost = row
          .get("costs")
          .list.find((one) => one.get("algorithm").text === algorithm)!
          .get(quantity)
        if (!cost.there) return []
        const mean = cost.get("mean").number
        const half = cost.get("half").maybe(({ number }) => number)
        return [
          {
            x: row.get("coverage").number,
            y: mean,
            ...(half === undefined ? {} : { lower: Math.max(1, mean - half), upper: mean + half }),
            note: `${row.get("checkpoint").text} tokens, ${row.get("stratum").text}`
          }
        ]
      })
    }))
  }
}

const checkpointBlocks = (at: At, prefix: string): ReadonlyArray<Block> => {
  const rows = at.get("rows").list
  const strata = [...new Set(rows.map((row) => row.get("stratum").text))]
  const exponents = at
    .get("exponents")
    .list.map(
      (one) =>
        `${labelOf(one.get("algorithm").text)} ${one.get("quantity").text} ${fixed(one.get("estimate").number, 2)} [${fixed(one.get("lower").number, 2)}, ${fixed(one.get("upper").number, 2)}]`
    )
  const says = exponents.length === 0 ? "" : `Exponents in C_cov over all checkpoints, 95 %: ${exponents.join("; ")}.`
  return [
    {
      kind: "prose",
      text: `One small transformer at ${new Set(rows.map((row) => row.get("checkpoint").text)).size} moments of its training on arithmetic answers questions it has not seen; an answer is paid for when it is right. Its law of answers is enumerated, so coverage is exact. Queries until the policy is within ${real(at.get("target").number)} R of the best one, means of ${at.get("trials").number} runs. ${says}`
    },
    {
      kind: "figures",
      figures: (["T_data", "T_comp"] as const).map((quantity) =>
        checkpointFigure(rows, quantity, `${prefix}checkpoints-${quantity === "T_data" ? "rewards" : "draws"}`, says)
      )
    },
    ...strata.map((title, i) =>
      checkpointTable(
        title,
        rows.filter((row) => row.get("stratum").text === title),
        `${prefix}checkpoints-${i}`
      )
    ),
    {
      kind: "table",
      id: `${prefix}answers`,
      title: `What it answers after ${at.get("shown").text} tokens, and with SpannerSampling's policy`,
      heads: [
        { text: "question" },
        { text: "likeliest wrong answer" },
        { text: "right" },
        { text: "p(right) before", number: true },
        { text: "after", number: true }
      ],
      rows: at.get("answers").list.map((one) => ({
        cells: [
          one.get("question").text,
          one.get("wrong").text,
          one.get("right").text,
          { text: percent(one.get("reference").number), sort: one.get("reference").number },
          { text: percent(one.get("learned").number), sort: one.get("learned").number }
        ]
      }))
    }
  ]
}

const curveFigure = (at: At, id: string): Figure => {
  const start = at.get("start").number
  const runs = at.get("runs").list.map((run) => ({
    algorithm: run.get("algorithm").text,
    points: run
      .get("points")
      .list.map((one) => ({ x: one.get("rewardQueries").number, y: one.get("suboptimality").number }))
      .filter(({ x, y }) => x > 0 && y > 0)
  }))
  const slope = at.get("predictedSlope").maybe(({ number }) => number)
  const falling = runs
    .filter(({ algorithm }) => algorithm === runs[0].algorithm)
    .flatMap(({ points }) => points.filter(({ y }) => y < start / 2))
  const middle = (pick: "x" | "y") => Math.exp(falling.reduce((sum, p) => sum + Math.log(p[pick]), 0) / falling.length)
  const [x0, y0] = falling.length === 0 ? [1, 1] : [middle("x"), middle("y")]
  return {
    id,
    title: at.get("title").text,
    caption: at.get("caption").text,
    alt: `${runs.length} runs fall from the base model's ${real(start)}; the target is ${real(at.get("target").number)}.`,
    x: { label: "rewards, T_data →", scale: "log" },
    y: { label: "↑ suboptimality J* − J(π)", scale: "log" },
    layers: [
      ...runs.map(({ algorithm, points }): Layer => ({
        kind: "line",
        series: algorithm,
        as: "run",
        points: thinned(points, RUN_POINTS)
      })),
      { kind: "rule", axis: "y", label: "base model", at: start },
      { kind: "rule", axis: "y", label: "target", at: at.get("target").number },
      ...(slope === undefined || falling.length < 2
        ? []
        : [
            {
              kind: "line" as const,
              series: `slope ${slope}`,
              as: "prediction" as const,
              points: [Math.min(...falling.map(({ x }) => x)), Math.max(...falling.map(({ x }) => x))].map((x) => ({
                x,
                y: y0 * (x / x0) ** slope
              }))
            }
          ])
    ]
  }
}

export const demoPart = (at: At, { prefix }: Around): Part => {
  const swept = sweptOf(at.get("sweep"))
  const headline = at.get("headline")
  const writing = at.get("writing")
  const most = writing.get("rewardRange").number
  const lines = (list: At) =>
    list.list.map((one) => ({ text: one.get("text").text, reward: one.get("meanReward").number }))
  const paid = headline
    .get("rewardQueries")
    .list.map(
      (one) => `${labelOf(one.get("algorithm").text)} asked for ${count(Math.round(one.get("queries").number))} rewards`
    )
  return {
    source: {
      kind: "demo",
      command: at.get("command").text,
      made: `coverbound ${at.get("suite").text}, Node ${at.get("node").text}, seed ${at.get("seed").number}; the same seed gives it again`
    },
    title: "Exploration pays for coverage. In draws, or in rewards?",
    findings: [
      {
        nature: "evidence",
        says: `To come within ${real(headline.get("target").number / headline.get("rewardRange").number)} R of the best policy on English sentences, ${paid.join("; ")}, on average`,
        verdict: undefined,
        anchor: `${prefix}english`
      },
      ...sweepFindings(swept, `${prefix}t-data`),
      ...at.in("checkpoints", "exponents").list.map((one) => ({
        nature: "evidence" as const,
        says: `${labelOf(one.get("algorithm").text)} along the checkpoints: ${one.get("quantity").text} grows as C_cov to the ${fixed(one.get("estimate").number, 2)}`,
        verdict: undefined,
        interval: `${real(100 * (1 - one.get("level").number))} % [${fixed(one.get("lower").number, 2)}, ${fixed(one.get("upper").number, 2)}]`,
        level: one.get("level").number,
        anchor: `${prefix}checkpoints-0`
      }))
    ],
    costs: costsOf(swept),
    sections: [
      {
        title: "Is a good foundation necessary? A transformer along its training",
        blocks: checkpointBlocks(at.get("checkpoints"), prefix)
      },
      {
        title: "What it found",
        blocks: [
          {
            kind: "prose",
            text: `Real sentence openings, continued. The reward likes a sentence that ends on a delightful word, which the base model writes about once in a thousand. The learned policy is the base model, tilted: each of its continuations was chosen by SoftmaxSampler among about ${count(Number(writing.get("drawsPerContinuation").number.toPrecision(2)))} draws. Numbers are mean rewards, of at most ${real(most)}.`
          },
          {
            kind: "writing",
            most,
            openings: writing.get("openings").list.map((one) => ({
              opening: one.get("opening").text,
              columns: [
                { who: "base model", lines: lines(one.get("reference")) },
                { who: "after SpannerSampling", lines: lines(one.get("learned")) }
              ]
            }))
          }
        ]
      },
      {
        title: "What coverage costs, and in which currency",
        blocks: [
          {
            kind: "prose",
            text: "On RareGood one response in C is worth finding, so the coverage of the optimal policy grows with C. Theory says SpannerSampling pays for coverage in draws from the base model, which are cheap, and not in rewards, which are not; passive exploration rewards every draw and must pay in both."
          },
          { kind: "figures", figures: sweepFigures(swept, prefix) },
          sweepCosts(swept, `${prefix}costs`)
        ]
      },
      {
        title: "Suboptimality against rewards",
        blocks: [
          {
            kind: "figures",
            figures: at
              .get("curves")
              .list.map((one, i) => curveFigure(one, i === 0 ? `${prefix}english` : `${prefix}curve-${i}`))
          }
        ]
      }
    ]
  }
}
