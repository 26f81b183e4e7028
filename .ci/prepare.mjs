// npm runs this on every install. It builds only where npm makes a package out of a git checkout (`npm i git+https://…`): there npm runs
// `prepare` but not `prepack`, from a temporary clone, with INIT_CWD the folder of the user. In a plain checkout nothing needs dist/.
import { realpathSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = realpathSync(join(dirname(fileURLToPath(import.meta.url)), ".."))
const calledFrom = process.env.INIT_CWD === undefined ? root : realpathSync(process.env.INIT_CWD)
const insideCheckout = calledFrom === root || calledFrom.startsWith(root + "/")
if (!insideCheckout && process.env.npm_command === "install") await import("./build.mjs")
