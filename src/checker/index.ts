/**
 * The independent checker of certificates: `check` accepts a certificate or says why not, in under 1,900 plain lines that import nothing but
 * `node:crypto`. It shares no code with the algorithms, oracles and judges whose certificates it checks.
 *
 * @module coverbound/checker
 *
 * @example
 * ```ts
 * import { check, rejectionLine } from "coverbound/checker"
 *
 * const text = '{ "format": "coverbound-certificate" }' // or readFileSync("certificates/T3-size.json", "utf8")
 * const result = check(text)
 * if (result.status === "accepted") console.log(result.certificate.verdict, result.certificate.claim.statement, result.assumed)
 * else console.log(rejectionLine(text, result.reason)) // => an object, expected a field version
 * ```
 */
export type * from "./certificate.ts"
export { certificateDigest, check, type Statement, statementOf } from "./check.ts"
export { rejectionLine } from "./rejection-line.ts"
