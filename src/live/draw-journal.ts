/**
 * The journal of a live call: everything it paid for, a line each, appended and never changed. A call that was killed is begun again from its start; what stands here
 * is not asked for a second time, so that it comes to where it was at no cost and goes on.
 *
 * Lines are JSON. The first says whose draws they are; then, each numbered in the order in which the call comes to need them,
 *
 * - `ask`: a request is about to be sent; `got`: its answer. A request without an answer was lost with the process that sent it, and is the only kind that is sent again;
 * - `row`: φ of a response that was drawn for the first time;
 * - `reward`: a reward that was observed.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync
} from "node:fs"
import { dirname, resolve } from "node:path"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { isAlive } from "../file/temporary-name.ts"
import { makeFolder } from "../file/whole-file.ts"
import { refuseFile } from "../instance/invalid-instance.ts"
import type { Draws } from "../server/completions.ts"

/** What makes two calls the same call: its draws may be taken up by another process. */
export type CallIdentity = Readonly<Record<string, string | number | boolean>>

const FORMAT = "coverbound-draws"
const VERSION = 1

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const Header = Schema.Struct({
  format: Schema.Literal(FORMAT),
  version: Schema.Literal(VERSION),
  call: Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Finite, Schema.Boolean]))
})
const Ask = Schema.Struct({ ask: Count, x: Schema.Int, n: Count, seed: Count })
const Got = Schema.Struct({
  got: Count,
  /** A text; in an array of one where it was cut off. */
  texts: Schema.Array(Schema.Union([Schema.String, Schema.Tuple([Schema.String])])),
  tokens: Schema.Tuple([Schema.NullOr(Count), Schema.NullOr(Count)]),
  retries: Count
})
const Row = Schema.Struct({
  row: Count,
  x: Count,
  text: Schema.String,
  finished: Schema.Boolean,
  phi: Schema.Array(Schema.Finite),
  failed: Schema.optional(Schema.String)
})
const Reward = Schema.Struct({
  reward: Count,
  row: Count,
  value: Schema.Finite,
  failed: Schema.optional(Schema.String)
})
const Facts = Schema.Struct({
  facts: Schema.Struct({
    sampling: Schema.Record(Schema.String, Schema.Finite),
    usage: Schema.Literals(["all", "one", "none"])
  })
})
const Line = Schema.Union([Ask, Got, Row, Reward, Facts])
const decodeHeader = Schema.decodeUnknownResult(Header)
const decodeLine = Schema.decodeUnknownResult(Line)

type Asked = typeof Ask.Type
export type JournalRow = Omit<typeof Row.Type, "row">
export type JournalReward = Omit<typeof Reward.Type, "reward">
export type JournalFacts = (typeof Facts.Type)["facts"]

/** Where a live call writes down what it pays for. */
/** A file of what was paid for: draws, features and rewards, each written as it comes, so that a run of the same call goes on where another ended. */
export class DrawJournal {
  readonly file: string
  private readonly descriptor: number
  private readonly lock: string
  private readonly asked = new Map<number, Asked>()
  private readonly got = new Map<number, Draws>()
  private readonly rows = new Map<number, typeof Row.Type>()
  private readonly rewards = new Map<number, typeof Reward.Type>()
  private sent = 0
  private known: JournalFacts | undefined
  /** Times that a request was sent without an answer coming to stand here, before it was opened. */
  readonly lost: number
  /** Requests that stood there with one. */
  readonly kept: number

  /**
   * Opens a journal, making it where there is none.
   * @throws InvalidFile where the file is another call's, is damaged, or is in use by another process
   */
  constructor(file: string, call: CallIdentity) {
    this.file = file
    this.lock = `${file}.lock`
    makeFolder(dirname(resolve(file)))
    this.takeLock()
    try {
      const fresh = !existsSync(file)
      this.descriptor = openSync(file, "a+", 0o600)
      if (fresh || fstatSync(this.descriptor).size === 0) this.write({ format: FORMAT, version: VERSION, call })
      else this.read(call)
    } catch (error) {
      rmSync(this.lock, { force: true })
      throw error
    }
    this.lost = this.sent - this.got.size
    this.kept = this.got.size
  }

  private refuse(where: string, value: string, expectation: string): never {
    return refuseFile(this.file, where, value, expectation)
  }

  /** One process at a time; a lock of one that has ended is taken over. */
  private takeLock(): void {
    for (let tries = 0; ; tries++) {
      try {
        writeFileSync(this.lock, `${process.pid}`, { flag: "wx" })
        return
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST" || tries > 1) throw error
      }
      const holder = Number(readFileSync(this.lock, "utf8"))
      if (holder > 0 && holder !== process.pid && isAlive(holder))
        this.refuse("lock", `held by process ${holder}`, "one call at a time")
      rmSync(this.lock, { force: true })
    }
  }

