/** What a report calls an algorithm, and its colour. The palette is told apart in both themes and by the colour-blind; labels never rely on it alone. */

const KNOWN: Readonly<Record<string, { readonly label: string; readonly ink: string }>> = {
  "spanner-sampling": { label: "SpannerSampling", ink: "var(--first)" },
  passive: { label: "passive", ink: "var(--second)" },
  exhaustive: { label: "exhaustive", ink: "var(--third)" }
}

/** An algorithm's name for people. */
export const labelOf = (algorithm: string): string => KNOWN[algorithm]?.label ?? algorithm

/** An algorithm's colour, a CSS variable of the page. */
export const inkOf = (algorithm: string): string => KNOWN[algorithm]?.ink ?? "var(--fourth)"
