/** Runs as Markdown: what a job's summary or a comment on a change shows. What fails comes first, what holds is folded. */
import { byReason } from "../src/audit/left-out.ts"
import { duration, quantity, real } from "./number-format.ts"
import { fails, type Place, type ReportedCheck, type ReportedRun, summaryOf } from "./reported-run.ts"

/** A text inside a cell: what would end it, or be markup, escaped. */
const cell = (text: string): string =>
  text
    .replaceAll("\\", "\\\\")
    .replace(/[|*_`[\]<>~]/g, (c) => `\\${c}`)
    .replace(/\s*\n\s*/g, " ")

const code = (text: string): string => `\`${text.replaceAll("`", "'").replaceAll("|", "\\|")}\``

const at = (place: Place | undefined): string => (place === undefined ? "" : code(`${place.path}:${place.line}`))

const wordOf = (check: ReportedCheck): string =>
  check.verdict === "refuted"
    ? fails(check)
      ? "❌ refuted"
      : "⚠️ refuted, as in the baseline"
    : check.verdict === "undecided"
      ? `❔ ${check.standing ?? "undecided"}`
      : "✅ supported"

const row = (check: ReportedCheck): string => {
  const { bound, id, level, measured, nature, note, place, relation, replay, title, verdict } = check
  const promised = bound === "none" ? "" : `${relation} ${quantity(bound)}`
  const said = verdict === "supported" ? title : `${note}${check.known === undefined ? "" : ` (${check.known})`}`
  const again = replay === undefined || verdict !== "refuted" ? "" : `<br>${code(replay)}`
  return `| ${wordOf(check)} | ${cell(id)} | ${nature} | ${cell(quantity(measured))} | ${cell(promised)} | ${level === 0 ? "exact" : real(level)} | ${at(place)} | ${cell(said)}${again} |`
}

const HEAD =
  "| verdict | check | rests on | measured | promised | level | claimed at | |\n|---|---|---|---|---|---|---|---|"

const table = (checks: ReadonlyArray<ReportedCheck>): string => [HEAD, ...checks.map(row)].join("\n")

const section = (run: ReportedRun): string => {
  const { candidate, checks, command, level, notRun, seconds, seed } = run
  const stands = ({ calm, verdict }: ReportedCheck): boolean => verdict === "supported" || calm === true
  const open = checks.filter((one) => !stands(one))
  const held = checks.filter(stands)
  const order = [...open].sort((a, b) => Number(fails(b)) - Number(fails(a)))
  return [
    `### ${checks.some(fails) ? "❌" : "✅"} coverbound ${command} ${cell(candidate)}`,
    `${summaryOf(run)}; seed ${seed}, ${duration(1000 * seconds)}; the chance that anything correct was refuted is at most ${real(level)}.`,
    ...(notRun.length === 0 ? [] : [`Not run: ${byReason(notRun).map(cell).join("; ")}.`]),
    ...(order.length === 0 ? [] : [table(order)]),
    ...(held.length === 0 ? [] : [`<details><summary>${held.length} held</summary>\n\n${table(held)}\n\n</details>`])
  ].join("\n\n")
}

/** One section a run. */
export const markdown = (runs: ReadonlyArray<ReportedRun>): string => `${runs.map(section).join("\n\n")}\n`
