/** For tests: processor milliseconds that this thread takes for something. A busy machine stretches the clock, not these. */
export const processorTime = (work: () => void): number => {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}
