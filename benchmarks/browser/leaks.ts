/**
 * `npm run bench:browser -- --kernels 1000`: makes and destroys that many kernels on each backend, in one set and then a twentieth of them in sets of their own, and
 * says what stayed: GPU objects and contexts, the page's heap, the memory of the browser's GPU process. Slow for a test: WebGL 2's compiler takes some 30 ms a kernel.
 */
import { readFileSync } from "node:fs"
import type { Browser, CDPSession, Page } from "playwright-core"
import type { Census, Churn } from "./page/census.ts"

/** What is held at one moment, garbage collected. */
interface Holding {
  readonly census: Census
  readonly heapBytes: number
  /** Of the browser's GPU process; undefined where the system does not say. */
  readonly gpuBytes: number | undefined
}

/** Bytes a kernel: more than this stays of no kernel that is gone, and less is what caches grow by. */
const HEAP_ALLOWED = 1024

const gpuProcessBytes = async (session: CDPSession): Promise<number | undefined> => {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo")
  const gpu = processInfo.find(({ type }) => type === "GPU")
  try {
    return 4096 * Number(readFileSync(`/proc/${gpu?.id}/statm`, "utf8").split(" ")[1])
  } catch {
    return undefined
  }
}

const holding = async (page: Page, browserSession: CDPSession, session: CDPSession): Promise<Holding> => {
  // Twice: what the first collection finalises is freed by the second.
  for (let i = 0; i < 2; i++) await session.send("HeapProfiler.collectGarbage")
  const { metrics } = await session.send("Performance.getMetrics")
  return {
    census: (await page.evaluate(`import("/benchmarks/browser/page/leaks.ts").then((m) => m.census())`)) as Census,
    heapBytes: metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? Number.NaN,
    gpuBytes: await gpuProcessBytes(browserSession)
  }
}

const kib = (bytes: number | undefined): string =>
  bytes === undefined ? "unknown" : `${Math.round(bytes / 1024).toLocaleString("en")} KiB`
const said = ({ census, heapBytes, gpuBytes }: Holding): string =>
  `heap ${kib(heapBytes)}, GPU process ${kib(gpuBytes)}, objects ${Object.keys(census).length === 0 ? "none" : JSON.stringify(census)}`

/** @returns whether nothing leaked; prints what was held before and after */
const onBackend = async (browser: Browser, url: string, backend: string, count: number): Promise<boolean> => {
  const page = await browser.newPage()
  await page.goto(`${url}?backends=none`)
  const session = await page.context().newCDPSession(page)
  const browserSession = await browser.newBrowserCDPSession()
  await session.send("Performance.enable")
  await session.send("HeapProfiler.enable")
  const churn = (times: number): Promise<Churn> =>
    page.evaluate(
      `import("/benchmarks/browser/page/leaks.ts").then((m) => m.churn(GPU, "${backend}", ${times}))`
    ) as Promise<Churn>
  // What is loaded and compiled once, and the device that WebGPU keeps for its next user.
  await churn(20)
  const before = await holding(page, browserSession, session)
  const one = await churn(count)
  const sets = Math.ceil(count / 20)
  let wrong = one.wrong
  let left = one.after
  const start = performance.now()
  for (let i = 0; i < sets; i++) {
    const own = await churn(1)
    wrong += own.wrong
    left += own.after
  }
  const setMilliseconds = (performance.now() - start) / sets
  const after = await holding(page, browserSession, session)
  await page.close()
  console.log(
    `\n${backend}: ${count} kernels in one set, ${(one.milliseconds / count).toPrecision(3)} ms each, at most ${one.during} alive; ${sets} sets of one, ${setMilliseconds.toPrecision(3)} ms each`
  )
  console.log(`  before  ${said(before)}\n  after   ${said(after)}`)
  const made = count + sets
  const found: Array<string> = []
  if (wrong > 0) found.push(`${wrong} results are wrong`)
  if (left > 0) found.push(`gpu.js holds ${left} kernels`)
  for (const [kind, number] of Object.entries(after.census)) {
    const more = number - (before.census[kind] ?? 0)
    if (more > 0) found.push(`${more} more of ${kind}`)
  }
  const perKernel = (after.heapBytes - before.heapBytes) / made
  if (!(perKernel <= HEAP_ALLOWED)) found.push(`the heap grew by ${Math.round(perKernel)} bytes a kernel`)
  for (const line of found) console.log(`  LEAK    ${line}`)
  return found.length === 0
}

/** @returns exit code: 1 where a backend leaked */
export const leaks = async (
  browser: Browser,
  url: string,
  backends: ReadonlyArray<string>,
  count: number
): Promise<number> => {
  let clean = true
  for (const backend of backends) clean = (await onBackend(browser, url, backend, count)) && clean
  return clean ? 0 : 1
}
