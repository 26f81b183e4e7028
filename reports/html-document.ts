/** What every page of this package stands in: its head, its style, its script. */
import { html, Markup } from "./html.ts"
import { STYLE } from "./style.ts"

/** The whole document as text. */
export const htmlDocument = (page: {
  readonly title: string
  readonly generator?: string
  readonly eyebrow: string
  readonly heading: Markup
  readonly main: Markup
  readonly script: string
}): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${page.generator === undefined ? "" : html`<meta name="generator" content="${page.generator}" />`}
        <title>${page.title}</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <header>
            <p class="eyebrow">${page.eyebrow}</p>
            ${page.heading}
          </header>
          ${page.main}
        </main>
        <script>
          ${new Markup(page.script)}
        </script>
      </body>
    </html> `.text
