import type { Visit } from "../../../console/app/visit";
import { pageWithForm, refusalPage } from "../../../console/parts/back-link";
import { reportResults } from "../../../console/parts/people-results";
import { visible } from "../../../console/parts/value";
import { withQuery } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import { GUID } from "../../../engine/guid";
import { decideRequest, foreseen, isRequestId } from "../deciding";
import { type Verb, verbs } from "../decision-verbs";
import { stateAt } from "../state-at";
import { auditedOutcome, byVisitor, type DecisionResult, deciderOf, type NamedRequest, requestPath, resultWords } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { askBeforeDeciding, type FormPlace, readDecision, type SentDecision } from "./decide-question";
import { queryOf, queuePath, readAsked } from "./queue-asked";
import { isReversible, undoFields } from "./undo";

/** Without an address if the request does not exist. */
type Result = Pick<NamedRequest, "id" | "reference"> & { readonly email?: string } & DecisionResult;

/** Approves, denies, reopens or tries again, one request or several. Of several it is asked first. */
export async function postDecision(visit: Visit): Promise<Response> {
  const decision = readDecision(visit, verbs);
  if ("problem" in decision) {
    const back = { path: placeOf(visit).list, text: t.back };
    return await pageWithForm(visit, { title: frameTexts.notDone, problems: [decision.problem], back }, null);
  }
  const { verb, named } = decision;
  const place = placeOf(visit, named[0]?.id);
  const question = await askBeforeDeciding(visit, decision, place);
  if (question !== undefined) return question;
  const results: Result[] = [];
  for (const each of named) results.push(await decideOne(visit, decision, each));
  const [first] = results;
  if (first?.ok === false && results.length === 1) return await showRefusal(visit, verb, place, first);
  if (results.some(({ ok }) => !ok)) return await reportSome(visit, verb, place, results);
  const query = new URLSearchParams({ ...place.next, done: verb, undo: results.map(({ id }) => id).join(".") });
  return visit.goTo(withQuery(place.back, query));
}

interface DecidePlace extends FormPlace {
  readonly next: { readonly open?: string };
}

/** Reads the queue's address again: a form may hold anything. */
function placeOf(visit: Visit, id = ""): DecidePlace {
  const [back, next] = [visit.field("back"), visit.field("next")];
  const said = new URLSearchParams(back.split("?")[1]);
  const asked = readAsked(visit, (name) => said.get(name) ?? "");
  const isQueue = back.startsWith("/approvals");
  const list = isQueue ? queuePath(asked) : "/approvals";
  return {
    action: "/approvals/decide",
    list,
    back: isQueue ? list : requestPath(id),
    draft: isQueue ? queryOf(asked) : id,
    next: isQueue && isRequestId(next) ? { open: next } : {},
    hidden: isQueue ? { back: list, next } : {},
    isFinal: false,
    read: (ids) => visit.world.readableApprovals().getAll(ids),
  };
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
  const decided = await auditedOutcome(visit, entry, () => decideRequest(world.approvals, verb, { ...named, ...say }, now));
  return { ...whose, ...decided };
}

async function reportSome(visit: Visit, verb: Verb, { list: back }: DecidePlace, results: readonly Result[]): Promise<Response> {
  const each = results.map((result) => {
    const words = resultWords(visit, verb, result);
    return { email: result.email ?? result.reference, ...(result.ok ? { did: words } : { why: words }) };
  });
  const done = results.flatMap((result) => (result.ok ? [result.request] : []));
  const reversible = done.filter((request) => isReversible(visit, verb, request));
  const undo = { says: "undo", count: reversible.length, action: "/approvals/decide", fields: undoFields(reversible, back) } as const;
  return await reportResults(visit, each, { back, undo });
}

function showRefusal(visit: Visit, verb: Verb, { list }: DecidePlace, result: Result & { readonly ok: false }): Promise<Response> {
  const { decision, id, reference } = result;
  const title = decision === undefined ? frameTexts.notDone : t.decidedAlready(t.states[decision.verdict], visible(decision.by.name));
  const note = decision?.note === undefined ? "" : ` ${visible(decision.note)}`;
  const why = (
    <>
      <a href={requestPath(id)}>{visible(result.email ?? reference)}</a>: {resultWords(visit, verb, result)}
      {note}
    </>
  );
  return refusalPage(visit, { title, why, back: { path: list, text: t.back }, status: 409 });
}
