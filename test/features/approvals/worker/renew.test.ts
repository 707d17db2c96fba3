import type { MailKind } from "../../../../adapters/mail/mail-delivery";
import { toItem } from "../../../../adapters/tables/item";
import type { DomainEvent } from "../../../../engine/events/event-kind";
import type { DecisionRecord } from "../../../../engine/sign-up/record";
import { changedTask, freshTask } from "../../../../engine/tasks/task";
import { extendAccess, noteEvidence, remind } from "../../../../features/accounts/change";
import { accountEvent } from "../../../../features/accounts/events";
import { buildApprovalEvent } from "../../../../features/approvals/build-event";
import { beginFirstStage } from "../../../../features/approvals/stages";
import { approve, deny, expire, reopen, submit } from "../../../../features/approvals/transitions";
import { countedAt } from "../../../../features/counts/counts";
import { decisionStore } from "../../../../features/decisions/store/decisions";
import { mails } from "../../../../features/lists/mails";
import { addedPartner, lookedFor } from "../../../../features/partners/change";
import { buildPartnerChanged } from "../../../../features/partners/events";
import { record } from "../../../console/support";
import { NOW } from "../../../engine/sign-up/people";
import { memoryWorld } from "../../../memory/world";
import { createKeyTable } from "../../../support/key-table";
import { rowOf as accountOf, day, disabled, disabling, row, say } from "../../accounts/accounts";
import { alice, asking, at, DAY, later, MINUTE, pending, provisioning, rowOf } from "../requests";

const settings = { APPROVALS_TABLE: "approvals", LEDGER_TABLE: "ledger", ACCOUNTS_TABLE: "accounts", DECISIONS_TABLE: "decisions" };
const by = { by: alice };

/** Returns the mails' names, each with the event as it would be mailed, after the rows are stored. */
async function renew(
  event: DomainEvent | undefined,
  rows: Readonly<Record<string, object | readonly object[]>>,
  now: Date,
  decisions: readonly DecisionRecord[] = [],
) {
  const { world } = memoryWorld({
    settings: { ...settings, AWS_REGION: "eu-west-1", POWERTOOLS_SERVICE_NAME: "G" },
    clock: { now: () => now.getTime() } as never,
  });
  for (const table of ["approvals", "ledger", "accounts", "decisions"] as const) await createKeyTable(world.tables, table, table);
  for (const [TableName, stored] of Object.entries(rows))
    for (const each of [stored].flat()) await world.tables.call("PutItem", { TableName, Item: toItem(each) });
  for (const decision of decisions) await decisionStore(world.tables, "decisions").keep(decision, 90);
  const unused = async () => expect.unreachable();
  const kinds: readonly MailKind[] = mails.map((make) => make({ world, ownTexts: {}, deliver: unused, reportRefused: unused }) as MailKind);
  const due = kinds.filter((kind) => kind.takes(event as DomainEvent));
  expect(due).not.toEqual([]);
  const renewed = await Promise.all(due.map(async (kind) => [kind.name, await kind.renew?.(event as DomainEvent)] as const));
  return Object.fromEntries(renewed.filter(([, each]) => each !== undefined));
}

const request = pending();
const asked = buildApprovalEvent(undefined, request);
const denied = rowOf(deny(request, by, later(MINUTE)));
const passed = rowOf(approve(pending({ onApproval: "continue" }), by, later(MINUTE)));
const expired = rowOf(expire(request, later(15 * DAY)));
const staged = pending(beginFirstStage([{ by: ["lee@contoso.com", "ann@contoso.com"], need: 2 }], true, NOW));
const voted = rowOf(approve(staged, { ...by, decider: { names: ["ann@contoso.com"], addresses: ["ann@contoso.com"] } }, later(MINUTE)));

