/** A candidate whose oracles give the draws of one request in the reverse of the order they made them in: they are independent, so nothing changes in law. */
import type { Response } from "../oracle/handle.ts"
import { promptOf } from "../oracle/handle.ts"
import { tapped } from "../oracle/tap.ts"
import type { Candidate } from "./candidate.ts"

/** Of each prompt the draws in reverse: each answer still stands where its prompt was asked. */
const reversedByPrompt = (drawn: ReadonlyArray<Response>): ReadonlyArray<Response> => {
  const open = new Map<unknown, Array<Response>>()
  for (const one of drawn) {
    const prompt = promptOf(one)
    open.set(prompt, [...(open.get(prompt) ?? []), one])
  }
  return drawn.map((one) => open.get(promptOf(one))!.pop()!)
}

export const mixedAnswers = (candidate: Candidate): Candidate => ({
  ...candidate,
  openOracles: (instance, options) => {
    const session = candidate.openOracles(instance, options)
    const services = tapped(session.services, ({ name }) => {
      if (name === "Prompts.draw") return { answer: (given) => (given as ReadonlyArray<unknown>).toReversed() }
      if (name === "WeakSampling.draw" || name === "StrongSampling.draw")
        return { answer: (given) => reversedByPrompt(given as ReadonlyArray<Response>) }
      return undefined
    })
    return { ...session, services }
  }
})
