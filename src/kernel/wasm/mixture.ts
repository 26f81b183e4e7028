/** Components of truncated mixtures by WebAssembly in float64 (`mixture-code.ts`): prompts in turns that fit the memory, a thread a prompt. */
import type { FiniteInstance } from "../../instance/instance.ts"
import { type MixtureKernel, MOST_SPAN } from "../../policy/mixture-ratio.ts"
import type { TruncatedPairs } from "../../policy/truncated-pairs.ts"
import { upTo } from "../../numeric/wasm-code.ts"
import { wasmFunction } from "../../numeric/webassembly.ts"
import { Exponential } from "./exponential-code.ts"
import type { KernelCode, WasmArena } from "./arena.ts"
import { HEAD, LANES, mixtureFunction, SCRATCH } from "./mixture-code.ts"

const MIXTURE: KernelCode = { name: "mixture", functions: () => [mixtureFunction(false)] }
/** Where β is a power of two. */
const BY_INVERSE: KernelCode = { name: "mixture", functions: () => [mixtureFunction(true)] }

/** Bytes of a turn's prompts, and of its components: both stay in the second cache, or the third. */
const PROMPTS_ROOM = 2 ** 23
const THETAS_ROOM = 2 ** 21

/** e^x of the doubles in [AT, END), in place: for {@link agrees}. */
const EXPONENTIALS: KernelCode = {
  name: "exponentials",
  functions: () => [
    wasmFunction("exponentials", (f) => {
      const [AT, END] = f.parameters(2)
      const X = f.local("f64x2")
      const exponential = new Exponential(f)
      return [exponential.start, upTo(AT, END, 16, [X.set(AT.load("f64x2")), exponential.of(X), AT.store(X)])]
    })
  ]
}

/** Whether this engine's `Math.exp` and the kernel's give the same bits, tried on what would tell. */
let agreed: boolean | undefined
const agrees = (arena: WasmArena): boolean => {
  if (agreed !== undefined) return agreed
  const samples = Float64Array.from({ length: 4096 }, (_, i) => -((i * 0.6180339887498949) % 1) * 2 ** ((i % 40) - 30))
  samples.set([
    0,
    -0,
    -(2 ** -28),
    -(2 ** -29),
    -0.34657359027997264,
    -0.3465735,
    -0.3465736,
    -1.0397207,
    -1.0397208,
    -1
  ])
  arena.begin()
  const at = arena.reserve(8 * samples.length)
  const values = arena.doubles(at, samples.length)
  values.set(samples)
  arena.run(EXPONENTIALS, at, at + 8 * samples.length)
  return (agreed = values.every((value, i) => value === Math.exp(samples[i])))
}

/** Bytes of a prompt's truncated pairs. */
const roomOf = (pairs: TruncatedPairs): number =>
  pairs.rows.length === 0 ? 0 : 16 + 24 * pairs.rows.length + 4 * pairs.partners.length

/** Writes a prompt's truncated pairs at an address: mass of rows without, how many rows have some; then of each its offset, its pairs and their mass. */
const writePairs = (
  arena: WasmArena,
  at: number,
  pairs: TruncatedPairs,
  reference: Float64Array,
  start: number
): void => {
  arena.doubles(at, 1)[0] = pairs.free
  arena.ints(at + 8, 1)[0] = pairs.rows.length
  let to = at + 16
  pairs.rows.forEach((row, k) => {
    const partners = pairs.partners.subarray(pairs.from[k], pairs.from[k + 1])
    let mass = 0
    for (const partner of partners) mass += reference[start + partner]
    arena.ints(to, 2).set([row, partners.length])
    arena.doubles(to + 8, 1)[0] = mass
    arena.ints(to + 16, partners.length).set(partners)
    to += 16 + 8 * Math.ceil(partners.length / 2)
  })
}

/** θ of components `first` … `first + n − 1`, block by block with a lane each; the last component again where a lane is free. */
const writeThetas = (into: Float64Array, thetas: Float64Array, first: number, n: number, d: number): void => {
  for (let block = 0; block * LANES < n; block++)
    for (let lane = 0; lane < LANES; lane++) {
      const t = first + Math.min(block * LANES + lane, n - 1)
      for (let j = 0; j < d; j++) into[(block * d + j) * LANES + lane] = thetas[t * d + j]
    }
}

type Request = Parameters<MixtureKernel["add"]>[0]

