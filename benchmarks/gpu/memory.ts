/**
 * What a byte costs to copy into a new array, by size: every call of a kernel does this with its arguments and results, and the price rises where they outgrow a
 * cache, or where fresh pages have to be asked for. Nothing of Node: a page loads this module as it is.
 */
export interface MemoryPoint {
  readonly bytes: number
  /** The least of five goes: where memory is short of nothing. */
  readonly nanosecondsPerByte: number
}

/** @param now milliseconds. @param most bytes of the largest array. */
export const memoryCost = (now: () => number, most: number): ReadonlyArray<MemoryPoint> => {
  const found: Array<MemoryPoint> = []
  for (let bytes = 2 ** 12; bytes <= most; bytes *= 2) {
    const source = new Float32Array(bytes / 4).fill(1)
    const copies = Math.max(1, Math.floor(2 ** 22 / bytes))
    let sum = 0
    // The first is the engine's to warm up.
    const [, ...times] = Array.from({ length: 6 }, () => {
      const start = now()
      for (let i = 0; i < copies; i++) sum += source.slice()[i % source.length]
      return now() - start
    })
    if (sum === 0) throw new Error("nothing was copied")
    found.push({ bytes, nanosecondsPerByte: (Math.min(...times) * 1e6) / (copies * bytes) })
  }
  return found
}
