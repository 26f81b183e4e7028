/**
 * Tilted log-sum-exp and softmax of many prompts: responses are cut into segments of equal room, kernels give each segment's greatest logit and every term
 * π_ref·e^{logit − max}, and the sums and the division are done in float64, where the terms pass by anyway.
 */
import type { Eventually, TiltedLaw32 } from "../backend.ts"
import { after, inTurn, type Runner } from "./runner.ts"
import { LOWEST, powersOfTwo, segmentMaximumSource, segmentTermsSource } from "./sources.ts"

/** Responses of a segment, at most. */
const MOST_IN_SEGMENT = 256

interface Segment {
  readonly prompt: number
  readonly start: number
  readonly size: number
}

/** Segments whose responses fit a launch: the array of responses and the cells alike, a row of cells a segment. */
const launches = (
  segments: ReadonlyArray<Segment>,
  room: number,
  most: number,
  mostSide: number
): ReadonlyArray<ReadonlyArray<Segment>> => {
  const atOnce = Math.min(mostSide, Math.max(1, Math.floor(most / room)))
  return Array.from({ length: Math.ceil(segments.length / atOnce) }, (_, i) =>
    segments.slice(i * atOnce, (i + 1) * atOnce)
  )
}

export const tiltedSoftmax = (
  runner: Runner,
  mostCells: number,
  logits: Float32Array,
  reference: Float32Array,
  offsets: Int32Array
): Eventually<TiltedLaw32> => {
  const prompts = offsets.length - 1
  const segments: Array<Segment> = []
  let room = 4
  for (let x = 0; x < prompts; x++) {
    for (let start = offsets[x]; start < offsets[x + 1]; start += MOST_IN_SEGMENT) {
      const size = Math.min(MOST_IN_SEGMENT, offsets[x + 1] - start)
      segments.push({ prompt: x, start, size })
      while (room < size) room *= 2
    }
  }
  const maxima = new Float64Array(prompts).fill(LOWEST)
  const sums = new Float64Array(prompts)
  const terms = new Float32Array(logits.length)
  const maximum = runner.program(`segmentMaximum ${room}`, () => runner.compile(segmentMaximumSource(room)))
  const term = runner.program("segmentTerms", () => runner.compile(segmentTermsSource(), { powers: powersOfTwo() }))

  /** Arguments of a launch: its responses, which lie side by side, and its segments among them. */
  const argumentsOf = (part: ReadonlyArray<Segment>): [Float32Array, Float32Array, Float32Array] => {
    const last = part[part.length - 1]
    const from = part[0].start
    const until = last.start + last.size
    return [
      logits.subarray(from, until),
      reference.subarray(from, until),
      Float32Array.from(part.flatMap(({ start, size }) => [start - from, size]))
    ]
  }

  const findMaxima = (part: ReadonlyArray<Segment>): Eventually<void> =>
    after(maximum.run([part.length], argumentsOf(part)), (found) => {
      part.forEach(({ prompt }, i) => (maxima[prompt] = Math.max(maxima[prompt], found[i])))
    })
  const findTerms = (part: ReadonlyArray<Segment>): Eventually<void> =>
    after(
      term.run([room, part.length], [...argumentsOf(part), Float32Array.from(part, ({ prompt }) => maxima[prompt])]),
      (found) => {
        part.forEach(({ prompt, start, size }, i) => {
          for (let k = 0; k < size; k++) {
            const value = found[i * room + k]
            terms[start + k] = value
            sums[prompt] += value
          }
        })
      }
    )
  const parts = launches(segments, room, mostCells, runner.mostSide)
  return after(
    after(inTurn(parts, findMaxima), () => inTurn(parts, findTerms)),
    () => {
      for (const { prompt, start, size } of segments) {
        if (sums[prompt] === 0) continue
        for (let y = start; y < start + size; y++) terms[y] /= sums[prompt]
      }
      return {
        probabilities: terms,
        logNormaliser: Float32Array.from(sums, (sum, x) => (sum === 0 ? -Infinity : maxima[x] + Math.log(sum)))
      }
    }
  )
}
