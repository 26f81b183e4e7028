/** A verification (`coverbound verify --reporter json`) as a part of a report. */
import { type Block, type Finding, type Part, RELATION, slug } from "../model.ts"
import { labelOf } from "../names.ts"
import { quantity } from "../number-format.ts"
import type { At } from "./at.ts"
import { quoted } from "../shell-argument.ts"
import type { Around } from "./audit.ts"

const findingOf = (one: At, candidate: string, anchor: string): Omit<Finding, "source"> => {
  const verdict = one.get("verdict").verdict
  const replay = one.get("replay").maybe(({ text }) => text)
  return {
    nature: one.get("nature").nature,
    says: `${candidate} ${one.get("id").text}: ${one.get("title").text}`,
    verdict,
    level: one.get("level").number,
    ...(verdict === "supported" ? {} : { note: one.get("note").text }),
    ...(replay === undefined ? {} : { replay }),
    anchor
  }
}

export const verifyPart = (at: At, { prefix }: Around): Part => {
  const all = at.get("verifications").list
  const names = all.map((one) => one.get("candidate").text)
  const anchorOf = (name: string): string => `${prefix}${slug(name)}`
  return {
    source: {
      kind: "verify",
      command:
        at.get("command").maybe(({ text }) => text) ??
        `coverbound verify${names.length === 1 ? ` ${quoted(names[0])}` : ""} --seed ${all[0]?.get("seed").number ?? 1} --reporter json`,
      made: `coverbound ${at.get("suite").text}`
    },
    title:
      names.length === 1
        ? `${labelOf(names[0])} under theorems and laws`
        : `${names.length} algorithms under theorems and laws`,
    findings: all.flatMap((one, i) =>
      one.get("results").list.map((result) => findingOf(result, names[i], anchorOf(names[i])))
    ),
    costs: [],
    sections: all.map((one, i): { readonly title: string; readonly blocks: ReadonlyArray<Block> } => ({
      title: labelOf(names[i]),
      blocks: [
        {
          kind: "table",
          id: anchorOf(names[i]),
          title: `Checks of ${labelOf(names[i])}`,
          heads: [
            { text: "check" },
            { text: "verdict" },
            { text: "rests on" },
            { text: "level" },
            { text: "measured", number: true },
            { text: "promised", number: true },
            { text: "what must hold" }
          ],
          rows: one.get("results").list.map((result) => {
            const verdict = result.get("verdict").verdict
            const level = result.get("level").number
            return {
              cells: [
                result.get("id").text,
                { verdict },
                result.get("nature").text,
                level === 0 ? (verdict === "undecided" ? undefined : "exact") : level,
                quantity(result.get("measured").quantity),
                result.get("bound").value === "none"
                  ? undefined
                  : `${RELATION[result.get("relation").relation]} ${quantity(result.get("bound").quantity)}`,
                result.get("title").text
              ],
              note: result.get("note").text
            }
          })
        }
      ]
    }))
  }
}
