/**
 * Common style of the console and the simulator of `npm start`: colours, type, the top bar, focus, fields, buttons, tags, notes. The
 * system's setting chooses light or dark. Colours have the contrast of WCAG 2.2 AA in both. Sizes are in rem, so that they follow the
 * browser's setting: 1rem is 16 px, text is 13 px on a line of 20.
 */
export const BASE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --paper: #fff; --sunken: #f1f3f6; --line: #e5e8ec; --line2: #d2d8de;
  --ink: #14191f; --soft: #4a5560; --faint: #636e7a; --edge: #838d99;
  --primary: #17202a; --on-primary: #fff; --accent: #0f5c86; --accent-wash: #e6f1f7;
  --red: #b02a1f; --red-wash: #fdeeec; --red-bar: #d8493f; --green: #17663f; --green-wash: #e6f4ec; --green-bar: #46976f;
  --violet: #5a43b5; --violet-wash: #f0ecfb; --violet-bar: #7d67d3; --amber: #855000; --amber-wash: #fcf2df; --amber-bar: #bd7d12;
  --shadow: 0 1px 2px rgb(20 25 31 / 6%); --float: 0 8px 28px rgb(20 25 31 / 18%);
  --tag: 5px; --radius: 6px; --card: 8px; --pop: 10px;
  --mono: ui-monospace, SFMono-Regular, "JetBrains Mono", Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1115; --paper: #151a20; --sunken: #1c2229; --line: #262d35; --line2: #38424c;
    --ink: #e9edf1; --soft: #acb6c0; --faint: #8b96a2; --edge: #707b88;
    --primary: #e9edf1; --on-primary: #11161b; --accent: #7dc1e7; --accent-wash: #15303f;
    --red: #ff9f96; --red-wash: #37201f; --red-bar: #e2645b; --green: #80d3a7; --green-wash: #16301f; --green-bar: #4aa57b;
    --violet: #bcadf8; --violet-wash: #29244a; --violet-bar: #8d79e4; --amber: #ecc078; --amber-wash: #32280f; --amber-bar: #cf9836;
    --shadow: none; --float: 0 8px 28px rgb(0 0 0 / 60%);
  }
}
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; scroll-padding: 4rem 0 1rem; }
body {
  margin: 0; background: var(--ground); color: var(--ink); font-variant-numeric: tabular-nums;
  font: .8125rem/1.25rem Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", sans-serif;
}
h1 { font-size: 1.125rem; line-height: 1.75rem; margin: 0 0 .75rem; font-weight: 600; letter-spacing: -.01em; }
h2 { font-size: .875rem; line-height: 1.25rem; margin: 1.5rem 0 .5rem; font-weight: 600; }
h3 { font-size: .8125rem; margin: 1rem 0 .25rem; font-weight: 600; }
h1, h2, h3, .crumbs { overflow-wrap: anywhere; }
p { margin: 0 0 .75rem; max-width: 75ch; }
b, strong { font-weight: 600; }
small { color: var(--soft); font-size: .75rem; line-height: 1rem; }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
/** If the button within a date field has the focus, the field shows the outline. */
:focus-visible, input[type=date]:focus-within { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
code { font: .925em var(--mono); }
pre { overflow-x: auto; white-space: pre-wrap; }
kbd { font: .6875rem/1rem var(--mono); border: 1px solid var(--line2); border-radius: 4px; padding: 0 .25rem; color: var(--soft); }
svg.icon { flex: none; width: 1rem; height: 1rem; fill: none; stroke: currentcolor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; vertical-align: -.2rem; }

label { display: block; font-weight: 550; margin-bottom: .25rem; }
input, select, textarea, button, .button { font: inherit; color: inherit; border-radius: var(--radius); }
input:not([type=checkbox], [type=radio], [type=file]), select, textarea {
  width: 100%; min-height: 2rem; background: var(--paper); border: 1px solid var(--edge); padding: .25rem .5rem; text-overflow: ellipsis;
}
::placeholder { color: var(--faint); opacity: 1; }
input[type=checkbox], input[type=radio] { width: 1rem; height: 1rem; margin: 0; accent-color: var(--accent); vertical-align: -.15rem; }
button, .button {
  display: inline-flex; align-items: center; justify-content: center; gap: .375rem; min-height: 1.75rem; padding: .125rem .75rem; cursor: pointer;
  text-decoration: none; white-space: nowrap; background: var(--primary); color: var(--on-primary); border: 1px solid transparent; font-weight: 550;
}
button:hover, .button:hover { filter: brightness(1.15); }
.quiet:is(button, .button) { background: var(--paper); color: var(--ink); border-color: var(--line2); box-shadow: var(--shadow); }
.danger:is(button, .button) { background: var(--paper); color: var(--red); border-color: var(--red-bar); }
/** This style is only for acts that cannot be undone: to erase, to close the gate. */
.final:is(button, .button) { background: var(--red); color: var(--paper); border-color: transparent; }
.ghost:is(button, .button) { background: none; color: var(--soft); }
:is(.quiet, .danger, .ghost):is(button, .button):hover { filter: none; background: var(--sunken); }
button:disabled { opacity: .5; cursor: default; }
legend { font-weight: 600; padding: 0; }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .5rem 0 .75rem; }
.actions > .actions { margin: 0; }
.hint.zone { margin-block: 1rem 0; }
main:not(:has(time, .chart, [type=datetime-local])) > .zone { display: none; }
.hint { color: var(--soft); font-size: .75rem; line-height: 1rem; }
dt { color: var(--soft); }
summary { cursor: pointer; padding: .25rem 0; }

