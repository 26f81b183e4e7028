(** * Adaptive strategies against a hidden needle

    The setting of statement.md (L1): responses Y = {0, …, N−1}, π_ref uniform, a hidden needle i in Y and a hidden direction v; φ(y) = v·1{y = i}, reward R·1{y = i}.
    A learner is a finite tree of what it does next, given everything it has been told: it draws from a policy that it names by a parameter θ, names a
    response that it wants to see, or tosses a coin of its own. Of a response that it holds it sees features and reward: both 0 off the needle ([None]), v and R on
    it ([Some v]). Definitions, and the comparison with the fictitious run of L1's proof ([run_below_fictitious]), from which everything about L1 follows.

    The exponent ⟨θ, v⟩/β is a function [exponent θ v] of abstract θ and v: nothing more about them is used. A weak query is one with exponent 0. *)

From Coq Require Import Reals Lra Lia List.
From Coverbound Require Import finite ville.
Import ListNotations.
Open Scope R_scope.

Section Strategies.
Context {Θ V : Type}.
(** The number of responses, and ⟨θ, v⟩/β. *)
Variable N : nat.
Variable exponent : Θ -> V -> R.

Definition labels : list nat := seq 0 N.

(** π_θ(y) ∝ π_ref(y)·exp(⟨θ, φ(y)⟩/β), π_ref uniform. *)
Definition tilt (θ : Θ) (i : nat) (v : V) (y : nat) : R := / INR N * exp (if Nat.eqb y i then exponent θ v else 0).
Definition draw (θ : Θ) (i : nat) (v : V) (y : nat) : R := tilt θ i v y / sum labels (tilt θ i v).

(** What is seen of response y. *)
Definition seen (i : nat) (v : V) (y : nat) : option V := if Nat.eqb y i then Some v else None.

(** [Out]: what the learner hands in when it stops. *)
Inductive strategy (Out : Type) : Type :=
| Stop (o : Out)
| Toss (p : R) (Hp : 0 <= p <= 1) (a b : strategy Out)
| Draw (θ : Θ) (next : nat -> option V -> strategy Out)
| Name (y : nat) (next : option V -> strategy Out).
Arguments Stop {Out}. Arguments Toss {Out}. Arguments Draw {Out}. Arguments Name {Out}.

Definition holds (i : nat) (held : list nat) : bool := existsb (Nat.eqb i) held.

Section Runs.
Context {Out : Type}.
Implicit Types (s : strategy Out) (f : Out -> list nat -> R) (i y : nat) (v : V) (held : list nat).

(** The expectation of f(what is handed in, responses held) over the run of s that already holds [held]: needle i, direction v. *)
Fixpoint run s i v held f : R :=
  match s with
  | Stop o => f o held
  | Toss p _ a b => p * run a i v held f + (1 - p) * run b i v held f
  | Draw θ next => ∑ y ∈ labels, draw θ i v y * run (next y (seen i v y)) i v (y :: held) f
  | Name y next => run (next (seen i v y)) i v (y :: held) f
  end.

(** At most q draws and at most k namings of responses not held, whatever the answers. *)
Fixpoint within (q k : nat) held s : Prop :=
  match s with
  | Stop _ => True
  | Toss _ _ a b => within q k held a /\ within q k held b
  | Draw _ next => match q with O => False | S q' => forall y seen, within q' k (y :: held) (next y seen) end
  | Name y next =>
      (In y held /\ forall seen, within q k (y :: held) (next seen)) \/
      match k with O => False | S k' => forall seen, within q k' (y :: held) (next seen) end
  end.

(** Whatever is handed in, with whatever is held then, has property P. *)
Fixpoint always (P : Out -> list nat -> Prop) held s : Prop :=
  match s with
  | Stop o => P o held
  | Toss _ _ a b => always P held a /\ always P held b
  | Draw _ next => forall y seen, In y labels -> always P (y :: held) (next y seen)
  | Name y next => forall seen, always P (y :: held) (next seen)
  end.

(** ** One draw *)

(** The chance g that a draw at θ is the needle: e^z/(N−1+e^z), z = ⟨θ, v⟩/β. *)
Definition chance_of_needle (θ : Θ) (v : V) : R := exp (exponent θ v) / (INR N - 1 + exp (exponent θ v)).

