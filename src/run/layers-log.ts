/** What a run tells its journal of spanners and passes, kept for its record. */
import { GrowingRows } from "../numeric/growing-rows.ts"
import type { LayersRecord, RunRecord, SpannerRecord } from "./run-record.ts"

/** What a multi-turn algorithm tells of its passes. */
export class LayersLog {
  private readonly rows: GrowingRows
  private readonly layers: Array<number> = []
  private passes = 0
  private restarts = 0
  private prefixes = 0
  private longestPass = 0

  constructor(dimension: number) {
    this.rows = new GrowingRows(dimension)
  }

  accept(phi: Float64Array, layer: number): void {
    this.rows.push(phi)
    this.layers.push(layer)
  }

  pass(prefixes: number, fired: boolean): void {
    this.passes++
    if (fired) this.restarts++
    this.prefixes += prefixes
    this.longestPass = Math.max(this.longestPass, prefixes)
  }

  record(): Pick<RunRecord, "layers"> {
    const { layers, longestPass, prefixes, restarts, rows } = this
    if (this.passes === 0) return {}
    const acceptedLayers = Int32Array.from(layers)
    return { layers: { restarts, prefixes, longestPass, acceptedLayers, accepted: rows.rows() } }
  }
}

/** The accepted relative features of one layer (0 … H−1), in order. @param d dimension of the token features */
export const layerSpanner = ({ accepted, acceptedLayers }: LayersRecord, layer: number, d: number): SpannerRecord => {
  const rows = new GrowingRows(d)
  acceptedLayers.forEach((at, i) => {
    if (at === layer) rows.push(accepted.subarray(i * d, (i + 1) * d))
  })
  return { count: rows.count, accepted: rows.rows() }
}

/** How many pairs layers 1 … H accepted. */
export const acceptedPerLayer = ({ acceptedLayers }: LayersRecord, horizon: number): ReadonlyArray<number> => {
  const accepted = new Array<number>(horizon).fill(0)
  for (const h of acceptedLayers) if (h >= 0 && h < horizon) accepted[h]++
  return accepted
}

/** The spanners of layers 1 … H of a run; empty ones where it told of none. */
export const layerSpanners = ({ layers, problem: { tokens } }: RunRecord): ReadonlyArray<SpannerRecord> =>
  Array.from({ length: tokens?.horizon ?? 0 }, (_, layer) =>
    layers === undefined ? { count: 0, accepted: new Float64Array(0) } : layerSpanner(layers, layer, tokens!.dimension)
  )
