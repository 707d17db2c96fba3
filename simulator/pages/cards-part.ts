import { html } from "hono/html";
import type { Person } from "../client/person";
import type { Card, CardName, People, Tried } from "./bench";
import { benchTexts } from "./bench-texts";
import { form, type Html, icon, pageAddress, type SimulatorIcon, type View, visibleText } from "./layout";
import { isSamePerson } from "./run";
import { simulatorTexts } from "./texts";
import { whoLink } from "./who-page";

const icons: Readonly<Record<CardName, SimulatorIcon>> = {
  allowed: "allow",
  colleague: "person",
  approval: "waits",
  approved: "approvals",
  referred: "waits",
  denied: "deny",
  provider: "deny",
  unlisted: "list",
  uninvited: "list",
  open: "allow",
  expired: "expiry",
  code: "ticket",
  "used-code": "ticket",
  "expired-code": "ticket",
  "wrong-code": "ticket",
  forgets: "edit",
  "vendor-down": "outage",
  korean: "language",
};

/** People to sign up in one click. @param here the last person */
export function cardsPart(cards: Tried<readonly Card[]>, here: Person | undefined, view: View): Html {
  const { run: t } = simulatorTexts[view.language];
  const all = cards.ok ? cards.value : [];
  const items = all.map((card) => cardItem(card, isSamePerson(card.person, here), view));
  const runAll = all.length < 2 ? "" : form(view, "/all", html`<button class="quiet">${t.runAll}</button>`);
  return html`<div class="page-head"><h1>${t.heading}</h1>${runAll}</div>
${cards.ok ? "" : html`<div class="note bad" role="alert"><p>${t.noCards}</p><pre>${visibleText(cards.problem)}</pre></div>`}
${items.length === 0 ? "" : html`<ul class="people-cards">${items}</ul>`}
<ul class="people-cards"><li><a href="${pageAddress(view, { new: "1" })}"${view.asked.new === undefined ? "" : html` aria-current="true"`}><span class="mark">${icon(view, "add")}</span>
<span><b>${t.somebodyElse}</b><small>${t.onlyAddress}</small></span>${icon(view, "next")}</a></li></ul>
${view.people === undefined || view.people.people.length + view.people.flaws.length === 0 ? "" : savedPart(view.people, view)}
<p class="hint">${t.footer}</p>${whoLink(view)}`;
}

function cardItem({ name, person, outcome }: Card, isHere: boolean, view: View): Html {
  const { run: t } = simulatorTexts[view.language];
  const said =
    outcome === undefined ? html`<span class="tag">${t.notRun}</span>` : html`<span class="tag ${outcome}">${t.tags[outcome]}</span>`;
  return html`<li><a href="${pageAddress(view, { card: name })}"${isHere ? html` aria-current="true"` : ""}><span class="mark ${outcome ?? ""}">${icon(view, icons[name])}</span>
<span><span class="line"><b>${t.cards[name]}</b>${said}</span><small>${visibleText(person.email)}, ${t.by[person.issuer]}</small></span></a></li>`;
}

/** People in the team's files. */
function savedPart({ people, flaws }: People, view: View): Html {
  const { people: t } = benchTexts[view.language];
  const { tenants } = simulatorTexts[view.language];
  const items = people.map(
    ({ name, title, tenant, gate, person }) => html`<li><a href="/?${new URLSearchParams({ person: name, lang: view.language })}">
<span><b>${visibleText(title ?? name)}</b><small>${visibleText([person.email, tenants[tenant], ...(gate === undefined ? [] : [gate])].join(" · "))}</small></span></a></li>`,
  );
  const wrong = html`<div class="note warn"><p>${t.flaws}</p><ul>${flaws.map((flaw) => html`<li>${visibleText(flaw)}</li>`)}</ul></div>`;
  return html`<details${flaws.length === 0 ? "" : html` open`}><summary>${t.heading} (${people.length})</summary><p class="hint">${t.lead}</p>
${flaws.length === 0 ? "" : wrong}${items.length === 0 ? "" : html`<ul class="people-cards">${items}</ul>`}</details>`;
}
