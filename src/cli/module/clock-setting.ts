/** How the clock of a sandbox goes (sandbox-clock.ts). */
export interface ClockSetting {
  /** Milliseconds that the clock is ahead. */
  readonly ahead: number
  /** Its milliseconds in one of the machine's. */
  readonly rate: number
}

/** The machine's own. */
export const TRUE_CLOCK: ClockSetting = { ahead: 0, rate: 1 }

/** Another: years ahead, and so fast that whatever waits for a moment has waited. */
export const OTHER_CLOCK: ClockSetting = { ahead: 2.3e11, rate: 10_000 }
