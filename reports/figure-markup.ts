/** Figures as a page shows them: drawn, said, and as CSV. */
import { drawFigure } from "./draw.ts"
import { type Figure, figureCsv } from "./figure.ts"
import { html, type Markup } from "./html.ts"

const figureMarkup = (figure: Figure): Markup =>
  html`<figure id="${figure.id}">
    ${drawFigure(figure)}
    <figcaption><b>${figure.title}.</b> ${figure.caption}</figcaption>
    <details class="data">
      <summary>Data of “${figure.title}” as CSV</summary>
      <pre tabindex="0" data-name="${figure.id}.csv">${figureCsv(figure)}</pre>
    </details>
  </figure>`

export const figuresMarkup = (figures: ReadonlyArray<Figure>): Markup | string =>
  figures.length === 0 ? "" : html`<div class="figures">${figures.map(figureMarkup)}</div>`
