/** Coq source text: numbers as exact fractions, lists, and the frame that every emitted file has. */
import type { Certificate, Dyadic } from "../../checker/certificate.ts"
import { dyadicText } from "../spanner-evidence.ts"

/** n/d with d > 0, exactly. */
export interface Fraction {
  readonly n: bigint
  readonly d: bigint
}

/** The fraction that `MpE` = M·2^E is. */
export const fractionOfDyadic = (text: Dyadic): Fraction => {
  const [mantissa, exponent] = text.split("p")
  const e = BigInt(exponent)
  return e < 0n ? { n: BigInt(mantissa), d: 1n << -e } : { n: BigInt(mantissa) << e, d: 1n }
}

/** The fraction that a double is: n/2^k in lowest terms. @throws RangeError for NaN and infinities */
export const fractionOf = (x: number): Fraction => fractionOfDyadic(dyadicText(x))

const paired = ({ n, d }: Fraction): string => `(${n}, ${d})`
/** A `fraction` of certificate_data.v. */
export const fraction = (x: Fraction): string => `${paired(x)}%Z`
/** A list, a few items to a line: one line of thousands is more than editors and Coq's reader like. */
export const list = (items: ReadonlyArray<string>, perLine: number): string => {
  const lines: Array<string> = []
  for (let i = 0; i < items.length; i += perLine) lines.push(items.slice(i, i + perLine).join("; "))
  return `[${lines.join(";\n  ")}]`
}
/** A `list fraction`. */
export const fractions = (all: ReadonlyArray<Fraction>): string => `${list(all.map(paired), 4)}%Z`
const parts = (text: string) => {
  const [, sign, whole, digits = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text) ?? []
  if (whole === undefined) throw new RangeError(`text: ${text}, expected a decimal number`)
  const places = BigInt(digits.length) - BigInt(exponent)
  const scale = (x: bigint, by: bigint) => (by >= 0n ? `${x} / ${10n ** by}` : `${x * 10n ** -by}`)
  return { sign, numerator: BigInt(whole + digits), places, scale }
}
/** A decimal such as "-1.517" or "1.2e-7" as a real number. */
export const decimal = (text: string): string => {
  const { sign, numerator, places, scale } = parts(text)
  const value = scale(numerator, places)
  return sign === "-" ? `(- (${value}))` : `(${value})`
}
/** What rounding to this decimal leaves: half a unit of its last digit, and a millionth of that. */
export const rounding = (text: string): string => {
  const { places, scale } = parts(text)
  return `(${scale(500001n, places + 6n)})`
}

const PRIME = 2n ** 127n - 1n
const MULTIPLIER = 105690555220216252607508994254127766821n
const modulo = (x: bigint): bigint => ((x % PRIME) + PRIME) % PRIME

/** certificate_data.v's `fingerprint`. */
export const fingerprint = (numbers: ReadonlyArray<bigint>): bigint =>
  numbers.reduce((h, z) => modulo(h * MULTIPLIER + z), 1n)
/** The integers that certificate_data.v's `flat` makes of fractions. */
export const flat = (all: ReadonlyArray<Fraction>): ReadonlyArray<bigint> => all.flatMap(({ n, d }) => [n, d])

/** What a file proves: definitions of the data, the integers that its fingerprint covers, and claims with their proofs. */
export interface CoqContent {
  readonly definitions: ReadonlyArray<string>
  /** A Coq term of type `list Z`, and the same numbers. */
  readonly covered: { readonly term: string; readonly numbers: ReadonlyArray<bigint> }
  readonly claims: ReadonlyArray<string>
  /** What the claim of the certificate has and the file has not. */
  readonly notProved: ReadonlyArray<string>
}

/** Text that may stand in a Coq comment: nothing in it opens or closes one, or a string. */
const inComment = (text: string): string => text.replaceAll("(*", "( *").replaceAll("*)", "* )").replaceAll('"', "'")

/** The file. */
export const coqFile = ({ claim, digest, verdict }: Certificate, content: CoqContent): string => {
  const { definitions, covered, claims, notProved } = content
  const comment = [
    `Certificate ${digest}`,
    `${claim.theorem}/${claim.part}, ${verdict}: ${claim.statement}`,
    "",
    "Written by coverbound check --emit-coq. `npm run prove -- FILE` in a checkout of coverbound compiles it; that it compiles proves what is",
    "stated below of the numbers below, from lemmas of src/certificate/coq. Not proved here: how the numbers came about" +
      notProved.map((what) => `; ${what}`).join("") +
      "."
  ]
  return [
    `(* ${comment.map(inComment).join("\n   ")} *)`,
    "From Coq Require Import Reals ZArith List Lra Lia.\nFrom Interval Require Import Tactic.",
    "From Coverbound Require Import finite framework ville bernoulli_e_process certificate_data spanner_check instance_data e_value_exact evaluation.",
    "Import ListNotations.\nOpen Scope R_scope.",
    ...definitions,
    `(* These are the certificate's numbers. *)\nLemma data_as_certified : fingerprint ${covered.term} = ${fingerprint(covered.numbers)}%Z.\nProof. vm_compute. reflexivity. Qed.`,
    ...claims
  ]
    .join("\n\n")
    .concat("\n")
}
