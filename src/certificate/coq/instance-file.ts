/** T1 and T2 as Coq files: closed forms of the carried instance, by interval arithmetic on integers. */
import type { Certificate, InstanceData, SuboptimalityIdentity } from "../../checker/certificate.ts"
import { logCoverage } from "../../checker/check-instance.ts"
import { type CoqContent, decimal, flat, type Fraction, fraction, fractionOf, fractions, rounding } from "./coq-text.ts"

/** The prompts and responses that can occur: the others enter neither J nor C_cov. With the place of each response in the certificate's order. */
const reachable = ({ prompts }: InstanceData) => {
  let row = 0
  const all = prompts.map(({ probability, responses }) => ({
    probability,
    responses: responses.map((response) => ({ ...response, row: row++ })).filter((response) => response.probability > 0)
  }))
  return all.filter(({ probability }) => probability > 0)
}
type Reachable = ReturnType<typeof reachable>

const pair = (p: Fraction, r: Fraction): string => `((${p.n}, ${p.d}), (${r.n}, ${r.d}))`

const instanceOf = (data: InstanceData, prompts: Reachable) => {
  const text = prompts.map(({ probability, responses }) => {
    const w = fractionOf(probability)
    const each = responses.map((y) => pair(fractionOf(y.probability), fractionOf(y.meanReward)))
    return `((${w.n}, ${w.d}),\n   [${each.join(";\n    ")}])`
  })
  return {
    definitions: [
      `Definition beta : fraction := ${fraction(fractionOf(data.beta))}.`,
      `(* Prompts with their probabilities; responses with pi_ref and mean reward. *)\nDefinition instance : carried :=\n  [${text.join(";\n   ")}]%Z.`
    ],
    numbers: prompts.flatMap(({ probability, responses }) => [
      ...flat([fractionOf(probability)]),
      ...responses.flatMap((y) => flat([fractionOf(y.probability), fractionOf(y.meanReward)]))
    ]),
    /** A Coq term for `numbers`. */
    term: "flat_map (fun wl => flat [fst wl] ++ flat_map (fun pr => flat [fst pr; snd pr]) (snd wl)) instance"
  }
}

const POSITIVE = `Lemma beta_positive : 0 < value beta.
Proof. unfold beta, value. cbn [fst snd]. interval with (i_prec 60). Qed.`

export const suboptimalityFile = ({ instance }: Certificate, identity: SuboptimalityIdentity): CoqContent => {
  const data = instance!.data!
  const prompts = reachable(data)
  const { definitions, numbers, term } = instanceOf(data, prompts)
  const slack = fractionOf(1e-10 * Math.max(data.rewardRange, 1))
  const optimum = fractionOf(identity.optimum)
  const normaliser = fractionOf(identity.normaliser)
  const policies = identity.policies.map(({ logRatio, objective, suboptimality }) => ({
    ratios: prompts.flatMap(({ responses }) => responses.map(({ row }) => fractionOf(logRatio[row]))),
    objective: fractionOf(objective),
    suboptimality: fractionOf(suboptimality)
  }))
  const names = policies.map((_, i) => `ratios_${i}; [objective_${i}; suboptimality_${i}]`)
  return {
    definitions: [
      ...definitions,
      `Definition slack : fraction := ${fraction(slack)}.
Definition optimum : fraction := ${fraction(optimum)}.
Definition normaliser : fraction := ${fraction(normaliser)}.`,
      ...policies.map(
        (policy, i) => `(* log pi/pi_ref of policy ${i}, response after response. *)
Definition ratios_${i} : list fraction := ${fractions(policy.ratios)}.
Definition objective_${i} : fraction := ${fraction(policy.objective)}.
Definition suboptimality_${i} : fraction := ${fraction(policy.suboptimality)}.`
      )
    ],
    covered: {
      term: `(${term} ++ flat ([beta; slack; optimum; normaliser] ++ concat [${names.join("; ")}]))`,
      numbers: [
        ...numbers,
        ...flat([fractionOf(data.beta), slack, optimum, normaliser]),
        ...policies.flatMap((p) => flat([...p.ratios, p.objective, p.suboptimality]))
      ]
    },
    claims: [
      POSITIVE,
      `(* The optimum is the instance's, and what is stated of each policy is that policy's: to a quarter of the slack. *)
Lemma optimum_close : Rabs (value optimum - optimum_form (value beta) (table instance [])) <= value slack / 4.
Proof. unfold optimum, beta, instance, slack. explicit. interval with (i_prec 70). Qed.`,
      ...policies.map(
        (_, i) => `Theorem claim_${i} (P := table instance ratios_${i}) :
  Rabs (value optimum - J (value beta) P (π_star (value beta))) <= value slack /\\
  Rabs (value normaliser - value beta * expectation P weight (fun x => ln (framework.normaliser responses reference rewards (value beta) x))) <= value slack /\\
  Rabs (value objective_${i} - J (value beta) P tilted_policy) <= value slack /\\
  Rabs (value suboptimality_${i} - (J (value beta) P (π_star (value beta)) - J (value beta) P tilted_policy)) <= value slack /\\
  Rabs (value suboptimality_${i} - value beta * expectation P weight (fun x => KL (responses x) (tilted_policy x) (π_star (value beta) x))) <= value slack.
Proof.
  apply (T1_from_two (value beta) P beta_positive (positive_table instance ratios_${i} eq_refl)).
  - unfold P. rewrite optimum_form_table. exact optimum_close.
  - unfold P, objective_${i}, beta, instance, ratios_${i}, slack. explicit. interval with (i_prec 70).
  - unfold normaliser, optimum, slack, value; cbn [fst snd]. interval with (i_prec 70).
  - unfold suboptimality_${i}, objective_${i}, optimum, slack, value; cbn [fst snd]. interval with (i_prec 70).
Qed.`
      )
    ],
    notProved: ["that these are the policies which the trials put out"]
  }
}

