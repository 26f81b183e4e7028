/** A word where a command stands that names none. */
import { InvalidCall } from "./invalid-call.ts"

/** Options of every command whose value is a word of its own. */
const VALUED = "--completions"

/** `coverbound nosuch --help` is a wrong call, although what shows help would not look at the word. Undefined where the first word is a command, or there is none. */
export const strayCommand = (args: ReadonlyArray<string>, commands: ReadonlyArray<string>): InvalidCall | undefined => {
  const word = args.find((arg, i) => !arg.startsWith("-") && args[i - 1] !== VALUED)
  if (word === undefined || commands.includes(word)) return undefined
  return InvalidCall.notOneOf("command", word, commands)
}
