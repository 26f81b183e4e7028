/**
 * The kernels on each backend beside NumPy in one run, what they reach of the machine's peaks, and how their time grows
 * against the cost models.
 */
import { setTimeout } from "node:timers/promises"
import { prepare, type LiteralCase, literalCases } from "../literal-oracle-cases.ts"
import { drawing, enter, fastest, tabulating, theirs } from "../literal-oracle.ts"
import { type Contestant, interleaved, type Measured, ratios, series, spread, timed } from "../measure.ts"
import { median } from "../../src/statistics/median.ts"
import { NumpyPeer } from "../peers/numpy-peer.ts"
import {
  type PeerRatio,
  type Roof,
  type Suite,
  type SuiteOptions,
  type Series,
  type Target,
  UsageError
} from "../suite.ts"
import { describeRan } from "../../src/kernel/backend.ts"
import { exponentReport } from "./exponents.ts"
import { aimed, type KernelBackend, openBackends } from "./backends.ts"
import { bandwidthAt, caches, placeOf } from "./bandwidth.ts"
import { type KernelCase, type KernelName, MODELS } from "./models.ts"
import { measurePeaks, type Peaks } from "./peak.ts"
import { searchesOf } from "./searches.ts"

const ROWS = 65536
/** Ratios to the best NumPy on as many threads that the project aims at. */
const AIMS: ReadonlyArray<KernelCase & { readonly atLeast?: number }> = [
  { kernel: "score", N: ROWS, d: 16 },
  { kernel: "quadratic-form", N: ROWS, d: 4 },
  { kernel: "quadratic-form", N: ROWS, d: 16, atLeast: 1.5 },
  { kernel: "quadratic-form", N: ROWS, d: 64, atLeast: 1 },
  { kernel: "pair-distances", N: 1024, d: 16, atLeast: 1.5 },
  { kernel: "softmax", N: ROWS, d: 1 },
  { kernel: "gram", N: ROWS, d: 16 },
  { kernel: "gram", N: ROWS, d: 64 },
  { kernel: "first-accepted", N: ROWS, d: 1 }
]
const FIRST_HIT_AIM = 10
/** Milliseconds left after a turn of NumPy on several threads: without them our two-thread figures show no gain, as if its idle threads still held the core (seen, not traced). */
const SPINNING = 300

const title = ({ kernel, N, d }: KernelCase): string =>
  kernel === "pair-distances" ? `${kernel} R=${N} d=${d}` : `${kernel} N=${N}${d > 1 ? ` d=${d}` : ""}`

const chosen = <A extends string>(
  what: string,
  asked: ReadonlyArray<string>,
  known: ReadonlyArray<A>
): ReadonlyArray<A> => {
  const strange = asked.find((name) => !known.some((k) => k === name))
  if (strange !== undefined) throw new UsageError(`--${what}: ${strange}, expected ${known.join(", ")}`)
  return asked.length === 0 ? known : known.filter((k) => asked.includes(k))
}

interface Report {
  readonly rows: Array<ReadonlyArray<string>>
  readonly roofs: Array<ReadonlyArray<string>>
  readonly targets: Array<Target>
  readonly series: Array<Series>
  readonly ceilings: Array<Roof>
  readonly peers: Array<PeerRatio>
}

/** What the turns of a comparison cost. */
interface Turns {
  readonly rounds: number
  readonly milliseconds: number
}

const microseconds = (m: Measured): string => (median(m.rounds) / 1e3).toFixed(m.rounds[0] < 1e5 ? 1 : 0)

