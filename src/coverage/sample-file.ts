/** From the text of a file of samples to a population: draws counted prompt by prompt. */
import { InvalidInstance } from "../instance/invalid-instance.ts"
import { parseStrictJson } from "../instance/strict-json.ts"
import { InvalidSamples } from "./invalid-samples.ts"
import type { Population } from "./population.ts"
import {
  type Choice,
  type Draw,
  type Fields,
  harnessDraws,
  inspectDraws,
  inspectSampling,
  isFields,
  plainDraws,
  Unreadable
} from "./sample-records.ts"
import { type Sampling, samplingNotes } from "./sampling.ts"

export interface SampleOptions extends Omit<Choice, "collapsed"> {
  /** A draw of at least this reward counts as right. */
  readonly success: number
  /** What the user states; it goes before what the file says. */
  readonly sampling: Sampling
}

interface Located {
  readonly where: string
  readonly value: Fields
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
    if (value === undefined)
      throw new InvalidSamples({
        file,
        where: `line ${i + 1}`,
        value: "not JSON",
        expectation: "a JSON object on each line"
      })
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
    throw new InvalidSamples({ file, where: error.field, value: error.value, expectation: error.expectation })
  }
}

const recordAt = (value: unknown, where: string, file: string): Located => {
  if (isFields(value)) return { where, value }
  throw new InvalidSamples({ file, where, value, expectation: "a JSON object" })
}

type Reader = (record: Fields, choice: Choice) => ReadonlyArray<Draw>

const readerOf = ({ value, where }: Located, file: string): Reader => {
  if ("reward" in value) return plainDraws
  if ("doc_id" in value && "resps" in value) return harnessDraws
  if ("scores" in value || ("epoch" in value && "error" in value)) return inspectDraws
  throw new InvalidSamples({
    file,
    where,
    value: `fields ${Object.keys(value).slice(0, 8).join(", ")}`,
    expectation:
      "prompt, response and reward; a sample of lm-evaluation-harness (doc_id, resps); or one of Inspect (id, scores)"
  })
}

/** Distinct filters of a harness file: each repeats every document. */
const checkFilters = (records: ReadonlyArray<Located>, filter: string | undefined, file: string): void => {
  const filters = [
    ...new Set(records.flatMap(({ value }) => (typeof value["filter"] === "string" ? [value["filter"]] : [])))
  ]
  const refuse = (value: string, expectation: string): never => {
    throw new InvalidSamples({ file, where: "filter", value, expectation })
  }
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
 * @param text of the file, UTF-8. @param name what to call it. @throws InvalidSamples
 * @example samplesPopulation('{"prompt":"1+1","response":"2","reward":1}\n', "a.jsonl", { success: 1, sampling: {} })
 */
export const samplesPopulation = (text: string, name: string, options: SampleOptions): Population => {
  const { log, records } = recordsOf(text, name)
  if (records.length === 0)
    throw new InvalidSamples({ file: name, where: "lines", value: "none", expectation: "at least one sample" })
  checkFilters(records, options.filter, name)
  const read = readerOf(records[0], name)
  const choice: Choice = { ...options, collapsed: options.sampling.repeats === "collapsed" }
  let left = 0
  const draws = records.flatMap(({ value, where }) => {
    try {
      const some = read(value, choice)
      if (some.length === 0 && read === inspectDraws) left++
      return some
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      const { expectation, field, value: found } = error
      throw new InvalidSamples({ file: name, where: `${where}, ${field}`, value: found, expectation })
    }
  })
  const counts = new Map<string, { label: string; draws: number; successes: number }>()
  for (const { key, label, reward } of draws) {
    const one = counts.get(key) ?? { label, draws: 0, successes: 0 }
    one.draws++
    if (reward >= options.success) one.successes++
    counts.set(key, one)
  }
  const [first, ...more] = counts.values()
  if (first === undefined)
    throw new InvalidSamples({ file: name, where: "samples", value: "none with a score", expectation: "at least one" })
  const sampling = { ...(log === undefined ? {} : inspectSampling(log)), ...options.sampling }
  if (sampling.temperature === 0 && draws.length > counts.size)
    throw new InvalidSamples({
      file: name,
      where: "temperature",
      value: 0,
      expectation: "above 0: greedy draws are one draw, however often it is made"
    })
  return { name, prompts: [first, ...more], notes: [...samplingNotes(sampling), ...oddities(draws, left)] }
}
