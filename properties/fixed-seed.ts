/**
 * Every run of the tests looks at the same cases, so that a red test is a defect and not luck. COVERBOUND_SEED=n looks at others; fast-check prints the seed and the
 * path of a counterexample.
 */
import { configureGlobal } from "fast-check"

configureGlobal({ seed: Number(process.env.COVERBOUND_SEED ?? 20261122) })
// What commands say of their progress depends on the clock: tests do without.
process.env.COVERBOUND_QUIET ??= "1"
