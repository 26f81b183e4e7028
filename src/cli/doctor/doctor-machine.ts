/** What a machine has that kernels could use: processor, WebAssembly's extensions, packages, a browser. */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { cpus, totalmem } from "node:os"
import { dirname, join } from "node:path"
import { chromiumPath } from "../../kernel/gpu/chromium-path.ts"
import { VERSION } from "../version.ts"

export interface WebAssemblyFeatures {
  readonly simd: boolean
  /** Fused multiply-add and its like: Node 21.1 or newer. */
  readonly relaxedSimd: boolean
  /** A memory that threads share. */
  readonly threads: boolean
}

export interface Machine {
  readonly package: string
  readonly node: string
  readonly platform: string
  readonly processor: string
  readonly cores: number
  readonly memoryGiB: number
  readonly webassembly: WebAssemblyFeatures
  /** Versions of the optional packages; null where not installed. */
  readonly packages: {
    readonly "gpu.js": string | null
    readonly webgpu: string | null
    readonly koffi: string | null
  }
  /** Path of Chromium, or null. */
  readonly chromium: string | null
}

/** The part of WebAssembly that is used: this project compiles without a browser's types. */
declare const WebAssembly: {
  readonly validate: (bytes: Uint8Array) => boolean
  readonly Memory: new (limits: { readonly initial: number; readonly maximum: number; readonly shared: boolean }) => {
    readonly buffer: object
  }
}

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
/** One function () → v128. */
const SIGNATURE = [0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b, 0x03, 0x02, 0x01, 0x00]
/** f32x4.splat of 0. */
const ZERO = [0x43, 0, 0, 0, 0, 0xfd, 0x13]
const RELAXED_MADD = [0xfd, 0x85, 0x02]

/** Whether the engine takes a function of these instructions. */
const takes = (...instructions: ReadonlyArray<number>): boolean => {
  const body = [0x00, ...instructions, 0x0b]
  const code = [0x0a, body.length + 2, 0x01, body.length, ...body]
  return WebAssembly.validate(Uint8Array.from([...HEADER, ...SIGNATURE, ...code]))
}

const sharesMemory = (): boolean => {
  try {
    return new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer instanceof SharedArrayBuffer
  } catch {
    return false
  }
}

const webassemblyFeatures = (): WebAssemblyFeatures =>
  typeof WebAssembly === "undefined"
    ? { simd: false, relaxedSimd: false, threads: false }
    : {
        simd: takes(...ZERO),
        relaxedSimd: takes(...ZERO, ...ZERO, ...ZERO, ...RELAXED_MADD),
        threads: sharesMemory()
      }

const versionOf = (name: string): string | null => {
  try {
    const { resolve } = createRequire(import.meta.url)
    // Beside the entry where the package does not export it.
    const manifest = name === "koffi" ? join(dirname(resolve(name)), "package.json") : resolve(`${name}/package.json`)
    return (JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string }).version
  } catch {
    return null
  }
}

export const examineMachine = (): Machine => ({
  package: VERSION,
  node: process.versions.node,
  platform: `${process.platform} ${process.arch}`,
  processor: cpus()[0]?.model.trim() ?? "unknown",
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  webassembly: webassemblyFeatures(),
  packages: { "gpu.js": versionOf("gpu.js"), webgpu: versionOf("webgpu"), koffi: versionOf("koffi") },
  chromium: chromiumPath() ?? null
})
