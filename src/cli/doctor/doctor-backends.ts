/** Tries every kernel backend: opens it, has it evaluate a policy whose value is known, and reads from the kernel what ran. */
import { spawn } from "node:child_process"
import { type Backend, BACKENDS, type KernelSet } from "../../kernel/backend.ts"
import { findBlas } from "../../kernel/blas/library.ts"
import { denseInstance } from "../../kernel/dense-instance.ts"
import { namedInstance } from "../../model/families.ts"
import { RidgeRegression } from "../../numeric/gram.ts"
import { passTable } from "../../policy/elliptic-test.ts"
import { evaluate, type Evaluation } from "../../policy/evaluate.ts"
import { openKernels } from "../../search/open-kernels.ts"
import { BackendUnavailable } from "../../kernel/backend-unavailable.ts"

export interface BackendFinding {
  readonly backend: Backend
  readonly available: boolean
  /** What ran: threads, instruction set, adapter; empty where it did not. */
  readonly detail: string
  /** Why it did not run, and what would change that; null where it ran or nothing is known. */
  readonly reason: string | null
  readonly fix: string | null
}

const ran = (backend: Backend, detail: string): BackendFinding => ({
  backend,
  available: true,
  detail,
  reason: null,
  fix: null
})
const missing = (backend: Backend, reason: string, fix: string | null = null): BackendFinding => ({
  backend,
  available: false,
  detail: "",
  reason,
  fix
})

/** Which file the BLAS is, and its own account of how it was built. */
const blasAccount = (): string => {
  const { config, library } = findBlas()
  return `; ${library}${config === undefined ? "" : `: ${config}`}`
}

/** What a backend evaluates to show that it computes right: small enough for one that compiles every kernel anew. */
const TRIED = "random:seed=1,prompts=2,responses=48,d=8"

/** One line where what kernels compute of an instance is not what float64 says, within the bounds that float32 keeps. */
export const evaluationProblem = async (kernels: KernelSet): Promise<string | undefined> => {
  const { exact } = namedInstance(TRIED)
  const dense = denseInstance(kernels, exact)
  const policy = { kind: "linear-softmax", theta: exact.thetaStar } as const
  const found = Object.entries(await dense.evaluate(policy))
  const expected = evaluate(exact, policy)
  const off = found.find(([name, { error, value }]) => !(Math.abs(value - expected[name as keyof Evaluation]) <= error))
  if (off !== undefined) {
    const [name, { error, value }] = off
    return `its kernels gave ${name} = ${value} ± ${error} of a policy on ${TRIED}, expected ${expected[name as keyof Evaluation]}`
  }
  // What float32 leaves open is evaluated in float64, with error 0: here that is what kernels said nothing of.
  if (found.every(([, { error }]) => error === 0)) return `its kernels gave no numbers of a policy on ${TRIED}`
  const d = exact.dimension
  const test = { dimension: d, whitening: new RidgeRegression(d, 1).whitening(), nu: 1.1 }
  const pairs = await dense.passTable(test, 0)
  const table = new Uint8Array(pairs.length)
  passTable(test, exact.features, 0, exact.offsets[1], table)
  const at = pairs.findIndex((pass, i) => pass !== table[i])
  return at < 0
    ? undefined
    : `its kernels gave ${pairs[at]} for entry ${at} of a table of pairs on ${TRIED}, expected ${table[at]}`
}

/** Tries a backend in this process. */
export const tryBackend = async (backend: Backend): Promise<BackendFinding> => {
  try {
    const kernels = await openKernels(backend)
    try {
      const problem = await evaluationProblem(kernels)
      if (problem !== undefined) return missing(backend, problem)
      return ran(backend, `${kernels.ran.detail}${backend === "blas" ? blasAccount() : ""}`)
    } finally {
      await kernels.destroy()
    }
  } catch (error) {
    if (error instanceof BackendUnavailable) return missing(backend, error.reason, error.fix ?? null)
    return missing(backend, error instanceof Error ? error.message.replace(/\s*\n\s*/g, " ") : String(error))
  }
}

/** Native code that may bring its process down, and what to do where it does. */
const APART: Readonly<Partial<Record<Backend, readonly [what: string, fix: string]>>> = {
  blas: ["the library", "name another BLAS in COVERBOUND_BLAS"],
  webgpu: ["its driver", "update the graphics driver"]
}

/** Milliseconds that a driver may take to answer. */
const PATIENCE = 60_000

/** {@link tryBackend} in a process of its own: a graphics driver or a library may write on stderr, hang, or bring its process down. */
const tryApart = (backend: Backend, [what, fix]: readonly [what: string, fix: string]): Promise<BackendFinding> =>
  new Promise((resolve) => {
    const script = `import(process.argv[1]).then(async ({ tryBackend }) => console.log(JSON.stringify(await tryBackend(process.argv[2]))))`
    const child = spawn(process.execPath, ["-e", script, import.meta.url, backend], {
      stdio: ["ignore", "pipe", "ignore"],
      timeout: PATIENCE
    })
    let out = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text))
    child.on("error", (error) => resolve(missing(backend, error.message)))
    child.on("close", (code, signal) => {
      // The finding is printed before the driver is let go: what happens then does not undo it.
      const line = out.split("\n").find((text) => text.startsWith("{"))
      resolve(
        line === undefined
          ? missing(backend, `${what} ended the process (${signal ?? `exit ${code}`})`, fix)
          : (JSON.parse(line) as BackendFinding)
      )
    })
  })

export const examineBackends = (): Promise<ReadonlyArray<BackendFinding>> =>
  Promise.all(
    BACKENDS.map((backend) => {
      const apart = APART[backend]
      return apart === undefined ? tryBackend(backend) : tryApart(backend, apart)
    })
  )
