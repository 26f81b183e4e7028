/** The token oracle of one run: an instance's token side through one interpreter. */
import type { Interpreter } from "../interpreter.ts"
import { TokenBench, TokenSideMissing } from "./token-bench.ts"
import { exactLawTokens } from "./token-exact-law.ts"
import { literalTokens } from "./token-literal.ts"
import type { TokenSampling } from "./token-services.ts"
import { answer, type Workbench } from "../workbench.ts"

/** On an instance without a token side every operation dies with {@link TokenSideMissing}. */
export const tokenOracle = (
  bench: Workbench,
  interpreter: Interpreter,
  batch: number | undefined
): TokenSampling["Service"] => {
  const { tokens } = bench.instance
  if (tokens === undefined) {
    const missing = (): never => {
      throw new TokenSideMissing({ instance: bench.instance.spec })
    }
    return { start: missing, extend: missing, finish: missing, draw: missing, firstHit: missing, tilted: missing }
  }
  const tokenBench = new TokenBench(bench, tokens)
  const immediate = interpreter === "exact-law" ? exactLawTokens(tokenBench) : literalTokens(tokenBench, batch)
  return {
    start: (prompt) => tokenBench.start(prompt),
    extend: (token) => tokenBench.extend(token),
    finish: (prefix) => tokenBench.finish(prefix),
    draw: (prefix) => answer(() => immediate.draw(prefix)),
    firstHit: (prefix, test, limit) => answer(() => immediate.firstHit(prefix, test, limit)),
    tilted: (prefix, request) => answer(() => immediate.tilted(prefix, request)),
    immediate
  }
}
