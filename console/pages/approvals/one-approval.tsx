import { isRequestId, objection } from "../../../engine/approvals/deciding";
import { decisionsBehind } from "../../../engine/approvals/decisions-behind";
import { differencesOf } from "../../../engine/approvals/differences";
import { isOwnRequest } from "../../../engine/approvals/own-request";
import { type ApprovalRequest, type HistoryEntry, type Stored, UnreadableRequestError } from "../../../engine/approvals/request";
import { stateAt } from "../../../engine/approvals/state-at";
import { verbs } from "../../../engine/approvals/verbs";
import { approvalWords, failureSentence, providerText, vendorSentence } from "../../../engine/messages/operator/approvals";
import { decidingWords } from "../../../engine/messages/operator/deciding";
import type { Visit } from "../../app/visit";
import { Alert } from "../../parts/forms";
import { gateFact } from "../../parts/gates";
import { type Fact, Facts, Table } from "../../parts/table";
import { TaskPanel } from "../../parts/tasks";
import { Moment } from "../../parts/time";
import { ShownValue, visible } from "../../parts/value";
import { frameTexts } from "../../texts/frame-texts";
import { PersonLink } from "../people/person-links";
import { AttributeDifferences, deciderOf, decisionText, requestField, resultWords, StateTag, Unreadable } from "./approvals-parts";
import { approvalsTexts } from "./approvals-texts";
import { OtherRequests } from "./earlier";
import { Hindrances } from "./hindrances";
import { othersOf } from "./known";
import { DraftDone, formData, gateOf, NoteFields } from "./notes";
import { KeysButton } from "./requests-table";

/** Everything that is known of one request. */
export async function oneApproval(visit: Visit): Promise<Response> {
  const t = visit.say(approvalsTexts);
  const id = visit.context.req.param("id") ?? "";
  const request = isRequestId(id) ? await legible(visit.world.approvals.get(id)) : undefined;
  const back = (
    <p>
      <a href="/approvals">{t.back}</a>
    </p>
  );
  if (request === undefined) {
    const content = (
      <>
        <p>{t.noRequest}</p>
        {back}
      </>
    );
    return await visit.page(t.title, content, { status: 404 });
  }
  if (request instanceof UnreadableRequestError) {
    const content = (
      <>
        <Unreadable visit={visit} rows={[request]} />
        {back}
      </>
    );
    return await visit.page(t.title, content, { status: 409 });
  }
  const decisions = await decisionsBehind(request, visit.world.decisions.byEmail(request.email));
  const others = request.strippedAt === undefined ? await othersOf(visit, request) : [];
  const subject = `request/${request.id}`;
  const task = await visit.world.tasks.get(subject);
  return await visit.page(
    t.one(visible(request.reference)),
    <>
      <Done visit={visit} request={request} />
      {stateAt(request, visit.now) === "pending" ? <Hindrances visit={visit} request={request} others={others} /> : null}
      <Facts facts={[...stateFacts(visit, request, decisions), ...outcome(visit, request)]} />
      <DecideForm visit={visit} request={request} />
      <TaskPanel visit={visit} subject={subject} task={task} />
      <Attributes visit={visit} request={request} />
      <AttributeDifferences visit={visit} caption={t.differences} differences={differencesOf(request)} />
      <OtherRequests visit={visit} request={request} others={others} />
      <History visit={visit} history={request.history} />
      {back}
    </>,
  );
}

/** The request, or why nobody can read it. */
function legible(reading: Promise<Stored>): Promise<Stored | UnreadableRequestError> {
  return reading.catch((error: unknown) => {
    if (error instanceof UnreadableRequestError) return error;
    throw error;
  });
}

interface RequestProps {
  readonly visit: Visit;
  readonly request: ApprovalRequest;
}

/** Said of the change that led here. */
function Done({ visit, request }: RequestProps) {
  const verb = verbs.find((each) => each === visit.query("done"));
  // The worker may have been quicker than the page, and what failed speaks for itself.
  return verb === undefined || request.state === "failed" ? null : (
    <>
      <DraftDone visit={visit} of={request.id} />
      <Alert kind="good">{resultWords(visit, verb, { ok: true, request })}</Alert>
    </>
  );
}

