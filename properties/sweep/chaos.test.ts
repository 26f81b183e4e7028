/** In the long step: a sweep on PostgreSQL whose workers are killed, and whose network is cut. A short form of chaos.ts, which does it with 2,000 jobs. */
import { expect, it } from "vitest"
import { chaos } from "./chaos.ts"
import { LONG } from "../sampled.ts"
import { NO_POSTGRES, openCluster } from "./cluster.ts"

it.runIf(LONG)("has one result for every job, the same as a plain run's", async ({ skip }) => {
  const cluster = await openCluster()
  if (cluster === undefined) return skip(NO_POSTGRES)
  try {
    const found = await chaos({ jobs: 48, seed: 1, partition: 1 }, cluster)
    expect(found).toMatchObject({ results: 48, distinct: 48, failed: 0, different: [] })
    expect(found.compared).toBeGreaterThan(4)
    expect(found.kills).toBeGreaterThan(0)
  } finally {
    await cluster.close()
  }
})
