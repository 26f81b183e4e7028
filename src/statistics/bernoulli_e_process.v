(** * The e-process of evidence.md, and the level of the test it gives

    Trials are bad or good; given the past h each is bad with a conditional probability q(h), any function of the past with 0 <= q(h) <= δ₀. After k bad and
    m = n − k good ones

      E = ∫_{δ₀}^{1} p^k (1−p)^m w(p) dp / ( ∫_{δ₀}^{1} w(p) dp · δ₀^k (1−δ₀)^m ),     w(p) = 1/(π√(p(1−p))), the density of Beta(½,½).

    Proved, for every 0 < δ₀ < 1:
    - [likelihood_ratio_supermartingale]: for every p in [δ₀, 1] the ratio p^k(1−p)^m / (δ₀^k(1−δ₀)^m) is a supermartingale;
    - [finite_mixture_level]: every finite mixture of such ratios, with weights of sum 1 chosen before the data, refutes at level α: P(some n ≤ N has mixture ≥ 1/α) ≤ α;
    - [mixture_integral]: the (improper) integrals of the definition exist, and p = cos²ψ gives (2/π)·∫₀^{ψ₀} cos^{2k}ψ sin^{2m}ψ dψ, ψ₀ = atan √((1−δ₀)/δ₀);
    - [e_value_closed]: so E = ∫₀^{ψ₀} cos^{2k} sin^{2m} / (ψ₀ δ₀^k (1−δ₀)^m), a Riemann integral of a continuous function (what a certificate is held against);
    - [beta_half_half_is_a_law]: w has integral 1 over (0, 1);
    - [e_process_supermartingale], [e_process_level]: E itself, with the integral and the prior of the definition, is a supermartingale with E_0 = 1, and
      P(E_n ≥ 1/α for some n ≤ N) ≤ α for every N and every adaptively dependent sequence with conditional rates ≤ δ₀;
    - [e_value_for], [e_process_for_level]: the mirror image, evidence for the claim: the mixture over p < δ₀ is E at (m, k, 1 − δ₀), and reaches 1/α at any n ≤ N with
      probability at most α for all conditional rates ≥ δ₀.

    Assumed: the hypotheses of each statement. Integrals are Coquelicot's: [RInt_gen f (at_point a) (at_left 1)] is the limit of ∫_a^b f as b → 1 from below. *)

From Coq Require Import Reals Lra Lia List.
From Coquelicot Require Import Coquelicot.
From Coverbound Require Import finite ville.
Import ListNotations.
Open Scope R_scope.

(** ** Bernoulli trials that depend on the past *)

Definition outcomes (_ : list bool) : list bool := [true; false].
(** [true] is a bad trial. *)
Definition rate (q : list bool -> R) (h : list bool) (a : bool) : R := if a then q h else 1 - q h.

Fixpoint bad (h : list bool) : nat := match h with [] => 0 | true :: h' => S (bad h') | false :: h' => bad h' end.
Fixpoint good (h : list bool) : nat := match h with [] => 0 | true :: h' => good h' | false :: h' => S (good h') end.

Lemma bad_good h : (bad h + good h = length h)%nat.
Proof. induction h as [|[|] h IH]; cbn; lia. Qed.

Lemma bernoulli_is_law q N : (forall h, 0 <= q h <= 1) -> is_law outcomes (rate q) N.
Proof.
  intros H h _ _. split.
  - intros [|] _; cbn; specialize (H h); lra.
  - cbn. lra.
Qed.

(** p^k (1−p)^m over δ₀^k (1−δ₀)^m. *)
Definition likelihood (p : R) (k m : nat) : R := p ^ k * (1 - p) ^ m.
Definition ratio (δ p : R) (k m : nat) : R := likelihood p k m / likelihood δ k m.

Lemma likelihood_nonneg p k m : 0 <= p <= 1 -> 0 <= likelihood p k m.
Proof. intros H. apply Rmult_le_pos; apply pow_le; lra. Qed.

Lemma likelihood_pos p k m : 0 < p < 1 -> 0 < likelihood p k m.
Proof. intros H. apply Rmult_lt_0_compat; apply pow_lt; lra. Qed.

(** One trial: the mean of the next likelihood, scaled, is at most the present one: affine in the true rate, increasing, and equal at δ₀. *)
Lemma one_step δ p q k m : 0 < δ < 1 -> δ <= p <= 1 -> 0 <= q <= δ ->
  q * (likelihood p (S k) m / δ) + (1 - q) * (likelihood p k (S m) / (1 - δ)) <= likelihood p k m.
