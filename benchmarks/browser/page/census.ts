/** What `leaks.ts` sees; the driver, which has no types of a page, reads it too. */

/** Objects alive by kind, `texture` or `gpu buffer` and so on; kinds of which none is alive are left out. */
export type Census = Readonly<Record<string, number>>

/** What making and destroying many kernels came to. */
export interface Churn {
  /** Kernels that gave a wrong result. */
  readonly wrong: number
  /** Kernels alive while the last was in use: those of the rows used last are kept. */
  readonly during: number
  readonly after: number
  readonly milliseconds: number
}
