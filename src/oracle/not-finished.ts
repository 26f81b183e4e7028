/**
 * A run was stopped before its end although nothing wrong was seen of it: it asked more of its oracles than it may, or made no progress. Dies through the run. It is never a
 * verdict: what was not finished is neither supported nor refuted.
 */
export class NotFinished extends Error {
  readonly _tag = "NotFinished"
}
