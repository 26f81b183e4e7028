/** Progress of suites on stderr: what is being measured, how much of it is done, and how long the rest may take, from how long the same took before. */
import { styleText } from "node:util"
import { duration } from "../reports/number-format.ts"

/** Seconds that a suite takes on the machine it was written on, quick and whole: shares of the bar, and a first estimate. */
const SECONDS: Readonly<Record<string, readonly [quick: number, whole: number]>> = {
  kernels: [40, 1500],
  "spanner-phase": [20, 240],
  "literal-oracle": [7, 60],
  "language-model": [4, 60],
  scale: [20, 60],
  critical: [2, 60],
  "rare-prompt": [3, 60],
  sweep: [3, 60],
  "exponent-coverage": [10, 300],
  "audit-power": [15, 300],
  "module-cost": [70, 200],
  sampler: [5, 40],
  checker: [18, 60],
  t7: [5, 120],
  t9: [4, 60]
}
const UNKNOWN = [10, 60] as const

export const expectedSeconds = (suite: string, quick: boolean): number => (SECONDS[suite] ?? UNKNOWN)[quick ? 0 : 1]

/** What is left of some suites, as this run has gone so far. */
export class SuiteProgress {
  private readonly start = performance.now()
  private readonly suites: ReadonlyArray<string>
  private readonly quick: boolean
  private done = 0
  private began = performance.now()

  constructor(suites: ReadonlyArray<string>, quick: boolean) {
    this.suites = suites
    this.quick = quick
  }

  /** Seconds that may be left: what the table says, in the pace of what is done. */
  get left(): number {
    const all = this.suites.map((name) => expectedSeconds(name, this.quick))
    const finished = all.slice(0, this.done).reduce((sum, s) => sum + s, 0)
    const ahead = all.slice(this.done).reduce((sum, s) => sum + s, 0)
    const pace = finished === 0 ? 1 : (this.began - this.start) / 1000 / finished
    const here = (performance.now() - this.began) / 1000
    return Math.max(0, pace * ahead - here)
  }

  /** How much of the time that is left the next suite should have. */
  get share(): number {
    const ahead = this.suites.slice(this.done).map((name) => expectedSeconds(name, this.quick))
    return ahead[0] / ahead.reduce((sum, s) => sum + s, 0)
  }

  /** A line of what is measured now. */
  line(text: string): void {
    console.error(
      styleText("dim", `[${this.done + 1}/${this.suites.length}] ${text}; about ${duration(1000 * this.left)} left`)
    )
  }

  next(): void {
    this.done++
    this.began = performance.now()
  }
}
