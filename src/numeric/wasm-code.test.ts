import fc from "fast-check"
import { describe, expect, expectTypeOf, it } from "vitest"
import { call, float, int, leave, type Local, repeat, upTo, type Value, when, zero } from "./wasm-code.ts"
import { engine, wasmFunction, type WasmFunction, wasmModule } from "./webassembly.ts"

type Run = (...operands: ReadonlyArray<number>) => number
const compiled = (...functions: ReadonlyArray<WasmFunction>) => {
  const bytes = wasmModule(functions, { kind: "own", pages: 1 })
  expect(engine.validate(bytes)).toBe(true)
  const { exports } = new engine.Instance(new engine.Module(bytes))
  const { buffer } = exports["memory"] as { readonly buffer: ArrayBuffer }
  return { buffer, run: (name: string, ...operands: ReadonlyArray<number>) => (exports[name] as Run)(...operands) }
}
/** A function of two words that leaves what an expression of them gives. */
const ofTwo = (name: string, expression: (a: Local<"i32">, b: Local<"i32">) => Value<"i32">): WasmFunction =>
  wasmFunction(
    name,
    (f) => {
      const [A, B] = f.parameters(2)
      return leave(expression(A, B))
    },
    int(0)
  )

describe("code", () => {
  it("of words computes as JavaScript's 32-bit operators do", () => {
    const operators: Readonly<
      Record<string, readonly [Parameters<typeof ofTwo>[1], (a: number, b: number) => number]>
    > = {
      plus: [(a, b) => a.plus(b), (a, b) => (a + b) | 0],
      minus: [(a, b) => a.minus(b), (a, b) => (a - b) | 0],
      times: [(a, b) => a.times(b), Math.imul],
      and: [(a, b) => a.and(b), (a, b) => a & b],
      or: [(a, b) => a.or(b), (a, b) => a | b],
      xor: [(a, b) => a.xor(b), (a, b) => a ^ b],
      shiftLeft: [(a, b) => a.shiftLeft(b), (a, b) => a << b],
      shiftRight: [(a, b) => a.shiftRight(b), (a, b) => (a >>> b) | 0],
      shiftRightSigned: [(a) => a.shiftRightSigned(7), (a) => a >> 7],
      equals: [(a, b) => a.equals(b), (a, b) => Number(a === b)],
      lessThan: [(a, b) => a.lessThan(b), (a, b) => Number(a < b)],
      isZero: [(a) => a.isZero(), (a) => Number(a === 0)],
      where: [(a, b) => a.where(a.lessThan(b), b), Math.min]
    }
    const { run } = compiled(...Object.entries(operators).map(([name, [code]]) => ofTwo(name, code)))
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.integer(), (a, b) => {
        for (const [name, [, definition]] of Object.entries(operators))
          expect([name, run(name, a, b | 0)]).toEqual([name, definition(a, b | 0)])
      })
    )
  })

  it("has constants of every length", () => {
    const constants = [0, 1, -1, 63, 64, -64, -65, 8191, 8192, 2 ** 31 - 1, -(2 ** 31)]
    const { run } = compiled(...constants.map((n, i) => wasmFunction(`c${i}`, () => [], int(n))))
    expect(constants.map((_, i) => run(`c${i}`))).toEqual(constants)
  })

  it("counts, branches, calls, and works in memory by lanes", () => {
    const doubled = ofTwo("doubled", (a) => a.plus(a))
    const squares = wasmFunction("squares", (f) => {
      const [AT, END] = f.parameters(2)
      const X = f.local("f32x4")
      const N = f.local("i32")
      return [
        upTo(AT, END, 16, [
          X.set(AT.load("f32x4")),
          AT.store(X.times(X).where(X.greaterThan(float(2).splat()), zero("f32x4"))),
          N.increase(1)
        ]),
        when(
          N.equals(2),
          repeat(2, (i) => END.store(int(7 + i), 4 * i)),
          END.store(-1)
        )
      ]
    })
    const twice = wasmFunction("twice", () => call(0, int(21), int(0)), int(1))
    const { buffer, run } = compiled(doubled, squares)
    new Float32Array(buffer).set([1, 2, 3, 4, 5, 6, 7, 8])
    run("squares", 0, 32)
    expect([...new Float32Array(buffer, 0, 8)]).toEqual([0, 0, 9, 16, 25, 36, 49, 64])
    expect([...new Int32Array(buffer, 32, 2)]).toEqual([7, 8])
    run("squares", 0, 16)
    expect(new Int32Array(buffer, 16, 1)[0]).toBe(-1)
    // A call that leaves its value and another beside it is no function of one result.
    expect(engine.validate(wasmModule([doubled, twice], { kind: "own", pages: 1 }))).toBe(false)
  })

  it("keeps kinds apart", () => {
    const f32x4 = zero("f32x4")
    expectTypeOf(f32x4.greaterThan(f32x4)).toEqualTypeOf<Value<"f32x4">>()
    expectTypeOf(int(1).lessThan(2)).toEqualTypeOf<Value<"i32">>()
    // @ts-expect-error: lanes of float32 and a word
    void (() => f32x4.plus(int(1)))
    // @ts-expect-error: a vector is no address
    void (() => f32x4.load("i32"))
    // @ts-expect-error: no such instruction
    void (() => zero("f64x2").shiftLeft(1))
  })
})
