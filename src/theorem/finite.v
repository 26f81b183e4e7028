(** * Finite sums, distributions and divergences over the reals

    The base of the .v files beside the pages of this suite's theorems. No theorem of its own: definitions a reader of the field can check at a glance, and the few
    laws of finite sums that the proofs use.

    Design. Real numbers are the standard library's [R], so that [lra], [nra], [field], Coquelicot and Interval work on every statement. A finite set of responses
    is a list [l : list A] over any type [A], a weight or a reward a function [A -> R], and a sum runs over the list: sums over products, sequences and trees are
    then plain [flat_map]s and inductions, with no type of finite types in between. A list with repetitions is allowed: each occurrence is an atom of its own. Every
    statement about values speaks of members of the list only. mathcomp's matrices are used where determinants are (T3, T4), and nowhere else.

    Conventions of the library that matter here: [ln x = 0] for [x <= 0] and [x / 0] is an unspecified number; so [p * ln (p / q)] is 0 where [p = 0], as the
    field has it, and every statement that divides by a weight says that the weight is positive, or that its numerator vanishes with it ([absolutely_continuous]). *)

From Coq Require Import Reals List Lra Lia.
Import ListNotations.
Open Scope R_scope.

(** ** Sums *)

Fixpoint sum {A} (l : list A) (f : A -> R) : R :=
  match l with
  | [] => 0
  | x :: l' => f x + sum l' f
  end.

Notation "'∑' x ∈ l , e" := (sum l (fun x => e)) (at level 41, x binder, l at level 35, e at level 50, right associativity) : R_scope.

Section Sums.
  Context {A : Type}.
  Implicit Types (l : list A) (f g : A -> R).

  Lemma sum_ext l f g : (forall x, In x l -> f x = g x) -> sum l f = sum l g.
  Proof.
    induction l as [|x l IH]; intros H; simpl; [easy|].
    rewrite (H x), IH; [easy| |now left]. intros y Hy. apply H. now right.
  Qed.

  Lemma sum_app l1 l2 f : sum (l1 ++ l2) f = sum l1 f + sum l2 f.
  Proof. induction l1 as [|x l IH]; simpl; [|rewrite IH]; ring. Qed.

  Lemma sum_plus l f g : ∑ x ∈ l, (f x + g x) = sum l f + sum l g.
  Proof. induction l as [|x l IH]; simpl; [|rewrite IH]; ring. Qed.

  Lemma sum_minus l f g : ∑ x ∈ l, (f x - g x) = sum l f - sum l g.
  Proof. induction l as [|x l IH]; simpl; [|rewrite IH]; ring. Qed.

  Lemma sum_scal l c f : ∑ x ∈ l, (c * f x) = c * sum l f.
  Proof. induction l as [|x l IH]; simpl; [|rewrite IH]; ring. Qed.

  Lemma sum_scal_r l c f : ∑ x ∈ l, (f x * c) = sum l f * c.
  Proof. induction l as [|x l IH]; simpl; [|rewrite IH]; ring. Qed.

  Lemma sum_div l c f : ∑ x ∈ l, (f x / c) = sum l f / c.
  Proof. unfold Rdiv. apply sum_scal_r. Qed.

  Lemma sum_opp l f : ∑ x ∈ l, (- f x) = - sum l f.
  Proof. induction l as [|x l IH]; simpl; [|rewrite IH]; ring. Qed.

  Lemma sum_zero l f : (forall x, In x l -> f x = 0) -> sum l f = 0.
  Proof. induction l as [|x l IH]; intros H; simpl; [easy|]. rewrite H, IH by (simpl; auto with *). ring. Qed.

  Lemma sum_const l c : ∑ _ ∈ l, c = INR (length l) * c.
  Proof. induction l as [|x l IH]; [simpl; ring|]. change (length (x :: l)) with (S (length l)). rewrite S_INR. simpl. rewrite IH. ring. Qed.

  Lemma sum_le l f g : (forall x, In x l -> f x <= g x) -> sum l f <= sum l g.
  Proof.
    induction l as [|x l IH]; intros H; simpl; [lra|].
    apply Rplus_le_compat; [apply H; now left|apply IH; intros y Hy; apply H; now right].
  Qed.

  Lemma sum_nonneg l f : (forall x, In x l -> 0 <= f x) -> 0 <= sum l f.
  Proof. intros H. replace 0 with (∑ _ ∈ l, 0) by (rewrite sum_const; ring). now apply sum_le. Qed.

  Lemma sum_pos l f : (forall x, In x l -> 0 <= f x) -> (exists x, In x l /\ 0 < f x) -> 0 < sum l f.
  Proof.
    induction l as [|x l IH]; intros H [y [Hy Hp]]; [easy|]. simpl.
    assert (H0 : 0 <= f x) by (apply H; now left).
    assert (H1 : 0 <= sum l f) by (apply sum_nonneg; intros z Hz; apply H; now right).
    destruct Hy as [->|Hy]; [lra|].
    assert (0 < sum l f); [|lra].
    apply IH; [intros z Hz; apply H; now right|now exists y].
  Qed.

  (** One term of a sum of non-negative terms. *)
  Lemma sum_ge_term l f x : (forall y, In y l -> 0 <= f y) -> In x l -> f x <= sum l f.
  Proof.
    induction l as [|z l IH]; intros H Hx; [easy|]. simpl.
    assert (0 <= f z) by (apply H; now left).
    assert (0 <= sum l f) by (apply sum_nonneg; intros y Hy; apply H; now right).
    destruct Hx as [->|Hx]; [lra|].
    assert (f x <= sum l f); [|lra]. apply IH; [|easy]. intros y Hy; apply H; now right.
  Qed.

  Lemma sum_nonneg_zero l f : (forall y, In y l -> 0 <= f y) -> sum l f = 0 -> forall x, In x l -> f x = 0.
  Proof. intros H H0 x Hx. pose proof (sum_ge_term l f x H Hx). pose proof (H x Hx). lra. Qed.

  Lemma sum_abs l f : Rabs (sum l f) <= ∑ x ∈ l, Rabs (f x).
  Proof.
    induction l as [|x l IH]; simpl; [rewrite Rabs_R0; lra|].
    eapply Rle_trans; [apply Rabs_triang|lra].
  Qed.

  Lemma sum_filter l (b : A -> bool) f : sum (filter b l) f = ∑ x ∈ l, if b x then f x else 0.
  Proof. induction l as [|x l IH]; simpl; [easy|]. destruct (b x); simpl; rewrite IH; ring. Qed.
