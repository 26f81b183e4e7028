/**
 * Questions of arithmetic to an embedded transformer, as an instance: π_ref is the model's own law of answers, enumerated; φ are checks of an answer; the
 * reward is full verification. Whether it is linear in φ is checked on every response, not assumed.
 *
 * An answer is cut off at the horizon, or where its prefix has become too rare to follow; it then counts as wrong, with φ = 0, and a sampler cuts off by the
 * same rule. The right answer's own path is always followed, so that p(right), and with it J*, C_cov and pass@k, are those of the model without that rule.
 */
import { type Family, family, type ValuesOf } from "../instance/family.ts"
import {
  betaOption,
  choiceOption,
  noiseOption,
  numberOption,
  seedOption,
  wholeOption
} from "../instance/family-options.ts"
import type { FiniteInstance, Instance } from "../instance/instance.ts"
import { refuse } from "../instance/invalid-instance.ts"
import { finiteInstance, partsOf } from "../instance/make-instance.ts"
import { closestLinear, linearResidual } from "../instance/misspecification.ts"
import { normalForm, REALIZABILITY_TOLERANCE, validateFinite } from "../instance/validate.ts"
import { CHECK_NAMES, checkAnswer, type CheckSet, JOINT } from "./answer-checks.ts"
import { heldOutQuestions, type Question, rightProbabilities } from "./arithmetic-questions.ts"
import { type AnswerTokens, answerTokens } from "./answer-tokens.ts"
import { checkpoint, CHECKPOINTS } from "./checkpoints.ts"
import type { LanguageModel } from "./language-model.ts"
import { type ResponseLaw, responseLaw } from "./response-law.ts"

const arithmeticOptions = {
  checkpoint: choiceOption("tokens the model was trained on", CHECKPOINTS, "1M"),
  questions: wholeOption("number of questions", 1, 256, 16),
  limit: wholeOption("numbers are below it", 10, 1000, 100),
  least: numberOption("least p(right) of a question", 0, 1, 0),
  most: numberOption("largest p(right); 1e-3 for the hard ones", 0, 1, 1),
  seed: seedOption("chooses the questions", 7),
  checks: choiceOption("features; separate ones leave the reward nonlinear", ["joint", "separate"], "joint"),
  beta: betaOption(0.1),
  floor: numberOption("prefixes of less mass are not followed", 1e-7, 1, 1e-4),
  // The longest right answer has four digits and an end.
  horizon: wholeOption("tokens of an answer", 5, 8, 6),
  slip: numberOption("chance that a verification is wrong", 0, 0.49, 0),
  noise: noiseOption(["none", "bernoulli"], "none")
}

type ArithmeticOptions = ValuesOf<typeof arithmeticOptions>

/** Questions looked at before a stratum counts as empty. */
const MOST_CANDIDATES = 4096
const AT_ONCE = 64

/** The next `count` of them, or as many as there are. */
const taken = (all: Iterator<Question>, count: number): ReadonlyArray<Question> => {
  const some: Array<Question> = []
  for (let next = all.next(); next.done !== true; next = all.next()) if (some.push(next.value) === count) break
  return some
}

/** The first questions of the seed's order whose p(right) lies in the stratum. @throws InvalidInstance where there are too few. */
const chooseQuestions = ({ model, tokenizer }: LanguageModel, options: ArithmeticOptions): ReadonlyArray<Question> => {
  const { least, limit, most, questions, seed } = options
  const chosen: Array<Question> = []
  const all = heldOutQuestions(seed, limit)
  let looked = 0
  while (looked < MOST_CANDIDATES) {
    const candidates = taken(all, least === 0 && most === 1 ? questions : AT_ONCE)
    if (candidates.length === 0) break
    looked += candidates.length
    const p = rightProbabilities(model, tokenizer, candidates)
    chosen.push(...candidates.filter((_, i) => p[i] >= least && p[i] <= most))
    if (chosen.length >= questions) return chosen.slice(0, questions)
  }
  return refuse(
    "instance",
    `arithmetic:questions=${questions},least=${least},most=${most}`,
    `at most ${chosen.length} questions: no more among ${looked} with numbers below ${limit} have p(right) there`
  )
}

/** The sequence side: every response a row, in order of falling mass. */
const tableOf = (
  asked: ReadonlyArray<Question>,
  laws: ReadonlyArray<ResponseLaw>,
  { digest, name }: LanguageModel,
  { beta, checks, noise, slip }: ArithmeticOptions
): FiniteInstance => {
  const d = CHECK_NAMES[checks].length
  const offsets = new Int32Array(asked.length + 1)
  laws.forEach(({ texts }, x) => (offsets[x + 1] = offsets[x] + texts.length))
  const N = offsets[asked.length]
  const [reference, features, meanReward] = [new Float64Array(N), new Float64Array(N * d), new Float64Array(N)]
  const responseLabels: Array<string> = []
  laws.forEach(({ finished, mass, texts }, x) => {
    reference.set(mass, offsets[x])
    const answer = String(asked[x].answer)
    texts.forEach((text, y) => {
      const row = offsets[x] + y
      const whole = finished[y] === 1
      if (whole) checkAnswer(asked[x], text, checks, features, row * d)
      meanReward[row] = whole && text === answer ? 1 - slip : slip
      responseLabels.push(whole ? text : `${text}…`)
    })
  })
  const table = {
    name: `arithmetic, checkpoint ${name} (weights ${digest.slice(0, 16)})`,
    dimension: d,
    beta,
    rewardRange: 1,
    noise: { kind: noise },
    promptProbabilities: new Float64Array(asked.length).fill(1 / asked.length),
    offsets,
    reference,
    features,
    meanReward,
    promptLabels: asked.map(({ text }) => `${text}=`),
    responseLabels
  } as const
  return { ...table, ...linearPart(table, checks, slip) }
}

