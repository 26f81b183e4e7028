(** * L2: a good proper explorer solves Max-k-DNF

    statement.md. F is a list of m terms of k literals over the variables 0, …, n−1, the variables of a term distinct; prompts are the terms, uniform. The two
    responses to a term are 0, with feature 0, and the probe 1, with feature l_x/√k; π_ref(1∣x) has odds e^{−(k−1)c}, c = 1/(β√k). Θ = [−1,1]^n.

    Proved:
    - [L2_probe_law]: π_θ(1∣x), defined as ∝ π_ref·exp(⟨θ, φ⟩/β), is σ(c(1 − τ_x)), τ_x = Σ_{j∈x} (1 − θ_j l_{x,j}) ∈ [0, 2k] ([τ_range]);
    - [L2_assignment]: for an assignment a: σ(c)·sat(a) ≤ E_x π_a(1∣x) ≤ sat(a) + e^{−c} (and the sharper σ(c)·sat(a) + σ(−c)·(1 − sat(a)) between them);
    - [L2_parameter]: for every θ in Θ: E_x π_θ(1∣x) ≤ E_x 1{sign θ satisfies x} + E_x P(independent rounding satisfies x) + e^{−c}. Independent rounding is the law on
      the 2^n assignments that makes a_j = 1 with probability (1 + θ_j)/2, independently;
    - [L2_opt]: hence E_x π_θ(1∣x) ≤ 2·OPT + e^{−c}, OPT the largest sat(a);
    - [L2_rounding]: a fair coin between the two roundings has expected value ≥ (q − e^{−c})/2, q = E_x π_θ(1∣x): what a proper learner hands us.

    Assumed: F is not empty, its terms have k ≥ 1 literals over n variables; β > 0; θ in Θ. That a term's variables are distinct is not needed (it only makes the norm
    of a feature 1), and of independent rounding only its marginals are used. sign 0 is +1 here; the proof never looks. *)

From Coq Require Import Reals Lra Lia List.
From Coquelicot Require Import Coquelicot.
From Coverbound Require Import finite ville.
Import ListNotations.
Open Scope R_scope.

(** A literal: a variable, and whether it asks for +1. *)
Definition literal : Type := nat * bool.
Definition sign_of (b : bool) : R := if b then 1 else -1.
Definition term : Type := list literal.

(** An assignment, as its values at the variables. *)
Definition assignment : Type := nat -> bool.
Definition satisfies (a : assignment) (x : term) : bool := forallb (fun l => Bool.eqb (a (fst l)) (snd l)) x.
(** The corner of Θ that an assignment is. *)
Definition corner (a : assignment) : nat -> R := fun j => sign_of (a j).

Definition σ (z : R) : R := / (1 + exp (- z)).

Lemma σ_bounds z : 0 < σ z < 1.
Proof.
  unfold σ. pose proof (exp_pos (- z)). split; [apply Rinv_0_lt_compat; lra|].
  rewrite <- Rinv_1. apply Rinv_lt_contravar; lra.
Qed.

Lemma σ_le a b : a <= b -> σ a <= σ b.
Proof.
  intros H. unfold σ. apply Rinv_le_contravar; [pose proof (exp_pos (- b)); lra|].
  destruct (Req_dec a b) as [->|]; [lra|]. apply Rplus_le_compat_l, Rlt_le, exp_increasing. lra.
Qed.

Lemma σ_opp z : σ (- z) = 1 - σ z.
Proof.
  unfold σ. rewrite Ropp_involutive, exp_Ropp. pose proof (exp_pos z). field. split; lra.
Qed.

Lemma σ_below_exp z : σ (- z) <= exp (- z).
Proof.
  unfold σ. rewrite Ropp_involutive. pose proof (exp_pos z). rewrite exp_Ropp. apply Rinv_le_contravar; lra.
Qed.

(** σ is convex on the negative half-line, so below its chord: σ(−cs) ≤ (1−s)/2 + s·σ(−c) for 0 ≤ s ≤ 1. The slope σ(1−σ) falls away from 0; mean values on
    both sides of s. *)
