/** A run record as a certificate carries it. */
import { acceptedPerLayer } from "../run/layers-log.ts"
import type { LayersRecord, RunRecord } from "../run/run-record.ts"
import { queries } from "../checker/case.ts"
import type { PerOracle, Runs, TrialRow } from "../checker/certificate.ts"

/** Counts of every oracle, as decimal strings. */
const perOracle = (count: (oracle: keyof PerOracle) => bigint): PerOracle => ({
  prompts: `${count("prompts")}`,
  weakSampling: `${count("weakSampling")}`,
  strongSampling: `${count("strongSampling")}`,
  tokenSampling: `${count("tokenSampling")}`,
  enumeration: `${count("enumeration")}`,
  rewards: `${count("rewards")}`
})

/** What a multi-turn trial told of its passes. */
const layersRow = (layers: LayersRecord, horizon: number) => {
  const { longestPass, prefixes } = layers
  return { accepted: acceptedPerLayer(layers, horizon), prefixes, longestPass }
}

/** One trial; counts as decimal strings. */
export const trialRow = ({
  trial,
  outcome,
  ledger,
  suboptimality,
  spanner,
  sampler,
  layers,
  problem: { tokens },
  transcript
}: RunRecord): TrialRow => {
  if (outcome === "stopped")
    throw new RangeError(`trial ${trial}: stopped at a target, expected a run of its own length`)
  return {
    trial,
    outcome,
    ledger: perOracle((oracle) => ledger.perOracle[oracle]),
    suboptimality: { ...suboptimality },
    accepted: spanner.count,
    sampler: { ...sampler },
    ...(layers === undefined || tokens === undefined ? {} : { layers: layersRow(layers, tokens.horizon) }),
    transcript: { ...transcript }
  }
}

/** Trials of one audit, with what a replay must set to repeat them. */
export const runsOf = (records: ReadonlyArray<RunRecord>): Runs => ({
  budget: {
    rewardQueries: records[0].budget.rewardQueries?.toString() ?? null,
    samplingQueries: records[0].budget.samplingQueries?.toString() ?? null
  },
  checkpoints: records[0].checkpoints.length > 0,
  trials: records.map(trialRow)
})

/** Totals over trials. */
export const ledgerOf = (rows: ReadonlyArray<TrialRow>) => {
  const sum = (of: (row: TrialRow) => bigint): bigint => rows.reduce((s, row) => s + of(row), 0n)
  return {
    rewardQueries: `${sum((row) => queries(row).T_data)}`,
    samplingQueries: `${sum((row) => queries(row).T_comp)}`,
    perOracle: perOracle((oracle) => sum(({ ledger }) => BigInt(ledger[oracle])))
  }
}
