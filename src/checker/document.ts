/** The shape of a document, held against the published JSON Schema: the keywords that `certificate.schema.json` uses, and no others. */
import type { Certificate } from "./certificate.ts"
import schema from "./certificate.schema.json" with { type: "json" }
import { isList, isObject, type Json, reject } from "./strict-json.ts"

/** The part of JSON Schema that is used; a test finds no other keyword in it. */
interface Rules {
  readonly $ref?: string
  readonly anyOf?: ReadonlyArray<Rules>
  readonly type?: string
  readonly enum?: ReadonlyArray<string | number | boolean | null | object>
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
  readonly properties?: Readonly<Record<string, Rules>>
  readonly required?: ReadonlyArray<string>
  readonly additionalProperties?: boolean | Rules
  readonly items?: Rules
  readonly minItems?: number
  readonly maxItems?: number
}

const definitions: Readonly<Record<string, Rules>> = schema.$defs
/** Rules, or those that their `$ref` names. */
const resolve = (rules: Rules): Rules =>
  rules.$ref === undefined ? rules : definitions[rules.$ref.slice("#/$defs/".length)]

const typeOf = (value: Json): string => {
  if (value === null) return "null"
  return isList(value) ? "array" : typeof value
}
/** A value as a message shows it. */
const shown = (value: Json): string => {
  if (isList(value) || isObject(value)) return `an ${typeOf(value)}`
  return JSON.stringify(value).slice(0, 60)
}

/** The alternative that a value is of: told by `kind` where there is one, else by type. */
const alternative = (value: Json, anyOf: ReadonlyArray<Rules>, path: string): Rules => {
  const kind = (isObject(value) && value.kind) || null
  for (const rules of anyOf.map(resolve)) {
    const kinds = rules.properties?.kind?.enum
    if (rules.type === typeOf(value) && (kinds === undefined || kinds.includes(kind))) return rules
  }
  return reject("shape", path, `${shown(value)}, kind ${shown(kind)}: expected another`)
}

const validate = (value: Json, stated: Rules, path: string): void => {
  const rules = stated.anyOf === undefined ? resolve(stated) : alternative(value, stated.anyOf, path)
  const need = (holds: boolean, what: string): void => {
    if (!holds) reject("shape", path, `${shown(value)}, expected ${what}`)
  }
  need(rules.type === "integer" ? Number.isSafeInteger(value) : typeOf(value) === rules.type, `${rules.type}`)
  if (rules.enum !== undefined)
    need(rules.enum.includes(value), `one of ${rules.enum.map((one) => shown(one as Json)).join(", ")}`)
  if (typeof value === "number") {
    const { minimum = -Infinity, maximum = Infinity } = rules
    need(value >= minimum && value <= maximum, `a number from ${minimum} to ${maximum}`)
  } else if (typeof value === "string") {
    if (rules.pattern !== undefined) need(new RegExp(rules.pattern, "u").test(value), `text like ${rules.pattern}`)
  } else if (isList(value)) {
    const { minItems = -Infinity, maxItems = Infinity, items = {} } = rules
    need(value.length >= minItems && value.length <= maxItems, `${minItems} to ${maxItems} items`)
    value.forEach((item, i) => validate(item, items, `${path}[${i}]`))
  } else if (isObject(value)) {
    const { properties = {}, required = [], additionalProperties } = rules
    for (const key of required) need(Object.hasOwn(value, key), `a field ${key}`)
    for (const [key, field] of Object.entries(value)) {
      const inside = Object.hasOwn(properties, key) ? properties[key] : additionalProperties
      const shortKey = key.slice(0, 60)
      if (typeof inside === "object") validate(field, inside, path === "" ? key : `${path}.${shortKey}`)
      else need(false, `no field ${JSON.stringify(shortKey)}`)
    }
  }
}

/** A JSON value as a certificate. Throws `Rejection` with code shape. */
export const readCertificate = (value: Json): Certificate => {
  validate(value, schema, "")
  return value as never
}
