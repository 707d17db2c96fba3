import type { DoneThing } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { domainPath } from "../../../console/parts/domain-link";
import { Alert, ButtonLink, HiddenFields, PostForm, SURE, SubmitButton } from "../../../console/parts/forms";
import { resultTexts } from "../../../console/parts/people-results";
import { personPath } from "../../../console/parts/person-links";
import { momentText } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { grouped } from "../../../engine/grouped";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { isRequestId } from "../deciding";
import { type Verb, verbs } from "../decision-verbs";
import type { ApprovalRequest, ApprovalState, Approver } from "../request";
import { DraftDone, Names, nameShown, requestField, requestPath, saidResult, visitorsObjection } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { askedBy, domainOf, MAX_AT_ONCE, queryOf, queuePath } from "./queue-asked";
import { namesOf } from "./stages";

// What was decided a moment ago or in the last day, and how it is taken back.

/** A decision of a moment ago. */
interface JustDecided {
  readonly verb: Verb;
  readonly requests: readonly [ApprovalRequest, ...ApprovalRequest[]];
  /** The domain of all of them, if allowing it spares the next ones the wait. Never a look-alike. */
  readonly toAllow?: string | undefined;
}

interface DecidedProps extends JustDecided {
  readonly visit: Visit;
  /** The page after Undo; undefined: the request's. */
  readonly back: string | undefined;
  /** The number of those who still wait, with a link to them. @default no link */
  readonly waiting?: number | string | undefined;
}

/** Reads them by the codes and ids in the address. */
export async function justDecided(visit: Visit): Promise<JustDecided | undefined> {
  const verb = verbs.find((each) => each === visit.query("done"));
  const ids = visit.query("undo").split(".").filter(isRequestId).slice(0, MAX_AT_ONCE);
  if (verb === undefined || ids.length === 0) return undefined;
  const [first, ...others] = await visit.world.readableApprovals().getAll(ids);
  if (first === undefined) return undefined;
  const domain = domainOf(first);
  const isOffered =
    verb === "approve" && visit.may("Administrator") && others.length > 0 && others.every((each) => domainOf(each) === domain);
  const toAllow = isOffered && !(await visit.world.alike.lookAlikesOf([domain])).has(domain) ? domain : undefined;
  return { verb, requests: [first, ...others], toAllow };
}

/** Says once what was done to one request, and offers to take it back while that can be. */
export function DecidedOne(props: DecidedProps) {
  const { visit, verb, requests } = props;
  const [request] = requests;
  // The worker may have been quicker than the page, and what failed speaks for itself.
  if (request.state === "failed" && verb !== "deny") return null;
  return (
    <Alert kind="good">
      <form method="post" action="/approvals/decide" class="undo">
        <div>
          <strong>{t.did[verb](nameShown(request))}</strong> {saidResult(visit, verb, request)}{" "}
          {verb === "approve" && request.decision && request.onApproval === "provision" ? (
            <a href={personPath(request.email)}>{t.endAccess}</a>
          ) : null}
        </div>
        <Drafts {...props} />
        <UndoButton {...props} reversible={reversibleOf(props)} />
        <StillWaiting {...props} />
      </form>
    </Alert>
  );
}

/** The same of several, in the place of a request's panel. */
export function DecidedSeveral(props: DecidedProps) {
  const { visit, verb, requests, toAllow } = props;
  const reversible = reversibleOf(props);
  const said = (request: ApprovalRequest) => saidOfSeveral(visit, verb, request);
  return (
    <>
      <header>
        <div role="status">
          <h2 class="entity">{t.did[verb](t.several(requests.length))}</h2>
        </div>
      </header>
      {[...grouped(requests, said)].map(([words, some]) => (
        <section>
          <p>
            {words}:{" "}
            <b>
              <Names requests={some} />
            </b>
          </p>
          <UndoSome {...props} reversible={some.filter((request) => reversible.includes(request))} />
        </section>
      ))}
      {toAllow === undefined ? null : (
        <section>
          {t.allowNext} <a href={`${domainPath(toAllow)}#act`}>{visible(toAllow)}</a>
        </section>
      )}
      <Drafts {...props} />
      <footer>
        <StillWaiting {...props} />
      </footer>
    </>
  );
}

