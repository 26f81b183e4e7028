/**
 * What Effect costs of a T7 run, two ways. By profile: V8's samples of the run, by the file of the frame on top. By
 * comparison: the same draws, rewards and regressions by plain function calls on the oracle's synchronous operations,
 * in turn with the Effect program, with equal ledgers and equal last estimates.
 */
import { Session } from "node:inspector/promises"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { spannerSampling } from "../src/algorithm/spanner-sampling.ts"
import { trialStream } from "../src/run/run-trial.ts"
import { RidgeRegression } from "../src/numeric/gram.ts"
import { relativeFeature } from "../src/oracle/handle.ts"
import { openOracles, type OracleSession, problemOf } from "../src/oracle/interpreter.ts"
import type { LedgerSnapshot } from "../src/oracle/ledger.ts"
import { Prompts, Rewards, WeakSampling } from "../src/oracle/services.ts"
import type { TruncatedMixturePolicy } from "../src/policy/policy.ts"
import { series, spread } from "./measure.ts"
import { median } from "./median.ts"
import type { Suite } from "./suite.ts"
import { runT7, t7Case, type T7Case } from "./t7-case.ts"

const LIMIT = 0.2

/** Shares of a profile's samples by where the running function is from. */
type Shares = Record<"effect" | "coverbound" | "garbage collector" | "node and V8", number>

const place = (url: string, name: string): keyof Shares =>
  url.includes("/node_modules/effect/")
    ? "effect"
    : name === "(garbage collector)"
      ? "garbage collector"
      : url.startsWith("file:") || url.startsWith("wasm:")
        ? "coverbound"
        : "node and V8"

/** Microseconds between samples. */
const INTERVAL = 250

const profile = async (work: () => Promise<unknown>): Promise<Shares> => {
  const session = new Session()
  session.connect()
  await session.post("Profiler.enable")
  await session.post("Profiler.setSamplingInterval", { interval: INTERVAL })
  await session.post("Profiler.start")
  await work()
  const { nodes, samples = [] } = (await session.post("Profiler.stop")).profile
  session.disconnect()
  const frames = new Map(nodes.map((n) => [n.id, n.callFrame]))
  const shares: Shares = { effect: 0, coverbound: 0, "garbage collector": 0, "node and V8": 0 }
  let total = 0
  // Samples are counted, not weighted by the time since the last: that would charge a frame with what the scheduler gave to other processes.
  for (const id of samples) {
    const { url, functionName } = frames.get(id)!
    // Starting and stopping the profiler is no part of the run.
    if (functionName === "(idle)" || url === "node:inspector" || url === "node:inspector/promises") continue
    shares[place(url, functionName)]++
    total++
  }
  for (const key of Object.keys(shares) as ReadonlyArray<keyof Shares>) shares[key] /= total
  return shares
}

interface Finished {
  readonly ledger: LedgerSnapshot
  /** θ of the last round. */
  readonly last: Float64Array
}

const open = ({ instance }: T7Case, seed: number): OracleSession =>
  openOracles(instance, { interpreter: "exact-law", stream: trialStream(seed, 0).split("oracle") })

const byEffect = (t7: T7Case, seed: number): Finished => {
  const session = open(t7, seed)
  const run = spannerSampling.run(problemOf(t7.instance), t7.parameters)
  const policy = Effect.runSync(Effect.provideContext(run, session.services)) as TruncatedMixturePolicy
  const d = t7.instance.exact.dimension
  return { ledger: session.ledger.snapshot(), last: policy.thetas.slice((policy.count - 1) * d, policy.count * d) }
}

/**
 * SpannerSampling without Effect, but for phase 1: a sweep has no synchronous form, so its ten thousand, a few per
 * cent of the run, stay one generator.
 */
