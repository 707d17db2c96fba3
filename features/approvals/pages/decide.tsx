import type { Visit } from "../../../console/app/visit";
import { pageWithForm, refusalPage } from "../../../console/parts/back-link";
import { reportResults } from "../../../console/parts/people-results";
import { visible } from "../../../console/parts/value";
import { withQuery } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import { capitaliseTitle } from "../../../console/texts/languages";
import { GUID } from "../../../engine/directory-account";
import { findDenyingEntries } from "../../access-list/pages/access-list-parts";
import { type DecisionAction, decisionActions } from "../change";
import { decideRequest, isRequestId, predictDecision } from "../deciding";
import { type ApprovalRequest, DENIED_BY_LIST } from "../request";
import { stateAt } from "../state-at";
import {
  auditedOutcome,
  buildDecider,
  byVisitor,
  type DecisionResult,
  describeConsequence,
  draftName,
  type NamedRequest,
  readApprovalRequest,
  readRequestField,
  requestPath,
  resultWords,
} from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { askBeforeDeciding, type DecidePlace, readDecision, type SentDecision } from "./decide-question";
import { buildQueueQuery, queuePath, readAsked } from "./queue-asked";
import { isReversible, undoFields } from "./undo";

/** The result for one request. `email` is absent if the request does not exist, or if the visitor may not know of it. */
export type Result = Pick<NamedRequest, "id" | "reference"> & { readonly email?: string } & DecisionResult;

/**
 * Decides on the sent requests. Asks for a confirmation first if there are several requests or warnings, or if a visitor who is not an
 * operator approves.
 */
export async function postDecision(visit: Visit, place = queuePlace(visit)): Promise<Response> {
  const decision = readDecision(visit, place);
  if ("problem" in decision) {
    const back = { path: place.list, text: frameTexts.toRequests };
    return await pageWithForm(visit, { title: frameTexts.notDone, problems: [decision.problem], back }, null);
  }
  const question = await askBeforeDeciding(visit, decision, place);
  if (question !== undefined) return question;
  const results: Result[] = [];
  for (const each of decision.named) results.push(await decideAt(visit, decision, each, place));
  const [first] = results;
  if (first?.ok === false && results.length === 1) return await showRefusal(visit, decision.verb, place, first);
  return await reportDecisions(visit, decision.verb, place, results);
}

/** Parses the parameters, because the address in a form may contain anything. */
function queuePlace(visit: Visit): DecidePlace {
  const [back, next] = [visit.field("back"), visit.field("next")];
  const parameters = new URLSearchParams(back.split("?")[1]);
  const search = readAsked(visit, (name) => parameters.get(name) ?? "");
  const { id } = readRequestField(visit.field("request"));
  const place = { action: "/approvals/decide", verbs: decisionActions };
  if (!back.startsWith("/approvals")) return { ...place, list: "/approvals", back: requestPath(id), draft: id, hidden: {} };
  const list = queuePath(search);
  const open = isRequestId(next) ? { next: { open: next } } : {};
  return { ...place, list, back: list, draft: buildQueueQuery(search), ...open, hidden: { back: list, next } };
}

/** People who are not operators don't learn who else decided meanwhile, even on their own requests. */
async function decideAt(visit: Visit, { verb, note }: SentDecision, namedRequest: NamedRequest, { own }: DecidePlace): Promise<Result> {
  if (own === undefined) return await decideOne(visit, { verb, note }, namedRequest);
  const seenState = { ...namedRequest.seen, decision: undefined };
  const result = await decideOne(visit, { verb, note }, { ...namedRequest, seen: seenState }, own.isTheirs);
  return result.ok ? result : { ...result, decision: undefined };
}

/**
 * If the request's state refuses the decision, there is no audit entry.
 * @param isTheirs true if the visitor may know of the request. @default true for every request
 */
