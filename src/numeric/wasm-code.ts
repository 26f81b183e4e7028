/**
 * WebAssembly written as the expressions it computes: an assembler for kernels that are one short loop each, where a compiler's tool chain would be larger than what it
 * compiles.
 *
 * A {@link Value} is code that leaves a value on the stack, with the kind of that value, so that lanes of float32 are not added to an address by mistake. What is done with
 * values is looked up in one table of opcodes by kind (core specification 2.0, chapter 5.4; relaxed SIMD: proposal, phase 5).
 */

/** Instructions in order, in nested lists as they were put together. */
export type Code = ReadonlyArray<number | Code>

/** The engine's numbers, and its vector of 128 bits by how its lanes are read. */
export type Scalar = "i32" | "f32" | "f64"
export type Vector = "i8x16" | "i16x8" | "i32x4" | "i64x2" | "f32x4" | "f64x2"
export type Kind = Scalar | Vector

/** A whole number ≥ 0 as LEB128. */
export const unsigned = (n: number): ReadonlyArray<number> => (n < 128 ? [n] : [(n & 127) | 128, ...unsigned(n >>> 7)])
const signed = (n: number): ReadonlyArray<number> =>
  n >= -64 && n < 64 ? [n & 127] : [(n & 127) | 128, ...signed(n >> 7)]

// Opcodes by the kind of what they take; `vector`: of any lanes.
/** Two values of a kind give one of that kind. */
const ARITHMETIC = {
  plus: { i32: 0x6a, f32: 0x92, f64: 0xa0, i32x4: 0xae, i64x2: 0xce, f32x4: 0xe4, f64x2: 0xf0 },
  minus: { i32: 0x6b, i8x16: 0x71, i16x8: 0x91, i32x4: 0xb1, f32x4: 0xe5, f64x2: 0xf1 },
  times: { i32: 0x6c, f32x4: 0xe6, f64x2: 0xf2 },
  over: { f32: 0x95, f64x2: 0xf3 },
  /** The greater; NaN if one is. */
  max: { f32: 0x97 },
  /** The lesser and the greater, by one instruction each: the first where the second is NaN. */
  pmin: { f32x4: 0xea, f64x2: 0xf6 },
  pmax: { f32x4: 0xeb, f64x2: 0xf7 },
  and: { i32: 0x71, vector: 0x4e },
  or: { i32: 0x72, vector: 0x50 },
  xor: { i32: 0x73, vector: 0x51 }
} as const
/** Two values of a kind give a truth: words with their sign. */
const COMPARISONS = {
  equals: { i32: 0x46 },
  differs: { f64: 0x62 },
  lessThan: { i32: 0x48, f64: 0x63, f64x2: 0x49 },
  atMost: { f64: 0x65, f32x4: 0x45, f64x2: 0x4b },
  atMostUnsigned: { i16x8: 0x34, i32x4: 0x3e },
  greaterThan: { f32: 0x5e, f32x4: 0x44 }
} as const
/** One value gives another of its kind. */
const CHANGES = {
  absolute: { f64x2: 0xec },
  /** Towards 0. */
  truncated: { f64x2: 0x7a },
  not: { vector: 0x4d },
  isZero: { i32: 0x45 },
  /** Number of zero bits below the lowest one. */
  trailingZeros: { i32: 0x68 }
} as const
const SHIFTS = {
  left: { i32: 0x74, i32x4: 0xab, i64x2: 0xcb },
  right: { i32: 0x76, i32x4: 0xad },
  rightSigned: { i32: 0x75 }
} as const
const SELECT = { i32: 0x1b, f32: 0x1b, vector: 0x52 } as const
const NARROW = { i16x8: 0x65, i32x4: 0x85 } as const

type Opcodes = Readonly<Partial<Record<Kind | "vector", number>>>
/** Kinds that a row of opcodes has one for. */
type Of<O extends Opcodes> = (keyof O & Kind) | ("vector" extends keyof O ? Vector : never)

