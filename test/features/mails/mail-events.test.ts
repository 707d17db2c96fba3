import type { Context, EventBridgeEvent } from "aws-lambda";
import { mailStateStore, readMailLines, readReturned } from "../../../adapters/mail/mail-states";
import { waitingMails } from "../../../adapters/mail/waiting-mails";
import { currentLines, isReturned, listReturned, type MailLine, mergeLine } from "../../../engine/mail/mail-line";
import { SENDING_DISABLED, SENDING_ENABLED } from "../../../features/mails/events";
import { describeMail, mailWords } from "../../../features/mails/words";
import { mailEventsHandler } from "../../../features/mails/worker";
import { lambdaContext } from "../../lambda/invoke";
import type { MemoryTables } from "../../memory/tables";
import { memoryWorld } from "../../memory/world";
import { createKeyTable } from "../../support/key-table";

const MESSAGE = "0100017cbd7e3b3a-1111-2222";
const SENT = "2026-11-02T09:00:00.000Z";
const subject = { subject: "request/r1", personId: "person-1", reference: "K7QD-9MXD" };
const at = (minutes: number) => new Date(Date.parse(SENT) + minutes * 60_000).toISOString();

const mail = (messageId = MESSAGE) => ({
  timestamp: SENT,
  source: "gate@contoso.com",
  sourceArn: "arn:aws:ses:eu-west-1:123456789012:identity/contoso.com",
  sendingAccountId: "123456789012",
  messageId,
  destination: ["kim@partner.example"],
  headersTruncated: false,
  headers: [{ name: "To", value: "kim@partner.example" }],
  commonHeaders: { to: ["kim@partner.example"], messageId },
  tags: { "ses:configuration-set": ["set"], "ses:source-ip": ["192.0.2.0"] },
});
const recipients = [{ emailAddress: "kim@partner.example", action: "failed", status: "5.1.1", diagnosticCode: "smtp; 550 5.1.1 unknown" }];
/** Events in the form of the reference of SES's events on EventBridge (version 0 of the envelope). */
const details = {
  Bounce: (minutes: number, bounceType = "Permanent", bounceSubType = "General") => ({
    bounce: { feedbackId: "f", bounceType, bounceSubType, bouncedRecipients: recipients, timestamp: at(minutes), reportingMTA: "dsn; x" },
  }),
  Complaint: (minutes: number, complaintSubType: string | null = null) => ({
    complaint: {
      feedbackId: "f",
      complaintSubType,
      complainedRecipients: [{ emailAddress: "kim@partner.example" }],
      timestamp: at(minutes),
      userAgent: "x",
      complaintFeedbackType: "abuse",
      arrivalDate: at(minutes),
    },
  }),
  Delivery: (minutes: number) => ({
    delivery: {
      timestamp: at(minutes),
      processingTimeMillis: 11,
      recipients: ["kim@partner.example"],
      smtpResponse: "250 OK",
      reportingMTA: "x",
    },
  }),
  DeliveryDelay: (minutes: number) => ({
    deliveryDelay: {
      timestamp: at(minutes),
      delayType: "MailboxFull",
      expirationTime: at(minutes + 840),
      delayedRecipients: [{ emailAddress: "kim@partner.example", status: "4.2.2", diagnosticCode: "smtp; 452" }],
    },
  }),
  Reject: (_: number) => ({ reject: { reason: "Bad content" } }),
} as const;
type EventType = keyof typeof details;
const types = {
  Bounce: "Email Bounced",
  Complaint: "Email Complaint Received",
  Delivery: "Email Delivered",
  DeliveryDelay: "Email Delivery Delayed",
  Reject: "Email Rejected",
} as const;

function eventOf(eventType: EventType, detail: object, messageId = MESSAGE): EventBridgeEvent<string, unknown> {
  return {
    version: "0",
    id: "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
    "detail-type": types[eventType],
    source: "aws.ses",
    account: "123456789012",
    time: SENT,
    region: "eu-west-1",
    resources: ["arn:aws:ses:eu-west-1:123456789012:configuration-set/set"],
    detail: { eventType, mail: mail(messageId), ...detail },
  };
}

