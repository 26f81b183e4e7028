/** Studies of times against cost models as a part of a report: those of `coverbound scaling`, and those that the benchmarks carry. */
import { fixed } from "../../src/numeric/fixed.ts"
import { VERDICT_MARK } from "../../src/theorem/theorem.ts"
import { dashed, type Dot, type Figure, logAxis } from "../figure.ts"
import { type Block, type Part, slug, type Table } from "../model.ts"
import { between, percent, real } from "../number-format.ts"
import { named, numbers, tableOf, words, written } from "../table.ts"
import type { At } from "./at.ts"
import type { Around } from "./audit.ts"

/** Akaike's criterion past which a rival is all but excluded. */
const EXCLUDED = 10
const FLAT = "flat: over these sizes the time does not depend on it; what lies under the constant cannot be told"

const three = (at: At): string | undefined => at.maybe(({ number }) => fixed(number, 3))

/** What is there of some words. */
const said = (...texts: ReadonlyArray<string | undefined>): string | undefined =>
  texts.filter((text) => text !== undefined).join("; ") || undefined

/** Times against the one size that varies, the model through them, and what was said of larger sizes before they were seen. */
const studyFigure = (at: At, id: string): ReadonlyArray<Figure> => {
  const cases = at.get("cases").list
  const exponents = at.get("exponents").list
  if (exponents.length !== 1 || cases.length === 0) return []
  const [exponent] = exponents
  const variable = exponent.get("variable").text
  const unit = at.get("unit").text
  const xOf = (i: number): number => cases[i].in("sizes", variable).number
  const positive = (points: ReadonlyArray<Dot>): ReadonlyArray<Dot> => points.filter(({ y }) => y > 0)
  const held = at.get("challenge").there ? at.in("challenge", "held").some : []
  const model = positive(at.get("modelled").some.map((one, i) => ({ x: xOf(i), y: one.maybeNumber ?? 0 })))
  const band = held.map((one): Dot => ({
    x: xOf(one.get("row").number),
    y: Number.NaN,
    lower: Math.max(one.get("lower").bound, one.get("time").number / 1e3),
    upper: one.get("upper").bound
  }))
  return [
    {
      id,
      title: at.get("title").text,
      caption: `${unit} against ${variable}${model.length < 2 ? "" : "; dashes: the model, fitted to all"}${band.length < 2 ? "" : "; band: what the model, fitted to the smaller half, said of the larger sizes"}.`,
      alt:
        exponent.get("estimate").maybe(() => {
          const { estimate, lower, upper } = exponent.estimated
          return `Exponent ${fixed(estimate, 3)} ${between(lower, upper, 3)}.`
        }) ?? "Its exponent cannot be told from these sizes.",
      x: logAxis(`${variable} →`),
      y: logAxis(`↑ ${unit}`),
      layers: [
        {
          kind: "dots",
          series: "measured",
          points: cases.map((one, i) => ({ x: xOf(i), y: one.get("time").number }))
        },
        ...(band.length < 2
          ? []
          : [
              { kind: "band" as const, series: "said before", points: band },
              {
                kind: "line" as const,
                series: "said before",
                points: positive(held.map((one) => ({ x: xOf(one.get("row").number), y: one.get("predicted").bound })))
              }
            ]),
        ...dashed(at.get("model").maybeText ?? "model", model)
      ]
    }
  ]
}

const intervalOf = (exponent: At): string | undefined =>
  exponent.get("estimate").maybe(() => between(exponent.get("lower").bound, exponent.get("upper").bound, 3))

/** What a study found, a line each. */
export const studyFindings = (at: At, anchor: string): Part["findings"] => {
  const level = at.get("level").number
  const title = at.get("title").text
  return [
    ...at.get("exponents").list.map((one) => {
      const model = three(one.get("predicted"))
      return {
        nature: "evidence" as const,
        says: `${title}: exponent in ${one.get("variable").text} ${three(one.get("estimate")) ?? "cannot be told"}${model === undefined ? "" : `, of the model ${model}`}`,
        verdict: one.get("verdict").maybeVerdict,
        interval: one.get("estimate").maybe(() => `${percent(1 - level)} ${intervalOf(one)}`),
        level,
        note: said(one.get("why").maybeText, at.get("explanation").maybeText),
        anchor
      }
    }),
    at.get("challenge").maybe((challenge) => ({
      nature: "evidence",
      says: `${title}: what ${at.get("model").text}, fitted on the ${challenge.get("fitted").number} smallest, says of larger sizes${challenge.get("worst").maybe(({ number }) => `; the largest miss is a factor of ${real(number)}`) ?? ""}`,
      verdict: challenge.get("verdict").verdict,
      level,
      note: challenge.get("why").maybeText,
      anchor
    }))
  ]
}