/** What a comparison gives: 1 or 0, and for vectors −1 or 0 lane by lane. */
type Truth<K extends Kind> = K extends Scalar ? "i32" : K
type Lanes = { readonly i32: "i32x4"; readonly f32: "f32x4"; readonly f64: "f64x2" }
type Lane = { readonly f32x4: "f32"; readonly f64x2: "f64" }
/** A value, or where it is a number that number. */
export type Operand<K extends Kind> = Value<K> | (K extends Scalar ? number : never)

const isScalar = (kind: Kind): kind is Scalar => kind === "i32" || kind === "f32" || kind === "f64"
const simd = (opcode: number): Code => [0xfd, unsigned(opcode)]
const instruction = (opcodes: Opcodes, kind: Kind): Code =>
  isScalar(kind) ? [opcodes[kind]!] : simd(opcodes[kind] ?? opcodes.vector!)

/** Opcode of a scalar's load and store, and the alignment of both as a power of two. */
const MEMORY = { i32: [0x28, 0x36, 2], f32: [0x2a, 0x38, 2], f64: [0x2b, 0x39, 3] } as const

// The kind is that of the value asked: without NoInfer two kinds would be taken for one of either.
type Arithmetic<O extends Opcodes> = <L extends Of<O>>(this: Value<L>, other: Operand<NoInfer<L>>) => Value<L>
type Comparison<O extends Opcodes> = <L extends Of<O>>(this: Value<L>, other: Operand<NoInfer<L>>) => Value<Truth<L>>
type Change<O extends Opcodes> = <L extends Of<O>>(this: Value<L>) => Value<L>
type Operations = {
  readonly [O in keyof typeof ARITHMETIC]: Arithmetic<(typeof ARITHMETIC)[O]>
} & { readonly [O in keyof typeof COMPARISONS]: Comparison<(typeof COMPARISONS)[O]> } & {
  readonly [O in keyof typeof CHANGES]: Change<(typeof CHANGES)[O]>
}

/** Its methods of one instruction are those of the tables: `a.plus(b)`, `a.lessThan(b)`. */
// oxlint-disable-next-line no-unused-vars, typescript/no-unsafe-declaration-merging -- the class below has K, and its prototype what the tables say
export interface Value<K extends Kind> extends Operations {}
/** Code that leaves a value of kind K. */
export class Value<K extends Kind> {
  readonly kind: K
  readonly code: Code

  constructor(kind: K, code: Code) {
    this.kind = kind
    this.code = code
  }

  /** Shifts, of vectors lane by lane. The second is of whole words without a sign. */
  shiftLeft<L extends Of<typeof SHIFTS.left>>(this: Value<L>, by: Operand<"i32">): Value<L> {
    return shifted(SHIFTS.left, this, by)
  }
  shiftRight<L extends Of<typeof SHIFTS.right>>(this: Value<L>, by: Operand<"i32">): Value<L> {
    return shifted(SHIFTS.right, this, by)
  }
  shiftRightSigned(this: Value<"i32">, by: number): Value<"i32"> {
    return shifted(SHIFTS.rightSigned, this, by)
  }

  /** This where the condition holds, else the other; of vectors bit by bit. */
  where<L extends Of<typeof SELECT>>(
    this: Value<L>,
    condition: Value<Truth<NoInfer<L>>>,
    other: Operand<NoInfer<L>>
  ): Value<L> {
    return new Value(this.kind, [
      this.code,
      operand(this.kind, other).code,
      condition.code,
      instruction(SELECT, this.kind)
    ])
  }
  /** Whether some bit is set. */
  any(): Value<"i32"> {
    return new Value("i32", [this.code, simd(0x53)])
  }
  /** Top bit of each lane, as four bits. */
  bits(this: Value<"i32x4"> | Value<"f32x4">): Value<"i32"> {
    return new Value("i32", [this.code, simd(0xa4)])
  }

