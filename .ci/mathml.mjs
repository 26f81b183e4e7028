// The theorems' statements and hypotheses as MathML, for reports: `npm run mathml` writes reports/mathml.ts from their TeX with Temml, which users need not install. A test compares the file with what this
// makes.
import { writeFileSync } from "node:fs"
import temml from "temml"
import { theorems } from "../src/theorem/registry.ts"

const MACROS = { "\\dd": "\\mathrm{d}" }

/** The file's text. */
export const mathmlFile = () => {
  const texts = [
    ...new Set(theorems.flatMap(({ hypotheses, statement }) => [statement, ...hypotheses.map(({ says }) => says)]))
  ]
  const lines = texts.map((tex) => {
    const markup = temml.renderToString(tex, { macros: { ...MACROS }, throwOnError: true, wrap: "=" })
    return `  ${JSON.stringify(tex)}:\n    ${JSON.stringify(markup.replaceAll("\n", ""))}`
  })
  return `/** Statements and hypotheses of the theorems, TeX to MathML. Written by \`npm run mathml\`. */\nexport const MATHML: Readonly<Record<string, string>> = {\n${lines.join(",\n")}\n}\n`
}

if (import.meta.main) writeFileSync(new URL("../reports/mathml.ts", import.meta.url), mathmlFile())
