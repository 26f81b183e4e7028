/**
 * Every operation of every service, once: what it is asked with, what it answers, what it charges. Whatever stands between a learner and its oracles (a guard, a
 * recorder, planted faults, another process) is made from this table by {@link tapped}, and the services of a session by {@link offered}. Requests and answers are
 * data but for the handles in them.
 */
import type * as Effect from "effect/Effect"
import { Journal, type JournalShape } from "./journal.ts"
import type { Charge } from "./ledger.ts"
import {
  type CheckedToken,
  type CheckedTokens,
  type Problem,
  Prompts,
  type PromptsOperations,
  ProperRewards,
  type ProperRewardsOperations,
  ResponseSpace,
  type ResponseSpaceOperations,
  type RewardedDraws,
  Rewards,
  type RewardsOperations,
  StrongSampling,
  type StrongSamplingOperations,
  type Sweep,
  type TiltedDraw,
  type TiltedPair,
  type TiltedToken,
  TokenSampling,
  type TokenSamplingOperations,
  WeakSampling,
  type WeakSamplingOperations
} from "./services.ts"
import { BATCH, BOOLEAN, handle, list, NUMBER, optional, PAIR, POLICY, record, type Shape } from "./shape.ts"
import { CHECKED, TEST, TEXT, TILT, vector, whole } from "./shape.ts"
import type { TokenPair } from "./handle.ts"

/** The services, by name, with the operations of each. The journal is the experimenter's, but stands at the same border. */
export interface Services {
  readonly Prompts: PromptsOperations
  readonly WeakSampling: WeakSamplingOperations
  readonly StrongSampling: StrongSamplingOperations
  readonly TokenSampling: TokenSamplingOperations
  readonly Rewards: RewardsOperations
  readonly ProperRewards: ProperRewardsOperations
  readonly ResponseSpace: ResponseSpaceOperations
  readonly Journal: Required<JournalShape>
}
export type ServiceName = keyof Services
/** "Service.operation". */
export type OperationName = { [S in ServiceName]: `${S}.${keyof Services[S] & string}` }[ServiceName]

export const TAGS = {
  Prompts,
  WeakSampling,
  StrongSampling,
  TokenSampling,
  Rewards,
  ProperRewards,
  ResponseSpace,
  Journal
} as const

/** What an operation answers. */
export type AnswerOf<F> = F extends (...args: never) => Effect.Effect<infer A, infer _E, infer _R>
  ? A
  : F extends (...args: never) => infer A
    ? A
    : never

/** An operation's row: its arguments by name and in order, its answer, and the accounts it may charge. */
interface Row<F> {
  readonly request: F extends (...args: infer P) => unknown
    ? { readonly [I in keyof P]-?: readonly [name: string, shape: Shape<P[I]>] }
    : never
  readonly answer: Shape<AnswerOf<F>>
  readonly charges: ReadonlyArray<Charge>
  /** True: a plain function, never an Effect. */
  readonly plain?: boolean
}

const PROMPT = handle("Prompt")
const RESPONSE = handle("Response")
const PREFIX = handle("Prefix")
const TOKEN = handle("Token")
const NOTHING = optional<void>(BOOLEAN as never)
const COUNT = ["n", whole(0)] as const
const LIMIT = ["limit", whole(1)] as const

type Table = { readonly [S in ServiceName]: { readonly [O in keyof Services[S]]: Row<Services[S][O]> } }

