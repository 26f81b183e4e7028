/**
 * A headless Chromium from the distribution's package, with software adapters for WebGL 2 and WebGPU where there is no GPU. Nothing is downloaded: where no
 * browser is found, the reason and the fix are said.
 */
import { chromium, type Browser } from "playwright-core"
import { CHROMIUM_FIX, chromiumPath } from "../../src/kernel/gpu/chromium-path.ts"

/** SwiftShader for both interfaces: for checking results, not speed. */
const SOFTWARE = [
  "--disable-gpu-sandbox",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--ignore-gpu-blocklist",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader"
]
/** The machine's own GPU. */
const HARDWARE = ["--enable-unsafe-webgpu", "--ignore-gpu-blocklist", "--enable-features=Vulkan", "--use-angle=vulkan"]

/** @param gpu whether to use the machine's GPU; software adapters otherwise. @throws Error where there is no Chromium, or it does not start. */
export const launchChromium = async (gpu: boolean): Promise<Browser> => {
  const executablePath = chromiumPath()
  if (executablePath === undefined) throw new Error(`chromium: not found; ${CHROMIUM_FIX}`)
  // Chromium's own sandbox needs rights that containers lack; the page is this repository's.
  return chromium.launch({ executablePath, args: ["--no-sandbox", ...(gpu ? HARDWARE : SOFTWARE)] })
}
