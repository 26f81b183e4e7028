(** * Autoregressive policies on finite token trees

    Responses are token sequences y = a_{1:H}; a prefix s = a_{1:h-1} is the list of its tokens in order, and [vocabulary x s] lists the tokens π_ref may answer at
    prefix s of prompt x (the support of π_{ref,h}(·∣x,s); it may differ from prefix to prefix, as it does once a response has ended). An autoregressive policy is its
    conditionals [c x s a] = π_h(a∣x,s), h = 1 + length of s. *)

From Coq Require Import Reals List Lra Lia.
From Coverbound Require Import finite framework.
Import ListNotations.
Open Scope R_scope.

Section Autoregressive.
  Context {X Token : Type}.
  Variable vocabulary : X -> list Token -> list Token.

  (** The continuations of prefix [s] by [n] tokens. The responses to x are [continuations x [] H]. *)
  Fixpoint continuations (x : X) (s : list Token) (n : nat) : list (list Token) :=
    match n with
    | O => [[]]
    | S m => flat_map (fun a => map (cons a) (continuations x (s ++ [a]) m)) (vocabulary x s)
    end.

  Definition responses (H : nat) (x : X) : list (list Token) := continuations x [] H.

  (** The chance of continuing [s] by [y]: Π_h π_h(a_h∣x,a_{<h}) over the tokens of [y]. *)
  Fixpoint continuation_chance (c : X -> list Token -> Token -> R) (x : X) (s y : list Token) : R :=
    match y with
    | [] => 1
    | a :: y' => c x s a * continuation_chance c x (s ++ [a]) y'
    end.

  (** π(y∣x) of the autoregressive policy with conditionals [c]. *)
  Definition sequence_policy (c : X -> list Token -> Token -> R) (x : X) (y : list Token) : R := continuation_chance c x [] y.

  (** Every conditional at a prefix that can be met is a distribution, and positive for the reference policy. *)
  Definition conditionals (prompts : list X) (H : nat) (c : X -> list Token -> Token -> R) : Prop :=
    forall x h s, In x prompts -> (h < H)%nat -> In s (continuations x [] h) -> distribution (vocabulary x s) (c x s).
  Definition positive_conditionals (prompts : list X) (H : nat) (c : X -> list Token -> Token -> R) : Prop :=
    forall x h s a, In x prompts -> (h < H)%nat -> In s (continuations x [] h) -> In a (vocabulary x s) -> 0 < c x s a.

  (** C_cond(π) = max_h sup π_h(a_h∣x,a_{<h})/π_{ref,h}(a_h∣x,a_{<h}). *)
  Definition conditional_coverage (prompts : list X) (H : nat) (c c_ref : X -> list Token -> Token -> R) : R :=
    maximum prompts (fun x => maximum (seq 0 H) (fun h => maximum (continuations x [] h) (fun s => maximum (vocabulary x s) (fun a => c x s a / c_ref x s a)))).

  (** ** What follows at once *)

  Lemma in_continuations_cons x s n a y :
    In (a :: y) (continuations x s (S n)) <-> In a (vocabulary x s) /\ In y (continuations x (s ++ [a]) n).
  Proof.
    simpl. rewrite in_flat_map. split.
    - intros [b [Hb H]]. apply in_map_iff in H. destruct H as [z [E Hz]]. injection E as -> ->. auto.
    - intros [Ha Hy]. exists a. split; [easy|]. apply in_map_iff. now exists y.
  Qed.

  Lemma in_continuations_length x n : forall s y, In y (continuations x s n) -> length y = n.
  Proof.
    induction n as [|n IH]; intros s y H.
    - destruct H as [<-|[]]. easy.
    - destruct y as [|a y]; [simpl in H; rewrite in_flat_map in H; destruct H as [b [_ H]]; apply in_map_iff in H; now destruct H as [z [E _]]|].
      apply in_continuations_cons in H. simpl. now rewrite (IH (s ++ [a]) y).
  Qed.

  (** A prefix that can be met, and a token that can follow it, make a prefix that can be met. *)
  Lemma in_continuations_snoc x a : forall h s0 s, In s (continuations x s0 h) -> In a (vocabulary x (s0 ++ s)) -> In (s ++ [a]) (continuations x s0 (S h)).
  Proof.
    induction h as [|h IH]; intros s0 s Hs Ha.
    - destruct Hs as [<-|[]]. rewrite app_nil_r in Ha. apply in_continuations_cons. split; [easy|now left].
    - destruct s as [|b s]; [apply in_continuations_length in Hs; discriminate|].
      apply in_continuations_cons in Hs. destruct Hs as [Hb Hs]. change ((b :: s) ++ [a]) with (b :: s ++ [a]). apply in_continuations_cons. split; [easy|].
      apply IH; [easy|]. rewrite <- app_assoc. easy.
  Qed.

  Lemma sum_continuations x s n (f : list Token -> R) :
    sum (continuations x s (S n)) f = ∑ a ∈ vocabulary x s, ∑ y ∈ continuations x (s ++ [a]) n, f (a :: y).
  Proof. simpl. rewrite sum_flat_map. apply sum_ext. intros a _. apply sum_map. Qed.

  (** The chances of all continuations of a prefix add up to 1. *)
  Lemma continuation_chance_sum prompts H c x : conditionals prompts H c -> In x prompts ->
    forall n h s, In s (continuations x [] h) -> (h + n = H)%nat -> sum (continuations x s n) (continuation_chance c x s) = 1.
  Proof.
    intros Hc Hx. induction n as [|n IH]; intros h s Hs Hn; [simpl; ring|].
    rewrite sum_continuations. destruct (Hc x h s Hx) as [_ H1]; [lia|easy|].
    rewrite <- H1. apply sum_ext. intros a Ha. simpl. rewrite sum_scal.
    rewrite (IH (S h) (s ++ [a])); [ring| |lia]. now apply in_continuations_snoc.
  Qed.

  Lemma continuation_chance_nonneg prompts H c x : conditionals prompts H c -> In x prompts ->
    forall n h s y, In s (continuations x [] h) -> (h + n = H)%nat -> In y (continuations x s n) -> 0 <= continuation_chance c x s y.
  Proof.
    intros Hc Hx. induction n as [|n IH]; intros h s y Hs Hn Hy.
    - destruct Hy as [<-|[]]. simpl. lra.
    - destruct y as [|a y]; [apply in_continuations_length in Hy; discriminate|].
      apply in_continuations_cons in Hy. destruct Hy as [Ha Hy]. simpl. apply Rmult_le_pos.
      + destruct (Hc x h s Hx) as [H0 _]; [lia|easy|auto].
      + apply (IH (S h)); [now apply in_continuations_snoc|lia|easy].
  Qed.

  Lemma sequence_policy_is_policy prompts H c : conditionals prompts H c -> policy prompts (responses H) (sequence_policy c).
  Proof.
    intros Hc x Hx. split.
    - intros y Hy. eapply (continuation_chance_nonneg prompts H c x Hc Hx H 0 []); [now left|easy|easy].
    - apply (continuation_chance_sum prompts H c x Hc Hx H 0); [now left|easy].
  Qed.

  Lemma continuation_chance_pos prompts H c x : positive_conditionals prompts H c -> In x prompts ->
    forall n h s y, In s (continuations x [] h) -> (h + n <= H)%nat -> In y (continuations x s n) -> 0 < continuation_chance c x s y.
  Proof.
    intros Hc Hx. induction n as [|n IH]; intros h s y Hs Hn Hy.
    - destruct Hy as [<-|[]]. simpl. lra.
    - destruct y as [|a y]; [apply in_continuations_length in Hy; discriminate|].
      apply in_continuations_cons in Hy. destruct Hy as [Ha Hy]. simpl. apply Rmult_lt_0_compat.
      + apply (Hc x h s a Hx); [lia|easy|easy].
      + apply (IH (S h)); [now apply in_continuations_snoc|lia|easy].
  Qed.

  Lemma conditional_coverage_ge prompts H c c_ref x h s a :
    In x prompts -> (h < H)%nat -> In s (continuations x [] h) -> In a (vocabulary x s) -> c x s a / c_ref x s a <= conditional_coverage prompts H c c_ref.
  Proof.
    intros Hx Hh Hs Ha. unfold conditional_coverage.
    eapply Rle_trans; [|now apply maximum_ge with (x := x)].
    eapply Rle_trans; [|apply maximum_ge with (x := h); apply in_seq; lia].
    eapply Rle_trans; [|now apply maximum_ge with (x := s)].
    now apply maximum_ge with (x := a) (f := fun a => c x s a / c_ref x s a).
  Qed.
End Autoregressive.