it.each([
  { what: "a request that waits", event: asked, row: request, mails: ["approvers"] },
  { what: "a request that was decided", event: asked, row: denied, mails: [] },
  { what: "a request that has ended", event: asked, row: request, now: later(15 * DAY), mails: [] },
  {
    what: "a request that was made anew",
    event: asked,
    row: rowOf(submit(expired, asking(), later(16 * DAY))),
    now: later(16 * DAY),
    mails: [],
  },
  { what: "a request that was erased", event: asked, row: { id: "another" }, mails: [] },
  { what: "a denial", event: buildApprovalEvent(request, denied), row: denied, mails: ["applicant"] },
  {
    what: "a denial that was taken back",
    event: buildApprovalEvent(request, denied),
    row: rowOf(reopen(denied, by, later(2 * MINUTE))),
    mails: [],
  },
  { what: "an approval", event: buildApprovalEvent(pending({ onApproval: "continue" }), passed), row: passed, mails: ["applicant"] },
  {
    what: "an approval that ended",
    event: buildApprovalEvent(pending({ onApproval: "continue" }), passed),
    row: passed,
    now: later(8 * DAY),
    mails: [],
  },
  { what: "an expiry", event: buildApprovalEvent(request, expired), row: expired, now: later(15 * DAY), mails: ["applicant"] },
  {
    what: "an expiry of somebody who asked again",
    event: buildApprovalEvent(request, expired),
    row: rowOf(submit(expired, asking(), later(16 * DAY))),
    now: later(16 * DAY),
    mails: [],
  },
  { what: "an account", event: buildApprovalEvent(provisioning, at.provisioned), row: at.provisioned, mails: ["applicant"] },
  { what: "an account that was asked for anew", event: buildApprovalEvent(provisioning, at.provisioned), row: request, mails: [] },
])("a mail about $what is made anew, or not at all", async ({ event, row: stored, now = later(3 * MINUTE), mails: names }) => {
  expect(Object.keys(await renew(event, { approvals: stored }, now))).toEqual(names);
});

it("a mail to approvers asks those who have not voted yet, and none who were not asked by it", async () => {
  const event = buildApprovalEvent(undefined, staged);
  const renewed = await renew(event, { approvals: voted }, later(3 * MINUTE));
  expect(renewed.approvers?.detail).toMatchObject({ id: event?.detail.id, stage: { number: 1, votes: 1, asked: ["lee@contoso.com"] } });
});

it("a mail about an account that ended since is not made", async () => {
  const event = buildApprovalEvent(provisioning, at.provisioned);
  const ended = { ...disabled, id: at.provisioned.account?.id };
  expect(await renew(event, { approvals: at.provisioned, accounts: ended }, later(MINUTE))).toEqual({});
});

const reminded = accountOf(remind(row, 30, day(150)));
const idleEnd = day(120).toISOString();
const idle = { ...row, idleEnd, endsAt: idleEnd, endReason: "idle" } as const;
const early = accountOf(remind(idle, 30, day(90), { early: { notBefore: idleEnd } }));
it.each([
  { what: "an earlier end", event: accountEvent(idle, early), row: early, now: day(91), isTrue: true },
  {
    what: "an earlier end that a sign-in settled",
    event: accountEvent(idle, early),
    row: accountOf(noteEvidence(early, { seenAt: day(91).toISOString(), seenBy: "graph" }, day(91))),
    now: day(92),
    isTrue: false,
  },
  { what: "an earlier end that has come", event: accountEvent(idle, early), row: early, now: day(121), isTrue: false },
  { what: "the end of access", event: accountEvent(row, reminded), row: reminded, now: day(151), isTrue: true },
  {
    what: "an end that moved",
    event: accountEvent(row, reminded),
    row: accountOf(extendAccess(reminded, day(210).toISOString(), say, day(151))),
    now: day(151),
    isTrue: false,
  },
  { what: "an end that has come", event: accountEvent(row, reminded), row: reminded, now: day(181), isTrue: false },
  { what: "access that ended", event: accountEvent(disabling, disabled), row: disabled, now: day(181), isTrue: true },
  { what: "access that was given back", event: accountEvent(disabling, disabled), row, now: day(170), isTrue: false },
])("a mail about $what is made anew, or not at all", async ({ event, row: account, now, isTrue }) => {
  expect(Object.keys(await renew(event as DomainEvent, { accounts: account }, now))).toEqual(isTrue ? ["access"] : []);
});

