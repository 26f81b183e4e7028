/**
 * Where two pass@k curves cross: better at pass@1 and worse at pass@k is what "reinforcement learning narrows what the base model could do" comes to.
 *
 * A sign at k is decided where the two intervals do not overlap; each population's intervals hold for all k at once, so that all decided signs are right
 * together with probability 1 − 2α.
 */
import { passCurve } from "./pass-at-k.ts"
import type { Population } from "./population.ts"

export type Crossing =
  /** The sign changes between two decided ones: somewhere in (after, by]. */
  | {
      readonly kind: "crossing"
      readonly early: string
      readonly late: string
      readonly after: number
      readonly by: number
    }
  /** One curve is above the other at every k from 1 to `upTo`; beyond, up to `looked`, intervals overlap. */
  | { readonly kind: "no crossing"; readonly above: string; readonly upTo: number; readonly looked: number }
  /** Nowhere decided, or not from k = 1 on: `decided` lists where it is. */
  | {
      readonly kind: "undecided"
      readonly decided: ReadonlyArray<{ readonly above: string; readonly from: number; readonly to: number }>
      readonly looked: number
    }

/** @param most k up to which they are looked at, in [1, 65536]; @param level α of each population */
export const crossingOf = (a: Population, b: Population, most: number, level: number): Crossing => {
  const ks = Array.from({ length: most }, (_, i) => i + 1)
  const [one, other] = [passCurve(a, ks, level), passCurve(b, ks, level)]
  /** 1 where a is above, −1 where b is, 0 undecided. */
  const signs = ks.map((_, i) =>
    one[i].interval.lower > other[i].interval.upper ? 1 : other[i].interval.lower > one[i].interval.upper ? -1 : 0
  )
  const nameOf = (sign: number): string => (sign === 1 ? a.name : b.name)
  let last = 0
  for (let i = 0; i < signs.length; i++) {
    if (signs[i] === 0) continue
    if (last !== 0 && signs[i] !== signs[last - 1])
      return { kind: "crossing", early: nameOf(signs[last - 1]), late: nameOf(signs[i]), after: last, by: i + 1 }
    last = i + 1
  }
  const open = signs.findIndex((sign) => sign !== signs[0])
  if (signs[0] !== 0)
    return { kind: "no crossing", above: nameOf(signs[0]), upTo: open < 0 ? most : open, looked: most }
  const decided: Array<{ above: string; from: number; to: number }> = []
  signs.forEach((sign, i) => {
    if (sign === 0) return
    const run = decided.at(-1)
    if (run !== undefined && run.to === i) run.to = i + 1
    else decided.push({ above: nameOf(sign), from: i + 1, to: i + 1 })
  })
  return { kind: "undecided", decided, looked: most }
}

/** One line for people. */
export const crossingLine = (found: Crossing): string => {
  switch (found.kind) {
    case "crossing":
      return `crossing: ${found.early} is above up to k = ${found.after} and below from k = ${found.by}; the curves cross in between`
    case "no crossing":
      return `no crossing up to k = ${found.upTo}: ${found.above} is above${found.upTo < found.looked ? `; undecided from there to k = ${found.looked}` : ""}`
    case "undecided":
      return `undecided up to k = ${found.looked}: intervals overlap${found.decided.map(({ above, from, to }) => `; ${above} is above for k from ${from} to ${to}`).join("")}`
  }
}
