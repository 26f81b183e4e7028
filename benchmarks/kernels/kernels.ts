/**
 * The kernels on each backend beside NumPy in one run, what they reach of the machine's peaks, and how their time grows
 * against the cost models.
 */
import { prepare, type LiteralCase, literalCases } from "../literal-oracle-cases.ts"
import { besideNumpy } from "../literal-oracle.ts"
import { interleaved, type Measured, ratios, series, spread, timed, timesAsQuick } from "../measure.ts"
import { fastest, NO_NUMPY, NumpyPeer, versionsOf, waysOf } from "../peers/numpy-peer.ts"
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
import { median } from "../../src/statistics/median.ts"
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
const perPair = (m: Measured): string => `${median(m.rounds).toFixed(2)} ns/pair`

/** One of ours beside the best NumPy: a row, the ratios, and the aim that it is held to. */
const setBeside = (
  { peers, rows, targets }: Report,
  name: string,
  mine: Measured,
  best: { readonly measured: Measured; readonly name: string } | undefined,
  time: (m: Measured) => string,
  aim?: { readonly atLeast: number; readonly rival: string }
): void => {
  if (best === undefined) {
    rows.push([name, mine.name, time(mine), "–", "–", "–"])
    return
  }
  const { measured, name: peer } = best
  rows.push([name, mine.name, time(mine), time(measured), peer, spread(ratios(measured, mine))])
  peers.push({ name, backend: mine.name, peer, ratios: ratios(measured, mine) })
  if (aim !== undefined)
    targets.push(
      timesAsQuick(
        `${name}, ${mine.name}: at least ${aim.atLeast}× the best NumPy ${aim.rival}`,
        mine,
        measured,
        aim.atLeast
      )
    )
}

/** What a kernel reached of what the machine has. */
const setUnderRoof = (
  report: Report,
  aim: KernelCase,
  { kernels, name: backend, threads }: KernelBackend,
  mine: Measured,
  peaks: Peaks
): void => {
  // A GPU's peaks are its own.
  if (kernels?.ran.backend === "webgpu") return
  const name = title(aim)
  const model = MODELS[aim.kernel]
  const [work, moved] = [model.operations(aim.N, aim.d), model.bytes(aim.N, aim.d)]
  const nanoseconds = median(mine.rounds)
  const gigabytes = bandwidthAt(peaks.bandwidth(threads), moved)
  const peak = threads * (aim.kernel === "first-accepted" ? peaks.gops : peaks.gflops)
  const gops = work / nanoseconds
  if (moved > 0) report.ceilings.push({ name, backend, intensity: work / moved, gops, peak, gigabytes })
  report.roofs.push([
    name,
    backend,
    gops.toFixed(1),
    `${((100 * gops) / peak).toFixed(0)} %`,
    moved === 0 ? "–" : (moved / nanoseconds).toFixed(1),
    moved === 0 ? "–" : `${((100 * moved) / nanoseconds / gigabytes).toFixed(0)} %`,
    moved > 0 && work / peak < moved / gigabytes ? placeOf(moved, caches()) : "arithmetic"
  ])
}

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
  const others: Array<Awaited<ReturnType<typeof waysOf>>[number]> = []
  for (const { peer, threads } of peers) others.push(...(await waysOf(peer, threads, aim, milliseconds)))
  const measured = await interleaved([...ours, ...others], rounds)
  for (const { ready } of made) ready.close()
  for (const m of measured) report.series.push(series(`${m.name}, ${name}`, "ns/call", m.samples))
  const theirs = measured.slice(ours.length)
  made.forEach(({ backend }, i) => {
    const best = fastest(theirs.filter((_, j) => others[j].threads <= backend.threads))
    const { atLeast } = aim
    setBeside(
      report,
      name,
      measured[i],
      best === undefined ? undefined : { measured: best, name: best.name },
      microseconds,
      atLeast === undefined || !aimed(backend) ? undefined : { atLeast, rival: "on as many threads or fewer" }
    )
    setUnderRoof(report, aim, backend, measured[i], peaks)
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
  turns: Turns,
  report: Report
): Promise<void> => {
  const prepared = prepare(literalCase)
  const units = prepared.limit * prepared.visits
  const ours = backends.flatMap((backend) => searchesOf(prepared, backend))
  const { best, mine, others, tabulated } = await besideNumpy(
    prepared,
    ours.map(({ call, name }) => timed({ name, units, call }, turns.milliseconds)),
    peer,
    turns
  )
  const name = `first-hit ${literalCase.name}`
  for (const m of [...mine, ...others])
    report.series.push(series(`first-hit ${m.name}, ${literalCase.name}`, "ns/pair", m.samples))
  ours.forEach(({ held }, i) => {
    setBeside(
      report,
      name,
      mine[i],
      best === undefined ? undefined : { measured: best, name: `numpy ${best.name} 1T` },
      perPair,
      held ? { atLeast: FIRST_HIT_AIM, rival: "that draws both responses" } : undefined
    )
    if (tabulated !== undefined && held) {
      const ratio = spread(ratios(tabulated, mine[i]))
      report.rows.push(["", "", "", perPair(tabulated), `numpy ${tabulated.name} 1T`, ratio])
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
  const versions = await versionsOf(peers[0]?.peer)
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
      versions === undefined ? NO_NUMPY : `${versions}; float32.`,
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
