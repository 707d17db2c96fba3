import type { Child } from "hono/jsx";
import { objection } from "../../../engine/approvals/deciding";
import { decisionsBehind } from "../../../engine/approvals/decisions-behind";
import { differencesBetween, differencesOf } from "../../../engine/approvals/differences";
import { isOwnRequest } from "../../../engine/approvals/own-request";
import type { ApprovalRequest, HistoryEntry } from "../../../engine/approvals/request";
import { asksByName, runningStage, votesNow } from "../../../engine/approvals/stages";
import { stateAt } from "../../../engine/approvals/state-at";
import { verbs } from "../../../engine/approvals/verbs";
import { en } from "../../../engine/messages/en";
import { ko } from "../../../engine/messages/ko";
import { approvalWords, failureSentence, providerText, vendorSentence } from "../../../engine/messages/operator/approvals";
import { decidingWords } from "../../../engine/messages/operator/deciding";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { issuersOf } from "../../../engine/sign-up/sign-up";
import { requestSubject, type Task } from "../../../engine/tasks/task";
import type { Visit } from "../../app/visit";
import { Avatar, Badge } from "../../parts/badge";
import { DomainLink } from "../../parts/domain-link";
import { PostForm } from "../../parts/forms";
import { gateFact } from "../../parts/gates";
import { Icon } from "../../parts/icon";
import { type Fact, Facts, Table } from "../../parts/table";
import { TaskPanel } from "../../parts/tasks";
import { Moment } from "../../parts/time";
import { plainText, ShownValue, visible } from "../../parts/value";
import { homes } from "../../session/roles";
import { textNamed } from "../../texts/languages";
import { PersonLink } from "../people/person-links";
import {
  AttributeDifferences,
  deciderOf,
  decisionText,
  isDueSoon,
  nameShown,
  nameText,
  type RequestProps,
  renewalFact,
  requestField,
  requestPath,
  StateTag,
  shortDay,
  VerbButtons,
} from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { Hindrances } from "./hindrances";
import { type KnownBesides, lastBefore } from "./known";
import { formData, gateOf, NoteFields, needsNote } from "./notes";
import { domainOf } from "./queue-asked";
import { queueTexts } from "./queue-texts";
import { StageActs, StageDone } from "./stage-acts";
import { askedText, StageFacts, StageLine } from "./stages";
import { stagesTexts as s } from "./stages-texts";

/** Days that tell of a domain. */
const DOMAIN_DAYS = 14;

/** One request, and what else is known that somebody who decides ought to see. */
interface RequestAbout {
  readonly request: ApprovalRequest;
  readonly known: KnownBesides;
  /** Codes of the decisions by which the person came to ask. */
  readonly decisions: readonly string[];
  /** The last time that the person was refused, and how often of late. */
  readonly refused: { readonly count: number; readonly last: Pick<DecisionRecord, "at" | "reference"> } | undefined;
  readonly task: Task | undefined;
  /** About how many people of the address's domain tried to sign up of late. */
  readonly domainPeople: number;
}

export async function aboutRequest(
  visit: Visit,
  request: ApprovalRequest,
  known: KnownBesides = { changes: [], hindrances: [], likes: [], others: [] },
): Promise<RequestAbout> {
  const { decisions, tasks, domainCounts } = visit.world;
  const domain = domainOf(request);
  const [codes, refused, task, counts] = await Promise.all([
    decisionsBehind(request, decisions.byEmail(request.email)),
    refusedBefore(visit, request),
    tasks.get(requestSubject(request.id)),
    domainCounts.domainDays([domain], DOMAIN_DAYS),
  ]);
  return { request, known, decisions: codes, refused, task, domainPeople: counts.get(domain)?.all.people ?? 0 };
}

