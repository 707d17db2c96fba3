import type { ConsoleRoute, Visit } from "../../app/visit";
import { postDecision } from "./approvals-decide";
import { postGroup, showGroup } from "./group-page";
import { GROUPS_PATH, showGroups } from "./groups";
import { oneApproval } from "./one-approval";
import { showLive, showQueue } from "./queue";
import { showFound } from "./search";

async function list(visit: Visit): Promise<Response> {
  const text = visit.query("q");
  return text === "" ? await showQueue(visit) : await showFound(visit, text);
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/approvals", access: "Reader", handler: list },
  { method: "GET", path: "/approvals/live", access: "Reader", handler: showLive },
  { method: "GET", path: "/approvals/requests/:id", access: "Reader", handler: oneApproval },
  { method: "GET", path: GROUPS_PATH, access: "Reader", handler: showGroups },
  { method: "GET", path: "/approvals/group", access: "Reader", handler: showGroup },
  { method: "POST", path: "/approvals/group", access: "Approver", handler: postGroup },
  { method: "POST", path: "/approvals/decide", access: "Approver", handler: postDecision },
];
