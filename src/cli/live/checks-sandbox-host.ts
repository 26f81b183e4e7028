/**
 * What runs in the sandbox of a module of checks: loads it and asks it, one response at a time. Started by sandbox.ts, never by hand.
 *
 * A module exports `checks`, named functions whose values (true, false, or a number in [0, 1]) become φ, each scaled by 1/√d; or one function that gives φ itself, of
 * length at most 1. And `reward`, a number in [0, rewardRange]. Both are given a prompt's line of the file and the response.
 */
import { failureOf } from "../../audit/outcome.ts"
import { shown } from "../../instance/invalid-instance.ts"
import { answering, importModule } from "../module/sandbox-entry.ts"
import type { ChecksDescription, Judged, JudgeResponse } from "./checks-messages.ts"
import type { PromptRecord } from "./prompts-file.ts"

interface Response {
  readonly finished: boolean
}
type Judge = (prompt: PromptRecord, response: string, about: Response) => unknown

/** A module says what no module may. */
class Wrong extends Error {}

/** What ‖φ‖ may pass 1 by: rounding of what its author computed. */
const ROUNDING = 1e-9

interface Module {
  readonly features: (prompt: PromptRecord, text: string, about: Response) => Promise<ReadonlyArray<number>>
  readonly reward: (prompt: PromptRecord, text: string, about: Response) => Promise<number>
  readonly unfinished: boolean
  readonly description: ChecksDescription
}

const positive = (name: string, value: unknown): number => {
  if (typeof value === "number" && value > 0 && value < Infinity) return value
  throw new Wrong(`${name}: ${shown(value)}, expected a number above 0`)
}

const flag = (name: string, value: unknown): boolean => {
  if (value === undefined || typeof value === "boolean") return value === true
  throw new Wrong(`${name}: ${shown(value)}, expected true or false`)
}

/** Named checks as φ. */
const named = (
  checks: Readonly<Record<string, unknown>>
): Pick<Module, "features"> & { readonly names: ReadonlyArray<string> } => {
  const entries = Object.entries(checks)
  const wrong = entries.find(([, check]) => typeof check !== "function")
  if (entries.length === 0 || wrong !== undefined)
    throw new Wrong(
      wrong === undefined
        ? "checks: none, expected at least one"
        : `checks.${wrong[0]}: ${shown(wrong[1])}, expected a function of a prompt and a response`
    )
  const scale = 1 / Math.sqrt(entries.length)
  return {
    names: entries.map(([name]) => name),
    features: async (prompt, text, about) => {
      const out: Array<number> = []
      for (const [name, check] of entries) {
        const said: unknown = await (check as Judge)(prompt, text, about)
        const value = typeof said === "boolean" ? (said ? 1 : 0) : said
        if (typeof value !== "number" || !(value >= 0 && value <= 1))
          throw new Wrong(`checks.${name}: ${shown(said)}, expected true, false or a number in [0, 1]`)
        out.push(scale * value)
      }
      return out
    }
  }
}

/** A function that gives φ itself. */
const given =
  (checks: Judge, dimension: number): Module["features"] =>
  async (prompt, text, about) => {
    const said: unknown = await checks(prompt, text, about)
    const phi = ArrayBuffer.isView(said) ? Array.from(said as Float64Array) : said
    if (
      !Array.isArray(phi) ||
      phi.length !== dimension ||
      !phi.every((v) => typeof v === "number" && Number.isFinite(v))
    )
      throw new Wrong(`checks: ${shown(said)}, expected ${dimension} finite numbers`)
    const vector = phi as ReadonlyArray<number>
    const norm = Math.hypot(...vector)
    if (norm > 1 + ROUNDING) throw new Wrong(`checks: φ of length ${norm}, expected at most 1`)
    return norm > 1 ? vector.map((v) => v / norm) : vector
  }

