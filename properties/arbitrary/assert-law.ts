/**
 * Asserting a deterministic law under fast-check. What fails is shrunk, saved as an instance file under reports/out/counterexamples/, and the command that
 * replays it is in the message.
 *
 * Properties of deterministic facts cannot alarm falsely, so they spend no α. Their cases follow COVERBOUND_SEED (default 1): another value looks
 * elsewhere. Monte Carlo never draws from fast-check (its generators are biased on purpose): it takes a seed and opens a stream.
 */
import fc from "fast-check"
import { saveCounterexample } from "../../src/verify/counterexample.ts"
import { type Finding, firstBroken } from "../../src/law/law.ts"
import { lawStream } from "../../src/verify/library-checks.ts"
import type { InstanceLaw } from "../../src/law/instance-law.ts"
import type { FiniteInstance } from "../../src/instance/instance.ts"
import { instances, seeds } from "../../src/arbitrary/instance.ts"

/** Seed of this session's cases. */
export const SEED = Number(process.env.COVERBOUND_SEED ?? 1)

const said = ({ what, measured, bound }: Finding): string => `${what}: ${measured}, expected at most ${bound}`

/** Asserts a law of anything. */
export const assertFindings = <A>(
  cases: fc.Arbitrary<A>,
  law: (a: A) => ReadonlyArray<Finding>,
  numRuns = 800
): void => {
  const result = fc.check(
    fc.property(cases, (a) => firstBroken(law(a)) === undefined),
    { numRuns, seed: SEED }
  )
  if (!result.failed) return
  const [smallest] = result.counterexample!
  const why = told(() => firstBroken(law(smallest)))
  throw new Error(
    `${why} at ${fc.stringify(smallest)} (after ${result.numShrinks} shrinks; seed ${result.seed}, path ${result.counterexamplePath})`
  )
}

/** What a law says of its counterexample: the clause that fails, or what it threw. */
const told = (look: () => Finding | undefined): string => {
  try {
    const finding = look()
    return finding === undefined ? "holds when looked at again: the law is not deterministic" : said(finding)
  } catch (thrown) {
    return `threw ${String(thrown)}`
  }
}

/** A law with an instance in it, broken: the counterexample after shrinking. */
export interface Broken {
  readonly exact: FiniteInstance
  readonly seed: number
  /** What the law says of it. */
  readonly why: string
}

/** Searches for an instance that breaks the law, and shrinks it. */
export const searchInstance = (
  law: Pick<InstanceLaw, "id" | "check">,
  {
    numRuns = 1000,
    cases = instances()
  }: { readonly numRuns?: number; readonly cases?: fc.Arbitrary<FiniteInstance> } = {}
): Broken | undefined => {
  const broken = (exact: FiniteInstance, seed: number): Finding | undefined =>
    firstBroken(law.check(exact, lawStream(law.id, seed)))
  const result = fc.check(
    fc.property(cases, seeds, (exact, seed) => broken(exact, seed) === undefined),
    { numRuns, seed: SEED }
  )
  if (!result.failed) return undefined
  const [exact, seed] = result.counterexample!
  return { exact, seed, why: told(() => broken(exact, seed)) }
}

/** Asserts an instance law; a counterexample is saved and its replay command told. */
export const assertLaw = (law: InstanceLaw, options?: Parameters<typeof searchInstance>[1]): void => {
  const found = searchInstance(law, options)
  if (found === undefined) return
  const { path, command } = saveCounterexample(law.id, found)
  throw new Error(`${law.id} (${law.title}) is broken: ${found.why}\n  instance: ${path}\n  replay:   ${command}`)
}
