/** What a benchmark suite is: a name, something to run, and a report that keeps every raw sample. */
import type { studyJson } from "../src/cli/scaling/scaling-document.ts"
import type { Verdict } from "../src/statistics/bernoulli-judgement.ts"

export interface SuiteOptions {
  /** Fewer rounds and smaller cases: shows that everything runs, not what it costs. */
  readonly quick: boolean
  /** With `quick`: seconds that are left. A suite leaves out what would not fit, and says so. */
  readonly seconds?: number
  /** A line of progress for people (stderr). */
  readonly log: (line: string) => void
  /** Only these kernels and backends, in suites that have some; none named: all. */
  readonly kernels?: ReadonlyArray<string>
  readonly backends?: ReadonlyArray<string>
}

/** The call was wrong: one line, exit code 2. */
export class UsageError extends Error {}

/** Raw measurements of one thing. */
export interface Series {
  readonly name: string
  /** Unit of the samples, e.g. `ns/pair`. */
  readonly unit: string
  /** In the order taken. */
  readonly samples: ReadonlyArray<number>
}

export interface Table {
  readonly title: string
  readonly columns: ReadonlyArray<string>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
}

/** What the project promises of a suite, beside what was measured. */
export interface Target {
  readonly claim: string
  readonly measured: string
  readonly held: boolean
  /** It is neither seen to hold nor broken: what was measured decides neither. */
  readonly open?: true
  /** A `timing` depends on the machine and its load and never fails a run; a `result` does. */
  readonly kind: "timing" | "result"
}

/** How a target stands by a verdict. */
export const standingBy = (verdict: Verdict): Pick<Target, "held" | "open"> => ({
  held: verdict === "supported",
  ...(verdict === "undecided" ? { open: true } : {})
})

/** What a kernel reached of the machine: operations a byte, and billions of operations a second beside the ceilings. */
export interface Roof {
  readonly name: string
  readonly backend: string
  readonly intensity: number
  readonly gops: number
  /** Arithmetic, on as many threads. */
  readonly peak: number
  /** GB/s from where its bytes lie. */
  readonly gigabytes: number
}

/** A contestant's time over ours, round by round. */
export interface PeerRatio {
  readonly name: string
  readonly backend: string
  readonly peer: string
  readonly ratios: ReadonlyArray<number>
}

export interface SuiteReport {
  /** Times against sizes held against cost models (`src/cli/scaling/scaling-document.ts`). */
  readonly studies?: ReadonlyArray<ReturnType<typeof studyJson>>
  readonly roofs?: ReadonlyArray<Roof>
  readonly peers?: ReadonlyArray<PeerRatio>
  readonly tables: ReadonlyArray<Table>
  readonly targets: ReadonlyArray<Target>
  readonly series: ReadonlyArray<Series>
  readonly notes: ReadonlyArray<string>
}

export interface Suite {
  readonly name: string
  readonly summary: string
  /** Why `--quick` leaves it out, where no part of it decides anything in a few seconds. */
  readonly slow?: string
  readonly run: (options: SuiteOptions) => Promise<SuiteReport>
}
