/** What a report calls an algorithm. */

const KNOWN: Readonly<Record<string, string>> = {
  "spanner-sampling": "SpannerSampling",
  "spanner-sampling-adaptive": "Spanner, adaptive",
  "best-of-n-elliptic": "best-of-n, elliptic",
  mtss: "MTSS"
}

/** An algorithm's name for people: a module's is that of its file, wherever that lies. */
export const labelOf = (algorithm: string): string => {
  if (Object.hasOwn(KNOWN, algorithm)) return KNOWN[algorithm]
  const module = /([^/\\]+)\.[cm]?[jt]s$/.exec(algorithm)
  return module === null ? algorithm : module[1]
}

const SHORT: Readonly<Record<string, string>> = { "spanner-sampling": "Spanner", "best-of-n-elliptic": "best-of-n" }

/** The same over a narrow column. */
export const shortLabelOf = (algorithm: string): string => SHORT[algorithm] ?? labelOf(algorithm)
