/** The look of what one decision and one person are shown by. */
export const PERSON_STYLE = `
/* rule-lines.tsx */
.rules { list-style: none; margin: 0; padding: 0; }
.rules > li { display: flex; gap: .5rem; align-items: flex-start; padding: .25rem 0; }
.rules > li > div { flex: 1; min-width: 0; }
.rules > li > svg.icon { color: var(--word, var(--soft)); margin-top: .125rem; }

/* search.tsx */
.results .what { color: inherit; text-decoration: none; }
.results .what:hover b { text-decoration: underline; }

/* person-page.tsx */
.crumbs { display: flex; gap: .75rem; margin-bottom: .5rem; font-size: .75rem; }
.entity-head { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; }
.entity-head > div { flex: 1 1 16rem; min-width: 0; }
.entity-head :is(h1, p) { margin: 0; }
.entity-head h1 { font-size: 1.25rem; }
.person { display: grid; grid-template-columns: minmax(0, 1fr) 23.5rem; gap: 1rem; align-items: start; }
.person > section { min-width: 0; }
.person .page-head h2 { margin: 0; }
.person fieldset p { display: inline-block; margin: 0 .75rem .25rem 0; }
article.panel > footer { position: static; }
.person .page-head > .hint { margin-inline-start: auto; }
.timeline.card { padding: 1rem; }
.timeline > li > div { min-width: 0; overflow-wrap: anywhere; }
.timeline > li > a { font-family: var(--mono); font-size: .75rem; }
.timeline time { text-align: end; color: var(--soft); }
.panel .timeline { border: 0; padding: 0; box-shadow: none; margin: 0; }
.panel .timeline > li { grid-template-columns: 2.75rem 1.75rem minmax(0, 1fr); column-gap: .5rem; }
.panel .timeline > li > a { grid-column: 3; }
.panel > .entity-head { align-items: flex-start; }
.panel > .entity-head > div { flex-basis: 12rem; }
@media (max-width: 68.75rem) { .person { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 40rem) { .timeline > li { grid-template-columns: 2.75rem 1.75rem minmax(0, 1fr); } .timeline > li > a { grid-column: 3; } }
@media print { .person { display: block; } .person > .panel { margin-top: 1rem; } .crumbs, .person details { display: none; } .timeline > li { break-inside: avoid; } }
`;
