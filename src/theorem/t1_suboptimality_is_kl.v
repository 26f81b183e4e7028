(** * T1: suboptimality is a KL divergence

    t1-suboptimality-is-kl.md: J_β(π*_β) − J_β(π) = β·E_ρ KL(π(·∣x)‖π*_β(·∣x)) for every π ≪ π_ref, and J_β(π*_β) = β·E_ρ log Z(x).

    Assumed: finitely many prompts and responses; π_ref and π are policies; β > 0; π ≪ π_ref. Rewards are any real numbers, ρ any weights (a distribution is not
    needed). Both halves as stated; and, from the first and Gibbs' inequality, that π*_β is optimal, which its name promises ([T1_optimal], for ρ ≥ 0). *)

From Coq Require Import Reals List Lra.
From Coverbound Require Import finite framework inequalities.
Import ListNotations.
Open Scope R_scope.

Section T1.
  Context {X Response : Type}.
  Variables (prompts : list X) (Y : X -> list Response).
  Variables (ρ : X -> R) (π_ref : X -> Response -> R) (r : X -> Response -> R) (β : R).
  Hypothesis Hβ : 0 < β.
  Hypothesis Href : policy prompts Y π_ref.

  Let Z := normaliser Y π_ref r β.
  Let π_star := optimal_policy Y π_ref r β.
  Let J := objective prompts Y ρ π_ref r β.

  (** The proof's one step: on the support of π, r* = β log(π*/π_ref) + β log Z. *)
  Lemma reward_is_log_ratio x y :
    In x prompts -> 0 < π_ref x y -> r x y = β * ln (π_star x y / π_ref x y) + β * ln (Z x).
  Proof.
    intros Hx Hp. pose proof (normaliser_pos prompts Y π_ref r β Href x Hx) as HZ. fold Z in HZ.
    pose proof (exp_pos (r x y / β)) as He.
    unfold π_star, optimal_policy. fold Z. replace (π_ref x y * exp (r x y / β) / Z x / π_ref x y) with (exp (r x y / β) * / Z x) by (field; lra).
    rewrite ln_mult, ln_exp, ln_Rinv; try easy; [|now apply Rinv_0_lt_compat]. field. lra.
  Qed.

  (** At one prompt: E_π r* − β·KL(π‖π_ref) = β·log Z(x) − β·KL(π‖π_star). *)
  Lemma objective_at_prompt π x :
    In x prompts -> distribution (Y x) (π x) -> absolutely_continuous (Y x) (π x) (π_ref x) ->
    expectation (Y x) (π x) (r x) - β * KL (Y x) (π x) (π_ref x) = β * ln (Z x) - β * KL (Y x) (π x) (π_star x).
  Proof.
    intros Hx [Hp H1] Hac. destruct (Href x Hx) as [Hr _].
    unfold expectation, KL. rewrite <- !sum_scal, <- sum_minus.
    replace (β * ln (Z x)) with (∑ y ∈ Y x, π x y * (β * ln (Z x))) by (rewrite sum_scal_r, H1; ring).
    rewrite <- sum_minus. apply sum_ext. intros y Hy.
    destruct (Hp y Hy) as [Hpos|Hz]; [|rewrite <- Hz; ring].
    assert (Hrp : 0 < π_ref x y). { destruct (Hr y Hy) as [|Hz]; [easy|]. rewrite (Hac y Hy) in Hpos by easy. lra. }
    pose proof (normaliser_pos prompts Y π_ref r β Href x Hx) as HZ.
    assert (Hs : 0 < π_star x y).
    { apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; [easy|apply exp_pos]|easy]. }
    rewrite (reward_is_log_ratio x y Hx Hrp) at 1. unfold Rdiv at 1 2 3.
    rewrite !ln_mult, !ln_Rinv; try easy; try now apply Rinv_0_lt_compat. ring.
  Qed.

  Theorem T1_suboptimality_is_kl π :
    policy prompts Y π -> (forall x, In x prompts -> absolutely_continuous (Y x) (π x) (π_ref x)) ->
    J π_star - J π = β * expectation prompts ρ (fun x => KL (Y x) (π x) (π_star x)).
  Proof.
    intros Hπ Hac. unfold J, objective, expectation at 1 3 5. rewrite <- sum_minus, <- sum_scal. apply sum_ext. intros x Hx.
    rewrite (objective_at_prompt π x Hx (Hπ x Hx) (Hac x Hx)).
    rewrite (objective_at_prompt π_star x Hx).
    - replace (KL (Y x) (π_star x) (π_star x)) with 0; [ring|].
      symmetry. apply sum_zero. intros y Hy. destruct (Req_dec (π_star x y) 0) as [H|H]; [rewrite H; ring|].
      replace (π_star x y / π_star x y) with 1 by (field; easy). rewrite ln_1. ring.
    - now apply optimal_policy_is_policy with (prompts := prompts).
    - intros y Hy. now apply (optimal_policy_support prompts Y π_ref r β Href).
  Qed.

  Theorem T1_optimal_value : J π_star = β * expectation prompts ρ (fun x => ln (Z x)).
  Proof.
    unfold J, objective, expectation at 1 3. rewrite <- sum_scal. apply sum_ext. intros x Hx.
    rewrite (objective_at_prompt π_star x Hx).
    - replace (KL (Y x) (π_star x) (π_star x)) with 0; [ring|].
      symmetry. apply sum_zero. intros y Hy. destruct (Req_dec (π_star x y) 0) as [H|H]; [rewrite H; ring|].
      replace (π_star x y / π_star x y) with 1 by (field; easy). rewrite ln_1. ring.
    - now apply optimal_policy_is_policy with (prompts := prompts).
    - intros y Hy. now apply (optimal_policy_support prompts Y π_ref r β Href).
  Qed.

  Theorem T1_optimal π :
    (forall x, In x prompts -> 0 <= ρ x) -> policy prompts Y π -> (forall x, In x prompts -> absolutely_continuous (Y x) (π x) (π_ref x)) -> J π <= J π_star.
  Proof.
    intros Hρ Hπ Hac. pose proof (T1_suboptimality_is_kl π Hπ Hac) as H.
    assert (HK : 0 <= expectation prompts ρ (fun x => KL (Y x) (π x) (π_star x))).
    { apply sum_nonneg. intros x Hx. apply Rmult_le_pos; [auto|]. apply KL_nonneg; [auto|now apply (optimal_policy_is_policy prompts)|].
      intros y Hy Hz. apply (Hac x Hx y Hy). now apply (optimal_policy_support prompts Y π_ref r β Href). }
    assert (0 <= β * expectation prompts ρ (fun x => KL (Y x) (π x) (π_star x))) by (apply Rmult_le_pos; lra). lra.
  Qed.
End T1.
