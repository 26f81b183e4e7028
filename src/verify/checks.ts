/**
 * The checks of `verify`. To add one: write its law in law/, and its line in the list of its kind.
 */
import { libraryChecks } from "./library-checks.ts"
import { metamorphicChecks } from "./metamorphic-checks.ts"
import { oracleChecks } from "./oracle-checks.ts"
import { parameterChecks } from "./parameter-checks.ts"
import { runChecks } from "./run-checks.ts"
import { theoremChecks } from "./theorem-checks.ts"
import type { Check } from "./check.ts"

export const checks: ReadonlyArray<Check> = [
  ...libraryChecks,
  ...oracleChecks,
  ...runChecks,
  ...parameterChecks,
  ...metamorphicChecks,
  ...theoremChecks
]