/** What the model, fitted to the smaller half, said of the larger sizes, and what came of it. */
const challengeBlocks = (at: At, challenge: At, id: string, of: string): ReadonlyArray<Block> => {
  const cases = at.get("cases").list
  const verdict = challenge.get("verdict").verdict
  const why = challenge.get("why").maybeText
  const worst = challenge.get("worst").maybe(({ number }) => `; the largest miss is a factor of ${real(number)}`)
  return [
    tableOf(challenge.get("held").some, {
      id,
      title: `${of}Extrapolation: fitted on the ${challenge.get("fitted").number} smallest`,
      name: `${at.get("title").text}: sizes that the model had not seen`,
      columns: [
        words("of", (one) =>
          cases[one.get("row").number]
            .get("sizes")
            .entries.map(([size, value]) => `${size} = ${real(value.number)}`)
            .join(", ")
        ),
        numbers("predicted", (one) => one.get("predicted").bound),
        words("interval of a new time", ({ interval: { lower, upper } }) => between(lower, upper)),
        numbers("measured", (one) => one.get("time").number),
        words("", (one) => {
          const { lower, upper } = one.interval
          const time = one.get("time").number
          return time >= lower && time <= upper ? "within" : { verdict: "refuted", word: "outside" }
        })
      ]
    }),
    {
      kind: "prose",
      text: `${of}Extrapolation: ${VERDICT_MARK[verdict]} ${verdict}${why === undefined ? "" : `, ${why}`}${worst ?? ""}.`
    }
  ]
}

const isExcluded = (rival: At): boolean => (rival.get("behind").maybeNumber ?? 0) > EXCLUDED

/** Why laws that are not excluded cannot be decided: a line a reason. */
const undecidedWhy = (rivals: ReadonlyArray<At>): ReadonlyArray<string> => {
  const open = rivals.filter((one) => !isExcluded(one) && one.get("why").there)
  return [...new Set(open.map((one) => one.get("why").text))].map((why) => {
    const of = open.filter((one) => one.get("why").text === why)
    return `${of.length} undecided: ${why}.`
  })
}

const rivalTable = (rivals: ReadonlyArray<At>, { id, name, title }: Pick<Table, "id" | "name" | "title">): Block => {
  const behind = (one: At): number => one.get("behind").maybeNumber ?? Infinity
  return tableOf(
    rivals.toSorted((a, b) => behind(a) - behind(b)),
    {
      id,
      title,
      name,
      folded: true,
      columns: [
        words("law", (one) => one.get("model").text),
        words("says of larger sizes", (one) =>
          isExcluded(one) ? "all but excluded" : { verdict: one.get("verdict").verdict }
        ),
        numbers("off by, all sizes", (one) =>
          one.get("deviation").maybe(({ number }) => written(`${real(100 * number, 2)} %`, number))
        ),
        numbers("behind the best", (one) => one.get("behind").maybe(({ number }) => written(fixed(number, 1), number))),
        numbers("worst factor above", (one) => one.get("worst").maybeNumber)
      ],
      notes: [
        ...undecidedWhy(rivals),
        `Behind: Akaike's criterion, corrected; past ${EXCLUDED} a law is all but excluded.`
      ]
    }
  )
}

/** Exponents, coefficients, extrapolation and rivals of one study. @param of what it is of, before each title: "gram on wasm: " */
export const studyBlocks = (at: At, prefix: string, of = ""): ReadonlyArray<Block> => {
  const title = at.get("title").text
  const id = `${prefix}${slug(title)}`
  const sure = `${percent(1 - at.get("level").number)} interval`
  return [
    { kind: "figures", figures: studyFigure(at, id) },
    tableOf(at.get("exponents").list, {
      id: `${id}-exponents`,
      title: `${of}Exponents`,
      name: `${title}: exponents`,
      columns: [
        words("in", (one) => one.get("variable").text),
        words("verdict", (one) => one.get("verdict").maybe(({ verdict }) => ({ verdict })) ?? "measured"),
        numbers("measured", (one) => three(one.get("estimate"))),
        named(
          "interval",
          words(sure, (one) => intervalOf(one) ?? "cannot be told")
        ),
        numbers("of the model", (one) => three(one.get("predicted"))),
        numbers("plain power law", (one) => one.get("plain").maybe((plain) => three(plain.get("estimate"))))
      ],
      under: (one) => ({
        note: said(one.get("kind").value === "flat" ? FLAT : undefined, one.get("why").maybeText)
      })
    }),
    tableOf(at.get("coefficients").some, {
      id: `${id}-model`,
      title: `${of}${at.get("model").maybeText ?? ""}`,
      name: `${title}: ${at.get("model").maybeText ?? ""}`,
      columns: [
        words("coefficient", (one) => one.get("name").text),
        numbers("fitted", (one) => one.get("estimate").number),
        named(
          "interval",
          words(sure, ({ interval: { lower, upper } }) => between(lower, upper))
        )
      ]
    }),
    ...(at.get("challenge").maybe((challenge) => challengeBlocks(at, challenge, `${id}-held`, of)) ?? []),
    rivalTable(at.get("rivals").some, {
      id: `${id}-rivals`,
      title: `${of}Rival laws`,
      name: `${title}: rival laws`
    })
  ]
}

export const scalingPart = (at: At, { prefix }: Around): Part => {
  const studies = at.get("studies").list
  return {
    source: { kind: "scaling", command: at.get("command").text, made: `coverbound ${at.get("suite").text}` },
    title: studies.length === 1 ? `How ${studies[0].get("title").text} grows` : "How times grow",
    findings: studies.flatMap((one) => studyFindings(one, `${prefix}${slug(one.get("title").text)}-exponents`)),
    costs: [],
    sections: studies.map((one) => ({ title: one.get("title").text, blocks: studyBlocks(one, prefix) }))
  }
}