async function makeHearing(now = at(1), more: object = {}) {
  const settings = { LEDGER_TABLE: "ledger", EVENT_BUS: "bus", ...more };
  const { world, observed } = memoryWorld({ settings, clock: { now: () => Date.parse(now), startTimer: () => () => undefined } as never });
  await createKeyTable(world.tables, "ledger", "ledger");
  const store = mailStateStore(world, "ledger");
  await mailStateStore({ ...world, clock: { ...world.clock, now: () => Date.parse(SENT) } }, "ledger").sent(MESSAGE, {
    kind: "invited",
    reader: "person-1",
    subjects: [subject],
  });
  const handle = mailEventsHandler(world);
  const hear = (event: EventBridgeEvent<string, unknown>) =>
    (handle as (event: object, context: Context) => Promise<void>)(event, lambdaContext);
  const line = async () =>
    (await readMailLines(world.tables, "ledger", [subject.subject], new Date(world.clock.now()))).get(subject.subject)?.at(-1);
  return { world, observed, store, hear, line };
}

it("security tools hear of a report in their form, if the stack has it", async () => {
  const hearing = await makeHearing(at(1), { EVENT_FORMAT: "ocsf" });
  await hearing.hear(eventOf("Bounce", details.Bounce(1)));
  expect(hearing.observed.events.map(({ source, type }) => [source, type])).toEqual([
    ["gatehouse", "mail.changed.v1"],
    ["gatehouse.ocsf", "ocsf.entity_management"],
  ]);
});

it.each([
  { type: "Delivery", detail: details.Delivery(1), state: "handed-over", why: undefined },
  { type: "DeliveryDelay", detail: details.DeliveryDelay(1), state: "delayed", why: "MailboxFull" },
  { type: "Bounce", detail: details.Bounce(1), state: "bounced", why: "Permanent/General" },
  { type: "Bounce", detail: details.Bounce(1, "Transient", "MailboxFull"), state: "bounced", why: "Transient/MailboxFull" },
  { type: "Bounce", detail: details.Bounce(1, "Permanent", "Suppressed"), state: "bounced", why: "suppressed" },
  { type: "Bounce", detail: details.Bounce(1, "Permanent", "OnAccountSuppressionList"), state: "bounced", why: "suppressed" },
  { type: "Complaint", detail: details.Complaint(1), state: "complained", why: "abuse" },
  { type: "Complaint", detail: details.Complaint(1, "OnAccountSuppressionList"), state: "complained", why: "suppressed" },
  { type: "Reject", detail: details.Reject(1), state: "rejected", why: "Bad content" },
] as const)(
  "SES's $type ($why) is the mail's state $state, for other systems too, and no log names an address",
  async ({ type, detail, state, why }) => {
    const { hear, line, observed } = await makeHearing();
    const event = eventOf(type, detail);
    await hear(event);
    // Rejected at the moment of sending.
    const time = type === "Reject" ? SENT : at(1);
    expect(await line()).toMatchObject({
      id: MESSAGE,
      kind: "invited",
      reader: "person-1",
      state,
      at: time,
      ...(why !== undefined && { why }),
    });
    expect(observed.events).toMatchObject([
      { type: "mail.changed.v1", detail: { state, mail: "invited", about: "request/r1", reference: "K7QD-9MXD" } },
    ]);
    await hear(event);
    expect(observed.events).toHaveLength(1);
    expect(JSON.stringify(observed.lines)).not.toContain("@");
    expect(JSON.stringify(observed.events)).not.toContain("@");
  },
);

const reports = {
  delivered: { state: "handed-over", at: at(2) },
  delayed: { state: "delayed", at: at(1) },
  bounced: { state: "bounced", at: at(3), why: "Transient/General" },
  "bounced before": { state: "bounced", at: at(1), why: "Permanent/General" },
  complained: { state: "complained", at: at(9) },
} as const;
const sent: MailLine = { id: MESSAGE, kind: "invited", state: "sent", at: SENT, sentAt: SENT };
const say = (names: readonly (keyof typeof reports)[]) => names.map((name) => reports[name]).reduce<MailLine>(mergeLine, sent).state;

it.each([
  { heard: ["delayed", "delivered"], state: "handed-over" },
  { heard: ["delivered", "complained"], state: "complained" },
  { heard: ["delayed", "bounced"], state: "bounced" },
  { heard: ["bounced before", "delivered"], state: "bounced" },
  { heard: ["bounced", "complained"], state: "complained" },
  { heard: ["delayed", "delivered", "bounced", "complained"], state: "complained" },
] as const)("reports say $state in whatever order they come, and twice: $heard", ({ heard, state }) => {
  const orders = (names: readonly (keyof typeof reports)[]): readonly (readonly (keyof typeof reports)[])[] =>
    names.length < 2 ? [names] : names.flatMap((name, index) => orders(names.toSpliced(index, 1)).map((rest) => [name, ...rest]));
  for (const order of orders(heard)) expect([order, say([...order, ...order])]).toEqual([order, state]);
});

