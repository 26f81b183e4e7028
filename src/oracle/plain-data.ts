/** Plain data as bytes, for a learner in another process: what is neither a request nor an answer, such as a policy. */
import { broken, type Reader, type Writer } from "./wire.ts"

const DEPTH = 32

/** Writes plain data: nothing, truth values, numbers, integers, texts, arrays of numbers, arrays, objects. What is anything else is written as its name. */
export const writeData = (value: unknown, to: Writer, depth = 0): void => {
  if (depth > DEPTH) broken(`data: nested deeper than ${DEPTH}`)
  if (value === undefined) return to.byte(0)
  if (value === null) return to.byte(1)
  if (typeof value === "boolean") return to.byte(value ? 3 : 2)
  if (typeof value === "number") {
    to.byte(4)
    return to.number(value)
  }
  if (typeof value === "string" || typeof value === "bigint") {
    to.byte(typeof value === "string" ? 5 : 6)
    return to.text(String(value))
  }
  if (value instanceof Float64Array) {
    to.byte(7)
    return to.numbers(value)
  }
  if (Array.isArray(value)) {
    to.byte(8)
    to.count(value.length)
    for (const one of value) writeData(one, to, depth + 1)
    return
  }
  if (typeof value !== "object") {
    to.byte(5)
    return to.text(`a ${typeof value}`)
  }
  const entries = Object.entries(value)
  to.byte(9)
  to.count(entries.length)
  for (const [name, field] of entries) {
    to.text(name)
    writeData(field, to, depth + 1)
  }
}

/** Reads plain data. Objects have own fields only, whatever their names. */
export const readData = (from: Reader, depth = 0): unknown => {
  if (depth > DEPTH) broken(`data: nested deeper than ${DEPTH}`)
  const tag = from.byte()
  switch (tag) {
    case 0:
      return undefined
    case 1:
      return null
    case 2:
    case 3:
      return tag === 3
    case 4:
      return from.number()
    case 5:
      return from.text()
    case 6: {
      const text = from.text()
      return /^-?\d{1,400}$/.test(text) ? BigInt(text) : broken("data: no integer")
    }
    case 7:
      return from.numbers()
    case 8:
    case 9: {
      const n = from.count()
      if (n > from.left) broken(`data: ${n} parts in ${from.left} bytes`)
      if (tag === 8) return Array.from({ length: n }, () => readData(from, depth + 1))
      return Object.fromEntries(Array.from({ length: n }, () => [from.text(), readData(from, depth + 1)]))
    }
    default:
      return broken(`data: kind ${tag}`)
  }
}
