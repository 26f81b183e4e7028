/**
 * What a CI server is told of a run, whatever ran it: one check a line, with the place in the user's sources where it was claimed. JUnit, SARIF, annotations and
 * Markdown are functions of it.
 */
import type { Nature, Verdict } from "../src/theorem/theorem.ts"
import { tallyByNature } from "../src/theorem/theorem.ts"
import type { Verification } from "../src/verify/verify.ts"

/** A line of a file, the path relative to the root of the repository, with forward slashes. */
export interface Place {
  readonly path: string
  readonly line: number
}

/** One check: a clause of a claim, a law of the program, or whether a case ran to its end. */
export interface ReportedCheck {
  /** "T7/epsilon", "oracle/accounting", "case/needle". */
  readonly id: string
  readonly group: string
  /** What must hold, one line. */
  readonly title: string
  readonly nature: Nature
  readonly verdict: Verdict
  /** The verdict where it says more: "holds here, not promised". */
  readonly standing?: string
  readonly level: number
  readonly measured: number | string
  readonly bound: number | string
  readonly relation: "<=" | ">=" | "="
  readonly note: string
  /** The command that makes it again. */
  readonly replay?: string
  readonly place?: Place
  /** What it took; undefined for what is judged on the runs of others. */
  readonly seconds?: number
  /** Undecided as was to be expected: nothing to warn of, and nothing that `--strict` minds. */
  readonly calm?: true
  /** It was as bad in the baseline: why it is no failure. */
  readonly known?: string
}

/** One algorithm, audited or verified. */
export interface ReportedRun {
  /** "audit" or "verify". */
  readonly command: string
  readonly candidate: string
  readonly seed: number
  /** All levels together. */
  readonly level: number
  /** ISO 8601. */
  readonly startedAt: string
  readonly seconds: number
  readonly checks: ReadonlyArray<ReportedCheck>
  /** What was asked for and not run. */
  readonly notRun: ReadonlyArray<string>
  /** Whether it was held against a baseline. */
  readonly baseline?: boolean
}

/** Whether a check fails the build. */
export const fails = ({ known, verdict }: Pick<ReportedCheck, "known" | "verdict">): boolean =>
  verdict === "refuted" && known === undefined

/** What a run found, in a line. */
export const summaryOf = ({ checks }: ReportedRun): string => {
  const known = checks.filter((one) => one.verdict === "refuted" && !fails(one)).length
  return [
    tallyByNature(checks),
    ...(checks.some(fails) ? [] : ["none refuted"]),
    ...(known === 0 ? [] : [`${known} refuted as in the baseline`])
  ].join("; ")
}

/** Code scanning wants a place: the suite's own checks are listed here. */
const CHECKS: Place = { path: "src/verify/checks.ts", line: 1 }

export interface Made {
  readonly startedAt: string
  readonly seconds: number
  /** Seconds of a check, by its id. */
  readonly took: (id: string) => number | undefined
  /** Where a user's module claims it; undefined for what comes with the package. */
  readonly placeOf?: (group: string, note: string) => Place | undefined
}

type Judged = "id" | "group" | "title" | "nature" | "verdict" | "level" | "measured" | "bound" | "relation" | "note"

/** A check of what was judged, which may say more than a check does. */
export const reportedCheck = (
  { bound, group, id, level, measured, nature, note, relation, title, verdict }: Pick<ReportedCheck, Judged>,
  more: { readonly [K in "replay" | "place" | "seconds"]?: ReportedCheck[K] | undefined } = {}
): ReportedCheck => ({
  id,
  group,
  title,
  nature,
  verdict,
  level,
  measured,
  bound,
  relation,
  note,
  ...(more.replay === undefined ? {} : { replay: more.replay }),
  ...(more.place === undefined ? {} : { place: more.place }),
  ...(more.seconds === undefined ? {} : { seconds: more.seconds })
})

/** A run that keeps to an impossibility need not support it: nothing to be warned of. */
export const notBroken = (group: string, { level, verdict }: Pick<ReportedCheck, "level" | "verdict">) =>
  group.startsWith("L") && verdict === "undecided" && level > 0
    ? { standing: "not broken", calm: true as const }
    : undefined

/** A verification as a CI server is told of it. */
export const verificationRun = (
  { candidate, level, results, seed }: Verification,
  { placeOf, seconds, startedAt, took }: Made,
  asked = candidate
): ReportedRun => ({
  command: "verify",
  candidate,
  seed,
  level,
  startedAt,
  seconds,
  checks: results.map(({ saved, ...result }) => {
    const { group, id, note } = result
    const saidAt = saved === undefined ? CHECKS : { path: saved.path.replaceAll("\\", "/"), line: 1 }
    return {
      ...reportedCheck(result, {
        replay: saved?.command ?? `coverbound verify ${asked} --theorem ${id} --seed ${seed}`,
        place: placeOf === undefined ? saidAt : placeOf(group, note),
        seconds: took(id)
      }),
      ...notBroken(group, result)
    }
  }),
  notRun: results.flatMap(({ id, unfinished }) => (unfinished === true ? [id] : []))
})
