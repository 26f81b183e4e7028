/**
 * llama.cpp as a second opinion on the law of a GGUF file (node-llama-cpp, without its GPU packages, on the platforms where it is installed).
 *
 * Its keys and values are kept as F32, not F16 as by default, and texts of one token each, so that what differs is arithmetic alone.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

interface Output {
  readonly next: { readonly probabilities?: ReadonlyMap<number, number> }
}
type Input = number | readonly [number, object]
export interface Sequence {
  readonly controlledEvaluate: (input: ReadonlyArray<Input>) => Promise<ReadonlyArray<Output | undefined>>
  readonly clearHistory: () => Promise<void>
}
export interface Model {
  readonly tokenize: (text: string) => ReadonlyArray<number>
  readonly detokenize: (tokens: ReadonlyArray<number>) => string
  readonly createContext: (options: object) => Promise<{ readonly getSequence: () => Sequence }>
  readonly dispose: () => Promise<void>
}
export interface Runtime {
  readonly loadModel: (options: object) => Promise<Model>
  readonly dispose: () => Promise<void>
}

const load = async (): Promise<Runtime | undefined> => {
  try {
    // Named by a variable: its types are not needed, and it need not be installed.
    const name = "node-llama-cpp"
    const { getLlama } = (await import(name)) as { readonly getLlama: (options: object) => Promise<Runtime> }
    return await getLlama({ gpu: false, build: "never", skipDownload: true, logLevel: "disabled", maxThreads: 1 })
  } catch {
    return undefined
  }
}

/** The runtime, or undefined where it is not installed or has no build for this platform. */
export const llamaCpp: Runtime | undefined = await load()
if (llamaCpp === undefined)
  process.stderr.write(
    "node-llama-cpp is not installed here: agreement with llama.cpp is not tested, only with its recorded laws\n"
  )

/** A sequence to evaluate in, its arithmetic as plain as can be had. */
export const openSequence = async (model: Model): Promise<Sequence> => {
  const context = await model.createContext({
    contextSize: 64,
    sequences: 1,
    threads: 1,
    flashAttention: false,
    experimentalKvCacheKeyType: "F32",
    experimentalKvCacheValueType: "F32"
  })
  return context.getSequence()
}

/** Log-probabilities of the token after each prefix (its opening token included), by llama.cpp. */
export const llamaCppLaws = async (
  runtime: Runtime,
  file: Uint8Array,
  prefixes: ReadonlyArray<ReadonlyArray<number>>
): Promise<ReadonlyArray<Float64Array>> => {
  const folder = mkdtempSync(join(tmpdir(), "coverbound-gguf-"))
  try {
    const modelPath = join(folder, "model.gguf")
    writeFileSync(modelPath, file)
    const model = await runtime.loadModel({ modelPath, useMmap: false })
    const sequence = await openSequence(model)
    const laws: Array<Float64Array> = []
    const generateNext = { probabilities: true, options: { temperature: 1, topK: 0, topP: 1, minP: 0 } }
    for (const prefix of prefixes) {
      await sequence.clearHistory()
      const outputs = await sequence.controlledEvaluate(
        prefix.map((token, i) => (i === prefix.length - 1 ? ([token, { generateNext }] as const) : token))
      )
      const probabilities = outputs.at(-1)?.next.probabilities
      if (probabilities === undefined) throw new Error("node-llama-cpp gave no probabilities")
      laws.push(Float64Array.from({ length: probabilities.size }, (_, token) => Math.log(probabilities.get(token)!)))
    }
    await model.dispose()
    return laws
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
