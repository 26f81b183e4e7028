/**
 * Checks of an answer that a person makes without solving the question: φ of the arithmetic instances.
 *
 * - it is a number, written as one;
 * - its last digit is right;
 * - casting out nines: question and answer agree modulo 9;
 * - its size: within what rounding the operands to the nearest five gives away;
 * - the last three together.
 */
import type { Question } from "./arithmetic-questions.ts"

/** Which checks there are features of: `joint` has the three together as a feature of their own, `separate` has not. */
export type CheckSet = "joint" | "separate"

/** What each coordinate of φ says, for labels. */
export const CHECK_NAMES: Readonly<Record<CheckSet, ReadonlyArray<string>>> = {
  joint: ["number", "last digit", "nines", "size", "all"],
  separate: ["number", "last digit", "nines", "size"]
}

/** Lengths of a single check and of the joint one: 4·0.35² + 0.7² and 4·0.49² are below 1. */
const SINGLE = { joint: 0.35, separate: 0.49 } as const
export const JOINT = 0.7

const nearestFive = (n: number): number => Math.round(n / 5) * 5

const modulo = ({ left, operator, right }: Question, m: number): number => {
  const [a, b] = [left % m, right % m]
  const value = operator === "+" ? a + b : operator === "-" ? a - b : a * b
  return ((value % m) + m) % m
}

/** What one does in one's head. */
const estimate = ({ left, operator, right }: Question): { readonly value: number; readonly within: number } => {
  if (operator === "*") return { value: nearestFive(left) * right, within: 5 + 2.5 * right }
  const [a, b] = [nearestFive(left), nearestFive(right)]
  return { value: operator === "+" ? a + b : a - b, within: 5 }
}

/** Writes φ of a finished answer into `out` from `at` on: zeros where it is no number. */
export const checkAnswer = (question: Question, answer: string, set: CheckSet, out: Float64Array, at: number): void => {
  out.fill(0, at, at + CHECK_NAMES[set].length)
  if (!/^(?:0|[1-9]\d*)$/.test(answer)) return
  const value = Number(answer)
  const { value: guess, within } = estimate(question)
  const passed = [
    value % 10 === modulo(question, 10),
    value % 9 === modulo(question, 9),
    Math.abs(value - guess) <= within
  ]
  out[at] = SINGLE[set]
  passed.forEach((holds, i) => {
    if (holds) out[at + 1 + i] = SINGLE[set]
  })
  if (set === "joint" && passed.every(Boolean)) out[at + 4] = JOINT
}
