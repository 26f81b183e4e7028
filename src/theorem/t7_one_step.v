(** * T7 (c): what one step of SpannerSampling's exploration costs

    t7-spanner-sampling.md, proof step (c), in full, at one prompt x. y′ is the anchor, f* = f*(x,·,y′) = r*(x,·) − r*(x,y′), f_θ the truncated reward (within ±R, 0 where bad),
    p̂ = p̂(·∣x,y′) ∝ π_ref·e^{f_θ/β}, Δ = (f* − f_θ)/β; [good] is ‖φ(x,y,y′)‖_{Σ_span^{-1}} ≤ ν, of which (b) says |f_θ − f*| ≤ β.
    - [T7c_identity]: KL(p̂‖π*_β) = log E_p̂ e^Δ − E_p̂ Δ ≤ E_p̂[e^Δ − 1 − Δ];
    - [T7c_good_part]: e^Δ − 1 − Δ ≤ (e−2)Δ² where |f* − f_θ| ≤ β;
    - [T7c_regular]: if π*_β(bad∣x,y′) ≤ ½, β·KL ≤ β(e−2)·E_p̂[Δ²·1{good}] + 2e·max{β,R}·C_cov·P_ref(bad∣x,y′);
    - [T7c_irregular]: always β·KL ≤ 3R;
    - [T7c_prompt]: averaged over y′ ~ π_ref, β·E KL ≤ β(e−2)·E E_p̂[Δ²·1{good}] + C_cov·p(x;Σ)·(6R + 2e·max{β,R}), which is what (d) sums.

    Assumed: finitely many responses, the support of π_ref; β > 0, rewards in [0,R], any C_cov with π*_β ≤ C_cov·π_ref.
    The prose bounds the π_ref-mass of irregular anchors by 2C_cov·p(x;Σ); no such step is needed: at an irregular anchor 1/2 < π*_β(bad) ≤ C_cov·P_ref(bad∣x,y′),
    so its 3R is at most 6R·C_cov·P_ref(bad∣x,y′), anchor by anchor. *)

From Coq Require Import Reals List Lra Lia Bool.
From Coverbound Require Import finite framework inequalities tilted.
Import ListNotations.
Open Scope R_scope.

