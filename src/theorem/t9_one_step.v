(** * T9 (a): one regular anchor of an accurate layer

    T9, proof step (a), in full, at one prefix s of layer h with anchor a′: f = f_h(s,·,a′) the truncated tilt, f* = Q*_h(s,·) − Q*_h(s,a′), G = [good] the
    tokens with ‖φ_h(s,a,a′)‖_{Σ_h^{-1}} ≤ 1, q = π_ref(Gᶜ∣s), p ∝ π_ref·e^{f/β}, p_G = p(·∣G), τ = b/β.
    - [T9a_i]: Z ≥ Z_G ≥ e^{−τ}Z*_G ≥ e^{−τ}(1−μ)Z*, and p(Gᶜ) = q/Z ≤ e^τ·Cη/(1−μ) ≤ 1.7μ;
    - [T9a_ii]: for a ∈ G, e^{f(a)/β}/Z_G ≤ e^{2τ}C/(1−μ) ≤ 2.8C; for a ∉ G, 1/Z_G ≤ 1.7C;
    - [T9a_iii]: KL(p_G‖π*(·∣G)) = log E_{p_G}e^Δ − E_{p_G}Δ ≤ τ²/2, and 0 ≤ KL(p_G‖π_star) ≤ τ²/2 + log(1/(1−μ)) ≤ τ²/2 + 1.02μ;
    - [T9a_iv]: β·KL(p‖π_star) ≤ β(τ²/2+1.02μ) + p(Gᶜ)(R + βτ + 1.02βμ) ≤ βτ²/2 + 2μ(R+β).
    For any (s,a′) whatever, β·KL ≤ 3R is [T7c_irregular] with osc f* ≤ R.

    Assumed, as the page derives or sets it: |f − f*| ≤ b on G and f = 0 off G (accuracy, truncation); f* ∈ [−R,R]; π* ≤ C·π_ref and 1/Z* ≤ C (T2); q ≤ η, Cη ≤ μ
    ≤ 1/40, τ ≤ ½; the listed tokens are the support of π_ref(·∣s). *)

From Coq Require Import Reals List Lra Lia Bool.
From Coverbound Require Import finite framework inequalities tilted.
Import ListNotations.
Open Scope R_scope.

