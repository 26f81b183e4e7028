/** What a machine has that kernels could use: processor, WebAssembly's extensions, packages, a browser. */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { cpus, totalmem } from "node:os"
import { dirname, join } from "node:path"
import { chromiumPath } from "../../kernel/gpu/chromium-path.ts"
import { hasSimd } from "../../kernel/wasm/arena.ts"
import { engine } from "../../numeric/webassembly.ts"
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

const sharesMemory = (): boolean => {
  try {
    return new engine.Memory({ initial: 1, maximum: 1, shared: true }).buffer instanceof SharedArrayBuffer
  } catch {
    return false
  }
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
  webassembly: { simd: hasSimd("plain"), relaxedSimd: hasSimd("relaxed"), threads: sharesMemory() },
  packages: { "gpu.js": versionOf("gpu.js"), webgpu: versionOf("webgpu"), koffi: versionOf("koffi") },
  chromium: chromiumPath() ?? null
})
