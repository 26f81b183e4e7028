/**
 * The page: which backends this browser has, whether their kernels are right, and their runtimes over size, in a report that grows as they are measured.
 *
 * `?quick` measures few small sizes, `?backends=webgl2,cpu` only these. What was measured is `window.result` once `window.finished` is true: the driver reads it.
 */
import { agreement, type Agreement, disagreements } from "../../../properties/kernel/agreement.ts"
import { GPU_BACKENDS, type GpuBackend, type Ran } from "../../../src/kernel/backend.ts"
import { gpuKernels, type GpuKernelSet } from "../../../src/kernel/gpu/kernels.ts"
import { adapterName, type GpuLibrary } from "../../../src/kernel/gpu/library.ts"
import { memoryCost, type MemoryPoint } from "../../gpu/memory.ts"
import { measure, type Point } from "../../gpu/points.ts"
import { workloads } from "../../gpu/workloads.ts"

/** What a backend came to. */
interface BackendResult {
  readonly backend: GpuBackend
  /** undefined where it ran. */
  missing?: string
  ran?: Ran
  agreement?: ReadonlyArray<Agreement>
  disagreements?: ReadonlyArray<string>
  readonly points: Array<Point>
}

declare global {
  interface Window {
    readonly GPU: GpuLibrary
    result?: {
      readonly userAgent: string
      readonly quick: boolean
      readonly memory: ReadonlyArray<MemoryPoint>
      readonly backends: ReadonlyArray<BackendResult>
    }
    finished?: boolean
  }
}

const query = new URLSearchParams(location.search)
const quick = query.has("quick")
const library = window.GPU
const chosen = query.get("backends")?.split(",") ?? GPU_BACKENDS
// The visitor's GPU first.
const results: ReadonlyArray<BackendResult> = GPU_BACKENDS.toReversed()
  .filter((backend) => (chosen as ReadonlyArray<string>).includes(backend))
  .map((backend) => ({ backend, points: [] }))
const work = workloads(quick)

const element = (id: string): HTMLElement => document.getElementById(id)!
const say = (text: string): void => void (element("status").textContent = text)
/** Lets the browser draw. */
const frame = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

const nameOfRenderer = (): string => {
  const gl = document.createElement("canvas").getContext("webgl2")
  if (gl === null) return ""
  const unmasked = gl.getExtension("WEBGL_debug_renderer_info")
  const name = String(gl.getParameter(unmasked?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER))
  gl.getExtension("WEBGL_lose_context")?.loseContext()
  return name
}

/** What is known of a backend, or why this browser does not have it. */
const probe = async (backend: GpuBackend): Promise<{ readonly detail: string } | { readonly missing: string }> => {
  switch (backend) {
    case "cpu":
      return { detail: "JavaScript, one thread" }
    case "webasm":
      return {
        detail:
          library.WebAssemblyKernel.isThreadsSupported === true
            ? `SIMD, ${navigator.hardwareConcurrency} threads`
            : "SIMD, one thread"
      }
    case "webgl2":
      return library.GPU.isWebGL2Supported
        ? { detail: nameOfRenderer() }
        : { missing: "this browser gives no WebGL 2 context" }
    case "webgpu":
      if (!("gpu" in navigator))
        return { missing: "this browser has no WebGPU (or the page is not served from localhost or HTTPS)" }
      if (!(await library.GPU.isWebGPUAvailable())) return { missing: "WebGPU is there, but no adapter" }
      return { detail: await adapterName(library) }
  }
}

const listBackends = (): void => {
  element("backends").replaceChildren(
    ...results.map(({ backend, missing, ran, disagreements: wrong, agreement: cases }) => {
      const item = document.createElement("li")
      const name = document.createElement("span")
      name.className = "name"
      name.textContent = backend
      const text = document.createElement("span")
      if (missing !== undefined) {
        text.className = "missing"
        text.textContent = missing
      } else if (ran === undefined) text.textContent = "…"
      else if (wrong !== undefined && wrong.length > 0) {
        text.className = "wrong"
        text.textContent = `${ran.detail}: WRONG in ${wrong.length} of ${cases?.length} cases, ${wrong[0]}`
      } else text.textContent = `${ran.detail}; ${cases?.length} cases agree with float64`
      item.append(name, text)
      return item
    })
  )
}

