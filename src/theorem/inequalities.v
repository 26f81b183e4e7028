(** * Inequalities of one real variable that the proofs use

    - [ln_le_minus_1]: log x ≤ x − 1;
    - [exp_quadratic]: e^Δ − 1 − Δ ≤ (e − 2)Δ² for −1 ≤ Δ ≤ 1 (T7 (c)); what the prose takes from the power series is done by monotonicity here;
    - [hoeffding]: log E e^{Δ} − E Δ ≤ (b − a)²/8 for Δ ∈ [a,b] (Hoeffding's lemma; T9 (iii) has it at b = −a = τ). *)

From Coq Require Import Reals List Lra Lia.
From Coquelicot Require Import Coquelicot.
From Coverbound Require Import finite.
Import ListNotations.
Open Scope R_scope.

(** A function with a non-negative derivative does not fall. *)
Lemma nondecreasing (f f' : R -> R) a b :
  a <= b -> (forall x, a <= x <= b -> is_derive f x (f' x)) -> (forall x, a <= x <= b -> 0 <= f' x) -> f a <= f b.
Proof.
  intros Hab Hd Hpos. destruct (MVT_gen f a b f') as [c [Hc He]].
  - intros x Hx. rewrite Rmin_left, Rmax_right in Hx by easy. apply Hd. lra.
  - intros x Hx. rewrite Rmin_left, Rmax_right in Hx by easy. apply continuity_pt_filterlim.
    apply (ex_derive_continuous f x). exists (f' x). now apply Hd.
  - rewrite Rmin_left, Rmax_right in Hc by easy. specialize (Hpos c Hc). nra.
Qed.

Lemma nonincreasing (f f' : R -> R) a b :
  a <= b -> (forall x, a <= x <= b -> is_derive f x (f' x)) -> (forall x, a <= x <= b -> f' x <= 0) -> f b <= f a.
Proof.
  intros Hab Hd Hneg. cut (- f a <= - f b); [lra|].
  apply (nondecreasing (fun x => - f x) (fun x => - f' x)); [easy| |].
  - intros x Hx. apply (is_derive_opp f x (f' x)). now apply Hd.
  - intros x Hx. specialize (Hneg x Hx). lra.
Qed.

Lemma abs_le x b : Rabs x <= b -> - b <= x <= b.
Proof. intros H. now apply Rabs_le_between. Qed.

Lemma exp_ge_plus_1 x : 1 + x <= exp x.
Proof.
  destruct (Rle_dec 0 x) as [Hx|Hx].
  - cut (exp 0 - (1 + 0) <= exp x - (1 + x)); [rewrite exp_0; lra|].
    apply (nondecreasing (fun x => exp x - (1 + x)) (fun x => exp x - 1)); [easy| |].
    + intros y _. auto_derive; [easy|ring].
    + intros y Hy. destruct (Req_dec y 0) as [->|H0]; [rewrite exp_0; lra|]. pose proof (exp_increasing 0 y). rewrite exp_0 in H. lra.
  - cut (exp 0 - (1 + 0) <= exp x - (1 + x)); [rewrite exp_0; lra|].
    apply (nonincreasing (fun x => exp x - (1 + x)) (fun x => exp x - 1)); [lra| |].
    + intros y _. auto_derive; [easy|ring].
    + intros y Hy. destruct (Req_dec y 0) as [->|H0]; [rewrite exp_0; lra|]. pose proof (exp_increasing y 0). rewrite exp_0 in H. lra.
Qed.

Lemma ln_le_minus_1 x : 0 < x -> ln x <= x - 1.
Proof. intros Hx. pose proof (exp_ge_plus_1 (ln x)) as H. rewrite exp_ln in H by easy. lra. Qed.

Lemma exp_power x n : exp x ^ n = exp (INR n * x).
Proof.
  induction n as [|n IH]; [rewrite Rmult_0_l, exp_0; easy|]. rewrite S_INR. simpl pow. rewrite IH, <- exp_plus. f_equal. ring.
Qed.

(** ** e^Δ − 1 − Δ ≤ (e − 2)Δ² *)

Lemma exp_le a b : a <= b -> exp a <= exp b.
Proof. intros [H| ->]; [now apply Rlt_le, exp_increasing|lra]. Qed.

Lemma exp_1_gt : 5 / 2 < exp 1.
Proof.
  pose proof (exp_ge_plus_1 (/ 8)) as H. pose proof (exp_pos (/ 8)) as Hp.
  assert (He : exp 1 = exp (/ 8) ^ 8) by (simpl; rewrite Rmult_1_r, <- !exp_plus; f_equal; lra). rewrite He.
  apply Rlt_le_trans with ((1 + / 8) ^ 8); [lra|apply pow_incr; lra].
Qed.

Section ExpQuadratic.
  Let k x := (exp 1 - 2) * (x * x) - (exp x - 1 - x).
  Let k' x := 2 * (exp 1 - 2) * x - (exp x - 1).
  Let k'' x := 2 * (exp 1 - 2) - exp x.

  Local Lemma k_derive x : is_derive k x (k' x).
  Proof. unfold k, k'. auto_derive; [easy|ring]. Qed.
  Local Lemma k'_derive x : is_derive k' x (k'' x).
  Proof. unfold k', k''. auto_derive; [easy|ring]. Qed.

  Lemma exp_quadratic x : -1 <= x <= 1 -> exp x - 1 - x <= (exp 1 - 2) * (x * x).
  Proof.
    intros Hx. cut (0 <= k x); [unfold k; lra|].
    pose proof exp_1_gt as He.
    assert (Hk0 : k 0 = 0) by (unfold k; rewrite exp_0; ring).
    assert (Hk'0 : k' 0 = 0) by (unfold k'; rewrite exp_0; ring).
    assert (Hk1 : k 1 = 0) by (unfold k; ring).
    (* k'' changes its sign once, at x0 = log(2(e−2)). *)
    set (x0 := ln (2 * (exp 1 - 2))).
    assert (Hx0 : exp x0 = 2 * (exp 1 - 2)) by (unfold x0; apply exp_ln; lra).
    assert (Hle : forall y, y <= x0 -> 0 <= k'' y) by (intros y Hy; unfold k''; rewrite <- Hx0; pose proof (exp_le y x0 Hy); lra).
    assert (Hge : forall y, x0 <= y -> k'' y <= 0) by (intros y Hy; unfold k''; rewrite <- Hx0; pose proof (exp_le x0 y Hy); lra).
    assert (Hneg : x < 0 \/ 0 <= x) by lra. destruct Hneg as [Hneg|Hpos].
    - (* Below 0 ≤ x0: k' rises to k'(0) = 0, so k falls to k(0) = 0. *)
      assert (Hx0' : 0 <= x0). { destruct (Rle_dec 0 x0) as [|Hlt]; [easy|]. pose proof (exp_increasing x0 0 ltac:(lra)) as Hc. rewrite exp_0 in Hc. lra. }
      rewrite <- Hk0. apply (nonincreasing k k'); [lra|intros; apply k_derive|]. intros y Hy.
      rewrite <- Hk'0. apply (nondecreasing k' k''); [lra|intros; apply k'_derive|]. intros z Hz. apply Hle. lra.
    - destruct (Rle_dec x x0) as [Hlx|Hgx].
      + rewrite <- Hk0. apply (nondecreasing k k'); [lra|intros; apply k_derive|]. intros y Hy.
        rewrite <- Hk'0. apply (nondecreasing k' k''); [lra|intros; apply k'_derive|]. intros z Hz. apply Hle. lra.
      + destruct (Rle_dec 0 (k' x)) as [Hk'|Hk'].
        * (* k rises up to x: on [x0,x] k' is above k'(x); below x0 it rises from 0. *)
          rewrite <- Hk0. apply (nondecreasing k k'); [lra|intros; apply k_derive|]. intros y Hy.
          destruct (Rle_dec y x0) as [Hyx|Hyx].
          -- rewrite <- Hk'0. apply (nondecreasing k' k''); [lra|intros; apply k'_derive|]. intros z Hz. apply Hle. lra.
          -- apply Rle_trans with (1 := Hk'). apply (nonincreasing k' k''); [lra|intros; apply k'_derive|]. intros z Hz. apply Hge. lra.
        * (* … or it falls from x to 1, where it is 0. *)
          rewrite <- Hk1. apply (nonincreasing k k'); [lra|intros; apply k_derive|]. intros y Hy.
          apply Rle_trans with (k' x); [|lra]. apply (nonincreasing k' k''); [lra|intros; apply k'_derive|]. intros z Hz. apply Hge. lra.
  Qed.
End ExpQuadratic.

(** e to three digits, by the quadratic bound at 1/64 from e ≤ 3, twice. *)
Lemma exp_1_le : exp 1 <= 2729 / 1000.
Proof.
  assert (Hstep : forall u v, exp 1 <= u -> (1 + / 64 + (u - 2) / 4096) ^ 64 <= v -> exp 1 <= v).
  { intros u v Hu Hv. eapply Rle_trans; [|exact Hv]. clear Hv.
    assert (He : exp 1 = exp (/ 64) ^ 64) by (rewrite exp_power, INR_IZR_INZ; f_equal; simpl Z.of_nat; lra).
    rewrite He. apply pow_incr. split; [apply Rlt_le, exp_pos|]. pose proof (exp_quadratic (/ 64) ltac:(lra)). lra. }
  apply (Hstep (2740 / 1000)); [apply (Hstep 3); [apply exp_le_3|]|]; lra.
Qed.

Lemma exp_half_le : exp (1 / 2) <= 16525 / 10000.
Proof.
  pose proof exp_1_le as H. replace 1 with (1 / 2 + 1 / 2) in H at 1 by lra. rewrite exp_plus in H. pose proof (exp_pos (1 / 2)). nra.
Qed.

(** log 2 to three digits. Below, by log((1+z)/(1−z)) ≥ 2(z + z³/3 + z⁵/5 + z⁷/7) at z = 1/3. *)
Lemma ln_2_ge : 0.693 <= ln 2.
Proof.
  set (g := fun z => ln (1 + z) - ln (1 - z) - 2 * (z + z * z * z / 3 + z * z * z * z * z / 5 + z * z * z * z * z * z * z / 7)).
  assert (H : g 0 <= g (/ 3)).
  { apply (nondecreasing g (fun z => 2 * (z * z * z * z * (z * z * z * z)) / (1 - z * z))); [lra| |].
    - intros z Hz. unfold g. auto_derive; [lra|]. field. split; [nra|split; lra].
    - intros z Hz. apply Rmult_le_pos.
      + assert (0 <= z * z) by nra. assert (0 <= z * z * (z * z)) by nra. nra.
      + apply Rlt_le, Rinv_0_lt_compat. nra. }
  unfold g in H. rewrite Rplus_0_r, Rminus_0_r, ln_1 in H.
  replace (ln 2) with (ln (1 + / 3) - ln (1 - / 3)); [lra|].
  replace (1 + / 3) with (2 * (1 - / 3)) by field. rewrite ln_mult by lra. ring.
Qed.

Lemma ln_2_le : ln 2 <= 3 / 4.
Proof.
  rewrite <- (ln_exp (3 / 4)). apply Rlt_le, ln_increasing; [lra|].
  assert (He : exp (3 / 4) = exp (3 / 32) ^ 8) by (rewrite exp_power, INR_IZR_INZ; f_equal; simpl Z.of_nat; lra). rewrite He.
  pose proof (exp_ge_plus_1 (3 / 32)) as H. apply Rlt_le_trans with ((1 + 3 / 32) ^ 8); [lra|apply pow_incr; lra].
Qed.

(** −log(1 − μ) ≤ 1.02·μ for 0 ≤ μ ≤ 1/40. *)
Lemma ln_complement μ : 0 <= μ <= 1 / 40 -> ln (1 / (1 - μ)) <= 1.02 * μ.
Proof.
  intros Hμ. unfold Rdiv. rewrite Rmult_1_l, ln_Rinv by lra.
  assert (H : 0 + 20 / 39 * (0 * 0) + ln (1 - 0) <= μ + 20 / 39 * (μ * μ) + ln (1 - μ)).
  { apply (nondecreasing (fun x => x + 20 / 39 * (x * x) + ln (1 - x)) (fun x => 1 + 40 / 39 * x - / (1 - x))); [lra| |].
    - intros x Hx. auto_derive; [lra|field; lra].
    - intros x Hx. replace (1 + 40 / 39 * x - / (1 - x)) with (x * (1 - 40 * x) / (39 * (1 - x))) by (field; lra).
      apply Rmult_le_pos; [apply Rmult_le_pos; lra|apply Rlt_le, Rinv_0_lt_compat; lra]. }
  rewrite Rminus_0_r, ln_1 in H. nra.
Qed.

(** Gibbs' inequality: a divergence is not negative. *)
Lemma KL_nonneg {A} (l : list A) (p q : A -> R) : distribution l p -> distribution l q -> absolutely_continuous l p q -> 0 <= KL l p q.
Proof.
  intros [Hp Hp1] [Hq Hq1] Hac. replace 0 with (sum l p - sum l q) by lra. rewrite <- sum_minus. apply sum_le. intros y Hy.
  destruct (Hp y Hy) as [H|H]; [|rewrite <- H; specialize (Hq y Hy); lra].
  assert (H' : 0 < q y). { destruct (Hq y Hy) as [|Hz]; [easy|]. rewrite (Hac y Hy) in H by easy. lra. }
  pose proof (ln_le_minus_1 (q y / p y) ltac:(now apply Rdiv_lt_0_compat)) as Hl.
  replace (ln (p y / q y)) with (- ln (q y / p y)).
  - replace (p y - q y) with (p y * (1 - q y / p y)) by (field; lra). apply Rmult_le_compat_l; lra.
  - rewrite <- ln_Rinv by now apply Rdiv_lt_0_compat. f_equal. field. lra.
Qed.

(** ** Hoeffding's lemma *)

(** Two points: log(1 − p + p·e^h) ≤ p·h + h²/8. The second derivative is 1/4 − u(1−u) ≥ 0. *)
Lemma hoeffding_two_points p h : 0 <= p <= 1 -> 0 <= h -> ln (1 - p + p * exp h) <= p * h + h * h / 8.
Proof.
  intros Hp Hh.
  assert (Hden : forall x, 0 < 1 - p + p * exp x).
  { intros x. pose proof (exp_pos x). destruct (Req_dec p 0) as [->|]; [lra|]. nra. }
  set (g := fun x => p * x + x * x / 8 - ln (1 - p + p * exp x)).
  set (g' := fun x => p + x / 4 - p * exp x / (1 - p + p * exp x)).
  set (g'' := fun x => 1 / 4 - p * exp x * (1 - p) / (1 - p + p * exp x) ^ 2).
  assert (Hg : forall x, is_derive g x (g' x)).
  { intros x. pose proof (Hden x). unfold g, g'. auto_derive; [easy|field; lra]. }
  assert (Hg' : forall x, is_derive g' x (g'' x)).
  { intros x. pose proof (Hden x). unfold g', g''. auto_derive; [lra|field; lra]. }
  assert (Hg'' : forall x, 0 <= g'' x).
  { intros x. unfold g''. pose proof (Hden x) as Hd.
    replace (1 / 4 - p * exp x * (1 - p) / (1 - p + p * exp x) ^ 2) with ((1 - p - p * exp x) ^ 2 / (4 * (1 - p + p * exp x) ^ 2)) by (field; lra).
    apply Rmult_le_pos; [apply pow2_ge_0|]. apply Rlt_le, Rinv_0_lt_compat. assert (0 < (1 - p + p * exp x) ^ 2) by now apply pow_lt. lra. }
  assert (H0 : g 0 = 0). { unfold g. rewrite exp_0. replace (1 - p + p * 1) with 1 by ring. rewrite ln_1. field. }
  assert (H0' : g' 0 = 0). { unfold g'. rewrite exp_0. field. lra. }
  cut (0 <= g h); [unfold g; lra|]. rewrite <- H0. apply (nondecreasing g g'); [easy|intros; apply Hg|].
  intros x Hx. rewrite <- H0'. apply (nondecreasing g' g''); [lra|intros; apply Hg'|intros; apply Hg''].
Qed.

(** exp is below its chord on [a,b]. *)
Lemma exp_chord a b x : a < b -> a <= x <= b -> exp x <= (b - x) / (b - a) * exp a + (x - a) / (b - a) * exp b.
Proof.
  intros Hab Hx.
  (* The tangent at x, at a and at b. *)
  pose proof (exp_ge_plus_1 (a - x)) as Ha. pose proof (exp_ge_plus_1 (b - x)) as Hb. pose proof (exp_pos x) as He.
  assert (Ea : exp a = exp x * exp (a - x)) by (rewrite <- exp_plus; f_equal; ring).
  assert (Eb : exp b = exp x * exp (b - x)) by (rewrite <- exp_plus; f_equal; ring). rewrite Ea, Eb.
  assert (H1 : exp x * (1 + (a - x)) <= exp x * exp (a - x)) by (apply Rmult_le_compat_l; lra).
  assert (H2 : exp x * (1 + (b - x)) <= exp x * exp (b - x)) by (apply Rmult_le_compat_l; lra).
  apply Rle_trans with ((b - x) / (b - a) * (exp x * (1 + (a - x))) + (x - a) / (b - a) * (exp x * (1 + (b - x)))).
  - right. field. lra.
  - apply Rplus_le_compat; apply Rmult_le_compat_l; try easy; apply Rmult_le_pos; try lra; apply Rlt_le, Rinv_0_lt_compat; lra.
Qed.

Lemma hoeffding {A} (l : list A) (p Δ : A -> R) a b :
  distribution l p -> a <= b -> (forall y, In y l -> 0 < p y -> a <= Δ y <= b) ->
  ln (expectation l p (fun y => exp (Δ y))) - expectation l p Δ <= (b - a) * (b - a) / 8.
Proof.
  intros Hp Hab HΔ. pose proof (expectation_bounds l p Δ a b Hp HΔ) as Hm. set (m := expectation l p Δ) in *.
  assert (Hpos : 0 < expectation l p (fun y => exp (Δ y))).
  { destruct (distribution_inhabited l p Hp) as [y [Hy Hy0]]. destruct Hp as [H0 H1]. apply sum_pos.
    - intros z Hz. apply Rmult_le_pos; [auto|apply Rlt_le, exp_pos].
    - exists y. split; [easy|]. apply Rmult_lt_0_compat; [easy|apply exp_pos]. }
  destruct Hab as [Hab|Hab].
  - (* E e^Δ is at most the chord at the mean: e^a times the two-point moment at h = b − a. *)
    set (q := (m - a) / (b - a)).
    assert (Hq : 0 <= q <= 1).
    { unfold q. split; [apply Rmult_le_pos; [lra|apply Rlt_le, Rinv_0_lt_compat; lra]|].
      apply Rmult_le_reg_r with (b - a); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
    assert (HE : expectation l p (fun y => exp (Δ y)) <= exp a * (1 - q + q * exp (b - a))).
    { apply Rle_trans with (expectation l p (fun y => (b - Δ y) / (b - a) * exp a + (Δ y - a) / (b - a) * exp b)).
      - apply expectation_le; [apply Hp|]. intros y Hy Hy0. apply exp_chord; auto.
      - right. unfold expectation.
        rewrite (sum_ext l _ (fun y => p y * ((b * exp a - a * exp b) / (b - a)) + p y * Δ y * ((exp b - exp a) / (b - a)))) by (intros y _; field; lra).
        rewrite sum_plus, !sum_scal_r. destruct Hp as [_ H1]. rewrite H1. fold (expectation l p Δ). fold m. unfold q.
        assert (Eb : exp b = exp a * exp (b - a)) by (rewrite <- exp_plus; f_equal; ring). rewrite Eb. field. lra. }
    assert (Hden : 0 < 1 - q + q * exp (b - a)). { pose proof (exp_pos a). destruct (Rlt_dec 0 (1 - q + q * exp (b - a))); [easy|nra]. }
    assert (Hln : ln (expectation l p (fun y => exp (Δ y))) <= a + ln (1 - q + q * exp (b - a))).
    { rewrite <- (ln_exp a) at 1. rewrite <- ln_mult by (try apply exp_pos; easy). destruct HE as [HE|HE]; [apply Rlt_le, ln_increasing; easy|rewrite HE; lra]. }
    pose proof (hoeffding_two_points q (b - a) Hq ltac:(lra)) as H2.
    assert (q * (b - a) = m - a) by (unfold q; field; lra). lra.
  - (* Δ is constant. *)
    subst b. assert (Hc : expectation l p (fun y => exp (Δ y)) = exp a).
    { rewrite <- (expectation_const l p (exp a) Hp). apply sum_ext. intros y Hy. destruct Hp as [H0 _]. destruct (H0 y Hy) as [Hy0|Hy0]; [|rewrite <- Hy0; ring].
      replace (Δ y) with a; [easy|]. specialize (HΔ y Hy Hy0). lra. }
    rewrite Hc, ln_exp. lra.
Qed.

(** ** log is concave *)

(** t·log(1+a) ≤ log(1+ta) for t in [0,1]. *)
Lemma ln_concave t a : 0 <= t <= 1 -> 0 < a -> t * ln (1 + a) <= ln (1 + t * a).
Proof.
  intros Ht Ha. set (L := ln (1 + a)). assert (EL : exp L = 1 + a) by (apply exp_ln; lra).
  assert (HL : 0 < L) by (unfold L; rewrite <- ln_1; apply ln_increasing; lra).
  assert (H : exp (t * L) <= 1 + t * a).
  { pose proof (exp_chord 0 L (t * L) HL) as Hc. rewrite exp_0, EL in Hc.
    replace ((L - t * L) / (L - 0) * 1 + (t * L - 0) / (L - 0) * (1 + a)) with (1 + t * a) in Hc by (field; lra).
    apply Hc. split; [apply Rmult_le_pos; lra|]. rewrite <- (Rmult_1_l L) at 2. apply Rmult_le_compat_r; lra. }
  rewrite <- (ln_exp (t * L)). destruct H as [H|H]; [apply Rlt_le, ln_increasing; [apply exp_pos|easy]|rewrite H; lra].
Qed.