/** Adds components at prompts [from, to), whose rows fit. */
const addTurn = (arena: WasmArena, request: Request, from: number, to: number, first: number, n: number): void => {
  const { clip, exact, left, pairs, sums, thetas } = request
  const { beta, dimension: d, features, offsets, reference } = exact
  const [start, end] = [offsets[from], offsets[to]]
  const rows = end - start
  arena.begin()
  const blocks = Math.ceil(n / LANES)
  const at = {
    heads: arena.reserve(4 * HEAD * (to - from)),
    features: arena.reserve(8 * rows * d + 16),
    reference: arena.reserve(8 * rows),
    sums: arena.reserve(8 * rows),
    thetas: arena.reserve(8 * blocks * LANES * d),
    numbers: arena.reserve(16)
  }
  arena.doubles(at.features, rows * d).set(features.subarray(start * d, end * d))
  arena.doubles(at.reference, rows).set(reference.subarray(start, end))
  const gathered = arena.doubles(at.sums, rows)
  gathered.set(sums.subarray(start, end))
  writeThetas(arena.doubles(at.thetas, blocks * LANES * d), thetas, first, n, d)
  const code = 2 ** Math.round(Math.log2(beta)) === beta ? BY_INVERSE : MIXTURE
  arena.doubles(at.numbers, 2).set([code === MIXTURE ? beta : 1 / beta, Math.min(clip, MOST_SPAN * beta)])
  const heads = arena.ints(at.heads, HEAD * (to - from))
  let widest = 0
  for (let x = from; x < to; x++) {
    const size = offsets[x + 1] - offsets[x]
    widest = Math.max(widest, size)
    const cut = pairs[x]
    const list = cut === undefined || cut.rows.length === 0 ? 0 : arena.reserve(roomOf(cut))
    if (cut !== undefined && list !== 0) writePairs(arena, list, cut, reference, offsets[x])
    heads.set([offsets[x] - start, size, list, cut === undefined ? blocks : 0], HEAD * (x - from))
  }
  const stride = 8 * LANES * widest * SCRATCH
  const scratch = arena.reserve(stride * arena.threads)
  const last = n - (blocks - 1) * LANES
  for (let open = true; open;) {
    arena.split(2 * (rows / (to - from)) * d * n, code, {
      rows: to - from,
      whole: 1,
      operands: [
        at.heads,
        0,
        0,
        at.features,
        at.reference,
        at.sums,
        at.thetas,
        blocks,
        last,
        d,
        at.numbers,
        scratch,
        widest
      ],
      from: 1,
      own: { operand: 11, stride }
    })
    open = false
    sums.set(gathered, start)
    for (let x = from; x < to; x++) {
      const next = heads[HEAD * (x - from) + 3]
      if (next >= blocks) continue
      left(x, first + next * LANES, first + Math.min(n, (next + 1) * LANES))
      heads[HEAD * (x - from) + 3] = next + 1
      open ||= next + 1 < blocks
    }
    if (open) gathered.set(sums.subarray(start, end))
  }
  for (let x = from; x < to; x++) if (pairs[x] === undefined) left(x, first, first + n)
}

/** The kernel over an arena, or undefined where its e^x is not the engine's. */
export const mixtureKernel = (arena: WasmArena): Pick<MixtureKernel, "add"> | undefined => {
  if (!agrees(arena)) return undefined
  const room = (exact: FiniteInstance, pairs: Request["pairs"], x: number): number => {
    const size = exact.offsets[x + 1] - exact.offsets[x]
    const cut = pairs[x]
    return 8 * size * (exact.dimension + 2) + 64 + (cut === undefined ? 0 : roomOf(cut) + 64)
  }
  return {
    add: (request) => {
      const { count, exact, first, pairs } = request
      const X = exact.promptProbabilities.length
      const turn = Math.max(LANES, Math.floor(THETAS_ROOM / (8 * exact.dimension) / LANES) * LANES)
      for (let t = first; t < count; t += turn) {
        const n = Math.min(turn, count - t)
        for (let from = 0; from < X;) {
          let to = from + 1
          let bytes = room(exact, pairs, from)
          while (to < X && bytes + room(exact, pairs, to) <= PROMPTS_ROOM) bytes += room(exact, pairs, to++)
          addTurn(arena, request, from, to, t, n)
          from = to
        }
      }
    }
  }
}
