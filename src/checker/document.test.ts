import { writeFileSync } from "node:fs"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { edit, stored } from "../../properties/certificate/changed.ts"
import published from "./certificate.schema.json" with { type: "json" }
import { readCertificate } from "./document.ts"
import { mutantsOf } from "../../properties/certificate/mutants.ts"
import { Certificate, certificateJsonSchema } from "../../properties/certificate/certificate-schema.ts"
import { Rejection } from "./strict-json.ts"

/** `path: message` of the rejection, or `taken`. */
const read = (value: unknown): string => {
  try {
    readCertificate(value as never)
    return "taken"
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    expect(error.cause.code).toBe("shape")
    return `${error.cause.path}: ${error.cause.message}`
  }
}
const at = (name: string, path: string, value: unknown) => read(edit(name, { [path]: value as never }))

describe("the published JSON Schema", () => {
  it("is the one the writer's types come from", () => {
    // After a change of certificate-schema.ts: COVERBOUND_SCHEMA=rewrite npx vitest run src/checker/document
    if (process.env.COVERBOUND_SCHEMA === "rewrite") {
      const file = new URL("./certificate.schema.json", import.meta.url)
      writeFileSync(file, `${JSON.stringify(certificateJsonSchema(), null, 2)}\n`)
    }
    expect(published).toEqual(JSON.parse(JSON.stringify(certificateJsonSchema())))
  })

  it("uses no keyword that the checker does not know", () => {
    const known = new Set([
      "$ref",
      "anyOf",
      "type",
      "enum",
      "minimum",
      "maximum",
      "pattern",
      "properties",
      "required",
      "additionalProperties",
      "items",
      "minItems",
      "maxItems",
      "$schema",
      "$id",
      "title",
      "$defs"
    ])
    const walk = (rules: unknown): void => {
      const {
        properties = {},
        anyOf = [],
        items,
        additionalProperties,
        $defs = {},
        ...rest
      } = rules as Record<string, never>
      for (const key of Object.keys(rest)) expect(known).toContain(key)
      for (const inner of [...Object.values(properties), ...Object.values($defs), ...(anyOf as Array<unknown>)])
        walk(inner)
      if (items !== undefined) walk(items)
      if (typeof additionalProperties === "object") walk(additionalProperties)
    }
    walk(published)
  })
})

