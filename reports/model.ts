/**
 * A report as data: what was found, what it cost, theorem by theorem, tables and figures; each from a record that it names. Pages in HTML, Markdown, LaTeX, CSV and JSON are functions of it, and it is a
 * function of records: nothing is measured or typed again.
 */
import { type Nature, type Verdict, VERDICT_MARK } from "../src/theorem/theorem.ts"
import type { Figure } from "./figure.ts"
import { real } from "./number-format.ts"

/** A record that a report is of. */
export interface Source {
  /** As it was named. */
  readonly file: string
  /** Where the report finds it, relative to itself. */
  readonly href: string
  /** `audit`, `critical`, … */
  readonly kind: string
  /** The call that makes it again. */
  readonly command: string
  /** Version, machine, seed: what else a reader would ask. */
  readonly made: string
}

/** One line of what was found. */
export interface Finding {
  /** Which of the report's sources it is from. */
  readonly source: number
  readonly nature: Nature
  /** What it answers, and how in few words: a terminal has the question over it. */
  readonly answers?: { readonly question: string; readonly with: string }
  /** What was held, and what was measured. */
  readonly says: string
  /** Undefined: measured, and held against nothing. */
  readonly verdict: Verdict | undefined
  /** In place of the verdict: "holds here, not promised". */
  readonly word?: string
  /** As people read it. */
  readonly interval?: string | undefined
  /** α; 0: exact. Undefined: none was stated. */
  readonly level?: number
  /** What was compared, and why undecided. */
  readonly note?: string | undefined
  /** The call that runs it again. */
  readonly replay?: string | undefined
  /** Where in the report. */
  readonly anchor?: string
}

/** What something cost, in both currencies, beside what was promised. Decimal strings pass 2⁵³. */
export interface Cost {
  readonly source: number
  readonly what: string
  readonly T_data: string | undefined
  readonly T_comp: string | undefined
  /** In words: "worst of 3 runs". */
  readonly of: string
  readonly promised?: { readonly T_data?: string | undefined; readonly T_comp?: string | undefined } | undefined
}

/** A cell: text, a number, a verdict, or an address. */
export type Cell =
  | string
  | number
  | undefined
  | { readonly verdict: Verdict; readonly word?: string }
  /** `small`: what is said of it, beside or below. */
  | {
      readonly text: string
      readonly sort?: number
      readonly href?: string | undefined
      readonly code?: true
      readonly small?: string | undefined
    }

export interface Head {
  readonly text: string
  /** In CSV, where `text` says more than programs should have to read. */
  readonly name?: string
  readonly number?: true
}

export interface Table {
  readonly kind: "table"
  readonly id: string
  readonly title: string
  /** In CSV, where `title` says more than programs should have to read. */
  readonly name?: string | undefined
  readonly heads: ReadonlyArray<Head>
  /** Under a row a note, and the call that makes it again. */
  readonly rows: ReadonlyArray<{
    readonly cells: ReadonlyArray<Cell>
    /** In CSV, where the first cell says less or more. */
    readonly name?: string
    /** Of the whole row, whose cells are marked: in CSV. */
    readonly verdict?: Verdict | undefined
    readonly note?: string | undefined
    readonly replay?: string | undefined
  }>
  readonly notes?: ReadonlyArray<string>
  readonly folded?: boolean
}

/** One clause of a theorem held against runs. */
export interface Clause {
  readonly part: string
  readonly nature: Nature
  readonly verdict: Verdict
  readonly word: string
  readonly level: number
  readonly interval?: string | undefined
  readonly measured: string | number
  readonly relation: "<=" | ">=" | "="
  readonly bound: string | number
  /** Promised over measured, or measured over promised where that is the least: how loose the promise is. */
  readonly slack?: number | undefined
  readonly note: string
  readonly certificate?: { readonly href: string; readonly grade: string } | undefined
  /** Undefined: the call of the record, which the report names. */
  readonly replay?: string | undefined
}

export interface TheoremBlock {
  readonly kind: "theorem"
  readonly anchor: string
  readonly id: string
  readonly title: string
  readonly statement?: string | undefined
  readonly paper?: string | undefined
  /** Its page of statement and proof, a path in the repository; and where that is found from the report, if it is. */
  readonly proof?: string | undefined
  readonly page?: string | undefined
  /** TeX; `met` undefined: could not be asked. Undefined as a whole: the record does not say. */
  readonly hypotheses?:
    | ReadonlyArray<{
        readonly says: string
        readonly met: boolean | undefined
        readonly why: ReadonlyArray<string>
      }>
    | undefined
  readonly clauses: ReadonlyArray<Clause>
  readonly figures: ReadonlyArray<Figure>
}

/** What base model and learned policy wrote after the same openings. */
export interface WritingBlock {
  readonly kind: "writing"
  readonly most: number
  readonly openings: ReadonlyArray<{
    readonly opening: string
    readonly columns: ReadonlyArray<{
      readonly who: string
      readonly lines: ReadonlyArray<{ readonly text: string; readonly reward: number }>
    }>
  }>
}

