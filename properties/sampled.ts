/**
 * How much of a long list of cases is looked at: `npm test` takes a seeded sample, `npm run test:long` (COVERBOUND_LONG=1) every case; CI
 * does so for the certificates' mutants alone. COVERBOUND_SEED=n takes another sample.
 */
import { createHash } from "node:crypto"

/** Whether every case is looked at. */
export const LONG = !["", "0", undefined].includes(process.env.COVERBOUND_LONG)

const SEED = Number(process.env.COVERBOUND_SEED ?? 20261122)

/**
 * Whether a case is looked at: always in the long step, else for a share of all names, by a hash of seed and name. Whether one is does not depend on
 * which others there are.
 *
 * @param share in (0, 1]
 */
export const isSampled = (name: string, share: number): boolean =>
  LONG || createHash("sha256").update(`${SEED} ${name}`).digest().readUInt32BE(0) < share * 2 ** 32