.card, form.card { background: var(--paper); border: 1px solid var(--line); border-radius: var(--card); box-shadow: var(--shadow); padding: .75rem 1rem; margin: 0 0 1rem; }
.note { border: 1px solid transparent; background: var(--accent-wash); padding: .5rem .75rem; border-radius: var(--radius); margin: 0 0 .75rem; }
.good { --tone: var(--green); --wash: var(--green-wash); }
.bad { --tone: var(--red); --wash: var(--red-wash); }
.warn { --tone: var(--amber); --wash: var(--amber-wash); }
.asked { --tone: var(--violet); --wash: var(--violet-wash); }
.info { --tone: var(--accent); --wash: var(--accent-wash); }
.note:is(.good, .bad, .warn), .strip.bad { background: var(--wash); }
.note > :first-child { margin-top: 0; }
.note > :last-child { margin-bottom: 0; }
.note > :is(.actions, .undo) > p { margin: 0; }
.note > ul:has(> li:only-child) { padding: 0; list-style: none; }
.tag {
  display: inline-flex; align-items: center; gap: .25rem; padding: 0 .375rem; border-radius: var(--tag); font-size: .75rem; line-height: 1.25rem; font-weight: 550;
  background: var(--sunken); color: var(--soft); white-space: nowrap;
}
.tag svg.icon { width: .875rem; height: .875rem; }
:is(.tag, .mark, .count):is(.good, .bad, .warn, .asked, .info) { background: var(--wash); color: var(--tone); }
.hidden, .list .scroll caption, section.card .scroll caption, details > .scroll caption, .scroll:not(.scroll ~ .scroll, :has(~ .scroll)) caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

body > header {
  position: sticky; inset-block-start: 0; z-index: 3; display: flex; align-items: center; gap: .5rem; min-height: 3rem; padding: 0 1.5rem;
  background: var(--paper); border-bottom: 1px solid var(--line);
}
.brand { display: inline-flex; align-items: center; gap: .5rem; font-weight: 600; color: var(--ink); text-decoration: none; min-height: 1.75rem; margin-inline-end: .75rem; }
.brand svg { width: 1.25rem; height: 1.25rem; }
body > header nav ul { display: flex; list-style: none; gap: .125rem; margin: 0; padding: 0; }
body > header nav :is(a, summary) {
  display: inline-flex; align-items: center; gap: .375rem; min-height: 2rem; padding: 0 .5rem; border-radius: var(--radius);
  color: var(--soft); font-weight: 550; text-decoration: none; white-space: nowrap;
}
body > header nav :is(a, summary):hover { background: var(--sunken); }
body > header nav a[aria-current] { background: var(--sunken); color: var(--ink); font-weight: 600; }

@media (max-width: 40rem) {
  body { font-size: .875rem; }
  body > header { min-height: 3.25rem; padding: 0 .75rem; }
  input:not([type=checkbox], [type=radio]), select, button, .button, .brand, summary, body > header nav :is(a, summary) { min-height: 44px; }
  input:not([type=checkbox], [type=radio]), select, textarea { font-size: 1rem; }
  input[type=checkbox], input[type=radio] { width: 24px; height: 24px; }
}
@media (prefers-reduced-motion: no-preference) { button, .button, a { transition: filter .12s, background-color .12s; } }
@media print { body { background: none; } body > header { display: none; } .card { box-shadow: none; break-inside: avoid; } }
`;
