/** A rejection as the one line that people read: field, value, what was expected. */
import type { CertificateRejected } from "./certificate.ts"

const LONGEST = 80

/** The value at a path such as `evidence.runs.trials[0].trial`; undefined where there is none. */
const valueAt = (text: string, path: string): unknown => {
  try {
    const document: unknown = JSON.parse(text)
    const predicate =
      typeof document === "object" && document !== null && "predicate" in document ? document.predicate : document
    const keys = path.split(/[.[\]]+/).filter((key) => key !== "")
    return keys.reduce<unknown>(
      (at, key) => (typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined),
      predicate
    )
  } catch {
    return undefined
  }
}

/**
 * `claim.level: 0.01, expected 0: the claim is exact`. The checker's messages name what was expected, and the value where it is not in the document as it stands.
 *
 * @param text what was checked
 */
export const rejectionLine = (text: string, { path, message }: CertificateRejected): string => {
  if (path === "") return message
  if (!message.startsWith("expected ")) return `${path}: ${message}`
  const value = valueAt(text, path)
  const shown = value === undefined ? "missing" : JSON.stringify(value)
  return `${path}: ${shown.length > LONGEST ? `${shown.slice(0, LONGEST - 1)}…` : shown}, ${message}`
}
