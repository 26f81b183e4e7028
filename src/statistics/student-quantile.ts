/** Quantiles of Student's t, from @stdlib: loaded where one is first asked for. Its four hundred modules took every process a tenth of a second, and most ask for none. */
import { createRequire } from "node:module"

type Quantile = (p: number, degreesOfFreedom: number) => number

const require = createRequire(import.meta.url)
let loaded: Quantile | undefined

/** @param p in [0, 1] @param degreesOfFreedom > 0 */
export const studentQuantile: Quantile = (p, degreesOfFreedom) => {
  if (loaded === undefined) {
    // A function in the repository, a module whose default it is in the package (.ci/vendor.mjs).
    const found = require("@stdlib/stats-base-dists-t-quantile") as Quantile | { readonly default: Quantile }
    loaded = typeof found === "function" ? found : found.default
  }
  return loaded(p, degreesOfFreedom)
}
