(** * T1 and T2 on a carried instance: what an emitted certificate of an identity is held against

    An instance is a list of prompts, each with its probability and the responses that π_ref gives, (π_ref, r*, log π/π_ref) each; the definitions are those of
    framework.v (objective, optimal policy, coverage) and finite.v (KL). Probabilities are doubles and sum to 1 only up to rounding, so nothing here asks that of π_ref:
    the policy is π ∝ π_ref·e^{ratio}, normalised.

    Proved, for positive π_ref and β > 0:
    - [policy_value], [optimal_value]: J(π) and J* in closed form: sums, exp and log of the data;
    - [suboptimality_is_KL]: J* − J(π) = β·E KL(π‖π_star) (T1, without asking that π_ref sum to 1);
    - [T1_certified], [T1_from_two]: stated numbers close to the closed forms are close to the quantities themselves, KL included;
    - [T2_certified]: bounds on r/β − log Z for every response, attained by one, bound log C_cov.

    Assumed: nothing else. *)

From Coq Require Import Reals ZArith List Lra Lia Bool.
From Coquelicot Require Import Rcomplements.
From Coverbound Require Import finite framework certificate_data.
Import ListNotations.
Open Scope R_scope.

(** π_ref(y), r*(y), log π(y)/π_ref(y). *)
Definition response : Type := (R * R * R)%type.
Definition mass (y : response) : R := fst (fst y).
Definition reward (y : response) : R := snd (fst y).
Definition ratio (y : response) : R := snd y.
Definition prompt : Type := (R * list response)%type.

(** The carried instance, and the ratios of a policy response after response. *)
Definition carried : Type := list (fraction * list (fraction * fraction)).
Fixpoint with_ratios (l : list (fraction * fraction)) (ratios : list fraction) : list response * list fraction :=
  match l with
  | [] => ([], ratios)
  | (p, r) :: l' => let q := match ratios with [] => (0%Z, 1%Z) | q :: _ => q end in
                    let rest := with_ratios l' (tl ratios) in ((value p, value r, value q) :: fst rest, snd rest)
  end.
Fixpoint table (data : carried) (ratios : list fraction) : list prompt :=
  match data with [] => [] | (w, l) :: data' => let y := with_ratios l ratios in (value w, fst y) :: table data' (snd y) end.

Section Instance.
Variables (β : R) (P : list prompt).

Definition responses (x : prompt) : list response := snd x.
Definition weight (x : prompt) : R := fst x.
Definition reference (_ : prompt) (y : response) : R := mass y.
Definition rewards (_ : prompt) (y : response) : R := reward y.
(** π ∝ π_ref·e^{ratio}. *)
Definition tilted_policy (x : prompt) (y : response) : R := mass y * exp (ratio y) / ∑ z ∈ responses x, mass z * exp (ratio z).

Definition J (π : prompt -> response -> R) : R := objective P responses weight reference rewards β π.
Definition π_star : prompt -> response -> R := optimal_policy responses reference rewards β.
Definition C_cov : R := coverage P responses reference π_star.

(** Closed forms. *)
Definition optimum_form : R := β * ∑ x ∈ P, weight x * ln (∑ y ∈ responses x, mass y * exp (reward y / β)).
Definition policy_form : R :=
  ∑ x ∈ P, weight x * ((∑ y ∈ responses x, mass y * exp (ratio y) * (reward y - β * ratio y)) / (∑ y ∈ responses x, mass y * exp (ratio y))
                       + β * ln (∑ y ∈ responses x, mass y * exp (ratio y))).

Hypothesis Hβ : 0 < β.
Hypothesis Hmass : forall x, In x P -> responses x <> [] /\ forall y, In y (responses x) -> 0 < mass y.

Lemma tilt_pos x f : In x P -> 0 < ∑ y ∈ responses x, mass y * exp (f y).
Proof.
  intros Hx. destruct (Hmass x Hx) as [Hn Hm]. destruct (responses x) as [|y l]; [easy|]. apply sum_pos.
  - intros z Hz. apply Rlt_le, Rmult_lt_0_compat; [now apply Hm|apply exp_pos].
  - exists y. split; [now left|]. apply Rmult_lt_0_compat; [apply Hm; now left|apply exp_pos].
Qed.

(** π ∝ π_ref e^f at a prompt: Σ_y π(y)(r − β log(π/π_ref)). *)
Lemma value_at_prompt x (f : response -> R) (S := ∑ z ∈ responses x, mass z * exp (f z)) : In x P ->
  expectation (responses x) (fun y => mass y * exp (f y) / S) reward - β * KL (responses x) (fun y => mass y * exp (f y) / S) mass =
  (∑ y ∈ responses x, mass y * exp (f y) * (reward y - β * f y)) / S + β * ln S.
