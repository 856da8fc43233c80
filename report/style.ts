/** Style sheet of the report; drawings keep a light background in dark mode. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ground: #f5f7fa; --card: #fff; --ink: #1f2933; --muted: #52606d; --line: #d9dfe5; --accent: #0b5394; --warn: #fff4e0; --warn-ink: #7a4300; }
@media (prefers-color-scheme: dark) { :root { --ground: #14181d; --card: #1d232a; --ink: #e6eaee; --muted: #a3afba; --line: #343d47; --accent: #8fbcdd; --warn: #3a2c12; --warn-ink: #ffd79a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
main { max-width: 1060px; margin: 0 auto; padding: 24px 16px 64px; }
header { margin-bottom: 24px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 0 0 12px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 20px; margin-bottom: 20px; }
p { margin: 0 0 12px; max-width: 75ch; }
.muted { color: var(--muted); }
.badge { display: inline-block; border-radius: 4px; padding: 1px 8px; font-size: 13px; font-weight: 600; background: var(--warn); color: var(--warn-ink); }
.numbers { display: flex; flex-wrap: wrap; gap: 12px 32px; margin: 0 0 16px; }
.numbers div { min-width: 110px; }
.numbers dt { color: var(--muted); font-size: 13px; }
.numbers dd { margin: 0; font-size: 26px; font-weight: 600; font-variant-numeric: tabular-nums; line-height: 1.2; }
.numbers dd small { display: block; font-size: 12px; font-weight: 400; color: var(--muted); }
.scroll { overflow-x: auto; margin-bottom: 16px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); padding: 0 0 6px; font-size: 13px; }
th, td { text-align: left; padding: 5px 14px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td { overflow-wrap: break-word; }
thead th { color: var(--muted); font-weight: 500; font-size: 13px; white-space: nowrap; }
tbody th { font-weight: 500; }
ul.warnings { margin: 0; padding: 12px 16px 12px 34px; background: var(--warn); color: var(--warn-ink); border-radius: 6px; overflow-wrap: anywhere; }
figure { margin: 0 0 16px; }
figcaption { color: var(--muted); font-size: 13px; margin-top: 6px; max-width: 80ch; }
.drawing { background: #fff; border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; }
.drawing svg { display: block; max-width: 100%; height: auto; }
.pair { display: flex; flex-wrap: wrap; gap: 16px; }
.pair figure { flex: 1 1 400px; }
code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 13px; overflow-wrap: anywhere; }
@media print { body { background: #fff; } section { break-inside: avoid; border: 0; padding: 0; } }
`;
