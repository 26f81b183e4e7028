(** * L1: coverage is necessary

    statement.md. A learner makes at most q draws and names at most k responses that it does not hold, however adaptively (strategies.v says what that is). The
    needle is uniform on the N responses, the direction v is drawn from a prior independently of it, and h bounds the chance that one draw, at any fixed θ, is the
    needle: E_v g(θ, v) ≤ h.

    Proved:
    - [L1_weak]: weak draws only: P(it ever holds the needle) ≤ (q + k)/N, for all q and k. Sharper than statement.md's q/N + 2k/N (its naming factor 2 is not needed
      here: before the first hit the needle is equally likely to be any response, and each step's own chance of the first hit is at most 1/N);
    - [L1_weak_as_stated]: P(it ever holds the needle) ≤ q/N + 2k/N;
    - [L1_coverage_necessary]: strong draws given h: P(it ever holds the needle) ≤ q·h + 2k/N where q ≤ N/2. statement.md asks q + k ≤ N/2; the proof here sums over
      the needle and pays N/(N−1) a draw, so namings do not count towards N/2;
    - [L1_output]: a draw of the output policy π̂ costs at most m draws and k′ namings, q + m ≤ N/2. Then for every x > 0
      P(π̂(i) ≥ x) ≤ q·h + 2k/N + (m·h + 2k′/N)/x;
    - [L1_suboptimality]: where e^{R/β} = N − 1, J* − J_β(π̂) ≤ 0.13·β forces π̂(i) > ¼ (kl(¼‖½) > 0.13);
    - [L1_cost]: if P(J* − J_β(π̂) ≤ 0.13·β) ≥ 1 − δ then (q + 4m)·h ≥ 1 − δ − (2k + 8k′)/N.
    - [finite_prior_is_upper_expectation]: what is assumed of E_v holds for every finite prior.

    Assumed: N ≥ 2. Of E_v only what every upper expectation of bounded functions has (monotone, subadditive, positively homogeneous, right on constants): the
    mean under any finite prior, and the upper integral of any probability on any space of directions (the sphere with its uniform law among them). *)

From Coq Require Import Reals Lra Lia List.
From Coverbound Require Import finite framework inequalities t1_suboptimality_is_kl ville strategies.
Import ListNotations.
Open Scope R_scope.

Definition bounded {V : Type} (f : V -> R) : Prop := exists c, forall v, Rabs (f v) <= c.

Record upper_expectation {V : Type} (E : (V -> R) -> R) : Prop := {
  upper_const : forall c, E (fun _ => c) = c;
  upper_le : forall f g, bounded f -> bounded g -> (forall v, f v <= g v) -> E f <= E g;
  upper_plus : forall f g, bounded f -> bounded g -> E (fun v => f v + g v) <= E f + E g;
  upper_scal : forall c f, 0 <= c -> bounded f -> E (fun v => c * f v) = c * E f
}.

Theorem finite_prior_is_upper_expectation (V : Type) (directions : list V) (μ : V -> R) :
  distribution directions μ -> upper_expectation (expectation directions μ).
Proof.
  intros H. split.
  - intros c. now apply expectation_const.
  - intros f g _ _ Hfg. apply expectation_le; [apply H|]. intros; apply Hfg.
  - intros f g _ _. unfold expectation. rewrite <- sum_plus. apply Req_le, sum_ext. intros. ring.
  - intros c f _ _. unfold expectation. rewrite <- sum_scal. apply sum_ext. intros. ring.
Qed.

Lemma bounded_const {V} (c : R) : bounded (fun _ : V => c).
Proof. exists (Rabs c). intros. lra. Qed.

Lemma bounded_plus {V} (f g : V -> R) : bounded f -> bounded g -> bounded (fun v => f v + g v).
Proof.
  intros [a Ha] [b Hb]. exists (a + b). intros v. eapply Rle_trans; [apply Rabs_triang|]. specialize (Ha v). specialize (Hb v). lra.
Qed.

Lemma bounded_scal {V} c (f : V -> R) : bounded f -> bounded (fun v => c * f v).
Proof.
  intros [a Ha]. exists (Rabs c * a). intros v. rewrite Rabs_mult. apply Rmult_le_compat_l; [apply Rabs_pos|apply Ha].
Qed.

Lemma bounded_sum {V} {A} (l : list A) (f : A -> V -> R) : (forall a, In a l -> bounded (f a)) -> bounded (fun v => ∑ a ∈ l, f a v).
Proof.
  induction l as [|a l IH]; intros H; simpl; [apply bounded_const|].
  apply bounded_plus; [apply H; now left|apply IH; intros; apply H; now right].
Qed.

Lemma bounded_between {V} (f : V -> R) a b : (forall v, a <= f v <= b) -> bounded f.
Proof. intros H. exists (Rabs a + Rabs b). intros v. specialize (H v). unfold Rabs. destruct (Rcase_abs (f v)), (Rcase_abs a), (Rcase_abs b); lra. Qed.

Section L1.
Context {Θ V : Type}.
Variable N : nat.
Variable exponent : Θ -> V -> R.
Hypothesis HN : (2 <= N)%nat.
Variable E : (V -> R) -> R.
Hypothesis HE : upper_expectation E.

Local Notation labels := (labels N).
Local Notation run := (run N exponent).
Local Notation fictitious := (fictitious N).
Local Notation always := (always N).
Local Notation g := (chance_of_needle N exponent).

Lemma upper_sum {A} (l : list A) (f : A -> V -> R) : (forall a, In a l -> bounded (f a)) -> E (fun v => ∑ a ∈ l, f a v) <= ∑ a ∈ l, E (f a).
Proof.
  induction l as [|a l IH]; intros H; simpl; [rewrite (upper_const _ HE); lra|].
  eapply Rle_trans; [apply (upper_plus _ HE); [apply H; now left|apply bounded_sum; intros; apply H; now right]|].
  apply Rplus_le_compat_l, IH. intros; apply H; now right.
Qed.

(** P, over needle and direction, of a quantity of both: the needle uniform, the direction by E. *)
Definition over_needles (F : nat -> V -> R) : R := E (fun v => / INR N * ∑ i ∈ labels, F i v).

(** P(the learner ever holds the needle). *)
Definition probability_of_holding {Out} (s : strategy Out) : R :=
  over_needles (fun i v => run s i v [] (fun _ held => indicator (holds i held))).

(** ** The fictitious run, draws *)

Section Draws.
Context {Out : Type}.
Variable h : R.
Hypothesis Hh : 0 <= h.
Hypothesis Hdraw : forall θ, E (g θ) <= h.

