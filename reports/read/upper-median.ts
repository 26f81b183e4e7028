/** The middle value, the upper one of an even number: a value that was measured. */
export const upperMedian = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
