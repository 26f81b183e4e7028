/**
 * The binary form of a finite instance: a small JSON, then its arrays as they are held in memory. A JSON text of 10⁸ numbers is 2 GB that no string holds; this is
 * 0.8 GB, read straight into the arrays.
 *
 *     bytes 0–7     "CBINST1\n"
 *     bytes 8–15    length of the head, unsigned, little-endian
 *     the head      JSON in UTF-8, padded with spaces to a multiple of 8: the fields of the JSON form but its prompts (format "coverbound-instance-binary"), then
 *                   prompts (X) and responses (N) as counts, promptLabels and responseLabels where there are any, sha256 of all that follows, and exact, as there
 *     the arrays    float64 and int32, little-endian: ρ (X), offsets (X + 1, padded to 8 bytes), π_ref (N), r* (N), φ (N×d row-major)
 *
 * What is read is held to everything that a JSON instance is.
 */
import { createHash } from "node:crypto"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { encodeHead, InstanceJson } from "./finite-json.ts"
import type { FiniteInstance } from "./instance.ts"
import { InvalidInstance, refuse, shown } from "./invalid-instance.ts"
import { firstProblem } from "./schema-problem.ts"
import { parseStrictJson } from "./strict-json.ts"
import { normalForm, validateFinite } from "./validate.ts"
import { wideNumbers } from "./wide-numbers.ts"

/** What a file in this form begins with. */
export const BINARY_MAGIC = "CBINST1\n"
const FORMAT = "coverbound-instance-binary"
/** Bytes of one turn. */
const TURN = 2 ** 20
/** Most bytes of a head: labels of a million responses. */
const MOST_HEAD = 2 ** 28

const whole = Schema.Finite.check(
  Schema.makeFilter((n) => Number.isSafeInteger(n) && n >= 1 && n < 2 ** 31, { expected: "an integer of at least 1" })
)
const { prompts: _, thetaStar: __, ...fields } = InstanceJson.fields
const BinaryHead = Schema.Struct({
  ...fields,
  format: Schema.Literal(FORMAT),
  thetaStar: Schema.Array(Schema.Finite),
  prompts: whole,
  responses: whole,
  promptLabels: Schema.optionalKey(Schema.Array(Schema.String)),
  responseLabels: Schema.optionalKey(Schema.Array(Schema.String)),
  sha256: Schema.String,
  exact: Schema.optionalKey(Schema.Unknown)
})
const decodeHead = Schema.decodeUnknownResult(BinaryHead, { onExcessProperty: "error" })

type Arrays = Pick<FiniteInstance, "promptProbabilities" | "offsets" | "reference" | "meanReward" | "features">

/** The bytes of the arrays in the order of the form, padding included. */
function* bytesOf({ promptProbabilities, offsets, reference, meanReward, features }: Arrays): Generator<Uint8Array> {
  const padding = new Uint8Array(offsets.length % 2 === 0 ? 0 : 4)
  for (const array of [promptProbabilities, offsets, padding, reference, meanReward, features])
    for (let at = 0; at < array.byteLength; at += TURN)
      yield new Uint8Array(array.buffer, array.byteOffset + at, Math.min(TURN, array.byteLength - at))
}

/** Numbers lie in a file as they do in the memory of every machine that Node runs on, but for a few. */
const expectLittleEndian = (): void => {
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1)
    refuse("binary instance", "a big-endian machine", "a little-endian one (the JSON form is read and written on any)")
}

