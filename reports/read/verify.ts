/** A verification (`coverbound verify --reporter json`) as a part of a report. */
import { type Part, slug } from "../model.ts"
import { labelOf } from "../names.ts"
import { callOf, quoted } from "../shell-argument.ts"
import { tableOf, words } from "../table.ts"
import type { At } from "./at.ts"
import type { Around } from "./audit.ts"
import { JUDGED, verdictAt } from "./judged.ts"

export const verifyPart = (at: At, { prefix }: Around): Part => {
  const all = at.get("verifications").list
  const names = all.map((one) => one.get("candidate").text)
  const anchorOf = (name: string): string => `${prefix}${slug(name)}`
  return {
    source: {
      kind: "verify",
      command:
        at.get("command").maybeText ??
        callOf(names.length === 1 ? `verify ${quoted(names[0])}` : "verify", {
          seed: all[0]?.get("seed").number ?? 1,
          reporter: "json"
        }),
      made: `coverbound ${at.get("suite").text}`
    },
    title:
      names.length === 1
        ? `${labelOf(names[0])} under theorems and laws`
        : `${names.length} algorithms under theorems and laws`,
    findings: all.flatMap((one, i) =>
      one.get("results").list.map((result) => ({
        nature: result.get("nature").nature,
        says: `${names[i]} ${result.get("id").text}: ${result.get("title").text}`,
        ...verdictAt(result),
        anchor: anchorOf(names[i])
      }))
    ),
    costs: [],
    sections: all.map((one, i) => ({
      title: labelOf(names[i]),
      blocks: [
        tableOf(one.get("results").list, {
          id: anchorOf(names[i]),
          title: `Checks of ${labelOf(names[i])}`,
          columns: [
            words("check", (result) => result.get("id").text),
            ...JUDGED,
            words("what must hold", (result) => result.get("title").text)
          ],
          under: (result) => ({ note: result.get("note").text })
        })
      ]
    }))
  }
}
