import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { BackLink } from "../../../console/parts/back-link";
import { Beside } from "../../../console/parts/beside";
import { Chips } from "../../../console/parts/chips";
import { SURE } from "../../../console/parts/forms";
import { ListCrumb } from "../../../console/parts/page-head";
import { taskActs } from "../../../console/parts/tasks";
import { countSoFar } from "../../../console/parts/value";
import { homes } from "../../../console/session/roles";
import { readReference } from "../../../engine/sign-up/call";
import { isRequestId, type RequestLookup, requestsMeant } from "../deciding";
import type { ApprovalRequest, UnreadableRequestError } from "../request";
import { stateAt } from "../state-at";
import { nameText, requestOf, requestPath, Unreadable } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { postDecision } from "./decide";
import { aboutRequest, knownOf } from "./known";
import { QueueHead, showLive, showQueue } from "./queue";
import { briefsIn, MAX_AT_ONCE, queueAsks } from "./queue-asked";
import { QueueTable } from "./queue-table";
import { RequestPanel } from "./request-panel";
import { DecidedOne, isReversible, justDecided } from "./undo";

async function list(visit: Visit): Promise<Response> {
  const text = visit.query("q");
  return text === "" ? await showQueue(visit) : await showFound(visit, text);
}

/** The requests of a code, an address or a name in place of a view, with one of them beside. An id has its page. */
async function showFound(visit: Visit, text: string): Promise<Response> {
  if (isRequestId(text)) return visit.goTo(requestPath(text));
  const unreadable: UnreadableRequestError[] = [];
  const store = visit.world.readableApprovals((error) => unreadable.push(error));
  const found = (await requestsMeant(store, text)) ?? (await waitingNamed(visit, text));
  const requests = found.length === 0 ? await askedAt(visit, store, text) : found;
  const pathOf = (id?: string) => `/approvals?${new URLSearchParams({ q: text, ...(id !== undefined && { open: id }) })}`;
  const at = Math.max(
    0,
    requests.findIndex(({ id }) => id === visit.query("open")),
  );
  const [open, next] = [requests[at], requests[at + 1]];
  const known = await knownOf(visit, requests);
  const about = open && (await aboutRequest(visit, open, known.get(open.id)));
  const list = (
    <>
      <Unreadable rows={unreadable} />
      <QueueTable {...{ visit, requests, known, caption: t.found, empty: t.noneFound, path: pathOf, open: open?.id }} />
    </>
  );
  const panel = about && (
    <RequestPanel visit={visit} about={about} from={pathOf()} next={next && { request: next, path: pathOf(next.id) }} />
  );
  return await visit.page(
    t.title,
    <>
      <Chips visit={visit} search={{ parameter: "q", label: t.searchLabel }} chips={[]} />
      <div class={visit.query("open") === "" ? "queue-page first" : "queue-page"}>
        <Beside visit={visit} list={list} panel={panel} label={t.beside} acts={taskActs(visit)} />
      </div>
    </>,
    { head: <QueueHead here={undefined} counts={{}} /> },
  );
}

/** Applicants read the code of the decision that left them to an approver. */
async function askedAt(visit: Visit, store: RequestLookup, text: string): Promise<readonly ApprovalRequest[]> {
  const reference = readReference(text);
  if (reference === undefined) return [];
  const emails = (await visit.world.decisions.byReference(reference)).flatMap(({ email, reasons }) =>
    email !== undefined && reasons.includes("approval.requested") ? [email] : [],
  );
  return (await Promise.all([...new Set(emails)].map((email) => requestsMeant(store, email)))).flatMap((some) => some ?? []);
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
  const [done, about] = await Promise.all([justDecided(visit), aboutRequest(visit, request)]);
  const waiting = done && (await waitingRequests(visit));
  return await visit.page(
    nameText(request),
    <>
      {done && <DecidedOne visit={visit} {...done} back={undefined} waiting={waiting} />}
      <div class="panel narrow">
        <RequestPanel visit={visit} about={about} isUndoneAbove={done !== undefined && isReversible(visit, done.verb, request)} />
      </div>
    </>,
    { head: <ListCrumb path="/approvals" text={t.title} /> },
  );
}

/** How many wait: "1,000+" if there are more. */
export async function waitingRequests(visit: Visit): Promise<string> {
  const { briefs, whole } = await briefsIn(visit, "pending", { pages: 1 });
  return countSoFar(visit, briefs.length, whole) ?? "0";
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
    hidden: ["back", "next", "request", ...Object.keys(SURE)],
    handler: postDecision,
  },
];
