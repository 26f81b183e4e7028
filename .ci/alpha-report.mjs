// Prints who takes what of the budget of false alarms. (That every id is registered and spent once is src/statistics/alpha-ledger.test.ts's to show.)
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { alphaReport, alphaUses } from "../properties/alpha/alpha-report.ts"

process.stdout.write(alphaReport(alphaUses(join(dirname(fileURLToPath(import.meta.url)), ".."))))
