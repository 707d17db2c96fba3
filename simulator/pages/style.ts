/** The simulator's style, on top of the sheet that it shares with the console. */
export const style = `
main { max-width: 90rem; margin: 0 auto; padding: 1rem 1.5rem 3rem; overflow-wrap: anywhere; }
:lang(ko) { word-break: keep-all; overflow-wrap: break-word; }
body > header .brand small { font-weight: 400; font-size: inherit; margin-inline-start: .125rem; }
body > header .end { display: flex; align-items: center; gap: .5rem; margin-inline-start: auto; min-width: 0; }
body > header .end > * { flex: none; }
body > header .end .status { flex: 0 1 auto; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.status { color: var(--soft); white-space: nowrap; }
.status::before { content: ""; display: inline-block; width: .5rem; height: .5rem; margin-inline-end: .5rem; border-radius: 99px; background: var(--green-bar); }
.status.bad::before { background: var(--red-bar); }
.pick { position: relative; }
.pick summary { list-style: none; }
.pick summary::-webkit-details-marker { display: none; }
.pick > ul, .pick > .pop {
  position: absolute; z-index: 4; inset: calc(100% + .25rem) 0 auto auto; min-width: 14rem; margin: 0; padding: .375rem; list-style: none;
  background: var(--paper); border: 1px solid var(--line2); border-radius: var(--pop); box-shadow: var(--float);
}
.pick > .pop { width: min(22rem, 100vw - 2rem); padding: .75rem 1rem; }
.pick li a { display: flex; align-items: center; min-height: 2rem; padding: 0 .5rem; border-radius: var(--radius); color: var(--ink); text-decoration: none; }
.pick li a:hover, .pick li a[aria-current] { background: var(--sunken); }

.run { display: grid; grid-template-columns: 19.25rem minmax(0, 1fr); gap: 1.25rem; align-items: start; }
.page-head { display: flex; align-items: center; justify-content: space-between; min-height: 1.75rem; margin-bottom: .5rem; }
.page-head h1, form { margin: 0; }
.people-cards { list-style: none; margin: 0 0 .75rem; padding: 0; background: var(--paper); border: 1px solid var(--line); border-radius: var(--card); box-shadow: var(--shadow); overflow: hidden; }
.people-cards li + li { border-top: 1px solid var(--line); }
.people-cards a { display: flex; gap: .75rem; align-items: center; padding: .5rem .75rem; color: inherit; text-decoration: none; }
.people-cards a > span:nth-child(2), .people-cards a > span:only-child { flex: 1; min-width: 0; }
.people-cards a:hover { background: var(--sunken); }
.people-cards a:focus-visible { outline-offset: -2px; }
.people-cards a[aria-current] { background: var(--accent-wash); box-shadow: inset 3px 0 var(--accent); }
.people-cards a[aria-current] small { color: var(--ink); }
.people-cards b, .people-cards small { display: block; }
.people-cards .line { display: flex; gap: .5rem; align-items: baseline; justify-content: space-between; }
.people-cards small { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.mark { display: inline-grid; place-items: center; flex: none; width: 1.75rem; height: 1.75rem; border-radius: var(--radius); background: var(--sunken); color: var(--soft); }
.let-in, .has-account { --wash: var(--green-wash); --word: var(--green); --bar: var(--green-bar); }
.approval { --wash: var(--violet-wash); --word: var(--violet); --bar: var(--violet-bar); }
.refused, .error, .no-token { --wash: var(--red-wash); --word: var(--red); --bar: var(--red-bar); }
.correction { --wash: var(--amber-wash); --word: var(--amber); --bar: var(--amber-bar); }
.mark:is(.let-in, .has-account, .approval, .refused, .correction), .result .mark, .tag:is(.let-in, .has-account, .approval, .refused, .error, .no-token, .correction) { background: var(--wash); color: var(--word); }

.result, .seen, .rules, .below { padding: 0; }
.top { display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: center; padding: 1rem; }
.top > div:nth-child(2) { flex: 1 1 16rem; min-width: 0; }
.top h2 { font-size: 1.125rem; line-height: 1.75rem; margin: 0; }
.top p, .top .actions { margin: 0; }
.top .mark { width: 2.5rem; height: 2.5rem; }
.path { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); overflow: hidden; }
.begin .path { border: 1px solid var(--line); border-radius: var(--card); }
.path li { padding: .75rem; box-shadow: -1px 0 var(--line); }
.path .line { display: flex; justify-content: space-between; align-items: center; min-height: 1.75rem; }
.path b, .path .said { display: block; }
.path .said { font-size: .75rem; line-height: 1rem; color: var(--soft); }
.path .dot { display: grid; place-items: center; width: 1.625rem; height: 1.625rem; border-radius: 99px; background: var(--green-wash); color: var(--green); }
.path .ahead .dot { background: none; border: 1px dashed var(--edge); color: var(--soft); }
.path .ahead b { color: var(--soft); }
.path .stopped { background: var(--wash); }
.path .stopped .dot { background: var(--word); color: var(--paper); }
.path .stopped .said { color: var(--word); font-weight: 600; }
.ms { color: var(--soft); white-space: nowrap; }

.pair { display: grid; grid-template-columns: minmax(0, 21rem) minmax(0, 1fr); gap: 1rem; margin-bottom: 1rem; align-items: stretch; }
.pair > * { margin: 0; min-width: 0; }
.pair.replay { grid-template-columns: minmax(0, 1fr); }
.replay form { display: flex; flex-wrap: wrap; gap: .5rem 1rem; }
.replay form .actions { margin-top: 1.125rem; }
.scroll tbody:has(> tr > [scope=rowgroup]) td:not(.number) { min-width: 7rem; }
section.field .pair { grid-template-columns: repeat(2, minmax(0, 1fr)); }
.card > header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .25rem .75rem; min-height: 2.25rem; padding: 0 1rem; background: var(--sunken); border-bottom: 1px solid var(--line); border-radius: var(--card) var(--card) 0 0; }
.card > header h3 { display: flex; gap: .5rem; align-items: center; margin: 0; color: var(--soft); }
.seen { display: flex; flex-direction: column; }
.seen nav a { display: inline-flex; align-items: center; min-height: 1.75rem; padding: 0 .5rem; border: 1px solid transparent; border-radius: var(--radius); color: var(--soft); text-decoration: none; }
.seen nav a[aria-current] { background: var(--paper); border-color: var(--line2); color: var(--ink); font-weight: 600; }
.screen { flex: 1; padding: 1.5rem; background: var(--sunken); border-radius: 0 0 var(--card) var(--card); }
.sheet { padding: 1.25rem; background: var(--paper); border-radius: var(--card); box-shadow: var(--float); font-size: .875rem; line-height: 1.375rem; }
.sheet .title { font-size: 1.125rem; line-height: 1.5rem; font-weight: 600; }
.sheet > :last-child { margin-bottom: 0; }
.rules { display: flex; flex-direction: column; }
.rules .steps { flex: 1; padding: .75rem 1rem; }
.rules section + section { border-top: 1px solid var(--line); margin-top: .5rem; padding-top: .5rem; }
h4 { margin: 0 0 .25rem; font-size: .75rem; line-height: 1rem; font-weight: 400; color: var(--soft); }
.rules .steps ul:not(.calls) { list-style: none; margin: 0; padding: 0; }
.rules .steps ul:not(.calls) > li { display: flex; gap: .625rem; padding: .25rem 0; }
.rules .steps li > div { flex: 1; min-width: 0; }
.rules .steps li > div > code { font: inherit; font-weight: 600; }
.rules .remark { display: block; color: var(--soft); }
.rules li > svg { margin-top: .125rem; color: var(--green); }
.rules li:is(.block, .failed) > svg { color: var(--red); }
.rules li.invalid > svg { color: var(--amber); }
.rules li.asked > svg { color: var(--violet); }
.rules li:is(.skipped, .unfinished) > svg { color: var(--soft); }
.rules > footer { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; padding: .5rem 1rem; border-top: 1px solid var(--line); }
.rules > footer > details[open], .rules > footer > .note { flex-basis: 100%; }
.rules > footer .good { display: inline-flex; align-items: center; gap: .375rem; margin-inline-start: auto; color: var(--green); }
.call + .call { margin-top: 1rem; }
.call p { margin: .25rem 0; }
pre { margin: 0; padding: .75rem; font: .75rem/1.125rem var(--mono); background: var(--ground); border: 1px solid var(--line); border-radius: var(--radius); white-space: pre-wrap; }
.way { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; padding: .75rem 1rem; border-top: 1px solid var(--line); }
.way > div:first-child { flex: 1 1 16rem; }
.way h3, .edit h3 { margin: 0 0 .25rem; }
.way p, .way .actions { margin: 0; }
.edit { padding: .75rem 1rem; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 9rem), 1fr)); gap: .5rem .75rem; align-items: end; }
.begin h2, .card > h2:first-child { margin-top: 0; }
.who { max-width: 48rem; margin: 0 auto; }
.answers { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem; list-style: none; margin: 0 0 .75rem; padding: 0; align-items: end; }
.answers .hint { margin: .25rem 0 0; }
.answers button { width: 100%; }
.changes { overflow: auto; max-height: 24rem; white-space: pre; }
.changes del, .changes ins { text-decoration: none; }
.changes del { background: var(--red-wash); }
.changes ins { background: var(--green-wash); }
.edit .grid label { margin: 0; }
.edit form > .grid > .field:first-child { grid-column: span 2; }
.edit details .grid { grid-template-columns: repeat(auto-fill, minmax(min(100%, 12rem), 1fr)); align-items: start; }
.choices { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 9rem), 1fr)); gap: 0 .75rem; }
label.choice { display: flex; gap: .5rem; align-items: center; min-height: 1.75rem; margin: 0; font-weight: 400; }
fieldset { border: 0; margin: .75rem 0; padding: 0; min-width: 0; }
.field { min-width: 0; }
label > :is(input:not([type=checkbox]), select) { display: block; margin-top: .25rem; font-weight: 400; }
.pop .field, .narrow .field { margin-bottom: .5rem; }
.narrow { max-width: 32rem; }
.scroll { overflow-x: auto; margin: 0 0 .75rem; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .375rem .75rem .375rem 0; text-align: start; vertical-align: top; border-top: 1px solid var(--line); font-weight: 400; }
thead th, thead td { border-top: 0; color: var(--soft); font-size: .71875rem; }
caption { text-align: start; color: var(--soft); font-size: .75rem; }
.number { text-align: end; padding-inline-end: 0; white-space: nowrap; }
dl { display: grid; grid-template-columns: minmax(5rem, max-content) minmax(0, 1fr); gap: .25rem 1rem; margin: 0 0 .75rem; }
dd { margin: 0; unicode-bidi: isolate; }
dl.sides { grid-template-columns: minmax(0, 1fr); gap: 0; }
dl.sides dd { margin-bottom: .5rem; padding-inline-start: .5rem; border-inline-start: 3px solid var(--line); }
dl.sides dd.changed { border-color: var(--amber-bar); background: var(--amber-wash); }
.differs { color: var(--amber); font-size: .75rem; }
.problem { color: var(--red); font-weight: 600; }
input[aria-invalid=true] { border-color: var(--red); }
.words { white-space: pre-line; }
.words, .remark { unicode-bidi: plaintext; }
@media (max-width: 79rem) {
  .status { display: none; }
  .pair { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 62.5rem) {
  .run, .pair, section.field .pair { grid-template-columns: minmax(0, 1fr); }
  .run:has(.result) .people { order: 2; }
  body > header { flex-wrap: wrap; row-gap: 0; position: static; padding-block: .25rem; }
  body > header > nav { order: 3; flex-basis: 100%; overflow-x: auto; }
}
@media (max-width: 40rem) {
  main { padding: .75rem .75rem 2rem; }
  body > header .brand { margin: 0; }
  body > header .end { flex: 1; justify-content: end; gap: 0 .25rem; }
  body > header .end > .pick { flex: 0 1 auto; min-width: 0; }
  .pick summary { max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  body > header > nav ul { flex-wrap: wrap; gap: 0; }
  body > header > nav a { padding: 0 .25rem; font-size: .75rem; }
  body > header .brand :is(span, small) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .path { grid-auto-flow: row; }
  .path li { display: grid; grid-template-columns: 2.25rem minmax(0, 1fr) auto; gap: 0 .5rem; box-shadow: 0 -1px var(--line); }
  .path .line { display: contents; }
  .path .ms { grid-area: 1 / 3; }
  .path .said { grid-column: 2 / -1; }
  .scroll :is(th, td) { overflow-wrap: break-word; }
  .scroll small { overflow-wrap: anywhere; }
  .scroll .tag { white-space: normal; }
  .edit form > .grid > .field:first-child { grid-column: 1 / -1; }
  .replay thead { display: none; }
  .replay :is(table, tbody) { display: block; }
  .replay tr { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 .75rem; padding: .375rem 0; border-top: 1px solid var(--line); }
  .replay tr:has([scope=rowgroup]) { grid-template-columns: minmax(0, 1fr) auto; }
  .replay tr :is(th, td) { border: 0; padding: .125rem 0; min-width: 0; }
  .replay td[data-label]::before { content: attr(data-label); display: block; color: var(--soft); font-size: .75rem; line-height: 1rem; }
  .replay td[data-label].number { text-align: start; }
  .replay td:has(small) { order: 1; grid-column: 1 / -1; }
  .replay td > small, .replay li > small { display: block; }
  .replay small a { display: inline-block; padding: .875rem .5rem .875rem 0; }
  .people-cards a, label.choice, .seen nav a, .pick li a { min-height: 44px; }
  .pick > ul, .pick > .pop { inset-inline: auto 0; }
  .top .pick > .pop { inset-inline: 0 auto; }
}
@media print { .people, .below, .top .actions { display: none; } .run { display: block; } }
`;
