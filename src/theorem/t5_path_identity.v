(** * T5: the path identity of multi-turn exploration

    t5-path-identity.md. With Q*_H = r*, V*_h(s) = β log E_{a~π_ref,h(·∣s)} exp(Q*_h(s,a)/β), Q*_h(s,a) = V*_{h+1}(sa):
    - [T5_conditional]: π*_{h,β}(a∣s) = π_{ref,h}(a∣s)·exp((Q*_h(s,a) − V*_h(s))/β), where π*_{h,β}(a∣s) is the conditional law of the next token under the
      sequence-level optimum π*_β of framework.md: the mass of what continues sa over the mass of what continues s;
    - [T5_path_identity]: along every response, r*(x,a_{1:H}) = V*_1(x) + β Σ_h log(π*_h/π_{ref,h})(a_h∣x,a_{<h});
    - [T5_value_of_a_prefix]: V*_h(s_h) = r*(y) − β Σ_{k≥h} log(π*_k/π_{ref,k})(a_k∣s_k), whichever way the path goes on from s_h;
    - [T5_value_is_log_normaliser]: V*_1(x) = β log Z(x), so that T1's J_β(π*_β) is E_ρ V*_1.

    Assumed: finitely many tokens at each prefix, the listed ones being the support of π_{ref,h}(·∣s); β > 0; r* any real-valued function of the response. A layer h
    is given by the number n = H − h + 1 of tokens still to come, so V*_h(s) is [value n s] and the induction is over n. *)

From Coq Require Import Reals List Lra Lia.
From Coverbound Require Import finite framework autoregressive.
Import ListNotations.
Open Scope R_scope.

