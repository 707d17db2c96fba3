/** The look of the inbox, and of what operators make of things that wait: owner, snooze, notes. */
export const INBOX_STYLE = `
.health { padding: 0; overflow: clip; }
.health > :is(.key, .figures, .chart, .standout, .note) { margin: .5rem 1rem; }
.health .strip p { max-width: none; }
.health .strip > .actions { flex: none; margin-inline-start: auto; }
.health .chart { margin-bottom: .75rem; }
.systems > .hint { margin-inline-start: auto; }
.figures { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .25rem 1rem; }
.figures > nav > .tabs, .figures > .key { margin: 0; }
.figures .bad, dd.bad, .group.bad { color: var(--red); }
.dash { display: inline-block; width: 1.125rem; border-top: 1px dashed var(--soft); vertical-align: middle; }
.inbox > li:not(.done) > .what a { display: inline; color: var(--ink); text-decoration: none; }
.inbox > li > .what a:hover { text-decoration: underline; }
.inbox h2 { margin: 0; font-size: inherit; }
.inbox .number { min-width: 2.5rem; text-align: end; font-size: .875rem; }
.inbox .trend { flex: none; width: 4rem; }
.inbox .age { min-width: 3.5rem; text-align: end; color: var(--soft); }
.inbox .act { flex: none; min-width: 9.5rem; display: grid; }
.task :is(form, details) { margin: 0; }
.task dd { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; }
.task .snooze[open] { display: flex; flex-wrap: wrap; gap: .375rem; }
.task-note { display: flex; gap: .5rem; margin: .375rem 0; }
.task-note > p { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.task-note > input { flex: 1; min-width: 6rem; }
.newest { display: flex; gap: .75rem; margin: 0 0 .375rem; }
.newest > a { margin-inline-start: auto; }
@media (max-width: 40rem) {
  .inbox > li:not(.group, .done) { display: grid; grid-template-columns: auto 1fr auto; gap: .25rem .75rem; }
  .inbox .what > * { white-space: normal; }
  .inbox .trend { display: none; }
  .inbox > li:not(.group, .done) > :nth-child(5) { grid-row: 2; }
  .inbox .age { grid-row: 2; grid-column: 2; text-align: start; }
  .inbox .act { grid-row: 2; grid-column: 3; }
  .task-note { flex-wrap: wrap; }
}
`;
