/** The server of runs: what it shows, and what it must not. */
import { request } from "node:http"
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it } from "vitest"
import { fileBelow, listen } from "./server.ts"

const outside = mkdtempSync(join(tmpdir(), "coverbound-serve-"))
const root = join(outside, "runs")
mkdirSync(join(root, "one"), { recursive: true })
const record = {
  format: "coverbound-verification",
  version: 1,
  suite: "0",
  verifications: [
    {
      candidate: "<script>alert(1)</script>",
      seed: 1,
      level: 1e-6,
      results: [
        {
          id: "T3/size",
          title: "n ≤ n_max",
          nature: "checked",
          verdict: "refuted",
          level: 0,
          measured: 2,
          relation: "<=",
          bound: 1,
          note: "2 of 1"
        }
      ]
    }
  ]
}
writeFileSync(join(root, "one", "verify.json"), JSON.stringify(record))
writeFileSync(join(outside, "secret.json"), '{"format":"coverbound-audit"}')
symlinkSync(join(outside, "secret.json"), join(root, "link.json"))
symlinkSync(outside, join(root, "up"))
mkdirSync(`${root}-beside`)
writeFileSync(join(`${root}-beside`, "secret.json"), '{"format":"coverbound-audit"}')

let served: Awaited<ReturnType<typeof listen>>
beforeAll(async () => {
  served = await listen(root, 0)
})
afterAll(() => {
  served.server.closeAllConnections()
  served.server.close()
  rmSync(outside, { recursive: true, force: true })
})

/** The path as it stands: `fetch` would tidy it. */
const ask = (path: string, headers: Readonly<Record<string, string>> = {}, method = "GET") =>
  new Promise<{ readonly status: number; readonly body: string; readonly policy: string }>((resolve, reject) => {
    const { hostname, port } = new URL(served.url)
    const sent = request({ hostname, port, path, method, headers }, (response) => {
      let body = ""
      response.setEncoding("utf8")
      response.on("data", (chunk: string) => (body += chunk))
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          body,
          policy: String(response.headers["content-security-policy"])
        })
      )
    })
    sent.on("error", reject)
    sent.end()
  })

it("lists what is below the folder and shows each as a report, whatever a record says", async () => {
  const list = await ask("/")
  expect(list.body).toContain('href="/report/one/verify.json"')
  expect(list.body).not.toContain("link.json")
  const page = await ask("/report/one/verify.json")
  expect(page.status).toBe(200)
  expect(page.policy).toContain("default-src 'none'")
  expect(page.body).toContain("&lt;script&gt;alert(1)&lt;/script&gt; T3/size")
  expect(page.body).not.toContain("<script>alert")
  expect(JSON.parse((await ask("/file/one/verify.json")).body)).toEqual(record)
})

it("shows a live audit as going on while its process holds its journal, and as a report when it has ended", async () => {
  const folder = join(root, "live")
  mkdirSync(folder)
  writeFileSync(join(folder, "draws.jsonl"), '{"format":"coverbound-draws"}\n')
  const lock = join(folder, "draws.jsonl.lock")
  writeFileSync(lock, `${process.pid}`)
  const going = `<div>process ${process.pid}: 1 KiB of results kept`
  expect((await ask("/")).body.replaceAll(/\s+/g, " ")).toContain(going)
  rmSync(lock)
  copyFileSync(new URL("../../../reports/reference/reports/live/run.json", import.meta.url), join(folder, "run.json"))
  const list = (await ask("/")).body
  expect(list).not.toContain(going)
  expect(list).toContain('href="/report/live/run.json"')
  const page = await ask("/report/live/run.json")
  expect([page.status, page.body.match(/<svg/g)?.length]).toEqual([200, 3])
  rmSync(folder, { recursive: true })
})

it("gives nothing from elsewhere, to no other host, and takes nothing", async () => {
  for (const path of [
    "/file/../secret.json",
    "/file/%2e%2e/secret.json",
    "/file/one/../../secret.json",
    "/file/one/..%2f..%2fsecret.json",
    "/file//etc/passwd",
    "/file/%2e%2e%2fruns-beside/secret.json",
    "/file/link.json",
    "/file/up/secret.json",
    "/report/up/secret.json",
    "/file/one/verify.json%00",
    "/file/",
    "/etc/passwd"
  ])
    expect((await ask(path)).status, path).toBe(404)
  expect((await ask("/", { host: "evil.example" })).status).toBe(403)
  expect((await ask("/", {}, "POST")).status).toBe(405)
  expect(new URL(served.url).hostname).toBe("127.0.0.1")
  expect(served.server.address()).toMatchObject({ address: "127.0.0.1" })
  expect(fileBelow(root, "one")).toBe(fileBelow(root, "./one/../one"))
})

it("says when something changed", async () => {
  const { hostname, port } = new URL(served.url)
  const said = await new Promise<string>((resolve, reject) => {
    const sent = request({ hostname, port, path: "/changes" }, (response) => {
      response.setEncoding("utf8")
      response.on("data", (chunk: string) => {
        if (chunk.startsWith(":"))
          return utimesSync(join(root, "one", "verify.json"), new Date(0), new Date(86_400_000))
        resolve(chunk)
        sent.destroy()
      })
    })
    sent.on("error", reject)
    sent.end()
  })
  expect(said).toBe("data: changed\n\n")
})
