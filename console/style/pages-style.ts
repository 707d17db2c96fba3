/** Style of single pages: the inbox and its tasks; one decision, one person. */
export const PAGES_STYLE = `
/* inbox.tsx, tasks.tsx */
.health { padding: 0; overflow: clip; }
.health > :is(.key, .figures, .chart, .note) { margin: .5rem 1rem; }
.health .strip p { max-width: none; }
.health .strip > .actions { flex: none; margin-inline-start: auto; }
.health .chart { margin-bottom: .25rem; }
.figures { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .25rem 1rem; }
.figures > nav > .tabs, .figures > .key { margin: 0; }
.figures > .key { flex: 1 1 30rem; }
.figures .bad, .group.bad { color: var(--red); }
.dash { display: inline-block; width: 1.125rem; border-top: 1px dashed var(--soft); vertical-align: middle; }
.inbox > li:not(.done) > .what a { display: inline; color: var(--ink); text-decoration: none; }
.inbox h2 { margin: 0; font-size: inherit; }
.inbox .number { min-width: 2.5rem; text-align: end; font-size: .875rem; }
.inbox .trend { flex: none; width: 4rem; }
.inbox .age { min-width: 3.5rem; text-align: end; color: var(--soft); }
.inbox .act { flex: none; min-width: 11.5rem; }
.inbox :is(.act, .act > form) { display: grid; }
.task :is(form, details) { margin: 0; }
.task dd { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; }
.pair { display: flex; gap: .25rem; min-width: 0; }
.pair > select { width: 12rem; min-width: 0; }
.snooze form { display: inline-block; margin: 0 .375rem .375rem 0; }
/** The note on spared people is shown while "deny-domain" is ticked and at least one person is not ticked. */
form:not(:has([name=deny-domain]:checked):has([name=person]:not(:checked))) .spared { display: none; }
.task-note { display: flex; gap: .5rem; margin: .375rem 0; }
.task-note > p { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.task-note > input { flex: 1; min-width: 6rem; }
.panel > section > details { margin: 0; }
.newest { display: flex; gap: .75rem; margin: 0 0 .375rem; }
.newest > a { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.newest > time { flex: none; }
@media (max-width: 40rem) {
  /** On a phone, failures come first, then tasks, then the figures. */
  main:has(> .health) { display: flex; flex-direction: column; }
  .health { display: contents; }
  .health > .strip { border: 1px solid var(--line); border-radius: var(--card); margin-bottom: .75rem; padding: .5rem .75rem; }
  .health > .strip:not(.bad) { background: var(--paper); }
  main:has(> .health) > .zone { order: 2; }
  .health > :not(.strip):is(*) { order: 1; margin: 0; padding: .5rem .75rem; background: var(--paper); border: solid var(--line); border-width: 0 1px; }
  .health > .figures:is(*) { margin-top: .75rem; border-top-width: 1px; border-radius: var(--card) var(--card) 0 0; }
  .health > .chart:is(*) { border-bottom-width: 1px; border-radius: 0 0 var(--card) var(--card); }
  .inbox > li:not(.group, .done) { display: grid; grid-template-columns: auto 1fr auto auto; gap: .25rem .75rem; }
  .inbox > li:not(.group, .done) > .what { grid-column: 2 / 4; }
  .inbox .what > * { white-space: normal; }
  .inbox .trend { display: none; }
  .inbox > li:not(.group, .done) > :nth-child(5) { grid-row: 2; }
  .inbox .age { grid-row: 2; grid-column: 2; text-align: start; }
  .inbox .act { grid-row: 2; grid-column: 3 / -1; max-width: 55vw; }
  .inbox .act .button { white-space: normal; }
  .task-note { flex-wrap: wrap; }
}

/* rule-lines.tsx */
.rules { list-style: none; margin: 0; padding: 0; }
.rules > li { display: flex; gap: .5rem; align-items: flex-start; padding: .25rem 0; }
.rules > li > div { flex: 1; min-width: 0; }
.rules > li > svg.icon { color: var(--word, var(--soft)); margin-top: .125rem; }

/** people-list.tsx: an action is hidden until somebody ticks a row that the action applies to. */
form:not(:has([value^="account/"]:checked)) > .when-ticked [value="extend-access"] { display: none; }
form:not(:has([value^="request/"]:checked)) > .when-ticked :is([value="resend"], [value="extend"]) { display: none; }

/* person-page.tsx */
.crumbs { display: flex; gap: .5rem; margin-bottom: .5rem; font-size: .75rem; }
.crumbs a + a::before { content: "/"; display: inline-block; margin-inline-end: .5rem; color: var(--soft); }
.entity-head { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; }
.entity-head > div:not(.actions) { flex: 1 1 16rem; min-width: 0; }
.entity-head > div > :is(h1, p) { margin: 0; }
.entity-head h1 { font-size: 1.25rem; }
.person > section { min-width: 0; }
.person > section > h2:first-child { margin-top: .25rem; }
article.panel > footer { position: static; }
@media (min-width: 68.75rem) { .panel.two { columns: 2; column-gap: 0; column-rule: 1px solid var(--line); } .two > :is(header, footer) { column-span: all; } .two > section { break-inside: avoid; } }
.timeline.card { padding: 1rem; }
.timeline > li > div { min-width: 0; overflow-wrap: anywhere; }
.timeline b a, .results .what { color: inherit; text-decoration: none; }
tbody th a:hover, .timeline b a:hover, .inbox > li > .what a:hover, .results .what:hover b { text-decoration: underline; }
.timeline time { text-align: end; color: var(--soft); }
.panel .timeline { border: 0; padding: 0; box-shadow: none; margin: 0; }
.panel .timeline > li { column-gap: .5rem; }

.panel > .entity-head { align-items: flex-start; }
.panel > .entity-head > div { flex-basis: 12rem; }
.panel > .entity-head p { margin: .25rem 0; }
@media (max-width: 68.75rem) { .person > .panel { order: -1; } }
@media (max-width: 40rem) { .entity-head h1 { font-size: 1rem; } }
@media print { .person { display: block; } .person > .panel { margin-top: 1rem; } .crumbs, .person details { display: none; } .timeline > li { break-inside: avoid; } }
`;
