/** What `npm run bench:browser` measured as a part of a report: each kernel's time on the backends of a browser, and its exponents where there were sizes to fit. */
import { fixed } from "../../src/numeric/fixed.ts"
import { dashed, type Figure, logAxis, traced } from "../figure.ts"
import { type Cell, type Part, slug } from "../model.ts"
import { real, sureBetween } from "../number-format.ts"
import { numbers, tableOf, words } from "../table.ts"
import type { At } from "./at.ts"
import type { Around } from "./audit.ts"
import { upperMedian } from "./upper-median.ts"

export const isBrowser = (at: At): boolean => at.get("userAgent").there && at.get("backends").there

interface Timed {
  readonly backend: string
  readonly kernel: string
  readonly axis: string
  readonly fixed: number
  readonly n: number
  readonly median: number
}

/** Medians over passes where there were any, else what scouting saw. */
const timedOf = (at: At): ReadonlyArray<Timed> =>
  at.get("backends").list.flatMap((backend) => {
    const points = backend.get("points").some.map((one) => ({
      kernel: one.get("kernel").text,
      axis: one.get("axis").text,
      fixed: one.get("fixed").number,
      n: one.get("n").number,
      pass: one.get("pass").number,
      median: one.get("median").number
    }))
    const keys = [...new Set(points.map((one) => JSON.stringify([one.kernel, one.axis, one.fixed, one.n])))]
    return keys.map((key): Timed => {
      const mine = points.filter((one) => JSON.stringify([one.kernel, one.axis, one.fixed, one.n]) === key)
      const passed = mine.filter(({ pass }) => pass > 0)
      const { pass: _, ...first } = mine[0]
      return {
        ...first,
        backend: backend.get("backend").text,
        median: upperMedian((passed.length > 0 ? passed : mine).map((one) => one.median))
      }
    })
  })

/** What is timed along one axis: "gram in N, d = 16". */
interface Sweep {
  readonly title: string
  readonly axis: string
  readonly timed: ReadonlyArray<Timed>
  /** What theory says of it; undefined of a record that does not. */
  readonly theory: Theory | undefined
}

interface Theory {
  readonly exponent: number
  /** The size whose call costs what a launch costs. */
  readonly least: number
  readonly unit: string
  /** Operations by size. */
  readonly work: ReadonlyMap<number, number>
}

const theoryOf = (workload: At): Theory | undefined =>
  workload.get("work").there
    ? {
        exponent: workload.get("exponent").number,
        least: workload.get("least").number,
        unit: workload.get("unit").text,
        work: new Map(workload.get("work").list.map(({ list: [n, work] }) => [n.number, work.number]))
      }
    : undefined

const sweepsOf = (at: At, timed: ReadonlyArray<Timed>): ReadonlyArray<Sweep> => {
  const planned = new Map(
    at
      .get("workloads")
      .some.map((one) => [
        `${one.get("kernel").text}\n${one.get("axis").text}\n${one.get("fixed").number}`,
        { held: one.get("held").text, theory: theoryOf(one) }
      ])
  )
  const keyOf = (one: Timed): string => `${one.kernel}\n${one.axis}\n${one.fixed}`
  return [...new Set(timed.map(keyOf))].map((key) => {
    const [kernel, axis] = key.split("\n")
    const { held, theory } = planned.get(key) ?? {}
    return {
      title: `${kernel} in ${axis}${held === undefined ? "" : `, ${held}`}`,
      axis,
      theory,
      timed: timed.filter((one) => keyOf(one) === key && one.median > 0).toSorted((a, b) => a.n - b.n)
    }
  })
}

/** A call of the least size, and the growth that theory predicts, through the largest size. */
const predictedBy = ({ exponent, least }: Theory, timed: ReadonlyArray<Timed>) => {
  const grown = timed.filter(({ n }) => n > least)
  const last = grown.at(-1)
  if (last === undefined) return []
  const launch = Math.min(timed.find(({ n }) => n === least)?.median ?? 0, last.median)
  return grown.map(({ n }) => ({ x: n, y: launch + (last.median - launch) * (n / last.n) ** exponent }))
}

/** Operations or draws in a second. */
const rateOf = (theory: Theory | undefined, { median, n }: Timed): Cell => {
  const work = theory?.work.get(n)
  if (theory === undefined || work === undefined) return undefined
  const rate = (work / median) * 1e3
  return { text: `${real(rate / 1e9)} G${theory.unit}`, sort: rate }
}

