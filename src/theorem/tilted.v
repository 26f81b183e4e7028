(** * A base model tilted at one prompt

    p ∝ π_ref·e^{f/β} over the responses to one prompt (or the tokens at one prefix), as T6, T7 and T9 use it: its normaliser, its law, its divergence from another
    tilt of the same base model. The optimal policy of framework.md is the tilt by the rewards ([optimal_policy_is_tilt]). *)

From Coq Require Import Reals List Lra Lia.
From Coverbound Require Import finite framework inequalities.
Import ListNotations.
Open Scope R_scope.

Section Tilted.
  Context {A : Type}.
  Variables (l : list A) (π_ref : A -> R) (β : R).

  (** Z_f = E_{π_ref} e^{f/β}. *)
  Definition partition (f : A -> R) : R := ∑ y ∈ l, π_ref y * exp (f y / β).

  (** p(y) = π_ref(y)·e^{f(y)/β}/Z_f. *)
  Definition tilt (f : A -> R) (y : A) : R := π_ref y * exp (f y / β) / partition f.

  Hypothesis Hβ : 0 < β.
  Hypothesis Href : distribution l π_ref.

  Lemma partition_pos f : 0 < partition f.
  Proof.
    destruct (distribution_inhabited l π_ref Href) as [y [Hy Hp]]. destruct Href as [H0 H1]. apply sum_pos.
    - intros z Hz. apply Rmult_le_pos; [auto|apply Rlt_le, exp_pos].
    - exists y. split; [easy|]. apply Rmult_lt_0_compat; [easy|apply exp_pos].
  Qed.

  Lemma tilt_nonneg f y : In y l -> 0 <= tilt f y.
  Proof.
    intros Hy. destruct Href as [H0 _]. unfold tilt. apply Rmult_le_pos; [|apply Rlt_le, Rinv_0_lt_compat, partition_pos].
    apply Rmult_le_pos; [auto|apply Rlt_le, exp_pos].
  Qed.

  Lemma tilt_distribution f : distribution l (tilt f).
  Proof.
    split; [intros y Hy; now apply tilt_nonneg|]. unfold tilt. rewrite sum_div. fold (partition f). pose proof (partition_pos f). field. lra.
  Qed.

  (** Only differences of f matter: an anchor changes nothing. *)
  Lemma partition_shift f c : partition (fun y => f y - c) = exp (- c / β) * partition f.
  Proof.
    unfold partition. rewrite <- sum_scal. apply sum_ext. intros y _. replace ((f y - c) / β) with (- c / β + f y / β) by (field; lra). rewrite exp_plus. ring.
  Qed.

  Lemma tilt_shift f c y : tilt (fun y => f y - c) y = tilt f y.
  Proof.
    unfold tilt. rewrite partition_shift. replace ((f y - c) / β) with (- c / β + f y / β) by (field; lra). rewrite exp_plus.
    pose proof (partition_pos f). pose proof (exp_pos (- c / β)). field. lra.
  Qed.

  (** The normaliser of one tilt seen from another: E_{p_f} e^{(g−f)/β} = Z_g/Z_f. *)
  Lemma expectation_tilt_exp f g : expectation l (tilt f) (fun y => exp ((g y - f y) / β)) = partition g / partition f.
  Proof.
    unfold expectation, partition at 1. rewrite <- sum_div. apply sum_ext. intros y _. unfold tilt.
    replace (exp (g y / β)) with (exp (f y / β) * exp ((g y - f y) / β)) by (rewrite <- exp_plus; f_equal; field; lra).
    pose proof (partition_pos f). field. lra.
  Qed.

  (** log(p_f/p_g) on the support. *)
  Lemma ln_tilt_ratio f g y : In y l -> 0 < π_ref y -> ln (tilt f y / tilt g y) = (f y - g y) / β + ln (partition g / partition f).
  Proof.
    intros Hy Hp. pose proof (partition_pos f). pose proof (partition_pos g). pose proof (exp_pos (f y / β)). pose proof (exp_pos (g y / β)).
    replace (tilt f y / tilt g y) with (exp ((f y - g y) / β) * (partition g / partition f)).
    - rewrite ln_mult, ln_exp; [easy|apply exp_pos|now apply Rdiv_lt_0_compat].
    - unfold tilt. replace ((f y - g y) / β) with (f y / β + - (g y / β)) by (field; lra). rewrite exp_plus, exp_Ropp. field. repeat split; lra.
  Qed.

  (** KL(p_f‖p_g) = log E_{p_f} e^Δ − E_{p_f} Δ, Δ = (g − f)/β. *)
  Lemma KL_tilts f g :
    KL l (tilt f) (tilt g) = ln (expectation l (tilt f) (fun y => exp ((g y - f y) / β))) - expectation l (tilt f) (fun y => (g y - f y) / β).
  Proof.
    rewrite expectation_tilt_exp. destruct (tilt_distribution f) as [_ H1]. unfold KL, expectation.
    rewrite (sum_ext l _ (fun y => tilt f y * ln (partition g / partition f) - tilt f y * ((g y - f y) / β))).
    - rewrite sum_minus, sum_scal_r, H1. ring.
    - intros y Hy. destruct Href as [H0 _]. destruct (H0 y Hy) as [Hp|Hp].
      + rewrite ln_tilt_ratio by easy. field. lra.
      + assert (Hz : tilt f y = 0) by (unfold tilt; rewrite <- Hp; unfold Rdiv; ring). rewrite Hz. ring.
  Qed.

  (** log E e^Δ − E Δ ≤ max Δ − min Δ: the trivial bound. *)
  Lemma KL_tilts_oscillation f g a b : (forall y, In y l -> 0 < π_ref y -> a <= (g y - f y) / β <= b) -> KL l (tilt f) (tilt g) <= b - a.
  Proof.
    intros H. rewrite KL_tilts. pose proof (tilt_distribution f) as Hd.
    assert (Hsupp : forall y, In y l -> 0 < tilt f y -> a <= (g y - f y) / β <= b).
    { intros y Hy Hp. apply H; [easy|]. destruct Href as [H0 _]. destruct (H0 y Hy) as [|Hz]; [easy|]. unfold tilt in Hp. rewrite <- Hz in Hp. unfold Rdiv in Hp. lra. }
    pose proof (expectation_bounds l (tilt f) (fun y => (g y - f y) / β) a b Hd Hsupp) as Hm.
    assert (He : exp a <= expectation l (tilt f) (fun y => exp ((g y - f y) / β)) <= exp b).
    { apply expectation_bounds; [easy|]. intros y Hy Hp. destruct (Hsupp y Hy Hp). split; now apply exp_le. }
    assert (Hl : ln (expectation l (tilt f) (fun y => exp ((g y - f y) / β))) <= b).
    { rewrite <- (ln_exp b). pose proof (exp_pos a). destruct He as [Ha [Hb|Hb]]; [apply Rlt_le, ln_increasing; lra|rewrite Hb; lra]. }
    lra.
  Qed.
