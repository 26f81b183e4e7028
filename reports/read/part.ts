/** A record of any kind as a part of a report, by the format that it states. To add a kind: its file, and its line here. */
import type { Part } from "../model.ts"
import type { At } from "./at.ts"
import { type Around, auditPart } from "./audit.ts"
import { demoPart } from "./demo.ts"

const READERS: Readonly<Record<string, (at: At, around: Around) => Part>> = {
  "coverbound-audit": auditPart,
  "coverbound-demo": demoPart
}

/** The formats that are read. */
export const FORMATS = Object.keys(READERS)

/** What a document calls itself; benchmarks before December 2026 named a suite alone. */
export const formatOf = (at: At): string | undefined => {
  const { value } = at
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined
  const format = at.get("format").value
  return typeof format === "string" && Object.hasOwn(READERS, format) ? format : undefined
}

/** @throws InvalidRecord that names the place */
export const partOf = (at: At, around: Around): Part => {
  const format = formatOf(at) ?? at.refuse(`a record of coverbound (${FORMATS.join(", ")})`)
  const version = at.get("version")
  if (version.value !== 1) version.refuse("1, the version that this coverbound reads")
  return READERS[format](at, around)
}
