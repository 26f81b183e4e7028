/** More handles than can be kept: the run is not finished, which accuses nobody. */
import { expect, it } from "vitest"
import { givenHandles } from "./given-handles.ts"
import { NotFinished } from "./not-finished.ts"

it("are a limit, not a fault of the run", () => {
  const many = { length: 10_000_001 } as ReadonlyArray<never>
  expect(() => givenHandles().write("Response", many, undefined as never)).toThrow(NotFinished)
})
