/** One cold check, in a process of its own: `node benchmarks/check-once.ts FILE` prints `{status, processor, wall}`, milliseconds from text to verdict. */
import { readFileSync } from "node:fs"
import { processorSeconds } from "./processor.ts"
import { check } from "../src/checker/check.ts"

const text = readFileSync(process.argv[2], "utf8")
const [processor, wall] = [processorSeconds(), performance.now()]
const { status } = check(text)
console.log(
  JSON.stringify({ status, processor: 1000 * (processorSeconds() - processor), wall: performance.now() - wall })
)
