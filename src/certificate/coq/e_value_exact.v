(** * The e-process's value as a number: what an emitted certificate of trials is held against

    E after k bad and m good trials (bernoulli_e_process.v) is an integral; integration by parts steps down in k and m, so with δ = a/2^t

      E = (A + B·c)/D,   c = √(δ(1−δ))/ψ(δ),

    for integers A, B, D that [coefficients] computes. The cancellation in A + B·c is met with precision.

    Proved: [e_value_exact], for every 0 < a < 2^t. Assumed: nothing. *)

From Coq Require Import Reals ZArith List Lra Lia.
From Coquelicot Require Import Coquelicot.
From Coverbound Require Import finite ville bernoulli_e_process certificate_data.
Import ListNotations.
Open Scope R_scope.

Section Steps.
Variable δ : R.
Hypothesis Hδ : 0 < δ < 1.

Definition c_of : R := sqrt (δ * (1 - δ)) / ψ δ.

Lemma sin_ψ : sin (ψ δ) ^ 2 = 1 - δ /\ 0 < sin (ψ δ) /\ 0 < cos (ψ δ).
Proof.
  pose proof (ψ_bounds δ Hδ). pose proof PI_RGT_0. pose proof (cos_ψ δ ltac:(lra)) as Hc.
  pose proof (sin2_cos2 (ψ δ)) as H1. unfold Rsqr in H1. split; [simpl in *; lra|]. split; [apply sin_gt_0|apply cos_gt_0]; lra.
Qed.

Lemma sin_cos_ψ : cos (ψ δ) * sin (ψ δ) = sqrt (δ * (1 - δ)).
Proof.
  destruct sin_ψ as [Hs [H1 H2]]. pose proof (cos_ψ δ ltac:(lra)) as Hc. symmetry. rewrite <- Hs. rewrite <- Hc at 1.
  replace (cos (ψ δ) ^ 2 * sin (ψ δ) ^ 2) with ((cos (ψ δ) * sin (ψ δ)) * (cos (ψ δ) * sin (ψ δ))) by ring. apply sqrt_square. nra.
Qed.

Lemma pow_double x n : x ^ (2 * n) = (x ^ 2) ^ n.
Proof. apply pow_mult. Qed.

(** ∫ of a derivative, from 0 to ψ. *)
Lemma parts (F f : R -> R) : (forall x, is_derive F x (f x)) -> (forall x, continuous f x) -> RInt f 0 (ψ δ) = F (ψ δ) - F 0.
Proof.
  intros HF Hf. apply (is_RInt_unique (V := R_CompleteNormedModule)).
  apply (is_RInt_derive (V := R_CompleteNormedModule)); intros; auto.
Qed.

Lemma RInt_two (a b : R) k m k' m' : RInt (fun x => a * arc k m x + b * arc k' m' x) 0 (ψ δ) = a * RInt (arc k m) 0 (ψ δ) + b * RInt (arc k' m') 0 (ψ δ).
Proof.
  assert (Hsi : forall c i j, ex_RInt (fun x => c * arc i j x) 0 (ψ δ)) by (intros; apply (ex_RInt_scal (V := R_NormedModule)), arc_integrable).
  rewrite (RInt_plus (V := R_CompleteNormedModule)) by apply Hsi.
  rewrite !(RInt_scal (V := R_CompleteNormedModule)) by apply arc_integrable. reflexivity.
Qed.

Lemma arc_pair_continuous (a b : R) k m k' m' x : continuous (fun x => a * arc k m x + b * arc k' m' x) x.
Proof.
  apply (continuous_plus (V := R_NormedModule) (fun x => a * arc k m x) (fun x => b * arc k' m' x));
    apply (continuous_scal_r (V := R_NormedModule)); apply arc_continuous.
Qed.

