/** The options of a script that is run by hand. */
import { parseArgs, type ParseArgsOptionsConfig } from "node:util"

/** The call was wrong: one line, exit code 2. */
export const usage = (message: string): never => {
  console.error(message)
  process.exit(2)
}

/** What the call says of them; ends the process where it is wrong. */
export const scriptOptions = <const Options extends ParseArgsOptionsConfig>(options: Options) => {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    return usage((error as Error).message)
  }
}