Lemma σ_chord c s : 0 <= c -> 0 <= s <= 1 -> σ (- (c * s)) <= (1 - s) / 2 + s * σ (- c).
Proof.
  intros Hc Hs.
  set (f := fun t => σ (- (c * t))). set (d := fun t => - c * (f t * (1 - f t))).
  assert (Hd : forall t, is_derive f t (d t)).
  { intros t. unfold d, f, σ. pose proof (exp_pos (- - (c * t))). auto_derive; [lra|]. field. lra. }
  assert (Hct : forall t, continuity_pt f t) by (intros t; apply continuity_pt_filterlim, (ex_derive_continuous f); exists (d t); apply Hd).
  destruct (MVT_gen f 0 s d) as [u [Hu Eu]]; [intros; apply Hd|intros; apply Hct|].
  destruct (MVT_gen f s 1 d) as [w [Hw Ew]]; [intros; apply Hd|intros; apply Hct|].
  rewrite Rmin_left, Rmax_right in Hu, Hw by lra.
  assert (Hf0 : f 0 = / 2) by (unfold f, σ; replace (- - (c * 0)) with 0 by ring; rewrite exp_0; lra).
  assert (Hhalf : f u <= / 2) by (rewrite <- Hf0; unfold f; apply σ_le; nra).
  assert (Hfw : f w <= f u) by (unfold f; apply σ_le; nra).
  assert (Hp : 0 < f w) by apply σ_bounds.
  assert (Hpp : 0 <= (f u - f w) * (1 - f u - f w)) by (apply Rmult_le_pos; lra).
  assert (Hduw : d u <= d w) by (unfold d; assert (0 <= c * (f u * (1 - f u) - f w * (1 - f w))) by (apply Rmult_le_pos; lra); lra).
  change (f s <= (1 - s) / 2 + s * σ (- c)). replace (σ (- c)) with (f 1) by (unfold f; f_equal; ring).
  assert (s * (1 - s) * d u <= s * (1 - s) * d w) by (apply Rmult_le_compat_l; nra). nra.
Qed.

(** ** The instance *)

(** θ_j l_j for a literal. *)
Definition agreement (θ : nat -> R) (l : literal) : R := θ (fst l) * sign_of (snd l).
Definition τ (θ : nat -> R) (x : term) : R := ∑ l ∈ x, (1 - agreement θ l).

(** π_θ(1∣x) from its definition: π_ref(1∣x) has odds e^{−(k−1)c}, ⟨θ, φ(x,1)⟩ = Σ_j θ_j l_j/√k, ⟨θ, φ(x,0)⟩ = 0. *)
Section Policy.
Variables (β : R) (k : nat).
Definition steepness : R := / (β * sqrt (INR k)).
Definition reference (probe : bool) : R :=
  let odds := exp (- ((INR k - 1) * steepness)) in if probe then odds / (1 + odds) else / (1 + odds).
Definition inner_product (θ : nat -> R) (x : term) (probe : bool) : R := if probe then ∑ l ∈ x, agreement θ l / sqrt (INR k) else 0.
Definition tilted_weight (θ : nat -> R) (x : term) (probe : bool) : R := reference probe * exp (inner_product θ x probe / β).
Definition policy_probe (θ : nat -> R) (x : term) : R := tilted_weight θ x true / (tilted_weight θ x true + tilted_weight θ x false).

Lemma τ_sum θ x : τ θ x = INR (length x) - ∑ l ∈ x, agreement θ l.
Proof. unfold τ. rewrite (sum_minus x (fun _ => 1) (fun l => agreement θ l)), sum_const. ring. Qed.