Proof.
  intros Hx. pose proof (tilt_pos x f Hx) as HS. fold S in HS. destruct (Hmass x Hx) as [_ Hm].
  assert (H1 : ∑ y ∈ responses x, mass y * exp (f y) / S = 1) by (rewrite sum_div; fold S; field; lra).
  replace (β * ln S) with (∑ y ∈ responses x, mass y * exp (f y) / S * (β * ln S)) by (rewrite sum_scal_r, H1; ring).
  unfold expectation, KL. rewrite <- sum_scal, <- sum_minus, <- sum_div, <- sum_plus. apply sum_ext. intros y Hy. specialize (Hm y Hy).
  replace (mass y * exp (f y) / S / mass y) with (exp (f y) * / S) by (field; lra).
  rewrite ln_mult, ln_exp, ln_Rinv by (try apply exp_pos; try apply Rinv_0_lt_compat; easy). field. lra.
Qed.

Theorem policy_value : J tilted_policy = policy_form.
Proof.
  unfold J, objective, policy_form, expectation at 1. apply sum_ext. intros x Hx. f_equal. apply (value_at_prompt x ratio Hx).
Qed.

Lemma star_at_prompt x : In x P -> expectation (responses x) (π_star x) reward - β * KL (responses x) (π_star x) mass =
  β * ln (∑ y ∈ responses x, mass y * exp (reward y / β)).
Proof.
  intros Hx. pose proof (value_at_prompt x (fun y => reward y / β) Hx) as H. cbv zeta in H.
  unfold π_star, optimal_policy, normaliser, reference, rewards. rewrite H.
  rewrite (sum_zero (responses x) (fun y => mass y * exp (reward y / β) * (reward y - β * (reward y / β)))).
  - unfold Rdiv at 1. ring.
  - intros y _. field. lra.
Qed.

Theorem optimal_value : J π_star = optimum_form.
Proof.
  unfold J, objective, optimum_form, expectation at 1. rewrite <- sum_scal. apply sum_ext. intros x Hx.
  rewrite (star_at_prompt x Hx : expectation (responses x) (π_star x) (rewards x) - β * KL (responses x) (π_star x) (reference x) = _). ring.
Qed.

Theorem suboptimality_is_KL : J π_star - J tilted_policy = β * expectation P weight (fun x => KL (responses x) (tilted_policy x) (π_star x)).
Proof.
  rewrite optimal_value, policy_value. unfold optimum_form, policy_form, expectation. rewrite <- !sum_scal, <- sum_minus. apply sum_ext. intros x Hx.
  pose proof (tilt_pos x ratio Hx) as HS. pose proof (tilt_pos x (fun y => reward y / β) Hx) as HZ. destruct (Hmass x Hx) as [_ Hm].
  set (S := ∑ y ∈ responses x, mass y * exp (ratio y)) in *. set (Z := ∑ y ∈ responses x, mass y * exp (reward y / β)) in *.
  assert (H1 : ∑ y ∈ responses x, mass y * exp (ratio y) / S = 1) by (rewrite sum_div; fold S; field; lra).
  assert (E : β * KL (responses x) (tilted_policy x) (π_star x) = β * ln Z - β * ln S - (∑ y ∈ responses x, mass y * exp (ratio y) * (reward y - β * ratio y)) / S).
  { replace (β * ln Z - β * ln S) with (∑ y ∈ responses x, mass y * exp (ratio y) / S * (β * ln Z - β * ln S)) by (rewrite sum_scal_r, H1; ring).
    unfold KL. rewrite <- sum_scal, <- sum_div, <- sum_minus. apply sum_ext. intros y Hy. specialize (Hm y Hy).
    unfold tilted_policy, π_star, optimal_policy, normaliser, reference, rewards. fold S Z.
    replace (mass y * exp (ratio y) / S / (mass y * exp (reward y / β) / Z)) with (exp (ratio y) * / exp (reward y / β) * (Z * / S)) by
      (pose proof (exp_pos (reward y / β)); field; repeat split; lra).
    pose proof (exp_pos (ratio y)). pose proof (Rinv_0_lt_compat _ (exp_pos (reward y / β))). pose proof (Rinv_0_lt_compat _ HS).
    rewrite !ln_mult, !ln_Rinv, !ln_exp by (try apply exp_pos; try easy; apply Rmult_lt_0_compat; easy). field. split; lra. }
  replace (β * (weight x * KL (responses x) (tilted_policy x) (π_star x))) with (weight x * (β * KL (responses x) (tilted_policy x) (π_star x))) by ring.
  rewrite E. ring.
