import type { Child } from "hono/jsx";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { refusalPage } from "../../../console/parts/back-link";
import { PostForm, SURE } from "../../../console/parts/forms";
import { TickedBar } from "../../../console/parts/list-page";
import { ListCrumb } from "../../../console/parts/page-head";
import { JustDone, showResults } from "../../../console/parts/people-results";
import { Moment } from "../../../console/parts/time";
import { atLeast } from "../../../console/parts/value";
import type { Access } from "../../../console/session/roles";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import type { Actor } from "../../../engine/audited-change";
import { isWaitingFor } from "../acts/decision";
import { decidingWords } from "../deciding-words";
import type { RequestBrief } from "../in-state";
import { isOwnRequest } from "../own-request";
import {
  askFacts,
  buildDecider,
  buildWholeActor,
  describeProvider,
  formData,
  nameText,
  readApprovalRequest,
  renewalFact,
  VerbButtons,
} from "./approvals-parts";
import { approvalsTexts as a } from "./approvals-texts";
import { postDecision } from "./decide";
import { type DecidePlace, TOLD } from "./decide-question";
import { Blockers, Changes, readKnown } from "./known";
import { readBriefs } from "./queue-asked";
import { QueueTable } from "./queue-table";
import { EnteredAndKnown } from "./request-facts";
import { DecideForm, IfApproved, RequestHeader } from "./request-panel";
import { StageLine } from "./stages";
import { stagesTexts } from "./stages-texts";

export interface OwnRequests {
  readonly path: string;
  readonly access: Access;
  /** The requests that concern the visitor. Each is checked again by its current row before it is shown or decided. */
  scope(visit: Visit): Actor["scope"];
  title(visit: Visit): string;
  more?(visit: Visit): Promise<Child>;
}

const SHOWN = 100;
const verbs = ["approve", "deny"] as const;
/** Visitors take back only their own denials. */
const verbsTaken = [...verbs, "reopen"] as const;

const t = pageTexts({
  none: ["Nobody is waiting for a decision.", "결정을 기다리는 사람이 없습니다."],
});

export function ownRequestRoutes(ownRequests: OwnRequests): readonly ConsoleRoute[] {
  const { path, access } = ownRequests;
  return [
    {
      ...{ method: "GET", path, access },
      asks: { undo: "any", guest: "any", id: "any" },
      handler: (visit) => (visit.query("id") === "" ? list(visit, ownRequests) : showResults(visit)),
    },
    { method: "GET", path: `${path}/requests/:id`, access, handler: (visit) => show(visit, ownRequests) },
    {
      method: "POST",
      path: `${path}/decide`,
      access,
      hidden: ["request", TOLD, ...Object.keys(SURE)],
      handler: (visit) => postDecision(visit, buildDecidePlace(visit, ownRequests)),
    },
  ];
}

async function list(visit: Visit, ownRequests: OwnRequests): Promise<Response> {
  const store = visit.world.readableApprovals();
  const { briefs: allBriefs, whole } = await readBriefs(visit, "pending");
  const briefs = allBriefs.filter((brief) => isWaiting(visit, ownRequests, brief));
  const ids = briefs.toSorted((one, other) => (one.answerBy < other.answerBy ? -1 : 1)).map(({ id }) => id);
  // The index lags a moment behind the rows.
  const waitingRequests = (await store.getAll(ids.slice(0, SHOWN))).filter((request) => isWaiting(visit, ownRequests, request));
  const factsById = await readKnown(visit, waitingRequests, ownRequests.scope(visit));
  return await visit.page(
    ownRequests.title(visit),
    <>
      <JustDone visit={visit} />
      <PostForm visit={visit} action={`${ownRequests.path}/decide`} {...formData(visit, `${ownRequests.path}/decide`)} data-asks="">
        <QueueTable
          visit={visit}
          requests={waitingRequests}
          caption={ownRequests.title(visit)}
          empty={t.none}
          known={factsById}
          verbs={verbs}
          last="answerBy"
          path={(id) => `${ownRequests.path}/requests/${encodeURIComponent(id)}`}
        />
        {ids.length > SHOWN || !whole ? (
          <p class="note">{frameTexts.andMore(atLeast(visit, Math.max(ids.length - SHOWN, 0), !whole))}</p>
        ) : null}
        <TickedBar label={a.decide}>
          <VerbButtons verbs={verbs} />
        </TickedBar>
      </PostForm>
      {(await ownRequests.more?.(visit)) ?? null}
    </>,
  );
}

function isWaiting(visit: Visit, ownRequests: OwnRequests, request: RequestBrief): boolean {
  return isWaitingFor(request, buildWholeActor(visit, ownRequests.scope(visit)), visit.now);
}

async function show(visit: Visit, ownRequests: OwnRequests): Promise<Response> {
  const request = await readApprovalRequest(visit, visit.context.req.param("id") ?? "");
  if (request === undefined || !isWaiting(visit, ownRequests, request)) {
    // The same answer as for an unknown request: it does not reveal whether the request exists.
    const back = { path: ownRequests.path, text: frameTexts.toRequests };
    return await refusalPage(visit, { title: ownRequests.title(visit), why: a.unknown, back, status: 404 });
  }
  const knownById = await readKnown(visit, [request], ownRequests.scope(visit));
  const known = knownById.get(request.id);
  return await visit.page(
    nameText(request),
    <article class="panel">
      <RequestHeader visit={visit} request={request} isPage />
      <StageLine visit={visit} request={request} />
      <Blockers visit={visit} requests={[request]} known={knownById} />
      {known === undefined ? null : <Changes request={request} known={known} />}
      <EnteredAndKnown
        visit={visit}
        request={request}
        known={[
          ...askFacts(request),
          [frameTexts.signedInWith, describeProvider(visit, request)],
          ...renewalFact(visit, request, ownRequests.access === "Decider" ? undefined : stagesTexts.operator),
          [a.asked, request.stages === undefined ? <Moment at={request.requestedAt} /> : undefined],
          [a.answerBy, <Moment at={request.answerBy} />],
        ]}
      />
      {isOwnRequest(request, buildDecider(visit)) ? (
        <p class="note warn">{visit.say(decidingWords).why[request.ask === undefined ? "own" : "own-ask"]}</p>
      ) : (
        <>
          <IfApproved visit={visit} request={request} />
          <footer>
            <DecideForm visit={visit} request={request} action={`${ownRequests.path}/decide`}>
              <VerbButtons verbs={verbs} />
            </DecideForm>
          </footer>
        </>
      )}
    </article>,
    { head: <ListCrumb path={ownRequests.path} text={ownRequests.title(visit)} /> },
  );
}

function buildDecidePlace(visit: Visit, ownRequests: OwnRequests): DecidePlace {
  const action = `${ownRequests.path}/decide`;
  return {
    ...{ verbs: verbsTaken, action, back: ownRequests.path, list: ownRequests.path, draft: action, hidden: {} },
    scope: ownRequests.scope(visit),
  };
}
