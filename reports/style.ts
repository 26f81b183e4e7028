/** The page's typography: a book page by day, a dim one by night, one column on a phone. Nothing is fetched. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fdfcf9; --ink: #1f2328; --muted: #6b6f76; --rule: #e7e4dc; --panel: #f5f2ea;
  --first: #0b6e99; --second: #c2571a; --third: #6a51a3; --fourth: #4d7c0f;
  --good: #1a7f37; --bad: #c0262d; --open: #9a6700;
  --serif: Charter, "Bitstream Charter", "Iowan Old Style", "Source Serif 4", Georgia, Cambria, serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181c; --ink: #e4e2dc; --muted: #9a9ea6; --rule: #2c3036; --panel: #1e2126;
    --first: #5cb8e0; --second: #f0935a; --third: #b09ee0; --fourth: #a3c95a;
    --good: #5bc46f; --bad: #ff7b72; --open: #d9a93a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 var(--serif); }
main { max-width: 62rem; margin: 0 auto; padding: 3.5rem 1.25rem 5rem; }
header, section > p, section > h2, .narrow, footer { max-width: 42rem; }
h1 { font-size: clamp(1.9rem, 5vw, 2.7rem); line-height: 1.15; margin: 0 0 1.2rem; letter-spacing: -0.015em; font-weight: 700; text-wrap: balance; }
h2 { font-size: 1.4rem; line-height: 1.25; margin: 3.6rem 0 0.6rem; letter-spacing: -0.005em; }
p { margin: 0 0 1rem; text-wrap: pretty; }
.eyebrow { font: 600 0.78rem/1.3 var(--sans); letter-spacing: 0.09em; text-transform: uppercase; color: var(--muted); margin: 0 0 0.9rem; }
.lede { font-size: 1.2rem; line-height: 1.5; }
.lede b { font-variant-numeric: lining-nums; white-space: nowrap; }
.first { color: var(--first); } .second { color: var(--second); }
code { font: 0.86em/1.4 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
small code { font-size: 1em; }
a { color: inherit; text-decoration-color: var(--muted); text-underline-offset: 0.15em; }

.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 2.2rem 2.6rem; margin: 1.6rem 0 0; }
figure { margin: 0; min-width: 0; }
figure svg { display: block; width: 100%; max-width: 34rem; height: auto; font-family: var(--sans); font-variant-numeric: tabular-nums; }
figcaption { font: 0.88rem/1.5 var(--sans); color: var(--muted); margin-top: 0.6rem; max-width: 34rem; }
figcaption b { color: var(--ink); font-weight: 600; }

.scroll { overflow-x: auto; margin: 1.4rem 0 0; }
table { border-collapse: collapse; font: 0.9rem/1.4 var(--sans); font-variant-numeric: tabular-nums; min-width: min(100%, 44rem); }
.caption { font: 600 0.9rem/1.4 var(--sans); margin: 2.2rem 0 0; max-width: 44rem; }
.caption + .scroll { margin-top: 0.4rem; }
.caption small { display: block; font-weight: 400; color: var(--muted); font-size: 0.84rem; overflow-wrap: anywhere; }
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
.reward.first i { background: var(--first); } .reward.second i { background: var(--muted); }

.made { background: var(--panel); border-radius: 0.5rem; padding: 1.1rem 1.3rem; margin-top: 1rem; font: 0.9rem/1.6 var(--sans); overflow-wrap: anywhere; }
.made dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1.2rem; margin: 0; }
.made dt { color: var(--muted); } .made dd { margin: 0; min-width: 0; }
@media (max-width: 34rem) {
  main { padding-top: 2.2rem; }
  .made dl { grid-template-columns: 1fr; gap: 0; } .made dd { margin-bottom: 0.6rem; }
  table { font-size: 0.8rem; }
  th, td { padding-right: 0.55rem; }
  .clauses th:last-child, .clauses td:last-child:nth-child(5) { display: none; }
}
@media print { body { background: none; } main { max-width: none; padding: 0; } }
`
