import type { Child } from "hono/jsx";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { refusalPage } from "../../../console/parts/back-link";
import { PostForm, SURE } from "../../../console/parts/forms";
import { TickedBar } from "../../../console/parts/list-page";
import { ListCrumb } from "../../../console/parts/page-head";
import { Moment } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import type { Access } from "../../../console/session/roles";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import type { RequestBrief } from "../brief";
import { decidingWords } from "../deciding-words";
import { isOwnRequest } from "../own-request";
import type { ApprovalRequest, HistoryEntry } from "../request";
import { asks } from "../stages";
import { stateAt } from "../state-at";
import { deciderOf, formData, nameText, providerShown, renewalFact, requestOf, resultWords, VerbButtons } from "./approvals-parts";
import { approvalsTexts as a } from "./approvals-texts";
import { Blockers } from "./blockers";
import { decideOne } from "./decide";
import { askBeforeDeciding, type FormPlace, readDecision } from "./decide-question";
import { knownOf } from "./known";
import { briefsIn } from "./queue-asked";
import { MOST_DOMAINS } from "./queue-read";
import { QueueTable } from "./queue-table";
import { EnteredAndKnown } from "./request-facts";
import { DecideForm, IfApproved, RequestHeader } from "./request-panel";
import { StageLine } from "./stages";
import { JustDecidedAlert, justDecided } from "./undo";

// Pages for people who see and decide on some of the waiting requests, but nothing else.

export interface OwnRequests {
  readonly path: string;
  readonly access: Access;
  /** True if the visitor may see and decide on a request. Each call checks the current row. */
  isTheirs(visit: Visit, request: RequestBrief): boolean;
  title(visit: Visit): string;
  more?(visit: Visit): Promise<Child>;
}

/** Others follow once these are decided. */
const SHOWN = 100;
const verbs = ["approve", "deny"] as const;
/** They take back their own denials alone. */
const taken = [...verbs, "reopen"] as const;

const t = pageTexts({
  none: ["Nobody is waiting for a decision.", "결정을 기다리는 사람이 없습니다."],
  notAll: [
    (failed: number, all: number) => `${failed} of ${all} could not be decided.`,
    (failed, all) => `${all}건 중 ${failed}건은 처리하지 못했습니다.`,
  ],
  operator: ["an operator", "운영자"],
  gone: ["There is no such request, or it was decided meanwhile.", "요청이 없거나 그 사이에 처리되었습니다."],
});

export function ownRequestRoutes(own: OwnRequests): readonly ConsoleRoute[] {
  const { path, access } = own;
  return [
    { method: "GET", path, access, asks: { undo: "any", guest: "any" }, handler: (visit) => list(visit, own) },
    { method: "GET", path: `${path}/requests/:id`, access, handler: (visit) => show(visit, own) },
    {
      method: "POST",
      path: `${path}/decide`,
      access,
      hidden: ["request", ...Object.keys(SURE)],
      handler: (visit) => decide(visit, own),
    },
  ];
}

async function list(visit: Visit, own: OwnRequests): Promise<Response> {
  const store = visit.world.readableApprovals();
  const briefs = (await briefsIn(visit, "pending")).briefs.filter((brief) => isWaiting(visit, own, brief));
  const ids = briefs.toSorted((one, other) => (one.answerBy < other.answerBy ? -1 : 1)).map(({ id }) => id);
  // The index lags a moment behind the rows.
  const shown = (await store.getAll(ids.slice(0, SHOWN))).filter((request) => isWaiting(visit, own, request));
  const known = await knownOf(visit, shown, MOST_DOMAINS);
  return await visit.page(
    own.title(visit),
    <>
      {await justDone(visit, own)}
      <PostForm visit={visit} action={`${own.path}/decide`} {...formData(visit, `${own.path}/decide`)} data-asks="">
        <QueueTable
          visit={visit}
          requests={shown}
          caption={own.title(visit)}
          empty={t.none}
          known={known}
          verbs={verbs}
          last="answerBy"
          path={(id) => `${own.path}/requests/${encodeURIComponent(id)}`}
        />
        <TickedBar label={a.decide}>
          <VerbButtons verbs={verbs} />
        </TickedBar>
      </PostForm>
      {(await own.more?.(visit)) ?? null}
    </>,
  );
}

async function justDone(visit: Visit, own: OwnRequests): Promise<Child> {
  const done = await justDecided(visit);
  const isTheirs = ({ by }: HistoryEntry) => by.kind === "console" && by.name === visit.session.name;
  const [first, ...others] = (done?.requests ?? []).filter(({ history }) => history.some(isTheirs));
  if (done === undefined || first === undefined) return null;
  return (
    <JustDecidedAlert
      visit={visit}
      verb={done.verb}
      requests={[first, ...others]}
      back={undefined}
      action={`${own.path}/decide`}
      mayUndo={(request) => isOwnDenial(visit, own, request)}
    />
  );
}