End Sums.

Lemma sum_map {A B} (h : A -> B) (l : list A) (f : B -> R) : sum (map h l) f = ∑ x ∈ l, f (h x).
Proof. induction l as [|x l IH]; simpl; [easy|now rewrite IH]. Qed.

Lemma sum_flat_map {A B} (h : A -> list B) (l : list A) (f : B -> R) : sum (flat_map h l) f = ∑ x ∈ l, sum (h x) f.
Proof. induction l as [|x l IH]; simpl; [easy|]. now rewrite sum_app, IH. Qed.

(** The order of two finite sums does not matter. *)
Lemma sum_swap {A B} (l : list A) (m : list B) (f : A -> B -> R) : ∑ x ∈ l, ∑ y ∈ m, f x y = ∑ y ∈ m, ∑ x ∈ l, f x y.
Proof.
  induction l as [|x l IH]; simpl.
  - now rewrite sum_zero.
  - now rewrite IH, sum_plus.
Qed.

(** ** Distributions *)

(** [p] is a probability distribution on the (finite) list [l]. *)
Definition distribution {A} (l : list A) (p : A -> R) : Prop := (forall y, In y l -> 0 <= p y) /\ sum l p = 1.

(** E_{y ~ p} f(y). *)
Definition expectation {A} (l : list A) (p f : A -> R) : R := ∑ y ∈ l, p y * f y.

(** π ≪ π_ref: what [q] never answers, [p] never answers. *)
Definition absolutely_continuous {A} (l : list A) (p q : A -> R) : Prop := forall y, In y l -> q y = 0 -> p y = 0.

(** KL(p‖q) = Σ p log(p/q); it is the field's where p ≪ q (elsewhere the field's is +∞, and nothing is claimed). *)
Definition KL {A} (l : list A) (p q : A -> R) : R := ∑ y ∈ l, p y * ln (p y / q y).

(** Total variation, sup over events of the difference = half the L1 distance. *)
Definition total_variation {A} (l : list A) (p q : A -> R) : R := (∑ y ∈ l, Rabs (p y - q y)) / 2.

