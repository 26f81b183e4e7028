/** What became of a baseline, for a person: what got worse, and what was as bad before. */
import { fails, type ReportedRun } from "../../../reports/reported-run.ts"
import { noted, type Page, wrapped } from "../terminal.ts"

/** A few lines below the page. */
export const baselineText = ({ checks }: ReportedRun, page: Page): string => {
  const worse = checks.filter(fails)
  const known = checks.filter((one) => one.verdict === "refuted" && !fails(one))
  const said = checks.filter(({ group, verdict }) => group === "baseline" && verdict !== "refuted")
  return `${[
    worse.length === 0
      ? `  ${page.ink("green", "✓ nothing got worse than the baseline, that a test could tell")}`
      : `  ${page.ink("red", `✗ ${worse.length} worse than the baseline`)}`,
    ...worse.map(({ id, note }) => wrapped(`${id}: ${note}`, page.width, "    ")),
    ...known.map(({ id, known: why }) => noted(`${id}: ${why}`, page, "    ")),
    ...said.map(({ note }) => noted(note, page, "    "))
  ].join("\n")}\n`
}
