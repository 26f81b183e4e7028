/** T4: the elliptic potential of any sequence, in any order (t4-elliptic-potential.md), and the regression that shares its Σ. */
import { describe, it } from "vitest"
import { sequenceLaws } from "../src/law/spanner-laws.ts"
import { assertFindings } from "./arbitrary/assert-law.ts"
import { sequences } from "./arbitrary/sequence.ts"

describe("T4", () => {
  it.each(sequenceLaws.filter((law) => law.id.startsWith("T4/")).map((law) => [law.id, law] as const))(
    "%s",
    (_, law) => {
      assertFindings(sequences, law.check, 1000)
    }
  )
})
