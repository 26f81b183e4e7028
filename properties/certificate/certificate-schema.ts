/**
 * What a certificate says, as a schema in Effect's terms: tests hold the checker's types (`certificate.ts`) and the published JSON Schema
 * (`certificate.schema.json`), which are written by hand and by this, equal to it.
 *
 * Numbers are JSON numbers and mean the double they read as; counts are decimal strings, since they pass 2⁵³; features are dyadic rationals
 * `MpE` = M·2^E, exactly the doubles they were.
 */
import * as Schema from "effect/Schema"

const between = (minimum: number, maximum: number) => Schema.Finite.check(Schema.isBetween({ minimum, maximum }))
const integer = (minimum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum: Number.MAX_SAFE_INTEGER }))
const positive = between(Number.MIN_VALUE, Number.MAX_VALUE)
const nonNegative = between(0, Number.MAX_VALUE)
const text = (pattern: RegExp) => Schema.String.check(Schema.isPattern(pattern))
/** A JSON array of `least` to `most` items. */
const list = <S extends Schema.Top>(item: S, least: number, most = 2 ** 20) =>
  Schema.Array(item).check(Schema.isMinLength(least), Schema.isMaxLength(most))

/** One line of text. */
const Line = text(/^\P{Cc}{0,1000}$/u)
const Sha256 = text(/^[0-9a-f]{64}$/u)
/** A count of any size. */
const Count = text(/^(?:0|[1-9][0-9]{0,59})$/u)
/** M·2^E, M odd or the whole 0p0. */
const Dyadic = text(/^(?:0p0|-?[1-9][0-9]{0,15}p(?:0|-?[1-9][0-9]{0,3}))$/u)
const Parameters = Schema.Record(Schema.String, Schema.Finite)
const probability = between(0, 1.001)

/** The JSON form of src/instance, with its θ* stated. */
const Instance = Schema.Struct({
  format: Schema.Literal("coverbound-instance"),
  version: Schema.Literal(1),
  name: Schema.String,
  dimension: integer(1),
  beta: positive,
  rewardRange: positive,
  parameterSet: Schema.Union([
    Schema.Struct({ kind: Schema.Literal("ball"), radius: positive }),
    Schema.Struct({ kind: Schema.Literal("box"), halfWidth: positive })
  ]),
  thetaStar: list(Schema.Finite, 1),
  misspecification: Schema.optionalKey(positive),
  noise: Schema.Struct({ kind: Schema.Literals(["none", "bernoulli", "two-point"]) }),
  prompts: list(
    Schema.Struct({
      label: Schema.optionalKey(Schema.String),
      probability,
      responses: list(
        Schema.Struct({
          label: Schema.optionalKey(Schema.String),
          probability,
          features: list(between(-1.001, 1.001), 1),
          meanReward: nonNegative
        }),
        1
      )
    }),
    1
  )
}).annotate({ identifier: "Instance" })

const PerOracle = Schema.Struct({
  prompts: Count,
  weakSampling: Count,
  strongSampling: Count,
  tokenSampling: Count,
  enumeration: Count,
  rewards: Count
}).annotate({ identifier: "PerOracle" })

/** One seeded trial: what its run record says, and the digest of every answer its oracles gave. */
const Trial = Schema.Struct({
  trial: integer(0),
  outcome: Schema.Literals(["completed", "budget-exhausted"]),
  ledger: PerOracle,
  suboptimality: Schema.Struct({
    value: nonNegative,
    kind: Schema.Literals(["exact", "average"]),
    standardError: nonNegative
  }),
  /** Accepted pairs of phase 1. */
  accepted: integer(0),
  sampler: Schema.Struct({
    calls: integer(0),
    promiseBroken: integer(0),
    unaccepted: integer(0),
    maxDraws: integer(0),
    maxEntitled: integer(0),
    maxDelta: between(0, 1)
  }),
  /** Of a multi-turn run: every restart accepted one pair of tokens and ended a pass. */
  layers: Schema.optionalKey(
    Schema.Struct({
      /** Accepted pairs of layers 1 … H. */
      accepted: list(integer(0), 1),
      /** Prefixes visited, in all passes that ended and in the longest one. */
      prefixes: integer(0),
      longestPass: integer(0)
    })
  ),
  transcript: Schema.Struct({ sha256: Sha256, records: integer(0) })
})