Proof.
  intros Hδ Hp Hq. pose proof (likelihood_nonneg p k m ltac:(lra)) as HL.
  unfold likelihood in *. cbn [pow]. set (L := p ^ k * (1 - p) ^ m) in *.
  replace (p * p ^ k * (1 - p) ^ m) with (p * L) by (unfold L; ring).
  replace (p ^ k * ((1 - p) * (1 - p) ^ m)) with ((1 - p) * L) by (unfold L; ring).
  replace (q * (p * L / δ) + (1 - q) * ((1 - p) * L / (1 - δ))) with (L * (1 - (δ - q) * (p - δ) / (δ * (1 - δ)))) by (field; lra).
  rewrite <- (Rmult_1_r L) at 2. apply Rmult_le_compat_l; [exact HL|].
  enough (0 <= (δ - q) * (p - δ) / (δ * (1 - δ))) by lra.
  apply Rmult_le_pos; [nra|]. apply Rlt_le, Rinv_0_lt_compat. nra.
Qed.

(** What makes a function of the counts a supermartingale. *)
Lemma supermartingale_of_counts (M : nat -> nat -> R) q N :
  (forall k m r, (exists h, r = q h) -> r * M (S k) m + (1 - r) * M k (S m) <= M k m) ->
  supermartingale outcomes (rate q) N (fun h => M (bad h) (good h)).
Proof.
  intros H h _ _. cbn. specialize (H (bad h) (good h) (q h) (ex_intro _ h eq_refl)). lra.
Qed.

Theorem likelihood_ratio_supermartingale (δ p : R) (q : list bool -> R) (N : nat) :
  0 < δ < 1 -> δ <= p <= 1 -> (forall h, 0 <= q h <= δ) ->
  supermartingale outcomes (rate q) N (fun h => ratio δ p (bad h) (good h)).
Proof.
  intros Hδ Hp Hq. apply supermartingale_of_counts. intros k m r [h ->].
  pose proof (one_step δ p (q h) k m Hδ Hp (Hq h)) as H. pose proof (likelihood_pos δ k m Hδ) as HL.
  unfold ratio. apply (Rmult_le_reg_r (likelihood δ k m)); [exact HL|].
  eapply Rle_trans; [|eapply Rle_trans; [exact H|]].
  - apply Req_le. unfold likelihood in *. cbn [pow]. assert (0 < δ ^ k /\ 0 < (1 - δ) ^ m) by (split; apply pow_lt; lra). field. repeat split; lra.
  - apply Req_le. field. lra.
Qed.

(** A finite mixture: components p_i with weights w_i. *)
Definition finite_mixture (δ : R) (mix : list (R * R)) (k m : nat) : R := ∑ pw ∈ mix, snd pw * ratio δ (fst pw) k m.

Theorem finite_mixture_level (δ α : R) (mix : list (R * R)) (q : list bool -> R) (N : nat) :
  0 < δ < 1 -> 0 < α -> (forall pw, In pw mix -> δ <= fst pw <= 1 /\ 0 <= snd pw) -> sum mix snd = 1 -> (forall h, 0 <= q h <= δ) ->
  probability_ever outcomes (rate q) (at_least (fun h => finite_mixture δ mix (bad h) (good h)) (1 / α)) N <= α.
Proof.
  intros Hδ Hα Hmix Hone Hq. eapply Rle_trans; [apply ville_level; [| | |exact Hα]|].
  - apply bernoulli_is_law. intros h. specialize (Hq h). lra.
  - intros h r L. unfold finite_mixture. cbn [sum outcomes rate].
    rewrite <- !sum_scal, Rplus_0_r, <- sum_plus. apply sum_le. intros pw I. destruct (Hmix pw I) as [Hp Hw].
    pose proof (likelihood_ratio_supermartingale δ (fst pw) q N Hδ Hp Hq h r L) as H. cbn [sum outcomes rate] in H.
    rewrite Rplus_0_r in H. apply (Rmult_le_compat_l _ _ _ Hw) in H. lra.
  - intros h _. apply sum_nonneg. intros pw I. destruct (Hmix pw I) as [Hp Hw]. apply Rmult_le_pos; [exact Hw|].
    apply Rmult_le_pos; [apply likelihood_nonneg; lra|]. apply Rlt_le, Rinv_0_lt_compat, likelihood_pos, Hδ.
  - unfold finite_mixture, ratio, likelihood. cbn. rewrite (sum_ext _ _ snd); [rewrite Hone; lra|]. intros pw _. field.
