import type { Concern } from "../../../adapters/operator/act";
import type { Visit } from "../../../console/app/visit";
import { pageWithForm, refusalPage } from "../../../console/parts/back-link";
import { isSure } from "../../../console/parts/forms";
import { reportResults } from "../../../console/parts/people-results";
import { visible } from "../../../console/parts/value";
import { withQuery } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import { capitaliseTitle } from "../../../console/texts/languages";
import type { Actor } from "../../../engine/audited-change";
import { decisionActs } from "../acts";
import { isTheirs, type RefusalFacts } from "../acts/decision";
import { type DecisionAction, decisionActions } from "../change";
import { isRequestId } from "../deciding";
import type { ApprovalRequest } from "../request";
import {
  buildActor,
  buildWholeActor,
  describeConsequence,
  draftName,
  type NamedRequest,
  readRequestField,
  requestPath,
  resultWords,
} from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { askBeforeDeciding, type DecidePlace, readDecision, readTold, type SentDecision } from "./decide-question";
import { buildQueueQuery, queuePath, readAsked } from "./queue-asked";
import { isReversible, undoFields } from "./undo";

/** The result for one request. `email` is absent if the request does not exist, or if the visitor may not know of it. */
export type Result = Pick<NamedRequest, "id" | "reference"> & {
  readonly email?: string | undefined;
} & ({ readonly request: ApprovalRequest } | { readonly refusal: Concern });

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
  const results = await decideEach(visit, decision, place.scope);
  const [first] = results;
  if (first !== undefined && "refusal" in first && results.length === 1) {
    const isUntold = first.refusal.weight !== "refused";
    return (isUntold ? await askBeforeDeciding(visit, decision, place, true) : undefined) ?? (await showRefusal(visit, place, first));
  }
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

/** @param scope what the page shows the visitor @default everything */
export async function decideEach(
  visit: Visit,
  { verb, note, reply, named }: SentDecision,
  scope?: Actor["scope"],
): Promise<readonly Result[]> {
  const attempts = named.map((target) => ({ target, input: { note, reply }, answered: isSure(visit) ? readTold(visit, target.id) : [] }));
  const results = await visit.carryOutEach(decisionActs[verb], attempts, buildActor(visit, scope));
  return results.map((result, index): Result => {
    const { id, reference } = named[index] as NamedRequest;
    if (result.kind === "done") return { id, reference, email: result.outcome.email, request: result.outcome };
    const stale: Concern = { code: result.kind, weight: "refused", text: () => frameTexts.stale };
    const refusal = result.kind === "stopped" ? result.concerns[0] : stale;
    return { id, reference, email: (refusal.facts as RefusalFacts | undefined)?.email, refusal };
  });
}

export async function reportDecisions(
  visit: Visit,
  verb: DecisionAction,
  place: DecidePlace,
  results: readonly Result[],
): Promise<Response> {
  const { scope, action, back, hidden, draft } = place;
  const each = results.map((result) => {
    const came =
      "request" in result
        ? { did: capitaliseTitle(describeConsequence(visit, verb, result.request)) }
        : { why: resultWords(visit, result.refusal) };
    return { email: result.email ?? result.reference, ...came };
  });
  const doneRequests = results.flatMap((result) => ("request" in result ? [result.request] : []));
  // The page of a single request has its own Undo, and no `back` in `hidden`.
  const mayUndo = (request: ApprovalRequest) =>
    scope === undefined
      ? "back" in hidden && isReversible(visit, verb, request)
      : isTheirs("reopen", request, buildWholeActor(visit, scope), visit.now);
  const undone = doneRequests.filter(mayUndo);
  const undo = { says: "undo", count: undone.length, action, fields: undoFields(undone, hidden.back) } as const;
  const drafts = [draft, ...doneRequests.map(({ id }) => id)].map((of) => draftName(visit, of));
  const after = place.next === undefined ? back : withQuery(back, new URLSearchParams(place.next));
  const isRevoked = verb === "deny" && doneRequests.length > 0 && doneRequests.every(({ invitation }) => invitation !== undefined);
  return await reportResults(visit, each, { back: after, said: isRevoked ? "revoke" : verb, undo, drafts }, scope && back);
}

function showRefusal(
  visit: Visit,
  { list, scope }: DecidePlace,
  { id, reference, email, refusal }: Result & { readonly refusal: Concern },
): Promise<Response> {
  const { decision, isInvitation = false } = (refusal.facts ?? {}) as RefusalFacts;
  const verdict = decision && (isInvitation ? t.invitations : t.states)[decision.verdict];
  const title = decision === undefined ? frameTexts.notDone : t.decidedAlready(verdict ?? "", visible(decision.by.name));
  const note = decision?.note === undefined ? "" : ` ${visible(decision.note)}`;
  const typedNote = visit.field("note");
  const who = visible(email ?? reference);
  const why = (
    <>
      {scope === undefined ? <a href={requestPath(id)}>{who}</a> : who}: {resultWords(visit, refusal)}
      {note}
      {typedNote === "" ? null : ` ${t.notKept(visible(typedNote))}`}
    </>
  );
  const back = { path: list, text: frameTexts.toRequests };
  return refusalPage(visit, { title, why, back, status: refusal.code === "unknown" ? 404 : 409 });
}
