// Packs the suite as `npm publish` would, installs it in an empty project, and uses it there: the command (also on the Node the system has, if that
// one is too old), the import, the types. Run it by `npm run package-check`.
import { spawnSync } from "node:child_process"
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const home = mkdtempSync(join(tmpdir(), "coverbound-package-"))
const user = join(home, "user")
const failures = []
const expect = (holds, what) => {
  process.stdout.write(`${holds ? "ok    " : "FAILED"} ${what}\n`)
  if (!holds) failures.push(what)
}

// What npm put on PATH and into the environment for this repository would not be there for a user.
const systemPath = process.env.PATH.split(delimiter)
  .filter((folder) => !/node_modules|node-gyp-bin/.test(folder))
  .join(delimiter)
const current = [dirname(process.execPath), systemPath].join(delimiter)
const bare = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_(?!config_)|INIT_CWD$|NODE$)/.test(name))
)
const run = (command, args, cwd, path = current) =>
  spawnSync(command, args, { cwd, encoding: "utf8", env: { ...bare, PATH: path }, stdio: ["ignore", "pipe", "pipe"] })
const passes = (what, command, args, cwd, { path, codes = [0] } = {}) => {
  const result = run(command, args, cwd, path)
  if (!codes.includes(result.status))
    process.stdout.write(`${result.stdout ?? ""}${result.stderr ?? ""}${result.error ?? ""}`)
  expect(codes.includes(result.status), what)
  return result
}
/** Bytes that a folder takes on a disk of 4 KiB blocks. */
const sizeOf = (path) =>
  lstatSync(path).isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 4096)
    : 4096 * Math.ceil(lstatSync(path).size / 4096)
const tool = (name) => join(root, "node_modules", ".bin", name)

