/**
 * Opening a backend by name: a name runs that backend or fails with the reason and the fix; `auto` takes the fastest that this machine has,
 * and what it passed over stands in `ran.fallback`.
 *
 * To add a backend: its name in `backend.ts`, and a line in `search/open-kernels.ts`.
 */
import { BackendUnavailable } from "./backend-unavailable.ts"
import { type Backend, BACKENDS, type KernelSet } from "./backend.ts"
import { checkedKernels } from "./checked.ts"

export type Openers = Readonly<Partial<Record<Backend, () => Promise<KernelSet>>>>

/** Fastest first. `blas` only by name: beside NumPy some of its turns took tens of times as long, and why is not known. webgl2 is a browser's, which this is not. */
const AUTO: ReadonlyArray<Backend> = ["webgpu", "wasm", "webasm", "cpu", "js"]
/** Adapters that compute on the CPU: right, and slower than everything below them in {@link AUTO}. */
const SOFTWARE_ADAPTER = /swiftshader|llvmpipe|lavapipe|software|microsoft basic render/i
/** What `--backend` takes. */
export const BACKEND_CHOICES = ["auto", ...BACKENDS] as const
/** What a caller may ask for: a backend, or `auto`, the fastest that this machine has. */
export type BackendChoice = (typeof BACKEND_CHOICES)[number]

const open = async (backend: Backend, openers: Openers): Promise<KernelSet> => {
  const opener = openers[backend]
  if (opener === undefined)
    throw new BackendUnavailable({ backend, reason: "this version of the package does not have it" })
  return checkedKernels(await opener())
}

/**
 * The set checks the shapes of what it is given (`checked.ts`).
 *
 * @throws BackendUnavailable where a backend was named and cannot run, or none can; RangeError of a name that is none.
 */
export const openBackend = async (choice: BackendChoice, openers: Openers): Promise<KernelSet> => {
  if (!BACKEND_CHOICES.includes(choice))
    throw new RangeError(`backend: ${choice as string}, expected ${BACKEND_CHOICES.join(", ")}`)
  if (choice !== "auto") return open(choice, openers)
  const passedOver: Array<string> = []
  for (const backend of AUTO) {
    if (openers[backend] === undefined) continue
    try {
      const kernels = await open(backend, openers)
      if (SOFTWARE_ADAPTER.test(kernels.ran.detail)) {
        passedOver.push(`${backend}: ${kernels.ran.detail} computes on the CPU`)
        await kernels.destroy()
        continue
      }
      return {
        ...kernels,
        get ran() {
          const { ran } = kernels
          const why = [...passedOver, ...(ran.fallback === undefined ? [] : [ran.fallback])]
          return { ...ran, fallback: why.length === 0 ? undefined : why.join("; ") }
        }
      }
    } catch (error) {
      if (!(error instanceof BackendUnavailable)) throw error
      passedOver.push(`${error.backend}: ${error.reason}`)
    }
  }
  throw new BackendUnavailable({ backend: "auto", reason: passedOver.join("; ") })
}
