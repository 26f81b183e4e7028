/** "Did you mean": the known name closest to a mistyped one. */

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours (doi:10.1145/363958.363994). */
export const editDistance = (a: string, b: string): number => {
  let before: Array<number> = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      let best = Math.min(previous[j] + 1, current[j - 1] + 1, substituted)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2] + 1)
      current.push(best)
    }
    before = previous
    previous = current
  }
  return previous[b.length]
}

/** The name in `known` nearest to `name`, if at most a third of its letters (at least one) differ; case does not count. */
export const nearestName = (name: string, known: ReadonlyArray<string>): string | undefined => {
  if (name.length > 60) return undefined
  let best: string | undefined
  let least = Infinity
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < least && distance <= Math.max(1, Math.ceil(candidate.length / 3))) {
      best = candidate
      least = distance
    }
  }
  return best
}

/** `; did you mean …?` or nothing: ends an expectation. */
export const suggestion = (name: string, known: ReadonlyArray<string>): string => {
  const nearest = nearestName(name, known)
  return nearest === undefined ? "" : `; did you mean ${nearest}?`
}
