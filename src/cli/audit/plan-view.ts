/** An audit on all instances for a person at a terminal: one page. */
import { compact, count, duration, quantity, real } from "../../../reports/number-format.ts"
import type { CaseResult } from "../../audit/case-run.ts"
import { replayed } from "../../audit/cases.ts"
import { type ClaimVerdict, worstClauses } from "../../audit/claims.ts"
import { byReason } from "../../audit/left-out.ts"
import type { PlanResult } from "../../audit/plan-result.ts"
import type { ComparedPoint, MeanQueries, Standing } from "../../audit/standing.ts"
import { clauseWord } from "./audit-view.ts"
import { auditCall, type AuditRuns } from "../../../reports/audit-call.ts"
import { callOf } from "../../../reports/shell-argument.ts"
import { promisedText } from "../../../reports/table.ts"
import type { Part } from "../../../reports/model.ts"
import { blocksText } from "../part-view.ts"
import { right, table } from "../table.ts"
import { labelled, noted, type Page, wrapped } from "../terminal.ts"
import type { TypeCheck } from "../module/type-check.ts"

/** What changes the runs of a module: which are finished, and whether it is loaded. */
export type ModuleLimits = Pick<AuditRuns, "noTypeCheck" | "trialMemory" | "trialSeconds">

/** What was audited, as the page names it. */
export interface Audited {
  /** The name or module, as a line of a shell has it. */
  readonly asked: string
  /** How a module is run, where the call says something of it. */
  readonly limits: ModuleLimits
  /** undefined for a built-in algorithm. */
  readonly types: TypeCheck | undefined
  /** Bytes the module wrote to stdout and stderr. */
  readonly noise: number
}

/** The call that makes a case's runs again. */
export const replayOf = (
  { audit, failures, goal, planned }: CaseResult,
  { asked, limits }: Pick<Audited, "asked" | "limits">
): string => {
  const failed = failures[0]?.trial ?? 0
  const trials = Math.max(1, audit?.records.length ?? 0, planned.fresh === true ? 1 : failed + 1)
  const runs = replayed(planned, {
    seed: audit?.plan.seed ?? 1,
    trial: planned.fresh === true ? failed : 0,
    trials: planned.fresh === true ? 1 : trials,
    ...goal
  })
  return auditCall(asked, { ...runs, ...limits })
}

/** Columns of a label. */
const ROOM = 10

const setting = (result: PlanResult, { asked, noise, types }: Audited, page: Page, elapsedMs: number): string => {
  const { cases, options, runner, runs, use } = result
  const { name, summary } = runner.description
  const asks =
    types?.kind === "passed" && types.needs !== undefined ? `; its type asks for ${types.needs.join(", ")}` : ""
  const untyped = types?.kind === "skipped" ? `; types not checked (${types.why})` : ""
  const charged = use.observed.length === 0 ? "no sampling oracle" : `the ${use.observed.join(" and ")} oracle`
  const proper = use.declaredProper
    ? "proper"
    : use.observedProper === true
      ? "improper (its runs were proper)"
      : "improper"
  return [
    `  ${page.ink("bold", name)}${asked === name ? "" : `  ${page.ink("dim", asked)}`}`,
    wrapped(summary, page.width, "  "),
    "",
    labelled("oracle", `says ${use.declared}, ${proper}${asks}${untyped}; its runs charged ${charged}`, page, ROOM),
    labelled(
      "made",
      `${count(runs)} runs on ${cases.length} cases in ${duration(elapsedMs)}, seed ${options.seed}; work ${real(result.work)}${options.budget === undefined ? ", no budget" : ` of ${real(options.budget)}`}; the chance that anything correct is refuted is at most ${real(options.level)}`,
      page,
      ROOM
    ),
    ...(noise > 0
      ? [labelled("noise", `it wrote ${count(noise)} bytes to stdout and stderr, not shown`, page, ROOM)]
      : [])
  ].join("\n")
}

const isImpossibility = (id: string): boolean => id.startsWith("L")

/** A run that keeps to an impossibility need not support it. */
const word = (one: ClaimVerdict, page: Page): string => {
  const { id, level, verdict } = one
  // Level 0 and undecided: nothing put it to the test.
  return isImpossibility(id) && verdict === "undecided" && level === 0
    ? clauseWord(one, page)
    : isImpossibility(id) && verdict !== "refuted"
      ? page.ink("green", "✓ not broken")
      : isImpossibility(id)
        ? page.ink("red", "✗ broken")
        : clauseWord(one, page)
}

const claimRows = (result: PlanResult, audited: Audited, page: Page) =>
  worstClauses(result.clauses).flatMap((one): ReadonlyArray<ReadonlyArray<string>> => {
    const { bound, from, id, measured, note, part, verdict, where } = one
    const line = [
      id,
      word(one, page),
      one.nature,
      part,
      quantity(measured),
      bound === "none" ? "" : `${isImpossibility(id) && one.level > 0 ? "mean " : ""}${promisedText(one)}`,
      where
    ]
    if (verdict === "supported" || (isImpossibility(id) && verdict === "undecided")) return [line]
    return [
      line,
      [noted(note, page)],
      ...(verdict === "refuted" && from !== undefined ? [[noted(`replay: ${replayOf(from, audited)}`, page)]] : [])
    ]
  })

