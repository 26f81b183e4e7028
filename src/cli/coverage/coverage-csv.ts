/** The tables of a coverage report as CSV (RFC 4180): one row per source and k, M or prompt. */
import { csvText } from "../../../reports/csv.ts"
import type { CoverageReport } from "../../coverage/coverage-report.ts"
import type { Population } from "../../coverage/population.ts"

const csv = (rows: Parameters<typeof csvText>[0]): string => csvText(rows, "\r\n")

export const passCsv = ({ populations }: CoverageReport): string =>
  csv([
    ["source", "k", "estimate", "lower", "upper"],
    ...populations.flatMap(({ name, pass }) =>
      pass.map(({ estimate, interval, k }) => [name, k, estimate, interval.lower, interval.upper])
    )
  ])

export const profileCsv = ({ populations }: CoverageReport): string =>
  csv([
    ["source", "M", "share of prompts with 1/p > M", "lower", "upper"],
    ...populations.flatMap(({ name, profile }) =>
      profile.map(({ M, band, estimate }) => [name, M, estimate, band.lower, band.upper])
    )
  ])

export const coverageCsv = ({ populations: reports }: CoverageReport, populations: ReadonlyArray<Population>): string =>
  csv([
    ["source", "prompt", "draws", "successes", "p", "C_x", "lower", "upper", "only a lower bound"],
    ...reports.flatMap(({ coverage, name }, i) =>
      populations[i].prompts.map((prompt, x) => {
        const { estimate, interval, onlyLower } = coverage.prompts[x]
        const counted = "p" in prompt ? undefined : prompt
        return [
          name,
          prompt.label,
          counted?.draws,
          counted?.successes,
          "p" in prompt ? prompt.p : prompt.successes / prompt.draws,
          estimate,
          interval.lower,
          interval.upper,
          String(onlyLower)
        ]
      })
    )
  ])
