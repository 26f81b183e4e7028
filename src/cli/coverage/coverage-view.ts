/** A coverage report for a terminal. */
import { count, real } from "../../../reports/number-format.ts"
import type { CoverageReport, PopulationReport } from "../../coverage/coverage-report.ts"
import { crossingLine } from "../../coverage/crossing.ts"
import type { PredictedCost } from "../../coverage/predicted-cost.ts"
import type { Interval } from "../../statistics/confidence-sequence.ts"
import { right, table } from "../table.ts"
import { labelled, type Page, printable, wrapped } from "../terminal.ts"

/** A, B, C … for sources, whose names are long. */
export const letterOf = (i: number): string => String.fromCharCode(65 + (i % 26))

const between = ({ lower, upper }: Interval): string => (lower === upper ? "" : ` [${real(lower)}, ${real(upper)}]`)
const estimated = (estimate: number | undefined, interval: Interval): string =>
  `${estimate === undefined ? "–" : real(estimate)}${between(interval)}`

const bound = ({ estimate, interval, onlyLower }: PopulationReport["coverage"]["overall"]): string =>
  onlyLower ? `≥ ${real(interval.lower)}` : `${real(estimate!)}${between(interval)}`

const costRange = ({ least, most }: PopulationReport["costs"][number], of: (cost: PredictedCost) => bigint): string =>
  most === undefined
    ? `≥ ${count(of(least))}`
    : of(least) === of(most)
      ? count(of(least))
      : `${count(of(least))} – ${count(of(most))}`

const openLine = (one: PopulationReport): ReadonlyArray<string> => {
  const open = one.coverage.prompts.filter(({ onlyLower }) => onlyLower).length
  return open === 0
    ? []
    : [
        `${open} of ${one.prompts} prompts saw no success: their draws give only a lower bound on C_x, and so on C_cov; from above there is the trivial e^{R/β} = ${real(one.coverage.overall.interval.upper)}`
      ]
}

export const coverageView = (
  { crossings, populations }: CoverageReport,
  setting: {
    readonly level: number
    readonly beta: number
    readonly dimension: number
    readonly epsilon: number
    readonly delta: number
  },
  folder: string,
  page: Page
): string => {
  const letters = populations.map((_, i) => letterOf(i))
  const heads = ["", ...letters.map(right)]
  const section = (title: string): string => `  ${page.ink("bold", title)}`
  const intervals = populations.some(({ known }) => known === "samples")
    ? `; [ ] hold all at once for a source, ${real(100 * (1 - setting.level))} %`
    : ""
  const lines = (texts: ReadonlyArray<string>): ReadonlyArray<string> =>
    texts.map((text) => page.ink("dim", wrapped(printable(text), page.width, "      ")))
  return [
    "",
    ...populations.flatMap((one, i) => [
      labelled(
        letters[i],
        `${printable(one.name)}: ${count(one.prompts)} prompts, ${one.known === "exact" ? "law known" : `${count(one.draws)} draws`}`,
        page,
        4
      ),
      ...lines([...one.notes, ...openLine(one)])
    ]),
    "",
    section(`pass@k, mean over the prompts given${intervals}`),
    "",
    table(
      page,
      heads,
      populations[0].pass.map(({ k }, row) => [
        `k = ${count(k)}`,
        ...populations.map(({ pass }) => estimated(pass[row].estimate, pass[row].interval))
      ])
    ),
    "",
    section("coverage profile: share of prompts with 1/p(right) > M"),
    "",
    table(
      page,
      heads,
      populations[0].profile.map(({ M }, row) => [
        `M = ${count(M)}`,
        ...populations.map(({ profile }) => estimated(profile[row].estimate, profile[row].band))
      ])
    ),
    "",
    section(`C_cov of the optimal policy of a 0/1 reward, β = ${real(setting.beta)} R`),
    "",
    table(page, heads, [["C_cov", ...populations.map(({ coverage }) => bound(coverage.overall))]]),
    "",
    section(
      `what exploring sets aside at that C_cov: d = ${setting.dimension}, ε = ${real(setting.epsilon)} R, δ = ${real(setting.delta)}, practical parameters`
    ),
    "",
    table(
      page,
      heads,
      populations[0].costs.flatMap(({ least }, row) => [
        [`${least.algorithm} T_data`, ...populations.map(({ costs }) => costRange(costs[row], (c) => c.T_data))],
        [`${least.algorithm} T_comp`, ...populations.map(({ costs }) => costRange(costs[row], (c) => c.T_comp))]
      ])
    ),
    ...(crossings.length === 0 ? [] : ["", section("do the pass@k curves cross?"), ""]),
    ...crossings.map(({ a, b, found }) =>
      labelled(`${letters[a]}, ${letters[b]}`, printable(crossingLine(lettered(found, populations))), page, 8)
    ),
    "",
    page.ink("dim", wrapped(`Tables, a plot and everything as JSON: ${folder}`, page.width, "  ")),
    ""
  ].join("\n")
}

/** Names of sources as letters, in a line that has room for no more. */
const lettered = <F extends object>(found: F, populations: ReadonlyArray<PopulationReport>): F =>
  JSON.parse(JSON.stringify(found), (_, value: unknown) => {
    const i = typeof value === "string" ? populations.findIndex(({ name }) => name === value) : -1
    return i < 0 ? value : letterOf(i)
  }) as F
