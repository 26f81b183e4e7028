/** A figure as data: what is drawn, said and listed are all read from it, so that none can disagree with another. */
import { csvText } from "./csv.ts"

export interface Axis {
  readonly label: string
  /** `category`: values are the names in `categories`, by place. */
  readonly scale: "log" | "linear" | "category"
  readonly categories?: ReadonlyArray<string>
  readonly domain?: readonly [number, number]
}

export interface Dot {
  readonly x: number
  readonly y: number
  /** Of an interval along y (along x, where y is a category). */
  readonly lower?: number | undefined
  readonly upper?: number | undefined
  /** Shown when pointed at, beside the numbers. */
  readonly note?: string
}

export type Layer =
  /** A mark a point; `small`: runs behind their summary. */
  | { readonly kind: "dots"; readonly series: string; readonly points: ReadonlyArray<Dot>; readonly small?: true }
  | {
      readonly kind: "line"
      readonly series: string
      readonly points: ReadonlyArray<Dot>
      /** `prediction`: dashed; `run`: thin. */
      readonly as?: "prediction" | "run" | "step"
    }
  /** Between `lower` and `upper`. */
  | { readonly kind: "band"; readonly series: string; readonly points: ReadonlyArray<Dot> }
  /** Shaded between `lower` and `upper`: what cannot be. `name`: where it is listed. */
  | { readonly kind: "region"; readonly label: string; readonly name?: string; readonly points: ReadonlyArray<Dot> }
  | { readonly kind: "rule"; readonly axis: "x" | "y"; readonly label: string; readonly at: number }

export interface Figure {
  readonly id: string
  readonly title: string
  readonly caption: string
  /** What it shows, for those who cannot see it. */
  readonly alt: string
  readonly x: Axis
  readonly y: Axis
  readonly layers: ReadonlyArray<Layer>
}

/** An axis of logarithms. */
export const logAxis = (label: string): Axis => ({ label, scale: "log" })

/** An axis of shares of one. */
export const shareAxis = (label: string): Axis => ({ label, scale: "linear", domain: [0, 1] })

/** A line through its dots. */
export const traced = (series: string, points: ReadonlyArray<Dot>): ReadonlyArray<Layer> => [
  { kind: "line", series, points },
  { kind: "dots", series, points }
]

/** What theory or a model says, dashed: nothing where it says it of fewer than two points. */
export const dashed = (series: string, points: ReadonlyArray<Dot>): ReadonlyArray<Layer> =>
  points.length < 2 ? [] : [{ kind: "line", series, as: "prediction", points }]

/** Series in the order in which they first appear: their place is their colour and shape. */
export const seriesOf = ({ layers }: Pick<Figure, "layers">): ReadonlyArray<string> => [
  ...new Set(layers.flatMap((layer) => ("series" in layer ? [layer.series] : [])))
]

/** A value of an axis as it is listed. */
export const valueOn = ({ categories, scale }: Axis, value: number): string | number =>
  scale === "category" ? (categories?.[value] ?? value) : value

/** Every number that is drawn, a row a point. */
export const figureRows = ({ layers, x, y }: Figure): ReadonlyArray<ReadonlyArray<string | number | undefined>> =>
  layers.flatMap((layer) =>
    layer.kind === "rule"
      ? [[layer.kind, layer.label, ...(layer.axis === "x" ? [layer.at, undefined] : [undefined, layer.at])]]
      : layer.points.map((point) => [
          layer.kind === "line" && layer.as !== undefined ? layer.as : layer.kind,
          layer.kind === "region" ? (layer.name ?? layer.label) : layer.series,
          valueOn(x, point.x),
          layer.kind === "band" || layer.kind === "region" ? undefined : valueOn(y, point.y),
          point.lower,
          point.upper,
          point.note
        ])
  )

export const figureHeads = ({ x, y }: Figure): ReadonlyArray<string> => [
  "mark",
  "series",
  plain(x.label),
  plain(y.label),
  "lower",
  "upper",
  "note"
]

/** An axis' label without its arrow. */
const plain = (label: string): string => label.replace(/[↑→]/g, "").trim()

export const figureCsv = (figure: Figure): string => csvText([figureHeads(figure), ...figureRows(figure)])

/** At most `most` of a run's points, evenly over the logarithm of x, its ends among them. */
export const thinned = (points: ReadonlyArray<Dot>, most: number): ReadonlyArray<Dot> => {
  if (points.length <= most) return points
  const [first, last] = [points[0], points[points.length - 1]]
  const step = Math.log(last.x / Math.max(first.x, Number.MIN_VALUE)) / (most - 1)
  const kept = [first]
  for (const point of points.slice(1, -1)) if (Math.log(point.x / kept[kept.length - 1].x) >= step) kept.push(point)
  return [...kept, last]
}
