/**
 * Progress on stderr: a bar for anything that takes over a second where stderr is a terminal, a line now and then for what takes over ten where it is not. `--quiet`, or
 * COVERBOUND_QUIET in the environment: nothing.
 */
import { columnsOf } from "./terminal.ts"

/** Work that takes less than this shows nothing. */
const PATIENCE_MS = 1000
const REDRAW_MS = 80
const BAR = 24
/** Off a terminal: nothing before this, and then a line as often. */
const LINE_MS = 15_000

/** Whether nothing is to be said of progress. */
export const isQuiet = (): boolean => process.argv.includes("--quiet") || (process.env.COVERBOUND_QUIET ?? "") !== ""

/** How much longer, from the share that is done. */
const remaining = (share: number, elapsedMs: number): string => {
  if (!(share > 0.02)) return ""
  const seconds = ((elapsedMs / share) * (1 - share)) / 1000
  return seconds < 100 ? `, about ${Math.ceil(seconds)} s more` : `, about ${Math.ceil(seconds / 60)} min more`
}

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
  private readonly quiet = isQuiet()

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.stream = stream
  }

  /** Before work of over ten seconds: how long it takes on an idle machine. */
  estimate(how: string): void {
    if (!this.quiet) this.stream.write(`coverbound: ${how} on an idle machine; --quiet says nothing of progress\n`)
  }

  /** `share` of the work done, in [0, 1], and what is being done. */
  update(share: number, what: string): void {
    if (this.quiet) return
    const now = performance.now()
    if (!this.stream.isTTY) {
      if (now - Math.max(this.start, this.last) < LINE_MS) return
      this.last = now
      const elapsed = now - this.start
      this.stream.write(
        `coverbound: ${Math.round(100 * share)} %, ${what}; ${Math.round(elapsed / 1000)} s${remaining(share, elapsed)}\n`
      )
      return
    }
    if (now - this.start < PATIENCE_MS || now - this.last < REDRAW_MS) return
    this.last = now
    this.drawn = true
    const filled = Math.round(BAR * Math.min(1, Math.max(0, share)))
    const bar = "█".repeat(filled) + "░".repeat(BAR - filled)
    const line = ` ${bar} ${String(Math.round(100 * share)).padStart(3)} %  ${what}  ${((now - this.start) / 1000).toFixed(0)} s${remaining(share, now - this.start)}`
    const room = Math.max(20, (this.stream.columns ?? 80) - 1)
    this.stream.write(`\r\u001b[2K${columnsOf(line) > room ? [...line].slice(0, room).join("") : line}`)
  }

  /** Takes the bar away, so that what is written next starts on a clean line. */
  clear(): void {
    if (this.drawn) this.stream.write("\r\u001b[2K")
    this.drawn = false
  }
}