/** θ* and its ball; where the reward is not linear, the closest θ and by how much it misses. */
const linearPart = (
  table: Omit<FiniteInstance, "thetaStar" | "parameterSet">,
  checks: CheckSet,
  slip: number
): Pick<FiniteInstance, "thetaStar" | "parameterSet" | "misspecification"> => {
  const verified = new Float64Array(table.dimension)
  if (checks === "joint") verified[table.dimension - 1] = (1 - 2 * slip) / JOINT
  const realized = linearResidual(table, verified).againstFirst <= REALIZABILITY_TOLERANCE
  if (realized) return { thetaStar: verified, parameterSet: { kind: "ball", radius: RADIUS } }
  const thetaStar = closestLinear(table)
  const size = Math.sqrt(thetaStar.reduce((sum, t) => sum + t * t, 0))
  return {
    thetaStar,
    parameterSet: { kind: "ball", radius: Math.max(RADIUS, 1.000001 * size) },
    // Rounded up, so that what is checked again by other sums holds.
    misspecification: linearResidual(table, thetaStar).againstFirst * (1 + 1e-9)
  }
}

/** B: 1/{@link JOINT}, rounded up. */
const RADIUS = 1.5

const largest = (values: ReadonlyArray<number>): number => values.reduce((most, v) => Math.max(most, v), 0)
const percent = (share: number): string => `${(100 * share).toPrecision(2)} %`

/** What the audit shows beside the numbers. */
const factsOf = (
  table: FiniteInstance,
  laws: ReadonlyArray<ResponseLaw>,
  one: LanguageModel,
  { floor, horizon }: ArithmeticOptions
): ReadonlyArray<string> => {
  const cut = laws.map(({ unfinishedMass }) => unfinishedMass)
  const { rms, sup } = linearResidual(table, table.thetaStar)
  return [
    `weights: checkpoint ${one.name}, SHA-256 ${one.digest}`,
    `law: ${table.reference.length} responses enumerated; ${percent(cut.reduce((s, v) => s + v, 0) / cut.length)} of the mass (at most ${percent(largest(cut))} at a question) is cut off, after ${horizon} tokens or below ${floor}, and counts as wrong with φ = 0. No right answer is cut off: J*, C_cov and pass@k are the model's own`,
    table.misspecification === undefined
      ? "reward: linear in φ, checked on every response"
      : `reward: not linear in φ; the closest θ is off by up to ${sup.toPrecision(3)} (sup, a constant per prompt free) and ${rms.toPrecision(3)} (L² under π_ref)`
  ]
}

const tokenFact = (tokens: AnswerTokens | undefined, questions: number): string =>
  tokens === undefined
    ? "tokens: no token side, its table would pass 2^22 features; ask fewer questions"
    : `tokens: φ marks, question by question (d = ${questions}), what continues the right answer: Q* is off linear by ${tokens.residual.toPrecision(2)}; one mark for all questions would leave it off by ${tokens.sharedResidual.toPrecision(3)}`

/** @param spec canonical SPEC of the options. @throws InvalidInstance, and BackendUnavailable where the checkpoint is not there */
const arithmeticInstance = (options: ArithmeticOptions, spec: string): Instance => {
  const one = checkpoint(options.checkpoint)
  const asked = chooseQuestions(one, options)
  const laws = asked.map(({ answer, text }) =>
    responseLaw(one.model, one.tokenizer, `${text}=`, {
      horizon: options.horizon,
      floor: options.floor,
      keeps: (prefix) => `${answer}`.startsWith(prefix)
    })
  )
  const table = normalForm(validateFinite(tableOf(asked, laws, one, options)))
  const instance = finiteInstance(table, spec)
  const { exact, responses } = partsOf(instance)!
  const tokens = answerTokens(exact, responses.rowOf, asked, laws, one.tokenizer, options.horizon)
  return {
    ...instance,
    ...(tokens === undefined ? {} : { tokens: tokens.tokens }),
    facts: [...factsOf(table, laws, one, options), tokenFact(tokens, asked.length)]
  }
}

/** `arithmetic:checkpoint=…,questions=…`: sums, differences and products asked of a character-level transformer, its answers enumerated, so that π_ref is exact. */
export const arithmeticFamily: Family = family({
  name: "arithmetic",
  summary: "held-out sums, differences and products, answered by a transformer at a checkpoint of its training",
  options: arithmeticOptions,
  make: arithmeticInstance
})
