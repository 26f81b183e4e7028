/** Certificates as files: one for each clause of an audit that can be certified, beside its run.json, and one for each slope of a sweep. */
import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { Audit } from "../audit/audit.ts"
import type { CoverageSweep } from "../compare/coverage-slopes.ts"
import { statementOf } from "../checker/check.ts"
import { slopeCertificate } from "../certificate/slope-certificate.ts"
import { certificates, type Environment, type Written } from "../certificate/write.ts"
import { backendOf } from "../run/run-json.ts"
import type { RunRecord } from "../run/run-record.ts"
import { headOf } from "./named-file.ts"
import { RECORD_NAMES } from "./record-names.ts"
import { VERSION } from "./version.ts"
import { FileNotWritten, writeWhole } from "./whole-file.ts"

export interface CertificateFiles {
  readonly folder: string
  readonly written: number
  /** Clauses without one, and why. */
  readonly withheld: ReadonlyArray<Extract<Written, { readonly withheld: string }>>
}

/** This process, and what made the searches of these runs. */
const here = (runs: ReadonlyArray<Pick<RunRecord, "backend">>): Environment => ({
  package: VERSION,
  node: process.versions.node,
  backend: backendOf(runs)
})

/** A certificate names its format where it begins, in-toto's envelope included. */
const isCertificate = (path: string): boolean => headOf(path).includes('"coverbound-certificate"')

/** Removes a folder that nothing is left in. */
const removeEmpty = (folder: string): void => {
  if (readdirSync(folder).length === 0) rmdirSync(folder)
}

/** Removes the certificates in a folder's own `certificates`, where it has one. @returns whether it had any */
const clearOwn = (folder: string): boolean => {
  const into = join(folder, "certificates")
  if (!existsSync(into)) return false
  let cleared = false
  for (const entry of readdirSync(into, { withFileTypes: true })) {
    const path = join(into, entry.name)
    if (!(entry.isFile() && entry.name.endsWith(".json") && isCertificate(path))) continue
    rmSync(path)
    cleared = true
  }
  return cleared
}

/**
 * Removes the certificates of an earlier run from a folder that is to be this run's: beside the run.json of another they would speak of other runs
 * than it does. So would those of its cases, which lie in folders below that have no record of their own; folders that have one are other runs'. Other files stay.
 */
export const clearCertificates = (folder: string): Effect.Effect<void, FileNotWritten> => {
  const into = join(folder, "certificates")
  return Effect.try({
    try: () => {
      clearOwn(folder)
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const below = join(folder, entry.name)
        if (!entry.isDirectory() || RECORD_NAMES.some((name) => existsSync(join(below, name)))) continue
        if (!clearOwn(below)) continue
        removeEmpty(join(below, "certificates"))
        removeEmpty(below)
      }
    },
    catch: (error) => (error as NodeJS.ErrnoException).code ?? String(error)
  }).pipe(
    Effect.catch((code) =>
      code === "ENOENT" ? Effect.void : Effect.fail(new FileNotWritten({ path: into, reason: code }))
    )
  )
}

/** Writes each certificate to its own file, as an in-toto Statement where that is asked for. */
const writeAll = Effect.fnUntraced(function* (
  all: Iterable<Written>,
  folder: string,
  inToto: boolean
): Effect.fn.Return<CertificateFiles, FileNotWritten> {
  const into = join(folder, "certificates")
  let written = 0
  const withheld: Array<Extract<Written, { readonly withheld: string }>> = []
  for (const one of all) {
    if (!("certificate" in one)) {
      withheld.push(one)
      continue
    }
    const document = inToto ? statementOf(one.certificate) : one.certificate
    yield* writeWhole(into, `${one.theorem}-${one.part}.json`, `${JSON.stringify(document)}\n`)
    written++
  }
  return { folder: into, written, withheld }
})

/** Writes `folder/certificates/T7-T_data.json` and its like; returns how many, and the folder. */
export const writeCertificateFiles = ({ judgements, records, subject }: Audit, folder: string, inToto = false) =>
  Effect.suspend(() =>
    writeAll(certificates({ subject, records, judgements, environment: here(records) }), folder, inToto)
  )

/** Writes `folder/certificates/spanner-sampling-T_data.json` and its like, one for each slope that theory predicts. */
export const writeSlopeCertificates = ({ plan, points, slopes }: CoverageSweep, folder: string) =>
  Effect.andThen(clearCertificates(folder), () => {
    const predicted = slopes.filter((slope) => slope.judgement !== undefined)
    return writeAll(
      predicted.map((slope) => {
        const algorithm = plan.algorithms.find(({ name }) => name === slope.algorithm)!
        const own = points.filter((point) => point.algorithm === slope.algorithm)
        const instance = (spec: string) => plan.instance(own.find((point) => point.spec === spec)!.at)
        return slopeCertificate({ ...slope, algorithm, points: own, instance }, here(own))
      }),
      folder,
      false
    )
  })
