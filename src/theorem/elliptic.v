(** * Design matrices: Σ + φφᵀ, its determinant, and the norm ‖φ‖_{Σ^{-1}}

    Over any ordered field (mathcomp's [realFieldType]; no axiom is used), the algebra under T3 and T4: the matrix determinant lemma, positive definiteness, and
    det Σ ≤ (tr Σ/d)^d for a positive definite Σ (Hadamard's inequality by Schur complements, then AM–GM). *)

From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory Order.Theory.
Local Open Scope ring_scope.

Section Field.
  Variable F : fieldType.

  (** det(1 + uvᵀ) = 1 + vᵀu, by the two triangular factorisations of one bordered matrix. *)
  Lemma det_1_plus_outer d (u : 'cV[F]_d) (v : 'rV[F]_d) : \det (1%:M + u *m v) = 1 + (v *m u) 0 0.
  Proof.
    pose M := block_mx (1%:M : 'M[F]_1) (- v) u 1%:M.
    pose N := block_mx (1%:M : 'M[F]_1) v 0 (1%:M : 'M[F]_d).
    have detN : \det N = 1 by rewrite det_ublock !det1 mulr1.
    have -> : \det (1%:M + u *m v) = \det (M *m N).
      rewrite mulmx_block !mulmx1 !mul1mx !mulmx0 !addr0 subrr addrC addrC. by rewrite det_lblock det1 mul1r addrC.
    rewrite det_mulmx mulrC -det_mulmx mulmx_block !mulmx1 !mul1mx !mul0mx !add0r addNr det_lblock det1 mulr1.
    by rewrite {1}[1%:M + _]mx11_scalar det_scalar1 !mxE eqxx.
  Qed.

  (** The matrix determinant lemma. *)
  Lemma det_plus_outer d (A : 'M[F]_d) (u : 'cV[F]_d) (v : 'rV[F]_d) :
    A \in unitmx -> \det (A + u *m v) = \det A * (1 + (v *m invmx A *m u) 0 0).
  Proof.
    move=> uA. have -> : A + u *m v = A *m (1%:M + (invmx A *m u) *m v) by rewrite mulmxDr mulmx1 !mulmxA mulmxV // mul1mx.
    by rewrite det_mulmx det_1_plus_outer mulmxA.
  Qed.
End Field.

Section OrderedField.
  Variable F : realFieldType.

  (** Symmetric, and vᵀAv > 0 for every v ≠ 0. *)
  Definition positive_definite d (A : 'M[F]_d) : Prop := A^T = A /\ forall v : 'cV[F]_d, v != 0 -> 0 < (v^T *m A *m v) 0 0.

  (** ‖φ‖²_{Σ^{-1}} = φᵀΣ^{-1}φ. *)
  Definition elliptic_norm2 d (A : 'M[F]_d) (φ : 'cV[F]_d) : F := (φ^T *m invmx A *m φ) 0 0.

  (** ‖φ‖². *)
  Definition norm2 d (φ : 'cV[F]_d) : F := \sum_i φ i 0 ^+ 2.

  Lemma norm2E d (φ : 'cV[F]_d) : (φ^T *m φ) 0 0 = norm2 φ.
  Proof. by rewrite mxE; apply: eq_bigr => i _; rewrite mxE expr2. Qed.

  Lemma norm2_ge0 d (φ : 'cV[F]_d) : 0 <= norm2 φ.
  Proof. by apply: sumr_ge0 => i _; rewrite sqr_ge0. Qed.

  Lemma norm2_eq0 d (φ : 'cV[F]_d) : norm2 φ = 0 -> φ = 0.
  Proof.
    move/eqP; rewrite psumr_eq0 => [/allP h|i _]; last by rewrite sqr_ge0.
    apply/matrixP => i j; rewrite ord1 mxE. apply/eqP. rewrite -sqrf_eq0. exact: h (mem_index_enum _).
  Qed.

  Lemma positive_definite_scalar d (λ : F) : 0 < λ -> positive_definite (λ%:M : 'M_d).
  Proof.
    move=> l0; split; first by rewrite tr_scalar_mx.
    move=> v v0; rewrite mul_mx_scalar -scalemxAl mxE norm2E mulr_gt0 // lt_neqAle norm2_ge0 andbT eq_sym.
    by apply: contra v0 => /eqP /norm2_eq0 ->.
  Qed.

  Lemma positive_definite_unit d (A : 'M[F]_d) : positive_definite A -> A \in unitmx.
  Proof.
    move=> [_ pA]; rewrite -row_free_unit -kermx_eq0. apply/rowV0P => v /sub_kermxP vA.
    apply/eqP; apply: contraT => v0. by have := pA v^T; rewrite trmxK vA mul0mx mxE ltxx trmx_eq0 => /(_ v0).
  Qed.

  (** Σ + φφᵀ stays positive definite; the norm is not negative. *)
  Lemma positive_definite_outer d (A : 'M[F]_d) (φ : 'cV[F]_d) : positive_definite A -> positive_definite (A + φ *m φ^T).
  Proof.
    move=> [sA pA]; split; first by rewrite linearD /= trmx_mul trmxK sA.
    move=> v v0; rewrite mulmxDr mulmxDl mxE ltr_paddr ?pA //.
    have -> : v^T *m (φ *m φ^T) *m v = (φ^T *m v)^T *m (φ^T *m v) by rewrite trmx_mul trmxK !mulmxA.
    by rewrite norm2E norm2_ge0.
  Qed.

  Lemma elliptic_norm2_ge0 d (A : 'M[F]_d) (φ : 'cV[F]_d) : positive_definite A -> 0 <= elliptic_norm2 A φ.
  Proof.
    move=> pA; have uA := positive_definite_unit pA; case: pA => sA pA.
    pose w := invmx A *m φ. have -> : elliptic_norm2 A φ = (w^T *m A *m w) 0 0.
      by rewrite /elliptic_norm2 /w trmx_mul trmx_inv sA -!mulmxA (mulmxA A) mulmxV // mul1mx.
    have [->|w0] := eqVneq w 0; first by rewrite mulmx0 mxE.
    exact: ltW (pA w w0).
  Qed.

  (** det(Σ + φφᵀ) = det Σ·(1 + ‖φ‖²_{Σ^{-1}}). *)
  Lemma det_step d (A : 'M[F]_d) (φ : 'cV[F]_d) : positive_definite A -> \det (A + φ *m φ^T) = \det A * (1 + elliptic_norm2 A φ).
  Proof. by move=> /positive_definite_unit uA; rewrite det_plus_outer. Qed.

  (** ** Hadamard: det A ≤ Π A_ii *)

  Lemma positive_definite_diag d (A : 'M[F]_d) i : positive_definite A -> 0 < A i i.
  Proof.
    pose e : 'cV[F]_d := delta_mx i 0. move=> [_ pA]; have := pA e.
    have -> : (e^T *m A *m e) 0 0 = A i i by rewrite trmx_delta -rowE -colE !mxE.
    apply. apply/eqP => /matrixP /(_ i 0). by rewrite !mxE !eqxx => /eqP; rewrite oner_eq0.
  Qed.

  (** The Schur complement of the first entry. *)
  Definition schur d (A : 'M[F]_(1 + d)) : 'M[F]_d := drsubmx A - dlsubmx A *m ((A 0 0)^-1 *: ursubmx A).

  Lemma ulsubmx1 d (A : 'M[F]_(1 + d)) : ulsubmx A = (A 0 0)%:M.
  Proof. by rewrite [LHS]mx11_scalar !mxE; congr (A _ _)%:M; apply/val_inj. Qed.

  Lemma det_schur d (A : 'M[F]_(1 + d)) : A 0 0 != 0 -> \det A = A 0 0 * \det (schur A).
  Proof.
    move=> a0. pose N := block_mx (1%:M : 'M[F]_1) (- ((A 0 0)^-1 *: ursubmx A)) 0 1%:M.
    have detN : \det N = 1 by rewrite det_ublock !det1 mulr1.
    rewrite -[LHS]mulr1 -detN -det_mulmx -{1}[A]submxK /N mulmx_block !mulmx1 !mulmx0 !addr0.
    rewrite ulsubmx1 mulmxN mul_scalar_mx scalerA divff // scale1r addNr det_lblock det_scalar1.
    by rewrite /schur mulmxN addrC.
  Qed.

  Lemma positive_definite_schur d (A : 'M[F]_(1 + d)) : positive_definite A -> positive_definite (schur A).
  Proof.
    move=> pA; have a0 := positive_definite_diag 0 pA; case: (pA) => sA qA.
    have sdl : (dlsubmx A)^T = ursubmx A by rewrite -{1}sA trmx_dlsub trmxK || rewrite trmx_dlsub sA.
    have sur : (ursubmx A)^T = dlsubmx A by rewrite trmx_ursub sA.
    split.
      by rewrite /schur linearB /= trmx_drsub sA trmx_mul linearZ /= sdl sur -scalemxAl -scalemxAr.
    move=> v v0. pose x := - ((A 0 0)^-1 *: (ursubmx A *m v)). pose w := col_mx x v.
    have w0 : w != 0 by apply: contra v0; rewrite col_mx_eq0 => /andP[].
    have := qA w w0. congr (0 < _).
    rewrite /w tr_col_mx -{1}[A]submxK mul_row_block mul_row_col ulsubmx1.
    have h1 : x^T *m (A 0 0)%:M + v^T *m dlsubmx A = 0.
      rewrite mul_mx_scalar /x linearN /= linearZ /= trmx_mul sur scalerN scalerA divff ?gt_eqF // scale1r addNr //.
    rewrite h1 mul0mx add0r mulmxDl /schur mulmxBr mulmxBl.
    have -> : x^T *m ursubmx A *m v = - (v^T *m (dlsubmx A *m ((A 0 0)^-1 *: ursubmx A)) *m v).
      rewrite /x linearN /= linearZ /= trmx_mul sur mulNmx -scalemxAl mulNmx -scalemxAl; congr (- _).
      by rewrite -!scalemxAr -scalemxAl !mulmxA.
    by rewrite addrC.
  Qed.

  Lemma positive_definite_det d : forall A : 'M[F]_d, positive_definite A -> 0 < \det A.
  Proof.
    elim: d => [|d IH] A pA; first by rewrite det_mx00 ltr01.
    have a0 := positive_definite_diag ord0 pA. by rewrite (@det_schur d) ?gt_eqF // mulr_gt0 ?a0 ?IH //; apply: positive_definite_schur.
  Qed.

  Lemma schur_diag_le d (A : 'M[F]_(1 + d)) i : positive_definite A -> schur A i i <= A (rshift 1 i) (rshift 1 i).
  Proof.
    move=> pA; have a0 := positive_definite_diag 0 pA; case: (pA) => sA _.
    rewrite /schur !mxE big_ord1 !mxE ler_subl_addr ler_addl.
    have -> : A (rshift 1 i) (lshift d 0) = A (lshift d 0) (rshift 1 i) by rewrite -{1}sA mxE.
    have -> : A 0 0 = A (lshift d 0) (lshift d 0) by congr (A _ _); apply/val_inj.
    rewrite mulrCA -expr2 mulr_ge0 ?sqr_ge0 // invr_ge0 ltW //.
    by have -> : lshift d 0 = 0 :> 'I_(1 + d) by apply/val_inj.
  Qed.

  Lemma hadamard d : forall A : 'M[F]_d, positive_definite A -> \det A <= \prod_i A i i.
  Proof.
    elim: d => [|d IH] A pA; first by rewrite det_mx00 big_ord0.
    have a0 := positive_definite_diag ord0 pA. rewrite (@det_schur d) ?gt_eqF // big_ord_recl /=.
    have pS := positive_definite_schur pA.
    apply: ler_pmul => //; [exact: ltW|by apply/ltW/positive_definite_det|].
    apply: le_trans (IH _ pS) _. apply: ler_prod => i _. rewrite ltW ?positive_definite_diag //=.
    have -> : lift ord0 i = rshift 1 i by apply/val_inj. exact: schur_diag_le.
  Qed.

  (** det A ≤ (tr A/d)^d. *)
  Lemma det_le_trace d (A : 'M[F]_d.+1) : positive_definite A -> \det A <= (\tr A / d.+1%:R) ^+ d.+1.
  Proof.
    move=> pA; apply: le_trans (hadamard pA) _.
    have := @leif_AGM F [finType of 'I_d.+1] predT (fun i => A i i). rewrite cardT size_enum_ord.
    by case=> [i _|//]; rewrite ltW // positive_definite_diag.
  Qed.

  (** ** The sequence of design matrices *)

  (** Σ_i = Σ_{i−1} + φ_iφ_iᵀ; [φ i] is the (i+1)-st accepted feature. *)
  Fixpoint design d (Σ0 : 'M[F]_d) (φ : nat -> 'cV[F]_d) (n : nat) : 'M[F]_d :=
    if n is m.+1 then design Σ0 φ m + φ m *m (φ m)^T else Σ0.

  Lemma positive_definite_design d (Σ0 : 'M[F]_d) φ n : positive_definite Σ0 -> positive_definite (design Σ0 φ n).
  Proof. by move=> p0; elim: n => //= n IH; apply: positive_definite_outer. Qed.

  (** det Σ_n = det Σ_0·Π(1 + ‖φ_i‖²_{Σ_{i−1}^{-1}}). *)
  Lemma det_design d (Σ0 : 'M[F]_d) φ n : positive_definite Σ0 ->
    \det (design Σ0 φ n) = \det Σ0 * \prod_(i < n) (1 + elliptic_norm2 (design Σ0 φ i) (φ i)).
  Proof.
    move=> p0; elim: n => [|n IH]; first by rewrite big_ord0 mulr1.
    by rewrite big_ord_recr /= det_step ?IH ?mulrA //; apply: positive_definite_design.
  Qed.

  Lemma trace_design d (Σ0 : 'M[F]_d) φ n : \tr (design Σ0 φ n) = \tr Σ0 + \sum_(i < n) norm2 (φ i).
  Proof.
    elim: n => [|n IH]; first by rewrite big_ord0 addr0.
    rewrite big_ord_recr /= mxtraceD IH addrA; congr (_ + _). by rewrite mxtrace_mulC /mxtrace big_ord1 norm2E.
  Qed.
End OrderedField.
