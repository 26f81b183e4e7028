/**
 * The ledger: every query any oracle answers is charged here first, and budgets are enforced here.
 *
 * T_comp passes 2⁵³ at theory's own constants, so totals are bigint. Hot loops charge plain numbers into a pending
 * register that is folded into the bigint before it could lose a unit.
 */
import * as Data from "effect/Data"
import type { Policy } from "../policy/policy.ts"

/** What can be charged. All but `rewards` and `prompts` are sampling queries (T_comp); `rewards` is T_data; prompts are free (framework.md). */
export type Charge = "prompts" | "weakSampling" | "strongSampling" | "tokenSampling" | "enumeration" | "rewards"

const CHARGES: ReadonlyArray<Charge> = [
  "prompts",
  "weakSampling",
  "strongSampling",
  "tokenSampling",
  "enumeration",
  "rewards"
]

/** Limits on a run; absent means unlimited. */
export interface Budget {
  /** Limit on T_data. */
  readonly rewardQueries?: bigint
  /** Limit on T_comp. */
  readonly samplingQueries?: bigint
}

/** Ledger totals at one moment. JSON carries them as decimal strings. */
export interface LedgerSnapshot {
  /** T_data. */
  readonly rewardQueries: bigint
  /** T_comp. */
  readonly samplingQueries: bigint
  readonly perOracle: Readonly<Record<Charge, bigint>>
}

/**
 * A query would have passed the budget. The ledger stands exactly at the limit: the queries that fitted were made and are charged,
 * their answers are lost with the request. `learned` is the policy the algorithm holds from earlier answers.
 */
export class BudgetExhausted extends Data.TaggedError("BudgetExhausted")<{
  readonly resource: "rewardQueries" | "samplingQueries"
  readonly limit: bigint
  readonly requested: Charge
  readonly learned: Policy | undefined
}> {
  override get message(): string {
    return `budget.${this.resource}: ${this.limit} reached while charging ${this.requested}, expected the run to need no more`
  }
}

const FOLD = 2 ** 51

/** Counts queries per oracle and enforces the budget. */
export class Ledger {
  private readonly pending = new Float64Array(CHARGES.length)
  private readonly totals: Array<bigint> = CHARGES.map(() => 0n)
  private readonly budget: Budget

  constructor(budget: Budget = {}) {
    for (const [field, limit] of Object.entries(budget)) {
      if (limit !== undefined && limit < 0n) throw new RangeError(`budget.${field}: ${limit}, expected at least 0`)
    }
    this.budget = budget
  }

  /**
   * Charges n ≥ 0 queries (an integer below 2⁵¹).
   * @throws RangeError when n is negative or no integer: a charge is never given back.
   * @throws BudgetExhausted when the total would pass its limit; the ledger then stands at the limit.
   */
  charge(kind: Charge, n: number): void {
    if (!(n >= 0 && Number.isInteger(n))) throw new RangeError(`charge.${kind}: ${n}, expected an integer, at least 0`)
    const i = CHARGES.indexOf(kind)
    if (this.limitOf(kind) !== undefined) {
      this.chargeExact(kind, BigInt(n))
      return
    }
    const sum = this.pending[i] + n
    if (sum < FOLD) this.pending[i] = sum
    else {
      this.totals[i] += BigInt(this.pending[i]) + BigInt(n)
      this.pending[i] = 0
    }
  }

  /** Charges n ≥ 0 queries of any size. @throws BudgetExhausted as {@link charge}. */
  chargeExact(kind: Charge, n: bigint): void {
    if (n < 0n) throw new RangeError(`charge.${kind}: ${n}, expected at least 0`)
    const limit = this.limitOf(kind)
    if (limit !== undefined) {
      const room = limit - this.spent(kind)
      if (n > room) {
        this.totals[CHARGES.indexOf(kind)] += room
        throw new BudgetExhausted({
          resource: kind === "rewards" ? "rewardQueries" : "samplingQueries",
          limit,
          requested: kind,
          learned: undefined
        })
      }
    }
    this.totals[CHARGES.indexOf(kind)] += n
  }

  /** Queries left under the budget that `kind` counts against, or undefined when unlimited. */
  room(kind: Charge): bigint | undefined {
    const limit = this.limitOf(kind)
    return limit === undefined ? undefined : limit - this.spent(kind)
  }

  snapshot(): LedgerSnapshot {
    const perOracle = {} as Record<Charge, bigint>
    for (const kind of CHARGES) perOracle[kind] = this.total(kind)
    return { rewardQueries: perOracle.rewards, samplingQueries: this.sampling(), perOracle }
  }

  private total(kind: Charge): bigint {
    const i = CHARGES.indexOf(kind)
    return this.totals[i] + BigInt(this.pending[i])
  }

  private sampling(): bigint {
    return (
      this.total("weakSampling") +
      this.total("strongSampling") +
      this.total("tokenSampling") +
      this.total("enumeration")
    )
  }

  private spent(kind: Charge): bigint {
    return kind === "rewards" ? this.total("rewards") : this.sampling()
  }

  private limitOf(kind: Charge): bigint | undefined {
    if (kind === "prompts") return undefined
    return kind === "rewards" ? this.budget.rewardQueries : this.budget.samplingQueries
  }
}
