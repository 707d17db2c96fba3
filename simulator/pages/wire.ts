import { html } from "hono/html";
import type { Attempt } from "../client/call";
import { referenceOn } from "../client/page";
import { claimsOf, type StepVisit } from "../client/visit";
import type { Breach } from "../contract/contract";
import { type Html, type View, visibleText } from "./layout";
import type { FlowState } from "./state";
import { type SimulatorTexts, simulatorTexts } from "./texts";

/** A step's request and answer, with Entra's reaction. */
export function callPart(visit: StepVisit, { person, flow }: Pick<FlowState, "person" | "flow">, view: View): Html {
  const { wire: t, path }: SimulatorTexts = simulatorTexts[view.language];
  const { step, url, request, attempts } = visit;
  const { kept, dropped } = claimsOf(visit, person.collects);
  const reference = referenceOn(visit.page) ?? view.behind.get(visit)?.reference;
  return html`<section class="call"><h4>${path.steps[step]}</h4>
${named(t.effects[step], kept)}${named(step === "before-sending-token" ? t.noAttribute : t.dropped, dropped)}
${reference === undefined || flow.records === undefined ? "" : html`<p>${t.why} <code>${flow.records.command(reference)}</code></p>`}
<p>${t.request}: <code>POST ${visibleText(url)}</code></p><pre>${visibleText(JSON.stringify(request, null, 2))}</pre>
${attempts.map((attempt) => attemptPart(attempt, t))}</section>`;
}

function named(title: string, claims: object): Html | "" {
  const names = Object.keys(claims);
  return names.length === 0 ? "" : html`<p>${title} ${visibleText(names.join(", "))}</p>`;
}

function attemptPart({ durationMs, answer, failure, lost }: Attempt, t: SimulatorTexts["wire"]): Html {
  if (answer === undefined) return html`<p class="note bad">${t.noAnswer}: ${failure}, ${durationMs} ms</p>`;
  const { status, contentType = "", body } = answer;
  return html`<p>${lost ? t.lostAnswer : t.answer}: ${status}, ${durationMs} ms</p>
<pre>${visibleText(`${contentType}\n\n${body === "" ? t.noBody : indented(body)}`)}</pre>`;
}

/** JSON on several lines; other text unchanged. */
function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** The rules that an answer breaks, with their sources. */
export function breachList(breaches: readonly Breach[], t: SimulatorTexts["wire"]): Html {
  return html`<div class="note bad"><strong>${t.breaches}</strong><ul>${breaches.map(
    ({ rule, found, says, source, defect }) => html`<li><code>${rule}</code> ${visibleText(found)}. ${says}. ${t.source}: ${source}.
${defect === undefined ? "" : `${t.defect} ${defect}.`}</li>`,
  )}</ul></div>`;
}
