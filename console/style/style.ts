/**
 * What the console and the simulator of `npm start` look alike by: colours, type, focus, fields and buttons, notes. Light and
 * dark by the system's setting. Colours reach the contrast of WCAG 2.2 AA in both.
 */
export const BASE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f7f8f9; --paper: #ffffff; --ink: #1b2329; --soft: #51606b; --line: #d5dce1; --edge: #74828d;
  --accent: #1d4f6e; --on-accent: #ffffff; --wash: #e6eef3;
  --good: #1f6b43; --good-wash: #e3f1e9; --bad: #a02c2c; --bad-wash: #fae8e7; --warn: #7a4b00; --warn-wash: #fbf0dc;
  --bar-continue: #2f7f57; --bar-block: #c25450; --bar-invalid: #d09a3a; --bar-waiting: #4a78b5;
  --radius: 6px; --gap: 1rem;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12181c; --paper: #1a2227; --ink: #e7ecef; --soft: #a9b6bf; --line: #313c44; --edge: #82909b;
    --accent: #8cc4e6; --on-accent: #0c1a23; --wash: #21303a;
    --good: #82cfa4; --good-wash: #173026; --bad: #f2a19c; --bad-wash: #3b2020; --warn: #e8bf77; --warn-wash: #362a14;
    --bar-continue: #5cb88a; --bar-block: #e07a74; --bar-invalid: #d9aa55; --bar-waiting: #86aee0;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", sans-serif;
}
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 var(--gap); font-weight: 650; letter-spacing: -.01em; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 2rem 0 .6rem; font-weight: 650; }
h3 { font-size: 1rem; margin: 1.25rem 0 .4rem; }
h1, h2, h3 { overflow-wrap: break-word; }
p { margin: 0 0 .8rem; max-width: 70ch; }
small { color: var(--soft); font-size: .875rem; }
a { color: var(--accent); text-underline-offset: .15em; }
a:hover { text-decoration-thickness: 2px; }
/* The button within a date's field has the focus to itself. */
:focus-visible, input[type=date]:focus-within { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
code { font: .925em ui-monospace, SFMono-Regular, Consolas, monospace; }

label { display: block; font-weight: 600; margin-bottom: .25rem; }
input, select, textarea, button, .button { font: inherit; color: inherit; min-height: 2.5rem; border-radius: var(--radius); }
input:not([type=checkbox], [type=radio], [type=file]), select, textarea {
  width: 100%; background: var(--paper); border: 1px solid var(--edge); padding: .4rem .65rem;
}
input[type=checkbox], input[type=radio] { min-height: 0; width: 1.25rem; height: 1.25rem; accent-color: var(--accent); vertical-align: -.2rem; }
button, .button {
  display: inline-flex; align-items: center; justify-content: center; padding: .4rem 1.1rem; cursor: pointer; text-decoration: none;
  background: var(--accent); color: var(--on-accent); border: 1px solid transparent; font-weight: 600;
}
button:hover, .button:hover { filter: brightness(1.12); }
legend { font-weight: 600; padding: 0 .35rem; }
.actions { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; margin: .5rem 0 1rem; }
.hint { color: var(--soft); font-size: .925rem; }
dt { color: var(--soft); }
summary { cursor: pointer; padding: .25rem 0; }

.note { border-inline-start: 4px solid var(--accent); background: var(--wash); padding: .7rem 1rem; border-radius: var(--radius); margin: 0 0 var(--gap); }
.note.good { border-color: var(--good); background: var(--good-wash); }
.note.bad { border-color: var(--bad); background: var(--bad-wash); }
.note.warn { border-color: var(--warn); background: var(--warn-wash); }
.note > :last-child { margin-bottom: 0; }
@media (prefers-reduced-motion: no-preference) { button, .button, a { transition: filter .12s, background-color .12s; } }
`;

/** The look of the console beyond the base: elements first, a handful of classes, from a phone to a wide screen. */
export const STYLE = `${BASE_STYLE}
main:focus { outline: none; }
/* Korean breaks between words, as its readers expect. */
:lang(ko) { word-break: keep-all; overflow-wrap: break-word; }
code, .value { overflow-wrap: anywhere; }
td code, th code { overflow-wrap: break-word; }
.value { white-space: pre-wrap; }
td .value, th .value { display: inline-block; overflow-wrap: break-word; max-width: 24rem; }
/* Six columns of any content: none is off the screen. */
.trail td, .trail td .value { overflow-wrap: anywhere; min-width: 5rem; }
.trail summary .value { display: inline; }

.skip { position: absolute; left: -999rem; }
.skip:focus { left: .5rem; top: .5rem; z-index: 1; background: var(--paper); padding: .5rem 1rem; }
body > header {
  display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; padding: .5rem clamp(1rem, 2vw, 2.5rem);
  font-size: .9375rem; background: var(--paper); border-bottom: 1px solid var(--line);
}
.brand { font-weight: 700; letter-spacing: -.01em; color: var(--ink); text-decoration: none; padding: .5rem 0; }
body > header ul { display: flex; flex-wrap: wrap; list-style: none; gap: .15rem; margin: 0; padding: 0; }
body > header li a { display: inline-block; padding: .5rem .45rem; border-radius: var(--radius); color: var(--ink); text-decoration: none; }
body > header li a:hover { background: var(--wash); }
body > header li a[aria-current] { background: var(--wash); color: var(--accent); font-weight: 600; }
search { flex: 1 1 clamp(18rem, 40vw, 32rem); max-width: 32rem; }
.find { margin: 0; }
.find input { width: 100%; max-width: none; }
.who { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .8rem; margin-inline-start: auto; }
.who form { margin: 0; }
.who bdi { display: inline-block; max-width: 9rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; vertical-align: bottom; }
.languages a { display: inline-block; padding: .5rem 0; }
main { padding: clamp(1rem, 3vw, 2rem) clamp(1rem, 4vw, 2.5rem) 4rem; max-width: 90rem; margin: 0 auto; }

label small { font-weight: 400; }
input[type=file] { max-width: 100%; }
small[id] { display: block; }
.line > small { grid-column: 1 / -1; }
small.problem { color: var(--bad); font-weight: 600; }
textarea { min-height: 6rem; resize: vertical; }
.kept textarea { min-height: 2.5rem; }
[aria-invalid=true] { border-color: var(--bad) !important; border-width: 2px !important; }
button.quiet, .button.quiet { background: transparent; color: var(--accent); border-color: var(--edge); font-weight: 500; }
button.danger { background: transparent; color: var(--bad); border-color: var(--bad); }
fieldset { border: 1px solid var(--line); border-radius: var(--radius); margin: 0 0 1rem; padding: .5rem 1rem 1rem; }
.fields { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); align-items: start; margin-bottom: 1rem; }
.narrow { max-width: 42rem; }

