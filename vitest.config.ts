import { defineConfig } from "vitest/config"

/**
 * Rooms whose tests watch what a process holds – threads, memories, loaded libraries, the α ledger of a run – or change it: each of their files has a thread of its own. The
 * files of all others share their thread's modules, whose loading took half of the time of the short ones: what they import keeps no state that a result depends on.
 */
const APART = ["src/{cli,kernel,model,search,vitest,work}/**/*.test.ts", "{reports,benchmarks}/**/*.test.ts"]

const NOWHERE = ["**/node_modules/**", "reports/out/**"]

export default defineConfig({
  test: {
    setupFiles: ["properties/fixed-seed.ts"],
    testTimeout: 120_000,
    pool: "threads",
    // By itself vitest leaves a core out, which of two is half of the machine.
    maxWorkers: "100%",
    // In the order of their names, the long ones first.
    projects: [
      { extends: true, test: { name: "apart", include: APART, exclude: NOWHERE } },
      {
        extends: true,
        test: {
          name: "together",
          include: ["{src,properties,lower-bounds}/**/*.test.ts"],
          exclude: [...NOWHERE, ...APART],
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
