/**
 * Runs as GitHub Actions workflow commands: refuted checks are errors, undecided ones warnings, and one notice a run sums up. GitHub shows ten annotations of a kind and step and
 * drops the rest without a word; so ten are written in all, the gravest, and everything stands in the job's summary (`markdown`).
 */
import { real } from "./number-format.ts"
import { fails, type Place, type ReportedCheck, type ReportedRun, summaryOf } from "./reported-run.ts"

/** Annotations in all. */
export const MOST_ANNOTATIONS = 10

const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A")
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C")

type Kind = "error" | "warning" | "notice"

const command = (kind: Kind, place: Place | undefined, title: string, message: string): string => {
  const where = place === undefined ? "" : `file=${property(place.path)},line=${place.line},`
  return `::${kind} ${where}title=${property(title)}::${data(message)}`
}

const annotation = (
  candidate: string,
  check: ReportedCheck
): { readonly rank: number; readonly line: string } | undefined => {
  const { id, known, note, place, replay, title, verdict } = check
  if (verdict === "supported" || check.calm === true) return undefined
  const kind = fails(check) ? "error" : "warning"
  const lines =
    verdict === "undecided"
      ? [note]
      : [title, ...(known === undefined ? [] : [known]), note, ...(replay === undefined ? [] : [`replay: ${replay}`])]
  return {
    rank: kind === "error" ? 0 : 1,
    line: command(kind, place, `${candidate}: ${id} ${verdict}`, lines.join("\n"))
  }
}

/** One line an annotation, ten at most; what did not fit is counted in the notice. */
export const githubAnnotations = (runs: ReadonlyArray<ReportedRun>): string => {
  const all = runs
    .flatMap(({ candidate, checks }) => checks.flatMap((check) => annotation(candidate, check) ?? []))
    .sort((a, b) => a.rank - b.rank)
  // A notice a run where they fit, one for all where they do not.
  const notices = runs.length <= MOST_ANNOTATIONS / 2 ? runs.length : 1
  const shown = all.slice(0, MOST_ANNOTATIONS - notices)
  const more = all.length - shown.length
  const rest = more === 0 ? "" : `; ${more} more in the job summary`
  const notice = (candidate: string, text: string, level: number): string =>
    command("notice", undefined, candidate, `${text}; false alarms at most ${real(level)} in all${rest}`)
  const summed =
    notices === runs.length
      ? runs.map((run) => notice(`coverbound ${run.command} ${run.candidate}`, summaryOf(run), run.level))
      : [
          notice(
            `coverbound ${runs[0].command}`,
            `${runs.length} algorithms, ${runs.flatMap(({ checks }) => checks.filter(fails)).length} checks refuted`,
            runs.reduce((sum, { level }) => sum + level, 0)
          )
        ]
  return [...shown.map(({ line }) => line), ...summed].map((line) => `${line}\n`).join("")
}