/** Of the newest decisions about the address. To be asked for approval is no refusal. */
async function refusedBefore({ world }: Visit, { email }: ApprovalRequest): Promise<RequestAbout["refused"]> {
  for await (const page of world.decisions.byEmail(email)) {
    const refused = page.filter(({ verdict, reasons }) => verdict === "block" && !reasons.some((reason) => reason.startsWith("approval.")));
    const [last] = refused;
    return last && { count: refused.length, last };
  }
  return undefined;
}

interface RequestPanelProps {
  readonly visit: Visit;
  readonly about: RequestAbout;
  /** The queue that it is open in; undefined on its own page. */
  readonly from?: string | undefined;
  /** The one after it in that queue. */
  readonly next?: { readonly request: ApprovalRequest; readonly path: string } | undefined;
}

/** The person, what they entered, what is known about them, what an approval does, colleagues' notes, and the buttons. */
export function RequestPanel({ visit, about, from, next }: RequestPanelProps) {
  const { request, known, task } = about;
  const last = lastBefore(request, known.others);
  const isPending = stateAt(request, visit.now) === "pending";
  return (
    <>
      <RequestHeader visit={visit} request={request} />
      <StageDone visit={visit} />
      <StageLine visit={visit} request={request} />
      {isPending ? <Hindrances requests={[request]} known={new Map([[request.id, known]])} /> : <Decided visit={visit} request={request} />}
      <section class="columns">
        <div>
          <h2>{t.entered}</h2>
          <Entered visit={visit} request={request} />
        </div>
        <div>
          <h2>{t.weKnow}</h2>
          <Facts facts={knownFacts(visit, about)} />
        </div>
      </section>
      {isPending ? <IfApproved visit={visit} request={request} /> : null}
      <StageFacts visit={visit} request={request} />
      <StageActs visit={visit} request={request} />
      <TaskPanel visit={visit} subject={requestSubject(request.id)} task={task} />
      <section>
        <details open={from === undefined}>
          <summary>{t.history}</summary>
          <AttributeDifferences caption={t.differences} differences={differencesOf(request)} />
          {last === undefined ? null : (
            <AttributeDifferences caption={queueTexts.notAs(visible(last.reference))} differences={differencesBetween(last, request)} />
          )}
          <History visit={visit} history={request.history} />
        </details>
      </section>
      <DecideFooter visit={visit} request={request} from={from} next={next} />
    </>
  );
}

function RequestHeader({ visit, request }: RequestProps) {
  const state = stateAt(request, visit.now);
  return (
    <header class="asker">
      <Avatar name={nameText(request)} />
      <div>
        <h2 class="entity">{nameShown(request)}</h2>
        <p>
          <PersonLink email={request.email} /> · <a href={requestPath(request.id)}>{visible(request.reference)}</a>
        </p>
      </div>
      <p class="tags">
        {state === "pending" ? (
          <Badge tone={isDueSoon(request, visit.now) ? "warn" : undefined} icon="due">
            {t.answerBy} {shortDay(visit, request.answerBy)}
          </Badge>
        ) : (
          <StateTag state={state} />
        )}
      </p>
    </header>
  );
}

/** The decisions on the request, what came of them, and what failed. */
function Decided({ visit, request }: RequestProps) {
  const { decision, passUntil, mayAskAgainAt, account, retryAt, failure, strippedAt } = request;
  const moment = (at: string | undefined) => (at === undefined ? undefined : <Moment at={at} />);
  return (
    <section>
      <Facts
        facts={[
          [
            t.decision,
            decision && (
              <>
                <bdi>{decisionText(decision)}</bdi> {decision.note === undefined ? null : <ShownValue text={decision.note} />}
              </>
            ),
          ],
          [t.mayUntil, moment(passUntil)],
          [t.mayAskFrom, moment(mayAskAgainAt)],
          [t.account, account && <code>{visible(account.id)}</code>],
          [t.retryAt, moment(retryAt)],
          [t.failure, failure && <code>{visible(failureSentence(failure))}</code>],
          [t.whatToDo, failure && `${adviceFor(visit, failure.reason)} ${t.thenRetry}`],
          [t.strippedAt, moment(strippedAt)],
        ]}
      />
    </section>
  );
}

