/** An audit on all there is (`coverbound audit ./my.ts`), its run.json, as a part of a report. */
import { fixed } from "../../src/numeric/fixed.ts"
import { type Dot, type Figure, logAxis } from "../figure.ts"
import { type Block, type Cell, type Part, slackOf } from "../model.ts"
import { labelOf } from "../names.ts"
import { between, count, real } from "../number-format.ts"
import { auditCall } from "../audit-call.ts"
import { heldText, named, numbers, tableOf, words } from "../table.ts"
import type { At } from "./at.ts"
import { type Around, limitsAt, madeAt } from "./audit.ts"
import { heldAt, JUDGED, LEVEL, VERDICT, verdictAt } from "./judged.ts"

/** What the algorithm and the built-in ones paid on the same instances: the plane of both currencies. */
const planeFigure = (at: At, id: string): ReadonlyArray<Figure> => {
  const own = at.get("algorithm").text
  const layers = new Map<string, Array<Dot>>()
  const put = (who: string, paid: At, note: string): void => {
    if (!paid.there || typeof paid.value === "string") return
    const [x, y] = [paid.get("data").number, paid.get("computation").number]
    if (!(x > 0) || !(y > 0)) return
    const list = layers.get(who) ?? []
    if (!list.some((one) => one.note === note)) list.push({ x, y, note })
    layers.set(who, list)
  }
  for (const rival of at.get("standing").some)
    for (const point of rival.get("points").some) {
      put(own, point.get("own"), point.get("spec").text)
      put(rival.get("other").text, point.get("other"), point.get("spec").text)
    }
  if (layers.size === 0) return []
  return [
    {
      id,
      title: "Data and computation",
      caption: "Queries to the same suboptimality on the same instances, geometric means over runs; a dot an instance.",
      alt: [...layers]
        .map(
          ([who, points]) =>
            `${labelOf(who)}: ${points.map(({ x, y }) => `${real(x)} rewards and ${real(y)} draws`).join(", ")}`
        )
        .join("; "),
      x: logAxis("rewards, T_data →"),
      y: logAxis("↑ draws, T_comp"),
      layers: [...layers].map(([series, points]) => ({ kind: "dots", series, points }))
    }
  ]
}

const clauseName = (one: At): string => `${one.get("id").text} ${one.get("part").text}`

/** Whether a finding is that a claim or a law was refuted. */
const tells = (finding: At, name: string): boolean =>
  finding.get("where").text === `law ${name}` || finding.get("what").text.startsWith(`${name} refuted`)

/** How an exponent lies to what is promised. No verdict on the promise, which bounds whole runs. */
const STANDS: Readonly<Record<string, Cell>> = {
  within: { verdict: "supported", word: "within" },
  above: { verdict: "undecided", word: "above" },
  open: { verdict: "undecided", word: "open" }
}

/** Exponents that were fitted, and a line for what could not be. */
const exponentBlocks = (exponents: ReadonlyArray<At>, id: string): ReadonlyArray<Block> => {
  const why = (one: At): string => `in ${one.get("of").text} ${one.get("note").maybeText ?? "was not fitted"}`
  const unfitted = exponents.filter((one) => !one.get("fit").there)
  return [
    tableOf(
      exponents.filter((one) => one.get("fit").there),
      {
        id,
        title: "Exponents of queries to ε",
        name: "Exponents",
        columns: [
          words("of", (one) => `${one.get("quantity").text} in ${one.get("of").text}`),
          numbers("measured", (one) => fixed(one.in("fit", "estimate").number, 2)),
          named(
            "interval",
            words("95 % interval", (one) => {
              const { lower, upper } = one.get("fit").interval
              return between(lower, upper, 2)
            })
          ),
          named(
            "predicted",
            words("promised", (one) =>
              one.get("predicted").maybe((p) => `≤ ${real(p.get("exponent").number)} (${p.get("by").text})`)
            )
          ),
          words("stands", (one) => one.get("stands").maybe(({ text }) => STANDS[text]))
        ]
      }
    ),
    ...[...new Set(unfitted.map(why))].map((reason): Block => {
      const of = unfitted.filter((one) => why(one) === reason).map((one) => one.get("quantity").text)
      return { kind: "prose", text: `${of.join(", ")} ${reason}` }
    })
  ]
}

export const planPart = (at: At, { prefix }: Around): Part => {
  const algorithm = at.get("algorithm").text
  const claims = at.get("claims").list
  const laws = at.get("laws").list
  const refuted = [
    ...claims.map((one) => ({ name: clauseName(one), one })),
    ...laws.map((one) => ({ name: one.get("id").text, one }))
  ].flatMap(({ name, one }) => (one.get("verdict").value === "refuted" ? [name] : []))
  return {
    source: {
      kind: "audit on all there is",
      // As it was asked for in a shell; a module is audited on all there is by default.
      command: auditCall(algorithm, {
        instance: /[./\\]/.test(algorithm) ? undefined : "all",
        delta: at.get("delta").maybeNumber,
        seed: at.get("seed").number,
        trials: at.get("trials").maybeNumber,
        level: at.get("level").number,
        budget: at.get("budget").maybeNumber,
        ...limitsAt(at)
      }),
      made: madeAt(at)
    },
    title: `${labelOf(algorithm)}, held against all there is`,
    findings: [
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
      ...claims.map((one) => ({
        nature: one.get("nature").nature,
        says: `${clauseName(one)}: ${heldText(heldAt(one))}`,
        ...verdictAt(one),
        anchor: `${prefix}claims`
      })),
      ...laws.map((one) => ({
        nature: one.get("level").number > 0 ? ("evidence" as const) : ("checked" as const),
        says: `law ${one.get("id").text}: ${one.get("title").text}`,
        ...verdictAt(one),
        anchor: `${prefix}laws`
      }))
    ],
    costs: [],
    sections: [
      {
        title: `${labelOf(algorithm)}: ${count(at.get("runs").number)} runs on ${at.get("cases").list.length} cases`,
        blocks: [
          { kind: "figures", figures: planeFigure(at, `${prefix}plane`) },
          tableOf(claims, {
            id: `${prefix}claims`,
            title: "Claims, the worst of their cases",
            columns: [words("claim", clauseName), ...JUDGED, numbers("slack", (one) => slackOf(heldAt(one)))],
            under: (one) => ({ note: one.get("note").text, replay: one.get("replay").maybeText })
          }),
          tableOf(laws, {
            id: `${prefix}laws`,
            title: "Laws of its program",
            columns: [
              words("law", (one) => one.get("id").text),
              VERDICT,
              LEVEL,
              words("what must hold", (one) => one.get("title").text)
            ],
            under: (one) => ({ note: verdictAt(one).note })
          }),
          tableOf(at.get("cases").list, {
            id: `${prefix}cases`,
            title: "Every case",
            folded: true,
            columns: [
              words("case", (one) => one.get("id").text),
              words("instance", (one) => ({ text: one.get("spec").text, code: true })),
              numbers("trials that failed", (one) => one.get("failures").some.length),
              words("why it is there", (one) => one.get("why").text)
            ],
            under: (one) => ({ replay: one.get("replay").text })
          })
        ]
      },
      { title: "How queries to ε grow", blocks: exponentBlocks(at.get("exponents").some, `${prefix}exponents`) }
    ]
  }
}
