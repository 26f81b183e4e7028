/** The families that are made of tables; add one by its file and its line here. */
import type { Family } from "../family.ts"
import { dnfFamily } from "./dnf-prompts.ts"
import { needleFamily } from "./needle.ts"
import { randomFamily } from "./random-instance.ts"
import { rareGoodFamily } from "./rare-good.ts"
import { rarePromptFamily } from "./rare-prompt.ts"
import { tokenBigramFamily } from "./token-bigram.ts"
import { tokenChainFamily } from "./token-chain.ts"
import { tokenLockFamily } from "./token-lock.ts"

/** The families that {@link resolveInstance} knows a SPEC of without a corpus. */
export const finiteFamilies: ReadonlyArray<Family> = [
  dnfFamily,
  needleFamily,
  randomFamily,
  rareGoodFamily,
  rarePromptFamily,
  tokenBigramFamily,
  tokenChainFamily,
  tokenLockFamily
]