Lemma fictitious_bounded (φ : V -> Out -> R) (s : @strategy Θ V Out) i :
  (forall o, bounded (fun v => φ v o)) -> bounded (fun v => fictitious (fun θ => g θ v) 0 (φ v) s i).
Proof.
  intros Hφ. induction s as [o|p Hp s1 IH1 s2 IH2|θ next IH|y next IH]; cbn [strategies.fictitious].
  - apply Hφ.
  - apply bounded_plus; apply bounded_scal; assumption.
  - apply bounded_plus.
    + apply (bounded_between _ 0 1). intros v. pose proof (chance_bounds N exponent HN θ v). lra.
    + unfold off. apply bounded_sum. intros y _. apply bounded_scal, IH.
  - destruct (Nat.eqb y i); [apply bounded_const|apply IH].
Qed.

Lemma fictitious_draws (φ : V -> Out -> R) (B : R) (s : @strategy Θ V Out) i q k held : In i labels -> 0 <= B ->
  (forall o, bounded (fun v => φ v o)) -> within q k held s -> always (fun o _ => E (fun v => φ v o) <= B) held s ->
  E (fun v => fictitious (fun θ => g θ v) 0 (φ v) s i) <= INR q * h + B.
Proof.
  intros Hi HB Hφ. revert q k held. induction s as [o|p Hp s1 IH1 s2 IH2|θ next IH|y next IH]; intros q k held Hw Ha; cbn [strategies.fictitious within strategies.always] in *.
  - pose proof (pos_INR q). nra.
  - destruct Hw as [Hw1 Hw2], Ha as [Ha1 Ha2]. specialize (IH1 q k held Hw1 Ha1). specialize (IH2 q k held Hw2 Ha2).
    eapply Rle_trans; [apply (upper_plus _ HE); apply bounded_scal, fictitious_bounded, Hφ|].
    rewrite !(upper_scal _ HE) by (lra || apply fictitious_bounded, Hφ). nra.
  - destruct q as [|q]; [easy|]. rewrite S_INR.
    assert (Hbg : bounded (g θ)) by (apply (bounded_between _ 0 1); intros v; pose proof (chance_bounds N exponent HN θ v); lra).
    eapply Rle_trans; [apply (upper_plus _ HE); [exact Hbg|unfold off; apply bounded_sum; intros; apply bounded_scal, fictitious_bounded, Hφ]|].
    enough (E (fun v => off N i (fun y => fictitious (fun θ => g θ v) 0 (φ v) (next y None) i)) <= INR q * h + B) by (pose proof (Hdraw θ); lra).
    rewrite <- (off_const N HN i (INR q * h + B) Hi). unfold off.
    eapply Rle_trans; [apply upper_sum; intros; apply bounded_scal, fictitious_bounded, Hφ|].
    apply sum_le. intros y Hy. assert (0 <= if Nat.eqb y i then 0 else / (INR N - 1)).
    { pose proof (INR_N N HN). destruct (Nat.eqb y i); [lra|]. apply Rlt_le, Rinv_0_lt_compat. lra. }
    rewrite (upper_scal _ HE) by (try apply fictitious_bounded, Hφ; easy).
    apply Rmult_le_compat_l; [easy|]. apply (IH y None q k (y :: held)); [apply Hw|now apply Ha].
  - destruct (Nat.eqb y i); [rewrite (upper_const _ HE); pose proof (pos_INR q); nra|].
    destruct Hw as [[_ Hw]|Hw]; [now apply (IH None q k (y :: held))|]. destruct k as [|k]; [easy|now apply (IH None q k (y :: held))].
Qed.
End Draws.

(** ** The fictitious run, namings *)

Lemma holds_cons i y held : holds i (y :: held) = (Nat.eqb i y || holds i held)%bool.
Proof. reflexivity. Qed.

(** What a draw costs in the sum over needles: N responses, each with weight 1/(N−1). *)
Definition ρ : R := INR N / (INR N - 1).

Lemma ρ_ge_1 : 1 <= ρ.
Proof.
  pose proof (INR_N N HN). unfold ρ. apply (Rmult_le_reg_r (INR N - 1)); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

Lemma ρ_pow_ge_1 q : 1 <= ρ ^ q.
Proof. apply pow_R1_Rle, ρ_ge_1. Qed.

Lemma ρ_pow_le_2 q : INR q <= INR N / 2 -> ρ ^ q <= 2.
Proof.
  pose proof (INR_N N HN) as H2. intros Hq.
  (* Bernoulli: (1 − 1/N)^q ≥ 1 − q/N ≥ ½. *)
  assert (B : forall n, 1 - INR n / INR N <= (1 - / INR N) ^ n).
  { induction n as [|n IH]; [simpl; lra|]. rewrite S_INR. cbn [pow].
    assert (0 < / INR N <= 1 / 2) as [H3 H4].
    { split; [apply Rinv_0_lt_compat; lra|]. replace (1 / 2) with (/ 2) by lra. apply Rinv_le_contravar; lra. }
    pose proof (pos_INR n). unfold Rdiv in *. nra. }
  specialize (B q). assert (INR q / INR N <= 1 / 2) by (apply (Rmult_le_reg_r (INR N)); [lra|]; unfold Rdiv; rewrite Rmult_assoc, Rinv_l by lra; lra).
  assert (Hρ : ρ ^ q * (1 - / INR N) ^ q = 1).
  { rewrite <- Rpow_mult_distr. replace (ρ * (1 - / INR N)) with 1 by (unfold ρ; field; lra). apply pow1. }
  pose proof (ρ_pow_ge_1 q). nra.
Qed.

(** Over all needles not held, a draw at a time and a naming at a time. *)
Lemma fictitious_namings {Out} (b : R) (φ : nat -> Out -> R) (B : R) (s : @strategy Θ V Out) q k held : 0 <= b -> 0 <= B ->
  (forall i o, 0 <= φ i o) -> within q k held s -> always (fun o _ => ∑ i ∈ labels, φ i o <= B) held s ->
  ∑ i ∈ labels, (if holds i held then 0 else fictitious (fun _ => 0) b (φ i) s i) <= (INR k * b + B) * ρ ^ q.
