/** What this suite's own processes are started with, so that none compiles its sources anew: half of the time of a start. */
import { tmpdir } from "node:os"
import { join } from "node:path"

/**
 * An environment with Node's compile cache in it, where the command line itself keeps it (`enableCompileCache` in bin.ts); a cache that is named already, or turned off by
 * NODE_DISABLE_COMPILE_CACHE, stays what it is. Not for processes that hold code of others: a cache is written to.
 */
export const compiledOnce = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache"),
  ...environment
})
