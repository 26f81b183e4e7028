/** Rows of the widest of segments one after another: segment x is the rows offsets[x] … offsets[x+1]−1. */
export const widestSegment = (offsets: Int32Array): number => {
  let widest = 0
  for (let x = 0; x + 1 < offsets.length; x++) widest = Math.max(widest, offsets[x + 1] - offsets[x])
  return widest
}
