/**
 * A set of kernels that looks at what it is given before a backend does: the same shapes are refused with the same line
 * on every backend, and a destroyed set answers no more. What a kernel is given should be finite, which is not looked at:
 * NaN in gives NaN or 0 out, as the backend has it.
 */
import type { KernelSet, Rows } from "./backend.ts"
import { checkRequest } from "./search-requests.ts"

const expectLength = (name: string, got: number, expected: number, what: string): void => {
  if (got !== expected) throw new RangeError(`${name}: ${got} numbers, expected ${expected} (${what})`)
}

const checkRows = (name: string, { values, dimension: d, count: n }: Rows): void => {
  if (!Number.isSafeInteger(d) || d < 1) throw new RangeError(`${name}.dimension: ${d}, expected a positive integer`)
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`${name}.count: ${n}, expected an integer of 0 or more`)
  expectLength(`${name}.values`, values.length, n * d, `${n} rows of ${d}`)
}

/** @param offsets X + 1 places in [0, n], from 0 to n in order. */
const checkOffsets = (offsets: Int32Array, n: number): void => {
  if (offsets.length === 0 || offsets[0] !== 0)
    throw new RangeError(`offsets: ${offsets.length === 0 ? "none" : `${offsets[0]} first`}, expected 0 first`)
  for (let x = 1; x < offsets.length; x++) {
    if (offsets[x] < offsets[x - 1])
      throw new RangeError(`offsets: ${offsets[x]} after ${offsets[x - 1]}, expected them in order`)
  }
  const last = offsets[offsets.length - 1]
  if (last !== n) throw new RangeError(`offsets: ${last} last, expected ${n}, the number of logits`)
}

type Call = Exclude<keyof KernelSet, "ran" | "destroy">

/** The set behind its checks. @throws RangeError of a shape, from any kernel; Error from any once destroyed. */
export const checkedKernels = (kernels: KernelSet): KernelSet => {
  let destroyed = false
  /** A kernel that is asked once `check` has thrown nothing. */
  const checked = <K extends Call>(name: K, check: (...given: Parameters<KernelSet[K]>) => void): KernelSet[K] => {
    const asked = (...given: Parameters<KernelSet[K]>): unknown => {
      if (destroyed) throw new Error("kernels: destroyed, expected ones that are not")
      check(...given)
      return (kernels[name] as (...given: Parameters<KernelSet[K]>) => unknown)(...given)
    }
    return asked as KernelSet[K]
  }
  return {
    get ran() {
      return kernels.ran
    },
    scores: checked("scores", (theta, features) => {
      checkRows("features", features)
      expectLength("theta", theta.length, features.dimension, "the dimension of the features")
    }),
    quadraticForm: checked("quadraticForm", (whitening, features) => {
      checkRows("features", features)
      const d = features.dimension
      expectLength("whitening", whitening.length, d * d, `${d}×${d}`)
    }),
    pairDistances: checked("pairDistances", (white) => checkRows("white", white)),
    gram: checked("gram", (features) => checkRows("features", features)),
    tiltedSoftmax: checked("tiltedSoftmax", (logits, reference, offsets) => {
      expectLength("reference", reference.length, logits.length, "as many as logits")
      checkOffsets(offsets, logits.length)
    }),
    firstHit: checked("firstHit", checkRequest),
    firstAccepted: checked("firstAccepted", checkRequest),
    destroy: () => {
      if (destroyed) return
      destroyed = true
      return kernels.destroy()
    }
  }
}
