/**
 * The machine's BLAS, found where it is and called in process through koffi, an optional peer with prebuilt binaries (4 MB). The first library that loads and has the three
 * routines is taken: OpenBLAS, Intel's MKL, whatever the distribution calls its BLAS, Apple's Accelerate. It is told to keep to one thread for as long as the process lives: rows are
 * handed to threads here, a block at a time, and threads under threads would wait for each other.
 *
 * COVERBOUND_BLAS names a library instead (a path, or a name that the loader knows): then that one or none. NumPy's own OpenBLAS, whose routines carry a prefix and a suffix, is one such.
 */
import { createRequire } from "node:module"
import { availableParallelism } from "node:os"
import { basename } from "node:path"
import { BackendUnavailable } from "../backend-unavailable.ts"

/** The version that the kernels were tested with; package.json says the same. */
const INSTALL_KOFFI = "npm i koffi@3.3.4"

/** What a thread needs to call the same library: plain data. */
export interface BlasRoutines {
  /** Where koffi is. */
  readonly koffi: string
  /** What the loader is given. */
  readonly library: string
  /** Its integers: `int`, or `int64` where it was built so. */
  readonly integer: "int" | "int64"
  readonly sgemm: string
  readonly sgemv: string
  readonly ssyrk: string
}

export interface Blas extends BlasRoutines {
  /** Name, version, the processor's family that it picked its code for: `OpenBLAS 0.3.21 SkylakeX`. */
  readonly name: string
  /** Its own account of how it was built, where it gives one. */
  readonly config: string | undefined
  /** Whether it is known to be written for processors: others may be the plain loops of the reference. */
  readonly optimised: boolean
}

type Call = (...operands: ReadonlyArray<unknown>) => unknown
interface Library {
  readonly func: (name: string, result: string, operands: ReadonlyArray<string>) => Call
}
interface Koffi {
  readonly load: (path: string) => Library
}

/** Prefix and suffix of the names, and the integers that come with them. */
const SPELLINGS = [
  ["", "", "int"],
  ["scipy_", "64_", "int64"],
  ["scipy_", "", "int"],
  ["", "64_", "int64"]
] as const

const CANDIDATES: Readonly<Partial<Record<NodeJS.Platform, ReadonlyArray<string>>>> = {
  linux: ["libopenblas.so.0", "libopenblas.so", "libmkl_rt.so.2", "libmkl_rt.so", "libblas.so.3"],
  darwin: [
    "/System/Library/Frameworks/Accelerate.framework/Accelerate",
    "/opt/homebrew/opt/openblas/lib/libopenblas.dylib"
  ],
  win32: ["libopenblas.dll", "mkl_rt.2.dll"]
}

const INSTALL_BLAS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: "install OpenBLAS (Debian: apt-get install libopenblas0), or name a BLAS in COVERBOUND_BLAS",
  darwin: "name a BLAS in COVERBOUND_BLAS",
  win32: "name a BLAS (libopenblas.dll) in COVERBOUND_BLAS"
}

const unavailable = (reason: string, fix: string): BackendUnavailable =>
  new BackendUnavailable({ backend: "blas", reason: reason.replace(/\s*\n\s*/g, " "), fix })
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const require = createRequire(import.meta.url)

/** @throws BackendUnavailable */
const loadKoffi = (): { readonly koffi: Koffi; readonly path: string } => {
  let path: string
  try {
    path = require.resolve("koffi")
  } catch {
    throw unavailable("the package koffi is not installed", INSTALL_KOFFI)
  }
  try {
    return { koffi: require(path) as Koffi, path }
  } catch (error) {
    throw unavailable(`koffi does not load: ${messageOf(error)}`, INSTALL_KOFFI)
  }
}

/** A routine of the library, if it has it. */
const routine = (library: Library, name: string, result: string, operands: ReadonlyArray<string>): Call | undefined => {
  try {
    return library.func(name, result, operands)
  } catch {
    return undefined
  }
}

