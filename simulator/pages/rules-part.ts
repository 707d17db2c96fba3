import { html } from "hono/html";
import { attributeLabel } from "../../engine/messages/index";
import { type FoundWriting, foundText, parted } from "../../features/decisions/found-words";
import { decisionWords, evidenceText, upstreamText } from "../../features/decisions/words";
import { reasonsInWords } from "../../features/reasons";
import { referenceOn } from "../client/page";
import type { StepVisit } from "../client/visit";
import type { OutsideTime, TimedResult } from "./bench";
import { type BenchTexts, benchTexts } from "./bench-texts";
import { type Html, icon, type SimulatorIcon, type View, visibleText } from "./layout";
import type { SignUpRun } from "./run";
import { type SimulatorTexts, simulatorTexts } from "./texts";
import { breachList, callPart } from "./wire";

/** Each rule's result at each step, with its time; folded below it the calls and their times. */
export function rulesPart({ state, result }: SignUpRun, view: View): Html {
  const t = benchTexts[view.language].behind;
  const { wire }: SimulatorTexts = simulatorTexts[view.language];
  const { visits, flow } = result.visits.length === 0 ? { visits: [], flow: state.flow } : state;
  const last = visits.at(-1);
  const reference = last && (referenceOn(last.page) ?? view.behind.get(last)?.reference);
  const link =
    reference === undefined || flow.records === undefined ? "" : html`<a href="${flow.records.url(reference)}">${wire.inConsole}</a>`;
  const steps = visits.map((visit) => stepPart(visit, view));
  const breaches = visits.flatMap((visit) => visit.breaches);
  const contract =
    visits.length === 0
      ? ""
      : breaches.length === 0
        ? html`<span class="good">${icon(view, "allow")}${wire.inContract}</span>`
        : breachList(breaches, wire);
  return html`<section class="card rules" aria-labelledby="rules"><header><h3 id="rules">${icon(view, "list")}${t.rules}</h3>${link}</header>
<div class="steps">${steps.length === 0 ? html`<p class="hint">${wire.none}</p>` : steps}</div>
<footer>${visits.length === 0 ? "" : html`<details><summary>${wire.heading}</summary>${visits.map((visit) => callPart(visit, state, view))}</details>`}
${contract}</footer></section>`;
}

function stepPart(visit: StepVisit, view: View): Html {
  const t = benchTexts[view.language].behind;
  const behind = view.behind.get(visit);
  const { steps } = simulatorTexts[view.language].path;
  const said =
    behind === undefined
      ? view.bench === undefined
        ? ""
        : html`<p class="hint">${t.forgotten}</p>`
      : behind.trace.length === 0
        ? html`<p class="hint">${t.noRules}</p>`
        : html`<ul>${behind.trace.map((result) => ruleItem(result, view, t))}</ul>`;
  const outside = behind?.outside ?? [];
  return html`<section><h4>${steps[visit.step]}</h4>${said}${outside.length === 0 ? "" : html`<p class="hint">${t.outside}</p><ul class="calls">${outside.map((call) => outsideLine(call, t))}</ul>`}</section>`;
}

/** A rule that is faster waits for nothing outside. */
const SHORT_MS = 10;

const icons: Readonly<Record<TimedResult["said"], SimulatorIcon>> = {
  continue: "allow",
  block: "deny",
  invalid: "edit",
  failed: "failing",
  unfinished: "skipped",
  skipped: "skipped",
};

function ruleItem({ rule, said, ms, ...more }: TimedResult, view: View, t: BenchTexts["behind"]): Html {
  const words = decisionWords[view.language];
  const writing = writingFor(view);
  const isAsked = more.reasons?.some((reason) => reason.startsWith("approval.")) === true;
  const why = remarksOn({ rule, said, ...more }, writing, t);
  // The icon shows that a rule passed.
  const remarks = said === "continue" || (more.reasons ?? []).length > 0 ? why : [words.said[said], ...why];
  const { entry } = more.evidence ?? {};
  const link =
    entry === undefined || view.bench === undefined ? "" : html` <a href="${entryAddress(view.bench.consoleUrl, entry)}">${t.entry}</a>`;
  const waits = (said === "block" && isAsked) || (said === "continue" && more.findings?.listed === "approval");
  const tone = more.shadow ? "skipped" : waits ? "asked" : said;
  return html`<li class="${tone}">${icon(view, waits ? "waits" : icons[said])}<div><code>${visibleText(rule)}</code>
<span class="remark">${visibleText(remarks.join("; "))}</span>${link}</div><span class="ms">${ms === undefined || ms < SHORT_MS ? "" : `${rounded(ms)} ms`}</span></li>`;
}

/** The console's page of a list entry. */
export function entryAddress(consoleUrl: string, entry: string): string {
  return `${consoleUrl}/access-list?${new URLSearchParams({ open: entry })}`;
}

/** Writes evidence as the console does, in UTC. */
function writingFor({ language }: View): FoundWriting {
  const isMoment = (value: string) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
  const plainValue = (value: string) => (isMoment(value) ? `${value.slice(0, 10)} ${value.slice(11, 16)} UTC` : value);
  return { language, nameOf: (claim) => attributeLabel(claim, { locales: [language], options: {} }), plainValue };
}

function remarksOn(
  { reasons = [], evidence = {}, upstreamFailure, findings = {}, set = [], shadow }: TimedResult,
  writing: FoundWriting,
  t: BenchTexts["behind"],
): readonly string[] {
  const words = decisionWords[writing.language];
  const [sentences, others] = parted(evidence);
  const { allowed: _, ...found } = findings;
  return [
    reasons.length === 0 ? "" : reasonsInWords(words, reasons),
    evidenceText(words, sentences),
    foundText(writing, others),
    upstreamFailure === undefined ? "" : upstreamText(words, upstreamFailure),
    // A person that the list allows counts as allowed, and an approver decides on one whom it has wait: that goes without saying.
    foundText(writing, findings.listed === "allow" ? found : findings.listed === "approval" ? { listed: "approval" } : findings),
    set.length === 0 ? "" : `${t.set} ${set.map(writing.nameOf).join(", ")}`,
    shadow ? t.shadow : "",
  ].filter((remark) => remark !== "");
}

function outsideLine({ method, url, came, ms }: OutsideTime, t: BenchTexts["behind"]): Html {
  const took = ms === undefined ? t.noAnswer : `${rounded(ms)} ms`;
  return html`<li><code>${visibleText(`${method} ${url}`)}</code>: ${visibleText(came)}${came === "" ? "" : ", "}${took}</li>`;
}

/** Shows tenths below ten milliseconds. */
function rounded(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : String(Math.round(ms));
}
