// The theorems' statements and hypotheses as MathML, for reports: `npm run mathml` writes reports/mathml.ts from their TeX with Temml, which users need not install. A test compares the file with what this
// makes.
import { writeFileSync } from "node:fs"
import temml from "temml"
import { theorems } from "../src/theorem/registry.ts"

const MACROS = { "\\dd": "\\mathrm{d}" }

/** Markup of each TeX text. */
export const mathmlOf = () => {
  const texts = [
    ...new Set(theorems.flatMap(({ hypotheses, statement }) => [statement, ...hypotheses.map(({ says }) => says)]))
  ]
  return Object.fromEntries(
    texts.map((tex) => {
      const markup = temml.renderToString(tex, { macros: { ...MACROS }, throwOnError: true, wrap: "=" })
      return [tex, markup.replaceAll("\n", "")]
    })
  )
}

const fileText = () => {
  const lines = Object.entries(mathmlOf()).map(
    ([tex, markup]) => `  ${JSON.stringify(tex)}:\n    ${JSON.stringify(markup)}`
  )
  return `/** Statements and hypotheses of the theorems, TeX to MathML. Written by \`npm run mathml\`. */\nexport const MATHML: Readonly<Record<string, string>> = {\n${lines.join(",\n")}\n}\n`
}

if (import.meta.main) writeFileSync(new URL("../reports/mathml.ts", import.meta.url), fileText())
