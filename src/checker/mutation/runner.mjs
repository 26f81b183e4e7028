// A test runner for StrykerJS that stays in one process: the checker is pure, so a mutant is switched on, the tests that reach it are run until one
// fails, and it is switched off. Made for a copy of the repository where `vitest` is vitest-stand-in.js. Loops end by Stryker's count of hits.
import { pathToFileURL } from "node:url"
import { tests } from "vitest"

const FILES = {
  ...Object.fromEntries(
    ["case", "check-claims", "cost-claims", "identity-claims", "sampled-claims", "spanner-claims"].map((name) => [
      name,
      ["case", "check-claims", "check-guarantees", "check-multi-turn"]
    ])
  ),
  "check-instance": ["check-instance"],
  "recomputed-tests": ["recomputed-tests"],
  "sampling-bounds": ["sampling-bounds"],
  "spanner-chain": ["spanner-chain"],
  "strict-json": ["strict-json"],
  check: ["check-envelope", "check"],
  document: ["document"],
  interval: ["interval"]
}
const stryker = (globalThis.__stryker__ ??= {})

/** Loads the tests (once: modules are not loaded again) and gives them, those of a checker file first. */
const load = async (mutated) => {
  for (const name of new Set(Object.values(FILES).flat()))
    await import(pathToFileURL(`${process.cwd()}/src/checker/${name}.test.ts`))
  const own = FILES[mutated] ?? []
  const rank = ({ file }) => (own.includes(file) ? 0 : 1)
  return [...tests].sort((a, b) => rank(a) - rank(b))
}

/** What a test throws, if it does. */
const failure = ({ run }) => {
  try {
    run()
    return undefined
  } catch (error) {
    return String(error?.message ?? error)
  }
}

const runner = {
  capabilities: () => ({ reloadEnvironment: false }),

  async dryRun() {
    const results = []
    for (const test of await load()) {
      stryker.currentTestId = test.id
      const start = performance.now()
      const failureMessage = failure(test)
      const timeSpentMs = performance.now() - start
      // Stryker's TestStatus: Success 0, Failed 1.
      results.push({
        id: test.id,
        name: test.id,
        timeSpentMs,
        ...(failureMessage === undefined ? { status: 0 } : { status: 1, failureMessage })
      })
      stryker.currentTestId = undefined
    }
    return { status: "complete", tests: results, mutantCoverage: stryker.mutantCoverage }
  },

  async mutantRun({ activeMutant, hitLimit, mutantActivation, testFilter }) {
    if (mutantActivation === "static") stryker.activeMutant = activeMutant.id
    try {
      stryker.hitLimit = hitLimit
      stryker.hitCount = hitLimit === undefined ? undefined : 0
      const all = await load(/([\w-]+)\.ts$/.exec(activeMutant.fileName)?.[1])
      stryker.activeMutant = activeMutant.id
      const asked = testFilter === undefined ? all : all.filter(({ id }) => testFilter.includes(id))
      for (const [i, test] of asked.entries()) {
        const failureMessage = failure(test)
        if (failureMessage !== undefined)
          return { status: "killed", killedBy: [test.id], failureMessage, nrOfTests: i + 1 }
      }
      return { status: "survived", nrOfTests: asked.length }
    } catch (error) {
      // The tests do not even load.
      return { status: "killed", killedBy: [], failureMessage: String(error), nrOfTests: 0 }
    } finally {
      stryker.activeMutant = undefined
    }
  }
}

const make = () => runner
make.inject = []
export const strykerPlugins = [{ kind: "TestRunner", name: "in-process", factory: make }]
