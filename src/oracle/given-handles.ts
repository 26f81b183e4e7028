/** The handles that a run gave to a learner in another process: numbers there, what they stand for here. */
import {
  commit,
  features,
  HANDLES,
  type Prompt,
  promptOf,
  type Response,
  rowOf,
  type Token,
  tokenRowOf
} from "./handle.ts"
import { NotFinished } from "./not-finished.ts"
import { type HandleWire, MessageBroken, type Writer } from "./wire.ts"

/** Handles a run may be given: each is kept to its end. */
const MOST_HANDLES = 10_000_000

/** Rows in the order in which they were shown, and the features of those that were not shown yet. */
class Shown {
  private readonly numbers = new Map<number, number>()
  private unseen: Array<Response | Token> = []

  number(row: number, handle: Response | Token): number {
    let number = this.numbers.get(row)
    if (number === undefined) {
      number = this.numbers.size
      this.numbers.set(row, number)
      this.unseen.push(handle)
    }
    return number
  }

  /** Writes the features of the rows that are new. */
  write(to: Writer): void {
    to.count(this.unseen.length)
    for (const handle of this.unseen) for (const x of features(handle)) to.number(x)
    this.unseen = []
  }
}

/** The handles that a run gave out, by number: prompts by their own, all others in the order in which they were given. */
export const givenHandles = (): HandleWire => {
  const held: Array<object> = []
  const prompts: Array<Prompt> = []
  const promptNumbers = new Map<Prompt, number>()
  const tokenNumbers = new Map<Token, number>()
  const shown = { Response: new Shown(), Token: new Shown() }
  let newPrompts = 0
  const promptNumber = (prompt: Prompt): number => {
    let number = promptNumbers.get(prompt)
    if (number === undefined) {
      number = prompts.push(prompt) - 1
      promptNumbers.set(prompt, number)
      newPrompts++
    }
    return number
  }
  const writePrompts = (to: Writer): void => {
    to.count(newPrompts)
    newPrompts = 0
  }
  const give = (handles: ReadonlyArray<object>): void => {
    if (held.length + handles.length > MOST_HANDLES) {
      // As many as can be kept: a limit of this process, and nothing that the run did wrong.
      throw new NotFinished(`was given more than ${MOST_HANDLES} prompts, responses and tokens`)
    }
    for (const handle of handles) held.push(handle)
  }
  return {
    write: (kind, handles, to) => {
      if (kind === "Prompt") {
        const numbers = new Uint32Array(handles.length)
        for (let i = 0; i < handles.length; i++) numbers[i] = promptNumber(handles[i] as Prompt)
        writePrompts(to)
        return to.counts(numbers)
      }
      if (kind === "Token") {
        // Equal tokens of an answer may be one handle, and are one over there.
        const numbers = new Uint32Array(2 * handles.length)
        for (let i = 0; i < handles.length; i++) {
          const token = handles[i] as Token
          const known = tokenNumbers.get(token)
          if (known === undefined) {
            tokenNumbers.set(token, held.length)
            give([token])
          }
          numbers[2 * i] = known ?? held.length - 1
          numbers[2 * i + 1] = shown.Token.number(tokenRowOf(token), token)
        }
        shown.Token.write(to)
        return to.counts(numbers)
      }
      give(handles)
      if (kind !== "Response") return
      const numbers = new Uint32Array(2 * handles.length)
      let [last, number]: [Prompt | undefined, number] = [undefined, 0]
      for (let i = 0; i < handles.length; i++) {
        const response = handles[i] as Response
        const prompt = promptOf(response)
        if (prompt !== last) [last, number] = [prompt, promptNumber(prompt)]
        numbers[2 * i] = number
        numbers[2 * i + 1] = shown.Response.number(rowOf(response), response)
      }
      writePrompts(to)
      shown.Response.write(to)
      to.counts(numbers)
    },
    read: (kind, n, from) => {
      if (kind === "Commitment")
        return Array.from({ length: n }, () => {
          const size = from.count()
          if (size < 1 || size > from.left) throw new MessageBroken({ detail: `Commitment: of ${size} parameters` })
          return commit(...Array.from({ length: size }, () => from.numbers()))
        })
      const known: ReadonlyArray<object> = kind === "Prompt" ? prompts : held
      const is = HANDLES[kind]
      // A loop: thousands of prompts are sent in one request, most often one prompt again and again.
      const numbers = from.counts(n)
      const taken: Array<object> = []
      let [last, handle]: [number, object | undefined] = [-1, undefined]
      for (let i = 0; i < n; i++) {
        const id = numbers[i]
        if (id !== last) [last, handle] = [id, known[id]]
        if (handle === undefined || !is(handle))
          throw new MessageBroken({ detail: `${kind}: number ${id}, expected one that was given out` })
        taken.push(handle)
      }
      return taken
    }
  }
}
