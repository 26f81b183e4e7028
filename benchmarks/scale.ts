/**
 * What instances cost as they grow: processor time and memory against P, R, d, H and trials, each size a process of its own, and the exponents against what the
 * implementation's theory says: linear in prompts, responses and trials, d² an update of Σ at the most.
 */
import { fitExponents } from "../src/statistics/exponent-fit.ts"
import { measuredApart } from "./replicates.ts"
import type { ScaleTime } from "./scale-process.ts"
import type { Series, Suite, Target } from "./suite.ts"

const SCRIPT = new URL("scale-process.ts", import.meta.url)
const LEVEL = 0.05
/** Seconds below which a part is start-up, and fits nothing. */
const LEAST = 0.02

interface Axis {
  readonly name: string
  readonly what: string
  readonly sizes: ReadonlyArray<number>
  readonly algorithm: string
  readonly spec: (size: number) => string
  readonly trials?: (size: number) => number
  readonly interpreter: "literal" | "exact-law"
  readonly parameters: Readonly<Record<string, number>>
  /** The exponent of the runs' time may be at most this; undefined where theory of the implementation gives none. */
  readonly most: number | undefined
}

const table = (prompts: number, responses: number, d: number): string =>
  `random:prompts=${prompts},responses=${responses},d=${d},seed=1`
const SPANNER = { prompts: 200, rounds: 400 }

const AXES: ReadonlyArray<Axis> = [
  {
    name: "P",
    what: "spanner-sampling, exact law, R = 50, d = 16",
    sizes: [100, 200, 400, 800],
    algorithm: "spanner-sampling",
    spec: (P) => table(P, 50, 16),
    interpreter: "exact-law",
    parameters: SPANNER,
    most: 1
  },
  {
    name: "P",
    what: "passive, exact law, R = 100, d = 16",
    sizes: [250, 500, 1000, 2000],
    algorithm: "passive",
    spec: (P) => table(P, 100, 16),
    interpreter: "exact-law",
    parameters: { pairs: 20_000 },
    most: 1
  },
  {
    name: "R",
    what: "spanner-sampling, literal, P = 1, d = 4",
    sizes: [8192, 16_384, 65_536, 262_144],
    algorithm: "spanner-sampling",
    spec: (R) => table(1, R, 4),
    interpreter: "literal",
    parameters: { prompts: 40, rounds: 100 },
    most: 1
  },
  {
    name: "d",
    what: "passive, literal, 30,000 updates of Σ, P = 20, R = 20",
    sizes: [16, 32, 64, 128],
    algorithm: "passive",
    spec: (d) => table(20, 20, d),
    interpreter: "literal",
    parameters: { pairs: 30_000 },
    most: 2
  },
  {
    name: "trials",
    what: "spanner-sampling, exact law, P = 50, R = 50, d = 8",
    sizes: [2, 4, 8, 16],
    algorithm: "spanner-sampling",
    spec: () => table(50, 50, 8),
    trials: (trials) => trials,
    interpreter: "exact-law",
    parameters: SPANNER,
    most: 1
  },
  {
    name: "H",
    what: "mtss, exact law, token-chain, 10 trials",
    sizes: [4, 8, 16, 32],
    algorithm: "mtss",
    spec: (H) => `token-chain:H=${H}`,
    trials: () => 10,
    interpreter: "exact-law",
    parameters: {},
    most: undefined
  }
]

export const scale: Suite = {
  name: "scale",
  summary: "processor time and memory against P, R, d, H and trials, one process a size",
  run: async ({ quick, log }) => {
    const rows: Array<ReadonlyArray<string>> = []
    const exponents: Array<ReadonlyArray<string>> = []
    const series: Array<Series> = []
    const targets: Array<Target> = []
    for (const axis of AXES) {
      const sizes = quick ? axis.sizes.slice(0, 2) : axis.sizes
      const times = sizes.map((size) => {
        log(`scale: ${axis.what}, ${axis.name} = ${size}`)
        const { algorithm, interpreter, parameters, spec, trials } = axis
        const given = [algorithm, spec(size), trials?.(size) ?? 1, interpreter, JSON.stringify(parameters)]
        return measuredApart(SCRIPT, ...given) as ScaleTime
      })
      times.forEach(({ instance, megabytes, runs }, i) => {
        rows.push([
          axis.what,
          `${axis.name} = ${sizes[i]}`,
          instance.toPrecision(3),
          runs.toPrecision(3),
          megabytes.toFixed(0)
        ])
      })
      const name = `${axis.what}: ${axis.name} = ${sizes.join(", ")}`
      series.push({ name, unit: "s processor, runs", samples: times.map((t) => t.runs) })
      series.push({ name, unit: "s processor, instance", samples: times.map((t) => t.instance) })
      series.push({ name, unit: "MB", samples: times.map((t) => t.megabytes) })
      const ofInstance = axis.name !== "trials" && axis.name !== "H"
      for (const { most, part } of [
        { part: "runs" as const, most: axis.most },
        ...(ofInstance ? (["instance", "megabytes"] as const).map((of) => ({ part: of, most: 1 })) : [])
      ]) {
        const response = times.map((t) => t[part])
        if (response.length < 3 || response.some((value) => !(value > LEAST))) continue
        const what = part === "megabytes" ? "memory" : part
        const [fit] = fitExponents({ response, predictors: { [axis.name]: sizes } }, LEVEL).exponents
        const [estimate, interval] = [fit.estimate.toFixed(2), `[${fit.lower.toFixed(2)}, ${fit.upper.toFixed(2)}]`]
        exponents.push([
          axis.what,
          `${what} in ${axis.name}`,
          estimate,
          interval,
          most === undefined ? "–" : `≤ ${most}`
        ])
        if (most === undefined) continue
        targets.push({
          claim: `${axis.what}: ${what} grows as ${axis.name}^${most} at the most`,
          measured: `${estimate} ${interval}`,
          held: fit.lower <= most,
          kind: "timing"
        })
      }
    }
    return {
      tables: [
        {
          title: "Processor seconds, and megabytes beyond an empty process",
          columns: ["run", "size", "instance", "runs", "MB"],
          rows
        },
        {
          title: `Exponents, with ${100 * (1 - LEVEL)} % intervals over sizes`,
          columns: ["run", "of", "exponent", "interval", "theory"],
          rows: exponents
        }
      ],
      targets,
      series,
      notes: [
        "instance: its making and its digest. A process a size: an interval counts how far sizes are from a power law, and the machine's load.",
        "Theory is of the implementation, from above: constant parts (a run's rounds do not grow with P or R) bend a fit downwards."
      ]
    }
  }
}
