/** What hand-written variants are written against: the public surface and nothing else. */
export * from "../../src/index.ts"
