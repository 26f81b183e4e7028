/** What a call says of a module that cannot be one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { flip, runSync } from "effect/Effect"
import { afterAll, expect, it } from "vitest"
import { namedModule } from "./named-module.ts"

const home = mkdtempSync(join(tmpdir(), "coverbound-named-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const refused = (asked: string): string => runSync(flip(namedModule(asked))).message

it("the folder that `new` wrote is refused with the module in it", () => {
  const folder = join(home, "mine")
  mkdirSync(folder)
  expect(refused(folder)).toMatch(/mine" \(not a file\), expected a module whose default export is an algorithm$/)
  writeFileSync(join(folder, "mine.ts"), "")
  for (const asked of [folder, `${folder}/`]) expect(refused(asked)).toMatch(/; did you mean .*\/mine\/mine\.ts\?$/)
})
