/** T7's ε-claim as a Coq file: the counts, the e-process's values, what they decide, and the level of the test. */
import type { Certificate, TrialsEvidence } from "../../checker/certificate.ts"
import { type CoqContent, decimal, flat, fraction, fractionOf, fractions, rounding } from "./coq-text.ts"

/** The e-values against and for (src/statistics/evidence.md) as terms over the file's definitions. */
const AGAINST = "e_value (value delta0) bad_trials good_trials"
const FOR = "e_value (1 - value delta0) good_trials bad_trials"
const BELOW = {
  against: `${AGAINST} < 1 / value level`,
  for: `${FOR} < 1 / value level`
}
/** What the verdict says of them. */
const DECISIONS = {
  supported: [BELOW.against, `1 / value level <= ${FOR}`],
  refuted: [`1 / value level <= ${AGAINST}`],
  undecided: [BELOW.against, BELOW.for]
} as const

export const trialsFile = ({ claim, verdict }: Certificate, evidence: TrialsEvidence): CoqContent => {
  const { epsilon, delta } = claim.goal!
  const suboptimalities = evidence.runs.trials.map((t) => fractionOf(t.suboptimality.value))
  const bad = evidence.runs.trials.filter((t) => t.suboptimality.value > epsilon).length
  const good = suboptimalities.length - bad
  const bound = fractionOf(epsilon)
  const level = fractionOf(claim.level)
  const delta0 = fractionOf(5 * delta)
  const [, against, support, decides] = /log e-value (-?[\d.]+) against, (-?[\d.]+) for, (-?[\d.]+) decides$/.exec(
    claim.statement
  )!

  const { n: a, d: s } = delta0
  // Integration by parts loses a few bits a step, met by precision.
  const evaluate = `interval with (i_prec ${120 + 8 * suboptimalities.length})`
  const unfolded = "unfold delta0, bad_trials, good_trials, level"
  const value = {
    against: `rewrite_e_value ${a}%Z ${s}%Z ${bad}%nat ${good}%nat`,
    for: `rewrite (mirror ${a} ${s}) by lia. change (${s} - ${a})%Z with ${s - a}%Z. rewrite_e_value ${s - a}%Z ${s}%Z ${good}%nat ${bad}%nat`
  }
  const proofOf = (statement: string): string =>
    `${unfolded}. ${statement.includes(FOR) ? value.for : value.against}. unfold value; cbn [fst snd]. ${evaluate}.`

  return {
    definitions: [
      `(* J* - J(pi) of every trial, and what it should not exceed. *)
Definition suboptimalities : list fraction := ${fractions(suboptimalities)}.
Definition epsilon : fraction := ${fraction(bound)}.`,
      `(* P(J* - J(pi) > epsilon) <= delta0, which is 5 delta, at this level. *)
Definition delta0 : fraction := ${fraction(delta0)}.
Definition level : fraction := ${fraction(level)}.`,
      `Definition bad_trials : nat := ${bad}.\nDefinition good_trials : nat := ${good}.`
    ],
    covered: {
      term: "(flat (suboptimalities ++ [epsilon; delta0; level]) ++ [Z.of_nat bad_trials; Z.of_nat good_trials])",
      numbers: [...flat([...suboptimalities, bound, delta0, level]), BigInt(bad), BigInt(good)]
    },
    claims: [
      `Theorem claim :
  exceeding (value epsilon) suboptimalities = bad_trials /\\ length suboptimalities = (bad_trials + good_trials)%nat /\\
  (* ${verdict} *)
  ${DECISIONS[verdict].join(" /\\\n  ")}.
Proof.
  split; [rewrite exceeding_counted by (vm_compute; reflexivity); vm_compute; reflexivity|]. split; [vm_compute; reflexivity|].
${DECISIONS[verdict].map((one, i, all) => `  ${i < all.length - 1 ? "split; [|]. { " : ""}${proofOf(one)}${i < all.length - 1 ? " }" : ""}`).join("\n")}
Qed.`,
      `(* As the statement has them, to three digits: the logarithms of the e-values, and what decides. *)
Theorem stated :
  Rabs (ln (${AGAINST}) - ${decimal(against)}) <= ${rounding(against)} /\\
  Rabs (ln (${FOR}) - ${decimal(support)}) <= ${rounding(support)} /\\
  Rabs (- ln (value level) - ${decimal(decides)}) <= ${rounding(decides)}.
Proof.
  split; [|split].
  - ${proofOf(AGAINST)}
  - ${proofOf(FOR)}
  - unfold level, value; cbn [fst snd]. interval with (i_prec 60).
Qed.`,
      `(* Whatever the trials depend on: while every conditional rate is at most delta0, the test ever refutes with probability at most its level. *)
Theorem level_of_the_test (q : list bool -> R) (N : nat) : (forall h, 0 <= q h <= value delta0) ->
  probability_ever outcomes (rate q) (at_least (fun h => e_value (value delta0) (bad h) (good h)) (1 / value level)) N <= value level.
Proof. intros H. apply e_process_level; [| |exact H]; unfold delta0, level, value; cbn [fst snd]; try split; interval with (i_prec 60). Qed.`
    ],
    notProved: ["that T7's hypotheses hold of the parameters"]
  }
}
