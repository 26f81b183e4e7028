/** Options that may be left open, passed on. */

/** Of an object's fields those that are there: to who takes them as optional, a field that is undefined is not one that is left out. */
export const given = <A extends object>(
  fields: A
): { readonly [K in keyof A]?: Exclude<A[K], undefined> } & {
  readonly [K in keyof A as undefined extends A[K] ? never : K]: A[K]
} => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
