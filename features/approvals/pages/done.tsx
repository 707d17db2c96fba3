import type { DoneThing } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { PostForm, SubmitButton } from "../../../console/parts/forms";
import { resultTexts } from "../../../console/parts/people-results";
import { grouped } from "../../../engine/grouped";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { ApprovalRequest, ApprovalState, Approver } from "../request";
import { Names, nameShown, requestPath } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { namesOf } from "./stages";
import { isReversible, undoFields } from "./undo";

/** The states of a request after somebody decided on it, or on one of its stages. */
const decidedStates: readonly ApprovalState[] = ["pending", "approved", "provisioned", "admitted", "denied"];

/** Names shown in a row for several requests. */
const NAMED = 3;

/** One decision, or one approver's yes at a stage. */
interface Act {
  readonly request: ApprovalRequest;
  readonly verb: "approve" | "deny";
  readonly by: Approver;
  readonly at: string;
  /** The people asked at that stage, if other stages follow. */
  readonly stage?: string;
}

/** Decisions of the last day, with Undo: those of one form have one time, and are one. */
export async function decidedLately(visit: Visit): Promise<readonly DoneThing[]> {
  const store = visit.world.readableApprovals(() => {});
  const since = new Date(visit.now.getTime() - MS_PER_DAY).toISOString();
  const pages = await Promise.all(decidedStates.map((state) => store.pageByState(state, "newest-first")));
  const acts = pages.flatMap(({ items }) => items.flatMap(actsOn)).filter(({ at }) => at >= since);
  const together = grouped(acts, ({ verb, stage, by, at, request }) =>
    [verb, stage, request.invitation !== undefined, by.kind, by.name, at].join(),
  );
  return [...together.values()].map((some) => doneThing(visit, some));
}

function actsOn(request: ApprovalRequest): readonly Act[] {
  const { decision, stages, sponsor } = request;
  const votes = (stages?.votes ?? []).flatMap(({ at, by, stage }): readonly Act[] => {
    const asked = namesOf(stages?.list[stage]?.by ?? [], sponsor);
    // The last one is the decision.
    return at === decision?.at ? [] : [{ request, verb: "approve", by, at, stage: asked }];
  });
  return decision === undefined ? votes : [...votes, { ...decision, request, verb: decision.verdict === "approved" ? "approve" : "deny" }];
}

function doneThing(visit: Visit, acts: readonly Act[]): DoneThing {
  const { verb, by, at, stage, request: first } = acts[0] as Act;
  const some = acts.map(({ request }) => request);
  const reversible = some.filter(
    (request) => (stage !== undefined) === (request.state === "pending") && isReversible(visit, verb, request),
  );
  const did =
    stage === undefined ? t.doneVerbs[first.invitation !== undefined && verb === "approve" ? "invite" : verb] : t.doneStage(stage);
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
