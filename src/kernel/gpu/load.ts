/**
 * gpu.js under Node: brought in when a kernel is asked for, since it is an optional peer of this package (with its own `webgpu` it weighs 88 MB).
 * What is missing is said with what to do about it.
 */
import { BackendUnavailable } from "../backend-unavailable.ts"
import { type GpuBackend, type KernelSet } from "../backend.ts"
import { gpuKernels, type GpuKernelOptions } from "./kernels.ts"
import { adapterName, type GpuLibrary } from "./library.ts"

/** The versions that the kernels were tested with; package.json says the same. */
const INSTALL_GPU_JS = "npm i gpu.js@2.24.1"
const INSTALL_WEBGPU = "npm i webgpu@0.6.2"

const unavailable = (backend: GpuBackend, reason: string, fix: string): BackendUnavailable =>
  new BackendUnavailable({ backend, reason: reason.replace(/\s*\n\s*/g, " "), fix })

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND"

/** @throws BackendUnavailable */
const loadGpuJs = async (backend: GpuBackend): Promise<GpuLibrary> => {
  try {
    return ((await import("gpu.js")) as unknown as { readonly default: GpuLibrary }).default
  } catch (error) {
    throw isMissing(error)
      ? unavailable(backend, "the package gpu.js is not installed", INSTALL_GPU_JS)
      : unavailable(backend, `gpu.js does not load: ${messageOf(error)}`, INSTALL_GPU_JS)
  }
}

interface WebgpuPackage {
  readonly create: (flags: ReadonlyArray<string>) => object
  readonly globals: Readonly<Record<string, unknown>>
}

/** The package's GPU object: one for the process, which ends only once the object is let go; and the sets that use it. */
let provided: object | undefined
let users = 0

/** Gives Node a `navigator.gpu`, as browsers have. @throws BackendUnavailable */
const provideWebgpu = async (): Promise<void> => {
  if (provided !== undefined || "gpu" in navigator) return
  let made: WebgpuPackage
  try {
    made = (await import("webgpu")) as unknown as WebgpuPackage
  } catch (error) {
    throw isMissing(error)
      ? unavailable("webgpu", "the package webgpu is not installed", INSTALL_WEBGPU)
      : unavailable(
          "webgpu",
          `the package webgpu does not load: ${messageOf(error)}`,
          `it has builds for Linux, macOS and Windows on x64 and arm64, reinstall it: ${INSTALL_WEBGPU}`
        )
  }
  Object.assign(globalThis, made.globals)
  provided = made.create([])
  Object.defineProperty(navigator, "gpu", { value: provided, configurable: true })
}

const NO_ADAPTER = "WebGPU finds no adapter"
const ADAPTER_FIX =
  "install the Vulkan loader and the GPU's driver (Debian: apt-get install libvulkan1 mesa-vulkan-drivers); without a GPU, SwiftShader serves to check results: install chromium, set VK_DRIVER_FILES to its vk_swiftshader_icd.json and LD_LIBRARY_PATH to its folder"

/** Lets the shared WebGPU device go with its last user, so that the process can end. */
const releaseWebgpu = async (library: GpuLibrary): Promise<void> => {
  if (--users > 0) return
  await library.WebGPUContext.destroy()
  if (provided === undefined) return
  Reflect.deleteProperty(navigator, "gpu")
  provided = undefined
}

/** The library, and what is known of one of its backends on this machine. @throws BackendUnavailable with the reason and the fix. */
const probe = async (backend: GpuBackend): Promise<{ readonly library: GpuLibrary; readonly detail: string }> => {
  if (backend === "webgl2")
    throw unavailable(backend, "WebGL 2 is a browser's", "npm run bench:browser runs the kernels there")
  const library = await loadGpuJs(backend)
  if (backend === "cpu") return { library, detail: "one thread" }
  if (backend === "webasm") {
    const { isThreadsSupported } = library.WebAssemblyKernel
    return {
      library,
      detail: isThreadsSupported === true ? `SIMD, ${navigator.hardwareConcurrency} threads` : "SIMD, one thread"
    }
  }
  await provideWebgpu()
  users++
  if (!(await library.GPU.isWebGPUAvailable())) {
    await releaseWebgpu(library)
    throw unavailable(backend, NO_ADAPTER, ADAPTER_FIX)
  }
  return { library, detail: await adapterName(library) }
}

/** The kernels on a backend of gpu.js. @throws BackendUnavailable with the reason and the fix. */
export const openGpuKernels = async (backend: GpuBackend, options: GpuKernelOptions = {}): Promise<KernelSet> => {
  const { library, detail } = await probe(backend)
  const kernels = gpuKernels(library, backend, { detail, ...options })
  return {
    ...kernels,
    get ran() {
      return kernels.ran
    },
    destroy: async () => {
      await kernels.destroy()
      if (backend === "webgpu") await releaseWebgpu(library)
    }
  }
}