Proof.
  intros Hb HB Hφ. pose proof (INR_N N HN) as H2. pose proof ρ_ge_1 as Hρ.
  assert (Hpos : forall (s' : @strategy Θ V Out) i, 0 <= fictitious (fun _ => 0) b (φ i) s' i) by (intros; apply fictitious_nonneg; auto; intros; lra).
  assert (Hk : forall k, 0 <= INR k * b) by (intros k'; pose proof (pos_INR k'); nra).
  revert q k held. induction s as [o|p Hp s1 IH1 s2 IH2|θ next IH|y next IH]; intros q k held Hw Ha; cbn [strategies.fictitious within strategies.always] in *.
  - apply Rle_trans with B.
    + eapply Rle_trans; [|exact Ha]. apply sum_le. intros i _. destruct (holds i held); [apply Hφ|lra].
    + pose proof (ρ_pow_ge_1 q). specialize (Hk k). nra.
  - destruct Hw as [Hw1 Hw2], Ha as [Ha1 Ha2]. specialize (IH1 q k held Hw1 Ha1). specialize (IH2 q k held Hw2 Ha2).
    rewrite (sum_ext _ _ (fun i => p * (if holds i held then 0 else fictitious (fun _ => 0) b (φ i) s1 i) + (1 - p) * (if holds i held then 0 else fictitious (fun _ => 0) b (φ i) s2 i))).
    + rewrite sum_plus, !sum_scal. nra.
    + intros i _. destruct (holds i held); ring.
  - destruct q as [|q]; [easy|].
    (* Exchange the sums over the needle and over the response drawn. *)
    assert (Hx : ∑ i ∈ labels, (if holds i held then 0 else 0 + off N i (fun y => fictitious (fun _ => 0) b (φ i) (next y None) i)) =
                 ∑ y ∈ labels, / (INR N - 1) * ∑ i ∈ labels, (if holds i (y :: held) then 0 else fictitious (fun _ => 0) b (φ i) (next y None) i)).
    { rewrite (sum_ext labels _ (fun i => ∑ y ∈ labels, / (INR N - 1) * if holds i (y :: held) then 0 else fictitious (fun _ => 0) b (φ i) (next y None) i)).
      - rewrite sum_swap. apply sum_ext. intros y _. apply sum_scal.
      - intros i _. unfold off. unfold holds at 2. cbn [existsb]. fold (holds i held). destruct (holds i held).
        + symmetry. apply sum_zero. intros y _. rewrite Bool.orb_true_r. ring.
        + rewrite Rplus_0_l. apply sum_ext. intros y _. rewrite Bool.orb_false_r, Nat.eqb_sym. destruct (Nat.eqb i y); ring. }
    rewrite Hx. apply Rle_trans with (∑ y ∈ labels, / (INR N - 1) * ((INR k * b + B) * ρ ^ q)).
    + apply sum_le. intros y Hy. apply Rmult_le_compat_l; [apply Rlt_le, Rinv_0_lt_compat; lra|]. apply IH; [apply Hw|now apply Ha].
    + rewrite sum_const. unfold labels, strategies.labels. rewrite seq_length. cbn [pow]. unfold ρ at 2. apply Req_le. field. lra.
  - destruct Hw as [[Hin Hw]|Hw].
    + specialize (IH None q k (y :: held) (Hw None) (Ha None)). eapply Rle_trans; [|exact IH]. apply sum_le. intros i _.
      rewrite (holds_cons i y held). destruct (holds i held) eqn:Eh; [rewrite Bool.orb_true_r; lra|].
      destruct (Nat.eqb_spec y i) as [->|Hne]; [exfalso; apply holds_spec in Hin; congruence|].
      rewrite (proj2 (Nat.eqb_neq i y)) by auto. simpl. lra.
    + destruct k as [|k]; [easy|]. specialize (IH None q k (y :: held) (Hw None) (Ha None)).
      apply Rle_trans with (b + (INR k * b + B) * ρ ^ q).
      * eapply Rle_trans; [|apply Rplus_le_compat_l, IH].
        apply Rle_trans with (∑ i ∈ labels, ((if Nat.eqb i y then b else 0) + if holds i (y :: held) then 0 else fictitious (fun _ => 0) b (φ i) (next None) i)).
        -- apply sum_le. intros i _. rewrite (holds_cons i y held). rewrite (Nat.eqb_sym y i).
           pose proof (Hpos (next None) i). destruct (holds i held), (Nat.eqb i y); simpl; lra.
        -- rewrite sum_plus. apply Rplus_le_compat_r. destruct (in_dec Nat.eq_dec y labels) as [Hy|Hy].
           ++ rewrite sum_labels_at by easy. lra.
           ++ rewrite sum_zero; [easy|]. intros i Hi. destruct (Nat.eqb_spec i y) as [->|]; [easy|easy].
      * rewrite S_INR. pose proof (ρ_pow_ge_1 q). specialize (Hk k). nra.
Qed.
(** ** The bound *)

Lemma always_and {Out} (P Q : Out -> list nat -> Prop) (s : @strategy Θ V Out) held : always P held s -> always Q held s -> always (fun o held => P o held /\ Q o held) held s.
Proof.
  revert held. induction s as [o|p Hp s1 IH1 s2 IH2|θ next IH|y next IH]; intros held; cbn [strategies.always]; try tauto; auto.
  intros [H1 H2] [H3 H4]. split; auto.
Qed.

Lemma always_impl {Out} (P Q : Out -> list nat -> Prop) (s : @strategy Θ V Out) held : (forall o held, P o held -> Q o held) -> always P held s -> always Q held s.
Proof.
  intros HPQ. revert held. induction s as [o|p Hp s1 IH1 s2 IH2|θ next IH|y next IH]; intros held; cbn [strategies.always]; auto.
  intros [H1 H2]. split; auto.
Qed.

Lemma always_all {Out} (P : Out -> list nat -> Prop) (s : @strategy Θ V Out) held : (forall o held, P o held) -> always P held s.
Proof.
  intros HP. revert held. induction s as [o|p Hp s1 IH1 s2 IH2|θ next IH|y next IH]; intros held; cbn [strategies.always]; auto.
Qed.

(** The mean of a quantity in [0, 1] at the end of the run, when without a hit it is at most φ₁(v) + φ₂. *)
Lemma mean_bound {Out} h (s : @strategy Θ V Out) q k (f : nat -> V -> Out -> list nat -> R) (φ1 : nat -> V -> Out -> R) (φ2 : nat -> Out -> R) B1 B2 :
  (forall θ, E (g θ) <= h) -> 0 <= h -> 0 <= B1 -> 0 <= B2 -> within q k [] s ->
  (forall i v o held, 0 <= f i v o held <= 1) -> (forall i v o, 0 <= φ1 i v o) -> (forall i o, 0 <= φ2 i o) ->
  (forall i o, bounded (fun v => φ1 i v o)) ->
  (forall i v, In i labels -> always (fun o held => ~ In i held -> f i v o held <= φ1 i v o + φ2 i o) [] s) ->
  (forall i, In i labels -> always (fun o _ => E (fun v => φ1 i v o) <= B1) [] s) ->
  always (fun o _ => ∑ i ∈ labels, φ2 i o <= B2) [] s ->
  over_needles (fun i v => run s i v [] (f i v)) <= INR q * h + B1 + (INR k + B2) * ρ ^ q / INR N.
