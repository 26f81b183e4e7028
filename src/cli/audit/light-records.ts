/**
 * Records of more trials than memory holds: what is large in a record (its policy, its spanner, its curve) is read from the journal when it is looked at, the last one looked at being
 * kept. Everything that judges and writes records goes over them one after another.
 */
import type { RunRecord } from "../../run/run-record.ts"

/** Trials whose records stay whole. */
export const WHOLE_RECORDS = 1000

const HEAVY = ["policy", "spanner", "checkpoints", "layers", "plans"] as const

export class LightRecords {
  private last: { readonly of: object; readonly record: RunRecord } | undefined

  /** The record with its large parts left where they are. @param read the whole record */
  lightened(record: RunRecord, read: () => RunRecord): RunRecord {
    const light: RunRecord = { ...record }
    const whole = (): RunRecord => {
      if (this.last?.of !== light) this.last = { of: light, record: read() }
      return this.last.record
    }
    for (const name of HEAVY)
      if (record[name] !== undefined)
        Object.defineProperty(light, name, { enumerable: true, configurable: true, get: () => whole()[name] })
    return light
  }
}
