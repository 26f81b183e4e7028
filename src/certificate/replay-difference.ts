/** What a replay contradicts: leaves in which two JSON values differ, with their paths. */
import { canonical } from "../checker/strict-json.ts"

/** A field of the certificate that running again contradicts. */
export interface Difference {
  /** Path in the certificate. */
  readonly path: string
  readonly stated: string
  readonly replayed: string
}

/** A value on one line, cut. */
export const short = (value: unknown): string => {
  const text = value === undefined ? "nothing" : canonical(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

/** Every leaf in which `replayed` is not what was `stated`. */
export const differences = (path: string, stated: unknown, replayed: unknown): ReadonlyArray<Difference> => {
  if (stated === replayed) return []
  const both = [stated, replayed]
  if (!both.every((v) => typeof v === "object" && v !== null)) {
    return [{ path, stated: short(stated), replayed: short(replayed) }]
  }
  const keys = new Set(both.flatMap((v) => Object.keys(v)))
  return [...keys].flatMap((key) => {
    const [a, b] = both.map((v) => (v as Readonly<Record<string, unknown>>)[key])
    return differences(Array.isArray(stated) ? `${path}[${key}]` : `${path}.${key}`, a, b)
  })
}
