import type { Visit } from "../../../console/app/visit";
import { DOMAIN_DAYS } from "../../../console/parts/domain-link";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { requestSubject, type Task } from "../../../engine/tasks/task";
import { decisionsBehind } from "../decisions-behind";
import type { ApprovalRequest } from "../request";
import type { KnownBesides } from "./known";
import { domainOf } from "./queue-asked";

/** One request, and what else is known that somebody who decides ought to see. */
export interface RequestAbout {
  readonly request: ApprovalRequest;
  readonly known: KnownBesides;
  /** Codes of the decisions by which the person came to ask. */
  readonly decisions: readonly string[];
  /** The last time that the person was refused, and how often of late. */
  readonly refused: { readonly count: number; readonly last: Pick<DecisionRecord, "at" | "reference"> } | undefined;
  readonly task: Task | undefined;
  /** About how many people of the address's domain tried to sign up of late. */
  readonly domainPeople: number;
}

export async function aboutRequest(
  visit: Visit,
  request: ApprovalRequest,
  known: KnownBesides = { changes: [], blockers: [], likes: [], others: [] },
): Promise<RequestAbout> {
  const { decisions, tasks, domainCounts } = visit.world;
  const domain = domainOf(request);
  const [codes, refused, task, counts] = await Promise.all([
    decisionsBehind(request, decisions.byEmail(request.email)),
    refusedBefore(visit, request),
    tasks.get(requestSubject(request.id)),
    domainCounts.domainDays([domain], DOMAIN_DAYS),
  ]);
  return { request, known, decisions: codes, refused, task, domainPeople: counts.get(domain)?.all.people ?? 0 };
}

/** Of the newest decisions about the address. To be asked for approval is no refusal. */
async function refusedBefore({ world }: Visit, { email }: ApprovalRequest): Promise<RequestAbout["refused"]> {
  for await (const page of world.decisions.byEmail(email)) {
    const refused = page.filter(({ verdict, reasons }) => verdict === "block" && !reasons.some((reason) => reason.startsWith("approval.")));
    const [last] = refused;
    return last && { count: refused.length, last };
  }
  return undefined;
}
