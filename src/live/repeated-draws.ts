/**
 * Whether draws that were bought repeat one another: a server that ignores seeds, fixes one, or gives every choice of a request the same.
 *
 * Two sign tests without a law. A draw is compared with an earlier one at its prompt that a fault would have it repeat (the choice of the same number in the request
 * before; the first choice of its own request), and with another earlier one at that prompt, of a third request. Were all draws at a prompt independent and of one law,
 * the three could change places: where exactly one of the two is equal to the draw, it would be the suspect with probability ½. Comparisons use each draw once, so that
 * they are independent, and the number of suspects among them has an exact binomial tail.
 */
import { binomialTails } from "../statistics/incomplete-beta.ts"
import type { Delivered } from "./purchases.ts"

export interface RepeatedDraws {
  /** Comparisons of which exactly one was equal, and of those the ones where it was the suspect. */
  readonly decided: number
  readonly suspects: number
  /** Bound on the chance of as many, were the draws independent. */
  readonly pValue: number
}

type Triple = readonly [draw: string | undefined, suspect: string | undefined, other: string | undefined]
const NOTHING: Triple = [undefined, undefined, undefined]

/** Comparisons with three draws each, from requests of one prompt, three at a time. */
const compare = (
  requests: ReadonlyArray<ReadonlyArray<string>>,
  triple: (a: ReadonlyArray<string>, b: ReadonlyArray<string>, c: ReadonlyArray<string>, i: number) => Triple
): readonly [decided: number, suspects: number] => {
  let [decided, suspects] = [0, 0]
  for (let k = 0; k + 2 < requests.length; k += 3) {
    const [a, b, c] = requests.slice(k, k + 3)
    for (let i = 0; i < c.length; i++) {
      const [draw, suspect, other] = triple(a, b, c, i)
      if (draw === undefined || suspect === undefined || other === undefined) continue
      if ((draw === suspect) === (draw === other)) continue
      decided++
      if (draw === suspect) suspects++
    }
  }
  return [decided, suspects]
}

export const repeatedDraws = (delivered: ReadonlyArray<Delivered>): RepeatedDraws => {
  const byPrompt = new Map<number, Array<ReadonlyArray<string>>>()
  for (const { texts, x } of delivered) byPrompt.set(x, [...(byPrompt.get(x) ?? []), texts])
  const totals = { across: [0, 0], within: [0, 0] }
  for (const requests of byPrompt.values()) {
    // Of request b and c the choice of one number; of a, its neighbour: no draw is in two comparisons.
    const across = compare(requests, (a, b, c, i) => (i < a.length ? [c[i], b[i], a[(i + 1) % a.length]] : NOTHING))
    // Choices 2j+1 and 2j of one request; of another, choice j. Requests of one choice have no pair.
    const within = compare(requests, (a, _, c, i) => [c[2 * i + 1], c[2 * i], a[i]])
    for (const j of [0, 1]) {
      totals.across[j] += across[j]
      totals.within[j] += within[j]
    }
  }
  const [first, second] = [totals.across, totals.within].map(([decided, suspects]) => ({
    decided,
    suspects,
    pValue: Math.exp(binomialTails(suspects, decided, 0.5).logAtLeast)
  }))
  const least = first.pValue <= second.pValue ? first : second
  return { ...least, pValue: Math.min(1, 2 * least.pValue) }
}
