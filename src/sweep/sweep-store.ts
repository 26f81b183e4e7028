/**
 * Where the jobs of a sweep and their results are. A job is claimed for as long as its lease lasts and may be made more than once (a worker that dies, or is cut off, loses its
 * lease); its result is committed once, together with its end, by whoever comes first. Results are functions of their jobs, so that it does not matter who.
 */
import * as Data from "effect/Data"

export interface StoredJob {
  readonly id: string
  /** JSON of the task. */
  readonly task: string
}

export interface ClaimedJob extends StoredJob {
  /** This claim included. */
  readonly attempts: number
}

export interface MadeResult {
  readonly id: string
  readonly bytes: Uint8Array
  readonly seconds: number
}

export interface SweepCounts {
  readonly pending: number
  readonly running: number
  readonly done: number
  readonly failed: number
  /** Workers that hold leases. */
  readonly workers: number
  /** Results committed in the last minute, and seconds since the first of them; the store's own clock. */
  readonly lastMinute: number
  readonly span: number
}

export interface FailedJob extends StoredJob {
  readonly reason: string
  readonly attempts: number
}

/** All of it may fail with {@link StoreFailed}, and may be asked again then. */
export interface SweepStore {
  /** What this store is called, for people: no password in it. */
  readonly name: string
  /** The version that the sweep is made with: the first to ask sets it. */
  readonly version: (own: string) => Promise<string>
  /** Adds jobs that are not there yet; gives how many. */
  readonly add: (jobs: ReadonlyArray<StoredJob>) => Promise<number>
  /**
   * Up to `most` jobs for `lease` seconds, jobs whose lease ran out first; those with `attempts` claims already end as failed. Of those that were lost twice it gives one: a worker that
   * dies loses all it has claimed, and only what it was making then is suspect.
   */
  readonly claim: (worker: string, most: number, lease: number, attempts: number) => Promise<ReadonlyArray<ClaimedJob>>
  /** Renews the leases of a worker's jobs. */
  readonly renew: (worker: string, ids: ReadonlyArray<string>, lease: number) => Promise<void>
  /** Commits results and ends their jobs, in one transaction; gives how many were the first. */
  readonly commit: (worker: string, made: ReadonlyArray<MadeResult>) => Promise<number>
  /** Says why a job was not made: it ends as failed, or, with `again`, waits for another claim. */
  readonly fail: (worker: string, id: string, reason: string, again: boolean) => Promise<void>
  /** Gives a worker's jobs back, as if they had not been claimed. */
  readonly release: (worker: string) => Promise<void>
  /** Workers that hold jobs. */
  readonly holders: () => Promise<ReadonlyArray<string>>
  /** Ends the leases of a worker that is known to be dead. */
  readonly expire: (worker: string) => Promise<void>
  readonly counts: () => Promise<SweepCounts>
  readonly failed: (most: number) => Promise<ReadonlyArray<FailedJob>>
  /** Jobs that are done, after `after` in the order of their ids. */
  readonly done: (after: string, most: number) => Promise<ReadonlyArray<StoredJob>>
  readonly results: (ids: ReadonlyArray<string>) => Promise<ReadonlyArray<MadeResult>>
  readonly close: () => Promise<void>
}

/** The store does not answer, or says no. Exit 3. */
export class StoreFailed extends Data.TaggedError("StoreFailed")<{
  readonly store: string
  readonly reason: string
}> {
  override get message(): string {
    return `--store: ${this.store} (${this.reason}), expected a store that answers`
  }
}

/** What a store threw, in its own words where it has some. */
export const storeFailed = (store: string, error: unknown): StoreFailed => {
  if (error instanceof StoreFailed) return error
  const { code, errstr, message } = error as NodeJS.ErrnoException & { readonly errstr?: string }
  return new StoreFailed({ store, reason: errstr ?? code ?? message })
}

/**
 * Claims after which a job is given up, whoever died of it: many, since workers that are killed again and again before they have begun leave the same trace as a job that kills them.
 */
export const MOST_ATTEMPTS = 20

/** What is said of a job that nobody survived. */
export const GIVEN_UP = "every worker that claimed it died or lost its lease before it was done"
