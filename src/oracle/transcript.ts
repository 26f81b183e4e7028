/**
 * The oracle transcript of one run as a digest chain: every answer an oracle gave, in order, so that a replay can be compared with the
 * run it claims to repeat without storing 10⁷ answers.
 *
 * An answer is one or more records of five float64 words: its kind and up to four numbers. Records fill a buffer; a full buffer is
 * folded into the chain, chain ← SHA-256(chain ‖ buffer), little-endian. Buffers are cut by the number of records, never by how an
 * interpreter batches its draws, so the digest does not depend on the batch size.
 *
 * Interpreters only: an algorithm never sees it.
 */
import { createHash } from "node:crypto"

/** What a record says. The four numbers that follow are given in brackets; unused ones are 0. */
export const ANSWER = {
  /** A prompt was drawn [x]. */
  prompt: 1,
  /** A response was drawn from π_ref [x, row]. */
  response: 2,
  /** A pair was drawn from π_ref² [x, left row, right row, multiplicity]. */
  pair: 3,
  /** A search for a passing pair ended [prompts visited, 1 if a pair follows, draws charged: high and low part, see {@link Transcript.wide}]. */
  search: 4,
  /** A tilted draw [x, anchor row, row, draws charged; negative when no trial was accepted]. */
  tilted: 5,
  /** log Ẑ of the tilted draw before it, where the learner was told [log Ẑ]. */
  normaliser: 6,
  /** A reward was observed [row, reward]. */
  reward: 7,
  /** Reward differences of a pair, summed over its multiplicity [left row, right row, multiplicity, Σ(r₁−r₂)]. */
  difference: 8,
  /** Y(x) was enumerated [x, classes, draws charged: high and low part]. */
  enumeration: 9,
  /** A response was drawn from π_θ [x, row]. */
  strong: 10,
  /** The farthest of n draws from an anchor [x, anchor row, row, n]. */
  farthest: 11,
  /** A token was drawn from π_ref [node, row]. */
  token: 12,
  /** A search for a passing token pair ended [node, left row or −1, right row or −1, draws charged]. */
  tokenSearch: 13,
  /** A tilted token [anchor row, row, log Ẑ, draws charged; negative when no trial was accepted]. */
  tiltedToken: 14,
  /** Checked visits [node, visits, fired left row or −1, fired right row or −1]. */
  checked: 15,
  /** After it [Σ log Ẑ, 0, tokens charged: high and low part]. */
  checkedCost: 16,
  /** After it, once for each of its tokens [anchor row, row, count]. */
  checkedToken: 17,
  /** Rewards of one response were observed and summed [row, n, Σr]. */
  rewardSum: 18
} as const

const RECORD = 5
/** Words a buffer holds: 64 KiB, where SHA-256 already runs at its full speed. */
const CAPACITY = RECORD * 1638
const LOW = 2n ** 53n

/** What a run record keeps of its transcript. */
export interface TranscriptDigest {
  /** SHA-256 of the chain, hex. */
  readonly sha256: string
  /** Records in it. */
  readonly records: number
}

export class Transcript {
  private readonly words = new Float64Array(CAPACITY)
  private used = 0
  private folded = 0
  private chain: Uint8Array = new Uint8Array(32)

  /** Appends a record; `kind` is one of {@link ANSWER}. About 5 ns. */
  record(kind: number, a: number, b = 0, c = 0, d = 0): void {
    if (this.used === CAPACITY) this.fold()
    const { words, used } = this
    words[used] = kind
    words[used + 1] = a
    words[used + 2] = b
    words[used + 3] = c
    words[used + 4] = d
    this.used = used + RECORD
  }

  /** {@link record} with a charge of any size, which passes 2⁵³ at theory's own constants, as its two last numbers. */
  wide(kind: number, a: number, b: number, charge: bigint): void {
    this.record(kind, a, b, Number(charge / LOW), Number(charge % LOW))
  }

  /** The digest of what was recorded so far; recording may go on. */
  digest(): TranscriptDigest {
    const records = this.folded + this.used / RECORD
    const sha256 = createHash("sha256")
      .update(this.chain)
      .update(this.filled())
      .update(`${records} records`)
      .digest("hex")
    return { sha256, records }
  }

  private filled(): Uint8Array {
    return new Uint8Array(this.words.buffer, 0, this.used * 8)
  }

  private fold(): void {
    this.chain = createHash("sha256").update(this.chain).update(this.filled()).digest()
    this.folded += this.used / RECORD
    this.used = 0
  }
}
