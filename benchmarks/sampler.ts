/** What the simulations are made of, one at a time: random blocks, variates, tilted draws and exploration rounds. */
import * as Context from "effect/Context"
import { rareGood } from "../src/instance/families/rare-good.ts"
import { finiteInstance } from "../src/instance/make-instance.ts"
import { RidgeRegression } from "../src/numeric/gram.ts"
import { binomial, multinomial } from "../src/numeric/random-variates.ts"
import { Stream, threefry2x32 } from "../src/numeric/stream.ts"
import { simdWords } from "../src/numeric/threefry-simd.ts"
import { threefryWords } from "../src/numeric/threefry-words.ts"
import { relativeFeature } from "../src/oracle/handle.ts"
import { type Interpreter, openOracles } from "../src/oracle/interpreter.ts"
import { Prompts, Rewards, type TiltRequest, WeakSampling } from "../src/oracle/services.ts"
import { interleaved, series, spread, timed, type Workload } from "./measure.ts"
import { median } from "../src/statistics/median.ts"
import type { Suite } from "./suite.ts"

const BLOCKS = 1024
const even = new Int32Array(BLOCKS)
const odd = new Int32Array(BLOCKS)
const stream = Stream.fromSeed(11)

/** `call` made `times` times over. */
const repeated = (name: string, times: number, call: (i: number) => void): Workload => ({
  name,
  units: times,
  call: () => {
    for (let i = 0; i < times; i++) call(i)
  }
})

const blocks: ReadonlyArray<Workload> = [
  repeated("Threefry block, one by one", BLOCKS, (i) => threefry2x32(1, 2, i, 0)),
  ...[threefryWords, simdWords() ?? threefryWords].map((words) => ({
    name: `Threefry block, in bulk, ${words === threefryWords ? "JavaScript" : "SIMD"}`,
    units: BLOCKS,
    call: () => words(1, 2, 0, BLOCKS, even, odd)
  })),
  repeated("uniform double of a stream", BLOCKS, () => stream.next())
]

const variates = (): ReadonlyArray<Workload> => {
  const counts = new Float64Array(8)
  const masses = Float64Array.of(0.3, 0.2, 0.2, 0.1, 0.1, 0.05, 0.04999, 0.00001)
  return [
    repeated("binomial, n = 1e7, p = 0.3", 512, () => binomial(stream, 1e7, 0.3)),
    repeated("binomial, n = 1e7, p = 1e-7 (waiting times)", 512, () => binomial(stream, 1e7, 1e-7)),
    repeated("multinomial, n = 1e7, 8 categories", 256, () => multinomial(stream, 1e7, masses, 0, 8, counts))
  ]
}

/** Tilted draws against a fresh anchor, and whole exploration rounds, at Σ of a finished spanner. */
const rounds = (interpreter: Interpreter, d: number, promise: number): ReadonlyArray<Workload> => {
  const instance = finiteInstance(rareGood({ C: 1e4, d }), "rare-good")
  const { services } = openOracles(instance, { interpreter, stream: Stream.fromSeed(3) })
  const draw = Context.get(services, Prompts).immediate!.draw
  const tiltedPair = Context.get(services, WeakSampling).immediate!.tiltedPair
  const difference = Context.get(services, Rewards).immediate!.queryDifference
  const design = new RidgeRegression(d, 1)
  for (let i = 0; i < d; i++) {
    const axis = new Float64Array(d)
    axis[i] = 1
    design.add(axis, 1e6 * instance.exact.thetaStar[i], 1e6)
  }
  const truncation = { dimension: d, whitening: design.whitening(), nu: 0.1 }
  const theta = new Float64Array(d)
  const phi = new Float64Array(d)
  const request: TiltRequest = { tilt: { theta, clip: 1, truncation, beta: instance.exact.beta }, promise, delta: 1e-6 }
  const [prompt] = draw(1)
  design.solve(theta)
  const times = interpreter === "literal" ? 1 : 128
  const label = `${interpreter}, d = ${d}, M = ${promise.toExponential(0)}`
  return [
    repeated(`tilted pair, ${label}`, times, () => tiltedPair(prompt, request)),
    repeated(`exploration round, ${label}`, times, () => {
      design.solve(theta)
      const { pair } = tiltedPair(draw(1)[0], request)
      design.add(relativeFeature(pair.left, pair.right, phi), difference(pair))
    })
  ]
}

export const sampler: Suite = {
  name: "sampler",
  summary: "random blocks, variates, tilted draws and exploration rounds",
  run: async ({ quick, log }) => {
    const [repeats, milliseconds] = quick ? [2, 20] : [9, 60]
    const workloads = [
      ...blocks,
      ...variates(),
      ...rounds("exact-law", 2, 1e5),
      ...rounds("exact-law", 4, 1e5),
      ...rounds("literal", 4, 1e2)
    ]
    log(`sampler: ${workloads.length} workloads, ${repeats} rounds`)
    const measured = await interleaved(
      workloads.map((w) => timed(w, milliseconds)),
      repeats
    )
    return {
      tables: [
        {
          title: "Medians of rounds (least–greatest)",
          columns: ["what", "ns each"],
          rows: measured.map((m) => [m.name, median(m.rounds) < 1e4 ? spread(m.rounds, 1) : spread(m.rounds, 0)])
        }
      ],
      targets: [],
      series: measured.map((m) => series(m.name, "ns", m.samples)),
      notes: [`WebAssembly SIMD: ${simdWords() === undefined ? "absent" : "in use"}.`]
    }
  }
}
