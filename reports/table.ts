/** Tables by their columns: a head beside the cell that stands under it. */
import {
  type Cell,
  type Clause,
  type Cost,
  type Head,
  levelCell,
  RELATION,
  type Table,
  type TheoremBlock
} from "./model.ts"
import { labelOf } from "./names.ts"
import { count, quantity, real } from "./number-format.ts"

export interface Column<A> extends Head {
  readonly cell: (row: A, i: number) => Cell
}

/** A column of words. */
export const words = <A>(text: string, cell: (row: A, i: number) => Cell): Column<A> => ({ text, cell })

/** A column of numbers. */
export const numbers = <A>(text: string, cell: (row: A, i: number) => Cell): Column<A> => ({ text, number: true, cell })

/** A column whose head says more than its name in CSV. */
export const named = <A>(name: string, column: Column<A>): Column<A> => ({ ...column, name })

/** A number as it is written, sorted by what it is. */
export const written = (text: string, sort: number): Cell => ({ text, sort })

interface Tabled<A> extends Pick<Table, "id" | "title" | "name" | "notes" | "folded"> {
  readonly columns: ReadonlyArray<Column<A>>
  /** Under a row; and its name in CSV. */
  readonly under?: (row: A) => Pick<Table["rows"][number], "name" | "note" | "replay">
}

/** A row for each of `rows`; a column with nothing in it is not there. */
export const tableOf = <A>(rows: ReadonlyArray<A>, { columns, under, ...rest }: Tabled<A>): Table => {
  const all = columns.map(({ cell, ...head }) => ({ head, cells: rows.map(cell) }))
  const shown = all.filter(({ cells }) => cells.some((cell) => cell !== undefined))
  return {
    kind: "table",
    ...rest,
    heads: shown.map(({ head }) => head),
    rows: rows.map((row, i) => ({ cells: shown.map(({ cells }) => cells[i]), ...under?.(row) }))
  }
}

/** What a clause promises: "≤ 0.1". */
export const promisedText = ({ bound, relation }: Pick<Clause, "bound" | "relation">): string =>
  bound === "none" ? "–" : `${RELATION[relation]} ${quantity(bound)}`

/** A clause held against runs, in a line. */
export const heldText = (clause: Pick<Clause, "bound" | "measured" | "relation">): string =>
  `${quantity(clause.measured)}, promised ${promisedText(clause)}`

/** Clauses of a theorem beside what was measured. */
export const clauseTable = (
  { anchor, id }: Pick<TheoremBlock, "anchor" | "id">,
  clauses: ReadonlyArray<Clause>
): Table =>
  tableOf(clauses, {
    id: `${anchor}-clauses`,
    title: `Clauses of ${id}`,
    columns: [
      words("clause", ({ nature, part }) => ({ text: part, small: nature })),
      words("verdict", ({ verdict, word }) => ({ verdict, word })),
      numbers("measured", ({ interval, measured }) => ({ text: quantity(measured), small: interval })),
      numbers("promised", promisedText),
      numbers("slack", ({ slack }) => (slack === undefined ? undefined : written(`${real(slack)} ×`, slack))),
      words("level", ({ level, verdict }) => levelCell(level, verdict)),
      words("certificate", ({ certificate }) =>
        certificate === undefined ? undefined : { text: certificate.grade, href: certificate.href }
      )
    ],
    under: ({ note, replay }) => ({ note, replay })
  })

/** A cost, and what was promised of it. */
const costCell = (value: string | undefined, bound: string | undefined): Cell => {
  if (value === undefined) return undefined
  const slack = Number(value) > 0 ? `, ${real(Number(bound) / Number(value))} × as much promised` : ""
  return { text: count(value), ...(bound === undefined ? {} : { small: `≤ ${count(bound)}${slack}` }) }
}

/** What everything cost, in both currencies. */
export const costTable = (costs: ReadonlyArray<Cost>): Table =>
  tableOf(costs, {
    id: "costs",
    title: "What it cost, in both currencies",
    columns: [
      words("cost of", ({ of, what }) => ({ text: labelOf(what), small: of })),
      numbers("rewards, T_data", ({ promised, T_data }) => costCell(T_data, promised?.T_data)),
      numbers("draws, T_comp", ({ promised, T_comp }) => costCell(T_comp, promised?.T_comp))
    ]
  })
