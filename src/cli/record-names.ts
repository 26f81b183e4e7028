/** What commands leave in their folders, and whose it is. */
export const RECORD_NAMES = [
  "demo.json",
  "sweep.json",
  "run.json",
  "verify.json",
  "compare.json",
  "critical.json",
  "coverage.json",
  "scaling.json",
  "bench.json",
  "browser.json"
] as const
export type RecordName = (typeof RECORD_NAMES)[number]
