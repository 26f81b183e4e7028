/**
 * Who spends what of the α budget: one line per probabilistic assertion of the repository, grouped by room.
 *
 * To add one: choose a unique id "room/what-is-asserted", a level (1e-9 is the usual share; a thousand fit), and say in one phrase what would be
 * a false alarm. Then call `alpha("room/what-is-asserted")` at exactly one place. `alpha-ledger.test.ts` fails when an id is used twice or
 * never, when an id is not listed here, or when the levels sum to more than the budget.
 */

/** One assertion's share. */
export interface AlphaClaim {
  /** Probability, over the choice of seeds, that the assertion fails although what it asserts is true. A multiple of 1e-15. */
  readonly level: number
  /** What is asserted, in one phrase. */
  readonly asserts: string
}

export const alphaClaims = {
  // statistics
  "statistics/e-process-false-alarms": {
    level: 1e-9,
    asserts: "the e-process refutes true Bernoulli claims at no more than its level, peeking at every step"
  },
  "statistics/e-process-power": {
    level: 1e-9,
    asserts: "the e-process detects a planted rate as often as its exact crossing probability says"
  },
  "statistics/judge-false-support": {
    level: 1e-9,
    asserts: "judgeBernoulli supports false claims at no more than its level, peeking at every step"
  },
  "statistics/unrestricted-mixture-caught": {
    level: 1e-9,
    asserts: "the planted invalid e-process (no p > δ₀ restriction) fails the false-alarm test"
  },
  "statistics/proportion-sequence-coverage": {
    level: 1e-9,
    asserts: "the proportion confidence sequence and upper bound ever miss the rate at no more than their level"
  },
  "statistics/median-exponent-coverage": {
    level: 1e-9,
    asserts:
      "intervals of the exponent of the median miss at no more than their level under heavy tails and unequal variances"
  },
  "statistics/bounded-mean-coverage": {
    level: 1e-9,
    asserts:
      "the betting confidence sequence ever misses the mean at no more than its level, and excludes planted means"
  },
  "statistics/clopper-pearson-coverage": {
    level: 1e-9,
    asserts: "Clopper–Pearson intervals miss the rate at no more than their level"
  },
  "statistics/fit-tests-size": {
    level: 1e-9,
    asserts:
      "exact-cell, relative-entropy and exact-multinomial tests reject the true law at no more than their level, and detect a planted one"
  },
  "statistics/homogeneity-size": {
    level: 1e-9,
    asserts: "the exact two-sample test rejects equal laws at no more than its level, and detects a planted shift"
  },
  "statistics/exponent-interval-coverage": {
    level: 1e-9,
    asserts: "t-intervals on exponents miss at exactly their level (both sides)"
  },
  "statistics/exponent-false-verdicts": {
    level: 1e-9,
    asserts: "exponent judgements support or refute falsely at no more than their level"
  },
  "statistics/exponent-power-formula": {
    level: 1e-9,
    asserts: "exponentPower predicts how often judgements support (both sides)"
  },
  "statistics/scaling-classes": {
    level: 1e-9,
    asserts: "n log n, n^1.5 and n^2.373 at 10 % noise are told apart as often as computed power says"
  },
  // numeric
  "numeric/binomial-law": { level: 1e-9, asserts: "binomial variates follow their law (five shapes)" },
  "numeric/binomial-large": { level: 1e-9, asserts: "binomial variates keep their quartiles at n = 1e10" },
  "numeric/geometric-law": { level: 1e-9, asserts: "geometric variates follow their law, free and within a limit" },
  "numeric/geometric-tiny": { level: 1e-9, asserts: "geometric variates keep their quartiles at p = 1e-12" },
  "numeric/categorical-law": { level: 1e-9, asserts: "categorical and multinomial variates follow their weights" },
  // live
  "live/first-hit-law": { level: 1e-9, asserts: "live searches charge pairs by the truncated geometric law" },
  "live/agreement": {
    level: 1e-9,
    asserts: "live tilted draws, farthest ones and batches have the literal interpreter's laws"
  },
  "live/repeated-draws": { level: 1e-9, asserts: "independent draws are said to repeat at no more than their level" },
  "live/llama-cpp-law": {
    level: 1e-9,
    asserts: "llama.cpp draws from the law that it states, with neutral parameters"
  },
  "live/llama-cpp-draws": { level: 1e-9, asserts: "llama.cpp behind a server draws from the embedded model's law" },
  "live/llama-cpp-accuracy": { level: 1e-9, asserts: "policies learned live and embedded are of one accuracy" },
  // oracle
  "oracle/first-hit-law": {
    level: 1e-9,
    asserts: "firstHit charges pairs by the truncated geometric law, both interpreters"
  },
  "oracle/accepted-pair-law": {
    level: 1e-9,
    asserts: "firstHit accepts pairs by the conditional law, both interpreters"
  },
  "oracle/sweep-agreement": {
    level: 1e-9,
    asserts: "literal and exact-law sweeps agree in visits, charges and acceptances"
  },
  "oracle/tilted-agreement": {
    level: 1e-9,
    asserts: "literal and exact-law tilted draws agree while the promise holds"
  },
  "oracle/broken-promise-agreement": {
    level: 1e-9,
    asserts: "literal and exact-law tilted draws agree where the promise is broken"
  },
  "oracle/farthest-law": {
    level: 1e-9,
    asserts: "farthest keeps a response by the law of the largest of n norms, both interpreters"
  },
  "oracle/batch-agreement": { level: 1e-9, asserts: "aggregated pairs and rewards have the law of single ones" },
  "oracle/strong-law": { level: 1e-9, asserts: "strong draws follow π_θ, zero masses and huge ‖θ‖/β included" },
  "oracle/proper-law": {
    level: 1e-9,
    asserts: "proper rewards are of fresh prompts, draws of each parameter, and coins"
  },
  "oracle/token-law": { level: 1e-9, asserts: "tokens are drawn by π_ref at a prefix, both interpreters" },
  "oracle/token-search-law": {
    level: 1e-9,
    asserts: "token searches charge by the truncated geometric law and find by the conditional one, both interpreters"
  },
  "oracle/tilted-token-agreement": {
    level: 1e-9,
    asserts: "literal and exact-law tilted tokens agree in anchor, token, acceptance and charge"
  },
  "oracle/checked-visits": {
    level: 1e-9,
    asserts: "requests of many Checked visits end at the first that fires, by the geometric law, both interpreters"
  },
  // algorithm
  "algorithm/softmax-sampler-agreement": {
    level: 1e-9,
    asserts: "the SoftmaxSampler program and the tilted request draw alike"
  },
  "algorithm/proper-learners-scale": {
    level: 1e-9,
    asserts: "on RareGood online DPO and policy gradient pay for coverage in rewards, XPO in planning draws"
  },
  // instance
  "instance/draw-laws": { level: 1e-9, asserts: "finite sources, families and class members draw by their laws" },
  // model
  "model/class-law": {
    level: 1e-9,
    asserts: "continuations drawn given their statistics have their exact law"
  },
  "model/literal-law": {
    level: 1e-9,
    asserts: "literal continuations have the law of the exact side (two prompts, two tests each)"
  },
  // lower-bounds
  "lower-bounds/no-algorithm-beats-needle": {
    level: 1e-9,
    asserts: "no built-in algorithm holds the needle, or does well, more often than L1 allows"
  },
  "lower-bounds/needle-hits-are-exact": {
    level: 1e-9,
    asserts: "weak-oracle learners hold the needle exactly as often as their draws say (two-sided)"
  },
  "lower-bounds/cheats-are-caught": {
    level: 1e-9,
    asserts: "implementations that peek are refuted by L1 (their power)"
  },
  "lower-bounds/betting-false-alarms": {
    level: 1e-9,
    asserts: "the betting account alarms at no more than its level, peeking at every step"
  },
  "lower-bounds/rounding-laws": {
    level: 1e-9,
    asserts: "drawn roundings satisfy terms as often as the exact expectations say"
  },
  "lower-bounds/proper-learner-probes": {
    level: 1e-9,
    asserts: "simulated proper learners are not refuted by the count of their probes"
  },
  "lower-bounds/proper-learners-and-needle": {
    level: 1e-9,
    asserts: "no proper learner beats L1 by its committed budget"
  },
  "lower-bounds/proper-learners-and-dnf": {
    level: 1e-9,
    asserts: "proper learners see no more probes than their plans allow (L2)"
  },
  "lower-bounds/planners-scale": {
    level: 1e-9,
    asserts:
      "on DnfPrompts proper planners' T_data grows with k, SpannerSampling's does not, and plans bound the probes"
  },
  // properties
  "properties/oracle-laws": {
    level: 1e-9,
    asserts: "draws, searches, sweeps and rewards have their exact laws under both interpreters"
  },
  "properties/sampler-laws": {
    level: 1e-9,
    asserts: "tilted draws have their exact law given the estimated normaliser, whoever makes them"
  },
  "properties/whole-run-agreement": {
    level: 1e-9,
    asserts: "literal and exact-law runs agree in T_comp and in pairs accepted"
  },
  "properties/verify-built-in": { level: 1e-9, asserts: "verify refutes no built-in algorithm" },
  "properties/l1-no-algorithm-beats-it": {
    level: 1e-9,
    asserts: "L1 refutes no built-in algorithm on four kinds of Needle"
  },
  "properties/l2-proper-learner-keeps-it": {
    level: 1e-9,
    asserts: "L2 refutes no run of the passive learner on arbitrary formulas"
  },
  "properties/verify-false-alarms": {
    level: 1e-9,
    asserts: "quick probabilistic checks at level 0.2 refute correct code at no more than that rate"
  },
  "vitest/assertions": { level: 6e-9, asserts: "assertions of coverbound/vitest refute nothing that is right" },
  "cli/starter-audit": { level: 1e-9, asserts: "the audit of the starter refutes nothing" },
  "audit/plan-correct": { level: 1e-9, asserts: "the audit plan refutes no correct algorithm" },
  "audit/compare-dnf": { level: 1e-9, asserts: "L2 is refuted on none of the comparison's runs on DnfPrompts" },
  "properties/verify-correct-variants": { level: 1e-9, asserts: "verify refutes no correct variant" },
  "properties/audit-correct": {
    level: 1e-9,
    asserts: "an audit refutes no right program, built in or written otherwise"
  },
  "properties/metamorphic": {
    level: 1e-9,
    asserts: "one problem in other words is another in law to no right program that does not look at the words"
  }
} as const satisfies Record<string, AlphaClaim>
