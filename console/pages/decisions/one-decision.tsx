import { decisionWords, evidenceText, failureText, reasonText, upstreamText } from "../../../engine/messages/operator/decisions";
import { readReference } from "../../../engine/sign-up/call";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { RuleResult } from "../../../engine/sign-up/verdict";
import type { Visit } from "../../app/visit";
import { gateFact } from "../../parts/gates";
import { type Fact, Facts } from "../../parts/table";
import { Moment } from "../../parts/time";
import { capitalised, ShownValue, shortened, visible } from "../../parts/value";
import { frameTexts } from "../../texts/frame-texts";
import { PersonLink } from "../people/person-links";
import { VerdictTag } from "./decisions-table";
import { decisionsTexts } from "./decisions-texts";
import { whyOf } from "./why";

/** Everything that is known of one decision. */
export async function oneDecision(visit: Visit): Promise<Response> {
  const t = visit.say(decisionsTexts);
  const typed = visit.context.req.param("reference") ?? "";
  const reference = readReference(typed);
  const records = reference === undefined ? [] : await visit.world.decisions.byReference(reference);
  const back = (
    <p>
      <a href="/decisions">{t.back}</a>
    </p>
  );
  const title = t.one(shortened(reference ?? typed, 20));
  if (records.length === 0) {
    const content = (
      <>
        <p>{t.noneUnder}</p>
        {back}
      </>
    );
    return await visit.page(title, content, { status: 404 });
  }
  const reasons = await Promise.all(records.map((record) => whyOf({ visit, record })));
  return await visit.page(
    title,
    <>
      {records.length > 1 ? <p class="note">{t.several}</p> : null}
      {records.map((record, index) => (
        <article>
          {reasons[index]}
          <Record visit={visit} record={record} />
        </article>
      ))}
      {back}
    </>,
  );
}

interface RecordProps {
  readonly visit: Visit;
  readonly record: DecisionRecord;
}

function Record({ visit, record }: RecordProps) {
  const t = visit.say(decisionsTexts);
  const w = visit.say(decisionWords);
  const facts: readonly Fact[] = [
    [t.verdict, <VerdictTag verdict={record.verdict} words={w} />],
    [t.time, <Moment at={record.at} />],
    [t.email, record.email === undefined ? undefined : <PersonLink email={record.email} />],
    [t.issuers, record.issuers?.map(visible).join(", ")],
    [t.application, record.application && visible(record.application)],
    [t.ipAddress, record.ipAddress && visible(record.ipAddress)],
    [t.correlationId, record.correlationId && visible(record.correlationId)],
    ...gateFact(visit, record),
    [t.step, w.steps[record.step]],
    [t.rule, record.rule === undefined ? undefined : <code>{visible(record.rule)}</code>],
    [t.reason, record.reasons.length === 0 ? undefined : visible(reasonText(w, record.reasons))],
    [t.failure, failureText(w, record)],
    [t.asked, record.asked?.map(visible).join(", ")],
    [t.changed, record.changed.length === 0 ? undefined : record.changed.map(visible).join(", ")],
    [t.notCollected, record.notCollected?.map(visible).join(", ")],
    [t.earlier, record.earlier && `${capitalised(w.verdicts[record.earlier.verdict])}: ${visible(reasonText(w, record.earlier.reasons))}`],
    [t.took, t.milliseconds(record.durationMs)],
    [t.policy, <code>{visible(record.policyVersion)}</code>],
  ];
  return (
    <>
      <Facts facts={facts} />
      <h2>{t.words}</h2>
      {record.trace.length === 0 ? <p class="hint">{t.noWords}</p> : null}
      <ol class="steps">
        {record.trace.map((word) => (
          <Said visit={visit} word={word} />
        ))}
      </ol>
      {record.attributes === undefined ? null : <Attributes visit={visit} attributes={record.attributes} />}
    </>
  );
}

function Said({ visit, word }: { readonly visit: Visit; readonly word: RuleResult }) {
  const t = visit.say(decisionsTexts);
  const w = visit.say(decisionWords);
  const { rule, said, shadow, again, reasons = [], findings = {}, evidence, upstreamFailure, set = [] } = word;
  const found = Object.entries(findings).map(([name, value]) => `${name} ${value}`);
  const remarks = [
    reasons.length === 0 ? "" : reasonText(w, reasons),
    evidence === undefined ? "" : evidenceText(w, evidence),
    upstreamFailure === undefined ? "" : upstreamText(w, upstreamFailure),
    found.length === 0 ? "" : t.found(found.join(", ")),
    set.length === 0 ? "" : t.set(set.join(", ")),
    again ? t.again : "",
    shadow ? t.shadow : "",
  ].filter((remark) => remark !== "");
  return (
    <li>
      <p>
        <b>
          <code>{visible(rule)}</code>
        </b>{" "}
        {w.said[said]}
      </p>
      {remarks.map((remark) => (
        <p class="hint">
          <ShownValue text={remark} characters={visit.say(frameTexts).characters} />
        </p>
      ))}
    </li>
  );
}

function Attributes({ visit, attributes }: { readonly visit: Visit; readonly attributes: NonNullable<DecisionRecord["attributes"]> }) {
  const t = visit.say(decisionsTexts);
  const { characters } = visit.say(frameTexts);
  return (
    <>
      <h2>{t.attributes}</h2>
      <dl class="card">
        {Object.entries(attributes).map(([name, value]) => (
          <>
            <dt>{visible(name)}</dt>
            <dd>
              <ShownValue text={typeof value === "string" ? value : JSON.stringify(value)} characters={characters} />
            </dd>
          </>
        ))}
      </dl>
    </>
  );
}
