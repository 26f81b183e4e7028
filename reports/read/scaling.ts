/** Studies of times against cost models as a part of a report: those of `coverbound scaling`, and those that the benchmarks carry. */
import type { Dot, Figure, Layer } from "../figure.ts"
import { type Block, type Cell, type Part, slug } from "../model.ts"
import { real } from "../number-format.ts"
import type { At } from "./at.ts"
import type { Around } from "./audit.ts"

const three = (value: number): string => value.toFixed(3)

const maybeNumber = (at: At): number | undefined => at.maybe(({ number }) => number)

/** Times against the one size that varies, the model through them, and what was said of larger sizes before they were seen. */
export const studyFigure = (at: At, id: string): Figure | undefined => {
  const cases = at.get("cases").list.map((one) => ({
    sizes: one.get("sizes").entries.map(([name, value]) => [name, value.number] as const),
    time: one.get("time").number
  }))
  const exponents = at.get("exponents").list
  if (exponents.length !== 1 || cases.length === 0) return undefined
  const [exponent] = exponents
  const variable = exponent.get("variable").text
  const xOf = (i: number): number => cases[i].sizes.find(([name]) => name === variable)![1]
  const modelled = at.get("modelled").some.map(maybeNumber)
  const held = at.get("challenge").there ? at.in("challenge", "held").some : []
  const line = modelled.flatMap((y, i): ReadonlyArray<Dot> => (y === undefined || y <= 0 ? [] : [{ x: xOf(i), y }]))
  const band = held.map((one): Dot => ({
    x: xOf(one.get("row").number),
    y: Number.NaN,
    lower: Math.max(one.get("lower").number, one.get("time").number / 1e3),
    upper: one.get("upper").number
  }))
  const estimate = maybeNumber(exponent.get("estimate"))
  const layers: ReadonlyArray<Layer> = [
    { kind: "dots", series: "measured", points: cases.map(({ time }, i) => ({ x: xOf(i), y: time })) },
    ...(band.length < 2 ? [] : [{ kind: "band" as const, series: "said before", points: band }]),
    ...(held.length < 2
      ? []
      : [
          {
            kind: "line" as const,
            series: "said before",
            points: held.flatMap((one) => {
              const y = one.get("predicted").number
              return y > 0 ? [{ x: xOf(one.get("row").number), y }] : []
            })
          }
        ]),
    ...(line.length < 2
      ? []
      : [
          {
            kind: "line" as const,
            series: at.get("model").maybe(({ text }) => text) ?? "model",
            as: "prediction" as const,
            points: line
          }
        ])
  ]
  return {
    id,
    title: at.get("title").text,
    caption: `${at.get("unit").text} against ${variable}${line.length < 2 ? "" : "; dashes: the model, fitted to all"}${band.length < 2 ? "" : "; band: what the model, fitted to the smaller half, said of the larger sizes"}.`,
    alt:
      estimate === undefined
        ? "Its exponent cannot be told from these sizes."
        : `Exponent ${three(estimate)} [${three(exponent.get("lower").number)}, ${three(exponent.get("upper").number)}].`,
    x: { label: `${variable} →`, scale: "log" },
    y: { label: `↑ ${at.get("unit").text}`, scale: "log" },
    layers
  }
}

const exponentText = (exponent: At): string => {
  const estimate = maybeNumber(exponent.get("estimate"))
  const predicted = maybeNumber(exponent.get("predicted"))
  return `exponent in ${exponent.get("variable").text} ${estimate === undefined ? "cannot be told" : three(estimate)}${predicted === undefined ? "" : `, of the model ${three(predicted)}`}`
}

/** What a study found, a line each. */
export const studyFindings = (at: At, anchor: string): Part["findings"] => {
  const level = at.get("level").number
  const title = at.get("title").text
  const explanation = at.get("explanation").maybe(({ text }) => text)
  const challenge = at.get("challenge")
  return [
    ...at.get("exponents").list.map((one) => {
      const why = one.get("why").maybe(({ text }) => text)
      const note = [why, explanation].filter((text) => text !== undefined).join("; ")
      return {
        nature: "evidence" as const,
        says: `${title}: ${exponentText(one)}`,
        verdict: one.get("verdict").maybe(({ verdict }) => verdict),
        ...(one.get("estimate").there
          ? {
              interval: `${real(100 * (1 - level))} % [${three(one.get("lower").number)}, ${three(one.get("upper").number)}]`
            }
          : {}),
        level,
        ...(note === "" ? {} : { note }),
        anchor
      }
    }),
    ...(challenge.there
      ? [
          {
            nature: "evidence" as const,
            says: `${title}: what ${at.get("model").text}, fitted on the ${challenge.get("fitted").number} smallest, says of larger sizes${challenge.get("worst").there ? `; the largest miss is a factor of ${real(challenge.get("worst").number)}` : ""}`,
            verdict: challenge.get("verdict").verdict,
            level,
            ...(challenge.get("why").there ? { note: challenge.get("why").text } : {}),
            anchor
          }
        ]
      : [])
  ]
}

const EXCLUDED = 10

