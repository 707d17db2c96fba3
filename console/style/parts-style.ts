/** Style of the parts that pages share, one block for each file of console/parts. */
export const PARTS_STYLE = `
/* page-head.tsx */
.page-head { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .75rem; margin: 0 0 .75rem; min-height: 1.75rem; }
.page-head h1 { margin: 0; }
.page-head > .actions { margin: 0 0 0 auto; }
/** If the page has more than five views, actions show only their icons on screens of up to 68.75rem. */
@media (max-width: 68.75rem) { .page-head:has(li:nth-child(6)) > .actions .icon + span { position: absolute; clip-path: inset(50%); } }
.tabs { display: flex; flex-wrap: wrap; gap: .125rem; list-style: none; padding: 0; margin: 0; }
.tabs a {
  display: inline-flex; align-items: center; gap: .375rem; min-height: 1.75rem; padding: 0 .625rem; border: 1px solid transparent; border-radius: var(--radius);
  color: var(--soft); font-weight: 550; text-decoration: none; white-space: nowrap;
}
.tabs a:hover { background: var(--sunken); }
.tabs a[aria-current] { background: var(--paper); color: var(--ink); border-color: var(--line2); box-shadow: var(--shadow); }
.count { border-radius: 99px; padding: 0 .375rem; font-size: .6875rem; line-height: 1.125rem; font-weight: 600; background: var(--sunken); color: var(--soft); }
:where([aria-current]) > .count { background: var(--line2); color: var(--ink); }

/* chips.tsx */
.chips { display: flex; flex-wrap: wrap; align-items: center; gap: .375rem; margin: 0 0 .75rem; }
.chips > form { flex: 0 1 18rem; margin: 0; }
.chips > form input { width: 100%; min-height: 1.75rem; }
.chips > .filters { display: contents; }
.chips > .total { margin-inline-start: auto; color: var(--soft); }
.chip { position: relative; display: inline-flex; max-width: 100%; border: 1px dashed var(--edge); border-radius: var(--radius); background: var(--paper); color: var(--soft); font-weight: 550; }
.chip.set { border: 1px solid var(--accent); background: var(--accent-wash); color: var(--accent); }
.chip.usual { border: 1px solid var(--line2); color: var(--ink); }
.chip summary { display: inline-flex; align-items: center; gap: .375rem; min-height: calc(1.75rem - 2px); padding: 0 .5rem; list-style: none; overflow-wrap: anywhere; }
.chip > details { min-width: 0; }
.chip > a { display: inline-flex; align-items: center; padding: 0 .375rem; color: inherit; }
.pop {
  position: absolute; z-index: 4; inset-block-start: calc(100% + .25rem); inset-inline-start: 0; min-width: 14rem; max-width: calc(100vw - 1.5rem); padding: .75rem;
  background: var(--paper); color: var(--ink); border: 1px solid var(--line2); border-radius: var(--pop); box-shadow: var(--float); font-weight: 400;
}
.pop > :last-child { margin-bottom: 0; }

.pop .choice { display: block; padding: .25rem 0; }

/** The page of decisions, which is mostly rows. */
.list > .chart { margin: 0; }
#decisions td .value { font-weight: 550; }
#decisions td:not(.rest) { max-width: 20rem; }
@media (min-width: 40rem) and (max-width: 68.75rem) { #decisions tbody > tr > td:not(.rest) { max-width: max(13rem, 28vw); } }
/** On a wide but low screen, rows are lower: twenty fit on a screen of 1280 by 800. */
@media (min-width: 68.75rem) and (max-height: 54rem) { .list table:not(.queue) :is(th, td) { height: 1.625rem; } .list .check label { min-height: 1.625rem; } }
/** Beside an open panel, cells are narrower, so that all columns stay visible. */
.beside.open > .list table:not(.queue) :is(th, td:not(.rest)) { max-width: 14rem; }
.beside.open > .list td.rest:not(.wraps) { min-width: 6rem; }
.beside.open > .list .by { display: none; }
.beside.open > .list table:not(.queue) th:has(> .tag) { min-width: 16rem; }
@media (min-width: 40rem) and (max-width: 68.75rem) { .list .by { display: none; } }
.beside.open > .list table:has(th.rest) tbody > tr > td:not(.rest) { max-width: 11rem; }
.beside.open > .list table:has(th.rest) tbody > tr > th, .beside.open #decisions table tbody > tr > td:not(.rest) { max-width: 16rem; }
.beside.open > .list table:not(.queue, :has(th.rest)) td ~ td ~ td { max-width: 7.5rem; }

/**
 * back-link.tsx: a question. It is the only card of its page, or replaces the button that was pressed. It is never higher than the screen.
 */
[data-question] { margin: .5rem 0; padding: .75rem 1rem; background: var(--paper); border: 1px solid var(--line2); border-radius: var(--card); box-shadow: var(--shadow); overflow-wrap: anywhere; }
.question { max-height: calc(100vh - 6rem); overflow-y: auto; }
.arriving { position: absolute; opacity: 0; }
.question.bar { max-height: 60vh; }
:is(.page-head, .entity-head, .panel > footer) > .question, .panel > footer details[open] { flex: 1 0 100%; min-width: 0; }
:is(.panel, .first) .question :is(caption, th, td) { padding-inline: .375rem; white-space: normal; } :is(.panel, .first) .question thead { overflow-wrap: normal; }
:is(.panel, .first) .question td > :is(a, .tag) { white-space: nowrap; }
[data-question] > :last-child, [data-question] > form:last-child > :last-child { margin-block-end: 0; }
.question > h2 { margin: 0 0 .5rem; }
[data-question] .card:not(.bar) { border: 0; padding: 0; box-shadow: none; }
.question :is(form, .card, .actions):last-child { margin-bottom: 0; }
.question > .scroll, .question > form > .scroll { max-height: 40vh; overflow-y: auto; }
[data-question] .bar { border: 0; padding-inline: 0; box-shadow: none; }
.question .bar { inset-block-end: -.75rem; }
[aria-busy=true] { opacity: .6; cursor: progress; }

/** The form is hidden while a question is open: the question shows the form's fields. */
.add-row.card:has(+ .question) { display: none; }

/* beside.tsx */
.with-side, .person, .beside.open { display: grid; grid-template-columns: minmax(0, 1fr) 23.5rem; gap: 1rem; align-items: start; }
.with-side > * { min-width: 0; }
.with-side > div { display: grid; gap: 1rem; }
.with-side .card { margin: 0; max-width: none; }
.with-side > .first { grid-area: 1 / 2; position: sticky; inset-block-start: 3.5rem; }
/** The dry run is hidden while a question is open: the question shows the dry run's effect. */
.card:has(> .question) > .dry-run, .dry-run:has(> .question) > :not(form, .question) { display: none; }
ul.plain { list-style: none; margin: 0 0 .75rem; padding: 0; }
.domain-figures + .hint { margin-block: .5rem; }
.domain-figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); gap: .5rem 1rem; margin: 0; }
.domain-figures > div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.domain-figures dt { font-size: .75rem; }
.beside > div { min-width: 0; }
/** The panel and its foot stay visible wherever the list is scrolled to. */
@media (min-width: 68.75rem) { .beside.open > .panel { position: sticky; inset-block-start: 3.5rem; max-height: calc(100vh - max(3.5rem, var(--from, 10.5rem)) - 1rem); overflow-y: auto; } }
.panel { position: relative; background: var(--paper); border: 1px solid var(--line); border-radius: var(--card); box-shadow: var(--shadow); overflow-wrap: anywhere; }
.panel > .close { position: absolute; inset: .5rem .5rem auto auto; display: inline-flex; padding: .375rem; color: var(--soft); border-radius: var(--radius); }
.panel > .close:hover { background: var(--sunken); }
.panel > :is(header, section, footer) { padding: .75rem 1rem; }
.panel:has(> .close) > header { padding-inline-end: 3rem; }
.panel > header > :last-child, .panel > header > div > :last-child, .panel > section > :last-child { margin-bottom: 0; }
.panel > :is(header, section) + :is(section, footer) { border-top: 1px solid var(--line); }
.panel h2 { font-size: .8125rem; margin: 0 0 .5rem; color: var(--soft); }
.panel h2:first-child { margin-top: 0; }
.panel h1, .panel .entity { color: var(--ink); font-size: .875rem; line-height: 1.25rem; font-weight: 600; margin: .25rem 0; }
.panel dl { border: 0; padding: 0; box-shadow: none; }
.panel > footer { position: sticky; inset-block-end: 0; display: flex; flex-wrap: wrap; gap: .5rem; background: var(--paper); border-radius: 0 0 var(--card) var(--card); }
.if { background: var(--sunken); border: 1px solid var(--line); border-radius: var(--radius); padding: .5rem .75rem; list-style: none; margin: 0; max-width: none; }
[data-question] .if { margin-block-end: .75rem; }
:is(.panel, .if, h1) .tag, :is(.plain, .if) .outcome, .panel :not(td) > .outcome { white-space: normal; }
.if > li { display: flex; gap: .5rem; align-items: baseline; padding: .125rem 0; }

/* table.tsx */
/** Hidden content within the table makes neither the page nor the table wider. */
.scroll .hidden { inset-inline-start: 0; }
.scroll { position: relative; overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: var(--card); box-shadow: var(--shadow); margin: 0 0 .75rem; }
section:is(.card, [data-question]) .scroll { border: 0; box-shadow: none; }
/** The table is hidden while a question is open: the question shows the table's rows. */
.page-head:has(.question) ~ .scroll { display: none; }
section.card th, section.card td { padding-inline: .5rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: start; color: var(--soft); padding: .25rem 1rem; font-size: .75rem; }
th, td { height: 2rem; padding: 0 .5rem; text-align: start; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { padding-inline-start: 1rem; }
th:last-child, td:last-child { padding-inline-end: 1rem; }
th { font-weight: 400; }
thead :is(th, td) { background: var(--sunken); font-size: .71875rem; line-height: 1rem; color: var(--soft); font-weight: 550; white-space: nowrap; }
tbody :is(th, td) { max-width: 18rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
@media (min-width: 40.0625rem) {
  tbody :is(th, td) > .tag { display: inline-block; max-width: 100%; overflow: hidden; text-overflow: ellipsis; vertical-align: middle; }
  tbody :is(th, td) > .tag svg.icon { margin-inline-end: .25rem; vertical-align: -.125rem; }
  /** A badge is not cut: it may wrap below a long name. */
  .list th:has(> .tag) { white-space: normal; min-width: 13rem; padding-block: .25rem; } .list th > .tag { white-space: normal; }
}
/** Cells with a form, open details, a list or a text area are not cut. */
tbody :is(th, td):is(:has(details[open]), :has(form), :has(> ul), :has(textarea)) { overflow: visible; white-space: normal; padding-block: .375rem; vertical-align: top; }
tbody tr > td:has(> :is(.row-action, .button):only-child) { padding-block: .1875rem; white-space: nowrap; vertical-align: middle; }
main > .row-action { margin-bottom: .75rem; }
td > .row-action { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; }
/* A button may name a long domain. */
main :is(button, .button):where(:not(td *, .rows *)) { max-width: 100%; white-space: normal; overflow-wrap: anywhere; }
:where(td, .rows, .note) .row-action button, td > .button { min-height: 1.375rem; padding-block: 0; line-height: 1.125rem; }
tbody :is(th, td) :is(p, ul) { margin: 0; }
tbody tr:last-child > * { border-bottom: 0; }
tbody tr:hover { background: var(--sunken); }
.adapted [data-keys] [data-key] { cursor: pointer; }
tbody tr:is(:focus-within, [aria-current]) { background: var(--accent-wash); }
tr[aria-current] > :first-child { box-shadow: inset 3px 0 var(--accent); }
tr:has(> .check :checked) { background: var(--accent-wash); }
tr.gone { background: var(--amber-wash); }
tbody th a { color: var(--ink); font-weight: 550; text-decoration: none; }
tbody th a:has(> time) { font-weight: 400; }
td.number, th.number { text-align: end; }
@media (min-width: 68.75rem) { table:has(th.rest) tbody th { max-width: 24rem; } .beside:not(.open) > .list th:has(> .tag) { min-width: 20rem; } }
tbody td.rest { min-width: 8rem; max-width: 0; }
@media (min-width: 40rem) and (max-width: 68.75rem) { table:has(th.rest) tbody :is(th, td:not(.rest)) { max-width: 11rem; } }
th.rest { width: 100%; }
tbody td.wraps { padding-block: .25rem; }
tbody td.wraps, td.wraps > .tag { white-space: normal; }
.check { width: 2.5rem; }
.check label { display: grid; place-items: center; min-height: 2rem; margin: 0 -.5rem; cursor: pointer; }

.outcome { display: inline-flex; align-items: center; gap: .375rem; white-space: nowrap; }
.outcome::before, .key i { content: ""; flex: none; width: .5rem; height: .5rem; border-radius: 99px; background: var(--bar, var(--edge)); }
.outcome > b { flex: none; }
.outcome:is(.block, .waiting, .invalid) { color: var(--word); }
.continue { --bar: var(--green-bar); --word: var(--green); }
.block { --bar: var(--red-bar); --word: var(--red); }
.invalid { --bar: var(--amber-bar); --word: var(--amber); }
.waiting { --bar: var(--violet-bar); --word: var(--violet); }
svg .continue, svg .block, svg .invalid, svg .waiting { fill: var(--bar); }
svg.sparkline { width: 4rem; height: 1.25rem; vertical-align: middle; }
svg.sparkline .rest { fill: var(--line2); }
.chart { margin: 0 0 .75rem; min-width: 0; }
.chart:last-child { margin-bottom: 0; }
.chart > details > summary { padding: 0; font-size: .75rem; line-height: 1rem; color: var(--soft); }
.chart .plot { display: grid; grid-template-columns: 2.25rem minmax(0, 1fr); }
.chart svg { display: block; width: 100%; overflow: visible; }
.chart text { fill: var(--soft); font-size: .6875rem; }
.chart .grid { stroke: var(--line); }
.chart .typical { stroke: var(--soft); stroke-dasharray: 3 2; }
.chart .failing { fill: var(--red-wash); }
.chart .hit { fill: transparent; }
.chart a:is(:hover, .drawn) .hit { fill: color-mix(in srgb, var(--ink) 7%, transparent); }
.chart a[aria-current] .hit { fill: none; stroke: var(--accent); stroke-width: 1.5; }
.key { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; list-style: none; padding: 0; margin: 0 0 .5rem; }
.key i { display: inline-block; margin-inline-end: .375rem; border-radius: 2px; }
.key a { color: inherit; text-decoration: none; }
.key b { font-size: .875rem; }

#palette { width: min(42.5rem, 100vw - 1.5rem); max-width: none; padding: 0; margin-block-start: min(6rem, 8vh); overflow: hidden; }
#palette[open] { display: flex; flex-direction: column; max-height: min(37rem, 84vh); }
#palette form { display: flex; align-items: center; gap: .75rem; padding: .5rem 1rem; border-bottom: 1px solid var(--line); }
#palette input { border: 0; background: none; font-size: 1rem; min-height: 2.25rem; padding: 0; outline: none; }
#palette .rows { border: 0; margin: 0; padding: .25rem .375rem; box-shadow: none; }
#palette [data-results] { overflow-y: auto; }
#palette .rows > li { position: relative; min-height: 2.5rem; padding: 0 .625rem; border: 1px solid transparent; border-radius: var(--radius); }
#palette .rows > .group { min-height: 2rem; background: none; }
#palette .rows > li:has([aria-selected=true]) { background: var(--accent-wash); border-color: var(--accent); }
#palette .rows .what { display: flex; gap: .625rem; align-items: center; color: inherit; text-decoration: none; }
#palette .rows .what::after { content: ""; position: absolute; inset: 0; }
#palette p { padding: .75rem 1rem; margin: 0; }
#palette footer { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: .5rem 1rem; background: var(--sunken); border-top: 1px solid var(--line); color: var(--soft); font-size: .75rem; }
#palette mark { background: none; color: var(--accent); font-weight: inherit; }

.queue-page > .beside.open { grid-template-columns: 29.25rem minmax(0, 1fr); }
.queue :is(td, th) { height: 2.875rem; line-height: 1.125rem; }
.queue thead :is(td, th) { height: 1.75rem; }
.queue tbody th, td:has(.sentence) { width: 100%; max-width: 0; }
.queue tbody th { padding-block: .25rem; font-weight: 550; white-space: normal; }
.queue tbody td { max-width: 26rem; }
.askers { columns: 24rem; margin: 0 0 .5rem; padding: 0; list-style: none; max-height: 30vh; overflow-y: auto; }
details > .askers { columns: auto; max-height: 10.5rem; }
details > .askers > li { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.queue tbody th small { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 400; }
.queue th .tag { vertical-align: middle; }
.queue .group th { height: 2.25rem; background: var(--sunken); max-width: none; font-weight: 600; font-size: .75rem; }
.queue .group small { display: inline; }
.queue .group .button { float: inline-end; }
.queue .group th > span { line-height: 1.75rem; }
.queue td.number, .queue time { white-space: nowrap; }
[data-number]:empty { display: none; }
.queue .warns { color: var(--amber); margin-inline-start: .25rem; }
.queue .soon { color: var(--amber); font-weight: 600; }
.queue td:not(.check), .queue thead th ~ th { text-align: end; }
.asker { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; }
.asker > div { flex: 1 1 12rem; min-width: 0; }
.asker .entity { font-size: 1.25rem; line-height: 1.75rem; color: var(--ink); margin: 0; }
.asker p { margin: 0; }
/** A code does not break at its hyphen. */
.asker p > :is(a, code), dd a[href^="/decisions/"] { display: inline-block; max-width: 100%; }
.steps { display: flex; flex-wrap: wrap; gap: 1rem; list-style: none; margin: .5rem 0 0; padding: 0; }
.steps li { flex: 1 1 8rem; min-width: 0; display: grid; place-content: start; justify-items: start; overflow-wrap: anywhere; border-top: 2px solid var(--line2); padding-top: .375rem; }
.steps li > span { width: 1rem; height: 1rem; margin-top: -.9375rem; border-radius: 50%; border: 2px solid var(--line2); background: var(--paper); display: grid; place-items: center; }
.steps li > span .icon { width: .75rem; height: .75rem; color: var(--paper); }
.steps .next b { color: var(--soft); font-weight: 550; }
.steps .done { --bar: var(--green-bar); }
.steps .bad { --bar: var(--red-bar); }
.steps :is(.done, .bad), .steps :is(.done, .bad) > span { border-color: var(--bar); }
.steps :is(.done, .bad) > span { background: var(--bar); }
.steps .now > span { border-color: var(--violet-bar); }
.panel > .note { margin: .75rem 1rem 0; } .panel .note { max-width: none; }
.panel > .hint { margin: 0 1rem .75rem; }
.panel dd > ul { margin: 0; padding: 0; list-style: none; }
/** The question in the panel's foot repeats this note. */
.panel:has(> footer .question) > .note { display: none; }
.panel > .sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: .75rem 1.5rem; }
.sides dl { margin: 0; }
.panel > footer .fields { max-width: 42rem; }
.panel dt { overflow-wrap: break-word; hyphens: auto; }
.panel > footer:not(:has(button, a)) { position: static; }
.panel > .acts > details[open] { flex: 1 0 100%; }
.steps + dl { margin: .5rem 0 0; }
.panel > footer > details { align-self: center; }
.panel > .acts, .panel > footer > form[data-asks] { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; }
.panel > footer details[open]:not(.snooze) { order: -1; }
.panel > footer > form > .fields, .panel > footer > form:has(> details[open]) { flex: 1 0 100%; }
.add-row:not(.card) { padding: .5rem 0 0; }
[data-question] .add-row { padding: 0 0 .625rem; }

/** The button of an open form (in .change: Cancel) is not filled. While rows are ticked, only the button in the rows' bar is filled. */
:is(.panel > footer details, .change)[open] > summary.button, .queue-page:has(.check :checked) .panel > footer > form > .actions > button:not([class]) { background: var(--paper); border-color: var(--line2); color: var(--ink); }
details[open]:not([data-popover], .change) > summary.button { margin-block-end: .5rem; }
.change[open] { position: relative; }
.change[open] > summary { position: absolute; inset: auto 0 0 auto; }
.change .actions { flex: 1; align-items: flex-end; justify-content: flex-end; max-width: none; margin: 0; padding-inline-end: 5.25rem; }
:lang(ko) .change .actions { padding-inline-end: 3.5rem; }
.change > .add-row { padding: 0; }
.change > .add-row > .actions { flex: 1 0 auto; align-self: flex-end; }
.change > .add-row > div { flex: 1 1 5.5rem; }
.change > .add-row > div:has(> [name=effect]) { flex-basis: 9.5rem; }
.change > .add-row > .of-approval { order: 0; }
.change > .add-row > div + div { flex: 2 1 8rem; }
.change > .add-row > div.wide { flex: 2 1 20rem; }
.change > .add-row > details[open] { order: 0; }
.change[open]:has(> .card) > summary { inset: auto calc(1rem + 1px) calc(.75rem + 1px) auto; }
.change > .card { margin: 0; text-align: start; }
.page-head > .actions:has(> .change[open]), .page-head .change[open] { flex: 1 0 100%; }
.change:has(> .question) > summary, .change:not([open]) > summary > :last-child, .change[open] > summary > :first-child, .panel > footer:has(> .change[open]) > :not([open]) { display: none; }
.panel > footer :is(.actions, .note) { margin: 0; }
.panel > footer > .note { flex: 1 0 100%; }
.panel > footer > .next { align-self: center; margin-inline-start: auto; color: var(--soft); }
.lines:not(:has(th.rest)) td > .outcome { white-space: normal; }
label.tick { display: flex; gap: .5rem; align-items: center; }
label.tick > input { flex: none; }
.undo { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; justify-content: space-between; margin: 0; }
li.undo { margin-block: .375rem; }
li.undo > span { flex: 1 1 10rem; }
.undo > .question { flex: 1 0 100%; }

.strip { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; padding: .75rem 1rem; border-bottom: 1px solid var(--line); }
.strip > div { flex: 1 1 20rem; }
.strip > .actions, .strip p { margin: 0; }
.strip.bad b:first-child { color: var(--red); }
mark { border-radius: 2px; background: var(--red); color: var(--paper); font-weight: 600; }
.mark { display: inline-grid; place-items: center; flex: none; width: 1.75rem; height: 1.75rem; border-radius: var(--radius); background: var(--sunken); color: var(--soft); }
.rows { list-style: none; margin: 0 0 .75rem; padding: 0; background: var(--paper); border: 1px solid var(--line); border-radius: var(--card); box-shadow: var(--shadow); }
.rows > li { display: flex; align-items: center; gap: .75rem; min-height: 3.25rem; padding: .375rem .75rem; border-bottom: 1px solid var(--line); }
.rows > li:last-child { border-bottom: 0; }
.rows > li:is([aria-current], :focus-within) { background: var(--accent-wash); }
.rows > li[aria-current] { box-shadow: inset 3px 0 var(--accent); }
.rows > .group { min-height: 1.75rem; padding-block: 0; background: var(--sunken); color: var(--soft); font-size: .75rem; font-weight: 600; }
.rows > li:has(> .question) { flex-wrap: wrap; background: none; }
.rows > li > .question { flex: 1 0 100%; grid-column: 1 / -1; min-width: 0; color: var(--ink); }
.rows > .done { min-height: 2.5rem; background: var(--sunken); color: var(--soft); }
.rows .what { flex: 1 1 14rem; min-width: 0; }
.rows .what > * { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: inherit; text-decoration: none; }
.rows .what > :is(.hint, small) { color: var(--soft); }
.avatar { display: inline-grid; place-items: center; flex: none; width: 1.5rem; height: 1.5rem; border-radius: 99px; background: var(--accent-wash); color: var(--accent); font-size: .625rem; font-weight: 600; }
.avatar.none { background: none; }
.empty { border: 1px dashed var(--line2); border-radius: var(--card); padding: 1rem; margin: 0 0 1rem; color: var(--soft); }
.empty > :last-child { margin-bottom: 0; }
.timeline { list-style: none; margin: 0; padding: 0; }
.timeline > li { display: grid; grid-template-columns: 2.75rem 1.75rem minmax(0, 1fr); gap: 0 .75rem; padding: 0 0 .75rem; }
.timeline > .day { display: block; font-weight: 600; }

@media (max-width: 68.75rem) {
  .with-side, .person { grid-template-columns: minmax(0, 1fr); }
  .with-side > div { display: contents; }
  .with-side > :first-child > section ~ :last-child { order: 1; }
  .with-side > .first { grid-area: auto; position: static; order: -1; }
  .beside.open { display: block; }
  .beside.open > .list, main:has(> .beside.open) > .health > :not(.strip), main:has(> .beside.open) > .chips, main:has(> .beside.open) > .page-head > :not(h1) { display: none; }
  /** If nobody has chosen a row, the panel shows the first row. A narrow screen then shows the list, not this panel. */
  .first > .beside.open > .list { display: block; }
  .first > .beside.open > .panel { display: none; }
  .queue-page.first tr[aria-current]:not(:focus-within, :has(> .check :checked)) { background: none; }
  .queue-page.first tr[aria-current] > :first-child { box-shadow: none; }
  .page-head:has(~ .queue-page:not(.first)) nav, .chips:has(~ .queue-page:not(.first)) { display: none; }
}
@media (min-width: 40.0625rem) { .phone-only { display: none; } }
@media (max-width: 40rem) {
  .page-head > nav { order: 1; }
  .page-head:has(li:nth-child(6)) > .actions .button { min-width: 44px; }
  .filters:not(:has(> :nth-child(4))) { flex-wrap: wrap; }
  .tabs a, .chip summary, .row-action button, td > .button, .panel > footer > .next { min-height: 44px; }
  .crumbs a, .timeline a { display: inline-block; }
  :is(.pop, fieldset) .choice, .crumbs a, .timeline a { min-height: 44px; padding: .75rem 0; }
  .timeline a { margin-block: -.75rem; }
  .tabs a { padding-inline: .375rem; }
  .chips > form { flex-basis: 100%; }
  .chips > .filters { display: flex; flex: 0 0 100%; gap: .375rem; overflow-x: auto; scrollbar-width: none; }
  .filters > .chip { flex: none; }
  /** Set filters come first, so that they are visible. */
  .filters > .chip.set { order: -1; }
  .chips > .total > a { display: inline-block; padding-block: .75rem; margin-block: -.375rem -.75rem; }
  /** On a phone, the other fields are hidden until somebody focuses the form or types the entry to add. */
  .list > .add-row:not(:focus-within):has(#entry:placeholder-shown) > :not(.icon, :has(> #entry)) { display: none; }
  /** The form of a chip is as wide as the line of chips, wherever the chip is. */
  .chips { position: relative; }
  .chip { position: static; }
  .chip .pop { inset-inline: 0; }
  .chips > form input { min-height: 44px; }
  .chip > a { padding-inline: .75rem; }
  body:has(> header > nav:not(.languages)) .panel > footer { inset-block-end: 3.75rem; }
  /** While a form in the foot is open, the foot is not sticky. So the form does not cover the content that the form is about. */
  .adapted .panel > footer:has(details[open]) { position: static; }
  .panel > footer { scroll-margin-block: 4.5rem; }
  .panel > footer > * { flex: 1; }
  .panel > footer > form[data-asks] { flex-basis: 100%; }
  .panel > footer > details:not([open]) + form[data-asks] { flex-basis: auto; }
  .panel > footer > details { flex: none; }
  /** "Assign to me" is hidden, to make room for the buttons that decide. "Assign…" remains, and its first choice is the visitor. */
  .panel > footer > form:has([data-act=assign]) { display: none; }
  .panel > footer > .next { flex: 1 1 4rem; line-height: 44px; text-align: end; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .panel > .close { padding: 14px; inset: 0 0 auto auto; }
  .check label { min-height: 44px; margin: 0; }
  .strip > :is(div, p) { flex: 1 1 12rem; }
  .queue thead td { background: none; }
  .queue tbody th:is(th) { padding-block: .375rem; }
  .queue tbody th small { white-space: normal; overflow-wrap: anywhere; }
  .queue .group th:has(.button) > span { line-height: 44px; }
  .panel > footer { gap: .25rem .5rem; padding-block: .5rem; }
  .panel > footer :is(button, .button) { padding-inline: .5rem; white-space: nowrap; }
  .queue :is(tbody, thead) th:is(th) { position: static; background: none; max-width: 0; }
  .rows > li { flex-wrap: wrap; }
  #palette { margin-block-start: .75rem; }
  #palette .rows > li { flex-wrap: nowrap; padding-block: .375rem; }
  #palette .rows .what { display: block; }
  #palette .rows .what > * { white-space: normal; overflow-wrap: anywhere; }
  #palette footer { display: none; }
  .rows > .group { padding-block: .25rem; }
  td a:not(.sentence > a, .button), dd a { display: inline-block; min-height: 44px; padding: .75rem 0; }
  dt:has(+ dd > a) { padding-top: .75rem; }
  /** On a phone, a link is 44 px high, so that a finger can press it. If the lines around it have no links, the link overlaps them. */
  dt:not(dd:has(> a) + dt):has(+ dd > a):not(:has(+ dd + dt + dd > a)) { padding-top: 0; }
  dd:not(dd:has(> a) + dt + dd):not(:has(+ dt + dd > a)) > a { margin-block: -.75rem; }
  .panel > section > .actions:has(> a:not(.button)) { display: grid; gap: 0; justify-content: start; margin-bottom: 0; }
  .panel > section > .actions > a { min-height: 44px; padding-block: .75rem; }
  th, td, section.card th, section.card td { padding-inline: .375rem; }
  th:first-child { padding-inline-start: .75rem; }
  thead th { white-space: normal; }
  tbody th, thead th:first-child { position: sticky; inset-inline-start: 0; background: var(--paper); max-width: 45vw; }
  .scroll .cards-on-phone, .scroll .cards-on-phone :is(caption, tbody, tr, th) { display: block; }
  .scroll .cards-on-phone thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .with-side .scroll .cards-on-phone thead:has(.check) { display: block; position: static; width: auto; height: auto; overflow: visible; clip-path: none; }
  .with-side .scroll .cards-on-phone thead:has(.check) :is(tr, .check) { display: block; width: auto; max-width: none; height: auto; }
  .with-side .scroll .cards-on-phone thead:has(.check) th:not(.check) { display: none; }
  .with-side .scroll .cards-on-phone thead label { position: static; display: flex; align-items: center; justify-content: space-between; width: 100%; height: 44px; }
  .with-side .scroll .cards-on-phone thead .hidden { position: static; width: auto; height: auto; clip-path: none; }
  .scroll .cards-on-phone tbody tr { position: relative; padding: .5rem .75rem; border-bottom: 1px solid var(--line); }
  .scroll .cards-on-phone tbody tr:last-child { border-bottom: 0; }
  section.card .scroll .cards-on-phone tbody tr { padding-inline: 0; }
  .scroll .cards-on-phone tbody tr > :is(th, td):is(th, td) { height: auto; border: 0; padding: .125rem 0; max-width: none; overflow: visible; white-space: normal; overflow-wrap: anywhere; text-align: start; }
  .scroll .cards-on-phone tbody th { position: static; background: none; font-weight: 600; }
  .scroll .cards-on-phone .value { display: inline; white-space: pre-wrap; overflow-wrap: anywhere; }
  .scroll .cards-on-phone td { display: table; table-layout: fixed; width: 100%; }
  .cards-on-phone td[data-column]::before { content: attr(data-column); }
  .scroll .cards-on-phone td::before { display: table-cell; vertical-align: top; width: 32%; padding-inline-end: .5rem; color: var(--soft); font-size: .75rem; }
  .scroll .cards-on-phone tbody tr > .check:is(td) { position: absolute; box-shadow: none; inset: 0 .25rem auto auto; display: block; width: 44px; }
  .scroll .cards-on-phone td:has(> a)::before { padding-top: .75rem; }
  .scroll .cards-on-phone td:empty { display: none; }
  .cards-on-phone :is(.tag, .outcome) { white-space: normal; }
  .scroll .lines tbody tr { display: flex; flex-wrap: wrap; align-items: baseline; column-gap: 1rem; }
  .scroll .lines tbody th:not(:has(time)), #decisions .lines td:has(> .value) { flex-basis: 100%; }
  .scroll .lines tbody tr:has(.check) { padding-inline-end: 3rem; }
  .scroll .cards-on-phone:not(.lines) tbody tr:has(.check) > th:is(th) { padding-inline-end: 2rem; }
  .scroll .lines.cards-on-phone :is(th, td):not(.check) { display: block; width: auto; min-width: 0; }
  .scroll .lines.cards-on-phone td:is(:empty, :has(> :is(.unset, .changed))) { display: none; }
  .scroll .lines:has(.sentence) > tbody > tr > th { flex: 1; }
  .scroll .lines.cards-on-phone td:has(.sentence) { order: 1; flex-basis: 100%; }
  .scroll .lines td::before { display: inline; vertical-align: baseline; }
  /** Access list: a row's first line shows the entry and its effect. The other cells follow in smaller type. */
  .scroll .lines:has(.changed) tbody tr { column-gap: .375rem; }
  .scroll .lines:has(.changed) tbody tr::before { content: ""; flex-basis: 100%; order: 1; }
  .scroll .lines:has(.changed) tbody th:is(th) { flex-basis: auto; }
  .scroll .lines:has(.changed) td:not(.check, :has(> .tag:is(.good, .bad, .asked))) { order: 2; font-size: .75rem; line-height: 1rem; }
  .scroll .lines:has(.changed) td::before { padding-inline-end: .25rem; text-transform: lowercase; }
  .scroll .lines:has(.changed) td:is(.number, .rest, :has(> .tag:is(.good, .bad, .asked)))::before { display: none; }
  .scroll .lines:has(.changed) td:not(.check, .rest, :empty, :has(> :is(.unset, .changed, .good, .bad, .asked)), :has(+ td:empty), :has(+ td > :is(.unset, .changed)))::after { content: " ·"; }
  .scroll .lines:has(.changed) .number:not(:empty):has(+ td > .unset):has(+ td + .rest:not(:empty))::after { content: " ·"; }
  .scroll .lines:has(.changed) td > a { margin-block: -.75rem; }
  .scroll .lines td:is(:has(> :is(.outcome, code, form, .button)), :has(.sentence))::before, .scroll .lines td.rest:has(> .tag)::before, #decisions .lines td:has(> .value)::before { display: none; }
}
`;