Theorem L2_probe_law (θ : nat -> R) (x : term) : 0 < β -> (1 <= k)%nat -> length x = k -> policy_probe θ x = σ (steepness * (1 - τ θ x)).
Proof.
  intros Hβ Hk Hx. assert (Hs : 0 < sqrt (INR k)) by (apply sqrt_lt_R0, lt_0_INR; lia).
  unfold policy_probe, tilted_weight, reference, σ. set (odds := exp (- ((INR k - 1) * steepness))).
  assert (Ho : 0 < odds) by apply exp_pos. unfold inner_product. replace (0 / β) with 0 by (field; lra). rewrite exp_0.
  set (e := exp ((∑ l ∈ x, agreement θ l / sqrt (INR k)) / β)). assert (He : 0 < e) by apply exp_pos.
  replace (exp (- (steepness * (1 - τ θ x)))) with (/ (odds * e)).
  - field. repeat split; try lra. nra.
  - unfold odds, e. rewrite <- exp_plus, <- exp_Ropp. f_equal. rewrite τ_sum, Hx, sum_div. unfold steepness.
    change (∑ l ∈ x, agreement θ l) with (sum x (agreement θ)). generalize (sum x (agreement θ)). intros S. field. lra.
Qed.
End Policy.

(** The mean over prompts, and the fraction of terms satisfied. *)
Definition over_terms (F : list term) (f : term -> R) : R := sum F f / INR (length F).
Definition sat (F : list term) (a : assignment) : R := over_terms F (fun x => indicator (satisfies a x)).

(** The 2^n assignments of the variables below n, and the law of independent rounding on them. *)
Definition set_variable (a : assignment) (j : nat) (b : bool) : assignment := fun i => if Nat.eqb i j then b else a i.
Fixpoint assignments (n : nat) : list assignment :=
  match n with
  | O => [fun _ => true]
  | S n' => flat_map (fun a => [set_variable a n' true; set_variable a n' false]) (assignments n')
  end.
Fixpoint rounding_weight (n : nat) (θ : nat -> R) (a : assignment) : R :=
  match n with
  | O => 1
  | S n' => rounding_weight n' θ a * ((1 + θ n' * sign_of (a n')) / 2)
  end.
(** P(x satisfied by independent rounding of θ). *)
Definition rounding_satisfies (n : nat) (θ : nat -> R) (x : term) : R :=
  expectation (assignments n) (rounding_weight n θ) (fun a => indicator (satisfies a x)).
Definition sign_rounding (θ : nat -> R) : assignment := fun j => if Rle_dec 0 (θ j) then true else false.
(** OPT = max_a sat(a). *)
Definition OPT (n : nat) (F : list term) : R := maximum (assignments n) (sat F).

Definition in_box (n : nat) (θ : nat -> R) : Prop := forall j, (j < n)%nat -> -1 <= θ j <= 1.
Definition over_variables (n : nat) (x : term) : Prop := forall l, In l x -> (fst l < n)%nat.

Lemma sign_of_cases b : sign_of b = 1 \/ sign_of b = -1.
Proof. destruct b; [now left|now right]. Qed.

Lemma agreement_bounds n θ x l : in_box n θ -> over_variables n x -> In l x -> -1 <= agreement θ l <= 1.
Proof.
  intros Hθ Hx Hl. specialize (Hθ (fst l) (Hx l Hl)). unfold agreement. destruct (sign_of_cases (snd l)) as [->| ->]; lra.
Qed.

Lemma τ_nonneg n θ x : in_box n θ -> over_variables n x -> 0 <= τ θ x.
Proof.
  intros Hθ Hx. apply sum_nonneg. intros l Hl. pose proof (agreement_bounds n θ x l Hθ Hx Hl). lra.
Qed.

Lemma τ_range n k θ x : in_box n θ -> over_variables n x -> length x = k -> 0 <= τ θ x <= 2 * INR k.
Proof.
  intros Hθ Hx <-. split; [now apply (τ_nonneg n)|]. unfold τ. apply Rle_trans with (∑ _ ∈ x, 2).
  - apply sum_le. intros l Hl. pose proof (agreement_bounds n θ x l Hθ Hx Hl). lra.
  - rewrite sum_const. lra.
Qed.

(** ** Independent rounding *)

Lemma weight_other n θ a j b : (n <= j)%nat -> rounding_weight n θ (set_variable a j b) = rounding_weight n θ a.
Proof.
  revert j. induction n as [|n IH]; intros j Hj; [easy|]. cbn [rounding_weight]. rewrite IH by lia. unfold set_variable.
  now rewrite (proj2 (Nat.eqb_neq n j)) by lia.