Hypothesis HN : (2 <= N)%nat.

Lemma INR_N : 2 <= INR N.
Proof. change 2 with (INR 2). now apply le_INR. Qed.

Lemma sum_labels_at i (f : R) (c : R) : In i labels -> (∑ y ∈ labels, if Nat.eqb y i then f else c) = f + (INR N - 1) * c.
Proof.
  intros Hi. unfold labels in *. apply in_seq in Hi. destruct (in_split i (seq 0 N)) as [l1 [l2 Hs]]; [apply in_seq; lia|].
  pose proof (seq_NoDup N 0) as Hnd. rewrite Hs in *. apply NoDup_remove in Hnd as [_ Hni].
  assert (Hl : INR (length l1) + INR (length l2) = INR N - 1).
  { rewrite <- plus_INR. replace (INR N - 1) with (INR (N - 1)) by (rewrite minus_INR by lia; reflexivity). f_equal.
    assert (length (seq 0 N) = N) as Hlen by apply seq_length. rewrite Hs, app_length in Hlen. simpl in Hlen. lia. }
  rewrite sum_app. simpl. rewrite Nat.eqb_refl.
  rewrite (sum_ext l1 _ (fun _ => c)), (sum_ext l2 _ (fun _ => c)), !sum_const.
  - rewrite <- Hl. ring.
  - intros y Hy. destruct (Nat.eqb_spec y i) as [->|]; [|easy]. exfalso. apply Hni, in_app_iff. now right.
  - intros y Hy. destruct (Nat.eqb_spec y i) as [->|]; [|easy]. exfalso. apply Hni, in_app_iff. now left.
Qed.

Lemma chance_bounds θ v : 0 < chance_of_needle θ v <= 1.
Proof.
  pose proof (exp_pos (exponent θ v)). pose proof INR_N. unfold chance_of_needle. split.
  - apply Rdiv_lt_0_compat; lra.
  - apply (Rmult_le_reg_r (INR N - 1 + exp (exponent θ v))); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

(** The needle with chance g, every other response with (1−g)/(N−1). *)
Lemma draw_law θ i v y : In i labels -> draw θ i v y = if Nat.eqb y i then chance_of_needle θ v else (1 - chance_of_needle θ v) / (INR N - 1).
Proof.
  intros Hi. pose proof (exp_pos (exponent θ v)). pose proof INR_N. unfold draw, tilt.
  rewrite (sum_ext labels _ (fun y => if Nat.eqb y i then / INR N * exp (exponent θ v) else / INR N * 1)).
  - rewrite sum_labels_at by easy. unfold chance_of_needle. destruct (Nat.eqb y i); rewrite ?exp_0; field; repeat split; lra.
  - intros z _. destruct (Nat.eqb z i); [easy|now rewrite exp_0].
Qed.

Lemma draw_nonneg θ i v y : In i labels -> 0 <= draw θ i v y.
Proof.
  intros Hi. rewrite draw_law by easy. destruct (chance_bounds θ v). pose proof INR_N. destruct (Nat.eqb y i); [lra|].
  apply Rmult_le_pos; [lra|]. apply Rlt_le, Rinv_0_lt_compat. lra.
Qed.

Lemma draw_total θ i v : In i labels -> sum labels (draw θ i v) = 1.
Proof.
  intros Hi. rewrite (sum_ext _ _ _ (fun y _ => draw_law θ i v y Hi)), sum_labels_at by easy. pose proof INR_N. field. lra.
Qed.

(** A run is an expectation. *)
Lemma run_bounds s i v held f a b : In i labels -> (forall o held, a <= f o held <= b) -> a <= run s i v held f <= b.
Proof.
  intros Hi Hf. revert held. induction s as [o|p Hp s1 IH1 s2 IH2|θ next IH|y next IH]; intros held; cbn [run].
  - apply Hf.
  - specialize (IH1 held). specialize (IH2 held). nra.
  - apply (expectation_bounds labels (draw θ i v)); [split; [intros; now apply draw_nonneg|now apply draw_total]|]. intros y _ _. apply IH.
  - apply IH.
