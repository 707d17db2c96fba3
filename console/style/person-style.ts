/** The look of what one decision and one person are shown by. */
export const PERSON_STYLE = `
/* rule-lines.tsx */
.rules { list-style: none; margin: 0; padding: 0; }
.rules > li { display: flex; gap: .5rem; align-items: flex-start; padding: .25rem 0; }
.rules > li > div { flex: 1; min-width: 0; }
.rules > li > svg.icon { color: var(--word, var(--soft)); margin-top: .125rem; }
`;
