import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "properties/**/*.test.ts", "lower-bounds/**/*.test.ts", "reports/**/*.test.ts"],
    testTimeout: 120_000,
    pool: "threads"
  }
})
