/** Files of samples in the shapes that people have, and the traps in them. */
import { describe, expect, it } from "vitest"
import { InvalidFile } from "../instance/invalid-instance.ts"
import type { Population } from "./population.ts"
import { type SampleOptions, samplesPopulation } from "./sample-file.ts"

const STATED = { temperature: 1, topP: 1, topK: 0, repeats: "kept" } as const
const read = (text: string, options: Partial<SampleOptions> = {}): Population =>
  samplesPopulation(text, "s.jsonl", { success: 1, sampling: STATED, ...options })
const lines = (...records: ReadonlyArray<unknown>): string => records.map((one) => `${JSON.stringify(one)}\n`).join("")
const lineOf = (text: string, options: Partial<SampleOptions> = {}): string => {
  try {
    read(text, options)
  } catch (error) {
    if (error instanceof InvalidFile) return error.message
    throw error
  }
  return "accepted"
}
const counts = ({ prompts }: Population): ReadonlyArray<unknown> =>
  prompts.map((one) => ("p" in one ? one : [one.label, one.successes, one.draws]))

describe("lines of prompt, response and reward", () => {
  it("are counted prompt by prompt", () => {
    const text = lines(
      { prompt: "1+1=", response: "2", reward: 1 },
      { prompt: "1+1=", response: "3", reward: 0 },
      { prompt: "1+1=", response: "3", reward: false },
      { prompt: "2*\n3=", response: "6", reward: true, temperature: 3 },
      { prompt: "1+1=", response: "4", reward: 0.999 }
    )
    expect(counts(read(text))).toEqual([
      ["1+1=", 1, 4],
      ["2* 3=", 1, 1]
    ])
    expect(read(text).notes).toEqual([])
    expect(counts(read(text, { success: 0.5 }))[0]).toEqual(["1+1=", 2, 4])
    expect(read(text.replaceAll("\n", "\n\n")).prompts).toEqual(read(text).prompts)
  })

  it.each([
    ["", "s.jsonl: lines: none, expected at least one sample"],
    [
      '{"prompt":"a","response":"b","reward":1}\n{"prompt":"a","response":"b","reward":1,"reward":0}',
      's.jsonl: line 2, column 41: "reward" repeated, expected each field once'
    ],
    ["nonsense\n{}", "s.jsonl: line 1: not JSON, expected a JSON object on each line"],
    [`${lines({ prompt: "a", reward: 1 })}[1]\n`, "s.jsonl: line 2: an array of 1, expected a JSON object"],
    [
      `${lines({ prompt: "a", reward: 1 })}{"prompt"\n`,
      "s.jsonl: line 2: not JSON, expected a JSON object on each line"
    ],
    [lines({ prompt: "a", reward: "1" }), 's.jsonl: line 1, reward: "1", expected a finite number, true or false'],
    [
      lines({ prompt: "a", reward: 1 }, { prompt: "a" }),
      "s.jsonl: line 2, reward: missing, expected a finite number, true or false"
    ],
    [lines({ prompt: 7, reward: 1 }), "s.jsonl: line 1, prompt: 7, expected text"],
    [lines({ prompt: "a", response: [], reward: 1 }), "s.jsonl: line 1, response: an array of 0, expected text"],
    [
      lines({ question: "a", score: 1 }),
      "s.jsonl: line 1: fields question, score, expected prompt, response and reward; a sample of lm-evaluation-harness (doc_id, resps); or one of Inspect (id, scores)"
    ]
  ])("are refused where they are not that: %j", (text, line) => {
    expect(lineOf(text)).toBe(line)
  })
})

describe("samples of lm-evaluation-harness", () => {
  const sample = (doc_id: number, response: string, exact_match: unknown, more: object = {}) => ({
    doc_id,
    doc: { question: `q${doc_id}` },
    target: "4",
    arguments: { gen_args_0: { arg_0: `Q: q${doc_id}\nA:`, arg_1: { until: ["\n"] } } },
    resps: [[response]],
    filtered_resps: [response],
    filter: "strict",
    metrics: ["exact_match"],
    exact_match,
    ...more
  })
  it("are read as either version writes them", () => {
    const old = {
      ...sample(1, "4", 1),
      arguments: [["Q: q1\nA:", { until: ["\n"] }]],
      metrics: undefined,
      filter: undefined
    }
    expect(counts(read(lines(old)))).toEqual([["Q: q1 A:", 1, 1]])
    expect(counts(read(lines(sample(0, "4", 1), sample(1, "5", 0))))).toEqual([
      ["Q: q0 A:", 1, 1],
      ["Q: q1 A:", 0, 1]
    ])
  })
  it("with a verdict for each repeat are that many draws", () => {
    const text = lines(sample(0, "", [1, 0, 0, 1], { resps: [["4", "5", "6", "4"]] }))
    expect(counts(read(text))).toEqual([["Q: q0 A:", 2, 4]])
  })
  it("whose repeats were collapsed are refused, or counted as one where that is said", () => {
    const text = lines(sample(0, "", 1, { resps: [["4", "5", "6", "4"]] }))
    expect(lineOf(text)).toBe(
      's.jsonl: line 1, exact_match: "one verdict on 4 repeats", expected a verdict for each: score repeats one by one (a filter that keeps them), or --repeats collapsed to count it as one'
    )
    const known = read(text, { sampling: { ...STATED, repeats: "collapsed" } })
    expect(counts(known)).toEqual([["Q: q0 A:", 1, 1]])
    expect(known.notes[0]).toMatch(/^repeats were collapsed before scoring/)
  })
  it("under several filters ask which: each has every document again", () => {
    const text = lines(sample(0, "4", 0), sample(0, "4", 1, { filter: "flexible" }))
    expect(lineOf(text)).toBe(
      "s.jsonl: filter: strict, flexible, expected one, or --filter to say which: each has every document again"
    )
    expect(counts(read(text, { filter: "flexible" }))).toEqual([["Q: q0 A:", 1, 1]])
    expect(lineOf(text, { filter: "loose" })).toBe("s.jsonl: filter: loose, expected one of strict, flexible")
  })
  it("with several metrics ask which", () => {
    const text = lines(sample(0, "4", 0, { metrics: ["exact_match", "f1"], f1: 0.5 }))
    expect(lineOf(text)).toBe('s.jsonl: line 1, metric: "exact_match, f1", expected one, or --metric to say which')
    expect(counts(read(text, { metric: "f1", success: 0.5 }))).toEqual([["Q: q0 A:", 1, 1]])
    expect(lineOf(text, { metric: "bleu" })).toBe('s.jsonl: line 1, metric: "bleu", expected one of exact_match, f1')
  })
})

