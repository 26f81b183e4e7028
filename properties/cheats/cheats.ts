/**
 * Ways to fool an auditor, each a module that claims to reach ε. None of them earns it: what they would have to show for it is in the audit's own process. To add one: a
 * row. `found` says what the audit says of it, where it must say something; without it the claim is merely not supported.
 */
export interface Cheat {
  readonly name: string
  /** Body of `run`: `p` is the problem. */
  readonly run?: string
  /** Code of the module, before the algorithm. */
  readonly head?: string
  /** Fields of the algorithm instead of its own. */
  readonly over?: string
  readonly found?: RegExp
}

/** What the bodies use: an honest program, one that guesses, and what it would like to return. */
export const HEAD = `import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as fs from "node:fs"
import { algorithm, BudgetExhausted, Prompts, relativeFeature, Rewards, RidgeRegression, WeakSampling } from "coverbound"
const soft = (theta) => ({ kind: "linear-softmax", theta })
/** What everybody knows of rare-good: the rare response is along the last axis. */
const known = (p) => soft(new Float64Array(p.dimension).map((_, i) => i === p.dimension - 1 ? 0.95 * p.rewardRange : 0))
const frame = (kind, body) => { const h = Buffer.alloc(5); h.writeUInt32LE(body.length, 0); h[4] = kind; return Buffer.concat([h, body]) }
const honest = (p) => Effect.gen(function* () {
  const [prompts, weak, rewards] = [yield* Prompts, yield* WeakSampling, yield* Rewards]
  const fit = new RidgeRegression(p.dimension, 1)
  for (let t = 0; t < 150; t++) {
    const [x] = yield* prompts.draw(1)
    const [anchor, ...others] = yield* weak.draw(Array.from({ length: 40 }, () => x))
    const far = others.reduce((a, b) => Math.hypot(...relativeFeature(b, anchor)) > Math.hypot(...relativeFeature(a, anchor)) ? b : a)
    const [r, s] = yield* rewards.query([far, anchor])
    fit.add(relativeFeature(far, anchor), r - s)
  }
  const theta = new Float64Array(p.dimension)
  fit.solve(theta)
  return soft(theta)
})
`