Qed.

(** ** The mixture over Beta(½,½) *)

(** The density of Beta(½,½). *)
Definition beta_half_half (p : R) : R := / (PI * sqrt (p * (1 - p))).

(** ∫_{p>δ₀} p^k (1−p)^m dBeta(½,½)(p). *)
Definition mixed_likelihood (δ : R) (k m : nat) : R :=
  RInt_gen (fun p => likelihood p k m * beta_half_half p) (at_point δ) (at_left 1).

(** evidence.md's E_n. *)
Definition e_value (δ : R) (k m : nat) : R := mixed_likelihood δ k m / (mixed_likelihood δ 0 0 * likelihood δ k m).

(** The same after p = cos²ψ. *)
Definition ψ (p : R) : R := atan (sqrt ((1 - p) / p)).
Definition arc (k m : nat) (x : R) : R := cos x ^ (2 * k) * sin x ^ (2 * m).

Lemma ψ_bounds p : 0 < p < 1 -> 0 < ψ p < PI / 2.
Proof.
  intros H. assert (0 < sqrt ((1 - p) / p)) by (apply sqrt_lt_R0, Rdiv_lt_0_compat; lra).
  unfold ψ. split.
  - rewrite <- atan_0. now apply atan_increasing.
  - apply atan_bound.
Qed.

Lemma ψ_nonneg p : 0 <= ψ p < PI / 2.
Proof.
  unfold ψ. split; [|apply atan_bound]. destruct (sqrt_pos ((1 - p) / p)) as [H|H].
  - rewrite <- atan_0. apply Rlt_le. now apply atan_increasing.
  - rewrite <- H, atan_0. lra.
Qed.

(** cos² ψ(p) = p. *)
Lemma cos_ψ p : 0 < p <= 1 -> (cos (ψ p)) ^ 2 = p.
Proof.
  intros H. assert (0 <= (1 - p) / p) as H0 by (apply Rmult_le_pos; [lra|apply Rlt_le, Rinv_0_lt_compat; lra]).
  unfold ψ. rewrite cos_atan. unfold Rsqr. rewrite sqrt_sqrt by easy.
  replace (1 + (1 - p) / p) with (/ p) by (field; lra).
  assert (0 < sqrt (/ p)) by (apply sqrt_lt_R0, Rinv_0_lt_compat; lra).
  replace ((1 / sqrt (/ p)) ^ 2) with (/ (sqrt (/ p) * sqrt (/ p))) by (field; lra).
  rewrite sqrt_sqrt by (apply Rlt_le, Rinv_0_lt_compat; lra). field. lra.
Qed.

Lemma cos_bounds x p : 0 <= x <= ψ p -> 0 < p < 1 -> p <= cos x ^ 2 <= 1 /\ 0 < cos x.
Proof.
  intros Hx Hp. pose proof (ψ_bounds p Hp). pose proof (cos_ψ p ltac:(lra)) as Hc.
  assert (0 < cos (ψ p)) by (apply cos_gt_0; lra).
  assert (cos (ψ p) <= cos x) by (apply cos_decr_1; lra).
  pose proof (COS_bound x). split; [split|lra]; [|nra]. rewrite <- Hc. simpl. rewrite !Rmult_1_r. nra.
Qed.

Lemma likelihood_cos x k m : likelihood (cos x ^ 2) k m = arc k m x.
Proof.
  unfold likelihood, arc. replace (1 - cos x ^ 2) with (sin x ^ 2).
  - now rewrite <- !pow_mult.
  - pose proof (sin2_cos2 x) as H. unfold Rsqr in H. simpl. lra.
Qed.

Lemma arc_continuous k m x : continuous (arc k m) x.
Proof.
  unfold arc. apply (ex_derive_continuous (fun y => cos y ^ (2 * k) * sin y ^ (2 * m))). auto_derive. easy.
Qed.

Lemma arc_integrable k m a b : ex_RInt (arc k m) a b.
Proof. apply (ex_RInt_continuous (V := R_CompleteNormedModule)). intros; apply arc_continuous. Qed.

(** On [δ₀, b], b < 1, the integral of the definition is proper, and substitution gives the other. *)
Lemma proper_integral a b k m : 0 < a < 1 -> 0 < b < 1 ->
  is_RInt (fun p => likelihood p k m * beta_half_half p) a b (2 / PI * RInt (arc k m) (ψ b) (ψ a)).
Proof.
  intros Ha Hb. pose proof PI_RGT_0 as HPI.
  set (f := fun p => likelihood p k m * beta_half_half p).
  assert (Hin : forall x, Rmin (ψ a) (ψ b) <= x <= Rmax (ψ a) (ψ b) -> 0 < x < PI / 2).
  { intros x. pose proof (ψ_bounds a Ha). pose proof (ψ_bounds b Hb). unfold Rmin, Rmax. destruct (Rle_dec (ψ a) (ψ b)); lra. }
  assert (Hcs : forall x, 0 < x < PI / 2 -> 0 < cos x /\ 0 < sin x) by (intros x Hx; split; [apply cos_gt_0|apply sin_gt_0]; lra).
  assert (Hs : forall x, 0 < x < PI / 2 -> sqrt (cos x ^ 2 * (1 - cos x ^ 2)) = cos x * sin x).
  { intros x Hx. destruct (Hcs x Hx) as [Hc Hsn]. pose proof (sin2_cos2 x) as H'. unfold Rsqr in H'.
    replace (cos x ^ 2 * (1 - cos x ^ 2)) with ((cos x * sin x) * (cos x * sin x)).
    - apply sqrt_square. nra.
    - simpl. rewrite !Rmult_1_r. replace (1 - cos x * cos x) with (sin x * sin x) by lra. ring. }
  assert (Hcont : forall p, 0 < p < 1 -> continuous f p).
  { intros p Hp. apply (ex_derive_continuous f). unfold f, likelihood, beta_half_half.
    assert (0 < p * (1 - p)) by nra. pose proof (sqrt_lt_R0 _ H). auto_derive. change (1 + - p) with (1 - p). repeat split; [easy|].
    apply Rmult_integral_contrapositive_currified; lra. }
  pose proof (is_RInt_comp f (fun x => cos x ^ 2) (fun x => - (2 * cos x * sin x)) (ψ a) (ψ b)) as H.
  cbv beta in H. rewrite (cos_ψ a), (cos_ψ b) in H by lra.
  assert (Hi : is_RInt (fun y => scal (- (2 * cos y * sin y)) (f (cos y ^ 2))) (ψ a) (ψ b) (RInt f a b)).
  { apply H.
    - intros x Hx. apply Hin in Hx. destruct (Hcs x Hx). apply Hcont. pose proof (sin2_cos2 x) as H'. unfold Rsqr in H'. simpl. nra.
    - intros x _. split.
      + auto_derive; [easy|]. simpl. ring.
      + apply (ex_derive_continuous (fun x => - (2 * cos x * sin x))). auto_derive. easy. }
  assert (Hj : is_RInt (fun y => scal (- (2 * cos y * sin y)) (f (cos y ^ 2))) (ψ a) (ψ b) (- (2 / PI) * RInt (arc k m) (ψ a) (ψ b))).
  { apply (is_RInt_ext (fun y => scal (- (2 / PI)) (arc k m y))).
    - intros x Hx. assert (0 < x < PI / 2) as Hx' by (apply Hin; lra). destruct (Hcs x Hx').
      unfold f. rewrite likelihood_cos. unfold beta_half_half. rewrite Hs by easy. unfold scal; simpl; unfold mult; simpl. field. repeat split; lra.
    - apply (is_RInt_scal (V := R_NormedModule)). apply (RInt_correct (V := R_CompleteNormedModule)), arc_integrable. }
  assert (Hex : ex_RInt f a b).
  { apply (ex_RInt_continuous (V := R_CompleteNormedModule)). intros z Hz. apply Hcont. unfold Rmin, Rmax in Hz. destruct (Rle_dec a b); lra. }
  pose proof (is_RInt_unique (V := R_CompleteNormedModule) _ _ _ _ Hi) as E1. rewrite (is_RInt_unique (V := R_CompleteNormedModule) _ _ _ _ Hj) in E1.
  replace (2 / PI * RInt (arc k m) (ψ b) (ψ a)) with (RInt f a b); [now apply (RInt_correct (V := R_CompleteNormedModule))|].
  rewrite <- E1. rewrite <- (opp_RInt_swap (V := R_CompleteNormedModule)) by apply arc_integrable. unfold opp; simpl. field. lra.
