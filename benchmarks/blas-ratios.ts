/**
 * `node benchmarks/blas-ratios.ts`: quadratic form, scores and Gram by the machine's BLAS and by our WebAssembly, turn by turn with NumPy. COVERBOUND_BLAS names NumPy's own library, so that both
 * sides call the same: `COVERBOUND_BLAS=$(ls …/numpy.libs/libscipy_openblas64_*.so)`.
 */
import { readFileSync } from "node:fs"
import { setTimeout } from "node:timers/promises"
import { BlasKernels } from "../src/kernel/blas/kernels.ts"
import { ALWAYS } from "../src/kernel/blas/kernel-set.ts"
import { findBlas } from "../src/kernel/blas/library.ts"
import { WasmKernels } from "../src/kernel/wasm/kernels.ts"
import { Stream } from "../src/numeric/stream.ts"
import { median } from "../src/statistics/median.ts"
import { NumpyPeer } from "./peers/numpy-peer.ts"

const [ROUNDS, MILLISECONDS, SPINNING] = [3, 25, 150]
const KERNELS = ["quadratic-form", "score", "gram"] as const
const DIMENSIONS = [4, 8, 16, 32, 64, 128, 256, 512]

/** Least features: the machine's widest SIMD, as /proc/cpuinfo has it. */
const simd = (): string => {
  try {
    const flags = readFileSync("/proc/cpuinfo", "utf8")
    return flags.includes("avx512f") ? "AVX-512" : flags.includes("avx2") ? "AVX2" : "SSE"
  } catch {
    return "unknown"
  }
}

const blas = findBlas()
const line = (text: string): boolean => process.stdout.write(`${text}\n`)
line(`# ${blas.name} (${blas.config ?? blas.library}); widest SIMD ${simd()}; Node ${process.versions.node}`)
line(
  "# ratios: NumPy's best way / ours, medians of rounds taken in turns; above 1 ours is faster. N·d = 2^22, N at most 65,536; float32"
)
line("kernel          threads    d      N   blas/NumPy  wasm/NumPy  blas/wasm")
for (const threads of [1, 2]) {
  const peer = NumpyPeer.start("kernels.py", threads)
  if (peer === undefined) throw new Error("python3 with NumPy is not here")
  for (const kernel of KERNELS) {
    for (const d of DIMENSIONS) {
      const N = Math.min(65_536, 2 ** 22 / d)
      const { ways } = (await peer.ask({ op: "load", kernel, N, d })) as { readonly ways: ReadonlyArray<string> }
      const stream = Stream.fromSeed(1)
      const w = Float64Array.from({ length: d * d }, () => stream.next())
      const turns = [
        BlasKernels.over(blas, ALWAYS, { threads, bytes: 2 ** 26 })!,
        WasmKernels.make({ threads, bytes: 2 ** 26 })!
      ].map((kernels) => {
        const features = kernels.floats(N * d)
        for (let i = 0; i < features.length; i++) features[i] = stream.next()
        const theta = kernels.floats(d).fill(0.5)
        const out = kernels.floats(N)
        const call =
          kernel === "quadratic-form"
            ? () => kernels.quadraticForm(w, features, out)
            : kernel === "score"
              ? () => kernels.scores(theta, features, out)
              : () => kernels.gram(features, d)
        call()
        return {
          close: () => kernels.close(),
          turn: (): number => {
            const times: Array<number> = []
            const end = performance.now() + MILLISECONDS
            do {
              const start = performance.now()
              call()
              times.push(1e6 * (performance.now() - start))
            } while (performance.now() < end)
            return median(times)
          }
        }
      })
      const times: Array<Array<number>> = [[], [], []]
      for (let round = 0; round < ROUNDS; round++) {
        turns.forEach(({ turn }, i) => times[i].push(turn()))
        let best = Infinity
        for (const way of ways) {
          const { ns } = (await peer.ask({ op: "run", way, milliseconds: MILLISECONDS })) as {
            readonly ns: Array<number>
          }
          best = Math.min(best, median(ns))
        }
        if (threads > 1) await setTimeout(SPINNING)
        times[2].push(best)
      }
      for (const { close } of turns) close()
      const [ours, wasm, numpy] = times.map(median)
      const ratio = (r: number, width: number): string => r.toFixed(2).padStart(width)
      line(
        `${kernel.padEnd(16)}${String(threads).padStart(7)}${String(d).padStart(5)}${String(N).padStart(7)}${ratio(numpy / ours, 13)}${ratio(numpy / wasm, 12)}${ratio(wasm / ours, 11)}`
      )
    }
  }
  peer.close()
}
