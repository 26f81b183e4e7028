(** * Enclosures of the bounds on a grid

    Interval's enclosures of the functions of bounds.v at given arguments, printed for `npm run prove`, which writes them into fixtures/enclosures.json; tests hold the
    float64 functions of the suite against them. Decimals are the rational numbers they denote. Each line is proved before it is printed: [Goal]s below end in [Qed], so the kernel
    accepts every enclosure. They are computed with the kernel's machine integers, whose specification is then assumed too; no theorem of the listing uses them.

    A line: @enclosure, the function's name, its arguments, lower end, upper end. *)

From Coq Require Import Reals String.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Tactic.
From Coverbound Require Import bounds.
Open Scope string_scope.
Open Scope R_scope.
Set Printing Width 1000.

(** Interval does not know [Rmin] and [Rmax]: they are decided first, in hypothesis [E]. *)
Ltac open_bounds E :=
  cbv beta delta [size_excess sampler_estimate sampler_trials e1 log_determinant confidence_radius threshold potential_factor exploration_rounds spanner_prompts
    pairs_per_prompt promise needle_coverage] in E;
  repeat match type of E with
    | context [Rmin ?a ?b] => first [rewrite (Rmin_left a b) in E by interval | rewrite (Rmin_right a b) in E by interval]
    | context [Rmax ?a ?b] => first [rewrite (Rmax_left a b) in E by interval | rewrite (Rmax_right a b) in E by interval]
    end.

(** Proves an enclosure of [e] and prints it. *)
Ltac enclose name arguments e :=
  let v := fresh "v" in
  let E := fresh "E" in
  assert (exists v, v = e) as [v E] by (eexists; reflexivity);
  open_bounds E;
  match type of E with
  | _ = ?e' => let H := fresh "H" in
      interval_intro e' with (i_prec 90) as H;
      match type of H with ?lo <= _ <= ?hi => idtac "@enclosure" name arguments lo hi end;
      clear H
  end;
  clear E v.

(** The same for an integral. *)
Ltac enclose_integral name arguments e :=
  let e' := eval cbv beta delta [needle_chance_3 needle_chance_5 needle_chance_7] in e in
  let H := fresh "H" in
  integral_intro e' with (i_prec 80, i_relwidth 36) as H;
  match type of H with ?lo <= _ <= ?hi => idtac "@enclosure" name arguments lo hi end;
  clear H.

(** n_max(d,ν,λ) = n: the inequality holds at n and fails at n + 1 (T3_n_max). *)
Ltac spanner_size name arguments d ν λ n :=
  let v := fresh "v" in
  let w := fresh "w" in
  let E := fresh "E" in
  let F := fresh "F" in
  let H := fresh "H" in
  assert (exists v, v = size_excess d ν λ n) as [v E] by (eexists; reflexivity); open_bounds E;
  assert (exists w, w = size_excess d ν λ (n + 1)) as [w F] by (eexists; reflexivity); open_bounds F;
  assert (H : v <= 0 < w) by (rewrite E, F; split; interval with (i_prec 90));
  idtac "@enclosure" name arguments n n;
  clear H E F v w.

(** T7's quantities at a solution (n_max, T_exp) of its fixed point; [prompts] is T_prompt. That n_max(d,ν,λ) is that n_max is proved. *)
Ltac spanner_sampling arguments d β range B ε δ C λ size rounds prompts :=
  enclose "logDeterminant" arguments (log_determinant d λ size rounds);
  enclose "confidenceRadius" arguments (confidence_radius d range B δ λ size rounds);
  enclose "nu" arguments (threshold d β range B δ λ size rounds);
  spanner_size "spannerSizeAtNu" arguments d (threshold d β range B δ λ size rounds) λ size;
  enclose "rounds" arguments (exploration_rounds d β range B ε δ λ size rounds);
  enclose "prompts" arguments (spanner_prompts range ε δ size);
  enclose "pairsPerPrompt" arguments (pairs_per_prompt β range ε δ C prompts);
  enclose "promise" arguments (promise C).

Goal True.
Proof.
  spanner_size "spannerSize" "d=2 nu=0.3 lambda=1" 2 0.3 1 128.
  spanner_size "spannerSize" "d=1 nu=1 lambda=1" 1 1 1 4.
  spanner_size "spannerSize" "d=1 nu=10 lambda=1" 1 10 1 0.
  spanner_size "spannerSize" "d=16 nu=0.05 lambda=0.5" 16 0.05 0.5 66742.
  spanner_size "spannerSize" "d=512 nu=0.001 lambda=3" 512 0.001 3 8669405171.
  spanner_size "spannerSize" "d=3 nu=0.7 lambda=0.01" 3 0.7 0.01 68.
  exact I.
Qed.

Goal True.
Proof.
  enclose "potentialFactor" "nu=0.01" (potential_factor 0.01).
  enclose "potentialFactor" "nu=0.3" (potential_factor 0.3).
  enclose "potentialFactor" "nu=1" (potential_factor 1).
  enclose "estimate" "M=1 delta=0.5" (sampler_estimate 1 0.5).
  enclose "trials" "M=1 delta=0.5" (sampler_trials 1 0.5).
  enclose "estimate" "M=7.5 delta=0.01" (sampler_estimate 7.5 0.01).
  enclose "trials" "M=7.5 delta=0.01" (sampler_trials 7.5 0.01).
  enclose "estimate" "M=147781.25 delta=6e-8" (sampler_estimate 147781.25 6e-8).
  enclose "trials" "M=147781.25 delta=6e-8" (sampler_trials 147781.25 6e-8).
  enclose "estimate" "M=3e9 delta=1e-12" (sampler_estimate 3e9 1e-12).
  enclose "trials" "M=3e9 delta=1e-12" (sampler_trials 3e9 1e-12).
  enclose "needleCoverage" "N=2 x=0.1" (needle_coverage 2 0.1).
  enclose "needleCoverage" "N=10000 x=9.2" (needle_coverage 10000 9.2).
  enclose "needleCoverage" "N=1e6 x=30" (needle_coverage 1e6 30).
  enclose "needleCoverage" "N=50 x=0.5" (needle_coverage 50 0.5).
  enclose_integral "needleChance" "d=3 N=2 x=1" (needle_chance_3 2 1).
  enclose_integral "needleChance" "d=5 N=2 x=1" (needle_chance_5 2 1).
  enclose_integral "needleChance" "d=7 N=2 x=1" (needle_chance_7 2 1).
  enclose_integral "needleChance" "d=3 N=1000 x=5" (needle_chance_3 1000 5).
  enclose_integral "needleChance" "d=5 N=1000 x=5" (needle_chance_5 1000 5).
  enclose_integral "needleChance" "d=7 N=1000 x=5" (needle_chance_7 1000 5).
  enclose_integral "needleChance" "d=3 N=1000000 x=12" (needle_chance_3 1000000 12).
  enclose_integral "needleChance" "d=5 N=1000000 x=12" (needle_chance_5 1000000 12).
  enclose_integral "needleChance" "d=7 N=1000000 x=12" (needle_chance_7 1000000 12).
  exact I.
Qed.

Goal True.
Proof.
  spanner_sampling "d=2 beta=0.076 R=1 B=1 epsilon=0.1 delta=0.02 coverage=1e4 lambda=1 size=115525 rounds=332138 prompts=16448765" 2 0.076 1 1 0.1 0.02 1e4 1 115525 332138 16448765.
  exact I.
Qed.

Goal True.
Proof.
  spanner_sampling "d=4 beta=0.05 R=1 B=1 epsilon=0.1 delta=0.02 coverage=1e6 lambda=1 size=1024871 rounds=1878277 prompts=145919542" 4 0.05 1 1 0.1 0.02 1e6 1 1024871 1878277 145919542.
  exact I.
Qed.

Goal True.
Proof.
  spanner_sampling "d=1 beta=1 R=1 B=0.5 epsilon=0.5 delta=0.25 coverage=2 lambda=0.25 size=51 rounds=484 prompts=1492" 1 1 1 0.5 0.5 0.25 2 0.25 51 484 1492.
  exact I.
Qed.

Goal True.
Proof.
  spanner_sampling "d=8 beta=3 R=0.5 B=2 epsilon=0.01 delta=0.001 coverage=50 lambda=2 size=151 rounds=504518 prompts=112413" 8 3 0.5 2 0.01 0.001 50 2 151 504518 112413.
  exact I.
Qed.

Goal True.
Proof.
  spanner_sampling "d=64 beta=0.5 R=2 B=4 epsilon=0.25 delta=0.1 coverage=300 lambda=0.5 size=8244953 rounds=65085197 prompts=939119562" 64 0.5 2 4 0.25 0.1 300 0.5 8244953 65085197 939119562.
  exact I.
Qed.

Goal True.
Proof.
  spanner_sampling "d=2 beta=30 R=1 B=1 epsilon=0.1 delta=0.02 coverage=2 lambda=1 size=8 rounds=4639 prompts=1697" 2 30 1 1 0.1 0.02 2 1 8 4639 1697.
  exact I.
Qed.
