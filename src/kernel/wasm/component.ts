/** Components of mixtures at wide prompts by WebAssembly (`component-code.ts`), in a memory of their own: a prompt is copied in when it is first asked for. */
import type { FiniteInstance } from "../../instance/instance.ts"
import { widestSegment } from "../../numeric/segments.ts"
import { MOST_SPAN } from "../../policy/mixture-ratio.ts"
import { BLOCK, type WideComponent } from "../../policy/wide-component.ts"
import type { KernelCode, WasmArena } from "./arena.ts"
import { GROUP, rewardsFunction, weighFunction } from "./component-code.ts"

const REWARDS: KernelCode = { name: "rewards", functions: () => [rewardsFunction()] }
const WEIGH: KernelCode = { name: "weigh", functions: () => [weighFunction()] }

type Table = Pick<FiniteInstance, "beta" | "dimension" | "features" | "offsets" | "reference">

const whole = (rows: number): number => Math.ceil(rows / GROUP) * GROUP

/** Bytes of the memory that {@link ComponentKernel} takes. */
export const componentRoom = ({ dimension: d, offsets }: Table, threads: number): number => {
  const widest = whole(widestSegment(offsets))
  let rows = 0
  for (let x = 0; x + 1 < offsets.length; x++) rows += whole(offsets[x + 1] - offsets[x])
  return 8 * (rows * (d + 2) + widest + 3 * (widest / BLOCK + 1) + d * d + 2 * d + 8 * d * threads) + 4096
}

export class ComponentKernel {
  private readonly arena: WasmArena
  private readonly exact: Table
  /** By prompt: addresses of features, masses and log-ratios. */
  private readonly prompts = new Map<number, readonly [features: number, masses: number, ratios: number]>()
  private readonly at: Readonly<
    Record<"rewards" | "tops" | "sums" | "own" | "theta" | "whitening" | "numbers" | "gaps", number>
  >

  /** @param arena for this alone, with {@link componentRoom} bytes */
  constructor(arena: WasmArena, exact: Table) {
    this.arena = arena
    this.exact = exact
    const { dimension: d, offsets } = exact
    const widest = whole(widestSegment(offsets))
    const blocks = Math.ceil(widest / BLOCK)
    arena.begin()
    this.at = {
      rewards: arena.reserve(8 * widest),
      tops: arena.reserve(8 * blocks),
      sums: arena.reserve(16 * blocks),
      own: arena.reserve(8 * d),
      theta: arena.reserve(8 * d),
      whitening: arena.reserve(8 * d * d),
      numbers: arena.reserve(40),
      gaps: arena.reserve(64 * d * arena.threads)
    }
    arena.keep()
  }

  /** A prompt's rows in the memory, eight rows to a group, coordinate by coordinate; rows of no mass fill up the last. */
  private prompt(x: number, best: Float64Array): readonly [number, number, number] {
    const known = this.prompts.get(x)
    if (known !== undefined) return known
    const { arena, exact } = this
    const { dimension: d, features, offsets, reference } = exact
    const [start, size] = [offsets[x], offsets[x + 1] - offsets[x]]
    const rows = whole(size)
    arena.begin()
    const made = [arena.reserve(8 * rows * d), arena.reserve(8 * rows), arena.reserve(8 * rows)] as const
    arena.keep()
    const [columns, masses, ratios] = [
      arena.doubles(made[0], rows * d),
      arena.doubles(made[1], rows),
      arena.doubles(made[2], rows)
    ]
    for (let i = 0; i < size; i++) {
      const at = (i - (i % GROUP)) * d + (i % GROUP)
      for (let j = 0; j < d; j++) columns[at + j * GROUP] = features[(start + i) * d + j]
      masses[i] = reference[start + i]
      ratios[i] = masses[i] > 0 ? best[start + i] : 0
    }
    this.prompts.set(x, made)
    return made
  }

  /** The sums of `componentSums`, bit for bit, and nothing where e^x is out of the kernel's reach. */
  sums({ anchor, best, policy, theta, x }: WideComponent): readonly [z: number, gain: number] | undefined {
    const { arena, at, exact } = this
    const { beta, dimension: d, features, offsets } = exact
    const { clip, truncation } = policy
    if (!(2 * clip <= MOST_SPAN * beta)) return undefined
    const [columns, masses, ratios] = this.prompt(x, best)
    arena.doubles(at.own, d).set(features.subarray(anchor * d, (anchor + 1) * d))
    arena.doubles(at.theta, d).set(theta)
    arena.doubles(at.whitening, d * d).set(truncation.whitening)
    const numbers = arena.doubles(at.numbers, 5)
    numbers.set([truncation.nu ** 2, clip, -clip])
    const rows = whole(offsets[x + 1] - offsets[x])
    const blocks = Math.ceil(rows / BLOCK)
    const job = { rows: blocks, whole: 1, from: 3 }
    arena.split(BLOCK * d * (d + 4), REWARDS, {
      ...job,
      operands: [
        columns,
        masses,
        at.rewards,
        0,
        0,
        at.tops,
        at.own,
        at.theta,
        at.whitening,
        d,
        at.numbers,
        at.gaps,
        BLOCK,
        rows
      ],
      own: { operand: 11, stride: 64 * d }
    })
    numbers.set([arena.doubles(at.tops, blocks).reduce((a, b) => Math.max(a, b)), beta], 3)
    arena.split(BLOCK * 64, WEIGH, {
      ...job,
      operands: [masses, at.rewards, ratios, 0, 0, at.sums, at.numbers + 24, BLOCK, rows]
    })
    const sums = arena.doubles(at.sums, 2 * blocks)
    let [z, gain] = [0, 0]
    for (let block = 0; block < blocks; block++) {
      z += sums[2 * block]
      gain += sums[2 * block + 1]
    }
    return [z, gain]
  }
}
