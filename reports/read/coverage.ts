/** coverage.json as a part of a report: pass@k, the coverage profile and C_cov of each source, and where two cross. */
import type { Figure, Layer } from "../figure.ts"
import type { Part } from "../model.ts"
import { count, real } from "../number-format.ts"
import type { At } from "./at.ts"
import { quoted } from "../shell-argument.ts"
import type { Around } from "./audit.ts"

/** Sources by what tells them apart: options that all share are left out. */
const shortNames = (names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const options = names.map((name) => name.split(/[:,]/))
  const own = options.map((all) => all.filter((option) => !options.every((other) => other.includes(option))))
  return names.map((name, i) => {
    const short = own[i].join(", ").replace(/^checkpoint=/, "")
    return short === "" || new Set(own.map((o) => o.join())).size < names.length
      ? (name.split("/").at(-1) ?? name)
      : short
  })
}

const passFigure = (sources: ReadonlyArray<At>, names: ReadonlyArray<string>, id: string, level: number): Figure => ({
  id,
  title: "pass@k",
  caption: `The chance that one of k draws is right, mean over prompts; bands hold for all k at once at level ${real(level)}.`,
  alt: sources
    .map((one, i) => {
      const pass = one.get("pass").list
      const last = pass[pass.length - 1]
      return `${names[i]}: ${real(pass[0].get("estimate").maybe(({ number }) => number) ?? 0)} at k = 1, between ${real(last.get("lower").number)} and ${real(last.get("upper").number)} at k = ${last.get("k").number}`
    })
    .join("; "),
  x: { label: "draws, k →", scale: "log" },
  y: { label: "↑ pass@k", scale: "linear", domain: [0, 1] },
  layers: sources.flatMap((one, i): ReadonlyArray<Layer> => {
    const points = one.get("pass").list.map((p) => ({
      x: p.get("k").number,
      y: p.get("estimate").maybe(({ number }) => number) ?? Number.NaN,
      lower: p.get("lower").number,
      upper: p.get("upper").number
    }))
    const known = points.filter(({ y }) => !Number.isNaN(y))
    return [
      { kind: "band", series: names[i], points },
      { kind: "line", series: names[i], points: known.map(({ x, y }) => ({ x, y })) },
      { kind: "dots", series: names[i], small: true, points: known.map(({ x, y }) => ({ x, y })) }
    ]
  })
})

const profileFigure = (sources: ReadonlyArray<At>, names: ReadonlyArray<string>, id: string): Figure => ({
  id,
  title: "Coverage profile",
  caption: "The share of prompts that need more than M draws for a right answer.",
  alt: sources
    .map(
      (one, i) =>
        `${names[i]} leaves ${real(one.get("profile").list.at(-1)?.get("estimate").number ?? 0)} of its prompts beyond the largest M`
    )
    .join("; "),
  x: { label: "draws, M →", scale: "log" },
  y: { label: "↑ share of prompts", scale: "linear", domain: [0, 1] },
  layers: sources.flatMap((one, i): ReadonlyArray<Layer> => {
    const points = one.get("profile").list.map((p) => ({
      x: p.get("M").number,
      y: p.get("estimate").number,
      lower: p.get("lower").number,
      upper: p.get("upper").number
    }))
    return [
      { kind: "band", series: names[i], points },
      { kind: "line", series: names[i], points: points.map(({ x, y }) => ({ x, y })) },
      { kind: "dots", series: names[i], small: true, points: points.map(({ x, y }) => ({ x, y })) }
    ]
  })
})

/** C_cov of each source in the order given, such as checkpoints along a training. */
const alongFigure = (sources: ReadonlyArray<At>, names: ReadonlyArray<string>, id: string): Figure => ({
  id,
  title: "Coverage, source by source",
  caption: "C_cov of the optimal policy, exact where the law is known, else its interval.",
  alt: sources.map((one, i) => `${names[i]}: ${real(one.in("coverage", "lower").number)}`).join("; "),
  x: { label: "C_cov →", scale: "log" },
  y: { label: "source", scale: "category", categories: names },
  layers: [
    {
      kind: "dots",
      series: "C_cov",
      points: sources.map((one, i) => {
        const coverage = one.get("coverage")
        const [lower, upper] = [coverage.get("lower").number, coverage.get("upper").number]
        return { x: coverage.get("estimate").maybe(({ number }) => number) ?? lower, y: i, lower, upper }
      })
    }
  ]
})