function adviceFor(visit: Visit, reason: string): string {
  return textNamed(t.advice, reason) ?? visit.say(approvalWords).seeLog;
}

/** Everything the person typed, as far as the account gets it. */
export function Entered({ visit, request: { attributes, shortNames = {} } }: RequestProps) {
  const labels: Readonly<Record<string, string>> = { en, ko }[visit.language].labels;
  const cells = Object.entries(attributes);
  if (cells.length === 0) return <p class="hint">{t.noAttributes}</p>;
  return (
    <Facts
      facts={cells.map(([name, value]) => [
        textNamed(labels, name) ?? visible(shortNames[name] ?? name),
        <ShownValue text={plainText(value)} />,
      ])}
    />
  );
}

function knownFacts(visit: Visit, { request, known: { others }, decisions, refused, domainPeople }: RequestAbout): readonly Fact[] {
  const accounts = request.identities.flatMap(({ issuer, issuerAssignedId }) =>
    issuerAssignedId === undefined ? [] : [`${issuer}/${issuerAssignedId}`],
  );
  const { earlier } = request;
  return [
    [t.signedInWith, visible(providerText(visit.say(approvalWords), request))],
    ...gateFact(visit, request),
    [t.accounts, accounts.length === 0 ? undefined : <ShownValue text={accounts.join(", ")} />],
    ...(request.verifications ?? []).map((word) => [t.identityCheck, visible(vendorSentence(word))] as const),
    ...renewalFact(visit, request),
    [t.mailedTo, request.askedOf && visible(request.askedOf)],
    [t.approvedBefore, earlier && <bdi>{`${visible(earlier.reference)}: ${decisionText(earlier.decision)}`}</bdi>],
    [
      t.beforeNow,
      refused && (
        <>
          {t.refusedBefore(refused.count, shortDay(visit, refused.last.at))} <DecisionLink code={refused.last.reference} />
        </>
      ),
    ],
    [t.others, others.length === 0 ? undefined : others.map((other) => <OtherLink visit={visit} request={other} />)],
    [
      t.domain,
      <>
        <DomainLink domain={domainOf(request)} />
        {domainPeople === 0 ? null : `: ${t.domainPeople(domainPeople, DOMAIN_DAYS)}`}
      </>,
    ],
    [t.languages, request.locales.map(visible).join(", ")],
    [t.asked, <Moment at={request.requestedAt} />],
    [t.atSignUp, decisions.length === 0 ? undefined : decisions.map((code) => <DecisionLink code={code} />)],
    [t.id, <code>{visible(request.id)}</code>],
  ];
}

function DecisionLink({ code }: { readonly code: string }) {
  return (
    <>
      <a href={`/decisions/${encodeURIComponent(code)}`}>{visible(code)}</a>{" "}
    </>
  );
}

function OtherLink({ visit, request }: RequestProps) {
  return (
    <p>
      <a href={requestPath(request.id)}>{visible(request.reference)}</a> <StateTag state={stateAt(request, visit.now)} />{" "}
      {visible(issuersOf(request).join(", "))}, <Moment at={request.requestedAt} />
    </p>
  );
}