Qed.

Lemma run_le s i v held f f' : In i labels -> always (fun o held => f o held <= f' o held) held s -> run s i v held f <= run s i v held f'.
Proof.
  intros Hi. revert held. induction s as [o|p Hp s1 IH1 s2 IH2|θ next IH|y next IH]; intros held H; cbn [run always] in *.
  - easy.
  - destruct H as [H1 H2]. specialize (IH1 held H1). specialize (IH2 held H2). nra.
  - apply sum_le. intros y Hy. apply Rmult_le_compat_l; [now apply draw_nonneg|]. apply IH. now apply H.
  - apply IH, H.
Qed.

Lemma run_sum s i v held (l : list nat) (f : nat -> Out -> list nat -> R) : In i labels ->
  ∑ y ∈ l, run s i v held (f y) = run s i v held (fun o held => ∑ y ∈ l, f y o held).
Proof.
  intros Hi. revert held. induction s as [o|p Hp s1 IH1 s2 IH2|θ next IH|y next IH]; intros held; cbn [run].
  - easy.
  - rewrite sum_plus, !sum_scal, IH1, IH2. easy.
  - rewrite sum_swap. apply sum_ext. intros y Hy. now rewrite sum_scal, IH.
  - apply IH.
Qed.

(** ** The fictitious run

    Draws are uniform off i, and every response shows [None]. [fictitious c b φ s i] adds up c(θ) at every draw, stops with b where i is named, and ends with φ. *)

Definition off (i : nat) (f : nat -> R) : R := ∑ y ∈ labels, (if Nat.eqb y i then 0 else / (INR N - 1)) * f y.

Fixpoint fictitious (c : Θ -> R) (b : R) (φ : Out -> R) s i : R :=
  match s with
  | Stop o => φ o
  | Toss p _ s1 s2 => p * fictitious c b φ s1 i + (1 - p) * fictitious c b φ s2 i
  | Draw θ next => c θ + off i (fun y => fictitious c b φ (next y None) i)
  | Name y next => if Nat.eqb y i then b else fictitious c b φ (next None) i
  end.

Lemma off_le i (f g : nat -> R) : (forall y, In y labels -> f y <= g y) -> off i f <= off i g.
Proof.
  intros H. apply sum_le. intros y Hy. apply Rmult_le_compat_l; [|now apply H]. pose proof INR_N.
  destruct (Nat.eqb y i); [lra|]. apply Rlt_le, Rinv_0_lt_compat. lra.
Qed.

Lemma off_const i c : In i labels -> off i (fun _ => c) = c.
Proof.
  intros Hi. unfold off. rewrite sum_scal_r. rewrite sum_labels_at by easy. pose proof INR_N. field. lra.
Qed.

Lemma off_plus i (f g : nat -> R) : off i (fun y => f y + g y) = off i f + off i g.
Proof. unfold off. rewrite <- sum_plus. apply sum_ext. intros. ring. Qed.

Lemma fictitious_nonneg c b φ s i : (forall θ, 0 <= c θ) -> 0 <= b -> (forall o, 0 <= φ o) -> 0 <= fictitious c b φ s i.
Proof.
  intros Hc Hb Hφ. induction s as [o|p Hp s1 IH1 s2 IH2|θ next IH|y next IH]; cbn [fictitious].
  - apply Hφ.
  - nra.
  - pose proof (Hc θ). enough (0 <= off i (fun y => fictitious c b φ (next y None) i)) by lra.
    unfold off. apply sum_nonneg. intros y _. apply Rmult_le_pos; [|apply IH]. pose proof INR_N.
    destruct (Nat.eqb y i); [lra|]. apply Rlt_le, Rinv_0_lt_compat. lra.
  - destruct (Nat.eqb y i); [easy|apply IH].
Qed.

(** It is linear in what it adds up. *)
Lemma fictitious_split c b φ s i :
  fictitious c b φ s i = fictitious c 0 (fun _ => 0) s i + fictitious (fun _ => 0) b (fun _ => 0) s i + fictitious (fun _ => 0) 0 φ s i.