Qed.

Lemma ψ_to_0 : filterlim ψ (at_left 1) (locally 0).
Proof.
  unfold at_left. apply (filterlim_filter_le_1 (F := locally 1) (G := within (fun u => u < 1) (locally 1)) ψ); [apply filter_le_within|].
  replace (locally 0) with (locally (ψ 1)).
  - apply (continuous_comp (fun p => sqrt ((1 - p) / p)) atan).
    + apply (continuous_comp (fun p => (1 - p) / p) sqrt).
      * apply (ex_derive_continuous (fun p : R => (1 - p) / p)). auto_derive. lra.
      * apply continuous_sqrt.
    + apply continuous_atan.
  - unfold ψ. replace ((1 - 1) / 1) with 0 by field. now rewrite sqrt_0, atan_0.
Qed.

(** The integrals of the definition exist, and are these. *)
Theorem mixture_integral (δ : R) (k m : nat) : 0 < δ < 1 ->
  is_RInt_gen (fun p => likelihood p k m * beta_half_half p) (at_point δ) (at_left 1) (2 / PI * RInt (arc k m) 0 (ψ δ)).
Proof.
  intros Hδ P HP.
  assert (Hlim : filterlim (fun b => 2 / PI * RInt (arc k m) (ψ b) (ψ δ)) (at_left 1) (locally (2 / PI * RInt (arc k m) 0 (ψ δ)))).
  { apply (filterlim_comp _ _ _ ψ (fun x => 2 / PI * RInt (arc k m) x (ψ δ)) _ (locally 0)); [exact ψ_to_0|].
    apply (ex_derive_continuous (fun x => 2 / PI * RInt (arc k m) x (ψ δ)) 0). auto_derive.
    split; [apply arc_integrable|]. split; [|easy]. exists (mkposreal 1 Rlt_0_1). intros y _. apply continuity_pt_filterlim, arc_continuous. }
  specialize (Hlim P HP). unfold filtermapi.
  apply (Filter_prod _ _ _ (fun x => x = δ) (fun b => 0 < b < 1 /\ P (2 / PI * RInt (arc k m) (ψ b) (ψ δ)))).
  - reflexivity.
  - apply filter_and; [|exact Hlim]. exists (mkposreal (1 / 2) ltac:(lra)). intros b Hb Hb1.
    unfold ball in Hb; simpl in Hb; unfold AbsRing_ball, abs, minus, plus, opp in Hb; simpl in Hb. apply Rabs_lt_between in Hb. lra.
  - intros a b -> [Hb HPb]. exists (2 / PI * RInt (arc k m) (ψ b) (ψ δ)). split; [now apply proper_integral|exact HPb].
