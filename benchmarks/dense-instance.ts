/** The dense work of whole instances by each backend (`denseInstance`), beside float64: how much quicker, how far off, and how far off at the most. */
import type { Backend } from "../src/kernel/backend.ts"
import { BackendUnavailable } from "../src/kernel/backend-unavailable.ts"
import { denseInstance } from "../src/kernel/dense-instance.ts"
import { namedInstance } from "../src/model/families.ts"
import { RidgeRegression } from "../src/numeric/gram.ts"
import { passTable } from "../src/policy/elliptic-test.ts"
import { evaluate } from "../src/policy/evaluate.ts"
import { optimum } from "../src/policy/optimum.ts"
import { openKernels } from "../src/search/open-kernels.ts"
import { type Contestant, interleaved, ratios, series, spread, timed } from "./measure.ts"
import { median } from "../src/statistics/median.ts"
import type { Series, Suite, Target } from "./suite.ts"

const BACKENDS = ["wasm", "webasm", "webgpu"] as const satisfies ReadonlyArray<Backend>
const SPECS = [
  "random:prompts=1000,responses=100,d=4",
  "random:prompts=1000,responses=100,d=64",
  "random:prompts=1,responses=1000000,d=16"
]
const QUICK_SPECS = ["random:prompts=100,responses=100,d=64"]
/** Responses of the prompt whose pairs are told apart. */
const PAIRS = { spec: "random:prompts=1,responses=1500,d=64", nu: 1.4 }

export const denseInstances: Suite = {
  name: "dense-instance",
  summary: "evaluation and tables of pairs of whole instances: backends beside float64, with their errors",
  run: async ({ log, quick }) => {
    const rounds = quick ? 3 : 11
    const turn = quick ? 20 : 100
    const rows: Array<ReadonlyArray<string>> = []
    const targets: Array<Target> = []
    const all: Array<Series> = []
    const notes: Array<string> = []
    const sets = []
    for (const backend of BACKENDS) {
      try {
        sets.push({ backend, kernels: await openKernels(backend) })
      } catch (error) {
        if (!(error instanceof BackendUnavailable)) throw error
        notes.push(`not here: ${error.message}.`)
      }
    }
    const compare = async (
      work: string,
      alone: Contestant,
      ours: ReadonlyArray<Contestant>,
      said: ReadonlyArray<string>
    ) => {
      log(`dense-instance: ${work}`)
      const measured = await interleaved([alone, ...ours], rounds)
      measured.slice(1).forEach((one, i) => {
        rows.push([
          work,
          one.name,
          (median(measured[0].rounds) / 1e6).toPrecision(3),
          (median(one.rounds) / 1e6).toPrecision(3),
          spread(ratios(measured[0], one)),
          said[i]
        ])
      })
      all.push(...measured.map((one) => series(`${work}, ${one.name}`, "ns a call", one.rounds)))
    }
    for (const spec of quick ? QUICK_SPECS : SPECS) {
      const { exact } = namedInstance(spec)
      const best = optimum(exact)
      const policy = { kind: "linear-softmax", theta: exact.thetaStar.map((t) => 0.9 * t) } as const
      const { suboptimality: value } = evaluate(exact, policy, best)
      const dense = sets.map(({ backend, kernels }) => ({ backend, of: denseInstance(kernels, exact, best) }))
      const said: Array<string> = []
      for (const { backend, of } of dense) {
        const { suboptimality: found } = await of.evaluate(policy)
        const off = Math.abs(found.value - value)
        said.push(`${off.toExponential(1)} of ${found.error.toExponential(1)}`)
        targets.push({
          claim: `${spec}, ${backend}: the suboptimality lies within its bound of float64's`,
          measured: said.at(-1)!,
          held: off <= found.error,
          kind: "result"
        })
      }
      await compare(
        `evaluation, ${spec}`,
        timed({ name: "float64", units: 1, call: () => evaluate(exact, policy, best) }, turn),
        dense.map(({ backend, of }) => timed({ name: backend, units: 1, call: () => of.evaluate(policy) }, turn)),
        said
      )
    }
    const { exact } = namedInstance(PAIRS.spec)
    const test = { dimension: 64, whitening: new RidgeRegression(64, 1).whitening(), nu: PAIRS.nu }
    const size = exact.reference.length
    const table = new Uint8Array(size * size)
    passTable(test, exact.features, 0, size, table)
    const dense = sets.map(({ backend, kernels }) => ({ backend, of: denseInstance(kernels, exact) }))
    for (const { backend, of } of dense) {
      const found = await of.passTable(test, 0)
      targets.push({
        claim: `${PAIRS.spec}, ${backend}: the table of pairs at distance ${PAIRS.nu} is float64's`,
        measured: `${found.reduce((sum, pass, i) => sum + Number(pass !== table[i]), 0)} entries differ, ${found.reduce((sum, pass) => sum + pass, 0)} of ${found.length} pass`,
        held: found.every((pass, i) => pass === table[i]),
        kind: "result"
      })
    }
    await compare(
      `pairs, ${PAIRS.spec}`,
      timed({ name: "float64", units: 1, call: () => passTable(test, exact.features, 0, size, table) }, turn),
      dense.map(({ backend, of }) => timed({ name: backend, units: 1, call: () => of.passTable(test, 0) }, turn)),
      sets.map(() => "0 of 0")
    )
    for (const { kernels } of sets) await kernels.destroy()
    return {
      tables: [
        {
          title: "Milliseconds (medians of rounds); ratio: float64's time over the backend's, median (least–greatest)",
          columns: ["work", "backend", "float64", "backend's", "ratio", "off, of at most"],
          rows
        }
      ],
      targets,
      series: all,
      notes
    }
  }
}
