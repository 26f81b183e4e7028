/** An audit's run.json as a part of a report. */
import { auditCall, type AuditRuns } from "../audit-call.ts"
import { quoted } from "../shell-argument.ts"
import { proportionConfidenceSequence } from "../../src/statistics/confidence-sequence.ts"
import { theorems } from "../../src/theorem/registry.ts"
import { type Cell, type Clause, type Part, slackOf, slug, type TheoremBlock } from "../model.ts"
import { labelOf } from "../names.ts"
import { count, real, sureBetween } from "../number-format.ts"
import { heldText, tableOf, words } from "../table.ts"
import type { At } from "./at.ts"
import { runFigures, spannerGrowth } from "./audit-figures.ts"
import type { Currency } from "./currency.ts"
import { heldAt, standingAt } from "./judged.ts"

/** A certificate beside the record, by `T7-epsilon`. */
export type Certificates = ReadonlyMap<string, { readonly href: string; readonly grade: string }>

/** What a reader of records is told of where the report will be. */
export interface Around {
  /** Of anchors, unique in the report. */
  readonly prefix: string
  /** Certificates beside the record, by `T7-epsilon`. */
  readonly certificates: Certificates
  /** Where a page of the repository is found from the report; undefined where it is not. */
  readonly pageHref: (path: string) => string | undefined
}

/** How a module was run, where its call said something of it. */
export const limitsAt = (at: At): AuditRuns => ({
  trialSeconds: at.get("trialSeconds").maybeNumber,
  trialMemory: at.get("trialMemory").maybeNumber,
  noTypeCheck: at.get("noTypeCheck").value === true
})

/** The call that makes an audit again. */
const auditCommand = (at: At): string => {
  const goal = at.get("goal")
  const told = goal.get("coverage").number
  const most = (queries: Currency["queries"]): string | undefined =>
    at.get("budget").maybe((budget) => budget.get(queries).maybe(({ count: limit }) => limit))
  return auditCall(quoted(at.get("file").maybeText ?? at.get("algorithm").text), {
    instance: at.get("instance").text,
    eps: goal.get("epsilon").number,
    delta: goal.get("delta").number,
    coverage: told === at.in("exact", "coverage").number ? undefined : told,
    oracle: at.get("oracle").text,
    parameters: at.get("parametersFrom").text,
    trials: at.get("trials").number,
    seed: at.get("seed").number,
    level: at.get("level").number,
    budgetRewards: most("rewardQueries"),
    budgetSamples: most("samplingQueries"),
    ...limitsAt(at)
  })
}

/** Where a record was made. */
export const madeAt = (at: At): string => {
  const environment = at.get("environment")
  const where = environment.there
    ? `, Node ${environment.get("node").text} on ${environment.get("platform").text} ${environment.get("architecture").text}, searches by ${environment.get("backend").text}`
    : ""
  return `coverbound ${at.get("suite").text}${where}`
}

/** The interval of a probability that a clause was judged on, by what its runs counted. */
const intervalOf = (at: At, theorem: string, part: string, level: number): string | undefined => {
  if (!(level > 0) || !at.get("runs").there) return undefined
  const runs = at.get("runs").list
  let [bad, trials] = [0, runs.length]
  if (part === "epsilon") {
    const epsilon = at.in("goal", "epsilon").number
    bad = runs.filter((run) => !(run.in("suboptimality", "value").number <= epsilon)).length
  } else if (theorem === "T6" && part === "failure") {
    bad = runs.reduce((sum, run) => sum + run.in("sampler", "unaccepted").number, 0)
    trials = runs.reduce((sum, run) => sum + run.in("sampler", "calls").number, 0)
  } else return undefined
  if (trials === 0) return undefined
  const { lower, upper } = proportionConfidenceSequence(bad, trials, level)
  return `${count(bad)} of ${count(trials)}, ${sureBetween(level, lower, upper)}`
}

const clauseOf = (at: At, one: At, certificates: Certificates, command: string | undefined): Clause => {
  const [theorem, part] = [one.get("theorem").text, one.get("part").text]
  const level = one.get("level").number
  const held = heldAt(one)
  const certificate = certificates.get(`${theorem}-${part}`)
  return {
    part,
    nature: one.get("nature").nature,
    verdict: one.get("verdict").verdict,
    word: standingAt(one),
    level,
    ...held,
    interval: intervalOf(at, theorem, part, level),
    slack: slackOf(held),
    note: one.get("note").text,
    certificate,
    replay: certificate === undefined ? command : `coverbound check ${quoted(certificate.href)} --replay 1`
  }
}