export const coverageFile = ({ claim, instance }: Certificate): CoqContent => {
  const data = instance!.data!
  const prompts = reachable(data)
  const { definitions, numbers, term } = instanceOf(data, prompts)
  const [, coverage, bound] = /log C_cov = (\S+) <= .* = (\S+)$/.exec(claim.statement)!
  const range = fractionOf(data.rewardRange)
  const least = fractionOf(Math.min(...prompts.flatMap(({ responses }) => responses.map((y) => y.probability))))
  // Where the maximum is attained, and an enclosure with room for Coq's own.
  const enclosure = logCoverage(data)
  const room = 1e-12 * Math.max(1, Math.abs(enclosure.hi))
  const low = fractionOf(Math.max(0, enclosure.lo - room))
  const high = fractionOf(enclosure.hi + room)
  const best = prompts.map(({ responses }) => {
    const top = Math.max(...responses.map((y) => y.meanReward))
    const excess = responses.reduce((z, y) => z + y.probability * Math.exp((y.meanReward - top) / data.beta), 0)
    return { value: -Math.log(excess), response: responses.findIndex((y) => y.meanReward === top) }
  })
  const at = best.reduce((most, { value }, x) => (value > best[most].value ? x : most), 0)
  const rewardIsLess = data.rewardRange / data.beta <= -Math.log(Number(least.n) / Number(least.d))
  const evaluate = "explicit; interval with (i_prec 70)"
  return {
    definitions: [
      ...definitions,
      `Definition reward_range : fraction := ${fraction(range)}.
Definition least : fraction := ${fraction(least)}.
(* An enclosure of log C_cov. *)
Definition low : fraction := ${fraction(low)}.
Definition high : fraction := ${fraction(high)}.`
    ],
    covered: {
      term: `(${term} ++ flat [beta; reward_range; least; low; high])`,
      numbers: [...numbers, ...flat([fractionOf(data.beta), range, least, low, high])]
    },
    claims: [
      POSITIVE,
      `Lemma bound_value : let bound := log_bound (value beta) (table instance []) (value reward_range) in
  value high <= bound /\\ Rabs (bound - ${decimal(bound)}) <= ${rounding(bound)}.
Proof.
  unfold log_bound. rewrite (least_mass_is least instance []) by (vm_compute; reflexivity). cbv zeta.
  rewrite ${rewardIsLess ? "Rmin_left" : "Rmin_right"} by (unfold beta, reward_range, least, value; cbn [fst snd]; interval with (i_prec 100)).
  unfold beta, reward_range, least, high, value; cbn [fst snd]; split; interval with (i_prec 100).
Qed.`,
      `Theorem claim (C := C_cov (value beta) (table instance [])) (bound := log_bound (value beta) (table instance []) (value reward_range)) :
  0 <= ln C /\\ ln C <= bound /\\ Rabs (ln C - ${decimal(coverage)}) <= ${rounding(coverage)} /\\ Rabs (bound - ${decimal(bound)}) <= ${rounding(bound)}.
Proof.
  destruct bound_value as [Hb Hd].
  destruct (T2_certified (value beta) (table instance []) (positive_table instance [] eq_refl) (value reward_range) (value low) (value high)) as (H0 & H1 & H2).
  - apply all_below_spec. unfold instance, beta, high. explicit. repeat split; interval with (i_prec 70).
  - unfold instance, beta, low. cbv delta [table with_ratios] beta iota.
    eexists. eexists. split; [${"right; ".repeat(at)}left; reflexivity|]. split; [cbn [responses fst snd]; ${"right; ".repeat(best[at].response)}left; reflexivity|]. ${evaluate}.
  - unfold low, value. cbn [fst snd]. interval with (i_prec 60).
  - exact Hb.
  - repeat split; [exact H0|exact H2| |exact Hd]. fold C in H1.
    assert (value high <= ${decimal(coverage)} + ${rounding(coverage)} /\\ ${decimal(coverage)} - ${rounding(coverage)} <= value low) by
      (unfold high, low, value; cbn [fst snd]; split; interval with (i_prec 100)).
    apply Rabs_le. lra.
Qed.`
    ],
    notProved: []
  }
}
