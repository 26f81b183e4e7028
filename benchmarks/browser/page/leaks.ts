/**
 * Making and destroying kernels by the thousand, and counting what stays: objects of WebGL 2 that were not deleted, buffers and textures of WebGPU that were not
 * destroyed, contexts that were not given up. Watching begins with the module: load it before any kernel is made.
 */
import { type GpuBackend, rows } from "../../../src/kernel/backend.ts"
import { gpuKernels } from "../../../src/kernel/gpu/kernels.ts"
import type { GpuLibrary } from "../../../src/kernel/gpu/library.ts"
import type { Census, Churn } from "./census.ts"

const alive = new Map<string, Set<object>>()
/** Not kept alive by being counted. */
const contexts = new Set<WeakRef<WebGL2RenderingContext>>()

const born = (kind: string, made: unknown): void => {
  if (typeof made !== "object" || made === null) return
  const known = alive.get(kind) ?? new Set()
  alive.set(kind, known.add(made))
}

type Method = (this: unknown, ...args: Array<unknown>) => unknown

/** Has `after` told of every call of a method. */
const wrap = (
  prototype: object,
  name: string,
  after: (self: unknown, args: ReadonlyArray<unknown>, result: unknown) => void
): void => {
  const methods = prototype as Record<string, Method>
  const original = methods[name]
  methods[name] = function (...args) {
    const result = original.apply(this, args)
    after(this, args, result)
    return result
  }
}

for (const kind of ["Buffer", "Framebuffer", "Program", "Shader", "Texture", "VertexArray"]) {
  const name = kind.toLowerCase()
  wrap(WebGL2RenderingContext.prototype, `create${kind}`, (_, __, made) => born(name, made))
  wrap(WebGL2RenderingContext.prototype, `delete${kind}`, (_, [gone]) => void alive.get(name)?.delete(gone as object))
}
wrap(HTMLCanvasElement.prototype, "getContext", (_, __, made) => {
  if (made instanceof WebGL2RenderingContext) contexts.add(new WeakRef(made))
})
/** Not among TypeScript's types of a page yet. */
const webgpu = globalThis as unknown as Record<string, { readonly prototype: object } | undefined>
for (const kind of ["Buffer", "Texture"]) {
  const [device, made] = [webgpu["GPUDevice"], webgpu[`GPU${kind}`]]
  if (device === undefined || made === undefined) continue
  const name = `gpu ${kind.toLowerCase()}`
  wrap(device.prototype, `create${kind}`, (_, __, one) => born(name, one))
  wrap(made.prototype, "destroy", (self) => void alive.get(name)?.delete(self as object))
}

/** What is alive now: of contexts those that were neither given up nor collected. */
export const census = (): Census => {
  const found = Object.fromEntries([...alive].filter(([, set]) => set.size > 0).map(([kind, set]) => [kind, set.size]))
  const open = [...contexts].filter((context) => context.deref()?.isContextLost() === false).length
  return open === 0 ? found : { ...found, context: open }
}

/** Makes `count` kernels in one set, uses each once, and destroys them. */
export const churn = async (library: GpuLibrary, backend: GpuBackend, count: number): Promise<Churn> => {
  const start = performance.now()
  const kernels = gpuKernels(library, backend)
  const theta = Float32Array.of(1, 2, 3)
  let wrong = 0
  for (let i = 0; i < count; i++) {
    // Rows that were not seen before are constants of a kernel of their own.
    const [score] = await kernels.scores(theta, rows(Float32Array.of(i, 1, 1), 3))
    if (score !== i + 5) wrong++
  }
  const during = kernels.live()
  await kernels.destroy()
  return { wrong, during, after: kernels.live(), milliseconds: performance.now() - start }
}
