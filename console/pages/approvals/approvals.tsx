import type { ConsoleRoute, Visit } from "../../app/visit";
import { postDecision } from "./approvals-decide";
import { postGroup, showGroup } from "./group-page";
import { groupings } from "./group-texts";
import { GROUPS_PATH, showGroups } from "./groups";
import { oneApproval } from "./one-approval";
import { showFound, showLive, showQueue } from "./queue";
import { queueAsks } from "./queue-asked";

async function list(visit: Visit): Promise<Response> {
  const text = visit.query("q");
  return text === "" ? await showQueue(visit) : await showFound(visit, text);
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/approvals", access: "Reader", asks: { ...queueAsks, q: "any" }, handler: list },
  { method: "GET", path: "/approvals/live", access: "Reader", asks: queueAsks, handler: showLive },
  { method: "GET", path: "/approvals/requests/:id", access: "Reader", handler: oneApproval },
  { method: "GET", path: GROUPS_PATH, access: "Reader", asks: { ...queueAsks, by: groupings }, handler: showGroups },
  { method: "GET", path: "/approvals/group", access: "Reader", asks: queueAsks, handler: showGroup },
  { method: "POST", path: "/approvals/group", access: "Approver", hidden: ["group", "request", "version"], handler: postGroup },
  { method: "POST", path: "/approvals/decide", access: "Approver", hidden: ["back", "from", "request", "sure"], handler: postDecision },
];
