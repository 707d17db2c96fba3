import { html } from "hono/html";
import { capitalised } from "../../engine/capitalised";
import { grouped } from "../../engine/grouped";
import { openWords } from "../../engine/sign-up/open-kinds";
import { outcomeOf } from "../../engine/sign-up/outcome";
import { decisionWords, evidenceText, type Said } from "../../features/decisions/words";
import { reasonsInWords } from "../../features/reasons";
import type { Bench, PreviewFound, PreviewGroup, Tried } from "./bench";
import { benchTexts } from "./bench-texts";
import { selectField, textField } from "./fields";
import { form, type Html, simulatorPage, type View, visibleText } from "./layout";
import { simulatorTexts } from "./texts";
import { fileFields, suggestedName, tokenField } from "./tools-part";

/** As typed. */
export interface PreviewFields {
  readonly days: string;
  readonly policy: string;
  /** Empty for the default one. */
  readonly gate: string;
}

/** A week under the saved policy. */
export const previewDefaults: PreviewFields = { days: "7", policy: "", gate: "" };

/** The page of recorded decisions under a policy. @param found undefined before a replay */
export function previewPage(fields: PreviewFields, gates: readonly string[], found: Tried<PreviewFound> | undefined, view: View): Html {
  const { bench, language } = view;
  const { preview: t } = benchTexts[language];
  const { defaultGate } = simulatorTexts[language];
  const asked = html`${bench === undefined ? "" : tokenField(bench)}${textField("days", t.days, fields.days, { required: true })}
${textField("policy", t.policy, fields.policy, { hint: t.policyHint })}
${
  gates.length < 2
    ? ""
    : selectField(
        "gate",
        t.gate,
        gates.map((gate) => [gate, gate || defaultGate]),
        fields.gate,
      )
}
<div class="actions"><button>${t.submit}</button></div>`;
  const around = html`<input type="hidden" name="lang" value="${language}"><input type="hidden" name="tenant" value="${view.flow.tenant.kind}">`;
  const content = html`<div class="pair replay"><div class="card"><h1>${t.heading}</h1><p>${t.lead}</p><form action="/preview">${around}${asked}</form></div>
<div>${found === undefined ? "" : result(found, view)}</div></div>`;
  return simulatorPage(view, t.heading, content);
}

function result(found: Tried<PreviewFound>, view: View): Html {
  const { preview: t } = benchTexts[view.language];
  if (!found.ok) return html`<div class="note bad" role="alert"><p>${t.cannot}</p><pre>${visibleText(found.problem)}</pre></div>`;
  const { read, replayed, unchanged, groups, from, oldest } = found.value;
  if (read === 0) return html`<p class="note" role="status">${t.none}</p>`;
  const [count, again, same] = [read, replayed, unchanged].map((each) => numberText(each, view));
  const since = oldest === undefined ? "" : html` ${t.since(timeText(from, view), timeText(oldest, view), view.clock?.zone ?? "UTC")}`;
  const kinds = [...grouped(groups, ({ kind }) => kind)];
  const table = html`<div class="scroll" tabindex="0" role="group" aria-label="${t.changed}"><table><thead><tr><th scope="col">${t.was}</th><th scope="col">${t.now}</th>
<th scope="col">${t.newest}</th><th scope="col" class="number">${t.people}</th></tr></thead>${kinds.map(([kind, same]) => kindRows(kind, same, view))}</table></div>`;
  return html`<section class="card" role="status"><h2>${groups.length === 0 ? t.nothing : t.sum(kinds.map(([kind, same]) => `${numberText(peopleIn(same), view)} ${t.sums[kind]}`))}</h2><p class="hint">${t.found(count, again, same)}${since}</p>
${groups.length === 0 ? "" : table}${limits(found.value, view)}</section>`;
}