Section OneAnchor.
  Context {A : Type}.
  Variables (l : list A) (π_ref : A -> R) (β range C : R) (f_star f_θ : A -> R) (good : A -> bool).
  Hypothesis Hβ : 0 < β.
  Hypothesis Href : distribution l π_ref.

  Let bad y := negb (good y).
  Let p_hat := tilt l π_ref β f_θ.
  Let π_star := tilt l π_ref β f_star.
  Let Δ y := (f_star y - f_θ y) / β.

  Theorem T7c_identity :
    KL l p_hat π_star = ln (expectation l p_hat (fun y => exp (Δ y))) - expectation l p_hat Δ /\
    KL l p_hat π_star <= expectation l p_hat (fun y => exp (Δ y) - 1 - Δ y).
  Proof.
    assert (HE : KL l p_hat π_star = ln (expectation l p_hat (fun y => exp (Δ y))) - expectation l p_hat Δ) by now apply KL_tilts.
    split; [exact HE|]. rewrite HE.
    assert (Hpos : 0 < expectation l p_hat (fun y => exp (Δ y))).
    { unfold p_hat, Δ. rewrite expectation_tilt_exp by easy. apply Rdiv_lt_0_compat; now apply partition_pos. }
    pose proof (ln_le_minus_1 _ Hpos) as Hl. destruct (tilt_distribution l π_ref β Href f_θ) as [_ H1]. fold p_hat in H1.
    replace (expectation l p_hat (fun y => exp (Δ y) - 1 - Δ y)) with (expectation l p_hat (fun y => exp (Δ y)) - 1 - expectation l p_hat Δ); [lra|].
    unfold expectation. rewrite <- H1 at 1. rewrite <- !sum_minus. apply sum_ext. intros y _. ring.
  Qed.

  Theorem T7c_good_part y : Rabs (f_star y - f_θ y) <= β -> exp (Δ y) - 1 - Δ y <= (exp 1 - 2) * (Δ y * Δ y).
  Proof.
    intros H. apply exp_quadratic. unfold Δ. apply abs_le in H. split; apply Rmult_le_reg_r with β; try easy;
      unfold Rdiv; rewrite (Rmult_assoc _ (/ β)), Rinv_l; lra.
  Qed.

  (** What (b) and the truncation give, and the coverage coefficient. *)
  Hypothesis Hrange : forall y, In y l -> - range <= f_star y <= range.
  Hypothesis Hgood : forall y, In y l -> good y = true -> Rabs (f_star y - f_θ y) <= β.
  Hypothesis Hbad : forall y, In y l -> good y = false -> f_θ y = 0.
  Hypothesis Hcov : forall y, In y l -> π_star y <= C * π_ref y.
  (** 1/Z* ≤ C_cov: T2, at this anchor. *)
  Hypothesis Hanchor : 1 / partition l π_ref β f_star <= C.

  Lemma normalisers_close : chance l π_star bad <= 1 / 2 -> partition l π_ref β f_star / partition l π_ref β f_θ <= 2 * exp 1.
  Proof.
    intros Hhalf. set (Zs := partition l π_ref β f_star) in *. set (Zf := partition l π_ref β f_θ).
    assert (HZs : 0 < Zs) by now apply partition_pos. assert (HZf : 0 < Zf) by now apply partition_pos.
    assert (Hg : 1 / 2 <= chance l π_star good).
    { pose proof (chance_compl l π_star good (tilt_distribution l π_ref β Href f_star)) as Hc. fold bad in Hc. change (fun y => negb (good y)) with bad in Hc. lra. }
    assert (HZ : chance l π_star good * Zs <= exp 1 * Zf).
    { unfold chance. rewrite <- sum_scal_r. unfold Zf, partition. rewrite <- sum_scal. apply sum_le. intros y Hy.
      destruct Href as [H0 _]. specialize (H0 y Hy). pose proof (exp_pos (f_θ y / β)). pose proof (exp_pos 1).
      destruct (good y) eqn:Eg; [|rewrite Rmult_0_l; apply Rmult_le_pos; [lra|apply Rmult_le_pos; lra]].
      unfold π_star, tilt. fold Zs. replace (π_ref y * exp (f_star y / β) / Zs * Zs) with (π_ref y * exp (f_star y / β)) by (field; lra).
      replace (exp 1 * (π_ref y * exp (f_θ y / β))) with (π_ref y * (exp (1 + f_θ y / β))) by (rewrite exp_plus; ring).
      apply Rmult_le_compat_l; [easy|]. apply exp_le. specialize (Hgood y Hy Eg). apply abs_le in Hgood.
      apply Rmult_le_reg_r with β; [easy|]. unfold Rdiv. rewrite Rmult_plus_distr_r, !Rmult_assoc, Rinv_l by lra. lra. }
    apply Rmult_le_reg_r with Zf; [easy|]. replace (Zs / Zf * Zf) with Zs by (field; lra). nra.
  Qed.

  Theorem T7c_regular :
    chance l π_star bad <= 1 / 2 ->
    β * KL l p_hat π_star <=
      β * (exp 1 - 2) * expectation l p_hat (fun y => if good y then Δ y * Δ y else 0) + 2 * exp 1 * Rmax β range * C * chance l π_ref bad.
  Proof.
    intros Hhalf. pose proof (normalisers_close Hhalf) as HZ.
    set (Zs := partition l π_ref β f_star) in *. set (Zf := partition l π_ref β f_θ) in *.
    assert (HZs : 0 < Zs) by now apply partition_pos. assert (HZf : 0 < Zf) by now apply partition_pos.
    destruct T7c_identity as [_ Hle]. apply Rle_trans with (β * expectation l p_hat (fun y => exp (Δ y) - 1 - Δ y)); [apply Rmult_le_compat_l; lra|].
    unfold expectation, chance. rewrite <- !sum_scal, <- sum_plus. apply sum_le. intros y Hy.
    pose proof Href as [H0 _]. specialize (H0 y Hy).
    assert (Hp : 0 <= p_hat y) by now apply tilt_nonneg. pose proof exp_1_gt as He.
    pose proof (Rmax_l β range) as HMβ. pose proof (Rmax_r β range) as HMR. set (M := Rmax β range) in *.
    assert (HC : 0 <= C). { apply Rle_trans with (1 / Zs); [apply Rlt_le, Rdiv_lt_0_compat; lra|easy]. }
    unfold bad. destruct (good y) eqn:Eg; simpl negb; cbv iota.
    - pose proof (T7c_good_part y (Hgood y Hy Eg)) as HΔ.
      assert (0 <= β * p_hat y) by (apply Rmult_le_pos; lra).
      apply Rle_trans with (β * p_hat y * ((exp 1 - 2) * (Δ y * Δ y))); [|right; ring].
      rewrite <- Rmult_assoc. now apply Rmult_le_compat_l.
    - assert (Hpf : p_hat y = π_ref y / Zf). { unfold p_hat, tilt. fold Zf. rewrite (Hbad y Hy Eg). unfold Rdiv at 2. rewrite Rmult_0_l, exp_0. field. lra. }
      assert (HΔ : Δ y = f_star y / β) by (unfold Δ; rewrite (Hbad y Hy Eg); f_equal; ring).
      rewrite Rmult_0_r, Rmult_0_r, Rplus_0_l.
      destruct (Rle_dec 0 (Δ y)) as [Hsign|Hsign].
      + (* Δ ≥ 0 pays e^Δ: p̂·e^Δ = (Z*/Ẑ)·π* ≤ 2e·C·π_ref. *)
        apply Rle_trans with (β * (p_hat y * exp (Δ y))); [apply Rmult_le_compat_l; [lra|]; apply Rmult_le_compat_l; lra|].
        assert (Hs : p_hat y * exp (Δ y) = Zs / Zf * π_star y). { unfold π_star, tilt. fold Zs. rewrite Hpf, HΔ. field. lra. }
        rewrite Hs. specialize (Hcov y Hy).
        assert (Hs0 : 0 <= π_star y) by now apply tilt_nonneg.
        assert (Hr0 : 0 <= Zs / Zf) by (apply Rlt_le, Rdiv_lt_0_compat; easy).
        apply Rle_trans with (M * (2 * exp 1 * (C * π_ref y))); [|right; ring].
        apply Rmult_le_compat; [lra|now apply Rmult_le_pos|easy|now apply Rmult_le_compat].
      + (* Δ < 0 pays |Δ| ≤ R/β: p̂ = π_ref/Ẑ ≤ 2e·C·π_ref. *)
        assert (Hexp : exp (Δ y) <= 1) by (rewrite <- exp_0; apply exp_le; lra).
        assert (Hf : - f_star y <= range) by (specialize (Hrange y Hy); lra).
        apply Rle_trans with (β * (p_hat y * (- Δ y))); [apply Rmult_le_compat_l; [lra|]; apply Rmult_le_compat_l; lra|].
        replace (β * (p_hat y * - Δ y)) with (- f_star y * p_hat y) by (rewrite HΔ; field; lra).
        assert (Hf0 : 0 <= - f_star y).
        { replace (- f_star y) with (- Δ y * β) by (rewrite HΔ; field; lra). apply Rmult_le_pos; lra. }
        apply Rle_trans with (M * (2 * exp 1 * C * π_ref y)); [|right; ring].
        apply Rmult_le_compat; [easy|easy|lra|]. rewrite Hpf. unfold Rdiv. rewrite Rmult_comm. apply Rmult_le_compat_r; [easy|].
        apply Rle_trans with (2 * exp 1 * (1 / Zs)); [|apply Rmult_le_compat_l; lra].
        apply Rmult_le_reg_r with Zs; [easy|]. replace (/ Zf * Zs) with (Zs / Zf) by (field; lra). replace (2 * exp 1 * (1 / Zs) * Zs) with (2 * exp 1) by (field; lra). easy.
  Qed.
