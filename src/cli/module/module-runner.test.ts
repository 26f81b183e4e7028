/** Modules that do their worst: each costs its trial, gets a line that says what happened and where, and nothing hangs. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import { afterAll, describe, expect, it } from "vitest"
import { mtss } from "../../algorithm/mtss.ts"
import { spannerSampling } from "../../algorithm/spanner-sampling.ts"
import type { TrialJob } from "../../audit/outcome.ts"
import { inProcessRunner } from "../../audit/runner.ts"
import { loadInstance } from "../load-instance.ts"
import { type ModuleLimits, type ModuleRunner, openModule } from "./module-runner.ts"

// Outside the repository: what a module imports must resolve wherever it lies.
const home = mkdtempSync(join(tmpdir(), "coverbound-modules-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const HEAD = `import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { algorithm } from "coverbound"
const theta = (p, v = 0) => ({ kind: "linear-softmax", theta: new Float64Array(p.dimension).fill(v) })
const make = (run, over = {}) => algorithm({ name: "hostile", summary: "does its worst", proper: false, oracle: "weak",
  claims: ["T1"], parameters: Schema.Struct({}), fromTheory: () => ({}), practical: () => ({}), run, ...over })
`

let modules = 0
const module = (body: string, head = HEAD): string => {
  const path = join(home, `module-${modules++}.mjs`)
  writeFileSync(path, `${head}${body}\n`)
  return path
}

const LIMITS: ModuleLimits = { seconds: 1, memory: 96 }

const job = (over: Partial<TrialJob> = {}): TrialJob => ({
  spec: "random:d=2,prompts=2,responses=3,seed=1",
  goal: { epsilon: 0.1, delta: 0.1, coverage: 10 },
  parameters: "practical",
  interpreter: "exact-law",
  seed: 1,
  trial: 0,
  checkpoints: false,
  ...over
})

const using = <A>(path: string, use: (runner: ModuleRunner) => Effect.Effect<A>, limits = LIMITS) =>
  Effect.runPromise(
    Effect.scoped(Effect.flatMap(openModule(pathToFileURL(path).href, home, limits), use)).pipe(Effect.orDie)
  )

/** What the run does at dimension 1, 2, …: the kind of failure (undefined: it made no progress, which is none), and its line. */
const WORST: ReadonlyArray<readonly [body: string, kind: string | undefined, note: RegExp]> = [
  ["for (;;) {}", undefined, /^computed for more than 1 s of its processor's time without asking an oracle/],
  ["return Effect.never", undefined, /^did not settle in 1 s.*no oracle call yet/],
  ["return Effect.forever(Effect.yieldNow)", undefined, /^computed for more than 1 s .*no oracle call yet/],
  ["Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)", undefined, /^did nothing at all for 1 s/],
  ["return Effect.succeed(theta(p, NaN))", "policy", /^policy\.theta\[0\]: NaN, expected a finite/],
  ["p.beta = 100", "inputs", /^wrote to its input: .*'beta'.* \(at module-\d+\.mjs:\d+:\d+\)/],
  ["process.exit(0)", "exited", /^called process\.exit\(0\) \(at module-\d+\.mjs:\d+:\d+\)$/],
  ['throw new Error("boom")', "threw", /^Error: boom \(at module-\d+\.mjs:\d+:\d+\)$/],
  ["setInterval(() => {}, 50)", "leaked", /^left 1 timer running/],
  ["Math.exp = () => 1", "globals", /^changed Math\.exp/]
]

/** The same with memory, which takes a moment to fill. */
const GREEDY: typeof WORST = [
  ["const all = []; for (;;) all.push(new Array(1e6).fill(0.5))", "memory", /^filled its heap of 96 MiB/],
  ["const all = []; for (;;) all.push(new Uint8Array(2e7).fill(1))", "memory", /^held \d+ MiB of memory, where 96/]
]

const byDimension = (all: typeof WORST): string =>
  `const worst = [${all.map(([body]) => `(p) => { ${body} }`).join(", ")}]
   export default make((p) => Effect.suspend(() => worst[p.dimension - 1]?.(p) ?? Effect.succeed(theta(p))))`

const at = (dimension: number): TrialJob => job({ spec: `random:d=${dimension},prompts=2,responses=3,seed=1` })

describe("a module whose run does its worst", () => {
  it.each([
    [
      "loops, waits for ever, returns NaN, writes to its inputs, exits, throws, leaves timers, changes the language",
      WORST,
      1
    ],
    ["fills memory of either kind", GREEDY, 30]
  ] as const)("%s: each costs its trial, and the next is made", async (_, worst, seconds) => {
    const outcomes = await using(
      module(byDimension(worst)),
      (runner) => Effect.forEach([...worst.keys(), worst.length], (i) => runner.trial(at(i + 1))),
      { ...LIMITS, seconds }
    )
    worst.forEach(([, kind, note], i) => {
      const line = expect.stringMatching(note)
      expect(outcomes[i]).toMatchObject(
        kind === undefined ? { kind: "unfinished", why: line } : { kind: "failed", failure: { kind, note: line } }
      )
    })
    expect(outcomes.at(-1)).toMatchObject({ kind: "finished", record: { outcome: "completed" } })
  })
})

describe("a module that cannot be used", () => {
  const cases: ReadonlyArray<readonly [what: string, body: string, why: RegExp, failed: boolean]> = [
    [
      "exports something else",
      'export default { name: "x" }',
      /default export is something else, expected what algorithm/,
      false
    ],
    ["does not parse", "export default 1 +", /SyntaxError: Unexpected end of input/, false],
    [
      "ends its process while it is loaded",
      "process.exit(3)",
      /while it was loaded, it called process\.exit\(3\)/,
      true
    ]
  ]
  it.each(cases)("%s", async (_, body, why, failed) => {
    const refused = await Effect.runPromise(
      Effect.scoped(Effect.flip(openModule(pathToFileURL(module(body)).href, home, LIMITS)))
    )
    expect(refused.why).toMatch(why)
    expect(refused.failure !== undefined).toBe(failed)
  })
})

describe("a built-in algorithm as a module", () => {
  it.each([
    ["mtss", "token-lock:A=3,H=3", [undefined]],
    // Budgets spent in the midst of a round, whose three questions are one message.
    [
      "spannerSampling",
      "random:d=3,prompts=2,responses=4,seed=1",
      [undefined, { rewardQueries: 41n }, { samplingQueries: 900n }]
    ]
  ] as const)(
    "%s makes the runs that it makes here, to the last answer",
    { timeout: 120_000 },
    async (name, spec, budgets) => {
      const body = `import * as suite from "coverbound"\nexport default { ...suite.${name}, name: "elsewhere" }`
      const goal = { epsilon: 0.1, delta: 0.1, coverage: 10, conditionalCoverage: 3 }
      const asked = budgets.map((budget) =>
        job({ spec, checkpoints: true, goal, ...(budget === undefined ? {} : { budget }) })
      )
      const elsewhere = await using(module(body, ""), (runner) => Effect.forEach(asked, (one) => runner.trial(one)), {
        seconds: 30,
        memory: 256
      })
      const own = inProcessRunner(
        { ...{ mtss, spannerSampling }[name], name: "elsewhere" },
        { resolve: (of) => Effect.runSync(loadInstance(of)) }
      )
      expect(elsewhere).toMatchObject(
        budgets.map((budget) => ({
          kind: "finished",
          record: { outcome: budget === undefined ? "completed" : "budget-exhausted" }
        }))
      )
      expect(elsewhere).toEqual(await Effect.runPromise(Effect.forEach(asked, (one) => own.trial(one))))
    }
  )
})

describe("a module that keeps to the framework", () => {
  it("is found by its package name, keeps its noise to itself, and repeats a trial bit for bit", async () => {
    const folder = join(home, "node_modules", "some-variant")
    mkdirSync(folder, { recursive: true })
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ name: "some-variant", type: "module", exports: "./index.js" })
    )
    const body = `export default make((p) => Effect.gen(function* () {
      console.log("noise")
      const batch = yield* (yield* WeakSampling).pairs(50)
      yield* (yield* Rewards).queryDifferences(batch)
      return theta(p, 0.1)
    }), { name: "some-variant" })`
    writeFileSync(join(folder, "index.js"), `${HEAD}import { Rewards, WeakSampling } from "coverbound"\n${body}\n`)
    const result = await Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const runner = yield* openModule("some-variant", home, { ...LIMITS, seconds: 5 })
          const [one, other] = [yield* runner.trial(job()), yield* runner.trial(job())]
          const laws = yield* runner.laws({ ids: ["oracle/accounting"], seed: 1, level: 1e-9 }, () => {})
          return { one, other, laws, name: runner.description.name, noise: runner.noise() }
        })
      ).pipe(Effect.orDie)
    )
    expect(result.one).toEqual(result.other)
    expect(result.one).toMatchObject({ kind: "finished", record: { ledger: { rewardQueries: 100n } } })
    expect(result.laws).toMatchObject({ results: [{ id: "oracle/accounting", verdict: "supported" }], failures: [] })
    expect(result.name).toBe("some-variant")
    expect(result.noise).toBeGreaterThan(0)
  })
})
