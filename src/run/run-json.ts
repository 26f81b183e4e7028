/** A run record as JSON: what run.json holds of each trial. Counts are decimal strings; large policies and spanners are their digests. */
import { createHash } from "node:crypto"
import type { LedgerSnapshot } from "../oracle/ledger.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import type { Suboptimality } from "../policy/suboptimality.ts"
import { given } from "./given.ts"
import type { JsonInput } from "./json-text.ts"
import type { RunRecord } from "./run-record.ts"

/** Arrays of at most this many numbers are written out; of longer ones, the SHA-256 of their little-endian float64 bytes. */
const WRITTEN_OUT = 1024

const numbers = (data: Float64Array, length = data.length): JsonInput =>
  length <= WRITTEN_OUT
    ? Array.from(data.subarray(0, length))
    : {
        length,
        sha256: createHash("sha256")
          .update(new Uint8Array(data.buffer, data.byteOffset, length * 8))
          .digest("hex")
      }

/** Ledger totals as decimal strings. */
export const ledgerJson = ({ rewardQueries, samplingQueries, perOracle }: LedgerSnapshot) => ({
  rewardQueries,
  samplingQueries,
  perOracle: { ...perOracle }
})

/** The value, and how it was got where it is not exact. */
export const suboptimalityJson = ({ value, kind, standardError }: Suboptimality) =>
  kind === "exact" ? { value, kind } : { value, kind, standardError }

const truncationJson = ({ whitening, nu }: EllipticTest) => ({ whitening: numbers(whitening), nu })

/** A policy; arrays of over 1024 numbers as their digests. */
export const policyJson = (policy: RunRecord["policy"], d: number): JsonInput => {
  switch (policy.kind) {
    case "reference":
      return { kind: policy.kind }
    case "linear-softmax":
      return { kind: policy.kind, theta: numbers(policy.theta) }
    case "truncated-mixture":
      return {
        kind: policy.kind,
        count: policy.count,
        thetas: numbers(policy.thetas, policy.count * d),
        clip: policy.clip,
        truncation: truncationJson(policy.truncation)
      }
    case "token-tilted":
      return {
        kind: policy.kind,
        horizon: policy.horizon,
        dimension: policy.dimension,
        thetas: numbers(policy.thetas),
        clip: policy.clip,
        truncations: policy.truncations.map(truncationJson)
      }
    case "mixture-digest":
      return { kind: policy.kind, count: policy.count, sha256: policy.sha256, last: numbers(policy.last) }
  }
}

/** What the runs were computed with, each backend once: `js; wasm (relaxed SIMD, 2 threads)`. */
export const backendOf = (runs: ReadonlyArray<Pick<RunRecord, "backend">>): string =>
  runs.length === 0 ? "js" : [...new Set(runs.map(({ backend }) => backend))].sort().join("; ")

/** Where runs were made. */
export const environmentJson = (runs: ReadonlyArray<RunRecord>) => ({
  node: process.versions.node,
  platform: process.platform,
  architecture: process.arch,
  backend: backendOf(runs)
})

/** What is particular to one trial: the fields that all trials of an audit share are stated once, beside them. */
export const trialJson = (run: RunRecord) => ({
  trial: run.trial,
  seed: run.seed,
  outcome: run.outcome,
  ledger: ledgerJson(run.ledger),
  suboptimality: suboptimalityJson(run.suboptimality),
  spanner: { count: run.spanner.count, accepted: numbers(run.spanner.accepted) },
  sampler: { ...run.sampler },
  ...given({
    plans: run.plans && {
      group: run.plans.group,
      counts: numbers(run.plans.counts),
      thetas: numbers(run.plans.thetas)
    },
    layers: run.layers && {
      restarts: run.layers.restarts,
      prefixes: run.layers.prefixes,
      longestPass: run.layers.longestPass,
      acceptedLayers: Array.from(run.layers.acceptedLayers),
      accepted: numbers(run.layers.accepted)
    }
  }),
  transcript: { ...run.transcript },
  policy: policyJson(run.policy, run.problem.dimension),
  checkpoints: run.checkpoints.map((c) => ({
    rewardQueries: c.rewardQueries,
    samplingQueries: c.samplingQueries,
    ...suboptimalityJson(c.suboptimality)
  }))
})
