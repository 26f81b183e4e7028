/**
 * How long SpannerSampling's two phases take with the literal oracle, which draws every pair: against C_cov, d and ε.
 * T7 says that coverage is paid in draws; here they are paid in time. The process is the unit of replication.
 */
import { fitExponentsWithinUnits } from "../src/statistics/exponent-fit.ts"
import { exponentVerdict } from "../src/statistics/exponent-judgement.ts"
import { median } from "../src/statistics/median.ts"
import { measuredApart, studyOver, told } from "./replicates.ts"
import { type PhaseName, type PhasePoint, PHASES } from "./spanner-grids.ts"
import { type Series, standingBy, type Suite, type SuiteReport, type Target } from "./suite.ts"

const LEVEL = 0.01
const CLOCKS = ["wall", "processor"] as const

const SCRIPT = new URL("spanner-process.ts", import.meta.url)

export const spannerPhase: Suite = {
  name: "spanner-phase",
  summary: "time of SpannerSampling's phases, literal oracle, against C_cov, d and ε",
  run: async ({ quick, log }) => {
    const backends = new Set<string>()
    const rows: Array<ReadonlyArray<string>> = []
    const exponents: Array<ReadonlyArray<string>> = []
    const targets: Array<Target> = []
    const series: Array<Series> = []
    const studies: Array<NonNullable<SuiteReport["studies"]>[number]> = []
    for (const phase of Object.keys(PHASES) as ReadonlyArray<PhaseName>) {
      const { title, grids } = PHASES[phase]
      const units = Array.from({ length: quick ? 2 : 5 }, (_, unit) => {
        log(`spanner-phase: ${phase}, process ${unit + 1}`)
        const points = measuredApart(SCRIPT, phase, unit, quick ? 1e4 : Infinity) as ReadonlyArray<PhasePoint>
        for (const { backend } of points) backends.add(backend)
        return points
      })
      for (const { axis, claim, predicted, margin } of grids) {
        const points = units.flatMap((list, unit) => list.filter((p) => p.axis === axis).map((p) => ({ ...p, unit })))
        const values = [...new Set(points.map((p) => p.value))]
        const name = axis === "C" ? "C_cov" : axis
        for (const value of values) {
          const at = points.filter((p) => p.value === value)
          const [seconds, processor, pairs] = (["wall", "processor", "pairs"] as const).map((of) =>
            median(at.map((p) => p[of]))
          )
          rows.push([
            phase,
            `${name} = ${value.toPrecision(4)}`,
            seconds.toPrecision(3),
            processor.toPrecision(3),
            pairs.toExponential(2),
            ((seconds / pairs) * 1e9).toFixed(2)
          ])
          for (const clock of CLOCKS)
            series.push({
              name: `${phase}, ${axis} = ${value}, ${clock}`,
              unit: "s, one a process",
              samples: at.map((p) => p[clock])
            })
        }
        for (const clock of CLOCKS) {
          const table = {
            response: points.map((p) => p[clock]),
            predictors: { [axis]: points.map((p) => p.value) },
            unit: points.map((p) => p.unit)
          }
          const [exponent] = fitExponentsWithinUnits(table, LEVEL).exponents
          const verdict = exponentVerdict(exponent, { claim, predicted, margin, level: LEVEL })
          const replicated = { variable: axis, predicted, units: units.length, exponent, verdict }
          const estimate = exponent.estimate.toFixed(4)
          const said = told(replicated, 4)
          exponents.push([title, name, clock, `${claim} ${predicted}`, estimate, said.interval, said.verdict])
          targets.push({
            claim: `${phase}: ${clock} time in ${name}, exponent ${claim} ${predicted} ± ${margin}`,
            measured: `${estimate}, ${said.verdict}`,
            ...standingBy(said.verdict),
            kind: "timing"
          })
          // Of the two clocks, the processor's is no other program's.
          if (clock === "processor") {
            const cases = values
              .toSorted((a, b) => a - b)
              .map((value) => ({
                sizes: { [axis]: value },
                time: median(points.filter((p) => p.value === value).map((p) => p.processor))
              }))
            const about = { title: `SpannerSampling, ${phase}, in ${axis}`, unit: "s of processor" }
            studies.push(studyOver(replicated, cases, LEVEL, about))
          }
        }
      }
    }
    return {
      tables: [
        {
          title: "Seconds of a phase (medians of processes)",
          columns: ["phase", "at", "wall s", "processor s", "draws/2", "ns a pair of draws"],
          rows
        },
        {
          title: "Exponents, 99 % intervals over processes",
          columns: ["phase", "in", "clock", "predicted", "fitted", "interval", "verdict"],
          rows: exponents
        }
      ],
      targets,
      series,
      studies,
      notes: [
        `Searches, counts and tables were made by: ${[...backends].sort().join("; ")}.`,
        "finished-spanner keeps T7's T_span/C_cov as at C = 10⁴, d = 4, ε = 0.1: its logarithm of T_prompt, which grows with log C, is not what is measured.",
        "spanner from nothing: 160 visits and a test made ready after every acceptance cost as much as 10⁵ draws, so that the time a pair falls with C; its draws are proportional to C_cov."
      ]
    }
  }
}
