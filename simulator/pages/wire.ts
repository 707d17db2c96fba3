import { html } from "hono/html";
import type { Attempt } from "../client/call";
import { referenceOn } from "../client/page";
import { claimsOf, type StepVisit } from "../client/visit";
import type { Breach } from "../contract/contract";
import { behindPart } from "./behind-part";
import type { Behind } from "./bench";
import { benchTexts } from "./bench-texts";
import { type Html, type View, visibleText } from "./layout";
import type { FlowState } from "./state";
import { type SimulatorTexts, simulatorTexts } from "./texts";

/** Everything that went over the wire so far, the newest first. */
export function wire({ person, flow, visits }: FlowState, view: View): Html {
  const t: SimulatorTexts["wire"] = simulatorTexts[view.language].wire;
  if (visits.length === 0) return html`<h2>${t.heading}</h2><p class="hint">${t.none}</p>`;
  const newestFirst = [...visits].reverse();
  return html`<h2>${t.heading}</h2>${newestFirst.map((visit) => section(visit, { person, flow }, view))}`;
}

function section(visit: StepVisit, { person, flow }: Pick<FlowState, "person" | "flow">, view: View): Html {
  const t: SimulatorTexts["wire"] = simulatorTexts[view.language].wire;
  const behind = view.behind.get(visit);
  const { step, url, request, attempts, breaches } = visit;
  const { kept, dropped } = claimsOf(visit, person.collects);
  return html`<section class="sheet field">
<h3>${t.steps[step]}</h3>
${breaches.length === 0 ? html`<p class="note good">${t.inContract}</p>` : breachList(breaches, t)}
${reason(visit, flow, behind, t)}
${named(t.effects[step], kept)}
${named(step === "before-sending-token" ? t.noAttribute : t.dropped, dropped)}
${behind === undefined ? forgotten(view) : behindPart(behind, view)}
<details><summary>${t.request}: <code>POST ${visibleText(url)}</code></summary>
<pre>${visibleText(JSON.stringify(request, null, 2))}</pre></details>
${attempts.map((attempt) => attemptPart(attempt, t))}
</section>`;
}

/** Only an instance that remembers calls can have forgotten one. */
function forgotten({ bench, language }: View): Html | "" {
  return bench === undefined ? "" : html`<p class="hint">${benchTexts[language].behind.forgotten}</p>`;
}

/** Where to read why it was decided so: a person who is let through sees no code. */
function reason({ page }: StepVisit, { records }: FlowState["flow"], behind: Behind | undefined, t: SimulatorTexts["wire"]): Html | "" {
  const reference = referenceOn(page) ?? behind?.reference;
  if (reference === undefined || records === undefined) return "";
  return html`<p>${t.why} <a href="${records.url(reference)}">${t.inConsole}</a><br><code>${records.command(reference)}</code></p>`;
}

function named(title: string, claims: object): Html | "" {
  const names = Object.keys(claims);
  return names.length === 0 ? "" : html`<p>${title} ${visibleText(names.join(", "))}</p>`;
}

function attemptPart({ durationMs, answer, failure, lost }: Attempt, t: SimulatorTexts["wire"]): Html {
  if (answer === undefined) return html`<p class="note bad">${t.noAnswer}: ${failure}, ${durationMs} ${t.ms}</p>`;
  const { status, contentType = "", body } = answer;
  return html`<details open><summary>${lost ? t.lostAnswer : t.answer}: ${status}, ${durationMs} ${t.ms}</summary>
<pre>${visibleText(`${contentType}\n\n${body === "" ? t.noBody : indented(body)}`)}</pre></details>`;
}

/** JSON over several lines; anything else as it came. */
function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** The rules that an answer breaks, each with its source. */
export function breachList(breaches: readonly Breach[], t: SimulatorTexts["wire"]): Html {
  return html`<div class="note bad"><strong>${t.breaches}</strong><ul>${breaches.map(
    ({ rule, found, says, source, defect }) => html`<li><code>${rule}</code> ${visibleText(found)}. ${says}. ${t.source}: ${source}.
${defect === undefined ? "" : `${t.defect} ${defect}.`}</li>`,
  )}</ul></div>`;
}
