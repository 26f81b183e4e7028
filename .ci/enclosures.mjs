// Enclosures that Coq prints (src/theorem/enclosures.v) as JSON: lines `@enclosure "name" "argument=value …" lower upper`, the ends rational numbers.

const DIGITS = 25

/** p/q (q > 0) as a decimal of DIGITS digits, rounded up or down. */
function decimal(p, q, up) {
  if (p === 0n) return "0"
  const exponent = DIGITS - (String(p < 0n ? -p : p).length - String(q).length)
  if (q === 1n && exponent > 0) return String(p)
  const [top, bottom] = exponent >= 0 ? [p * 10n ** BigInt(exponent), q] : [p, q * 10n ** BigInt(-exponent)]
  let digits = top / bottom
  if (top % bottom !== 0n) {
    if (up && top > 0n) digits++
    if (!up && top < 0n) digits--
  }
  return `${digits}e${-exponent}`
}

/** An end as Coq prints it: `7`, `(7 / 8)`. */
function rational(text) {
  const match = /^\(?(-?\d+)(?: \/ (\d+))?\)?$/.exec(text)
  if (match === null) throw new Error(`An enclosure ends in "${text}", expected a rational number.`)
  return [BigInt(match[1]), BigInt(match[2] ?? 1)]
}

/** All enclosures of what Coq printed, one a line of a JSON array. */
export function enclosures(output) {
  const rows = output.split("\n").flatMap((line) => {
    const match = /^@enclosure "?(\w+)"? "([^"]*)" (\([^()]*\)|\S+) (\([^()]*\)|\S+)$/.exec(line)
    if (match === null) {
      if (line.startsWith("@enclosure")) throw new Error(`Not an enclosure: ${line}`)
      return []
    }
    const given = Object.fromEntries(
      match[2].split(" ").map((pair) => [pair.split("=")[0], Number(pair.split("=")[1])])
    )
    const lower = decimal(...rational(match[3]), false)
    const upper = decimal(...rational(match[4]), true)
    return [JSON.stringify({ function: match[1], arguments: given, lower, upper })]
  })
  return `[\n${rows.join(",\n")}\n]\n`
}
