/** coverage.json as a part of a report: pass@k, the coverage profile and C_cov of each source, and where two cross. */
import { type Figure, type Layer, logAxis, shareAxis } from "../figure.ts"
import type { Block, Part, Table } from "../model.ts"
import { between, count, percent, real } from "../number-format.ts"
import { callOf, quoted } from "../shell-argument.ts"
import { named, numbers, tableOf, words, written } from "../table.ts"
import type { At } from "./at.ts"
import type { Around } from "./audit.ts"

interface Source {
  readonly at: At
  /** As the call had it. */
  readonly full: string
  /** What tells it from the others. */
  readonly name: string
  /** Over a column: its name, or a letter. */
  readonly label: string
}

const isExact = ({ at }: Source): boolean => at.get("known").value === "exact"

/** Paths without the folders that all of them begin with. */
const withoutShared = (names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const steps = names.map((name) => name.split("/"))
  const shared = steps[0].findIndex((step, i) => steps.some((all) => i === all.length - 1 || all[i] !== step))
  return steps.map((all) => all.slice(shared).join("/"))
}

/** Sources by what tells them apart: folders and options that all share are left out. */
const shortNames = (full: ReadonlyArray<string>): ReadonlyArray<string> => {
  const names = withoutShared(full)
  const options = names.map((name) => name.split(/[:,]/))
  const own = options.map((all) => all.filter((option) => !options.every((other) => other.includes(option))))
  return names.map((name, i) => {
    const short = own[i].join(", ").replace(/^checkpoint=/, "")
    const asGiven = short === "" || own[i].length === options[i].length
    return asGiven || new Set(own.map((o) => o.join())).size < names.length ? name : short
  })
}

/** A band with what is known of the line in it, a source; `along` is what varies. */
const bands = (sources: ReadonlyArray<Source>, list: "pass" | "profile", along: "k" | "M"): ReadonlyArray<Layer> =>
  sources.flatMap(({ at, name }): ReadonlyArray<Layer> => {
    const points = at.get(list).list.map((one) => ({
      x: one.get(along).number,
      y: one.get("estimate").maybeNumber ?? Number.NaN,
      ...one.interval
    }))
    const known = points.filter(({ y }) => !Number.isNaN(y)).map(({ x, y }) => ({ x, y }))
    return [
      { kind: "band", series: name, points },
      { kind: "line", series: name, points: known },
      { kind: "dots", series: name, small: true, points: known }
    ]
  })

const passFigure = (sources: ReadonlyArray<Source>, id: string, level: number): Figure => ({
  id,
  title: "pass@k",
  caption: `The chance that one of k draws is right, mean over prompts; bands hold for all k at once at level ${real(level)}.`,
  alt: sources
    .map(({ at, name }) => {
      const pass = at.get("pass").list
      const last = pass[pass.length - 1]
      const { lower, upper } = last.interval
      return `${name}: ${real(pass[0].get("estimate").maybeNumber ?? 0)} at k = 1, between ${real(lower)} and ${real(upper)} at k = ${last.get("k").number}`
    })
    .join("; "),
  x: logAxis("draws, k →"),
  y: shareAxis("↑ pass@k"),
  layers: bands(sources, "pass", "k")
})

const profileFigure = (sources: ReadonlyArray<Source>, id: string): Figure => ({
  id,
  title: "Coverage profile",
  caption: "The share of prompts that need more than M draws for a right answer.",
  alt: sources
    .map(
      ({ at, name }) =>
        `${name} leaves ${real(at.get("profile").list.at(-1)?.get("estimate").number ?? 0)} of its prompts beyond the largest M`
    )
    .join("; "),
  x: logAxis("draws, M →"),
  y: shareAxis("↑ share of prompts"),
  layers: bands(sources, "profile", "M")
})

/** C_cov of each source in the order given, such as checkpoints along a training. */
const alongFigure = (sources: ReadonlyArray<Source>, id: string): Figure => ({
  id,
  title: "Coverage, source by source",
  caption: "C_cov of the optimal policy, exact where the law is known, else its interval.",
  alt: sources.map(({ at, name }) => `${name}: ${real(at.in("coverage", "lower").bound)}`).join("; "),
  x: logAxis("C_cov →"),
  y: { label: "source", scale: "category", categories: sources.map(({ name }) => name) },
  layers: [
    {
      kind: "dots",
      series: "C_cov",
      points: sources.map(({ at }, i) => {
        const { lower, upper } = at.get("coverage").interval
        return { x: at.in("coverage", "estimate").maybeNumber ?? lower, y: i, lower, upper }
      })
    }
  ]
})

