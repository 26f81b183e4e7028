(** * The data of a certificate: doubles as fractions, and a fingerprint

    A certificate's numbers are doubles, and so fractions n/2^k exactly; [value] is that real number. [fingerprint] reduces a list of integers modulo the prime
    2^127 − 1; a file written by `coverbound check --emit-coq` states the fingerprint of the data it speaks of, so that an altered number is noticed even where the
    claim would be true of the altered data too: it is a check against accidents, the multiplier so large that no two numbers altered a little make up for one
    another; who means to alter a file can alter the fingerprint. Comparing fractions is proved to be comparing the numbers. *)

From Coq Require Import Reals ZArith List Lra Lia.
Import ListNotations.
Open Scope R_scope.

(** (n, d): n/d, d > 0. *)
Definition fraction : Type := (Z * Z)%type.
Definition value (x : fraction) : R := IZR (fst x) / IZR (snd x).

Definition flat (l : list fraction) : list Z := flat_map (fun x => [fst x; snd x]) l.
Definition fingerprint (l : list Z) : Z := fold_left (fun h z => ((h * 105690555220216252607508994254127766821 + z) mod (2 ^ 127 - 1))%Z) l 1%Z.

Definition positive_denominator (x : fraction) : bool := (0 <? snd x)%Z.
Definition smaller (x y : fraction) : bool := (fst x * snd y <? fst y * snd x)%Z.

Lemma smaller_spec x y : positive_denominator x = true -> positive_denominator y = true -> smaller x y = true <-> value x < value y.
Proof.
  unfold positive_denominator, smaller, value. intros Hx%Z.ltb_lt%IZR_lt Hy%Z.ltb_lt%IZR_lt. rewrite Z.ltb_lt.
  split; intros H.
  - apply IZR_lt in H. rewrite !mult_IZR in H. apply (Rmult_lt_reg_r (IZR (snd x) * IZR (snd y))); [now apply Rmult_lt_0_compat|].
    replace (IZR (fst x) / IZR (snd x) * (IZR (snd x) * IZR (snd y))) with (IZR (fst x) * IZR (snd y)) by (field; lra).
    replace (IZR (fst y) / IZR (snd y) * (IZR (snd x) * IZR (snd y))) with (IZR (fst y) * IZR (snd x)) by (field; lra). exact H.
  - apply lt_IZR. rewrite !mult_IZR. apply (Rmult_lt_compat_r (IZR (snd x) * IZR (snd y))) in H; [|now apply Rmult_lt_0_compat].
    replace (IZR (fst x) / IZR (snd x) * (IZR (snd x) * IZR (snd y))) with (IZR (fst x) * IZR (snd y)) in H by (field; lra).
    replace (IZR (fst y) / IZR (snd y) * (IZR (snd x) * IZR (snd y))) with (IZR (fst y) * IZR (snd x)) in H by (field; lra). exact H.
Qed.

(** How many of these exceed the bound. *)
Fixpoint exceeding (bound : R) (l : list fraction) : nat :=
  match l with [] => O | x :: l' => ((if Rlt_dec bound (value x) then 1 else 0) + exceeding bound l')%nat end.

Definition count_exceeding (bound : fraction) (l : list fraction) : nat := length (filter (smaller bound) l).

Theorem exceeding_counted (bound : fraction) (l : list fraction) : forallb positive_denominator (bound :: l) = true -> exceeding (value bound) l = count_exceeding bound l.
Proof.
  cbn [forallb]. rewrite Bool.andb_true_iff. intros [Hb Hl]. unfold count_exceeding. induction l as [|x l IH]; [easy|].
  cbn [forallb] in Hl. apply Bool.andb_true_iff in Hl as [Hx Hl]. cbn [exceeding filter]. rewrite IH by easy.
  pose proof (smaller_spec bound x Hb Hx) as H. destruct (smaller bound x), (Rlt_dec (value bound) (value x)); try easy; exfalso; intuition discriminate.
Qed.
