import { html } from "hono/html";
import type { Bench, ChangeFound, FoundSignUp, FoundWord, Tried } from "./bench";
import { type BenchTexts, benchTexts } from "./bench-texts";
import { form, type Html, simulatorPage, type View, visibleText } from "./layout";
import { simulatorTexts } from "./texts";
import { tokenField } from "./tools-part";

/** Offers a search if the policy has changed since its commit. */
export function changeCard(bench: Bench, view: View): Html {
  const { change: t } = benchTexts[view.language];
  return html`<section class="card"><h2>${t.heading}</h2><p>${t.lead}</p>${form(view, "/change", html`${tokenField(bench)}<div class="actions"><button>${t.submit}</button></div>`)}</section>`;
}

/** The people that a change of the policy lets in or refuses. */
export function changePage(found: Tried<ChangeFound>, bench: Bench, view: View): Html {
  const { change: t } = benchTexts[view.language];
  const content = found.ok
    ? result(found.value, view)
    : html`<div class="note bad" role="alert"><p>${t.cannot}</p><pre>${visibleText(found.problem)}</pre></div>`;
  return simulatorPage(view, t.heading, html`<div class="card"><h1>${t.heading}</h1></div>${content}${changeCard(bench, view)}`);
}

function result({ names: [today, draft], isSame, tried, ms, accepted, people }: ChangeFound, view: View): Html {
  const { change: t } = benchTexts[view.language];
  const missing = (["admitted", "refused"] as const).filter((direction) => people.every((each) => each.direction !== direction));
  const none = isSame ? html`<li>${t.same}</li>` : missing.map((direction) => html`<li>${t.none[direction]}</li>`);
  return html`${people.map((each) => personPart(each, view))}
<section class="card"><p role="status">${t.tried(tried, (ms / 1_000).toFixed(1))}</p><ul>${none}${accepted === 0 ? "" : html`<li>${t.accepted(accepted)}</li>`}</ul>
<dl><dt>${t.today}</dt><dd class="words">${visibleText(today)}</dd><dt>${t.draft}</dt><dd class="words">${visibleText(draft)}</dd></dl>
${people.length === 0 ? "" : html`<p>${t.keep}</p><pre>npm run gate -- preview --find --save NAME</pre>`}</section>`;
}

function personPart({ direction, facts, today, draft }: FoundSignUp, view: View): Html {
  const { change: t } = benchTexts[view.language];
  const rows = facts.map(({ what, is }) => html`<dt><code>${visibleText(what)}</code></dt><dd class="words">${visibleText(is)}</dd>`);
  return html`<section class="card"><h2>${t.titles[direction]}</h2><dl>${rows}<dt>${t.today}</dt><dd class="words">${word(today, t, view)}</dd><dt>${t.draft}</dt><dd class="words">${word(draft, t, view)}</dd></dl></section>`;
}

function word({ isAdmitted, step, rule, reasons }: FoundWord, t: BenchTexts["change"], { language }: View): string {
  if (isAdmitted) return t.admitted;
  const { steps } = simulatorTexts[language].path;
  return [`${t.stopped}: ${steps[step]}`, ...(rule === undefined ? [] : [visibleText(rule)]), reasons.map(visibleText).join(", ")].join(
    " · ",
  );
}