Proof.
  intros Hg Hh HB1 HB2 Hw Hf H1 H2 Hbd Hfφ HE1 HE2. pose proof (INR_N N HN) as HN2.
  assert (HNi : 0 < / INR N) by (apply Rinv_0_lt_compat; lra).
  set (D := fun i v => fictitious (fun θ => g θ v) 0 (φ1 i v) s i).
  set (C := ∑ i ∈ labels, fictitious (fun _ => 0) 1 (φ2 i) s i).
  assert (HD : forall i, bounded (D i)) by (intros i; apply fictitious_bounded, Hbd).
  assert (Hb1 : bounded (fun v => / INR N * ∑ i ∈ labels, D i v)) by (apply bounded_scal, bounded_sum; auto).
  assert (HbU : bounded (fun v => / INR N * (∑ i ∈ labels, D i v) + / INR N * C)) by (apply bounded_plus; [exact Hb1|apply bounded_const]).
  unfold over_needles. apply Rle_trans with (E (fun v => / INR N * (∑ i ∈ labels, D i v) + / INR N * C)).
  - apply (upper_le _ HE); [|exact HbU|].
    + apply bounded_scal, bounded_sum. intros i Hi. apply (bounded_between _ 0 1). intros v. now apply run_bounds.
    + intros v. rewrite <- Rmult_plus_distr_l. apply Rmult_le_compat_l; [lra|]. unfold C. rewrite <- sum_plus. apply sum_le. intros i Hi.
      eapply Rle_trans; [apply (run_below_fictitious N exponent HN s i v [] (f i v) (fun o => φ1 i v o + φ2 i o) Hi)|].
      * easy.
      * apply Hf.
      * intros o. specialize (H1 i v o). specialize (H2 i o). lra.
      * now apply Hfφ.
      * rewrite fictitious_split. unfold D. rewrite (fictitious_split N (fun θ => g θ v) 0 (φ1 i v)), (fictitious_split N (fun _ => 0) 1 (φ2 i)).
        assert (Hadd : fictitious (fun _ => 0) 0 (fun o => φ1 i v o + φ2 i o) s i = fictitious (fun _ => 0) 0 (φ1 i v) s i + fictitious (fun _ => 0) 0 (φ2 i) s i).
        { clear. induction s as [o|p Hp s1 IH1 s2 IH2|θ next IH|y next IH]; cbn [strategies.fictitious].
          - ring.
          - rewrite IH1, IH2. ring.
          - rewrite !Rplus_0_l, <- off_plus. unfold off. apply sum_ext. intros y _. f_equal. apply IH.
          - destruct (Nat.eqb y i); [ring|apply IH]. }
        assert (Hz : fictitious (fun _ => 0) 0 (fun _ => 0) s i = 0).
        { clear. induction s as [o|p Hp s1 IH1 s2 IH2|θ next IH|y next IH]; cbn [strategies.fictitious].
          - ring.
          - rewrite IH1, IH2. ring.
          - rewrite Rplus_0_l. unfold off. apply sum_zero. intros y _. rewrite IH. ring.
          - destruct (Nat.eqb y i); [ring|apply IH]. }
        rewrite Hadd, Hz. lra.
  - eapply Rle_trans; [apply (upper_plus _ HE); [exact Hb1|apply bounded_const]|]. rewrite (upper_const _ HE).
    apply Rplus_le_compat.
    + rewrite (upper_scal _ HE); [|lra|apply bounded_sum; auto].
      apply Rle_trans with (/ INR N * ∑ i ∈ labels, (INR q * h + B1)).
      * apply Rmult_le_compat_l; [lra|]. eapply Rle_trans; [apply upper_sum; auto|]. apply sum_le. intros i Hi.
        apply (fictitious_draws h Hh Hg (φ1 i) B1 s i q k [] Hi HB1 (Hbd i) Hw (HE1 i Hi)).
      * rewrite sum_const. unfold strategies.labels. rewrite seq_length. apply Req_le. field. lra.
    + unfold Rdiv. rewrite (Rmult_comm _ (/ INR N)). apply Rmult_le_compat_l; [lra|].
      pose proof (fictitious_namings 1 φ2 B2 s q k [] ltac:(lra) HB2 H2 Hw HE2) as H. rewrite Rmult_1_r in H. exact H.
Qed.

Lemma indicator_bounds b : 0 <= indicator b <= 1.
Proof. unfold indicator. destruct b; lra. Qed.

Theorem L1_coverage_necessary {Out} (h : R) (s : @strategy Θ V Out) (q k : nat) :
  (forall θ, E (g θ) <= h) -> 0 <= h -> within q k [] s -> (k <> 0%nat -> INR q <= INR N / 2) ->
  probability_of_holding s <= INR q * h + 2 * INR k / INR N.
Proof.
  intros Hg Hh Hw Hq. pose proof (INR_N N HN) as HN2. pose proof (pos_INR k) as Hk.
  eapply Rle_trans; [apply (mean_bound h s q k (fun i _ _ held => indicator (holds i held)) (fun _ _ _ => 0) (fun _ _ => 0) 0 0); try easy; try lra|].
  - intros. apply indicator_bounds.
  - intros. lra.
  - intros. lra.
  - intros. apply bounded_const.
  - intros i v Hi. apply always_all. intros o held Hni. unfold indicator. destruct (holds i held) eqn:Eh; [apply holds_spec in Eh; easy|lra].
  - intros i Hi. apply always_all. intros. rewrite (upper_const _ HE). lra.
  - apply always_all. intros. rewrite sum_zero by easy. lra.
  - rewrite !Rplus_0_r. apply Rplus_le_compat_l. unfold Rdiv. apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat; lra|].
    destruct (Nat.eq_dec k 0) as [->|Hk0]; [simpl; lra|]. pose proof (ρ_pow_le_2 q (Hq Hk0)). nra.
Qed.

(** ** Weak draws only *)

Lemma one_new_response held y (F G : nat -> R) : (forall i, In i labels -> F i <= 1) -> (forall i, i <> y -> F i = G i) -> (forall i, In i labels -> 0 <= G i) ->
  ∑ i ∈ labels, (if holds i held then 0 else F i) <= 1 + ∑ i ∈ labels, (if holds i (y :: held) then 0 else G i).
