/**
 * The one grammar of numbers that people type (in a SPEC, an option, a parameter): decimal notation, `17`, `.5`, `5.`, `-2.5e6`. No hexadecimal, no
 * digit separators, no `Infinity`. (Numbers in JSON files follow JSON's own.)
 */

const DECIMAL = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d+))?$/

/** The number that `text` stands for; undefined where it is not a finite number in decimal notation. */
export const decimal = (text: string): number | undefined => {
  // + 0: −0 is nobody's meaning.
  const value = DECIMAL.test(text) ? Number(text) + 0 : Number.NaN
  return Number.isFinite(value) ? value : undefined
}

/** A whole number of any size, `1e15` and `2.5e6` included, without rounding; undefined when the text is none. */
export const wholeNumber = (text: string): bigint | undefined => {
  const match = DECIMAL.exec(text)
  if (match === null || match[1] === "-") return undefined
  const digits = match[2] ?? ""
  const fraction = (match[3] ?? match[4] ?? "").replace(/0+$/, "")
  const exponent = Number(match[5] ?? 0)
  const zeros = exponent - fraction.length
  if (zeros < 0 || zeros > 400) return zeros < 0 && BigInt(digits + fraction) === 0n ? 0n : undefined
  return BigInt(digits + fraction) * 10n ** BigInt(zeros)
}
