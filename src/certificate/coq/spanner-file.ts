/** T3 as a Coq file: the chains in exact integers, n_max by interval arithmetic. */
import type { Certificate, SpannerEvidence } from "../../checker/certificate.ts"
import { spannerSize } from "../../checker/sampling-bounds.ts"
import { type CoqContent, flat, fraction, type Fraction, fractionOf, fractionOfDyadic, list } from "./coq-text.ts"

/** The least s ≥ 0 at which features times 2^s, and λ times 4^s, are integers. */
const scaleOf = (lambda: Fraction, features: ReadonlyArray<Fraction>): bigint => {
  const bits = (d: bigint): number => d.toString(2).length - 1
  const most = features.reduce((s, { d }) => Math.max(s, bits(d)), Math.ceil(bits(lambda.d) / 2))
  return BigInt(most)
}

const integers = (all: ReadonlyArray<bigint>): string => list(all.map(String), 40)

export const spannerFile = (certificate: Certificate, evidence: SpannerEvidence): CoqContent => {
  const { claim, instance } = certificate
  const { dimension: d } = instance!.problem
  const lambda = fractionOfDyadic(evidence.lambda)
  const nu = fractionOfDyadic(evidence.nu)
  const claimed = fractionOf(claim.parameters.nu)
  const chains = evidence.chains.map(({ features, order }) => ({
    features: features.map((row) => row.map(fractionOfDyadic)),
    order: order.map(BigInt)
  }))
  const s = scaleOf(
    lambda,
    chains.flatMap(({ features }) => features.flat())
  )
  const rows = chains.map(({ features }) => features.map((row) => row.map((x) => (x.n << s) / x.d)))
  const ridge = (lambda.n << (2n * s)) / lambda.d
  const accepted = evidence.runs.trials.map((t) => BigInt(t.accepted))
  const largest = accepted.reduce((a, b) => (a > b ? a : b))
  const nMax = spannerSize(claim.parameters, { dimension: d })

  const chainText = chains.map(({ order }, i) => {
    const features = rows[i].map((row) => `[${row.join("; ")}]`)
    return `(${list(features, 6)},\n  ${integers(order)})`
  })
  const numbers = [
    ...chains.flatMap(({ order }, i) => [...rows[i].flat(), ...order]),
    ...accepted,
    ...flat([lambda, nu, claimed]),
    ridge,
    s,
    nMax,
    largest
  ]
  const term =
    "(flat_map (fun c => concat (fst c) ++ snd c) chains ++ accepted ++ flat [lambda; nu; nu_claimed] ++ [ridge; s; n_max; largest])"
  return {
    definitions: [
      `Definition d : nat := ${d}.`,
      `(* lambda; the threshold that the chain passes; the parameter nu, which it may be below by the rounding of a float64 norm. *)
Definition lambda : fraction := ${fraction(lambda)}.
Definition nu : fraction := ${fraction(nu)}.
Definition nu_claimed : fraction := ${fraction(claimed)}.`,
      `(* Features in units of 2^-s, and lambda in units of 4^-s. *)
Definition s : Z := ${s}.
Definition ridge : Z := ${ridge}.`,
      `(* Of every trial that is carried: distinct features, and the order in which they were accepted. *)
Definition chains : list (list (list Z) * list Z) := [${chainText.join(";\n  ")}]%Z.`,
      `Definition accepted : list Z := ${integers(accepted)}%Z.
Definition largest : Z := ${largest}.
Definition n_max : Z := ${nMax}.`
    ],
    covered: { term, numbers },
    claims: [
      `Theorem claim :
  (forall features order, In (features, order) chains ->
     all_above d (value lambda) (value nu) [] (accepted_vectors s features order) /\\
     fold_right (fun f t => dot f f + t) 0 (accepted_vectors s features order) <= 4 * (1 + 1 / 100000000000) * INR (length order)) /\\
  value nu_claimed * (1 - 1 / 1000000000) <= value nu <= value nu_claimed /\\
  (forall features order a, In ((features, order), a) (combine chains accepted) -> (Z.of_nat (length order) <= a)%Z) /\\
  (0 <= slack (Z.of_nat d) (value lambda) (value nu_claimed) (IZR n_max) /\\
   forall n, IZR (n_max + 1) <= n -> slack (Z.of_nat d) (value lambda) (value nu_claimed) n < 0) /\\
  In largest accepted /\\ forall a, In a accepted -> (a <= largest <= n_max)%Z.
Proof.
  apply (T3_certified d ridge s lambda nu nu_claimed chains accepted n_max largest).
  - vm_compute. reflexivity.
  - unfold d, lambda, nu_claimed, n_max. explicit_slack. interval with (i_prec 120).
  - unfold d, lambda, nu_claimed, n_max. explicit_slack. interval with (i_prec 120).
Qed.`
    ],
    notProved:
      evidence.chains.length < accepted.length || chains.some(({ order }, i) => BigInt(order.length) < accepted[i])
        ? ["acceptances that are counted, not carried"]
        : []
  }
}
