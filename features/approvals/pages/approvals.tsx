import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { BackLink } from "../../../console/parts/back-link";
import { QueryField, SearchRefusal, SubmitButton } from "../../../console/parts/forms";
import { visible } from "../../../console/parts/value";
import { homes } from "../../../console/session/roles";
import { isRequestId, requestsMeant } from "../deciding";
import { UnreadableRequestError } from "../request";
import { requestPath, Unreadable } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { postDecision } from "./decide";
import { aboutRequest, knownOf } from "./known";
import { showLive, showQueue } from "./queue";
import { queueAsks } from "./queue-asked";
import { QueueTable } from "./queue-table";
import { RequestPanel } from "./request-panel";
import { Undo } from "./undo";

async function list(visit: Visit): Promise<Response> {
  const text = visit.query("q");
  return text === "" ? await showQueue(visit) : await showFound(visit, text);
}

/** The requests that a code, an address or an id means: the only one itself, else a list of them. */
async function showFound(visit: Visit, text: string): Promise<Response> {
  if (isRequestId(text)) return visit.goTo(requestPath(text));
  const unreadable: UnreadableRequestError[] = [];
  const store = visit.world.readableApprovals((error) => unreadable.push(error));
  const found = await requestsMeant(store, text);
  const [only, ...others] = found ?? [];
  if (only !== undefined && others.length === 0) return visit.goTo(requestPath(only.id));
  const problem = found === undefined ? t.badSearch : undefined;
  return await visit.page(
    t.title,
    <>
      <SearchRefusal problems={problem === undefined ? [] : [{ field: "q", text: problem }]} />
      <form class="card narrow" method="get" action="/approvals">
        <p>
          <QueryField visit={visit} name="q" label={t.searchLabel} problem={problem} />
        </p>
        <SubmitButton text={t.search} />
      </form>
      <Unreadable rows={unreadable} />
      {found === undefined ? null : (
        <QueueTable visit={visit} requests={found} caption={t.found} empty={t.noneFound} known={await knownOf(visit, found)} />
      )}
      <BackLink path="/approvals" text={t.back} />
    </>,
    { status: found === undefined ? 400 : 200 },
  );
}

async function showRequest(visit: Visit): Promise<Response> {
  const id = visit.context.req.param("id") ?? "";
  const refuse = async (status: 404 | 409, unreadable: readonly UnreadableRequestError[]) =>
    await visit.page(
      t.title,
      <>
        {status === 404 ? <p>{t.noRequest}</p> : <Unreadable rows={unreadable} />}
        <BackLink path="/approvals" text={t.back} />
      </>,
      { status },
    );
  try {
    const request = isRequestId(id) ? await visit.world.approvals.get(id) : undefined;
    if (request === undefined) return await refuse(404, []);
    const about = await aboutRequest(visit, request, (await knownOf(visit, [request])).get(id));
    return await visit.page(
      t.one(visible(request.reference)),
      <>
        <Undo visit={visit} back={undefined} />
        <div class="panel request">
          <RequestPanel visit={visit} about={about} />
        </div>
        <BackLink path="/approvals" text={t.back} />
      </>,
    );
  } catch (error) {
    if (error instanceof UnreadableRequestError) return await refuse(409, [error]);
    throw error;
  }
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
    hidden: ["back", "next", "request", "sure"],
    handler: postDecision,
  },
];