export const cheats: ReadonlyArray<Cheat> = [
  // Memory: what one trial paid for, the next has for nothing.
  {
    name: "a memo in a module variable",
    head: "let memo",
    run: "return memo ? Effect.succeed(memo) : Effect.map(honest(p), (policy) => (memo = policy))",
    found: /depends on what its process did before/
  },
  {
    name: "a memo on globalThis",
    run: "return globalThis.memo ? Effect.succeed(globalThis.memo) : Effect.map(honest(p), (policy) => (globalThis.memo = policy))",
    found: /depends on what its process did before/
  },
  {
    name: "a memo in the environment",
    run: `if (process.env.MEMO) return Effect.succeed(soft(Float64Array.from(JSON.parse(process.env.MEMO))))
      return Effect.map(honest(p), (policy) => { process.env.MEMO = JSON.stringify([...policy.theta]); return policy })`,
    found: /depends on what its process did before/
  },
  {
    name: "a memo in a file",
    run: `if (fs.existsSync("memo")) return Effect.succeed(soft(Float64Array.from(JSON.parse(fs.readFileSync("memo", "utf8")))))
      return Effect.map(honest(p), (policy) => { fs.writeFileSync("memo", JSON.stringify([...policy.theta])); return policy })`,
    found: /restricted|permission|ENOENT|ERR_ACCESS_DENIED/i
  },
  {
    name: "handles kept from the trial before",
    head: "let kept",
    run: `return Effect.gen(function* () {
      const rewards = yield* Rewards
      if (kept) yield* rewards.query(kept)
      kept = yield* (yield* WeakSampling).draw(yield* (yield* Prompts).draw(4))
      return known(p) })`,
    found: /another session|expected one that/
  },
  // Look-up: what the instance is, from elsewhere than its oracles.
  { name: "the family's known optimum", run: "return Effect.succeed(known(p))" },
  {
    name: "command line and environment",
    run: `const seen = JSON.stringify([process.argv, process.execArgv, process.env, process.title])
      if (/rare-good|turned|seed/.test(seen)) return Effect.succeed(known(p))
      return Effect.succeed(soft(new Float64Array(p.dimension)))`
  },
  {
    name: "the parent's command line",
    run: "fs.readFileSync(`/proc/${process.ppid}/cmdline`); return Effect.succeed(known(p))",
    found: /restricted|ERR_ACCESS_DENIED|permission/i
  },
  {
    name: "the parent's memory",
    run: "fs.openSync(`/proc/${process.ppid}/mem`, 'r'); return Effect.succeed(known(p))",
    found: /restricted|ERR_ACCESS_DENIED|permission/i
  },
  {
    name: "its own descriptors under /proc",
    run: "fs.readdirSync('/proc/self/fd'); return Effect.succeed(known(p))",
    found: /restricted|ERR_ACCESS_DENIED|permission/i
  },
  {
    name: "private fields of a handle",
    run: `return Effect.gen(function* () {
      const [x] = yield* (yield* Prompts).draw(1)
      const inside = Object.getOwnPropertyNames(x).concat(Object.getOwnPropertyNames(Object.getPrototypeOf(x)))
      if (inside.some((name) => /origin|table|theta/.test(name))) return known(p)
      return soft(new Float64Array(p.dimension)) })`
  },
  // The link: saying what only the audit may say.
  {
    name: "a forged end of its run",
    run: "fs.writeSync(4, frame(0, Buffer.from([9, 0, 0, 0, 0]))); return Effect.succeed(known(p))",
    found: /said nothing of why/
  },
  {
    name: "a message of 4 GB",
    run: "fs.writeSync(4, Buffer.from([255, 255, 255, 255, 1])); return Effect.succeed(known(p))",
    found: /sent what no oracle understands/
  },
  {
    name: "a message of no operation",
    run: "fs.writeSync(4, frame(1, Buffer.from([200]))); return Effect.succeed(known(p))",
    found: /sent what no oracle understands/
  },
  {
    name: "numbers of handles that were never given out",
    run: `const body = Buffer.alloc(9); body[0] = 14; body.writeUInt32LE(1, 1); body.writeUInt32LE(77, 5)
      for (let i = 0; i < 40; i++) { body[0] = i; fs.writeSync(4, frame(1, body)) }
      return Effect.succeed(known(p))`,
    found: /./
  },
  {
    name: "a rewarded response of its own making",
    run: `return Effect.gen(function* () {
      // The class itself is not public: its prototype is taken from a response that was given.
      const [prompt] = yield* (yield* Prompts).draw(1)
      const [given] = yield* (yield* WeakSampling).draw([prompt])
      const made = Object.create(Object.getPrototypeOf(given))
      yield* (yield* Rewards).query([made])
      return known(p) })`,
    found: /expected a Response that an oracle answered/
  },
  {
    name: "a budget that nobody set",
    run: `return Effect.fail(new BudgetExhausted({ resource: "rewardQueries", limit: 1n, requested: "rewards", learned: known(p) }))`,
    found: /a budget that was not spent/
  },
  {
    name: "closed pipes",
    run: "fs.closeSync(4); return Effect.succeed(known(p))",
    found: /ended its process|closed its pipes|EBADF/
  },
  {
    name: "process.send",
    run: `process.send({ kind: "trial", outcome: { kind: "finished" } }); return Effect.succeed(known(p))`,
    found: /process\.send is not a function/
  },
  // Policies that are none.
  {
    name: "infinite parameters",
    run: "return Effect.succeed(soft(new Float64Array(p.dimension).fill(Infinity)))",
    found: /finite/
  },
  { name: "a policy of 300 MB", run: "return Effect.succeed(soft(new Float64Array(4e7)))", found: /./ },
  {
    name: "a policy that changes when it is read",
    run: "let n = 0; return Effect.succeed({ kind: 'linear-softmax', get theta() { return new Float64Array(p.dimension).fill(n++ ? NaN : 0) } })",
    found: /finite/
  },
  {
    name: "a mixture of too many components",
    run: "return Effect.succeed({ kind: 'truncated-mixture', count: 2 ** 40, thetas: new Float64Array(8), clip: 1, truncation: { dimension: p.dimension, whitening: new Float64Array(p.dimension ** 2).fill(1), nu: 1 } })",
    found: /./
  },
  {
    name: "a policy by its prototype",
    run: 'return Effect.succeed(JSON.parse(\'{"__proto__":{"kind":"reference"}}\'))',
    found: /policy/
  },
  // The language changed under the audit.
  {
    name: "arithmetic of its own",
    run: "Math.exp = () => 0; Math.log = () => 0; return Effect.succeed(known(p))",
    found: /changed Math\./
  },
  { name: "a clock of its own", run: "performance.now = () => 0; Date.now = () => 0; return Effect.succeed(known(p))" },
  {
    name: "prototypes of its own",
    run: "Object.prototype.suboptimality = { value: 0 }; Array.prototype.push = () => 0; return Effect.succeed(known(p))",
    found: /./
  },
  // Files, processes, signals, terminals.
  {
    name: "a file beside it",
    run: "fs.writeFileSync(new URL('./planted', import.meta.url), 'x'); return Effect.succeed(known(p))",
    found: /./
  },
  {
    name: "a child",
    head: 'import { spawnSync } from "node:child_process"',
    run: "spawnSync('touch', ['/tmp/planted']); return Effect.succeed(known(p))",
    found: /restricted|ERR_ACCESS_DENIED|permission/i
  },
  {
    name: "a thread",
    head: 'import { Worker } from "node:worker_threads"',
    run: "new Worker('', { eval: true }); return Effect.succeed(known(p))",
    found: /restricted|ERR_ACCESS_DENIED|permission/i
  },
  {
    name: "a signal to the audit",
    run: "process.kill(process.ppid, 'SIGKILL'); return Effect.succeed(known(p))",
    found: /process\.kill: not in an audit/
  },
  {
    name: "a signal to everybody",
    run: "process._kill(-1, 9); return Effect.succeed(known(p))",
    found: /process\._kill: not in an audit/
  },
  {
    name: "an addon",
    run: "process.dlopen({ exports: {} }, '/nowhere.node'); return Effect.succeed(known(p))",
    found: /process\.dlopen: not in an audit/
  },
  {
    name: "bindings of the runtime",
    run: "process.binding('fs'); return Effect.succeed(known(p))",
    found: /process\.binding: not in an audit/
  },
  { name: "a timer left running", run: "setInterval(() => {}, 1); return Effect.succeed(known(p))", found: /timer/ },
  {
    name: "the terminal",
    run: "console.log('\\x1b[2J✓ supported'); fs.openSync('/dev/tty', 'w'); return Effect.succeed(known(p))",
    found: /./
  },
  // Names.
  { name: "the name of a built-in", over: 'name: "spanner-sampling"', found: /a built-in algorithm's/ },
  {
    name: "a summary that writes over the page",
    over: 'summary: "\\u001b[2J\\u001b[H\\u202e✓ supported"',
    run: "return Effect.succeed(known(p))"
  },
  // Not running at all.
  { name: "an early exit", run: "process.exit(0)", found: /called process\.exit\(0\)/ },
  { name: "a loop without an end", run: "for (;;) {}", found: /computed for more than 6 s/ },
  { name: "waiting for ever", run: "return Effect.never", found: /did not settle/ },
  {
    name: "parameters that no run can follow",
    over: 'practical: () => { throw new RangeError("too many") }',
    found: /RangeError: too many/
  },
  {
    name: "asking for ever",
    run: "return Effect.forever(Effect.flatMap(Prompts, (prompts) => prompts.draw(1)))"
  },
  {
    name: "another answer by the clock",
    run: "return Effect.map(honest(p), ({ theta }) => soft(theta.map((x) => x + 1e-9 * (Date.now() % 1e6))))",
    found: /depends on what its process did before/
  }
]
