/** The finite families; add one by its file and its line here. */
import type { Family } from "../family.ts"
import { needleFamily } from "./needle.ts"
import { randomFamily } from "./random-instance.ts"
import { rareGoodFamily } from "./rare-good.ts"

export const finiteFamilies: ReadonlyArray<Family> = [needleFamily, randomFamily, rareGoodFamily]
