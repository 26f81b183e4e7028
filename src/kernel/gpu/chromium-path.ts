/** Where the distribution's Chromium is: the browser in which the kernels of webgl2 and webgpu are run from a command line. */
import { existsSync } from "node:fs"

const PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable"
]

/** CHROMIUM, or where distributions put it; undefined where there is none. */
export const chromiumPath = (): string | undefined => {
  const { CHROMIUM } = process.env
  return (CHROMIUM === undefined || CHROMIUM === "" ? PATHS : [CHROMIUM]).find(existsSync)
}

export const CHROMIUM_FIX = "install it (Debian: apt-get install -y chromium) or set CHROMIUM to its path"
