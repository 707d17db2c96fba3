import type { Visit } from "../../../console/app/visit";
import { CancelLink, ConfirmQuestion, pageWithForm } from "../../../console/parts/back-link";
import { Alert, ButtonLink, ErrorSummary, PostForm, SubmitButton, tooLong } from "../../../console/parts/forms";
import { reportResults } from "../../../console/parts/people-results";
import { visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { grouped } from "../../../engine/grouped";
import { GUID } from "../../../engine/guid";
import { decideRequest, foreseen, isRequestId } from "../deciding";
import { type Verb, verbs } from "../decision-verbs";
import type { ApprovalRequest } from "../request";
import { stateAt } from "../state-at";
import {
  byVisitor,
  type DecisionResult,
  DraftDone,
  deciderOf,
  formData,
  type NamedRequest,
  Names,
  NoteField,
  nameShown,
  noteSent,
  Remarks,
  readRequestField,
  requestField,
  requestPath,
  resultWords,
  visitorsObjection,
  Who,
} from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { Blockers } from "./blockers";
import { hasNoAccount, type KnownBesides, type KnownOf, knownOf } from "./known";
import { MAX_AT_ONCE, type QueueAsked, queryOf, queuePath, readAsked } from "./queue-asked";
import { isReversible, undoFields } from "./undo";

interface Decided {
  readonly verb: Verb;
  readonly note: string;
}

interface DecisionForm extends Decided {
  readonly named: readonly NamedRequest[];
  /** Left out, as no account can be created for them. */
  readonly without: readonly NamedRequest[];
  /** What the queue that the form stood on shows; undefined: it stood on the page of one request. */
  readonly from: QueueAsked | undefined;
}

/** Without an address where there is no such request. */
type Result = Pick<NamedRequest, "id" | "reference"> & { readonly email?: string } & DecisionResult;

/** Approves, denies, reopens or tries again, one request or several. Of several it is asked first. */
export async function postDecision(visit: Visit): Promise<Response> {
  const form = decisionForm(visit);
  if ("problem" in form) return await refuse(visit, form.problem);
  const problem = tooLong(visit, form.note);
  if (problem !== undefined) return await askAgain(visit, form, problem);
  const [leave, include] = [visit.field("leave"), visit.field("include")];
  if (leave !== "") return await askAgain(visit, { ...form, named: form.named.filter(({ id }) => id !== leave) });
  if (include !== "") return await askAgain(visit, { ...form, named: [...form.named, ...form.without], without: [] });
  if (form.named.length > 1 && !isSure(visit)) return await askAgain(visit, form);
  const results: Result[] = [];
  for (const named of form.named) results.push(await decideOne(visit, form, named));
  const [first] = results;
  if (first === undefined) return await refuse(visit, t.nothingChosen);
  if (results.length === 1 && !first.ok) return await showRefusal(visit, form, first);
  if (results.some(({ ok }) => !ok)) return await reportSome(visit, form, results);
  const done = { done: form.verb, undo: results.map(({ id }) => id).join(".") };
  const next = visit.field("next");
  return form.from === undefined
    ? visit.goTo(`${requestPath(first.id)}?${new URLSearchParams(done)}`)
    : visit.goTo(queuePath(form.from, { ...(isRequestId(next) && { open: next }), ...done }));
}

function decisionForm(visit: Visit): DecisionForm | { readonly problem: string } {
  const verb = verbs.find((each) => each === visit.field("verb"));
  const named = [...new Set(visit.fields("request"))].map(readRequestField);
  if (verb === undefined || named.some(({ id, reference }) => !isRequestId(id) || reference === "")) return { problem: t.badForm };
  if (named.length === 0) return { problem: t.nothingChosen };
  if (named.length > MAX_AT_ONCE) return { problem: t.tooMany(MAX_AT_ONCE) };
  const without = visit
    .fields("without")
    .map(readRequestField)
    .filter(({ id }) => isRequestId(id));
  return { verb, named, without, note: noteSent(visit), from: queueLeft(visit) };
}

/** Whether the form is the question itself. */
function isSure(visit: Visit): boolean {
  return visit.field("sure") === "yes";
}

/** What the address of the queue asked for, checked again: a form may hold anything. */
function queueLeft(visit: Visit): QueueAsked | undefined {
  const back = visit.field("back");
  if (!back.startsWith("/approvals")) return undefined;
  const said = new URLSearchParams(back.split("?")[1]);
  return readAsked(visit, (name) => said.get(name) ?? "").asked;
}

function refuse(visit: Visit, text: string): Promise<Response> {
  const from = queueLeft(visit);
  const back = { path: from === undefined ? "/approvals" : queuePath(from), text: t.back };
  return pageWithForm(visit, { title: frameTexts.notDone, problems: [text], back }, null);
}

/** What the browser keeps of a form is the queue's, or the request's. */
function draftOf({ from, named: [first] }: Pick<DecisionForm, "from" | "named">): string {
  return from === undefined ? (first?.id ?? "") : queryOf(from);
}

/** One decision and its entry in the trail. A decision that the request's state refuses leaves none. */
export async function decideOne(visit: Visit, { verb, note }: Decided, { seen, ...named }: NamedRequest): Promise<Result> {
  const { world, session, now } = visit;
  const { subject: account } = session;
  const say = {
    by: byVisitor(visit),
    seen,
    decider: deciderOf(visit),
    ...(note !== "" && { note }),
    ...(GUID.test(account) && { account }),
  };
  const request = await world.approvals.get(named.id);
  if (request === undefined) return { ...named, ok: false, why: "unknown" };
  const whose = { ...named, email: request.email };
  if (request.reference !== named.reference) return { ...whose, ok: false, why: "asked-again" };
  const outcome = foreseen(verb, request, say, now);
  if (!outcome.ok) return { ...whose, ...outcome };

  const entry = {
    action: `approvals.${verb}`,
    subject: request.reference,
    before: { state: stateAt(request, now), email: request.email },
    after: { state: outcome.request.state, email: request.email, ...(note !== "" && { note }) },
  };
  let decided: Awaited<ReturnType<typeof decideRequest>> | undefined;
  await visit.audited(entry, async () => {
    decided = await decideRequest(world.approvals, verb, { ...named, ...say }, now);
    return decided.ok;
  });
  return { ...whose, ...(decided ?? { ok: false, why: "unknown" }) };
}

/** Shows what the decision would do to each person, before it does. @param problem what is wrong with the note */
async function askAgain(visit: Visit, form: DecisionForm, problem?: string): Promise<Response> {
  const { verb, note, from } = form;
  const named = [...form.named, ...form.without];
  const all = await visit.world.readableApprovals(() => {}).getAll(named.map(({ id }) => id));
  const possible = named.length === 1 ? all : all.filter((request) => visitorsObjection(visit, verb, request) === undefined);
  const known = await knownOf(visit, possible);
  const without = leftWithout(visit, form, possible, known);
  const requests = possible.filter((request) => !without.includes(request));
  const fieldsOf = (some: readonly ApprovalRequest[]) =>
    named
      .filter(({ id }) => some.some((request) => request.id === id))
      .map(({ seen, ...request }) => requestField({ ...request, ...seen }));
  const sent = fieldsOf(requests);
  const failing = verb === "approve" ? requests.filter(({ id }) => hasNoAccount(known.get(id))).length : 0;
  const title = t.sure(t.verbs[verb], sent.length);
  const warned = verb === "approve" ? requests.filter(({ id }) => (known.get(id)?.blockers.length ?? 0) > 0) : [];
  const each = (request: ApprovalRequest, kinds: string) => (
    <>
      <strong>{nameShown(request)}</strong>: {kinds}.{" "}
      {requests.length === 1 ? null : (
        <button type="submit" name="leave" value={request.id} class="ghost">
          {t.leave}
        </button>
      )}
    </>
  );
  return await visit.page(
    title,
    <ConfirmQuestion title={title}>
      {problem === undefined ? null : <ErrorSummary title={frameTexts.notDone} problems={[{ field: "note", text: problem }]} />}
      <PostForm
        visit={visit}
        action="/approvals/decide"
        {...formData(visit, draftOf(form))}
        hidden={{
          ...{ sure: "yes", verb, request: sent, without: fieldsOf(without) },
          ...(from !== undefined && { back: queuePath(from), next: visit.field("next") }),
        }}
      >
        <LeftOut visit={visit} verb={verb} requests={all.filter((request) => !possible.includes(request))} />
        <Without requests={without} />
        {warned.length === 0 ? null : <Blockers requests={requests} known={known} each={each} />}
        <Askers
          visit={visit}
          requests={requests.length === 1 ? requests : requests.filter((each) => !warned.includes(each))}
          known={known}
        />
        <p class="hint">{t.verbHints[verb]}</p>
        <NoteField note={note} problem={problem} />
        <fieldset class="bar">
          <p class="actions">
            {sent.length === 0 ? null : (
              <SubmitButton
                text={failing === 0 ? t.yes(t.verbs[verb], sent.length) : t.yesWithout(sent.length, failing)}
                name="verb"
                value={verb}
                class={verb === "deny" ? "danger" : undefined}
              />
            )}
            <CancelLink path={from === undefined ? requestPath(named[0]?.id ?? "") : queuePath(from)} />
          </p>
        </fieldset>
      </PostForm>
    </ConfirmQuestion>,
    { status: problem === undefined ? 200 : 400 },
  );
}

/** For whom an approval makes no account: they are left out at first, unless that is so for all. */
function leftWithout(visit: Visit, { verb, without }: DecisionForm, requests: readonly ApprovalRequest[], known: KnownOf) {
  if (isSure(visit)) return requests.filter(({ id }) => without.some((each) => each.id === id));
  const failing = verb === "approve" ? requests.filter(({ id }) => hasNoAccount(known.get(id))) : [];
  return failing.length === requests.length ? [] : failing;
}

function Without({ requests }: { readonly requests: readonly ApprovalRequest[] }) {
  if (requests.length === 0) return null;
  return (
    <Alert kind="warn">
      <p>
        <strong>{t.without(requests.length)}</strong> <Names requests={requests} />
      </p>
      <SubmitButton text={t.include(requests.length)} name="include" value="yes" class="quiet" />
    </Alert>
  );
}

interface AskersProps {
  readonly visit: Visit;
  readonly requests: readonly ApprovalRequest[];
  readonly known: KnownOf;
}

/** Whom it is about. */
function Askers({ visit, requests, known }: AskersProps) {
  return (
    <ul class="askers">
      {requests.map((request) => (
        <li>
          <Who request={request} /> <Remarks visit={visit} request={request} known={noBlockers(known.get(request.id))} />
        </li>
      ))}
    </ul>
  );
}

/** What stands in the warning is not said again. */
function noBlockers(known: KnownBesides | undefined): KnownBesides {
  return { changes: [], likes: [], others: [], ...known, blockers: [] };
}

/** On whom the visitor cannot decide, and why: nobody is surprised by it afterwards. */
function LeftOut({ visit, verb, requests }: { readonly visit: Visit; readonly verb: Verb; readonly requests: readonly ApprovalRequest[] }) {
  if (requests.length === 0) return null;
  const why = (request: ApprovalRequest) => {
    const objection = visitorsObjection(visit, verb, request);
    return objection && resultWords(visit, verb, objection);
  };
  return (
    <Alert kind="warn">
      <p>{t.leftOut(requests.length)}</p>
      {[...grouped(requests, (request) => why(request) ?? "")].map(([words, some]) => (
        <p>
          <Names requests={some} />: {words}
        </p>
      ))}
    </Alert>
  );
}

/** What came of several, where not all of it was done, with the way to undo what was. */
async function reportSome(visit: Visit, { verb, from }: DecisionForm, results: readonly Result[]): Promise<Response> {
  const each = results.map((result) => {
    const words = resultWords(visit, verb, result);
    return { email: result.email ?? result.reference, ...(result.ok ? { did: words } : { why: words }) };
  });
  const done = results.flatMap((result) => (result.ok ? [result.request] : []));
  const reversible = done.filter((request) => isReversible(visit, verb, request));
  const back = from === undefined ? "/approvals" : queuePath(from);
  const undo = { text: `${t.undo} ${reversible.length}`, action: "/approvals/decide", fields: undoFields(reversible, back) };
  return await reportResults(visit, each, { back, undo: reversible.length > 0 ? undo : undefined });
}

async function showRefusal(visit: Visit, form: DecisionForm, result: Result & { readonly ok: false }): Promise<Response> {
  const { verb, from } = form;
  const { decision, id, reference } = result;
  const next = visit.field("next");
  return await visit.page(
    decision === undefined ? frameTexts.notDone : t.decidedAlready(t.states[decision.verdict], visible(decision.by.name)),
    <>
      <DraftDone visit={visit} of={draftOf(form)} />
      <p>
        <a href={requestPath(id)}>{visible(result.email ?? reference)}</a>: {resultWords(visit, verb, result)}
      </p>
      {decision?.note === undefined ? null : <p>{visible(decision.note)}</p>}
      <p class="actions">
        {from !== undefined && isRequestId(next) ? <ButtonLink path={queuePath(from, { open: next })} text={t.next} /> : null}
        <ButtonLink path={from === undefined ? "/approvals" : queuePath(from)} text={t.back} />
      </p>
    </>,
    { status: 409 },
  );
}
