/** Commands that are killed and called again: an audit twice; in the long step each of them, some times. `node properties/killed/killed.ts` does it a hundred times. */
import { expect, it } from "vitest"
import { Stream } from "../../src/numeric/stream.ts"
import { LONG } from "../sampled.ts"
import { commands } from "./commands.ts"
import { killAndResume } from "./killed.ts"

it.each(LONG ? Object.keys(commands) : ["audit"])("%s ends as if it had not been killed", async (name) => {
  const found = await killAndResume(name, LONG ? 4 : 2, Stream.fromSeed(1).split(name))
  expect(found).toMatchObject({ kills: LONG ? 4 : 2, wrong: [] })
})
