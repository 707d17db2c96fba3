import { createHash } from "node:crypto";
import type { Hono } from "hono";
import { MARK } from "../parts/icon";
import { BASE_STYLE } from "./base-style";
import { ADAPT, ENHANCE } from "./browser-scripts";
import { PAGES_STYLE } from "./pages-style";
import { PARTS_STYLE } from "./parts-style";

export const STYLE = `${BASE_STYLE}
main { padding: 1rem 1.5rem 4rem; max-width: 90rem; margin: 0 auto; }
main:focus, .panel:focus, .question:focus { outline: none; }
/** Korean breaks between words, as readers expect. */
:lang(ko) { word-break: keep-all; overflow-wrap: break-word; }
code, .value { overflow-wrap: anywhere; }
/** The page of gates shows the note on the time zone only if the page shows a time. The form of a gate names the zone itself. */
main:has(.set-gate):not(:has(.tag + small, fieldset > .hint, time)) > .zone { display: none; }
.value { white-space: pre-wrap; }
:is(td, th) .value { white-space: inherit; }

.skip { position: absolute; left: -999rem; }
.skip:focus { left: .5rem; top: .5rem; z-index: 5; background: var(--paper); padding: .5rem 1rem; }
.menu { position: relative; }
.menu summary { list-style: none; }
.menu summary::-webkit-details-marker, .chip summary::-webkit-details-marker, summary.button::-webkit-details-marker { display: none; }
.menu:has(li:not(.narrow-only) > [aria-current]) > summary { color: var(--ink); font-weight: 600; }
body > header nav .menu ul { display: grid; padding: .375rem; }
body > header nav .menu a { width: 100%; }
body > header > nav li > a svg.icon, .narrow-only { display: none; }
body > header > search { flex: 0 1 13.75rem; margin-inline-start: auto; min-width: 6rem; }
.find { position: relative; margin: 0; }
.find input:is([type=search]) { padding-inline: 1.875rem; appearance: none; }
.find svg.icon { position: absolute; inset: .5rem auto auto .5rem; color: var(--soft); pointer-events: none; }
.find kbd { position: absolute; inset: .4375rem .4375rem auto auto; pointer-events: none; }
@media (max-width: 68.75rem) {
  .brand { margin-inline-end: 0; }
  .brand span, .gate .wide-only { display: none; }
  body > header > search { flex: 0 0 2.25rem; min-width: 2.25rem; }
  .find > :not(.narrow-only) { display: none; }
  .find .narrow-only { display: grid; place-items: center; min-height: 2.25rem; color: var(--soft); }
  .find .narrow-only svg.icon { position: static; }
}
.account, .languages { margin-inline-start: .25rem; }
body > header > .brand + :is(.languages, .account) { margin-inline-start: auto; }
.account summary { padding: 0; border-radius: 99px; }
:is(.account, .asker) .avatar { width: 1.75rem; height: 1.75rem; font-size: .6875rem; }
.account .pop { inset-inline: auto 0; min-width: 12rem; display: grid; gap: .5rem; }
body > header > .gate { flex: none; }
body > header > .gate .outcome { color: var(--ink); }
.gate .pop { inset-inline: auto 0; width: 25rem; max-height: calc(100vh - 4rem); overflow-y: auto; }
.set-gate > fieldset, .set-gate .when-set fieldset { border: 0; padding: 0; }
.set-gate legend { padding: 0; margin-bottom: .25rem; }
:is(.set-gate, .gate, .card) > fieldset > .choice { display: flex; gap: .625rem; align-items: baseline; padding: .375rem .5rem; margin: 0 -.5rem; border-radius: var(--radius); }
.choice:has(:checked) { background: var(--accent-wash); }
.choice .number { display: block; }
.choice > input { flex: none; transform: translateY(20%); }
.choice > span > small:last-child { display: block; }
.spans { display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
/**
 * The form of a gate shows only the fields that fit the selected state. Without a selection, or for an open gate, it shows no field. For
 * any other state, it shows the end and the reason. For a closed gate, it also shows the field for the word to type.
 */
.set-gate:not(:has([name=state]:checked)) > :is(.when-set, .when-chosen), .set-gate:has([value=open]:checked) > :is(.when-set, .when-chosen),
.set-gate:not(:has([value=closed]:checked)) .when-closed, .set-gate:has([value=closed]:checked) > .when-chosen, .set-gate:not(:has([value=open]:checked)) > .when-open,
.set-gate:not(:has([value=until]:checked)) .when-until { display: none; }
.note.gates { background: var(--violet-wash); }
.note.gates:has(.block) { background: var(--red-wash); }
.note.gates > div { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; }
.note.gates p { margin: 0; flex: 1 1 20rem; max-width: none; }
body > header nav.languages a { padding-inline: 0; }
.account bdi { font-weight: 600; overflow-wrap: anywhere; }

input[type=file] { max-width: 100%; }
::file-selector-button { min-height: 1.75rem; margin-inline-end: .75rem; padding: 0 .75rem; font: inherit; font-weight: 550; color: inherit; background: var(--paper); border: 1px solid var(--line2); border-radius: var(--radius); cursor: pointer; }
/** The hint below a field does not touch the field's focus ring. */
small[id] { display: block; margin-block-start: .25rem; }
small.problem { color: var(--red); font-weight: 600; white-space: pre-line; }
textarea { min-height: 4.5rem; resize: vertical; vertical-align: top; }
:is(.kept, .fields) textarea { min-height: 2rem; max-height: 12rem; field-sizing: content; }
[aria-invalid=true] { border-color: var(--red) !important; border-width: 2px !important; }
fieldset { border: 1px solid var(--line); border-radius: var(--card); margin: 0 0 .75rem; padding: .5rem 1rem .75rem; min-width: 0; }
fieldset > legend { padding-inline: .25rem; }
.fields { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 12rem), 1fr)); align-items: start; margin-bottom: .75rem; }
.fields:has(> :nth-child(7)) { grid-template-columns: repeat(auto-fit, minmax(min(46%, 12rem), 1fr)); }
.narrow { max-width: 42rem; }
.card > h2, .dry-run > h2, .card > h3:first-child { margin-top: 0; }
details.card:not([open]) { padding-block: .125rem; }
label:has(> [type=radio], > [type=checkbox]) { font-weight: 400; }
.figure { font-size: 1.25rem; font-weight: 600; line-height: 1.75rem; }
time { white-space: nowrap; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .25rem 1rem; margin: 0 0 .75rem; }
dd { margin: 0; min-width: 0; }
dt, dd { overflow-wrap: anywhere; }
.add-row { display: flex; flex-wrap: wrap; align-items: start; gap: .5rem; padding: .625rem 1rem; }
.add-row > :is(div, .icon) { margin: 0; }
.add-row > .icon { margin-top: .5rem; color: var(--green); }
.add-row > div:has([name=entry]) { flex: 1 1 11rem; }
.add-row > div:has(#domain) { flex: 1 1 9rem; max-width: 24rem; }
.add-row > .wide { flex: 2 1 11rem; }
.add-row > details { margin-block: .375rem 0; }
.add-row > details[open] { flex: 1 1 100%; }
.add-row > .actions { min-height: 2rem; }
.add-row > .of-approval { flex: 1 0 100%; order: 1; margin: 0; max-width: none; }
.add-row:not(:has([value=approval]:checked)) > .of-approval { display: none; }
.bar { position: sticky; bottom: 0; z-index: 1; min-width: 0; background: var(--paper); box-shadow: 0 -2px 8px rgb(20 25 31 / 6%); padding-bottom: .25rem; }
form:not(:has(.check :checked)) > .when-ticked { display: none; }
.bar .actions { margin: .25rem 0; }
html:has(.bar) { scroll-padding-bottom: 10rem; }
html:has([data-live]) { overflow-anchor: none; }
dialog { background: var(--paper); color: var(--ink); border: 1px solid var(--line2); border-radius: var(--pop); box-shadow: var(--float); max-width: min(36rem, 100vw - 2rem); }
dialog h2 { margin-top: 0; }
#keys dl > div { display: contents; }
dialog::backdrop { background: rgb(13 17 21 / 45%); }
${PARTS_STYLE}
${PAGES_STYLE}
@media (max-width: 62rem) {
  .wide-only { display: none; }
  body > header nav :is(.menu, ul) > .narrow-only, body > header nav .menu .narrow-only { display: list-item; }
  body > header .menu.pages:has([aria-current]) > summary { color: var(--ink); font-weight: 600; }
}
@media (max-width: 48rem) {
  body > header { padding: 0 .75rem; gap: .25rem; }
  body > header nav :is(a, summary) { padding: 0 .25rem; }
}
@media (max-width: 40rem) {
  main { padding: .75rem .75rem 6rem; }
  body > header > nav:not(.languages) { position: fixed; inset: auto 0 0; z-index: 3; background: var(--paper); border-top: 1px solid var(--line); padding-bottom: env(safe-area-inset-bottom); }
  body > header > nav:not(.languages) > ul { justify-content: space-around; min-height: 3.75rem; align-items: stretch; }
  body > header > nav > ul > li:is(:not(.wide-only)) { display: grid; flex: 1; }
  body > header > nav:not(.languages) > ul > li > a, body > header nav .menu.pages > summary { position: relative; flex-direction: column; justify-content: center; gap: .125rem; font-size: .6875rem; width: 100%; background: none; min-height: 3.75rem; padding: 0; }
  body > header > nav li > a[aria-current], body > header .menu.pages:has([aria-current]) > summary { color: var(--accent); background: none; }
  body > header > nav li > a svg.icon, .menu.pages > summary .narrow-only { display: block; width: 1.25rem; height: 1.25rem; }
  body > header > nav li > a > .count { position: absolute; inset: .375rem auto auto calc(50% + .25rem); }
  .menu.pages .pop { inset: auto 0 calc(100% + .25rem) auto; }
  body > header > search { flex: 0 0 44px; min-width: 44px; }
  .find .narrow-only { min-height: 44px; }
  .find .narrow-only svg.icon { width: 1.25rem; height: 1.25rem; }
  .gate .pop { position: fixed; inset: 3.5rem .75rem auto; width: auto; }
  .gate .icon { display: none; }
  .account summary { display: inline-grid; place-items: center; min-width: 44px; }
  summary { padding-block: .5rem; }
  .add-row > .icon { margin-top: .875rem; }
  .add-row > .of-approval { order: 0; }
  .fields textarea { min-height: 44px; }
  .fields > :has(textarea) { grid-column: 1 / -1; }
  /** The tabs are one line that scrolls, so that the page's content starts on the first screen. */
  .adapted .tabs { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; white-space: nowrap; margin-inline: -5px; padding: 5px; }
  .page-head > nav { min-width: 0; max-width: 100%; }
  .bar { padding: .5rem; bottom: 3.75rem; }
  .bar .actions { gap: .375rem; }
  .bar button { padding-inline: .5rem; }
  .bar .pair { flex: 1 1 13rem; }
  .bar .pair > select { flex: 1; }
  dl { grid-template-columns: 1fr; gap: 0; }
  .panel dl, dl.card { grid-template-columns: minmax(6rem, 32%) 1fr; gap: .25rem .5rem; }
  dl.card { grid-template-columns: fit-content(50%) 1fr; }
  time { white-space: normal; }
}
@media print { .actions, form, .chips, .page-head nav, .panel > footer { display: none; } }
`;

/** A file that browsers may keep for ever, because its `path` changes with its `content`. */
export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly content: string;
}

export const assets = {
  style: asset("style", "css", "text/css; charset=utf-8", STYLE),
  adapt: asset("adapt", "js", "text/javascript; charset=utf-8", ADAPT),
  enhance: asset("enhance", "js", "text/javascript; charset=utf-8", ENHANCE),
  icon: asset("icon", "svg", "image/svg+xml", MARK),
};

export function asset(name: string, ending: string, type: string, content: string): Asset {
  const hash = createHash("sha256").update(content).digest("base64url").slice(0, 10);
  return { path: `/${name}.${hash}.${ending}`, type, content };
}

export function addAssets(app: Hono, some: readonly Asset[]): void {
  for (const { path, type, content } of some) {
    app.get(path, (context) =>
      context.body(content, 200, { "Content-Type": type, "Cache-Control": "public, max-age=31536000, immutable" }),
    );
  }
}