  /** The same bits, read as other lanes. */
  as<V extends Vector>(kind: V): Value<V> {
    return new Value(kind, this.code)
  }
  /** The lanes of this, then those of the other, each in half as many bits: the nearest that fits. */
  narrow<N extends "i16x8" | "i8x16">(this: Value<"i32x4" | "i16x8">, other: Value<Vector>, to: N): Value<N> {
    return new Value(to, [this.code, other.code, instruction(NARROW, this.kind)])
  }
  /** The same number in every lane. */
  splat<S extends Scalar>(this: Value<S>): Value<Lanes[S]> {
    const [kind, opcode] = ({ i32: ["i32x4", 0x11], f32: ["f32x4", 0x13], f64: ["f64x2", 0x14] } as const)[this.kind]
    return new Value(kind as Lanes[S], [this.code, simd(opcode)])
  }
  lane<V extends keyof Lane>(this: Value<V>, i: number): Value<Lane[V]> {
    const [kind, opcode] = ({ f32x4: ["f32", 0x1f], f64x2: ["f64", 0x21] } as const)[this.kind]
    return new Value(kind as Lane[V], [this.code, simd(opcode), i])
  }
  /** Words of 32 bits of this and of the other (0 … 3, 4 … 7), by constant index. */
  shuffle(other: Value<K>, ...words: ReadonlyArray<number>): Value<K> {
    return this.bytes(
      other,
      words.flatMap((i) => [4 * i, 4 * i + 1, 4 * i + 2, 4 * i + 3])
    )
  }
  /** Bytes of this and of the other (0 … 15, 16 … 31), by constant index. */
  bytes(other: Value<K>, indices: ReadonlyArray<number>): Value<K> {
    return new Value(this.kind, [this.code, other.code, simd(0x0d), indices])
  }

  /** What is in memory at this address and a constant offset in bytes. */
  load<L extends Kind>(this: Value<"i32">, kind: L, offset = 0): Value<L> {
    const [opcode, alignment] = isScalar(kind) ? [[MEMORY[kind][0]], MEMORY[kind][2]] : [simd(0x00), 2]
    return new Value(kind, [this.code, opcode, alignment, unsigned(offset)])
  }
  /** One number in memory in every lane. */
  loadSplat<V extends "i32x4" | "f32x4" | "f64x2">(this: Value<"i32">, kind: V, offset = 0): Value<V> {
    const [opcode, alignment] = kind === "f64x2" ? [0x0a, 3] : [0x09, 2]
    return new Value(kind, [this.code, simd(opcode), alignment, unsigned(offset)])
  }
  /** The 32 bits in memory in lane 0, zeros in the others. */
  loadOne(this: Value<"i32">, offset = 0): Value<"f32x4"> {
    return new Value("f32x4", [this.code, simd(0x5c), 2, unsigned(offset)])
  }
  /** Leaves a value in memory at this address; a number is an i32. */
  store(this: Value<"i32">, value: Value<Kind> | number, offset = 0): Code {
    const { code, kind } = typeof value === "number" ? int(value) : value
    const [opcode, alignment] = isScalar(kind) ? [[MEMORY[kind][1]], MEMORY[kind][2]] : [simd(0x0b), 2]
    return [this.code, code, opcode, alignment, unsigned(offset)]
  }
  /** Leaves lane 0 in memory. */
  storeOne(this: Value<"i32">, value: Value<"f32x4">, offset = 0): Code {
    return [this.code, value.code, simd(0x5a), 2, unsigned(offset), 0]
  }
}

const constant = (kind: Scalar, n: number): Code =>
  kind === "i32"
    ? [0x41, signed(n | 0)]
    : kind === "f32"
      ? [0x43, [...new Uint8Array(Float32Array.of(n).buffer)]]
      : [0x44, [...new Uint8Array(Float64Array.of(n).buffer)]]
const operand = <K extends Kind>(kind: K, value: Operand<K>): Value<K> =>
  typeof value === "number" ? new Value(kind, constant(kind as Scalar, value)) : value

const shifted = <K extends Kind>(opcodes: Opcodes, value: Value<K>, by: Operand<"i32">): Value<K> =>
  new Value(value.kind, [value.code, operand("i32", by).code, instruction(opcodes, value.kind)])