describe("Inspect logs", () => {
  const sample = (id: string, epoch: number, value: unknown, more: object = {}) => ({
    id,
    epoch,
    input: `ask ${id}`,
    output: { completion: `answer ${epoch}` },
    scores: { match: { value, answer: "a" } },
    ...more
  })
  const log = (samples: ReadonlyArray<unknown>, config: object = { temperature: 1, top_p: 1, top_k: 0 }): string =>
    JSON.stringify(
      { version: 2, status: "success", eval: { config: { epochs: 2 } }, plan: { config }, samples },
      null,
      2
    )

  it("give a draw for each epoch, and what they say of the sampling", () => {
    const text = log([sample("a", 1, "C"), sample("a", 2, "I"), sample("b", 1, 1), sample("b", 2, "P")])
    expect(counts(read(text, { sampling: { repeats: "kept" } }))).toEqual([
      ["ask a", 1, 2],
      ["ask b", 1, 2]
    ])
    expect(read(text, { sampling: { repeats: "kept" } }).notes).toEqual([
      "no prompt has the same response twice among 4 draws: were repeats dropped?"
    ])
    const [cold] = read(log([sample("a", 1, "C")], { temperature: 0.7 }), { sampling: { repeats: "kept" } }).notes
    expect(cold).toBe("temperature 0.7: figures are of the law at that temperature, not of the model's own")
  })
  it("are read as lines too, and failed samples are counted apart", () => {
    const text = lines(sample("a", 1, "C"), sample("a", 2, "C", { scores: {}, error: { message: "timeout" } }))
    const { notes, prompts } = read(text)
    expect(prompts).toEqual([{ label: "ask a", draws: 1, successes: 1 }])
    expect(notes).toEqual(["1 samples ended in an error without a score and are left out"])
    expect(lineOf(lines(sample("a", 1, "C", { scores: {} })))).toBe(
      "s.jsonl: line 1, scores: an object, expected a score"
    )
  })
  it("with several scorers ask which", () => {
    const text = log([sample("a", 1, "C", { scores: { match: { value: "C" }, judge: { value: 0.2 } } })])
    expect(lineOf(text)).toBe('s.jsonl: samples[0], scores: "match, judge", expected one, or --metric to say which')
    expect(counts(read(text, { metric: "judge" }))).toEqual([["ask a", 0, 1]])
    const odd = log([sample("a", 1, { nested: 1 })])
    expect(lineOf(odd)).toBe("s.jsonl: samples[0], scores.match: an object, expected a finite number, true or false")
  })
})

describe("traps of sampling", () => {
  const text = lines({ prompt: "a", response: "b", reward: 1 }, { prompt: "a", response: "b", reward: 1 })
  const notes = (sampling: SampleOptions["sampling"]): ReadonlyArray<string> => read(text, { sampling }).notes
  it("are written down, and so is what nobody stated", () => {
    expect(notes(STATED)).toEqual([])
    expect(notes({})).toEqual([
      "not stated: temperature, top-p, top-k, whether repeats were kept (--temperature, --top-p, --top-k, --repeats); figures are of the law that was sampled"
    ])
    expect(notes({ ...STATED, topP: 0.95, topK: 40 })).toEqual([
      "truncated sampling (top-p 0.95, top-k 40): what lies outside has probability 0 here, so that coverage of it is infinite whatever these figures say"
    ])
  })
  it("greedy draws are no sample", () => {
    expect(lineOf(text, { sampling: { ...STATED, temperature: 0 } })).toBe(
      "s.jsonl: temperature: 0, expected above 0: greedy draws are one draw, however often it is made"
    )
  })
})
