/** What was judged, as records of every kind write it: a clause, a law, a check. */
import { standingOf } from "../../src/theorem/theorem.ts"
import { type Clause, levelCell, type Part } from "../model.ts"
import { quantity } from "../number-format.ts"
import { type Column, numbers, promisedText, words } from "../table.ts"
import type { At } from "./at.ts"

/** What was measured, beside what was promised. */
export const heldAt = (at: At): Pick<Clause, "measured" | "relation" | "bound"> => ({
  measured: at.get("measured").quantity,
  relation: at.get("relation").relation,
  bound: at.get("bound").quantity
})

/** The verdict in words: "holds here, not promised". */
export const standingAt = (at: At): string => {
  const unpromised = at.get("unpromised")
  return standingOf({
    verdict: at.get("verdict").verdict,
    ...(unpromised.there ? { unpromised: unpromised.value === "holds" ? "holds" : "fails" } : {})
  })
}

/** A verdict with its level, and where it is not supported, why, and the call that shows it again. */
export const verdictAt = (
  at: At
): Pick<NonNullable<Part["findings"][number]>, "verdict" | "level" | "note" | "replay"> => {
  const verdict = at.get("verdict").verdict
  return {
    verdict,
    level: at.get("level").number,
    ...(verdict === "supported" ? {} : { note: at.get("note").text, replay: at.get("replay").maybeText })
  }
}

export const VERDICT: Column<At> = words("verdict", (one) => ({ verdict: one.get("verdict").verdict }))

export const LEVEL: Column<At> = numbers("level", (one) =>
  levelCell(one.get("level").number, one.get("verdict").verdict)
)

/** The columns of what was judged, after its name. */
export const JUDGED: ReadonlyArray<Column<At>> = [
  VERDICT,
  words("rests on", (one) => one.get("nature").nature),
  LEVEL,
  numbers("measured", (one) => quantity(one.get("measured").quantity)),
  numbers("promised", (one) => promisedText(heldAt(one)))
]
