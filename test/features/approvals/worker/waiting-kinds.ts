import type { DomainEvent } from "../../../../engine/events/event-kind";
import type { DecisionRecord } from "../../../../engine/sign-up/record";
import { changedTask, freshTask } from "../../../../engine/tasks/task";
import type { AccountRow } from "../../../../features/accounts/account";
import {
  arrive,
  begin,
  changeSponsor,
  disable,
  endOffer,
  extendAccess,
  offerGuest,
  remind,
  restoreAccess,
} from "../../../../features/accounts/change";
import { accountEvent } from "../../../../features/accounts/events";
import { buildApprovalEvent } from "../../../../features/approvals/build-event";
import { invitePerson } from "../../../../features/approvals/invite-person";
import type { ApprovalRequest, Stored } from "../../../../features/approvals/request";
import { beginFirstStage, escalate } from "../../../../features/approvals/stages";
import { approve, claim, complete, deny, expire, reopen, submit } from "../../../../features/approvals/transitions";
import { askId, submitAsk } from "../../../../features/asks/ask";
import { resend, revokeInvitation } from "../../../../features/invitations/invitation";
import { addedPartner, lookedFor } from "../../../../features/partners/change";
import { buildPartnerChanged } from "../../../../features/partners/events";
import { record } from "../../../console/support";
import { hashOf, person } from "../../../engine/sign-up/people";
import { rowOf as accountOf, newcomer } from "../../accounts/accounts";
import { alice, asking, DAY, HOUR, lease, MINUTE, rowOf } from "../requests";

interface Rows {
  readonly table: "approvals" | "accounts" | "ledger" | "decisions";
  readonly row: object;
  /** Of a person's decision, which has keys of its own. */
  readonly isDecision?: true;
}

/** An event of which a mail waits. The mail names the person or the domain by `name`. */
export interface WaitingCase {
  readonly event: DomainEvent;
  readonly rows: readonly Rows[];
  /** Written once the mail is no longer true. */
  readonly untrue: readonly Rows[];
  readonly readers: readonly string[];
}

const by = { by: alice };
const LEE = "lee@contoso.com";
const IDA = "ida@contoso.com";
const APPROVERS = ["it@contoso.com"];
const sending = (code: string) => ({ by: { kind: "cli", name: "kim" } as const, code, days: 14 });
const after = (now: Date, ms: number) => new Date(now.getTime() + ms);
const emailOf = (name: string) => `${name}@partner.example`;

/** What happened to a request, and what makes the mail about it untrue. */
function ofRequest(before: Stored, request: ApprovalRequest, untrue: ApprovalRequest, readers: readonly string[]): WaitingCase {
  const event = buildApprovalEvent(before, request) as DomainEvent;
  return { event, rows: [{ table: "approvals", row: request }], untrue: [{ table: "approvals", row: untrue }], readers };
}

function ofAccount(before: AccountRow, account: AccountRow, untrue: AccountRow, readers: readonly string[]): WaitingCase {
  const event = accountEvent(before, account) as DomainEvent;
  return { event, rows: [{ table: "accounts", row: account }], untrue: [{ table: "accounts", row: untrue }], readers };
}

const asked = (name: string, now: Date, more: Parameters<typeof asking>[0] = {}) =>
  rowOf(submit(undefined, asking({ signUp: person({ email: emailOf(name) }), ...more }), now));
const denied = (request: ApprovalRequest, now: Date, decider = IDA) => rowOf(deny(request, saidBy(decider), now));
const saidBy = (address: string) => ({ ...by, decider: { names: [address], addresses: [address] } });
const invited = (name: string, now: Date, sponsor?: string) =>
  rowOf(invitePerson(undefined, { email: emailOf(name), ...(sponsor && { sponsor }) }, sending("QH7K-93FN-XAMT"), hashOf, now));
