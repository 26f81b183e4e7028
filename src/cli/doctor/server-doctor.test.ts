import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { commandFolder } from "../../../properties/command-line/command-process.ts"

const { called, coverbound } = commandFolder()

/** States that two tokens are as likely; draws the first three times in four. */
let authorised = ""
/** What stands in for a seed where a request gives none: as many as there were. */
let unseeded = 0
const unfair = createServer((request, response) => {
  authorised = request.headers.authorization ?? ""
  let body = ""
  request.setEncoding("utf8").on("data", (text: string) => (body += text))
  request.on("end", () => {
    const { max_tokens, n, seed } = JSON.parse(body) as Readonly<Record<string, number>>
    const stated = ["a", "b"].map((token) => ({ token, logprob: Math.log(0.5) }))
    const start = seed ?? unseeded++
    const choices = Array.from({ length: n }, (_, i) => {
      const token = (Math.imul(start + 7919 * i, 2654435761) >>> 30) % 4 === 3 ? "b" : "a"
      return {
        text: `${token}${i}${seed}`.repeat(max_tokens),
        logprobs: { content: [{ token, top_logprobs: stated }] }
      }
    })
    response.end(JSON.stringify({ choices }))
  })
})
beforeAll(() => new Promise<void>((resolve) => void unfair.listen(0, "127.0.0.1", resolve)))
afterAll(() => {
  unfair.closeAllConnections()
  unfair.close()
})

describe("coverbound doctor --server", () => {
  it("says that a server draws from another law, exits 1 and shows no key", async () => {
    process.env["COVERBOUND_API_KEY"] = "secret-key"
    const url = `http://127.0.0.1:${(unfair.address() as AddressInfo).port}/v1/`
    const { code, stderr, stdout } = await coverbound(["doctor", "--server", url, "--draws", "400"])
    delete process.env["COVERBOUND_API_KEY"]
    expect([code, stderr]).toEqual([1, ""])
    expect(stdout).toMatch(/every parameter neutral +400 +\S+ +0 % +0 % +✗ another law/)
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "even with neutral parameters it does not draw from the law it states"
    )
    expect(authorised).toBe("Bearer secret-key")
    expect(stdout).not.toContain("secret")
  })

  it("refuses what is no address, and repeats nothing of it", async () => {
    for (const url of ["ftp://host", "http://user:password@host", "host", "http://host/?key=password"]) {
      const { code, stderr } = await called(["doctor", "--server", url])
      expect(code).toBe(2)
      expect(stderr).toMatch(/^coverbound: --server: no such address, expected http:\/\/ or https:\/\/.*\n$/)
      expect(stderr).not.toContain("password")
    }
  })

  it("ends with 3 and one line where there is nobody", async () => {
    const { code, stderr } = await called(["doctor", "--server", "http://127.0.0.1:9"])
    expect(code).toBe(3)
    expect(stderr).toMatch(/^coverbound: http:\/\/127\.0\.0\.1:9: cannot be reached: .*, 5 times; .*\n$/)
  })
})
