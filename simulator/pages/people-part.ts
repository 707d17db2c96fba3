import { html } from "hono/html";
import type { People } from "./bench";
import { benchTexts } from "./bench-texts";
import type { Html } from "./layout";
import { type SimulatorLanguage, simulatorTexts } from "./texts";
import { visibleText } from "./visible-text";

/** Those who have been saved, to begin with one of them. */
export function peoplePart({ people, flaws }: People, language: SimulatorLanguage): Html {
  const t = benchTexts[language].people;
  const { tenants } = simulatorTexts[language].start;
  const items = people.map(({ name, title, tenant, gate, person }) => {
    const where = [tenants[tenant], ...(gate === undefined ? [] : [gate])].join(" · ");
    return html`<li><a href="/?${new URLSearchParams({ person: name, lang: language }).toString()}">${visibleText(title ?? name)}</a><br>
<small>${visibleText(person.email)} · ${visibleText(where)}</small></li>`;
  });
  return html`<h2 id="people">${t.heading}</h2><p class="hint">${t.lead}</p>
${flaws.length === 0 ? "" : html`<div class="note warn"><p>${t.flaws}</p><ul>${flaws.map((flaw) => html`<li>${visibleText(flaw)}</li>`)}</ul></div>`}
${items.length === 0 ? html`<p>${t.none}</p>` : html`<ul class="people">${items}</ul>`}`;
}
