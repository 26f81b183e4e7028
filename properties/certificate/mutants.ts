/**
 * Every way of changing one place of a certificate, and the adversaries who then make the rest fit: what the checker is tried with.
 */
import { instanceDigest } from "../../src/checker/check-instance.ts"
import { RULES } from "../../src/checker/check-claims.ts"
import { certificateDigest } from "../../src/checker/check.ts"
import { readCertificate } from "../../src/checker/document.ts"
import type { Certificate, Evidence, Runs, Verdict } from "../../src/checker/certificate.ts"
import type { Json } from "../../src/checker/strict-json.ts"
import { ledgerOf } from "../../src/certificate/trial-row.ts"

type Path = ReadonlyArray<string | number>
type Tree = { [key: string]: Tree } | Array<Tree> | string | number | boolean | null

/** One changed place. */
export interface Mutant {
  /** As the checker writes paths: `evidence.runs.trials[0].trial`. */
  readonly path: string
  /** What was done there. */
  readonly change: string
  readonly document: Json
}

export const pathText = (path: Path): string =>
  path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? key : `${text}.${key}`),
    ""
  )

/** A copy with `edit` applied to the container of the last key. */
const edited = (document: Json, path: Path, edit: (container: never, key: never) => void): Json => {
  const copy = structuredClone(document) as Tree
  let at = copy
  for (const key of path.slice(0, -1)) at = (at as never)[key]
  edit(at as never, path[path.length - 1] as never)
  return copy
}

const set = (document: Json, path: Path, value: Json) =>
  edited(document, path, (container, key) => {
    ;(container as Record<string, Json>)[key] = value
  })

const nextUp = (x: number): number => x + Math.max(Math.abs(x) * 2 ** -53, Number.MIN_VALUE)

const numbers = (x: number): ReadonlyArray<readonly [string, Json]> => [
  ["one more", x + 1],
  ["one less", x - 1],
  ["next double", nextUp(x)],
  ["a percent more", x * 1.01],
  ["a millionth less", x * (1 - 1e-6)],
  ["doubled", 2 * x],
  ["negated", -x],
  ["zero", 0],
  ["half added", x + 0.5],
  ["largest double", Number.MAX_VALUE],
  ["as text", `${x}`]
]

const texts = (s: string): ReadonlyArray<readonly [string, Json]> => {
  const general: ReadonlyArray<readonly [string, Json]> = [
    ["empty", ""],
    ["a character more", `${s}x`],
    ["a character less", s.slice(0, -1)],
    ["a space before", ` ${s}`],
    ["upper case", s.toUpperCase()],
    ["a digit more", `${s}1`]
  ]
  if (/^\d+$/.test(s)) {
    const n = BigInt(s)
    return [
      ...general,
      ["one more", `${n + 1n}`],
      ["one less", `${n - 1n}`],
      ["doubled", `${2n * n}`],
      ["zero", "0"],
      ["leading zero", `0${s}`],
      ["as a number", Number(s)]
    ]
  }
  if (/^[0-9a-f]{64}$/.test(s))
    return [...general, ["first digit", `${s[0] === "0" ? "1" : "0"}${s.slice(1)}`], ["zeroes", "0".repeat(64)]]
  const dyadic = /^(-?\d+)p(-?\d+)$/.exec(s)
  if (dyadic !== null) {
    const [m, e] = [BigInt(dyadic[1]), Number(dyadic[2])]
    return [
      ...general,
      ["mantissa two more", `${m + 2n}p${e}`],
      ["mantissa two less", `${m - 2n}p${e}`],
      ["exponent one more", `${m}p${e + 1}`],
      ["exponent one less", `${m}p${e - 1}`],
      ["negated", `${-m}p${e}`],
      ["not canonical", `${2n * m}p${e - 1}`],
      ["zero", "0p0"]
    ]
  }
  const others = [
    "supported",
    "refuted",
    "undecided",
    "weak",
    "enumeration",
    "literal",
    "exact-law",
    "completed",
    "budget-exhausted",
    "exact",
    "average",
    "T1",
    "T2",
    "T3",
    "T6",
    "T7",
    "T_data",
    "T_comp",
    "epsilon",
    "spanner-sampling",
    "passive"
  ]
  return [...general, ...others.filter((other) => other !== s).map((other) => [`becomes ${other}`, other] as const)]
}

const leaves = (value: Json): ReadonlyArray<readonly [string, Json]> => {
  const typed =
    typeof value === "number"
      ? numbers(value)
      : typeof value === "string"
        ? texts(value)
        : typeof value === "boolean"
          ? [["flipped", !value] as const]
          : []
  return [...typed, ["null", null], ["true", true], ["an array", []], ["an object", {}]]
}