it("a report of an earlier message changes that message's line only, and the newest message counts", async () => {
  const { hear, store, world } = await makeHearing(at(10));
  await store.sent("second", { kind: "invited", reader: "person-1", subjects: [subject] });
  await hear(eventOf("Bounce", details.Bounce(12)));
  const lines = (await readMailLines(world.tables, "ledger", [subject.subject], new Date(world.clock.now()))).get(subject.subject) ?? [];
  expect(lines.map(({ state }) => state)).toEqual(["bounced", "sent"]);
  expect(currentLines(lines).filter(isReturned)).toEqual([]);
});

it.each([
  { days: 29, says: ["bounced", "sent"] },
  { days: 31, says: ["sent"] },
])("a line is told of for 30 days, although a later mail keeps the row: $days days on", async ({ days, says }) => {
  const { hear, world } = await makeHearing(at(10));
  await hear(eventOf("Bounce", details.Bounce(12)));
  const later = { ...world, clock: { ...world.clock, now: () => Date.parse(at(25 * 1_440)) } };
  await mailStateStore(later, "ledger").sent("later", { kind: "invited", reader: "person-2", subjects: [subject] });
  const lines = (await readMailLines(world.tables, "ledger", [subject.subject], new Date(at(days * 1_440)))).get(subject.subject) ?? [];
  expect(lines.map(({ state }) => state)).toEqual(says);
});

it("a report counts although SES took the mail before it was noted", async () => {
  const { hear, line, observed } = await makeHearing();
  await hear(eventOf("Delivery", details.Delivery(-1)));
  expect(await line()).toMatchObject({ state: "handed-over", at: at(-1) });
  expect(observed.events).toMatchObject([{ detail: { state: "handed-over" } }]);
});

it.each([
  { given: "is sent to its reader", kind: "invited", later: true, says: ["sent"] },
  { given: "of another kind is sent", kind: "applicant", later: true, says: ["not-sent", "sent"] },
  { given: "was sent before", kind: "invited", later: false, says: ["not-sent", "sent"] },
])("a mail that was never made no longer counts once one $given", ({ kind, later, says }) => {
  const lines: readonly MailLine[] = [
    { id: "event", kind: "invitation.sent.v1", state: "not-sent", at: SENT, sentAt: SENT },
    { id: MESSAGE, kind, reader: "person-1", state: "sent", at: SENT, sentAt: at(later ? 1 : -1) },
  ];
  expect(currentLines(lines).map(({ state }) => state)).toEqual(says);
});

it.each<{ kind: string; says: RegExp; later?: string; isAnswer?: true }>([
  { kind: "approval.decided.v1", says: /^Mail about the decision: not sent/, later: "applicant", isAnswer: true },
  { kind: "approval.decided.v1", says: /^Mail about the decision: not sent/, later: "asker", isAnswer: true },
  { kind: "approval.expired.v1", says: /^Mail about the end: not sent/, later: "applicant", isAnswer: true },
  { kind: "approval.expired.v1", says: /^Mail about the end: not sent/, later: "sponsor", isAnswer: true },
  { kind: "account.created.v1", says: /^Mail to the person: not sent/, later: "applicant", isAnswer: true },
  { kind: "approval.requested.v1", says: /^Mail to approvers: not sent/, later: "approvers" },
  { kind: "approval.stage.v1", says: /^Mail about the stage: not sent/, later: "approvers" },
  { kind: "access.changed.v1", says: /^Mail about access: not sent/, later: "access to the person" },
  { kind: "access.changed.v1", says: /^Mail about access: not sent/, later: "access to who renews" },
  { kind: "sponsor.changed.v1", says: /^Mail about the sponsor: not sent/, later: "sponsor given" },
  { kind: "task.assigned.v1", says: /^Mail to a colleague: not sent/, later: "assignee" },
  { kind: "partner.changed.v1", says: /^Mail to approvers: not sent/, later: "partners" },
  { kind: "sign-up.works-again.v1", says: /^Mail to the person: not sent/, later: "works-again" },
  { kind: "invitation.sent.v1", says: /^Invitation: not sent/, later: "invited" },
])("a mail about $kind that waited in vain is told of until another goes ($later)", ({ kind, says, later = "", isAnswer = false }) => {
  const lines: readonly MailLine[] = [{ id: "event", kind, state: "not-sent", at: SENT, sentAt: SENT, why: "quota" }];
  expect(describeMail(mailWords.en, lines[0] as MailLine, (time) => time)).toMatch(says);
  expect(describeMail(mailWords.ko, lines[0] as MailLine, (time) => time)).not.toMatch(/^메일:/);
  expect([listReturned(lines).length, listReturned(lines, true).length]).toEqual([1, isAnswer ? 1 : 0]);
  const sentLine: MailLine = { id: MESSAGE, kind: later, reader: "person-1", state: "sent", at: at(1), sentAt: at(1) };
  expect(listReturned([...lines, sentLine])).toEqual([]);
});