const compareDense = async (
  aim: (typeof AIMS)[number],
  backends: ReadonlyArray<KernelBackend>,
  peers: ReadonlyArray<{ readonly threads: number; readonly peer: NumpyPeer }>,
  { rounds, milliseconds }: Turns,
  peaks: Peaks,
  report: Report
): Promise<void> => {
  const name = title(aim)
  const made = backends.flatMap((backend) => {
    const ready = backend.make(aim)
    return ready === undefined ? [] : [{ backend, ready }]
  })
  const ours = made.map(({ backend, ready }) => timed({ name: backend.name, units: 1, call: ready.call }, milliseconds))
  const others: Array<Contestant & { readonly threads: number }> = []
  for (const { peer, threads } of peers) {
    const { ways } = await peer.ask({ op: "load", kernel: aim.kernel, N: aim.N, d: aim.d })
    for (const way of ways as ReadonlyArray<string>) {
      others.push({
        name: `numpy ${way} ${threads}T`,
        threads,
        turn: async () => {
          const { ns } = await peer.ask({ op: "run", way, milliseconds })
          if (threads > 1) await setTimeout(SPINNING)
          return ns as ReadonlyArray<number>
        }
      })
    }
  }
  const measured = await interleaved([...ours, ...others], rounds)
  for (const { ready } of made) ready.close()
  for (const m of measured) report.series.push(series(`${m.name}, ${name}`, "ns/call", m.samples))
  const theirsAll = measured.slice(ours.length)
  made.forEach(({ backend }, i) => {
    const mine = measured[i]
    const rivals = theirsAll.filter((_, j) => others[j].threads <= backend.threads)
    const best = fastest(
      rivals,
      rivals.map((r) => r.name)
    )
    const seconds = median(mine.rounds) / 1e9
    const model = MODELS[aim.kernel]
    report.rows.push([
      name,
      backend.name,
      microseconds(mine),
      best === undefined ? "–" : microseconds(best),
      best === undefined ? "–" : best.name,
      best === undefined ? "–" : spread(ratios(best, mine))
    ])
    const [work, moved] = [model.operations(aim.N, aim.d), model.bytes(aim.N, aim.d)]
    const integers = aim.kernel === "first-accepted"
    const gigabytes = bandwidthAt(peaks.bandwidth(backend.threads), moved)
    // A GPU's peaks are its own.
    const onCpu = backend.kernels?.ran.backend !== "webgpu"
    const ceiling = backend.threads * (integers ? peaks.gops : peaks.gflops)
    if (onCpu && moved > 0)
      report.ceilings.push({
        name,
        backend: backend.name,
        intensity: work / moved,
        gops: work / seconds / 1e9,
        peak: ceiling,
        gigabytes
      })
    if (best !== undefined)
      report.peers.push({ name, backend: backend.name, peer: best.name, ratios: ratios(best, mine) })
    if (onCpu)
      report.roofs.push([
        name,
        backend.name,
        (work / seconds / 1e9).toFixed(1),
        `${((100 * work) / seconds / 1e9 / ceiling).toFixed(0)} %`,
        moved === 0 ? "–" : (moved / seconds / 1e9).toFixed(1),
        moved === 0 ? "–" : `${((100 * moved) / seconds / 1e9 / gigabytes).toFixed(0)} %`,
        moved > 0 && work / ceiling < moved / gigabytes ? placeOf(moved, caches()) : "arithmetic"
      ])
    if (best !== undefined && aim.atLeast !== undefined && aimed(backend)) {
      const ratio = median(ratios(best, mine))
      report.targets.push({
        claim: `${name}, ${backend.name}: at least ${aim.atLeast}× the best NumPy on as many threads or fewer`,
        measured: `${ratio.toFixed(2)}× ${best.name}`,
        held: ratio >= aim.atLeast,
        kind: "timing"
      })
    }
  })
}

const FIRST_HIT_CASES: ReadonlyArray<string> = [
  "R=16 d=16",
  "R=16 d=16, 256 prompts of 1024 pairs",
  "R=256 d=16",
  "R=2048 d=16",
  "R=2048 d=64"
]

const compareFirstHit = async (
  literalCase: LiteralCase,
  backends: ReadonlyArray<KernelBackend>,
  peer: NumpyPeer | undefined,
  { rounds, milliseconds }: Turns,
  report: Report
): Promise<void> => {
  const prepared = prepare(literalCase)
  const pairs = prepared.limit * prepared.visits
  const ours = backends.flatMap((backend) =>
    searchesOf(prepared, backend).map(({ name, held, call }) => ({
      held,
      contestant: timed({ name, units: pairs, call }, milliseconds)
    }))
  )
  const variants =
    peer === undefined ? [] : await enter(peer, prepared, [...drawing(prepared), ...tabulating(prepared)])
  const measured = await interleaved(
    [...ours.map((o) => o.contestant), ...variants.map((variant) => theirs(peer!, variant, pairs, milliseconds))],
    rounds
  )
  for (const m of measured) report.series.push(series(`first-hit ${m.name}, ${literalCase.name}`, "ns/pair", m.samples))
  const rivals = measured.slice(ours.length)
  const best = fastest(rivals, drawing(prepared))
  const tabulated = fastest(rivals, tabulating(prepared))
  ours.forEach(({ held }, i) => {
    const mine = measured[i]
    report.rows.push([
      `first-hit ${literalCase.name}`,
      mine.name,
      `${median(mine.rounds).toFixed(2)} ns/pair`,
      best === undefined ? "–" : `${median(best.rounds).toFixed(2)} ns/pair`,
      best === undefined ? "–" : `numpy ${best.name} 1T`,
      best === undefined ? "–" : spread(ratios(best, mine))
    ])
    if (best !== undefined)
      report.peers.push({
        name: `first-hit ${literalCase.name}`,
        backend: mine.name,
        peer: `numpy ${best.name} 1T`,
        ratios: ratios(best, mine)
      })
    if (tabulated !== undefined && held) {
      report.rows.push([
        "",
        "",
        "",
        `${median(tabulated.rounds).toFixed(2)} ns/pair`,
        `numpy ${tabulated.name} 1T`,
        spread(ratios(tabulated, mine))
      ])
    }
    if (best !== undefined && held) {
      const ratio = median(ratios(best, mine))
      report.targets.push({
        claim: `first-hit ${literalCase.name}, ${mine.name}: at least ${FIRST_HIT_AIM}× the best NumPy that draws both responses`,
        measured: `${ratio.toFixed(2)}× ${best.name}`,
        held: ratio >= FIRST_HIT_AIM,
        kind: "timing"
      })
    }
  })
}

