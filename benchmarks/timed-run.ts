/** A run, and what it took. */
import * as Effect from "effect/Effect"
import type { RunRecord } from "../src/run/run-record.ts"
import { type RunOptions, runTrial } from "../src/run/run-trial.ts"
import { processorSeconds } from "./processor.ts"

export interface TimedRun {
  readonly record: RunRecord
  /** Seconds on the clock. */
  readonly wall: number
  /** Processor seconds of the whole process. */
  readonly processor: number
}

export const timedRun = async (options: RunOptions): Promise<TimedRun> => {
  const [processor, wall] = [processorSeconds(), performance.now()]
  const record = await Effect.runPromise(runTrial(options))
  return { record, wall: (performance.now() - wall) / 1e3, processor: processorSeconds() - processor }
}
