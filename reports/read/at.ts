/** A place in a record that was read: what is there as what it must be, or one line that names the place. */
import { shown } from "../../src/instance/invalid-instance.ts"
import { NATURES, type Nature, type Verdict } from "../../src/theorem/theorem.ts"

/** A record is not what its format says. */
export class InvalidRecord extends Error {
  readonly _tag = "InvalidRecord"
}

const VERDICTS: ReadonlyArray<Verdict> = ["supported", "refuted", "undecided"]

export class At {
  readonly value: unknown
  readonly path: string
  constructor(value: unknown, path: string) {
    this.value = value
    this.path = path
  }

  refuse(expectation: string): never {
    throw new InvalidRecord(`${this.path}: ${shown(this.value)}, expected ${expectation}`)
  }

  /** Absent and null alike. */
  get there(): boolean {
    return this.value !== undefined && this.value !== null
  }

  get(key: string): At {
    if (typeof this.value !== "object" || this.value === null || Array.isArray(this.value)) this.refuse("an object")
    const record = this.value as Readonly<Record<string, unknown>>
    return new At(
      Object.hasOwn(record, key) ? record[key] : undefined,
      `${this.path}${this.path.endsWith(":") ? " " : "."}${key}`
    )
  }

  in(...keys: ReadonlyArray<string>): At {
    return keys.reduce<At>((at, key) => at.get(key), this)
  }

  get list(): ReadonlyArray<At> {
    if (!Array.isArray(this.value)) this.refuse("a list")
    return (this.value as ReadonlyArray<unknown>).map((one, i) => new At(one, `${this.path}[${i}]`))
  }

  /** Empty where absent. */
  get some(): ReadonlyArray<At> {
    return this.there ? this.list : []
  }

  get entries(): ReadonlyArray<readonly [string, At]> {
    if (typeof this.value !== "object" || this.value === null || Array.isArray(this.value)) this.refuse("an object")
    return Object.keys(this.value).map((key) => [key, this.get(key)])
  }

  get text(): string {
    return typeof this.value === "string" ? this.value : this.refuse("a text")
  }

  get number(): number {
    return typeof this.value === "number" && Number.isFinite(this.value) ? this.value : this.refuse("a number")
  }

  /** A number that may be infinite: the end of an interval, which JSON has as a word. */
  get bound(): number {
    return this.value === "Infinity" ? Infinity : this.value === "-Infinity" ? -Infinity : this.number
  }

  get maybeNumber(): number | undefined {
    return this.there ? this.number : undefined
  }

  get maybeText(): string | undefined {
    return this.there ? this.text : undefined
  }

  get maybeVerdict(): Verdict | undefined {
    return this.there ? this.verdict : undefined
  }

  /** `lower` and `upper` of an interval. */
  get interval(): { readonly lower: number; readonly upper: number } {
    return { lower: this.get("lower").bound, upper: this.get("upper").bound }
  }

  /** An interval about its `estimate`. */
  get estimated(): { readonly estimate: number; readonly lower: number; readonly upper: number } {
    return { estimate: this.get("estimate").number, ...this.interval }
  }

  get flag(): boolean {
    return typeof this.value === "boolean" ? this.value : this.refuse("true or false")
  }

  /** A count as a decimal string. */
  get count(): string {
    if (typeof this.value === "number" && Number.isInteger(this.value) && this.value >= 0) return String(this.value)
    return typeof this.value === "string" && /^\d+$/.test(this.value) ? this.value : this.refuse("a count")
  }

  get quantity(): string | number {
    return typeof this.value === "string" ? this.value : this.number
  }

  get verdict(): Verdict {
    return VERDICTS.find((one) => one === this.value) ?? this.refuse(`one of ${VERDICTS.join(", ")}`)
  }

  get nature(): Nature {
    return NATURES.find((one) => one === this.value) ?? this.refuse(`one of ${NATURES.join(", ")}`)
  }

  get relation(): "<=" | ">=" | "=" {
    return (["<=", ">=", "="] as const).find((one) => one === this.value) ?? this.refuse("one of <=, >=, =")
  }

  /** `read` of what is there, else undefined. */
  maybe<A>(read: (at: At) => A): A | undefined {
    return this.there ? read(this) : undefined
  }
}
