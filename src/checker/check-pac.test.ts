/** T9's certificates: a true one, and what the checker says where its parameters or premises are not T9's, everything else being made to fit. */
import * as Effect from "effect/Effect"
import { beforeAll, describe, expect, it } from "vitest"
import { edit, type Edit } from "../../properties/certificate/changed.ts"
import { adversaries } from "../../properties/certificate/mutants.ts"
import { mtss } from "../algorithm/mtss.ts"
import { audit } from "../audit/audit.ts"
import { replay } from "../certificate/replay.ts"
import { writeCertificates } from "../certificate/write.ts"
import { instanceDigest } from "../instance/digest.ts"
import { tokenChainFamily } from "../instance/families/token-chain.ts"
import { instantiate } from "../instance/family.ts"
import { problemOf } from "../oracle/interpreter.ts"
import { optimum } from "../policy/optimum.ts"
import { goalFor } from "../run/goal.ts"
import type { Certificate } from "./certificate.ts"
import { check } from "./check.ts"

const chain = instantiate(tokenChainFamily, { H: 2, C: 1.5, noise: "bernoulli" })
let written: ReadonlyMap<string, Certificate> = new Map()

beforeAll(async () => {
  const problem = problemOf(chain)
  const goal = goalFor(chain, optimum(chain.exact), 0.1 * chain.exact.rewardRange, 0.02)
  const { judgements, records, subject } = await Effect.runPromise(
    audit({
      algorithm: mtss,
      instance: chain,
      digest: instanceDigest(chain),
      parameters: mtss.fromTheory(problem, goal),
      goal,
      interpreter: "exact-law",
      seed: 3,
      trials: 2,
      level: 0.01
    })
  )
  const environment = { package: "0.0.0", node: "24.0.0", backend: "js" }
  const all = writeCertificates({ subject, records, judgements, environment })
  written = new Map(all.flatMap((w) => ("certificate" in w ? [[`${w.theorem}/${w.part}`, w.certificate]] : [])))
})

const answer = (
  name: string,
  edits: Readonly<Record<string, Edit>>,
  fit: keyof typeof adversaries = "makes everything fit"
): string => {
  const document = edit(written.get(name)!, edits)
  const result = check(JSON.stringify(adversaries[fit](document) ?? document))
  return result.status === "accepted" ? "accepted" : `${result.reason.code} ${result.reason.path}`
}

const P = "claim.parameters."
const less = (n: number) => Math.floor(0.99 * n)

describe("a certificate of T9", () => {
  it("is written of restarts, costs, layers and ε, and accepted", () => {
    expect([...written.keys()].filter((name) => name.startsWith("T9"))).toEqual([
      "T9/restarts",
      "T9/T_data",
      "T9/T_comp",
      "T9/regression",
      "T9/epsilon"
    ])
    for (const name of written.keys()) expect([name, answer(name, {})]).toEqual([name, "accepted"])
  })

  it.each([
    [`${P}rollouts`, less],
    [`${P}certifyingRollouts`, less],
    [`${P}tokensPerPrefix`, less],
    [`${P}trials`, less],
    [`${P}promise`, (n: number) => 0.99 * n],
    [`${P}lambda`, (n: number) => 1.01 * n],
    [`${P}nu`, (n: number) => 0.99 * n],
    [`${P}precision`, () => 0.01],
    ["claim.goal.delta", () => 0.3],
    ["claim.goal.conditionalCoverage", () => undefined],
    ["instance.problem.tokens.noiseFree", () => true]
  ] as const)("is rejected as T9's with another %s", (path, change) => {
    const reason = answer("T9/epsilon", { [path]: change as Edit })
    expect(reason).toMatch(/^hypothesis /)
    // What is named is the changed field, or one that it enters.
    if (path.startsWith(P) && !path.endsWith("lambda")) expect(reason).toBe(`hypothesis ${path}`)
  })

  it("of another C_cond or B than was met is rejected: T_span and λ depend on them", () => {
    expect(answer("T9/epsilon", { "claim.goal.conditionalCoverage": 1.6 })).toBe(
      "hypothesis claim.parameters.tokensPerPrefix"
    )
    expect(answer("T9/epsilon", { "instance.problem.tokens.parameterRadius": 2 })).toBe(
      "hypothesis claim.parameters.lambda"
    )
  })

  it("of its layers counts those that are off by more than b, of every trial and every layer", () => {
    const { claim, evidence } = written.get("T9/regression")!
    expect(claim.statement).toMatch(/^P\(a layer is off theta\* by more than b\) <= 0\.06: 0 of 2; log e-value/)
    if (evidence.kind !== "identity" || evidence.identity.kind !== "layers") throw new Error(evidence.kind)
    const statement = (edits: Readonly<Record<string, Edit>>) =>
      (
        adversaries["makes everything fit"](edit(written.get("T9/regression")!, edits)) as {
          claim: { statement: string }
        }
      ).claim.statement
    // b = 0.1 and less; σ of its design is about 1: a layer off by 1 counts, whichever it is.
    for (const layer of [0, 1])
      expect(statement({ [`evidence.identity.fits[1].thetas[${layer}][0]`]: (t: number) => t + 1 })).toMatch(
        /: 1 of 2;/
      )
    expect(answer("T9/regression", { "evidence.identity.fits[0].features[1]": [] })).toBe("evidence evidence.identity")
    expect(answer("T9/regression", { "evidence.identity.fits": (f: ReadonlyArray<never>) => f.slice(1) })).toBe(
      "evidence evidence.identity"
    )
    expect(answer("T9/regression", { "evidence.identity.stars": (s: ReadonlyArray<never>) => s.slice(1) })).toBe(
      "evidence evidence.identity"
    )
    expect(answer("T9/regression", { [`${P}rollouts`]: less })).toBe(`hypothesis ${P}rollouts`)
  })

  it("is run again: layers and stars, to the last digit", async () => {
    const again = (edits: Readonly<Record<string, Edit>>) =>
      Effect.runPromise(
        replay(edit(written.get("T9/regression")!, edits) as never, { trials: [0], resolve: () => chain })
      )
    expect(await again({})).toEqual({ trials: [0], differences: [] })
    const off = await again({
      "evidence.identity.stars[0][0]": (t: number) => t + 1e-6,
      "evidence.identity.fits[0].thetas[1][0]": (t: number) => t + 1e-9
    })
    expect(off.differences.map(({ path }) => path)).toEqual([
      "evidence.identity.stars[0][0]",
      "evidence.identity.fits[0].thetas[1][0]"
    ])
  })

  it("of costs past its bounds is refuted", () => {
    const past = { "evidence.runs.trials[0].ledger.rewards": "99999999999999" }
    expect(answer("T9/T_data", past, "keeps its verdict")).toBe("verdict verdict")
    const drawn = { "evidence.runs.trials[0].ledger.tokenSampling": "9".repeat(30) }
    expect(answer("T9/T_comp", drawn, "keeps its verdict")).toBe("verdict verdict")
  })
})