/** An estimate, and where it is one, its interval. */
const boundText = (at: At): string => {
  const { lower, upper } = at.interval
  if (at.get("onlyLower").value === true) return `≥ ${real(lower)}`
  const estimate = at.get("estimate").maybe(({ number }) => real(number)) ?? "–"
  return lower === upper ? estimate : `${estimate} ${between(lower, upper)}`
}

/** A cost at the least coverage that a source may have, and at the most. */
const rangeText = (at: At): string => {
  const [least, most] = [count(at.get("least").count), at.get("most").maybe(({ count: value }) => count(value))]
  return most === undefined ? `≥ ${least}` : least === most ? least : `${least} – ${most}`
}

/** Rows by what varies, a column a source. */
const bySource = (
  sources: ReadonlyArray<Source>,
  rows: ReadonlyArray<{ readonly name: string; readonly cell: (at: At) => string }>,
  { id, name, title }: Pick<Table, "id" | "name" | "title">
): Block =>
  tableOf(rows, {
    id,
    name,
    title,
    columns: [
      words("", ({ name }) => name),
      ...sources.map(({ at, full, label }) =>
        named(
          full,
          numbers(label, ({ cell }: (typeof rows)[number]) => cell(at))
        )
      )
    ]
  })

/** pass@k, the coverage profile, C_cov and what exploring would cost: every number of every source. */
const numbersOf = (at: At, sources: ReadonlyArray<Source>, prefix: string): ReadonlyArray<Block> => {
  const [first] = sources
  const sure = sources.every(isExact)
    ? ""
    : `; [ ] hold all at once for a source, ${percent(1 - at.get("level").number)}`
  const rows = (list: "pass" | "profile", along: "k" | "M") =>
    first.at.get(list).list.map((one, i) => ({
      name: `${along} = ${count(one.get(along).number)}`,
      cell: (source: At) => boundText(source.get(list).list[i])
    }))
  const costs = first.at.get("costs").some.flatMap((one, i) =>
    (["T_data", "T_comp"] as const).map((currency) => ({
      name: `${one.get("algorithm").text} ${currency}`,
      cell: (source: At) => rangeText(source.get("costs").list[i].get(currency))
    }))
  )
  return [
    bySource(sources, rows("pass", "k"), {
      id: `${prefix}pass-numbers`,
      name: "pass@k",
      title: `pass@k, mean over the prompts given${sure}`
    }),
    bySource(sources, rows("profile", "M"), {
      id: `${prefix}profile-numbers`,
      name: "coverage profile",
      title: "Coverage profile: share of prompts with 1/p(right) > M"
    }),
    bySource(sources, [{ name: "C_cov", cell: (source) => boundText(source.get("coverage")) }], {
      id: `${prefix}coverage-numbers`,
      name: "C_cov",
      title: `C_cov of the optimal policy of a 0/1 reward, β = ${real(at.get("beta").number)} R`
    }),
    bySource(sources, costs, {
      id: `${prefix}cost-numbers`,
      name: "cost of exploring",
      title: `What exploring sets aside at that C_cov: d = ${at.get("dimension").number}, ε = ${real(at.get("epsilon").number)} R, δ = ${real(at.get("delta").number)}, practical parameters`
    })
  ]
}

/** Prompts whose draws bound their coverage from below alone. */
const openNote = ({ at, label }: Source): ReadonlyArray<Block> => {
  const open = at.in("coverage", "byPrompt").some.filter((one) => one.get("onlyLower").value === true).length
  const text = `${label}: ${open} of ${at.get("prompts").number} prompts saw no success: their draws give only a lower bound on C_x, and so on C_cov; from above there is the trivial e^{R/β} = ${real(at.in("coverage", "upper").bound)}.`
  return open === 0 ? [] : [{ kind: "prose", text }]
}

/** What the call was told, or took by default, as other values give another record; and what the user stated of the samples. */
const options = (at: At) => {
  const stated = (field: string): At | undefined => at.get("sampling").maybe((sampling) => sampling.get(field))
  return {
    level: at.get("level").number,
    k: at.get("k").number,
    beta: at.get("beta").number,
    d: at.get("dimension").number,
    eps: at.get("epsilon").number,
    delta: at.get("delta").number,
    success: at.get("success").number,
    temperature: stated("temperature")?.maybeNumber,
    "top-p": stated("topP")?.maybeNumber,
    "top-k": stated("topK")?.maybeNumber,
    repeats: stated("repeats")?.maybeText
  }
}

