/**
 * The kernels on each backend beside NumPy in one run, what they reach of the machine's peaks, and how their time grows
 * against the cost models.
 */
import { prepare, type LiteralCase, literalCases, type PreparedCase } from "../literal-oracle-cases.ts"
import { drawing, enter, fastest, tabulating, theirs } from "../literal-oracle.ts"
import { type Contestant, interleaved, type Measured, median, ratios, series, spread, timed } from "../measure.ts"
import { NumpyPeer } from "../peers/numpy-peer.ts"
import { type Suite, type SuiteOptions, type Series, type Target, UsageError } from "../suite.ts"
import { LiteralSearch } from "../../src/kernel/wasm/literal-search.ts"
import { Stream } from "../../src/numeric/stream.ts"
import { BACKENDS, type KernelBackend } from "./backends.ts"
import { type KernelCase, type KernelName, MODELS } from "./models.ts"
import { measurePeaks, type Peaks } from "./peak.ts"
import { scaling } from "./scaling.ts"

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
  readonly exponents: Array<ReadonlyArray<string>>
  readonly targets: Array<Target>
  readonly series: Array<Series>
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
        turn: async () => (await peer.ask({ op: "run", way, milliseconds }))["ns"] as ReadonlyArray<number>
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
    const ceiling = backend.threads * (integers ? peaks.gops : peaks.gflops)
    report.roofs.push([
      name,
      backend.name,
      (work / seconds / 1e9).toFixed(1),
      `${((100 * work) / seconds / 1e9 / ceiling).toFixed(0)} %`,
      moved === 0 ? "–" : (moved / seconds / 1e9).toFixed(1),
      moved === 0 ? "–" : `${((100 * moved) / seconds / 1e9 / peaks.gigabytes).toFixed(0)} %`,
      moved > 0 && work / ceiling < moved / peaks.gigabytes ? "memory" : "arithmetic"
    ])
    if (best !== undefined && aim.atLeast !== undefined && !backend.name.includes("plain")) {
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

/** The searches of a case, as kernel calls: one prompt's long search, or many prompts' short ones. */
const search = (prepared: PreparedCase, threads: number, filtered: boolean): (() => void) | undefined => {
  const { instance, test, limit, visits } = prepared
  const { exact, source } = instance
  const { dimension: d, offsets, features, reference, promptProbabilities } = exact
  const kernel = LiteralSearch.make({ threads, bytes: 2 ** 25 })
  if (kernel === undefined || kernel.arena.threads !== threads) return undefined
  const tests = Array.from(promptProbabilities, (_, x) => {
    const rows = features.subarray(offsets[x] * d, offsets[x + 1] * d)
    const white = new Float64Array(rows.length)
    for (let o = 0; o < rows.length; o += d) {
      for (let i = 0; i < d; i++) for (let j = 0; j <= i; j++) white[o + i] += test.whitening[i * d + j] * rows[o + j]
    }
    const mass = reference.subarray(offsets[x], offsets[x + 1])
    const made = kernel.pairTest({ table: source.drawTable!(x), white, dimension: d, mass, nu: test.nu })!
    return filtered ? made : kernel.unfiltered(made)
  })
  const stream = Stream.fromSeed(3)
  let request = 0
  return () => {
    if (visits > 1) {
      const prompts = Array.from({ length: visits }, () => stream.nextInteger(tests.length))
      kernel.many(
        prompts.map((x) => tests[x]),
        prompts.map(() => ({ k0: ++request, k1: 1 })),
        limit
      )
    } else for (let at = 0; (at = kernel.next(tests[0], { k0: request, k1: 2 }, at, limit) + 1) > 0;) request++
  }
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
  const ours = backends
    .filter((backend) => backend.name.startsWith("wasm") && !backend.name.includes("plain"))
    .flatMap(({ name, threads }) =>
      [true, false].flatMap((filtered) => {
        const call = search(prepared, threads, filtered)
        return call === undefined
          ? []
          : [
              {
                filtered,
                contestant: timed(
                  { name: filtered ? name : `${name}, every pair drawn`, units: pairs, call },
                  milliseconds
                )
              }
            ]
      })
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
  ours.forEach(({ filtered }, i) => {
    const mine = measured[i]
    report.rows.push([
      `first-hit ${literalCase.name}`,
      mine.name,
      `${median(mine.rounds).toFixed(2)} ns/pair`,
      best === undefined ? "–" : `${median(best.rounds).toFixed(2)} ns/pair`,
      best === undefined ? "–" : `numpy ${best.name} 1T`,
      best === undefined ? "–" : spread(ratios(best, mine))
    ])
    if (tabulated !== undefined && filtered) {
      report.rows.push([
        "",
        "",
        "",
        `${median(tabulated.rounds).toFixed(2)} ns/pair`,
        `numpy ${tabulated.name} 1T`,
        spread(ratios(tabulated, mine))
      ])
    }
    if (best !== undefined && filtered) {
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

const run = async ({ quick, log, kernels = [], backends = [] }: SuiteOptions) => {
  const names = chosen("kernel", kernels, Object.keys(MODELS) as ReadonlyArray<KernelName>)
  const used = BACKENDS.filter((b) =>
    chosen(
      "backend",
      backends,
      BACKENDS.map((k) => k.name)
    ).includes(b.name)
  )
  const turns = quick ? { rounds: 3, milliseconds: 30 } : { rounds: 15, milliseconds: 80 }
  const report: Report = { rows: [], roofs: [], exponents: [], targets: [], series: [] }
  const peaks = measurePeaks(quick ? 50 : 500)
  const peers = [1, 2].flatMap((threads) => {
    const peer = NumpyPeer.start("kernels.py", threads)
    return peer === undefined ? [] : [{ threads, peer }]
  })
  const about = await peers[0]?.peer.ask({ op: "about" })
  for (const aim of AIMS.filter((a) => names.includes(a.kernel))) {
    log(`kernels: ${title(aim)}`)
    await compareDense(aim, used, peers, turns, peaks, report)
  }
  for (const { peer } of peers) peer.close()
  if (names.includes("first-hit")) {
    const peer = NumpyPeer.start("literal_oracle.py")
    for (const literalCase of literalCases(false).filter((c) => FIRST_HIT_CASES.includes(c.name))) {
      if (quick && literalCase.responses > 256) continue
      log(`kernels: first-hit ${literalCase.name}`)
      await compareFirstHit(literalCase, used, peer, turns, report)
    }
    peer?.close()
  }
  for (const backend of used.filter((b) => !b.name.includes("plain"))) {
    for (const kernel of names) {
      log(`kernels: exponents of ${kernel} on ${backend.name}`)
      for (const result of scaling(kernel, backend.name, quick ? 2 : 5, quick ? 5 : 40)) {
        const { axis, predicted, estimate, lower, upper, verdict, held } = result
        report.exponents.push([
          kernel,
          backend.name,
          axis,
          String(predicted),
          estimate.toFixed(3),
          `${lower.toFixed(3)} – ${upper.toFixed(3)}`,
          verdict
        ])
        report.series.push(...result.series)
        report.targets.push({
          claim: `${kernel}, ${backend.name}: exponent in ${axis} ${predicted} ± 0.1`,
          measured: `${estimate.toFixed(3)}, ${verdict}`,
          held,
          kind: "timing"
        })
      }
    }
  }
  return {
    tables: [
      {
        title:
          "Time a call, µs (medians of rounds), beside the best NumPy on as many threads or fewer; ratio: median (least–greatest)",
        columns: ["kernel", "backend", "ours", "NumPy", "way", "ratio"],
        rows: report.rows
      },
      {
        title: `Roofline: peaks of one thread ${peaks.gflops.toFixed(0)} GFLOP/s, ${peaks.gops.toFixed(0)} integer Gop/s, ${peaks.gigabytes.toFixed(1)} GB/s`,
        columns: ["kernel", "backend", "Gop/s of the model", "of peak", "GB/s", "of peak", "bound by"],
        rows: report.roofs
      },
      {
        title: "Exponents of time, 99 % intervals over processes, margin 0.1",
        columns: ["kernel", "backend", "in", "predicted", "fitted", "interval", "verdict"],
        rows: report.exponents
      }
    ],
    targets: report.targets,
    series: report.series,
    notes: [
      about === undefined
        ? "python3 with NumPy is not here: no ratio."
        : `NumPy ${String(about["numpy"])}, Python ${String(about["python"])}, PyTorch ${String(about["torch"] ?? "absent")}; float32.`,
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
