/** The folder that `coverbound new` writes: an algorithm in its simplest form, a test, a workflow. Tests type-check, run and audit them. */

/** The text of NAME.ts. */
export const algorithmText = (
  name: string
): string => `// ${name}: of many draws, reward the one farthest from what is known; answer by least squares.
import { algorithm, Effect, Journal, Prompts, relativeFeature, Rewards, RidgeRegression, Schema } from "coverbound"
import { type Goal, type LinearSoftmaxPolicy, type Problem, WeakSampling } from "coverbound"

const sized = ({ dimension, rewardRange }: Problem, { coverage, epsilon }: Goal) => ({
  rounds: Math.ceil((4 * dimension * rewardRange) / epsilon),
  draws: Math.ceil(3 * coverage)
})

export default algorithm({
  name: "${name}",
  summary: "rewards the farthest of many draws",
  oracle: "weak", // draws of the base model; every one is charged
  proper: false,
  claims: ["T1", "T2", "epsilon"], // theorems it is held to; "epsilon": ε is reached with probability 1 − δ
  bounds: { T_data: "2*ceil(4*d*R/eps)" }, // its own promise, held against every run
  parameters: Schema.Struct({ rounds: Schema.Int, draws: Schema.Int }), // numbers, kept in every record
  fromTheory: sized,
  practical: sized,
  // A generator is a program: \`yield*\` asks an oracle, which charges for it, and waits for its answer (Effect's await).
  run: Effect.fnUntraced(function* ({ dimension }, { rounds, draws }) {
    const [prompts, weak, rewards, journal] = [yield* Prompts, yield* WeakSampling, yield* Rewards, yield* Journal]
    const fit = new RidgeRegression(dimension, 1)
    const learned = (): LinearSoftmaxPolicy => ({ kind: "linear-softmax", theta: fit.solution() })
    for (let t = 0; t < rounds; t++) {
      const [prompt] = yield* prompts.draw(1)
      const [anchor] = yield* weak.draw([prompt])
      const far = yield* weak.farthest(anchor, { dimension, whitening: fit.whitening(), nu: 1 }, draws)
      const [high, low] = yield* rewards.query([far, anchor])
      fit.add(relativeFeature(far, anchor), high - low)
      if (journal.checkpoint(learned) === "stop") break // lets an audit measure the queries to a target
    }
    return learned()
  })
})
`

const testText = (name: string): string => `import { theorem } from "coverbound/vitest"
import { expect, test } from "vitest"
import algorithm from "./${name}.ts"

test("keeps T2 and what it claims of itself", async () => {
  await theorem("T2").holdsFor(algorithm)
  await expect(algorithm).toSurviveAudit() // on everything there is; COVERBOUND_SEED repeats a run
}, 300_000)
`

const workflowText = (name: string, folder: string): string => `name: ${name}
on: [push, pull_request]
permissions: { contents: read }
jobs:
  audit:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 24 }
      - run: npm ci
      - run: npx coverbound audit ./${folder}/${name}.ts --reporter github --level 1e-6
      - run: npx vitest run ${folder}
`

/** What is written, by path from where the command was started. The folder has its own package.json: modules are modules there, whatever the one around it says. */
export const starterFiles = (name: string): ReadonlyMap<string, string> =>
  new Map([
    [`${name}/${name}.ts`, algorithmText(name)],
    [`${name}/${name}.test.ts`, testText(name)],
    [`${name}/package.json`, `${JSON.stringify({ name, private: true, type: "module" }, undefined, 2)}\n`],
    [`.github/workflows/${name}.yml`, workflowText(name, name)]
  ])
