/** Instances that several threads hold at once: their arrays lie in shared memory, and each thread makes the rest, tables and names, of them. */
import { isSharedArrayBuffer } from "node:util/types"
import type { Shared } from "../work/workshop.ts"
import type { Instance } from "./instance.ts"
import { type InstanceParts, instanceOfClasses, partsOf } from "./make-instance.ts"

type Numbers = Float64Array | Int32Array

/** The same numbers in shared memory: themselves, where they are there already. */
const inShared = <A extends Numbers>(numbers: A): A => {
  if (isSharedArrayBuffer(numbers.buffer)) return numbers
  const copy = new (numbers.constructor as new (buffer: SharedArrayBuffer) => A)(
    new SharedArrayBuffer(numbers.byteLength)
  )
  copy.set(numbers)
  return copy
}

/** What an instance is made of, in shared memory; undefined where it is not made of arrays alone. */
const sharedParts = (instance: Instance): InstanceParts | undefined => {
  const parts = partsOf(instance)
  if (parts === undefined) return undefined
  // One array may be both sides'.
  const known = new Map<Numbers, Numbers>()
  const shared = (value: unknown): unknown => {
    if (!(value instanceof Float64Array || value instanceof Int32Array)) return value
    const copy = known.get(value) ?? inShared(value)
    known.set(value, copy)
    return copy
  }
  const all = <A extends object>(fields: A): A =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, shared(value)])) as A
  return { exact: all(parts.exact), responses: all(parts.responses), spec: parts.spec }
}

/**
 * The same instance with its arrays in shared memory; itself where it is not made of arrays alone (a corpus, say), which a thread makes again from its SPEC.
 */
export const sharedInstance = (instance: Instance): Instance => {
  const parts = sharedParts(instance)
  if (parts === undefined) return instance
  const { facts } = instance
  return Object.assign(instanceOfShare(parts), facts === undefined ? {} : { facts })
}

const shares = new WeakMap<Instance, Shared>()

/** What threads are given of an instance; undefined where they must make it themselves. @param digest of the instance */
export const shareOf = (instance: Instance, digest: string): Shared | undefined => {
  const known = shares.get(instance)
  if (known !== undefined) return known
  const parts = sharedParts(instance)
  if (parts === undefined) return undefined
  const made = { id: `${digest} ${parts.spec}`, value: parts }
  shares.set(instance, made)
  return made
}

/** The instance of what a thread was given. */
export const instanceOfShare = (value: unknown): Instance => {
  const { exact, responses, spec } = value as InstanceParts
  return instanceOfClasses(exact, responses, spec)
}