Qed.

(** What a certificate of T1 states of a policy, each number to within [slack]. *)
Theorem T1_certified (slack optimum normaliser objective suboptimality : R) :
  Rabs (optimum - optimum_form) <= slack -> Rabs (normaliser - optimum_form) <= slack ->
  Rabs (objective - policy_form) <= slack -> Rabs (suboptimality - (optimum_form - policy_form)) <= slack ->
  Rabs (optimum - J π_star) <= slack /\
  Rabs (normaliser - β * expectation P weight (fun x => ln (framework.normaliser responses reference rewards β x))) <= slack /\
  Rabs (objective - J tilted_policy) <= slack /\
  Rabs (suboptimality - (J π_star - J tilted_policy)) <= slack /\
  Rabs (suboptimality - β * expectation P weight (fun x => KL (responses x) (tilted_policy x) (π_star x))) <= slack.
Proof.
  intros H1 H2 H3 H4. rewrite <- suboptimality_is_KL, optimal_value, policy_value. repeat split; assumption.
Qed.

(** The same from two evaluations, each to a quarter of the slack, and arithmetic. *)
Theorem T1_from_two (slack optimum normaliser objective suboptimality : R) :
  Rabs (optimum - optimum_form) <= slack / 4 -> Rabs (objective - policy_form) <= slack / 4 ->
  Rabs (normaliser - optimum) <= slack / 2 -> Rabs (suboptimality - (optimum - objective)) <= slack / 2 ->
  Rabs (optimum - J π_star) <= slack /\
  Rabs (normaliser - β * expectation P weight (fun x => ln (framework.normaliser responses reference rewards β x))) <= slack /\
  Rabs (objective - J tilted_policy) <= slack /\
  Rabs (suboptimality - (J π_star - J tilted_policy)) <= slack /\
  Rabs (suboptimality - β * expectation P weight (fun x => KL (responses x) (tilted_policy x) (π_star x))) <= slack.
Proof. intros H1%Rabs_le_between H2%Rabs_le_between H3%Rabs_le_between H4%Rabs_le_between. apply T1_certified; apply Rabs_le; lra. Qed.

(** ** T2 *)

Lemma ratio_of_optimum x y : In x P -> In y (responses x) ->
  π_star x y / reference x y = exp (reward y / β - ln (∑ z ∈ responses x, mass z * exp (reward z / β))).
Proof.
  intros Hx Hy. pose proof (tilt_pos x (fun y => reward y / β) Hx) as HZ. destruct (Hmass x Hx) as [_ Hm]. specialize (Hm y Hy).
  unfold Rminus. rewrite exp_plus, exp_Ropp, exp_ln by easy. unfold π_star, optimal_policy, normaliser, reference, rewards. field. lra.
Qed.

(** The smallest of the masses and 1. *)
Definition least_mass : R := fold_right (fun x m => fold_right (fun y m => Rmin (mass y) m) m (responses x)) 1 P.
(** log min{e^{R/β}, 1/min π_ref}. *)
Definition log_bound (R_max : R) : R := Rmin (R_max / β) (- ln least_mass).

Lemma log_coverage_between (l u : R) :
  (forall x y, In x P -> In y (responses x) -> reward y / β - ln (∑ z ∈ responses x, mass z * exp (reward z / β)) <= u) ->
  (exists x y, In x P /\ In y (responses x) /\ l <= reward y / β - ln (∑ z ∈ responses x, mass z * exp (reward z / β))) ->
  l <= ln C_cov <= u.
Proof.
  intros Hu (x & y & Hx & Hy & Hl).
  assert (Hlow : exp l <= C_cov).
  { apply Rle_trans with (π_star x y / reference x y).
    - rewrite ratio_of_optimum by easy. destruct Hl as [Hl| ->]; [now apply Rlt_le, exp_increasing|lra].
    - unfold C_cov, coverage. eapply Rle_trans; [|apply (maximum_ge P _ x Hx)]. apply (maximum_ge _ (fun y => π_star x y / reference x y) y Hy). }
  assert (Hupp : C_cov <= exp u).
  { apply maximum_le; [apply Rlt_le, exp_pos|]. intros x' Hx'. apply maximum_le; [apply Rlt_le, exp_pos|]. intros y' Hy'.
    rewrite ratio_of_optimum by easy. destruct (Hu x' y' Hx' Hy') as [H| ->]; [now apply Rlt_le, exp_increasing|lra]. }
  pose proof (exp_pos l). split.
  - rewrite <- (ln_exp l). destruct Hlow as [H1| ->]; [now apply Rlt_le, ln_increasing|lra].
  - rewrite <- (ln_exp u). destruct Hupp as [H1| ->]; [apply Rlt_le, ln_increasing; lra|lra].