Section T9a.
  Context {A : Type}.
  Variables (l : list A) (π_ref : A -> R) (β range C b μ η : R) (f_star f : A -> R) (good : A -> bool).
  Let τ := b / β.
  Let bad y := negb (good y).
  Let Z := partition l π_ref β f.
  Let Z_star := partition l π_ref β f_star.
  Let p := tilt l π_ref β f.
  Let π_star := tilt l π_ref β f_star.
  Let Δ y := (f_star y - f y) / β.
  (** The parts of the normalisers on G. *)
  Let Z_G := ∑ y ∈ l, if good y then π_ref y * exp (f y / β) else 0.
  Let Z_star_G := ∑ y ∈ l, if good y then π_ref y * exp (f_star y / β) else 0.
  Let q := chance l π_ref bad.
  Let p_G := conditional l p good.

  Hypothesis Hβ : 0 < β.
  Hypothesis Hsupport : forall y, In y l -> 0 < π_ref y.
  Hypothesis Href : distribution l π_ref.
  Hypothesis Hb : 0 <= b.
  Hypothesis Hτ : τ <= 1 / 2.
  Hypothesis Hrange : forall y, In y l -> - range <= f_star y <= range.
  Hypothesis Hgood : forall y, In y l -> good y = true -> Rabs (f y - f_star y) <= b.
  Hypothesis Hbad : forall y, In y l -> good y = false -> f y = 0.
  Hypothesis Hcov : forall y, In y l -> π_star y <= C * π_ref y.
  Hypothesis Hanchor : 1 / Z_star <= C.
  Hypothesis Hq : q <= η.
  Hypothesis HCη : C * η <= μ.
  Hypothesis Hμ : μ <= 1 / 40.

  Local Lemma Z_pos : 0 < Z. Proof. now apply partition_pos. Qed.
  Local Lemma Z_star_pos : 0 < Z_star. Proof. now apply partition_pos. Qed.
  Local Lemma C_pos : 0 < C.
  Proof. pose proof Z_star_pos. apply Rlt_le_trans with (1 / Z_star); [apply Rdiv_lt_0_compat; lra|easy]. Qed.
  Local Lemma q_nonneg : 0 <= q. Proof. apply chance_nonneg. intros y Hy. now apply Rlt_le, Hsupport. Qed.
  Local Lemma μ_nonneg : 0 <= μ.
  Proof. pose proof C_pos. pose proof q_nonneg. apply Rle_trans with (C * η); [apply Rmult_le_pos; lra|easy]. Qed.
  Local Lemma τ_nonneg : 0 <= τ. Proof. apply Rmult_le_pos; [easy|now apply Rlt_le, Rinv_0_lt_compat]. Qed.

  Local Lemma Δ_bounds y : In y l -> good y = true -> - τ <= Δ y <= τ.
  Proof.
    intros Hy Eg. pose proof (abs_le _ _ (Hgood y Hy Eg)) as H. unfold Δ, τ.
    replace (- (b / β)) with ((- b) / β) by (field; lra). split; (apply Rmult_le_compat_r; [now apply Rlt_le, Rinv_0_lt_compat|lra]).
  Qed.

  (** π*(G) ≥ 1 − μ. *)
  Local Lemma star_good : 1 - μ <= chance l π_star good <= 1.
  Proof.
    pose proof (tilt_distribution l π_ref β Href f_star) as Hd. fold π_star in Hd.
    pose proof (chance_compl l π_star good Hd) as Hc. change (fun y => negb (good y)) with bad in Hc.
    assert (Hle : chance l π_star bad <= C * q) by now apply chance_le.
    pose proof C_pos. assert (C * q <= C * η) by (apply Rmult_le_compat_l; lra).
    assert (0 <= chance l π_star bad) by (apply chance_nonneg; apply Hd). lra.
  Qed.

  Local Lemma star_good_Z : chance l π_star good = Z_star_G / Z_star.
  Proof. unfold chance, Z_star_G. rewrite <- sum_div. apply sum_ext. intros y _. destruct (good y); [easy|unfold Rdiv; ring]. Qed.

  Local Lemma p_good_Z : chance l p good = Z_G / Z.
  Proof. unfold chance, Z_G. rewrite <- sum_div. apply sum_ext. intros y _. destruct (good y); [easy|unfold Rdiv; ring]. Qed.

  Local Lemma Z_G_le : Z_G <= Z.
  Proof.
    apply sum_le. intros y Hy. pose proof (Hsupport y Hy). pose proof (exp_pos (f y / β)).
    destruct (good y); [lra|apply Rmult_le_pos; lra].
  Qed.

  Local Lemma Z_G_ge : exp (- τ) * Z_star_G <= Z_G.
  Proof.
    unfold Z_star_G, Z_G. rewrite <- sum_scal. apply sum_le. intros y Hy. destruct (good y) eqn:Eg; [|lra].
    pose proof (Δ_bounds y Hy Eg) as HΔ. unfold Δ in HΔ. pose proof (Hsupport y Hy).
    replace (exp (- τ) * (π_ref y * exp (f_star y / β))) with (π_ref y * exp (- τ + f_star y / β)) by (rewrite exp_plus; ring).
    apply Rmult_le_compat_l; [lra|]. apply exp_le.
    assert (f y / β = f_star y / β - (f_star y - f y) / β) by (field; lra). lra.
  Qed.

  Local Lemma Z_star_G_ge : (1 - μ) * Z_star <= Z_star_G.
  Proof.
    pose proof star_good as [H _]. rewrite star_good_Z in H. pose proof Z_star_pos.
    replace Z_star_G with (Z_star_G / Z_star * Z_star) by (field; lra). apply Rmult_le_compat_r; lra.
  Qed.

  Local Lemma Z_G_star : exp (- τ) * (1 - μ) * Z_star <= Z_G.
  Proof.
    eapply Rle_trans; [|apply Z_G_ge]. rewrite Rmult_assoc. apply Rmult_le_compat_l; [apply Rlt_le, exp_pos|apply Z_star_G_ge].
  Qed.

  Local Lemma Z_G_pos : 0 < Z_G.
  Proof.
    eapply Rlt_le_trans; [|apply Z_G_star]. pose proof (exp_pos (- τ)). pose proof Z_star_pos.
    apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; lra|easy].
  Qed.

  (** Z*/Z_G ≤ e^τ/(1−μ) ≤ 1.7. *)
  Local Lemma ratio_le : Z_star / Z_G <= exp τ / (1 - μ).
  Proof.
    pose proof Z_G_pos. pose proof Z_star_pos. pose proof Z_G_star as HG. pose proof (exp_pos τ) as He.
    apply Rmult_le_reg_r with (Z_G * (1 - μ)); [apply Rmult_lt_0_compat; lra|].
    replace (Z_star / Z_G * (Z_G * (1 - μ))) with ((1 - μ) * Z_star) by (field; lra).
    replace (exp τ / (1 - μ) * (Z_G * (1 - μ))) with (exp τ * Z_G) by (field; lra).
    apply Rle_trans with (exp τ * (exp (- τ) * (1 - μ) * Z_star)); [|apply Rmult_le_compat_l; lra].
    rewrite exp_Ropp. right. field. lra.
  Qed.

  Local Lemma constant_1_7 : exp τ / (1 - μ) <= 1.7.
  Proof.
    pose proof exp_half_le as He. pose proof (exp_le τ (1 / 2) Hτ) as Hle.
    apply Rmult_le_reg_r with (1 - μ); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
  Qed.

  Local Lemma inv_Z_G : 1 / Z_G <= exp τ / (1 - μ) * C.
  Proof.
    pose proof Z_G_pos. pose proof Z_star_pos. replace (1 / Z_G) with (Z_star / Z_G * (1 / Z_star)) by (field; lra).
    apply Rmult_le_compat; [apply Rlt_le, Rdiv_lt_0_compat; easy|apply Rlt_le, Rdiv_lt_0_compat; lra|apply ratio_le|easy].
  Qed.

  Theorem T9a_i :
    Z_G <= Z /\ exp (- τ) * Z_star_G <= Z_G /\ exp (- τ) * (1 - μ) * Z_star <= exp (- τ) * Z_star_G /\
    chance l p bad = q / Z /\ q / Z <= exp τ * (C * η) / (1 - μ) /\ exp τ * (C * η) / (1 - μ) <= 1.7 * μ.
  Proof.
    pose proof (exp_pos τ) as He. pose proof C_pos as HC. pose proof q_nonneg as Hq0. pose proof Z_G_pos as HZG. pose proof Z_pos as HZ.
    split; [apply Z_G_le|]. split; [apply Z_G_ge|]. split; [|split; [|split]].
    - rewrite Rmult_assoc. apply Rmult_le_compat_l; [apply Rlt_le, exp_pos|apply Z_star_G_ge].
    - unfold chance, q, chance. rewrite <- sum_div. apply sum_ext. intros y Hy. unfold bad. destruct (good y) eqn:Eg; simpl; [unfold Rdiv; ring|].
      unfold p, tilt. rewrite (Hbad y Hy Eg). unfold Rdiv at 2. rewrite Rmult_0_l, exp_0. fold Z. field. lra.
    - apply Rle_trans with (q * (1 / Z_G)).
      + unfold Rdiv. rewrite Rmult_1_l. apply Rmult_le_compat_l; [easy|]. apply Rinv_le_contravar; [easy|apply Z_G_le].
      + replace (exp τ * (C * η) / (1 - μ)) with (η * (exp τ / (1 - μ) * C)) by (field; lra).
        apply Rmult_le_compat; [easy|apply Rlt_le, Rdiv_lt_0_compat; lra|easy|apply inv_Z_G].
    - replace (exp τ * (C * η) / (1 - μ)) with (exp τ / (1 - μ) * (C * η)) by (field; lra).
      apply Rmult_le_compat; [apply Rlt_le, Rdiv_lt_0_compat; lra|apply Rmult_le_pos; lra|apply constant_1_7|easy].
  Qed.

  Theorem T9a_ii y : In y l ->
    (good y = true -> exp (f y / β) / Z_G <= exp (2 * τ) * C / (1 - μ) /\ exp (2 * τ) * C / (1 - μ) <= 2.8 * C) /\
    (good y = false -> 1 / Z_G <= 1.7 * C).
  Proof.
    intros Hy. pose proof C_pos as HC. pose proof Z_G_pos as HZG. pose proof Z_star_pos as HZs. pose proof (exp_pos τ) as He. split.
    - intros Eg. split.
      + (* e^{f/β} ≤ e^τ·e^{f_star/β}, and π*/π_ref ≤ C. *)
        pose proof (Δ_bounds y Hy Eg) as HΔ. unfold Δ in HΔ. pose proof (Hsupport y Hy) as Hp. pose proof (exp_pos (f_star y / β)) as Hes.
        assert (Hf : exp (f y / β) <= exp τ * exp (f_star y / β)).
        { rewrite <- exp_plus. apply exp_le. assert (f y / β = f_star y / β - (f_star y - f y) / β) by (field; lra). lra. }
        assert (Hs : exp (f_star y / β) / Z_star <= C).
        { specialize (Hcov y Hy). unfold π_star, tilt in Hcov. fold Z_star in Hcov. apply Rmult_le_reg_l with (π_ref y); [easy|].
          replace (π_ref y * (exp (f_star y / β) / Z_star)) with (π_ref y * exp (f_star y / β) / Z_star) by (field; lra). lra. }
        apply Rle_trans with (exp τ * exp (f_star y / β) / Z_G); [apply Rmult_le_compat_r; [now apply Rlt_le, Rinv_0_lt_compat|easy]|].
        replace (exp τ * exp (f_star y / β) / Z_G) with (exp τ * (exp (f_star y / β) / Z_star * (Z_star / Z_G))) by (field; lra).
        replace (exp (2 * τ) * C / (1 - μ)) with (exp τ * (C * (exp τ / (1 - μ)))) by (replace (2 * τ) with (τ + τ) by ring; rewrite exp_plus; field; lra).
        apply Rmult_le_compat_l; [lra|]. apply Rmult_le_compat; [apply Rlt_le, Rdiv_lt_0_compat; easy|apply Rlt_le, Rdiv_lt_0_compat; easy|easy|apply ratio_le].
      + pose proof exp_1_le as H1. pose proof (exp_le (2 * τ) 1 ltac:(lra)) as Hle. pose proof (exp_pos (2 * τ)).
        replace (exp (2 * τ) * C / (1 - μ)) with (exp (2 * τ) / (1 - μ) * C) by (field; lra). apply Rmult_le_compat_r; [lra|].
        apply Rmult_le_reg_r with (1 - μ); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
    - intros _. eapply Rle_trans; [apply inv_Z_G|]. apply Rmult_le_compat_r; [lra|apply constant_1_7].
  Qed.

  Local Lemma good_mass : 0 < chance l π_ref good.
  Proof.
    destruct (Rlt_dec 0 (chance l π_ref good)) as [|Hn]; [easy|]. exfalso. pose proof star_good as [Hs _].
    assert (chance l π_star good <= C * chance l π_ref good) by now apply chance_le.
    pose proof C_pos. assert (C * chance l π_ref good <= 0); [|lra]. nra.
  Qed.

  Local Lemma p_good_pos : 0 < chance l p good.
  Proof. rewrite p_good_Z. apply Rdiv_lt_0_compat; [apply Z_G_pos|apply Z_pos]. Qed.
  Local Lemma p_nonneg y : In y l -> 0 <= p y. Proof. now apply tilt_nonneg. Qed.
  Local Lemma p_G_distribution : distribution l p_G.
  Proof. apply conditional_distribution; [apply p_nonneg|apply p_good_pos]. Qed.

  Theorem T9a_iii :
    KL l p_G (conditional l π_star good) = ln (expectation l p_G (fun y => exp (Δ y))) - expectation l p_G Δ /\
    KL l p_G (conditional l π_star good) <= τ * τ / 2 /\
    0 <= KL l p_G π_star /\ KL l p_G π_star <= τ * τ / 2 + ln (1 / (1 - μ)) /\ τ * τ / 2 + ln (1 / (1 - μ)) <= τ * τ / 2 + 1.02 * μ.
  Proof.
    (* p_G and π*(·∣G) are tilts of π_ref(·∣G). *)
    set (ref_G := conditional l π_ref good).
    assert (Hd : distribution l ref_G) by (apply conditional_distribution; [apply Href|apply good_mass]).
    assert (EpG : forall y, In y l -> p_G y = tilt l ref_G β f y) by (intros y Hy; apply conditional_tilt; [easy|easy|apply good_mass]).
    assert (EsG : forall y, In y l -> conditional l π_star good y = tilt l ref_G β f_star y) by (intros y Hy; apply conditional_tilt; [easy|easy|apply good_mass]).
    assert (HKL : KL l p_G (conditional l π_star good) = ln (expectation l p_G (fun y => exp (Δ y))) - expectation l p_G Δ).
    { transitivity (KL l (tilt l ref_G β f) (tilt l ref_G β f_star)); [apply sum_ext; intros y Hy; now rewrite EpG, EsG by easy|].
      rewrite KL_tilts by easy. unfold expectation. f_equal; [f_equal|]; apply sum_ext; intros y Hy; now rewrite EpG by easy. }
    assert (HpG : distribution l p_G) by apply p_G_distribution.
    assert (Hle : KL l p_G (conditional l π_star good) <= τ * τ / 2).
    { rewrite HKL. eapply Rle_trans.
      - apply (hoeffding l p_G Δ (- τ) τ HpG); [pose proof τ_nonneg; lra|]. intros y Hy Hpos. apply Δ_bounds; [easy|].
        unfold p_G, conditional in Hpos. destruct (good y); [easy|lra].
      - right. field. }
    pose proof star_good as [Hs1 Hs2]. pose proof μ_nonneg as Hμ0.
    assert (Hdiff : KL l p_G π_star = KL l p_G (conditional l π_star good) + ln (1 / chance l π_star good)).
    { assert (HK : ln (1 / chance l π_star good) = ∑ y ∈ l, p_G y * ln (1 / chance l π_star good)) by (rewrite sum_scal_r; destruct HpG as [_ E]; rewrite E; ring).
      rewrite HK. unfold KL. rewrite <- sum_plus. apply sum_ext. intros y Hy. unfold p_G, conditional. destruct (good y) eqn:Eg; [|unfold Rdiv; ring].
      assert (Hpy : 0 < p y). { apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; [now apply Hsupport|apply exp_pos]|apply Z_pos]. }
      assert (Hsy : 0 < π_star y). { apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; [now apply Hsupport|apply exp_pos]|apply Z_star_pos]. }
      pose proof p_good_pos as Hpg. rewrite <- Rmult_plus_distr_l, <- ln_mult.
      - f_equal. f_equal. field. repeat split; lra.
      - apply Rdiv_lt_0_compat; apply Rdiv_lt_0_compat; lra.
      - apply Rdiv_lt_0_compat; lra. }
    split; [exact HKL|]. split; [exact Hle|]. split; [|split].
    - apply KL_nonneg; [easy|now apply tilt_distribution|]. intros y Hy Hz. exfalso.
      assert (Hsy : 0 < π_star y). { apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; [now apply Hsupport|apply exp_pos]|apply Z_star_pos]. } lra.
    - rewrite Hdiff. apply Rplus_le_compat; [easy|].
      assert (Hinv : 1 / chance l π_star good <= 1 / (1 - μ)) by (unfold Rdiv; rewrite !Rmult_1_l; apply Rinv_le_contravar; lra).
      destruct Hinv as [Hinv|Hinv]; [apply Rlt_le, ln_increasing; [apply Rdiv_lt_0_compat; lra|easy]|rewrite Hinv; lra].
    - apply Rplus_le_compat_l, ln_complement. lra.
  Qed.

  Theorem T9a_iv :
    β * KL l p π_star <= β * (τ * τ / 2 + 1.02 * μ) + chance l p bad * (range + β * τ + 1.02 * β * μ) /\
    β * (τ * τ / 2 + 1.02 * μ) + chance l p bad * (range + β * τ + 1.02 * β * μ) <= β * (τ * τ) / 2 + 2 * μ * (range + β).
  Proof.
    pose proof μ_nonneg as Hμ0. pose proof τ_nonneg as Hτ0. pose proof p_good_pos as Hpg. pose proof Z_pos as HZ. pose proof Z_star_pos as HZs. pose proof Z_G_pos as HZG.
    pose proof T9a_iii as (_ & _ & HK0 & HK1 & HK2). pose proof T9a_i as (_ & _ & _ & Hpb & Hpb1 & Hpb2).
    assert (Hd : distribution l p) by now apply tilt_distribution.
    assert (Hbad0 : 0 <= chance l p bad) by (apply chance_nonneg, p_nonneg).
    pose proof (chance_compl l p good Hd) as Hc. change (fun y => negb (good y)) with bad in Hc.
    destruct (distribution_inhabited l π_ref Href) as [y0 [Hy0 _]].
    assert (HR : 0 <= range) by (specialize (Hrange y0 Hy0); lra).
    (* log(Z*/Z) ≤ τ + 1.02μ. *)
    assert (HlnZ : ln (Z_star / Z) <= τ + 1.02 * μ).
    { apply Rle_trans with (ln (exp τ * (1 / (1 - μ)))).
      - assert (HZle : Z_star / Z <= exp τ * (1 / (1 - μ))).
        { apply Rle_trans with (Z_star / Z_G); [apply Rmult_le_compat_l; [lra|]; apply Rinv_le_contravar; [easy|apply Z_G_le]|].
          eapply Rle_trans; [apply ratio_le|right; field; lra]. }
        destruct HZle as [Hlt|Heq]; [apply Rlt_le, ln_increasing; [now apply Rdiv_lt_0_compat|easy]|rewrite Heq; lra].
      - rewrite ln_mult, ln_exp; [|apply exp_pos|apply Rdiv_lt_0_compat; lra]. apply Rplus_le_compat_l, ln_complement. lra. }
    split.
    - (* KL(p‖π_star) = p(G)·(KL(p_G‖π_star) + log p(G)) + the terms off G. *)
      assert (Hsplit : KL l p π_star = chance l p good * (KL l p_G π_star + ln (chance l p good)) + ∑ y ∈ l, (if bad y then p y * ln (p y / π_star y) else 0)).
      { assert (H1 : ln (chance l p good) = ∑ y ∈ l, p_G y * ln (chance l p good)) by (rewrite sum_scal_r; destruct p_G_distribution as [_ E]; rewrite E; ring).
        rewrite H1. unfold KL. rewrite <- sum_plus, <- sum_scal, <- sum_plus. apply sum_ext. intros y Hy.
        assert (Hpy : 0 < p y). { apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; [now apply Hsupport|apply exp_pos]|easy]. }
        assert (Hsy : 0 < π_star y). { apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; [now apply Hsupport|apply exp_pos]|easy]. }
        unfold bad, p_G, conditional. destruct (good y); simpl; [|ring].
        rewrite <- Rmult_plus_distr_l, <- ln_mult; [|repeat (apply Rdiv_lt_0_compat; [|lra]); lra|easy].
        replace (p y / chance l p good / π_star y * chance l p good) with (p y / π_star y) by (field; lra). field. lra. }
      assert (Hlnp : ln (chance l p good) <= 0).
      { rewrite <- ln_1. assert (Hle : chance l p good <= 1) by lra. destruct Hle as [Hlt|Heq]; [now apply Rlt_le, ln_increasing|rewrite Heq; lra]. }
      assert (HG : chance l p good * (KL l p_G π_star + ln (chance l p good)) <= τ * τ / 2 + 1.02 * μ).
      { apply Rle_trans with (1 * (τ * τ / 2 + 1.02 * μ)); [|lra].
        apply Rle_trans with (chance l p good * (τ * τ / 2 + 1.02 * μ)); [apply Rmult_le_compat_l; lra|].
        apply Rmult_le_compat_r; [|lra]. pose proof (Rle_0_sqr τ) as Hsq. unfold Rsqr in Hsq. lra. }
      assert (HB : ∑ y ∈ l, (if bad y then p y * ln (p y / π_star y) else 0) <= chance l p bad * (range / β + (τ + 1.02 * μ))).
      { unfold chance. rewrite <- sum_scal_r. apply sum_le. intros y Hy. unfold bad. destruct (good y) eqn:Eg; simpl; [lra|].
        apply Rmult_le_compat_l; [now apply p_nonneg|]. unfold p, π_star. rewrite ln_tilt_ratio; [|easy|easy|easy|now apply Hsupport].
        apply Rplus_le_compat; [|exact HlnZ]. rewrite (Hbad y Hy Eg). apply Rmult_le_compat_r; [now apply Rlt_le, Rinv_0_lt_compat|].
        specialize (Hrange y Hy). lra. }
      apply Rle_trans with (β * (τ * τ / 2 + 1.02 * μ + chance l p bad * (range / β + (τ + 1.02 * μ)))); [apply Rmult_le_compat_l; lra|].
      right. field. lra.
    - (* p(Gᶜ) ≤ 1.7μ; 1.02 + 1.7·(½ + 1.02/40) ≤ 2. *)
      assert (Hp17 : chance l p bad <= 1.7 * μ) by lra.
      assert (Hin : range + β * τ + 1.02 * β * μ <= range + β * 0.5255) by nra.
      assert (Hin0 : 0 <= range + β * τ + 1.02 * β * μ).
      { apply Rplus_le_le_0_compat; [apply Rplus_le_le_0_compat; [easy|apply Rmult_le_pos; lra]|apply Rmult_le_pos; [apply Rmult_le_pos; lra|easy]]. }
      assert (chance l p bad * (range + β * τ + 1.02 * β * μ) <= 1.7 * μ * (range + β * 0.5255)) by (apply Rmult_le_compat; easy).
      assert (0 <= μ * range) by now apply Rmult_le_pos. assert (0 <= μ * β) by (apply Rmult_le_pos; lra). lra.
  Qed.
End T9a.