Qed.

Lemma mixed_likelihood_arc δ k m : 0 < δ < 1 -> mixed_likelihood δ k m = 2 / PI * RInt (arc k m) 0 (ψ δ).
Proof. intros H. apply (is_RInt_gen_unique (V := R_CompleteNormedModule)). now apply mixture_integral. Qed.

Lemma mixed_mass δ : 0 < δ < 1 -> mixed_likelihood δ 0 0 = 2 / PI * ψ δ.
Proof.
  intros H. rewrite mixed_likelihood_arc by easy. rewrite (RInt_ext _ (fun _ => 1)).
  - rewrite RInt_const. unfold scal; simpl; unfold mult; simpl. ring.
  - intros x _. unfold arc. simpl. ring.
Qed.

Theorem e_value_closed (δ : R) (k m : nat) : 0 < δ < 1 ->
  e_value δ k m = RInt (arc k m) 0 (ψ δ) / (ψ δ * likelihood δ k m).
Proof.
  intros H. unfold e_value. rewrite mixed_mass, mixed_likelihood_arc by easy.
  pose proof (ψ_bounds δ H). pose proof PI_RGT_0. pose proof (likelihood_pos δ k m H). field. repeat split; lra.
Qed.

(** The prior is a law: ∫_0^1 w = 1. *)
Theorem beta_half_half_is_a_law : is_RInt_gen beta_half_half (at_right 0) (at_left 1) 1.
Proof.
  intros P HP. pose proof PI_RGT_0 as HPI.
  assert (Hab : forall a b, 0 < a < 1 -> 0 < b < 1 -> is_RInt beta_half_half a b (2 / PI * (ψ a - ψ b))).
  { intros a b Ha Hb. pose proof (proper_integral a b 0 0 Ha Hb) as H.
    rewrite (RInt_ext _ (fun _ => 1)), RInt_const in H by (intros; unfold arc; simpl; ring).
    replace (2 / PI * (ψ a - ψ b)) with (2 / PI * scal (ψ a - ψ b) 1) by (unfold scal; simpl; unfold mult; simpl; ring).
    apply (is_RInt_ext (fun p => likelihood p 0 0 * beta_half_half p)); [|exact H].
    intros x _. unfold likelihood. simpl. ring. }
  (* ψ(a) = π/2 − ψ(1 − a). *)
  assert (Hψ : forall a, 0 < a < 1 -> ψ a = PI / 2 - ψ (1 - a)).
  { intros a Ha. unfold ψ. rewrite <- atan_inv by (apply sqrt_lt_R0, Rdiv_lt_0_compat; lra).
    rewrite <- sqrt_inv. f_equal. f_equal. field. lra. }
  destruct HP as [ε Hε].
  destruct (ψ_to_0 (fun y => Rabs y < PI / 4 * ε)) as [η Hη].
  { assert (0 < PI / 4 * ε) as H by (apply Rmult_lt_0_compat; [lra|apply cond_pos]).
    exists (mkposreal _ H). intros y Hy. unfold ball in Hy; simpl in Hy; unfold AbsRing_ball, abs, minus, plus, opp in Hy; simpl in Hy.
    rewrite <- (Rminus_0_r y). exact Hy. }
  assert (Hnear : forall b, 1 - η < b < 1 -> Rabs (ψ b) < PI / 4 * ε).
  { intros b Hb. apply Hη; [|lra]. unfold ball; simpl; unfold AbsRing_ball, abs, minus, plus, opp; simpl. apply Rabs_def1; lra. }
  pose proof (cond_pos η) as Hη0.
  set (μ := Rmin η (1 / 2)). assert (Hμ : 0 < μ <= η /\ μ <= 1 / 2) by (unfold μ, Rmin; destruct (Rle_dec η (1 / 2)); lra).
  apply (Filter_prod _ _ _ (fun a => 0 < a < μ) (fun b => 1 - μ < b < 1)).
  - exists (mkposreal μ ltac:(lra)). intros a Ha Ha0. unfold ball in Ha; simpl in Ha; unfold AbsRing_ball, abs, minus, plus, opp in Ha; simpl in Ha.
    apply Rabs_lt_between in Ha. lra.
  - exists (mkposreal μ ltac:(lra)). intros b Hb Hb0. unfold ball in Hb; simpl in Hb; unfold AbsRing_ball, abs, minus, plus, opp in Hb; simpl in Hb.
    apply Rabs_lt_between in Hb. lra.
  - intros a b Ha Hb. exists (2 / PI * (ψ a - ψ b)). split; [apply Hab; simpl; lra|].
    apply Hε. unfold ball; simpl; unfold AbsRing_ball, abs, minus, plus, opp; simpl.
    rewrite (Hψ a) by lra. pose proof (Hnear (1 - a) ltac:(lra)) as H1. pose proof (Hnear b ltac:(lra)) as H2.
    replace (2 / PI * (PI / 2 - ψ (1 - a) - ψ b) + - (1)) with (- (2 / PI * (ψ (1 - a) + ψ b))) by (field; lra).
    rewrite Rabs_Ropp, Rabs_mult, (Rabs_pos_eq (2 / PI)) by (apply Rlt_le, Rdiv_lt_0_compat; lra).
    pose proof (Rabs_triang (ψ (1 - a)) (ψ b)) as H3.
    apply (Rmult_lt_reg_l (PI / 2)); [lra|]. replace (PI / 2 * (2 / PI * Rabs (ψ (1 - a) + ψ b))) with (Rabs (ψ (1 - a) + ψ b)) by (field; lra). lra.
