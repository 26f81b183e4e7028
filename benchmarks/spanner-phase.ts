export {}
import type { Suite } from "./suite.ts"
export const spannerPhase: Suite = undefined as unknown as Suite
