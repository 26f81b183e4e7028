/**
 * `npm run bench:browser [-- --quick] [--backends webgpu,webgl2,webasm,cpu] [--gpu] [--json FILE] [--screenshot FILE] [--serve [--port N]] [--kernels N]`
 *
 * Serves the page and drives it in headless Chromium, prints what came out and keeps it as JSON (reports/out/bench/browser.json) and picture. `--serve`
 * only serves, for a person's browser; `--gpu` lets Chromium use the machine's GPU; `--kernels` only makes and destroys that many kernels on each backend (leaks.ts), exit code 1 on a leak. Exit code 1 when a kernel was wrong or failed or nothing ran, 2 when the call was, 3 when
 * there is no browser.
 */
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { machine } from "../machine.ts"
import { scriptOptions, usage } from "../script-options.ts"
import { judgements, LEGEND, rates } from "../gpu/judgement.ts"
import { workloads } from "../gpu/workloads.ts"
import { writeWholeFile } from "../../src/file/whole-file.ts"
import { CHROMIUM_FIX, chromiumPath } from "../../src/kernel/gpu/chromium-path.ts"
import { GPU_BACKENDS } from "../../src/kernel/backend.ts"
import { launchChromium } from "./chromium.ts"
import { leaks } from "./leaks.ts"
import { type PageResult, recordOf } from "./record.ts"
import { serve } from "./server.ts"

const OUT = fileURLToPath(new URL("../../reports/out/bench/", import.meta.url))

const options = scriptOptions({
  quick: { type: "boolean", default: false },
  backends: { type: "string" },
  gpu: { type: "boolean", default: false },
  json: { type: "string", default: join(OUT, "browser.json") },
  screenshot: { type: "string", default: join(OUT, "browser.png") },
  serve: { type: "boolean", default: false },
  port: { type: "string", default: "0" },
  kernels: { type: "string" }
})

const printResult = ({ backends, quick, memory }: PageResult): void => {
  for (const { backend, missing, ran, agreement, disagreements, points } of backends) {
    console.log(
      `\n${backend}: ${ran === undefined ? missing : `${ran.backend}, ${ran.detail}; ${agreement?.length} cases, ${disagreements?.length} wrong`}`
    )
    if (ran !== undefined && missing !== undefined) console.log(`  ${missing}`)
    for (const line of disagreements ?? []) console.log(`  WRONG ${line}`)
    const work = workloads(quick)
    const lines = quick ? rates(work, points) : judgements(work, backend, points, memory)
    for (const line of lines) console.log(line)
  }
  console.log(quick ? "\n(--quick: few and small sizes, no exponents)" : `\n(${LEGEND})`)
}

/** Beyond the cores, calls longer than a turn of the scheduler are interrupted and look dearer than short ones. */
const printLoad = (): void => {
  const { load, cores } = machine()
  if (load > cores + 1)
    console.log(`\nload average ${load.toFixed(1)} on ${cores} cores: other processes were in the way`)
}

const drive = async (): Promise<number> => {
  if (chromiumPath() === undefined) {
    console.error(`chromium: not found; ${CHROMIUM_FIX}. Or run with --serve and open the page in your own browser.`)
    return 3
  }
  const { url, close } = await serve(0, !options.gpu)
  const browser = await launchChromium(options.gpu)
  try {
    if (options.kernels !== undefined) {
      const count = Number(options.kernels)
      if (!Number.isInteger(count) || count < 1) usage(`--kernels: ${options.kernels}, expected a positive integer`)
      return await leaks(browser, url, options.backends?.split(",") ?? GPU_BACKENDS, count)
    }
    const page = await browser.newPage({ viewport: { width: 1240, height: 900 }, deviceScaleFactor: 1.5 })
    page.on("pageerror", (error) => console.error(`page: ${error.message}`))
    const query = new URLSearchParams({
      ...(options.quick ? { quick: "" } : {}),
      ...(options.backends === undefined ? {} : { backends: options.backends })
    })
    await page.goto(`${url}?${query.toString()}`)
    const status = page.locator("#status")
    let last = ""
    while (!(await page.evaluate("window.finished === true"))) {
      const text = (await status.textContent()) ?? ""
      if (text !== last && process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
      last = text
      await page.waitForTimeout(250)
    }
    if (process.stderr.isTTY) process.stderr.write("\r\u001b[K")
    const result = (await page.evaluate("window.result")) as PageResult
    writeWholeFile(options.screenshot, await page.screenshot({ fullPage: true }))
    writeWholeFile(options.json, `${JSON.stringify({ machine: machine(), ...recordOf(result, !options.gpu) })}\n`)
    printResult(result)
    printLoad()
    console.log(`\n${options.json}\n${options.screenshot}`)
    const ran = result.backends.filter((b) => b.ran !== undefined)
    // What ran and yet misses something has failed on the way.
    const wrong = ran.some(
      (b) => b.missing !== undefined || b.disagreements === undefined || b.disagreements.length > 0
    )
    return ran.length === 0 || wrong ? 1 : 0
  } finally {
    await browser.close()
    await close()
  }
}

if (options.serve) {
  const port = Number(options.port)
  if (!Number.isInteger(port) || port < 0 || port > 65535) usage(`--port: ${options.port}, expected 0 to 65535`)
  const { url } = await serve(port)
  console.log(`${url} (Ctrl-C ends it)`)
} else process.exitCode = await drive()
