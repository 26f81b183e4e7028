/** The shape of a document, held against the published JSON Schema: the keywords that `certificate.schema.json` uses, and no others. */
import schema from "./certificate.schema.json" with { type: "json" }
import type { Certificate, Rules } from "./schema.ts"
import { isList, type Json, reject } from "./strict-json.ts"

const definitions: Readonly<Record<string, Rules>> = schema.$defs
const resolve = (rules: Rules): Rules => definitions[rules.$ref?.slice("#/$defs/".length) ?? ""] ?? rules
const typeOf = (value: Json): string => (value === null ? "null" : isList(value) ? "array" : typeof value)
const shown = (value: Json): string =>
  /object|array/.test(typeOf(value)) ? `an ${typeOf(value)}` : JSON.stringify(value).slice(0, 60)

/** The alternative that a value is of: told by `kind` where there is one, else by type. */
const alternative = (value: Json, anyOf: ReadonlyArray<Rules>, path: string): Rules => {
  const kind = (typeOf(value) === "object" && (value as { readonly kind?: Json }).kind) || null
  const fits = (r: Rules) => r.type === typeOf(value) && (r.properties?.kind?.enum?.includes(kind) ?? true)
  return (
    anyOf.map(resolve).find(fits) ?? reject("shape", path, `${shown(value)}, kind ${shown(kind)}: expected another`)
  )
}

const validate = (value: Json, stated: Rules, path: string): void => {
  const rules = stated.anyOf === undefined ? resolve(stated) : alternative(value, stated.anyOf, path)
  const { type, properties = {} } = rules
  const [low, high] = [rules.minimum ?? rules.minItems ?? -Infinity, rules.maximum ?? rules.maxItems ?? Infinity]
  const need = (holds: boolean, what: string) => holds || reject("shape", path, `${shown(value)}, expected ${what}`)
  need(type === "integer" ? Number.isSafeInteger(value) : typeOf(value) === type, `${type}`)
  need(rules.enum?.includes(value) ?? true, `one of ${rules.enum?.map((v) => shown(v as Json)).join(", ")}`)
  if (typeof value === "number") need(value >= low && value <= high, `a number from ${low} to ${high}`)
  if (typeof value === "string") need(new RegExp(rules.pattern ?? "", "u").test(value), `text like ${rules.pattern}`)
  if (isList(value)) {
    need(value.length >= low && value.length <= high, `${low} to ${high} items`)
    value.forEach((item, i) => validate(item, rules.items!, `${path}[${i}]`))
  } else if (typeof value === "object" && value !== null) {
    for (const key of rules.required ?? []) need(Object.hasOwn(value, key), `a field ${key}`)
    for (const [key, field] of Object.entries(value)) {
      const inside = Object.hasOwn(properties, key) ? properties[key] : rules.additionalProperties
      if (typeof inside === "object") validate(field, inside, path === "" ? key : `${path}.${key.slice(0, 60)}`)
      else need(false, `no field ${JSON.stringify(key.slice(0, 60))}`)
    }
  }
}

/** A JSON value as a certificate. Throws `Rejection` with code shape. */
export const readCertificate = (value: Json): Certificate => {
  validate(value, schema, "")
  return value as never
}
