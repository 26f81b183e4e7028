import { Effect } from "effect"
import type { FiniteInstance, Instance } from "./instance/instance.ts"
import { runTrial } from "./audit/run.ts"
import { spannerSampling } from "./algorithm/spanner-sampling.ts"
import { passive } from "./algorithm/passive.ts"
import { problemOf } from "./oracle/interpreter.ts"
import { optimum, referenceSuboptimality } from "./policy/optimum.ts"
export const rare = (C:number,d:number,X=4): Instance => {
  const K=2*(d-1), R=K+1, N=X*R
  const f=new Float64Array(N*d), ref=new Float64Array(N), r=new Float64Array(N), off=new Int32Array(X+1)
  const th=new Float64Array(d); for(let j=0;j<d-1;j++) th[j]=.05/Math.sqrt(d-1); th[d-1]=.95
  for(let x=0;x<X;x++){ off[x+1]=(x+1)*R
    for(let k=0;k<K;k++){ const y=x*R+k; f[y*d+(k>>1)]=k%2?1:-1; ref[y]=(1-1/C)/K; r[y]=.05+th[k>>1]*(k%2?1:-1) }
    const y=x*R+K; f[y*d+d-1]=1; ref[y]=1/C; r[y]=1 }
  const exact: FiniteInstance={name:"rg",dimension:d,beta:.7/Math.log(C),rewardRange:1,parameterSet:{kind:"ball",radius:1},thetaStar:th,noise:{kind:"bernoulli"},promptProbabilities:new Float64Array(X).fill(1/X),offsets:off,reference:ref,features:f,meanReward:r}
  return {spec:"rg",exact,source:undefined as never,responseCount:()=>BigInt(R),describePrompt:String,describeRow:String as never}
}
const go=async(C:number,d:number,seed:number,cp:boolean)=>{
  const inst=rare(C,d); const best=optimum(inst.exact)
  const goal={epsilon:.1,delta:.02,coverage:best.coverage}
  const p=spannerSampling.fromTheory(problemOf(inst),goal)
  const t=performance.now()
  const rec=await Effect.runPromise(runTrial({algorithm:spannerSampling,instance:inst,digest:"",parameters:p,interpreter:"exact-law",seed,trial:0,checkpoints:cp}))
  console.log(C,d,seed,"ms",(performance.now()-t).toFixed(0),"sub",rec.suboptimality.value,"ref",referenceSuboptimality(inst.exact,best),"C_cov",best.coverage,"ledger",rec.ledger.rewardQueries,rec.ledger.samplingQueries,"n",rec.spanner.count,JSON.stringify(rec.sampler), rec.checkpoints.length, JSON.stringify(p))
}
if (process.argv[2]==="t7"){
for(let s=0;s<4;s++) await go(1e4,2,s,s>1)
await go(1e6,4,1,true)
}
