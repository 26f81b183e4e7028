/**
 * How long something takes, whatever machine it is tried on: the processor time of this thread, in units of what fixed arithmetic takes in it. A busy
 * machine stretches the clock, not this; a slow one stretches both sides. One unit is about a millisecond of the machines of 2026.
 */
const threadMs = (work: () => void): number => {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

/** Exact products and doubles, as the checker's work is, of fourteen units. */
const reference = (): void => {
  let n = 1n
  let x = 1
  for (let i = 0; i < 150_000; i++) {
    n = (n * 6364136223846793005n + 1442695040888963407n) & ((1n << 512n) - 1n)
    x = Math.exp(-x) + Math.log1p(x * 1e-3)
  }
  if (!(n > 0n && x > 0)) throw new Error("the reference did not run")
}

let unit: number | undefined

/** Processor time that this thread takes for something, in units. */
export const processorTime = (work: () => void): number => {
  // The first runs are of cold code; the least is what the machine can do.
  unit ??= Math.min(...Array.from({ length: 4 }, () => threadMs(reference))) / 14
  return threadMs(work) / unit
}