const added = addedPartner({ domain: "partner.example", token: "t", by: "kim" }, NOW);
const proven = lookedFor(added, "found", later(DAY));
const stale = lookedFor(proven, "missing", later(2 * DAY));
const lapsed = lookedFor(stale, "missing", later(10 * DAY));
it.each([
  { what: "a proven domain", before: added, after: proven, stored: proven, isTrue: true },
  { what: "a domain that lost its record since", before: added, after: proven, stored: stale, isTrue: false },
  {
    what: "a domain that lost its record and was proven again since",
    ...{ before: added, after: proven, stored: lookedFor(stale, "found", later(3 * DAY)) },
    isTrue: false,
  },
  { what: "a domain that still counts for a week", before: proven, after: stale, stored: stale, isTrue: true },
  { what: "a week on whose third day no name server answered", stored: lookedFor(stale, "failed", later(4 * DAY)), isTrue: true },
  { what: "a week that somebody typed otherwise", stored: { ...stale, until: stale.until?.replace(".000Z", "Z") }, isTrue: true },
  { what: "a week that somebody made longer", stored: { ...stale, until: later(20 * DAY).toISOString() }, isTrue: false },
  { what: "a week that is over, although no look has said so yet", stored: stale, now: later(9 * DAY), isTrue: false },
  {
    what: "an earlier week than the one that runs",
    stored: lookedFor(lookedFor(stale, "found", later(3 * DAY)), "missing", later(4 * DAY)),
    now: later(5 * DAY),
    isTrue: false,
  },
  { what: "a domain that lapsed", before: stale, after: lapsed, stored: lapsed, now: later(11 * DAY), isTrue: true },
  { what: "a lapsed domain that was added again", before: stale, after: lapsed, stored: added, now: later(11 * DAY), isTrue: false },
  { what: "a domain that was removed", stored: { reference: "partner", id: "another.example" }, isTrue: false },
])("a mail about $what is made anew, or not at all", async ({ before = proven, after = stale, stored, now = later(4 * DAY), isTrue }) => {
  const detail = buildPartnerChanged("partner.example", before, after, { id: "1", at: new Date(after.since) });
  const renewed = await renew({ type: "partner.changed.v1", detail } as DomainEvent, { decisions: stored }, now);
  expect(Object.keys(renewed)).toEqual(isTrue ? ["partners"] : []);
});

const dara = { id: "oid-dara", name: "Dara" };
const task = changedTask(freshTask("domain/contoso.com"), { owner: dara });
it.each([
  { what: "a task of theirs", stored: task, isTrue: true },
  { what: "a task that is done", stored: changedTask(task, { done: { by: dara, at: NOW.toISOString(), what: "done" } }), isTrue: false },
  { what: "a task that another has now", stored: changedTask(task, { owner: { id: "oid-lee", name: "Lee" } }), isTrue: false },
])("a mail about $what is made anew, or not at all", async ({ stored, isTrue }) => {
  const detail = { id: "1", time: NOW.toISOString(), subject: task.subject, to: { ...dara, email: "dara@contoso.com" }, by: dara };
  const row = { ...stored, id: `task/about/${task.subject}` };
  const renewed = await renew({ type: "task.assigned.v1", detail } as DomainEvent, { ledger: row }, later(MINUTE));
  expect(Object.keys(renewed)).toEqual(isTrue ? ["assignee"] : []);
});

const mailing = "mailing/idology/2026-03-01T08:00:00.000Z";
const ordered = { ...freshTask(mailing), id: `task/about/${mailing}`, done: { by: dara, at: NOW.toISOString(), what: "mailed" } };
const decided = (id: string, more: Partial<DecisionRecord>): DecisionRecord => ({
  ...record({ id, at: later(MINUTE).toISOString(), email: "kim@turned.example" }),
  ...more,
});
const hour = countedAt({ at: later(5 * MINUTE).toISOString() });
const called = (failures: number, answers: number) => ({
  ...{ id: `counts/${hour.hour}/default`, "asked timeout idology": failures, "asked ok idology": answers },
  ...{ "first-failed idology": later(3 * MINUTE).getTime() / 1_000, "last-failed idology": later(4 * MINUTE).getTime() / 1_000 },
  ...(answers > 0 && { "last-answered idology": later(5 * MINUTE).getTime() / 1_000 }),
});
it.each([
  { what: "somebody turned away", isTrue: true },
  { what: "somebody who tried once more, in vain", since: {}, isTrue: true },
  { what: "somebody who may go on after sign-in", since: { step: "after-sign-in", verdict: "continue" } as const, isTrue: true },
  { what: "somebody who came since", since: { verdict: "continue" } as const, isTrue: false },
  { what: "somebody who asked since", since: { reasons: ["approval.requested"] }, isTrue: false },
  { what: "a system that answers", counts: called(5, 20), isTrue: true },
  { what: "a system that fails once more", counts: called(5, 0), isTrue: false },
])("a mail that sign-up works again is made anew, or not at all: $what", async ({ since, counts, isTrue }) => {
  const detail = {
    ...{ id: "1", time: NOW.toISOString(), mailing, decision: "away", reference: "K7QD-9MXD", service: "idology" },
    ...{ email: "kim@turned.example", locales: [], by: "oid-dara" },
  };
  const decisions = [
    decided("away", {}),
    ...(since === undefined ? [] : [decided("since", { at: later(2 * MINUTE).toISOString(), ...since })]),
  ];
  const event = { type: "sign-up.works-again.v1", detail } as DomainEvent;
  const rows = { ledger: [ordered, ...(counts === undefined ? [] : [counts])] };
  expect(Object.keys(await renew(event, rows, later(6 * MINUTE), decisions))).toEqual(isTrue ? ["works-again"] : []);
});
