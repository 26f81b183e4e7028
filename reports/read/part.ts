/** A record of any kind as a part of a report, by the format that it states. To add a kind: its file, and its line here. */
import type { Part } from "../model.ts"
import type { At } from "./at.ts"
import { type Around, auditPart } from "./audit.ts"
import { benchPart, isBench } from "./bench.ts"
import { browserPart, isBrowser } from "./browser.ts"
import { comparePart } from "./compare.ts"
import { coveragePart } from "./coverage.ts"
import { criticalPart } from "./critical.ts"
import { demoPart } from "./demo.ts"
import { livePart } from "./live.ts"
import { planPart } from "./plan.ts"
import { scalingPart } from "./scaling.ts"
import { verifyPart } from "./verify.ts"

const READERS: Readonly<Record<string, (at: At, around: Around) => Part>> = {
  "coverbound-audit": auditPart,
  "coverbound-audit-plan": planPart,
  "coverbound-verification": verifyPart,
  "coverbound-compare": comparePart,
  "coverbound-critical": criticalPart,
  "coverbound-coverage": coveragePart,
  "coverbound-scaling": scalingPart,
  "coverbound-live": livePart,
  "coverbound-demo": demoPart,
  "coverbound-bench": benchPart,
  "coverbound-browser": browserPart
}

/** The formats that are read. */
export const FORMATS = Object.keys(READERS)

/** What a document calls itself; benchmarks before December 2026 named a suite alone, or a browser. */
export const formatOf = (at: At): string | undefined => {
  const { value } = at
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined
  const format = at.get("format").value
  if (format === undefined) return isBench(at) ? "coverbound-bench" : isBrowser(at) ? "coverbound-browser" : undefined
  return typeof format === "string" && Object.hasOwn(READERS, format) ? format : undefined
}

/** @throws InvalidRecord that names the place */
export const partOf = (at: At, around: Around): Part => {
  const format = formatOf(at) ?? at.refuse(`a record of coverbound (${FORMATS.join(", ")})`)
  const version = at.get("version")
  if (at.get("format").there && version.value !== 1) version.refuse("1, the version that this coverbound reads")
  return READERS[format](at, around)
}
