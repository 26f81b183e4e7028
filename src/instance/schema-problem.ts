/** A schema's issue tree as the one line a person needs: the first leaf's field, value and expectation. */
import type * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"
import { fieldPath, InvalidInstance, shown } from "./invalid-instance.ts"
import { suggestion } from "./nearest-name.ts"

type Path = ReadonlyArray<PropertyKey>

const fields = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.PropertySignature> =>
  ast._tag === "Objects" ? ast.propertySignatures : []

/** The literals that tell a union's members apart by `kind`. */
const kinds = (ast: SchemaAST.Union): string =>
  ast.types
    .flatMap((member) => fields(member).filter((field) => field.name === "kind"))
    .map((field) => describe(field.type))
    .join(" or ")

/** What a schema node expects, in words. */
const describe = (ast: SchemaAST.AST): string => {
  switch (ast._tag) {
    case "Literal":
      return shown(ast.literal)
    case "Number":
      return "a finite number"
    case "String":
      return "a string"
    case "Arrays":
      return "an array"
    case "Union":
      return `an object with kind ${kinds(ast)}`
    case "Objects":
      return "an object"
    default:
      return `a value of kind ${ast._tag}`
  }
}

const problem = (path: Path, value: string, expectation: string): InvalidInstance =>
  new InvalidInstance({ field: fieldPath(path), value, expectation })

const unknownField = (path: Path, ast: SchemaAST.AST, beside: ReadonlyArray<string>): InvalidInstance => {
  const names = [...fields(ast).map((field) => String(field.name)), ...(path.length === 1 ? beside : [])]
  const name = String(path[path.length - 1])
  return problem(path, "unknown field", `one of ${names.join(", ")}${suggestion(name, names)}`)
}

const valueAt = (root: unknown, path: Path): unknown => {
  let value = root
  for (const key of path) value = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined
  return value
}

const walk = (
  issue: SchemaIssue.Issue,
  path: Path,
  around: SchemaAST.AST | undefined,
  root: unknown,
  beside: ReadonlyArray<string>
): InvalidInstance => {
  switch (issue._tag) {
    case "Pointer":
      return walk(issue.issue, [...path, ...issue.path], around, root, beside)
    case "Composite":
      return walk(issue.issues[0], path, issue.ast, root, beside)
    case "Encoding":
      return walk(issue.issue, path, issue.ast, root, beside)
    case "UnexpectedKey":
      return unknownField(path, issue.ast, beside)
    case "MissingKey": {
      const field = around === undefined ? undefined : fields(around).find(({ name }) => name === path[path.length - 1])
      return problem(path, "missing", field === undefined ? "a value" : describe(field.type))
    }
    case "AnyOf": {
      const value = valueAt(root, path)
      if (issue.issues.length > 0) return walk(issue.issues[0], path, issue.ast, root, beside)
      const isObject = typeof value === "object" && value !== null && !Array.isArray(value)
      if (!isObject) return problem(path, shown(value), describe(issue.ast))
      return problem([...path, "kind"], shown(Reflect.get(value, "kind")), kinds(issue.ast))
    }
    case "InvalidType":
      return problem(path, shown(valueAt(root, path)), describe(issue.ast))
    case "Filter":
      return problem(path, shown(valueAt(root, path)), issue.filter.annotations?.expected ?? "a valid value")
    default:
      return problem(path, shown(valueAt(root, path)), "a valid value")
  }
}

/** The first problem of `issue`, found while decoding `root`. `beside`: fields that may stand there although the schema does not have them. */
export const firstProblem = (
  issue: SchemaIssue.Issue,
  root: unknown,
  beside: ReadonlyArray<string> = []
): InvalidInstance => walk(issue, [], undefined, root, beside)
