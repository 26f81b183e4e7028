/** MTSS (t8-mtss.md) as a program: what it reaches, what it reuses, that it is the same run however its oracle answers. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { runTrial } from "../run/run-trial.ts"
import { tokenBigramFamily } from "../instance/families/token-bigram.ts"
import { tokenChain } from "../instance/families/token-chain.ts"
import { tokenLock } from "../instance/families/token-lock.ts"
import { instantiate } from "../instance/family.ts"
import type { Instance } from "../instance/instance.ts"
import { layerParameters, valuesOf } from "../instance/token-values.ts"
import { Stream } from "../numeric/stream.ts"
import { openOracles, problemOf } from "../oracle/interpreter.ts"
import { Journal } from "../oracle/journal.ts"
import { Prompts, Rewards, TokenSampling } from "../oracle/services.ts"
import { optimum } from "../policy/optimum.ts"
import { evaluateTokens } from "../policy/token-evaluate.ts"
import { mtss } from "./mtss.ts"
import { LEAST_ROLLOUTS, type MtssParameters, mtssParameters, practicalMtssParameters } from "./mtss-parameters.ts"

const goalOf = (instance: Instance, epsilon: number) => ({
  epsilon,
  delta: 0.02,
  coverage: optimum(instance.exact).coverage,
  conditionalCoverage: valuesOf(instance.tokens!, instance.exact).conditionalCoverage
})

const trial = (instance: Instance, epsilon: number, options: Partial<Parameters<typeof runTrial>[0]> = {}) =>
  Effect.runPromise(
    runTrial({
      algorithm: mtss,
      instance,
      digest: "test",
      parameters: options.parameters ?? mtss.practical(problemOf(instance), goalOf(instance, epsilon)),
      interpreter: "literal",
      seed: 5,
      trial: 0,
      ...options
    })
  )

const chain = tokenChain({ H: 12, C: 1.5 }, "chain")
const lock = tokenLock({ A: 4, H: 10 }, "lock")
const bigram = instantiate(tokenBigramFamily, { H: 5, seed: 3, zeros: 0.1 })
const noisy = instantiate(tokenBigramFamily, { H: 3, classes: 2, seed: 3, noise: "bernoulli" })

describe("MTSS", () => {
  it.each([
    ["TokenChain", chain, 0.1 * chain.exact.rewardRange],
    ["TokenLock", lock, 0.13 * lock.exact.beta],
    ["a bigram chain", bigram, 0.1],
    ["a noisy bigram chain", noisy, 0.1]
  ] as const)("reaches its goal on %s, under both interpreters", async (_, instance, epsilon) => {
    for (const interpreter of ["literal", "exact-law"] as const) {
      const run = await trial(instance, epsilon, { interpreter })
      expect(run.outcome).toBe("completed")
      expect(run.suboptimality.kind).toBe("exact")
      expect(run.suboptimality.value).toBeLessThan(epsilon)
      expect(run.layers!.restarts).toBe(run.layers!.acceptedLayers.length)
      expect(run.ledger.samplingQueries).toBe(run.ledger.perOracle.tokenSampling)
    }
  })

  it("refits after a Check only what changed", async () => {
    const problem = problemOf(bigram)
    const session = openOracles(bigram, { interpreter: "exact-law", stream: Stream.fromSeed(4) })
    // Rewards asked for in each pass before its first token: targets of the last layer, which need no rollout.
    let early = 0
    let begun = false
    let asked = 0
    const passes: Array<{
      readonly after: number
      readonly early: number
      readonly asked: number
      readonly owed: number
    }> = []
    const pairs = new Array<number>(bigram.tokens!.horizon).fill(0)
    let after = -1
    const tokens = Context.get(session.services, TokenSampling)
    const rewards = Context.get(session.services, Rewards)
    const services = session.services.pipe(
      Context.add(TokenSampling, {
        ...tokens,
        immediate: {
          ...tokens.immediate!,
          checkedTilt: (prefix, request, visits) => {
            begun = true
            return tokens.immediate!.checkedTilt(prefix, request, visits)
          }
        }
      }),
      Context.add(Rewards, {
        ...rewards,
        immediate: {
          ...rewards.immediate!,
          querySum: (response, n) => {
            if (!begun) early += n
            asked += n
            return rewards.immediate!.querySum(response, n)
          }
        }
      })
    )
    // Two tokens a Check: some directions are found late, when layers have been fitted.
    const parameters = { ...mtss.practical(problem, goalOf(bigram, 0.1)), tokensPerPrefix: 2 }
    const program = mtss.run(problem, parameters).pipe(
      Effect.provideContext(services),
      Effect.provideService(Journal, {
        checkpoint: () => "continue" as const,
        progress: () => {},
        pass: () => {
          // What a pass that refits every layer owes targets: the new pair, and every pair of the layers below.
          const below = after < 0 ? 0 : 1 + pairs.slice(0, after).reduce((sum, n) => sum + n, 0)
          passes.push({ after, early, asked, owed: 2 * LEAST_ROLLOUTS * below })
          early = asked = 0
          begun = false
        },
        accepted: (_, layer) => {
          after = layer!
          pairs[after]++
        }
      })
    )
    await Effect.runPromise(program)
    const last = bigram.tokens!.horizon - 1
    // A new pair of the last layer is rewarded LEAST_ROLLOUTS times on each side; its older pairs, and the last layer after a Check elsewhere, not at all.
    expect(passes.filter((p) => p.after === last).length).toBeGreaterThan(2)
    let whole = 0
    passes.forEach((pass, i) => {
      expect(pass.early).toBe(pass.after === last ? 2 * LEAST_ROLLOUTS : 0)
      // Layer 0 is visited by certifying rollouts alone: a pass that ended there had refitted all it must.
      if (i < passes.length - 1 && passes[i + 1].after !== 0) return
      expect(pass.asked).toBeGreaterThanOrEqual(pass.owed)
      if (pass.owed > 2 * LEAST_ROLLOUTS) whole++
    })
    expect(whole).toBeGreaterThan(0)
  })

  it("finds the lock's path one layer a restart, and its values", async () => {
    const run = await trial(lock, 0.13 * lock.exact.beta)
    expect([...run.layers!.acceptedLayers]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    const policy = run.policy
    if (policy.kind !== "token-tilted") throw new TypeError(policy.kind)
    const values = valuesOf(lock.tokens!, lock.exact)
    layerParameters(lock.tokens!, values).forEach(({ theta }, h) => {
      expect(Math.abs(policy.thetas[h] - theta[0])).toBeLessThan(0.5 * lock.exact.beta)
    })
    const found = evaluateTokens(lock.tokens!, lock.exact, policy, values)
    expect(found.suboptimality).toBe(run.suboptimality.value)
    expect(found.conditionalCoverage).toBeGreaterThan(3.5)
    expect(found.conditionalCoverage).toBeLessThanOrEqual(4)
  })

  it("is the same run whatever the batch, and another one with another seed", async () => {
    const [a, b, c] = [
      await trial(bigram, 0.1),
      await trial(bigram, 0.1, { batch: 5 }),
      await trial(bigram, 0.1, { seed: 6 })
    ]
    expect(b).toEqual(a)
    expect(c.transcript).not.toEqual(a.transcript)
  })

  it("is the same run where the oracle does not answer at once", async () => {
    const problem = problemOf(bigram)
    const parameters = mtss.practical(problem, goalOf(bigram, 0.1))
    const digest = async (immediate: boolean): Promise<string> => {
      const session = openOracles(bigram, { interpreter: "exact-law", stream: Stream.fromSeed(4) })
      const strip = <S extends { readonly immediate?: unknown }>(service: S): S => {
        const { immediate: _, ...rest } = service
        return rest as S
      }
      const services = immediate
        ? session.services
        : session.services.pipe(
            Context.add(Prompts, strip(Context.get(session.services, Prompts))),
            Context.add(Rewards, strip(Context.get(session.services, Rewards))),
            Context.add(TokenSampling, strip(Context.get(session.services, TokenSampling)))
          )
      await Effect.runPromise(Effect.provideContext(mtss.run(problem, parameters), services))
      return session.transcript.digest().sha256
    }
    expect(await digest(false)).toBe(await digest(true))
  })

  it("does not begin where responses come whole", async () => {
    const { tokens: _, ...whole } = chain
    const parameters = mtss.practical(problemOf(chain), goalOf(chain, 1))
    await expect(trial(whole, 1, { parameters })).rejects.toThrow(
      /^instance: chain draws whole responses, expected one with tokens/
    )
  })

  it("ends at a spent budget with what was learned, and stops where the experiment has seen enough", async () => {
    const full = await trial(chain, 0.1 * chain.exact.rewardRange)
    const samplingQueries = (3n * full.ledger.samplingQueries) / 4n
    const cut = await trial(chain, 0.1 * chain.exact.rewardRange, { budget: { samplingQueries } })
    expect(cut.outcome).toBe("budget-exhausted")
    expect(cut.ledger.samplingQueries).toBe(samplingQueries)
    expect(cut.policy.kind).toBe("token-tilted")
    const stopped = await trial(chain, 0.1 * chain.exact.rewardRange, { target: 0.1 * chain.exact.rewardRange })
    expect(stopped.outcome).toBe("stopped")
    expect(stopped.suboptimality.value).toBeLessThanOrEqual(0.1 * chain.exact.rewardRange)
    expect(stopped.ledger.samplingQueries).toBeLessThan(full.ledger.samplingQueries)
  })
})

describe("parameters", () => {
  it("ask for C_cond and for tokens in one line", () => {
    const { tokens: _, ...whole } = problemOf(chain)
    expect(() => mtssParameters(whole, goalOf(chain, 1))).toThrow(/^problem\.tokens: missing, expected/)
    const { conditionalCoverage: __, ...blind } = goalOf(chain, 1)
    expect(() => mtssParameters(problemOf(chain), blind)).toThrow(/^goal\.conditionalCoverage: missing, expected/)
  })

  it("do not depend on C_cov, and grow with H by powers", () => {
    const at = (H: number): MtssParameters => {
      const instance = tokenChain({ H, C: 1.5 }, "chain")
      return practicalMtssParameters(problemOf(instance), goalOf(instance, 0.1 * instance.exact.rewardRange))
    }
    expect(at(256).tokensPerPrefix).toBeLessThanOrEqual(40 * at(1).tokensPerPrefix)
    expect(at(256).rollouts).toBeLessThanOrEqual(16)
  })
})
