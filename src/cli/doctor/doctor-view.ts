/** The doctor's findings for a person. */
import type { BackendFinding } from "./doctor-backends.ts"
import type { Machine } from "./doctor-machine.ts"
import { type Page, wrapped } from "../terminal.ts"

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
