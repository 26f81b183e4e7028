/** A suite of `npm run bench` as a part of a report: predicted cost beside measured, roofline, backends side by side, ratios to peers. */
import { fixed } from "../../src/numeric/fixed.ts"
import { dashed, type Figure, type Layer, logAxis, traced } from "../figure.ts"
import { type Block, type Finding, type Part, slug } from "../model.ts"
import { real } from "../number-format.ts"
import type { At } from "./at.ts"
import { upperMedian } from "./upper-median.ts"
import type { Around } from "./audit.ts"
import { studyBlocks, studyFindings } from "./scaling.ts"

/** A suite before December 2026 stated no format; it is told by what it has. */
export const isBench = (at: At): boolean => at.get("suite").there && at.get("tables").there && at.get("machine").there

const machineOf = (at: At): string => {
  const machine = at.get("machine")
  const commit =
    machine
      .get("commit")
      .maybe(({ text }) => `, commit ${text.slice(0, 12)}${text.endsWith("-dirty") ? " and changes" : ""}`) ?? ""
  return `${machine.get("cpu").text.trim()}, ${machine.get("cores").number} cores, ${machine.get("platform").text}, Node ${machine.in("versions", "node").text}, load ${real(machine.get("load").number)} when it began${commit}`
}

/** "score on wasm, in N": kernel, backend, axis. */
const partsOf = (
  title: string
): { readonly kernel: string; readonly backend: string; readonly axis: string } | undefined => {
  const found = /^(.*?) on (.*), in (\w+)$/.exec(title)
  return found === null ? undefined : { kernel: found[1], backend: found[2], axis: found[3] }
}

/** Each kernel's time on all backends, and the power that its model predicts. */
const backendFigures = (studies: ReadonlyArray<At>, prefix: string): ReadonlyArray<Figure> => {
  const known = studies.flatMap((at) => {
    const parts = partsOf(at.get("title").text)
    return parts === undefined ? [] : [{ at, ...parts }]
  })
  const kinds = [...new Set(known.map(({ axis, kernel }) => `${kernel}\n${axis}`))]
  return kinds.map((kind): Figure => {
    const [kernel, axis] = kind.split("\n")
    const own = known.filter((one) => one.kernel === kernel && one.axis === axis)
    const exponentOf = (at: At): At => at.get("exponents").list[0]
    const predicted = exponentOf(own[0].at).get("predicted").maybeNumber
    const says = own.map(({ at, backend }) => {
      const estimate = exponentOf(at).get("estimate").maybeNumber
      return `${backend} ${estimate === undefined ? "cannot be told" : fixed(estimate, 2)}`
    })
    return {
      id: `${prefix}${slug(kernel)}-${axis.toLowerCase()}`,
      title: `${kernel} in ${axis}`,
      caption: `Microseconds a call on each backend, medians over processes${predicted === undefined ? "" : `; dashes: ${axis} to the ${real(predicted)}, through the largest size`}.`,
      alt: `Exponents: ${says.join("; ")}.`,
      x: logAxis(`${axis} →`),
      y: logAxis("↑ µs a call"),
      layers: own.flatMap(({ at, backend }) => {
        const points = at
          .get("cases")
          .list.map((one) => ({ x: one.in("sizes", axis).number, y: one.get("time").number / 1e3 }))
        const last = points[points.length - 1]
        return [
          ...traced(backend, points),
          ...(predicted === undefined
            ? []
            : dashed(
                backend,
                points.map(({ x }) => ({ x, y: last.y * (x / last.x) ** predicted }))
              ))
        ]
      })
    }
  })
}

const rooflineFigure = (roofs: ReadonlyArray<At>, id: string): ReadonlyArray<Figure> => {
  if (roofs.length === 0) return []
  const points = roofs.map((one) => ({
    backend: one.get("backend").text,
    name: one.get("name").text,
    x: one.get("intensity").number,
    y: one.get("gops").number,
    peak: one.get("peak").number,
    gigabytes: one.get("gigabytes").number
  }))
  const backends = [...new Set(points.map(({ backend }) => backend))]
  const [from, to] = [Math.min(...points.map(({ x }) => x)) / 2, Math.max(...points.map(({ x }) => x)) * 2]
  // The highest roof that was measured: as many threads as any backend had.
  const top = points.reduce((most, one) => (one.peak > most.peak ? one : most))
  const ridge = top.peak / top.gigabytes
  const roof = [from, ...(ridge > from && ridge < to ? [ridge] : []), to].map((x) => ({
    x,
    y: Math.min(top.peak, x * top.gigabytes)
  }))
  return [
    {
      id,
      title: "Roofline",
      caption: `Billions of operations of the cost model a second, against operations a byte that has to move. The roof: arithmetic at ${real(top.peak)} Gop/s and reading at ${real(top.gigabytes)} GB/s, both measured, on as many threads as any backend had. A call whose bytes lie in a cache may stand above the slope.`,
      alt: points.map(({ backend, name, peak, y }) => `${name} on ${backend}: ${real(y)} of ${real(peak)}`).join("; "),
      x: logAxis("operations a byte →"),
      y: logAxis("↑ Gop/s"),
      layers: [
        { kind: "line", series: "roof", points: roof },
        ...backends.map((backend): Layer => ({
          kind: "dots",
          series: backend,
          points: points.filter((one) => one.backend === backend).map(({ name, x, y }) => ({ x, y, note: name }))
        }))
      ]
    }
  ]
}

