/** The laws of recorded runs. To add one: write it in a file of this room, and its list's line here. */
import { algorithmLaws } from "./algorithm-laws.ts"
import { methodLaws } from "./method-laws.ts"
import { multiTurnLaws } from "./multi-turn-laws.ts"
import { outputLaws } from "./output-law.ts"
import type { RunLaw } from "./run-law.ts"

export const runLaws: ReadonlyArray<RunLaw> = [...algorithmLaws, ...methodLaws, ...multiTurnLaws, ...outputLaws]