.card, form.card { background: var(--paper); border: 1px solid var(--line); border-radius: var(--radius); padding: 1rem 1.25rem; margin: 0 0 1rem; }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); }
.card > h2, .card > h3:first-child { margin-top: 0; }
details.card:not([open]) { padding-block: .25rem; }
details.card form + form { margin-top: 1.5rem; }
label:has(> [type=radio]) { font-weight: 400; }
.figure { font-size: 1.8rem; font-weight: 650; font-variant-numeric: tabular-nums; line-height: 1.2; }
.tag { display: inline-block; padding: .05rem .5rem; border-radius: 99px; font-size: .875rem; font-weight: 600; background: var(--wash); color: var(--accent); white-space: nowrap; }
.tag.good { background: var(--good-wash); color: var(--good); }
.tag.bad { background: var(--bad-wash); color: var(--bad); }
.tag.warn { background: var(--warn-wash); color: var(--warn); }

.scroll { overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: var(--radius); margin: 0 0 1rem; }
section.card .scroll { border: 0; }
section.card th, section.card td { padding-inline: .5rem; }
section.card .scroll caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: start; color: var(--soft); padding: .6rem .9rem 0; font-size: .925rem; }
th, td { text-align: start; padding: .55rem .9rem; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { font-size: .875rem; color: var(--soft); font-weight: 600; white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 0; }
tbody tr:hover { background: var(--wash); }
tbody th { font-weight: 500; }
td.number, th.number { text-align: end; font-variant-numeric: tabular-nums; }
.nowrap, tbody th > a:not(:has(*)) { white-space: nowrap; }
time { white-space: nowrap; font-variant-numeric: tabular-nums; }
td time { white-space: normal; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .35rem 1.25rem; margin: 0 0 1rem; }
dd { margin: 0; min-width: 0; }
ol.steps { padding: 0; margin: 0; list-style: none; counter-reset: step; }
ol.steps > li { counter-increment: step; background: var(--paper); border: 1px solid var(--line); border-radius: var(--radius); padding: .8rem 1rem .8rem 3.2rem; margin-bottom: .5rem; position: relative; }
ol.steps > li::before { content: counter(step); position: absolute; left: 1rem; color: var(--soft); font-variant-numeric: tabular-nums; }
ol.steps p:last-child { margin-bottom: 0; }
svg.chart { display: block; width: 100%; height: auto; max-height: 22rem; overflow: visible; }
svg.chart text { fill: var(--soft); font-size: 11px; }
svg.chart .grid { stroke: var(--line); }
.continue { fill: var(--bar-continue); background: var(--bar-continue); }
.block { fill: var(--bar-block); background: var(--bar-block); }
.invalid { fill: var(--bar-invalid); background: var(--bar-invalid); }
.waiting { fill: var(--bar-waiting); background: var(--bar-waiting); }
.key { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; margin: .5rem 0; }
.key i { display: inline-block; width: .8rem; height: .8rem; border-radius: 2px; margin-inline-end: .4rem; }
.line { display: grid; gap: .5rem; grid-template-columns: minmax(8rem, 1fr) 8rem minmax(10rem, 2fr); margin-bottom: .5rem; }
.tabs { display: flex; flex-wrap: wrap; gap: .25rem; list-style: none; padding: 0; margin: 0 0 1rem; }
.tabs a { display: inline-flex; align-items: center; min-height: 2.25rem; padding: .25rem .75rem; border: 1px solid var(--line); border-radius: 99px; text-decoration: none; background: var(--paper); }
.tabs a[aria-current] { background: var(--wash); border-color: var(--accent); font-weight: 600; }
label:has(> [data-check-all][hidden]), form:not(:has([name=request])) .when-rows { display: none; }
.bar { position: sticky; bottom: 0; z-index: 1; background: var(--paper); padding-bottom: .25rem; }
.bar { min-width: 0; }
.bar .fields { margin: 0; }
.bar .actions { margin: .25rem 0; }
.bar .actions label { margin: 0; }
.bar.folded .fields { display: none; }
form.bar { padding-block: .6rem .25rem; }
/* Open, it takes a fifth of a screen at most. The hint is still read out. */
.bar textarea { height: 2.5rem; min-height: 2.5rem; }
.bar #note-hint { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
html:has(.bar) { scroll-padding-bottom: 10rem; }
html:has([data-live]) { overflow-anchor: none; }
tr:focus-within { background: var(--wash); }
tr.gone { background: var(--warn-wash); }
dialog { background: var(--paper); color: var(--ink); border: 1px solid var(--edge); border-radius: var(--radius); max-width: min(36rem, 100vw - 2rem); }
dialog h2 { margin-top: 0; }
kbd { font: .925em ui-monospace, SFMono-Regular, Consolas, monospace; border: 1px solid var(--edge); border-radius: 3px; padding: 0 .3rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.empty { border: 1px dashed var(--edge); border-radius: var(--radius); padding: 1rem 1.25rem; margin: 0 0 1rem; }
.empty > :last-child { margin-bottom: 0; }

@media (max-width: 40rem) {
  input, select, button, .button, body > header li a, .languages a, .tabs a, .brand, summary { min-height: 44px; }
  body > header li a, .languages a, .brand { display: inline-flex; align-items: center; }
  body > header { gap: 0 .75rem; padding-block: .25rem; }
  .brand { padding: 0; }
  h1 { margin-bottom: .6rem; }
  summary { padding-block: .6rem; }
  /* One line each, which scrolls, so that the page's content starts on the first screen. */
  .adapted .tabs, .adapted body > header > nav ul { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; white-space: nowrap; margin-inline: -5px; padding: 5px; }
  .adapted .tabs { margin-bottom: .6rem; }
  .adapted body > header > nav { min-width: 0; }
  .bar { padding: .5rem; }
  form.bar { position: static; }
  fieldset.bar .fields { grid-template-columns: 2fr 3fr; gap: .4rem; }
  .bar .fields > :only-child { grid-column: 1 / -1; }
  .bar label { font-size: .875rem; margin: 0; }
  .bar .actions label { font-weight: 400; }
  .bar .actions { gap: .4rem; }
  .bar .actions button { padding-inline: .8rem; }
  .bar textarea { height: 44px; min-height: 44px; }
  .bar [data-chosen] { position: absolute; inset-inline-end: .5rem; inset-block-start: .5rem; font-size: .875rem; }
  .bar small:not(.problem), .bar [data-help] { display: none; }
  .who { flex-wrap: nowrap; min-width: 0; flex: 1; justify-content: flex-end; }
  .who bdi { display: inline; }
  .who > span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
  .who button, .who .languages { white-space: nowrap; padding-inline: .5rem; }
  body > header > nav { order: 1; flex-basis: 100%; }
  td a, dd a { display: inline-block; min-height: 44px; padding: .5rem 0; }
  input[type=checkbox], input[type=radio] { width: 24px; height: 24px; min-height: 24px; }
  dl, .line { grid-template-columns: 1fr; gap: 0; }
  .line { gap: .25rem; margin-bottom: 1.25rem; }
  dd { margin-bottom: .6rem; }
  search { order: 1; flex-basis: 100%; max-width: none; }
  .card, form.card { padding-inline: .9rem; }
  th, td, section.card th, section.card td { padding-inline: .4rem; }
  th:first-child { padding-inline-start: .9rem; }
  section.card th:first-child { padding-inline-start: 0; }
  thead th { white-space: normal; }
  time { white-space: normal; }
  tbody th, thead th:first-child { position: sticky; inset-inline-start: 0; background: var(--paper); max-width: 45vw; overflow-wrap: anywhere; }
  .adapted .cards-on-phone, .adapted .cards-on-phone :is(caption, tbody, tr, th) { display: block; }
  .adapted .cards-on-phone thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .adapted .cards-on-phone tbody tr { padding: .6rem .9rem; border-bottom: 1px solid var(--line); }
  .adapted .cards-on-phone tbody tr:last-child { border-bottom: 0; }
  .adapted section.card .cards-on-phone tbody tr { padding-inline: 0; }
  .adapted .cards-on-phone tbody tr > :is(th, td):is(th, td) { border: 0; padding: .15rem 0; overflow-wrap: anywhere; text-align: start; }
  .adapted .cards-on-phone tbody th { position: static; max-width: none; background: none; font-weight: 600; }
  .adapted .cards-on-phone .value { display: inline; overflow-wrap: anywhere; }
  .adapted .cards-on-phone td { display: table; table-layout: fixed; width: 100%; }
  .adapted .cards-on-phone td::before { display: table-cell; vertical-align: top; width: 32%; padding-inline-end: .6rem; color: var(--soft); font-size: .875rem; }
  .adapted .cards-on-phone td:empty { display: none; }
  .cards-on-phone .tag { white-space: normal; }
  svg.chart text { font-size: 24px; }
  svg.chart text[text-anchor=middle] { transform: translateY(10px); }
  svg.chart text[text-anchor=middle]:nth-last-of-type(even) { display: none; }
}
@media print { body > header, .actions, form { display: none; } body { background: none; } }
`;
