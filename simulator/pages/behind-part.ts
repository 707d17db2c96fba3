import { html } from "hono/html";
import { type DecisionWords, decisionWords, evidenceText, reasonText, upstreamText } from "../../engine/messages/operator/decisions";
import type { Behind, OutsideTime, PartTime, TimedResult } from "./bench";
import { type BenchTexts, benchTexts } from "./bench-texts";
import { type Html, type View, visibleText } from "./layout";

/** What went on behind an answer: what each rule said, on which entry, and where the time went. */
export function behindPart({ trace, times, totalMs, outside }: Behind, { language, bench }: View): Html {
  const t = benchTexts[language].behind;
  const words = decisionWords[language];
  const rows = trace.map((result) => ruleRow(result, words, t, bench?.entryUrl));
  const rules =
    trace.length === 0
      ? html`<p class="hint">${t.noRules}</p>`
      : html`<div class="scroll" tabindex="0" role="group" aria-label="${t.rules}"><table><thead><tr><th scope="col">${t.rule}</th><th scope="col">${t.said}</th>
<th scope="col" class="number">ms</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  return html`<h4>${t.rules}</h4>${rules}
${outside.length === 0 ? "" : html`<h4>${t.outside}</h4><ul>${outside.map((call) => outsideLine(call, t))}</ul>`}
<details><summary>${t.times}: ${rounded(totalMs)} ms</summary>${timeTable(times, totalMs, t)}</details>`;
}

function ruleRow(
  { rule, said, ms, ...more }: TimedResult,
  words: DecisionWords,
  t: BenchTexts["behind"],
  entryUrl: ((entry: string) => string) | undefined,
): Html {
  const remarks = remarksOn({ rule, said, ...more }, words, t).map(
    (remark) => html`<br><small class="remark">${visibleText(remark)}</small>`,
  );
  const { entry } = more.evidence ?? {};
  const link = entry === undefined || entryUrl === undefined ? "" : html`<br><small><a href="${entryUrl(entry)}">${t.entry}</a></small>`;
  const sign = more.shadow || said === "continue" || said === "skipped" ? "" : html` class="stop"`;
  return html`<tr${sign}><th scope="row"><code>${visibleText(rule)}</code></th><td>${words.said[said]}${remarks}${link}</td>
<td class="number">${ms === undefined ? "–" : rounded(ms)}</td></tr>`;
}

function remarksOn(
  { reasons = [], evidence, upstreamFailure, findings = {}, set = [], shadow, again }: TimedResult,
  words: DecisionWords,
  t: BenchTexts["behind"],
): readonly string[] {
  const found = Object.entries(findings).map(([name, value]) => `${name} ${value}`);
  return [
    ...(reasons.length === 0 ? [] : [reasonText(words, reasons)]),
    ...(evidence === undefined ? [] : [evidenceText(words, evidence)]),
    ...(upstreamFailure === undefined ? [] : [upstreamText(words, upstreamFailure)]),
    ...(found.length === 0 ? [] : [`${t.found} ${found.join(", ")}`]),
    ...(set.length === 0 ? [] : [`${t.set} ${set.join(", ")}`]),
    ...(again ? [t.again] : []),
    ...(shadow ? [t.shadow] : []),
  ];
}

function outsideLine({ method, url, came, ms }: OutsideTime, t: BenchTexts["behind"]): Html {
  const took = ms === undefined ? t.noAnswer : `${rounded(ms)} ms`;
  return html`<li><code>${visibleText(`${method} ${url}`)}</code>: ${visibleText(came)}${came === "" ? "" : ", "}${took}</li>`;
}

function timeTable(times: readonly PartTime[], totalMs: number, t: BenchTexts["behind"]): Html {
  const rows = times.map(({ part, ms }) => html`<tr><th scope="row">${t.parts[part]}</th><td class="number">${rounded(ms)}</td></tr>`);
  return html`<table class="times"><tbody>${rows}
<tr><th scope="row"><strong>${t.total}</strong></th><td class="number"><strong>${rounded(totalMs)}</strong></td></tr></tbody></table>`;
}

/** Tenths below ten milliseconds. */
function rounded(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : String(Math.round(ms));
}
