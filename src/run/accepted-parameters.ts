/** Parameters are held against an algorithm's Schema in one place, whoever gives them: a caller of the library, the command line, a plan, a module. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { AnyAlgorithm, ParameterRecord } from "../algorithm/algorithm.ts"
import { InvalidInstance } from "../instance/invalid-instance.ts"
import { firstProblem } from "../instance/schema-problem.ts"

export interface AcceptOptions {
  /** What is done with a field that the Schema does not know. Default: it is left out. */
  readonly onExcessProperty?: "ignore" | "error"
}

/**
 * A value as parameters of an algorithm, or the first thing that is wrong with it: the path of the field, what stands there and what is expected.
 */
export const acceptedParameters = (
  algorithm: Pick<AnyAlgorithm<never>, "parameters">,
  value: unknown,
  options: AcceptOptions = {}
): Result.Result<ParameterRecord, InvalidInstance> => {
  const decoded = Schema.decodeUnknownResult(algorithm.parameters, options)(value)
  if (Result.isSuccess(decoded)) return Result.succeed(decoded.success as ParameterRecord)
  const { field, value: found, expectation } = firstProblem(decoded.failure.issue, value)
  return Result.fail(
    new InvalidInstance({
      field: field === "instance" ? "parameters" : `parameters.${field}`,
      value: found,
      expectation
    })
  )
}
