/** One process of the scale suite: what making an instance and running on it took, on stdout as JSON. Arguments: algorithm, SPEC, trials, interpreter, parameters as JSON. */
import * as Effect from "effect/Effect"
import { algorithms } from "../src/algorithm/registry.ts"
import type { ParameterRecord } from "../src/algorithm/algorithm.ts"
import { namedInstance } from "../src/model/families.ts"
import type { Interpreter } from "../src/oracle/interpreter.ts"
import { runTrial } from "../src/run/run-trial.ts"
import { goalOnGround, groundOf } from "../src/run/sweep.ts"
import { processorSeconds } from "./processor.ts"

/** What one process took: seconds of processor time of the instance and of its runs, and the most memory beyond what the process began with. */
export interface ScaleTime {
  readonly instance: number
  readonly runs: number
  readonly megabytes: number
}

const [name, spec, trials, interpreter, given] = process.argv.slice(2)
const algorithm = algorithms.find((one) => one.name === name)
if (algorithm === undefined)
  throw new Error(`algorithm: ${name}, expected one of ${algorithms.map((a) => a.name).join(", ")}`)

const before = process.memoryUsage.rss()
const began = processorSeconds()
const ground = groundOf(namedInstance(spec))
const made = processorSeconds()
const { best, digest, instance, problem } = ground
const goal = goalOnGround(ground, 0.1 * problem.rewardRange, 0.1)
const parameters: ParameterRecord = { ...algorithm.practical(problem, goal), ...JSON.parse(given) }
for (let trial = 0; trial < Number(trials); trial++)
  Effect.runSync(
    runTrial({ algorithm, instance, digest, parameters, interpreter: interpreter as Interpreter, seed: 1, trial, best })
  )
const time: ScaleTime = {
  instance: made - began,
  runs: processorSeconds() - made,
  megabytes: (process.resourceUsage().maxRSS * 1024 - before) / 1e6
}
process.stdout.write(JSON.stringify(time))
