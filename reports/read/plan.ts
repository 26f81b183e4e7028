/** An audit on all there is (`coverbound audit ./my.ts`), its run.json, as a part of a report. */
import { fixed } from "../../src/numeric/fixed.ts"
import type { Figure, Layer } from "../figure.ts"
import { type Cell, type Finding, type Part, RELATION, slackOf } from "../model.ts"
import { labelOf } from "../names.ts"
import { count, quantity, real } from "../number-format.ts"
import { quoted } from "../shell-argument.ts"
import type { At } from "./at.ts"
import { type Around, madeAt } from "./audit.ts"

/** What the algorithm and the built-in ones paid on the same instances: the plane of both currencies. */
const planeFigure = (at: At, id: string): Figure | undefined => {
  const own = at.get("algorithm").text
  const layers = new Map<string, Array<{ readonly x: number; readonly y: number; readonly note: string }>>()
  const put = (who: string, paid: At, spec: string): void => {
    if (!paid.there || typeof paid.value === "string") return
    const [x, y] = [paid.get("data").number, paid.get("computation").number]
    if (!(x > 0) || !(y > 0)) return
    const list = layers.get(who) ?? []
    if (!list.some((one) => one.note === spec)) list.push({ x, y, note: spec })
    layers.set(who, list)
  }
  for (const rival of at.get("standing").some)
    for (const point of rival.get("points").some) {
      put(own, point.get("own"), point.get("spec").text)
      put(rival.get("other").text, point.get("other"), point.get("spec").text)
    }
  if (layers.size === 0) return undefined
  return {
    id,
    title: "Data and computation",
    caption: "Queries to the same suboptimality on the same instances, geometric means over runs; a dot an instance.",
    alt: [...layers.entries()]
      .map(
        ([who, points]) =>
          `${labelOf(who)}: ${points.map(({ x, y }) => `${real(x)} rewards and ${real(y)} draws`).join(", ")}`
      )
      .join("; "),
    x: { label: "rewards, T_data →", scale: "log" },
    y: { label: "↑ draws, T_comp", scale: "log" },
    layers: [...layers.entries()].map(([series, points]): Layer => ({ kind: "dots", series, points }))
  }
}

const exponentCells = (one: At): ReadonlyArray<Cell> => {
  const fit = one.get("fit")
  const predicted = one.get("predicted")
  return [
    `${one.get("quantity").text} in ${one.get("of").text}`,
    one.get("stands").maybe(({ text }) => text) ?? "measured",
    fit.maybe((f) => fixed(f.get("estimate").number, 2)),
    fit.maybe((f) => `[${fixed(f.get("lower").number, 2)}, ${fixed(f.get("upper").number, 2)}]`),
    predicted.maybe((p) => `≤ ${real(p.get("exponent").number)} (${p.get("by").text})`)
  ]
}

/** Whether a finding is that a claim or a law was refuted. */
const tells = (finding: At, name: string): boolean =>
  finding.get("where").text === `law ${name}` || finding.get("what").text.startsWith(`${name} refuted`)

