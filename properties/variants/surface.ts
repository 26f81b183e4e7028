/** What the generated and hand-written variants are written against: the public surface and what it is to export of the built-ins' parts. */
export * from "../../src/index.ts"
export { truncation } from "../../src/algorithm/spanner-sampling.ts"
