import type { DoneThing } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { PostForm, SubmitButton } from "../../../console/parts/forms";
import { resultTexts } from "../../../console/parts/people-results";
import { grouped } from "../../../engine/grouped";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { ApprovalRequest, ApprovalState, ApproverDecision } from "../request";
import { Names, nameShown, requestPath } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { isReversible, undoFields } from "./undo";

/** In which a request stays that somebody decided on. */
const decidedStates: readonly ApprovalState[] = ["approved", "provisioned", "admitted", "denied"];

/** Of several, in their row. */
const NAMED = 3;

type Decided = ApprovalRequest & { readonly decision: ApproverDecision };

/** What was decided in the last day, with its way back: what one form decided has one time, and is one. */
export async function decidedLately(visit: Visit): Promise<readonly DoneThing[]> {
  const store = visit.world.readableApprovals(() => {});
  const since = new Date(visit.now.getTime() - MS_PER_DAY).toISOString();
  const pages = await Promise.all(decidedStates.map((state) => store.pageByState(state, "newest-first")));
  const decided = pages
    .flatMap(({ items }) => items)
    .filter((each): each is Decided => each.decision !== undefined && each.decision.at >= since);
  const together = grouped(decided, ({ decision: { verdict, by, at }, invitation }) =>
    [verdict, invitation !== undefined, by.kind, by.name, at].join(),
  );
  return [...together.values()].map((some) => doneThing(visit, some));
}

function doneThing(visit: Visit, some: readonly Decided[]): DoneThing {
  const first = some[0] as Decided;
  const { verdict, by, at } = first.decision;
  const verb = verdict === "approved" ? "approve" : "deny";
  const reversible = some.filter((request) => isReversible(visit, verb, request));
  const did = t.doneVerbs[first.invitation !== undefined && verb === "approve" ? "invite" : verb];
  const isOwn = by.kind === "console" && by.name === visit.session.name;
  return {
    at,
    by: { id: isOwn ? visit.session.subject : "", name: by.name },
    what:
      some.length === 1 ? (
        <>
          {did} <a href={requestPath(first.id)}>{nameShown(first)}</a>
        </>
      ) : (
        <>
          {did} {resultTexts.count(some.length)} (<Names requests={some} most={NAMED} />)
        </>
      ),
    undo:
      reversible.length === 0 ? null : (
        <PostForm visit={visit} action="/approvals/decide" class="row-action" hidden={undoFields(reversible, "/approvals")}>
          <SubmitButton text={reversible.length === 1 ? t.undo : `${t.undo} ${reversible.length}`} class="quiet" data-act="undo" />
        </PostForm>
      ),
  };
}
