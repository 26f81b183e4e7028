/**
 * 32-bit integers inside gpu.js kernels. One kernel source serves every backend; only how an integer is declared, added, xored and shifted differs.
 *
 * gpu.js thinks in float32: an array element is a float (so 32-bit words come as two 16-bit halves), and a local that starts as an integer
 * expression decays to a float, losing its low bits. What keeps integers whole (2.24.1):
 * - cpu, webgl2, webgpu: a local that starts as a literal and is incremented once is an integer; so is what is assigned to it later;
 * - webasm translates a kernel twice and forgets that the second time. An argument of type `Integer` stays one, and may be assigned to: locals
 *   are declared as arguments;
 * - webgl2's `^`, `<<`, `>>>` are loops over bits that are wrong for negative numbers: GLSL's own come in as native functions;
 * - a call inside a call of the same function is hoisted into a float: one operation a statement.
 */
import type { GpuBackend } from "../backend.ts"
import type { GpuInstance } from "./library.ts"

/** Source text of integer operations; operands are names of integer locals or literals. */
export interface Words {
  /** Locals that must be arguments of type `Integer`, after all others. */
  readonly asArguments: boolean
  /** Statements that declare integer locals where they are not arguments. */
  readonly declare: (names: ReadonlyArray<string>) => string
  /** high·2¹⁶ + low, of two float expressions. */
  readonly word: (high: string, low: string) => string
  readonly add: (a: string, b: string) => string
  readonly xor: (a: string, b: string) => string
  /** The top 32 − n bits. */
  readonly shiftRight: (a: string, n: number) => string
  readonly rotateLeft: (a: string, n: number) => string
  /** The low 16 bits. */
  readonly low: (a: string) => string
}

const javascript: Words = {
  asArguments: false,
  declare: (names) => names.map((name) => `let ${name} = 0;\n${name}++;\n`).join(""),
  word: (high, low) => `((${high} << 16) | ${low})`,
  add: (a, b) => `((${a} + ${b}) | 0)`,
  xor: (a, b) => `(${a} ^ ${b})`,
  shiftRight: (a, n) => `(${a} >>> ${n})`,
  rotateLeft: (a, n) => `((${a} << ${n}) | (${a} >>> ${32 - n}))`,
  low: (a) => `(${a} & 65535)`
}

/** Two's complement already wraps. */
const wrapping: Words = { ...javascript, add: (a, b) => `(${a} + ${b})` }

const WORDS: Record<GpuBackend, Words> = {
  cpu: javascript,
  webasm: { ...wrapping, asArguments: true, declare: () => "" },
  webgpu: wrapping,
  webgl2: {
    ...javascript,
    word: (high, low) => `word32(${high}, ${low})`,
    add: (a, b) => `add32(${a}, ${b})`,
    xor: (a, b) => `xor32(${a}, ${b})`,
    shiftRight: (a, n) => `shiftRight32(${a}, ${n})`,
    rotateLeft: (a, n) => `rotateLeft32(${a}, ${n})`,
    low: (a) => `low16(${a})`
  }
}

export const wordsOf = (backend: GpuBackend): Words => WORDS[backend]

const integer = { a: "Integer", b: "Integer" }
const NATIVE: ReadonlyArray<readonly [name: string, source: string, argumentTypes: Record<string, string>]> = [
  ["word32", "int word32(float a, float b) { return (int(a) << 16) | int(b); }", { a: "Number", b: "Number" }],
  ["add32", "int add32(int a, int b) { return a + b; }", integer],
  ["xor32", "int xor32(int a, int b) { return a ^ b; }", integer],
  ["shiftRight32", "int shiftRight32(int a, int b) { return int(uint(a) >> uint(b)); }", integer],
  ["rotateLeft32", "int rotateLeft32(int a, int b) { return (a << b) | int(uint(a) >> uint(32 - b)); }", integer],
  ["low16", "int low16(int a) { return a & 65535; }", { a: "Integer" }]
]

/** Gives an instance what {@link wordsOf} its backend relies on. */
export const addWordFunctions = (gpu: GpuInstance, backend: GpuBackend): void => {
  if (backend !== "webgl2") return
  for (const [name, source, argumentTypes] of NATIVE)
    gpu.addNativeFunction(name, source, { returnType: "Integer", argumentTypes })
}

const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24]
]
/** Locals that {@link threefry} and {@link keySchedule} use. */
export const keyLocals = (key: string): ReadonlyArray<string> => [`${key}0`, `${key}1`, `${key}2`]

/** Statements that set the key schedule named `key` from four float expressions, the halves of its two words. */
export const keySchedule = (words: Words, key: string, halves: (i: number) => string): string => {
  const [k0, k1, k2] = keyLocals(key)
  // 0x1bd1 and 0x1bda: the halves of the parity constant.
  return [
    `${k0} = ${words.word(halves(0), halves(1))}`,
    `${k1} = ${words.word(halves(2), halves(3))}`,
    `${k2} = ${words.word("7121.0", "7130.0")}`,
    `${k2} = ${words.xor(k2, k0)}`,
    `${k2} = ${words.xor(k2, k1)}`
  ]
    .map((line) => `${line};\n`)
    .join("")
}

/**
 * Statements of one Threefry-2×32-20 block (numeric/stream.ts has the readable form): the counter words in x0 and x1 become the output words.
 */
export const threefry = (words: Words, key: string, x0: string, x1: string): string => {
  const schedule = keyLocals(key)
  const lines = [`${x0} = ${words.add(x0, schedule[0])}`, `${x1} = ${words.add(x1, schedule[1])}`]
  for (let group = 0; group < 5; group++) {
    for (const rotation of ROTATIONS[group % 2]) {
      lines.push(`${x0} = ${words.add(x0, x1)}`)
      lines.push(`${x1} = ${words.rotateLeft(x1, rotation)}`)
      lines.push(`${x1} = ${words.xor(x1, x0)}`)
    }
    lines.push(`${x0} = ${words.add(x0, schedule[(group + 1) % 3])}`)
    lines.push(`${x1} = ${words.add(x1, schedule[(group + 2) % 3])}`)
    lines.push(`${x1} = ${words.add(x1, String(group + 1))}`)
  }
  return lines.map((line) => `${line};\n`).join("")
}
