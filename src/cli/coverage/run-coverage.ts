/** What `coverbound coverage` does: sources to populations, a report, a page, files. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type CoverageReport, coverageReport } from "../../coverage/coverage-report.ts"
import { crossingLine } from "../../coverage/crossing.ts"
import { exactPopulation, type Population } from "../../coverage/population.ts"
import { samplesPopulation } from "../../coverage/sample-file.ts"
import type { Sampling } from "../../coverage/sampling.ts"
import type { Instance } from "../../instance/instance.ts"
import { attempting, InvalidFile } from "../../instance/invalid-instance.ts"
import { type JsonInput, jsonText } from "../../run/json-text.ts"
import type { CoverageCall } from "../coverage.ts"
import type { CommandFailed } from "../ending.ts"
import { InvalidCall } from "../invalid-call.ts"
import { loadInstance } from "../load-instance.ts"
import { drawPopulation } from "../live/draw-population.ts"
import { isLive } from "../live/live-options.ts"
import { readNamedFile } from "../named-file.ts"
import { partOfDocument } from "../part-view.ts"
import { chosen } from "../options.ts"
import { pageOf, write } from "../terminal.ts"
import { VERSION } from "../version.ts"
import { checkFile, ownFolder, writeWhole } from "../whole-file.ts"
import { coverageCsv, passCsv, profileCsv } from "./coverage-csv.ts"
import { coverageView } from "./coverage-view.ts"

const samplingOf = ({ repeats, temperature, topK, topP }: CoverageCall): Sampling =>
  chosen({ temperature, topP, topK, repeats })

const readSamples = (call: CoverageCall, file: string, success: number) =>
  Effect.flatMap(readNamedFile("--samples", file), (text) =>
    attempting(InvalidFile)(() =>
      samplesPopulation(text, file, {
        success,
        sampling: samplingOf(call),
        ...chosen({ metric: call.metric, filter: call.filter })
      })
    )
  )

const settingOf = (call: CoverageCall, first: Instance | undefined) => ({
  level: call.level,
  beta: Option.getOrElse(call.beta, () => (first === undefined ? 0.1 : first.exact.beta / first.exact.rewardRange)),
  dimension: Option.getOrElse(call.d, () => first?.exact.dimension ?? 5),
  epsilon: call.eps,
  delta: call.delta,
  success: call.success
})

type Setting = ReturnType<typeof settingOf>

const documentOf = (report: CoverageReport, setting: Setting, sampling: Sampling): JsonInput => ({
  format: "coverbound-coverage",
  version: 1,
  suite: VERSION,
  ...setting,
  sampling: { ...sampling },
  k: report.most,
  populations: report.populations.map((one) => ({
    name: one.name,
    known: one.known,
    prompts: one.prompts,
    draws: one.draws,
    notes: [...one.notes],
    pass: one.pass.map(({ estimate, interval, k }) => ({ k, estimate: estimate ?? null, ...interval })),
    profile: one.profile.map(({ M, band, estimate }) => ({ M, estimate, ...band })),
    coverage: { ...boundJson(one.coverage.overall), byPrompt: one.coverage.prompts.map(boundJson) },
    costs: one.costs.map(({ least, most }) => ({
      algorithm: least.algorithm,
      T_data: { least: `${least.T_data}`, most: most === undefined ? null : `${most.T_data}` },
      T_comp: { least: `${least.T_comp}`, most: most === undefined ? null : `${most.T_comp}` }
    }))
  })),
  crossings: report.crossings.map(({ a, b, found }) => ({
    a: report.populations[a].name,
    b: report.populations[b].name,
    verdict: found.kind,
    says: crossingLine(found),
    ...(found.kind === "crossing" ? { after: found.after, by: found.by } : {}),
    ...(found.kind === "no crossing" ? { above: found.above, upTo: found.upTo } : {})
  }))
})

const boundJson = ({
  estimate,
  interval,
  onlyLower
}: CoverageReport["populations"][number]["coverage"]["overall"]) => ({
  estimate: estimate ?? null,
  ...interval,
  onlyLower
})

export const runCoverage = Effect.fnUntraced(function* (call: CoverageCall): Effect.fn.Return<void, CommandFailed> {
  if (call.instances.length + call.samples.length === 0 && !isLive(call))
    return yield* Effect.fail(
      new InvalidCall({
        field: "coverage",
        value: "no source",
        expectation: "a SPEC, --samples FILE, --server URL or --embedded MODEL"
      })
    )
  const folder = yield* ownFolder(call.out, "coverage", "coverage.json")
  if (Option.isSome(call.journal)) yield* checkFile("--journal", call.journal.value, folder)
  const instances: Array<Instance> = []
  for (const spec of call.instances) instances.push(yield* loadInstance(spec))
  const setting = settingOf(call, instances[0])
  const populations: Array<Population> = instances.map((instance) => exactPopulation(instance, setting.success))
  for (const file of call.samples) populations.push(yield* readSamples(call, file, setting.success))
  if (isLive(call)) populations.push(yield* Effect.scoped(drawPopulation(call, setting.success, folder)))
  const { beta, delta, dimension, epsilon, level } = setting
  const report = coverageReport(populations, {
    level,
    beta,
    ...chosen({ most: call.k }),
    cost: { dimension, epsilon, delta }
  })
  const document = documentOf(report, setting, samplingOf(call))
  const text = jsonText(document)
  const part = partOfDocument(document)
  const [pass] = part.sections[0].blocks.flatMap((block) => (block.kind === "figures" ? block.figures : []))
  const sources = report.populations.map(
    ({ draws, known, name, prompts }) =>
      `${name}: ${prompts} prompts, ${known === "exact" ? "law known" : `${draws.toLocaleString("en-US")} draws`}`
  )
  yield* writeWhole(folder, "coverage.json", text)
  yield* writeWhole(folder, "pass-at-k.csv", passCsv(report))
  yield* writeWhole(folder, "coverage-profile.csv", profileCsv(report))
  yield* writeWhole(folder, "coverage-by-prompt.csv", coverageCsv(report, populations))
  const { standalonePicture } = yield* Effect.promise(() => import("../../../reports/standalone.ts"))
  yield* writeWhole(folder, "pass-at-k.svg", standalonePicture(pass, sources))
  yield* write(process.stdout, call.json ? text : coverageView(report, part, folder, pageOf(process.stdout)))
})
