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
