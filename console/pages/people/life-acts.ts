import { transferred } from "../../../adapters/invitations";
import { invitationCode } from "../../../adapters/random-code";
import type { Say } from "../../../engine/approvals/change";
import { extend, resend, revokeInvitation } from "../../../engine/approvals/invitation";
import { isOwnRequest } from "../../../engine/approvals/own-request";
import type { ApprovalRequest } from "../../../engine/approvals/request";
import { decidingWords } from "../../../engine/messages/operator/deciding";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { Visit } from "../../app/visit";
import { deciderOf } from "../approvals/approvals-parts";
import { decideOne } from "../approvals/decide";
import { type AccessVerb, actOnAccess, isAccessVerb } from "./access-acts";
import { bulkTexts } from "./bulk-texts";
import type { LifeResult, LifeVerb, LifeWish } from "./life-verbs";
import { type LifeRow, personOfRow } from "./lives";

/** Does it to one person, by the same steps as the commands, with its entry in the trail. */
export async function actOn(visit: Visit, { verb, ...wish }: LifeWish, row: LifeRow): Promise<LifeResult> {
  const { email } = personOfRow(row);
  if (isAccessVerb(verb)) {
    if (row.kind === "account") return await actOnAccess(visit, { verb, ...wish }, { ...row.account, turn: row.turn });
    return { email, why: bulkTexts.accessWhy.unknown };
  }
  if (row.kind === "request") return await actOnRequest(visit, { verb, ...wish }, row.request, row.turn);
  return { email, why: visit.say(decidingWords).why["not-invited"] };
}

type RequestWish = LifeWish & { readonly verb: Exclude<LifeVerb, AccessVerb> };

async function actOnRequest(visit: Visit, wish: RequestWish, request: ApprovalRequest, turn: number): Promise<LifeResult> {
  const { email, reference } = request;
  const { why } = visit.say(decidingWords);
  if (wish.verb === "let-in") {
    if (request.turn !== turn) return { email, why: bulkTexts.stale };
    const decided = await decideOne(visit, { verb: "approve", note: wish.note }, { id: request.id, reference, seen: request });
    return decided.ok ? { email, until: decided.request.passUntil } : { email, why: why[decided.why] };
  }
  const invitee = wish.verb === "transfer" ? { email: wish.to, identities: [] } : request;
  if (wish.verb !== "revoke" && isOwnRequest(invitee, deciderOf(visit))) return { email, why: why.own };
  if (wish.verb === "transfer") return await transfer(visit, wish, request);
  const say: Say = { by: { kind: "console", name: visit.session.name }, ...(wish.note !== "" && { note: wish.note }) };
  const step = stepsOf(say, wish.days, visit.now)[wish.verb];
  let result: LifeResult = { email };
  const after = { email, ...(wish.note !== "" && { note: wish.note }) };
  const entry = { action: wish.verb === "revoke" ? "approvals.deny" : "approvals.invite", subject: reference, after };
  await visit.audited(entry, async () => {
    let isStale = false;
    const outcome = await visit.world.approvals.change(request.id, (stored) => {
      isStale = stored?.turn !== turn;
      return isStale ? { ok: false, why: "unknown" } : step(stored);
    });
    result = outcome.ok ? { email, ...resultOf(outcome.request, wish.verb) } : { email, why: isStale ? bulkTexts.stale : why[outcome.why] };
    return outcome.ok;
  });
  return result;
}

function stepsOf(say: Say, days: number, now: Date) {
  return {
    resend: (stored: ApprovalRequest | undefined) => resend(stored, { ...say, code: invitationCode(), days }, now),
    extend: (stored: ApprovalRequest | undefined) => extend(stored, say, new Date(now.getTime() + days * MS_PER_DAY), now),
    revoke: (stored: ApprovalRequest | undefined) => revokeInvitation(stored, say, now),
  };
}

function resultOf({ passUntil, invitation }: ApprovalRequest, verb: LifeVerb): Omit<LifeResult, "email"> {
  return { ...(verb !== "revoke" && { until: passUntil }), ...(verb === "resend" && { code: invitation?.code }) };
}

/** The invitation goes to another address, until the same end. */
async function transfer(visit: Visit, { to }: RequestWish, request: ApprovalRequest): Promise<LifeResult> {
  const { world, session, now } = visit;
  const outcome = await transferred(
    world.approvals,
    request,
    {
      to,
      by: { kind: "console", name: session.name },
      audited: ({ action, reference, email }, write) => visit.audited({ action, subject: reference, after: { email } }, write),
    },
    await world.hashes(),
    now,
  );
  return outcome.ok
    ? { email: to, ...(outcome.request !== undefined && resultOf(outcome.request, "resend")) }
    : { email: request.email, why: bulkTexts.notTransferred[outcome.why] };
}
