/** What a journal keeps of a call that was killed, and what it refuses. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { InvalidFile } from "../instance/invalid-instance.ts"
import { DrawJournal } from "./draw-journal.ts"

const folder = mkdtempSync(join(tmpdir(), "coverbound-journal-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0
const path = (): string => join(folder, "made", `${files++}.jsonl`)
const CALL = { algorithm: "passive", seed: 1 }
const GOT = {
  draws: [
    { text: "65", finished: true },
    { text: "656", finished: false }
  ],
  promptTokens: 6,
  completionTokens: undefined,
  retries: 1
}

/** A journal with a request that was answered and one that was not, left as a process that is killed leaves it. */
const killed = (): string => {
  const file = path()
  const journal = new DrawJournal(file, CALL)
  expect(journal.ask(0, 3, 2, 100)).toBeUndefined()
  journal.answer(0, GOT)
  journal.keepRow(0, { x: 3, text: "65", finished: true, phi: [1, 0.5] })
  journal.keepReward(0, { row: 0, value: 1 })
  expect(journal.ask(1, 0, 4, 102)).toBeUndefined()
  journal.close()
  return file
}
const says = (file: string, use: (journal: DrawJournal) => void = () => {}, call = CALL): string => {
  let journal: DrawJournal | undefined
  try {
    journal = new DrawJournal(file, call)
    use(journal)
    return ""
  } catch (error) {
    if (!(error instanceof InvalidFile)) throw error
    return error.message.replace(`${file}: `, "")
  } finally {
    journal?.close()
  }
}

describe("a journal", () => {
  it("gives back what was paid for, once, and counts what was lost", () => {
    const journal = new DrawJournal(killed(), CALL)
    expect([journal.kept, journal.lost]).toEqual([1, 1])
    expect(journal.ask(0, 3, 2, 100)).toEqual(GOT)
    expect(journal.row(0, 3, "65", true)).toMatchObject({ phi: [1, 0.5] })
    expect(journal.row(1, 3, "656", false)).toBeUndefined()
    expect(journal.reward(0, 0)).toMatchObject({ value: 1 })
    expect(journal.ask(1, 0, 4, 102)).toBeUndefined()
    journal.close()
  })

  it("leaves out a line that was being written when its process was killed", () => {
    const file = killed()
    appendFileSync(file, '{"got":1,"texts":["6')
    expect(says(file, (journal) => expect([journal.kept, journal.lost]).toEqual([1, 1]))).toBe("")
    expect(readFileSync(file, "utf8").endsWith("}\n")).toBe(true)
  })

  it("is one process's at a time; a lock of one that has ended is taken over", () => {
    const file = killed()
    writeFileSync(`${file}.lock`, `${process.ppid}`)
    expect(says(file)).toBe(`lock: held by process ${process.ppid}, expected one call at a time`)
    // No process has a number above the largest.
    writeFileSync(`${file}.lock`, "4194305")
    expect(says(file)).toBe("")
  })

  it("refuses another call, another order of requests, damage, and what is no journal", () => {
    const file = killed()
    expect(says(file, () => {}, { ...CALL, seed: 2 })).toBe(
      "seed: 1 in the journal, 2 in this call, expected the call that it was begun with, or another --journal"
    )
    const other = /^(request|row|reward) \d: other than this call's, expected the module/
    expect(says(file, (journal) => journal.ask(0, 2, 2, 100))).toMatch(other)
    expect(says(file, (journal) => journal.row(0, 3, "66", true))).toMatch(other)
    expect(says(file, (journal) => journal.reward(0, 1))).toMatch(other)
    writeFileSync(file, readFileSync(file, "utf8").replace('"got":0', '"got":-1'))
    expect(says(file)).toBe("line 3: damaged, expected a line that coverbound wrote")
    writeFileSync(file, "hello\n")
    expect(says(file)).toBe("line 1: no header, expected a journal of draws that coverbound wrote")
  })
})
