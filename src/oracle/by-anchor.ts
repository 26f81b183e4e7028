/** What is made for each anchor of a request, kept while the same request is asked again: identity tells, since requests are immutable. */
export class ByAnchor<Request extends object, Made> {
  private request: Request | undefined
  private made: Array<Made | undefined> = []
  private numbers = 0
  private readonly most: number

  /** @param most numbers that are kept before all are dropped */
  constructor(most: number) {
    this.most = most
  }

  /** @param size numbers that the one at row `anchor` takes */
  of(request: Request, anchor: number, size: number, make: () => Made): Made {
    if (this.request !== request) this.drop()
    this.request = request
    const known = this.made[anchor]
    if (known !== undefined) return known
    if (this.numbers + size > this.most) this.drop()
    this.numbers += size
    return (this.made[anchor] = make())
  }

  private drop(): void {
    this.made = []
    this.numbers = 0
  }
}
