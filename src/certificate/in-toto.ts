/** Certificates as in-toto Statements v1, so that existing tools (cosign, witness) can sign and store them. `check` accepts both forms. */
import { statementOf } from "../checker/check.ts"
import type { Certificate } from "../checker/schema.ts"

/** An in-toto Statement v1 (https://in-toto.io/Statement/v1). */
export type Statement = ReturnType<typeof statementOf>

/** The Statement whose subject is the instance a certificate speaks of, by its SHA-256, and whose predicate is the certificate. */
export const inTotoStatement = (certificate: Certificate): Statement => statementOf(certificate)
