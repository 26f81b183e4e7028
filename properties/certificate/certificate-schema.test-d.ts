/** The checker's own types say what the schema says. */
import { describe, expectTypeOf, it } from "vitest"
import type { Certificate } from "../../src/checker/certificate.ts"
import type { Certificate as Schema } from "./certificate-schema.ts"

describe("a certificate's types", () => {
  it("are those of the schema", () => {
    expectTypeOf<Certificate>().toEqualTypeOf<typeof Schema.Type>()
  })
})