Qed.

Theorem T2_certified (R_max l u : R) :
  (forall x y, In x P -> In y (responses x) -> reward y / β - ln (∑ z ∈ responses x, mass z * exp (reward z / β)) <= u) ->
  (exists x y, In x P /\ In y (responses x) /\ l <= reward y / β - ln (∑ z ∈ responses x, mass z * exp (reward z / β))) ->
  0 <= l -> u <= log_bound R_max ->
  0 <= ln C_cov /\ l <= ln C_cov <= u /\ ln C_cov <= log_bound R_max.
Proof. intros Hu Hl H0 Hb. pose proof (log_coverage_between l u Hu Hl). lra. Qed.
End Instance.

(** "Every response" as one inequality after another, for evaluation. *)
Fixpoint each_response (Q : response -> Prop) (l : list response) : Prop := match l with [] => True | y :: l' => Q y /\ each_response Q l' end.
Fixpoint each_prompt (Q : prompt -> Prop) (l : list prompt) : Prop := match l with [] => True | x :: l' => Q x /\ each_prompt Q l' end.
Definition all_below (β u : R) (P : list prompt) : Prop :=
  each_prompt (fun x => each_response (fun y => reward y / β - ln (∑ z ∈ responses x, mass z * exp (reward z / β)) <= u) (responses x)) P.

Lemma all_below_spec β u P : all_below β u P -> forall x y, In x P -> In y (responses x) ->
  reward y / β - ln (∑ z ∈ responses x, mass z * exp (reward z / β)) <= u.