/** Milliseconds between two reports of what is not finished: drawing one takes about one. */
const SELDOM = 10_000
let lastReport = 0

const resultSoFar = (memory: ReadonlyArray<MemoryPoint>) => ({
  userAgent: navigator.userAgent,
  quick,
  memory,
  // What was not reached yet is not missing.
  backends: results.filter(({ missing, ran }) => missing !== undefined || ran !== undefined)
})

/** Shows the report of what was measured so far. */
const report = async (memory: ReadonlyArray<MemoryPoint> = [], seldom = 0): Promise<void> => {
  if (performance.now() - lastReport < seldom) return
  // Medians are drawn, not every sample.
  const body = JSON.stringify(resultSoFar(memory), (key, value: unknown) => (key === "samples" ? [] : value))
  const response = await fetch("/report", { method: "POST", body })
  const text = await response.text()
  const frame = element("report") as HTMLIFrameElement
  await new Promise((resolve) => {
    frame.addEventListener("load", resolve, { once: true })
    frame.srcdoc = text
  })
  // As long as what it holds: the page scrolls, not the frame.
  frame.style.height = `${frame.contentDocument?.documentElement.scrollHeight ?? 0}px`
  lastReport = performance.now()
}

const runBackend = async (result: BackendResult): Promise<void> => {
  const { backend } = result
  const found = await probe(backend)
  if ("missing" in found) {
    result.missing = found.missing
    return
  }
  /** Gives `use` a set of its own. */
  const withKernels = async <A>(use: (kernels: GpuKernelSet) => Promise<A>): Promise<A> => {
    const kernels = gpuKernels(library, backend, found)
    try {
      return await use(kernels)
    } finally {
      await kernels.destroy()
    }
  }
  try {
    say(`${backend}: checking against float64`)
    await frame()
    await withKernels(async (kernels) => {
      result.agreement = await agreement(kernels, backend)
      result.disagreements = disagreements(result.agreement)
      result.ran = kernels.ran
    })
    listBackends()
    // What is wrong is not timed.
    if (result.disagreements === undefined || result.disagreements.length > 0) return
    for (const workload of work) {
      // Hundreds of kernels in all: WebAssembly's threads hold the memories of those that are gone until they end themselves.
      await withKernels((kernels) =>
        measure(
          kernels,
          workload,
          () => performance.now(),
          quick ? { passes: 1, budget: 5, longest: 40 } : { passes: 5, budget: 20, longest: 120 },
          async (point) => {
            result.points.push(point)
            const pass = point.pass === 0 ? "" : `, pass ${point.pass}`
            say(
              `${backend}: ${workload.kernel}, ${workload.size} = ${point.n.toLocaleString("en")}, ${point.median.toPrecision(3)} ms${pass}`
            )
            await frame()
          }
        )
      )
      await report([], SELDOM)
    }
  } catch (error) {
    result.missing = `failed: ${error instanceof Error ? error.message : String(error)}`
  }
}

listBackends()
for (const result of results) {
  await runBackend(result)
  listBackends()
}
say("memory")
await frame()
const memory = results.length === 0 ? [] : memoryCost(() => performance.now(), quick ? 2 ** 22 : 2 ** 28)
const result = { ...resultSoFar(memory), backends: results }
window.result = result
if (results.length > 0) await report(memory)
const link = element("download") as HTMLAnchorElement
link.href = URL.createObjectURL(new Blob([JSON.stringify(result)], { type: "application/json" }))
link.download = "coverbound-kernels.json"
say(quick ? "Finished: quick, which shows that everything runs, not what it costs." : "Finished.")
window.finished = true
