import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

/**
 * Rooms whose tests watch what a process holds – threads, memories, loaded libraries, the α ledger of a run – or change it: each of their files has a thread of its own. The
 * files of all others share their thread's modules, whose loading took half of the time of the short ones: what they import keeps no state that a result depends on.
 */
const APART = ["src/{kernel,vitest,work}/**/*.test.ts", "src/{model/corpus-model,search/what-ran}.test.ts"]

/**
 * What loads the machine's BLAS has a process of its own: OpenBLAS ends its threads whenever the process forks, and where another thread's file starts a child while a product
 * is computed, both wait for ever.
 */
const BLAS = ["src/kernel/blas/**/*.test.ts", "src/kernel/open.test.ts"]

/** Over ten seconds of a processor, the longest first: one of them begun late is what every other core waits for. Vitest knows how long files took only where it ran before. */
const LONGEST = [
  "src/cli/audit-module",
  "src/cli/module/module-runner",
  "properties/cheats/cheats",
  "src/cli/live/live",
  "src/cli/audit-command",
  "properties/verify",
  "src/language-model/arithmetic",
  "src/audit/plan",
  "src/server/server-law",
  "src/cli/module/sandbox-ends"
].map((name) => `/${name}.test.ts`)

class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(name))
      return at < 0 ? LONGEST.length : at
    }
    // Projects keep their order.
    return (await super.sort(files)).toSorted((a, b) =>
      a.project.name === b.project.name ? rank(a) - rank(b) : a.project.name < b.project.name ? -1 : 1
    )
  }
}

const NOWHERE = ["**/node_modules/**", "reports/out/**"]

export default defineConfig({
  test: {
    setupFiles: ["properties/fixed-seed.ts"],
    testTimeout: 120_000,
    pool: "threads",
    // By itself vitest leaves a core out, which of two is half of the machine; and one file more than there are cores, since files wait for children, servers and timers.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    // In the order of their names, the long ones first.
    projects: [
      { extends: true, test: { name: "apart", include: APART, exclude: [...NOWHERE, ...BLAS] } },
      { extends: true, test: { name: "process", include: BLAS, exclude: NOWHERE, pool: "forks" } },
      {
        extends: true,
        test: {
          name: "together",
          include: ["{src,properties,lower-bounds,reports,benchmarks}/**/*.test.ts"],
          exclude: [...NOWHERE, ...APART, ...BLAS],
          isolate: false
        }
      },
      {
        extends: true,
        test: {
          name: "types",
          include: [],
          // Compile-time tests, with what they import. Errors elsewhere are `npm run check`'s to report.
          typecheck: {
            enabled: true,
            include: ["{src,properties,lower-bounds}/**/*.test-d.ts"],
            tsconfig: "tsconfig.types.json",
            ignoreSourceErrors: true
          }
        }
      }
    ]
  }
})
