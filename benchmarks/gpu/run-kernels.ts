/**
 * `run-kernels.ts [--backends webgpu,webasm,cpu] [--dimensions 4,16,64,128] [--quick] [--json FILE]`, as benchmarks/gpu/run.sh starts it.
 *
 * On each backend: every kernel against float64, then its times over size (warm-up, passes), and the exponents
 * against theory. One JSON holds the raw samples and what they were taken on.
 * Exit code 1 when a kernel was wrong or the first backend did not run, 2 when the call was wrong.
 */
import { execFileSync } from "node:child_process"
import { writeWholeFile } from "../../src/file/whole-file.ts"
import { type Backend, BACKENDS, describeRan, type KernelSet, type Ran, rows } from "../../src/kernel/backend.ts"
import { agreement, disagreements } from "../../properties/kernel/agreement.ts"
import { openKernels } from "../../src/search/open-kernels.ts"
import { machine } from "../machine.ts"
import { scriptOptions, usage } from "../script-options.ts"
import { judgements, LEGEND, rates } from "./judgement.ts"
import { memoryCost } from "./memory.ts"
import { measure, type Point } from "./points.ts"
import { workloads } from "./workloads.ts"

interface BackendResult {
  readonly backend: Backend
  readonly ran?: Ran
  readonly missing?: string
  /** Greatest share of its error bound that each kernel used. */
  readonly worst?: Readonly<Record<string, number>>
  readonly disagreements?: ReadonlyArray<string>
  readonly points: ReadonlyArray<Point>
}

const options = scriptOptions({
  backends: { type: "string", default: "webgpu,webasm,cpu" },
  dimensions: { type: "string", default: "4,16,64,128" },
  quick: { type: "boolean", default: false },
  json: { type: "string", default: "gpu-kernels.json" }
})

const backends = options.backends.split(",").map((name) => {
  const found = BACKENDS.find((backend) => backend === name)
  return found ?? usage(`--backends: ${name}, expected ${BACKENDS.join(", ")}`)
})
const dimensions = options.dimensions.split(",").map((text) => {
  const d = Number(text)
  return Number.isInteger(d) && d > 0 ? d : usage(`--dimensions: ${text}, expected positive integers`)
})

/** The cards, as NVIDIA's own tool names them; empty elsewhere. */
const cards = (): string => {
  try {
    return execFileSync("nvidia-smi", ["--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"], {
      stdio: ["ignore", "pipe", "ignore"]
    })
      .toString()
      .trim()
  } catch {
    return ""
  }
}

/** Rows past 2²⁴ cells and 128 MiB: what float32 indices and WebGPU's default buffers hold. @returns rows that are wrong. */
const wrongPastLimits = async (kernels: KernelSet): Promise<number> => {
  const values = Float32Array.from({ length: 2 ** 25 + 7 }, (_, i) => (i % 1021) - 500)
  const found = await kernels.scores(Float32Array.of(2), rows(values, 1))
  return found.reduce((wrong, score, i) => wrong + (score === 2 * values[i] ? 0 : 1), 0)
}

const work = workloads(options.quick, dimensions)
const memory = memoryCost(() => performance.now(), options.quick ? 2 ** 22 : 2 ** 28)

const run = async (backend: Backend): Promise<BackendResult> => {
  let kernels
  try {
    kernels = await openKernels(backend)
  } catch (error) {
    return { backend, missing: error instanceof Error ? error.message : String(error), points: [] }
  }
  try {
    const all = await agreement(kernels, backend)
    const past = options.quick ? 0 : await wrongPastLimits(kernels)
    const wrong = [...disagreements(all), ...(past === 0 ? [] : [`scores, N = 2^25 + 7: ${past} rows are wrong`])]
    const worst: Record<string, number> = {}
    for (const one of all) worst[one.kernel] = Math.max(worst[one.kernel] ?? 0, one.worst)
    console.log(`\n${describeRan(kernels.ran)}: ${all.length} cases against float64, ${wrong.length} wrong`)
    for (const line of wrong) console.log(`  WRONG ${line}`)
    const points: Array<Point> = []
    // What is wrong is not timed.
    for (const workload of wrong.length > 0 ? [] : work) {
      await measure(
        kernels,
        workload,
        () => performance.now(),
        options.quick ? { passes: 1, budget: 5, longest: 40 } : { passes: 5, budget: 50, longest: 300 },
        (point) => void points.push(point)
      )
      const mine = options.quick ? rates([workload], points) : judgements([workload], backend, points, memory, work)
      for (const line of mine) console.log(line)
    }
    return { backend, ran: kernels.ran, worst, disagreements: wrong, points }
  } finally {
    await kernels.destroy()
  }
}

console.log(options.quick ? "--quick: few and small sizes, no exponents" : LEGEND)
const results: Array<BackendResult> = []
for (const backend of backends) {
  const result = await run(backend)
  if (result.missing !== undefined) console.log(`\n${result.missing}`)
  results.push(result)
}

const document = { machine: { ...machine(), cards: cards() }, quick: options.quick, memory, results }
writeWholeFile(options.json, `${JSON.stringify(document)}\n`)
console.log(`\n${options.json}`)
process.exitCode =
  results[0].ran === undefined || results.some((r) => r.disagreements !== undefined && r.disagreements.length > 0)
    ? 1
    : 0