End Tilted.

Lemma optimal_policy_is_tilt {X Response} (Y : X -> list Response) π_ref r β x y : optimal_policy Y π_ref r β x y = tilt (Y x) (π_ref x) β (r x) y.
Proof. reflexivity. Qed.

(** ** Events *)

(** P_{y~p}(b(y)). *)
Definition chance {A} (l : list A) (p : A -> R) (b : A -> bool) : R := ∑ y ∈ l, if b y then p y else 0.

Section Events.
  Context {A : Type}.
  Implicit Types (l : list A) (p : A -> R) (b : A -> bool).

  Lemma chance_nonneg l p b : (forall y, In y l -> 0 <= p y) -> 0 <= chance l p b.
  Proof. intros H. apply sum_nonneg. intros y Hy. destruct (b y); [auto|lra]. Qed.

  Lemma chance_compl l p b : distribution l p -> chance l p b + chance l p (fun y => negb (b y)) = 1.
  Proof. intros [_ H1]. unfold chance. rewrite <- sum_plus, <- H1. apply sum_ext. intros y _. destruct (b y); simpl; ring. Qed.

  Lemma chance_le l p q c b : (forall y, In y l -> p y <= c * q y) -> chance l p b <= c * chance l q b.
  Proof. intros H. unfold chance. rewrite <- sum_scal. apply sum_le. intros y Hy. destruct (b y); [auto|lra]. Qed.
End Events.

(** ** Conditioning *)

(** p(·∣b). *)
Definition conditional {A} (l : list A) (p : A -> R) (b : A -> bool) (y : A) : R := if b y then p y / chance l p b else 0.

Section Conditioning.
  Context {A : Type}.
  Variables (l : list A) (b : A -> bool).
  Implicit Types p : A -> R.

  Lemma conditional_distribution p : (forall y, In y l -> 0 <= p y) -> 0 < chance l p b -> distribution l (conditional l p b).
  Proof.
    intros H0 Hpos. split.
    - intros y Hy. unfold conditional. destruct (b y); [|lra]. apply Rmult_le_pos; [auto|now apply Rlt_le, Rinv_0_lt_compat].
    - unfold conditional. rewrite (sum_ext l _ (fun y => (if b y then p y else 0) / chance l p b)) by (intros y _; destruct (b y); [easy|unfold Rdiv; ring]).
      rewrite sum_div. fold (chance l p b). field. lra.
  Qed.

  (** A tilt conditioned is the tilt of what was conditioned. *)
  Lemma conditional_tilt π_ref β f y : In y l -> distribution l π_ref -> 0 < chance l π_ref b ->
    conditional l (tilt l π_ref β f) b y = tilt l (conditional l π_ref b) β f y.
  Proof.
    intros Hy Href Hpos. pose proof (partition_pos l π_ref β Href f) as HZ.
    set (ZG := ∑ y ∈ l, if b y then π_ref y * exp (f y / β) else 0).
    assert (HZG : partition l (conditional l π_ref b) β f = ZG / chance l π_ref b).
    { unfold partition, ZG. rewrite <- sum_div. apply sum_ext. intros z _. unfold conditional. destruct (b z); [field; lra|unfold Rdiv; ring]. }
    assert (Hc : chance l (tilt l π_ref β f) b = ZG / partition l π_ref β f).
    { unfold chance, ZG. rewrite <- sum_div. apply sum_ext. intros z _. unfold tilt. destruct (b z); [easy|unfold Rdiv; ring]. }
    assert (HZGpos : 0 < ZG).
    { pose proof (partition_pos l (conditional l π_ref b) β (conditional_distribution π_ref (proj1 Href) Hpos) f) as H. rewrite HZG in H.
      destruct (Rlt_dec 0 ZG) as [|Hn]; [easy|]. apply Rmult_lt_compat_r with (r := chance l π_ref b) in H; [|easy].
      unfold Rdiv in H. rewrite Rmult_assoc, Rinv_l in H by lra. lra. }
    unfold conditional at 1. rewrite Hc. unfold tilt at 2. rewrite HZG. unfold conditional. destruct (b y); [|unfold Rdiv; ring].
    unfold tilt. field. repeat split; lra.
  Qed.
End Conditioning.
