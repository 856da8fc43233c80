import { DARK_COLOURS } from './charts/chart-style.js';

/** Rules that give the drawings the colours of dark mode. */
const DARK_DRAWINGS = Object.entries(DARK_COLOURS)
  .flatMap(([light, dark]) =>
    ['fill', 'stroke'].map((paint) => `.drawing [${paint}="${light}"] { ${paint}: ${dark}; }`),
  )
  .join('\n');

/** Style sheet of the report. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ground: #f5f7fa; --card: #fff; --ink: #1f2933; --muted: #52606d; --line: #d9dfe5; --shade: rgb(31 41 51 / 30%); --accent: #0b5394; --warn: #fff4e0; --warn-ink: #7a4300; }
* { box-sizing: border-box; }
html { scroll-padding-top: 16px; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
a { color: var(--accent); }
.page { max-width: 1480px; margin: 0 auto; padding: 24px 16px 64px; display: grid; grid-template-columns: minmax(0, 1fr); gap: 20px; }
main { min-width: 0; }
header { margin-bottom: 20px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 20px; margin: 0 0 12px; }
h3 { font-size: 15px; margin: 0 0 8px; overflow-wrap: anywhere; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 20px; margin-bottom: 20px; }
p { margin: 0 0 12px; max-width: 120ch; overflow-wrap: break-word; }
nav { font-size: 14px; }
nav ol { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 16px; }
.verdict { border-left: 4px solid var(--accent); }
.verdict p { font-size: 17px; }
.verdict p:last-child { margin: 0; }
.muted { color: var(--muted); }
.badge { display: inline-block; border-radius: 4px; padding: 1px 8px; font-size: 13px; font-weight: 600; background: var(--warn); color: var(--warn-ink); }
.numbers { display: flex; flex-wrap: wrap; gap: 12px 32px; margin: 0 0 16px; }
.numbers div { min-width: 110px; }
.numbers dt { color: var(--muted); font-size: 13px; }
.numbers dd { margin: 0; font-size: 26px; font-weight: 600; font-variant-numeric: tabular-nums; line-height: 1.2; }
.numbers dd small { display: block; font-size: 12px; font-weight: 400; color: var(--muted); }
.scroll { overflow-x: auto; margin-bottom: 16px; background: linear-gradient(to right, var(--card) 50%, transparent) left / 48px 100% local, linear-gradient(to left, var(--card) 50%, transparent) right / 48px 100% local, linear-gradient(to right, var(--shade), transparent) left / 20px 100%, linear-gradient(to left, var(--shade), transparent) right / 20px 100%; background-repeat: no-repeat; }
.cue { display: none; margin: 0 0 4px; font-size: 13px; color: var(--muted); }
.moves > .cue { display: block; position: sticky; left: 0; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); padding: 0 0 6px; font-size: 13px; }
th, td { text-align: left; padding: 5px 14px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th, td { overflow-wrap: break-word; }
caption span { display: block; position: sticky; left: 0; width: fit-content; max-width: min(120ch, calc(100vw - 44px)); }
@media (max-width: 720px) { .scroll:not(.many) td, caption { overflow-wrap: anywhere; } .many td { white-space: nowrap; } .many td:last-child { white-space: normal; min-width: 14ch; } .many tbody th { position: sticky; left: 0; min-width: 30vw; max-width: 30vw; overflow-wrap: anywhere; background: var(--card); } }
thead th { color: var(--muted); font-weight: 500; font-size: 13px; white-space: nowrap; }
tbody th { font-weight: 500; }
ul.warnings { margin: 0; padding: 12px 16px 12px 34px; background: var(--warn); color: var(--warn-ink); border-radius: 6px; overflow-wrap: anywhere; }
ol.features { padding-left: 24px; margin: 0 0 16px; max-width: 120ch; }
ol.features li { margin-bottom: 6px; overflow-wrap: anywhere; }
figure { margin: 0 0 24px; min-width: 0; }
figcaption { color: var(--muted); font-size: 13px; margin: 6px 0; max-width: 120ch; }
details { font-size: 14px; margin-bottom: 12px; }
summary { cursor: pointer; color: var(--accent); padding: 4px 0; width: fit-content; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); gap: 8px 24px; }
@media (min-width: 1160px) { .grid { grid-template-columns: repeat(6, minmax(0, 1fr)); } .grid > figure { grid-column: span 2; } .grid > figure:nth-child(3n + 1):nth-last-child(2), .grid > figure:nth-child(3n + 1):nth-last-child(2) + figure, .grid > figure:nth-child(3n + 1):nth-last-child(4), .grid > figure:nth-child(3n + 1):nth-last-child(4) ~ figure { grid-column: span 3; } .grid > figure:only-child { grid-column: span 6; display: grid; grid-template-columns: 480px minmax(0, 1fr); grid-template-rows: auto auto 1fr; column-gap: 24px; } .grid > figure:only-child > h3 { grid-column: span 2; } .grid > figure:only-child > .drawing { grid-row: span 2; } }
.drawing { background: var(--card); border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.drawing svg { display: block; width: 100%; height: auto; max-height: 90vh; }
.drawing.small svg { max-width: 560px; margin: 0 auto; }
.drawing.for-narrow { display: none; }
.drawing [aria-hidden] { pointer-events: none; }
.drawing [role="graphics-symbol"] { pointer-events: all; }
.drawing .shown { stroke: var(--ink); stroke-width: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
#tip { position: fixed; z-index: 1; max-width: min(360px, calc(100vw - 8px)); padding: 6px 10px; border-radius: 6px; background: var(--ink); color: var(--card); font-size: 13px; pointer-events: none; overflow-wrap: anywhere; }
pre { overflow-x: auto; max-height: 400px; padding: 12px; border: 1px solid var(--line); border-radius: 6px; margin: 0 0 12px; }
code, pre { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 13px; }
code { overflow-wrap: anywhere; }
@media (min-width: 1160px) { .page { grid-template-columns: 180px minmax(0, 1fr); } nav { position: sticky; top: 24px; align-self: start; } nav ol { flex-direction: column; } }
@media (max-width: 720px) { .page { padding: 12px 8px 40px; } section { padding: 12px; } .drawing.for-wide { display: none; } .drawing.for-narrow { display: block; } .verdict p { font-size: 16px; } }
@media screen and (prefers-color-scheme: dark) {
:root { --ground: #14181d; --card: #1d232a; --ink: #e6eaee; --muted: #a3afba; --line: #343d47; --shade: rgb(230 234 238 / 35%); --accent: #8fbcdd; --warn: #3a2c12; --warn-ink: #ffd79a; }
${DARK_DRAWINGS}
}
@media print { body { background: #fff; } nav, summary { display: none; } section { break-inside: avoid; border: 0; padding: 0; } }
`;
