/** What `coverbound diff` does: two records, their quantities, a table of what changed. */
import * as Effect from "effect/Effect"
import { real } from "../../../reports/number-format.ts"
import { formatOf } from "../../../reports/read/part.ts"
import { quantitiesOf } from "../../../reports/read/quantities.ts"
import { jsonText } from "../../run/json-text.ts"
import type { DiffCall } from "../diff.ts"
import type { CommandFailed } from "../ending.ts"
import { InvalidCall, NotHeld } from "../invalid-call.ts"
import { readingRecord, type Recorded, recordsOf } from "../report/records.ts"
import { right, table } from "../table.ts"
import { noted, type Page, pageOf, printable, wrapped, writeAll } from "../terminal.ts"
import { type Difference, differencesOf } from "./differences.ts"

/** Records of A and B that are of one kind and of one subject, in the order of A. */
const pairs = (
  as: ReadonlyArray<Recorded>,
  bs: ReadonlyArray<Recorded>
): ReadonlyArray<readonly [Recorded, Recorded]> => {
  const nameOf = ({ at }: Recorded): string =>
    [
      formatOf(at),
      at.get("algorithm").value,
      formatOf(at) === "coverbound-bench" ? at.get("suite").value : undefined
    ].join(" ")
  const left = [...bs]
  return as.flatMap((one) => {
    const i = left.findIndex((other) => nameOf(other) === nameOf(one))
    if (i < 0) return []
    return [[one, left.splice(i, 1)[0]] as const]
  })
}

/** What two runs must share to be of one subject, where their records say it. */
const EXPLORED = [
  { what: "instances", path: ["digest"] },
  { what: "prompts", path: ["prompts", "sha256"] },
  { what: "checks", path: ["checks", "sha256"] }
] as const

const digestAt = ({ at }: Recorded, path: ReadonlyArray<string>): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    at.value
  )

const cell = (value: string | number | undefined): string =>
  value === undefined ? "–" : typeof value === "number" ? real(value, 4) : printable(value)

const tableOf = (rows: ReadonlyArray<Difference>, page: Page): string =>
  table(
    page,
    ["", "what", right("A"), right("B"), "test", right("p"), right("level")],
    rows.map(({ a, b, changed, key, level, p, test }) => [
      changed ? page.ink("yellow", "≠") : "=",
      printable(key.length > 60 ? `${key.slice(0, 59)}…` : key),
      cell(a),
      cell(b),
      test,
      p === undefined ? "–" : real(p),
      level === 0 ? "exact" : real(level)
    ])
  )

/** Holds two runs against each other. Fails with NotHeld where something changed. */
export const runDiff = Effect.fnUntraced(function* (call: DiffCall): Effect.fn.Return<void, CommandFailed> {
  const { level } = call
  const [as, bs] = [yield* recordsOf([call.a]), yield* recordsOf([call.b])]
  const matched = pairs(as, bs)
  if (matched.length === 0)
    return yield* InvalidCall.named(
      "b",
      call.b,
      `a record of the kind and subject of ${call.a} (${as.map(({ at }) => formatOf(at)).join(", ")})`
    )
  const share = level / matched.length
  const compared = yield* Effect.forEach(matched, ([one, other]) =>
    Effect.map(
      readingRecord(() => differencesOf(quantitiesOf(one.at), quantitiesOf(other.at), share)),
      (differences) => {
        const notes = EXPLORED.flatMap(({ path, what }) =>
          digestAt(one, path) === digestAt(other, path) ? [] : [`The ${what} differ: their digests are not the same.`]
        )
        return { a: one.file, b: other.file, differences, notes }
      }
    )
  )
  const changed = compared.flatMap(({ differences }) => differences.filter((one) => one.changed))
  const page = pageOf(process.stdout)
  if (call.json)
    yield* writeAll(
      process.stdout,
      jsonText({
        format: "coverbound-diff",
        version: 1,
        level,
        changed: changed.length,
        records: compared.map(({ a, b, differences, notes }) => ({
          a,
          b,
          notes,
          differences: differences.map(({ a: before, b: after, p, ...rest }) => ({
            ...rest,
            a: typeof before === "number" && !Number.isFinite(before) ? null : (before ?? null),
            b: typeof after === "number" && !Number.isFinite(after) ? null : (after ?? null),
            p: p ?? null
          }))
        }))
      })
    )
  else
    yield* writeAll(
      process.stdout,
      `\n${compared
        .map(({ a, b, differences, notes }) => {
          const rows = call.all ? differences : differences.filter((one) => one.changed || one.test.startsWith("only"))
          const tested = differences.filter(({ p }) => p !== undefined).length
          return [
            `  ${page.ink("bold", `${printable(a)} → ${printable(b)}`)}`,
            "",
            ...(rows.length === 0 ? ["  nothing changed"] : [tableOf(rows, page)]),
            "",
            ...notes.map((note) => wrapped(note, page.width, "  ")),
            noted(
              `${differences.length} quantities; ${tested} two-sided tests share the level ${real(share)}, intervals that are apart differ at the sum of their levels, verdicts are compared as they stand`,
              page,
              "  "
            )
          ].join("\n")
        })
        .join("\n\n")}\n\n`
    )
  if (changed.length > 0) return yield* new NotHeld()
})