Qed.

Lemma rounding_expectation_step n θ f :
  expectation (assignments (S n)) (rounding_weight (S n) θ) f =
  expectation (assignments n) (rounding_weight n θ)
    (fun a => (1 + θ n) / 2 * f (set_variable a n true) + (1 - θ n) / 2 * f (set_variable a n false)).
Proof.
  unfold expectation. cbn [assignments]. rewrite sum_flat_map. apply sum_ext. intros a _. cbn [sum rounding_weight].
  rewrite !weight_other by lia.
  replace (sign_of (set_variable a n true n)) with 1 by (unfold set_variable; now rewrite Nat.eqb_refl).
  replace (sign_of (set_variable a n false n)) with (-1) by (unfold set_variable; now rewrite Nat.eqb_refl). field.
Qed.

Lemma rounding_is_law n θ : in_box n θ -> distribution (assignments n) (rounding_weight n θ).
Proof.
  intros Hθ. split.
  - intros a _. induction n as [|n IH]; cbn [rounding_weight]; [lra|].
    apply Rmult_le_pos; [apply IH; intros j Hj; apply Hθ; lia|]. specialize (Hθ n ltac:(lia)). destruct (sign_of_cases (a n)) as [->| ->]; lra.
  - induction n as [|n IH]; [cbn; lra|].
    pose proof (rounding_expectation_step n θ (fun _ => 1)) as H. unfold expectation in H.
    rewrite (sum_ext (assignments (S n)) _ (rounding_weight (S n) θ)) in H by (intros; ring). rewrite H.
    rewrite (sum_ext _ _ (rounding_weight n θ)); [apply IH; intros j Hj; apply Hθ; lia|]. intros. field.
Qed.

(** P(a_j ≠ l_j) = (1 − θ_j l_j)/2. *)
Lemma rounding_marginal n θ (l : literal) : in_box n θ -> (fst l < n)%nat ->
  expectation (assignments n) (rounding_weight n θ) (fun a => indicator (negb (Bool.eqb (a (fst l)) (snd l)))) = (1 - agreement θ l) / 2.
Proof.
  intros Hθ. destruct l as [j b]. cbn [fst snd]. unfold agreement. cbn [fst snd]. revert Hθ. induction n as [|n IH]; intros Hθ Hj; [lia|].
  rewrite rounding_expectation_step. destruct (Nat.eq_dec j n) as [->|Hne].
  - unfold set_variable. rewrite Nat.eqb_refl.
    rewrite (expectation_const (assignments n)) by (apply rounding_is_law; intros i Hi; apply Hθ; lia).
    destruct b; cbn; field.
  - unfold set_variable. rewrite (proj2 (Nat.eqb_neq j n)) by easy. rewrite <- IH; [|intros i Hi; apply Hθ; lia|lia].
    unfold expectation. apply sum_ext. intros. field.
Qed.

Lemma unsatisfied_below a x : 1 - indicator (satisfies a x) <= ∑ l ∈ x, indicator (negb (Bool.eqb (a (fst l)) (snd l))).
Proof.
  induction x as [|l x IH]; cbn [satisfies forallb sum]; [cbn; lra|]. fold (satisfies a x).
  assert (0 <= ∑ l ∈ x, indicator (negb (Bool.eqb (a (fst l)) (snd l)))) by (apply sum_nonneg; intros; unfold indicator; destruct (negb _); lra).
  unfold indicator in *. destruct (Bool.eqb (a (fst l)) (snd l)), (satisfies a x); cbn in *; lra.
Qed.