/** What the call was told, or took by default: other values give another record. */
const OPTIONS = [
  ["level", "level"],
  ["k", "k"],
  ["beta", "beta"],
  ["d", "dimension"],
  ["eps", "epsilon"],
  ["delta", "delta"],
  ["success", "success"]
] as const
/** What the user stated of the samples. */
const STATED = [
  ["temperature", "temperature"],
  ["top-p", "topP"],
  ["top-k", "topK"]
] as const

const options = (at: At): string => {
  const sampling = at.get("sampling")
  return [
    ...OPTIONS.map(([option, field]) => `--${option} ${at.get(field).number}`),
    ...STATED.flatMap(([option, field]) =>
      sampling.there && sampling.get(field).there ? [`--${option} ${sampling.get(field).number}`] : []
    ),
    ...(sampling.there && sampling.get("repeats").there ? [`--repeats ${sampling.get("repeats").text}`] : [])
  ].join(" ")
}

export const coveragePart = (at: At, { prefix }: Around): Part => {
  const sources = at.get("populations").list
  const full = sources.map((one) => one.get("name").text)
  const names = shortNames(full)
  const level = at.get("level").number
  const exact = (one: At): boolean => one.get("known").value === "exact"
  const command = `coverbound coverage ${sources.map((one, i) => (exact(one) ? quoted(full[i]) : `--samples ${quoted(full[i])}`)).join(" ")} ${options(at)}`
  return {
    source: {
      kind: "coverage",
      command,
      made: `coverbound ${at.get("suite").text}, β = ${real(at.get("beta").number)} R`
    },
    title:
      sources.length === 1
        ? `How well ${names[0]} covers what is right`
        : `How well ${sources.length} models cover what is right`,
    findings: [
      ...sources.map((one, i) => {
        const coverage = one.get("coverage")
        return {
          nature: exact(one) ? ("checked" as const) : ("evidence" as const),
          says: `${names[i]}: C_cov ${exact(one) ? "is" : coverage.get("onlyLower").value === true ? "is at least" : "is about"} ${real(coverage.get("estimate").maybe(({ number }) => number) ?? coverage.get("lower").number)}, pass@1 ${real(
            one
              .get("pass")
              .list[0].get("estimate")
              .maybe(({ number }) => number) ?? Number.NaN
          )}`,
          verdict: undefined,
          ...(exact(one)
            ? { level: 0 }
            : {
                interval: `C_cov in [${real(coverage.get("lower").number)}, ${real(coverage.get("upper").number)}]`,
                level
              }),
          anchor: `${prefix}along`
        }
      }),
      ...at.get("crossings").some.map((one) => ({
        nature: "evidence" as const,
        says: `pass@k of ${names[full.indexOf(one.get("a").text)]} and ${names[full.indexOf(one.get("b").text)]}: ${full.reduce((text, name, i) => text.replaceAll(name, names[i]), one.get("says").text)}`,
        verdict: one.get("verdict").value === "undecided" ? ("undecided" as const) : undefined,
        level,
        anchor: `${prefix}pass`
      }))
    ],
    costs: sources.flatMap((one, i) =>
      one.get("costs").some.map((cost) => ({
        what: cost.get("algorithm").text,
        of: `predicted on ${names[i]}, at the least coverage it may have`,
        T_data: cost.in("T_data", "least").count,
        T_comp: cost.in("T_comp", "least").count
      }))
    ),
    sections: [
      {
        title: "Coverage",
        blocks: [
          {
            kind: "figures",
            figures: [
              passFigure(sources, names, `${prefix}pass`, level),
              profileFigure(sources, names, `${prefix}profile`),
              alongFigure(sources, names, `${prefix}along`)
            ]
          },
          {
            kind: "table",
            id: `${prefix}sources`,
            title: "Sources",
            heads: [
              { text: "source" },
              { text: "law" },
              { text: "prompts", number: true },
              { text: "draws", number: true },
              { text: "C_cov", number: true }
            ],
            rows: sources.map((one, i) => ({
              cells: [
                { text: full[i], code: true },
                one.get("known").text,
                one.get("prompts").number,
                exact(one) ? undefined : { text: count(one.get("draws").number), sort: one.get("draws").number },
                `${real(one.in("coverage", "lower").number)}${exact(one) ? "" : ` … ${real(one.in("coverage", "upper").number)}`}`
              ],
              note: one
                .get("notes")
                .some.map(({ text }) => text)
                .join(". ")
            }))
          }
        ]
      }
    ]
  }
}
