/**
 * How long SpannerSampling's two phases take with the literal oracle, which draws every pair: against C_cov, d and ε.
 * T7 says that coverage is paid in draws; here they are paid in time. The process is the unit of replication.
 */
import { fitExponentsWithinUnits } from "../src/statistics/exponent-fit.ts"
import { studyJson } from "../src/cli/scaling/scaling-document.ts"
import { judgeExponent } from "../src/statistics/exponent-judgement.ts"
import { scalingStudy } from "../src/statistics/scaling-study.ts"
import { median } from "./median.ts"
import { measuredApart } from "./replicates.ts"
import { type PhaseName, type PhasePoint, PHASES } from "./spanner-grids.ts"
import { type Series, standingBy, type Suite, type Target } from "./suite.ts"

const LEVEL = 0.01
/** An interval wider than this, from few processes, tells nothing and is not printed. */
const TELLING = 0.6

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
    const studies: Array<ReturnType<typeof studyJson>> = []
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
        for (const value of new Set(points.map((p) => p.value))) {
          const at = points.filter((p) => p.value === value)
          const seconds = median(at.map((p) => p.wall))
          const pairs = median(at.map((p) => p.pairs))
          rows.push([
            phase,
            `${axis === "C" ? "C_cov" : axis} = ${value.toPrecision(4)}`,
            seconds.toPrecision(3),
            median(at.map((p) => p.processor)).toPrecision(3),
            pairs.toExponential(2),
            ((seconds / pairs) * 1e9).toFixed(2)
          ])
          series.push({
            name: `${phase}, ${axis} = ${value}, wall`,
            unit: "s, one a process",
            samples: at.map((p) => p.wall)
          })
          series.push({
            name: `${phase}, ${axis} = ${value}, processor`,
            unit: "s, one a process",
            samples: at.map((p) => p.processor)
          })
        }
        for (const clock of ["wall", "processor"] as const) {
          const fit = fitExponentsWithinUnits(
            {
              response: points.map((p) => p[clock]),
              predictors: { [axis]: points.map((p) => p.value) },
              unit: points.map((p) => p.unit)
            },
            LEVEL
          )
          const judged = judgeExponent(fit.exponents[0], { claim, predicted, margin, level: LEVEL })
          const { estimate, lower, upper } = fit.exponents[0]
          const told = upper - lower <= TELLING
          // Of the two clocks, the processor's is no other program's.
          if (clock === "processor") {
            const values = [...new Set(points.map((p) => p.value))].toSorted((a, b) => a - b)
            const cases = values.map((value) => ({
              sizes: { [axis]: value },
              time: median(points.filter((p) => p.value === value).map((p) => p.processor))
            }))
            const model = {
              text: `a + b*${axis}${predicted === 1 ? "" : `^${predicted}`}`,
              coefficients: ["a", "b"],
              terms: (sizes: Readonly<Record<string, number>>) => [1, sizes[axis] ** predicted]
            }
            studies.push({
              ...studyJson(scalingStudy(cases, model, LEVEL), {
                title: `SpannerSampling, ${phase}, in ${axis}`,
                unit: "s of processor"
              }),
              exponents: [
                {
                  variable: axis,
                  predicted,
                  ...(told ? { estimate, lower, upper } : {}),
                  verdict: told ? judged.verdict : ("undecided" as const),
                  ...(told ? {} : { why: `${units.length} processes cannot decide it: an interval takes 5` })
                }
              ]
            })
          }
          exponents.push([
            title,
            axis === "C" ? "C_cov" : axis,
            clock,
            `${claim} ${predicted}`,
            judged.estimate.toFixed(4),
            told ? `${lower.toFixed(4)} – ${upper.toFixed(4)}` : `cannot decide: ${units.length} processes`,
            told ? judged.verdict : "undecided"
          ])
          targets.push({
            claim: `${phase}: ${clock} time in ${axis === "C" ? "C_cov" : axis}, exponent ${claim} ${predicted} ± ${margin}`,
            measured: `${judged.estimate.toFixed(4)}, ${judged.verdict}`,
            ...standingBy(told ? judged.verdict : "undecided"),
            kind: "timing"
          })
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