function peopleIn(groups: readonly PreviewGroup[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}

const tones = { "now refused": "refused", "now let in": "let-in", "cannot tell": "" } as const satisfies Record<
  PreviewGroup["kind"],
  string
>;

/** The changes of one kind. */
function kindRows(kind: PreviewGroup["kind"], groups: readonly PreviewGroup[], view: View): Html {
  const { preview: t } = benchTexts[view.language];
  return html`<tbody><tr><th scope="rowgroup" colspan="3"><span class="tag ${tones[kind]}">${t.kinds[kind]}</span></th><td class="number"><b>${numberText(peopleIn(groups), view)}</b></td></tr>
${groups.map((group) => changeRow(group, view))}</tbody>`;
}

function changeRow(group: PreviewGroup, view: View): Html {
  const { was, count, people } = group;
  const { preview: t } = benchTexts[view.language];
  const [first] = people;
  const rest = people.slice(1).map((each) => html`<li>${personLine(each, view)}</li>`);
  const more = count > people.length ? html`<li class="hint">${t.more(numberText(count - people.length, view))}</li>` : "";
  const others =
    count < 2
      ? ""
      : html`<details><summary>${t.more(numberText(count - 1, view))}</summary><ul class="plain">${rest}${more}</ul></details>`;
  const cell = (label: string, content: Html | string, kind = "") => html`<td class="${kind}" data-label="${label}">${content}</td>`;
  const words = (label: string, text: string) => cell(label, visibleText(capitalised(text)), "words");
  return html`<tr>${words(t.was, saidText(was, view))}${words(t.now, todayText(group, view))}
${cell(t.newest, html`${first === undefined ? "" : personLine(first, view)}${others}`)}${cell(t.people, numberText(count, view), "number")}</tr>`;
}

function personLine({ email, reference, at }: PreviewGroup["people"][number], view: View): Html {
  const { preview: t } = benchTexts[view.language];
  const query = new URLSearchParams({ recorded: reference, lang: view.language }).toString();
  const name = visibleText(email);
  return html`<span class="words">${name}</span> <small>${timeText(at, view)} <a href="/?${query}" aria-label="${t.tryIt}: ${name}">${t.tryIt}</a> <a href="/preview/case?${query}" aria-label="${t.toCase}: ${name}">${t.toCase}</a></small>`;
}

/** The limits of a replay. */
function limits({ notReplayed, accountsUnasked }: PreviewFound, view: View): Html | "" {
  const { preview: t } = benchTexts[view.language];
  const lines = [...grouped(notReplayed, ({ rule }) => rule)].map(([rule, some]) => {
    const decisions = some.reduce((sum, each) => sum + each.decisions, 0);
    return html`<li><code>${visibleText(rule)}</code>, ${t.decisions(numberText(decisions, view), decisions)}</li>`;
  });
  const accounts = accountsUnasked === 0 ? "" : html`<p class="hint">${t.accounts(numberText(accountsUnasked, view))}</p>`;
  if (lines.length === 0) return accounts;
  return html`<details><summary>${t.limits}</summary><p>${t.limitsLead}</p><ul>${lines}</ul>${accounts}</details>`;
}

/** A form for the case file of a recorded person. */
export function recordedCasePage(reference: string, email: string, bench: Bench, view: View): Html {
  const { preview: t } = benchTexts[view.language];
  const asked = recordedCaseForm(reference, suggestedName(email), bench, view);
  const content = html`<div class="card narrow"><h1>${t.caseHeading}</h1><p class="words">${visibleText(email)}</p><p class="hint">${t.caseLead}</p>${asked}</div>`;
  return simulatorPage(view, t.caseHeading, content);
}

export function recordedCaseForm(reference: string, name: string, bench: Bench, view: View): Html {
  const { tools } = benchTexts[view.language];
  const recorded = html`<input type="hidden" name="recorded" value="${reference}">`;
  return form(view, "/preview/case", html`${tokenField(bench)}${recorded}${fileFields("case", tools.caseTitle, name, view)}`);
}

/** @param iso ISO 8601 */
function timeText(iso: string, view: View): string {
  return view.clock?.text(new Date(iso), view.language) ?? iso;
}

function numberText(count: number, { language }: View): string {
  return count.toLocaleString(language);
}

/** "refused: not on the access list, by contoso.com: the domain of the address" */
function saidText({ verdict, reasons, evidence }: Said, { language }: View): string {
  const words = decisionWords[language];
  const why = [reasonsInWords(words, reasons), evidence === undefined ? "" : evidenceText(words, evidence)];
  const outcome = outcomeOf({ verdict, reasons }) === "waiting" ? benchTexts[language].preview.waiting : words.verdicts[verdict];
  return [outcome, why.filter((each) => each !== "").join(", ")].filter((each) => each !== "").join(": ");
}

/** The policy's answer, or what it depends on. */
function todayText({ now, why, rules = [], step }: PreviewGroup, view: View): string {
  const { preview: t } = benchTexts[view.language];
  if (now !== undefined) return saidText(now, view);
  if (rules.length > 0) return t.open(rules.join(", "));
  return why === undefined ? t.noStep(step) : openWords[view.language][why];
}