/** Past as many letters a source's name is too long to stand over a column. */
const LONGEST = 12

/** A, B, C … for sources whose names are long. */
const letterOf = (i: number): string => String.fromCharCode(65 + (i % 26))

export const coveragePart = (at: At, { prefix }: Around): Part => {
  const all = at.get("populations").list
  const full = all.map((one) => one.get("name").text)
  const names = shortNames(full)
  const lettered = names.some((name) => name.length > LONGEST)
  const sources = all.map((one, i): Source => ({
    at: one,
    full: full[i],
    name: names[i],
    label: lettered ? letterOf(i) : names[i]
  }))
  const sourceOf = (given: string): Source => sources[full.indexOf(given)]
  /** Where a letter stands for it, both: the letters' table is further down. */
  const introduced = (given: string): string => {
    const { label, name } = sourceOf(given)
    return label === name ? name : `${label} (${name})`
  }
  const level = at.get("level").number
  const named = sources.map((one) => `${isExact(one) ? "" : "--samples "}${quoted(one.full)}`)
  return {
    source: {
      kind: "coverage",
      command: callOf(`coverage ${named.join(" ")}`, options(at)),
      made: `coverbound ${at.get("suite").text}, β = ${real(at.get("beta").number)} R`
    },
    title:
      sources.length === 1
        ? `How well ${names[0]} covers what is right`
        : `How well ${sources.length} models cover what is right`,
    findings: [
      ...sources.map((one) => {
        const coverage = one.at.get("coverage")
        const { lower, upper } = coverage.interval
        const how = isExact(one) ? "is" : coverage.get("onlyLower").value === true ? "is at least" : "is about"
        return {
          nature: isExact(one) ? ("checked" as const) : ("evidence" as const),
          says: `${one.name}: C_cov ${how} ${real(coverage.get("estimate").maybeNumber ?? lower)}, pass@1 ${real(one.at.get("pass").list[0].get("estimate").maybeNumber ?? Number.NaN)}`,
          verdict: undefined,
          ...(isExact(one) ? { level: 0 } : { interval: `C_cov in ${between(lower, upper)}`, level }),
          anchor: `${prefix}along`
        }
      }),
      ...at.get("crossings").some.map((one) => {
        const [a, b] = [one.get("a").text, one.get("b").text]
        const found = sources.reduce((text, { full, label }) => text.replaceAll(full, label), one.get("says").text)
        return {
          nature: "evidence" as const,
          says: `pass@k of ${introduced(a)} and ${introduced(b)}: ${found}`,
          answers: {
            question: "Do the pass@k curves cross?",
            with: `${sourceOf(a).label}, ${sourceOf(b).label}: ${found}`
          },
          verdict: one.get("verdict").value === "undecided" ? ("undecided" as const) : undefined,
          level,
          anchor: `${prefix}pass`
        }
      })
    ],
    costs: sources.flatMap((one) =>
      one.at.get("costs").some.map((cost) => ({
        what: cost.get("algorithm").text,
        of: `predicted on ${one.name}, at the least coverage it may have`,
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
              passFigure(sources, `${prefix}pass`, level),
              profileFigure(sources, `${prefix}profile`),
              alongFigure(sources, `${prefix}along`)
            ]
          },
          tableOf(sources, {
            id: `${prefix}sources`,
            title: "Sources",
            columns: [
              words("", ({ label }) => label),
              words("source", (one) => ({ text: one.full, code: true })),
              words("law", (one) => one.at.get("known").text),
              numbers("prompts", (one) => one.at.get("prompts").number),
              numbers("draws", (one) => {
                const draws = one.at.get("draws").number
                return isExact(one) ? undefined : written(count(draws), draws)
              }),
              numbers("C_cov", (one) => boundText(one.at.get("coverage")))
            ],
            under: (one) => ({
              name: one.full,
              note:
                one.at
                  .get("notes")
                  .some.map(({ text }) => text)
                  .join(". ") || undefined
            })
          }),
          ...sources.flatMap(openNote),
          ...numbersOf(at, sources, prefix)
        ]
      }
    ]
  }
}
