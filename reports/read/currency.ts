/** The two currencies, as records, calls, titles and axes say them. */

export interface Currency {
  readonly name: "T_data" | "T_comp"
  /** Of a ledger. */
  readonly queries: "rewardQueries" | "samplingQueries"
  readonly what: "rewards" | "draws"
  readonly title: "Rewards" | "Draws"
}

export const T_DATA: Currency = {
  name: "T_data",
  queries: "rewardQueries",
  what: "rewards",
  title: "Rewards"
}

export const T_COMP: Currency = {
  name: "T_comp",
  queries: "samplingQueries",
  what: "draws",
  title: "Draws"
}

export const CURRENCIES: ReadonlyArray<Currency> = [T_DATA, T_COMP]

/** "rewards, T_data" */
export const counted = ({ name, what }: Currency): string => `${what}, ${name}`
