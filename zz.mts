import { arithmeticFamily } from "./src/language-model/arithmetic-family.ts"
import { instantiate } from "./src/instance/family.ts"
import { optimum } from "./src/policy/optimum.ts"
for (const checkpoint of ["125k","250k","500k","1M","2.7M"]) {
const c = process.cpuUsage()
const i = instantiate(arithmeticFamily, {checkpoint, floor: Number(process.argv[2])})
const d = process.cpuUsage(c)
console.log(checkpoint, optimum(i.exact).coverage, i.exact.reference.length, i.facts![1].slice(0,80), (d.user+d.system)/1e6, i.tokens?.reference.length)
}