/** Trials 0 … n−1 of one seed, and what a replay must set to repeat them. */
const Runs = Schema.Struct({
  budget: Schema.Struct({ rewardQueries: Schema.NullOr(Count), samplingQueries: Schema.NullOr(Count) }),
  checkpoints: Schema.Boolean,
  trials: list(Trial, 1)
}).annotate({ identifier: "Runs" })

const TrialsEvidence = Schema.Struct({ kind: Schema.Literal("trials"), runs: Runs }).annotate({ identifier: "Trials" })

/** The accepted relative features of some trials, as far as they are carried: `order` may be a prefix of what was accepted. */
const SpannerEvidence = Schema.Struct({
  kind: Schema.Literal("spanner"),
  runs: Runs,
  /** The threshold that the chain passes exactly: ν, or ν less the rounding of a float64 norm. */
  nu: Dyadic,
  lambda: Dyadic,
  /** Of trials 0, 1, …; of multi-turn runs (T8), of their layers 1 … H, trial after trial. */
  chains: list(Schema.Struct({ features: list(list(Dyadic, 1, 64), 0), order: list(integer(0), 0) }), 1)
}).annotate({ identifier: "Spanner" })

/** Numbers that an identity speaks of, beside what makes them again. */
const IdentityEvidence = Schema.Struct({
  kind: Schema.Literal("identity"),
  identity: Schema.Union([
    Schema.Struct({
      kind: Schema.Literal("suboptimality"),
      runs: Runs,
      /** J*, and β·E_ρ log Z computed from normalisers. */
      optimum: Schema.Finite,
      normaliser: Schema.Finite,
      /** Policies that trials 0, 1, … put out (of a large mixture: its last component), as log π/π_ref response after response. */
      policies: list(
        Schema.Struct({
          logRatio: list(Schema.Finite, 1),
          objective: Schema.Finite,
          suboptimality: nonNegative
        }),
        1
      )
    }),
    Schema.Struct({ kind: Schema.Literal("coverage") }),
    /** Every response as tokens, prompt after prompt. */
    Schema.Struct({ kind: Schema.Literal("path"), tokens: list(list(integer(0), 1, 64), 1) }),
    Schema.Struct({
      kind: Schema.Literal("regression"),
      runs: Runs,
      /** θ*_H of the last layer. */
      star: list(Schema.Finite, 1),
      /** Of some trials, by their place in `runs`: θ_H of the policy put out, and the relative features it was fitted on. */
      fits: list(
        Schema.Struct({ trial: integer(0), theta: list(Schema.Finite, 1), features: list(list(Schema.Finite, 1), 0) }),
        1
      )
    }),
    Schema.Struct({
      kind: Schema.Literal("layers"),
      runs: Runs,
      /** θ*_h of layers 1 … H. */
      stars: list(list(Schema.Finite, 1), 1),
      /** One a trial: θ_h of the policy put out, and the relative features of layer h's pairs. */
      fits: list(
        Schema.Struct({
          thetas: list(list(Schema.Finite, 1), 1),
          features: list(list(list(Schema.Finite, 1), 0), 1)
        }),
        1
      )
    })
  ])
}).annotate({ identifier: "Identity" })

/** Rounds of SoftmaxSampler drawn with one tilt, counted by (prompt, anchor, response), and the law they should have. */
const LawEvidence = Schema.Struct({
  kind: Schema.Literal("law"),
  counts: list(integer(0), 2, 1024),
  law: list(between(0, 1), 2, 1024),
  /** What makes them again: the truncated linear tilt, the promise M and the level δ. */
  request: Schema.Struct({
    theta: list(Schema.Finite, 1),
    clip: positive,
    whitening: list(Schema.Finite, 1),
    nu: positive,
    promise: between(1, Number.MAX_VALUE),
    delta: between(Number.MIN_VALUE, 1)
  })
})

