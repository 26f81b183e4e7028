/** Accepted relative features as exact dyadic rationals, and the threshold that their chain passes exactly. */
import type { SpannerRecord } from "../run/run-record.ts"
import type { Certificate, SpannerEvidence } from "../checker/certificate.ts"
import { spannerChain } from "../checker/spanner-chain.ts"

type SpannerChains = SpannerEvidence["chains"]

const bits = new DataView(new ArrayBuffer(8))

/** The text M·2^E, M odd, of a finite double: exact. @throws RangeError for NaN and infinities */
export const dyadicText = (x: number): string => {
  if (!Number.isFinite(x)) throw new RangeError(`feature: ${x}, expected a finite number`)
  if (x === 0) return "0p0"
  bits.setFloat64(0, Math.abs(x))
  const word = bits.getBigUint64(0)
  const field = Number(word >> 52n)
  let mantissa = (word & ((1n << 52n) - 1n)) | (field === 0 ? 0n : 1n << 52n)
  let exponent = Math.max(field, 1) - 1075
  while ((mantissa & 1n) === 0n) {
    mantissa >>= 1n
    exponent++
  }
  return `${x < 0 ? "-" : ""}${mantissa}p${exponent}`
}

/** What one certificate carries at most, so that checking it stays in tens of milliseconds: acceptances × d². */
export const CARRIED_WORK = 60_000

/** The chains of trials 0, 1, … as far as `work` allows; at least one, which may be a prefix. */
export const chainsOf = (spanners: ReadonlyArray<SpannerRecord>, d: number, work = CARRIED_WORK): SpannerChains => {
  const chains: Array<SpannerChains[number]> = []
  let left = Math.floor(work / (d * d))
  for (const { count, accepted } of spanners) {
    const length = Math.min(count, left)
    if (chains.length > 0 && length < count) break
    left -= length
    const known = new Map<string, number>()
    const features: Array<ReadonlyArray<string>> = []
    const order: Array<number> = []
    for (let n = 0; n < length; n++) {
      const row = Array.from(accepted.subarray(n * d, (n + 1) * d), dyadicText)
      const key = row.join(" ")
      const at = known.get(key) ?? features.push(row) - 1
      known.set(key, at)
      order.push(at)
    }
    chains.push({ features, order })
  }
  return chains
}

/**
 * The largest ν′ ≤ ν at which all chains hold exactly. The oracle compares float64 norms, so an acceptance within rounding of ν may fail exactly; the
 * certificate then states ν′, at most 10⁻⁹ (relative) below ν. Where no such ν′ does, the smallest: its failure is a refutation.
 */
export const exactNu = (d: number, lambda: number, nu: number, chains: SpannerChains): string => {
  const holds = (text: string) =>
    chains.every(({ features, order }) => spannerChain(d, dyadicText(lambda), text, features, order)?.failsAt === -1)
  const candidates = [0, ...[52, 50, 48, 46, 44, 42, 40, 38, 36, 34, 32, 30].map((k) => 2 ** -k)]
  const texts = candidates.map((off) => dyadicText(nu * (1 - off)))
  return texts.find(holds) ?? texts[texts.length - 1]
}

/** Evidence for T3 and T4. */
export const spannerEvidence = (
  runs: SpannerEvidence["runs"],
  spanners: ReadonlyArray<SpannerRecord>,
  d: number,
  parameters: Certificate["claim"]["parameters"]
): SpannerEvidence => {
  const chains = chainsOf(spanners, d)
  const { nu, lambda } = parameters
  return { kind: "spanner", runs, nu: exactNu(d, lambda, nu, chains), lambda: dyadicText(lambda), chains }
}
