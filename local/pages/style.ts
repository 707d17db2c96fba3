export const SIMULATOR_STYLE = `
main { overflow-wrap: anywhere; }
.brand small { font-weight: 400; font-size: inherit; }
body > header > .status { flex: 0 1 auto; min-width: 0; margin-inline-start: auto; overflow: hidden; color: var(--soft); }
body > header > nav { flex: none; }
.status > span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.menu > .pop { inset-inline: auto 0; }
.menu > .pop:has(form) { width: min(22rem, 100vw - 2rem); }
.menu > .pop li a { display: flex; align-items: center; min-height: 2rem; padding: 0 .5rem; border-radius: var(--radius); color: var(--ink); text-decoration: none; }
.menu > .pop li a:is(:hover, [aria-current]) { background: var(--sunken); }

.run, .answer { display: grid; gap: 1rem 1.25rem; align-items: start; }
.run { grid-template-columns: 19.25rem minmax(0, 1fr); }
.answer { grid-template-columns: minmax(0, 21rem) minmax(0, 1fr); }
:is(.run, .answer) > * { min-width: 0; }
.people .rows > li { position: relative; }
.people .tag { flex: none; max-width: 6.5rem; white-space: normal; }
.people .what { display: block; color: inherit; text-decoration: none; }
.people .what::after { content: ""; position: absolute; inset: 0; }
.people .what:focus-visible { outline: none; }
.people .what:focus-visible::after { outline: 2px solid var(--accent); outline-offset: -2px; }
.result .entity-head h2, .result p, .result .actions { margin: 0; }
.result > .steps { margin-top: 1rem; }
.steps .asked { --bar: var(--violet-bar); }
.steps .fix { --bar: var(--amber-bar); }
.steps :is(.asked, .fix), .steps :is(.asked, .fix) > span { border-color: var(--bar); background: var(--bar); }
.steps :is(.asked, .fix) { background: none; }
.steps .ms { color: var(--soft); }
.card > header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .25rem .75rem; margin-bottom: .5rem; }
.card > header h3 { margin: 0; }
.sheet { padding: 1.25rem; background: var(--paper); border-radius: var(--card); box-shadow: var(--float); font-size: .875rem; line-height: 1.375rem; }
.sheet .title { font-size: 1.125rem; line-height: 1.5rem; font-weight: 600; }
.sheet dl { border: 0; padding: 0; box-shadow: none; }
.ruling h4 { margin: .5rem 0 .25rem; font-size: .75rem; font-weight: 400; color: var(--soft); }
.rules code { font: inherit; font-weight: 600; }
.rules .remark { display: block; color: var(--soft); }
.call p { margin: .25rem 0; }
pre { margin: 0 0 .75rem; padding: .75rem; font: .75rem/1.125rem var(--mono); background: var(--ground); border: 1px solid var(--line); border-radius: var(--radius); }
/** The columns of both policies have the same width. */
th.rest { width: auto; }
tbody td.rest { max-width: none; vertical-align: top; }
.fields > p { margin: 0; }
.choices { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 10rem), 1fr)); gap: 0 .75rem; }
.answers { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); grid-auto-rows: 1fr; gap: 1rem; list-style: none; margin: 0 0 .75rem; padding: 0; }
.answers > li, .answers form { display: flex; flex-direction: column; }
.answers > li { padding: .75rem; border: 1px solid var(--line); border-radius: var(--radius); }
.answers form { flex: 1; gap: .5rem; }
.answers form > p { margin: 0; }
.answers button { width: 100%; margin-top: auto; }
.changes { overflow: auto; max-height: 24rem; white-space: pre; }
.changes :is(del, ins) { text-decoration: none; background: var(--green-wash); }
.changes del { background: var(--red-wash); }
.words { white-space: pre-line; }
.words, .remark, dd { unicode-bidi: plaintext; }
@media (max-width: 79rem) { .status { visibility: hidden; } .answer { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 62.5rem) { body > header { flex-wrap: wrap; } .run { grid-template-columns: minmax(0, 1fr); } .run:has(.result) .people { order: 2; } }
@media (max-width: 40rem) {
  .answers { grid-auto-rows: auto; }
  body > header .brand :is(span, small) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .menu > .pop li a, label.tick { min-height: 44px; }
  .entity-head { position: relative; }
  .entity-head .menu { position: static; }
  .entity-head .menu > .pop { inset-inline: 0; width: auto; }
}
@media print { .people, .tools { display: none; } .run { display: block; } }
`;
