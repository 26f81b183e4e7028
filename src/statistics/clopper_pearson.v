(** * Clopper and Pearson's bounds cover

    K successes of n independent trials at an unknown rate p. The lower bound at level α is 0 at K = 0 and else the rate at which K or more successes have
    probability α; the upper bound is 1 at K = n and else the rate at which K or fewer have probability α. (src/statistics/clopper-pearson.ts computes both as
    quantiles of Beta laws; a rate with the tail condition is what this file speaks of.)

    Proved, for every n, every level α and every p in [0, 1]:
    - [binomial_is_the_law_of_the_count]: the binomial weights are the law of the number of successes of independent trials (the trees of ville.v);
    - [tail_increasing]: P_p(K ≥ k) does not decrease as p grows;
    - [lower_exists], [upper_exists]: for 0 ≤ α ≤ 1 there are rates with the tail conditions;
    - [lower_coverage]: P_p(p < lower(K)) ≤ α;  [upper_coverage]: P_p(p > upper(K)) ≤ α;
    - [interval_coverage]: with α/2 at each end, P_p(p outside [lower(K), upper(K)]) ≤ α.

    Assumed: the hypotheses of each statement. That the bounds grow with K is not needed. *)

From Coq Require Import Reals Lra Lia List.
From Coquelicot Require Import Coquelicot.
From Coverbound Require Import finite ville bernoulli_e_process.
Import ListNotations.
Open Scope R_scope.

(** P_p(K = k), k ≤ n. *)
Definition binomial (n : nat) (p : R) (k : nat) : R := Binomial.C n k * p ^ k * (1 - p) ^ (n - k).

Definition counts (n : nat) : list nat := seq 0 (S n).

(** E_p f(K). *)
Definition mean (n : nat) (p : R) (f : nat -> R) : R := ∑ k ∈ counts n, binomial n p k * f k.

(** P_p(K has property B). *)
Definition chance (n : nat) (p : R) (B : nat -> bool) : R := mean n p (fun k => indicator (B k)).

Definition tail (n : nat) (p : R) (k : nat) : R := chance n p (fun j => k <=? j)%nat.
Definition head (n : nat) (p : R) (k : nat) : R := chance n p (fun j => j <=? k)%nat.

Definition below (x y : R) : bool := if Rlt_dec x y then true else false.

Lemma sum_counts_first n f : sum (counts n) f = f O + ∑ k ∈ seq 0 n, f (S k).
Proof. unfold counts. cbn [seq sum]. now rewrite <- seq_shift, sum_map. Qed.

Lemma sum_counts_last n f : sum (counts n) f = sum (seq 0 n) f + f n.
Proof. unfold counts. rewrite seq_S, sum_app. cbn. ring. Qed.

(** Conditioning on one trial. *)
Lemma mean_step n p f : mean (S n) p f = p * mean n p (fun k => f (S k)) + (1 - p) * mean n p f.
Proof.
  unfold mean. rewrite sum_counts_first. unfold binomial at 1. change (seq 0 (S n)) with (counts n).
  rewrite !(sum_counts_last n (fun k => binomial _ p _ * f (S k))). rewrite (sum_counts_first n (fun k => binomial n p k * f k)).
  assert (H : ∑ i ∈ seq 0 n, binomial (S n) p (S i) * f (S i) =
              p * (∑ i ∈ seq 0 n, binomial n p i * f (S i)) + (1 - p) * ∑ i ∈ seq 0 n, binomial n p (S i) * f (S i)).
  { rewrite <- !sum_scal, <- sum_plus. apply sum_ext. intros i Hi. apply in_seq in Hi.
    unfold binomial. rewrite <- pascal by lia. replace (S n - S i)%nat with (S (n - S i)) by lia.
    replace (n - i)%nat with (S (n - S i)) by lia. cbn [pow]. ring. }
  rewrite H. unfold binomial. rewrite !Nat.sub_0_r, !Nat.sub_diag. rewrite !C_n_0, !C_n_n. cbn [pow]. ring.
Qed.

Lemma mean_0 p f : mean 0 p f = f O.
Proof. unfold mean, counts, binomial. cbn [seq sum Nat.sub pow]. rewrite C_n_0. ring. Qed.