export async function decideOne(
  visit: Visit,
  { verb, note }: Pick<SentDecision, "verb" | "note">,
  { seen, ...named }: NamedRequest,
  isTheirs?: (request: ApprovalRequest, verb: DecisionAction) => boolean,
): Promise<Result> {
  const { world, session, now } = visit;
  const { subject: account } = session;
  const saying = {
    by: byVisitor(visit),
    decider: buildDecider(visit),
    ...(note !== "" && { note }),
    ...(GUID.test(account) && { account }),
  };
  const request = await readApprovalRequest(visit, named.id);
  if (request === undefined || isTheirs?.(request, verb) === false) {
    // If the visitor was asked about the request while it was pending, they could see the person. Then the refusal may name the person.
    const wasTheirs = request !== undefined && isTheirs?.({ ...request, state: "pending" }, "approve") === true;
    return { ...named, ...(wasTheirs && { email: request.email }), ok: false, why: "unknown" };
  }
  // Visitors who are not operators take back the decision that was just checked, not a decision made meanwhile.
  const say = { ...saying, seen: isTheirs !== undefined && verb === "reopen" ? request : seen };
  const whose = { ...named, email: request.email };
  if (request.reference !== named.reference) return { ...whose, ok: false, why: "asked-again" };
  const outcome = predictDecision(verb, request, say, now);
  if (!outcome.ok) return { ...whose, ...outcome };
  // Pages show a partner's contact no warning about the access list, so a denied person's approval is refused here.
  const isUnasked = verb === "approve" && visit.partnerDomain !== undefined;
  if (isUnasked && (await findDenyingEntries(visit, [request])).has(request)) return { ...whose, ok: false, why: DENIED_BY_LIST };

  const entry = {
    action: `approvals.${verb}`,
    subject: request.reference,
    before: { state: stateAt(request, now), email: request.email },
    after: { state: outcome.request.state, email: request.email, ...(note !== "" && { note }) },
  };
  const decisionResult = await auditedOutcome(visit, entry, () => decideRequest(world.approvals, verb, { ...named, ...say }, now));
  return { ...whose, ...decisionResult };
}

export async function reportDecisions(
  visit: Visit,
  verb: DecisionAction,
  place: DecidePlace,
  results: readonly Result[],
): Promise<Response> {
  const { own, action, back, hidden, draft } = place;
  const each = results.map((result) => {
    const came = result.ok
      ? { did: capitaliseTitle(describeConsequence(visit, verb, result.request)) }
      : { why: resultWords(visit, verb, result) };
    return { email: result.email ?? result.reference, ...came };
  });
  const doneRequests = results.flatMap((result) => (result.ok ? [result.request] : []));
  // The page of a single request has its own Undo, and no `back` in `hidden`.
  const mayUndo = (request: ApprovalRequest) =>
    own?.isTheirs(request, "reopen") ?? ("back" in hidden && isReversible(visit, verb, request));
  const undone = doneRequests.filter(mayUndo);
  const undo = { says: "undo", count: undone.length, action, fields: undoFields(undone, hidden.back) } as const;
  const drafts = [draft, ...doneRequests.map(({ id }) => id)].map((of) => draftName(visit, of));
  const after = place.next === undefined ? back : withQuery(back, new URLSearchParams(place.next));
  return await reportResults(visit, each, { back: after, said: verb, undo, drafts }, own && back);
}

function showRefusal(
  visit: Visit,
  verb: DecisionAction,
  { list, own }: DecidePlace,
  result: Result & { readonly ok: false },
): Promise<Response> {
  const { decision, id, reference } = result;
  const title = decision === undefined ? frameTexts.notDone : t.decidedAlready(t.states[decision.verdict], visible(decision.by.name));
  const note = decision?.note === undefined ? "" : ` ${visible(decision.note)}`;
  const typedNote = visit.field("note");
  const who = visible(result.email ?? reference);
  const why = (
    <>
      {own === undefined ? <a href={requestPath(id)}>{who}</a> : who}: {resultWords(visit, verb, result)}
      {note}
      {typedNote === "" ? null : ` ${t.notKept(visible(typedNote))}`}
    </>
  );
  const back = { path: list, text: frameTexts.toRequests };
  return refusalPage(visit, { title, why, back, status: result.why === "unknown" ? 404 : 409 });
}
