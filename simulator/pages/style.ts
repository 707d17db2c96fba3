/** The simulator's look, on top of the sheet it shares with the console. One sheet that holds what a person would see, and beside it what happened. */
export const style = `
body { overflow-wrap: anywhere; }
body > header, body > footer {
  display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: center;
  max-width: 78rem; margin: 0 auto; padding: 1rem clamp(1rem, 4vw, 2.5rem);
}
body > header > strong { letter-spacing: -.01em; }
body > header > nav:last-child { margin-inline-start: auto; }
body > header > nav a + a { margin-inline-start: 1rem; }
body > header > nav a { display: inline-block; padding: .5rem 0; }
body > footer { color: var(--soft); font-size: .875rem; }
h1, h2, h3 { text-wrap: balance; }
h2 { margin: 0 0 .6rem; }
h3 { margin: 0 0 .6rem; }
ul { margin: 0 0 .8rem; padding-inline-start: 1.25rem; }
code, pre { font: .8125rem/1.5 ui-monospace, SFMono-Regular, Consolas, monospace; }
pre { padding: .75rem; margin: 0; background: var(--ground); border: 1px solid var(--line); border-radius: var(--radius); white-space: pre-wrap; }
details { margin-bottom: .5rem; }

.columns { display: grid; gap: 1.5rem; max-width: 78rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem) 2rem; }
.columns > div { min-width: 0; }
@media (min-width: 60rem) { .columns { grid-template-columns: minmax(0, 30rem) minmax(0, 1fr); gap: 3rem; align-items: start; } .columns.rows { grid-template-columns: minmax(0, 1fr); } }
.sheet { background: var(--paper); border: 1px solid var(--line); border-radius: calc(var(--radius) * 2); padding: clamp(1.25rem, 4vw, 2rem); }
.columns > .sheet { box-shadow: 0 1px 2px rgb(0 0 0 / 6%), 0 8px 24px rgb(0 0 0 / 6%); }

form { margin: 0; }
label > input:not([type=checkbox]), label > select { display: block; min-height: 44px; margin-top: .25rem; font-weight: 400; }
label.choice { display: flex; gap: .6rem; align-items: center; min-height: 2rem; margin: 0; font-weight: 400; }
label.choice input { flex: none; width: 1.5rem; height: 1.5rem; margin: 0; }
fieldset { border: 0; margin: 0 0 1rem; padding: 0; min-width: 0; }
legend { padding: 0; margin-bottom: .25rem; }
.field { margin-bottom: 1rem; }
.choices { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 11rem), 1fr)); gap: 0 1rem; }
.actions { margin: 1.5rem 0 0; }
button { min-height: 44px; }

h4 { font-size: .875rem; margin: 1rem 0 .3rem; }
.wide { grid-column: 1 / -1; margin: 0; }
.scroll { overflow-x: auto; margin: 0 0 .8rem; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { text-align: start; vertical-align: top; padding: .35rem .6rem .35rem 0; border-top: 1px solid var(--line); font-weight: 400; }
thead th, thead td { border-top: 0; color: var(--soft); }
tbody th, .number { overflow-wrap: break-word; }
.number { text-align: end; padding-inline-end: 0; font-variant-numeric: tabular-nums; white-space: nowrap; }
tr.stop th { border-inline-start: 4px solid var(--red); padding-inline-start: .5rem; }
.people { list-style: none; padding: 0; }
.people li { padding: .5rem 0; border-top: 1px solid var(--line); }
.people a { display: inline-block; padding: .35rem 0; }
details > form { margin-top: .75rem; }
.pair { display: grid; gap: 1.5rem; }
@media (min-width: 48rem) { .pair { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } }
.pair > div { min-width: 0; }
dl.sides { grid-template-columns: minmax(0, 1fr); gap: 0; }
dl.sides dd { margin-bottom: .6rem; padding-inline-start: .6rem; border-inline-start: 4px solid var(--line); }
dl.sides dd.changed { border-color: var(--amber); background: var(--amber-wash); }
.differs { color: var(--amber); font-size: .8125rem; }
table.times { width: auto; min-width: min(100%, 20rem); }

.problem { display: block; color: var(--red); }
.words { white-space: pre-line; }
.words, .remark { unicode-bidi: isolate; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) minmax(0, 1fr); gap: .25rem 1rem; margin: 0 0 1rem; }
dd { margin: 0; unicode-bidi: isolate; }
@media (max-width: 30rem) { dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: .5rem; } }
@media print { body { background: none; } .sheet { border: 0; box-shadow: none; } }
`;
