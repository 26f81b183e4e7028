/** One process of the scaling measurement: every point of the grids once over, as nanoseconds a call, on stdout as JSON. */
import { median } from "../measure.ts"
import { WASM } from "./backends.ts"
import { GRIDS, type ScalingPoint } from "./scaling-grids.ts"

const [kernel, backendName, milliseconds] = process.argv.slice(2)
const backend = WASM.find((b) => b.name === backendName)!
const points: Array<ScalingPoint> = []
for (const grid of GRIDS.filter((g) => g.kernel === kernel)) {
  for (const value of grid.values) {
    const shape = { kernel: grid.kernel, N: grid.N, d: grid.d, [grid.axis]: value }
    const ready = backend.make(shape)
    if (ready === undefined) continue
    const samples: Array<number> = []
    // Warm: the engine compiles a hot function anew, once it has been called a few times.
    for (let i = 0; i < 20; i++) await ready.call()
    for (const start = performance.now(); samples.length < 5 || performance.now() - start < Number(milliseconds);) {
      const from = process.hrtime.bigint()
      await ready.call()
      samples.push(Number(process.hrtime.bigint() - from))
    }
    ready.close()
    points.push({ axis: grid.axis, value, nanoseconds: median(samples) })
  }
}
process.stdout.write(JSON.stringify(points))
