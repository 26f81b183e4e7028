/**
 * Runs whose records and certificates must not change when the code is rearranged: every algorithm, every family, both interpreters, theory's and
 * practical parameters, budgets, a token policy, a module. Each is a call of `coverbound audit` without `--out`.
 */
export const runs: Readonly<Record<string, string>> = {
  "t7-own-constants": "spanner-sampling --instance rare-good:C=1e4,d=2 --trials 2",
  "spanner-practical": "spanner-sampling --instance rare-good:C=1e3,d=4 --parameters practical --seed 2 --trials 3",
  "spanner-literal":
    "spanner-sampling --instance rare-good:C=100,d=2 --parameters practical --oracle literal --trials 2",
  "spanner-literal-js":
    "spanner-sampling --instance rare-good:C=100,d=2 --parameters practical --oracle literal --backend js --seed 7 --trials 1",
  "spanner-literal-wide":
    "spanner-sampling --instance random:seed=3,prompts=6,responses=40,d=8 --parameters practical --oracle literal --trials 1",
  "spanner-corpus": "spanner-sampling --instance corpus --oracle exact-law --parameters practical --trials 1",
  "spanner-needle": "spanner-sampling --instance needle:N=200,d=3 --parameters practical --trials 2",
  "spanner-token-chain": "spanner-sampling --instance token-chain:H=6 --parameters practical --trials 2",
  "spanner-budget":
    "spanner-sampling --instance rare-good:C=1e4,d=2 --parameters practical --budget-samples 1e6 --trials 2",
  adaptive: "spanner-sampling-adaptive --instance rare-good:C=1e3,d=2 --parameters practical --trials 2",
  "adaptive-literal":
    "spanner-sampling-adaptive --instance rare-good:C=50,d=2 --parameters practical --oracle literal --seed 4 --trials 1",
  "best-of-n": "best-of-n-elliptic --instance rare-good:C=1e3,d=2 --parameters practical --trials 3",
  "best-of-n-literal": "best-of-n-elliptic --instance random:seed=5 --parameters practical --oracle literal --trials 2",
  passive: "passive --instance rare-good:C=1e3,d=2 --parameters practical --trials 3",
  "passive-literal": "passive --instance random:seed=9,d=3 --parameters practical --oracle literal --trials 2",
  "passive-budget": "passive --instance rare-good:C=1e5,d=4 --parameters practical --budget-rewards 1e4 --trials 1",
  "passive-bigram": "passive --instance token-bigram --parameters practical --trials 2",
  exhaustive: "exhaustive --instance needle:N=64,d=2 --parameters practical --trials 2",
  "exhaustive-literal": "exhaustive --instance random:seed=2 --parameters practical --oracle literal --trials 1",
  "online-dpo": "online-dpo --instance dnf-prompts --parameters practical --trials 2",
  "online-dpo-literal": "online-dpo --instance rare-good:C=20,d=2 --parameters practical --oracle literal --trials 1",
  xpo: "xpo --instance random:seed=4 --parameters practical --trials 2",
  "policy-gradient": "policy-gradient --instance rare-good:C=20,d=2 --parameters practical --trials 2",
  "policy-gradient-literal":
    "policy-gradient --instance random:seed=6 --parameters practical --oracle literal --trials 1",
  "mtss-chain": "mtss --instance token-chain:H=4 --parameters practical --trials 2",
  "mtss-lock-literal": "mtss --instance token-lock:A=3,H=4 --parameters practical --oracle literal --trials 1",
  "mtss-bigram": "mtss --instance token-bigram --parameters practical --trials 1"
}
