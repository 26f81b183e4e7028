/** From a finite instance, or from its classes alone, to an {@link Instance}: both sides and the way between them. */
import { type AliasTable, aliasPick, aliasTable } from "../numeric/alias-table.ts"
import type { Stream } from "../numeric/stream.ts"
import type { ConcreteResponses } from "./draw-table.ts"
import { finiteSource, responseName } from "./finite-source.ts"
import type { FiniteInstance, Instance } from "./instance.ts"
import { type Members, membersOf, quotient } from "./quotient.ts"
import { checkResponseCount, normalForm, validateFinite } from "./validate.ts"

/** Draws a member of a class ∝ π_ref (uniformly where the class has mass 0); tables are built when first asked for. */
const memberDraw = (responses: ConcreteResponses, rows: number): ((row: number, stream: Stream) => number) => {
  let members: Members | undefined
  const tables = new Map<number, AliasTable>()
  return (row, stream) => {
    const { offsets, indices } = (members ??= membersOf(responses.rowOf, rows))
    const first = offsets[row]
    const count = offsets[row + 1] - first
    if (count === 1) return indices[first]
    let table = tables.get(row)
    if (table === undefined) {
      const mass = Float64Array.from(indices.subarray(first, first + count), (n) => responses.reference[n])
      table = aliasTable(mass.some((p) => p > 0) ? mass : mass.fill(1))
      tables.set(row, table)
    }
    return indices[first + aliasPick(table, stream.nextInteger(2 ** 32), () => stream.next())]
  }
}

/** What an instance of a table is made of: all of it. */
export interface InstanceParts {
  readonly exact: FiniteInstance
  readonly responses: ConcreteResponses
  readonly spec: string
}

const made = new WeakMap<Instance, InstanceParts>()

/** What {@link instanceOfClasses} made an instance of; undefined where it did not. */
export const partsOf = (instance: Instance): InstanceParts | undefined => made.get(instance)

/**
 * An instance from its classes and its concrete responses, for families that never hold N×d features (Needle's N = 10⁶).
 * `exact` is valid, in normal form, and without two equal classes in one prompt; `responses` agree with it.
 * Only the number of responses per prompt is checked. @throws InvalidInstance
 */
export const instanceOfClasses = (exact: FiniteInstance, responses: ConcreteResponses, spec: string): Instance => {
  for (let x = 0; x + 1 < responses.offsets.length; x++)
    checkResponseCount(x, responses.offsets[x + 1] - responses.offsets[x])
  const drawMember = memberDraw(responses, exact.reference.length)
  const instance: Instance = {
    spec,
    exact,
    source: finiteSource(responses),
    responseCount: (x) => BigInt(responses.offsets[x + 1] - responses.offsets[x]),
    describePrompt: (x) => exact.promptLabels?.[x] || `x${x}`,
    describeRow: (x, row, stream) => responseName(responses, x, drawMember(row, stream) - responses.offsets[x])
  }
  made.set(instance, { exact, responses, spec })
  return instance
}

/**
 * The instance of a table of responses, checked, brought to normal form and merged into classes.
 *
 * @param spec the SPEC or file that makes it again. @throws InvalidInstance
 *
 * @example
 * ```ts
 * import { finiteInstance, optimum } from "coverbound/instance"
 *
 * // One prompt, three responses; the third is rare and good.
 * const table = {
 *   name: "by hand",
 *   dimension: 1,
 *   beta: 0.1,
 *   rewardRange: 1,
 *   parameterSet: { kind: "ball", radius: 1 },
 *   thetaStar: Float64Array.of(1),
 *   noise: { kind: "bernoulli" },
 *   promptProbabilities: Float64Array.of(1),
 *   offsets: Int32Array.of(0, 3),
 *   reference: Float64Array.of(0.5, 0.49, 0.01),
 *   features: Float64Array.of(0, 0, 1),
 *   meanReward: Float64Array.of(0, 0, 1)
 * } as const
 * const { exact } = finiteInstance(table, "by hand")
 * console.log(exact.reference.length, optimum(exact).coverage.toFixed(1)) // => 2 99.6
 * ```
 */
export const finiteInstance = (raw: FiniteInstance, spec: string): Instance => {
  const checked = normalForm(validateFinite(raw))
  const { exact, rowOf } = quotient(checked)
  const { offsets, reference, responseLabels } = checked
  return instanceOfClasses(
    exact,
    { offsets, reference, rowOf, ...(responseLabels === undefined ? {} : { labels: responseLabels }) },
    spec
  )
}
