/** A verdict, and the level at which it could be wrong, as a page shows them. */
import { html, type Markup } from "./html.ts"
import { real } from "./number-format.ts"
import { type Verdict, VERDICT_MARK } from "../src/theorem/theorem.ts"

export const verdictMark = (verdict: Verdict, word: string = verdict): Markup =>
  html`<span class="verdict ${verdict}">${VERDICT_MARK[verdict]} ${word}</span>`

export const levelText = (level: number | undefined, verdict: Verdict | undefined): string =>
  level === undefined || (level === 0 && verdict === "undecided") ? "" : level === 0 ? "exact" : `level ${real(level)}`
