import type { Visit } from "../../../console/app/visit";
import { claimName } from "../../../console/parts/claim-name";
import { gateFact, gateName, hasGates } from "../../../console/parts/gates";
import { Icon } from "../../../console/parts/icon";
import { OutcomeTag } from "../../../console/parts/outcome";
import { PersonLink } from "../../../console/parts/person-links";
import { type Fact, Facts } from "../../../console/parts/table";
import { durationText, Moment } from "../../../console/parts/time";
import { capitalised, plainText, ShownValue, shortened, visible } from "../../../console/parts/value";
import { readReference } from "../../../engine/sign-up/call";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { IN_CODE, placeThrown } from "../../../engine/sign-up/thrown";
import { reasonText } from "../../reasons";
import { decisionWords, failureText } from "../words";
import { decisionsTexts as t } from "./decisions-texts";
import { RuleLines } from "./rule-lines";
import { whyOf } from "./why";

interface PanelProps {
  readonly visit: Visit;
  readonly record: DecisionRecord;
  /** Whether it is a page of its own, which shows all that is recorded: the panel beside a list leads there. */
  readonly isPage?: boolean;
}

/**
 * One decision, the same in the panel beside a list and on its own page: what, why, what each rule said, the person, and what can be
 * done. @returns header, sections and footer of a panel
 */
export async function decisionPanel({ visit, record, isPage = false }: PanelProps) {
  const { reference, email } = record;
  const [why, ...beside] = await Promise.all([
    whyOf({ visit, record }),
    ...visit.features.map(async (feature) => await feature.besideDecision?.(visit, record)),
  ]);
  return (
    <>
      <header>
        <p>
          <OutcomeTag record={record} /> <code>{visible(reference)}</code>{" "}
          {isPage ? null : (
            <a href={`/decisions/${encodeURIComponent(reference)}`} aria-label={t.openPage} title={t.openPage}>
              <Icon name="expand" />
            </a>
          )}
        </p>
        <p class="entity">{email === undefined ? t.nobody : <PersonLink email={email} />}</p>
        <p class="hint">
          <Moment at={record.at} />, {t.took(durationText(visit, record.durationMs))}
          {hasGates(visit) ? `, ${t.atGate(gateName(record.gate))}` : ""}
        </p>
      </header>
      {why.reason}
      <section>
        <h2>{t.words}</h2>
        <RuleLines visit={visit} record={record} />
      </section>
      {why.now}
      {beside}
      {isPage ? <Recorded visit={visit} record={record} /> : null}
      {why.ways}
    </>
  );
}

/** Where the error of a failure arose: here nobody has the source maps. */
function thrownFact({ thrown, reference }: DecisionRecord): Fact[1] {
  const place = thrown && placeThrown(thrown);
  if (place === undefined) return undefined;
  const code = <code>{visible(`${place} (${thrown?.error})`)}</code>;
  return IN_CODE.test(place) ? [code, ". ", t.thrownInCode(reference)] : code;
}

/** What else is recorded, for comparison with logs. */
function Recorded({ visit, record }: Omit<PanelProps, "isPage">) {
  const w = visit.say(decisionWords);
  const { earlier, asked, changed, calls = [] } = record;
  const claim = (name: string) => claimName(visit, name, record.gate);
  const ledger = record.trace.flatMap(({ evidence }) => evidence?.ledger ?? []);
  const facts: readonly Fact[] = [
    [t.application, record.application && visible(record.application)],
    [t.ipAddress, record.ipAddress && visible(record.ipAddress)],
    [t.correlationId, record.correlationId && visible(record.correlationId)],
    ...gateFact(visit, record),
    [t.step, w.steps[record.step]],
    [t.rule, record.rule === undefined ? undefined : <code>{visible(record.rule)}</code>],
    [t.reason, record.reasons.length === 0 ? undefined : visible(reasonText(w, record.reasons))],
    [t.failure, failureText(w, record)],
    [t.thrown, thrownFact(record)],
    [t.asked, asked?.map(claim).join(", ")],
    [t.changed, changed.map(claim).join(", ")],
    [t.notCollected, record.notCollected?.map(claim).join(", ")],
    [t.earlier, earlier && `${capitalised(w.verdicts[earlier.verdict])}: ${visible(reasonText(w, earlier.reasons))}`],
    [t.calls, calls.map(({ service, ms }) => `${visible(service)} ${durationText(visit, ms)}`).join(", ")],
    [t.ledger, ledger.length === 0 ? undefined : <code>{visible(ledger.join(", "))}</code>],
    [t.policy, <code>{visible(record.policyVersion)}</code>],
    ...Object.entries(record.attributes ?? {}).map(
      ([name, value]): Fact => [t.attribute(claim(name)), <ShownValue text={plainText(value)} />],
    ),
  ];
  return (
    <section>
      <h2>{t.recorded}</h2>
      <Facts facts={facts} />
    </section>
  );
}

/** A page of its own for one decision: what the panel beside a list shows, and all that is known besides. */
export async function oneDecision(visit: Visit): Promise<Response> {
  const typed = visit.context.req.param("reference") ?? "";
  const reference = readReference(typed);
  const records = reference === undefined ? [] : await visit.world.decisions.byReference(reference);
  const panels = await Promise.all(records.map((record) => decisionPanel({ visit, record, isPage: true })));
  return await visit.page(
    t.one(shortened(reference ?? typed, 20)),
    <>
      {records.length === 0 ? <p>{t.noneUnder}</p> : null}
      {records.length > 1 ? <p class="note">{t.several}</p> : null}
      {panels.map((panel) => (
        <article class="panel narrow">{panel}</article>
      ))}
      <p>
        <a href="/decisions">{t.back}</a>
      </p>
    </>,
    { status: records.length === 0 ? 404 : 200 },
  );
}
