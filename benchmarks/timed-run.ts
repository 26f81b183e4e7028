/** Runs of one algorithm on one instance over seeds, and what each took. */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm, ParameterRecord } from "../src/algorithm/algorithm.ts"
import type { OracleServices } from "../src/oracle/interpreter.ts"
import type { RunRecord } from "../src/run/run-record.ts"
import { runTrial } from "../src/run/run-trial.ts"
import type { Ground } from "../src/run/sweep.ts"
import { processorSeconds } from "./processor.ts"

export interface TimedRuns {
  readonly records: ReadonlyArray<RunRecord>
  /** Seconds on the clock. */
  readonly wall: ReadonlyArray<number>
  /** Processor seconds of the whole process. */
  readonly processor: ReadonlyArray<number>
}

/** Seeds 0, 1, … by the exact law, as an audit makes them: checkpoints and exact suboptimality included. */
export const timedRuns = async (
  { best, digest, instance }: Ground,
  algorithm: AnyAlgorithm<OracleServices>,
  parameters: ParameterRecord,
  seeds: number,
  log: (line: string) => void
): Promise<TimedRuns> => {
  const records: Array<RunRecord> = []
  const [wall, processor]: [Array<number>, Array<number>] = [[], []]
  for (let seed = 0; seed < seeds; seed++) {
    const [before, start] = [processorSeconds(), performance.now()]
    records.push(
      await Effect.runPromise(
        runTrial({ algorithm, instance, digest, best, parameters, interpreter: "exact-law", seed, trial: 0 })
      )
    )
    wall.push((performance.now() - start) / 1e3)
    processor.push(processorSeconds() - before)
    log(`${instance.spec} seed ${seed}, ${processor[seed].toFixed(2)} s`)
  }
  return { records, wall, processor }
}
