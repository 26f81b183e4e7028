/**
 * WebAssembly written instruction by instruction: an assembler for kernels that are one short loop each, where a
 * compiler's tool chain would be larger than what it compiles.
 *
 * Code is an array of bytes. An instruction is a function of its operands' code, so that nesting reads as the
 * expression it computes. (Core specification 2.0, chapters 5.4 and 5.5; relaxed SIMD: proposal, phase 5.)
 */

export type Code = ReadonlyArray<number>

const unsigned = (n: number): Array<number> => (n < 128 ? [n] : [(n & 127) | 128, ...unsigned(n >>> 7)])
const signed = (n: number): Array<number> => (n >= -64 && n < 64 ? [n & 127] : [(n & 127) | 128, ...signed(n >> 7)])

/** Value types. */
export const I32 = 0x7f
export const F32 = 0x7d
export const F64 = 0x7c
export const V128 = 0x7b
export type ValueType = typeof I32 | typeof F32 | typeof F64 | typeof V128

export const get = (local: number): Code => [0x20, ...unsigned(local)]
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)]

const binary =
  (opcode: number) =>
  (a: Code, b: Code): Code => [...a, ...b, opcode]

/** i32 */
export const int = (n: number): Code => [0x41, ...signed(n | 0)]
export const add = binary(0x6a)
export const subtract = binary(0x6b)
export const multiply = binary(0x6c)
export const and = binary(0x71)
export const or = binary(0x72)
export const xor = binary(0x73)
export const shiftLeft = (a: Code, n: number): Code => [...a, ...int(n), 0x74]
export const shiftRight = (a: Code, n: Code): Code => [...a, ...n, 0x76]
export const shiftRightSigned = (a: Code, n: number): Code => [...a, ...int(n), 0x75]
export const equal = binary(0x46)
export const lessThan = binary(0x48)
export const isZero = (a: Code): Code => [...a, 0x45]
/** Number of zero bits below the lowest one. */
export const trailingZeros = (a: Code): Code => [...a, 0x68]
/** a where the condition is not 0, else b. */
export const select = (a: Code, b: Code, condition: Code): Code => [...a, ...b, ...condition, 0x1b]

/** f32 */
export const float = (n: number): Code => [0x43, ...new Uint8Array(Float32Array.of(n).buffer)]
export const fadd = binary(0x92)
export const fdivide = binary(0x95)
export const fgreater = binary(0x5e)
/** The greater; NaN if one is. */
export const fmax = binary(0x97)

/** f64 */
export const double = (n: number): Code => [0x44, ...new Uint8Array(Float64Array.of(n).buffer)]
export const dadd = binary(0xa0)
export const dless = binary(0x63)
export const dlessEqual = binary(0x65)
export const dnotEqual = binary(0x62)

/** Memory. Addresses are i32 code, offsets are constant bytes. */
export const load = (address: Code, offset = 0): Code => [...address, 0x28, 2, ...unsigned(offset)]
export const store = (address: Code, offset: number, value: Code): Code => [
  ...address,
  ...value,
  0x36,
  2,
  ...unsigned(offset)
]
export const fload = (address: Code, offset = 0): Code => [...address, 0x2a, 2, ...unsigned(offset)]
export const fstore = (address: Code, offset: number, value: Code): Code => [
  ...address,
  ...value,
  0x38,
  2,
  ...unsigned(offset)
]

export const dload = (address: Code, offset = 0): Code => [...address, 0x2b, 3, ...unsigned(offset)]
export const dstore = (address: Code, offset: number, value: Code): Code => [
  ...address,
  ...value,
  0x39,
  3,
  ...unsigned(offset)
]

/** Control. */
export const call = (index: number, ...operands: ReadonlyArray<Code>): Code => [
  ...operands.flat(),
  0x10,
  ...unsigned(index)
]
export const when = (condition: Code, body: Code): Code => [...condition, 0x04, 0x40, ...body, 0x0b]
export const whenElse = (condition: Code, body: Code, otherwise: Code): Code => [
  ...condition,
  0x04,
  0x40,
  ...body,
  0x05,
  ...otherwise,
  0x0b
]
/** The body at least once, and again while the condition holds. */
export const loopWhile = (body: Code, condition: Code): Code => [0x03, 0x40, ...body, ...condition, 0x0d, 0, 0x0b]
/** Leaves the function with the value that `code` gives. */
export const leave = (code: Code): Code => [...code, 0x0f]
/** The body while the condition holds, not once if it does not. */
export const whileLoop = (condition: Code, body: Code): Code => when(condition, loopWhile(body, condition))
export const repeat = (count: number, code: (i: number) => Code): Code =>
  Array.from({ length: count }, (_, i) => code(i)).flat()

