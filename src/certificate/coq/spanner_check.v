(** * T3's chain on carried data: what an emitted certificate of a spanner is held against

    Features are integer vectors F in units of 2^−s, φ = F/2^s; λ = ridge/4^s; ν is a fraction. Σ after accepting φ_1, …, φ_i acts as Σ u = λu + Σ_j ⟨φ_j, u⟩φ_j, and
    ‖φ‖²_{Σ^{-1}} is ⟨φ, u⟩ for a u with Σ u = φ; whichever u ([norm_well_defined]).

    Proved:
    - [chain_checked]: where [chain] answers true, every accepted φ_i has ‖φ_i‖²_{Σ_{i−1}^{-1}} > ν². [chain] carries an adjugate through the rank-one updates to
      propose u, and checks Σu = φ exactly: the proposal is not believed;
    - [room_checked]: where [room] answers true, Σ_i ‖φ_i‖² ≤ 4n, what T3's right-hand inequality needs, up to 1e-11 of it: features of norm 1 in doubles may be longer;
    - [n_max_largest]: n·log(1+ν²) ≤ d·log(1+4n/(dλ)) fails for every n above one where it fails.

    Assumed: nothing. *)

From Coq Require Import Reals ZArith List Lra Lia Bool.
From Coverbound Require Import inequalities certificate_data.
Import ListNotations.
Open Scope R_scope.

(** ** Vectors *)

Fixpoint dot (u v : list R) : R := match u, v with a :: u', b :: v' => a * b + dot u' v' | _, _ => 0 end.
Definition scale (c : R) (v : list R) : list R := map (Rmult c) v.
Fixpoint plus (u v : list R) : list R := match u, v with a :: u', b :: v' => a + b :: plus u' v' | _, _ => [] end.

(** Σu, Σ = λI + Σ_j φ_jφ_jᵀ. *)
Definition sigma (λ : R) (accepted : list (list R)) (u : list R) : list R := fold_right (fun φ w => plus (scale (dot φ u) φ) w) (scale λ u) accepted.

(** ‖φ‖²_{Σ^{-1}} = v. *)
Definition norm_is (d : nat) (λ : R) (accepted : list (list R)) (φ : list R) (v : R) : Prop :=
  exists u, length u = d /\ sigma λ accepted u = φ /\ dot φ u = v.

Lemma dot_comm u v : dot u v = dot v u.
Proof. revert v. induction u as [|a u IH]; intros [|b v]; cbn [dot]; try easy. rewrite IH. ring. Qed.

Lemma dot_scale c u v : dot (scale c u) v = c * dot u v.
Proof. revert v. induction u as [|a u IH]; intros [|b v]; cbn; try ring. fold (scale c u). rewrite IH. ring. Qed.

Lemma dot_plus u w v : length u = length w -> dot (plus u w) v = dot u v + dot w v.
Proof.
  revert w v. induction u as [|a u IH]; intros [|b w] v H; cbn [length] in H; try discriminate; [cbn; ring|].
  destruct v as [|c v]; cbn [plus dot]; [ring|]. rewrite IH by now injection H. ring.
Qed.

Lemma length_scale c u : length (scale c u) = length u.
Proof. apply map_length. Qed.

Lemma length_plus u w : length u = length w -> length (plus u w) = length u.
Proof. revert w. induction u as [|a u IH]; intros [|b w] H; cbn in *; try easy. f_equal. apply IH. now injection H. Qed.

Lemma length_sigma d λ accepted u : (forall φ, In φ accepted -> length φ = d) -> length u = d -> length (sigma λ accepted u) = d.
Proof.
  intros H Hu. induction accepted as [|φ l IH]; cbn [sigma fold_right]; [now rewrite length_scale|].
  fold (sigma λ l u). assert (length (sigma λ l u) = d) by (apply IH; intros; apply H; now right).
  assert (length φ = d) by (apply H; now left). rewrite length_plus; rewrite length_scale; congruence.
Qed.

(** Σ is symmetric, so the norm does not depend on which u is found. *)
Lemma sigma_symmetric d λ accepted u v : (forall φ, In φ accepted -> length φ = d) -> length u = d -> length v = d ->
  dot (sigma λ accepted u) v = dot (sigma λ accepted v) u.
