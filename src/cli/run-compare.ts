/** What `coverbound compare` does: sections one after another, a page, a file. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Scheduler from "effect/Scheduler"
import { duration } from "../../reports/number-format.ts"
import { algorithms } from "../algorithm/registry.ts"
import { compare, sectionMakers } from "../compare/compare.ts"
import type { Section } from "../compare/section.ts"
import { type JsonInput, jsonText } from "../run/json-text.ts"
import type { CompareCall } from "./compare.ts"
import type { CommandFailed } from "./ending.ts"
import { InvalidCall, NotHeld } from "./invalid-call.ts"
import { ProgressBar } from "./progress.ts"
import { blocksText, partOfDocument } from "./part-view.ts"
import { pageOf, write } from "./terminal.ts"
import { VERSION } from "./version.ts"
import { withWorkshop } from "./work/open-workshop.ts"
import { ownFolder, writeWhole } from "./whole-file.ts"

/** The names of `--section`, or one line that says which is wrong. */
const selection = (given: Option.Option<string>): Effect.Effect<ReadonlyArray<string>, InvalidCall> => {
  const names = Option.match(given, { onNone: () => [], onSome: (text) => text.split(",").map((name) => name.trim()) })
  const known = sectionMakers.map(({ id }) => id)
  const wrong = names.find((name) => !known.includes(name))
  return wrong === undefined ? Effect.succeed(names) : Effect.fail(InvalidCall.notOneOf("--section", wrong, known))
}

/** Compares. Fails with NotHeld when a prediction was refuted. */
export const runCompare = Effect.fnUntraced(function* (options: CompareCall): Effect.fn.Return<void, CommandFailed> {
  const select = yield* selection(options.section)
  const folder = yield* ownFolder(options.out, "compare", "compare.json")
  yield* withWorkshop({ ...options, folder, short: false }, () => compareIn(folder, options, select))
})

/** Compares in a workshop. */
const compareIn = Effect.fnUntraced(function* (
  folder: string,
  options: CompareCall,
  select: ReadonlyArray<string>
): Effect.fn.Return<void, CommandFailed> {
  const { level, seed } = options
  const start = performance.now()
  const page = pageOf(process.stdout)
  const bar = new ProgressBar()
  bar.estimate(options.quick ? "the quick comparison takes under a minute" : "the comparison takes about 3 min")
  const total = select.length > 0 ? select.length : sectionMakers.length
  const finished: Array<Section> = []
  const document = (sections: ReadonlyArray<Section> = finished): JsonInput => ({
    format: "coverbound-compare",
    version: 1,
    suite: VERSION,
    quick: options.quick,
    seed,
    level,
    sections: sections.map(({ data, heads, id, notes, rows, title }) => ({
      id,
      title,
      heads: [...heads],
      rows: rows.map(({ cells, verdict }) => ({ cells: [...cells], verdict: verdict ?? null })),
      notes: [...notes],
      data
    }))
  })
  yield* compare(
    {
      algorithms,
      quick: options.quick,
      seed,
      level,
      progress: (what) => bar.update(finished.length / total, what)
    },
    select,
    (section) => {
      finished.push(section)
      bar.clear()
      const [{ blocks }] = partOfDocument(document([section])).sections
      if (!options.json) process.stdout.write(`\n${blocksText(blocks, page)}\n`)
    }
  ).pipe(
    Effect.provideService(Scheduler.MaxOpsBeforeYield, 8),
    // An interrupted comparison keeps the sections that were finished.
    Effect.onInterrupt(() =>
      finished.length === 0 ? Effect.void : Effect.ignore(writeWhole(folder, "compare.json", jsonText(document())))
    ),
    Effect.ensuring(Effect.sync(() => bar.clear()))
  )
  const path = yield* writeWhole(folder, "compare.json", jsonText(document()))
  yield* write(
    process.stdout,
    options.json
      ? jsonText(document())
      : `\n  ${duration(performance.now() - start)}. Every figure: ${page.ink("bold", path)}\n\n`
  )
  if (finished.some(({ rows }) => rows.some(({ verdict }) => verdict === "refuted"))) return yield* new NotHeld()
})
