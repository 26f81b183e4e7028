/** demo.json as a part of a report: a model along its training, what it wrote, and what coverage costs. */
import { fixed } from "../../src/numeric/fixed.ts"
import { dashed, type Dot, type Figure, type Layer, logAxis, thinned } from "../figure.ts"
import type { Block, Cell, Part, Table } from "../model.ts"
import { labelOf, shortLabelOf } from "../names.ts"
import { between, compact, count, percent, real, sureBetween } from "../number-format.ts"
import { named, numbers, tableOf, words, written } from "../table.ts"
import type { At } from "./at.ts"
import type { Around } from "./audit.ts"
import { CURRENCIES, type Currency } from "./currency.ts"
import { costsOf, type Paid, paidTable, slopeTable, sweepFigures, sweepFindings, sweepPaid, sweptOf } from "./sweep.ts"

const RUN_POINTS = 60

const meanText = (mean: number, half: number | undefined): string =>
  `${compact(mean)}${half === undefined ? "" : `±${compact(Math.ceil(half), 1e4, 1)}`}`

const meanCell = (at: At): Cell =>
  at.maybe((one) => {
    const mean = one.get("mean").number
    return written(meanText(mean, one.get("half").maybeNumber), mean)
  }) ?? "not reached"

/** Whether draws are told beside rewards: not where every draw is rewarded. */
const drawsApart = (cost: At): boolean =>
  cost.get("T_comp").maybe((one) => one.get("mean").number) !==
  cost.get("T_data").maybe((one) => one.get("mean").number)

const checkpointTable = (title: string, rows: ReadonlyArray<At>, id: string): Table => {
  const costs = rows[0].get("costs").list.map((one, j) => ({ one, j, algorithm: one.get("algorithm").text }))
  const columns = (what: string, of: typeof costs, currency: "T_data" | "T_comp") =>
    of.map(({ algorithm, j }) =>
      named(
        `${what}, ${labelOf(algorithm)}`,
        numbers(`${what}: ${shortLabelOf(algorithm)}`, (row: At) => meanCell(row.get("costs").list[j].get(currency)))
      )
    )
  return tableOf(rows, {
    id,
    title,
    columns: [
      words("tokens", (row) => row.get("checkpoint").text),
      numbers("p(right)", (row) => written(real(row.get("right").number, 2), row.get("right").number)),
      numbers("C_cov", (row) => row.get("coverage").number),
      ...columns("rewards", costs, "T_data"),
      ...columns(
        "draws",
        costs.filter(({ one }) => drawsApart(one)),
        "T_comp"
      )
    ]
  })
}

/** Queries of each algorithm against exact coverage, a dot a checkpoint and stratum. */
const checkpointFigure = (
  rows: ReadonlyArray<At>,
  { name, title, what }: Currency,
  id: string,
  exponents: string
): Figure => {
  const algorithms = rows[0].get("costs").list.map((one) => one.get("algorithm").text)
  return {
    id,
    title: `${title} along the checkpoints`,
    caption: `Means over runs with half of a 95 % interval, at each checkpoint and set of questions, against the exact coverage there.`,
    alt: exponents,
    x: logAxis("coverage C_cov →"),
    y: logAxis(`↑ ${what}, ${name}`),
    layers: algorithms.map((algorithm, j): Layer => ({
      kind: "dots",
      series: algorithm,
      points: rows.flatMap((row): ReadonlyArray<Dot> => {
        const cost = row.get("costs").list[j].get(name)
        if (!cost.there) return []
        const mean = cost.get("mean").number
        const half = cost.get("half").maybeNumber
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

const percentCell = (share: number): Cell => written(percent(share), share)

const checkpointBlocks = (at: At, prefix: string): ReadonlyArray<Block> => {
  const rows = at.get("rows").list
  const strata = [...new Set(rows.map((row) => row.get("stratum").text))]
  const exponents = at.get("exponents").list.map((one) => {
    const { estimate, lower, upper } = one.estimated
    return `${labelOf(one.get("algorithm").text)} ${one.get("quantity").text} ${fixed(estimate, 2)} ${between(lower, upper, 2)}`
  })
  const says = exponents.length === 0 ? "" : `Exponents in C_cov over all checkpoints, 95 %: ${exponents.join("; ")}.`
  return [
    {
      kind: "prose",
      text: `One small transformer at ${new Set(rows.map((row) => row.get("checkpoint").text)).size} moments of its training on arithmetic answers questions it has not seen; an answer is paid for when it is right. Its law of answers is enumerated, so coverage is exact. Queries until the policy is within ${real(at.get("target").number)} R of the best one, means of ${at.get("trials").number} runs, ± half a 95 % interval. ${says}`
    },
    {
      kind: "figures",
      figures: CURRENCIES.map((currency) =>
        checkpointFigure(rows, currency, `${prefix}checkpoints-${currency.what}`, says)
      )
    },
    ...strata.map((title, i) =>
      checkpointTable(
        title,
        rows.filter((row) => row.get("stratum").text === title),
        `${prefix}checkpoints-${i}`
      )
    ),
    tableOf(at.get("answers").list, {
      id: `${prefix}answers`,
      title: `What it answers after ${at.get("shown").text} tokens, and with SpannerSampling's policy`,
      columns: [
        words("question", (one) => one.get("question").text),
        words("likeliest wrong answer", (one) => one.get("wrong").text),
        words("right", (one) => one.get("right").text),
        numbers("p(right) before", (one) => percentCell(one.get("reference").number)),
        numbers("after", (one) => percentCell(one.get("learned").number))
      ]
    })
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
  const slope = at.get("predictedSlope").maybeNumber
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
    x: logAxis("rewards, T_data →"),
    y: logAxis("↑ suboptimality J* − J(π)"),
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
        : dashed(
            `slope ${slope}`,
            [Math.min(...falling.map(({ x }) => x)), Math.max(...falling.map(({ x }) => x))].map((x) => ({
              x,
              y: y0 * (x / x0) ** slope
            }))
          ))
    ]
  }
}

/** What each run on English paid; undefined where one did not get there. Records before November 2026 have the means alone. */
const englishPaid = (headline: At): ReadonlyArray<Paid> =>
  headline.get("paid").some.map((one) => {
    const counts = (currency: "T_data" | "T_comp") => one.get(currency).maybe(({ list }) => list.map((n) => n.number))
    return {
      where: written("English", 0),
      algorithm: one.get("algorithm").text,
      T_data: counts("T_data"),
      T_comp: counts("T_comp")
    }
  })

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
      ...at.in("checkpoints", "exponents").list.map((one) => {
        const { estimate, lower, upper } = one.estimated
        const level = one.get("level").number
        return {
          nature: "evidence" as const,
          says: `${labelOf(one.get("algorithm").text)} along the checkpoints: ${one.get("quantity").text} grows as C_cov to the ${fixed(estimate, 2)}`,
          verdict: undefined,
          interval: sureBetween(level, lower, upper, 2),
          level,
          anchor: `${prefix}checkpoints-0`
        }
      })
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
          slopeTable(swept, `${prefix}slopes`),
          paidTable([...englishPaid(headline), ...sweepPaid(swept)], `${prefix}costs`)
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
