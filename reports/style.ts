/** The page's typography: a book page by day, a dim one by night, one column on a phone. Nothing is fetched. */
/** Colours by day. */
export const LIGHT = `  color-scheme: light;
  --paper: #fdfcf9; --ink: #1f2328; --muted: #5d6168; --rule: #e7e4dc; --panel: #f5f2ea; --forbidden: #f3dfd6;
  --s0: #0b6e99; --s1: #b4490f; --s2: #6a51a3; --s3: #3f6f0c; --s4: #a3195b; --s5: #7a5200; --s6: #00706a; --s7: #515b66;
  --good: #17703a; --bad: #b3202a; --open: #835a00;`

const dark = (selector: string, close: string): string => `${selector} {
  color-scheme: dark;
  --paper: #16181c; --ink: #e4e2dc; --muted: #a3a7af; --rule: #2c3036; --panel: #1e2126; --forbidden: #3a2822;
  --s0: #5cb8e0; --s1: #f0935a; --s2: #b8a6ea; --s3: #a3c95a; --s4: #f286b4; --s5: #dcb35c; --s6: #4fc7bd; --s7: #b4bcc6;
  --good: #5bc46f; --bad: #ff8a82; --open: #d9a93a;
} ${close}`

export const STYLE = `
:root {
${LIGHT}
  --serif: Charter, "Bitstream Charter", "Iowan Old Style", "Source Serif 4", Georgia, Cambria, serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
${dark("@media (prefers-color-scheme: dark) { :root:not([data-theme=light])", "}")}
${dark(":root[data-theme=dark]", "")}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 var(--serif); }
main { max-width: 62rem; margin: 0 auto; padding: 3.5rem 1.25rem 5rem; }
header, section > p, section > h2 { max-width: 42rem; }
h1 { font-size: clamp(1.9rem, 5vw, 2.7rem); line-height: 1.15; margin: 0 0 1.2rem; letter-spacing: -0.015em; font-weight: 700; text-wrap: balance; }
h2 { font-size: 1.4rem; line-height: 1.25; margin: 3.6rem 0 0.6rem; letter-spacing: -0.005em; }
p { margin: 0 0 1rem; text-wrap: pretty; }
.eyebrow { font: 600 0.78rem/1.3 var(--sans); letter-spacing: 0.09em; text-transform: uppercase; color: var(--muted); margin: 0 0 0.9rem; }
.eyebrow button { float: right; font: inherit; letter-spacing: 0; text-transform: none; color: inherit; background: none; border: 1px solid var(--rule); border-radius: 1rem; padding: 0.2rem 0.8rem; cursor: pointer; }
.findings { list-style: none; margin: 1rem 0 0; padding: 0; font: 0.95rem/1.45 var(--sans); }
.findings > li { padding: 0.55rem 0; border-bottom: 1px solid var(--rule); display: grid; grid-template-columns: 8.5rem 1fr; gap: 0.2rem 1rem; }
.findings .detail { color: var(--muted); font-size: 0.86rem; overflow-wrap: anywhere; }
.findings p { margin: 0; font: inherit; }
details { margin: 1rem 0 0; font: 0.95rem/1.5 var(--sans); }
summary { cursor: pointer; font-weight: 600; padding: 0.3rem 0; }
details.data { font-size: 0.8rem; margin-top: 0.3rem; } details.data summary { font-weight: 400; color: var(--muted); }
pre { overflow: auto; max-height: 16rem; background: var(--panel); padding: 0.7rem; border-radius: 0.4rem; font: 0.78rem/1.5 ui-monospace, Menlo, Consolas, monospace; margin: 0.4rem 0; }
:focus-visible { outline: 2px solid var(--s0); outline-offset: 2px; }
.statement { overflow-x: auto; padding: 0.7rem 0 0.5rem; font-size: 1.1rem; }
.statement math { line-height: 2; }
.hypotheses { list-style: none; padding: 0; margin: 0.4rem 0 0; font: 0.92rem/1.9 var(--sans); }
.hypotheses li { display: grid; grid-template-columns: 6.2rem minmax(0, 1fr); gap: 0 0.8rem; }
.hypotheses li > span:last-child { overflow-x: auto; overflow-y: hidden; }
.hypotheses small { color: var(--muted); display: block; line-height: 1.4; }
h1, h2, h3 { overflow-wrap: anywhere; }
.findings .verdict { white-space: normal; }
.findings a { overflow-wrap: anywhere; }
td:first-child:has(small) { white-space: normal; min-width: 9rem; } .number small { display: block; }
.theorem { border-top: 1px solid var(--rule); margin-top: 2.4rem; padding-top: 0.4rem; }
.theorem h3, section h3 { font-size: 1.15rem; margin: 1.4rem 0 0.2rem; }
h3 small { font: 0.82rem var(--sans); color: var(--muted); font-weight: 400; }
.from { font: 0.82rem/1.5 var(--sans); color: var(--muted); overflow-wrap: anywhere; margin: 0.2rem 0 0; }
th button { all: unset; cursor: pointer; } th button:focus-visible { outline: 2px solid var(--s0); }
th[aria-sort=ascending] button::after { content: " ↑"; } th[aria-sort=descending] button::after { content: " ↓"; }
.halo { stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; font-size: 13px; }
.first { color: var(--s0); } .second { color: var(--s1); }
code { font: 0.86em/1.4 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
small code { font-size: 1em; }
a { color: inherit; text-decoration-color: var(--muted); text-underline-offset: 0.15em; }

.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 2.2rem 2.6rem; margin: 1.6rem 0 0; }
figure { margin: 0; min-width: 0; }
figure svg { display: block; width: 100%; max-width: 34rem; height: auto; font-family: var(--sans); font-variant-numeric: tabular-nums; }
figcaption { font: 0.88rem/1.5 var(--sans); color: var(--muted); margin-top: 0.6rem; max-width: 34rem; }
figcaption b { color: var(--ink); font-weight: 600; }

.scroll { overflow-x: auto; margin: 1.4rem 0 0; }
.scroll + p { margin-top: 1rem; }
table { border-collapse: collapse; font: 0.9rem/1.4 var(--sans); font-variant-numeric: tabular-nums; min-width: min(100%, 44rem); }
th { text-align: left; font-weight: 500; color: var(--muted); font-size: 0.8rem; }
th, td { padding: 0.38rem 1rem 0.38rem 0; border-bottom: 1px solid var(--rule); vertical-align: baseline; }
td:first-child { white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
tr.note td { white-space: normal; color: var(--muted); font-size: 0.82rem; line-height: 1.45; max-width: 40rem; padding-top: 0; overflow-wrap: anywhere; }
tr:has(+ tr.note) td { border-bottom: 0; }
.verdict { white-space: nowrap; font-weight: 600; }
.supported { color: var(--good); } .refuted { color: var(--bad); } .undecided { color: var(--open); }
table + table, .scroll + .scroll { margin-top: 2rem; }

.openings { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 2rem 2.6rem; margin: 1.6rem 0 0; }
.opening { min-width: 0; }
.opening h3 { font: italic 1.06rem/1.45 var(--serif); margin: 0 0 0.5rem; }
.opening h4 { font: 600 0.78rem/1.3 var(--sans); margin: 0.8rem 0 0.2rem; }
.opening ol { list-style: none; margin: 0; padding: 0; }
.opening li { display: grid; grid-template-columns: 3.2rem 1fr; gap: 0.7rem; align-items: start; padding: 0.22rem 0; line-height: 1.4; }
.reward { font: 0.8rem/1.9 var(--sans); font-variant-numeric: tabular-nums; color: var(--muted); position: relative; }
.reward i { position: absolute; left: 0; bottom: 0.05rem; height: 3px; background: currentColor; border-radius: 2px; min-width: 2px; }
.reward.first i { background: var(--s0); } .reward.second i { background: var(--muted); }

.made { background: var(--panel); border-radius: 0.5rem; padding: 1.1rem 1.3rem; margin-top: 1rem; font: 0.9rem/1.6 var(--sans); overflow-wrap: anywhere; }
.made dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1.2rem; margin: 0; }
.made dt { color: var(--muted); } .made dd { margin: 0; min-width: 0; }
@media (max-width: 34rem) {
  main { padding-top: 2.2rem; }
  .made dl { grid-template-columns: 1fr; gap: 0; } .made dd { margin-bottom: 0.6rem; }
  table { font-size: 0.82rem; }
  th, td { padding-right: 0.55rem; }
  .findings > li, .hypotheses li { grid-template-columns: minmax(0, 1fr); }
  /* A table with verdicts is read as cards, so that none is off the page. */
  table.cards, .cards tbody, .cards tr, .cards td { display: block; width: 100%; min-width: 0; }
  .cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cards tr { padding: 0.5rem 0; border-bottom: 1px solid var(--rule); }
  .cards td { border: 0; padding: 0.1rem 0; text-align: left; white-space: normal; overflow-wrap: anywhere; }
  .cards td[data-head]::before { content: attr(data-head) " "; color: var(--muted); font-weight: 400; }
  .cards tr:has(+ tr.note) { border-bottom: 0; padding-bottom: 0; }
}
@page { margin: 14mm 12mm; }
@media print {
  /* By day whatever the theme: the doubled selector outweighs both dark ones. */
  :root:root { ${LIGHT} }
  body { background: none; font-size: 0.95rem; } main { max-width: none; padding: 0; }
  h1 { font-size: 1.8rem; } h2 { margin-top: 1.8rem; }
  button, details.data { display: none; }
  /* What is folded on a screen is on paper. */
  details::details-content { content-visibility: visible; block-size: auto; }
  summary { list-style: none; break-after: avoid; } summary::-webkit-details-marker { display: none; }
  .scroll, .statement, .hypotheses li > span:last-child, pre { overflow: visible; max-height: none; }
  .statement { font-size: 0.85rem; }
  table { font-size: 0.72rem; min-width: 0; max-width: 100%; }
  th, td { padding-right: 0.6rem; overflow-wrap: break-word; } td:first-child, .number { white-space: normal; }
  .figures, .openings { grid-template-columns: 1fr 1fr; gap: 1.4rem 1.6rem; }
  .reward i, .made { print-color-adjust: exact; }
  p { orphans: 3; widows: 3; }
  h1, h2, h3, figure, tr, .statement, .hypotheses li, .findings > li, .opening, .made { break-inside: avoid; }
  h2, h3, thead, tr:has(+ tr.note), section > .from { break-after: avoid; }
  a[href^="http"]::after { content: " (" attr(href) ")"; font-size: 0.8em; overflow-wrap: anywhere; }
}
`
