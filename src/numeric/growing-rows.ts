/** Rows of a fixed length in one growing typed array. */
export class GrowingRows {
  count = 0
  /** The rows so far, and room for more; another array when that is used up. */
  data: Float64Array
  private readonly width: number

  constructor(width: number) {
    this.width = width
    this.data = new Float64Array(64 * width)
  }

  push(row: Float64Array): void {
    const at = this.count * this.width
    if (at === this.data.length) {
      const wider = new Float64Array(this.data.length * 2)
      wider.set(this.data)
      this.data = wider
    }
    for (let j = 0; j < this.width; j++) this.data[at + j] = row[j]
    this.count++
  }

  /** A copy of the rows. */
  rows(): Float64Array {
    return this.data.slice(0, this.count * this.width)
  }
}