it("what came back is listed for the inbox", async () => {
  const { hear, world } = await makeHearing();
  await hear(eventOf("Delivery", details.Delivery(1)));
  expect(await readReturned(world.tables, "ledger", new Date(at(1)))).toEqual([]);
  await hear(eventOf("Bounce", details.Bounce(2)));
  expect(await readReturned(world.tables, "ledger", new Date(at(1)))).toEqual(["request/r1"]);
});

describe("a report of a message that is not known", () => {
  it("is heard again if the message may only not be noted yet", async () => {
    const { hear } = await makeHearing();
    await expect(hear(eventOf("Delivery", details.Delivery(1), "another"))).rejects.toThrow("not noted yet");
  });

  it("is dropped if it is of another deployment, or late", async () => {
    const { hear, observed } = await makeHearing(at(60));
    await hear(eventOf("Delivery", details.Delivery(1), "another"));
    expect(observed.events).toEqual([]);
    expect(observed.lines.map(({ message }) => message)).toContain("mail event of an unknown message");
  });

  it.each([{}, { eventType: "Open", mail: mail() }, { eventType: "Bounce", mail: mail() }, null])("is unreadable: %j", async (detail) => {
    const { hear, observed, line } = await makeHearing();
    await hear({ ...eventOf("Bounce", {}), detail });
    expect(observed.lines).toMatchObject([{ level: "error", message: "mail event unreadable" }]);
    expect(await line()).toMatchObject({ state: "sent" });
  });
});

describe("an event about the right to send", () => {
  const statusOf = (type: string) => ({ ...eventOf("Reject", {}), "detail-type": type, detail: { version: "1.0.0", data: {} } });
  const failures = async ({ world }: Awaited<ReturnType<typeof makeHearing>>) => {
    const { Item } = await world.tables.call<{ Item?: { failures: { S: string } } }>("GetItem", {
      TableName: "ledger",
      Key: { id: { S: "work/mails" } },
    });
    return JSON.parse(Item?.failures.S ?? "[]");
  };

  it("says that mails wait, from Disabled to Enabled", async () => {
    const hearing = await makeHearing();
    await hearing.hear(statusOf(SENDING_DISABLED));
    expect(await failures(hearing)).toEqual([expect.not.objectContaining({ goesAt: expect.anything() })]);
    expect(await failures(hearing)).toMatchObject([{ part: "sender", why: "paused" }]);
    await hearing.hear(statusOf(SENDING_ENABLED));
    expect(await failures(hearing)).toEqual([]);
  });

  it("goes on saying so while a mail waits, which is tried at once", async () => {
    const hearing = await makeHearing();
    const waiting = waitingMails(hearing.world, "ledger");
    await hearing.hear(statusOf(SENDING_DISABLED));
    const detail = { id: "e1", requestId: "r1", personId: "kim", email: "kim@partner.example" };
    await waiting.add([{ type: "invitation.sent.v1", detail } as never], "paused");
    await waiting.changeHead(() => ({ triedAt: Date.parse(SENT) }));
    await hearing.hear(statusOf(SENDING_ENABLED));
    expect(await failures(hearing)).toEqual([expect.not.objectContaining({ goesAt: expect.anything() })]);
    expect((await waiting.head()).triedAt).toBeUndefined();
  });
});

it("a report that comes while the message is noted is not lost", async () => {
  const { world, hear, line } = await makeHearing();
  const message = "0100017cbd7e3b3a-3333-4444";
  const bounce = eventOf("Bounce", details.Bounce(1), message);
  let outcome: unknown = "not heard";
  (world.tables as MemoryTables).before(async (operation) => {
    if (operation !== "UpdateItem" || outcome !== "not heard") return;
    outcome = undefined;
    outcome = await hear(bounce).catch((error: unknown) => error);
  });
  await mailStateStore(world, "ledger").sent(message, { kind: "invited", reader: "person-1", subjects: [subject] });
  // Lambda calls again if the first call failed.
  if (outcome instanceof Error) await hear(bounce);
  expect(await line()).toMatchObject({ id: message, state: "bounced" });
});
