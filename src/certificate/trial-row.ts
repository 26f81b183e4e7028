/** A run record as a certificate carries it. */
import type { LayersRecord, RunRecord } from "../run/run-record.ts"
import type { Runs, TrialRow } from "../checker/certificate.ts"

/** What a multi-turn trial told of its passes. */
const layersRow = ({ acceptedLayers, longestPass, prefixes }: LayersRecord, horizon: number) => {
  const accepted = new Array<number>(horizon).fill(0)
  for (const h of acceptedLayers) if (h >= 0 && h < horizon) accepted[h]++
  return { accepted, prefixes, longestPass }
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
  const { prompts, weakSampling, strongSampling, tokenSampling, enumeration, rewards } = ledger.perOracle
  if (outcome === "stopped")
    throw new RangeError(`trial ${trial}: stopped at a target, expected a run of its own length`)
  return {
    trial,
    outcome,
    ledger: {
      prompts: `${prompts}`,
      weakSampling: `${weakSampling}`,
      strongSampling: `${strongSampling}`,
      tokenSampling: `${tokenSampling}`,
      enumeration: `${enumeration}`,
      rewards: `${rewards}`
    },
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
  const sum = (of: (l: TrialRow["ledger"]) => ReadonlyArray<string>): string =>
    `${rows.reduce((s, row) => of(row.ledger).reduce((t, count) => t + BigInt(count), s), 0n)}`
  return {
    rewardQueries: sum((l) => [l.rewards]),
    samplingQueries: sum((l) => [l.weakSampling, l.strongSampling, l.tokenSampling, l.enumeration]),
    perOracle: {
      prompts: sum((l) => [l.prompts]),
      weakSampling: sum((l) => [l.weakSampling]),
      strongSampling: sum((l) => [l.strongSampling]),
      tokenSampling: sum((l) => [l.tokenSampling]),
      enumeration: sum((l) => [l.enumeration]),
      rewards: sum((l) => [l.rewards])
    }
  }
}
