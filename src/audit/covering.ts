/**
 * Pairwise covering arrays: few rows in which every pair of values of every two axes occurs (D. M. Cohen et al., The AETG system, doi:10.1109/32.605761). A fault that
 * two properties of an instance must meet to show is then looked for in some row, where a list of cases would have it by luck.
 */

/** Values by axis. */
export type Axes = Readonly<Record<string, ReadonlyArray<number | string>>>
export type RowOf<A extends Axes> = { readonly [K in keyof A]: A[K][number] }

/**
 * Greedy: each row starts with an uncovered pair and takes, axis by axis, the value that covers most of what is left; of equals the one used least, so that values
 * share the rows. Deterministic. O(pairs²), for axes of a few values.
 */
export const coveringArray = <const A extends Axes>(axes: A): ReadonlyArray<RowOf<A>> => {
  const names = Object.keys(axes)
  const key = (i: number, v: number | string, j: number, w: number | string): string =>
    i < j ? `${i}=${v},${j}=${w}` : `${j}=${w},${i}=${v}`
  const left = new Map<string, readonly [number, number | string, number, number | string]>()
  for (let i = 0; i < names.length; i++)
    for (let j = i + 1; j < names.length; j++)
      for (const v of axes[names[i]]) for (const w of axes[names[j]]) left.set(key(i, v, j, w), [i, v, j, w])
  const used = new Map<string, number>()
  const uses = (i: number, v: number | string): number => used.get(`${i}=${v}`) ?? 0
  const rows: Array<RowOf<A>> = []
  for (;;) {
    const first = left.values().next().value
    if (first === undefined) return rows
    const chosen: Array<number | string | undefined> = names.map(() => undefined)
    ;[chosen[first[0]], chosen[first[2]]] = [first[1], first[3]]
    names.forEach((name, i) => {
      if (chosen[i] !== undefined) return
      const gain = (v: number | string): number =>
        chosen.reduce<number>((s, w, j) => (w !== undefined && left.has(key(i, v, j, w)) ? s + 1 : s), 0)
      chosen[i] = axes[name].reduce((best, v) =>
        gain(v) > gain(best) || (gain(v) === gain(best) && uses(i, v) < uses(i, best)) ? v : best
      )
    })
    chosen.forEach((v, i) => {
      if (v === undefined) return
      used.set(`${i}=${v}`, uses(i, v) + 1)
      chosen.forEach((w, j) => {
        if (i < j && w !== undefined) left.delete(key(i, v, j, w))
      })
    })
    rows.push(Object.fromEntries(names.map((name, i) => [name, chosen[i]])) as RowOf<A>)
  }
}