(** Union bound: independent rounding satisfies x with probability at least 1 − τ/2. *)
Lemma rounding_satisfies_ge n θ x : in_box n θ -> over_variables n x -> 1 - τ θ x / 2 <= rounding_satisfies n θ x.
Proof.
  intros Hθ Hx. destruct (rounding_is_law n θ Hθ) as [H0 H1].
  assert (H : expectation (assignments n) (rounding_weight n θ) (fun a => 1 - indicator (satisfies a x)) <= τ θ x / 2).
  { eapply Rle_trans; [apply expectation_le; [exact H0|]; intros a _ _; apply unsatisfied_below|].
    unfold expectation. rewrite (sum_ext _ _ (fun a => ∑ l ∈ x, rounding_weight n θ a * indicator (negb (Bool.eqb (a (fst l)) (snd l))))) by (intros; now rewrite sum_scal).
    rewrite sum_swap. unfold τ. unfold Rdiv. rewrite <- sum_scal_r. apply Req_le, sum_ext. intros l Hl.
    pose proof (rounding_marginal n θ l Hθ (Hx l Hl)) as Hm. unfold expectation in Hm. rewrite Hm. reflexivity. }
  unfold expectation in H. rewrite (sum_ext _ _ (fun a => rounding_weight n θ a - rounding_weight n θ a * indicator (satisfies a x))) in H by (intros; ring).
  rewrite sum_minus, H1 in H. unfold rounding_satisfies, expectation. lra.
Qed.

Lemma rounding_satisfies_bounds n θ x : in_box n θ -> 0 <= rounding_satisfies n θ x <= 1.
Proof.
  intros Hθ. apply expectation_bounds; [now apply rounding_is_law|]. intros. unfold indicator. destruct (satisfies y x); lra.
Qed.

(** ** Term by term *)

Lemma corner_agreement a l : agreement (corner a) l = if Bool.eqb (a (fst l)) (snd l) then 1 else -1.
Proof. unfold agreement, corner, sign_of. destruct (a (fst l)), (snd l); cbn; lra. Qed.

Lemma τ_corner a x : (satisfies a x = true -> τ (corner a) x = 0) /\ (satisfies a x = false -> 2 <= τ (corner a) x).
Proof.
  assert (Hpos : forall x, 0 <= τ (corner a) x).
  { intros y. apply sum_nonneg. intros l _. rewrite corner_agreement. destruct (Bool.eqb _ _); lra. }
  induction x as [|l x [IH1 IH2]]; [split; [easy|discriminate]|].
  unfold τ in *. cbn [sum satisfies forallb]. fold (satisfies a x). rewrite corner_agreement. specialize (Hpos x). unfold τ in Hpos.
  destruct (Bool.eqb (a (fst l)) (snd l)); cbn [andb]; split; intros H; try discriminate.
  - rewrite IH1 by easy. lra.
  - specialize (IH2 H). lra.
  - lra.
Qed.

Lemma sign_satisfies n θ x : in_box n θ -> over_variables n x -> τ θ x < 1 -> satisfies (sign_rounding θ) x = true.
Proof.
  intros Hθ Hx H. apply forallb_forall. intros l Hl.
  assert (H1 : 1 - agreement θ l < 1).
  { eapply Rle_lt_trans; [|exact H]. apply (sum_ge_term x (fun l => 1 - agreement θ l)); [|easy].
    intros l' Hl'. pose proof (agreement_bounds n θ x l' Hθ Hx Hl'). lra. }
  unfold agreement, sign_rounding in *. destruct (snd l); unfold sign_of in H1; destruct (Rle_dec 0 (θ (fst l))); cbn; try easy; lra.
Qed.

Lemma probe_below_roundings n c θ x : 0 <= c -> in_box n θ -> over_variables n x ->
  σ (c * (1 - τ θ x)) <= indicator (satisfies (sign_rounding θ) x) + rounding_satisfies n θ x + exp (- c).
