import type { ConsoleRoute, Visit } from "../../app/visit";
import { postDecision } from "./approvals-decide";
import { postAssign } from "./assign";
import { postGroup, showGroup } from "./group-page";
import { oneApproval } from "./one-approval";
import { showFound, showLive, showQueue } from "./queue";
import { queueAsks } from "./queue-asked";

async function list(visit: Visit): Promise<Response> {
  const text = visit.query("q");
  return text === "" ? await showQueue(visit) : await showFound(visit, text);
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/approvals", access: "Reader", asks: { ...queueAsks, q: "any", open: "any", undo: "any" }, handler: list },
  { method: "GET", path: "/approvals/live", access: "Reader", asks: { ...queueAsks, open: "any" }, handler: showLive },
  { method: "GET", path: "/approvals/requests/:id", access: "Reader", asks: { undo: "any" }, handler: oneApproval },
  { method: "GET", path: "/approvals/group", access: "Reader", asks: queueAsks, handler: showGroup },
  { method: "POST", path: "/approvals/group", access: "Approver", hidden: ["group", "request", "version"], handler: postGroup },
  {
    method: "POST",
    path: "/approvals/decide",
    access: "Approver",
    hidden: ["back", "next", "request", "sure"],
    handler: postDecision,
  },
  { method: "POST", path: "/approvals/assign", access: "Approver", hidden: ["back", "next", "request"], handler: postAssign },
];
