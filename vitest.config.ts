import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["{src,properties,lower-bounds,reports,benchmarks}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "reports/out/**"],
    // Compile-time tests. Errors elsewhere are `npm run check`'s to report.
    typecheck: { enabled: true, include: ["{src,properties,lower-bounds}/**/*.test-d.ts"], ignoreSourceErrors: true },
    setupFiles: ["properties/fixed-seed.ts"],
    testTimeout: 120_000,
    pool: "threads",
    // By itself vitest leaves a core out, which of two is half of the machine.
    maxWorkers: "100%"
  }
})