export type Block =
  | Table
  | TheoremBlock
  | WritingBlock
  | { readonly kind: "figures"; readonly figures: ReadonlyArray<Figure> }
  | { readonly kind: "prose"; readonly text: string }

export interface Section {
  readonly source: number
  readonly title: string
  readonly blocks: ReadonlyArray<Block>
}

/** A finding, cost or section of a record: which of the report's sources that is, the report says. */
type Of<A> = Omit<A, "source">

/** What one record contributes. Undefined findings are what it does not have; blocks with nothing in them are not shown. */
export interface Part {
  readonly source: Omit<Source, "file" | "href">
  /** Of a report of this record alone. */
  readonly title: string
  readonly findings: ReadonlyArray<Of<Finding> | undefined>
  readonly costs: ReadonlyArray<Of<Cost>>
  readonly sections: ReadonlyArray<Of<Section>>
}

/** Whether there is anything in a block. */
export const isShown = (block: Block): boolean =>
  block.kind === "table" ? block.rows.length > 0 : block.kind === "figures" ? block.figures.length > 0 : true

export interface Report {
  readonly format: "coverbound-report"
  readonly version: 1
  readonly suite: string
  readonly title: string
  /** The call that makes this report again. */
  readonly command: string
  readonly sources: ReadonlyArray<Source>
  readonly findings: ReadonlyArray<Finding>
  readonly costs: ReadonlyArray<Cost>
  readonly sections: ReadonlyArray<Section>
}

const MOST_NAMED = 3

/** Of a few records, what each is; of many, as many as there are of each kind. */
const titleOf = (parts: ReadonlyArray<Part>): string => {
  const titles = [...new Set(parts.map(({ title }) => title))]
  if (titles.length <= MOST_NAMED) return titles.join("; ")
  const kinds = [...new Set(parts.map(({ source }) => source.kind))]
  return `Report on ${kinds.map((kind) => `${parts.filter(({ source }) => source.kind === kind).length} × ${kind}`).join(", ")}`
}

/** Parts of one record each, as one report. */
export const reportOf = (
  parts: ReadonlyArray<{ readonly file: string; readonly href: string; readonly part: Part }>,
  { command, suite }: { readonly command: string; readonly suite: string }
): Report => ({
  format: "coverbound-report",
  version: 1,
  suite,
  // A demo brings the records of its audits along.
  title:
    parts.length === 1 || parts[0].part.source.kind === "demo"
      ? parts[0].part.title
      : titleOf(parts.map(({ part }) => part)),
  command,
  sources: parts.map(({ file, href, part }) => ({ file, href, ...part.source })),
  findings: parts.flatMap(({ part }, source) =>
    part.findings.filter((one) => one !== undefined).map((one) => ({ source, ...one }))
  ),
  costs: parts.flatMap(({ part }, source) => part.costs.map((one) => ({ source, ...one }))),
  sections: parts.flatMap(({ part }, source) =>
    part.sections
      .map((one) => ({ source, ...one, blocks: one.blocks.filter(isShown) }))
      .filter(({ blocks }) => blocks.length > 0)
  )
})

/** How a relation is written. */
export const RELATION = { "<=": "≤", ">=": "≥", "=": "=" } as const

/** Promised over measured; undefined where either is no positive number, or they are to be equal. */
export const slackOf = ({
  bound,
  measured,
  relation
}: Pick<Clause, "measured" | "relation" | "bound">): number | undefined => {
  const [m, b] = [Number(measured), Number(bound)]
  if (relation === "=" || !(m > 0) || !(b > 0) || !Number.isFinite(m) || !Number.isFinite(b)) return undefined
  return relation === "<=" ? b / m : m / b
}

/** A name as an anchor. */
export const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")

/** What a cell says, in any format. */
export const cellText = (cell: Cell): string =>
  cell === undefined
    ? "–"
    : typeof cell === "number"
      ? real(cell)
      : typeof cell === "string"
        ? cell
        : "verdict" in cell
          ? `${VERDICT_MARK[cell.verdict]} ${cell.word ?? cell.verdict}`
          : cell.small === undefined
            ? cell.text
            : `${cell.text} (${cell.small})`

/** The level at which a verdict could be wrong, as a cell; undefined where nothing was decided. */
export const levelCell = (level: number | undefined, verdict: Verdict | undefined): number | "exact" | undefined =>
  level !== 0 ? level : verdict === "undecided" ? undefined : "exact"

/** The same in a line: "exact", "level 0.01". */
export const levelText = (level: number | undefined, verdict: Verdict | undefined): string => {
  const cell = levelCell(level, verdict)
  return typeof cell === "number" ? `level ${real(cell)}` : (cell ?? "")
}