Proof.
  intros HF HFG HG.
  apply Rle_trans with (∑ i ∈ labels, ((if Nat.eqb i y then 1 else 0) + if holds i (y :: held) then 0 else G i)).
  - apply sum_le. intros i Hi. specialize (HF i Hi). specialize (HG i Hi). specialize (HFG i).
    rewrite (holds_cons i y held). destruct (holds i held), (Nat.eqb_spec i y) as [He|Hne]; simpl; try rewrite (HFG Hne); lra.
  - rewrite sum_plus. apply Rplus_le_compat_r. destruct (in_dec Nat.eq_dec y labels) as [Hy|Hy].
    + rewrite sum_labels_at by easy. lra.
    + rewrite sum_zero; [lra|]. intros i Hi. destruct (Nat.eqb_spec i y) as [->|]; easy.
Qed.

Lemma weak_runs {Out} (s : @strategy Θ V Out) v q k held : (forall θ v, exponent θ v = 0) -> within q k held s ->
  ∑ i ∈ labels, (if holds i held then 0 else run s i v held (fun _ held => indicator (holds i held))) <= INR q + INR k.
Proof.
  intros Hweak. pose proof (INR_N N HN) as HN2.
  assert (Hdraw : forall θ i y, In i labels -> draw N exponent θ i v y = / INR N).
  { intros θ i y Hi. rewrite draw_law by easy. unfold chance_of_needle. rewrite Hweak, exp_0. destruct (Nat.eqb y i); field; lra. }
  assert (H01 : forall (s' : @strategy Θ V Out) i held', In i labels -> 0 <= run s' i v held' (fun _ held => indicator (holds i held)) <= 1).
  { intros s' i held' Hi. apply run_bounds; auto. intros. unfold indicator. destruct (holds i held0); lra. }
  pose proof pos_INR as HI.
  revert q k held. induction s as [o|p Hp s1 IH1 s2 IH2|θ next IH|y next IH]; intros q k held Hw; cbn [strategies.run within] in *.
  - rewrite sum_zero; [pose proof (HI q); pose proof (HI k); lra|]. intros i _. destruct (holds i held) eqn:Eh; easy.
  - destruct Hw as [Hw1 Hw2]. specialize (IH1 q k held Hw1). specialize (IH2 q k held Hw2).
    match goal with |- ?l <= _ => replace l with (p * (∑ i ∈ labels, if holds i held then 0 else run s1 i v held (fun _ held => indicator (holds i held))) +
      (1 - p) * ∑ i ∈ labels, if holds i held then 0 else run s2 i v held (fun _ held => indicator (holds i held))) end.
    + nra.
    + rewrite <- !sum_scal, <- sum_plus. apply sum_ext. intros i _. destruct (holds i held); ring.
  - destruct q as [|q]; [easy|]. rewrite S_INR.
    set (F := fun y i => run (next y (seen i v y)) i v (y :: held) (fun _ held => indicator (holds i held))).
    set (G := fun y i => run (next y None) i v (y :: held) (fun _ held => indicator (holds i held))).
    apply Rle_trans with (∑ y ∈ labels, / INR N * ∑ i ∈ labels, (if holds i held then 0 else F y i)).
    + apply Req_le. rewrite (sum_ext labels _ (fun i => ∑ y ∈ labels, / INR N * if holds i held then 0 else F y i)).
      * rewrite sum_swap. apply sum_ext. intros y _. apply sum_scal.
      * intros i Hi. destruct (holds i held); [symmetry; apply sum_zero; intros; ring|]. apply sum_ext. intros y _. now rewrite Hdraw.
    + apply Rle_trans with (∑ y ∈ labels, / INR N * (INR q + 1 + INR k)).
      * apply sum_le. intros y Hy. apply Rmult_le_compat_l; [apply Rlt_le, Rinv_0_lt_compat; lra|].
        eapply Rle_trans; [apply (one_new_response held y (F y) (G y))|].
        -- intros i Hi. apply H01, Hi.
        -- intros i Hne. unfold F, G, seen. rewrite (proj2 (Nat.eqb_neq y i)) by auto. easy.
        -- intros i Hi. apply H01, Hi.
        -- specialize (IH y None q k (y :: held) (Hw y None)). fold (G y) in IH. unfold G. lra.
      * rewrite sum_const. unfold strategies.labels. rewrite seq_length. apply Req_le. field. lra.
  - set (F := fun i => run (next (seen i v y)) i v (y :: held) (fun _ held => indicator (holds i held))).
    set (G := fun i => run (next None) i v (y :: held) (fun _ held => indicator (holds i held))).
    destruct Hw as [[Hin Hw]|Hw].
    + specialize (IH None q k (y :: held) (Hw None)). eapply Rle_trans; [|exact IH]. apply sum_le. intros i _.
      rewrite (holds_cons i y held). destruct (holds i held) eqn:Eh; [rewrite Bool.orb_true_r; lra|].
      destruct (Nat.eqb_spec i y) as [->|Hne]; [apply holds_spec in Hin; congruence|]. simpl. unfold seen.
      rewrite (proj2 (Nat.eqb_neq y i)) by auto. lra.
    + destruct k as [|k]; [easy|]. rewrite S_INR. specialize (IH None q k (y :: held) (Hw None)).
      eapply Rle_trans; [apply (one_new_response held y F G)|].
      * intros i Hi. apply H01, Hi.
      * intros i Hne. unfold F, G, seen. rewrite (proj2 (Nat.eqb_neq y i)) by auto. easy.
      * intros i Hi. apply H01, Hi.
      * unfold G. lra.
Qed.

Theorem L1_weak {Out} (s : @strategy Θ V Out) (q k : nat) : (forall θ v, exponent θ v = 0) -> within q k [] s ->
  probability_of_holding s <= (INR q + INR k) / INR N.
Proof.
  intros Hweak Hw. pose proof (INR_N N HN) as HN2. rewrite <- (upper_const _ HE ((INR q + INR k) / INR N)).
  unfold probability_of_holding, over_needles. apply (upper_le _ HE).
  - apply bounded_scal, bounded_sum. intros i Hi. apply (bounded_between _ 0 1). intros v. apply run_bounds; auto.
    intros. unfold indicator. destruct (holds i held); lra.
  - apply bounded_const.
  - intros v. unfold Rdiv. rewrite Rmult_comm. apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat; lra|].
    apply (weak_runs s v q k [] Hweak Hw).