const simd = (opcode: number): Code => [0xfd, ...unsigned(opcode)]
const vbinary =
  (opcode: number) =>
  (a: Code, b: Code): Code => [...a, ...b, ...simd(opcode)]
const vunary =
  (opcode: number) =>
  (a: Code): Code => [...a, ...simd(opcode)]
const vmemory =
  (opcode: number, alignment: number) =>
  (address: Code, offset = 0): Code => [...address, ...simd(opcode), alignment, ...unsigned(offset)]

/** v128 of any shape. */
export const vload = vmemory(0x00, 2)
/** The 32 bits at an address in lane 0, zeros in the others. */
export const vloadOne = vmemory(0x5c, 2)
/** Four lanes of the 32 bits at an address. */
export const vloadSplat = vmemory(0x09, 2)
export const vstore = (address: Code, offset: number, v: Code): Code => [
  ...address,
  ...v,
  ...simd(0x0b),
  2,
  ...unsigned(offset)
]
/** Stores lane 0. */
export const vstoreOne = (address: Code, offset: number, v: Code): Code => [
  ...address,
  ...v,
  ...simd(0x5a),
  2,
  ...unsigned(offset),
  0
]
export const vconst = (...lanes: ReadonlyArray<number>): Code => [
  ...simd(0x0c),
  ...new Uint8Array(Int32Array.from(lanes).buffer)
]
export const vand = vbinary(0x4e)
export const vor = vbinary(0x50)
export const vxor = vbinary(0x51)
export const vselect = (a: Code, b: Code, mask: Code): Code => [...a, ...b, ...mask, ...simd(0x52)]
/** Whether some bit is set. */
export const vany = vunary(0x53)
/** Bytes of a and b (0 … 15, 16 … 31) by constant index. */
export const vshuffle = (a: Code, b: Code, bytes: ReadonlyArray<number>): Code => [...a, ...b, ...simd(0x0d), ...bytes]

/** i32×4. */
export const splat = vunary(0x11)
export const vadd = vbinary(0xae)
export const vsubtract = vbinary(0xb1)
export const vshl = (v: Code, n: number): Code => [...v, ...int(n), ...simd(0xab)]
export const vshr = (v: Code, n: number): Code => [...v, ...int(n), ...simd(0xad)]
export const vlessEqualUnsigned = vbinary(0x3e)
/** Top bit of each lane, as four bits. */
export const vbits = vunary(0xa4)

/** i16×8 and i8×16. Narrowing takes the lanes of a, then those of b, each to the nearest that fits. */
export const halvesNarrow = vbinary(0x85)
export const bytesNarrow = vbinary(0x65)
export const bytesSubtract = vbinary(0x71)
export const halvesSubtract = vbinary(0x91)
export const halvesLessEqualUnsigned = vbinary(0x34)

/** f32×4. */
export const fsplat = vunary(0x13)
export const flane = (v: Code, i: number): Code => [...v, ...simd(0x1f), i]
export const vfadd = vbinary(0xe4)
export const vfsubtract = vbinary(0xe5)
export const vfmultiply = vbinary(0xe6)
/** The lesser and the greater, by one instruction each: a where b is NaN. */
export const vfpmin = vbinary(0xea)
export const vfpmax = vbinary(0xeb)
export const vflessEqual = vbinary(0x45)
export const vfgreater = vbinary(0x44)
/** a·b + c, rounded once (relaxed SIMD) or twice. */
export const fusedMultiplyAdd = (relaxed: boolean): ((a: Code, b: Code, c: Code) => Code) =>
  relaxed ? (a, b, c) => [...a, ...b, ...c, ...simd(0x105)] : (a, b, c) => vfadd(vfmultiply(a, b), c)