Qed.

Lemma e_value_nonneg δ k m : 0 < δ < 1 -> 0 <= e_value δ k m.
Proof.
  intros H. rewrite e_value_closed by easy. pose proof (ψ_bounds δ H). pose proof (likelihood_pos δ k m H).
  apply Rmult_le_pos; [|apply Rlt_le, Rinv_0_lt_compat, Rmult_lt_0_compat; lra].
  apply RInt_ge_0; [lra|apply arc_integrable|]. intros x Hx. rewrite <- likelihood_cos. apply likelihood_nonneg.
  destruct (cos_bounds x δ); lra.
Qed.

Lemma e_value_start δ : 0 < δ < 1 -> e_value δ 0 0 = 1.
Proof.
  intros H. unfold e_value. rewrite mixed_mass by easy. pose proof (ψ_bounds δ H). pose proof PI_RGT_0. unfold likelihood. simpl. field. split; lra.
Qed.

Lemma e_value_step δ r k m : 0 < δ < 1 -> 0 <= r <= δ -> r * e_value δ (S k) m + (1 - r) * e_value δ k (S m) <= e_value δ k m.
Proof.
  intros Hδ Hr. pose proof (ψ_bounds δ Hδ) as Hψ. pose proof (likelihood_pos δ k m Hδ) as HL.
  rewrite !e_value_closed by easy.
  assert (HI : r * (RInt (arc (S k) m) 0 (ψ δ) / δ) + (1 - r) * (RInt (arc k (S m)) 0 (ψ δ) / (1 - δ)) <= RInt (arc k m) 0 (ψ δ)).
  { assert (Hs : forall c f, ex_RInt f 0 (ψ δ) -> c * RInt f 0 (ψ δ) = RInt (fun x => c * f x) 0 (ψ δ)).
    { intros c f Hf. symmetry. now apply (RInt_scal (V := R_CompleteNormedModule) f). }
    assert (Hsi : forall c k' m', ex_RInt (fun x => c * arc k' m' x) 0 (ψ δ)).
    { intros. apply (ex_RInt_scal (V := R_NormedModule)), arc_integrable. }
    replace (r * (RInt (arc (S k) m) 0 (ψ δ) / δ)) with (r / δ * RInt (arc (S k) m) 0 (ψ δ)) by (field; lra).
    replace ((1 - r) * (RInt (arc k (S m)) 0 (ψ δ) / (1 - δ))) with ((1 - r) / (1 - δ) * RInt (arc k (S m)) 0 (ψ δ)) by (field; lra).
    rewrite !Hs by apply arc_integrable.
    rewrite <- (RInt_plus (V := R_CompleteNormedModule)) by apply Hsi.
    apply RInt_le; [lra|apply (ex_RInt_plus (V := R_NormedModule)); apply Hsi|apply arc_integrable|].
    intros x Hx. destruct (cos_bounds x δ ltac:(lra) Hδ) as [Hc _].
    pose proof (one_step δ (cos x ^ 2) r k m Hδ Hc Hr) as H1. rewrite !likelihood_cos in H1.
    eapply Rle_trans; [|exact H1]. apply Req_le. unfold plus; simpl. match goal with |- @eq _ ?u ?v => change (@eq R u v) end. field. lra. }
  apply (Rmult_le_reg_r (ψ δ * likelihood δ k m)); [apply Rmult_lt_0_compat; lra|].
  eapply Rle_trans; [|eapply Rle_trans; [exact HI|]].
  - apply Req_le. unfold likelihood in *. cbn [pow]. assert (0 < δ ^ k /\ 0 < (1 - δ) ^ m) by (split; apply pow_lt; lra). field. repeat split; lra.
  - apply Req_le. match goal with |- @eq _ ?u ?v => change (@eq R u v) end. generalize (RInt (arc k m) 0 (ψ δ) : R). intros I0. field. split; lra.
