/** One cold check, in a process of its own: `node benchmarks/check-once.ts FILE` prints `{status, processor, wall}`, milliseconds from text to verdict. */
import { readFileSync } from "node:fs"
import { check } from "../src/checker/check.ts"

const text = readFileSync(process.argv[2], "utf8")
const [processor, wall] = [process.cpuUsage(), performance.now()]
const { status } = check(text)
const { user, system } = process.cpuUsage(processor)
console.log(JSON.stringify({ status, processor: (user + system) / 1000, wall: performance.now() - wall }))
