/**
 * One process of the scaling measurement: `scaling-process.ts KERNEL BACKEND MILLISECONDS PASSES`, a {@link MeasuredGrid} for each
 * grid on stdout, as JSON.
 *
 * Whatever else runs on the machine only adds time, in spells of milliseconds to seconds. So the sizes are gone through
 * in several short passes, and a size's time is the least of its passes' medians. What runs on one thread is timed by the
 * process's processor time: on an idle machine it is the wall clock's, and on a busy one the turns of others do not
 * count, which calls of milliseconds cannot escape. Several threads wait for each other: the wall clock's.
 */
import { median } from "../../src/statistics/median.ts"
import { processorSeconds } from "../processor.ts"
import { openBackends, type ReadyKernel } from "./backends.ts"
import type { KernelName } from "./models.ts"
import type { MeasuredGrid } from "./scaling-grids.ts"
import { at, gridsOf } from "./scaling-grids.ts"

const [kernel, backendName, milliseconds, passes] = process.argv.slice(2)
/** Nanoseconds of calls between two readings of the clock, which the processor's has in microseconds. */
const READING = 2e5
/** Nanoseconds that no call is shorter than, whatever the clock says. */
const LEAST_CALL = 50
/** Calls of a turn before it is timed, and samples of one at the least: one each past so many nanoseconds. */
const [FORGOTTEN, LEAST_SAMPLES, LONG] = [2, 3, 1e8]
/** Milliseconds of a call past which greater sizes are left out. */
const LONGEST = 2000
/** Turns of a size before it is timed: the engine compiles a hot function anew. */
const WARM_TURNS = 2
/** JavaScript is compiled anew after so many calls, however long; but not more milliseconds of them. */
const [WARM_CALLS, WARM_MILLISECONDS] = [16, 150]

const now = (): number => Number(process.hrtime.bigint())
/** Of the process: Linux counts a single thread's in ticks of milliseconds. */
const processorTime = (): number => 1e9 * processorSeconds()

const [backend] = await openBackends([backendName], (error) => {
  throw error
})
const time = backend.threads === 1 ? processorTime : now
const inJavaScript = backend.name === "gpu.js cpu"

const clock = async ({ call }: ReadyKernel, times: number): Promise<number> => {
  const from = time()
  for (let i = 0; i < times; i++) {
    const later = call()
    if (later instanceof Promise) await later
  }
  return (time() - from) / times
}

/** Median of the calls of one turn, in ns; and processor time by the wall's. */
const turn = async (ready: ReadyKernel): Promise<{ readonly ns: number; readonly cores: number }> => {
  const [wall, processor] = [now(), processorTime()]
  // The first calls of a turn may have to set up anew what another size has displaced.
  let last = Infinity
  for (let i = 0; i < FORGOTTEN && !(last > LONG && last < Infinity); i++) last = await clock(ready, 1)
  const samples: Array<number> = []
  for (
    const end = wall + 1e6 * Number(milliseconds);
    samples.length < (last > LONG ? 1 : LEAST_SAMPLES) || now() < end;
  ) {
    samples.push((last = await clock(ready, Math.ceil(READING / Math.max(LEAST_CALL, last)))))
  }
  const cores = (processorTime() - processor) / (now() - wall)
  return { ns: median(samples), cores }
}

const measured: Array<MeasuredGrid> = []
for (const grid of gridsOf(backend, kernel as KernelName)) {
  // A call of size 1 and a job without work say what a launch costs.
  const idle = backend.handOut?.(grid)
  const launches = [backend.make(at(grid, 1)), idle].filter((ready) => ready !== undefined)
  const points: Array<{ readonly value: number; readonly ready: ReadyKernel; least: number; cores: number }> = []
  for (const value of grid.values) {
    const ready = backend.make(at(grid, value))
    if (ready === undefined) break
    points.push({ value, ready, least: Infinity, cores: 0 })
    for (let i = 0; i < WARM_TURNS; i++) await turn(ready)
    const end = now() + 1e6 * WARM_MILLISECONDS
    for (let i = 0; inJavaScript && i < WARM_CALLS && now() < end; i++) await clock(ready, 1)
    if ((await clock(ready, 1)) > 1e6 * LONGEST) break
  }
  const leastLaunch = launches.map(() => Infinity)
  for (let pass = 0; pass < Number(passes); pass++) {
    for (const [i, ready] of launches.entries()) leastLaunch[i] = Math.min(leastLaunch[i], (await turn(ready)).ns)
    for (const point of points) {
      const { ns, cores } = await turn(point.ready)
      if (ns < point.least) Object.assign(point, { least: ns, cores })
    }
  }
  for (const { close } of [...launches, ...points.map(({ ready }) => ready)]) close()
  measured.push({
    axis: grid.axis,
    launch: leastLaunch.reduce((sum, ns) => sum + ns, 0),
    points: points.map(({ value, least, cores }) => ({
      size: value,
      time: least,
      ...(time === now ? { cores } : {})
    }))
  })
}
await backend.destroy()
process.stdout.write(JSON.stringify(measured))