/** Queries to a target suboptimality on instances of growing coverage. */
const ScalingEvidence = Schema.Struct({
  kind: Schema.Literal("scaling"),
  /** Suboptimality at which a run was stopped. */
  target: positive,
  /** Options of the instances' one family in whose values alone their SPECs differ: the rule by which they were chosen. */
  varies: list(Line, 1, 64),
  instances: list(
    Schema.Struct({
      spec: Line,
      digest: Sha256,
      /** C_cov: recomputed where the instance is carried. */
      coverage: between(1, Number.MAX_VALUE),
      parameters: Parameters,
      data: Schema.NullOr(Instance)
    }),
    2,
    4096
  ),
  points: list(
    Schema.Struct({
      instance: integer(0),
      trial: integer(0),
      rewardQueries: Count,
      samplingQueries: Count,
      suboptimality: nonNegative
    }),
    3,
    65536
  )
})

/** A counterexample that anyone can replay: one trial, its instance carried along. */
const RefutationEvidence = Schema.Struct({
  kind: Schema.Literal("refutation"),
  of: Schema.Union([TrialsEvidence, SpannerEvidence, IdentityEvidence])
})

const Evidence = Schema.Union([
  TrialsEvidence,
  SpannerEvidence,
  IdentityEvidence,
  LawEvidence,
  ScalingEvidence,
  RefutationEvidence
])

/** A certificate, version 1. */
export const Certificate = Schema.Struct({
  format: Schema.Literal("coverbound-certificate"),
  version: Schema.Literal(1),
  claim: Schema.Struct({
    /** A theorem of `src/theorem`; `theory-7` stands for the exponents predicted in `compare/predictions.md`. */
    theorem: Schema.Literals(["T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "theory-7", "own"]),
    part: Line,
    nature: Schema.optionalKey(Schema.Literals(["accounting", "checked", "evidence"])),
    /** What holds, against what bound, and what was measured: the checker comes to the same sentence or rejects. */
    statement: Line,
    /** Of the algorithm, or of the test. */
    parameters: Parameters,
    /** What was asked of the algorithm, where the claim depends on it. */
    goal: Schema.NullOr(
      Schema.Struct({
        epsilon: positive,
        delta: between(Number.MIN_VALUE, 1),
        coverage: between(1, Number.MAX_VALUE),
        /** C_cond at most, of algorithms that draw token by token. */
        conditionalCoverage: Schema.optionalKey(between(1, Number.MAX_VALUE))
      })
    ),
    /** Probability that the verdict is wrong; 0 for a deterministic claim. */
    level: between(0, 0.05)
  }),
  instance: Schema.NullOr(
    Schema.Struct({
      spec: Line,
      digest: Sha256,
      problem: Schema.Struct({
        dimension: integer(1),
        beta: positive,
        rewardRange: positive,
        parameterRadius: positive,
        /** H, and the dimension of token features, where responses are made of tokens; B ≥ max_h ‖θ*_h‖, and whether rewards are free of noise. */
        tokens: Schema.optionalKey(
          Schema.Struct({
            horizon: integer(1),
            dimension: integer(1),
            parameterRadius: Schema.optionalKey(between(0, Number.MAX_VALUE)),
            noiseFree: Schema.optionalKey(Schema.Boolean)
          })
        )
      }),
      /** The instance itself, where it is small. */
      data: Schema.NullOr(Instance)
    })
  ),
  algorithm: Schema.NullOr(
    Schema.Struct({
      name: Line,
      oracle: Schema.Literals(["weak", "strong", "enumeration", "token"]),
      interpreter: Schema.Literals(["literal", "exact-law"]),
      module: Schema.optionalKey(Sha256)
    })
  ),
  /** Declared, not checked. */
  environment: Schema.Struct({ package: Line, node: Line, backend: Line }),
  seeds: Schema.NullOr(Schema.Struct({ seed: integer(0), trials: integer(1) })),
  /** Totals over the trials. */
  ledger: Schema.NullOr(Schema.Struct({ rewardQueries: Count, samplingQueries: Count, perOracle: PerOracle })),
  evidence: Evidence,
  verdict: Schema.Literals(["supported", "refuted", "undecided"]),
  /** SHA-256 over the canonical JSON (RFC 8785) of all the rest. */
  digest: Sha256
})
/** The published JSON Schema, draft 2020-12. */
export const certificateJsonSchema = (): Readonly<Record<string, unknown>> => {
  const { schema, definitions } = Schema.toJsonSchemaDocument(Certificate, { onExcessProperty: "error" })
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "https://coverbound.example/certificate/v1/schema.json",
    title: "coverbound certificate, version 1",
    ...schema,
    ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions })
  }
}
