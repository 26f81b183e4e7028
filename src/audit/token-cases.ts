/** The cases of the audit plan on autoregressive instances, for algorithms that draw token by token. */
import type { ProblemConstants } from "../oracle/services.ts"
import type { PlannedCase } from "./cases.ts"
import type { AlgorithmDescription } from "./runner.ts"

export const byToken = ({ oracle }: AlgorithmDescription): boolean => oracle === "token"

/** ε as a share of R. */
export const ofReward =
  (share: number) =>
  ({ rewardRange }: ProblemConstants): number =>
    share * rewardRange

export const tokenCases: ReadonlyArray<PlannedCase> = [
  {
    id: "token-lock-3",
    why: "a path to be found token by token",
    spec: (seed) => `token-lock:A=3,H=3,seed=${seed}`,
    epsilon: ofReward(0.1),
    parameters: "practical",
    interpreter: "exact-law",
    trials: [2, 120],
    about: byToken
  },
  {
    id: "token-bigram-literal",
    why: "no structure, every token drawn",
    spec: (seed) => `token-bigram:H=3,classes=2,prompts=2,seed=${seed},shares=1`,
    epsilon: ofReward(0.03),
    parameters: "practical",
    interpreter: "literal",
    trials: [2, 6],
    about: byToken
  },
  {
    id: "token-chain-noisy",
    why: "a reward for every token, seen through noise",
    spec: () => "token-chain:H=3,noise=bernoulli",
    epsilon: ofReward(0.05),
    parameters: "practical",
    interpreter: "exact-law",
    trials: [2, 24],
    about: byToken
  },
  {
    id: "token-lock-budget",
    why: "a budget of tokens that is spent",
    spec: (seed) => `token-lock:A=4,H=5,seed=${seed}`,
    epsilon: ofReward(0.1),
    parameters: "practical",
    interpreter: "exact-law",
    budget: { samplingQueries: 5000n },
    trials: [2, 4],
    about: byToken
  },
  {
    id: "token-chain",
    why: "T2's example: coverage is that of a token to the power of H",
    spec: () => "token-chain:C=1.5,H=6",
    epsilon: ofReward(0.1),
    parameters: "practical",
    interpreter: "literal",
    trials: [2, 40],
    about: byToken
  },
  {
    id: "token-budget",
    why: "a budget of rewards that is spent",
    spec: () => "token-chain:C=1.5,H=6",
    epsilon: ofReward(0.1),
    parameters: "practical",
    interpreter: "literal",
    budget: { rewardQueries: 4n },
    trials: [2, 4],
    about: byToken
  }
]
