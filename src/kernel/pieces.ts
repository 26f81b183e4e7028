/** A run of rows, prompts or chunks that is worked on at once. */
export interface Piece {
  readonly first: number
  readonly count: number
}

/** [0, count) in runs of `size`, the last one shorter where it must be. */
export const pieces = (count: number, size: number): ReadonlyArray<Piece> =>
  Array.from({ length: Math.ceil(count / size) }, (_, i) => ({
    first: i * size,
    count: Math.min(size, count - i * size)
  }))