export const planPart = (at: At, { prefix }: Around): Part => {
  const algorithm = at.get("algorithm").text
  const claims = at.get("claims").list
  const laws = at.get("laws").list
  const plane = planeFigure(at, `${prefix}plane`)
  const exponents = at.get("exponents").some
  const command = `coverbound audit ${/[./\\]/.test(algorithm) ? algorithm : `${quoted(algorithm)} --instance all`} --seed ${at.get("seed").number} --level ${at.get("level").number}`
  const refuted = [
    ...claims.map((one) => ({ name: `${one.get("id").text} ${one.get("part").text}`, one })),
    ...laws.map((one) => ({ name: one.get("id").text, one }))
  ].flatMap(({ name, one }) => (one.get("verdict").value === "refuted" ? [name] : []))
  const findings: ReadonlyArray<Omit<Finding, "source">> = [
    // What refutes a claim or a law stands with it.
    ...at
      .get("findings")
      .list.filter((one) => !refuted.some((name) => tells(one, name)))
      .map((one) => ({
        nature: "evidence" as const,
        says: one.get("what").text,
        verdict: "refuted" as const,
        interval: `in ${one.get("where").text}`
      })),
    ...claims.map((one) => {
      const verdict = one.get("verdict").verdict
      const replay = one.get("replay").maybe(({ text }) => text)
      return {
        nature: one.get("nature").nature,
        says: `${one.get("id").text} ${one.get("part").text}: ${quantity(one.get("measured").quantity)}, promised ${RELATION[one.get("relation").relation]} ${quantity(one.get("bound").quantity)}`,
        verdict,
        level: one.get("level").number,
        ...(verdict === "supported" ? {} : { note: one.get("note").text }),
        ...(replay === undefined || verdict === "supported" ? {} : { replay }),
        anchor: `${prefix}claims`
      }
    }),
    ...laws.map((one) => ({
      nature: one.get("level").number > 0 ? ("evidence" as const) : ("checked" as const),
      says: `law ${one.get("id").text}: ${one.get("title").text}`,
      verdict: one.get("verdict").verdict,
      level: one.get("level").number,
      ...(one.get("verdict").value === "supported" ? {} : { note: one.get("note").text }),
      anchor: `${prefix}laws`
    }))
  ]
  return {
    source: { kind: "audit on all there is", command, made: madeAt(at) },
    title: `${labelOf(algorithm)}, held against all there is`,
    findings,
    costs: [],
    sections: [
      {
        title: `${labelOf(algorithm)}: ${count(at.get("runs").number)} runs on ${at.get("cases").list.length} cases`,
        blocks: [
          ...(plane === undefined ? [] : [{ kind: "figures" as const, figures: [plane] }]),
          {
            kind: "table",
            id: `${prefix}claims`,
            title: "Claims, the worst of their cases",
            heads: [
              { text: "claim" },
              { text: "verdict" },
              { text: "rests on" },
              { text: "level", number: true },
              { text: "measured", number: true },
              { text: "promised", number: true },
              { text: "slack", number: true }
            ],
            rows: claims.map((one) => {
              const [measured, relation, bound] = [
                one.get("measured").quantity,
                one.get("relation").relation,
                one.get("bound").quantity
              ]
              const level = one.get("level").number
              const replay = one.get("replay").maybe(({ text }) => text)
              return {
                cells: [
                  `${one.get("id").text} ${one.get("part").text}`,
                  { verdict: one.get("verdict").verdict },
                  one.get("nature").text,
                  level === 0 ? "exact" : level,
                  quantity(measured),
                  `${RELATION[relation]} ${quantity(bound)}`,
                  slackOf(measured, relation, bound)
                ],
                note: `${one.get("note").text}${replay === undefined ? "" : ` · ${replay}`}`
              }
            })
          },
          {
            kind: "table",
            id: `${prefix}laws`,
            title: "Laws of its program",
            heads: [{ text: "law" }, { text: "verdict" }, { text: "level", number: true }, { text: "what must hold" }],
            rows: laws.map((one) => ({
              cells: [
                one.get("id").text,
                { verdict: one.get("verdict").verdict },
                one.get("level").number === 0 ? "exact" : one.get("level").number,
                one.get("title").text
              ],
              ...(one.get("verdict").value === "supported" ? {} : { note: one.get("note").text })
            }))
          },
          ...(exponents.length === 0
            ? []
            : [
                {
                  kind: "table" as const,
                  id: `${prefix}exponents`,
                  title: "Exponents",
                  heads: [
                    { text: "of" },
                    { text: "stands" },
                    { text: "measured", number: true as const },
                    { text: "interval" },
                    { text: "predicted" }
                  ],
                  rows: exponents.map((one) => ({ cells: exponentCells(one) }))
                }
              ]),
          {
            kind: "table",
            id: `${prefix}cases`,
            title: "Every case",
            folded: true,
            heads: [
              { text: "case" },
              { text: "instance" },
              { text: "trials that failed", number: true },
              { text: "why it is there" }
            ],
            rows: at.get("cases").list.map((one) => ({
              cells: [
                one.get("id").text,
                { text: one.get("spec").text, code: true },
                one.get("failures").some.length,
                one.get("why").text
              ],
              note: one.get("replay").text
            }))
          }
        ]
      }
    ]
  }
}