Qed.

Theorem L1_weak_as_stated {Out} (s : @strategy Θ V Out) (q k : nat) : (forall θ v, exponent θ v = 0) -> within q k [] s ->
  probability_of_holding s <= INR q / INR N + 2 * INR k / INR N.
Proof.
  intros Hweak Hw. pose proof (INR_N N HN) as HN2. eapply Rle_trans; [now apply (L1_weak s q k)|].
  unfold Rdiv. rewrite <- Rmult_plus_distr_r. apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat; lra|]. pose proof (pos_INR k). lra.
Qed.

(** ** The output policy *)

(** A draw of the output policy is a strategy of its own that hands in a response, which it holds. *)
Definition output_costs (m k' : nat) (o : @strategy Θ V nat) : Prop :=
  within m k' [] o /\ always (fun y held => In y held /\ In y labels) [] o.

(** π̂(y), with the needle at i and the direction v. *)
Definition output_policy (i : nat) (v : V) (o : strategy nat) (y : nat) : R := run o i v [] (fun y' _ => indicator (Nat.eqb y' y)).

Lemma output_policy_distribution i v m k' o : In i labels -> output_costs m k' o -> distribution labels (output_policy i v o).
Proof.
  intros Hi [_ Ho]. split.
  - intros y _. apply (run_bounds N exponent HN o i v [] _ 0 1 Hi). intros. apply indicator_bounds.
  - unfold output_policy. rewrite (run_sum N exponent o i v [] labels (fun y y' _ => indicator (Nat.eqb y' y)) Hi).
    assert (Hone : forall f, (forall y held, In y labels -> f y held = 1) -> forall held, always (fun y held => In y held /\ In y labels) held o -> run o i v held f = 1).
    { clear -HN Hi. intros f Hf. induction o as [o|p Hp s1 IH1 s2 IH2|θ next IH|y next IH]; intros held Ho; cbn [strategies.run strategies.always] in *.
      - now apply Hf.
      - rewrite IH1, IH2 by tauto. ring.
      - rewrite <- (draw_total N exponent HN θ i v Hi). apply sum_ext. intros y Hy. rewrite IH by now apply Ho. ring.
      - apply IH, Ho. }
    apply Hone; [|exact Ho]. intros y _ Hy. unfold indicator. rewrite (sum_ext _ _ (fun z => if Nat.eqb z y then 1 else 0)).
    + rewrite sum_labels_at by easy. ring.
    + intros z _. now rewrite Nat.eqb_sym.
Qed.

Lemma output_below_fictitious i v m k' o : In i labels -> output_costs m k' o ->
  output_policy i v o i <= fictitious (fun θ => g θ v) 1 (fun _ => 0) o i.
Proof.
  intros Hi [_ Ho]. unfold output_policy.
  apply Rle_trans with (run o i v [] (fun y held => indicator (Nat.eqb y i && holds i held))).
  - apply (run_le N exponent HN o i v [] _ _ Hi). revert Ho. apply always_impl. intros y held [H1 _].
    destruct (Nat.eqb_spec y i) as [->|]; [|simpl; lra]. rewrite (proj2 (holds_spec i held) H1). simpl. lra.
  - apply (run_below_fictitious N exponent HN o i v [] _ (fun _ => 0) Hi); try easy.
    + intros. apply indicator_bounds.
    + intros. lra.
    + apply always_all. intros y held Hni. destruct (holds i held) eqn:Eh; [apply holds_spec in Eh; easy|]. rewrite Bool.andb_false_r. simpl. lra.
Qed.

(** P(the output policy gives the needle at least x). *)
Definition probability_of_mass (s : @strategy Θ V (@strategy Θ V nat)) (x : R) : R :=
  over_needles (fun i v => run s i v [] (fun o _ => indicator (if Rle_dec x (output_policy i v o i) then true else false))).

