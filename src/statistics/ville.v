(** * Ville's inequality on finite probability trees

    A finite probability tree is given by its conditional laws: after the history h (the outcomes so far, latest first) the next outcome is one of the finite list
    [next h], each with its conditional probability [p h a]. Outcomes may be of any type, and the law of the next one may depend on the whole past.

    Proved:
    - [path_law]: the iterated conditional expectation is the sum over all paths of (product of the conditional probabilities along the path)·(value at its end), so
      [probability_ever] is a probability on the space of paths;
    - [ville]: M nonnegative and a supermartingale before time N, c > 0: P(M_t ≥ c for some t ≤ N) ≤ M_0/c;
    - [ville_level]: the same at c = 1/α: P(max_t M_t ≥ 1/α) ≤ α·M_0.

    Assumed: nothing but the hypotheses each statement shows. It is what evidence.md calls anytime-valid. *)

From Coq Require Import Reals Lra Lia List.
From Coverbound Require Import finite.
Import ListNotations.
Open Scope R_scope.

Definition indicator (b : bool) : R := if b then 1 else 0.

Section Tree.
Context {A : Type}.
Variable next : list A -> list A.
Variable p : list A -> A -> R.

(** Expectation, from history h, of the value of f at the history n steps later. *)
Fixpoint expected (n : nat) (h : list A) (f : list A -> R) : R :=
  match n with
  | O => f h
  | S n' => sum (next h) (fun a => p h a * expected n' (a :: h) f)
  end.

(** All paths of n steps from h: the history at the end of each, and its probability. *)
Fixpoint paths (n : nat) (h : list A) : list (list A * R) :=
  match n with
  | O => [(h, 1)]
  | S n' => flat_map (fun a => map (fun wq => (fst wq, p h a * snd wq)) (paths n' (a :: h))) (next h)
  end.

Theorem path_law (n : nat) (h : list A) (f : list A -> R) :
  expected n h f = sum (paths n h) (fun wq => snd wq * f (fst wq)).
Proof.
  revert h; induction n as [|n IH]; intros h.
  - cbn. lra.
  - cbn [expected paths]. rewrite sum_flat_map. apply sum_ext; intros a _.
    rewrite IH, sum_map, <- sum_scal. apply sum_ext; intros wq _. cbn. ring.
Qed.

(** The histories that can occur, and the conditional laws at those that occur before time N. *)
Inductive reachable : list A -> Prop :=
| root : reachable []
| branch h a : reachable h -> In a (next h) -> reachable (a :: h).

Definition is_law (N : nat) : Prop :=
  forall h, reachable h -> (length h < N)%nat ->
    (forall a, In a (next h) -> 0 <= p h a) /\ sum (next h) (p h) = 1.

(** E[M_{t+1} | past] <= M_t at every history before time N. *)
Definition supermartingale (N : nat) (M : list A -> R) : Prop :=
  forall h, reachable h -> (length h < N)%nat -> sum (next h) (fun a => p h a * M (a :: h)) <= M h.

(** "E at some time": E holds of the history itself or of one of its past ones, down to the root. *)
Fixpoint ever (E : list A -> bool) (w : list A) : bool :=
  (E w || match w with [] => false | _ :: w' => ever E w' end)%bool.

(** P(E at one of the times 0, ..., N). *)
Definition probability_ever (E : list A -> bool) (N : nat) : R :=
  expected N [] (fun w => indicator (ever E w)).

Definition at_least (M : list A -> R) (c : R) (h : list A) : bool := if Rle_dec c (M h) then true else false.

(** What [ever] and [at_least] say, in words of the logic. *)
Lemma ever_spec E w : ever E w = true <-> exists past recent, w = recent ++ past /\ E past = true.
Proof.
  induction w as [|a w IH]; cbn [ever]; rewrite Bool.orb_true_iff; split.
  - intros [H|H]; [|discriminate]. now exists [], [].
  - intros (past & recent & H & HE). symmetry in H. apply app_eq_nil in H as [-> ->]. now left.
  - intros [H|H]; [now exists (a :: w), []|]. apply IH in H as (past & recent & -> & HE).
    now exists past, (a :: recent).
  - intros (past & [|b recent] & H & HE); cbn in H.
    + subst past. now left.
    + injection H as -> ->. right. apply IH. now exists past, recent.
Qed.

Lemma at_least_spec M c h : at_least M c h = true <-> c <= M h.
Proof. unfold at_least. destruct (Rle_dec c (M h)); split; intros; try easy. Qed.

Lemma expected_le_one N n h E : is_law N -> reachable h -> (n + length h <= N)%nat ->
  expected n h (fun w => indicator (E w)) <= 1.
Proof.
  intros law. revert h; induction n as [|n IH]; intros h r L.
  - cbn. unfold indicator. destruct (E h); lra.
  - cbn [expected]. destruct (law h r ltac:(lia)) as [pos one]. rewrite <- one.
    apply sum_le; intros a I. rewrite <- (Rmult_1_r (p h a)) at 2.
    apply Rmult_le_compat_l; [now apply pos|]. apply IH; [now constructor|cbn; lia].
Qed.

Theorem ville (N : nat) (M : list A -> R) (c : R) :
  is_law N -> supermartingale N M -> (forall h, reachable h -> 0 <= M h) -> 0 < c ->
  probability_ever (at_least M c) N <= M [] / c.
Proof.
  intros law super pos c0. set (E := at_least M c).
  (** From h: 1 if M has been at least c already, else at most M(h)/c. *)
  assert (H : forall n h, reachable h -> (n + length h <= N)%nat ->
    expected n h (fun w => indicator (ever E w)) <= if ever E h then 1 else M h / c).
  { induction n as [|n IH]; intros h r L.
    - cbn. unfold indicator. destruct (ever E h); [lra|].
      apply Rmult_le_pos; [now apply pos|apply Rlt_le, Rinv_0_lt_compat, c0].
    - destruct (ever E h) eqn:e; [now apply (expected_le_one N)|].
      cbn [expected]. destruct (law h r ltac:(lia)) as [p0 _].
      apply Rle_trans with (sum (next h) (fun a => p h a * M (a :: h)) / c).
      + unfold Rdiv. rewrite <- sum_scal_r. apply sum_le; intros a I. rewrite Rmult_assoc.
        apply Rmult_le_compat_l; [now apply p0|].
        eapply Rle_trans; [apply IH; [now constructor|cbn; lia]|].
        cbn [ever]. rewrite e, Bool.orb_false_r. destruct (E (a :: h)) eqn:ea; [|apply Rle_refl].
        apply at_least_spec in ea. apply (Rmult_le_reg_r c); [exact c0|].
        rewrite Rmult_assoc, Rinv_l by lra. lra.
      + apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat, c0|apply super; [exact r|lia]]. }
  unfold probability_ever. eapply Rle_trans; [apply H; [constructor|cbn; lia]|].
  cbn [ever]. destruct (E []) eqn:e; cbn; [|apply Rle_refl].
  apply at_least_spec in e. apply (Rmult_le_reg_r c); [exact c0|].
  unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

Theorem ville_level (N : nat) (M : list A -> R) (alpha : R) :
  is_law N -> supermartingale N M -> (forall h, reachable h -> 0 <= M h) -> 0 < alpha ->
  probability_ever (at_least M (1 / alpha)) N <= alpha * M [].
Proof.
  intros law super pos a0. replace (alpha * M []) with (M [] / (1 / alpha)) by (field; lra).
  apply ville; try assumption. apply Rdiv_lt_0_compat; lra.
Qed.
End Tree.
