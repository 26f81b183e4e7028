/** The store of a call. */
import { existsSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { openPostgresStore } from "../../sweep/postgres-store.ts"
import { openSqliteStore } from "../../sweep/sqlite-store.ts"
import { type StoreFailed, storeFailed, type SweepStore } from "../../sweep/sweep-store.ts"
import { isAlive } from "../../file/temporary-name.ts"
import { InvalidCall } from "../invalid-call.ts"
import type { SweepCall } from "../sweep.ts"
import { checkFolder } from "../whole-file.ts"
import { packageVersion } from "../work/package-version.ts"

/** Folder of the default store and of results. */
export const folderOf = ({ out }: SweepCall): string => Option.getOrElse(out, () => join("reports", "out", "sweep"))

const POSTGRES = /^postgres(ql)?:\/\//

/** Any question to a store as an effect. */
export const asked = <A>(store: SweepStore, question: () => Promise<A>): Effect.Effect<A, StoreFailed> =>
  Effect.tryPromise({ try: question, catch: (error) => storeFailed(store.name, error) })

/** Opens the store, and refuses one whose results another version makes, or a file that is not there where it must be. */
export const openStore = Effect.fnUntraced(function* (
  call: SweepCall,
  mustBeThere: boolean
): Effect.fn.Return<SweepStore, InvalidCall | StoreFailed, Scope.Scope> {
  const { name } = call
  if (!/^[a-z0-9_]{1,40}$/.test(name))
    return yield* InvalidCall.named("--name", name, "1 to 40 lower-case letters, digits and _")
  const where = Option.getOrElse(call.store, () => join(folderOf(call), "sweep.sqlite"))
  const remote = POSTGRES.test(where)
  // A misspelt store must not read as a sweep that is done.
  if (!remote && mustBeThere && !existsSync(where))
    return yield* InvalidCall.of(
      Option.isSome(call.store) ? "--store" : "--out",
      where,
      "no such file",
      "a store that coverbound sweep PLAN.json made"
    )
  if (!remote) yield* checkFolder("--store", join(where, ".."))
  const store = yield* Effect.acquireRelease(
    Effect.tryPromise({
      try: async () => (remote ? openPostgresStore(where, name) : openSqliteStore(where)),
      catch: (error) => storeFailed(remote ? "postgres" : where, error)
    }),
    (opened) =>
      Effect.ignore(
        Effect.timeout(
          Effect.tryPromise(() => opened.close()),
          500
        )
      )
  )
  const own = packageVersion()
  const version = yield* asked(store, () => store.version(own))
  if (version !== own)
    return yield* new InvalidCall({
      field: "--store",
      value: `${store.name} (its results are made by ${version})`,
      expectation: `a sweep of this version, ${own}: results of two are not one sweep's`
    })
  return store
})

/** This process among the workers of a store. */
export const workerName = (): string => `${hostname()}:${process.pid}:${Date.now().toString(36)}`

const isDead = (worker: string): boolean => {
  const [host, pid] = worker.split(":")
  return host === hostname() && !isAlive(Number(pid))
}

/** Ends the leases of workers of this machine that are dead: nobody need wait for them. */
export const buryTheDead = Effect.fnUntraced(function* (store: SweepStore) {
  for (const worker of yield* asked(store, () => store.holders()))
    if (isDead(worker)) yield* asked(store, () => store.expire(worker))
})
