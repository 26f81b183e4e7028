/**
 * `node benchmarks/blas-ratios.ts`: quadratic form, scores and Gram by the machine's BLAS and by our WebAssembly, turn by turn with NumPy. COVERBOUND_BLAS names NumPy's own library, so that both
 * sides call the same: `COVERBOUND_BLAS=$(ls …/numpy.libs/libscipy_openblas64_*.so)`.
 */
import { readFileSync } from "node:fs"
import { BlasKernels } from "../src/kernel/blas/kernels.ts"
import { ALWAYS } from "../src/kernel/blas/kernel-set.ts"
import { findBlas } from "../src/kernel/blas/library.ts"
import { WasmKernels } from "../src/kernel/wasm/kernels.ts"
import { median } from "../src/statistics/median.ts"
import { readyOn } from "./kernels/backends.ts"
import { interleaved, ratios, timed } from "./measure.ts"
import { fastest, NO_NUMPY, NumpyPeer, waysOf } from "./peers/numpy-peer.ts"

const [ROUNDS, MILLISECONDS] = [3, 25]
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
  if (peer === undefined) throw new Error(NO_NUMPY)
  for (const kernel of KERNELS) {
    for (const d of DIMENSIONS) {
      const of = { kernel, N: Math.min(65_536, 2 ** 22 / d), d }
      const options = { threads, bytes: 2 ** 26 }
      const ready = [BlasKernels.over(blas, ALWAYS, options)!, WasmKernels.make(options)!].map((kernels) =>
        readyOn(kernels, of)
      )
      const [ours, wasm, ...ways] = await interleaved(
        [
          ...ready.map(({ call }, i) => timed({ name: i === 0 ? "blas" : "wasm", units: 1, call }, MILLISECONDS)),
          ...(await waysOf(peer, threads, of, MILLISECONDS))
        ],
        ROUNDS
      )
      for (const { close } of ready) close()
      const numpy = fastest(ways)!
      const shown = (slow: typeof ours, fast: typeof ours, width: number): string =>
        median(ratios(slow, fast)).toFixed(2).padStart(width)
      line(
        `${kernel.padEnd(16)}${String(threads).padStart(7)}${String(d).padStart(5)}${String(of.N).padStart(7)}${shown(numpy, ours, 13)}${shown(numpy, wasm, 12)}${shown(wasm, ours, 11)}`
      )
    }
  }
  peer.close()
}