Lemma good_step k m : 2 * INR (k + S m) * RInt (arc k (S m)) 0 (ψ δ) = - (sqrt (δ * (1 - δ)) * likelihood δ k m) + (2 * INR m + 1) * RInt (arc k m) 0 (ψ δ).
Proof.
  assert (H : - (2 * INR (k + S m)) * RInt (arc k (S m)) 0 (ψ δ) + (2 * INR m + 1) * RInt (arc k m) 0 (ψ δ) =
              cos (ψ δ) ^ (2 * k + 1) * sin (ψ δ) ^ (2 * m + 1) - cos 0 ^ (2 * k + 1) * sin 0 ^ (2 * m + 1)).
  { rewrite <- RInt_two. apply (parts (fun x => cos x ^ (2 * k + 1) * sin x ^ (2 * m + 1))).
    - intros x. unfold arc. auto_derive; [easy|].
      replace (k + (k + 0) + 1)%nat with (S (2 * k)) by lia. replace (m + (m + 0) + 1)%nat with (S (2 * m)) by lia. cbn [Init.Nat.pred].
      replace (2 * S m)%nat with (S (S (2 * m))) by lia. rewrite !plus_INR, !S_INR, !mult_INR. change (INR 2) with (1 + 1). cbn [pow].
      generalize (cos x ^ (2 * k)) (sin x ^ (2 * m)). intros C P. pose proof (sin2_cos2 x) as H1. unfold Rsqr in H1.
      transitivity (C * P * (((1 + 1) * INR m + 1) * (cos x * cos x) - ((1 + 1) * INR k + 1) * (sin x * sin x))); [ring|].
      replace (cos x * cos x) with (1 - sin x * sin x) by lra. ring.
    - intros x. apply arc_pair_continuous. }
  rewrite sin_0 in H. destruct sin_ψ as [Hs _]. pose proof (cos_ψ δ ltac:(lra)) as Hc.
  rewrite !pow_add, !pow_1, !pow_double, Hs, Hc, !Rmult_0_r in H. rewrite <- sin_cos_ψ. unfold likelihood. lra.
Qed.

Lemma bad_step k m : 2 * INR (S k + m) * RInt (arc (S k) m) 0 (ψ δ) = sqrt (δ * (1 - δ)) * likelihood δ k m + (2 * INR k + 1) * RInt (arc k m) 0 (ψ δ).
Proof.
  assert (H : 2 * INR (S k + m) * RInt (arc (S k) m) 0 (ψ δ) + - (2 * INR k + 1) * RInt (arc k m) 0 (ψ δ) =
              cos (ψ δ) ^ (2 * k + 1) * sin (ψ δ) ^ (2 * m + 1) - cos 0 ^ (2 * k + 1) * sin 0 ^ (2 * m + 1)).
  { rewrite <- RInt_two. apply (parts (fun x => cos x ^ (2 * k + 1) * sin x ^ (2 * m + 1))).
    - intros x. unfold arc. auto_derive; [easy|].
      replace (k + (k + 0) + 1)%nat with (S (2 * k)) by lia. replace (m + (m + 0) + 1)%nat with (S (2 * m)) by lia. cbn [Init.Nat.pred].
      replace (2 * S k)%nat with (S (S (2 * k))) by lia. rewrite !plus_INR, !S_INR, !mult_INR. change (INR 2) with (1 + 1). cbn [pow].
      generalize (cos x ^ (2 * k)) (sin x ^ (2 * m)). intros C P. pose proof (sin2_cos2 x) as H1. unfold Rsqr in H1.
      transitivity (C * P * (((1 + 1) * INR m + 1) * (cos x * cos x) - ((1 + 1) * INR k + 1) * (sin x * sin x))); [ring|].
      replace (sin x * sin x) with (1 - cos x * cos x) by lra. ring.
    - intros x. apply arc_pair_continuous. }
  rewrite sin_0 in H. destruct sin_ψ as [Hs _]. pose proof (cos_ψ δ ltac:(lra)) as Hc.
  rewrite !pow_add, !pow_1, !pow_double, Hs, Hc, !Rmult_0_r in H. rewrite <- sin_cos_ψ. unfold likelihood. lra.
Qed.

