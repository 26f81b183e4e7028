/** The machine's BLAS for tests, or why there is none: they are then skipped and say so. */
import { BackendUnavailable } from "../../src/kernel/backend-unavailable.ts"
import { type Blas, findBlas } from "../../src/kernel/blas/library.ts"

export const machineBlas = (): { readonly blas: Blas | undefined; readonly why: string } => {
  try {
    const blas = findBlas()
    return { blas, why: blas.name }
  } catch (error) {
    if (error instanceof BackendUnavailable) return { blas: undefined, why: `skipped: ${error.message}` }
    throw error
  }
}
