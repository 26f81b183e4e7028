/**
 * Work: how long an audit or a verification may go on, in units that no machine's speed changes. A call of an oracle is one unit, however many queries it stands for; literal draws and
 * what a trial takes beside its calls (opening oracles, evaluating a policy) count by what they take of one. So a plan that is cut is cut at the same place everywhere: a slow machine, or
 * one that is busy with something else, says the same later.
 */

/** Units of which budgets are counted: of a module, whose calls cross a process, a few seconds of one core of 2025; of what is built in, a tenth of one. */
export const BUDGET_UNIT = 20_000
/** Of a trial, beside its calls. */
export const TRIAL_WORK = 100
/** Literal draws that take as long as a call. */
export const DRAWS_PER_UNIT = 1000

/** What may be spent, and what was. */
export class Work {
  private units = 0
  private readonly most: number

  /** @param budget of {@link BUDGET_UNIT}s. Default: as many as it takes */
  constructor(budget = Infinity) {
    this.most = budget * BUDGET_UNIT
  }

  add(units: number): void {
    this.units += units
  }

  get spent(): number {
    return this.units
  }

  get over(): boolean {
    return this.units > this.most
  }

  /** Budget that is left, in {@link BUDGET_UNIT}s; at least 0. */
  get left(): number {
    return Math.max(0, this.most - this.units) / BUDGET_UNIT
  }
}
