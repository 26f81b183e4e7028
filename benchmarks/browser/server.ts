/**
 * Serves the page and the very sources it measures: TypeScript with its types stripped, as Node itself runs it; nothing is bundled. Draws what the page sends of its results
 * as a report. Cross-origin isolated, so that the page has threads and a fine clock. Listens on this machine only.
 */
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { stripTypeScriptTypes } from "node:module"
import { extname, normalize, sep } from "node:path"
import { json } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { STYLE } from "../../reports/style.ts"
import { type PageResult, recordOf, reportOf } from "./record.ts"

const ROOT = fileURLToPath(new URL("../../", import.meta.url))
/** gpu.js ships a bundle for browsers. */
const LIBRARY = "node_modules/gpu.js/dist/gpu-browser.min.js"
/** What else is served: the sources. */
const SOURCES =
  /^\/(src\/(kernel|numeric|instance|statistics)|properties\/kernel|benchmarks\/(gpu|kernels|browser\/page))\/[\w./-]+\.ts$/
const PAGE = "benchmarks/browser/page/"

const HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cache-Control": "no-store"
}
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8"
}

const fileOf = (path: string): string | undefined => {
  if (path === "/") return `${PAGE}index.html`
  if (path === "/gpu.js") return LIBRARY
  return SOURCES.test(path) && normalize(path) === path.split("/").join(sep) ? path.slice(1) : undefined
}

const respond = (path: string, response: ServerResponse): void => {
  if (path === "/style.css") {
    response.writeHead(200, { ...HEADERS, "Content-Type": TYPES[".css"] })
    response.end(STYLE + readFileSync(`${ROOT}${PAGE}style.css`, "utf8"))
    return
  }
  const name = fileOf(path)
  const file = name === undefined ? undefined : ROOT + name
  if (file === undefined || !existsSync(file) || !statSync(file).isFile()) {
    response.writeHead(404, HEADERS).end("not found\n")
    return
  }
  if (extname(file) === ".ts") {
    response.writeHead(200, { ...HEADERS, "Content-Type": TYPES[".js"] })
    response.end(stripTypeScriptTypes(readFileSync(file, "utf8"), { mode: "strip" }))
    return
  }
  response.writeHead(200, { ...HEADERS, "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" })
  createReadStream(file).pipe(response)
}

/** The results so far, or all of them, as a report. */
const draw = async (request: IncomingMessage, response: ServerResponse, software: boolean): Promise<void> => {
  const text = await reportOf(recordOf((await json(request)) as PageResult, software), "browser.json")
  response.writeHead(200, { ...HEADERS, "Content-Type": TYPES[".html"] }).end(text)
}

export interface Served {
  readonly url: string
  readonly close: () => Promise<void>
}

/** @param port 0 for any that is free. @param software whether the browser has software adapters. */
export const serve = async (port = 0, software = false): Promise<Served> => {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost")
    if (pathname === "/report" && request.method === "POST")
      draw(request, response, software).catch((error: unknown) => response.writeHead(500, HEADERS).end(String(error)))
    else respond(pathname, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, "127.0.0.1", resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}
