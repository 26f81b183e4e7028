(** * T6: SoftmaxSampler

    t6-softmax-sampler.md: SoftmaxSampler(f; x, M, δ) draws N₁ responses for Ẑ = mean of e^{f/β}, then up to N₂ more, answering the first that is accepted with probability
    min{1, e^{f(y)/β}/(2MẐ)}, the last rejected one where none is.
    - [T6_conditional_exactness]: where Ẑ ≥ Z/2 and the promise sup_y p/π_ref ≤ M holds, no acceptance probability is clipped and an accepted draw has law exactly p,
      whatever Ẑ and the number of trials: P(accepted, y) = P(accepted)·p(y);
    - [T6_trial_accepts]: where moreover Ẑ ≤ 2Z, each trial accepts with probability Z/(2MẐ) ≥ 1/(4M);
    - [T6_total_variation_from_tails]: if P(Ẑ ∉ [Z/2, 2Z]) ≤ δ₁, the answer's law is within δ₁ + (1 − 1/(4M))^{N₂} of p in total variation;
    - [T6_tails]: P(Ẑ ∉ [Z/2, 2Z]) ≤ e^{−N₁/(8M)} + e^{−0.386N₁/M} (Chernoff);
    - [T6_softmax_sampler]: with N₁ ≥ 8M log(4/δ) and N₂ ≥ 4M log(4/δ) the answer's law is within δ of p (3δ/4 is what the proof gives). That at most N₁ + N₂
      responses are drawn is how [sampler_law] is made.

    Assumed: finitely many responses; β > 0, M ≥ 1 (a promise M < 1 cannot hold), N₂ ≥ 1; draws independent of π_ref. *)

From Coq Require Import Reals List Lra Lia Bool.
From Coverbound Require Import finite framework inequalities tilted.
Import ListNotations.
Open Scope R_scope.

(** ** Independent draws *)

Section Draws.
  Context {A : Type}.
  Variables (l : list A) (π : A -> R).
  Hypothesis Hπ : distribution l π.

  (** E F(y₁ … y_n), the y_i independent draws of π. *)
  Fixpoint draws (n : nat) (F : list A -> R) : R :=
    match n with
    | O => F []
    | S m => ∑ y ∈ l, π y * draws m (fun ys => F (y :: ys))
    end.

  Lemma draws_le n : forall F G, (forall ys, length ys = n -> F ys <= G ys) -> draws n F <= draws n G.
  Proof.
    induction n as [|n IH]; intros F G H; simpl; [now apply H|]. apply sum_le. intros y Hy. apply Rmult_le_compat_l; [now apply Hπ|].
    apply IH. intros ys Hl. apply H. simpl. now f_equal.
  Qed.

  Lemma draws_ext n : forall F G, (forall ys, length ys = n -> F ys = G ys) -> draws n F = draws n G.
  Proof.
    induction n as [|n IH]; intros F G H; simpl; [now apply H|]. apply sum_ext. intros y Hy. f_equal.
    apply IH. intros ys Hl. apply H. simpl. now f_equal.
  Qed.

  Lemma draws_plus n : forall F G, draws n (fun ys => F ys + G ys) = draws n F + draws n G.
  Proof. induction n as [|n IH]; intros F G; simpl; [easy|]. rewrite <- sum_plus. apply sum_ext. intros y _. rewrite IH. ring. Qed.

  Lemma draws_scal n c : forall F, draws n (fun ys => c * F ys) = c * draws n F.
  Proof. induction n as [|n IH]; intros F; simpl; [easy|]. rewrite <- sum_scal. apply sum_ext. intros y _. rewrite IH. ring. Qed.

  Lemma draws_const n c : draws n (fun _ => c) = c.
  Proof. induction n as [|n IH]; simpl; [easy|]. rewrite IH. destruct Hπ as [_ H1]. rewrite sum_scal_r, H1. ring. Qed.

  Lemma draws_sum {B} n (m : list B) : forall (F : list A -> B -> R), draws n (fun ys => ∑ b ∈ m, F ys b) = ∑ b ∈ m, draws n (fun ys => F ys b).
  Proof.
    induction n as [|n IH]; intros F; simpl; [easy|]. rewrite sum_swap. apply sum_ext. intros y _. rewrite IH. now rewrite sum_scal.
  Qed.

  Lemma draws_abs n : forall F, Rabs (draws n F) <= draws n (fun ys => Rabs (F ys)).
  Proof.
    induction n as [|n IH]; intros F; simpl; [lra|]. eapply Rle_trans; [apply sum_abs|]. apply sum_le. intros y Hy.
    destruct Hπ as [H0 _]. specialize (H0 y Hy). rewrite Rabs_mult, (Rabs_pos_eq (π y)) by easy. apply Rmult_le_compat_l; [easy|apply IH].
  Qed.