/** The way on: on a phone, what was done covers the list. */
function StillWaiting({ waiting }: DecidedProps) {
  if (waiting === undefined || Number(waiting) === 0) return null;
  return <ButtonLink path={queuePath({ view: "all" }, { view: "all" })} text={t.stillWaiting(waiting)} />;
}

/** The same words for people with the same result, whether or not the worker has made their accounts by now. */
function saidOfSeveral(visit: Visit, verb: Verb, request: ApprovalRequest): string {
  const { state, onApproval, passDays, mayAskAgainAt, history } = request;
  if (state === "failed" && verb !== "deny") return t.states.failed;
  if (verb === "approve" && ["approved", "provisioning", "provisioned"].includes(state))
    return onApproval === "provision" ? t.ifMade : t.ifLetIn(passDays);
  if (verb === "deny" && history.at(-1)?.from === "pending")
    return mayAskAgainAt === undefined ? t.noneAgain : t.againFrom(momentText(mayAskAgainAt));
  return saidResult(visit, verb, request);
}

/** Stands beside the names of the people that it takes back. */
function UndoSome({ reversible, ...props }: DecidedProps & { readonly reversible: readonly ApprovalRequest[] }) {
  return reversible.length === 0 ? null : (
    <form method="post" action="/approvals/decide">
      <UndoButton {...props} reversible={reversible} />
    </form>
  );
}

function Drafts({ visit, requests }: DecidedProps) {
  return (
    <>
      {[queryOf(askedBy(visit).asked), ...requests.map(({ id }) => id)].map((id) => (
        <DraftDone visit={visit} of={id} />
      ))}
    </>
  );
}

function reversibleOf({ visit, verb, requests }: DecidedProps): readonly ApprovalRequest[] {
  return requests.filter((request) => isReversible(visit, verb, request));
}

function UndoButton({ visit, requests, back, reversible }: DecidedProps & { readonly reversible: readonly ApprovalRequest[] }) {
  if (reversible.length === 0) return null;
  return (
    <>
      {visit.formToken}
      <HiddenFields fields={undoFields(reversible, back)} />
      <SubmitButton text={requests.length === 1 ? t.undo : `${t.undo} ${reversible.length}`} class="quiet" data-act="undo" />
    </>
  );
}

/** Fields of the Undo form. @param back the queue to return to; undefined: the request */
export function undoFields(requests: readonly ApprovalRequest[], back: string | undefined) {
  return { verb: "reopen", ...SURE, ...(back !== undefined && { back }), request: requests.map(requestField) } as const;
}

/** True for the visitor's own last decision. An account that was created would stay: end its access instead. */
export function isReversible(visit: Visit, verb: Verb, request: ApprovalRequest): boolean {
  const { session, may } = visit;
  const { decision, state, onApproval, retryAt } = request;
  // Its account is made within a second, unless Entra made us wait.
  const isMade = state === "provisioned" || (state === "approved" && onApproval === "provision" && retryAt === undefined);
  if (!may("Approver") || (verb !== "approve" && verb !== "deny") || isMade) return false;
  // For a pending request, the transition itself checks the voter.
  const isOwn = state === "pending" || (decision?.by.kind === "console" && decision.by.name === session.name);
  return isOwn && visitorsObjection(visit, "reopen", request) === undefined;
}

/** The states of a request after somebody decided on it, or on one of its stages. */
const latelyDecided: readonly ApprovalState[] = ["pending", "approved", "provisioned", "admitted", "denied"];

/** Names shown in a row for several requests. */
const MOST_NAMED = 3;

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
  const store = visit.world.readableApprovals();
  const since = new Date(visit.now.getTime() - MS_PER_DAY).toISOString();
  const pages = await Promise.all(latelyDecided.map((state) => store.pageByState(state, "newest-first")));
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
          {did} {resultTexts.count(some.length)} (<Names requests={some} most={MOST_NAMED} />)
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
