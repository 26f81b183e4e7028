/** A long-lived python3 that answers one JSON line with another, so that both sides of a comparison can take turns in one run. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { createInterface, type Interface } from "node:readline"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import type { KernelCase } from "../kernels/models.ts"
import type { Contestant, Measured } from "../measure.ts"
import { median } from "../../src/statistics/median.ts"

const PYTHON = process.env["COVERBOUND_PYTHON"] ?? "python3"
/** Threads, whatever library NumPy was built with; and no kernel forced on OpenBLAS, which picks its own. */
const environment = (threads: number): NodeJS.ProcessEnv => {
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...rest } = process.env
  const count = String(threads)
  return { ...rest, OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count, MKL_NUM_THREADS: count }
}

export class NumpyPeer {
  private readonly child: ChildProcess
  private readonly lines: AsyncIterator<string>
  private readonly reader: Interface

  /** Starts `script` of this folder, or gives undefined where python3 with NumPy is absent. */
  static start(script: string, threads = 1): NumpyPeer | undefined {
    const probe = spawnSync(PYTHON, ["-c", "import numpy"], { stdio: "ignore" })
    return probe.status === 0 ? new NumpyPeer(script, threads) : undefined
  }

  private constructor(script: string, threads: number) {
    this.child = spawn(PYTHON, [fileURLToPath(new URL(script, import.meta.url))], {
      stdio: ["pipe", "pipe", "inherit"],
      env: environment(threads)
    })
    this.reader = createInterface({ input: this.child.stdout! })
    this.lines = this.reader[Symbol.asyncIterator]()
  }

  /** @throws when the peer died. */
  async ask(request: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    this.child.stdin!.write(`${JSON.stringify(request)}\n`)
    const { value, done } = await this.lines.next()
    if (done === true) throw new Error(`${PYTHON}: the peer ended, expected an answer to ${String(request["op"])}`)
    return JSON.parse(value) as Record<string, unknown>
  }

  close(): void {
    this.child.stdin!.end()
    this.reader.close()
  }
}

/** Milliseconds left after a turn of NumPy on several threads: without them our two-thread figures show no gain, as if its idle threads still held the core (seen, not traced). */
const SPINNING = 300

/** The ways in which NumPy computes a kernel (kernels.py), as contestants. @param threads of the peer */
export const waysOf = async (
  peer: NumpyPeer,
  threads: number,
  { kernel, N, d }: KernelCase,
  milliseconds: number
): Promise<ReadonlyArray<Contestant & { readonly threads: number }>> => {
  const { ways } = await peer.ask({ op: "load", kernel, N, d })
  return (ways as ReadonlyArray<string>).map((way) => ({
    name: `numpy ${way} ${threads}T`,
    threads,
    turn: async () => {
      const { ns } = await peer.ask({ op: "run", way, milliseconds })
      if (threads > 1) await setTimeout(SPINNING)
      return ns as ReadonlyArray<number>
    }
  }))
}

/** The one with the least median over rounds. */
export const fastest = (measured: ReadonlyArray<Measured>): Measured | undefined =>
  measured.toSorted((a, b) => median(a.rounds) - median(b.rounds))[0]

/** What NumPy and Python these are, for the notes. */
export const versionsOf = async (peer: NumpyPeer | undefined): Promise<string | undefined> => {
  const about = await peer?.ask({ op: "about" })
  return about === undefined
    ? undefined
    : `NumPy ${String(about["numpy"])}, Python ${String(about["python"])}${"torch" in about ? `, PyTorch ${String(about["torch"] ?? "absent")}` : ""}`
}

/** Said where there is none. */
export const NO_NUMPY = "python3 with NumPy is not here: no ratio."
