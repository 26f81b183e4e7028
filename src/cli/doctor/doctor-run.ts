/** What `coverbound doctor` does: looks, tries every backend, prints. It refutes nothing: it ends with 0 whatever it finds. */
import * as Effect from "effect/Effect"
import type { DoctorCall } from "../doctor.ts"
import { type Page, pageOf, wrapped, write } from "../terminal.ts"
import { type BackendFinding, examineBackends } from "./doctor-backends.ts"
import { examineMachine, type Machine } from "./doctor-machine.ts"

export interface Findings extends Machine {
  readonly backends: ReadonlyArray<BackendFinding>
}

const line = (name: string, text: string): string => `  ${name.padEnd(13)}${text}\n`

const backendText = ({ backend, available, detail, reason, fix }: BackendFinding, { width, ink }: Page): string => {
  const word = available ? ink("green", "runs   ") : ink("yellow", "missing")
  const indent = " ".repeat(19)
  const paragraphs = available ? [detail] : [reason ?? "", ...(fix === null ? [] : [`fix: ${fix}`])]
  const text = paragraphs.map((paragraph) => wrapped(paragraph, width, indent)).join("\n")
  return `  ${backend.padEnd(8)}${word}  ${text.trimStart()}\n`
}

export const doctorText = (findings: Findings, page: Page): string => {
  const { packages, chromium, webassembly, backends } = findings
  const features = [
    ...(webassembly.simd ? ["SIMD"] : []),
    ...(webassembly.relaxedSimd ? ["relaxed SIMD"] : []),
    ...(webassembly.threads ? ["threads"] : [])
  ]
  const installed = (version: string | null): string => version ?? "not installed"
  return [
    `${page.ink("bold", "Machine")}\n`,
    line("coverbound", findings.package),
    line("Node", `${findings.node}, ${findings.platform}`),
    line("processor", `${findings.processor}, ${findings.cores} cores, ${findings.memoryGiB} GiB`),
    line("WebAssembly", features.length === 0 ? "no extensions" : features.join(", ")),
    line("gpu.js", installed(packages["gpu.js"])),
    line("webgpu", installed(packages.webgpu)),
    line("koffi", installed(packages.koffi)),
    line("Chromium", chromium ?? "not found"),
    `\n${page.ink("bold", "Kernel backends")}\n`,
    ...backends.map((finding) => backendText(finding, page))
  ].join("")
}

export const runDoctor = Effect.fnUntraced(function* ({ json }: DoctorCall) {
  const machine = examineMachine()
  const findings: Findings = { ...machine, backends: yield* Effect.promise(examineBackends) }
  const text = json ? `${JSON.stringify(findings, null, 2)}\n` : doctorText(findings, pageOf(process.stdout))
  yield* write(process.stdout, text)
})
