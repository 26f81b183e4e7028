/** What `coverbound check` does: every file through the independent checker, then, if asked, some of its trials run again. */
import { basename, dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import { ranges } from "../../reports/number-format.ts"
import { check } from "../checker/check.ts"
import { emitCoq, IN_COQ } from "../certificate/coq/emit-coq.ts"
import { type Replay, replay, type ReplayUnavailable } from "../certificate/replay.ts"
import { runsOf } from "../certificate/replay-trial.ts"
import { rejectionLine } from "../checker/rejection-line.ts"
import type { Certificate, CheckResult } from "../checker/certificate.ts"
import { isFilePath } from "../instance/family.ts"
import type { Instance } from "../instance/instance.ts"
import { InvalidInstance } from "../instance/invalid-instance.ts"
import { withoutTurn } from "../instance/turned.ts"
import { jsonText } from "../run/json-text.ts"
import { verdictWord } from "./verdict-word.ts"
import { namedInstance } from "../model/families.ts"
import type { CheckCall } from "./check.ts"
import type { CommandFailed } from "./ending.ts"
import { InvalidCall, NotHeld } from "./invalid-call.ts"
import { shown } from "../instance/invalid-instance.ts"
import { onDemand } from "./on-demand.ts"
import { readNamedFile } from "./named-file.ts"
import { ProgressBar } from "./progress.ts"
import { type Page, pageOf, printable, wrapped, writeAll } from "./terminal.ts"
import { checkFile, writeWhole } from "./whole-file.ts"

/** One file, what the checker says of it, and what running it again showed. */
interface Checked {
  readonly file: string
  /** What the file says. */
  readonly content: string
  readonly result: CheckResult
  readonly replayed: Replay | undefined
  /** Why its trials could not be run again here. */
  readonly unreplayable: string | undefined
  /** The Coq file, or why there is none, where one was asked for. */
  readonly coq: { readonly file: string } | { readonly reason: string } | undefined
}

/** Trials, or points, that a certificate rests on: those that decide it first – failing ones, then the largest. */
const decidingFirst = ({ claim, evidence }: Certificate): ReadonlyArray<number> => {
  const sizes: ReadonlyArray<number> =
    evidence.kind === "scaling"
      ? evidence.points.map(({ samplingQueries }) => Number(samplingQueries))
      : (runsOf(evidence)?.runs.trials ?? []).map(({ ledger, sampler, suboptimality }) => {
          if (claim.part === "epsilon") return suboptimality.value
          if (claim.part === "failure") return sampler.unaccepted
          return Number(claim.part === "T_data" ? ledger.rewards : ledger.weakSampling)
        })
  return sizes.map((_, at) => at).toSorted((a, b) => sizes[b] - sizes[a])
}

/** How much of a certificate is more than its own word: its claim follows from the document alone; trials of it were run again; or neither. */
export const gradeOf = ({ replayed, result }: Pick<Checked, "replayed" | "result">): string => {
  if (result.status === "rejected") return "rejected"
  const { evidence, instance } = result.certificate
  const n = decidingFirst(result.certificate).length
  if (evidence.kind === "law") return replayed === undefined ? "as stated" : "replayed whole"
  if (n === 0) return instance === null || instance.data === null ? "as stated" : "recomputed"
  const k = replayed?.trials.length ?? 0
  return k === 0 ? "as stated" : `replayed ${k} of ${n}`
}

/** The instance of a SPEC; undefined where it is a file's (the certificate carries it) or cannot be made here. */
const instanceOf = (spec: string): Instance | undefined => {
  if (isFilePath(withoutTurn(spec)[0])) return undefined
  try {
    return namedInstance(spec)
  } catch (thrown) {
    if (thrown instanceof InvalidInstance) return undefined
    throw thrown
  }
}

/** Accepted, confirmed by what was run again, and not the certificate of a refutation. */
const holds = ({ replayed, result }: Checked): boolean =>
  result.status === "accepted" &&
  result.certificate.verdict !== "refuted" &&
  (replayed === undefined || replayed.differences.length === 0)

/** What running it again showed. */
const again = (
  { differences, trials }: Replay,
  kind: Certificate["evidence"]["kind"],
  page: Page
): ReadonlyArray<string> => {
  if (differences.length > 0)
    return differences.map(
      (one) => `${page.ink("red", "✗ run again")} ${one.path}: ${one.replayed}, the certificate states ${one.stated}`
    )
  if (kind === "law") return ["Drawn again, the same counts; and the law is that of the request."]
  if (trials.length === 0) return ["Nothing to run again: the claim is about no run."]
  return [`Run again, bit for bit the same: ${trials.length === 1 ? "trial" : "trials"} ${ranges(trials)}.`]
}

/** Accepted by the checker, and not what running it again gave. */
const contradicted = ({ replayed }: Checked): boolean => replayed !== undefined && replayed.differences.length > 0

/** What an accepted certificate takes as stated: what the checker says, and trials that were not run again. */
const taken = ({ replayed, result, unreplayable }: Checked): ReadonlyArray<string> => {
  if (result.status === "rejected") return []
  const { evidence, seeds } = result.certificate
  const drawn = evidence.kind === "law" && replayed !== undefined
  const left = drawn ? 0 : (seeds?.trials ?? 0) - (replayed?.trials.length ?? 0)
  if (left === 0) return result.assumed
  return [
    ...result.assumed,
    `what ${left === 1 ? "one trial" : `${left} trials`} gave${unreplayable === undefined ? "; --replay K runs K of them again" : `, not to be run again here (${unreplayable})`}`
  ]
}

/** `T1-identity.json` → `T1_identity.v`: the name of a Coq file is an identifier. */
const coqNameOf = (file: string): string =>
  `${basename(file, ".json")
    .replaceAll(/\W/g, "_")
    .replace(/^(?=[\d_])/, "certificate_")}.v`

const coqFileOf = (file: string): string => join(dirname(file), coqNameOf(file))

/** Writes the Coq file of an accepted certificate beside it. */
const writeCoq = Effect.fnUntraced(function* (file: string, result: CheckResult) {
  if (result.status === "rejected") return { reason: "rejected" }
  const emitted = emitCoq(result.certificate)
  if (emitted.kind === "none") return { reason: emitted.reason }
  return { file: yield* writeWhole(dirname(file), coqNameOf(file), emitted.text) }
})

/** The Coq file, and what makes it a proof. */
const coqLine = (coq: NonNullable<Checked["coq"]>): string =>
  "file" in coq
    ? `${coq.file}: in a checkout of coverbound, npm run prove -- ${coq.file} has Coq confirm it`
    : `No Coq file: ${coq.reason}`

const text = (checked: Checked, page: Page): string => {
  const { content, coq, file, replayed, result } = checked
  const line = (content: string) => wrapped(content, page.width, "    ")
  if (result.status === "rejected") {
    const why = line(printable(`${result.reason.code}: ${rejectionLine(content, result.reason)}`))
    return `  ${page.ink("red", "✗ rejected")}  ${printable(file)}\n${why}`
  }
  const { claim, evidence, verdict } = result.certificate
  const grade = gradeOf(checked)
  return [
    contradicted(checked)
      ? `  ${page.ink("red", "✗ contradicted")}  ${printable(file)}`
      : `  ${grade === "as stated" ? page.ink("yellow", `? ${grade}`) : page.ink("green", `✓ ${grade}`)}  ${printable(file)}`,
    line(`${claim.theorem} ${claim.part} (${result.nature}), ${verdictWord(verdict, page)}: ${claim.statement}`),
    ...taken(checked).map((one) => page.ink("dim", line(`Taken as stated: ${one}`))),
    ...(replayed === undefined ? [] : again(replayed, evidence.kind, page)).map(line),
    ...(coq === undefined ? [] : [line(printable(coqLine(coq)))])
  ].join("\n")
}

const document = (checked: Checked) => {
  const { coq, file, replayed, result } = checked
  return {
    file,
    status: contradicted(checked) ? "contradicted" : result.status,
    grade: gradeOf(checked),
    ...(result.status === "rejected"
      ? { reason: { code: result.reason.code, path: result.reason.path, message: result.reason.message } }
      : {
          theorem: result.certificate.claim.theorem,
          part: result.certificate.claim.part,
          nature: result.nature,
          verdict: result.certificate.verdict,
          digest: result.certificate.digest,
          assumed: taken(checked)
        }),
    replayed: replayed && { ...replayed, differences: replayed.differences.map((one) => ({ ...one })) },
    coq: coq && { ...coq }
  }
}

/** The algorithm of a module, and what makes its runs. */
const replayedBy = onDemand(async () => (await import("./module/module-replay.ts")).moduleReplay)

/** Why a text is no certificate at all, good or bad: then the call was wrong, and there is nothing to reject. */
const noCertificate = (content: string): string | undefined => {
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch {
    // One that was cut or altered still says what it was.
    return content.includes('"coverbound-certificate"') ? undefined : "not JSON"
  }
  if (typeof value !== "object" || value === null) return "no object"
  if ("_type" in value || ("format" in value && value.format === "coverbound-certificate")) return undefined
  const format = "format" in value ? String(value.format) : undefined
  return format === undefined ? "no format" : `format ${shown(format)}`
}

/** Trials are run again for this long where no number was asked for. */
const SECONDS = 10

/** Fails with NotHeld when a certificate was rejected, contradicted by a replay, or certifies a refutation; with ReplayUnavailable when one that was to be run again cannot be run here; with InvalidCall where Coq files were asked for and none has one. */
export const runCheck = Effect.fnUntraced(function* (
  options: CheckCall
): Effect.fn.Return<void, CommandFailed, Scope.Scope> {
  const { files, json } = options
  if (files.length === 0) return yield* InvalidCall.missing("file", "one certificate or more")
  const texts = yield* Effect.forEach(files, (file) => readNamedFile("file", file))
  for (const [i, file] of files.entries()) {
    const why = noCertificate(texts[i])
    if (why !== undefined)
      return yield* InvalidCall.of("file", file, why, "a certificate, as coverbound audit writes them")
  }
  if (options.emitCoq) for (const file of files) yield* checkFile("--emit-coq", coqFileOf(file))
  const asked = Option.getOrUndefined(options.replay)
  const loaded = Option.isNone(options.module) ? undefined : yield* replayedBy(options.module.value)
  const deadline = performance.now() + 1000 * SECONDS
  const page = pageOf(process.stdout)
  const bar = new ProgressBar()
  const all: Array<Checked> = []
  let unavailable: ReplayUnavailable | undefined
  for (const [i, file] of files.entries()) {
    const result = check(texts[i])
    const some = (certificate: Certificate, trials: ReadonlyArray<number>) =>
      replay(certificate, {
        trials,
        resolve: instanceOf,
        ...loaded,
        progress: (done, total) => bar.update((i + done / total) / files.length, `running ${file} again`)
      }).pipe(Effect.ensuring(Effect.sync(() => bar.clear())))
    let replayed: Replay | undefined
    let unreplayable: string | undefined
    if (result.status === "accepted" && asked !== 0) {
      const { certificate } = result
      const order = decidingFirst(certificate)
      // All that were asked for at once; else one after another while there is time.
      const parts = asked !== undefined ? [order.slice(0, asked)] : order.map((trial) => [trial])
      for (const trials of order.length === 0 ? [[]] : parts) {
        if (asked === undefined && performance.now() > deadline) break
        const found = yield* Effect.result(some(certificate, trials))
        if (Result.isFailure(found)) {
          unreplayable = found.failure.message
          if (asked !== undefined) unavailable ??= found.failure
          break
        }
        const { differences, trials: made } = found.success
        replayed = {
          trials: [...(replayed?.trials ?? []), ...made],
          differences: [...(replayed?.differences ?? []), ...differences]
        }
      }
    }
    const coq = options.emitCoq ? yield* writeCoq(file, result) : undefined
    const checked = { file, content: texts[i], result, replayed, unreplayable, coq }
    all.push(checked)
    if (!json) yield* Effect.sync(() => process.stdout.write(`${text(checked, page)}\n`))
  }
  if (json) yield* writeAll(process.stdout, jsonText(all.map(document)))
  if (!all.every(holds)) return yield* new NotHeld()
  // Of files of many theorems those are written that can be; where none can, the call asked for nothing there is.
  if (all.every(({ coq }) => coq !== undefined && "reason" in coq))
    return yield* new InvalidCall({
      field: "--emit-coq",
      value: "no file written",
      expectation: `a certificate of ${IN_COQ.join(", ")}`
    })
  // Said last: what the others showed is not lost.
  if (unavailable !== undefined) return yield* unavailable
}, Effect.scoped)