Qed.

Theorem e_process_supermartingale (δ : R) (q : list bool -> R) (N : nat) : 0 < δ < 1 -> (forall h, 0 <= q h <= δ) ->
  supermartingale outcomes (rate q) N (fun h => e_value δ (bad h) (good h)).
Proof.
  intros Hδ Hq. apply supermartingale_of_counts. intros k m r [h ->]. now apply e_value_step.
Qed.

(** The false alarms of "refute when E_n ≥ 1/α at any n ≤ N". *)
Theorem e_process_level (δ α : R) (q : list bool -> R) (N : nat) : 0 < δ < 1 -> 0 < α -> (forall h, 0 <= q h <= δ) ->
  probability_ever outcomes (rate q) (at_least (fun h => e_value δ (bad h) (good h)) (1 / α)) N <= α.
Proof.
  intros Hδ Hα Hq. eapply Rle_trans; [apply ville_level; [| | |exact Hα]|].
  - apply bernoulli_is_law. intros h. specialize (Hq h). lra.
  - now apply e_process_supermartingale.
  - intros h _. now apply e_value_nonneg.
  - cbn. rewrite e_value_start by easy. lra.
Qed.

(** ∫_{p<δ₀} p^k (1−p)^m dBeta(½,½)(p). *)
Definition mixed_likelihood_below (δ : R) (k m : nat) : R :=
  RInt_gen (fun p => likelihood p k m * beta_half_half p) (at_right 0) (at_point δ).