/** Every mutant of a document. `limit` items of an array of objects are entered; the rest are like them. */
export function* mutantsOf(document: Json, limit: number, path: Path = []): Generator<Mutant> {
  const value = path.reduce<Json>((at, key) => (at as never)[key], document)
  const at = (key: string | number) => pathText([...path, key])
  if (typeof value !== "object" || value === null) {
    for (const [change, to] of leaves(value)) {
      if (to !== value) yield { path: pathText(path), change, document: set(document, path, to) }
    }
    return
  }
  if (path.length > 0) {
    for (const [change, to] of leaves(null))
      if (to !== null) yield { path: pathText(path), change, document: set(document, path, to) }
    yield { path: pathText(path), change: "null", document: set(document, path, null) }
  }
  if (Array.isArray(value)) {
    const items = value as ReadonlyArray<Json>
    const last = items.length - 1
    const change = (name: string, to: ReadonlyArray<Json>) => ({
      path: pathText(path),
      change: name,
      document: set(document, path, to)
    })
    if (items.length > 0) {
      yield change("last dropped", items.slice(0, -1))
      yield change("first dropped", items.slice(1))
      yield change("last twice", [...items, items[last]])
      yield change("first twice", [items[0], ...items])
      if (items.length > 1) yield change("two exchanged", [items[1], items[0], ...items.slice(2)])
      yield change("reversed", items.toReversed())
    }
    for (let i = 0; i < Math.min(items.length, limit); i++) yield* mutantsOf(document, limit, [...path, i])
    return
  }
  const object = value as { readonly [key: string]: Json }
  for (const key of Object.keys(object)) {
    yield {
      path: at(key),
      change: "removed",
      document: edited(document, [...path, key], (c, k) => delete (c as Record<string, Json>)[k])
    }
    yield {
      path: at(key),
      change: "renamed",
      document: edited(document, [...path, key], (c: Record<string, Json>, k: string) => {
        c[`${k}s`] = c[k]
        delete c[k]
      })
    }
    yield* mutantsOf(document, limit, [...path, key])
  }
  yield { path: pathText(path), change: "a field added", document: set(document, [...path, "extra"], 1) }
  const turned = Object.fromEntries(Object.entries(object).toReversed())
  yield {
    path: pathText(path),
    change: "key order",
    document: path.length === 0 ? turned : set(document, path, turned)
  }
}

const runsOf = (evidence: Evidence): Runs | undefined => {
  const shown = evidence.kind === "refutation" ? evidence.of : evidence
  if (shown.kind === "trials" || shown.kind === "spanner") return shown.runs
  return shown.kind === "identity" && "runs" in shown.identity ? shown.identity.runs : undefined
}

/** Does to a mutant what its author can do without running anything. undefined where it does not even have the shape of a certificate. */
export type Adversary = (document: Json) => Json | undefined

const shaped = (document: Json): Certificate | undefined => {
  try {
    return readCertificate(document)
  } catch {
    return undefined
  }
}

const sealed = (certificate: Certificate): Json => ({ ...certificate, digest: certificateDigest(certificate) })

/** Makes digests, totals and numbers of trials fit; then the sentence, and the verdict `choose` picks knowing the true one. */
const refit = (document: Json, choose: (own: Verdict, stated: Verdict) => Verdict): Json | undefined => {
  const given = shaped(document)
  if (given === undefined) return undefined
  const { evidence, instance, seeds } = given
  const runs = runsOf(evidence)
  const trials =
    runs?.trials.length ??
    (evidence.kind === "scaling"
      ? evidence.points.length
      : evidence.kind === "law"
        ? evidence.counts.reduce((s, c) => s + c, 0)
        : undefined)
  const fitted: Certificate = {
    ...given,
    instance: instance?.data ? { ...instance, digest: instanceDigest(instance.spec, instance.data) } : instance,
    ledger: runs === undefined ? given.ledger : ledgerOf(runs.trials),
    seeds: seeds === null || trials === undefined ? seeds : { ...seeds, trials }
  }
  const { claim, algorithm } = fitted
  const rule = RULES.get(`${claim.theorem}/${claim.part}`)!
  try {
    const shown = evidence.kind === "refutation" ? evidence.of : evidence
    const problem = fitted.instance?.problem ?? ({} as never)
    const { data = null } = fitted.instance ?? {}
    const { verdict, statement } = rule.judge(
      { claim, algorithm, seeds: fitted.seeds, problem, data, assumed: [] },
      shown as never
    )
    return sealed({ ...fitted, claim: { ...claim, statement }, verdict: choose(verdict, given.verdict) })
  } catch {
    return sealed(fitted)
  }
}

export const adversaries: Readonly<Record<string, Adversary>> = {
  careless: (document) => document,
  "recomputes the digest": (document) => {
    const certificate = shaped(document)
    return certificate === undefined ? undefined : sealed(certificate)
  },
  "makes everything fit": (document) => refit(document, (own) => own),
  "keeps its verdict": (document) => refit(document, (_, stated) => stated)
}
