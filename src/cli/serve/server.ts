/**
 * The server: a list of runs, a report of each, and a stream that says when something changed. On 127.0.0.1 alone, GET alone; a request that names another host (a page elsewhere that had its name
 * resolved to this machine) is refused, and a path that is not below the folder, links resolved, does not exist.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { existsSync, realpathSync } from "node:fs"
import { dirname, extname, join, resolve, sep } from "node:path"
import { readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { html } from "../../../reports/html.ts"
import { htmlDocument } from "../../../reports/html-document.ts"
import { recordsOf } from "../report/records.ts"
import { reportFrom, textOf } from "../report/run-report.ts"
import { type Runs, runsIn } from "./runs-in.ts"

/** Milliseconds between two looks at the folder while somebody watches. */
const LOOK_MS = 1000

const TYPES: Readonly<Record<string, string>> = {
  ".json": "application/json; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".md": "text/plain; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".svg": "image/svg+xml"
}

/** Nothing may be fetched from elsewhere, whatever a record says. */
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store"
}

/** The file that a path names below a folder; undefined where there is none, or it lies elsewhere. */
export const fileBelow = (root: string, path: string): string | undefined => {
  if (path.includes("\0")) return undefined
  const asked = resolve(root, path)
  try {
    const [real, base] = [realpathSync(asked), realpathSync(root)]
    return real === base || real.startsWith(base.endsWith(sep) ? base : base + sep) ? real : undefined
  } catch {
    return undefined
  }
}

const ago = (then: number): string => {
  const seconds = Math.max(0, Math.round((Date.now() - then) / 1000))
  return seconds < 90
    ? `${seconds} s ago`
    : seconds < 5400
      ? `${Math.round(seconds / 60)} min ago`
      : new Date(then).toISOString().slice(0, 16).replace("T", " ")
}

const urlOf = (kind: "report" | "file", path: string): string =>
  `/${kind}/${path.split("/").map(encodeURIComponent).join("/")}`

const FOLLOW = `new EventSource("/changes").onmessage = () => location.reload()`

const listPage = (root: string, { goingOn, records }: Runs): string =>
  htmlDocument({
    title: `Runs in ${root}`,
    eyebrow: "coverbound",
    heading: html`<h1>Runs</h1>
      <p class="from">${root}</p>`,
    main: html`${
        goingOn.length === 0
          ? ""
          : html`<section>
              <h2>Going on</h2>
              <ul class="findings">
                ${goingOn.map(
                  ({ bytes, changed, holder, path }) =>
                    html`<li>
                      <div>${path === "" ? "." : path}</div>
                      <div>${holder}: ${Math.ceil(bytes / 1024)} KiB of results kept, the last ${ago(changed)}</div>
                    </li>`
                )}
              </ul>
            </section>`
      }
      <section>
        <h2>Records</h2>
        ${
          records.length === 0
            ? html`<p>None yet: run an audit with <code>--out</code> in this folder.</p>`
            : html`<ul class="findings">
                ${records.map(
                  ({ bytes, changed, kind, path }) =>
                    html`<li>
                      <div>${kind}</div>
                      <div>
                        <a href="${urlOf("report", path)}">${path}</a>
                        <p class="detail">
                          ${ago(changed)}, ${Math.ceil(bytes / 1024)} KiB ·
                          <a href="${urlOf("file", path)}">the record</a>
                        </p>
                      </div>
                    </li>`
                )}
              </ul>`
        }
      </section>`,
    script: FOLLOW
  })

/** A report of a record; its links lead to the record and its certificates here. */
const reportPage = async (file: string, path: string): Promise<string> => {
  const text = await Effect.runPromise(
    Effect.gen(function* () {
      const report = yield* reportFrom(yield* recordsOf([file]), dirname(file), `coverbound report ${path}`)
      return yield* textOf({ ...report, sources: report.sources.map((one) => ({ ...one, file: path })) }, "html")
    })
  )
  return text.replace("</body>", () => `<script>${FOLLOW}</script></body>`)
}

/** What tells one state of a folder from another. */
const stateOf = ({ goingOn, records }: Runs): string =>
  JSON.stringify([...records, ...goingOn].map(({ bytes, changed, path }) => [path, changed, bytes]))

const answer = async (
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
  port: number
): Promise<void> => {
  const say = (status: number, type: string, body: string | Buffer): void => {
    response.writeHead(status, { ...HEADERS, "content-type": type })
    response.end(request.method === "HEAD" ? "" : body)
  }
  const refuse = (status: number, why: string): void => say(status, "text/plain; charset=utf-8", `${why}\n`)
  if (![`127.0.0.1:${port}`, `localhost:${port}`].includes(request.headers.host ?? ""))
    return refuse(403, "this server is for this machine alone")
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(405, "GET only")
  let path: string
  try {
    path = decodeURIComponent(new URL(request.url ?? "/", "http://127.0.0.1").pathname)
  } catch {
    return refuse(400, "not a path")
  }
  if (path === "/") return say(200, TYPES[".html"], listPage(root, runsIn(root)))
  if (path === "/changes") {
    response.writeHead(200, { ...HEADERS, "content-type": "text/event-stream" })
    // Headers go out with the first bytes.
    response.write(": watching\n\n")
    let last = stateOf(runsIn(root))
    const timer = setInterval(() => {
      const now = stateOf(runsIn(root))
      if (now !== last) response.write("data: changed\n\n")
      last = now
    }, LOOK_MS)
    response.on("close", () => clearInterval(timer))
    return
  }
  const [, kind, below = ""] = /^\/(report|file)\/(.+)$/.exec(path) ?? []
  const file = kind === undefined ? undefined : fileBelow(root, below)
  if (kind === undefined || file === undefined || !existsSync(file)) return refuse(404, "no such run")
  if (extname(file) !== ".json") {
    // A report's links lead to what lies beside it; its own page is here.
    return kind === "file" && extname(file) in TYPES
      ? say(200, TYPES[extname(file)], readFileSync(file))
      : refuse(404, "no such run")
  }
  if (kind === "file" || below.includes("/certificates/") || below.startsWith("certificates/"))
    return say(200, TYPES[".json"], readFileSync(file))
  try {
    say(200, TYPES[".html"], await reportPage(file, below))
  } catch (error) {
    refuse(422, error instanceof Error ? error.message : String(error))
  }
}

/** Listens on 127.0.0.1. @param port 0: any that is free */
export const listen = (root: string, port: number): Promise<{ readonly server: Server; readonly url: string }> =>
  new Promise((started, failed) => {
    const server = createServer((request, response) => {
      const { port: own } = server.address() as { readonly port: number }
      answer(root, request, response, own).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500, HEADERS)
        response.end(`${String(error)}\n`)
      })
    })
    server.on("error", failed)
    server.listen(port, "127.0.0.1", () => {
      const { port: own } = server.address() as { readonly port: number }
      started({ server, url: `http://127.0.0.1:${own}/` })
    })
  })

/** Its folder, links resolved. @throws where there is none */
export const rootOf = (folder: string): string => realpathSync(join(folder))
