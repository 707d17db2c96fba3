import { stateAt } from "../../../engine/approvals/state-at";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { inboxCount } from "../inbox/inbox";

/** The numbers of the menu, which a script asks for: pages do not wait for them. */
async function counts(visit: Visit): Promise<Response> {
  const [inbox, approvals] = await Promise.all([inboxCount(visit), waitingRequests(visit)]);
  return visit.context.json({ inbox: inbox.toLocaleString(visit.language), approvals });
}

/** Of the oldest page: "1,000+" where there are more. */
async function waitingRequests({ world, now, language }: Visit): Promise<string> {
  let count: number | undefined;
  for await (const page of world.approvals.briefsByState("pending")) {
    if (count !== undefined) return `${count.toLocaleString(language)}+`;
    count = page.filter((brief) => stateAt(brief, now) === "pending").length;
  }
  return (count ?? 0).toLocaleString(language);
}

export const routes: readonly ConsoleRoute[] = [{ method: "GET", path: "/counts", access: "Reader", handler: counts }];
