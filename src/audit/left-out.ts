/** What a plan did not come to, each reason said once. */

/** `case a: why` and `case b: why` as `case a, case b: why`, in the order in which reasons first appear; what gives none is one of them. */
export const byReason = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const of = new Map<string, Array<string>>()
  for (const line of lines) {
    const at = line.indexOf(": ")
    const why = at < 0 ? "" : line.slice(at)
    const what = at < 0 ? line : line.slice(0, at)
    of.set(why, [...(of.get(why) ?? []), what])
  }
  return [...of].map(([why, whats]) => `${whats.join(", ")}${why}`)
}
