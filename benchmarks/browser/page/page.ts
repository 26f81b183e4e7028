/**
 * The page: which backends this browser has, whether their kernels are right, and their runtimes over size, drawn as they are measured.
 *
 * `?quick` measures few small sizes, `?backends=webgl2,cpu` only these. What was measured is `window.result` once `window.finished` is true: the driver reads it.
 */
import { agreement, type Agreement, disagreements } from "../../../src/kernel/agreement.ts"
import { GPU_BACKENDS, type GpuBackend, type Ran } from "../../../src/kernel/backend.ts"
import { gpuKernels, type GpuKernelSet } from "../../../src/kernel/gpu/kernels.ts"
import { adapterName, type GpuLibrary } from "../../../src/kernel/gpu/library.ts"
import { launchFit } from "../../gpu/launch-fit.ts"
import { measure, type Point, type Workload, workloads } from "../../gpu/points.ts"
import { drawPlot } from "./plot.ts"

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
    result?: { readonly userAgent: string; readonly quick: boolean; readonly backends: ReadonlyArray<BackendResult> }
    finished?: boolean
  }
}

const COLOURS: Record<GpuBackend, string> = {
  webgpu: "var(--second)",
  webgl2: "var(--third)",
  webasm: "var(--first)",
  cpu: "var(--fourth)"
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
      const swatch = document.createElement("span")
      swatch.className = "swatch"
      swatch.style.background = COLOURS[backend]
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
      item.append(swatch, name, text)
      return item
    })
  )
}

const draw = (workload: Workload): void => {
  const series = results.map(({ backend, points }) => ({
    backend,
    points: points.filter((p) => p.kernel === workload.kernel && p.dimension === workload.dimension)
  }))
  drawPlot(element(`plot-${workload.kernel}-${workload.dimension}`), workload, series, COLOURS)
}

const layOutPlots = (): void => {
  element("plots").replaceChildren(
    ...work.map(({ kernel, dimension, unit }) => {
      const figure = document.createElement("figure")
      figure.id = `plot-${kernel}-${dimension}`
      figure.dataset["title"] = kernel
      figure.dataset["note"] =
        unit === "draws" ? "milliseconds until the limit, 64 searches" : `milliseconds a call, d = ${dimension}`
      return figure
    })
  )
  work.forEach(draw)
}

const magnitude = (perSecond: number): string => {
  const [scale, letter] = perSecond >= 1e9 ? [1e9, "G"] : [1e6, "M"]
  return `${(perSecond / scale).toPrecision(3)} ${letter}`
}

const listFits = (): void => {
  const table = document.createElement("table")
  const ran = results.filter((r) => r.points.length > 0)
  const head = table.createTHead()
  const over = head.insertRow()
  const under = head.insertRow()
  const heading = (row: HTMLTableRowElement, text: string, span = 1, className = "number"): void => {
    const cell = document.createElement("th")
    cell.textContent = text
    cell.colSpan = span
    cell.className = className
    row.append(cell)
  }
  heading(over, "", 2)
  heading(under, "kernel", 1, "")
  heading(under, "predicted")
  for (const { backend } of ran) {
    heading(over, backend, 2)
    heading(under, "exponent")
    heading(under, "best rate")
  }
  const body = table.createTBody()
  for (const { kernel, dimension, exponent, work: cost, unit } of work) {
    const row = body.insertRow()
    const add = (text: string, className: string): void => {
      const cell = row.insertCell()
      cell.textContent = text
      cell.className = className
    }
    add(kernel, "")
    add(String(exponent), "number")
    for (const { points } of ran) {
      const mine = points.filter((p) => p.kernel === kernel && p.dimension === dimension)
      const rate = Math.max(0, ...mine.map((p) => (cost(p.n) / p.median) * 1e3))
      add(mine.length === 0 ? "" : (launchFit(mine)?.exponent.toFixed(2) ?? "launch"), "number")
      add(mine.length === 0 ? "" : `${magnitude(rate)}${unit === "flop" ? "flop/s" : "draws/s"}`, "number")
    }
  }
  element("fits").replaceChildren(table)
}

const runBackend = async (result: BackendResult): Promise<void> => {
  const { backend } = result
  const found = await probe(backend)
  if ("missing" in found) {
    result.missing = found.missing
    return
  }
  let kernels: GpuKernelSet | undefined
  try {
    kernels = gpuKernels(library, backend, found)
    say(`${backend}: checking against float64`)
    await frame()
    result.agreement = await agreement(kernels, backend)
    result.disagreements = disagreements(result.agreement)
    result.ran = kernels.ran
    listBackends()
    // What is wrong is not timed.
    if (result.disagreements.length > 0) return
    for (const workload of work) {
      await measure(
        kernels,
        workload,
        () => performance.now(),
        { budget: quick ? 20 : 150, longest: 1500 },
        async (point) => {
          result.points.push(point)
          say(
            `${backend}: ${workload.kernel}, ${workload.size} = ${point.n.toLocaleString("en")}, ${point.median.toPrecision(3)} ms`
          )
          draw(workload)
          await frame()
        }
      )
      listFits()
    }
  } catch (error) {
    result.missing = `failed: ${error instanceof Error ? error.message : String(error)}`
  } finally {
    await kernels?.destroy()
  }
}

listBackends()
layOutPlots()
for (const result of results) {
  await runBackend(result)
  listBackends()
}
listFits()
const document_ = { userAgent: navigator.userAgent, quick, backends: results }
window.result = document_
const link = element("download") as HTMLAnchorElement
link.href = URL.createObjectURL(new Blob([JSON.stringify(document_)], { type: "application/json" }))
link.download = "coverbound-kernels.json"
say("Finished.")
window.finished = true