/** Who asks, and the state of the request. */
function stateFacts(visit: Visit, request: ApprovalRequest, decisions: readonly string[]): readonly Fact[] {
  const t = visit.say(approvalsTexts);
  const { characters } = visit.say(frameTexts);
  const state = stateAt(request, visit.now);
  const accounts = request.identities.flatMap(({ issuer, issuerAssignedId }) =>
    issuerAssignedId === undefined ? [] : [`${issuer}/${issuerAssignedId}`],
  );
  return [
    [t.state, <StateTag visit={visit} state={state} />],
    [t.email, <PersonLink email={request.email} />],
    [t.signedInWith, visible(providerText(visit.say(approvalWords), request))],
    ...gateFact(visit, request),
    [t.accounts, accounts.length === 0 ? undefined : <ShownValue text={accounts.join(", ")} characters={characters} />],
    ...(request.verifications ?? []).map((word) => [t.identityCheck, visible(vendorSentence(word))] as const),
    [t.languages, request.locales.map(visible).join(", ")],
    [t.asked, <Moment at={request.requestedAt} />],
    [
      t.atSignUp,
      decisions.length === 0
        ? undefined
        : decisions.map((code) => (
            <>
              <a href={`/decisions/${encodeURIComponent(code)}`}>{visible(code)}</a>{" "}
            </>
          )),
    ],
    [t.answerBy, state === "pending" ? <Moment at={request.answerBy} /> : undefined],
    [t.onApproval, visit.say(approvalWords).onApproval[request.onApproval]],
    [t.id, <code>{visible(request.id)}</code>],
  ];
}

/** What became of it so far. */
function outcome(visit: Visit, request: ApprovalRequest): readonly Fact[] {
  const t = visit.say(approvalsTexts);
  const { characters } = visit.say(frameTexts);
  const { decision, earlier, passUntil, mayAskAgainAt, account, retryAt, failure, strippedAt } = request;
  const moment = (at: string | undefined) => (at === undefined ? undefined : <Moment at={at} />);
  return [
    [t.approvedBefore, earlier && <bdi>{`${visible(earlier.reference)}: ${decisionText(t, earlier.decision)}`}</bdi>],
    [
      t.decision,
      decision && (
        <>
          <bdi>{decisionText(t, decision)}</bdi>
          {decision.note === undefined ? null : (
            <>
              <br />
              <ShownValue text={decision.note} characters={characters} />
            </>
          )}
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
  ];
}

function adviceFor(visit: Visit, reason: string): string {
  const advice: Readonly<Record<string, string>> = visit.say(approvalsTexts).advice;
  return (Object.hasOwn(advice, reason) ? advice[reason] : undefined) ?? visit.say(approvalWords).seeLog;
}

/** The changes that its state allows. */
function DecideForm({ visit, request }: RequestProps) {
  const t = visit.say(approvalsTexts);
  const say = { by: { kind: "console" as const, name: visit.session.name }, decider: deciderOf(visit.session) };
  const possible = visit.may("Approver") ? verbs.filter((verb) => objection(verb, request, say, visit.now) === undefined) : [];
  if (visit.may("Approver") && isOwnRequest(request, say.decider)) return <p class="note warn">{visit.say(decidingWords).why.own}</p>;
  if (possible.length === 0) return null;
  return (
    <form class="card" method="post" action="/approvals/decide" {...formData(visit, possible, request.id)}>
      <h2>{t.decideOne}</h2>
      {visit.formToken}
      <input type="hidden" name="request" value={requestField(request)} />
      <NoteFields visit={visit} verbs={possible} gate={gateOf(request)} />
      <p class="actions">
        {possible.map((verb) => (
          <button type="submit" name="verb" value={verb} class={verb === "deny" ? "danger" : undefined}>
            {t.verbs[verb]}
          </button>
        ))}
        <KeysButton visit={visit} />
      </p>
      <p class="hint">{possible.map((verb) => `${t.verbs[verb]}: ${t.verbHints[verb]}`).join(" ")}</p>
    </form>
  );
}

function Attributes({ visit, request }: RequestProps) {
  const t = visit.say(approvalsTexts);
  const { characters } = visit.say(frameTexts);
  const cells = Object.entries(request.attributes);
  return (
    <>
      <h2>{t.attributes}</h2>
      {cells.length === 0 ? (
        <p class="hint">{t.noAttributes}</p>
      ) : (
        <Facts
          facts={cells.map(([name, value]) => [
            visible(name),
            <ShownValue text={typeof value === "string" ? value : JSON.stringify(value)} characters={characters} />,
          ])}
        />
      )}
    </>
  );
}

function History({ visit, history }: { readonly visit: Visit; readonly history: readonly HistoryEntry[] }) {
  const t = visit.say(approvalsTexts);
  const { characters } = visit.say(frameTexts);
  const by = ({ kind, name }: HistoryEntry["by"]) =>
    kind === "gatehouse" ? (t.parts[name] ?? visible(name)) : `${visible(name)} (${t.ways[kind] ?? visible(kind)})`;
  return (
    <>
      <h2>{t.history}</h2>
      <Table
        caption={t.caption.pending}
        columns={[t.time, t.change, t.by, t.note].map((name) => ({ name }))}
        rows={history.map((change) => [
          <Moment at={change.at} />,
          `${change.from === "none" ? t.start : t.states[change.from]} → ${t.states[change.to]}`,
          <bdi>{by(change.by)}</bdi>,
          change.note === undefined ? null : <ShownValue text={change.note} characters={characters} />,
        ])}
        empty=""
      />
    </>
  );
}
