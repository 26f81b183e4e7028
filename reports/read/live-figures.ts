/** The figures of a live audit: accuracy of policies beside the base model's, and how many base draws a right answer takes, prompt by prompt. */
import { type Figure, type Layer, logAxis, shareAxis } from "../figure.ts"
import { count, real } from "../number-format.ts"

/** Right answers of so many, with an interval. */
export interface Answered {
  readonly right: number
  readonly answers: number
  readonly share: number
  readonly lower: number
  readonly upper: number
}

/** Right base draws at one prompt, with an interval of their share. */
export interface PromptRate {
  readonly prompt: string
  readonly draws: number
  readonly right: number
  readonly share: number
  readonly lower: number
  readonly upper: number
}

/** Rows of a figure. */
const MOST_RUNS = 8
const MOST_PROMPTS = 24

const POLICY = "learned policy"
const BASE = "base model"

/** None where nothing was answered. */
export const accuracyFigure = (
  all: ReadonlyArray<{ readonly trial: number; readonly policy: Answered; readonly base: Answered }>,
  target: number | undefined,
  level: number,
  id: string
): ReadonlyArray<Figure> => {
  if (all.length === 0) return []
  const runs = all.slice(0, MOST_RUNS)
  const of = (who: string, trial: number): string => (all.length === 1 ? who : `${who}, run ${trial + 1}`)
  const dots = (series: string, pick: "policy" | "base", beside: number): Layer => ({
    kind: "dots",
    series,
    points: runs.map((one, i) => {
      const { answers, lower, right, share, upper } = one[pick]
      return { x: share, y: 2 * i + beside, lower, upper, note: `${count(right)} of ${count(answers)} answers` }
    })
  })
  const text = ({ base, policy }: (typeof runs)[number]): string =>
    `${real(policy.share)} against ${real(base.share)} of the base model`
  return [
    {
      id,
      title: "Accuracy",
      caption: `Right answers of the learned policy and of the base model, fresh draws on an account of their own; intervals at level ${real(level)} each${target === undefined ? "" : "; upright, the target"}${all.length > MOST_RUNS ? `; the first ${MOST_RUNS} of ${all.length} runs` : ""}.`,
      alt: `${all.length === 1 ? "The learned policy" : "Learned policies"}: ${runs.map(text).join("; ")}.`,
      x: shareAxis("right answers →"),
      y: {
        label: "who answers",
        scale: "category",
        categories: runs.flatMap(({ trial }) => [of(POLICY, trial), of(BASE, trial)])
      },
      layers: [
        dots(POLICY, "policy", 0),
        dots(BASE, "base", 1),
        ...(target === undefined ? [] : [{ kind: "rule" as const, axis: "x" as const, label: "target", at: target }])
      ]
    }
  ]
}

/** 1/p at each prompt, the scale of coverage; none where no prompt was asked. @param rates those that are right least often first */
export const rateFigure = (
  rates: ReadonlyArray<PromptRate>,
  promised: number,
  level: number,
  id: string
): ReadonlyArray<Figure> => {
  if (rates.length === 0) return []
  const shown = rates.slice(0, MOST_PROMPTS)
  const placed = shown.map((one, y) => ({ ...one, y }))
  const note = ({ draws, right }: PromptRate): string => `${count(right)} of ${count(draws)} draws right`
  const [met, never] = [placed.filter(({ right }) => right > 0), placed.filter(({ right }) => right === 0)]
  const [hardest] = shown
  return [
    {
      id,
      title: "Base draws for a right answer",
      caption: `1/p at each prompt${rates.length > MOST_PROMPTS ? `, the ${MOST_PROMPTS} of ${count(rates.length)} that are right least often` : ""}; intervals hold for all prompts at once at level ${real(level)}${never.length === 0 ? "" : "; triangles: none was right, and it takes at least so many"}. Upright, the C_cov that was promised.`,
      alt: `The hardest of ${count(rates.length)} prompts, ${hardest.prompt}, takes ${hardest.right === 0 ? "at least " : ""}${real(1 / (hardest.share > 0 ? hardest.share : hardest.upper))} draws; C_cov ≤ ${real(promised)} was promised.`,
      x: logAxis("draws, 1/p →"),
      y: { label: "prompt", scale: "category", categories: shown.map(({ prompt }) => prompt) },
      layers: [
        {
          kind: "dots",
          series: BASE,
          points: met.map((one) => ({
            x: 1 / one.share,
            y: one.y,
            lower: 1 / one.upper,
            upper: 1 / one.lower,
            note: note(one)
          }))
        },
        {
          kind: "dots",
          series: "none right",
          points: never.map((one) => ({ x: 1 / one.upper, y: one.y, note: note(one) }))
        },
        { kind: "rule", axis: "x", label: "C promised", at: promised }
      ]
    }
  ]
}
