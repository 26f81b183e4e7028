/**
 * The auditor's power and false alarms on generated mutants, with 95 % intervals: `node properties/variants/measure.ts [EVERY] [FIRST]` audits every EVERY-th mutant (all
 * of them unless given), each in a process of its own with a limit, and lists those that break a promise and were not refuted.
 */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { clopperPearson } from "../../src/statistics/clopper-pearson.ts"
import { allMutants } from "./mutants.ts"

/** A mutant that has not ended by then has no end: a default audit is over after a minute, and the criterion takes seconds. */
const LIMIT_MS = 150_000
const MUTANT = fileURLToPath(new URL("audited-mutant.ts", import.meta.url))

const [every = 1, first = 0] = process.argv.slice(2).map(Number)
const tally = { breaks: 0, refuted: 0, equivalent: 0, accused: 0, other: 0, endless: 0, unloadable: 0 }
for (const [i, { change, file, line, operator }] of allMutants().entries()) {
  if (i % every !== first) continue
  const { error, status, stdout } = spawnSync(process.execPath, [MUTANT, `${i}`], {
    timeout: LIMIT_MS,
    encoding: "utf8"
  })
  const last = stdout.trim().split("\n").at(-1) ?? ""
  const said = last === "" ? {} : (JSON.parse(last) as { readonly kind?: string; readonly by?: ReadonlyArray<string> })
  const by = said.by ?? []
  const where = `${file}:${line} ${operator}: ${change}`
  if (error !== undefined) tally.endless++
  else if (status !== 0) tally.unloadable++
  else if (said.kind === "breaks") {
    tally.breaks++
    if (by.length > 0) tally.refuted++
    else process.stdout.write(`not refuted  ${where}\n`)
  } else if (said.kind === "equivalent") {
    tally.equivalent++
    if (by.length > 0) {
      tally.accused++
      process.stdout.write(`accused      ${where}: ${by.join(", ")}\n`)
    }
  } else tally.other++
}
const share = (k: number, n: number): string => {
  const { lower, upper } = clopperPearson(k, n, 0.05)
  return `${k} of ${n} (95 %: ${lower.toFixed(3)} to ${upper.toFixed(3)})`
}
process.stdout.write(
  `${[
    `break a promise: refuted ${share(tally.refuted, tally.breaks)}`,
    `same runs as the original: accused ${share(tally.accused, tally.equivalent)}`,
    `differ and break nothing that was seen: ${tally.other}; without an end: ${tally.endless}; do not load: ${tally.unloadable}`
  ].join("\n")}\n`
)