const truthOf = (kind: Kind): Kind => (isScalar(kind) ? "i32" : kind)

type AnyValue = Value<Kind>
const define = (tables: Readonly<Record<string, Opcodes>>, kindOf: (kind: Kind) => Kind): void => {
  for (const [name, opcodes] of Object.entries(tables))
    Object.defineProperty(Value.prototype, name, {
      value(this: AnyValue, other?: Operand<Kind>): AnyValue {
        const second = other === undefined ? [] : operand(this.kind, other).code
        return new Value(kindOf(this.kind), [this.code, second, instruction(opcodes, this.kind)])
      }
    })
}
define(ARITHMETIC, (kind) => kind)
define(COMPARISONS, truthOf)
define(CHANGES, (kind) => kind)

/** Constants. */
export const int = (n: number): Value<"i32"> => operand("i32", n)
export const float = (n: number): Value<"f32"> => operand("f32", n)
export const double = (n: number): Value<"f64"> => operand("f64", n)
export const words = (...lanes: ReadonlyArray<number>): Value<"i32x4"> =>
  new Value("i32x4", [simd(0x0c), [...new Uint8Array(Int32Array.from(lanes).buffer)]])
export const zero = <V extends Vector>(kind: V): Value<V> => words(0, 0, 0, 0).as(kind)

/** A parameter or local of a function. */
export class Local<K extends Kind> extends Value<K> {
  private readonly index: number

  constructor(kind: K, index: number) {
    super(kind, [0x20, unsigned(index)])
    this.index = index
  }

  set(value: Operand<K>): Code {
    return [operand(this.kind, value).code, 0x21, unsigned(this.index)]
  }
  /** Adds to it. */
  increase<L extends Of<typeof ARITHMETIC.plus>>(this: Local<L>, by: Operand<NoInfer<L>>): Code {
    return this.set(this.plus(by))
  }
}

/** a·b + c, rounded once (relaxed SIMD) or twice. */
export type MultiplyAdd = (a: Value<"f32x4">, b: Value<"f32x4">, c: Value<"f32x4">) => Value<"f32x4">
export const fusedMultiplyAdd = (relaxed: boolean): MultiplyAdd =>
  relaxed ? (a, b, c) => new Value("f32x4", [a.code, b.code, c.code, simd(0x105)]) : (a, b, c) => a.times(b).plus(c)
/** Sum of the four lanes. */
export const laneSum = (v: Local<"f32x4">): Value<"f32"> =>
  v
    .lane(0)
    .plus(v.lane(1))
    .plus(v.lane(2).plus(v.lane(3)))

/** Calls a function of the module by its index. */
export const call = (index: number, ...operands: ReadonlyArray<Value<Kind>>): Code => [
  operands.map(({ code }) => code),
  0x10,
  unsigned(index)
]
export const when = (condition: Value<"i32">, body: Code, otherwise?: Code): Code => [
  condition.code,
  [0x04, 0x40],
  body,
  otherwise === undefined ? [] : [0x05, otherwise],
  0x0b
]
/** The body at least once, and again while the condition holds. */
export const loopWhile = (body: Code, condition: Value<"i32">): Code => [
  [0x03, 0x40],
  body,
  condition.code,
  [0x0d, 0, 0x0b]
]
/** The body while the condition holds, not once if it does not. */
export const whileLoop = (condition: Value<"i32">, body: Code): Code => when(condition, loopWhile(body, condition))
/** The body for `local`, `local` + step, … while that is below `end`. */
export const upTo = (local: Local<"i32">, end: Operand<"i32">, step: number, body: Code): Code =>
  whileLoop(local.lessThan(end), [body, local.increase(step)])
/** Leaves the function with a value. */
export const leave = (value: Value<Kind>): Code => [value.code, 0x0f]
export const repeat = (count: number, code: (i: number) => Code): Code =>
  Array.from({ length: count }, (_, i) => code(i))