Lemma e_bad_step k m : e_value δ (S k) m = (c_of + (2 * INR k + 1) * e_value δ k m) / (2 * INR (S k + m) * δ).
Proof.
  pose proof (bad_step k m) as H. pose proof (ψ_bounds δ Hδ). pose proof (likelihood_pos δ k m Hδ) as HL.
  assert (0 < INR (S k + m)) by (apply lt_0_INR; lia). rewrite !e_value_closed by easy. unfold c_of.
  apply (Rmult_eq_reg_l (2 * INR (S k + m) * (ψ δ * likelihood δ (S k) m))).
  - assert (HLS : likelihood δ (S k) m = δ * likelihood δ k m) by (unfold likelihood; cbn [pow]; ring). rewrite HLS.
    replace (2 * INR (S k + m) * (ψ δ * (δ * likelihood δ k m)) * (RInt (arc (S k) m) 0 (ψ δ) / (ψ δ * (δ * likelihood δ k m)))) with (2 * INR (S k + m) * RInt (arc (S k) m) 0 (ψ δ) : R) by (field; repeat split; lra).
    rewrite H. generalize (RInt (arc k m) 0 (ψ δ) : R). intros I0. field. repeat split; lra.
  - assert (0 < likelihood δ (S k) m) by now apply likelihood_pos. apply Rgt_not_eq. apply Rmult_lt_0_compat; [lra|]. apply Rmult_lt_0_compat; lra.
Qed.

Lemma e_good_step k m : e_value δ k (S m) = (- c_of + (2 * INR m + 1) * e_value δ k m) / (2 * INR (k + S m) * (1 - δ)).
Proof.
  pose proof (good_step k m) as H. pose proof (ψ_bounds δ Hδ). pose proof (likelihood_pos δ k m Hδ) as HL.
  assert (0 < INR (k + S m)) by (apply lt_0_INR; lia). rewrite !e_value_closed by easy. unfold c_of.
  apply (Rmult_eq_reg_l (2 * INR (k + S m) * (ψ δ * likelihood δ k (S m)))).
  - assert (HLS : likelihood δ k (S m) = (1 - δ) * likelihood δ k m) by (unfold likelihood; cbn [pow]; ring). rewrite HLS.
    replace (2 * INR (k + S m) * (ψ δ * ((1 - δ) * likelihood δ k m)) * (RInt (arc k (S m)) 0 (ψ δ) / (ψ δ * ((1 - δ) * likelihood δ k m)))) with (2 * INR (k + S m) * RInt (arc k (S m)) 0 (ψ δ) : R) by (field; repeat split; lra).
    rewrite H. generalize (RInt (arc k m) 0 (ψ δ) : R). intros I0. field. repeat split; lra.
  - assert (0 < likelihood δ k (S m)) by now apply likelihood_pos. apply Rgt_not_eq. apply Rmult_lt_0_compat; [lra|]. apply Rmult_lt_0_compat; lra.
Qed.
End Steps.

(** ** The integers *)

(** E = (A + B·c)/D. *)
Record coefficients_of := { rational : Z; irrational : Z; denominator : Z }.