Proof.
  intros Hc Hθ Hx. pose proof (rounding_satisfies_bounds n θ x Hθ) as [HR _]. pose proof (rounding_satisfies_ge n θ x Hθ Hx) as HR2.
  pose proof (σ_bounds (c * (1 - τ θ x))) as Hσ. pose proof (exp_pos (- c)) as He. pose proof (σ_below_exp c) as Hσe.
  assert (Hi : 0 <= indicator (satisfies (sign_rounding θ) x)) by (unfold indicator; destruct (satisfies _ x); lra).
  destruct (Rlt_dec (τ θ x) 1) as [H1|H1].
  - rewrite (sign_satisfies n θ x Hθ Hx H1). unfold indicator. lra.
  - destruct (Rle_dec (τ θ x) 2) as [H2|H2].
    + pose proof (σ_chord c (τ θ x - 1) Hc ltac:(lra)) as H. replace (- (c * (τ θ x - 1))) with (c * (1 - τ θ x)) in H by ring.
      pose proof (σ_bounds (- c)). nra.
    + assert (σ (c * (1 - τ θ x)) <= σ (- c)) by (apply σ_le; nra). lra.
Qed.

(** ** The theorem *)

Section L2.
Variables (n k : nat) (β : R) (F : list term).
Hypothesis Hβ : 0 < β.
Hypothesis Hk : (1 <= k)%nat.
Hypothesis HF : F <> [].
Hypothesis Hlength : forall x, In x F -> length x = k.
Hypothesis Hvariables : forall x, In x F -> over_variables n x.

Let c := steepness β k.
(** E_x π_θ(1∣x). *)
Definition probe_rate (θ : nat -> R) : R := over_terms F (policy_probe β k θ).

Lemma c_pos : 0 < c.
Proof.
  unfold c, steepness. apply Rinv_0_lt_compat, Rmult_lt_0_compat; [easy|]. apply sqrt_lt_R0, lt_0_INR. lia.
Qed.

Lemma terms_pos : 0 < INR (length F).
Proof. apply lt_0_INR. destruct F; [easy|cbn; lia]. Qed.

Lemma over_terms_le f g : (forall x, In x F -> f x <= g x) -> over_terms F f <= over_terms F g.
Proof.
  intros H. unfold over_terms, Rdiv. apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat, terms_pos|]. now apply sum_le.
Qed.

Lemma over_terms_plus f g : over_terms F (fun x => f x + g x) = over_terms F f + over_terms F g.
Proof. unfold over_terms. rewrite sum_plus. unfold Rdiv. ring. Qed.

Lemma over_terms_scal a f : over_terms F (fun x => a * f x) = a * over_terms F f.
Proof. unfold over_terms. rewrite sum_scal. unfold Rdiv. ring. Qed.

Lemma over_terms_const a : over_terms F (fun _ => a) = a.
Proof. unfold over_terms. rewrite sum_const. pose proof terms_pos. field. lra. Qed.

Theorem L2_assignment (a : assignment) :
  σ c * sat F a <= probe_rate (corner a) /\
  probe_rate (corner a) <= σ c * sat F a + σ (- c) * (1 - sat F a) /\
  σ c * sat F a + σ (- c) * (1 - sat F a) <= sat F a + exp (- c).
Proof.
  pose proof c_pos as Hc. unfold probe_rate, sat.
  assert (H01 : 0 <= over_terms F (fun x => indicator (satisfies a x)) <= 1).
  { split; [rewrite <- (over_terms_const 0)|rewrite <- (over_terms_const 1)]; apply over_terms_le; intros; unfold indicator; destruct (satisfies a x); lra. }
  split; [|split].
  - rewrite <- over_terms_scal. apply over_terms_le. intros x Hx. rewrite L2_probe_law by auto. fold c. destruct (τ_corner a x) as [H1 H2].
    pose proof (σ_bounds (c * (1 - τ (corner a) x))). unfold indicator. destruct (satisfies a x); [|lra]. rewrite H1 by easy. replace (c * (1 - 0)) with c by ring. lra.
  - replace (σ c * over_terms F (fun x => indicator (satisfies a x)) + σ (- c) * (1 - over_terms F (fun x => indicator (satisfies a x))))
      with (over_terms F (fun x => σ c * indicator (satisfies a x) + (σ (- c) + - σ (- c) * indicator (satisfies a x)))).
    + apply over_terms_le. intros x Hx. rewrite L2_probe_law by auto. fold c. destruct (τ_corner a x) as [H1 H2]. unfold indicator. destruct (satisfies a x).
      * rewrite H1 by easy. replace (c * (1 - 0)) with c by ring. lra.
      * specialize (H2 eq_refl). assert (σ (c * (1 - τ (corner a) x)) <= σ (- c)) by (apply σ_le; nra). lra.
    + rewrite !over_terms_plus, !over_terms_scal, over_terms_const. ring.
  - pose proof (σ_bounds c). pose proof (σ_bounds (- c)). pose proof (σ_below_exp c). nra.
