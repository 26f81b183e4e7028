/** WebAssembly modules, from functions that are written as `wasm-code.ts` says, and the engine that runs them. (Core specification 2.0, chapter 5.5.) */
import { type Code, type Kind, Local, type Scalar, unsigned, type Value } from "./wasm-code.ts"

type Bytes = ReadonlyArray<number>

/** A function as the binary format has it. */
export interface WasmFunction {
  readonly name: string
  /** Types of the parameters, of the locals after them, and of the results. */
  readonly parameters: Bytes
  readonly locals: Bytes
  readonly results: Bytes
  readonly body: Bytes
}

const typeOf = (kind: Kind): number => ({ i32: 0x7f, f32: 0x7d, f64: 0x7c })[kind as Scalar] ?? 0x7b

/** Names the parameters and locals of a function, in the order in which it has them: parameters first. */
export class Frame {
  readonly parameterTypes: Array<number> = []
  readonly localTypes: Array<number> = []

  private take<K extends Kind>(types: Array<number>, kind: K): Local<K> {
    types.push(typeOf(kind))
    return new Local(kind, this.parameterTypes.length + this.localTypes.length - 1)
  }

  /** Words, as most are. */
  parameters(count: number): ReadonlyArray<Local<"i32">> {
    return Array.from({ length: count }, () => this.parameter("i32"))
  }
  parameter<K extends Kind>(kind: K): Local<K> {
    return this.take(this.parameterTypes, kind)
  }
  /** They hold zeros at first. */
  locals<K extends Kind>(kind: K, count: number): ReadonlyArray<Local<K>> {
    return Array.from({ length: count }, () => this.local(kind))
  }
  local<K extends Kind>(kind: K): Local<K> {
    return this.take(this.localTypes, kind)
  }
}

/**
 * A function of a module.
 *
 * @param write its code, once it has named what it works with
 * @param result what it gives where it does not leave before its end; nothing where there is none
 */
export const wasmFunction = (name: string, write: (frame: Frame) => Code, result?: Value<Scalar>): WasmFunction => {
  const frame = new Frame()
  const body = flat([write(frame), result?.code ?? []])
  const results = result === undefined ? [] : [typeOf(result.kind)]
  return { name, parameters: frame.parameterTypes, locals: frame.localTypes, results, body }
}

const flat = (code: Code): Bytes => {
  const bytes: Array<number> = []
  const add = (part: Code): void => {
    for (const one of part) {
      if (typeof one === "number") bytes.push(one)
      else add(one)
    }
  }
  add(code)
  return bytes
}

/** Memory of a module: its own, exported as `memory`, or the importer's `env.memory`. Pages of 64 KiB. */
export type WasmMemory =
  | { readonly kind: "own"; readonly pages: number }
  | { readonly kind: "imported"; readonly shared: boolean }

/** Most pages that 32-bit addresses reach. */
export const MOST_PAGES = 65536

const section = (id: number, content: Bytes): Bytes => [id, ...unsigned(content.length), ...content]
const text = (s: string): Bytes => [s.length, ...new TextEncoder().encode(s)]
const vector = (items: ReadonlyArray<Bytes>): Bytes => [...unsigned(items.length), ...items.flat()]

const functionBody = ({ body, locals }: WasmFunction): Bytes => {
  // Neighbours of one type are declared together.
  const runs: Array<{ count: number; readonly type: number }> = []
  for (const type of locals) {
    const last = runs.at(-1)
    if (last?.type === type) last.count++
    else runs.push({ count: 1, type })
  }
  const content = [...vector(runs.map(({ count, type }) => [...unsigned(count), type])), ...body, 0x0b]
  return [...unsigned(content.length), ...content]
}

/** The binary module: types, imported memory, functions, own memory, exports, code. */
export const wasmModule = (functions: ReadonlyArray<WasmFunction>, memory: WasmMemory): Uint8Array<ArrayBuffer> => {
  const types = functions.map(({ parameters, results }) => [
    0x60,
    ...unsigned(parameters.length),
    ...parameters,
    ...unsigned(results.length),
    ...results
  ])
  const limits = (shared: boolean): Bytes => (shared ? [3, 1, ...unsigned(MOST_PAGES)] : [0, 1])
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
