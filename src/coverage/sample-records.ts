/**
 * Records of draws in the shapes that people have: our own lines, lm-evaluation-harness's samples (`--log_samples`), Inspect's evaluation logs and their
 * samples. Each becomes draws: which prompt, what it was scored.
 */
import { refuseFile, shown } from "../instance/invalid-instance.ts"
import { given } from "../run/given.ts"
import type { Sampling } from "./sampling.ts"

/** One scored draw. */
export interface Draw {
  /** What tells prompts apart: the prompt itself, or its id. */
  readonly key: string
  readonly label: string
  readonly reward: number
  readonly response?: string
}

export interface Choice {
  /** The metric (lm-evaluation-harness) or scorer (Inspect) that is read. */
  readonly metric?: string
  /** lm-evaluation-harness: the filter whose verdicts are read. */
  readonly filter?: string
  /** That repeats were collapsed is known and accepted. */
  readonly collapsed: boolean
}

export type Fields = Readonly<Record<string, unknown>>
export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** A record, and where it stands. */
export interface Located {
  readonly file: string
  readonly where: string
  readonly value: Fields
}

const refuse = ({ file, where }: Located, field: string, value: unknown, expectation: string): never =>
  refuseFile(file, `${where}, ${field}`, shown(value), expectation)

const LONGEST = 60
const labelOf = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}

const number = (at: Located, field: string, value: unknown): number => {
  if (typeof value === "boolean") return value ? 1 : 0
  return typeof value === "number" && Number.isFinite(value)
    ? value
    : refuse(at, field, value, "a finite number, true or false")
}

/** `{"prompt": …, "response": …, "reward": …}`; other fields are passed over. */
export const plainDraws = (at: Located): ReadonlyArray<Draw> => {
  const { prompt, response, reward } = at.value
  if (typeof prompt !== "string") return refuse(at, "prompt", prompt, "text")
  if (response !== undefined && typeof response !== "string") return refuse(at, "response", response, "text")
  return [{ key: prompt, label: labelOf(prompt), reward: number(at, "reward", reward), ...given({ response }) }]
}

/** The only one, the one asked for, or a refusal that lists them. */
const chosenName = (at: Located, what: string, names: ReadonlyArray<string>, asked: string | undefined): string => {
  if (asked !== undefined)
    return names.includes(asked) ? asked : refuse(at, what, asked, `one of ${names.join(", ") || "none"}`)
  return names.length === 1 ? names[0] : refuse(at, what, names.join(", ") || "none", "one, or --metric to say which")
}

/** Fields of a harness line that are no metric. */
const HARNESS = new Set(["doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics"])

/** A line of lm-evaluation-harness's samples file; none where it is of another filter. */
export const harnessDraws = (at: Located, { collapsed, filter, metric }: Choice): ReadonlyArray<Draw> => {
  const record = at.value
  if (filter !== undefined && record["filter"] !== filter) return []
  const { doc_id, metrics, resps } = record
  if (typeof doc_id !== "number" && typeof doc_id !== "string") return refuse(at, "doc_id", doc_id, "a number or text")
  const names = Array.isArray(metrics)
    ? metrics.map(String)
    : Object.keys(record).filter((name) => !HARNESS.has(name) && typeof record[name] === "number")
  const name = chosenName(at, "metric", names, metric)
  const value = record[name]
  const responses: ReadonlyArray<unknown> = Array.isArray(resps) ? resps.flat() : []
  const scores = Array.isArray(value) ? value : [value]
  if (responses.length > 1 && scores.length === 1 && !collapsed)
    refuse(
      at,
      name,
      `one verdict on ${responses.length} repeats`,
      "a verdict for each: score repeats one by one (a filter that keeps them), or --repeats collapsed to count it as one"
    )
  const spoken = promptOf(record["arguments"])
  return scores.map((score, i) => {
    const response = scores.length === responses.length ? responses[i] : undefined
    return {
      key: String(doc_id),
      label: labelOf(spoken ?? `doc ${doc_id}`),
      reward: number(at, name, score),
      ...(typeof response === "string" ? { response } : {})
    }
  })
}

/** The first argument of the first request, as either version of the harness writes it. */
const promptOf = (given: unknown): string | undefined => {
  const first = Array.isArray(given) ? given[0] : isFields(given) ? given["gen_args_0"] : undefined
  const text = Array.isArray(first) ? first[0] : isFields(first) ? first["arg_0"] : undefined
  return typeof text === "string" ? text : undefined
}

const GRADES: Readonly<Record<string, number>> = { C: 1, P: 0.5, I: 0, N: 0 }

/** A sample of an Inspect log; none where it ended in an error and has no score. */
export const inspectDraws = (at: Located, { metric }: Choice): ReadonlyArray<Draw> => {
  const { error, id, input, output, scores } = at.value
  if (typeof id !== "number" && typeof id !== "string") return refuse(at, "id", id, "a number or text")
  if (!isFields(scores) || Object.keys(scores).length === 0) {
    if (error !== undefined && error !== null) return []
    return refuse(at, "scores", scores, "a score")
  }
  const name = chosenName(at, "scores", Object.keys(scores), metric)
  const score = scores[name]
  const value = isFields(score) ? score["value"] : score
  const response = isFields(output) ? output["completion"] : undefined
  return [
    {
      key: String(id),
      label: labelOf(typeof input === "string" ? input : `sample ${id}`),
      reward:
        typeof value === "string" && Object.hasOwn(GRADES, value) ? GRADES[value] : number(at, `scores.${name}`, value),
      ...(typeof response === "string" ? { response } : {})
    }
  ]
}

/** What an Inspect log says of its sampling. */
export const inspectSampling = (log: Fields): Sampling => {
  const configs = [log["plan"], log["eval"]].flatMap((part) =>
    isFields(part) ? [part["config"], part["model_generate_config"]] : []
  )
  const stated = (name: string): number | undefined => {
    for (const config of configs) if (isFields(config) && typeof config[name] === "number") return config[name]
    return undefined
  }
  return given({ temperature: stated("temperature"), topP: stated("top_p"), topK: stated("top_k") })
}