Theorem binomial_is_the_law_of_the_count (n : nat) (p : R) (f : nat -> R) :
  expected outcomes (rate (fun _ => p)) n [] (fun w => f (bad w)) = mean n p f.
Proof.
  enough (H : forall h, expected outcomes (rate (fun _ => p)) n h (fun w => f (bad w)) = mean n p (fun k => f (k + bad h)%nat)).
  { rewrite H. unfold mean. apply sum_ext. intros k _. cbn. now rewrite Nat.add_0_r. }
  induction n as [|n IH]; intros h; [now rewrite mean_0|].
  cbn [expected outcomes sum rate]. rewrite !IH, mean_step. cbn [bad].
  unfold mean. rewrite (sum_ext (counts n) (fun k => binomial n p k * f (k + S (bad h))%nat) (fun k => binomial n p k * f (S k + bad h)%nat)).
  - ring.
  - intros k _. now rewrite Nat.add_succ_r.
Qed.

Lemma mean_le n p f g : 0 <= p <= 1 -> (forall k, f k <= g k) -> mean n p f <= mean n p g.
Proof.
  intros Hp. revert f g. induction n as [|n IH]; intros f g H; [rewrite !mean_0; apply H|].
  rewrite !mean_step. apply Rplus_le_compat; apply Rmult_le_compat_l; try lra; apply IH; intros; apply H.
Qed.

Lemma mean_const n p c : mean n p (fun _ => c) = c.
Proof. induction n as [|n IH]; [apply mean_0|]. rewrite mean_step, IH. ring. Qed.

Lemma mean_plus n p f g : mean n p (fun k => f k + g k) = mean n p f + mean n p g.
Proof. unfold mean. rewrite <- sum_plus. apply sum_ext. intros. ring. Qed.

