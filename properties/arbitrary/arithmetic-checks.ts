/** A module of checks for questions of arithmetic, as a user would write one: what a live run is tested with, and the manual's example. */
import { fileURLToPath } from "node:url"

interface Line {
  readonly prompt: string
}

const parse = (prompt: string) => {
  const [, left, operator, right] = /^(\d+)([-+*])(\d+)=$/.exec(prompt) ?? []
  return { a: Number(left), b: Number(right), operator }
}
const result = (a: number, operator: string | undefined, b: number): number =>
  operator === "+" ? a + b : operator === "-" ? a - b : a * b
const isNumber = (text: string): boolean => /^(?:0|[1-9]\d*)$/.test(text)
const nearestFive = (n: number): number => Math.round(n / 5) * 5

const agrees = (m: number, prompt: string, response: string): boolean => {
  const { a, b, operator } = parse(prompt)
  const value = result(a % m, operator, b % m) % m
  return Number(response) % m === (value + m) % m
}
const size = (prompt: string, response: string): boolean => {
  const { a, b, operator } = parse(prompt)
  const guess = operator === "*" ? nearestFive(a) * b : result(nearestFive(a), operator, nearestFive(b))
  return Math.abs(Number(response) - guess) <= (operator === "*" ? 5 + 2.5 * b : 5)
}

/** φ: a number, its last digit, casting out nines, its size, and the last three together. */
export const checks = ({ prompt }: Line, response: string): ReadonlyArray<number> => {
  if (!isNumber(response)) return [0, 0, 0, 0, 0]
  const passed = [agrees(10, prompt, response), agrees(9, prompt, response), size(prompt, response)]
  return [0.35, ...passed.map((holds) => (holds ? 0.35 : 0)), passed.every(Boolean) ? 0.7 : 0]
}

/** ‖θ*‖ is 1/0.7. */
export const radius = 1.5

export const reward = ({ prompt }: Line, response: string): boolean => {
  const { a, b, operator } = parse(prompt)
  return response === String(result(a, operator, b))
}

/** This file, to be named in a call. */
export const arithmeticChecks = fileURLToPath(import.meta.url)