/** A valid instance in normal form as bytes, in pieces. @param exact what others may recompute of it */
export function* binaryPieces(raw: FiniteInstance, exact?: unknown): Generator<Uint8Array> {
  expectLittleEndian()
  const instance = normalForm(validateFinite(raw))
  const hash = createHash("sha256")
  // Copies: memory that threads share is not hashed in place.
  for (const bytes of bytesOf(instance)) hash.update(bytes.slice())
  const { promptLabels, responseLabels } = instance
  const head = JSON.stringify({
    ...encodeHead(instance),
    format: FORMAT,
    prompts: instance.promptProbabilities.length,
    responses: instance.reference.length,
    ...(promptLabels === undefined ? {} : { promptLabels }),
    ...(responseLabels === undefined ? {} : { responseLabels }),
    sha256: hash.digest("hex"),
    ...(exact === undefined ? {} : { exact })
  })
  const text = new TextEncoder().encode(head)
  const start = new Uint8Array(16 + 8 * Math.ceil(text.length / 8)).fill(32)
  start.set(new TextEncoder().encode(BINARY_MAGIC))
  new DataView(start.buffer).setBigUint64(8, BigInt(start.length - 16), true)
  start.set(text, 16)
  yield start
  for (const bytes of bytesOf(instance)) yield bytes.slice()
}

/**
 * The instance that bytes stand for, and what they state of it.
 *
 * @param read fills the array with the next bytes; returns how many there were
 * @param size how many there are in all
 * @throws InvalidInstance
 */
export const readBinary = (
  read: (into: Uint8Array) => number,
  size: number
): { readonly instance: FiniteInstance; readonly exact: unknown } => {
  expectLittleEndian()
  const start = new Uint8Array(16)
  const truncated = (): never => refuse("binary instance", `${size} bytes`, "the arrays that its head announces")
  if (read(start) < 16) truncated()
  const magic = new TextDecoder().decode(start.subarray(0, 8))
  if (magic !== BINARY_MAGIC) refuse("binary instance", shown(magic), `${shown(BINARY_MAGIC)} first`)
  const length = new DataView(start.buffer).getBigUint64(8, true)
  if (length > BigInt(Math.min(MOST_HEAD, size - 16)) || length % 8n !== 0n)
    refuse("binary instance", `a head of ${length} bytes`, `a multiple of 8 within its ${size} bytes`)
  const text = new Uint8Array(Number(length))
  if (read(text) < text.length) truncated()
  let json: unknown
  try {
    json = parseStrictJson(new TextDecoder("utf-8", { fatal: true }).decode(text))
  } catch (error) {
    if (error instanceof InvalidInstance) throw error
    refuse("binary instance", "a head that is not text in UTF-8", "JSON in UTF-8")
  }
  const decoded = decodeHead(json)
  if (Result.isFailure(decoded)) throw firstProblem(decoded.failure.issue, json)
  const {
    exact,
    format: _format,
    prompts: X,
    responses: N,
    sha256,
    thetaStar,
    version: _version,
    ...rest
  } = decoded.success
  const d = rest.dimension
  const expected = 8 * (X + Math.ceil((X + 1) / 2) + 2 * N + N * d)
  if (size - 16 - text.length !== expected)
    refuse("binary instance", `${size - 16 - text.length} bytes of arrays`, `${expected}, as its head announces`)
  const arrays = {
    promptProbabilities: wideNumbers(X),
    offsets: new Int32Array(X + 1),
    reference: wideNumbers(N),
    meanReward: wideNumbers(N),
    features: wideNumbers(N * d)
  }
  const hash = createHash("sha256")
  const turn = new Uint8Array(TURN)
  for (const bytes of bytesOf(arrays)) {
    const part = turn.subarray(0, bytes.length)
    if (read(part) < part.length) truncated()
    hash.update(part)
    bytes.set(part)
  }
  const found = hash.digest("hex")
  if (found !== sha256) refuse("sha256", shown(sha256), `${found}, that of the arrays`)
  const labels = (all: ReadonlyArray<string> | undefined): boolean => all !== undefined && all.some((one) => one !== "")
  const { promptLabels, responseLabels, ...head } = rest
  const instance = normalForm(
    validateFinite({
      ...head,
      thetaStar: Float64Array.from(thetaStar),
      ...arrays,
      ...(labels(promptLabels) ? { promptLabels: promptLabels! } : {}),
      ...(labels(responseLabels) ? { responseLabels: responseLabels! } : {})
    })
  )
  return { instance, exact }
}