  private read(call: CallIdentity): void {
    const bytes = readFileSync(this.file)
    // A line without an end was being written when the process was killed.
    const whole = bytes.lastIndexOf(10) + 1
    if (whole < bytes.length) ftruncateSync(this.descriptor, whole)
    const lines = bytes.subarray(0, whole).toString("utf8").split("\n").slice(0, -1)
    if (lines.length === 0) return this.write({ format: FORMAT, version: VERSION, call })
    this.checkHeader(lines[0], call)
    lines.forEach((line, i) => {
      if (i > 0) this.take(line, i + 1)
    })
  }

  private checkHeader(line: string, call: CallIdentity): void {
    const header = decodeHeader(parsed(line))
    if (Result.isFailure(header)) return this.refuse("line 1", "no header", "a journal of draws that coverbound wrote")
    const { call: other } = header.success
    const differing = [...new Set([...Object.keys(other), ...Object.keys(call)])].find(
      (name) => other[name] !== call[name]
    )
    if (differing !== undefined)
      this.refuse(
        differing,
        `${String(other[differing])} in the journal, ${String(call[differing])} in this call`,
        "the call that it was begun with, or another --journal"
      )
  }

  private take(text: string, number: number): void {
    const decoded = decodeLine(parsed(text))
    if (Result.isFailure(decoded)) return this.refuse(`line ${number}`, "damaged", "a line that coverbound wrote")
    const line = decoded.success
    if ("ask" in line) {
      this.asked.set(line.ask, line)
      this.sent++
    } else if ("got" in line)
      this.got.set(line.got, {
        draws: line.texts.map((one) =>
          typeof one === "string" ? { text: one, finished: true } : { text: one[0], finished: false }
        ),
        promptTokens: line.tokens[0] ?? undefined,
        completionTokens: line.tokens[1] ?? undefined,
        retries: line.retries
      })
    else if ("phi" in line) this.rows.set(line.row, line)
    else if ("reward" in line) this.rewards.set(line.reward, line)
    else this.known = line.facts
  }

  private write(line: object): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
    for (let at = 0; at < bytes.length;) at += writeSync(this.descriptor, bytes, at)
  }

  private diverged(what: string): never {
    return this.refuse(
      what,
      "other than this call's",
      "the module, the algorithm and the coverbound that it was begun with"
    )
  }

  get facts(): JournalFacts | undefined {
    return this.known
  }

  keepFacts(facts: JournalFacts): void {
    this.known = facts
    this.write({ facts })
  }

  /** The answer of request q, where it stands there. Otherwise the request is written down, to be answered with {@link answer}. */
  ask(q: number, x: number, n: number, seed: number): Draws | undefined {
    const before = this.asked.get(q)
    if (before !== undefined && (before.x !== x || before.n !== n || before.seed !== seed))
      this.diverged(`request ${q}`)
    const known = this.got.get(q)
    if (known !== undefined) {
      this.got.delete(q)
      return known
    }
    this.write({ ask: q, x, n, seed })
    return undefined
  }

  answer(q: number, { completionTokens, draws, promptTokens, retries }: Draws): void {
    this.write({
      got: q,
      texts: draws.map(({ finished, text }) => (finished ? text : [text])),
      tokens: [promptTokens ?? null, completionTokens ?? null],
      retries
    })
  }

  /** φ of row `row`, where it stands there. */
  row(row: number, x: number, text: string, finished: boolean): JournalRow | undefined {
    const known = this.rows.get(row)
    if (known === undefined) return undefined
    if (known.x !== x || known.text !== text || known.finished !== finished) this.diverged(`row ${row}`)
    this.rows.delete(row)
    return known
  }

  keepRow(row: number, known: JournalRow): void {
    this.write({ row, ...known })
  }

  /** Reward number i of the call, where it stands there. */
  reward(i: number, row: number): JournalReward | undefined {
    const known = this.rewards.get(i)
    if (known === undefined) return undefined
    if (known.row !== row) this.diverged(`reward ${i}`)
    this.rewards.delete(i)
    return known
  }

  keepReward(i: number, known: JournalReward): void {
    this.write({ reward: i, ...known })
  }

  /** Flushes it to the disk and lets another process have it. */
  close(): void {
    fsyncSync(this.descriptor)
    closeSync(this.descriptor)
    rmSync(this.lock, { force: true })
  }
}

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
