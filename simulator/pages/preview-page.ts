import { html } from "hono/html";
import { decisionWords } from "../../features/decisions/words";
import { reasonsInWords } from "../../features/reasons";
import type { Bench, PreviewFound, PreviewGroup, Tried } from "./bench";
import { type BenchTexts, benchTexts } from "./bench-texts";
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
<div>${found === undefined ? limits(undefined, t) : result(found, view)}</div></div>`;
  return simulatorPage(view, t.heading, content);
}

function result(found: Tried<PreviewFound>, view: View): Html {
  const { preview: t } = benchTexts[view.language];
  if (!found.ok) return html`<div class="note bad" role="alert"><p>${t.cannot}</p><pre>${visibleText(found.problem)}</pre></div>`;
  const { read, replayed, unchanged, groups, from, oldest } = found.value;
  if (read === 0) return html`<p class="note" role="status">${t.none}</p>${limits(undefined, t)}`;
  const [count, again, same] = [read, replayed, unchanged].map((each) => each.toLocaleString(view.language));
  return html`<p role="status">${t.found(count, again, same)}${oldest === undefined ? "" : html` ${t.since(timeText(from, view), timeText(oldest, view))}`}</p>
${groups.map((group) => groupPart(group, view))}${limits(found.value, t)}`;
}

function groupPart({ kind, step, was, now, count, people }: PreviewGroup, view: View): Html {
  const { language } = view;
  const { preview: t } = benchTexts[language];
  const { steps } = simulatorTexts[language].path;
  const query = (reference: string) => new URLSearchParams({ recorded: reference, lang: language }).toString();
  const rows = people.map(
    ({ email, reference, at }) => html`<tr><th scope="row" class="words">${visibleText(email)}</th><td>${timeText(at, view)}</td>
<td><a href="/?${query(reference)}" aria-label="${t.tryIt}: ${visibleText(email)}">${t.tryIt}</a> · <a href="/preview/case?${query(reference)}" aria-label="${t.toCase}: ${visibleText(email)}">${t.toCase}</a></td></tr>`,
  );
  const rest = (count - people.length).toLocaleString(language);
  const more = count > people.length ? html`<p class="hint">${t.more(rest)}</p>` : "";
  const tone = kind === "cannot tell" ? "" : kind === "now refused" ? " bad" : " good";
  return html`<section class="card"><h2>${t.kinds[kind]}: ${count.toLocaleString(language)}</h2>
<p class="note${tone}">${steps[step]}</p>
<dl><dt>${t.was}</dt><dd class="words">${visibleText(inWords(was, language))}</dd><dt>${t.now}</dt><dd class="words">${visibleText(inWords(now, language))}</dd></dl>
<div class="scroll" tabindex="0" role="group" aria-label="${t.people}: ${t.kinds[kind]}, ${visibleText(now)}"><table><thead><tr><th scope="col">${t.person}</th><th scope="col">${t.at}</th>
<td></td></tr></thead><tbody>${rows}</tbody></table></div>${more}</section>`;
}

/** The limits of a replay. */
function limits(found: PreviewFound | undefined, t: BenchTexts["preview"]): Html {
  const lines = (found?.notReplayed ?? []).map(
    ({ rule, step, decisions }) => html`<li>${t.notReplayed} <code>${visibleText(rule)}</code> (${step}), ${t.decisions(decisions)}</li>`,
  );
  const accounts = found === undefined || found.accountsUnasked === 0 ? "" : html`<li>${t.accounts(found.accountsUnasked)}</li>`;
  return html`<section class="card"><h2>${t.limits}</h2><ul><li>${t.noAttributes}</li>${lines}${accounts}<li>${t.expiry}</li></ul></section>`;
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
  return view.bench?.clock(new Date(iso), view.language) ?? iso;
}

/** A policy's answer in the console's words. @param said as commands print it: the verdict, codes of reasons, and the rule */
function inWords(said: string, language: View["language"]): string {
  const words = decisionWords[language];
  const [verdict = "", ...rest] = said.split(" ");
  const known = Object.hasOwn(words.verdicts, verdict) ? words.verdicts[verdict as keyof typeof words.verdicts] : verdict;
  const end = rest.findIndex((each) => !/^[a-z-]+\.[a-z-]+$/.test(each));
  const reasons = (end < 0 ? rest : rest.slice(0, end)).map((each) => reasonsInWords(words, [each]));
  return [known, [reasons.join(", "), ...(end < 0 ? [] : rest.slice(end))].join(" ").trim()].filter((each) => each !== "").join(": ");
}
