/**
 * What ran, looked at from below: a process of its own notes every WebAssembly module that is compiled in it, on any of its threads, by the
 * functions it exports, and every memory. A record's label is held against that.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "vitest"

const at = (path: string): string => new URL(`../${path}`, import.meta.url).href

/** Loaded before anything else, on every thread. */
const NOTING = `
  import { appendFileSync } from "node:fs"
  const compiled = (globalThis.compiled = [])
  const note = (name) => {
    compiled.push(name)
    appendFileSync(process.env.COMPILED, name + "\\n")
  }
  const own = WebAssembly.Module
  const NOTHING = new own(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))
  const noted = (name) => (target, args, as) => {
    const made = Reflect.construct(target, args, as)
    const exported = own.exports(made instanceof own ? made : NOTHING).map((e) => e.name)
    // Node's own: what strips types.
    if (!exported.includes("transformSync")) note(name ?? exported.filter((n) => n !== "memory").join("+"))
    return made
  }
  WebAssembly.Module = new Proxy(own, { construct: noted() })
  WebAssembly.Memory = new Proxy(WebAssembly.Memory, { construct: noted("a memory") })
  for (const name of ["compile", "instantiate"]) WebAssembly[name] = () => note(name)
`

/** Runs a module; what it compiled, in order, and what it printed. */
const run = (source: string): { readonly compiled: ReadonlyArray<string>; readonly said: string } => {
  const folder = mkdtempSync(join(tmpdir(), "coverbound-compiled-"))
  const list = join(folder, "list")
  writeFileSync(list, "")
  const child = spawnSync(
    process.execPath,
    [`--import=data:text/javascript,${encodeURIComponent(NOTING)}`, "--input-type=module", "-e", source],
    { encoding: "utf8", timeout: 120_000, env: { ...process.env, COMPILED: list } }
  )
  const compiled = readFileSync(list, "utf8").split("\n").slice(0, -1)
  rmSync(folder, { recursive: true })
  expect([child.signal, child.status], child.stderr).toEqual([null, 0])
  return { compiled, said: child.stdout }
}

/** Sessions on instances, asked for pairs, sweeps and tilted draws; says after each what it compiled and its label. */
const sessions = (searches: string): string => `
  const Effect = await import("effect/Effect")
  const { loadInstance } = await import("${at("cli/load-instance.ts")}")
  const { openOracles } = await import("${at("oracle/interpreter.ts")}")
  const { Prompts, WeakSampling } = await import("${at("oracle/services.ts")}")
  const { Stream } = await import("${at("numeric/stream.ts")}")
  const said = []
  for (const [spec, interpreter] of ${JSON.stringify(SESSIONS)}) {
    const instance = Effect.runSync(loadInstance(spec))
    const from = compiled.length
    const session = openOracles(instance, { interpreter, stream: Stream.fromSeed(5), searches: "${searches}" })
    const d = instance.exact.dimension
    const whitening = Float64Array.from({ length: d * d }, (_, i) => (i % (d + 1) === 0 ? 1 : 0))
    const program = Effect.gen(function* () {
      const weak = yield* WeakSampling
      const [prompt] = yield* (yield* Prompts).draw(1)
      for (const nu of [0.5, 1.2, 5]) {
        const truncation = { dimension: d, whitening, nu }
        yield* weak.firstHit(prompt, truncation, 60000)
        const tilt = { theta: new Float64Array(d), clip: 1, truncation, beta: 0.2 }
        yield* weak.tiltedPair(prompt, { tilt, promise: 300, delta: 0.01 })
      }
    })
    Effect.runSync(Effect.provideContext(program, session.services))
    session.close()
    said.push([session.backend(), ...compiled.slice(from)])
  }
  console.log(JSON.stringify(said))
`
const SESSIONS = [
  ["random:responses=80,d=5", "exact-law"],
  ["rare-good:C=1e4,d=2", "literal"],
  ["rare-good:C=1e4,d=2", "exact-law"]
]

describe("what ran", () => {
  it("is nothing of WebAssembly under js, and the record says so", () => {
    const { compiled, said } = run(sessions("js"))
    expect(compiled).toEqual([])
    expect(JSON.parse(said)).toEqual(SESSIONS.map(() => ["js"]))
  })

  it("is what a session had use for under auto, and the record says so", () => {
    const wasm = expect.stringMatching(/^wasm/)
    expect(JSON.parse(run(sessions("auto")).said)).toEqual([
      [wasm, "a memory", "pairDistances", "passes"],
      [wasm, "words", "a memory", "tally", "accepted", "narrow1"],
      ["js"]
    ])
  })

  it("a kernel set compiles what is asked of it", () => {
    const { compiled } = run(`
      const { openKernels } = await import("${at("search/open-kernels.ts")}")
      const { rows } = await import("${at("kernel/backend.ts")}")
      const kernels = await openKernels("wasm")
      await kernels.scores(new Float32Array(3), rows(new Float32Array(9), 3))
      await kernels.scores(new Float32Array(3), rows(new Float32Array(9), 3))
      await kernels.gram(rows(new Float32Array(9), 3))
      await kernels.destroy()
    `)
    expect(compiled).toEqual(["a memory", "scores", "gram"])
  })

  it.each(["js", "auto"])("an audit with --backend %s", (backend) => {
    const out = mkdtempSync(join(tmpdir(), "coverbound-ran-"))
    const { compiled } = run(`
      process.argv = [process.argv[0], "coverbound", "audit", "spanner-sampling", "--instance", "rare-good:C=1e2,d=2",
        "--oracle", "literal", "--trials", "1", "--backend", "${backend}", "--json", "--out", "${out}"]
      await import("${at("cli/bin.ts")}")
    `)
    const { environment } = JSON.parse(readFileSync(join(out, "run.json"), "utf8")) as {
      readonly environment: { readonly backend: string }
    }
    rmSync(out, { recursive: true })
    expect(compiled.length > 0).toBe(backend === "auto")
    expect(environment.backend).toMatch(backend === "auto" ? /^wasm/ : /^js$/)
  })
})
