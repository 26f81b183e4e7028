/**
 * The checks of `verify`. To add one: write its law in laws/, and its line here.
 */
import { libraryChecks } from "./laws/library-checks.ts"
import { oracleChecks } from "./laws/oracle-checks.ts"
import { runChecks } from "./laws/run-checks.ts"
import { theoremChecks } from "./laws/theorem-checks.ts"
import type { Check } from "./verify.ts"

export const checks: ReadonlyArray<Check> = [...libraryChecks, ...oracleChecks, ...runChecks, ...theoremChecks]
