/** What a report calls an algorithm. */

const KNOWN: Readonly<Record<string, string>> = {
  "spanner-sampling": "SpannerSampling",
  "spanner-sampling-adaptive": "Spanner, adaptive",
  "best-of-n-elliptic": "best-of-n, elliptic",
  mtss: "MTSS"
}

/** An algorithm's name for people. */
export const labelOf = (algorithm: string): string => (Object.hasOwn(KNOWN, algorithm) ? KNOWN[algorithm] : algorithm)
