/** An audit's certificates as files: one for each clause that can be certified, beside its run.json. */
import { rmSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { Audit } from "../audit/audit.ts"
import { writeCertificates } from "../certificate/write.ts"
import { VERSION } from "./version.ts"
import { type FileNotWritten, writeWhole } from "./whole-file.ts"

/** Writes `folder/certificates/T7-T_data.json` and its like; returns how many, and the folder. */
export const writeCertificateFiles = Effect.fnUntraced(function* (
  { judgements, records, subject }: Audit,
  folder: string
): Effect.fn.Return<{ readonly folder: string; readonly written: number }, FileNotWritten> {
  const into = join(folder, "certificates")
  const environment = { package: VERSION, node: process.versions.node, backend: "js" }
  let written = 0
  for (const one of writeCertificates({ subject, records, judgements, environment })) {
    const name = `${one.theorem}-${one.part}.json`
    if ("certificate" in one) {
      yield* writeWhole(into, name, `${JSON.stringify(one.certificate)}\n`)
      written++
    } else {
      // Of an earlier run in this folder: it would speak of other runs than run.json does.
      yield* Effect.sync(() => rmSync(join(into, name), { force: true }))
    }
  }
  return { folder: into, written }
})