Qed.

Theorem L2_parameter (θ : nat -> R) : in_box n θ ->
  probe_rate θ <= sat F (sign_rounding θ) + over_terms F (rounding_satisfies n θ) + exp (- c).
Proof.
  intros Hθ. unfold sat. rewrite <- (over_terms_const (exp (- c))), <- !over_terms_plus. apply over_terms_le. intros x Hx.
  unfold probe_rate. rewrite L2_probe_law by auto. fold c. apply probe_below_roundings; auto. apply Rlt_le, c_pos.
Qed.

(** E sat(independent rounding of θ). *)
Definition rounding_sat (θ : nat -> R) : R := expectation (assignments n) (rounding_weight n θ) (sat F).

Lemma rounding_sat_terms θ : rounding_sat θ = over_terms F (rounding_satisfies n θ).
Proof.
  unfold rounding_sat, rounding_satisfies, expectation, sat, over_terms. rewrite <- sum_swap. unfold Rdiv. rewrite <- sum_scal_r.
  apply sum_ext. intros a _. rewrite <- sum_scal_r, <- sum_scal_r, <- sum_scal. apply sum_ext. intros. ring.
Qed.

Lemma satisfies_ext a a' x : over_variables n x -> (forall j, (j < n)%nat -> a j = a' j) -> satisfies a x = satisfies a' x.
Proof.
  intros Hx H. unfold satisfies. induction x as [|l x IH]; [easy|]. cbn [forallb]. rewrite H by (apply Hx; now left). f_equal.
  apply IH. intros l' Hl'. apply Hx. now right.
Qed.

Lemma assignments_all a : exists a', In a' (assignments n) /\ forall j, (j < n)%nat -> a j = a' j.
Proof.
  clear -n. induction n as [|m [a' [Hin Ha]]]; [exists (fun _ => true); split; [now left|lia]|].
  exists (set_variable a' m (a m)). split.
  - cbn [assignments]. apply in_flat_map. exists a'. split; [easy|]. destruct (a m); [now left|right; now left].
  - intros j Hj. unfold set_variable. destruct (Nat.eqb_spec j m) as [->|]; [easy|]. apply Ha. lia.
Qed.

(** OPT is the largest over all assignments whatever. *)
Lemma sat_le_OPT a : sat F a <= OPT n F.
Proof.
  destruct (assignments_all a) as [a' [Hin Ha]].
  replace (sat F a) with (sat F a').
  - unfold OPT. now apply maximum_ge.
  - unfold sat, over_terms. f_equal. apply sum_ext. intros x Hx. f_equal. apply satisfies_ext; auto. intros. symmetry. auto.
Qed.

Theorem L2_opt (θ : nat -> R) : in_box n θ -> probe_rate θ <= 2 * OPT n F + exp (- c).
Proof.
  intros Hθ. pose proof (L2_parameter θ Hθ) as H. rewrite <- rounding_sat_terms in H. pose proof (sat_le_OPT (sign_rounding θ)).
  assert (rounding_sat θ <= OPT n F).
  { unfold rounding_sat. rewrite <- (expectation_const (assignments n) (rounding_weight n θ) (OPT n F)) by now apply rounding_is_law.
    apply expectation_le; [now apply rounding_is_law|]. intros. apply sat_le_OPT. }
  lra.
Qed.

Theorem L2_rounding (θ : nat -> R) : in_box n θ -> (probe_rate θ - exp (- c)) / 2 <= / 2 * sat F (sign_rounding θ) + / 2 * rounding_sat θ.
Proof. intros Hθ. pose proof (L2_parameter θ Hθ) as H. rewrite <- rounding_sat_terms in H. lra. Qed.
End L2.
