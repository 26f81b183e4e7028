/** What `npm run bench:browser` measured as a part of a report: each kernel's time on the backends of a browser. */
import type { Figure, Layer } from "../figure.ts"
import { type Part, slug } from "../model.ts"
import { real } from "../number-format.ts"
import type { At } from "./at.ts"
import type { Around } from "./audit.ts"
import { upperMedian } from "./upper-median.ts"

export const isBrowser = (at: At): boolean => at.get("userAgent").there && at.get("backends").there

interface Timed {
  readonly backend: string
  readonly kernel: string
  readonly axis: string
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
    const keys = [...new Set(points.map(({ axis, fixed, kernel, n }) => JSON.stringify([kernel, axis, fixed, n])))]
    return keys.flatMap((key): ReadonlyArray<Timed> => {
      const mine = points.filter(({ axis, fixed, kernel, n }) => JSON.stringify([kernel, axis, fixed, n]) === key)
      const passed = mine.filter(({ pass }) => pass > 0)
      const [{ axis, kernel, n }] = mine
      return [
        {
          backend: backend.get("backend").text,
          kernel,
          axis,
          n,
          median: upperMedian((passed.length > 0 ? passed : mine).map((one) => one.median))
        }
      ]
    })
  })

export const browserPart = (at: At, { prefix }: Around): Part => {
  const timed = timedOf(at)
  const kinds = [...new Set(timed.map(({ axis, kernel }) => `${kernel}\n${axis}`))]
  const figures = kinds.map((kind): Figure => {
    const [kernel, axis] = kind.split("\n")
    const own = timed.filter((one) => one.kernel === kernel && one.axis === axis && one.median > 0)
    const backends = [...new Set(own.map(({ backend }) => backend))]
    return {
      id: `${prefix}browser-${slug(kernel)}-${axis.toLowerCase()}`,
      title: `${kernel} in ${axis}`,
      caption: "Milliseconds a call, medians over passes, on each backend of this browser.",
      alt: backends
        .map(
          (backend) =>
            `${backend}: ${real(own.findLast((one) => one.backend === backend)!.median)} ms at the largest size`
        )
        .join("; "),
      x: { label: `${axis} →`, scale: "log" },
      y: { label: "↑ ms a call", scale: "log" },
      layers: backends.flatMap((backend): ReadonlyArray<Layer> => {
        const points = own
          .filter((one) => one.backend === backend)
          .toSorted((a, b) => a.n - b.n)
          .map(({ median, n }) => ({ x: n, y: median }))
        return [
          { kind: "line", series: backend, points },
          { kind: "dots", series: backend, points }
        ]
      })
    }
  })
  const quick = at.get("quick").value === true
  return {
    source: {
      kind: "browser benchmark",
      command: `npm run bench:browser${quick ? " -- --quick" : ""}`,
      made: `${at.get("userAgent").text}; ${at.get("software").value === true ? "software adapters" : "the machine's GPU"}`
    },
    title: "Kernels in a browser",
    findings: at.get("backends").list.map((one) => {
      const [wrong, cases] = [one.get("disagreements").some, one.get("agreement").some.length]
      const missing = one.get("missing").maybe(({ text }) => text)
      return {
        nature: "checked" as const,
        says: `${one.get("backend").text}: ${one.get("ran").there ? `${cases} cases against float64, ${wrong.length} wrong` : "does not run here"}`,
        verdict: one.get("ran").there
          ? wrong.length === 0 && cases > 0
            ? ("supported" as const)
            : wrong.length > 0
              ? ("refuted" as const)
              : ("undecided" as const)
          : ("undecided" as const),
        level: 0,
        ...(missing === undefined ? {} : { note: missing })
      }
    }),
    costs: [],
    sections: [
      {
        title: `Runtimes in the browser${quick ? ", quick: few and small sizes, no exponents" : ""}`,
        blocks: [
          { kind: "figures", figures },
          {
            kind: "table",
            id: `${prefix}browser-times`,
            title: "Every size",
            folded: true,
            heads: [
              { text: "kernel" },
              { text: "backend" },
              { text: "in" },
              { text: "size", number: true },
              { text: "ms a call", number: true }
            ],
            rows: timed.map(({ axis, backend, kernel, median, n }) => ({ cells: [kernel, backend, axis, n, median] }))
          }
        ]
      }
    ]
  }
}