Proof.
  induction s as [o|p Hp s1 IH1 s2 IH2|θ next IH|y next IH]; cbn [fictitious].
  - ring.
  - rewrite IH1, IH2. ring.
  - replace (off i (fun y => fictitious c b φ (next y None) i)) with
      (off i (fun y => fictitious c 0 (fun _ => 0) (next y None) i) + off i (fun y => fictitious (fun _ => 0) b (fun _ => 0) (next y None) i)
       + off i (fun y => fictitious (fun _ => 0) 0 φ (next y None) i)); [ring|].
    rewrite <- !off_plus. unfold off. apply sum_ext. intros y _. f_equal. symmetry. apply IH.
  - destruct (Nat.eqb y i); [ring|apply IH].
Qed.

Lemma holds_spec i held : holds i held = true <-> In i held.
Proof.
  unfold holds. rewrite existsb_exists. split.
  - intros [x [Hx He]]. apply Nat.eqb_eq in He. now subst.
  - intros H. exists i. split; [easy|apply Nat.eqb_refl].
Qed.

(** The coupling. Until the first hit both runs are told the same; so a real run is worth at most what the fictitious one adds up, when a hit is worth 1 and a
    learner that stops without one hands in something worth at most φ. *)
Lemma run_below_fictitious s i v held f φ : In i labels -> ~ In i held ->
  (forall o held, 0 <= f o held <= 1) -> (forall o, 0 <= φ o) ->
  always (fun o held => ~ In i held -> f o held <= φ o) held s ->
  run s i v held f <= fictitious (fun θ => chance_of_needle θ v) 1 φ s i.
Proof.
  intros Hi Hh Hf Hφ. revert held Hh. induction s as [o|p Hp s1 IH1 s2 IH2|θ next IH|y next IH]; intros held Hh H; cbn [run fictitious always] in *.
  - now apply H.
  - destruct H as [H1 H2]. specialize (IH1 held Hh H1). specialize (IH2 held Hh H2). nra.
  - pose proof (chance_bounds θ v) as Hg. pose proof INR_N.
    set (G := fun y => fictitious (fun θ => chance_of_needle θ v) 1 φ (next y None) i).
    assert (HG : forall y, 0 <= G y) by (intros y; apply fictitious_nonneg; [intros θ'; pose proof (chance_bounds θ' v); lra|lra|exact Hφ]).
    apply Rle_trans with (∑ y ∈ labels, ((if Nat.eqb y i then chance_of_needle θ v else 0) + (if Nat.eqb y i then 0 else / (INR N - 1)) * G y)).
    + apply sum_le. intros y Hy. rewrite draw_law by easy. unfold seen. destruct (Nat.eqb_spec y i) as [->|Hne].
      * destruct (run_bounds (next i (Some v)) i v (i :: held) f 0 1 Hi Hf) as [_ Hr]. nra.
      * rewrite Rplus_0_l. specialize (IH y None (y :: held) ltac:(intros [?|?]; auto) (H y None Hy)). fold (G y) in IH.
        apply Rle_trans with ((1 - chance_of_needle θ v) / (INR N - 1) * G y).
        -- apply Rmult_le_compat_l; [|exact IH]. apply Rmult_le_pos; [lra|]. apply Rlt_le, Rinv_0_lt_compat. lra.
        -- apply Rmult_le_compat_r; [apply HG|]. unfold Rdiv. rewrite <- (Rmult_1_l (/ (INR N - 1))) at 2.
           apply Rmult_le_compat_r; [|lra]. apply Rlt_le, Rinv_0_lt_compat. lra.
    + rewrite sum_plus, sum_labels_at by easy. unfold off. fold G. apply Req_le. ring.
  - unfold seen. destruct (Nat.eqb_spec y i) as [->|Hne].
    + destruct (run_bounds (next (Some v)) i v (i :: held) f 0 1 Hi Hf) as [_ Hr]. exact Hr.
    + apply IH; [intros [?|?]; auto|apply H].
Qed.
End Runs.
End Strategies.
Arguments Stop {Θ V Out}. Arguments Toss {Θ V Out}. Arguments Draw {Θ V Out}. Arguments Name {Θ V Out}.