const TABLE: Table = {
  Prompts: { draw: { request: [COUNT], answer: list(PROMPT), charges: ["prompts"] } },
  WeakSampling: {
    draw: { request: [["prompts", list(PROMPT)]], answer: list(RESPONSE), charges: ["weakSampling"] },
    pairs: { request: [COUNT], answer: BATCH, charges: ["prompts", "weakSampling"] },
    firstHit: {
      request: [["prompt", PROMPT], ["test", TEST], LIMIT],
      answer: optional(PAIR),
      charges: ["weakSampling"]
    },
    sweep: {
      request: [["test", TEST], LIMIT, ["prompts", whole(0)]],
      answer: record<Sweep>({ promptsVisited: whole(0), hit: optional(PAIR) }),
      charges: ["prompts", "weakSampling"]
    },
    farthest: {
      request: [
        ["anchor", RESPONSE],
        ["test", TEST],
        ["n", whole(1)]
      ],
      answer: RESPONSE,
      charges: ["weakSampling"]
    },
    tilted: {
      request: [
        ["anchor", RESPONSE],
        ["request", TILT]
      ],
      answer: record<TiltedDraw>({ response: RESPONSE, accepted: BOOLEAN, logNormaliser: NUMBER }),
      charges: ["weakSampling"]
    },
    tiltedPair: {
      request: [
        ["prompt", PROMPT],
        ["request", TILT]
      ],
      answer: record<TiltedPair>({ pair: PAIR, accepted: BOOLEAN }),
      charges: ["weakSampling"]
    }
  },
  StrongSampling: {
    draw: {
      request: [
        ["theta", vector("d")],
        ["prompts", list(PROMPT)]
      ],
      answer: list(RESPONSE),
      charges: ["strongSampling"]
    }
  },
  TokenSampling: {
    start: { request: [["prompt", PROMPT]], answer: PREFIX, charges: [], plain: true },
    extend: { request: [["token", TOKEN]], answer: PREFIX, charges: [], plain: true },
    finish: { request: [["prefix", PREFIX]], answer: RESPONSE, charges: [], plain: true },
    draw: { request: [["prefix", PREFIX]], answer: TOKEN, charges: ["tokenSampling"] },
    firstHit: {
      request: [["prefix", PREFIX], ["test", TEST], LIMIT],
      answer: optional(record<TokenPair>({ left: TOKEN, right: TOKEN })),
      charges: ["tokenSampling"]
    },
    tilted: {
      request: [
        ["prefix", PREFIX],
        ["request", TILT]
      ],
      answer: record<TiltedToken>({
        token: TOKEN,
        anchor: TOKEN,
        accepted: BOOLEAN,
        logit: NUMBER,
        logNormaliser: NUMBER
      }),
      charges: ["tokenSampling"]
    },
    checkedTilt: {
      request: [
        ["prefix", PREFIX],
        ["request", CHECKED],
        ["visits", whole(1)]
      ],
      answer: record<CheckedTokens>({
        visits: whole(1),
        fired: optional(record<TokenPair>({ left: TOKEN, right: TOKEN })),
        tokens: list(record<CheckedToken>({ token: TOKEN, anchor: TOKEN, count: whole(1), logit: NUMBER })),
        logNormaliser: NUMBER
      }),
      charges: ["tokenSampling"]
    }
  },
  Rewards: {
    query: { request: [["responses", list(RESPONSE)]], answer: vector("any"), charges: ["rewards"] },
    queryDifferences: { request: [["batch", BATCH]], answer: vector("any"), charges: ["rewards"] },
    queryOne: { request: [["response", RESPONSE]], answer: NUMBER, charges: ["rewards"] },
    queryDifference: { request: [["pair", PAIR]], answer: NUMBER, charges: ["rewards"] },
    querySum: {
      request: [
        ["response", RESPONSE],
        ["n", whole(1)]
      ],
      answer: NUMBER,
      charges: ["rewards"]
    }
  },
  ProperRewards: {
    explore: {
      request: [["commitment", handle("Commitment")], COUNT],
      answer: list(record<RewardedDraws>({ prompt: PROMPT, responses: list(RESPONSE), rewards: vector("any") })),
      charges: ["prompts", "strongSampling", "rewards"]
    }
  },
  ResponseSpace: { enumerate: { request: [["prompt", PROMPT]], answer: list(RESPONSE), charges: ["enumeration"] } },
  Journal: {
    checkpoint: { request: [["policy", POLICY]], answer: TEXT as Shape<"continue" | "stop">, charges: [], plain: true },
    accepted: {
      request: [
        ["phi", vector("d")],
        ["layer", optional(whole(0))]
      ],
      answer: NOTHING,
      charges: [],
      plain: true
    },
    pass: {
      request: [
        ["prefixes", whole(0)],
        ["fired", BOOLEAN]
      ],
      answer: NOTHING,
      charges: [],
      plain: true
    },
    progress: {
      request: [
        ["phase", TEXT],
        ["done", NUMBER],
        ["total", NUMBER]
      ],
      answer: NOTHING,
      charges: [],
      plain: true
    }
  }
}

/** A row of the table as those read it who treat all operations alike. */
export interface Operation {
  readonly name: OperationName
  readonly service: ServiceName
  readonly method: string
  readonly request: ReadonlyArray<readonly [name: string, shape: Shape<never>]>
  readonly answer: Shape<never>
  readonly charges: ReadonlyArray<Charge>
  readonly plain: boolean
}

/** All operations, in the order of the table. */
export const OPERATIONS: ReadonlyArray<Operation> = Object.entries(TABLE).flatMap(([service, rows]) =>
  Object.entries(
    rows as unknown as Record<
      string,
      Omit<Operation, "name" | "service" | "method" | "plain"> & { readonly plain?: boolean }
    >
  ).map(([method, row]) => ({
    ...row,
    plain: row.plain ?? false,
    service: service as ServiceName,
    method,
    name: `${service}.${method}` as OperationName
  }))
)

/** d of an operation's features: tokens have a dimension of their own, and so has the layer of a token's journal entry. */
export const dimensionOf = ({ service, name }: Operation, request: ReadonlyArray<unknown>, problem: Problem): number =>
  service === "TokenSampling" || (name === "Journal.accepted" && request[1] !== undefined)
    ? (problem.tokens?.dimension ?? problem.dimension)
    : problem.dimension

/** Plain operations that tell a learner nothing it does not know: one in another process need not wait for them. */
export const DEFERRED: ReadonlySet<OperationName> = new Set([
  "TokenSampling.start",
  "TokenSampling.extend",
  "Journal.accepted",
  "Journal.pass",
  "Journal.progress"
])

const operationNamed = (name: OperationName): Operation => OPERATIONS.find((operation) => operation.name === name)!

/** What a round of comparison asks, in its order: one request in a message, which is the tilt, and one answer, which is theirs one after another. */
export const ROUND: readonly [draw: Operation, tiltedPair: Operation, queryDifference: Operation] = [
  operationNamed("Prompts.draw"),
  operationNamed("WeakSampling.tiltedPair"),
  operationNamed("Rewards.queryDifference")
]
/** Stands for a round where a message has the number of an operation. */
export const ROUND_NUMBER = 255