End Draws.

(** ** The sampler *)

Section Sampler.
  Context {A : Type}.
  Variables (l : list A) (π_ref : A -> R) (β M : R) (f : A -> R).

  (** The chance that a trial that drew y accepts it. *)
  Definition acceptance (Z_hat : R) (y : A) : R := Rmin 1 (exp (f y / β) / (2 * M * Z_hat)).

  (** The chance that a trial accepts. *)
  Definition trial_accepts (Z_hat : R) : R := ∑ y ∈ l, π_ref y * acceptance Z_hat y.
  Definition trial_rejects (Z_hat : R) : R := ∑ y ∈ l, π_ref y * (1 - acceptance Z_hat y).

  (** The chance that one of n trials is accepted and the first such answers y. *)
  Fixpoint accepted (Z_hat : R) (n : nat) (y : A) : R :=
    match n with
    | O => 0
    | S m => π_ref y * acceptance Z_hat y + trial_rejects Z_hat * accepted Z_hat m y
    end.

  (** The chance that none of n trials is accepted and the last of them drew y. *)
  Fixpoint rejected (Z_hat : R) (n : nat) (y : A) : R :=
    match n with
    | O => 0
    | S O => π_ref y * (1 - acceptance Z_hat y)
    | S m => trial_rejects Z_hat * rejected Z_hat m y
    end.

  (** Ẑ from the first draws, and the law of the answer. *)
  Definition estimate (ys : list A) : R := (∑ y ∈ ys, exp (f y / β)) / INR (length ys).
  Definition sampler_law (N1 N2 : nat) (y : A) : R := draws l π_ref N1 (fun ys => accepted (estimate ys) N2 y + rejected (estimate ys) N2 y).

  Hypothesis Hβ : 0 < β.
  Hypothesis Href : distribution l π_ref.
  Hypothesis HM : 1 <= M.
  Let p := tilt l π_ref β f.
  Let Z := partition l π_ref β f.

  Local Lemma Z_pos : 0 < Z. Proof. now apply partition_pos. Qed.

  Local Lemma acceptance_range Z_hat y : 0 < Z_hat -> 0 <= acceptance Z_hat y <= 1.
  Proof.
    intros HZ. unfold acceptance. split; [|apply Rmin_l]. apply Rmin_glb; [lra|].
    apply Rlt_le, Rdiv_lt_0_compat; [apply exp_pos|]. apply Rmult_lt_0_compat; lra.
  Qed.

  Local Lemma trial_sum Z_hat : trial_accepts Z_hat + trial_rejects Z_hat = 1.
  Proof. destruct Href as [_ H1]. transitivity (sum l π_ref); [|easy]. unfold trial_accepts, trial_rejects. rewrite <- sum_plus. apply sum_ext. intros y _. ring. Qed.

  Local Lemma trial_rejects_range Z_hat : 0 < Z_hat -> 0 <= trial_rejects Z_hat <= 1.
  Proof.
    intros HZ. destruct Href as [H0 H1]. split.
    - apply sum_nonneg. intros y Hy. pose proof (acceptance_range Z_hat y HZ). apply Rmult_le_pos; [auto|lra].
    - rewrite <- H1. apply sum_le. intros y Hy. pose proof (acceptance_range Z_hat y HZ). specialize (H0 y Hy). nra.
  Qed.

  Local Lemma accepted_sum Z_hat n : sum l (accepted Z_hat n) = 1 - trial_rejects Z_hat ^ n.
  Proof.
    induction n as [|n IH]; simpl; [rewrite sum_zero by easy; ring|].
    rewrite sum_plus, sum_scal, IH. fold (trial_accepts Z_hat). pose proof (trial_sum Z_hat). replace (trial_accepts Z_hat) with (1 - trial_rejects Z_hat) by lra. ring.
  Qed.

  Local Lemma rejected_sum Z_hat n : sum l (rejected Z_hat (S n)) = trial_rejects Z_hat ^ S n.
  Proof.
    induction n as [|n IH]; [simpl; fold (trial_rejects Z_hat); ring|].
    change (rejected Z_hat (S (S n))) with (fun y => trial_rejects Z_hat * rejected Z_hat (S n) y). rewrite sum_scal, IH. simpl. ring.
  Qed.

  Local Lemma accepted_nonneg Z_hat n y : 0 < Z_hat -> In y l -> 0 <= accepted Z_hat n y.
  Proof.
    intros HZ Hy. induction n as [|n IH]; simpl; [lra|]. pose proof (acceptance_range Z_hat y HZ). pose proof (trial_rejects_range Z_hat HZ).
    destruct Href as [Hnn _]. apply Rplus_le_le_0_compat; apply Rmult_le_pos; auto; lra.
  Qed.

  Local Lemma rejected_nonneg Z_hat n y : 0 < Z_hat -> In y l -> 0 <= rejected Z_hat n y.
  Proof.
    intros HZ Hy. pose proof (acceptance_range Z_hat y HZ). pose proof (trial_rejects_range Z_hat HZ). destruct Href as [Hnn _].
    induction n as [|[|n] IH]; [simpl; lra|simpl; apply Rmult_le_pos; auto; lra|].
    change (rejected Z_hat (S (S n)) y) with (trial_rejects Z_hat * rejected Z_hat (S n) y). apply Rmult_le_pos; [lra|apply IH].
  Qed.

  (** The answer's law is a distribution, whatever Ẑ > 0 is. *)
  Local Lemma answer_distribution Z_hat n : 0 < Z_hat -> distribution l (fun y => accepted Z_hat (S n) y + rejected Z_hat (S n) y).
  Proof.
    intros HZ. split.
    - intros y Hy. apply Rplus_le_le_0_compat; [now apply accepted_nonneg|now apply rejected_nonneg].
    - rewrite sum_plus, accepted_sum, rejected_sum. ring.
  Qed.

  (** The promise. *)
  Hypothesis Hpromise : forall y, In y l -> p y <= M * π_ref y.
  Hypothesis Hsupport : forall y, In y l -> 0 < π_ref y.

  (** Ẑ ≥ Z/2 and the promise: nothing is clipped. *)
  Lemma acceptance_unclipped Z_hat y : Z / 2 <= Z_hat -> In y l -> acceptance Z_hat y = exp (f y / β) / (2 * M * Z_hat).
  Proof.
    intros HZ Hy. pose proof Z_pos as HZ0. unfold acceptance. apply Rmin_right.
    specialize (Hpromise y Hy). pose proof (Hsupport y Hy) as Hp. unfold p, tilt in Hpromise. fold Z in Hpromise.
    assert (He : exp (f y / β) <= M * Z).
    { apply Rmult_le_reg_l with (π_ref y / Z); [now apply Rdiv_lt_0_compat|]. replace (π_ref y / Z * exp (f y / β)) with (π_ref y * exp (f y / β) / Z) by (field; lra).
      replace (π_ref y / Z * (M * Z)) with (M * π_ref y) by (field; lra). easy. }
    apply Rmult_le_reg_r with (2 * M * Z_hat); [apply Rmult_lt_0_compat; lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by (apply Rgt_not_eq, Rmult_gt_0_compat; lra). nra.
  Qed.

  Theorem T6_conditional_exactness Z_hat n y :
    Z / 2 <= Z_hat -> In y l -> accepted Z_hat n y = sum l (accepted Z_hat n) * p y.
  Proof.
    intros HZ Hy. pose proof Z_pos as HZ0.
    assert (Hy' : forall z, In z l -> π_ref z * acceptance Z_hat z = Z / (2 * M * Z_hat) * p z).
    { intros z Hz. rewrite acceptance_unclipped by easy. unfold p, tilt. fold Z. field. repeat split; lra. }
    assert (Ha : trial_accepts Z_hat = Z / (2 * M * Z_hat)).
    { unfold trial_accepts. rewrite (sum_ext l _ (fun z => Z / (2 * M * Z_hat) * p z)) by easy. rewrite sum_scal.
      destruct (tilt_distribution l π_ref β Href f) as [_ H1]. fold p in H1. rewrite H1. ring. }
    rewrite accepted_sum. induction n as [|n IH]; simpl; [ring|].
    rewrite Hy' by easy. rewrite IH. pose proof (trial_sum Z_hat) as Hs. rewrite Ha in Hs.
    replace (Z / (2 * M * Z_hat)) with (1 - trial_rejects Z_hat) by lra. ring.
  Qed.

  Theorem T6_trial_accepts Z_hat : Z / 2 <= Z_hat <= 2 * Z -> trial_accepts Z_hat = Z / (2 * M * Z_hat) /\ 1 / (4 * M) <= trial_accepts Z_hat.
  Proof.
    intros [HZ HZ2]. pose proof Z_pos as HZ0.
    assert (Ha : trial_accepts Z_hat = Z / (2 * M * Z_hat)).
    { pose proof (T6_conditional_exactness Z_hat 1) as H. unfold trial_accepts.
      rewrite (sum_ext l _ (fun z => Z / (2 * M * Z_hat) * p z)).
      - rewrite sum_scal. destruct (tilt_distribution l π_ref β Href f) as [_ H1]. fold p in H1. rewrite H1. ring.
      - intros z Hz. rewrite acceptance_unclipped by easy. unfold p, tilt. fold Z. field. repeat split; lra. }
    split; [easy|]. rewrite Ha. apply Rmult_le_reg_r with (4 * M * Z_hat); [apply Rmult_lt_0_compat; lra|].
    replace (1 / (4 * M) * (4 * M * Z_hat)) with Z_hat by (field; lra). replace (Z / (2 * M * Z_hat) * (4 * M * Z_hat)) with (2 * Z) by (field; lra). easy.
  Qed.

  (** Given a good Ẑ the answer is as far from p as the chance that every trial fails. *)
  Lemma answer_close Z_hat n : Z / 2 <= Z_hat <= 2 * Z ->
    total_variation l (fun y => accepted Z_hat (S n) y + rejected Z_hat (S n) y) p <= (1 - 1 / (4 * M)) ^ S n.
  Proof.
    intros HZ. pose proof Z_pos as HZ0. destruct (T6_trial_accepts Z_hat HZ) as [_ Ha]. pose proof (trial_sum Z_hat) as Hs.
    pose proof (trial_rejects_range Z_hat ltac:(lra)) as Hr. destruct (tilt_distribution l π_ref β Href f) as [Hp0 Hp1]. fold p in Hp0, Hp1.
    apply Rle_trans with (trial_rejects Z_hat ^ S n); [|apply pow_incr; lra].
    unfold total_variation. apply Rle_trans with ((∑ y ∈ l, (rejected Z_hat (S n) y + trial_rejects Z_hat ^ S n * p y)) / 2).
    - apply Rmult_le_compat_r; [lra|]. apply sum_le. intros y Hy. rewrite T6_conditional_exactness by (easy || lra). rewrite accepted_sum.
      replace ((1 - trial_rejects Z_hat ^ S n) * p y + rejected Z_hat (S n) y - p y) with (rejected Z_hat (S n) y - trial_rejects Z_hat ^ S n * p y) by ring.
      assert (0 <= rejected Z_hat (S n) y) by (apply rejected_nonneg; [lra|easy]).
      assert (0 <= trial_rejects Z_hat ^ S n * p y) by (apply Rmult_le_pos; [apply pow_le; lra|auto]). apply Rabs_le. lra.
    - rewrite sum_plus, rejected_sum, sum_scal, Hp1. lra.
  Qed.

  Lemma total_variation_le_1 q1 q2 : distribution l q1 -> distribution l q2 -> total_variation l q1 q2 <= 1.
  Proof.
    intros [H0 H1] [H0' H1']. unfold total_variation. apply Rle_trans with ((∑ y ∈ l, (q1 y + q2 y)) / 2).
    - apply Rmult_le_compat_r; [lra|]. apply sum_le. intros y Hy. specialize (H0 y Hy). specialize (H0' y Hy). apply Rabs_le. lra.
    - rewrite sum_plus. lra.
  Qed.

  (** Ẑ is outside [Z/2, 2Z], as an indicator. *)
  Definition bad_estimate (ys : list A) : R := if Rle_dec (Z / 2) (estimate ys) then if Rle_dec (estimate ys) (2 * Z) then 0 else 1 else 1.

  Theorem T6_total_variation_from_tails N1 N2 δ1 :
    (1 <= N1)%nat -> (1 <= N2)%nat ->
    draws l π_ref N1 bad_estimate <= δ1 ->
    total_variation l (sampler_law N1 N2) p <= δ1 + (1 - 1 / (4 * M)) ^ N2.
  Proof.
    intros HN1 HN2 Htail. destruct N2 as [|n]; [lia|].
    assert (Hpow : 0 <= (1 - 1 / (4 * M)) ^ S n).
    { apply pow_le. assert (1 / (4 * M) <= 1); [|lra]. apply Rmult_le_reg_r with (4 * M); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
    apply Rle_trans with (draws l π_ref N1 (fun ys => bad_estimate ys + (1 - 1 / (4 * M)) ^ S n)); [|rewrite draws_plus, draws_const by easy; lra].
    apply Rle_trans with (draws l π_ref N1 (fun ys => total_variation l (fun y => accepted (estimate ys) (S n) y + rejected (estimate ys) (S n) y) p)).
    - unfold total_variation, Rdiv. rewrite (draws_ext l π_ref N1 _ (fun ys => / 2 * ∑ y ∈ l, Rabs (accepted (estimate ys) (S n) y + rejected (estimate ys) (S n) y - p y))) by (intros; ring).
      rewrite draws_scal, (Rmult_comm _ (/ 2)). apply Rmult_le_compat_l; [lra|]. rewrite draws_sum. apply sum_le. intros y Hy. unfold sampler_law.
      eapply Rle_trans; [|apply draws_abs; easy]. right. f_equal. unfold Rminus.
      rewrite (draws_plus l π_ref N1 (fun ys => accepted (estimate ys) (S n) y + rejected (estimate ys) (S n) y) (fun _ => - p y)), draws_const by easy. easy.
    - apply draws_le; [easy|]. intros ys Hlen.
      assert (Hest : 0 < estimate ys).
      { unfold estimate. apply Rdiv_lt_0_compat; [|apply lt_0_INR; lia]. destruct ys as [|z ys]; [simpl in Hlen; lia|]. apply sum_pos.
        - intros w _. apply Rlt_le, exp_pos.
        - exists z. split; [now left|apply exp_pos]. }
      assert (Hle1 : total_variation l (fun y => accepted (estimate ys) (S n) y + rejected (estimate ys) (S n) y) p <= 1).
      { apply total_variation_le_1; [now apply answer_distribution|now apply tilt_distribution]. }
      unfold bad_estimate. destruct (Rle_dec (Z / 2) (estimate ys)); [|lra]. destruct (Rle_dec (estimate ys) (2 * Z)); [|lra].
      rewrite Rplus_0_l. now apply answer_close.
  Qed.

  (** *** The tails of Ẑ *)

  (** w = e^{f/β}/Z, which the promise puts into [0,M], and whose mean is 1. *)
  Let w (y : A) : R := exp (f y / β) / Z.

  Local Lemma w_range y : In y l -> 0 <= w y <= M.
  Proof.
    intros Hy. pose proof Z_pos as HZ0. pose proof (Hsupport y Hy) as Hp. specialize (Hpromise y Hy). unfold p, tilt in Hpromise. fold Z in Hpromise. split.
    - apply Rlt_le, Rdiv_lt_0_compat; [apply exp_pos|easy].
    - apply Rmult_le_reg_l with (π_ref y); [easy|]. unfold w. replace (π_ref y * (exp (f y / β) / Z)) with (π_ref y * exp (f y / β) / Z) by (field; lra). lra.
  Qed.

  Local Lemma w_mean : ∑ y ∈ l, π_ref y * w y = 1.
  Proof.
    pose proof Z_pos as HZ0. unfold w. rewrite (sum_ext l _ (fun y => π_ref y * exp (f y / β) / Z)) by (intros y _; field; lra).
    rewrite sum_div. fold (partition l π_ref β f). fold Z. field. lra.
  Qed.

  (** E e^{s·w} ≤ exp((e^{sM} − 1)/M), for s of either sign: exp is below its chord on [0,M]. *)
  Local Lemma w_moment s : s <> 0 -> ∑ y ∈ l, π_ref y * exp (s * w y) <= exp ((exp (s * M) - 1) / M).
  Proof.
    intros Hs. eapply Rle_trans; [|apply exp_ge_plus_1].
    apply Rle_trans with (∑ y ∈ l, (π_ref y + π_ref y * w y * ((exp (s * M) - 1) / M))).
    - apply sum_le. intros y Hy. pose proof (w_range y Hy) as [Hw0 HwM]. pose proof (Hsupport y Hy) as Hp.
      replace (π_ref y + π_ref y * w y * ((exp (s * M) - 1) / M)) with (π_ref y * (1 + w y * ((exp (s * M) - 1) / M))) by ring.
      apply Rmult_le_compat_l; [lra|].
      destruct (Rtotal_order s 0) as [Hneg|[H0|Hpos]]; [|easy|].
      + pose proof (exp_chord (s * M) 0 (s * w y) ltac:(nra) ltac:(nra)) as Hc. rewrite exp_0 in Hc.
        eapply Rle_trans; [exact Hc|]. right. field. split; [lra|nra].
      + pose proof (exp_chord 0 (s * M) (s * w y) ltac:(nra) ltac:(nra)) as Hc. rewrite exp_0 in Hc.
        eapply Rle_trans; [exact Hc|]. right. field. split; lra.
    - rewrite sum_plus, sum_scal_r, w_mean. destruct Href as [_ H1]. rewrite H1. lra.
  Qed.

  Local Lemma draws_exp s n : draws l π_ref n (fun ys => exp (s * sum ys w)) = (∑ y ∈ l, π_ref y * exp (s * w y)) ^ n.
  Proof.
    induction n as [|n IH]; simpl; [rewrite Rmult_0_r; apply exp_0|]. rewrite <- sum_scal_r. apply sum_ext. intros y _.
    rewrite (draws_ext l π_ref n _ (fun ys => exp (s * w y) * exp (s * sum ys w))) by (intros ys _; rewrite <- exp_plus; f_equal; ring).
    rewrite draws_scal, IH. ring.
  Qed.

  (** Chernoff: P(s·Σw ≥ s·c·n) ≤ exp(n/M·(e^{u} − 1 − u·c)), s = u/M. *)
  Local Lemma chernoff u c n : u <> 0 ->
    draws l π_ref n (fun ys => exp (u / M * (sum ys w - c * INR n))) <= exp (INR n / M * (exp u - 1 - u * c)).
  Proof.
    intros Hu. assert (Hs : u / M <> 0) by (apply Rmult_integral_contrapositive; split; [easy|apply Rinv_neq_0_compat; lra]).
    rewrite (draws_ext l π_ref n _ (fun ys => exp (- (u / M * (c * INR n))) * exp (u / M * sum ys w))) by (intros ys _; rewrite <- exp_plus; f_equal; ring).
    rewrite draws_scal, draws_exp. pose proof (w_moment (u / M) Hs) as Hm. replace (u / M * M) with u in Hm by (field; lra).
    apply Rle_trans with (exp (- (u / M * (c * INR n))) * exp ((exp u - 1) / M) ^ n).
    - apply Rmult_le_compat_l; [apply Rlt_le, exp_pos|]. apply pow_incr. split; [|easy].
      apply sum_nonneg. intros y Hy. pose proof (Hsupport y Hy). pose proof (exp_pos (u / M * w y)). apply Rmult_le_pos; lra.
    - right. rewrite exp_power, <- exp_plus. f_equal. field. lra.
  Qed.

  Theorem T6_tails N1 : (1 <= N1)%nat -> draws l π_ref N1 bad_estimate <= exp (- (INR N1 / (8 * M))) + exp (- (0.386 * INR N1 / M)).
  Proof.
    intros HN. pose proof Z_pos as HZ0. assert (Hn : 0 < INR N1) by (apply lt_0_INR; lia).
    pose proof ln_2_ge as Hln. pose proof ln_2_le as Hln'.
    assert (E2 : exp (ln 2) = 2) by (apply exp_ln; lra). assert (Eh : exp (- ln 2) = 1 / 2) by (rewrite exp_Ropp, E2; lra).
    apply Rle_trans with (draws l π_ref N1 (fun ys => exp (- ln 2 / M * (sum ys w - 1 / 2 * INR N1)) + exp (ln 2 / M * (sum ys w - 2 * INR N1)))).
    - apply draws_le; [easy|]. intros ys Hlen.
      assert (Hest : estimate ys = Z * (sum ys w / INR N1)).
      { unfold estimate, w. rewrite sum_div, Hlen. field. lra. }
      assert (Hk : 0 < / M) by (apply Rinv_0_lt_compat; lra).
      pose proof (exp_pos (- ln 2 / M * (sum ys w - 1 / 2 * INR N1))) as P1. pose proof (exp_pos (ln 2 / M * (sum ys w - 2 * INR N1))) as P2.
      assert (Hq : sum ys w = sum ys w / INR N1 * INR N1) by (field; lra). set (q := sum ys w / INR N1) in *.
      unfold bad_estimate. rewrite Hest.
      destruct (Rle_dec (Z / 2) (Z * q)) as [H1|H1].
      + destruct (Rle_dec (Z * q) (2 * Z)) as [H2|H2]; [lra|].
        (* Ẑ > 2Z: the second exponent is positive. *)
        assert (Hq2 : 2 < q) by nra. assert (0 <= ln 2 / M * (sum ys w - 2 * INR N1)).
        { apply Rmult_le_pos; [apply Rmult_le_pos; lra|]. rewrite Hq. nra. }
        pose proof (exp_ge_plus_1 (ln 2 / M * (sum ys w - 2 * INR N1))). lra.
      + (* Ẑ < Z/2: the first is. *)
        assert (Hq2 : q < 1 / 2) by nra. assert (0 <= - ln 2 / M * (sum ys w - 1 / 2 * INR N1)).
        { replace (- ln 2 / M * (sum ys w - 1 / 2 * INR N1)) with (ln 2 * / M * (1 / 2 * INR N1 - sum ys w)) by (field; lra).
          apply Rmult_le_pos; [apply Rmult_le_pos; lra|]. rewrite Hq. nra. }
        pose proof (exp_ge_plus_1 (- ln 2 / M * (sum ys w - 1 / 2 * INR N1))). lra.
    - rewrite draws_plus. assert (Hnm : 0 < INR N1 / M) by (apply Rdiv_lt_0_compat; lra). apply Rplus_le_compat.
      + eapply Rle_trans; [apply (chernoff (- ln 2) (1 / 2) N1), Rlt_not_eq; lra|]. apply exp_le. rewrite Eh.
        replace (- (INR N1 / (8 * M))) with (INR N1 / M * (- (1 / 8))) by (field; lra). apply Rmult_le_compat_l; lra.
      + eapply Rle_trans; [apply (chernoff (ln 2) 2 N1), Rgt_not_eq; lra|]. apply exp_le. rewrite E2.
        replace (- (0.386 * INR N1 / M)) with (INR N1 / M * (0 - 0.386)) by (unfold Rdiv; ring). apply Rmult_le_compat_l; lra.
  Qed.

  (** T6 as stated: N₁ ≥ 8M log(4/δ), N₂ ≥ 4M log(4/δ). *)
  Theorem T6_softmax_sampler N1 N2 δ :
    0 < δ < 1 -> 8 * M * ln (4 / δ) <= INR N1 -> 4 * M * ln (4 / δ) <= INR N2 -> total_variation l (sampler_law N1 N2) p <= δ.
  Proof.
    intros Hδ H1 H2. set (L := ln (4 / δ)) in *.
    assert (H4 : 1 < 4 / δ) by (apply Rmult_lt_reg_r with δ; [lra|]; unfold Rdiv; rewrite Rmult_assoc, Rinv_l; lra).
    assert (HL : 0 < L) by (unfold L; rewrite <- ln_1; apply ln_increasing; lra).
    assert (EL : exp (- L) = δ / 4) by (unfold L; rewrite exp_Ropp, exp_ln by lra; field; lra).
    assert (HML : 0 < M * L) by (apply Rmult_lt_0_compat; lra).
    assert (HN1 : (1 <= N1)%nat) by (apply INR_lt; simpl (INR 0); lra). assert (HN2 : (1 <= N2)%nat) by (apply INR_lt; simpl (INR 0); lra).
    assert (Hmono : forall c x, L <= c * x / M -> exp (- (c * x / M)) <= δ / 4) by (intros c x Hx; rewrite <- EL; apply exp_le; lra).
    assert (T1 : exp (- (INR N1 / (8 * M))) <= δ / 4).
    { replace (INR N1 / (8 * M)) with (1 / 8 * INR N1 / M) by (field; lra). apply Hmono.
      apply Rmult_le_reg_r with M; [lra|]. unfold Rdiv. rewrite (Rmult_assoc _ (/ M)), Rinv_l by lra. lra. }
    assert (T2 : exp (- (0.386 * INR N1 / M)) <= δ / 4).
    { apply Hmono. apply Rmult_le_reg_r with M; [lra|]. unfold Rdiv. rewrite (Rmult_assoc _ (/ M)), Rinv_l by lra. lra. }
    assert (T3 : (1 - 1 / (4 * M)) ^ N2 <= δ / 4).
    { apply Rle_trans with (exp (- (1 / (4 * M))) ^ N2).
      - apply pow_incr. pose proof (exp_ge_plus_1 (- (1 / (4 * M)))). split; [|lra].
        assert (1 / (4 * M) <= 1); [|lra]. apply Rmult_le_reg_r with (4 * M); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
      - rewrite exp_power. replace (INR N2 * - (1 / (4 * M))) with (- (1 / 4 * INR N2 / M)) by (field; lra). apply Hmono.
        apply Rmult_le_reg_r with M; [lra|]. unfold Rdiv. rewrite (Rmult_assoc _ (/ M)), Rinv_l by lra. lra. }
    pose proof (T6_total_variation_from_tails N1 N2 (δ / 4 + δ / 4) HN1 HN2) as Hmain.
    pose proof (T6_tails N1 HN1) as Ht. specialize (Hmain ltac:(lra)). lra.
  Qed.
End Sampler.
