(** * T2: coverage is bounded

    t2-coverage-is-bounded.md, in four theorems:
    - [T2_coverage_bounds]: 1 ≤ C_cov(π*_β) ≤ min{exp(R/β), 1/min_y π_ref(y∣x)} for rewards in [0,R];
    - [T2_anchor]: under realizability, π*_β(y′)/π_ref(y′) = 1/Z*(x,y′) with Z*(x,y′) = E_{π_ref} exp(⟨θ*,φ(x,·,y′)⟩/β), hence 1/Z*(x,y′) ≤ C_cov;
    - [T2_autoregressive]: C_cov(π) ≤ C_cond(π)^H for every autoregressive policy π, by induction over the tokens;
    - [T2_gap_is_real]: A = {0,1}, π_ref uniform, r* = c·Σ_h a_h, c ≥ 0: C_cond(π*_β) = 2e^{c/β}/(1+e^{c/β}) < 2 and C_cov(π*_β) = C_cond^H exactly.

    Assumed: finitely many prompts (at least one) and responses; Y(x) lists the support of π_ref(·∣x), so π_ref > 0 on it; β > 0. Said nowhere in the prose: the gap
    needs c ≥ 0 (for c < 0 the ratio is largest at a = 0, and C_cond = 2/(1+e^{c/β})). *)

From Coq Require Import Reals List Lra Lia.
From Coverbound Require Import finite framework autoregressive.
Import ListNotations.
Open Scope R_scope.

