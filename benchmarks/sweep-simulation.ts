/**
 * Workers on one store, simulated event by event on the store's measured costs: each claims about a second of work, makes its jobs one after another, and commits what it has when its
 * last commit is through. The store answers on a few cores, first come first served.
 */

export interface StoreCosts {
  /** Processor seconds of the store: of a claim, and of each job in it; of a commit, and of each result in it. */
  readonly claim: number
  readonly claimedJob: number
  readonly commit: number
  readonly committedJob: number
}

export interface Simulated {
  readonly workers: number
  readonly jobs: number
  /** Of a job, on average; each is exponential. */
  readonly jobSeconds: number
  readonly jobsPerSecond: number
  /** Of what the workers could do if the store cost nothing. */
  readonly efficiency: number
  /** Share of the store's cores that is busy. */
  readonly busy: number
  /** Mean seconds that an operation waits for the store. */
  readonly wait: number
}

/** A binary heap of events by time. */
class Events {
  private readonly times: Array<number> = []
  private readonly whats: Array<number> = []

  get size(): number {
    return this.times.length
  }

  push(time: number, what: number): void {
    const { times, whats } = this
    let at = times.length
    times.push(time)
    whats.push(what)
    for (let up = (at - 1) >> 1; at > 0 && times[up] > time; up = (at - 1) >> 1) {
      times[at] = times[up]
      whats[at] = whats[up]
      at = up
    }
    times[at] = time
    whats[at] = what
  }

  pop(): readonly [time: number, what: number] {
    const { times, whats } = this
    const first = [times[0], whats[0]] as const
    const time = times.pop()!
    const what = whats.pop()!
    if (times.length > 0) {
      let at = 0
      for (;;) {
        let down = 2 * at + 1
        if (down + 1 < times.length && times[down + 1] < times[down]) down++
        if (down >= times.length || times[down] >= time) break
        times[at] = times[down]
        whats[at] = whats[down]
        at = down
      }
      times[at] = time
      whats[at] = what
    }
    return first
  }
}

const MOST_CLAIMED = 256
const CLAIM_SECONDS = 1

/** @param cores of the store @param trip seconds of the network, there and back @param random uniform in (0, 1) */
export const simulateSweep = (
  costs: StoreCosts,
  {
    cores,
    jobs,
    jobSeconds,
    random,
    trip,
    workers
  }: {
    readonly workers: number
    readonly jobs: number
    readonly jobSeconds: number
    readonly cores: number
    readonly trip: number
    readonly random: () => number
  }
): Simulated => {
  const batch = Math.max(1, Math.min(MOST_CLAIMED, Math.round(CLAIM_SECONDS / jobSeconds)))
  const free = new Float64Array(cores)
  let [left, done, busy, waited, operations, end] = [jobs, 0, 0, 0, 0, 0]
  /** Seconds at which the store has answered. */
  const ask = (now: number, cost: number): number => {
    let core = 0
    for (let i = 1; i < cores; i++) if (free[i] < free[core]) core = i
    const start = Math.max(now + trip / 2, free[core])
    free[core] = start + cost
    busy += cost
    waited += start - now - trip / 2
    operations++
    return free[core] + trip / 2
  }
  // What a worker does next: 2w, it claims; 2w + 1, one of its jobs is made.
  const events = new Events()
  const waiting = new Int32Array(workers)
  const made = new Int32Array(workers)
  const committing = new Float64Array(workers)
  for (let w = 0; w < workers; w++) events.push(w * 1e-4, 2 * w)
  while (events.size > 0) {
    const [now, what] = events.pop()
    const w = what >> 1
    if (what % 2 === 1) {
      waiting[w]--
      made[w]++
      if (committing[w] <= now) {
        committing[w] = ask(now, costs.commit + made[w] * costs.committedJob)
        done += made[w]
        made[w] = 0
        end = Math.max(end, committing[w])
      }
      events.push(waiting[w] > 0 ? now - jobSeconds * Math.log(random()) : now, waiting[w] > 0 ? what : 2 * w)
      continue
    }
    const taken = Math.min(batch, left)
    left -= taken
    if (taken === 0) {
      // Its last results.
      if (made[w] > 0) {
        end = Math.max(end, ask(Math.max(now, committing[w]), costs.commit + made[w] * costs.committedJob))
        done += made[w]
        made[w] = 0
      }
      continue
    }
    waiting[w] = taken
    const answered = ask(now, costs.claim + taken * costs.claimedJob)
    events.push(answered - jobSeconds * Math.log(random()), 2 * w + 1)
  }
  if (done !== jobs) throw new Error(`simulation: ${done} jobs done, expected ${jobs}`)
  const jobsPerSecond = jobs / end
  return {
    workers,
    jobs,
    jobSeconds,
    jobsPerSecond,
    efficiency: (jobsPerSecond * jobSeconds) / workers,
    busy: busy / (end * cores),
    wait: waited / operations
  }
}