const identity = (library: Library, path: string, prefix: string, suffix: string): Omit<Blas, keyof BlasRoutines> => {
  const config = routine(library, `${prefix}openblas_get_config${suffix}`, "str", [])?.()
  if (typeof config === "string") {
    const core = routine(library, `${prefix}openblas_get_corename${suffix}`, "str", [])?.()
    routine(library, `${prefix}openblas_set_num_threads${suffix}`, "void", ["int"])?.(1)
    const version = /\d+(?:\.\d+)+/.exec(config)?.[0] ?? ""
    return { name: `OpenBLAS ${version} ${String(core)}`, config: config.trim(), optimised: true }
  }
  const mkl = routine(library, "mkl_get_version_string", "void", ["_Out_ char *", "int"])
  if (mkl !== undefined) {
    const buffer = Buffer.alloc(200)
    mkl(buffer, buffer.length)
    routine(library, "MKL_Set_Num_Threads", "void", ["int"])?.(1)
    const config = buffer.toString("latin1").replace(/\0.*$/s, "").trim()
    return { name: `MKL ${/\d+(?:\.\d+)+/.exec(config)?.[0] ?? ""}`.trim(), config, optimised: true }
  }
  if (path.includes("Accelerate")) {
    // BLAS_THREADING_SINGLE_THREADED; macOS 15 and newer.
    routine(library, "BLASSetThreading", "int", ["int"])?.(1)
    return { name: "Accelerate", config: undefined, optimised: true }
  }
  return { name: `a BLAS that does not say which (${basename(path)})`, config: undefined, optimised: false }
}

/** The library at `path`: undefined where it lacks a routine. @throws what koffi throws where it does not load. */
const open = (koffi: Koffi, koffiPath: string, path: string): Blas | undefined => {
  const library = koffi.load(path)
  for (const [prefix, suffix, integer] of SPELLINGS) {
    const [sgemm, sgemv, ssyrk] = ["sgemm", "sgemv", "ssyrk"].map((name) => `${prefix}cblas_${name}${suffix}`)
    if ([sgemm, sgemv, ssyrk].some((name) => routine(library, name, "void", []) === undefined)) continue
    return {
      koffi: koffiPath,
      library: path,
      integer,
      sgemm,
      sgemv,
      ssyrk,
      ...identity(library, path, prefix, suffix)
    }
  }
  return undefined
}

/** What was found, by the library named; looked for once a process. */
const known = new Map<string, Blas>()

/**
 * The machine's BLAS.
 *
 * @param named a library to take instead of looking for one. @throws BackendUnavailable with the reason and the fix.
 */
export const findBlas = (named: string | undefined = process.env["COVERBOUND_BLAS"]): Blas => {
  const asked = named === "" ? undefined : named
  const before = known.get(asked ?? "")
  if (before !== undefined) return before
  const { koffi, path } = loadKoffi()
  const failures: Array<string> = []
  for (const candidate of asked === undefined ? (CANDIDATES[process.platform] ?? []) : [asked]) {
    try {
      const found = open(koffi, path, candidate)
      if (found !== undefined) {
        known.set(asked ?? "", found)
        return found
      }
      failures.push(`${candidate} lacks cblas_sgemm, cblas_sgemv or cblas_ssyrk`)
    } catch (error) {
      if (asked !== undefined) failures.push(`${candidate}: ${messageOf(error)}`)
    }
  }
  throw asked === undefined
    ? unavailable(
        failures.length === 0
          ? "no BLAS is installed"
          : `no BLAS with C's interface is installed: ${failures.join("; ")}`,
        INSTALL_BLAS[process.platform] ?? INSTALL_BLAS.darwin!
      )
    : unavailable(
        `COVERBOUND_BLAS: ${failures.join("; ")}`,
        "expected the path of a shared library with cblas_sgemm, cblas_sgemv and cblas_ssyrk"
      )
}

/** As `ran` of the backend says it: `OpenBLAS 0.3.21 SkylakeX, 2 threads`. */
export const blasDetail = ({ name }: Blas, threads: number = availableParallelism()): string =>
  `${name}, ${threads === 1 ? "1 thread" : `${threads} threads`}`
