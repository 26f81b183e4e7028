/**
 * How samples were drawn, as far as anybody says. Coverage is of the law that was sampled: a temperature, a nucleus or repeats that were collapsed before they
 * were scored make it another law's than the model's, and no test on the file can tell.
 */

export interface Sampling {
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  /** Whether every draw is there (`kept`), or some were merged or voted on before scoring. */
  readonly repeats?: "kept" | "collapsed"
}

/** What a reader must know before believing figures from such samples, a line each. */
export const samplingNotes = ({ repeats, temperature, topK, topP }: Sampling): ReadonlyArray<string> => {
  const stated = { temperature, "top-p": topP, "top-k": topK, "whether repeats were kept": repeats }
  const unstated = Object.entries(stated).flatMap(([name, value]) => (value === undefined ? [name] : []))
  const cut = [
    ...(topP !== undefined && topP < 1 ? [`top-p ${topP}`] : []),
    ...(topK !== undefined && topK > 0 ? [`top-k ${topK}`] : [])
  ]
  return [
    ...(temperature !== undefined && temperature !== 1
      ? [`temperature ${temperature}: figures are of the law at that temperature, not of the model's own`]
      : []),
    ...(cut.length > 0
      ? [
          `truncated sampling (${cut.join(", ")}): what lies outside has probability 0 here, so that coverage of it is infinite whatever these figures say`
        ]
      : []),
    ...(repeats === "collapsed"
      ? ["repeats were collapsed before scoring: a count is of verdicts, not of draws, and pass@k is not the model's"]
      : []),
    ...(unstated.length > 0
      ? [
          `not stated: ${unstated.join(", ")} (--temperature, --top-p, --top-k, --repeats); figures are of the law that was sampled`
        ]
      : [])
  ]
}
