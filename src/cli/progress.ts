/** Progress on stderr, for anything that takes over a second, where stderr is a terminal; nothing where it is not. */
import { columnsOf } from "./terminal.ts"

/** Work that takes less than this shows nothing. */
const PATIENCE_MS = 1000
const REDRAW_MS = 80
const BAR = 24

/**
 * How much of a run is done, from an algorithm's own report of its phase: SpannerSampling's first phase is about a third of the work. Phases of other
 * algorithms count from the start.
 */
export const shareOfRun = (phase: string, done: number, total: number): number => {
  const share = total > 0 ? done / total : 0
  return phase === "spanner" ? 0.3 * share : phase === "exploration" ? 0.3 + 0.7 * share : share
}

export class ProgressBar {
  private readonly stream: NodeJS.WriteStream
  private readonly start = performance.now()
  private last = -Infinity
  private drawn = false

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.stream = stream
  }

  /** `share` of the work done, in [0, 1], and what is being done. */
  update(share: number, what: string): void {
    if (!this.stream.isTTY) return
    const now = performance.now()
    if (now - this.start < PATIENCE_MS || now - this.last < REDRAW_MS) return
    this.last = now
    this.drawn = true
    const filled = Math.round(BAR * Math.min(1, Math.max(0, share)))
    const bar = "█".repeat(filled) + "░".repeat(BAR - filled)
    const line = ` ${bar} ${String(Math.round(100 * share)).padStart(3)} %  ${what}  ${((now - this.start) / 1000).toFixed(0)} s`
    const room = Math.max(20, (this.stream.columns ?? 80) - 1)
    this.stream.write(`\r\u001b[2K${columnsOf(line) > room ? [...line].slice(0, room).join("") : line}`)
  }

  /** Takes the bar away, so that what is written next starts on a clean line. */
  clear(): void {
    if (this.drawn) this.stream.write("\r\u001b[2K")
    this.drawn = false
  }
}
