/** An audit's run.json as a part of a report. */
import { quoted } from "../shell-argument.ts"
import { proportionConfidenceSequence } from "../../src/statistics/confidence-sequence.ts"
import { theorems } from "../../src/theorem/registry.ts"
import { standingOf } from "../../src/theorem/theorem.ts"
import { type Clause, type Cost, type Part, RELATION, slackOf, slug, type TheoremBlock } from "../model.ts"
import { labelOf } from "../names.ts"
import { count, quantity, real } from "../number-format.ts"
import type { At } from "./at.ts"
import { curve, spannerGrowth, spreadOf } from "./audit-figures.ts"

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

const flags = (at: At): ReadonlyArray<string> => {
  const { goal, R } = { goal: at.get("goal"), R: at.in("problem", "rewardRange").number }
  const told = goal.get("coverage").number !== at.in("exact", "coverage").number
  const budget = at.get("budget")
  return [
    `--instance ${quoted(at.get("instance").text)}`,
    `--eps ${goal.get("epsilon").number / R}`,
    `--delta ${goal.get("delta").number}`,
    ...(told ? [`--coverage ${goal.get("coverage").number}`] : []),
    `--oracle ${at.get("oracle").text}`,
    `--parameters ${at.get("parametersFrom").text}`,
    `--trials ${at.get("trials").number}`,
    `--seed ${at.get("seed").number}`,
    `--level ${at.get("level").number}`,
    ...(budget.there && budget.get("rewardQueries").there
      ? [`--budget-rewards ${budget.get("rewardQueries").count}`]
      : []),
    ...(budget.there && budget.get("samplingQueries").there
      ? [`--budget-samples ${budget.get("samplingQueries").count}`]
      : [])
  ]
}

/** The call that makes an audit again. */
export const auditCommand = (at: At): string =>
  `coverbound audit ${quoted(at.get("file").maybe(({ text }) => text) ?? at.get("algorithm").text)} ${flags(at).join(" ")}`

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
  return `${count(bad)} of ${count(trials)}, ${real(100 * (1 - level))} % [${real(lower)}, ${real(upper)}]`
}

const clauseOf = (at: At, one: At, certificates: Certificates, command: string): Clause => {
  const verdict = one.get("verdict").verdict
  const [theorem, part] = [one.get("theorem").text, one.get("part").text]
  const [measured, relation, bound] = [
    one.get("measured").quantity,
    one.get("relation").relation,
    one.get("bound").quantity
  ]
  const level = one.get("level").number
  const slack = slackOf(measured, relation, bound)
  const unpromised = one.get("unpromised").maybe((u) => (u.value === "holds" ? ("holds" as const) : ("fails" as const)))
  const interval = intervalOf(at, theorem, part, level)
  const certificate = certificates.get(`${theorem}-${part}`)
  return {
    part,
    nature: one.get("nature").nature,
    verdict,
    word: standingOf({ verdict, ...(unpromised === undefined ? {} : { unpromised }) }),
    level,
    measured,
    relation,
    bound,
    note: one.get("note").text,
    ...(interval === undefined ? {} : { interval }),
    ...(slack === undefined ? {} : { slack }),
    ...(certificate === undefined ? {} : { certificate }),
    replay: certificate === undefined ? command : `coverbound check ${quoted(certificate.href)} --replay 1`
  }
}

const blocksOf = (at: At, { certificates, pageHref, prefix }: Around, command: string): ReadonlyArray<TheoremBlock> => {
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
    const page = theorem === undefined ? undefined : pageHref(theorem.page)
    const growth = id === "T3" ? spannerGrowth(at, `${prefix}spanner`) : undefined
    const figures = clauses.some(({ part }) => part === "epsilon")
      ? [
          curve(at, "rewardQueries", `${prefix}${slug(id)}-rewards`),
          curve(at, "samplingQueries", `${prefix}${slug(id)}-draws`),
          spreadOf(at, `${prefix}${slug(id)}-seeds`)
        ]
      : [growth]
    return {
      kind: "theorem",
      anchor: `${prefix}${slug(id)}`,
      id,
      title: theorem?.title ?? "what the algorithm claims of itself",
      ...(theorem === undefined
        ? {}
        : {
            statement: theorem.statement,
            proof: theorem.page,
            ...(page === undefined ? {} : { page }),
            ...(theorem.paper === undefined ? {} : { paper: theorem.paper })
          }),
      ...(stated === undefined
        ? {}
        : {
            hypotheses: stated.get("hypotheses").list.map((one) => ({
              says: one.get("says").text,
              met: one.get("met").maybe(({ flag }) => flag),
              why: one.get("why").some.map(({ text }) => text)
            }))
          }),
      clauses,
      figures: figures.filter((one) => one !== undefined)
    }
  })
}

