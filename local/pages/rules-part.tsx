import { Alert } from "../../console/parts/forms";
import { Icon, type IconName } from "../../console/parts/icon";
import { visible } from "../../console/parts/value";
import { attributeLabel } from "../../engine/messages/index";
import { type FoundWriting, foundText, splitEvidence } from "../../features/decisions/found-words";
import { decisionWords, evidenceText, upstreamText } from "../../features/decisions/words";
import { reasonsInWords } from "../../features/reasons";
import { referenceOn } from "../../simulator/client/page";
import type { StepVisit } from "../../simulator/client/visit";
import type { Behind, TimedResult } from "../workbench/behind";
import { benchTexts } from "./bench-texts";
import type { View } from "./layout";
import type { SignUpRun } from "./run";
import { simulatorTexts } from "./texts";
import { Breaches, CallPart } from "./wire";

export function RulesPart({ run: { state, result }, view }: { readonly run: SignUpRun; readonly view: View }) {
  const { wire } = simulatorTexts;
  const { visits, flow } = result.visits.length === 0 ? { visits: [], flow: state.flow } : state;
  const last = visits.at(-1);
  const reference = last && (referenceOn(last.page) ?? view.behind.get(last)?.reference);
  const breaches = visits.flatMap((visit) => visit.breaches);
  return (
    <section class="card ruling" aria-labelledby="rules">
      <header>
        <h3 id="rules">{benchTexts.behind.rules}</h3>
        {reference === undefined || flow.records?.url === undefined ? null : <a href={flow.records.url(reference)}>{wire.inConsole}</a>}
      </header>
      {visits.length === 0 ? <p class="hint">{wire.none}</p> : visits.map((visit) => <StepPart visit={visit} view={view} />)}
      {visits.length === 0 ? null : (
        <>
          {breaches.length === 0 ? <Alert kind="good">{wire.inContract}</Alert> : <Breaches breaches={breaches} />}
          <details>
            <summary>{wire.heading}</summary>
            {visits.map((visit) => (
              <CallPart visit={visit} state={state} view={view} />
            ))}
          </details>
        </>
      )}
    </section>
  );
}

function StepPart({ visit, view }: { readonly visit: StepVisit; readonly view: View }) {
  const { behind: t } = benchTexts;
  const { trace, outside = [] } = view.behind.get(visit) ?? {};
  const none = trace?.length === 0 ? t.noRules : trace === undefined && view.bench !== undefined ? t.forgotten : undefined;
  return (
    <>
      <h4>{simulatorTexts.path.steps[visit.step]}</h4>
      {none === undefined ? null : <p class="hint">{none}</p>}
      <ul class="rules">
        {trace?.map((result) => (
          <RuleLine result={result} view={view} />
        ))}
      </ul>
      {outside.length === 0 ? null : (
        <>
          <p class="hint">{t.outside}</p>
          <ul>
            {outside.map((call) => (
              <OutsideLine {...call} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

/** The shortest time that is shown. A rule that is faster has not waited for an outside system. */
const SHORT_MS = 10;

const looks: Readonly<Record<TimedResult["said"] | "waits", readonly [icon: IconName, look: string]>> = {
  continue: ["allow", "continue"],
  block: ["deny", "block"],
  invalid: ["edit", "invalid"],
  failed: ["failing", "block"],
  unfinished: ["skipped", ""],
  skipped: ["skipped", ""],
  waits: ["waits", "waiting"],
};

function RuleLine({ result, view }: { readonly result: TimedResult; readonly view: View }) {
  const { rule, said, ms, reasons = [], findings, evidence, shadow } = result;
  const isAsked = reasons.some((reason) => reason.startsWith("approval."));
  const why = remarksOn(result, writingFor(view));
  // Words are needed only if the rule neither passed nor gave a reason.
  const remarks = said === "continue" || reasons.length > 0 ? why : [decisionWords[view.language].said[said], ...why];
  const waits = (said === "block" && isAsked) || (said === "continue" && findings?.listed === "approval");
  const [icon, look] = looks[waits ? "waits" : said];
  return (
    <li class={shadow ? "" : look}>
      <Icon name={icon} />
      <div>
        <code>{visible(rule)}</code>
        <span class="remark">{visible(remarks.join("; "))}</span>
        {evidence?.entry === undefined || view.bench?.consoleUrl === undefined ? null : (
          <a href={entryAddress(view.bench.consoleUrl, evidence.entry)}>{benchTexts.behind.entry}</a>
        )}
      </div>
      {ms === undefined || ms < SHORT_MS ? null : <small>{formatMilliseconds(ms)} ms</small>}
    </li>
  );
}

export function entryAddress(consoleUrl: string, entry: string): string {
  return `${consoleUrl}/access-list?${new URLSearchParams({ open: entry })}`;
}

/** Formats evidence as the console does. Times are in UTC. */
function writingFor({ language }: View): FoundWriting {
  const isMoment = (value: string) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
  const plainValue = (value: string) => (isMoment(value) ? `${value.slice(0, 10)} ${value.slice(11, 16)} UTC` : value);
  return { language, nameOf: (claim) => attributeLabel(claim, { locales: [language], options: {} }), plainValue };
}

function remarksOn(
  { reasons = [], evidence = {}, upstreamFailure, findings = {}, set = [], shadow }: TimedResult,
  writing: FoundWriting,
): readonly string[] {
  const { behind: t } = benchTexts;
  const words = decisionWords[writing.language];
  const [sentences, others] = splitEvidence(evidence);
  const { allowed: _, ...found } = findings;
  return [
    reasons.length === 0 ? "" : reasonsInWords(words, reasons),
    evidenceText(words, sentences),
    foundText(writing, others),
    upstreamFailure === undefined ? "" : upstreamText(words, upstreamFailure),
    // A finding that `listed` implies is left out: "allow" implies an allowed person, "approval" one who waits for an approver.
    foundText(writing, findings.listed === "allow" ? found : findings.listed === "approval" ? { listed: "approval" } : findings),
    set.length === 0 ? "" : `${t.set} ${set.map(writing.nameOf).join(", ")}`,
    shadow ? t.shadow : "",
  ].filter((remark) => remark !== "");
}

function OutsideLine({ method, url, came, ms }: Behind["outside"][number]) {
  const took = ms === undefined ? benchTexts.behind.noAnswer : `${formatMilliseconds(ms)} ms`;
  return (
    <li>
      <code>{visible(`${method} ${url}`)}</code>: {visible([...(came === "" ? [] : [came]), took].join(", "))}
    </li>
  );
}

function formatMilliseconds(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : String(Math.round(ms));
}