/** What follows, before anybody decides. */
function IfApproved({ visit, request }: RequestProps) {
  const { stages } = request;
  const missing = stages === undefined ? 0 : (runningStage(stages)?.need ?? 1) - votesNow(stages).length - 1;
  const after = stages?.list[stages.running + 1];
  const isLast = missing <= 0 && after === undefined;
  const lines = [
    ...(missing > 0 ? ([["next", s.missing(missing)]] as const) : []),
    ...(missing <= 0 && after !== undefined ? ([["next", s.next(askedText(visit, after.by))]] as const) : []),
    ...(isLast && request.onApproval === "provision" ? ([["account", t.ifMade]] as const) : []),
    ...(isLast && request.onApproval === "continue" ? ([["next", t.ifLetIn(request.passDays)]] as const) : []),
    ...(isLast
      ? ([
          ["mail", t.ifMail],
          ["undo", request.onApproval === "provision" ? t.undoUntilMade : t.undoUntilIn],
        ] as const)
      : []),
  ] as const;
  return (
    <section>
      <h2>{t.ifApproved}</h2>
      <ul class="if">
        {lines.map(([icon, text]) => (
          <li>
            <Icon name={icon} /> {text}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface DecideFooterProps extends RequestProps, Pick<RequestPanelProps, "from" | "next"> {}

/** The changes that its state allows, and the way on. */
function DecideFooter({ visit, request, from, next }: DecideFooterProps) {
  const decider = deciderOf(visit);
  const say = { by: { kind: "console" as const, name: visit.session.name }, decider };
  const possible = visit.may("Approver") ? verbs.filter((verb) => objection(verb, request, say, visit.now) === undefined) : [];
  const refusal = refusalToDecide(visit, request);
  if (possible.length === 0 && next === undefined && refusal === undefined) return null;
  const isTyped = possible.some((verb) => needsNote(visit, verb));
  return (
    <footer>
      {refusal === undefined ? null : <p class="note warn">{refusal}</p>}
      {possible.length === 0 ? null : (
        <PostForm
          visit={visit}
          action="/approvals/decide"
          {...formData(visit, possible, request.id)}
          data-keys={from === undefined ? "" : undefined}
          hidden={{
            request: requestField(request),
            ...(from !== undefined && { back: from }),
            ...(next !== undefined && { next: next.request.id }),
          }}
        >
          <p class="actions">
            <VerbButtons verbs={possible} />
          </p>
          <details open={isTyped || from === undefined}>
            <summary>{queueTexts.withNote}</summary>
            <NoteFields visit={visit} verbs={possible} gate={gateOf(request)} />
          </details>
        </PostForm>
      )}
      {next === undefined ? null : (
        <a class="next" href={next.path}>
          {t.next}: {nameShown(next.request)}
        </a>
      )}
    </footer>
  );
}

/** Why somebody who may decide may not decide on this one. A reader that it asks is led to where they may. */
function refusalToDecide(visit: Visit, request: ApprovalRequest): Child | undefined {
  const decider = deciderOf(visit);
  if (!visit.may("Approver")) {
    if (!asksByName(request, decider, visit.now)) return undefined;
    return <a href={`${homes.Decider}/requests/${encodeURIComponent(request.id)}`}>{s.asksYou}</a>;
  }
  const { why } = visit.say(decidingWords);
  if (isOwnRequest(request, decider)) return why.own;
  if (request.stages === undefined || stateAt(request, visit.now) !== "pending") return undefined;
  const say = { by: { kind: "console" as const, name: visit.session.name }, decider };
  const no = objection("approve", request, say, visit.now);
  return no && why[no.why];
}

function History({ visit, history }: { readonly visit: Visit; readonly history: readonly HistoryEntry[] }) {
  const by = ({ kind, name }: HistoryEntry["by"]) =>
    kind === "gatehouse" ? (t.parts[name] ?? visible(name)) : `${visible(name)} (${t.ways[kind] ?? visible(kind)})`;
  return (
    <Table
      caption={t.history}
      columns={[t.time, t.change, t.by, t.note]}
      rows={history.map((change) => [
        <Moment at={change.at} />,
        changeText(visit, change),
        <bdi>{by(change.by)}</bdi>,
        change.note === undefined ? null : <ShownValue text={change.note} />,
      ])}
      empty=""
    />
  );
}

/** What happened: another state, or a step within the stages. */
function changeText(visit: Visit, { from, to, what, stage, asked }: HistoryEntry): string {
  if (what === undefined) return `${from === "none" ? t.start : t.states[from]} → ${t.states[to]}`;
  const step = [s.what[what], ...(stage === undefined ? [] : [s.number(stage + 1)])].join(", ");
  return asked === undefined ? step : `${step} → ${askedText(visit, asked)}`;
}