try {
  passes("npm pack", "npm", ["pack", "--pack-destination", home], root)
  const tarball = readdirSync(home)
    .filter((name) => name.endsWith(".tgz"))
    .map((name) => join(home, name))[0]
  if (tarball === undefined) throw new Error("npm pack left no tarball")
  passes("publint", tool("publint"), ["run", tarball, "--strict"], root)
  passes("are the types wrong", tool("attw"), [tarball, "--profile", "esm-only"], root)

  mkdirSync(user)
  writeFileSync(join(user, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }))
  passes("npm install of the tarball", "npm", ["install", "--no-audit", "--no-fund", tarball], user)
  const installed = readdirSync(join(user, "node_modules"))
  const { packages } = JSON.parse(readFileSync(join(user, "package-lock.json"), "utf8"))
  const brought = Object.keys(packages).filter((path) => path !== "").length
  expect(brought < 60, `fewer than 60 packages are installed (${brought})`)
  const megabytes = sizeOf(join(user, "node_modules")) / 1e6
  expect(megabytes < 40, `under 40 MB are installed, in blocks of a disk (${megabytes.toFixed(1)})`)
  expect(
    !installed.some((name) => /^node(-linux|-bin|-darwin|-win|$)/.test(name)),
    "no Node binary comes with the package"
  )
  expect(
    !["gpu.js", "webgpu", "koffi", "@koromix"].some((name) => installed.includes(name)),
    "gpu.js, webgpu and koffi do not come with the package"
  )
  const manifest = JSON.parse(readFileSync(join(user, "node_modules/coverbound/package.json"), "utf8"))
  expect(manifest.optionalDependencies === undefined, "no optional dependencies")
  expect(manifest.scripts === undefined, "no script names a file that is not there")
  const files = readdirSync(join(user, "node_modules/coverbound"), { recursive: true })
  expect(
    files.some((name) => name === "LICENSE"),
    "the licence comes with the package"
  )
  expect(
    !files.some((name) => /\.test(-d)?\.|(?<!\.d)\.ts$/.test(name)),
    "neither tests nor TypeScript sources come with the package"
  )

  const ours = files.filter((name) => name.endsWith(".d.ts") && !name.includes("vendor"))
  const misled = ours.filter((name) =>
    /^\s*\*.*["'][./]+\/vendor\//m.test(readFileSync(join(user, "node_modules/coverbound", name), "utf8"))
  )
  expect(misled.length === 0, `examples of doc comments import what a user can (not: ${misled.join(", ")})`)

  const help = passes("npx coverbound --help", "npx", ["--no-install", "coverbound", "--help"], user)
  expect(/coverbound/.test(help.stdout), "the help names the command")
  const bad = run("npx", ["--no-install", "coverbound", "no-such-command"], user)
  expect(bad.status === 2, `an unknown command exits 2 (it exited ${bad.status})`)

  const systemNode = run("node", ["-p", "process.versions.node"], user, systemPath).stdout?.trim() ?? ""
  const [major, minor] = systemNode.split(".").map(Number)
  if (systemNode !== "" && (major < 22 || (major === 22 && minor < 19))) {
    const old = run("npx", ["--no-install", "coverbound", "--help"], user, systemPath)
    const said = old.stderr.split("\n").filter((line) => line !== "" && !line.startsWith("npm "))
    expect(old.status === 2 && said.length === 1, `on Node ${systemNode} one line and exit 2: ${said.join(" | ")}`)
  }

  // A budget of work may leave parts of the plan unmade, and 4 says so: what was made held.
  const partly = { codes: [0, 4] }
  passes("npx coverbound new", "npx", ["--no-install", "coverbound", "new", "my-variant"], user)
  const audited = passes(
    "npx coverbound audit ./my-variant/my-variant.ts",
    "npx",
    ["--no-install", "coverbound", "audit", "./my-variant/my-variant.ts", "--trials", "1", "--budget", "10"],
    user,
    partly
  )
  expect(/nothing was refuted/.test(audited.stdout), "the starter audits clean from the package")
  const covered = passes(
    "npx coverbound coverage arithmetic:questions=2",
    "npx",
    ["--no-install", "coverbound", "coverage", "arithmetic:questions=2"],
    user
  )
  expect(/pass@k/.test(covered.stdout), "the checkpoints come with the package")
  // With TypeScript beside it, its types are checked against the package's declarations.
  symlinkSync(join(root, "node_modules", "typescript"), join(user, "node_modules", "typescript"))
  const typed = passes(
    "the same with TypeScript installed",
    "npx",
    ["--no-install", "coverbound", "audit", "./my-variant/my-variant.ts", "--trials", "1", "--budget", "1"],
    user,
    partly
  )
  expect(/its type asks for Prompts, WeakSampling, Rewards/.test(typed.stdout), "its oracles are read off its type")
  rmSync(join(user, "node_modules", "typescript"))

  // Every subpath that is code: from JavaScript it gives the values that its declarations name, from TypeScript their types.
  const subpaths = Object.entries(manifest.exports).flatMap(([path, target]) =>
    typeof target === "string" ? [] : [`coverbound${path.slice(1)}`]
  )
  expect(
    ["", "/instance", "/statistics", "/kernel", "/checker", "/lm"].every((path) =>
      subpaths.includes(`coverbound${path}`)
    ),
    `subpaths: ${subpaths.join(", ")}`
  )
  // Those that need an optional peer are tried where it is installed (properties/user-project).
  for (const subpath of subpaths.filter((one) => !/\/(vitest|vitest-reporter|arbitraries)$/.test(one)))
    passes(
      `import ${subpath} from JavaScript`,
      "node",
      ["-e", `import("${subpath}").then((suite) => { if (Object.keys(suite).length === 0) process.exit(1) })`],
      user
    )
  const unpromised = run("node", ["-e", 'import("coverbound/oracle/ledger.js")'], user)
  expect(unpromised.status !== 0, "what no subpath exports cannot be imported")
  // The checker needs nothing but Node: a copy of its room alone.
  cpSync(join(user, "node_modules/coverbound/dist/src/checker"), join(home, "checker"), { recursive: true })
  passes(
    "coverbound/checker by itself",
    "node",
    [
      "-e",
      'import("./checker/index.js").then(({ check }) => { if (check("{}").status !== "rejected") process.exit(1) })'
    ],
    home
  )
  writeFileSync(
    join(user, "use.ts"),
    subpaths
      .filter((one) => !/\/(vitest|vitest-reporter|arbitraries)$/.test(one))
      .map(
        (subpath, i) =>
          `import * as from${i} from "${subpath}"\n// @ts-expect-error the types are really there\nfrom${i}.noSuchExport()\n`
      )
      .join("")
  )
  passes(
    "import from TypeScript",
    tool("tsc"),
    ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2023", "--module", "nodenext", "--types", "", "use.ts"],
    user
  )
  // README's first five minutes, word for word but for the tarball, in a project as npm 11 and as npm 10 write it.
  const readme = readFileSync(join(root, "README.md"), "utf8")
  const block = /<!-- first five minutes -->\s*```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? ""
  const steps = block.split("\n").flatMap((line) => line.replace(/\s+#.*$/, "").trim() || [])
  expect(steps.length >= 5, `README's first five minutes: ${steps.length} commands`)
  for (const { npm, type } of [
    { npm: "npm 11", type: { type: "commonjs" } },
    { npm: "npm 10", type: {} }
  ]) {
    const project = join(home, npm.replace(" ", ""))
    mkdirSync(project)
    let written = 0
    for (const step of steps) {
      const said = passes(`${npm}: ${step}`, "sh", ["-c", step.replace(/\bcoverbound(?= vitest)/, tarball)], project, {
        codes: /coverbound audit/.test(step) ? partly.codes : [0]
      })
      if (step.startsWith("npm init")) {
        const path = join(project, "package.json")
        const { type: _, ...plain } = JSON.parse(readFileSync(path, "utf8"))
        writeFileSync(path, JSON.stringify({ ...plain, ...type }))
      }
      if (/coverbound new/.test(step)) written = said.stdout.match(/^ {2}\S+$/gm).length
      if (/vitest run/.test(step)) expect(/1 passed/.test(said.stdout), `${npm}: the starter's test is green`)
    }
    expect(steps.length + written <= 12, `${npm}: ${steps.length} commands and ${written} files`)

    // A search of a hundred pairs, whatever the coverage: red, by the command and in a test, and says why.
    const manual = readFileSync(join(root, "reports/manual/your-own-algorithm.md"), "utf8")
    const variants = [...manual.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code)
    const wrong = variants
      .find((code) => code.includes("export default algorithm"))
      .replace(
        "  practical: practicalParameters,\n",
        variants.find((code) => code.startsWith("  practical:"))
      )
    writeFileSync(join(project, "short.ts"), wrong)
    const red = passes(
      `${npm}: a wrong variant`,
      "npx",
      ["coverbound", "audit", "./short.ts", "--seed", "1", "--budget", "900"],
      project,
      {
        codes: [1]
      }
    )
    expect(/own +✗ refuted/.test(red.stdout), `${npm}: the audit says that epsilon is refuted`)
    const test = readFileSync(join(project, "my-variant", "my-variant.test.ts"), "utf8")
    writeFileSync(join(project, "short.test.ts"), test.replace("./my-variant.ts", "./short.ts"))
    const failed = passes(`${npm}: its test`, "npx", ["vitest", "run", "short.test.ts"], project, { codes: [1] })
    expect(
      /spanner-only does not survive its audit/.test(failed.stdout + failed.stderr) &&
        /own epsilon refuted: \d+ of \d+ runs ended above epsilon/.test(failed.stdout + failed.stderr),
      `${npm}: the test's message says what was refuted`
    )
    if (npm === "npm 10") continue

    // Every way to import it.
    writeFileSync(
      join(project, "use.mts"),
      'import { spannerSampling } from "coverbound"\nconsole.log(spannerSampling.name)\n'
    )
    writeFileSync(join(project, "use.cjs"), 'console.log(require("coverbound").spannerSampling.name)\n')
    writeFileSync(
      join(project, "use.mjs"),
      'import { instances } from "coverbound/instance"\n'.replace("instances", "needle") + "console.log(needle.name)\n"
    )
    for (const file of ["use.mts", "use.cjs", "use.mjs"]) passes(`node ${file}`, "node", [file], project)
    for (const [resolution, module] of [
      ["node16", "node16"],
      ["bundler", "esnext"]
    ])
      passes(
        `TypeScript, moduleResolution ${resolution}`,
        "npx",
        [
          "tsc",
          "--noEmit",
          "--strict",
          "--skipLibCheck",
          "--target",
          "es2023",
          "--module",
          module,
          "--moduleResolution",
          resolution,
          "--allowImportingTsExtensions",
          "--types",
          "",
          "use.mts",
          "my-variant/my-variant.ts",
          "my-variant/my-variant.test.ts"
        ],
        project
      )
  }
} catch (error) {
  expect(false, String(error))
} finally {
  rmSync(home, { recursive: true, force: true })
}
process.exitCode = failures.length === 0 ? 0 : 1