Theorem L1_output (h x : R) (s : @strategy Θ V (@strategy Θ V nat)) (q k m k' : nat) :
  (forall θ, E (g θ) <= h) -> 0 <= h -> 0 < x -> within q k [] s -> always (fun o _ => output_costs m k' o) [] s -> INR (q + m) <= INR N / 2 ->
  probability_of_mass s x <= INR q * h + 2 * INR k / INR N + (INR m * h + 2 * INR k' / INR N) / x.
Proof.
  intros Hg Hh Hx Hw Ho Hq. pose proof (INR_N N HN) as HN2. pose proof (pos_INR k) as Hk. pose proof (pos_INR k') as Hk'. pose proof (pos_INR m) as Hm.
  assert (Hxi : 0 < / x) by now apply Rinv_0_lt_compat.
  assert (Hgp : forall θ v, 0 <= g θ v) by (intros θ v; pose proof (chance_bounds N exponent HN θ v); lra).
  unfold probability_of_mass.
  eapply Rle_trans; [apply (mean_bound h s q k
    (fun i v o _ => indicator (if Rle_dec x (output_policy i v o i) then true else false))
    (fun i v o => / x * fictitious (fun θ => g θ v) 0 (fun _ => 0) o i)
    (fun i o => / x * fictitious (fun _ => 0) 1 (fun _ => 0) o i) (INR m * h / x) (INR k' * ρ ^ m / x)); try easy|].
  - apply Rmult_le_pos; [nra|lra].
  - apply Rmult_le_pos; [|lra]. apply Rmult_le_pos; [easy|]. pose proof (ρ_pow_ge_1 m). lra.
  - intros. apply indicator_bounds.
  - intros i v o. apply Rmult_le_pos; [lra|]. apply fictitious_nonneg; auto; intros; lra.
  - intros i o. apply Rmult_le_pos; [lra|]. apply fictitious_nonneg; auto; intros; lra.
  - intros i o. apply bounded_scal, (fictitious_bounded (fun _ _ => 0)). intros; apply bounded_const.
  - intros i v Hi. revert Ho. apply always_impl. intros o held Ho _.
    pose proof (output_below_fictitious i v m k' o Hi Ho) as H. rewrite fictitious_split in H.
    pose proof (proj1 (output_policy_distribution i v m k' o Hi Ho) i Hi) as H0.
    assert (Hz : fictitious (fun _ => 0) 0 (fun _ => 0) o i = 0).
    { clear. induction o as [o|p Hp s1 IH1 s2 IH2|θ next IH|y next IH]; cbn [strategies.fictitious].
      - ring.
      - rewrite IH1, IH2. ring.
      - rewrite Rplus_0_l. unfold off. apply sum_zero. intros y _. rewrite IH. ring.
      - destruct (Nat.eqb y i); [ring|apply IH]. }
    rewrite Hz, Rplus_0_r in H. rewrite <- Rmult_plus_distr_l. unfold indicator.
    destruct (Rle_dec x (output_policy i v o i)).
    + apply (Rmult_le_reg_l x); [easy|]. rewrite <- Rmult_assoc, Rinv_r by lra. lra.
    + apply Rmult_le_pos; lra.
  - intros i Hi. revert Ho. apply always_impl. intros o _ [Ho1 Ho2].
    rewrite (upper_scal _ HE); [|lra|apply (fictitious_bounded (fun _ _ => 0)); intros; apply bounded_const].
    unfold Rdiv. rewrite Rmult_comm. apply Rmult_le_compat_r; [lra|]. rewrite <- (Rplus_0_r (INR m * h)).
    apply (fictitious_draws h Hh Hg (fun _ _ => 0) 0 o i m k' [] Hi); try easy; try lra.
    + intros; apply bounded_const.
    + apply always_all. intros. rewrite (upper_const _ HE). lra.
  - revert Ho. apply always_impl. intros o _ [Ho1 Ho2]. rewrite sum_scal. unfold Rdiv. rewrite Rmult_comm. apply Rmult_le_compat_r; [lra|].
    pose proof (fictitious_namings 1 (fun _ _ => 0) 0 o m k' [] ltac:(lra) ltac:(lra)) as H. rewrite Rmult_1_r, Rplus_0_r in H.
    apply H; [intros; lra|exact Ho1|]. apply always_all. intros. rewrite sum_zero by easy. lra.
  - rewrite plus_INR in Hq. pose proof (ρ_pow_le_2 q ltac:(lra)) as H1.
    pose proof (ρ_pow_le_2 (q + m) ltac:(rewrite plus_INR; lra)) as H2. rewrite pow_add in H2.
    apply Rle_trans with (INR q * h + INR m * h / x + (INR k * ρ ^ q + INR k' * (ρ ^ q * ρ ^ m) / x) / INR N); [apply Req_le; field; lra|].
    apply Rle_trans with (INR q * h + INR m * h / x + (INR k * 2 + INR k' * 2 / x) / INR N); [|apply Req_le; field; lra].
    apply Rplus_le_compat_l. unfold Rdiv. apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat; lra|].
    apply Rplus_le_compat; [nra|]. apply Rmult_le_compat_r; [lra|nra].
Qed.

(** ** What the objective asks for *)

Variables (β reward : R).
Hypothesis Hβ : 0 < β.

(** J_β of a policy on Needle: one prompt, π_ref uniform, reward R·1{y = i}. *)
Definition needle_objective (i : nat) (π : nat -> R) : R :=
  objective [tt] (fun _ => labels) (fun _ => 1) (fun _ _ => / INR N) (fun _ y => if Nat.eqb y i then reward else 0) β (fun _ => π).
Definition needle_optimum (i : nat) : nat -> R :=
  optimal_policy (fun _ : unit => labels) (fun _ _ => / INR N) (fun _ y => if Nat.eqb y i then reward else 0) β tt.
Definition suboptimality (i : nat) (π : nat -> R) : R := needle_objective i (needle_optimum i) - needle_objective i π.

(** kl(¼‖½) = ¼·log(27/16), and e^{−0.52} ≥ (1 − 0.52/64)^64 > 16/27. *)
Lemma kl_quarter_half : 13 / 100 < / 4 * ln (/ 2) + 3 / 4 * ln (3 / 2).
Proof.
  assert (He : exp (13 / 25) < 27 / 16).
  { assert (Hsq : forall n x y, 0 <= x -> x <= exp (- (13 / 25) * / n) -> y <= x * x -> n <> 0 -> y <= exp (- (13 / 25) * / (n / 2))).
    { intros n x y Hx H Hy Hn. replace (- (13 / 25) * / (n / 2)) with (- (13 / 25) * / n + - (13 / 25) * / n) by (field; lra). rewrite exp_plus. nra. }
    assert (H64 : 991 / 1000 + 875 / 1000000 <= exp (- (13 / 25) * / 64)) by (pose proof (exp_ge_plus_1 (- (13 / 25) * / 64)); lra).
    apply (Hsq 64 _ (98381 / 100000)) in H64; [|lra..]. apply (Hsq _ _ (96788 / 100000)) in H64; [|lra..]. apply (Hsq _ _ (93679 / 100000)) in H64; [|lra..].
    apply (Hsq _ _ (87757 / 100000)) in H64; [|lra..]. apply (Hsq _ _ (77012 / 100000)) in H64; [|lra..]. apply (Hsq _ _ (59308 / 100000)) in H64; [|lra..].
    replace (- (13 / 25) * / (64 / 2 / 2 / 2 / 2 / 2 / 2)) with (- (13 / 25)) in H64 by field.
    assert (H1 : exp (13 / 25) * exp (- (13 / 25)) = 1) by (rewrite <- exp_plus, Rplus_opp_r; apply exp_0).
    pose proof (exp_pos (13 / 25)). nra. }
  assert (Hl : 13 / 25 < ln (27 / 16)) by (rewrite <- (ln_exp (13 / 25)); apply ln_increasing; [apply exp_pos|exact He]).
  replace (27 / 16) with (/ 2 * ((3 / 2) * ((3 / 2) * (3 / 2)))) in Hl by field. rewrite !ln_mult in Hl by lra. lra.
Qed.

Theorem L1_suboptimality (i : nat) (π : nat -> R) : In i labels -> distribution labels π -> exp (reward / β) = INR N - 1 ->
  suboptimality i π <= 13 / 100 * β -> / 4 < π i.
Proof.
  intros Hi Hπ He Hs. pose proof (INR_N N HN) as HN2.
  assert (Hp : policy [tt] (fun _ => labels) (fun _ _ => / INR N)).
  { intros x _. split; [intros; apply Rlt_le, Rinv_0_lt_compat; lra|]. rewrite sum_const. unfold strategies.labels. rewrite seq_length. field. lra. }
  assert (Hopt : forall y, In y labels -> needle_optimum i y = if Nat.eqb y i then / 2 else / (2 * (INR N - 1))).
  { intros y Hy. unfold needle_optimum, optimal_policy, normaliser.
    rewrite (sum_ext labels _ (fun y => if Nat.eqb y i then / INR N * (INR N - 1) else / INR N)).
    - rewrite sum_labels_at by easy. destruct (Nat.eqb y i); [rewrite He|unfold Rdiv; rewrite Rmult_0_l, exp_0]; field; lra.
    - intros z _. destruct (Nat.eqb z i); [now rewrite He|]. unfold Rdiv. rewrite Rmult_0_l, exp_0. ring. }
  (* T1: the suboptimality is β·KL(π‖π_star). *)
  assert (HKL : suboptimality i π = β * KL labels π (needle_optimum i)).
  { pose proof (T1_suboptimality_is_kl [tt] (fun _ => labels) (fun _ => 1) (fun _ _ => / INR N) (fun _ y => if Nat.eqb y i then reward else 0) β Hβ Hp (fun _ => π)) as H.
    specialize (H (fun _ _ => Hπ)). unfold expectation in H at 1. cbn [sum] in H. rewrite Rplus_0_r, Rmult_1_l in H. apply H.
    intros x _ y _ Hz. exfalso. pose proof (Rinv_0_lt_compat (INR N) ltac:(lra)). lra. }
  assert (Hkl : KL labels π (needle_optimum i) <= 13 / 100) by (rewrite HKL in Hs; apply (Rmult_le_reg_l β); lra).
  destruct (Rlt_dec (/ 4) (π i)) as [|Hle]; [easy|]. exfalso. apply Rnot_lt_le in Hle.
  (* Gibbs against the law with ¼ on the needle. *)
  set (Q := fun y => if Nat.eqb y i then / 4 else 3 / 4 / (INR N - 1)).
  assert (HQ : sum labels Q = 1) by (unfold Q; rewrite sum_labels_at by easy; field; lra).
  assert (HG : ∑ y ∈ labels, (π y * ln (Q y / needle_optimum i y) + (π y - Q y)) <= KL labels π (needle_optimum i)).
  { apply sum_le. intros y Hy. pose proof (proj1 Hπ y Hy) as H0.
    assert (Hoy : 0 < needle_optimum i y) by (rewrite Hopt by easy; destruct (Nat.eqb y i); apply Rinv_0_lt_compat; lra).
    assert (HQy : 0 < Q y) by (unfold Q; destruct (Nat.eqb y i); [lra|apply Rdiv_lt_0_compat; lra]).
    destruct H0 as [H0|H0]; [|rewrite <- H0; unfold Rdiv; rewrite !Rmult_0_l; lra].
    pose proof (ln_le_minus_1 (Q y / π y) ltac:(now apply Rdiv_lt_0_compat)) as Hl.
    replace (Q y / needle_optimum i y) with (Q y / π y * (π y / needle_optimum i y)) by (field; lra).
    rewrite ln_mult by (now apply Rdiv_lt_0_compat).
    apply (Rmult_le_compat_l (π y)) in Hl; [|lra]. replace (π y * (Q y / π y - 1)) with (Q y - π y) in Hl by (field; lra). lra. }
  rewrite sum_plus, sum_minus, HQ, (proj2 Hπ) in HG.
  assert (Hsum : ∑ y ∈ labels, π y * ln (Q y / needle_optimum i y) = π i * ln (/ 2) + (1 - π i) * ln (3 / 2)).
  { rewrite (sum_ext _ _ (fun y => π y * ln (3 / 2) + (if Nat.eqb y i then π i * (ln (/ 2) - ln (3 / 2)) else 0))).
    - rewrite sum_plus, sum_scal_r, (proj2 Hπ), sum_labels_at by easy. ring.
    - intros y Hy. rewrite Hopt by easy. unfold Q. destruct (Nat.eqb_spec y i) as [->|].
      + replace (/ 4 / / 2) with (/ 2) by lra. ring.
      + replace (3 / 4 / (INR N - 1) / / (2 * (INR N - 1))) with (3 / 2) by (field; lra). ring. }
  rewrite Hsum in HG. pose proof kl_quarter_half.
  assert (ln (/ 2) < 0 /\ 0 < ln (3 / 2)) as [Ha Hb] by (split; rewrite <- ln_1; apply ln_increasing; lra). nra.
Qed.

(** P(J* − J(π̂) ≤ 0.13β). *)
Definition probability_of_success (s : @strategy Θ V (@strategy Θ V nat)) : R :=
  over_needles (fun i v => run s i v [] (fun o _ => indicator (if Rle_dec (suboptimality i (output_policy i v o)) (13 / 100 * β) then true else false))).

Theorem L1_cost (h δ : R) (s : @strategy Θ V (@strategy Θ V nat)) (q k m k' : nat) :
  (forall θ, E (g θ) <= h) -> 0 <= h -> exp (reward / β) = INR N - 1 ->
  within q k [] s -> always (fun o _ => output_costs m k' o) [] s -> INR (q + m) <= INR N / 2 ->
  1 - δ <= probability_of_success s ->
  1 - δ - (2 * INR k + 8 * INR k') / INR N <= (INR q + 4 * INR m) * h.
Proof.
  intros Hg Hh He Hw Ho Hq Hs. pose proof (INR_N N HN) as HN2.
  pose proof (L1_output h (/ 4) s q k m k' Hg Hh ltac:(lra) Hw Ho Hq) as H.
  assert (Hle : probability_of_success s <= probability_of_mass s (/ 4)).
  { unfold probability_of_success, probability_of_mass, over_needles.
    apply (upper_le _ HE).
    - apply bounded_scal, bounded_sum. intros i Hi. apply (bounded_between _ 0 1). intros v. apply run_bounds; auto. intros; apply indicator_bounds.
    - apply bounded_scal, bounded_sum. intros i Hi. apply (bounded_between _ 0 1). intros v. apply run_bounds; auto. intros; apply indicator_bounds.
    - intros v. apply Rmult_le_compat_l; [apply Rlt_le, Rinv_0_lt_compat; lra|]. apply sum_le. intros i Hi.
      apply run_le; auto. revert Ho. apply always_impl. intros o _ Ho. unfold indicator.
      destruct (Rle_dec (suboptimality i (output_policy i v o)) (13 / 100 * β)) as [Hsub|]; [|destruct (Rle_dec _ _); lra].
      pose proof (L1_suboptimality i _ Hi (output_policy_distribution i v m k' o Hi Ho) He Hsub).
      destruct (Rle_dec (/ 4) (output_policy i v o i)); lra. }
  apply Rle_trans with (probability_of_mass s (/ 4) - (2 * INR k + 8 * INR k') / INR N); [lra|].
  apply Rle_trans with (INR q * h + 2 * INR k / INR N + (INR m * h + 2 * INR k' / INR N) / / 4 - (2 * INR k + 8 * INR k') / INR N); [lra|].
  apply Req_le. field. lra.
Qed.
End L1.