const figureOf = ({ axis, theory, timed, title }: Sweep, prefix: string): Figure => {
  const backends = [...new Set(timed.map(({ backend }) => backend))]
  const of = (backend: string): ReadonlyArray<Timed> => timed.filter((one) => one.backend === backend)
  return {
    id: `${prefix}browser-${slug(title)}`,
    title,
    caption: `Milliseconds a call, medians over passes, on each backend of this browser.${theory === undefined ? "" : ` Dotted: a call of the least size, and growth as ${axis}${theory.exponent === 1 ? "" : `^${theory.exponent}`} through the largest.`}`,
    alt: backends
      .map((backend) => {
        const last = of(backend).at(-1)!
        return `${backend}: ${real(last.median)} ms at ${axis} = ${real(last.n)}`
      })
      .join("; "),
    x: logAxis(`${axis} →`),
    y: logAxis("↑ ms a call"),
    layers: backends.flatMap((series) => [
      ...traced(
        series,
        of(series).map(({ median, n }) => ({ x: n, y: median }))
      ),
      ...(theory === undefined ? [] : dashed(series, predictedBy(theory, of(series))))
    ])
  }
}

/** Which backend was the fastest at the largest size that all of them reached, by sweep. */
const fastest = (sweeps: ReadonlyArray<Sweep>, anchor: string): Part["findings"] => {
  const backends = [...new Set(sweeps.flatMap(({ timed }) => timed.map(({ backend }) => backend)))]
  if (backends.length < 2) return []
  const all = sweeps.flatMap(({ timed }) => {
    const sizes = [...new Set(timed.map(({ n }) => n))].filter((n) =>
      backends.every((backend) => timed.some((one) => one.n === n && one.backend === backend))
    )
    const largest = timed.filter(({ n }) => n === sizes.at(-1)).toSorted((a, b) => a.median - b.median)
    return largest.length === 0 ? [] : [{ backend: largest[0].backend, ratio: largest[1].median / largest[0].median }]
  })
  return backends.flatMap((backend) => {
    const ratios = all.filter((one) => one.backend === backend).map(({ ratio }) => ratio)
    if (ratios.length === 0) return []
    return [
      {
        nature: "evidence" as const,
        says: `${backend} is the fastest of ${backends.join(", ")} in ${ratios.length} of ${all.length} sweeps, at the largest size that all reached; by a factor of ${real(Math.min(...ratios))} to ${real(Math.max(...ratios))} over the next`,
        verdict: undefined,
        anchor
      }
    ]
  })
}

const exponentFinding = (one: At, anchor: string): Part["findings"][number] => ({
  nature: "evidence",
  says: `${one.get("kernel").text} on ${one.get("backend").text}, exponent in ${one.get("axis").text} ${fixed(one.get("measured").number, 2)}, predicted ${real(one.get("predicted").number)} ± ${real(one.get("margin").number)}`,
  interval: sureBetween(one.get("level").number, one.get("lower").bound, one.get("upper").bound, 2),
  verdict: one.get("verdict").verdict,
  level: one.get("level").number,
  anchor
})

const agreement = (one: At): Part["findings"][number] => {
  const [wrong, cases] = [one.get("disagreements").some.length, one.get("agreement").some.length]
  const ran = one.get("ran").there
  const said = [one.get("ran").maybe((r) => r.get("detail").text), one.get("missing").maybeText]
  return {
    nature: "checked",
    says: `${one.get("backend").text}: ${ran ? `${cases} cases against float64, ${wrong} wrong` : "does not run here"}`,
    verdict: wrong > 0 ? "refuted" : ran && cases > 0 ? "supported" : "undecided",
    level: 0,
    note: said.filter((text) => text !== undefined).join("; ") || undefined
  }
}

export const browserPart = (at: At, { prefix }: Around): Part => {
  const timed = timedOf(at)
  const sweeps = sweepsOf(at, timed)
  const quick = at.get("quick").value === true
  const software = at.get("software").value === true
  const anchor = `${prefix}browser-times`
  return {
    source: {
      kind: "browser benchmark",
      command: `npm run bench:browser${quick || !software ? " --" : ""}${quick ? " --quick" : ""}${software ? "" : " --gpu"}`,
      made: `${at.get("userAgent").text}; ${software ? "software adapters" : "the machine's GPU"}`
    },
    title: `Kernels in a browser, on ${software ? "software adapters" : "the machine's GPU"}`,
    findings: [
      ...at.get("exponents").some.map((one) => exponentFinding(one, anchor)),
      ...fastest(sweeps, anchor),
      ...at.get("backends").list.map(agreement)
    ],
    costs: [],
    sections: [
      {
        title: `Runtimes${quick ? ", quick: few and small sizes, no exponents" : ""}`,
        blocks: [
          { kind: "figures", figures: sweeps.map((one) => figureOf(one, prefix)) },
          tableOf(
            sweeps.flatMap(({ theory, timed: all, title }) => all.map((timing) => ({ theory, timing, title }))),
            {
              id: anchor,
              title: "Every size",
              folded: true,
              columns: [
                words("of", ({ title }) => title),
                words("backend", ({ timing }) => timing.backend),
                numbers("size", ({ timing }) => timing.n),
                numbers("ms a call", ({ timing }) => timing.median),
                numbers("a second", ({ theory, timing }) => rateOf(theory, timing))
              ]
            }
          )
        ]
      }
    ]
  }
}