(** A growing function of the count has a growing mean: no success is lost when the rate grows. *)
Lemma mean_increasing n p p' f : 0 <= p -> p <= p' -> p' <= 1 -> (forall k, f k <= f (S k)) -> mean n p f <= mean n p' f.
Proof.
  intros H0 H1 H2. revert f. induction n as [|n IH]; intros f Hf; [rewrite !mean_0; lra|].
  rewrite !mean_step. pose proof (IH f Hf). pose proof (IH (fun k => f (S k)) (fun k => Hf (S k))).
  pose proof (mean_le n p' f (fun k => f (S k)) ltac:(lra) Hf). nra.
Qed.

Theorem tail_increasing (n k : nat) (p p' : R) : 0 <= p -> p <= p' -> p' <= 1 -> tail n p k <= tail n p' k.
Proof.
  intros H0 H1 H2. apply mean_increasing; try easy. intros j. unfold indicator.
  destruct (k <=? j)%nat eqn:E; [|destruct (k <=? S j)%nat; lra].
  apply Nat.leb_le in E. rewrite (proj2 (Nat.leb_le k (S j))) by lia. lra.
Qed.

(** ** The bounds *)

Definition is_lower (n : nat) (α : R) (lower : nat -> R) : Prop :=
  lower O = 0 /\ forall k, (1 <= k <= n)%nat -> 0 <= lower k <= 1 /\ tail n (lower k) k = α.

Definition is_upper (n : nat) (α : R) (upper : nat -> R) : Prop :=
  upper n = 1 /\ forall k, (k < n)%nat -> 0 <= upper k <= 1 /\ head n (upper k) k = α.

Theorem lower_coverage (n : nat) (α p : R) (lower : nat -> R) : 0 <= α -> 0 <= p <= 1 -> is_lower n α lower ->
  chance n p (fun k => below p (lower k)) <= α.
Proof.
  intros Hα Hp [H0 Hl].
  (* The smallest count whose bound fails, if one does. *)
  assert (D : (forall k, (k <= n)%nat -> below p (lower k) = false) \/
              exists k0, (k0 <= n)%nat /\ below p (lower k0) = true /\ forall k, (k < k0)%nat -> below p (lower k) = false).
  { clear -n. induction n as [|n [IH|(k0 & Hk & Hb & Hm)]].
    - destruct (below p (lower O)) eqn:E; [right; exists 0%nat; repeat split; try easy; lia|].
      left. intros k Hk. now replace k with O by lia.
    - destruct (below p (lower (S n))) eqn:E.
      + right. exists (S n). repeat split; try easy. intros k Hk. apply IH. lia.
      + left. intros k Hk. destruct (Nat.eq_dec k (S n)) as [->|]; [easy|apply IH; lia].
    - right. exists k0. repeat split; try easy. lia. }
  unfold chance. destruct D as [D|(k0 & Hk & Hb & Hm)].
  - unfold mean. rewrite sum_zero; [easy|]. intros k Hk. unfold counts in Hk. apply in_seq in Hk. rewrite D by lia. unfold indicator. ring.
  - unfold below in Hb. destruct (Rlt_dec p (lower k0)) as [Hlt|]; [|easy].
    assert (k0 <> 0)%nat by (intros ->; rewrite H0 in Hlt; lra). destruct (Hl k0 ltac:(lia)) as [Hr Ht].
    apply Rle_trans with (tail n p k0).
    + apply mean_le; [easy|]. intros k. unfold indicator. destruct (k0 <=? k)%nat eqn:E.
      * destruct (below p (lower k)); lra.
      * apply Nat.leb_gt in E. rewrite Hm by easy. lra.
    + rewrite <- Ht. apply tail_increasing; lra.
Qed.

(** Failures are successes at rate 1 − p. *)
Lemma mean_mirror n p f : mean n (1 - p) f = mean n p (fun k => f (n - k)%nat).
Proof.
  revert f. induction n as [|n IH]; intros f; [now rewrite !mean_0|].
  rewrite !mean_step, !IH. replace (1 - (1 - p)) with p by ring. rewrite Rplus_comm. f_equal. f_equal.
  unfold mean. apply sum_ext. intros k Hk. unfold counts in Hk. apply in_seq in Hk. do 2 f_equal. lia.
Qed.

Lemma mean_ext n p f g : (forall k, (k <= n)%nat -> f k = g k) -> mean n p f = mean n p g.
Proof. intros H. unfold mean. apply sum_ext. intros k Hk. unfold counts in Hk. apply in_seq in Hk. now rewrite H by lia. Qed.

Lemma head_mirror n p k : (k <= n)%nat -> head n p k = tail n (1 - p) (n - k).
Proof.
  intros Hk. unfold head, tail, chance. rewrite mean_mirror. apply mean_ext. intros j Hj. f_equal.
  destruct (j <=? k)%nat eqn:E; symmetry; [apply Nat.leb_le|apply Nat.leb_gt]; [apply Nat.leb_le in E|apply Nat.leb_gt in E]; lia.
Qed.

Theorem upper_coverage (n : nat) (α p : R) (upper : nat -> R) : 0 <= α -> 0 <= p <= 1 -> is_upper n α upper ->
  chance n p (fun k => below (upper k) p) <= α.
Proof.
  intros Hα Hp [H1 Hu].
  pose proof (lower_coverage n α (1 - p) (fun k => 1 - upper (n - k)%nat) Hα ltac:(lra)) as H.
  unfold chance in *. rewrite mean_mirror in H. eapply Rle_trans; [|apply H].
  - apply Req_le, mean_ext. intros k Hk. f_equal. unfold below. replace (n - (n - k))%nat with k by lia.
    destruct (Rlt_dec (upper k) p), (Rlt_dec (1 - p) (1 - upper k)); try easy; lra.
  - split; [rewrite Nat.sub_0_r; lra|]. intros k Hk. destruct (Hu (n - k)%nat ltac:(lia)) as [Hr He]. split; [lra|].
    rewrite head_mirror in He by lia. now replace (n - (n - k))%nat with k in He by lia.
Qed.

Theorem interval_coverage (n : nat) (α p : R) (lower upper : nat -> R) : 0 <= α -> 0 <= p <= 1 ->
  is_lower n (α / 2) lower -> is_upper n (α / 2) upper ->
  chance n p (fun k => (below p (lower k) || below (upper k) p)%bool) <= α.
Proof.
  intros Hα Hp Hl Hu. pose proof (lower_coverage n (α / 2) p lower ltac:(lra) Hp Hl) as H1.
  pose proof (upper_coverage n (α / 2) p upper ltac:(lra) Hp Hu) as H2. unfold chance in *.
  apply Rle_trans with (mean n p (fun k => indicator (below p (lower k)) + indicator (below (upper k) p))).
  - apply mean_le; [easy|]. intros k. unfold indicator. destruct (below p (lower k)), (below (upper k) p); cbn; lra.
  - rewrite mean_plus. lra.
Qed.

(** ** There are such rates *)

Lemma mean_continuous n f : continuity (fun p => mean n p f).
Proof.
  revert f. induction n as [|n IH]; intros f.
  - intros p. apply continuity_pt_ext with (fun _ => f O); [intros; now rewrite mean_0|]. apply continuity_pt_const. now intros ? ?.
  - intros p. apply continuity_pt_ext with (fun p => p * mean n p (fun k => f (S k)) + (1 - p) * mean n p f); [intros; now rewrite mean_step|].
    apply (continuity_pt_plus (fun p => p * mean n p (fun k => f (S k))) (fun p => (1 - p) * mean n p f)).
    + apply (continuity_pt_mult (fun p => p) (fun p => mean n p (fun k => f (S k)))); [apply continuity_pt_id|apply IH].
    + apply (continuity_pt_mult (fun p => 1 - p) (fun p => mean n p f)); [|apply IH].
      apply (continuity_pt_minus (fun _ => 1) (fun p => p)); [apply continuity_pt_const; now intros ? ?|apply continuity_pt_id].
Qed.

Lemma mean_at_0 n f : mean n 0 f = f O.
Proof. revert f. induction n as [|n IH]; intros f; [apply mean_0|]. rewrite mean_step, !IH. ring. Qed.

Lemma mean_at_1 n f : mean n 1 f = f n.
Proof. revert f. induction n as [|n IH]; intros f; [apply mean_0|]. rewrite mean_step, !IH. ring. Qed.

Lemma tail_reaches n k α : 0 <= α <= 1 -> (1 <= k <= n)%nat -> {p | 0 <= p <= 1 /\ tail n p k = α}.
Proof.
  intros Hα Hk. destruct (IVT_cor (fun p => tail n p k - α) 0 1) as [p [Hp H]].
  - intros p. apply (continuity_pt_minus (fun p => tail n p k) (fun _ => α)); [apply mean_continuous|apply continuity_pt_const; now intros ? ?].
  - lra.
  - unfold tail, chance. rewrite mean_at_0, mean_at_1. rewrite (proj2 (Nat.leb_gt k 0)), (proj2 (Nat.leb_le k n)) by lia. unfold indicator. nra.
  - exists p. split; [easy|lra].
Qed.

Theorem lower_exists (n : nat) (α : R) : 0 <= α <= 1 -> exists lower, is_lower n α lower.
Proof.
  intros Hα.
  exists (fun k => match le_dec 1 k, le_dec k n with left a, left b => proj1_sig (tail_reaches n k α Hα (conj a b)) | _, _ => 0 end).
  split; [now destruct (le_dec 1 0); [lia|]|]. intros k [H1 H2].
  destruct (le_dec 1 k) as [a|]; [|lia]. destruct (le_dec k n) as [b|]; [|lia].
  exact (proj2_sig (tail_reaches n k α Hα (conj a b))).
Qed.

Theorem upper_exists (n : nat) (α : R) : 0 <= α <= 1 -> exists upper, is_upper n α upper.
Proof.
  intros Hα. destruct (lower_exists n α Hα) as [lower [H0 Hl]]. exists (fun k => 1 - lower (n - k)%nat). split.
  - rewrite Nat.sub_diag, H0. ring.
  - intros k Hk. destruct (Hl (n - k)%nat ltac:(lia)) as [Hr Ht]. split; [lra|].
    rewrite head_mirror by lia. now replace (1 - (1 - lower (n - k)%nat)) with (lower (n - k)%nat) by ring.
Qed.
