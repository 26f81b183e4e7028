/** Carried distances in a memory of their own (`distance-steps-code.ts`): places are handed to threads one by one; what a place holds depends on nothing else. */
import type { FiniteInstance } from "../../instance/instance.ts"
import type { KernelCode, WasmArena } from "./arena.ts"
import { distanceStepsFunctions, HEAD, MOST_WAITING, rowOf } from "./distance-steps-code.ts"

const DISTANCE_STEPS: KernelCode = { name: "distanceSteps", functions: distanceStepsFunctions }

/** Steps that separate one test from the next, at the most. */
const MOST_STEPS = 8
/** Words of a head. */
const [WAITING, CHANGED] = [3, 4]

type Places = Pick<FiniteInstance, "dimension" | "features" | "offsets" | "reference">

/** Bytes of the memory that {@link DistanceSteps} takes. @param pairs distances in all, filled up rows included */
export const distanceStepsRoom = ({ dimension: d, features, offsets }: Places, pairs: number): number => {
  const N = features.length / d
  return 8 * (features.length + pairs + N * (MOST_WAITING + 4) + MOST_STEPS * d) + 4 * HEAD * offsets.length + 1024
}

export class DistanceSteps {
  /** Squared distance of each pair of rows a > b of a place, place by place, row by row from {@link rowOf}(a) on. */
  readonly distances: Float64Array
  /** By row: no pair of it that may still pass is nearer than this. */
  readonly least: Float64Array
  /** By row a: Σ_{b<a} π_ref(b) over the pairs that pass. */
  readonly sums: Float64Array
  private readonly arena: WasmArena
  private readonly heads: Int32Array
  private readonly marks: Int32Array
  private readonly taken: Int32Array
  private readonly at: Readonly<Record<string, number>>
  private readonly places: Places
  private readonly work: number

  /** @param arena for this alone, with {@link distanceStepsRoom} bytes. @param begins where the distances of each place begin */
  constructor(arena: WasmArena, places: Places, begins: ArrayLike<number>, pairs: number) {
    const { dimension: d, features, offsets, reference } = places
    const N = reference.length
    const X = offsets.length - 1
    this.arena = arena
    this.places = places
    this.work = (2 * (N * d + pairs)) / X
    arena.begin()
    const at = {
      heads: arena.reserve(4 * HEAD * X),
      features: arena.reserve(8 * N * d),
      along: arena.reserve(8 * N * MOST_WAITING),
      distances: arena.reserve(8 * pairs),
      least: arena.reserve(8 * N),
      masses: arena.reserve(8 * N),
      sums: arena.reserve(8 * N),
      taken: arena.reserve(4 * N),
      marks: arena.reserve(4 * N),
      steps: arena.reserve(8 * MOST_STEPS * d),
      numbers: arena.reserve(16)
    }
    arena.keep()
    this.at = at
    arena.doubles(at.features, N * d).set(features)
    arena.doubles(at.masses, N).set(reference)
    this.distances = arena.doubles(at.distances, pairs)
    this.sums = arena.doubles(at.sums, N)
    this.least = arena.doubles(at.least, N)
    this.taken = arena.ints(at.taken, N)
    this.marks = arena.ints(at.marks, N)
    this.heads = arena.ints(at.heads, HEAD * X)
    for (let x = 0; x < X; x++) this.heads.set([offsets[x], offsets[x + 1] - offsets[x], begins[x], 0, 0], HEAD * x)
  }

  /** The distances of place x were written anew. */
  restart(x: number): void {
    const { offsets } = this.places
    this.heads[HEAD * x + WAITING] = 0
    this.taken.fill(0, offsets[x], offsets[x + 1])
  }

  /**
   * Takes the steps at every place: least distances and sums are made anew, distances below `low` are ∞ from then on.
   *
   * @param steps vectors s of length d, at most eight
   * @param changed is told of each place where sums changed, and of its rows with a pair from `low` to `high`, whose sums are left to it
   */
  advance(
    steps: ReadonlyArray<Float64Array>,
    [low, high]: readonly [low: number, high: number],
    changed: (x: number, left: ReadonlyArray<number>) => void
  ): void {
    const { arena, at, heads, marks } = this
    const { dimension: d, offsets } = this.places
    const X = offsets.length - 1
    const all = arena.doubles(at.steps, MOST_STEPS * d)
    steps.forEach((step, i) => all.set(step, i * d))
    arena.doubles(at.numbers, 2).set([low, high])
    arena.split(this.work, DISTANCE_STEPS, {
      rows: X,
      whole: 1,
      operands: [
        at.heads,
        0,
        0,
        at.features,
        at.along,
        at.distances,
        at.least,
        at.masses,
        at.sums,
        at.taken,
        at.marks,
        at.steps,
        steps.length,
        d,
        at.numbers
      ],
      from: 1
    })
    for (let x = 0; x < X; x++) {
      const state = heads[HEAD * x + CHANGED]
      if (state === 0) continue
      heads[HEAD * x + CHANGED] = 0
      const left: Array<number> = []
      if (state > 1)
        for (let a = 0; a < offsets[x + 1] - offsets[x]; a++) {
          if (marks[offsets[x] + a] === 1) left.push(a)
          marks[offsets[x] + a] = 0
        }
      changed(x, left)
    }
  }
}

export { MOST_WAITING, rowOf }