const lengthOf = async (checks: Judge, [first]: ReadonlyArray<PromptRecord>, stated: unknown): Promise<number> => {
  if (stated !== undefined) {
    if (Number.isInteger(stated) && (stated as number) >= 1) return stated as number
    throw new Wrong(`dimension: ${shown(stated)}, expected a whole number >= 1`)
  }
  try {
    const said: unknown = await checks(first, "", { finished: true })
    const length = Array.isArray(said) || ArrayBuffer.isView(said) ? (said as ArrayLike<unknown>).length : 0
    if (length > 0) return length
  } catch {
    // Then it must be said.
  }
  throw new Wrong("dimension: missing, expected it where checks, a function, gives no φ of an empty response")
}

const load = async (module: string, from: string, prompts: ReadonlyArray<PromptRecord>): Promise<Module> => {
  const exported = await importModule(module, from)
  const { checks, reward } = exported
  if (typeof reward !== "function")
    throw new Wrong(`reward: ${shown(reward)}, expected a function of a prompt and a response`)
  const range = exported["rewardRange"] === undefined ? 1 : positive("rewardRange", exported["rewardRange"])
  const ofChecks =
    typeof checks === "function"
      ? await lengthOf(checks as Judge, prompts, exported["dimension"]).then((dimension) => ({
          features: given(checks as Judge, dimension),
          dimension
        }))
      : typeof checks === "object" && checks !== null
        ? named(checks as Readonly<Record<string, unknown>>)
        : undefined
  if (ofChecks === undefined) throw new Wrong(`checks: ${shown(checks)}, expected named functions, or one that gives φ`)
  const { features, ...rest } = ofChecks
  const dimension = "names" in rest ? rest.names.length : rest.dimension
  return {
    features,
    unfinished: flag("unfinished", exported["unfinished"]),
    reward: async (prompt, text, about) => {
      const said: unknown = await (reward as Judge)(prompt, text, about)
      const value = typeof said === "boolean" ? (said ? range : 0) : said
      if (typeof value !== "number" || !(value >= 0 && value <= range))
        throw new Wrong(`reward: ${shown(said)}, expected a number in [0, ${range}]`)
      return value
    },
    description: {
      dimension,
      ...("names" in rest ? { names: rest.names } : {}),
      rewardRange: range,
      noisy: flag("noisy", exported["noisy"]),
      ...(exported["radius"] === undefined ? {} : { parameterRadius: positive("radius", exported["radius"]) })
    }
  }
}

let loaded: Module | undefined
let prompts: ReadonlyArray<PromptRecord> = []

const judged = async ({ finished, kind, text, twice, x }: JudgeResponse): Promise<Judged> => {
  const { description, unfinished } = loaded!
  // A response that was cut off is one of its own kind: right answers are answers that ended.
  if (!finished && !unfinished)
    return { kind: "value", value: kind === "reward" ? 0 : new Array<number>(description.dimension).fill(0) }
  const ask = async () => loaded![kind](structuredClone(prompts[x]), text, { finished })
  try {
    const value = await ask()
    if (twice && JSON.stringify(await ask()) !== JSON.stringify(value))
      throw new Wrong(
        `${kind === "reward" ? "reward" : "checks"}: another value when asked again${kind === "reward" ? ", expected one of the response alone, or noisy = true" : ", expected one of the response alone"}`
      )
    return { kind: "value", value }
  } catch (error) {
    return error instanceof Wrong
      ? { kind: "wrong", why: error.message }
      : { kind: "failed", why: failureOf(error).note }
  }
}

interface Load {
  readonly kind: "load"
  readonly module: string
  readonly from: string
  readonly prompts: ReadonlyArray<PromptRecord>
}

const answered = async (command: Load | JudgeResponse): Promise<object> => {
  if (command.kind !== "load") return judged(command)
  try {
    prompts = command.prompts
    loaded = await load(command.module, command.from, prompts)
    return { kind: "loaded", description: loaded.description }
  } catch (error) {
    return { kind: "refused", why: error instanceof Wrong ? error.message : failureOf(error).note }
  }
}

await answering((command) => answered(command as Load | JudgeResponse))