/** Sum of the four lanes, as f32. */
export const fsum = (local: number): Code =>
  fadd(fadd(flane(get(local), 0), flane(get(local), 1)), fadd(flane(get(local), 2), flane(get(local), 3)))

/** f64×2. */
export const wsplat = vunary(0x14)
/** Two lanes of the 64 bits at an address. */
export const wloadSplat = vmemory(0x0a, 3)
/** A lane as f64. */
export const wlane = (v: Code, i: number): Code => [...v, ...simd(0x21), i]
export const wadd = vbinary(0xf0)
export const wsubtract = vbinary(0xf1)
export const wmultiply = vbinary(0xf2)
export const wdivide = vbinary(0xf3)
export const wpmin = vbinary(0xf6)
export const wpmax = vbinary(0xf7)
export const wless = vbinary(0x49)
export const wlessEqual = vbinary(0x4b)
export const wabs = vunary(0xec)
/** Towards 0. */
export const wtruncate = vunary(0x7a)
/** i64×2. */
export const longAdd = vbinary(0xce)
export const longShiftLeft = (v: Code, n: number): Code => [...v, ...int(n), ...simd(0xcb)]
export const vnot = vunary(0x4d)

/** A function: parameters are locals 0 … , then `locals` in order. */
export interface WasmFunction {
  readonly name: string
  readonly parameters: ReadonlyArray<ValueType>
  readonly result?: ValueType
  /** Runs of locals after the parameters. */
  readonly locals: ReadonlyArray<readonly [count: number, type: ValueType]>
  readonly body: Code
}

/** Memory of a module: its own, exported as `memory`, or the importer's `env.memory`. Pages of 64 KiB. */
export type WasmMemory =
  | { readonly kind: "own"; readonly pages: number }
  | { readonly kind: "imported"; readonly shared: boolean }

/** Most pages that 32-bit addresses reach. */
export const MOST_PAGES = 65536

const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content]
const text = (s: string): Code => [s.length, ...new TextEncoder().encode(s)]
const vector = (items: ReadonlyArray<Code>): Code => [...unsigned(items.length), ...items.flat()]

const functionBody = ({ locals, body }: WasmFunction): Code => {
  const content = [...vector(locals.map(([count, type]) => [...unsigned(count), type])), ...body, 0x0b]
  return [...unsigned(content.length), ...content]
}

/** The binary module: types, imported memory, functions, own memory, exports, code. */
export const wasmModule = (functions: ReadonlyArray<WasmFunction>, memory: WasmMemory): Uint8Array<ArrayBuffer> => {
  const types = functions.map(({ parameters, result }) => [
    0x60,
    ...vector(parameters.map((type) => [type])),
    ...vector(result === undefined ? [] : [[result]])
  ])
  const limits = (shared: boolean): Code => (shared ? [3, 1, ...unsigned(MOST_PAGES)] : [0, 1])
  const imports =
    memory.kind === "own" ? [] : section(2, vector([[...text("env"), ...text("memory"), 2, ...limits(memory.shared)]]))
  const own = memory.kind === "own" ? section(5, vector([[0, ...unsigned(memory.pages)]])) : []
  const exports = [
    ...(memory.kind === "own" ? [[...text("memory"), 2, 0]] : []),
    ...functions.map(({ name }, i) => [...text(name), 0, ...unsigned(i)])
  ]
  const magic = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  return new Uint8Array([
    ...magic,
    ...section(1, vector(types)),
    ...imports,
    ...section(3, vector(functions.map((_, i) => unsigned(i)))),
    ...own,
    ...section(7, vector(exports)),
    ...section(10, vector(functions.map(functionBody)))
  ])
}

/** A module's memory (lib.dom has the engine's types, es2023 and Node's do not). */
export interface WasmMemoryObject {
  readonly buffer: ArrayBuffer | SharedArrayBuffer
}

/** What is used of the engine. */
interface Engine {
  readonly validate: (bytes: Uint8Array<ArrayBuffer>) => boolean
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (
    module: object,
    imports?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  ) => { readonly exports: Readonly<Record<string, unknown>> }
  readonly Memory: new (limits: {
    readonly initial: number
    readonly maximum?: number
    readonly shared?: boolean
  }) => WasmMemoryObject
}

declare const WebAssembly: Engine

/** The engine's own interface. */
export const engine: Engine = WebAssembly
