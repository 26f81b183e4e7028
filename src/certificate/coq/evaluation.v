(** * How an emitted certificate is evaluated

    The tactics that the files written by `coverbound check --emit-coq` call, over Coq's interval tactic. Interval's own instance computes on primitive integers and
    floats, whose specifications are axioms; this one computes on the standard library's Z, so what it proves rests on the real numbers alone. It is slower, and fast
    enough here. *)

From Coq Require Import Reals ZArith List Lra Lia.
From Interval Require Import Tactic.
From Interval.Float Require Import Specific_ops Specific_stdz.
From Coverbound Require Import finite certificate_data bernoulli_e_process e_value_exact instance_data spanner_check.

Module FloatsOnZ := SpecificFloat StdZRadix2.
Module IntervalOnZ := IntervalTactic FloatsOnZ.
Export IntervalOnZ.

(** Closed forms over a carried instance, to explicit sums of fractions. *)
Ltac explicit := cbv beta iota zeta delta [all_below each_prompt each_response optimum_form policy_form table with_ratios sum fst snd tl value weight responses mass reward ratio].
(** log(1+·) of T3 at given numbers. *)
Ltac explicit_slack := cbv beta iota zeta delta [slack value fst snd Z.of_nat Pos.of_succ_nat Pos.succ Z.add Pos.add].

(** A goal about e_value (value (a, s)) k m, on either side of δ₀. *)
Ltac rewrite_e_value a s k m :=
  let p := eval vm_compute in (coefficients a s k m) in
  rewrite (e_value_form a s k m p) by (vm_compute; first [reflexivity | split; reflexivity]);
  let difference := eval vm_compute in (s - a)%Z in
  unfold c_rational; cbv beta iota delta [rational irrational denominator]; change (s - a)%Z with difference.
