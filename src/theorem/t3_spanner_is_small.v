(** * T3: a spanner is small

    t3-spanner-is-small.md. Start Σ = λI. If every accepted relative feature φ_i has ‖φ_i‖²_{Σ_{i−1}^{-1}} > ν² and Σ_i = Σ_{i−1} + φ_iφ_iᵀ, then after n acceptances
    (1+ν²)^n < det Σ_n/λ^d ≤ (1 + 4n/(dλ))^d, so n·log(1+ν²) ≤ d·log(1+4n/(dλ)).
    - [T3_chain]: both inequalities, over any ordered field and so also over the rationals in which the certificate's checker computes: no axiom is used;
    - [T3_size]: the inequality of the logarithms, over the reals, and so n ≤ n_max for any n_max beyond which the inequality fails;
    - [T3_n_max]: where the inequality holds at n and fails at n + 1, it holds exactly up to n, so that n is n_max;
    - [T3_size_exists]: there is such an n_max (the largest n of the page exists) where ν > 0.

    Assumed: d ≥ 1, λ > 0, ‖φ_i‖ ≤ 2 (a relative feature), n ≥ 1 for the strict inequality (at n = 0 both sides are 1: the page's "(n ≥ 1)" belongs to the chain too).
    mathcomp's real numbers are the standard library's, as a field with a choice operator: its [epsilon_statement] is what [T3_size] has besides. *)

From Coq Require Import Reals Lra ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.analysis Require Import Rstruct.
From Coverbound Require Import elliptic inequalities bounds.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section Chain.
  Variables (F : realFieldType) (d : nat) (λ ν : F) (φ : nat -> 'cV[F]_d.+1).
  (** Σ_n after n acceptances; the dimension is d.+1, so at least 1. *)
  Let Σ n := design λ%:M φ n.

  Theorem T3_chain n :
    0 < λ -> (0 < n)%N ->
    (forall i, (i < n)%N -> norm2 (φ i) <= 4%:R) ->
    (forall i, (i < n)%N -> ν ^+ 2 < elliptic_norm2 (Σ i) (φ i)) ->
    (1 + ν ^+ 2) ^+ n < \det (Σ n) / λ ^+ d.+1 <= (1 + 4%:R * n%:R / (d.+1%:R * λ)) ^+ d.+1.
  Proof.
    move=> l0 n0 hφ hν. have p0 : positive_definite (λ%:M : 'M[F]_d.+1) by apply: positive_definite_scalar.
    have ld : 0 < λ ^+ d.+1 by rewrite exprn_gt0.
    apply/andP; split.
      rewrite /Σ det_design // det_scalar mulrAC divff ?gt_eqF // mul1r.
      rewrite -[n in _ ^+ n](card_ord n) -prodr_const. apply: ltr_prod => [|i _]; first by apply/hasP; exists (Ordinal n0); rewrite ?mem_index_enum.
      by rewrite ler_paddr ?sqr_ge0 ?ler01 //= ltr_add2l hν.
    rewrite ler_pdivr_mulr // -exprMn.
    apply: le_trans (det_le_trace (positive_definite_design φ n p0)) _.
    have t0 : 0 <= \tr (Σ n) / d.+1%:R.
      rewrite divr_ge0 ?ler0n // /mxtrace sumr_ge0 // => i _. by apply/ltW/positive_definite_diag/positive_definite_design.
    rewrite ler_expn2r ?nnegrE //.
      apply: mulr_ge0; last exact: ltW. by rewrite addr_ge0 ?ler01 // divr_ge0 // mulr_ge0 ?ler0n // ltW.
    have D0 : (0 : F) < d.+1%:R by rewrite ltr0n.
    rewrite ler_pdivr_mulr // trace_design mxtrace_scalar.
    have -> : (1 + 4%:R * n%:R / (d.+1%:R * λ)) * λ * d.+1%:R = λ *+ d.+1 + 4%:R * n%:R.
      by rewrite -mulrA mulrDl mul1r (mulrC λ) -[X in _ + X]mulrA mulVf ?mulr1 ?mulf_neq0 ?gt_eqF // -[λ *+ _]mulr_natl.
    rewrite ler_add2l. have -> : 4%:R * n%:R = \sum_(i < n) (4%:R : F) by rewrite sumr_const card_ord mulr_natr.
    by apply: ler_sum => i _; apply: hφ.
  Qed.
End Chain.

(** ** The logarithms *)

Local Open Scope R_scope.
Delimit Scope ring_scope with ring.

(** The inequality whose largest solution is n_max(d,ν,λ): n·log(1+ν²) ≤ d·log(1+4n/(dλ)). *)
Definition size_inequality (d : nat) (ν λ : R) (n : nat) : Prop :=
  INR n * ln (1 + ν * ν) <= INR d * ln (1 + 4 * INR n / (INR d * λ)).

(** What a bisection may rely on: where the inequality holds at n and fails at n + 1, n is the largest n. *)
Theorem T3_n_max (d : nat) (ν λ : R) (n : nat) :
  0 < λ -> (0 < d)%N -> size_excess (INR d) ν λ (INR n) <= 0 < size_excess (INR d) ν λ (INR n + 1) ->
  forall m, size_inequality d ν λ m <-> (m <= n)%N.
Proof.
  move=> l0 d0 [hle hgt] m. have D0 : 0 < INR d by apply: lt_0_INR; apply/ssrnat.ltP.
  have E k : size_inequality d ν λ k <-> size_excess (INR d) ν λ (INR k) <= 0 by rewrite /size_inequality /size_excess; split; lra.
  rewrite E. split=> [h|h].
    rewrite leqNgt; apply/negP => hlt. have hm : INR n + 1 <= INR m by rewrite -S_INR; apply: le_INR; apply/ssrnat.leP.
    have n0 := pos_INR n. have := size_excess_last _ ν _ (INR n + 1) _ D0 l0 (conj _ hm) h. lra.
  have n0 := pos_INR m. apply: (size_excess_last _ _ _ _ (INR n)) => //. split=> //. by apply: le_INR; apply/ssrnat.leP.
Qed.

Section Size.
  Variables (d : nat) (λ ν : R) (φ : nat -> 'cV[R]_d.+1).

  Theorem T3_size n :
    0 < λ -> (0 < n)%N ->
    (forall i, (i < n)%N -> norm2 (φ i) <= 4) ->
    (forall i, (i < n)%N -> ν * ν < elliptic_norm2 (design (λ%:M)%ring φ i) (φ i)) ->
    size_inequality d.+1 ν λ n /\
    (* … so n ≤ n_max, for any n_max beyond which the inequality fails. *)
    forall n_max, (forall m, (n_max < m)%N -> ~ size_inequality d.+1 ν λ m) -> (n <= n_max)%N.
  Proof.
    move=> l0 n0 hφ hν.
    have four : (4%:R : R)%ring = 4 by rewrite -INRE /=; ring.
    have D0 : 0 < INR d.+1 by apply: lt_0_INR; apply/ssrnat.ltP.
    have Hlt : (1 + ν * ν) ^ n < (1 + 4 * INR n / (INR d.+1 * λ)) ^ d.+1.
      have /andP[h1 h2] := @T3_chain [realFieldType of R] d λ ν φ n (introT (RltP _ _) l0) n0
        (fun i hi => introT (RleP _ _) (eq_ind_r (fun c => norm2 (φ i) <= c) (hφ i hi) four)) (fun i hi => introT (RltP _ _) (hν i hi)).
      apply/RltP. rewrite !RpowE RdivE; last by apply/eqP; apply: Rgt_not_eq; apply: Rmult_gt_0_compat.
      rewrite !INRE -four. exact: lt_le_trans h1 h2.
    have H : size_inequality d.+1 ν λ n.
      have hν2 : 0 < 1 + ν * ν by have := Rle_0_sqr ν; rewrite /Rsqr; lra.
      have hn : 0 <= 4 * INR n / (INR d.+1 * λ).
        apply: Rmult_le_pos; first by apply: Rmult_le_pos; [lra|exact: pos_INR].
        by apply/Rlt_le/Rinv_0_lt_compat/Rmult_lt_0_compat.
      have hb : 0 < 1 + 4 * INR n / (INR d.+1 * λ) by lra.
      rewrite /size_inequality -!ln_pow //. by apply/Rlt_le/ln_increasing => //; apply: pow_lt.
    split=> // n_max Hmax. rewrite leqNgt; apply/negP => hlt. exact: (Hmax n hlt H).
  Qed.

  (** The left side grows linearly and the right side does not: the inequality fails from some n on, so the largest n exists. *)
  Theorem T3_size_exists : 0 < λ -> 0 < ν -> exists n_max, forall m, (n_max < m)%N -> ~ size_inequality d.+1 ν λ m.
  Proof.
    move=> l0 v0.
    set D := INR d.+1. have D0 : 0 < D by apply: lt_0_INR; apply/ssrnat.ltP.
    set a := ln (1 + ν * ν). have a0 : 0 < a.
      by rewrite /a -ln_1; apply: ln_increasing; [lra|have := Rmult_lt_0_compat ν ν v0 v0; lra].
    (* log(1+x) ≤ 2·√(1+x): n·a ≤ 2D·√(1+cn), c = 4/(Dλ), fails for n > (4D²/a²)(1+c). *)
    set c := 4 / (D * λ). have c0 : 0 < c by apply: Rdiv_lt_0_compat; [lra|apply: Rmult_lt_0_compat].
    have [N HN] : exists N : nat, 4 * D * D * (1 + c) / (a * a) < INR N.
      exists (Z.to_nat (up (4 * D * D * (1 + c) / (a * a)))). have [hu _] := archimed (4 * D * D * (1 + c) / (a * a)).
      apply: Rlt_le_trans hu _. rewrite INR_IZR_INZ. apply: IZR_le. by case: (up _) => //= p; rewrite ?positive_nat_Z; apply: Z.le_refl.
    exists N => m hm. rewrite /size_inequality -/D -/a => H.
    have m1 : 1 <= INR m by apply: (le_INR 1); apply/ssrnat.leP; apply: leq_ltn_trans hm.
    have mN : INR N < INR m by apply: lt_INR; apply/ssrnat.ltP.
    have eqc : 4 * INR m / (D * λ) = c * INR m by rewrite /c; field; lra.
    rewrite eqc in H. set y := 1 + c * INR m in H. have y1 : 1 < y by rewrite /y; have := Rmult_lt_0_compat c (INR m) c0; lra.
    have hs : ln y <= 2 * sqrt y.
      have s0 : 0 < sqrt y by apply: sqrt_lt_R0; lra.
      have -> : ln y = 2 * ln (sqrt y) by rewrite -{1}(sqrt_sqrt y); [rewrite ln_mult //; ring|lra].
      by have := ln_le_minus_1 _ s0; lra.
    have h2 : INR m * a <= 2 * D * sqrt y by apply: Rle_trans H _; have := Rmult_le_compat_l D _ _ (Rlt_le _ _ D0) hs; lra.
    have h3 : (INR m * a) * (INR m * a) <= (2 * D * sqrt y) * (2 * D * sqrt y).
      by apply: Rmult_le_compat => //; apply: Rmult_le_pos; lra.
    have h4 : (2 * D * sqrt y) * (2 * D * sqrt y) = 4 * D * D * y by rewrite -{3}(sqrt_sqrt y); [ring|lra].
    have h5 : y <= (1 + c) * INR m by rewrite /y; lra.
    have h6 : INR m * (INR m * (a * a)) <= INR m * (4 * D * D * (1 + c)).
      have DD : 0 < 4 * D * D by apply: Rmult_lt_0_compat => //; lra.
      have := Rmult_le_compat_l _ _ _ (Rlt_le _ _ DD) h5. rewrite h4 in h3. lra.
    have h7 : INR m * (a * a) <= 4 * D * D * (1 + c) by apply: (Rmult_le_reg_l (INR m)) => //; lra.
    have aa : 0 < a * a by apply: Rmult_lt_0_compat.
    have h8 : 4 * D * D * (1 + c) < INR N * (a * a).
      have := Rmult_lt_compat_r (a * a) _ _ aa HN. by rewrite /Rdiv Rmult_assoc Rinv_l; lra.
    have := Rmult_lt_compat_r (a * a) _ _ aa mN. lra.
  Qed.
End Size.