/** Coefficients, extrapolation and rivals of one study. */
export const studyBlocks = (at: At, prefix: string): ReadonlyArray<Block> => {
  const title = at.get("title").text
  const name = slug(title)
  const figure = studyFigure(at, `${prefix}${name}`)
  const coefficients = at.get("coefficients").some
  const rivals = at.get("rivals").some
  const challenge = at.get("challenge")
  const held = challenge.there ? challenge.get("held").some : []
  const cases = at.get("cases").list
  const sizeOf = (row: number): string =>
    cases[row]
      .get("sizes")
      .entries.map(([size, value]) => `${size} = ${real(value.number)}`)
      .join(", ")
  const exponents = at.get("exponents").list
  return [
    ...(figure === undefined ? [] : [{ kind: "figures" as const, figures: [figure] }]),
    {
      kind: "table",
      id: `${prefix}${name}-exponents`,
      title: `${title}: exponents`,
      heads: [
        { text: "in" },
        { text: "verdict" },
        { text: "measured", number: true },
        { text: "interval" },
        { text: "of the model", number: true },
        { text: "plain power law", number: true }
      ],
      rows: exponents.map((one) => {
        const verdict = one.get("verdict").maybe((v) => v.verdict)
        const note = [
          one.get("kind").value === "flat" ? "flat: over these sizes the time does not depend on it" : undefined,
          one.get("why").maybe(({ text }) => text)
        ].filter((text) => text !== undefined)
        return {
          cells: [
            one.get("variable").text,
            verdict === undefined ? "measured" : { verdict },
            one.get("estimate").maybe(({ number }) => three(number)),
            one.get("estimate").there
              ? `[${three(one.get("lower").number)}, ${three(one.get("upper").number)}]`
              : "cannot be told",
            one.get("predicted").maybe(({ number }) => three(number)),
            one.get("plain").maybe((plain) => three(plain.get("estimate").number))
          ],
          ...(note.length === 0 ? {} : { note: note.join("; ") })
        }
      })
    },
    ...(coefficients.length === 0
      ? []
      : [
          {
            kind: "table" as const,
            id: `${prefix}${name}-model`,
            title: `${title}: ${at.get("model").text}`,
            heads: [{ text: "coefficient" }, { text: "fitted", number: true as const }, { text: "interval" }],
            rows: coefficients.map((one) => ({
              cells: [
                one.get("name").text,
                one.get("estimate").number,
                `[${real(one.get("lower").number)}, ${real(one.get("upper").number)}]`
              ]
            }))
          }
        ]),
    ...(held.length === 0
      ? []
      : [
          {
            kind: "table" as const,
            id: `${prefix}${name}-held`,
            title: `${title}: sizes that the model had not seen`,
            heads: [
              { text: "size" },
              { text: "predicted", number: true as const },
              { text: "interval of a new time" },
              { text: "measured", number: true as const },
              { text: "" }
            ],
            rows: held.map((one) => {
              const [lower, time, upper] = [one.get("lower").number, one.get("time").number, one.get("upper").number]
              const within: Cell = time >= lower && time <= upper ? "within" : "outside"
              return {
                cells: [
                  sizeOf(one.get("row").number),
                  one.get("predicted").number,
                  `[${real(lower)}, ${real(upper)}]`,
                  time,
                  within
                ]
              }
            })
          }
        ]),
    ...(rivals.length === 0
      ? []
      : [
          {
            kind: "table" as const,
            id: `${prefix}${name}-rivals`,
            title: `${title}: rival laws`,
            folded: true as const,
            heads: [
              { text: "law" },
              { text: "says of larger sizes" },
              { text: "off by, all sizes", number: true as const },
              { text: "behind the best", number: true as const },
              { text: "worst factor above", number: true as const }
            ],
            rows: rivals
              .toSorted(
                (a, b) => (maybeNumber(a.get("behind")) ?? Infinity) - (maybeNumber(b.get("behind")) ?? Infinity)
              )
              .map((one) => {
                const behind = maybeNumber(one.get("behind"))
                const said: Cell =
                  behind !== undefined && behind > EXCLUDED
                    ? "all but excluded"
                    : { verdict: one.get("verdict").verdict }
                return {
                  cells: [
                    one.get("model").text,
                    said,
                    one.get("deviation").maybe(({ number }) => `${real(100 * number, 2)} %`),
                    behind,
                    maybeNumber(one.get("worst"))
                  ]
                }
              }),
            notes: [`Behind: Akaike's criterion, corrected; past ${EXCLUDED} a law is all but excluded.`]
          }
        ])
  ]
}

export const scalingPart = (at: At, { prefix }: Around): Part => {
  const studies = at.get("studies").list
  return {
    source: { kind: "scaling", command: at.get("command").text, made: `coverbound ${at.get("suite").text}` },
    title: studies.length === 1 ? `How ${studies[0].get("title").text} grows` : "How times grow",
    findings: studies.flatMap((one) => studyFindings(one, `${prefix}${slug(one.get("title").text)}`)),
    costs: [],
    sections: studies.map((one) => ({ title: one.get("title").text, blocks: studyBlocks(one, prefix) }))
  }
}
