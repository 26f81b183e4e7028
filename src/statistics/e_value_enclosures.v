(** * Enclosures of the e-value on a grid

    E_n of bernoulli_e_process.v at given (δ₀, k bad, m good), enclosed by Interval's verified integration of the closed form ([e_value_closed]) and printed for
    `npm run prove` as enclosures.v does (see there, for the assumptions too); a test holds [logEAgainst] and [logEFor] against it. *)

From Coq Require Import Reals Lra String.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Tactic.
From Coverbound Require Import bernoulli_e_process.
Open Scope string_scope.
Open Scope R_scope.
Set Printing Width 1000.

(** First the integral, then E = integral / (ψ₀·δ₀^k(1−δ₀)^m) from its bounds. *)
Ltac e_value arguments δ k m :=
  let E := fresh "E" in
  let EE := fresh "EE" in
  let I := fresh "I" in
  let EI := fresh "EI" in
  let H := fresh "H" in
  let B := fresh "B" in
  assert (exists E, E = e_value δ k m) as [E EE] by (eexists; reflexivity);
  rewrite e_value_closed in EE by lra;
  unfold arc, ψ, likelihood in EE;
  let a := eval compute in (2 * k)%nat in
  let b := eval compute in (2 * m)%nat in
  change (2 * k)%nat with a in EE;
  change (2 * m)%nat with b in EE;
  match type of EE with
  | E = ?integral / ?scale =>
      integral_intro integral with (i_prec 90, i_relwidth 36, i_fuel 150) as H;
      assert (exists I, I = integral) as [I EI] by (eexists; reflexivity);
      rewrite <- EI in H, EE;
      interval_intro (I / scale) with (i_prec 90) as B;
      rewrite <- EE in B;
      match type of B with ?lo <= _ <= ?hi => idtac "@enclosure" "eValue" arguments lo hi end
  end;
  clear EE B H EI I E.

Goal True.
Proof.
  e_value "delta=0.1 bad=1 good=0" 0.1 1%nat 0%nat.
  e_value "delta=0.5 bad=0 good=12" 0.5 0%nat 12%nat.
  e_value "delta=0.05 bad=3 good=7" 0.05 3%nat 7%nat.
  e_value "delta=0.02 bad=0 good=20" 0.02 0%nat 20%nat.
  e_value "delta=0.05 bad=4 good=16" 0.05 4%nat 16%nat.
  e_value "delta=0.7 bad=9 good=3" 0.7 9%nat 3%nat.
  exact I.
Qed.
