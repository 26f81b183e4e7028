// README's picture: the two figures of rewards and draws against coverage, cut out of the page that `npm start` wrote (reports/out/index.html), side by side in one SVG that carries
// its colours for both themes. `npm start && node .ci/picture.mjs` makes it again.
import { readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const page = readFileSync(join(root, "reports", "out", "index.html"), "utf8")
const wanted = ["T_data against C_cov", "T_comp against C_cov"]
const figures = wanted.map((name) => {
  const at = page.indexOf(`aria-label="${name}`)
  if (at < 0) throw new Error(`reports/out/index.html: no figure of ${name}; npm start writes one`)
  return page.slice(page.lastIndexOf("<svg", at), page.indexOf("</svg>", at) + "</svg>".length)
})
const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(figures[0]).map(Number)
// Room for the names of lines, which stand out over the frame.
const GAP = 80
const placed = figures.map((figure, i) =>
  figure.replace("<svg", `<svg x="${i * (width + GAP)}" width="${width}" height="${height}"`)
)
const colours = (theme) =>
  [...theme.matchAll(/--(?:paper|ink|muted|rule|first|second|third|fourth): #[0-9a-f]+;/g)].join(" ")
const [light, dark] = [...page.matchAll(/:root \{([^}]*)\}/g)].map(([, theme]) => colours(theme))
const style = `:root { ${light} } @media (prefers-color-scheme: dark) { :root { ${dark} } }
svg { font-family: system-ui, sans-serif; color: var(--ink); fill: var(--ink); }`
writeFileSync(
  join(root, "reports", "reference", "coverage.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * (width + GAP)} ${height}" width="${2 * (width + GAP)}" height="${height}">
<style>${style}</style>
<rect width="100%" height="100%" fill="var(--paper)"/>
${placed.join("\n")}
</svg>
`
)
