/** The table of cheats against the audit (a sixth of them in `npm test`, sampled): none is supported, none hangs, none reaches a file or a terminal; and the honest program beside them is supported. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import { afterAll, describe, expect, it } from "vitest"
import { type PlannedCase, plannedCases } from "../../src/audit/cases.ts"
import { auditWith } from "../../src/audit/plan.ts"
import { loadInstance } from "../../src/cli/load-instance.ts"
import { openModule } from "../../src/cli/module/module-runner.ts"
import { isSampled } from "../sampled.ts"
import { type Cheat, cheats, HEAD } from "./cheats.ts"

const home = mkdtempSync(join(tmpdir(), "coverbound-cheats-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const [first] = plannedCases
/** The plan's first case, until its claim is decided. */
const only: PlannedCase = { ...first, trials: [40, 60] }

const module = ({ head = "", over = "", run = "return honest(p)" }: Cheat): string => {
  const path = join(home, "cheat.mjs")
  writeFileSync(
    path,
    `${HEAD}${head}\nexport default algorithm({ name: "cheat", summary: "cheats", proper: false, oracle: "weak", claims: ["epsilon"],
    parameters: Schema.Struct({}), fromTheory: () => ({}), practical: () => ({}), run: (p) => Effect.suspend(() => { ${run} }), ${over} })\n`
  )
  return path
}

/** What the audit says, and whether the claim of ε is supported. */
const audited = (cheat: Cheat) =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const runner = yield* openModule(pathToFileURL(module(cheat)).href, home, { seconds: 6, memory: 256 })
        const { clauses, findings, notRun } = yield* auditWith(runner, {
          resolve: (spec) => Effect.runSync(loadInstance(spec)),
          seed: 20_260_101,
          secret: true,
          // One seed: what is said of the honest program is the same each time.
          level: 0.02,
          delta: 0.2,
          cases: [only],
          axes: [],
          laws: false,
          rivals: [],
          untilRefuted: true
        })
        const own = clauses.filter(({ id }) => id === "own")
        return {
          // What makes no progress is not finished, which is no finding, and never supported.
          said: [...findings.map(({ what }) => what), ...notRun],
          supported: findings.length === 0 && own.length > 0 && own.every(({ verdict }) => verdict === "supported"),
          described: `${runner.description.name} ${runner.description.summary}`
        }
      })
    ).pipe(
      Effect.catchTag("ModuleRefused", ({ why }) => Effect.succeed({ said: [why], supported: false, described: "" }))
    )
  )

describe("the honest program", () => {
  it("is supported by the same audit", async () => {
    expect(await audited({ name: "honest" })).toMatchObject({ said: [], supported: true })
  })
})

describe("cheats", () => {
  it("are at least 30", () => {
    expect(cheats.length).toBeGreaterThanOrEqual(30)
    expect(new Set(cheats.map(({ name }) => name)).size).toBe(cheats.length)
  })
  it.each(cheats.filter(({ name }) => isSampled(`cheat ${name}`, 1 / 9)))(
    "$name",
    { timeout: 300_000 },
    async (cheat) => {
      const { described, said, supported } = await audited(cheat)
      expect(supported).toBe(false)
      if (cheat.found !== undefined) expect(said.join("\n")).toMatch(cheat.found)
      expect(`${described}${said.join("")}`).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      expect(readdirSync(home)).toEqual(["cheat.mjs"])
      expect(existsSync("/tmp/planted")).toBe(false)
    }
  )
})