const guest = (name: string, now: Date, until = 90 * DAY): AccountRow =>
  accountOf(
    arrive(
      undefined,
      {
        ...newcomer,
        ...{ id: `oid-${name}`, personId: name, email: emailOf(name), sponsor: LEE },
        ...{ letInAt: now.toISOString(), arrivedAt: now.toISOString(), until: after(now, until).toISOString() },
      },
      now,
    ),
  );
const disabled = (name: string, now: Date) => {
  const disabling = accountOf(begin(guest(name, after(now, -DAY), DAY), "disabling", by, now));
  return { disabling, row: accountOf(disable(disabling, undefined, now)) };
};
const wish = (name: string, now: Date) => {
  const hana = { by: "oid-hana", name: "Hana", addresses: ["hana@contoso.com"] } as const;
  const email = emailOf(name);
  const text = { email, why: "an audit", answerWithinDays: 14, days: 14, invites: `invitation-${name}` };
  return rowOf(submitAsk(undefined, askId(email, undefined, hana.by, hashOf), hana, text, hashOf, now));
};

/** Each kind of mail that can wait. @param name unlike any other's, and no beginning of another */
export const waitingKinds: Readonly<Record<string, (name: string, now: Date) => WaitingCase>> = {
  invitation(name, now) {
    const row = invited(name, now);
    return ofRequest(undefined, row, rowOf(revokeInvitation(row, by, now)), [emailOf(name)]);
  },
  "unused invitation"(name, now) {
    const open = invited(name, after(now, -15 * DAY), LEE);
    const row = rowOf(expire(open, now));
    return ofRequest(open, row, rowOf(resend(row, sending("AAAA-BBBB-CCCC"), now)), [LEE]);
  },
  request(name, now) {
    const row = asked(name, now);
    return ofRequest(undefined, row, denied(row, now), APPROVERS);
  },
  "next stage"(name, now) {
    const stages = beginFirstStage(
      [
        { by: [LEE], need: 1 },
        { by: [IDA], need: 1 },
      ],
      true,
      now,
    );
    const before = asked(name, now, stages);
    const row = rowOf(approve(before, saidBy(LEE), after(now, MINUTE)));
    return ofRequest(before, row, denied(row, after(now, HOUR)), [IDA, emailOf(name)]);
  },
  escalation(name, now) {
    const begun = after(now, -2 * HOUR);
    const before = asked(name, begun, beginFirstStage([{ by: [LEE], need: 1, orElse: [IDA], withinMinutes: 60 }], false, begun));
    const row = rowOf(escalate(before, now));
    return ofRequest(before, row, denied(row, now), [IDA]);
  },
  denial(name, now) {
    const before = asked(name, now);
    const row = denied(before, now);
    return ofRequest(before, row, rowOf(reopen(row, by, now)), [emailOf(name)]);
  },
  approval(name, now) {
    const before = asked(name, now, { onApproval: "continue" });
    const row = rowOf(approve(before, by, now));
    return ofRequest(before, row, denied(row, now), [emailOf(name)]);
  },
  "request without an answer"(name, now) {
    const before = asked(name, after(now, -15 * DAY));
    const row = rowOf(expire(before, now));
    const again = rowOf(submit(row, asking({ signUp: person({ email: emailOf(name) }) }), now));
    return ofRequest(before, row, again, [emailOf(name)]);
  },
  account(name, now) {
    const before = rowOf(claim(rowOf(approve(asked(name, now), by, now)), lease, now));
    const row = rowOf(complete(before, lease.holder, { id: `oid-${name}` }, now));
    const untrue = [{ table: "accounts" as const, row: disabled(name, now).row }];
    return { ...ofRequest(before, row, row, [emailOf(name)]), untrue };
  },
  "answer to a colleague"(name, now) {
    const before = wish(name, now);
    const row = denied(before, now);
    return ofRequest(before, row, rowOf(reopen(row, by, now)), ["hana@contoso.com"]);
  },
  "no answer to a colleague"(name, now) {
    const before = wish(name, after(now, -15 * DAY));
    const row = rowOf(expire(before, now));
    return ofRequest(before, row, rowOf(reopen(row, by, now)), ["hana@contoso.com"]);
  },
  reminder(name, now) {
    const before = guest(name, now);
    const row = accountOf(remind(before, 30, now));
    return ofAccount(before, row, accountOf(extendAccess(row, after(now, 200 * DAY).toISOString(), by, now)), [emailOf(name), LEE]);
  },
  "end of access"(name, now) {
    const { disabling, row } = disabled(name, now);
    const again = accountOf(extendAccess(row, after(now, 200 * DAY).toISOString(), by, now));
    return ofAccount(disabling, row, accountOf(restoreAccess(again, now)), [emailOf(name), LEE]);
  },
  "access again"(name, now) {
    const before = accountOf(extendAccess(disabled(name, now).row, after(now, 200 * DAY).toISOString(), by, now));
    const row = accountOf(restoreAccess(before, now));
    return ofAccount(before, row, accountOf(disable(accountOf(begin(row, "disabling", by, now)), undefined, now)), [emailOf(name)]);
  },
  offer(name, now) {
    const row = accountOf(offerGuest(guest(name, now), IDA, by, now));
    return ofAccount(guest(name, now), row, accountOf(endOffer(row, "offer-withdrawn", by, now)), [IDA]);
  },
  "another sponsor"(name, now) {
    const row = accountOf(changeSponsor(guest(name, now), IDA, by, now));
    return ofAccount(guest(name, now), row, accountOf(changeSponsor(row, "mina@contoso.com", by, now)), [IDA, LEE]);
  },
  partner(name, now) {
    const domain = emailOf(name).replace("@", ".");
    const before = addedPartner({ domain, token: "t", by: "kim" }, now);
    const row = lookedFor(before, "found", now);
    const detail = buildPartnerChanged(domain, before, row, { id: name, at: now });
    const untrue = lookedFor(row, "missing", after(now, MINUTE));
    return {
      event: { type: "partner.changed.v1", detail } as DomainEvent,
      rows: [{ table: "decisions", row }],
      untrue: [{ table: "decisions", row: untrue }],
      readers: APPROVERS,
    };
  },
  task(name, now) {
    const dara = { id: "oid-dara", name: "Dara", email: "dara@contoso.com" };
    const task = changedTask(freshTask(`domain/${name}`), { owner: dara });
    const done = changedTask(task, { done: { by: dara, at: now.toISOString(), what: "done" } });
    const ledger = (row: object) => [{ table: "ledger" as const, row: { ...row, id: `task/about/domain/${name}` } }];
    const detail = { id: `task-${name}`, time: now.toISOString(), subject: task.subject, to: dara, by: { id: "1", name: "Kim" } };
    return { event: { type: "task.assigned.v1", detail }, rows: ledger(task), untrue: ledger(done), readers: [dara.email] };
  },
  "works again"(name, now) {
    const email = emailOf(name);
    const mailing = `mailing/idology/${name}`;
    const order = {
      ...freshTask(mailing),
      id: `task/about/${mailing}`,
      done: { by: { id: "1", name: "K" }, at: now.toISOString(), what: "mailed" },
    };
    const decision = (more: Partial<DecisionRecord>): Rows => ({
      table: "decisions",
      row: record({ email, reference: name, ...more }),
      isDecision: true,
    });
    const away = decision({ id: `away-${name}`, at: now.toISOString() });
    const detail = {
      ...{ id: `again-${name}`, time: now.toISOString(), mailing, decision: `away-${name}`, reference: name, service: "idology" },
      ...{ email, locales: [], by: "1" },
    };
    return {
      event: { type: "sign-up.works-again.v1", detail },
      rows: [{ table: "ledger", row: order }, away],
      untrue: [decision({ id: `came-${name}`, at: after(now, MINUTE).toISOString(), verdict: "continue", reasons: [] })],
      readers: [email],
    };
  },
};
