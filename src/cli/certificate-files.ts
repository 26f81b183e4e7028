/** Certificates as files: one for each clause of an audit that can be certified, beside its run.json, and one for each slope of a sweep. */
import { rmSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { Audit } from "../audit/audit.ts"
import type { CoverageSweep } from "../compare/coverage-slopes.ts"
import { statementOf } from "../checker/check.ts"
import { slopeCertificate } from "../certificate/slope-certificate.ts"
import { type Environment, type Written, writeCertificates } from "../certificate/write.ts"
import { backendOf } from "../run/run-json.ts"
import type { RunRecord } from "../run/run-record.ts"
import { VERSION } from "./version.ts"
import { type FileNotWritten, writeWhole } from "./whole-file.ts"

export interface CertificateFiles {
  readonly folder: string
  readonly written: number
}

/** This process, and what made the searches of these runs. */
const here = (runs: ReadonlyArray<Pick<RunRecord, "backend">>): Environment => ({
  package: VERSION,
  node: process.versions.node,
  backend: backendOf(runs)
})

/** Writes each certificate to its own file, as an in-toto Statement where that is asked for. */
const writeAll = Effect.fnUntraced(function* (
  all: ReadonlyArray<Written>,
  folder: string,
  inToto: boolean
): Effect.fn.Return<CertificateFiles, FileNotWritten> {
  const into = join(folder, "certificates")
  let written = 0
  for (const one of all) {
    const name = `${one.theorem}-${one.part}.json`
    if ("certificate" in one) {
      const document = inToto ? statementOf(one.certificate) : one.certificate
      yield* writeWhole(into, name, `${JSON.stringify(document)}\n`)
      written++
    } else {
      // Of an earlier run in this folder: it would speak of other runs than run.json does.
      yield* Effect.sync(() => rmSync(join(into, name), { force: true }))
    }
  }
  return { folder: into, written }
})

/** Writes `folder/certificates/T7-T_data.json` and its like; returns how many, and the folder. */
export const writeCertificateFiles = ({ judgements, records, subject }: Audit, folder: string, inToto = false) =>
  Effect.suspend(() =>
    writeAll(writeCertificates({ subject, records, judgements, environment: here(records) }), folder, inToto)
  )

/** Writes `folder/certificates/spanner-sampling-T_data.json` and its like, one for each slope that theory predicts. */
export const writeSlopeCertificates = ({ plan, points, slopes }: CoverageSweep, folder: string) =>
  Effect.suspend(() => {
    const predicted = slopes.filter((slope) => slope.predicted !== undefined)
    return writeAll(
      predicted.map((slope) => {
        const algorithm = plan.algorithms.find(({ name }) => name === slope.algorithm)!
        const own = points.filter((point) => point.algorithm === slope.algorithm)
        return slopeCertificate({ ...slope, algorithm, points: own }, here(own))
      }),
      folder,
      false
    )
  })
