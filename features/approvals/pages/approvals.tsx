import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { BackLink } from "../../../console/parts/back-link";
import { SURE } from "../../../console/parts/forms";
import { ListCrumb } from "../../../console/parts/page-head";
import { JustDone } from "../../../console/parts/people-results";
import { countSoFar } from "../../../console/parts/value";
import { homes } from "../../../console/session/roles";
import type { UnreadableRequestError } from "../request";
import { nameText, readApprovalRequest, Unreadable } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { postDecision } from "./decide";
import { TOLD } from "./decide-question";
import { aboutRequest } from "./known";
import { showLive, showQueue } from "./queue";
import { queueAsks, readBriefs } from "./queue-asked";
import { findOwn } from "./queue-read";
import { RequestPanel } from "./request-panel";

async function showRequest(visit: Visit): Promise<Response> {
  const unreadable: UnreadableRequestError[] = [];
  const request = await readApprovalRequest(visit, visit.context.req.param("id") ?? "", (error) => unreadable.push(error));
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
  const about = await aboutRequest(visit, request);
  return await visit.page(
    nameText(request),
    <>
      <JustDone visit={visit} />
      <div class="panel">
        <RequestPanel visit={visit} about={about} />
      </div>
    </>,
    { head: <ListCrumb path="/approvals" text={t.title} /> },
  );
}

/** Counts what the menu's link opens: the visitor's own requests or, if there are none, all that wait. */
export async function waitingRequests(visit: Visit): Promise<string> {
  const { briefs, whole } = await readBriefs(visit, "pending", { pages: 1 });
  const { size } = await findOwn(visit, briefs);
  return countSoFar(visit, size === 0 ? briefs.length : size, whole) ?? "0";
}

const asks = { ...queueAsks, open: "any", undo: "any" } as const;

/** A mail contains a link to the operators' page of a request, whoever gets the mail. This route leads deciders to their own page. */
const toOwnRequest = { Decider: `${homes.Decider}/requests/:id` };

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/approvals", access: "Reader", asks, handler: showQueue },
  { method: "GET", path: "/approvals/live", access: "Reader", asks: { ...queueAsks, open: "any" }, handler: showLive },
  { method: "GET", path: "/approvals/requests/:id", access: "Reader", instead: toOwnRequest, asks: { undo: "any" }, handler: showRequest },
  {
    method: "POST",
    path: "/approvals/decide",
    access: "Approver",
    hidden: ["back", "next", "request", TOLD, ...Object.keys(SURE)],
    handler: (visit) => postDecision(visit),
  },
];
