import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { BackLink } from "../../../console/parts/back-link";
import { QueryField, SURE, SubmitButton } from "../../../console/parts/forms";
import { ListCrumb } from "../../../console/parts/page-head";
import { homes } from "../../../console/session/roles";
import { isRequestId, requestsMeant } from "../deciding";
import type { ApprovalRequest, UnreadableRequestError } from "../request";
import { stateAt } from "../state-at";
import { nameText, requestOf, requestPath, Unreadable } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { postDecision } from "./decide";
import { aboutRequest, knownOf } from "./known";
import { showLive, showQueue } from "./queue";
import { MAX_AT_ONCE, queueAsks } from "./queue-asked";
import { QueueTable } from "./queue-table";
import { RequestPanel } from "./request-panel";
import { DecidedOne, justDecided } from "./undo";

async function list(visit: Visit): Promise<Response> {
  const text = visit.query("q");
  return text === "" ? await showQueue(visit) : await showFound(visit, text);
}

/** Shows the request for a code, an address, an id or a name, or a list if there are several. */
async function showFound(visit: Visit, text: string): Promise<Response> {
  if (isRequestId(text)) return visit.goTo(requestPath(text));
  const unreadable: UnreadableRequestError[] = [];
  const store = visit.world.readableApprovals((error) => unreadable.push(error));
  const found = (await requestsMeant(store, text)) ?? (await waitingNamed(visit, text));
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return visit.goTo(requestPath(only.id));
  const waiting = found.filter((request) => stateAt(request, visit.now) === "pending");
  return await visit.page(
    t.title,
    <>
      <form class="card narrow" method="get" action="/approvals">
        <p>
          <QueryField visit={visit} name="q" label={t.searchLabel} />
        </p>
        <SubmitButton text={t.search} />
      </form>
      <Unreadable rows={unreadable} />
      <QueueTable visit={visit} requests={found} caption={t.found} empty={t.noneFound} known={await knownOf(visit, waiting)} />
      <BackLink path="/approvals" text={t.back} />
    </>,
  );
}

/** A search by name reads this many waiting requests, oldest first. */
const MOST_NAMED = 2_000;

/** Those who wait and whose name or address has the text. */
async function waitingNamed({ world, now }: Visit, text: string): Promise<readonly ApprovalRequest[]> {
  const found: ApprovalRequest[] = [];
  let looked = 0;
  for await (const page of world.readableApprovals().byState("pending")) {
    const isNamed = (request: ApprovalRequest) => `${nameText(request)} ${request.email}`.toLowerCase().includes(text.toLowerCase());
    found.push(...page.filter((request) => stateAt(request, now) === "pending" && isNamed(request)));
    looked += page.length;
    if (looked >= MOST_NAMED || found.length >= MAX_AT_ONCE) break;
  }
  return found.slice(0, MAX_AT_ONCE);
}

async function showRequest(visit: Visit): Promise<Response> {
  const unreadable: UnreadableRequestError[] = [];
  const request = await requestOf(visit, visit.context.req.param("id") ?? "", (error) => unreadable.push(error));
  if (request === undefined) {
    return await visit.page(
      t.title,
      <>
        {unreadable.length === 0 ? <p>{t.noRequest}</p> : <Unreadable rows={unreadable} />}
        <BackLink path="/approvals" text={t.back} />
      </>,
      { status: unreadable.length === 0 ? 404 : 409 },
    );
  }
  const done = await justDecided(visit);
  const about = await aboutRequest(visit, request);
  return await visit.page(
    nameText(request),
    <>
      {done && <DecidedOne visit={visit} {...done} back={undefined} />}
      <div class="panel two">
        <RequestPanel visit={visit} about={about} />
      </div>
    </>,
    { head: <ListCrumb path="/approvals" text={t.title} /> },
  );
}

const asks = { ...queueAsks, q: "any", open: "any", undo: "any" } as const;

/** Mail leads everybody who is asked to the operators' page. */
const toOwnRequest = { Decider: `${homes.Decider}/requests/:id` };

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/approvals", access: "Reader", asks, handler: list },
  { method: "GET", path: "/approvals/live", access: "Reader", asks: { ...queueAsks, open: "any" }, handler: showLive },
  { method: "GET", path: "/approvals/requests/:id", access: "Reader", instead: toOwnRequest, asks: { undo: "any" }, handler: showRequest },
  {
    method: "POST",
    path: "/approvals/decide",
    access: "Approver",
    hidden: ["back", "next", "request", "without", ...Object.keys(SURE)],
    handler: postDecision,
  },
];