const promisedBy = (at: At): Pick<Cost, "promised"> => {
  const bound = (part: string): string | undefined => {
    const clause = at.get("verdicts").list.find((one) => one.get("part").text === part && one.get("bound").there)
    const value = clause?.get("bound").quantity
    return value !== undefined && /^\d+$/.test(String(value)) ? String(value) : undefined
  }
  const [data, comp] = [bound("T_data"), bound("T_comp")]
  return data === undefined && comp === undefined
    ? {}
    : { promised: { ...(data === undefined ? {} : { T_data: data }), ...(comp === undefined ? {} : { T_comp: comp }) } }
}

/** What an audit contributes. */
export const auditPart = (at: At, around: Around): Part => {
  const { prefix } = around
  const algorithm = at.get("algorithm").text
  const instance = at.get("instance").text
  const command = auditCommand(at)
  const blocks = blocksOf(at, around, command)
  const trials = at.get("runs").some.length
  const interrupted = at.get("interrupted").maybe(({ text }) => text)
  const claims = blocks.some(({ figures }) => figures.length > 0)
  // Where nothing claims ε, the curves stand by themselves.
  const alone = claims
    ? []
    : [
        curve(at, "rewardQueries", `${prefix}rewards`),
        curve(at, "samplingQueries", `${prefix}draws`),
        spreadOf(at, `${prefix}seeds`)
      ].filter((one) => one !== undefined)
  return {
    source: {
      kind: "audit",
      command,
      made: `${madeAt(at)}${interrupted === undefined ? "" : `; interrupted ${interrupted}`}`
    },
    title: `${labelOf(algorithm)} on ${instance.split(":")[0]}, held against theory`,
    findings: blocks.flatMap(({ anchor, clauses, id }) =>
      clauses.map((one) => ({
        nature: one.nature,
        says: `${id} ${one.part}: ${quantity(one.measured)}, promised ${RELATION[one.relation]} ${quantity(one.bound)}`,
        verdict: one.verdict,
        word: one.word,
        level: one.level,
        ...(one.interval === undefined ? {} : { interval: one.interval }),
        ...(one.verdict === "supported" ? {} : { note: one.note }),
        ...(one.replay === undefined || one.verdict === "supported" ? {} : { replay: one.replay }),
        anchor
      }))
    ),
    costs: [
      {
        what: algorithm,
        of: `on ${instance.split(":")[0]}, dearest of ${trials}; worst suboptimality ${real(at.get("suboptimality").number)}, the base model's ${real(at.in("exact", "referenceSuboptimality").number)}`,
        T_data: at.in("ledger", "rewardQueries").count,
        T_comp: at.in("ledger", "samplingQueries").count,
        ...promisedBy(at)
      }
    ],
    sections: [
      {
        title: `${labelOf(algorithm)} on ${instance}`,
        blocks: [
          {
            kind: "table",
            id: `${prefix}setting`,
            title: "Setting",
            heads: [{ text: "" }, { text: "" }],
            rows: [
              { cells: ["instance", { text: `${instance}, sha-256 ${at.get("digest").text}`, code: true }] },
              {
                cells: [
                  "exactly",
                  `d = ${at.in("problem", "dimension").number}, R = ${real(at.in("problem", "rewardRange").number)}, β = ${real(at.in("problem", "beta").number, 4)}; C_cov = ${real(at.in("exact", "coverage").number, 6)}, J* = ${real(at.in("exact", "optimalObjective").number, 4)}`
                ]
              },
              {
                cells: [
                  "goal",
                  `ε = ${real(at.in("goal", "epsilon").number)}, δ = ${real(at.in("goal", "delta").number)}, told C_cov ≤ ${real(at.in("goal", "coverage").number, 6)}`
                ]
              },
              {
                cells: [
                  "parameters",
                  `${at.get("parametersFrom").text}: ${at
                    .get("parameters")
                    .entries.map(([name, value]) => `${name} = ${real(value.number, 4)}`)
                    .join(", ")}`
                ]
              },
              { cells: ["runs", `${trials} trials, seed ${at.get("seed").number}, ${at.get("oracle").text} oracle`] }
            ]
          },
          ...(alone.length === 0 ? [] : [{ kind: "figures" as const, figures: alone }]),
          ...blocks
        ]
      }
    ]
  }
}
