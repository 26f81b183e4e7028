/** What a user knows of responses: φ by checks, and the reward. Both are functions of a prompt and a response, made wherever their module runs. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { shown } from "../instance/invalid-instance.ts"
import { requireCount, requirePositive } from "../statistics/domain.ts"

/** A verifier said what it must not – a feature of another length, a reward outside of its range –, in one line. */
export class ChecksFailed extends Data.TaggedError("ChecksFailed")<{ readonly what: string }> {
  override get message(): string {
    return this.what
  }
}

/** A response that is to be judged. */
export interface Asked {
  /** Prompt number. */
  readonly x: number
  readonly text: string
  /** Whether the model ended it itself, or was cut off. */
  readonly finished: boolean
}

/** What a check or a reward gave; `failed` says why it gave none (it threw, or never ended), which counts as zeros. */
export interface Verdict<A> {
  readonly value: A
  readonly failed?: string
}

/** What a live run knows of responses: φ and rewards, and the constants that theory is told. */
export interface Verifier {
  /** d. */
  readonly dimension: number
  /** What each coordinate of φ says, where its module has names. */
  readonly names: ReadonlyArray<string> | undefined
  /** R: rewards lie in [0, R]. */
  readonly rewardRange: number
  /** B ≥ ‖θ*‖. */
  readonly parameterRadius: number
  /** Whether two rewards of one response may differ. */
  readonly noisy: boolean
  /** φ of each, ‖φ‖₂ ≤ 1. */
  readonly features: (
    asked: ReadonlyArray<Asked>
  ) => Effect.Effect<ReadonlyArray<Verdict<ReadonlyArray<number>>>, ChecksFailed>
  readonly reward: (asked: Asked) => Effect.Effect<Verdict<number>, ChecksFailed>
}

/** Rounding that φ's length is forgiven. */
const ROUNDING = 1e-9

/** What is wrong with a value as φ: d finite numbers, ‖φ‖₂ ≤ 1. undefined where nothing is. */
export const featuresProblem = (value: unknown, dimension: number): string | undefined => {
  if (!Array.isArray(value) || value.length !== dimension || !value.every(Number.isFinite))
    return `${shown(value)}, expected ${dimension} finite numbers`
  const norm = Math.hypot(...(value as Array<number>))
  return norm <= 1 + ROUNDING ? undefined : `φ of length ${norm}, expected at most 1`
}

/** What is wrong with a value as a reward in [0, range]; undefined where nothing is. */
export const rewardProblem = (value: unknown, range: number): string | undefined =>
  typeof value === "number" && value >= 0 && value <= range
    ? undefined
    : `${shown(value)}, expected a number in [0, ${range}]`

/** What {@link verifier} is made of. */
export interface VerifierOptions extends Partial<Pick<Verifier, "names" | "noisy" | "rewardRange">> {
  /** The prompts of the runs, by number. */
  readonly prompts: ReadonlyArray<string>
  /** d. */
  readonly dimension: number
  /** B ≥ ‖θ*‖. */
  readonly parameterRadius: number
  /** φ(x, y), length d, ‖φ‖₂ ≤ 1. */
  readonly features: (prompt: string, response: string) => ReadonlyArray<number>
  /** In [0, R]. */
  readonly reward: (prompt: string, response: string) => number
}

/**
 * A verifier by two functions of this process. Responses that the model did not end itself have features and reward 0, and so has one at which a function throws, which
 * the run counts as a failure; what is no φ and no reward ends the run (ChecksFailed); so does a promise, which is not waited for.
 * @throws RangeError where d, R or B is out of range, or names are not d
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { verifier } from "coverbound/lm"
 *
 * const even = verifier({
 *   prompts: ["an even number:"],
 *   dimension: 1,
 *   parameterRadius: 1,
 *   features: (_, response) => [response.length > 0 ? 1 : 0],
 *   reward: (_, response) => (Number(response) % 2 === 0 ? 1 : 0)
 * })
 * console.log(Effect.runSync(even.reward({ x: 0, text: "12", finished: true })).value) // => 1
 * ```
 */
export const verifier = ({
  dimension,
  features,
  names,
  noisy = false,
  parameterRadius,
  prompts,
  reward,
  rewardRange = 1
}: VerifierOptions): Verifier => {
  requireCount("dimension", dimension)
  requirePositive("parameterRadius", parameterRadius)
  requirePositive("rewardRange", rewardRange)
  if (names !== undefined && names.length !== dimension)
    throw new RangeError(`names: ${names.length}, expected ${dimension}, one a coordinate of φ`)
  const zeros = new Array<number>(dimension).fill(0)
  const given = <A>(
    what: "features" | "reward",
    none: A,
    by: (prompt: string, response: string) => A,
    problem: (value: unknown) => string | undefined,
    { finished, text, x }: Asked
  ): Effect.Effect<Verdict<A>, ChecksFailed> => {
    if (!finished) return Effect.succeed({ value: none })
    let value: A
    try {
      value = by(prompts[x], text)
    } catch (error) {
      return Effect.succeed({ value: none, failed: error instanceof Error ? error.message : String(error) })
    }
    const wrong = problem(value)
    // What a promise comes to is not waited for; a rejection that nobody hears would end the process.
    const promised: unknown = value
    if (promised instanceof Promise) promised.catch(() => {})
    return wrong === undefined
      ? Effect.succeed({ value })
      : Effect.fail(new ChecksFailed({ what: `${what}: ${wrong} (response ${JSON.stringify(text.slice(0, 60))})` }))
  }
  return {
    dimension,
    names,
    noisy,
    parameterRadius,
    rewardRange,
    features: (asked) =>
      Effect.forEach(asked, (one) =>
        given("features", zeros, features, (value) => featuresProblem(value, dimension), one)
      ),
    reward: (asked) =>
      Effect.suspend(() => given("reward", 0, reward, (value) => rewardProblem(value, rewardRange), asked))
  }
}