Proof.
  unfold all_below. intros H x y Hx Hy. induction P as [|x' P IH]; [easy|]. destruct H as [H1 H2]. destruct Hx as [->|Hx]; [|now apply IH].
  clear H2 IH. revert H1 Hy. generalize (ln (∑ z ∈ responses x, mass z * exp (reward z / β))). intros c.
  induction (responses x) as [|z l IH]; [easy|]. intros [H1 H2] [->|Hy]; [easy|now apply IH].
Qed.

(** ** What is checked of the carried numbers by computation *)

Definition positive_data (data : carried) : bool :=
  forallb (fun wl => negb (match snd wl with [] => true | _ => false end)
                     && forallb (fun pr => (0 <? fst (fst pr))%Z && (0 <? snd (fst pr))%Z) (snd wl))%bool data.

Lemma with_ratios_masses l ratios : forallb (fun pr : fraction * fraction => ((0 <? fst (fst pr))%Z && (0 <? snd (fst pr))%Z)%bool) l = true ->
  forall y, In y (fst (with_ratios l ratios)) -> 0 < mass y.
Proof.
  revert ratios. induction l as [|[p r] l IH]; intros ratios H y Hy; [easy|]. cbn [forallb with_ratios fst snd] in *.
  apply andb_true_iff in H as [H1 H2]. apply andb_true_iff in H1 as [Ha Hb]. apply Z.ltb_lt, IZR_lt in Ha. apply Z.ltb_lt, IZR_lt in Hb.
  destruct Hy as [<-|Hy]; [|now apply (IH (tl ratios) H2)]. unfold mass. cbn [fst]. unfold value. now apply Rdiv_lt_0_compat.
Qed.

Lemma positive_table data ratios : positive_data data = true -> forall x, In x (table data ratios) -> responses x <> [] /\ forall y, In y (responses x) -> 0 < mass y.
Proof.
  revert ratios. induction data as [|[w l] data IH]; intros ratios H x Hx; [easy|]. cbn [positive_data forallb table fst snd] in *.
  apply andb_true_iff in H as [H1 H2]. apply andb_true_iff in H1 as [Hn Hm]. destruct Hx as [<-|Hx]; [|now apply (IH (snd (with_ratios l ratios)) H2)].
  unfold responses. cbn [snd]. split; [|intros y Hy; now apply (with_ratios_masses l ratios)]. destruct l as [|[p r] l]; [easy|]. cbn [with_ratios]. easy.
Qed.

(** J* does not depend on the policy. *)
Lemma optimum_form_table β data ratios : optimum_form β (table data ratios) = optimum_form β (table data []).
Proof.
  assert (E : forall l r r', ∑ y ∈ fst (with_ratios l r), mass y * exp (reward y / β) = ∑ y ∈ fst (with_ratios l r'), mass y * exp (reward y / β)).
  { induction l as [|[p q] l IH]; intros r r'; [easy|]. cbn [with_ratios fst sum]. rewrite (IH (tl r) (tl r')). reflexivity. }
  unfold optimum_form. f_equal. generalize (@nil fraction). intros r'. revert ratios r'. induction data as [|[w l] data IH]; intros r r'; [easy|].
  cbn [table sum]. rewrite (IH (snd (with_ratios l r)) (snd (with_ratios l r'))). unfold weight, responses. cbn [fst snd]. now rewrite (E l r r').
Qed.

(** The least mass is this one. *)
Definition least_is (p : fraction) (data : carried) : bool :=
  (positive_denominator p && negb (smaller (1%Z, 1%Z) p)
  && forallb (fun wl => forallb (fun pr => positive_denominator (fst pr) && negb (smaller (fst pr) p)) (snd wl)) data
  && existsb (fun wl => existsb (fun pr => negb (smaller p (fst pr))) (snd wl)) data)%bool.

Lemma least_mass_is p data ratios : least_is p data = true -> least_mass (table data ratios) = value p.
Proof.
  unfold least_is. rewrite !andb_true_iff. intros (((Hp & H1) & Hall) & Hex).
  assert (Hone : value p <= 1).
  { apply negb_true_iff in H1. destruct (Rlt_dec 1 (value p)) as [H|H]; [|lra]. replace 1 with (value (1%Z, 1%Z)) in H by (unfold value; cbn; lra).
    apply (smaller_spec (1%Z, 1%Z) p eq_refl Hp) in H. congruence. }
  (* Going down the lists: never below p, and at most p once p was met. *)
  assert (Inner : forall l ratios m, forallb (fun pr : fraction * fraction => positive_denominator (fst pr) && negb (smaller (fst pr) p)) l = true ->
    value p <= m -> let f := fold_right (fun y m => Rmin (mass y) m) m (fst (with_ratios l ratios)) in
    value p <= f <= m /\ (existsb (fun pr : fraction * fraction => negb (smaller p (fst pr))) l = true -> f = value p)).
  { clear -Hp. induction l as [|[q r] l IH]; intros ratios m H Hm; cbn [with_ratios fst fold_right existsb forallb] in *; [split; [lra|easy]|].
    apply andb_true_iff in H as [H0 H]. apply andb_true_iff in H0 as [Hq Hge]. apply negb_true_iff in Hge.
    destruct (IH (tl ratios) m H Hm) as [Hb He]. cbv zeta.
    assert (Hqp : value p <= value q) by (destruct (Rlt_dec (value q) (value p)) as [Hlt|]; [apply (smaller_spec q p Hq Hp) in Hlt; congruence|lra]).
    set (f := fold_right _ _ _) in *. unfold mass. cbn [fst snd]. split; [unfold Rmin; destruct (Rle_dec (value q) f); lra|]. intros Hx. apply orb_true_iff in Hx as [Hx|Hx].
    - apply negb_true_iff in Hx. assert (value q <= value p) by (destruct (Rlt_dec (value p) (value q)) as [Hlt|]; [apply (smaller_spec p q Hp Hq) in Hlt; congruence|lra]).
      unfold Rmin. destruct (Rle_dec (value q) f); lra.
    - rewrite He by easy. unfold Rmin. destruct (Rle_dec (value q) (value p)); lra. }
  enough (H : value p <= least_mass (table data ratios) <= 1 /\ (existsb (fun wl => existsb (fun pr : fraction * fraction => negb (smaller p (fst pr))) (snd wl)) data = true -> least_mass (table data ratios) = value p)) by now apply H.
  clear Hex. revert ratios. induction data as [|[w l] data IH]; intros ratios; cbn [table least_mass fold_right forallb existsb snd] in *; [split; [lra|easy]|].
  apply andb_true_iff in Hall as [Hl Hall]. destruct (IH Hall (snd (with_ratios l ratios))) as [Hb He]. unfold least_mass in Hb, He.
  set (m := fold_right _ 1 _) in *. destruct (Inner l ratios m Hl ltac:(lra)) as [Ib Ie]. unfold responses in *. cbn [snd] in *. split; [lra|].
  intros Hx. apply orb_true_iff in Hx as [Hx|Hx]; [now apply Ie|]. specialize (He Hx). lra.
Qed.
