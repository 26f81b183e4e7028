/** What measures a run's policies besides JavaScript: the kernels of a session, opened when a mixture is first worth it. */
import type { FiniteInstance } from "../instance/instance.ts"
import { ComponentKernel, componentRoom } from "../kernel/wasm/component.ts"
import { mixtureKernel } from "../kernel/wasm/mixture.ts"
import { widestSegment } from "../numeric/segments.ts"
import { passTable } from "../policy/elliptic-test.ts"
import type { MixtureKernel } from "../policy/mixture-ratio.ts"
import { kernelPassTable } from "./pass-table.ts"
import type { SessionSearch } from "./session-search.ts"

/** Numbers of an instance below which copying them in costs what it saves. */
const FROM = 2 ** 12
/** Of the widest prompt: what fits the session's memory whatever else is in a turn. */
const MOST = 2 ** 20

/** Bytes of wide prompts in a kernel's memory: as much as their features and laws take. */
const MOST_MEMORY = 2 ** 31

/** Components at wide prompts by the kernel, opened at the first; undefined where there is none, or no room. */
const wideComponents = (search: SessionSearch): MixtureKernel["component"] => {
  const opened = new Map<FiniteInstance, ComponentKernel | undefined>()
  return (exact, component) => {
    if (!opened.has(exact)) {
      const bytes = componentRoom(exact, search.threads)
      const small = search.kernel?.arena
      // e^x is held against the engine's once.
      const arena = bytes <= MOST_MEMORY && small && mixtureKernel(small) ? search.memory(bytes) : undefined
      opened.set(exact, arena && new ComponentKernel(arena, exact))
    }
    return opened.get(exact)?.sums(component)
  }
}

/** Exact evaluation by a session's kernels: to the bits that JavaScript gives. */
export const exactKernels = (search: SessionSearch): MixtureKernel => ({
  component: wideComponents(search),
  takes: ({ dimension: d, offsets }: FiniteInstance) => {
    const rows = offsets[offsets.length - 1]
    if (rows * d < FROM) return false
    const arena = widestSegment(offsets) * d <= MOST ? search.kernel?.arena : undefined
    return arena !== undefined && mixtureKernel(arena) !== undefined
  },
  add: (request) => {
    // What the arena keeps is tests of pair tables, which nobody asks again.
    search.kernel!.clear()
    mixtureKernel(search.kernel!.arena)!.add(request)
  },
  passTable: (test, features, start, end, out) => {
    const table = kernelPassTable(test, features, start, end, search)
    if (table === undefined) passTable(test, features, start, end, out)
    else out.set(table)
  }
})
