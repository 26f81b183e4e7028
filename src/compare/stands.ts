/** Instances along which one thing varies, and runs of algorithms on them: what the exponents of every section are fitted to. */
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import type { Instance } from "../instance/instance.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import {
  byName,
  type Ground,
  groundOf,
  groundsBy,
  inThisProcess,
  sweep,
  type SweepJob,
  type SweepParts,
  trialsOf
} from "../run/sweep.ts"

/** An instance, and the value at it of what varies: C, d, H, 1/q. */
export interface Stand {
  readonly value: number
  readonly instance: Instance
  /** What stands for it in the streams of its runs. Default: its SHA-256, which certificates name. */
  readonly digest?: string
}

/** What is asked of an algorithm on an instance. */
type Asked = Pick<SweepJob, "interpreter" | "target"> & Pick<Partial<SweepJob>, "budget" | "parameters" | "stop">

export interface StandsPlan extends Pick<SweepParts, "onPoint"> {
  readonly algorithms: ReadonlyArray<AnyAlgorithm<OracleServices>>
  readonly stands: ReadonlyArray<Stand>
  readonly trials: number
  readonly seed: number
  /** undefined: the algorithm is not run there. */
  readonly ask: (algorithm: AnyAlgorithm<OracleServices>, ground: Ground, value: number) => Asked | undefined
  /** Called before each run. */
  readonly progress?: (what: string, done: number, total: number) => void
}

/** Runs algorithms × stands × trials: points whose `at` is the stand's value. */
export const runsOn = ({ algorithms, ask, onPoint, progress, seed, stands, trials }: StandsPlan) => {
  const ground = groundsBy((spec) => {
    const { digest, instance } = stands.find((one) => one.instance.spec === spec)!
    return groundOf(instance, digest)
  })
  const jobs = stands.flatMap(({ instance: { spec }, value }) =>
    algorithms.flatMap((algorithm) => {
      const asked = ask(algorithm, ground(spec), value)
      if (asked === undefined) return []
      const job = { algorithm: algorithm.name, spec, at: value, seed, ...asked }
      return trialsOf(trials).map((trial): SweepJob => ({ ...job, trial }))
    })
  )
  return sweep(jobs, {
    ground,
    make: inThisProcess(byName(algorithms)),
    onStart: ({ algorithm, spec }, done) => progress?.(`${algorithm} on ${spec}`, done, jobs.length),
    ...(onPoint === undefined ? {} : { onPoint })
  })
}
