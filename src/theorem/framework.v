(** * The framework of framework.md, for finite instances

    Prompts x ~ ρ from a finite list, finitely many responses Y(x) to each, a base model π_ref, mean rewards r*, a regularisation strength β. The objective, the
    optimal policy, its normaliser and the coverage coefficient, as that page defines them. Definitions only, and what follows from them at once. *)

From Coq Require Import Reals List Lra.
From Coverbound Require Import finite.
Import ListNotations.
Open Scope R_scope.

Section Framework.
  (** Prompts and responses are of any types; [Y x] lists the responses to prompt [x]. *)
  Context {X Response : Type}.
  Variables (prompts : list X) (Y : X -> list Response).
  Variables (ρ : X -> R) (π_ref : X -> Response -> R).
  (** Mean rewards r*, and β > 0. *)
  Variables (r : X -> Response -> R) (β : R).

  (** Z(x) = Σ_y π_ref(y∣x)·exp(r*(x,y)/β). *)
  Definition normaliser (x : X) : R := ∑ y ∈ Y x, π_ref x y * exp (r x y / β).

  (** π*_β(y∣x) = π_ref(y∣x)·exp(r*(x,y)/β) / Z(x). *)
  Definition optimal_policy (x : X) (y : Response) : R := π_ref x y * exp (r x y / β) / normaliser x.

  (** J_β(π) = E_ρ[E_π r* − β·KL(π‖π_ref)]. *)
  Definition objective (π : X -> Response -> R) : R :=
    expectation prompts ρ (fun x => expectation (Y x) (π x) (r x) - β * KL (Y x) (π x) (π_ref x)).

  (** C_cov(π) = max_{x,y} π(y∣x)/π_ref(y∣x). Read it where π_ref is positive on [Y x]: [Y x] lists the support of π_ref. *)
  Definition coverage (π : X -> Response -> R) : R := maximum prompts (fun x => maximum (Y x) (fun y => π x y / π_ref x y)).

  (** π(·∣x) is a distribution on Y(x) for every prompt. *)
  Definition policy (π : X -> Response -> R) : Prop := forall x, In x prompts -> distribution (Y x) (π x).

  (** ⟨θ, v⟩ in R^d, a vector being its coordinates 0 … d−1. *)
  Definition inner (d : nat) (θ v : nat -> R) : R := ∑ i ∈ seq 0 d, θ i * v i.

  (** φ(x,y,y′) = φ(x,y) − φ(x,y′). *)
  Definition relative_feature (φ : X -> Response -> nat -> R) (x : X) (y y' : Response) (i : nat) : R := φ x y i - φ x y' i.

  (** Realizability: r*(x,y) − r*(x,y′) = ⟨θ*, φ(x,y,y′)⟩ for all x, y, y′. *)
  Definition realizable (d : nat) (φ : X -> Response -> nat -> R) (θ : nat -> R) : Prop :=
    forall x y y', In x prompts -> In y (Y x) -> In y' (Y x) -> r x y - r x y' = inner d θ (relative_feature φ x y y').

  Hypothesis Hβ : 0 < β.
  Hypothesis Href : policy π_ref.

  Lemma normaliser_pos x : In x prompts -> 0 < normaliser x.
  Proof.
    intros Hx. destruct (Href x Hx) as [H0 H1]. destruct (distribution_inhabited _ _ (Href x Hx)) as [y [Hy Hp]].
    apply sum_pos.
    - intros z Hz. apply Rmult_le_pos; [auto|apply Rlt_le, exp_pos].
    - exists y. split; [easy|]. apply Rmult_lt_0_compat; [easy|apply exp_pos].
  Qed.

  Lemma optimal_policy_is_policy : policy optimal_policy.
  Proof.
    intros x Hx. pose proof (normaliser_pos x Hx) as HZ. destruct (Href x Hx) as [H0 H1]. split.
    - intros y Hy. unfold optimal_policy. apply Rmult_le_pos; [|apply Rlt_le, Rinv_0_lt_compat, HZ].
      apply Rmult_le_pos; [auto|apply Rlt_le, exp_pos].
    - unfold optimal_policy. rewrite sum_div. fold (normaliser x). field. lra.
  Qed.

  (** π* is positive exactly where π_ref is. *)
  Lemma optimal_policy_support x y : In x prompts -> π_ref x y = 0 <-> optimal_policy x y = 0.
  Proof.
    intros Hx. pose proof (normaliser_pos x Hx) as HZ. unfold optimal_policy. pose proof (exp_pos (r x y / β)) as He. split; intros H.
    - rewrite H. field. lra.
    - assert (0 < exp (r x y / β) / normaliser x) as Hc by (apply Rdiv_lt_0_compat; easy).
      replace (π_ref x y * exp (r x y / β) / normaliser x) with (π_ref x y * (exp (r x y / β) / normaliser x)) in H by (field; lra).
      apply Rmult_integral in H. destruct H; [easy|lra].
  Qed.
End Framework.