/** True for a request that the visitor denied, and may still decide on once it waits again. */
function isOwnDenial(visit: Visit, own: OwnRequests, request: ApprovalRequest): boolean {
  const { decision, state } = request;
  const isDenied = state === "denied" && decision?.by.kind === "console" && decision.by.name === visit.session.name;
  return isDenied && own.isTheirs(visit, { ...request, state: "pending" });
}

function isWaiting(visit: Visit, own: OwnRequests, request: RequestBrief): boolean {
  if (stateAt(request, visit.now) !== "pending" || !own.isTheirs(visit, request)) return false;
  return request.stages === undefined || asks(request, deciderOf(visit), visit.now);
}

/** Undefined for somebody else's request too, so that it does not reveal which exist. */
async function theirRequest(
  visit: Visit,
  own: OwnRequests,
  id: string,
  is: (visit: Visit, own: OwnRequests, request: ApprovalRequest) => boolean = isWaiting,
): Promise<ApprovalRequest | undefined> {
  const request = await requestOf(visit, id);
  return request !== undefined && is(visit, own, request) ? request : undefined;
}

async function show(visit: Visit, own: OwnRequests): Promise<Response> {
  const request = await theirRequest(visit, own, visit.context.req.param("id") ?? "");
  if (request === undefined) return await showGone(visit, own);
  return await visit.page(
    nameText(request),
    <article class="panel">
      <RequestHeader visit={visit} request={request} isPage />
      <StageLine visit={visit} request={request} />
      <Blockers visit={visit} requests={[request]} known={await knownOf(visit, [request])} />
      <EnteredAndKnown
        visit={visit}
        request={request}
        known={[
          [frameTexts.signedInWith, providerShown(visit, request)],
          ...renewalFact(visit, request, own.access === "Decider" ? undefined : t.operator),
          [a.asked, request.stages === undefined ? <Moment at={request.requestedAt} /> : undefined],
          [a.answerBy, <Moment at={request.answerBy} />],
        ]}
      />
      {isOwnRequest(request, deciderOf(visit)) ? (
        <p class="note warn">{visit.say(decidingWords).why.own}</p>
      ) : (
        <>
          <IfApproved visit={visit} request={request} />
          <footer>
            <DecideForm visit={visit} request={request} action={`${own.path}/decide`}>
              <VerbButtons verbs={verbs} />
            </DecideForm>
          </footer>
        </>
      )}
    </article>,
    { head: <ListCrumb path={own.path} text={own.title(visit)} /> },
  );
}

function showGone(visit: Visit, own: OwnRequests, why: string = t.gone): Promise<Response> {
  const back = { path: own.path, text: frameTexts.toRequests };
  return refusalPage(visit, { title: own.title(visit), why, back, status: why === t.gone ? 404 : 409 });
}

async function decide(visit: Visit, own: OwnRequests): Promise<Response> {
  const decision = readDecision(visit, taken);
  if ("problem" in decision) return await showGone(visit, own, decision.problem === a.badForm ? t.gone : decision.problem);
  const question = await askBeforeDeciding(visit, decision, placeOf(visit, own));
  if (question !== undefined) return question;
  const { verb, named } = decision;
  const failed: string[] = [];
  for (const { id, reference, seen } of named) {
    // Read here for its owner, and again for the decision: another code means another request.
    const request = await theirRequest(visit, own, id, verb === "reopen" ? isOwnDenial : isWaiting);
    const isIt = request?.reference === reference;
    const result = isIt && (await decideOne(visit, decision, { id, reference, seen: { ...seen, decision: undefined } }));
    if (!result) failed.push(t.gone);
    else if (!result.ok) failed.push(`${visible(result.email ?? "")}: ${resultWords(visit, verb, result)}`);
  }
  const done = new URLSearchParams({ done: verb, undo: named.map(({ id }) => id).join(".") });
  if (failed.length === 0) return visit.goTo(`${own.path}?${done}`);
  const [why = "", ...others] = new Set(failed);
  if (others.length === 0 && failed.length === named.length) return await showGone(visit, own, why);
  return await showGone(visit, own, [t.notAll(failed.length, named.length), why, ...others].join(" "));
}

function placeOf(visit: Visit, own: OwnRequests): FormPlace {
  return {
    action: `${own.path}/decide`,
    back: own.path,
    list: own.path,
    draft: `${own.path}/decide`,
    hidden: {},
    isFinal: true,
    read: async (ids) => {
      const found = await visit.world.readableApprovals().getAll(ids);
      return found.filter((request) => isWaiting(visit, own, request));
    },
  };
}