/** What was judged, theorem by theorem: those with evidence first. @param command that shows a clause again which has no certificate */
export const blocksOf = (
  at: At,
  { certificates, pageHref, prefix }: Around,
  command?: string
): ReadonlyArray<TheoremBlock> => {
  const verdicts = at.get("verdicts").list
  const ids = [...new Set(verdicts.map((one) => one.get("theorem").text))]
  const byEvidence = ids.toSorted((a, b) => {
    const evident = (id: string): number =>
      verdicts.some((one) => one.get("theorem").text === id && one.get("nature").nature === "evidence") ? 0 : 1
    return evident(a) - evident(b)
  })
  return byEvidence.map((id) => {
    const theorem = theorems.find((one) => one.id === id)
    const clauses = verdicts
      .filter((one) => one.get("theorem").text === id)
      .map((one) => clauseOf(at, one, certificates, command))
    const stated = at.get("theorems").some.find((one) => one.get("id").text === id)
    const figures = clauses.some(({ part }) => part === "epsilon")
      ? runFigures(at, `${prefix}${slug(id)}-`)
      : id === "T3"
        ? spannerGrowth(at, `${prefix}spanner`)
        : []
    return {
      kind: "theorem",
      anchor: `${prefix}${slug(id)}`,
      id,
      title: theorem?.title ?? "what the algorithm claims of itself",
      statement: theorem?.statement,
      proof: theorem?.page,
      page: theorem === undefined ? undefined : pageHref(theorem.page),
      paper: theorem?.paper,
      hypotheses: stated?.get("hypotheses").list.map((one) => ({
        says: one.get("says").text,
        met: one.get("met").maybe(({ flag }) => flag),
        why: one.get("why").some.map(({ text }) => text)
      })),
      clauses,
      figures
    }
  })
}

/** A line a clause. */
export const findingsOf = (blocks: ReadonlyArray<TheoremBlock>): Part["findings"] =>
  blocks.flatMap(({ anchor, clauses, id }) =>
    clauses.map((one) => ({
      nature: one.nature,
      says: `${id} ${one.part}: ${heldText(one)}`,
      verdict: one.verdict,
      word: one.word,
      level: one.level,
      interval: one.interval,
      ...(one.verdict === "supported" ? {} : { note: one.note, replay: one.replay }),
      anchor
    }))
  )

/** What the first clause that bounds a currency promises of it, where that is a count. */
export const promisedOf = (at: At, part: "T_data" | "T_comp"): string | undefined => {
  const clause = at.get("verdicts").list.find((one) => one.get("part").text === part && one.get("bound").there)
  const bound = String(clause?.get("bound").quantity)
  return /^\d+$/.test(bound) ? bound : undefined
}

/** What was run: names and cells. */
const settingOf = (at: At, trials: number): ReadonlyArray<readonly [string, Cell]> => {
  const [problem, exact, goal] = [at.get("problem"), at.get("exact"), at.get("goal")]
  const parameters = at.get("parameters").entries.map(([name, value]) => `${name} = ${real(value.number, 4)}`)
  return [
    ["instance", { text: `${at.get("instance").text}, sha-256 ${at.get("digest").text}`, code: true }],
    [
      "exactly",
      `d = ${problem.get("dimension").number}, R = ${real(problem.get("rewardRange").number)}, β = ${real(problem.get("beta").number, 4)}; C_cov = ${real(exact.get("coverage").number, 6)}, J* = ${real(exact.get("optimalObjective").number, 4)}`
    ],
    [
      "goal",
      `ε = ${real(goal.get("epsilon").number)}, δ = ${real(goal.get("delta").number)}, told C_cov ≤ ${real(goal.get("coverage").number, 6)}`
    ],
    ["parameters", `${at.get("parametersFrom").text}: ${parameters.join(", ")}`],
    ["runs", `${trials} trials, seed ${at.get("seed").number}, ${at.get("oracle").text} oracle`]
  ]
}

/** What an audit contributes. */
export const auditPart = (at: At, around: Around): Part => {
  const { prefix } = around
  const algorithm = at.get("algorithm").text
  const instance = at.get("instance").text
  const command = auditCommand(at)
  const blocks = blocksOf(at, around, command)
  const trials = at.get("runs").some.length
  const interrupted = at.get("interrupted").maybeText
  // Where nothing claims ε, the curves stand by themselves.
  const alone = blocks.some(({ figures }) => figures.length > 0) ? [] : runFigures(at, prefix)
  return {
    source: {
      kind: "audit",
      command,
      made: `${madeAt(at)}${interrupted === undefined ? "" : `; interrupted ${interrupted}`}`
    },
    title: `${labelOf(algorithm)} on ${instance.split(":")[0]}, held against theory`,
    findings: findingsOf(blocks),
    costs: [
      {
        what: algorithm,
        of: `on ${instance.split(":")[0]}, dearest of ${trials}; worst suboptimality ${real(at.get("suboptimality").number)}, the base model's ${real(at.in("exact", "referenceSuboptimality").number)}`,
        T_data: at.in("ledger", "rewardQueries").count,
        T_comp: at.in("ledger", "samplingQueries").count,
        promised: { T_data: promisedOf(at, "T_data"), T_comp: promisedOf(at, "T_comp") }
      }
    ],
    sections: [
      {
        title: `${labelOf(algorithm)} on ${instance}`,
        blocks: [
          tableOf(settingOf(at, trials), {
            id: `${prefix}setting`,
            title: "Setting",
            columns: [words("", ([name]) => name), words("", ([, cell]) => cell)]
          }),
          { kind: "figures", figures: alone },
          ...blocks
        ]
      }
    ]
  }
}