Section Bounds.
  Context {X Response : Type}.
  Variables (prompts : list X) (Y : X -> list Response).
  Variables (π_ref : X -> Response -> R) (r : X -> Response -> R) (β reward_range : R).
  Hypothesis Hβ : 0 < β.
  Hypothesis Hprompts : prompts <> [].
  Hypothesis Href : policy prompts Y π_ref.
  Hypothesis Hsupport : forall x y, In x prompts -> In y (Y x) -> 0 < π_ref x y.

  Let Z := normaliser Y π_ref r β.
  Let π_star := optimal_policy Y π_ref r β.

  Lemma ratio_le_coverage π x y : In x prompts -> In y (Y x) -> π x y / π_ref x y <= coverage prompts Y π_ref π.
  Proof.
    intros Hx Hy. unfold coverage. eapply Rle_trans; [|now apply maximum_ge with (x := x)].
    now apply maximum_ge with (x := y) (f := fun y => π x y / π_ref x y).
  Qed.

  (** Every policy has coverage at least 1: two distributions cannot be one below the other everywhere. *)
  Lemma coverage_ge_1 π : policy prompts Y π -> 1 <= coverage prompts Y π_ref π.
  Proof.
    intros Hπ. destruct prompts as [|x xs] eqn:E; [easy|]. rewrite <- E in *. assert (Hx : In x prompts) by (rewrite E; now left).
    destruct (Hπ x Hx) as [_ H1], (Href x Hx) as [_ H1'].
    rewrite <- H1. replace (coverage prompts Y π_ref π) with (∑ y ∈ Y x, coverage prompts Y π_ref π * π_ref x y) by (rewrite sum_scal, H1'; ring).
    apply sum_le. intros y Hy. pose proof (Hsupport x y Hx Hy) as Hp. pose proof (ratio_le_coverage π x y Hx Hy) as Hc.
    apply Rmult_le_compat_r with (r := π_ref x y) in Hc; [|lra]. replace (π x y) with (π x y / π_ref x y * π_ref x y) by (field; lra). easy.
  Qed.

  Lemma optimal_ratio x y : In x prompts -> In y (Y x) -> π_star x y / π_ref x y = exp (r x y / β) / Z x.
  Proof.
    intros Hx Hy. pose proof (Hsupport x y Hx Hy). pose proof (normaliser_pos prompts Y π_ref r β Href x Hx) as HZ.
    unfold π_star, optimal_policy. fold Z. fold Z in HZ. field. lra.
  Qed.

  Theorem T2_coverage_bounds :
    (forall x y, In x prompts -> In y (Y x) -> 0 <= r x y <= reward_range) ->
    1 <= coverage prompts Y π_ref π_star <= Rmin (exp (reward_range / β)) (maximum prompts (fun x => maximum (Y x) (fun y => 1 / π_ref x y))).
  Proof.
    intros Hr. split; [apply coverage_ge_1; now apply optimal_policy_is_policy|].
    apply Rmin_glb.
    - apply maximum_le; [apply Rlt_le, exp_pos|]. intros x Hx. apply maximum_le; [apply Rlt_le, exp_pos|]. intros y Hy.
      rewrite optimal_ratio by easy.
      assert (HZ1 : 1 <= Z x).
      { destruct (Href x Hx) as [H0 H1]. rewrite <- H1. apply sum_le. intros z Hz. pose proof (Hsupport x z Hx Hz) as Hp.
        rewrite <- (Rmult_1_r (π_ref x z)) at 1. apply Rmult_le_compat_l; [lra|]. rewrite <- exp_0.
        destruct (Hr x z Hx Hz) as [[Hlt|Heq] _].
        - apply Rlt_le, exp_increasing. now apply Rdiv_lt_0_compat.
        - rewrite <- Heq. replace (0 / β) with 0 by (field; lra). lra. }
      assert (Hexp : exp (r x y / β) <= exp (reward_range / β)).
      { destruct (Hr x y Hx Hy) as [_ [Hlt|Heq]]; [|rewrite Heq; lra].
        apply Rlt_le, exp_increasing. apply Rmult_lt_compat_r; [now apply Rinv_0_lt_compat|easy]. }
      pose proof (exp_pos (r x y / β)). apply Rle_trans with (exp (r x y / β)); [|easy].
      apply Rmult_le_reg_r with (Z x); [lra|]. replace (exp (r x y / β) / Z x * Z x) with (exp (r x y / β)) by (field; lra). nra.
    - set (B := maximum prompts (fun x => maximum (Y x) (fun y => 1 / π_ref x y))).
      assert (HB : 0 <= B) by apply maximum_nonneg.
      apply maximum_le; [easy|]. intros x Hx. apply maximum_le; [easy|]. intros y Hy.
      apply Rle_trans with (1 / π_ref x y).
      + pose proof (Hsupport x y Hx Hy). apply Rmult_le_compat_r; [now apply Rlt_le, Rinv_0_lt_compat|].
        apply distribution_le_1 with (l := Y x); [|easy]. now apply (optimal_policy_is_policy prompts).
      + eapply Rle_trans; [now apply (maximum_ge (Y x) (fun y => 1 / π_ref x y))|].
        now apply (maximum_ge prompts (fun x => maximum (Y x) (fun y => 1 / π_ref x y))).
  Qed.

  (** Linear reward differences: r*(x,y) − r*(x,y′) = ⟨θ*, φ(x,y,y′)⟩. *)
  Variables (d : nat) (φ : X -> Response -> nat -> R) (θ : nat -> R).

  Theorem T2_anchor x y' :
    realizable prompts Y r d φ θ -> In x prompts -> In y' (Y x) ->
    let Z_anchor := expectation (Y x) (π_ref x) (fun y => exp (inner d θ (relative_feature φ x y y') / β)) in
    π_star x y' / π_ref x y' = 1 / Z_anchor /\ 1 / Z_anchor <= coverage prompts Y π_ref π_star.
  Proof.
    intros Hreal Hx Hy' Z_anchor.
    assert (HE : π_star x y' / π_ref x y' = 1 / Z_anchor); [|split; [easy|rewrite <- HE; now apply ratio_le_coverage]].
    rewrite optimal_ratio by easy.
    assert (HZ : Z x = exp (r x y' / β) * Z_anchor).
    { unfold Z, normaliser, Z_anchor, expectation. rewrite <- sum_scal. apply sum_ext. intros y Hy.
      rewrite <- (Hreal x y y' Hx Hy Hy'). replace (r x y / β) with (r x y' / β + (r x y - r x y') / β) by (field; lra).
      rewrite exp_plus. ring. }
    pose proof (normaliser_pos prompts Y π_ref r β Href x Hx) as Hpos. fold Z in Hpos. pose proof (exp_pos (r x y' / β)) as He.
    assert (0 < Z_anchor). { rewrite HZ in Hpos. destruct (Rlt_dec 0 Z_anchor); [easy|nra]. }
    rewrite HZ. field. lra.
  Qed.
End Bounds.

Section Autoregressive.
  Context {X Token : Type}.
  Variable vocabulary : X -> list Token -> list Token.
  Variables (prompts : list X) (H : nat) (c c_ref : X -> list Token -> Token -> R).
  Hypothesis Hc : conditionals vocabulary prompts H c.
  Hypothesis Href : positive_conditionals vocabulary prompts H c_ref.

  Let C_cond := conditional_coverage vocabulary prompts H c c_ref.

  (** By induction over the tokens still to come: the chance of n more tokens grows by at most C_cond^n. *)
  Lemma chance_le_power x : In x prompts -> forall n h s y, In s (continuations vocabulary x [] h) -> (h + n = H)%nat ->
    In y (continuations vocabulary x s n) -> continuation_chance c x s y <= C_cond ^ n * continuation_chance c_ref x s y.
  Proof.
    intros Hx. assert (HC : 0 <= C_cond) by apply maximum_nonneg.
    induction n as [|n IH]; intros h s y Hs Hn Hy.
    - destruct Hy as [<-|[]]. simpl. lra.
    - destruct y as [|a y]; [apply in_continuations_length in Hy; discriminate|].
      apply in_continuations_cons in Hy. destruct Hy as [Ha Hy]. simpl.
      assert (Hsa : In (s ++ [a]) (continuations vocabulary x [] (S h))) by now apply in_continuations_snoc.
      pose proof (IH (S h) (s ++ [a]) y Hsa ltac:(lia) Hy) as HI.
      pose proof (conditional_coverage_ge vocabulary prompts H c c_ref x h s a Hx ltac:(lia) Hs Ha) as Hr. fold C_cond in Hr.
      pose proof (Href x h s a Hx ltac:(lia) Hs Ha) as Hp.
      destruct (Hc x h s Hx ltac:(lia) Hs) as [Hc0 _]. specialize (Hc0 a Ha).
      pose proof (continuation_chance_nonneg vocabulary prompts H c x Hc Hx n (S h) (s ++ [a]) y Hsa ltac:(lia) Hy) as Hn0.
      assert (Hca : c x s a <= C_cond * c_ref x s a).
      { replace (c x s a) with (c x s a / c_ref x s a * c_ref x s a) by (field; lra). apply Rmult_le_compat_r; lra. }
      apply Rle_trans with ((C_cond * c_ref x s a) * (C_cond ^ n * continuation_chance c_ref x (s ++ [a]) y)); [|lra].
      now apply Rmult_le_compat.
  Qed.

  Theorem T2_autoregressive : coverage prompts (responses vocabulary H) (sequence_policy c_ref) (sequence_policy c) <= C_cond ^ H.
  Proof.
    assert (HC : 0 <= C_cond) by apply maximum_nonneg.
    assert (HC' : 0 <= C_cond ^ H) by now apply pow_le.
    apply maximum_le; [easy|]. intros x Hx. apply maximum_le; [easy|]. intros y Hy.
    assert (Hnil : In [] (continuations vocabulary x [] 0)) by now left.
    pose proof (chance_le_power x Hx H 0 [] y Hnil eq_refl Hy) as Hle.
    pose proof (continuation_chance_pos vocabulary prompts H c_ref x Href Hx H 0 [] y Hnil (le_n H) Hy) as Hpos.
    apply Rmult_le_reg_r with (sequence_policy c_ref x y); [easy|].
    replace (sequence_policy c x y / sequence_policy c_ref x y * sequence_policy c_ref x y) with (sequence_policy c x y); [easy|].
    field. unfold sequence_policy. lra.
  Qed.
End Autoregressive.

Section Gap.
  (** T2's example: two tokens at every prefix, π_ref uniform, r* = c·Σ_h a_h; one prompt [tt]. *)
  Variables (H : nat) (c β : R).
  Hypothesis HH : (1 <= H)%nat.
  Hypothesis Hβ : 0 < β.
  Hypothesis Hc : 0 <= c.

  Let bits : unit -> list bool -> list bool := fun _ _ => [false; true].
  Let uniform : unit -> list bool -> bool -> R := fun _ _ _ => 1 / 2.
  Let r : unit -> list bool -> R := fun _ y => c * ∑ a ∈ y, if a then 1 else 0.
  Let π_star := optimal_policy (responses bits H) (sequence_policy uniform) r β.

  (** e^{c/β} and the conditionals of π*_β: odds e^{c/β} for a = 1, whatever the prefix. *)
  Let e := exp (c / β).
  Let tilted : unit -> list bool -> bool -> R := fun _ _ a => (if a then e else 1) / (1 + e).

  Local Lemma e_ge_1 : 1 <= e.
  Proof.
    unfold e. destruct Hc as [Hlt|Heq].
    - rewrite <- exp_0. apply Rlt_le, exp_increasing. now apply Rdiv_lt_0_compat.
    - rewrite <- Heq. replace (0 / β) with 0 by (field; lra). rewrite exp_0. lra.
  Qed.

  Local Lemma exp_reward_cons x a y : exp (r x (a :: y) / β) = (if a then e else 1) * exp (r x y / β).
  Proof.
    unfold r, e. simpl. destruct a.
    - rewrite <- exp_plus. f_equal. field. lra.
    - rewrite Rmult_1_l. f_equal. field. lra.
  Qed.

  Local Lemma exp_reward_nil x : exp (r x [] / β) = 1.
  Proof. unfold r. simpl. rewrite Rmult_0_r. unfold Rdiv. rewrite Rmult_0_l. apply exp_0. Qed.

  Local Lemma gap_normaliser x n : forall s, ∑ y ∈ continuations bits x s n, continuation_chance uniform x s y * exp (r x y / β) = ((1 + e) / 2) ^ n.
  Proof.
    induction n as [|n IH]; intros s.
    - simpl. rewrite exp_reward_nil. ring.
    - rewrite sum_continuations. unfold bits at 1. simpl sum.
      assert (Hstep : forall a, ∑ y ∈ continuations bits x (s ++ [a]) n, continuation_chance uniform x s (a :: y) * exp (r x (a :: y) / β)
                                = (if a then e else 1) / 2 * ((1 + e) / 2) ^ n).
      { intros a. rewrite <- (IH (s ++ [a])), <- sum_scal. apply sum_ext. intros y _. rewrite exp_reward_cons. simpl. unfold uniform at 1. field. }
      rewrite !Hstep. simpl. field.
  Qed.

  Local Lemma tilted_chance x y : forall s, continuation_chance tilted x s y = continuation_chance uniform x s y * exp (r x y / β) / ((1 + e) / 2) ^ length y.
  Proof.
    pose proof e_ge_1 as He.
    induction y as [|a y IH]; intros s.
    - simpl. rewrite exp_reward_nil. field.
    - simpl length. rewrite exp_reward_cons. simpl. rewrite IH. unfold tilted at 1, uniform at 2.
      assert (((1 + e) / 2) ^ length y <> 0) by (apply pow_nonzero; lra). field. repeat split; try easy; lra.
  Qed.

  Local Lemma tilted_conditionals : conditionals bits [tt] H tilted.
  Proof.
    pose proof e_ge_1 as He. intros x h s _ _ _. split.
    - intros a _. unfold tilted. apply Rmult_le_pos; [destruct a; lra|apply Rlt_le, Rinv_0_lt_compat; lra].
    - unfold bits, tilted. simpl. field. lra.
  Qed.

  Theorem T2_gap_is_real :
    exists conditionals_star : unit -> list bool -> bool -> R,
      (* … they are the conditionals of π*_β … *)
      conditionals bits [tt] H conditionals_star /\
      (forall y, In y (responses bits H tt) -> sequence_policy conditionals_star tt y = π_star tt y) /\
      (* … C_cond = 2e^{c/β}/(1+e^{c/β}) < 2, and C_cov is its H-th power. *)
      let C_cond := conditional_coverage bits [tt] H conditionals_star uniform in
      C_cond = 2 * exp (c / β) / (1 + exp (c / β)) /\ C_cond < 2 /\
      coverage [tt] (responses bits H) (sequence_policy uniform) π_star = C_cond ^ H.
  Proof.
    pose proof e_ge_1 as He.
    assert (Hstar : forall y, In y (responses bits H tt) -> sequence_policy tilted tt y = π_star tt y).
    { intros y Hy. unfold sequence_policy, π_star, optimal_policy, normaliser, responses, sequence_policy.
      rewrite gap_normaliser, tilted_chance. now rewrite (in_continuations_length bits tt H [] y Hy). }
    assert (Hcond : conditional_coverage bits [tt] H tilted uniform = 2 * e / (1 + e)).
    { assert (H0 : 0 <= 2 * e / (1 + e)) by (apply Rmult_le_pos; [lra|apply Rlt_le, Rinv_0_lt_compat; lra]).
      apply Rle_antisym.
      - unfold conditional_coverage. repeat (apply maximum_le; [easy|]; intros ? _). unfold tilted, uniform.
        match goal with |- (if ?a then e else 1) / (1 + e) / (1 / 2) <= _ => replace ((if a then e else 1) / (1 + e) / (1 / 2)) with (2 * (if a then e else 1) / (1 + e)) by (field; lra);
          apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat; lra|destruct a; lra] end.
      - replace (2 * e / (1 + e)) with (tilted tt [] true / uniform tt [] true) by (unfold tilted, uniform; field; lra).
        apply conditional_coverage_ge with (h := 0%nat); [now left|lia|now left|right; now left]. }
    exists tilted. split; [apply tilted_conditionals|]. split; [exact Hstar|]. cbv zeta. rewrite Hcond. fold e. split; [easy|]. split.
    { apply Rmult_lt_reg_r with (1 + e); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
    assert (Hpos : positive_conditionals bits [tt] H uniform) by (intros x h s a _ _ _ _; unfold uniform; lra).
    replace (coverage [tt] (responses bits H) (sequence_policy uniform) π_star) with (coverage [tt] (responses bits H) (sequence_policy uniform) (sequence_policy tilted)).
    2:{ apply maximum_ext. intros [] _. apply maximum_ext. intros y Hy. now rewrite Hstar. }
    apply Rle_antisym.
    - rewrite <- Hcond. apply T2_autoregressive; [apply tilted_conditionals|exact Hpos].
    - (* The response of ones attains it. *)
      assert (Hones : forall n s, In (repeat true n) (continuations bits tt s n)).
      { induction n as [|n IH]; intros s; [now left|]. change (repeat true (S n)) with (true :: repeat true n). apply in_continuations_cons. split; [right; now left|apply IH]. }
      assert (Hratio : forall n s, continuation_chance tilted tt s (repeat true n) / continuation_chance uniform tt s (repeat true n) = (2 * e / (1 + e)) ^ n).
      { induction n as [|n IH]; intros s; [simpl; field|]. simpl. rewrite <- (IH (s ++ [true])). unfold tilted at 1, uniform at 1. field. split; [|lra].
        clear. generalize (s ++ [true]). induction n as [|n IH]; intros t; simpl; [lra|]. apply Rmult_integral_contrapositive. split; [unfold uniform; lra|apply IH]. }
      rewrite <- (Hratio H []). apply (ratio_le_coverage [tt] (responses bits H) (sequence_policy uniform) (sequence_policy tilted) tt); [now left|apply Hones].
  Qed.
End Gap.