describe("readCertificate", () => {
  it("takes every stored certificate", () => {
    for (const [name, certificate] of Object.entries(stored)) expect(read(certificate), name).toBe("taken")
  })

  it("and the writer's schema take the same documents", () => {
    const decode = Schema.decodeUnknownResult(Certificate, { onExcessProperty: "error" })
    let [taken, refused] = [0, 0]
    for (const name of ["spanner", "scaling", "path"]) {
      for (const { document, path, change } of mutantsOf(stored[name], 1)) {
        const own = read(document) === "taken"
        expect(Result.isSuccess(decode(document)), `${name} ${path} ${change}: ${read(document)}`).toBe(own)
        if (own) taken++
        else refused++
      }
    }
    expect([taken > 500, refused > 1000]).toEqual([true, true])
  })

  it("says where and what", () => {
    expect(read(null)).toBe(": null, expected object")
    expect(read([])).toBe(": an array, expected object")
    expect(read("x".repeat(90))).toBe(`: "${"x".repeat(59)}, expected object`)
    expect(at("path", "format", "coverbound-certificat")).toBe(
      'format: "coverbound-certificat", expected one of "coverbound-certificate"'
    )
    expect(at("path", "version", 2)).toBe("version: 2, expected one of 1")
    expect(at("path", "version", "1")).toBe('version: "1", expected number')
    expect(at("path", "verdict", "held")).toBe('verdict: "held", expected one of "supported", "refuted", "undecided"')
    expect(at("path", "digest", undefined)).toBe(": an object, expected a field digest")
    expect(at("path", "claim.level", undefined)).toBe("claim: an object, expected a field level")
    expect(at("path", "extra", 1)).toBe(': an object, expected no field "extra"')
    expect(at("path", "claim.extra", 1)).toBe('claim: an object, expected no field "extra"')
    expect(at("path", `claim.${"k".repeat(90)}`, 1)).toBe(`claim: an object, expected no field "${"k".repeat(60)}"`)
    expect(at("path", "claim.toString", 1)).toBe('claim: an object, expected no field "toString"')
    expect(at("path", "claim.level", 0.06)).toBe("claim.level: 0.06, expected a number from 0 to 0.05")
    expect(at("path", "claim.level", -1e-9)).toBe("claim.level: -1e-9, expected a number from 0 to 0.05")
    expect(at("path", "claim.level", 0.05)).toBe("taken")
    expect(at("path", "claim.parameters", { a: 1, b: "2" })).toBe('claim.parameters.b: "2", expected number')
    expect(at("path", `claim.parameters.${"k".repeat(90)}`, true)).toBe(
      `claim.parameters.${"k".repeat(60)}: true, expected number`
    )
    expect(at("path", "digest", "0".repeat(63))).toBe(`digest: "${"0".repeat(59)}, expected text like ^[0-9a-f]{64}$`)
    expect(at("path", "digest", `${"0".repeat(64)}\n`)).toMatch(/^digest: .*, expected text like/)
    expect(at("path", "environment.node", "two\nlines")).toMatch(/^environment.node: "two\\nlines", expected text like/)
    expect(at("path", "evidence.kind", "proof")).toBe('evidence: an object, kind "proof": expected another')
    expect(at("path", "evidence.kind", undefined)).toBe("evidence: an object, kind null: expected another")
    expect(at("path", "evidence", 3)).toBe("evidence: 3, kind null: expected another")
    expect(at("path", "evidence", [])).toBe("evidence: an array, kind null: expected another")
    expect(at("path", "evidence.identity.tokens", [])).toBe(
      "evidence.identity.tokens: an array, expected 1 to 1048576 items"
    )
    expect(
      at(
        "path",
        "evidence.identity.tokens[1]",
        Array.from({ length: 65 }, () => 0)
      )
    ).toBe("evidence.identity.tokens[1]: an array, expected 1 to 64 items")
    expect(at("path", "evidence.identity.tokens[1][0]", 0.5)).toBe(
      "evidence.identity.tokens[1][0]: 0.5, expected integer"
    )
    expect(at("path", "evidence.identity.tokens[1][0]", -1)).toBe(
      "evidence.identity.tokens[1][0]: -1, expected a number from 0 to 9007199254740991"
    )
    expect(at("path", "evidence.identity.tokens[1][0]", 2 ** 53)).toBe(
      "evidence.identity.tokens[1][0]: 9007199254740992, expected integer"
    )
    expect(at("path", "instance", null)).toBe("taken")
    expect(at("path", "instance.data.parameterSet", { kind: "box", radius: 1 })).toBe(
      "instance.data.parameterSet: an object, expected a field halfWidth"
    )
    expect(at("path", "instance.data.prompts[0].label", 1)).toBe("instance.data.prompts[0].label: 1, expected string")
    expect(at("path", "instance.data.prompts[0].label", undefined)).toBe("taken")
    expect(at("spanner", "evidence.runs.checkpoints", "yes")).toBe('evidence.runs.checkpoints: "yes", expected boolean')
    expect(at("spanner", "evidence.runs.trials[1].ledger.rewards", "01")).toMatch(
      /^evidence.runs.trials\[1\].ledger.rewards: "01", expected text like/
    )
    expect(at("spanner", "evidence.runs.trials[1].ledger.rewards", 1)).toBe(
      "evidence.runs.trials[1].ledger.rewards: 1, expected string"
    )
    expect(at("spanner", "evidence.runs.budget.rewardQueries", 5)).toBe(
      "evidence.runs.budget.rewardQueries: 5, kind null: expected another"
    )
    const wide = (n: number) =>
      at(
        "spanner",
        "evidence.chains[0].features[0]",
        Array.from({ length: n }, () => "1p0")
      )
    expect(wide(64)).toBe("taken")
    expect(wide(65)).toMatch(/expected 1 to 64 items$/)
    expect(at("spanner", "evidence.nu", "0.5")).toMatch(/^evidence.nu: "0.5", expected text like/)
  })
})
