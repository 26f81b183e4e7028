/** Every family that a SPEC may name. To add one: its file, and its line here (finite ones: in instance/families/). */
import { finiteFamilies } from "../instance/families/finite-families.ts"
import type { Family } from "../instance/family.ts"
import { arithmeticFamily } from "../language-model/arithmetic-family.ts"
import { corpusFamily } from "../model/corpus-family.ts"

export const families: ReadonlyArray<Family> = [arithmeticFamily, corpusFamily, ...finiteFamilies]
