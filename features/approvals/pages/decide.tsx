import type { Visit } from "../../../console/app/visit";
import { pageWithForm } from "../../../console/parts/back-link";
import { ButtonLink } from "../../../console/parts/forms";
import { reportResults } from "../../../console/parts/people-results";
import { visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { GUID } from "../../../engine/guid";
import { decideRequest, foreseen, isRequestId } from "../deciding";
import { verbs } from "../decision-verbs";
import { stateAt } from "../state-at";
import { byVisitor, type DecisionResult, DraftDone, deciderOf, type NamedRequest, requestPath, resultWords } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { askFirst, type FormPlace, readDecision, type SentDecision } from "./decide-question";
import { knownOf } from "./known";
import { type QueueAsked, queryOf, queuePath, readAsked } from "./queue-asked";
import { isReversible, undoFields } from "./undo";

interface DecisionForm extends SentDecision {
  /** The queue of the form; undefined for the page of one request. */
  readonly from: QueueAsked | undefined;
}

/** Without an address if the request does not exist. */
type Result = Pick<NamedRequest, "id" | "reference"> & { readonly email?: string } & DecisionResult;

/** Approves, denies, reopens or tries again, one request or several. Of several it is asked first. */
export async function postDecision(visit: Visit): Promise<Response> {
  const form = decisionForm(visit);
  if ("problem" in form) return await refuse(visit, form.problem);
  const question = await askFirst(visit, form, placeOf(visit, form));
  if (question !== undefined) return question;
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
  const form = readDecision(visit, verbs);
  return "problem" in form ? form : { ...form, from: queueLeft(visit) };
}

function placeOf(visit: Visit, form: DecisionForm): FormPlace {
  const { from, named } = form;
  return {
    action: "/approvals/decide",
    back: from === undefined ? requestPath(named[0]?.id ?? "") : queuePath(from),
    draft: draftOf(form),
    hidden: from === undefined ? {} : { back: queuePath(from), next: visit.field("next") },
    read: (ids) => visit.world.readableApprovals(() => {}).getAll(ids),
    known: (requests) => knownOf(visit, requests),
  };
}

/** Reads the queue's address again: a form may hold anything. */
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

/** The draft's name: the queue's, or the request's. */
function draftOf({ from, named: [first] }: Pick<DecisionForm, "from" | "named">): string {
  return from === undefined ? (first?.id ?? "") : queryOf(from);
}

/** Makes one decision with its entry in the trail. A decision that the request's state refuses leaves none. */
export async function decideOne(
  visit: Visit,
  { verb, note }: Pick<SentDecision, "verb" | "note">,
  { seen, ...named }: NamedRequest,
): Promise<Result> {
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

/** Reports a partial result, with Undo for what was done. */
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
