import { html } from "hono/html";
import type { Attempt } from "../client/call";
import { referenceOn } from "../client/page";
import { claimsOf, type StepVisit } from "../client/visit";
import type { Breach } from "../contract/contract";
import type { Html } from "./layout";
import type { FlowState } from "./state";
import type { SimulatorTexts } from "./texts";
import { visibleText } from "./visible-text";

/** Everything that went over the wire so far, the newest first. */
export function wire({ person, flow, visits }: FlowState, t: SimulatorTexts["wire"]): Html {
  if (visits.length === 0) return html`<h2>${t.heading}</h2><p class="hint">${t.none}</p>`;
  const newestFirst = [...visits].reverse();
  return html`<h2>${t.heading}</h2>${newestFirst.map((visit) => section(visit, { person, flow }, t))}`;
}

function section(visit: StepVisit, { person, flow }: Pick<FlowState, "person" | "flow">, t: SimulatorTexts["wire"]): Html {
  const { step, url, request, attempts, breaches } = visit;
  const { kept, dropped } = claimsOf(visit, person.attributes);
  return html`<section class="sheet field">
<h3>${t.steps[step]}</h3>
${breaches.length === 0 ? html`<p class="note good">${t.inContract}</p>` : breachList(breaches, t)}
${reason(visit, flow, t)}
${named(t.effects[step], kept)}
${named(step === "before-sending-token" ? t.noAttribute : t.dropped, dropped)}
<details><summary>${t.request}: <code>POST ${visibleText(url)}</code></summary>
<pre>${visibleText(JSON.stringify(request, null, 2))}</pre></details>
${attempts.map((attempt) => attemptPart(attempt, t))}
</section>`;
}

/** Where to read why the page stops the person. */
function reason({ page }: StepVisit, { records }: FlowState["flow"], t: SimulatorTexts["wire"]): Html | "" {
  const reference = referenceOn(page);
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