(** The mirror image p ↦ 1 − p. *)
Theorem mirrored_integral (δ : R) (k m : nat) : 0 < δ < 1 -> mixed_likelihood_below δ k m = mixed_likelihood (1 - δ) m k.
Proof.
  intros Hδ. apply (is_RInt_gen_unique (V := R_CompleteNormedModule)).
  rewrite mixed_likelihood_arc by lra. set (L := 2 / PI * RInt (arc m k) 0 (ψ (1 - δ))).
  pose proof (mixture_integral (1 - δ) m k ltac:(lra)) as H. fold L in H. intros P HP.
  specialize (H P HP). unfold filtermapi in *. destruct H as [Q1 Q2 H1 H2 H]. unfold at_point in H1.
  apply (Filter_prod _ _ _ (fun a => Q2 (1 - a)) (fun b => b = δ)).
  - destruct H2 as [η Hη]. exists η. intros a Ha Ha0. apply Hη; [|lra].
    unfold ball in *; simpl in *; unfold AbsRing_ball, abs, minus, plus, opp in *; simpl in *.
    replace (1 - a + - (1)) with (- (a + - 0)) by ring. now rewrite Rabs_Ropp.
  - reflexivity.
  - intros a b Ha ->. destruct (H (1 - δ) (1 - a) H1 Ha) as [y [Hy HPy]]. exists y. split; [|exact HPy]. cbn [fst snd] in *.
    apply (is_RInt_swap (V := R_NormedModule)) in Hy.
    replace (1 - a) with (-1 * a + 1) in Hy by ring. replace (1 - δ) with (-1 * δ + 1) in Hy by ring.
    apply (is_RInt_comp_lin (V := R_NormedModule)) in Hy. apply (is_RInt_opp (V := R_NormedModule)) in Hy. rewrite opp_opp in Hy.
    eapply (is_RInt_ext (V := R_NormedModule)); [|exact Hy]. intros x _. unfold likelihood, beta_half_half, opp, scal; simpl; unfold mult; simpl.
    replace (-1 * x + 1) with (1 - x) by ring. replace (1 - (1 - x)) with x by ring. rewrite (Rmult_comm (1 - x) x). ring.
Qed.

(** Evidence for the claim, as src/statistics computes it: the mixture over p < δ₀. *)
Theorem e_value_for (δ : R) (k m : nat) : 0 < δ < 1 ->
  e_value (1 - δ) m k = mixed_likelihood_below δ k m / (mixed_likelihood_below δ 0 0 * likelihood δ k m).
Proof.
  intros Hδ. rewrite !mirrored_integral by easy. unfold e_value. f_equal. f_equal. unfold likelihood. replace (1 - (1 - δ)) with δ by ring. ring.
Qed.

(** Evidence for the claim P(bad) ≤ δ₀, false with probability at most α whenever every conditional rate is at least δ₀. *)
Theorem e_process_for_level (δ α : R) (q : list bool -> R) (N : nat) : 0 < δ < 1 -> 0 < α -> (forall h, δ <= q h <= 1) ->
  probability_ever outcomes (rate q) (at_least (fun h => e_value (1 - δ) (good h) (bad h)) (1 / α)) N <= α.
Proof.
  intros Hδ Hα Hq. eapply Rle_trans; [apply ville_level; [| | |exact Hα]|].
  - apply bernoulli_is_law. intros h. specialize (Hq h). lra.
  - apply (supermartingale_of_counts (fun k m => e_value (1 - δ) m k)). intros k m r [h ->]. specialize (Hq h).
    pose proof (e_value_step (1 - δ) (1 - q h) m k ltac:(lra) ltac:(lra)) as H. lra.
  - intros h _. apply e_value_nonneg. lra.
  - cbn. rewrite e_value_start by lra. lra.
Qed.
