// The checker's own tests in one process, the quickest first; it ends at the first failure. Run in a copy where `vitest` is vitest-stand-in.js.
const order = [
  "check-envelope",
  "check-claims",
  "check-guarantees",
  "check",
  "strict-json",
  "recomputed-tests",
  "interval",
  "spanner-chain",
  "sampling-bounds",
  "check-instance",
  "document"
]
for (const name of order) await import(`./src/certificate/${name}.test.ts`)
