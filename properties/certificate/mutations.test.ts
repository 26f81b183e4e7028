/**
 * No certificate that claims something false is accepted: every field and every number of certificates of every kind is changed, and four
 * adversaries make the rest fit as well as anyone can without running anything.
 *
 * A mutant that the checker accepts must be one of these, by rule: the same document spelt otherwise; one whose trials, run again, are not what it
 * says (`replay` finds it; the checker says that it takes runs as stated); or one that is true, for a reason in RULES below. All are tried in the long
 * step, a seeded tenth by `npm test`.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { certificateDigest, check } from "../../src/checker/check.ts"
import { adversaries, mutantsOf } from "./mutants.ts"
import { replay } from "../../src/certificate/replay.ts"
import type { Certificate } from "../../src/checker/certificate.ts"
import { isSampled, LONG } from "../sampled.ts"
import { algorithms, resolve, specimens } from "./specimens.ts"
import { canonical } from "../../src/checker/strict-json.ts"

/** Why a mutant that the checker accepts and a replay confirms is true, by the place that was changed. */
const RULES: ReadonlyArray<readonly [place: RegExp, why: string]> = [
  [/^environment\./, "the environment is declared, not checked"],
  [
    /^instance\.spec$/,
    "the instance, carried whole, under a name that no one resolves: the claim is about what is carried"
  ],
  [
    /^instance\.data$/,
    "the instance, not carried, is made from its SPEC; the checker says what it then takes as stated"
  ],
  [/^claim\.nature$/, "left out, as certificates did at first: the checker says it of the claim"],
  [/^claim\.level$/, "the verdict is that of the evidence at the level now stated"],
  [/^claim\.goal/, "T7's hypotheses hold for the goal now stated, and the trials were judged against it"],
  [/^claim\.parameters\.margin$/, "the verdict is that of the evidence at the margin now stated"],
  [
    /^claim\.parameters/,
    "running the trials with these parameters gives exactly what is stated, and the bound is theirs"
  ],
  [/^claim\.part$/, "another claim that the same evidence decides"],
  [
    /runs\.(trials|budget.*|checkpoints)$/,
    "a shorter experiment, a budget that was not met, checkpoints that change no run: run again, the same"
  ],
  [/\.nu$/, "another threshold within rounding of nu, which the chain passes (or fails) exactly as stated"],
  [/chains(\[\d+\]\.order)?$/, "fewer acceptances carried: the checker says that the rest is counted only"],
  [/identity\.policies$/, "fewer policies of the same trials"],
  [/identity\.fits/, "fewer fits of the same trials"],
  [/identity\.tokens/, "T5 holds on every tree that tells the responses apart"],
  [
    /^evidence\.(target|instances)/,
    "running to this target, with these parameters, gives exactly the points that are stated"
  ],
  [/^evidence\.request/, "drawing with this request gives exactly the counts and the law that are stated"]
]

const names = [
  "theory T1 identity",
  "theory T7 epsilon",
  "contrary T7 epsilon",
  "few T2 bound",
  "few T3 size",
  "practical T6 failure",
  "budget T6 cost",
  "spender T7 T_data",
  "lax T3 size",
  "scaling T_comp",
  "law",
  "path"
]

/** Of multi-turn runs: one trial of each is entered, since rows are those of the others but for their layers. */
const multiTurn = [
  "tokens T8 restarts",
  "tokens T8 pass",
  "tokens T8 T_comp",
  "tokens T8 spanner",
  "tokens T8 exactness",
  "overdrawn T8 T_comp"
]

/** Trials that a changed place speaks of; all where it is not in one trial. Chains of multi-turn runs are H a trial. */
const concerned = (path: string, { claim, instance }: Certificate): number | ReadonlyArray<number> => {
  const [, list, index] = /(trials|chains|policies|points|fits)\[(\d+)\]/.exec(path) ?? []
  const each = list === "chains" && claim.theorem === "T8" ? (instance?.problem.tokens?.horizon ?? 1) : 1
  return index === undefined ? Number.MAX_SAFE_INTEGER : [Math.floor(Number(index) / each)]
}

/** Whether running again confirms a certificate. */
const confirmed = async (certificate: Certificate, path: string): Promise<boolean> => {
  const result = await Effect.runPromise(
    Effect.result(replay(certificate, { trials: concerned(path, certificate), resolve, algorithms }))
  )
  return Result.isSuccess(result) && result.success.differences.length === 0
}

interface Tally {
  mutants: number
  checked: number
  rejected: number
  spelt: number
  caught: number
  readonly true: Map<string, number>
  readonly false: Array<string>
}

const tally = async (name: string, certificate: Certificate, t: Tally, limit = 2): Promise<void> => {
  const original = canonical(certificate)
  for (const { path, change, document } of mutantsOf(certificate, limit)) {
    if (!isSampled(`${name}: ${path} ${change}`, 0.03)) continue
    t.mutants++
    const tried = new Set<string>()
    for (const [who, adversary] of Object.entries(adversaries)) {
      const text = JSON.stringify(adversary(document) ?? document)
      if (tried.has(text)) continue
      tried.add(text)
      t.checked++
      const result = check(text)
      if (result.status === "rejected") {
        t.rejected++
        if (result.reason.code === "internal") t.false.push(`${path} (${change}, ${who}): ${result.reason.message}`)
      } else if (canonical(result.certificate) === original) t.spelt++
      else if (!(await confirmed(result.certificate, path))) t.caught++
      else {
        const why = RULES.find(([place]) => place.test(path))?.[1]
        if (why === undefined) t.false.push(`${path} (${change}, ${who})`)
        else t.true.set(why, (t.true.get(why) ?? 0) + 1)
      }
    }
  }
}

describe("certificates, mutated", () => {
  it("are accepted only where what they claim is true", { timeout: 600_000 }, async () => {
    const all = await Effect.runPromise(specimens())
    const t: Tally = { mutants: 0, checked: 0, rejected: 0, spelt: 0, caught: 0, true: new Map(), false: [] }
    for (const name of names) await tally(name, all.get(name)!, t)
    for (const name of multiTurn) await tally(name, all.get(name)!, t, 1)
    // Where the instance is not carried, more is taken as stated, and more is left to the replay.
    const { instance, ...rest } = all.get("few T7 epsilon")!
    const uncarried = { ...rest, instance: instance && { ...instance, data: null } }
    await tally("uncarried", { ...uncarried, digest: certificateDigest(uncarried) }, t)
    expect(t.false).toEqual([])
    expect(t.mutants).toBeGreaterThan(LONG ? 10_000 : 1000)
    expect(t.caught).toBeGreaterThan(0)
    if (LONG) expect([...t.true.keys()].sort()).toEqual(RULES.map(([, why]) => why).sort())
    console.info(
      `${t.mutants} mutants, ${t.checked} documents: ${t.rejected} rejected, ${t.caught} found by replay, ${t.spelt} the same document, and true:\n` +
        [...t.true].map(([why, n]) => `  ${n} ${why}`).join("\n")
    )
  })
})
