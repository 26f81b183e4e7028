(** * The bounds as functions of real numbers

    The explicit formulas of T3, T4, T6, T7 and L1 that the suite also computes in float64 (src/policy/spanner-size.ts, src/oracle/sampler-draws.ts,
    src/algorithm/spanner-sampling-parameters.ts, lower-bounds/coverage). enclosures.v encloses them on a grid; tests hold the float64 functions against that.
    Counts are given before they are rounded up.

    - [size_excess_last]: the inequality of T3 that defines n_max holds up to one point and never after it, so that n_max is the n where it holds and at n+1 does not,
      which is what the bisection of spanner-size.ts takes for granted. *)

From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Coverbound Require Import inequalities.
Open Scope R_scope.

(** ** T3 *)

(** n·log(1+ν²) − d·log(1+4n/(dλ)): n_max(d,ν,λ) is the largest n at which this is ≤ 0. *)
Definition size_excess (d ν λ n : R) : R := n * ln (1 + ν * ν) - d * ln (1 + 4 * n / (d * λ)).

Theorem size_excess_last d ν λ n m :
  0 < d -> 0 < λ -> 0 <= n <= m -> size_excess d ν λ m <= 0 -> size_excess d ν λ n <= 0.
Proof.
  intros Hd Hl Hn Hm. destruct (Req_dec n 0) as [->|Hn0].
  { unfold size_excess. rewrite Rmult_0_l. replace (1 + 4 * 0 / (d * λ)) with 1 by (field; lra). rewrite ln_1. lra. }
  assert (Hdl : 0 < d * λ) by now apply Rmult_lt_0_compat.
  assert (Ha : 0 < 4 * m / (d * λ)) by (apply Rdiv_lt_0_compat; lra).
  assert (Ht : 0 <= n / m <= 1).
  { split; [apply Rmult_le_pos; [lra|apply Rlt_le, Rinv_0_lt_compat; lra]|].
    apply Rmult_le_reg_r with m; [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
  pose proof (ln_concave (n / m) (4 * m / (d * λ)) Ht Ha) as Hc.
  replace (n / m * (4 * m / (d * λ))) with (4 * n / (d * λ)) in Hc by (field; lra).
  unfold size_excess in *.
  assert (H : n / m * (m * ln (1 + ν * ν)) <= n / m * (d * ln (1 + 4 * m / (d * λ)))) by (apply Rmult_le_compat_l; lra).
  replace (n / m * (m * ln (1 + ν * ν))) with (n * ln (1 + ν * ν)) in H by (field; lra).
  assert (d * (n / m * ln (1 + 4 * m / (d * λ))) <= d * ln (1 + 4 * n / (d * λ))) by (apply Rmult_le_compat_l; lra). lra.
Qed.

(** ** T4: ν²/log(1+ν²) *)
Definition potential_factor (ν : R) : R := ν * ν / ln (1 + ν * ν).

(** ** T6: N₁ and N₂ before rounding *)
Definition sampler_estimate (M δ : R) : R := 8 * M * ln (4 / δ).
Definition sampler_trials (M δ : R) : R := 4 * M * ln (4 / δ).

(** ** T7 *)
Section T7.
  Variables (d β range B ε δ C λ : R).
  (** n_max and T_exp. *)
  Variables (size rounds : R).
  Definition e1 : R := exp 1 / (exp 1 - 1).
  Definition log_determinant : R := d * ln (1 + 4 * (size + rounds) / (d * λ)).
  Definition confidence_radius : R := range / sqrt 2 * sqrt (2 * ln (1 / δ) + log_determinant) + sqrt λ * B.
  Definition threshold : R := Rmin 1 (β / confidence_radius).
  Definition exploration_rounds : R :=
    3 / ε * (exp 1 - 2) * e1 * (potential_factor threshold * (confidence_radius * confidence_radius) * log_determinant / β + β * ln (1 / δ)).
  Definition spanner_prompts : R := e1 * (size + ln (1 / δ)) * 9 * range / ε.
  Definition pairs_per_prompt (prompts : R) : R := 3 / ε * C * (6 * range + 2 * exp 1 * Rmax β range) * ln (prompts / δ).
  Definition promise : R := 2 * (exp 1 * exp 1) * C.
End T7.

(** ** L1 *)

(** C_cov(π*_β) of Needle(N,d,β,R), x = R/β. *)
Definition needle_coverage (N x : R) : R := N * exp x / (N - 1 + exp x).

(** h(N,d,β,R) = E_u[e^{xu}/(N−1+e^{xu})], u the first coordinate of a uniform unit vector of R^d, of density ∝ (1−u²)^{(d−3)/2}, for d = 3, 5, 7; x = R/β.
    The densities' constants are those of [sphere_laws]. *)
Definition needle_chance_3 (N x : R) : R := RInt (fun u => 1 / 2 * (exp (x * u) / (N - 1 + exp (x * u)))) (-1) 1.
Definition needle_chance_5 (N x : R) : R := RInt (fun u => 3 / 4 * (1 - u * u) * (exp (x * u) / (N - 1 + exp (x * u)))) (-1) 1.
Definition needle_chance_7 (N x : R) : R := RInt (fun u => 15 / 16 * ((1 - u * u) * (1 - u * u)) * (exp (x * u) / (N - 1 + exp (x * u)))) (-1) 1.

Theorem sphere_laws :
  is_RInt (fun u => 1 / 2) (-1) 1 1 /\ is_RInt (fun u => 3 / 4 * (1 - u * u)) (-1) 1 1 /\ is_RInt (fun u => 15 / 16 * ((1 - u * u) * (1 - u * u))) (-1) 1 1.
Proof.
  split; [|split].
  - evar_last; [apply (is_RInt_derive (fun u => 1 / 2 * u) (fun _ => 1 / 2)); intros u _; [auto_derive; [easy|ring]|apply continuous_const]|].
    unfold minus, plus, opp; simpl; field.
  - evar_last; [apply (is_RInt_derive (fun u => 3 / 4 * (u - u * u * u / 3)) (fun u => 3 / 4 * (1 - u * u))); intros u _; [auto_derive; [easy|field]|]|].
    + apply (ex_derive_continuous (fun u => 3 / 4 * (1 - u * u))). auto_derive. easy.
    + unfold minus, plus, opp; simpl; field.
  - evar_last; [apply (is_RInt_derive (fun u => 15 / 16 * (u - 2 * (u * u * u) / 3 + u * u * u * u * u / 5)) (fun u => 15 / 16 * ((1 - u * u) * (1 - u * u)))); intros u _;
      [auto_derive; [easy|field]|]|].
    + apply (ex_derive_continuous (fun u => 15 / 16 * ((1 - u * u) * (1 - u * u)))). auto_derive. easy.
    + unfold minus, plus, opp; simpl; field.
Qed.