const run = async ({ quick, log, kernels = [], backends = [], seconds = Infinity }: SuiteOptions) => {
  const until = performance.now() + 1000 * seconds
  const names = chosen("kernel", kernels, Object.keys(MODELS) as ReadonlyArray<KernelName>)
  const missing: Array<string> = []
  const used = await openBackends(backends, (error) => {
    if (backends.length > 0) throw error
    missing.push(error.message)
  })
  const turns = quick ? { rounds: 3, milliseconds: 30 } : { rounds: 15, milliseconds: 80 }
  const report: Report = { rows: [], roofs: [], targets: [], series: [], ceilings: [], peers: [] }
  const peaks = measurePeaks(quick ? 50 : 500)
  const peers = [1, 2].flatMap((threads) => {
    const peer = NumpyPeer.start("kernels.py", threads)
    return peer === undefined ? [] : [{ threads, peer }]
  })
  const about = await peers[0]?.peer.ask({ op: "about" })
  // Not plain SIMD unless asked for; gpu.js's plain JavaScript always, on sizes of its own.
  const grown = [
    ...used.filter(({ name }) => !name.includes("plain") || backends.includes(name)),
    ...(backends.length > 0 ? [] : await openBackends(["cpu"], (error) => missing.push(error.message)))
  ]
  const effort = quick
    ? { processes: 2, milliseconds: 2, passes: 2, until: until - 350 * seconds }
    : { processes: 6, milliseconds: 4, passes: 4 }
  // First, since they are what cannot be had in less time.
  const exponents = exponentReport(names, grown, effort, peaks.bandwidth, log)
  const late = new Array<string>()
  for (const aim of AIMS.filter((a) => names.includes(a.kernel))) {
    if (performance.now() > until - 100 * seconds) {
      late.push(title(aim))
      continue
    }
    log(`kernels: ${title(aim)}`)
    await compareDense(aim, used, peers, turns, peaks, report)
  }
  for (const { peer } of peers) peer.close()
  if (names.includes("first-hit")) {
    const peer = NumpyPeer.start("literal_oracle.py")
    for (const literalCase of literalCases(false).filter((c) => FIRST_HIT_CASES.includes(c.name))) {
      if ((quick && literalCase.responses > 256) || performance.now() > until - 60 * seconds) continue
      log(`kernels: first-hit ${literalCase.name}`)
      await compareFirstHit(literalCase, used, peer, turns, report)
    }
    peer?.close()
  }
  const ran = used.flatMap(({ kernels: set, name }) => (set === undefined ? [] : [`${name}: ${describeRan(set.ran)}.`]))
  for (const backend of new Set([...used, ...grown])) await backend.destroy()
  return {
    tables: [
      {
        title:
          "Time a call, µs (medians of rounds), beside the best NumPy on as many threads or fewer; ratio: median (least–greatest)",
        columns: ["kernel", "backend", "ours", "NumPy", "way", "ratio"],
        rows: report.rows
      },
      {
        title: `Roofline: peaks of one thread ${peaks.gflops.toFixed(0)} GFLOP/s, ${peaks.gops.toFixed(0)} integer Gop/s, ${peaks.bandwidth(1).at(-1)!.gigabytes.toFixed(1)} GB/s from memory; shares of GB/s are of what as many threads read from an array of the size`,
        columns: ["kernel", "backend", "Gop/s of the model", "of peak", "GB/s", "of peak", "bound by"],
        rows: report.roofs
      },
      ...exponents.tables
    ],
    targets: [...report.targets, ...exponents.targets],
    series: [...report.series, ...exponents.series],
    studies: exponents.studies,
    roofs: report.ceilings,
    peers: report.peers,
    notes: [
      about === undefined
        ? "python3 with NumPy is not here: no ratio."
        : `NumPy ${String(about["numpy"])}, Python ${String(about["python"])}, PyTorch ${String(about["torch"] ?? "absent")}; float32.`,
      ...ran,
      ...missing.map((line) => `not here: ${line}.`),
      ...exponents.notes,
      ...(late.length === 0 ? [] : [`Not timed beside NumPy, the time was up: ${late.join("; ")}.`]),
      "first-hit: NumPy has no threads there, so that ours on two are set beside its one. The second line of each is NumPy by tables of outcomes or by our own filter."
    ]
  }
}

export const kernels: Suite = {
  name: "kernels",
  summary:
    "score, quadratic form, pair distances, softmax, Gram, first hit, first accepted: backends, NumPy, roofline, exponents",
  run
}