Proof.
  intros H Hu Hv. induction accepted as [|φ l IH]; cbn [sigma fold_right].
  - rewrite !dot_scale, (dot_comm u v). easy.
  - fold (sigma λ l u) (sigma λ l v). assert (Hl : forall ψ, In ψ l -> length ψ = d) by (intros; apply H; now right).
    assert (Hφ : length φ = d) by (apply H; now left).
    rewrite !dot_plus by (rewrite length_scale, length_sigma with (d := d); auto). rewrite !dot_scale, IH by easy.
    ring.
Qed.

Theorem norm_well_defined (d : nat) (λ : R) (accepted : list (list R)) (φ : list R) (v w : R) : (forall ψ, In ψ accepted -> length ψ = d) ->
  norm_is d λ accepted φ v -> norm_is d λ accepted φ w -> v = w.
Proof.
  intros H (u & Hu & Eu & <-) (u' & Hu' & Eu' & <-). transitivity (dot (sigma λ accepted u') u); [now rewrite Eu'|].
  transitivity (dot (sigma λ accepted u) u'); [now apply sigma_symmetric with (d := d)|now rewrite Eu].
Qed.

(** ** The same in integers *)

Fixpoint dotZ (u v : list Z) : Z := match u, v with a :: u', b :: v' => a * b + dotZ u' v' | _, _ => 0 end%Z.
Definition scaleZ (c : Z) (v : list Z) : list Z := map (Z.mul c) v.
Fixpoint plusZ (u v : list Z) : list Z := match u, v with a :: u', b :: v' => (a + b)%Z :: plusZ u' v' | _, _ => [] end.
Definition apply_rows (S : list (list Z)) (u : list Z) : list Z := map (fun row => dotZ row u) S.
Fixpoint rank_one (S : list (list Z)) (f g : list Z) : list (list Z) :=
  match S, g with row :: S', x :: g' => plusZ row (scaleZ x f) :: rank_one S' f g' | _, _ => [] end.
Definition sigmaZ (ridge : Z) (accepted : list (list Z)) (u : list Z) : list Z :=
  fold_right (fun f w => plusZ (scaleZ (dotZ f u) f) w) (scaleZ ridge u) accepted.

Fixpoint same (u v : list Z) : bool := match u, v with [], [] => true | a :: u', b :: v' => (a =? b)%Z && same u' v' | _, _ => false end.
Lemma same_spec u v : same u v = true -> u = v.
Proof.
  revert v. induction u as [|a u IH]; intros [|b v] H; cbn in H; try discriminate; [easy|].
  apply andb_true_iff in H as [H1 H2]. apply Z.eqb_eq in H1. f_equal; auto.
Qed.

(** What is carried from acceptance to acceptance: ΣφφT as rows, and a proposal for Σ's adjugate and determinant. *)
Record state := { gram : list (list Z); adjugate : list (list Z); determinant : Z }.

Definition start (d : nat) (ridge : Z) : state :=
  {| gram := repeat (repeat 0%Z d) d;
     adjugate := map (fun i => map (fun j => if Nat.eqb i j then (ridge ^ (Z.of_nat d - 1))%Z else 0%Z) (seq 0 d)) (seq 0 d);
     determinant := (ridge ^ Z.of_nat d)%Z |}.

Definition accept (s : state) (f u : list Z) (q : Z) : state :=
  let next := (determinant s + q)%Z in
  {| gram := rank_one (gram s) f f;
     adjugate := map (fun rx => map (fun ay => ((next * fst ay - snd rx * snd ay) / determinant s)%Z) (combine (fst rx) u)) (combine (adjugate s) u);
     determinant := next |}.

(** q/D > ν². *)
Definition above (ν : fraction) (q D : Z) : bool := (0 <? snd ν)%Z && (fst ν ^ 2 * D <? q * snd ν ^ 2)%Z.

Fixpoint chain (d : nat) (ridge : Z) (ν : fraction) (features : list (list Z)) (order : list Z) (s : state) : bool :=
  match order with
  | [] => true
  | k :: order' =>
    let f := nth (Z.to_nat k) features [] in
    let u := apply_rows (adjugate s) f in
    let q := dotZ f u in
    Nat.eqb (length f) d && Nat.eqb (length u) d && (0 <? determinant s)%Z
    && same (plusZ (scaleZ ridge u) (apply_rows (gram s) u)) (scaleZ (determinant s) f)
    && above ν q (determinant s)
    && chain d ridge ν features order' (accept s f u q)
  end.

Definition room (s : Z) (features : list (list Z)) (order : list Z) : bool :=
  (fold_right (fun k t => dotZ (nth (Z.to_nat k) features []) (nth (Z.to_nat k) features []) + t)%Z 0%Z order * 100000000000 <=? 4 * 100000000001 * Z.of_nat (length order) * 4 ^ s)%Z.

(** The real vectors that are meant. *)
Definition unit_of (s : Z) : R := IZR (2 ^ s).
Definition real_vector (s : Z) (f : list Z) : list R := map (fun x => IZR x / unit_of s) f.
Definition accepted_vectors (s : Z) (features : list (list Z)) (order : list Z) : list (list R) :=
  map (fun k => real_vector s (nth (Z.to_nat k) features [])) order.

(** ** Proofs *)

Lemma length_plusZ u w : length u = length w -> length (plusZ u w) = length u.
Proof. revert w. induction u as [|a u IH]; intros [|b w] H; cbn in *; try easy. f_equal. apply IH. now injection H. Qed.

Lemma dotZ_plus u w v : length u = length w -> dotZ (plusZ u w) v = (dotZ u v + dotZ w v)%Z.
Proof.
  revert w v. induction u as [|a u IH]; intros [|b w] v H; cbn [length] in H; try discriminate; [cbn; ring|].
  destruct v as [|c v]; cbn [plusZ dotZ]; [ring|]. rewrite IH by now injection H. ring.
Qed.

Lemma dotZ_scale c u v : dotZ (scaleZ c u) v = (c * dotZ u v)%Z.
Proof. revert v. induction u as [|a u IH]; intros [|b v]; cbn; try ring. fold (scaleZ c u). rewrite IH. ring. Qed.

Lemma plusZ_comm u w : plusZ u w = plusZ w u.
Proof. revert w. induction u as [|a u IH]; intros [|b w]; cbn; try easy. now rewrite IH, Z.add_comm. Qed.

Lemma plusZ_assoc u v w : plusZ u (plusZ v w) = plusZ (plusZ u v) w.
Proof. revert v w. induction u as [|a u IH]; intros [|b v] [|c w]; cbn; try easy. now rewrite IH, Z.add_assoc. Qed.

(** A rank-one update adds ⟨f, u⟩g to what the rows do. *)
Lemma apply_rank_one S f g u d : length S = length g -> (forall row, In row S -> length row = d) -> length f = d ->
  apply_rows (rank_one S f g) u = plusZ (scaleZ (dotZ f u) g) (apply_rows S u).
Proof.
  revert g. induction S as [|row S IH]; intros [|x g] H Hr Hf; cbn [length] in H; try discriminate; [easy|].
  cbn [rank_one]. unfold apply_rows, scaleZ at 2. cbn [map plusZ]. fold (apply_rows S u) (apply_rows (rank_one S f g) u) (scaleZ (dotZ f u) g).
  rewrite IH; [|now injection H|intros; apply Hr; now right|easy]. f_equal.
  rewrite dotZ_plus by (unfold scaleZ; rewrite map_length, Hf; apply Hr; now left). rewrite dotZ_scale. ring.
Qed.

Lemma rank_one_shape S f g d : length S = length g -> (forall row, In row S -> length row = d) -> length f = d ->
  length (rank_one S f g) = length g /\ forall row, In row (rank_one S f g) -> length row = d.
Proof.
  revert g. induction S as [|row S IH]; intros [|x g] H Hr Hf; cbn [length] in H; try discriminate; [easy|].
  destruct (IH g) as [H1 H2]; [now injection H|intros; apply Hr; now right|easy|]. cbn [rank_one]. split; [cbn; now rewrite H1|].
  intros r [<-|Hin]; [|auto]. rewrite length_plusZ; [apply Hr; now left|]. unfold scaleZ. rewrite map_length, Hf. apply Hr. now left.
Qed.

Lemma apply_zero d m u : apply_rows (repeat (repeat 0%Z m) d) u = repeat 0%Z d.
Proof.
  assert (Z : forall m u, dotZ (repeat 0%Z m) u = 0%Z).
  { clear. induction m as [|m IH]; intros [|x u]; cbn [repeat dotZ]; try easy. rewrite IH. ring. }
  induction d as [|d IH]; [easy|]. cbn [repeat]. unfold apply_rows in *. cbn [map]. now rewrite Z, IH.
Qed.

Lemma plusZ_zero u d : length u = d -> plusZ u (repeat 0%Z d) = u.
Proof. revert d. induction u as [|a u IH]; intros [|d] H; cbn in *; try easy. rewrite IH by now injection H. now rewrite Z.add_0_r. Qed.

(** The rows are Σ without its ridge. *)
Definition represents (d : nat) (accepted : list (list Z)) (S : list (list Z)) : Prop :=
  length S = d /\ (forall row, In row S -> length row = d) /\
  forall ridge u, length u = d -> plusZ (scaleZ ridge u) (apply_rows S u) = sigmaZ ridge accepted u.

Lemma represents_start d ridge : represents d [] (gram (start d ridge)).
Proof.
  cbn [start gram]. split; [apply repeat_length|split].
  - intros row H. apply repeat_spec in H as ->. apply repeat_length.
  - intros r u Hu. rewrite apply_zero. cbn [sigmaZ fold_right]. apply plusZ_zero. unfold scaleZ. now rewrite map_length.
Qed.

Lemma represents_accept d accepted S f : represents d accepted S -> length f = d -> represents d (f :: accepted) (rank_one S f f).
Proof.
  intros (H1 & H2 & H3) Hf. destruct (rank_one_shape S f f d) as [Hs Hr]; [congruence|easy|easy|]. split; [congruence|split; [easy|]].
  intros ridge u Hu. rewrite (apply_rank_one S f f u d) by (congruence || easy). cbn [sigmaZ fold_right]. fold (sigmaZ ridge accepted u).
  rewrite <- H3 by easy. rewrite !plusZ_assoc. f_equal. apply plusZ_comm.
Qed.

(** From integers to reals. *)
Lemma dot_real u v a b : a <> 0 -> b <> 0 -> dot (map (fun x => IZR x / a) u) (map (fun x => IZR x * b) v) = IZR (dotZ u v) * b / a.
Proof.
  intros Ha Hb. revert v. induction u as [|x u IH]; intros [|y v]; cbn [map dot dotZ]; try (field; easy).
  rewrite IH, plus_IZR, mult_IZR. field. easy.
Qed.

Lemma sigma_real s ridge accepted u t : (0 <= s)%Z -> t <> 0 ->
  sigma (IZR ridge / (unit_of s * unit_of s)) (map (real_vector s) accepted) (map (fun x => IZR x * t) u) =
  map (fun x => IZR x * t / (unit_of s * unit_of s)) (sigmaZ ridge accepted u).
Proof.
  intros Hs Ht. assert (Hu : unit_of s <> 0) by (apply Rgt_not_eq, IZR_lt, Z.pow_pos_nonneg; lia).
  induction accepted as [|f l IH]; cbn [map sigma fold_right sigmaZ].
  - unfold scale, scaleZ. rewrite !map_map. apply map_ext. intros x. rewrite mult_IZR. field. easy.
  - fold (sigma (IZR ridge / (unit_of s * unit_of s)) (map (real_vector s) l) (map (fun x => IZR x * t) u)). fold (sigmaZ ridge l u). rewrite IH.
    unfold real_vector at 1. rewrite dot_real by easy. unfold scale, real_vector, scaleZ. rewrite !map_map.
    generalize (dotZ f u) (sigmaZ ridge l u). clear. intros c. induction f as [|x f IH]; intros [|w v]; cbn [map plus plusZ]; try easy.
    f_equal; [|apply IH]. rewrite plus_IZR, mult_IZR. unfold Rdiv. rewrite Rinv_mult. ring.
Qed.

Lemma above_spec ν q D : (0 < D)%Z -> above ν q D = true -> value ν ^ 2 < IZR q / IZR D.
Proof.
  intros HD H. apply IZR_lt in HD. unfold above in H. apply andb_true_iff in H as [H0 H]. apply Z.ltb_lt, IZR_lt in H0. apply Z.ltb_lt, IZR_lt in H.
  replace (fst ν ^ 2)%Z with (fst ν * fst ν)%Z in H by ring. replace (snd ν ^ 2)%Z with (snd ν * snd ν)%Z in H by ring. rewrite !mult_IZR in H.
  apply (Rmult_lt_reg_r (IZR D * (IZR (snd ν) * IZR (snd ν)))); [apply Rmult_lt_0_compat; [easy|now apply Rmult_lt_0_compat]|].
  unfold value. replace ((IZR (fst ν) / IZR (snd ν)) ^ 2 * (IZR D * (IZR (snd ν) * IZR (snd ν)))) with (IZR (fst ν) * IZR (fst ν) * IZR D) by (field; lra).
  replace (IZR q / IZR D * (IZR D * (IZR (snd ν) * IZR (snd ν)))) with (IZR q * (IZR (snd ν) * IZR (snd ν))) by (field; lra). exact H.
Qed.

(** Every acceptance of [order], after those of [before] (latest first), had a norm above ν. *)
Fixpoint all_above (d : nat) (λ ν : R) (before : list (list R)) (order : list (list R)) : Prop :=
  match order with [] => True | φ :: order' => (exists v, norm_is d λ before φ v /\ ν ^ 2 < v) /\ all_above d λ ν (φ :: before) order' end.

Lemma chain_sound d ridge ν s features order st before : (0 <= s)%Z -> represents d before (gram st) -> chain d ridge ν features order st = true ->
  all_above d (IZR ridge / (unit_of s * unit_of s)) (value ν) (map (real_vector s) before) (accepted_vectors s features order).
Proof.
  intros Hs. assert (Hu0 : 0 < unit_of s) by (apply IZR_lt, Z.pow_pos_nonneg; lia).
  revert st before. induction order as [|k order IH]; intros st before Hr H; [easy|]. cbn [chain accepted_vectors map all_above] in *.
  set (f := nth (Z.to_nat k) features []) in *. set (u := apply_rows (adjugate st) f) in *.
  repeat rewrite andb_true_iff in H. destruct H as (((((Hf & Hu) & HD) & He) & Ha) & Hc).
  apply Nat.eqb_eq in Hf, Hu. apply Z.ltb_lt in HD. apply same_spec in He. apply above_spec in Ha; [|easy].
  pose proof (IZR_lt _ _ HD) as HDR. split.
  - exists (IZR (dotZ f u) / IZR (determinant st)). split; [|easy].
    exists (map (fun x => IZR x * (unit_of s / IZR (determinant st))) u). split; [now rewrite map_length|]. split.
    + rewrite sigma_real; [|easy|apply Rgt_not_eq, Rdiv_lt_0_compat; lra]. rewrite <- (proj2 (proj2 Hr)) by easy. rewrite He.
      unfold scaleZ, real_vector. rewrite map_map. apply map_ext. intros x. rewrite mult_IZR. field. split; lra.
    + unfold real_vector. rewrite dot_real; [field; lra|lra|apply Rgt_not_eq, Rdiv_lt_0_compat; lra].
  - apply (IH (accept st f u (dotZ f u)) (f :: before)); [|exact Hc]. cbn [accept gram]. now apply represents_accept.
Qed.

Theorem chain_checked (d : nat) (ridge s : Z) (ν : fraction) (features : list (list Z)) (order : list Z) : (0 <= s)%Z ->
  chain d ridge ν features order (start d ridge) = true ->
  all_above d (IZR ridge / (unit_of s * unit_of s)) (value ν) [] (accepted_vectors s features order).
Proof. intros Hs H. apply (chain_sound d ridge ν s features order (start d ridge) [] Hs (represents_start d ridge) H). Qed.

Theorem room_checked (s : Z) (features : list (list Z)) (order : list Z) : (0 <= s)%Z -> room s features order = true ->
  fold_right (fun φ t => dot φ φ + t) 0 (accepted_vectors s features order) <= 4 * (1 + 1 / 100000000000) * INR (length order).
Proof.
  intros Hs H. assert (Hu : 0 < unit_of s) by (apply IZR_lt, Z.pow_pos_nonneg; lia).
  assert (E : forall f, dot (real_vector s f) (real_vector s f) = IZR (dotZ f f) / (unit_of s * unit_of s)).
  { intros f. unfold real_vector. rewrite (map_ext (fun x => IZR x / unit_of s) (fun x => IZR x * / unit_of s) (fun x => eq_refl)) at 2.
    rewrite dot_real; [field; lra|lra|apply Rgt_not_eq, Rinv_0_lt_compat, Hu]. }
  apply Z.leb_le, IZR_le in H. rewrite !mult_IZR in H. rewrite <- INR_IZR_INZ in H.
  assert (H4 : IZR (4 ^ s) = unit_of s * unit_of s) by (unfold unit_of; rewrite <- mult_IZR, <- Z.pow_mul_l; reflexivity). rewrite H4 in H.
  assert (F : fold_right (fun φ t => dot φ φ + t) 0 (accepted_vectors s features order) * (unit_of s * unit_of s) =
              IZR (fold_right (fun k t => dotZ (nth (Z.to_nat k) features []) (nth (Z.to_nat k) features []) + t)%Z 0%Z order)).
  { clear H. unfold accepted_vectors. induction order as [|k order IH]; cbn [map fold_right]; [ring|].
    rewrite E, plus_IZR, Rmult_plus_distr_r, IH. field. lra. }
  apply (Rmult_le_reg_r (unit_of s * unit_of s)); [now apply Rmult_lt_0_compat|]. rewrite F. lra.
Qed.

(** ** n_max *)

(** d·log(1+4n/(dλ)) − n·log(1+ν²): T3 says it is not negative. *)
Definition slack (d : Z) (λ ν n : R) : R := IZR d * ln (1 + 4 * n / (IZR d * λ)) - n * ln (1 + ν ^ 2).

Theorem n_max_largest (d : Z) (λ ν a n : R) : (1 <= d)%Z -> 0 < λ -> 0 < a -> slack d λ ν a < 0 -> a <= n -> slack d λ ν n < 0.
Proof.
  intros Hd Hλ Ha Hs Hn. assert (H0 : 0 < IZR d) by (apply IZR_lt; lia).
  set (x := 4 * n / (IZR d * λ)). set (θ := a / n).
  assert (Hx : 0 <= x) by (apply Rmult_le_pos; [lra|apply Rlt_le, Rinv_0_lt_compat, Rmult_lt_0_compat; lra]).
  assert (Hθ : 0 < θ <= 1) by (unfold θ; split; [apply Rdiv_lt_0_compat; lra|apply (Rmult_le_reg_r n); [lra|]; unfold Rdiv; rewrite Rmult_assoc, Rinv_l by lra; lra]).
  (* The logarithm is concave: θ·log(1+x) ≤ log(1+θx). *)
  assert (HC : θ * ln (1 + x) <= ln (1 + θ * x)).
  { set (t := 1 + θ * x). assert (Ht : 0 < t) by (unfold t; nra).
    pose proof (ln_le_minus_1 ((1 + x) / t) ltac:(apply Rdiv_lt_0_compat; lra)) as H1.
    pose proof (ln_le_minus_1 (1 / t) ltac:(apply Rdiv_lt_0_compat; lra)) as H2.
    unfold Rdiv in H1, H2. rewrite ln_mult in H1 by (try lra; now apply Rinv_0_lt_compat). rewrite ln_mult in H2 by (try lra; now apply Rinv_0_lt_compat).
    rewrite ln_1 in H2. rewrite ln_Rinv in H1, H2 by easy.
    assert (H3 : θ * ((1 + x) * / t - 1) + (1 - θ) * (1 * / t - 1) = 0) by (unfold t; field; unfold t in Ht; lra).
    assert (θ * (ln (1 + x) + - ln t) + (1 - θ) * (0 + - ln t) <= 0) by (rewrite <- H3; apply Rplus_le_compat; apply Rmult_le_compat_l; lra). lra. }
  assert (E : slack d λ ν a = IZR d * ln (1 + θ * x) - θ * (n * ln (1 + ν ^ 2))).
  { unfold slack, x, θ. replace (a / n * (4 * n / (IZR d * λ))) with (4 * a / (IZR d * λ)) by (field; repeat split; lra).
    replace (a / n * (n * ln (1 + ν ^ 2))) with (a * ln (1 + ν ^ 2)) by (field; lra). reflexivity. }
  assert (HL : θ * slack d λ ν n <= slack d λ ν a).
  { rewrite E. unfold slack. fold x. rewrite Rmult_minus_distr_l. apply Rplus_le_compat_r.
    replace (θ * (IZR d * ln (1 + x))) with (IZR d * (θ * ln (1 + x))) by ring. apply Rmult_le_compat_l; lra. }
  nra.
Qed.

(** ** What a certificate of T3 states *)

Lemma ridge_is (ridge s : Z) (λ : fraction) : (0 <= s)%Z -> positive_denominator λ = true -> (ridge * snd λ =? fst λ * 4 ^ s)%Z = true ->
  IZR ridge / (unit_of s * unit_of s) = value λ.
Proof.
  intros Hs Hd%Z.ltb_lt%IZR_lt H%Z.eqb_eq. apply (f_equal IZR) in H. rewrite !mult_IZR in H.
  assert (Hu : 0 < unit_of s) by (apply IZR_lt, Z.pow_pos_nonneg; lia).
  assert (H4 : IZR (4 ^ s) = unit_of s * unit_of s) by (unfold unit_of; rewrite <- mult_IZR, <- Z.pow_mul_l; reflexivity). rewrite H4 in H.
  unfold value. apply (Rmult_eq_reg_r (unit_of s * unit_of s * IZR (snd λ))); [|apply Rgt_not_eq, Rmult_lt_0_compat; [now apply Rmult_lt_0_compat|easy]].
  replace (IZR ridge / (unit_of s * unit_of s) * (unit_of s * unit_of s * IZR (snd λ))) with (IZR ridge * IZR (snd λ)) by (field; lra).
  rewrite H. field. lra.
Qed.

(** ν is ν_claimed, or less by the rounding of a float64 norm. *)
Definition near (ν ν_claimed : fraction) : bool :=
  (positive_denominator ν && positive_denominator ν_claimed && negb (smaller ν_claimed ν)
   && (fst ν_claimed * 999999999 * snd ν <=? fst ν * snd ν_claimed * 1000000000)%Z)%bool.

Lemma near_spec ν ν_claimed : near ν ν_claimed = true -> value ν_claimed * (1 - 1 / 1000000000) <= value ν <= value ν_claimed.
Proof.
  unfold near. rewrite !andb_true_iff. intros (((Hp & Hc) & Hs) & Hn). apply negb_true_iff in Hs. apply Z.leb_le, IZR_le in Hn. rewrite !mult_IZR in Hn. split.
  - apply Z.ltb_lt, IZR_lt in Hp, Hc. unfold value. apply (Rmult_le_reg_r (IZR (snd ν) * IZR (snd ν_claimed))); [now apply Rmult_lt_0_compat|].
    replace (IZR (fst ν_claimed) / IZR (snd ν_claimed) * (1 - 1 / 1000000000) * (IZR (snd ν) * IZR (snd ν_claimed)))
      with (IZR (fst ν_claimed) * 999999999 * IZR (snd ν) / 1000000000) by (field; lra).
    replace (IZR (fst ν) / IZR (snd ν) * (IZR (snd ν) * IZR (snd ν_claimed))) with (IZR (fst ν) * IZR (snd ν_claimed)) by (field; lra). lra.
  - destruct (Rlt_dec (value ν_claimed) (value ν)) as [H|H]; [|lra]. apply (smaller_spec ν_claimed ν Hc Hp) in H. congruence.
Qed.

(** [chains]: distinct features and the order in which they were accepted, of trial after trial; [accepted]: how many pairs each trial accepted. *)
Definition check_spanner (d : nat) (ridge s : Z) (λ ν ν_claimed : fraction) (chains : list (list (list Z) * list Z)) (accepted : list Z) (n_max largest : Z) : bool :=
  (0 <=? s)%Z && Nat.leb 1 d && (0 <? fst λ)%Z && (0 <? n_max + 1)%Z && positive_denominator λ && (ridge * snd λ =? fst λ * 4 ^ s)%Z
  && forallb (fun c => chain d ridge ν (fst c) (snd c) (start d ridge) && room s (fst c) (snd c)) chains
  && forallb (fun a => (a <=? largest)%Z) accepted && existsb (Z.eqb largest) accepted && (largest <=? n_max)%Z
  && near ν ν_claimed && forallb (fun ca => (Z.of_nat (length (snd (fst ca))) <=? snd ca)%Z) (combine chains accepted).

Theorem T3_certified (d : nat) (ridge s : Z) (λ ν ν_claimed : fraction) (chains : list (list (list Z) * list Z)) (accepted : list Z) (n_max largest : Z) :
  check_spanner d ridge s λ ν ν_claimed chains accepted n_max largest = true ->
  0 <= slack (Z.of_nat d) (value λ) (value ν_claimed) (IZR n_max) ->
  slack (Z.of_nat d) (value λ) (value ν_claimed) (IZR (n_max + 1)) < 0 ->
  (forall features order, In (features, order) chains ->
     all_above d (value λ) (value ν) [] (accepted_vectors s features order) /\
     fold_right (fun φ t => dot φ φ + t) 0 (accepted_vectors s features order) <= 4 * (1 + 1 / 100000000000) * INR (length order)) /\
  (* ν is the parameter, but for rounding; and no more is carried of a trial than it accepted. *)
  value ν_claimed * (1 - 1 / 1000000000) <= value ν <= value ν_claimed /\
  (forall features order a, In ((features, order), a) (combine chains accepted) -> (Z.of_nat (length order) <= a)%Z) /\
  (* n_max is the largest n with n·log(1+ν²) ≤ d·log(1+4n/(dλ)). *)
  (0 <= slack (Z.of_nat d) (value λ) (value ν_claimed) (IZR n_max) /\
   forall n, IZR (n_max + 1) <= n -> slack (Z.of_nat d) (value λ) (value ν_claimed) n < 0) /\
  In largest accepted /\ forall a, In a accepted -> (a <= largest <= n_max)%Z.
Proof.
  unfold check_spanner. rewrite !andb_true_iff. intros (((((((((((Hs & Hd) & Hλ) & Hn) & Hp) & Hr) & Hc) & Ha) & Hl) & Hm) & Hnear) & Hlen) H1 H2.
  apply Z.leb_le in Hs, Hm. apply Nat.leb_le in Hd. apply Z.ltb_lt in Hλ, Hn. pose proof (ridge_is ridge s λ Hs Hp Hr) as E.
  split; [|split; [now apply near_spec|split; [|split; [|split]]]].
  - intros features order Hin. rewrite forallb_forall in Hc. specialize (Hc _ Hin). cbn [fst snd] in Hc. apply andb_true_iff in Hc as [Hch Hro].
    split; [rewrite <- E; now apply chain_checked|now apply room_checked].
  - intros features order a Hin. rewrite forallb_forall in Hlen. specialize (Hlen _ Hin). now apply Z.leb_le in Hlen.
  - split; [easy|]. intros n Hn'. apply (n_max_largest (Z.of_nat d) (value λ) (value ν_claimed) (IZR (n_max + 1)) n); try easy; try lia.
    + apply Z.ltb_lt, IZR_lt in Hp. unfold value. apply Rdiv_lt_0_compat; [now apply IZR_lt|easy].
    + now apply IZR_lt.
  - apply existsb_exists in Hl as [x [Hx Hxe]]. apply Z.eqb_eq in Hxe. now subst.
  - intros a Hin. rewrite forallb_forall in Ha. specialize (Ha a Hin). apply Z.leb_le in Ha. lia.
Qed.