End OneAnchor.

(** f_θ of any sign pattern, within ±R; f* of oscillation at most R: the trivial bound 3R. *)
Theorem T7c_irregular {A} (l : list A) (π_ref : A -> R) (β range : R) (f_star f_θ : A -> R) (lowest : R) :
  0 < β -> distribution l π_ref ->
  (forall y, In y l -> lowest <= f_star y <= lowest + range) -> (forall y, In y l -> - range <= f_θ y <= range) ->
  β * KL l (tilt l π_ref β f_θ) (tilt l π_ref β f_star) <= 3 * range.
Proof.
  intros Hβ Href Hf Hθ.
  assert (HK : KL l (tilt l π_ref β f_θ) (tilt l π_ref β f_star) <= (lowest + 2 * range) / β - (lowest - range) / β).
  { apply KL_tilts_oscillation; [easy|easy|]. intros y Hy _. specialize (Hf y Hy). specialize (Hθ y Hy). split;
      (apply Rmult_le_compat_r; [now apply Rlt_le, Rinv_0_lt_compat|lra]). }
  apply Rmult_le_compat_l with (r := β) in HK; [|lra]. replace (3 * range) with (β * ((lowest + 2 * range) / β - (lowest - range) / β)) by (field; lra). easy.
Qed.

(** One prompt, the anchor averaged. *)
Theorem T7c_prompt {A} (l : list A) (π_ref r : A -> R) (β range C : R) (f_θ : A -> A -> R) (good : A -> A -> bool) :
  0 < β -> distribution l π_ref -> (forall y, In y l -> 0 < π_ref y) ->
  (forall y, In y l -> 0 <= r y <= range) ->
  let π_star := tilt l π_ref β r in
  (forall y, In y l -> π_star y <= C * π_ref y) ->
  let f_star y' y := r y - r y' in
  (forall y' y, In y' l -> In y l -> - range <= f_θ y' y <= range) ->
  (forall y' y, In y' l -> In y l -> good y' y = true -> Rabs (f_star y' y - f_θ y' y) <= β) ->
  (forall y' y, In y' l -> In y l -> good y' y = false -> f_θ y' y = 0) ->
  let p_hat y' := tilt l π_ref β (f_θ y') in
  let Δ y' y := (f_star y' y - f_θ y' y) / β in
  (* p(x;Σ), the chance that a pair of draws is bad. *)
  let pass := expectation l π_ref (fun y' => chance l π_ref (fun y => negb (good y' y))) in
  β * expectation l π_ref (fun y' => KL l (p_hat y') π_star) <=
    β * (exp 1 - 2) * expectation l π_ref (fun y' => expectation l (p_hat y') (fun y => if good y' y then Δ y' y * Δ y' y else 0))
    + C * pass * (6 * range + 2 * exp 1 * Rmax β range).
Proof.
  intros Hβ Href Hsupport Hr π_star Hcov f_star Hθ Hgood Hbad p_hat Δ pass.
  destruct (distribution_inhabited l π_ref Href) as [y0 [Hy0 Hp0]].
  assert (HR : 0 <= range) by (specialize (Hr y0 Hy0); lra).
  assert (HC : 0 <= C).
  { specialize (Hcov y0 Hy0). assert (0 <= π_star y0) by now apply tilt_nonneg. apply Rmult_le_reg_r with (π_ref y0); [easy|]. lra. }
  unfold pass. rewrite (Rmult_comm (C * _)), <- Rmult_assoc.
  unfold expectation at 1 2 4. rewrite <- !sum_scal, <- sum_plus. apply sum_le. intros y' Hy'.
  pose proof (Hsupport y' Hy') as Hpy. set (bad y := negb (good y' y)).
  assert (HPbad : 0 <= chance l π_ref bad) by (apply chance_nonneg; intros y Hy; now apply Rlt_le, Hsupport).
  pose proof exp_1_gt as He. pose proof (Rmax_l β range) as HM.
  (* π* is the tilt by f*(x,·,y′), whatever the anchor. *)
  assert (Hshift : forall y, tilt l π_ref β (f_star y') y = π_star y) by (intros y; now apply tilt_shift).
  assert (HK : KL l (p_hat y') π_star = KL l (p_hat y') (tilt l π_ref β (f_star y'))) by (apply sum_ext; intros y _; now rewrite Hshift).
  set (G := expectation l (p_hat y') (fun y => if good y' y then Δ y' y * Δ y' y else 0)).
  assert (HG : 0 <= G).
  { apply sum_nonneg. intros y Hy. apply Rmult_le_pos; [now apply tilt_nonneg|]. destruct (good y' y); [apply Rle_0_sqr|lra]. }
  assert (Hcore : β * KL l (p_hat y') π_star <= β * (exp 1 - 2) * G + C * chance l π_ref bad * (6 * range + 2 * exp 1 * Rmax β range)).
  { assert (Hother : 0 <= C * chance l π_ref bad) by now apply Rmult_le_pos.
    destruct (Rle_dec (chance l π_star bad) (1 / 2)) as [Hreg|Hirr].
    - rewrite HK. eapply Rle_trans.
      + apply (T7c_regular l π_ref β range C (f_star y') (f_θ y') (good y')); try easy.
        * intros y Hy. unfold f_star. pose proof (Hr y Hy). pose proof (Hr y' Hy'). lra.
        * intros y Hy Eg. now apply Hgood.
        * intros y Hy Eg. now apply Hbad.
        * intros y Hy. rewrite Hshift. now apply Hcov.
        * (* 1/Z* = π*(y′)/π_ref(y′) ≤ C. *)
          specialize (Hcov y' Hy'). rewrite <- Hshift in Hcov. unfold tilt in Hcov. unfold f_star in Hcov at 1.
          replace ((r y' - r y') / β) with 0 in Hcov by (field; lra). rewrite exp_0 in Hcov.
          assert (HZ : 0 < partition l π_ref β (f_star y')) by now apply partition_pos.
          apply Rmult_le_reg_r with (π_ref y'); [easy|]. replace (1 / partition l π_ref β (f_star y') * π_ref y') with (π_ref y' * 1 / partition l π_ref β (f_star y')) by (field; lra). easy.
        * unfold chance in *. rewrite (sum_ext l _ (fun y => if bad y then π_star y else 0)); [easy|]. intros y _. now rewrite Hshift.
      + fold bad. change (expectation l (tilt l π_ref β (f_θ y')) (fun y => if good y' y then (f_star y' y - f_θ y' y) / β * ((f_star y' y - f_θ y' y) / β) else 0)) with G.
        assert (0 <= C * chance l π_ref bad * (6 * range)) by (apply Rmult_le_pos; lra). lra.
    - (* At an irregular anchor 1/2 < C·P_ref(bad), so 3R ≤ 6R·C·P_ref(bad). *)
      assert (Hle : chance l π_star bad <= C * chance l π_ref bad) by now apply chance_le.
      apply Rle_trans with (3 * range).
      + rewrite HK. apply (T7c_irregular l π_ref β range (f_star y') (f_θ y') (- r y')); try easy.
        * intros y Hy. unfold f_star. specialize (Hr y Hy). lra.
        * intros y Hy. now apply Hθ.
      + assert (0 <= β * (exp 1 - 2) * G) by (repeat apply Rmult_le_pos; lra).
        assert (0 <= 2 * exp 1 * Rmax β range) by (apply Rmult_le_pos; lra).
        assert (3 * range <= C * chance l π_ref bad * (6 * range)); [|nra].
        apply Rle_trans with (1 / 2 * (6 * range)); [lra|]. apply Rmult_le_compat_r; lra. }
  apply Rmult_le_compat_l with (r := π_ref y') in Hcore; [|lra].
  fold bad. fold G. eapply Rle_trans; [|eapply Rle_trans; [exact Hcore|]]; right; ring.
Qed.