const claims = (result: PlanResult, audited: Audited, page: Page): string =>
  table(
    page,
    ["claim", "verdict", "rests on", "clause", right("measured"), "promised", "worst in"],
    claimRows(result, audited, page)
  )

const laws = ({ laws: all }: PlanResult, page: Page): string => {
  if (all.length === 0) return labelled("laws", "none was looked at", page, ROOM)
  const held = all.filter(({ verdict }) => verdict === "supported").length
  const broken = all.filter(({ verdict }) => verdict === "refuted")
  const open = all.length - held - broken.length
  const summary = `${held} of ${all.length} laws of its program held${open === 0 ? "" : `, ${open} undecided`}${broken.length === 0 ? "" : `, ${page.ink("red", `${broken.length} refuted`)}`}`
  return labelled("laws", summary, page, ROOM)
}

const cell = (queries: MeanQueries | string): string =>
  typeof queries === "string" ? "–" : `${compact(queries.data)} / ${compact(queries.computation)}`

const WORDS: Readonly<Record<Standing["relation"], string>> = {
  dominates: "dominating",
  dominated: "dominated",
  "trade-off": "a trade-off",
  alike: "alike",
  "not compared": "not compared"
}

const standing = ({ runner, standing: all }: PlanResult, page: Page): string => {
  const points = all.reduce<ReadonlyArray<ComparedPoint>>(
    (most, one) => (one.points.length > most.length ? one.points : most),
    []
  )
  const row = (name: string, pick: (point: ComparedPoint) => MeanQueries | string, one: Standing | undefined) => [
    name,
    ...points.map(({ spec }) => {
      const point = (one?.points ?? points).find((p) => p.spec === spec)
      return point === undefined ? "–" : cell(pick(point))
    }),
    one === undefined ? "" : WORDS[one.relation]
  ]
  return table(
    page,
    [
      "T_data / T_comp to 0.1 R",
      ...points.map(({ spec }) => right(spec.replace("rare-good:", ""))),
      `${runner.description.name} is`
    ],
    [row(runner.description.name, (p) => p.own, undefined), ...all.map((one) => row(one.other, (p) => p.other, one))]
  )
}

/** Findings shown; all are in run.json. */
const SHOWN = 8

/** Where the runs of a broken law first left it, a smallest instance that shows it, and the line that makes it again. */
const lookedAt = ({ laws: all, options }: PlanResult, asked: string, page: Page): ReadonlyArray<string> =>
  all.flatMap(({ id, look, verdict }) => {
    if (verdict !== "refuted" || look === undefined) return []
    const at = look.request === undefined ? "" : `first at ${look.request}`
    const on = look.spec === undefined ? "" : `${at === "" ? "" : "; "}also on ${look.spec}`
    const replay = callOf(`verify ${asked}`, { theorem: id, seed: options.seed, instance: look.spec })
    return [
      ...(at + on === "" ? [] : [wrapped(`law ${id}: ${at}${on}`, page.width, "      ")]),
      noted(`replay: ${replay}`, page)
    ]
  })

/** The smaller instance on which runs end above ε too. */
const smaller = ({ options, smallest }: PlanResult, { asked, limits }: Audited, page: Page): ReadonlyArray<string> => {
  if (smallest === undefined) return []
  const { above, goal, interpreter, parameters, runs, spec } = smallest
  const replay = auditCall(asked, {
    instance: spec,
    eps: goal.epsilon,
    delta: goal.delta,
    parameters,
    oracle: interpreter,
    seed: options.seed,
    trials: runs,
    ...limits
  })
  return [
    wrapped(`smallest found: ${above} of ${runs} runs end above ε on ${spec}`, page.width, "      "),
    noted(`replay: ${replay}`, page)
  ]
}

const ending = (result: PlanResult, audited: Audited, page: Page): ReadonlyArray<string> => {
  const { findings, leftOut, whereToLook } = result
  return [
    ...(findings.length === 0
      ? [`  ${page.ink("green", "✓ nothing was refuted")}`]
      : [
          `  ${page.ink("red", `✗ ${findings.length} ${findings.length === 1 ? "finding" : "findings"}`)}`,
          ...findings.slice(0, SHOWN).map(({ what, where }) => wrapped(`${where}: ${what}`, page.width, "    ")),
          ...(findings.length > SHOWN ? [`    and ${findings.length - SHOWN} more in run.json`] : [])
        ]),
    ...lookedAt(result, audited.asked, page),
    ...smaller(result, audited, page),
    ...(whereToLook === undefined ? [] : [labelled("look at", whereToLook, page, ROOM)]),
    ...(leftOut.length === 0 ? [] : [labelled("left out", byReason(leftOut).join("; "), page, ROOM)])
  ]
}

/** The whole page. @param part of a report: its exponents are printed as they are there */
export const planText = (result: PlanResult, part: Part, audited: Audited, page: Page, elapsedMs: number): string => {
  const exponents = part.sections[1].blocks
  return `${[
    "",
    setting(result, audited, page, elapsedMs),
    "",
    claims(result, audited, page),
    laws(result, page),
    ...(result.exponents.length === 0 ? [] : ["", blocksText(exponents, page)]),
    ...(result.standing.length === 0 ? [] : ["", standing(result, page)]),
    "",
    ...ending(result, audited, page)
  ].join("\n")}\n`
}
