import type { Reviewed } from "../../../adapters/operator/act";
import { readFirstPage } from "../../../adapters/tables/search";
import type { Visit } from "../../../console/app/visit";
import { DOMAIN_DAYS } from "../../../console/parts/links";
import type { Actor } from "../../../engine/audited-change";
import type { MailLine } from "../../../engine/mail/mail-line";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { requestSubject, type Task } from "../../../engine/tasks/task";
import { referringEntry } from "../../decisions/remedies";
import { decisionActs } from "../acts";
import type { RequestState } from "../acts/decision";
import { getRequestDomain } from "../filters";
import type { ApprovalRequest } from "../request";
import { decisionsBehind } from "../request-facts";
import { omitUntrue } from "../returned-mails";
import { buildActor } from "./approvals-parts";

/** What speaks against the approval of a request, and what was read to know it. */
export type Known = Reviewed<RequestState>;

/** By request id. */
export type KnownOf = ReadonlyMap<string, Known>;

/** @param scope what the page shows the visitor @default everything */
export async function readKnown(visit: Visit, requests: readonly ApprovalRequest[], scope?: Actor["scope"]): Promise<KnownOf> {
  const targets = requests.map((request) => ({ id: request.id, request }));
  const reviewed = await visit.review(decisionActs.approve, targets, {}, buildActor(visit, scope));
  return new Map(reviewed.map((known) => [known.state.target.id, known]));
}

export interface RequestAbout {
  readonly request: ApprovalRequest;
  readonly known: Known;
  readonly decisions: readonly string[];
  /** The entry that sent the person to an approver. Only readers see it. */
  readonly referredBy?: string | undefined;
  /** Refusals among the newest decisions. Undefined if there are none. */
  readonly refused: { readonly count: number; readonly last: Pick<DecisionRecord, "at" | "reference"> } | undefined;
  readonly task: Task | undefined;
  /** Approximate number of people of the domain who tried to sign up recently. */
  readonly domainPeople: number;
  readonly isIn: boolean;
  /** What became of mails about the request. */
  readonly mails: readonly MailLine[];
}

export async function aboutRequest(visit: Visit, request: ApprovalRequest, known?: Known): Promise<RequestAbout> {
  const { decisions, tasks, domainCounts } = visit.world;
  const domain = getRequestDomain(request);
  const subject = requestSubject(request.id);
  const [behind, refused, task, counts, isIn, besides, mails] = await Promise.all([
    decisionsBehind(request, decisions.byEmail(request.email)),
    refusedBefore(visit, request),
    tasks.get(subject),
    domainCounts.domainDays([domain], DOMAIN_DAYS),
    // If the account's row is unreadable, the access counts as ended. The person's page reports the row.
    request.account === undefined ? undefined : visit.world.isAccountIn?.(request.account.id).catch(() => undefined),
    known ?? readKnown(visit, [request]).then((knownById) => knownById.get(request.id) as Known),
    visit.world.mailLines([subject]),
  ]);
  const domainPeople = counts.get(domain)?.all.people ?? 0;
  const referredBy = visit.may("Reader") ? behind.map(referringEntry).find((entry) => entry !== undefined) : undefined;
  const codes = behind.map(({ reference }) => reference);
  return {
    request,
    known: besides,
    decisions: codes,
    referredBy,
    refused,
    task,
    domainPeople,
    isIn: isIn ?? false,
    mails: omitUntrue(mails, [request], visit.now).get(subject) ?? [],
  };
}

/** The person's refusals among the newest decisions. A request for approval is not a refusal. */
async function refusedBefore({ world }: Visit, { email }: ApprovalRequest): Promise<RequestAbout["refused"]> {
  const newest = await readFirstPage(world.decisions.byEmail(email));
  const refusals = newest.filter(
    ({ verdict, reasons }) => verdict === "block" && !reasons.some((reason) => reason.startsWith("approval.")),
  );
  const [last] = refusals;
  return last && { count: refusals.length, last };
}
