/** Which interpreter suits an instance, where nobody says. */
import type { Interpreter } from "../oracle/interpreter.ts"

/** Up to this many classes per prompt exact-law is the quicker one (the corpus, with 648, is drawn literally in less time). */
const QUICK_EXACT_LAW = 256

/** @param widest classes of the widest prompt: what decides how an instance can be run */
export const usualInterpreter = (widest: number): Interpreter => (widest <= QUICK_EXACT_LAW ? "exact-law" : "literal")
