/** From the text of a file of samples to a population: draws counted prompt by prompt. */
import { InvalidInstance, refuseFile } from "../instance/invalid-instance.ts"
import { parseStrictJson } from "../instance/strict-json.ts"
import type { Population } from "./population.ts"
import {
  type Choice,
  type Draw,
  type Fields,
  harnessDraws,
  inspectDraws,
  inspectSampling,
  isFields,
  type Located,
  plainDraws
} from "./sample-records.ts"
import { type Sampling, samplingNotes } from "./sampling.ts"

export interface SampleOptions extends Omit<Choice, "collapsed"> {
  /** A draw of at least this reward counts as right. */
  readonly success: number
  /** What the user states; it goes before what the file says. */
  readonly sampling: Sampling
}

/** Either a JSON document, or a JSON object on each line. */
const recordsOf = (text: string, file: string): { readonly records: ReadonlyArray<Located>; readonly log?: Fields } => {
  const whole = /^\s*\{\s*\n/.test(text) || !text.trim().includes("\n") ? parsed(text, file) : undefined
  if (isFields(whole) && Array.isArray(whole["samples"]))
    return {
      log: whole,
      records: whole["samples"].map((value, i) => recordAt(value, `samples[${i}]`, file))
    }
  const records: Array<Located> = []
  text.split("\n").forEach((line, i) => {
    if (line.trim() === "") return
    const value = parsed(line, file, i + 1)
    if (value === undefined) refuseFile(file, `line ${i + 1}`, "not JSON", "a JSON object on each line")
    records.push(recordAt(value, `line ${i + 1}`, file))
  })
  return { records }
}

/** undefined where a text is not JSON; one in which a field stands twice is, and says two things. */
const parsed = (text: string, file: string, on = 0): unknown => {
  try {
    JSON.parse(text)
  } catch {
    return undefined
  }
  try {
    return parseStrictJson(text, (line, column) => `line ${Math.max(on, line)}, column ${column}`)
  } catch (error) {
    if (!(error instanceof InvalidInstance)) throw error
    return refuseFile(file, error.field, error.value, error.expectation)
  }
}

const recordAt = (value: unknown, where: string, file: string): Located =>
  isFields(value) ? { file, where, value } : refuseFile(file, where, value, "a JSON object")

type Reader = (record: Located, choice: Choice) => ReadonlyArray<Draw>

const readerOf = ({ file, value, where }: Located): Reader => {
  if ("reward" in value) return plainDraws
  if ("doc_id" in value && "resps" in value) return harnessDraws
  if ("scores" in value || ("epoch" in value && "error" in value)) return inspectDraws
  return refuseFile(
    file,
    where,
    `fields ${Object.keys(value).slice(0, 8).join(", ")}`,
    "prompt, response and reward; a sample of lm-evaluation-harness (doc_id, resps); or one of Inspect (id, scores)"
  )
}

/** Distinct filters of a harness file: each repeats every document. */
const checkFilters = (records: ReadonlyArray<Located>, filter: string | undefined, file: string): void => {
  const filters = [
    ...new Set(records.flatMap(({ value }) => (typeof value["filter"] === "string" ? [value["filter"]] : [])))
  ]
  const refuse = (value: string, expectation: string): never => refuseFile(file, "filter", value, expectation)
  if (filter === undefined && filters.length > 1)
    refuse(filters.join(", "), "one, or --filter to say which: each has every document again")
  if (filter !== undefined && !filters.includes(filter)) refuse(filter, `one of ${filters.join(", ") || "none"}`)
}

/** What is odd about the responses, where they are there. */
const oddities = (draws: ReadonlyArray<Draw>, left: number): ReadonlyArray<string> => {
  const seen = new Set<string>()
  let [repeated, told] = [0, 0]
  for (const { key, response } of draws) {
    if (response === undefined) continue
    told++
    const one = JSON.stringify([key, response])
    if (seen.has(one)) repeated++
    seen.add(one)
  }
  const prompts = new Set(draws.map(({ key }) => key)).size
  return [
    ...(told > prompts && repeated === 0
      ? [`no prompt has the same response twice among ${told} draws: were repeats dropped?`]
      : []),
    ...(left > 0 ? [`${left} samples ended in an error without a score and are left out`] : [])
  ]
}

/**
 * @param text of the file, UTF-8. @param name what to call it. @throws InvalidFile
 * @example samplesPopulation('{"prompt":"1+1","response":"2","reward":1}\n', "a.jsonl", { success: 1, sampling: {} })
 */
export const samplesPopulation = (text: string, name: string, options: SampleOptions): Population => {
  const { log, records } = recordsOf(text, name)
  if (records.length === 0) refuseFile(name, "lines", "none", "at least one sample")
  checkFilters(records, options.filter, name)
  const read = readerOf(records[0])
  const choice: Choice = { ...options, collapsed: options.sampling.repeats === "collapsed" }
  const scored = records.map((record) => read(record, choice))
  const left = read === inspectDraws ? scored.filter((some) => some.length === 0).length : 0
  const draws = scored.flat()
  const counts = new Map<string, { label: string; draws: number; successes: number }>()
  for (const { key, label, reward } of draws) {
    const one = counts.get(key) ?? { label, draws: 0, successes: 0 }
    one.draws++
    if (reward >= options.success) one.successes++
    counts.set(key, one)
  }
  const [first, ...more] = counts.values()
  if (first === undefined) return refuseFile(name, "samples", "none with a score", "at least one")
  const sampling = { ...(log === undefined ? {} : inspectSampling(log)), ...options.sampling }
  if (sampling.temperature === 0 && draws.length > counts.size)
    refuseFile(name, "temperature", 0, "above 0: greedy draws are one draw, however often it is made")
  return { name, prompts: [first, ...more], notes: [...samplingNotes(sampling), ...oddities(draws, left)] }
}