Section Distributions.
  Context {A : Type}.
  Implicit Types (l : list A) (p q f g : A -> R).

  Lemma distribution_le_1 l p y : distribution l p -> In y l -> p y <= 1.
  Proof. intros [H0 H1] Hy. rewrite <- H1. now apply sum_ge_term. Qed.

  Lemma distribution_inhabited l p : distribution l p -> exists y, In y l /\ 0 < p y.
  Proof.
    intros [H0 H1]. revert H0 H1. generalize 1 as s, Rlt_0_1. intros s Hs. revert s Hs. induction l as [|x l IH]; simpl; intros s Hs H0 H1; [lra|].
    destruct (Rlt_dec 0 (p x)) as [Hx|Hx]; [exists x; auto|].
    destruct (IH s) as [y [Hy Hp]]; [easy|intros y Hy; apply H0; now right| |exists y; auto].
    pose proof (H0 x (or_introl eq_refl)). lra.
  Qed.

  Lemma expectation_const l p c : distribution l p -> expectation l p (fun _ => c) = c.
  Proof. intros [_ H1]. unfold expectation. rewrite sum_scal_r, H1. ring. Qed.

  Lemma expectation_le l p f g : (forall y, In y l -> 0 <= p y) -> (forall y, In y l -> 0 < p y -> f y <= g y) -> expectation l p f <= expectation l p g.
  Proof.
    intros H0 H. apply sum_le. intros y Hy. destruct (H0 y Hy) as [Hp|Hp].
    - apply Rmult_le_compat_l; [lra|auto].
    - rewrite <- Hp. lra.
  Qed.

  (** An expectation lies between bounds of the function on the support. *)
  Lemma expectation_bounds l p f a b :
    distribution l p -> (forall y, In y l -> 0 < p y -> a <= f y <= b) -> a <= expectation l p f <= b.
  Proof.
    intros Hd H. destruct Hd as [H0 H1].
    rewrite <- (expectation_const l p a), <- (expectation_const l p b) at 1 by (split; assumption).
    split; apply expectation_le; auto; intros y Hy Hp; apply (H y Hy Hp).
  Qed.
End Distributions.

(** ** Largest values *)

(** max_{x ∈ l} f(x) of a function with non-negative values (0 where there is nothing to choose from). *)
Definition maximum {A} (l : list A) (f : A -> R) : R := fold_right (fun x m => Rmax (f x) m) 0 l.

Section Maxima.
  Context {A : Type}.
  Implicit Types (l : list A) (f : A -> R).

  Lemma maximum_nonneg l f : 0 <= maximum l f.
  Proof. induction l as [|x l IH]; simpl; [lra|]. eapply Rle_trans; [exact IH|apply Rmax_r]. Qed.

  Lemma maximum_ge l f x : In x l -> f x <= maximum l f.
  Proof.
    induction l as [|z l IH]; intros Hx; [easy|]. simpl. destruct Hx as [->|Hx]; [apply Rmax_l|].
    eapply Rle_trans; [now apply IH|apply Rmax_r].
  Qed.

  Lemma maximum_le l f c : 0 <= c -> (forall x, In x l -> f x <= c) -> maximum l f <= c.
  Proof.
    intros Hc. induction l as [|z l IH]; intros H; simpl; [easy|].
    apply Rmax_lub; [apply H; now left|apply IH; intros y Hy; apply H; now right].
  Qed.

  Lemma maximum_ext l f g : (forall x, In x l -> f x = g x) -> maximum l f = maximum l g.
  Proof.
    induction l as [|x l IH]; intros H; simpl; [easy|].
    rewrite (H x), IH; [easy| |now left]. intros y Hy. apply H. now right.
  Qed.

  Lemma maximum_attained l f : (forall x, In x l -> 0 <= f x) -> l <> [] -> exists x, In x l /\ f x = maximum l f.
  Proof.
    induction l as [|z l IH]; intros H Hl; [easy|]. simpl. unfold Rmax. destruct (Rle_dec (f z) (maximum l f)) as [Hz|Hz].
    - destruct l as [|y l]; [|destruct IH as [x [Hx Hf]]; [intros x Hx; apply H; now right|easy|exists x; auto]].
      exists z. split; [now left|]. simpl in *. specialize (H z (or_introl eq_refl)). lra.
    - exists z. auto.
  Qed.
End Maxima.
