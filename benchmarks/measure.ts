/**
 * Timing in rounds. A machine that others use drifts within seconds, so what is compared is measured in turn, A B A B
 * …, and a ratio is taken within each round; the round is the unit of replication (samples inside one are far from
 * independent: an interval over the samples of one process covered the truth in 27 of 60 A/A runs).
 */
import { Bench, hrtimeNowTimestampProvider } from "tinybench"
import { median } from "../src/statistics/median.ts"
import type { Series, Target } from "./suite.ts"

/** Something that can be timed: gives nanoseconds per unit of work, one number per call. */
export interface Contestant {
  readonly name: string
  /** One turn. */
  readonly turn: () => Promise<ReadonlyArray<number>>
}

/** A synchronous JavaScript contestant under tinybench. */
export interface Workload {
  readonly name: string
  /** Units of work in one call (pairs, blocks, rounds …). */
  readonly units: number
  /** May give a promise: it is awaited. */
  readonly call: () => unknown
}

/** @param milliseconds length of one turn. @throws the workload's own error. */
export const timed = ({ name, units, call }: Workload, milliseconds: number): Contestant => ({
  name,
  turn: async () => {
    // tinybench repeats a call that throws for as long as it warms up: let an error out here.
    await call()
    const bench = new Bench({
      time: milliseconds,
      iterations: 3,
      warmupTime: milliseconds / 4,
      warmupIterations: 2,
      retainSamples: true,
      throws: true,
      timestampProvider: hrtimeNowTimestampProvider
    }).add(name, call)
    const [task] = await bench.run()
    const { result } = task
    if (result.state !== "completed") throw new Error(`${name}: ${result.state}`)
    return (result.latency.samples ?? []).map((ms) => (ms * 1e6) / units)
  }
})

export interface Measured {
  readonly name: string
  /** Median of each round's samples. */
  readonly rounds: ReadonlyArray<number>
  readonly samples: ReadonlyArray<number>
}

/** Every contestant once a round, `rounds` times. */
export const interleaved = async (
  contestants: ReadonlyArray<Contestant>,
  rounds: number
): Promise<ReadonlyArray<Measured>> => {
  const all = contestants.map(({ name }) => ({ name, rounds: new Array<number>(), samples: new Array<number>() }))
  for (let round = 0; round < rounds; round++) {
    for (const [i, contestant] of contestants.entries()) {
      const samples = await contestant.turn()
      all[i].rounds.push(median(samples))
      all[i].samples.push(...samples)
    }
  }
  return all
}

/** slow/fast of each round. */
export const ratios = (slow: Measured, fast: Measured): ReadonlyArray<number> =>
  slow.rounds.map((s, i) => s / fast.rounds[i])

/** A contestant promised to be so many times as quick as a rival. */
export const timesAsQuick = (claim: string, mine: Measured, rival: Measured, atLeast: number): Target => {
  const ratio = median(ratios(rival, mine))
  return { claim, measured: `${ratio.toFixed(2)}× ${rival.name}`, held: ratio >= atLeast, kind: "timing" }
}

/** `median (least–greatest)`. */
export const spread = (values: ReadonlyArray<number>, digits = 2): string =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`

/** Raw samples to five digits: more is noise and bytes. */
export const series = (name: string, unit: string, samples: ReadonlyArray<number>): Series => ({
  name,
  unit,
  samples: samples.map((s) => Number(s.toPrecision(5)))
})
