/** A verdict as a word at a terminal. */
import { tallyByNature, type Verdict, VERDICT_MARK } from "../theorem/theorem.ts"
import type { Ink, Page } from "./terminal.ts"

const VERDICT_INK: Readonly<Record<Verdict, Ink>> = { supported: "green", refuted: "red", undecided: "yellow" }

/** It can be told apart without colour. @param word that may say more: "holds here, not promised" */
export const verdictWord = (verdict: Verdict, { ink }: Pick<Page, "ink">, word: string = verdict): string =>
  ink(VERDICT_INK[verdict], `${VERDICT_MARK[verdict]} ${word}`)

/** How many of each nature came to each verdict, in words. */
export const tally = (judged: Parameters<typeof tallyByNature>[0], { ink }: Pick<Page, "ink">): string =>
  tallyByNature(judged, (verdict, text) => ink(VERDICT_INK[verdict], text)) +
  (judged.some(({ verdict }) => verdict === "refuted") ? "" : "; none refuted")