/** A peer's time over ours, round by round: above 1 we are faster. */
const peerFigure = (peers: ReadonlyArray<At>, id: string): ReadonlyArray<Figure> => {
  if (peers.length === 0) return []
  const names = [...new Set(peers.map((one) => one.get("name").text))]
  const backends = [...new Set(peers.map((one) => one.get("backend").text))]
  const all = peers.map((one) => {
    const ratios = one.get("ratios").list.map(({ number }) => number)
    return { name: one.get("name").text, backend: one.get("backend").text, peer: one.get("peer").text, ratios }
  })
  return [
    {
      id,
      title: "Ratio to peers",
      caption:
        "The best peer's time over ours, median of the rounds with the least and the greatest: right of 1 we are faster.",
      alt: all
        .map(({ backend, name, peer, ratios }) => `${name} on ${backend}: ${real(upperMedian(ratios))} times ${peer}`)
        .join("; "),
      x: logAxis("peer's time / ours →"),
      y: { label: "case", scale: "category", categories: names },
      layers: [
        { kind: "rule", axis: "x", label: "as fast", at: 1 },
        ...backends.map((backend, i): Layer => ({
          kind: "dots",
          series: backend,
          points: all
            .filter((one) => one.backend === backend)
            .map(({ name, peer, ratios }) => ({
              x: upperMedian(ratios),
              y: names.indexOf(name) + (backends.length === 1 ? 0 : (0.6 * i) / (backends.length - 1) - 0.3),
              lower: Math.min(...ratios),
              upper: Math.max(...ratios),
              note: `${backend} against ${peer}`
            }))
        }))
      ]
    }
  ]
}

/** Whether a target was met. Only a result can be refuted; a speed can be missed. */
const metOf = (target: At): Pick<Finding, "verdict" | "word"> =>
  target.get("held").flag
    ? { verdict: "supported", word: "held" }
    : target.get("open").there
      ? { verdict: "undecided", word: "undecided" }
      : target.get("kind").value === "result"
        ? { verdict: "refuted", word: "wrong" }
        : { verdict: undefined, word: "missed" }

export const benchPart = (at: At, { prefix }: Around): Part => {
  const suite = at.get("suite").text
  const quick = at.get("quick").value === true
  const own = `${prefix}${slug(suite)}-`
  const studies = at.get("studies").some
  const targets = at.get("targets").some
  const chosen = (name: "kernels" | "backends"): string =>
    at
      .get(name)
      .some.map(({ text }) => ` --${name.slice(0, -1)} ${text}`)
      .join("")
  const tables = at.get("tables").list.map((one, i): Block => {
    const rows = one.get("rows").list.map((row) => row.list.map(({ text }) => text))
    const title = one.get("title").text
    return rows.length === 0
      ? { kind: "prose", text: `${title}: none` }
      : {
          kind: "table",
          id: `${own}table-${i}`,
          title,
          heads: one.get("columns").list.map(({ text }) => ({ text })),
          rows: rows.map((cells) => ({ cells })),
          folded: i > 0
        }
  })
  return {
    source: {
      kind: `bench ${suite}`,
      command: `npm run bench -- --suite ${suite}${quick ? " --quick" : ""}${chosen("kernels")}${chosen("backends")}`,
      made: machineOf(at)
    },
    title: `${studies.length > 0 ? "How runtimes scale" : "Benchmark"}: ${suite}`,
    findings: [
      at.get("interrupted").maybe(({ text }) => ({
        nature: "evidence",
        says: `${suite} was not measured to its end: ${text}`,
        verdict: "undecided"
      })),
      ...studies.flatMap((one) => studyFindings(one, `${own}${slug(one.get("title").text)}-exponents`)),
      // Exponents are above already, with their intervals.
      ...targets
        .filter((one) => studies.length === 0 || !one.get("claim").text.includes("exponent in"))
        .map((one) => ({
          nature: "evidence" as const,
          says: `${one.get("claim").text}: ${one.get("measured").text}`,
          ...metOf(one),
          anchor: `${own}table-0`
        }))
    ],
    costs: [],
    sections: [
      {
        title: `${suite}${quick ? ", quick: fewer rounds and sizes" : ""}`,
        blocks: [
          {
            kind: "figures",
            figures: [
              ...backendFigures(studies, own),
              ...rooflineFigure(at.get("roofs").some, `${own}roofline`),
              ...peerFigure(at.get("peers").some, `${own}peers`)
            ]
          },
          ...studies.flatMap((one) =>
            studyBlocks(one, own, `${one.get("title").text}: `).filter(({ kind }) => kind !== "figures")
          ),
          ...tables,
          ...at.get("notes").some.map(({ text }): Block => ({ kind: "prose", text }))
        ]
      }
    ]
  }
}
