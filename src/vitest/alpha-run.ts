/**
 * The α ledger of a run of tests: every assertion of `coverbound/vitest` enters its level, and the sum bounds the chance that anything correct was refuted (union bound). Entries
 * travel to the reporter as notes of the test that made them.
 */
import { randomInt } from "node:crypto"
import { TestRunner } from "vitest"
import type { Verdict } from "../theorem/theorem.ts"

/** One assertion's line in the ledger. */
export interface AlphaEntry {
  /** What was asserted, one line. */
  readonly asserts: string
  /** The chance that it is refuted although it is right. */
  readonly level: number
  /** Of all its draws: with COVERBOUND_SEED set to it, the same again. */
  readonly seed: number
  readonly verdict: Verdict
}

/** The field of a test's `meta` that holds its entries. */
export const META = "coverbound"

/** The level of an assertion that names none. */
export const LEVEL = 1e-6

const spent: Array<AlphaEntry> = []

/** What this process's assertions took so far. */
export const alphaEntries = (): ReadonlyArray<AlphaEntry> => spent

/** Enters an assertion, once. */
export const enter = (entry: AlphaEntry): void => {
  spent.push(entry)
  const test = TestRunner.getCurrentTest()
  if (test === undefined) return
  const meta = test.meta as Record<string, unknown>
  meta[META] = [...((meta[META] as ReadonlyArray<AlphaEntry> | undefined) ?? []), entry]
}

/** The seed of an assertion: its own, that of COVERBOUND_SEED, or one drawn anew. */
export const seedOf = (given: number | undefined): number => {
  if (given !== undefined) return given
  const said = process.env.COVERBOUND_SEED
  if (said === undefined || said === "") return randomInt(2 ** 31)
  const seed = Number(said)
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`COVERBOUND_SEED: "${said}", expected an integer >= 0`)
  return seed
}

/** What every message ends with. */
export const again = (seed: number, level: number): string =>
  `seed ${seed} (COVERBOUND_SEED=${seed} makes the same runs), level ${level}`
