import type { DoneThing } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { PostForm, SURE, SubmitButton } from "../../../console/parts/forms";
import { requestsPath } from "../../../console/parts/links";
import { resultTexts } from "../../../console/parts/people-results";
import { atLeast } from "../../../console/parts/value";
import { groupBy } from "../../../engine/collections";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { DecisionAction } from "../change";
import { getRequestDomain } from "../filters";
import { wasMoved } from "../invite-person";
import type { ApprovalRequest, ApprovalState, Approver } from "../request";
import { isByVisitor, Names, nameShown, requestField, requestPath, visitorsObjection } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { formatApprovers } from "./stages";

const DECIDE_PATH = "/approvals/decide";

/** @param back the queue to return to; undefined: the request */
export function undoFields(requests: readonly ApprovalRequest[], back: string | undefined) {
  return { verb: "reopen", ...SURE, ...(back !== undefined && { back }), request: requests.map(requestField) } as const;
}

/**
 * True if an Undo can take back the visitor's decision. False once the account is created: an Undo would not remove it. The visitor can end
 * its access.
 */
export function isReversible(visit: Visit, verb: DecisionAction, request: ApprovalRequest): boolean {
  const { may } = visit;
  const { decision, state, onApproval, retryAt } = request;
  // If the request is approved, the account counts as made, because it follows within a second. With `retryAt`, it does not count, because
  // it follows only after another try.
  const isMade = state === "provisioned" || (state === "approved" && onApproval === "provision" && retryAt === undefined);
  if (!may("Approver") || (verb !== "approve" && verb !== "deny") || isMade) return false;
  // For a pending request, the transition `reopen` checks that the visitor cast the last vote.
  const isOwn = state === "pending" || isByVisitor(visit, decision);
  return isOwn && visitorsObjection(visit, "reopen", request) === undefined;
}

const latelyDecided: readonly ApprovalState[] = ["pending", "approved", "provisioned", "admitted", "denied"];

const MOST_NAMED = 3;
/** Change sets that are searched for those that denied requests. */
const RECENT_SETS = 100;

interface Act {
  readonly request: ApprovalRequest;
  readonly verb: "approve" | "deny";
  readonly by: Approver;
  readonly account?: string;
  readonly at: string;
  /** The id of the operator's act. Undefined in rows of earlier versions. */
  readonly act: string | undefined;
  /** The approvers of the stage, for a vote that did not decide the request. */
  readonly stage?: string;
}

/** Decisions of one act are shown as one. Without the act's id, decisions of the same time count as one act. */
export async function decidedLately(visit: Visit): Promise<readonly DoneThing[]> {
  const store = visit.world.readableApprovals();
  const since = new Date(visit.now.getTime() - MS_PER_DAY);
  const [sets, ...requests] = await Promise.all([
    visit.world.changes.page(undefined, RECENT_SETS),
    ...latelyDecided.map((state) => store.newestDecidedSince(state, since)),
  ]);
  // The edit of the access list that denied them with their domain is shown as a whole.
  const ofSets = new Set(sets.sets.flatMap(({ id, requests }) => (requests === undefined ? [] : [id])));
  const acts = requests
    .flatMap(({ items }) => items)
    .filter(({ history }) => !ofSets.has(history.at(-1)?.act ?? ""))
    .flatMap(actsOn)
    .filter(({ at }) => at >= since.toISOString());
  const together = groupBy(acts, ({ verb, stage, by, account, act, at, request }) =>
    [verb, stage, request.invitation !== undefined, by.kind, by.name, account, act ?? at].join(),
  );
  const isCut = requests.some(({ whole }) => !whole);
  return [...together.values()].map((some) => doneThing(visit, some, isCut));
}

function actsOn(request: ApprovalRequest): readonly Act[] {
  const { decision, stages, sponsor, history } = request;
  const findAct = (moment: string) => history.findLast(({ at, by }) => at === moment && by.kind !== "gatehouse")?.act;
  const votes = (stages?.votes ?? []).flatMap(({ at, by, account, stage }): readonly Act[] => {
    const approvers = formatApprovers(stages?.list[stage]?.by ?? [], sponsor);
    // This vote is the decision itself, which is added below.
    return at === decision?.at ? [] : [{ request, verb: "approve", by, account, at, act: findAct(at), stage: approvers }];
  });
  if (decision === undefined) return votes;
  return [...votes, { ...decision, request, act: findAct(decision.at), verb: decision.verdict === "approved" ? "approve" : "deny" }];
}

/** @param isCut true if more requests may belong to the act */
function doneThing(visit: Visit, acts: readonly Act[], isCut: boolean): DoneThing {
  const act = acts[0] as Act;
  const { verb, by, at, stage, request: first } = act;
  const some = acts.map(({ request }) => request);
  const reversible = some.filter(
    (request) => (stage !== undefined) === (request.state === "pending") && isReversible(visit, verb, request),
  );
  const domains = [...new Set(reversible.map(getRequestDomain))];
  const ofInvitation = verb === "approve" ? "invite" : wasMoved(first) ? "correct" : "revoke";
  const did = stage === undefined ? t.doneVerbs[first.invitation === undefined ? verb : ofInvitation] : t.doneStage(stage);
  return {
    at,
    by: { id: isByVisitor(visit, act) ? visit.session.subject : "", name: by.name },
    what:
      some.length === 1 ? (
        <>
          {did} <a href={requestPath(first.id)}>{nameShown(first)}</a>
        </>
      ) : (
        <>
          {did} {resultTexts.count(atLeast(visit, some.length, isCut && some.length > MOST_NAMED))} (
          <Names requests={some} most={MOST_NAMED} />)
        </>
      ),
    undo:
      reversible.length === 0 ? null : (
        <PostForm
          visit={visit}
          action={DECIDE_PATH}
          class="row-action"
          hidden={undoFields(reversible, requestsPath(domains.length === 1 ? domains[0] : undefined))}
        >
          <SubmitButton text={resultTexts.undo.undo(reversible.length)} class="quiet" data-act="undo" />
        </PostForm>
      ),
  };
}
