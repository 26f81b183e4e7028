(** * T4: the elliptic potential

    t4-elliptic-potential.md. For any sequence of features, Σ_i log(1+‖φ_i‖²_{Σ_{i−1}^{-1}}) = log(det Σ_n/det Σ_0) ([T4_identity]), so
    Σ_i min{ν², ‖φ_i‖²_{Σ_{i−1}^{-1}}} ≤ ν²/log(1+ν²) · log(det Σ_n/det Σ_0) ([T4_potential]).

    Assumed: Σ_0 symmetric positive definite (T3's λI is), any φ_i, any n, ν ≠ 0. Axioms: see T3. *)

From Coq Require Import Reals Lra.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.analysis Require Import Rstruct.
From Coverbound Require Import elliptic inequalities.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope R_scope.
Delimit Scope ring_scope with ring.

Section T4.
  Variables (d : nat) (Σ0 : 'M[R]_d) (φ : nat -> 'cV[R]_d).
  Hypothesis p0 : positive_definite Σ0.
  Let Σ n := design Σ0 φ n.
  Let norms i := elliptic_norm2 (Σ i) (φ i).

  Let det n : R := (\det (Σ n))%ring.

  Local Lemma norms_ge0 i : 0 <= norms i.
  Proof. by apply/RleP/elliptic_norm2_ge0/positive_definite_design. Qed.

  Local Lemma det_pos n : 0 < det n.
  Proof. by apply/RltP/positive_definite_det/positive_definite_design. Qed.

  Theorem T4_identity n : (\sum_(i < n) ln (1 + norms i))%ring = ln (det n / det 0).
  Proof.
    have h0 : 0 < det 0 by apply: det_pos.
    elim: n => [|n IH].
      rewrite big_ord0. have -> : det 0 / det 0 = 1 by field; lra. by rewrite ln_1.
    rewrite big_ord_recr /= IH. change (ln (det n / det 0) + ln (1 + norms n) = ln (det n.+1 / det 0)).
    have hn := det_pos n. have hq := norms_ge0 n.
    rewrite -ln_mult; [|by apply: Rdiv_lt_0_compat|lra]. congr ln.
    have -> : det n.+1 = det n * (1 + norms n) by apply: det_step; apply: positive_definite_design.
    by field; lra.
  Qed.

  Theorem T4_potential n ν : ν <> 0 ->
    (\sum_(i < n) Rmin (ν * ν) (norms i))%ring <= ν * ν / ln (1 + ν * ν) * ln (det n / det 0).
  Proof.
    move=> v0. have hv : 0 < ν * ν by have := Rsqr_pos_lt ν v0; rewrite /Rsqr.
    set L := ln (1 + ν * ν). have L0 : 0 < L by rewrite /L -ln_1; apply: ln_increasing; lra.
    have step q : 0 <= q -> Rmin (ν * ν) q <= ν * ν / L * ln (1 + q).
      move=> hq. have hk : 0 < ν * ν / L by apply: Rdiv_lt_0_compat.
      case: (Rle_dec (ν * ν) q) => h.
        rewrite Rmin_left //. apply: (Rle_trans _ (ν * ν / L * L)); first by apply: Req_le; field; lra.
        apply: Rmult_le_compat_l; first by lra. case: h => [h|<-]; last by apply: Rle_refl. by apply/Rlt_le/ln_increasing; lra.
      rewrite Rmin_right; last lra.
      have ht : 0 <= q / (ν * ν) <= 1.
        split; first by apply: Rmult_le_pos => //; apply/Rlt_le/Rinv_0_lt_compat.
        by apply: (Rmult_le_reg_r (ν * ν)) => //; rewrite /Rdiv Rmult_assoc Rinv_l; lra.
      have := ln_concave _ _ ht hv. have -> : q / (ν * ν) * (ν * ν) = q by field; lra. rewrite -/L => hc.
      apply: Rle_trans (Rmult_le_compat_l _ _ _ (Rlt_le _ _ hk) hc). by apply: Req_le; field; lra.
    rewrite -T4_identity. elim: n => [|n IH]; first by rewrite !big_ord0 Rmult_0_r; apply: Rle_refl.
    rewrite !big_ord_recr /=.
    change ((\sum_(i < n) Rmin (ν * ν) (norms i))%ring + Rmin (ν * ν) (norms n) <= ν * ν / L * ((\sum_(i < n) ln (1 + norms i))%ring + ln (1 + norms n))).
    rewrite Rmult_plus_distr_l. apply: Rplus_le_compat => //. exact: step (norms_ge0 n).
  Qed.
End T4.