const byCalls = (t7: T7Case, seed: number): Finished => {
  const { parameters, instance } = t7
  const { dimension, beta, rewardRange: clip } = problemOf(instance)
  const session = open(t7, seed)
  const weak = Context.get(session.services, WeakSampling)
  const prompt = Context.get(session.services, Prompts).immediate!.draw
  const difference = Context.get(session.services, Rewards).immediate!.queryDifference
  const tiltedPair = weak.immediate!.tiltedPair
  const design = new RidgeRegression(dimension, parameters.lambda)
  const phi = new Float64Array(dimension)
  const test = () => ({ dimension, whitening: design.whitening(), nu: parameters.nu })
  const spanner = Effect.gen(function* () {
    for (let left = parameters.prompts; left > 0;) {
      const { promptsVisited, hit } = yield* weak.sweep(test(), parameters.pairsPerPrompt, left)
      left -= promptsVisited
      if (hit !== undefined) design.add(relativeFeature(hit.left, hit.right, phi), difference(hit))
    }
  })
  Effect.runSync(Effect.provideContext(spanner, session.services))
  const theta = new Float64Array(dimension)
  const request = {
    tilt: { theta, clip, truncation: test(), beta },
    promise: parameters.promise,
    delta: parameters.rejectionLevel
  }
  for (let t = 0; t < parameters.rounds; t++) {
    design.solve(theta)
    const { pair } = tiltedPair(prompt(1)[0], request)
    design.add(relativeFeature(pair.left, pair.right, phi), difference(pair))
  }
  return { ledger: session.ledger.snapshot(), last: theta }
}

/** Processor seconds of one call. */
const processorSeconds = (work: () => unknown): number => {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

const same = (a: Finished, b: Finished): boolean =>
  a.ledger.samplingQueries === b.ledger.samplingQueries &&
  a.ledger.rewardQueries === b.ledger.rewardQueries &&
  a.last.every((t, j) => t === b.last[j])

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`

export const effectOverhead: Suite = {
  name: "effect-overhead",
  summary: "Effect's share of a T7 run",
  run: async ({ quick, log }) => {
    const t7 = t7Case(1e4, 2)
    const rounds = quick ? 2 : 9
    await runT7(t7, 0)
    const shares: Array<Shares> = []
    const withEffect: Array<number> = []
    const without: Array<number> = []
    let equal = true
    for (let round = 0; round < rounds; round++) {
      log(`effect-overhead: round ${round + 1} of ${rounds}`)
      shares.push(await profile(() => runT7(t7, round)))
      equal &&= same(byEffect(t7, round), byCalls(t7, round))
      withEffect.push(processorSeconds(() => byEffect(t7, round)))
      without.push(processorSeconds(() => byCalls(t7, round)))
    }
    const overhead = withEffect.map((s, i) => s / without[i] - 1)
    const effect = shares.map((s) => s.effect)
    const upper = shares.map((s) => s.effect + s["garbage collector"])
    const kinds = Object.keys(shares[0]) as ReadonlyArray<keyof Shares>
    return {
      tables: [
        {
          title: `Profile of the run, samples every ${INTERVAL} µs (median (least–greatest), per cent)`,
          columns: ["frames of", "share"],
          rows: kinds.map((k) => [k, spread(shares.map((s) => 100 * s[k]))])
        },
        {
          title: "The algorithm alone (no checkpoints), processor seconds",
          columns: ["driver", "s"],
          rows: [
            ["Effect program", spread(withEffect, 3)],
            ["plain calls", spread(without, 3)],
            ["ratio − 1, per cent", spread(overhead.map((o) => 100 * o))]
          ]
        }
      ],
      targets: [
        {
          claim: `profile: Effect's frames under ${percent(LIMIT)} of a T7 run`,
          measured: `${percent(median(effect))}; ${percent(median(upper))} were all garbage Effect's`,
          held: median(upper) < LIMIT,
          kind: "timing"
        },
        {
          claim: `comparison: Effect program under ${percent(LIMIT)} above plain calls`,
          measured: percent(median(overhead)),
          held: median(overhead) < LIMIT,
          kind: "timing"
        },
        {
          claim: "both drivers charge the same ledger and end at the same estimate",
          measured: equal ? "equal" : "different",
          held: equal,
          kind: "result"
        }
      ],
      series: [
        series("profile, effect", "share", effect),
        series("Effect program", "s", withEffect),
        series("plain calls", "s", without)
      ],
      notes: []
    }
  }
}