Section T5.
  Context {X Token : Type}.
  Variable vocabulary : X -> list Token -> list Token.
  Variables (prompts : list X) (H : nat) (π_ref : X -> list Token -> Token -> R) (r : X -> list Token -> R) (β : R).
  Hypothesis Hβ : 0 < β.
  Hypothesis Href : conditionals vocabulary prompts H π_ref.
  Hypothesis Hsupport : positive_conditionals vocabulary prompts H π_ref.

  (** V*_h(s), n = H − h + 1 tokens before the end; at the end it is the reward. *)
  Fixpoint value (x : X) (n : nat) (s : list Token) : R :=
    match n with
    | O => r x s
    | S m => β * ln (∑ a ∈ vocabulary x s, π_ref x s a * exp (value x m (s ++ [a]) / β))
    end.

  (** Q*_h(s,a) = V*_{h+1}(sa); at h = H that is r*(sa). Here n = H − h tokens follow a. *)
  Definition action_value (x : X) (n : nat) (s : list Token) (a : Token) : R := value x n (s ++ [a]).

  (** T5's formula for the optimal conditionals, n tokens after a. *)
  Definition tilted_conditional (x : X) (n : nat) (s : list Token) (a : Token) : R :=
    π_ref x s a * exp ((action_value x n s a - value x (S n) s) / β).

  (** The sequence-level optimum, and the mass it gives to the responses that continue s by n tokens. *)
  Let π_star := optimal_policy (responses vocabulary H) (sequence_policy π_ref) r β.
  Definition mass (π : list Token -> R) (x : X) (s : list Token) (n : nat) : R := ∑ y ∈ continuations vocabulary x s n, π (s ++ y).

  (** A prefix of h tokens that can be met, n more to come. *)
  Let met (x : X) (h n : nat) (s : list Token) : Prop := In x prompts /\ In s (continuations vocabulary x [] h) /\ (h + n = H)%nat.

  Local Lemma met_snoc x h n s a : met x h (S n) s -> In a (vocabulary x s) -> met x (S h) n (s ++ [a]).
  Proof. intros [Hx [Hs Hn]] Ha. split; [easy|]. split; [now apply in_continuations_snoc|lia]. Qed.

  Local Lemma value_sum_pos x h n s : met x h (S n) s -> 0 < ∑ a ∈ vocabulary x s, π_ref x s a * exp (value x n (s ++ [a]) / β).
  Proof.
    intros [Hx [Hs Hn]]. destruct (distribution_inhabited _ _ (Href x h s Hx ltac:(lia) Hs)) as [a [Ha Hp]].
    apply sum_pos.
    - intros b Hb. apply Rmult_le_pos; [|apply Rlt_le, exp_pos]. now apply (Href x h s Hx ltac:(lia) Hs).
    - exists a. split; [easy|]. apply Rmult_lt_0_compat; [easy|apply exp_pos].
  Qed.

  Local Lemma exp_value_step x h n s : met x h (S n) s ->
    exp (value x (S n) s / β) = ∑ a ∈ vocabulary x s, π_ref x s a * exp (action_value x n s a / β).
  Proof.
    intros Hm. pose proof (value_sum_pos x h n s Hm) as Hpos. simpl.
    replace (β * ln (∑ a ∈ vocabulary x s, π_ref x s a * exp (value x n (s ++ [a]) / β)) / β)
      with (ln (∑ a ∈ vocabulary x s, π_ref x s a * exp (value x n (s ++ [a]) / β))) by (field; lra).
    now rewrite exp_ln.
  Qed.

  (** exp(V*/β) is the normaliser of what follows the prefix, by induction over the tokens. *)
  Lemma exp_value x : forall n h s, met x h n s ->
    exp (value x n s / β) = ∑ y ∈ continuations vocabulary x s n, continuation_chance π_ref x s y * exp (r x (s ++ y) / β).
  Proof.
    induction n as [|n IH]; intros h s Hm.
    - simpl. rewrite app_nil_r. ring.
    - rewrite (exp_value_step x h n s Hm), sum_continuations. apply sum_ext. intros a Ha. unfold action_value.
      rewrite (IH (S h) (s ++ [a])) by now apply met_snoc. rewrite <- sum_scal. apply sum_ext. intros y _. simpl.
      rewrite <- app_assoc. simpl. ring.
  Qed.

  Theorem T5_value_is_log_normaliser x : In x prompts ->
    value x H [] = β * ln (normaliser (responses vocabulary H) (sequence_policy π_ref) r β x).
  Proof.
    intros Hx. assert (Hm : met x 0 H []) by (split; [easy|]; split; [now left|easy]).
    pose proof (exp_value x H 0 [] Hm) as He. unfold normaliser, responses, sequence_policy. simpl app in He. rewrite <- He, ln_exp. field. lra.
  Qed.

  (** The chance of a response factors at a prefix. *)
  Lemma continuation_chance_app (c : X -> list Token -> Token -> R) x : forall s y s0, continuation_chance c x s0 (s ++ y) = continuation_chance c x s0 s * continuation_chance c x (s0 ++ s) y.
  Proof.
    induction s as [|a s IH]; intros y s0; simpl.
    - rewrite app_nil_r. ring.
    - rewrite IH, <- app_assoc. simpl. ring.
  Qed.

  (** The mass of a prefix under the optimum: π_ref(s)·exp(V*(s)/β)/Z(x). *)
  Lemma optimal_mass x h n s : met x h n s ->
    mass (π_star x) x s n = sequence_policy π_ref x s * exp (value x n s / β) / normaliser (responses vocabulary H) (sequence_policy π_ref) r β x.
  Proof.
    intros Hm. rewrite (exp_value x n h s Hm). unfold mass, π_star, optimal_policy. rewrite sum_div, <- sum_scal. f_equal.
    apply sum_ext. intros y _. unfold sequence_policy. rewrite continuation_chance_app. simpl. ring.
  Qed.

  Theorem T5_conditional x h n s a :
    In x prompts -> (h + S n = H)%nat -> In s (continuations vocabulary x [] h) -> In a (vocabulary x s) ->
    mass (π_star x) x (s ++ [a]) n / mass (π_star x) x s (S n) = π_ref x s a * exp ((action_value x n s a - value x (S n) s) / β).
  Proof.
    intros Hx Hn Hs Ha. assert (Hm : met x h (S n) s) by (split; auto).
    rewrite (optimal_mass x h (S n) s Hm), (optimal_mass x (S h) n (s ++ [a])) by now apply met_snoc.
    unfold sequence_policy. rewrite continuation_chance_app. simpl continuation_chance. fold (action_value x n s a).
    replace ((action_value x n s a - value x (S n) s) / β) with (action_value x n s a / β - value x (S n) s / β) by (field; lra).
    unfold Rminus. rewrite exp_plus, exp_Ropp. change (@nil Token ++ s) with s.
    assert (Hpos : 0 < continuation_chance π_ref x [] s).
    { apply (continuation_chance_pos vocabulary prompts H π_ref x Hsupport Hx h 0); [now left|lia|easy]. }
    assert (HZ : 0 < normaliser (responses vocabulary H) (sequence_policy π_ref) r β x).
    { apply normaliser_pos with (prompts := prompts); [|easy]. now apply sequence_policy_is_policy. }
    pose proof (exp_pos (value x (S n) s / β)). unfold sequence_policy in HZ. field. repeat split; lra.
  Qed.

  (** Σ_{k≥h} log(π*_k/π_{ref,k})(a_k∣s_k) along the continuation [y] of [s]. *)
  Fixpoint log_ratios (x : X) (s y : list Token) : R :=
    match y with
    | [] => 0
    | a :: y' => ln (tilted_conditional x (length y') s a / π_ref x s a) + log_ratios x (s ++ [a]) y'
    end.

  Lemma path_from_prefix x : forall n h s y, met x h n s -> In y (continuations vocabulary x s n) -> r x (s ++ y) = value x n s + β * log_ratios x s y.
  Proof.
    induction n as [|n IH]; intros h s y Hm Hy.
    - destruct Hy as [<-|[]]. simpl. rewrite app_nil_r. ring.
    - pose proof Hm as [Hx [Hs Hn]]. destruct y as [|a y]; [apply in_continuations_length in Hy; discriminate|]. apply in_continuations_cons in Hy. destruct Hy as [Ha Hy].
      simpl log_ratios. rewrite (in_continuations_length _ _ _ _ _ Hy).
      pose proof (IH (S h) (s ++ [a]) y (met_snoc x h n s a Hm Ha) Hy) as HI. rewrite <- app_assoc in HI. simpl app in HI. rewrite HI.
      pose proof (Hsupport x h s a Hx ltac:(lia) Hs Ha) as Hp. unfold tilted_conditional.
      replace (π_ref x s a * exp ((action_value x n s a - value x (S n) s) / β) / π_ref x s a) with (exp ((action_value x n s a - value x (S n) s) / β)) by (field; lra).
      rewrite ln_exp. unfold action_value. field. lra.
  Qed.

  Theorem T5_path_identity x y : In x prompts -> In y (responses vocabulary H x) -> r x y = value x H [] + β * log_ratios x [] y.
  Proof. intros Hx Hy. apply (path_from_prefix x H 0 [] y); [|easy]. split; [easy|]. split; [now left|easy]. Qed.

  Theorem T5_value_of_a_prefix x h n s y :
    In x prompts -> (h + n = H)%nat -> In s (continuations vocabulary x [] h) -> In y (continuations vocabulary x s n) ->
    value x n s = r x (s ++ y) - β * log_ratios x s y.
  Proof. intros Hx Hn Hs Hy. rewrite (path_from_prefix x n h s y); [ring|now split|easy]. Qed.
End T5.