Fixpoint after_bad (a s : Z) (k : nat) : coefficients_of :=
  match k with
  | O => {| rational := 1; irrational := 0; denominator := 1 |}
  | S k' => let p := after_bad a s k' in let w := (2 * Z.of_nat k' + 1)%Z in
            {| rational := s * (w * rational p); irrational := s * (denominator p + w * irrational p); denominator := 2 * Z.of_nat k * a * denominator p |}
  end.

(** s = 2^t, b = s − a. *)
Fixpoint coefficients (a s : Z) (k m : nat) : coefficients_of :=
  match m with
  | O => after_bad a s k
  | S m' => let p := coefficients a s k m' in let w := (2 * Z.of_nat m' + 1)%Z in
            {| rational := s * (w * rational p); irrational := s * (w * irrational p - denominator p); denominator := 2 * Z.of_nat (k + m) * (s - a) * denominator p |}
  end.

Definition is_value (δ : R) (p : coefficients_of) (e : R) : Prop :=
  (0 < denominator p)%Z /\ e = (IZR (rational p) + IZR (irrational p) * c_of δ) / IZR (denominator p).

Theorem e_value_exact (a s : Z) (k m : nat) : (0 < a < s)%Z -> is_value (IZR a / IZR s) (coefficients a s k m) (e_value (IZR a / IZR s) k m).
Proof.
  intros Ha. assert (H0 : 0 < IZR a) by (apply IZR_lt; lia). assert (H1 : IZR a < IZR s) by (apply IZR_lt; lia).
  set (δ := IZR a / IZR s).
  assert (Hδ : 0 < δ < 1).
  { unfold δ. split; [apply Rdiv_lt_0_compat; lra|]. apply (Rmult_lt_reg_r (IZR s)); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  induction m as [|m [D E]].
  - cbn [coefficients]. induction k as [|k [D E]].
    + split; [easy|]. cbn [after_bad rational irrational denominator]. rewrite e_value_start by easy. field.
    + cbn [after_bad]. unfold is_value. cbn [rational irrational denominator]. split; [repeat apply Z.mul_pos_pos; lia|].
      rewrite e_bad_step, E by easy. apply IZR_lt in D. rewrite Nat.add_0_r, !mult_IZR, !plus_IZR, !mult_IZR, plus_IZR, mult_IZR, <- !INR_IZR_INZ.
      assert (0 < INR (S k)) by (apply lt_0_INR; lia). fold δ. generalize (c_of δ). intros c. unfold δ. field. repeat split; first [lra|apply Rgt_not_eq; assumption].
  - cbn [coefficients]. unfold is_value. cbn [rational irrational denominator]. split; [repeat apply Z.mul_pos_pos; lia|].
    rewrite e_good_step, E by easy. apply IZR_lt in D. rewrite !mult_IZR, !minus_IZR, !mult_IZR, plus_IZR, mult_IZR, <- !INR_IZR_INZ.
    assert (0 < INR (k + S m)) by (apply lt_0_INR; lia). fold δ. generalize (c_of δ). intros c. unfold δ. field. repeat split; first [lra|apply Rgt_not_eq; assumption].
Qed.

(** In logarithms, as certificates state it, with c written out. *)
Definition c_rational (a s : Z) : R := sqrt (IZR a * IZR (s - a)) / IZR s / atan (sqrt (IZR (s - a) / IZR a)).

Lemma c_of_rational a s : (0 < a < s)%Z -> c_of (IZR a / IZR s) = c_rational a s.
Proof.
  intros Ha. assert (H0 : 0 < IZR a) by (apply IZR_lt; lia). assert (H1 : IZR a < IZR s) by (apply IZR_lt; lia).
  unfold c_of, c_rational, ψ. rewrite minus_IZR.
  replace (IZR a / IZR s * (1 - IZR a / IZR s)) with ((IZR a * (IZR s - IZR a)) * (/ IZR s * / IZR s)) by (field; lra).
  rewrite sqrt_mult_alt by (apply Rmult_le_pos; lra).
  assert (Hs : 0 < / IZR s) by (apply Rinv_0_lt_compat; lra). rewrite (sqrt_square (/ IZR s)) by lra.
  replace ((1 - IZR a / IZR s) / (IZR a / IZR s)) with ((IZR s - IZR a) / IZR a) by (field; lra). reflexivity.
Qed.

(** The value, with coefficients computed by the kernel. *)
Theorem e_value_form (a s : Z) (k m : nat) (p : coefficients_of) : (0 < a < s)%Z -> coefficients a s k m = p ->
  e_value (value (a, s)) k m = (IZR (rational p) + IZR (irrational p) * c_rational a s) / IZR (denominator p).
Proof. intros Ha <-. rewrite <- c_of_rational by easy. now apply e_value_exact. Qed.

Lemma mirror (a s : Z) : (0 < a < s)%Z -> 1 - value (a, s) = value ((s - a)%Z, s).
Proof. intros Ha. unfold value. cbn [fst snd]. rewrite minus_IZR. assert (0 < IZR s) by (apply IZR_lt; lia). field. lra. Qed.
