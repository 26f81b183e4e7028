/** The backend `js`: the float64 reference behind the shape that every backend has. For comparing, and where nothing else runs. */
import type { KernelSet } from "./backend.ts"
import { firstAccepted, firstHit, gram, pairDistances, quadraticForm, scores, tiltedSoftmax } from "./reference.ts"

const wide = (values: Float32Array): Float64Array => Float64Array.from(values)
const narrow = (values: Float64Array): Float32Array => Float32Array.from(values)

export const referenceKernels = (): KernelSet => ({
  ran: { backend: "js", detail: "float64, one thread", fallback: undefined },
  scores: (theta, { values }) => narrow(scores(wide(theta), wide(values))),
  quadraticForm: (whitening, { values }) => narrow(quadraticForm(wide(whitening), wide(values))),
  pairDistances: ({ values, dimension }) => narrow(pairDistances(wide(values), dimension)),
  gram: ({ values, dimension }) => narrow(gram(wide(values), dimension)),
  tiltedSoftmax: (logits, reference, offsets) => {
    const { probabilities, logNormaliser } = tiltedSoftmax(wide(logits), wide(reference), offsets)
    return { probabilities: narrow(probabilities), logNormaliser: narrow(logNormaliser) }
  },
  firstHit,
  firstAccepted,
  destroy: () => {}
})
