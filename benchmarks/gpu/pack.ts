/**
 * `node benchmarks/gpu/pack.ts`: packs what a GPU machine needs into dist/gpu-bundle.tar.gz, about 50 MB: this Node binary, the Vulkan loader, and exactly the
 * files that the run loads, found by loading them. Nothing is fetched here or there.
 */
import { execFileSync } from "node:child_process"
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { registerHooks } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../../", import.meta.url))
const target = join(root, "dist", "gpu-bundle.tar.gz")
const LOADERS = [
  "/usr/lib/x86_64-linux-gnu/libvulkan.so.1",
  "/usr/lib/aarch64-linux-gnu/libvulkan.so.1",
  "/usr/lib64/libvulkan.so.1",
  "/usr/lib/chromium/libvulkan.so.1"
]

const loaded = new Set<string>()
registerHooks({
  load: (url, context, next) => {
    if (url.startsWith("file:")) loaded.add(fileURLToPath(url))
    return next(url, context)
  }
})

// Every path that a run takes: gpu.js with its threads, and the package webgpu. Nothing of it was loaded before.
const { makeWholeFile } = await import("../../src/file/whole-file.ts")
const { machine } = await import("../machine.ts")
const { openKernels } = await import("../../src/search/open-kernels.ts")
const { studentQuantile } = await import("../../src/statistics/student-quantile.ts")
const { agreement } = await import("../../properties/kernel/agreement.ts")
await import("../script-options.ts")
await import("./judgement.ts")
await import("./memory.ts")
await import("./workloads.ts")
await import("webgpu")
// Loaded where a quantile is first asked for.
studentQuantile(0.1, 1)
for (const backend of ["webasm", "cpu", "js"] as const) {
  const kernels = await openKernels(backend)
  await agreement(kernels, backend, [[5000, 2]])
  await kernels.destroy()
}
loaded.add(join(root, "benchmarks/gpu/run-kernels.ts"))
loaded.add(join(root, "package.json"))

const bundle = mkdtempSync(join(tmpdir(), "coverbound-gpu-"))
try {
  const place = (file: string): void => {
    const to = join(bundle, relative(root, file))
    mkdirSync(dirname(to), { recursive: true })
    copyFileSync(file, to)
  }
  for (const file of loaded) {
    if (!file.startsWith(root)) continue
    place(file)
    // A module is resolved by its package's manifest.
    const manifest = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]
    if (manifest !== undefined && existsSync(join(manifest, "package.json"))) place(join(manifest, "package.json"))
  }
  const native = `node_modules/webgpu/dist/${process.platform}-${process.arch}`
  cpSync(join(root, native), join(bundle, native), { recursive: true })
  copyFileSync(process.execPath, join(bundle, "node"))
  const loader = LOADERS.find(existsSync)
  mkdirSync(join(bundle, "lib"))
  if (loader === undefined) console.error("no Vulkan loader here (libvulkan.so.1): the GPU machine must have its own")
  else copyFileSync(loader, join(bundle, "lib", "libvulkan.so.1"))
  // There is no git where it goes.
  writeFileSync(join(bundle, "commit"), `${machine().commit ?? ""}\n`)
  makeWholeFile(target, (file) => {
    execFileSync("tar", ["-C", bundle, "--use-compress-program=gzip -9", "-cf", file, "."])
  })
  console.log(`${relative(process.cwd(), target)}: ${loaded.size} files`)
} finally {
  rmSync(bundle, { recursive: true, force: true })
}
