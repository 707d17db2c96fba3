import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { promisify } from "node:util";
import { mailStateStore, readMailLines } from "../../adapters/mail/mail-states";
import { requestSubject } from "../../engine/tasks/task";
import { invitationId } from "../../features/approvals/invite-person";
import { sourceFile, writeBundle } from "../../lib/resources/bundle";
import { startConsole, type TestConsole } from "../console/support";
import { hashOf } from "../engine/sign-up/people";
import { listen } from "../support/dynamodb";
import { lambdaNode } from "../support/lambda-runtime";

// SES's events as EventBridge hands them over: the envelope and the detail types of "Monitoring Amazon SES events using Amazon EventBridge"
// (docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html), the details of "Examples of event data that Amazon SES publishes"
// (docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-firehose-examples.html), both read on 2026-11-30, version 0 of the envelope.

// Lately by the clock of the deployed function: a row keeps what became of a mail for 90 days.
const SENT = `${new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 10)}T09:00:00.000Z`;
const at = (minutes: number) => new Date(Date.parse(SENT) + minutes * 60_000).toISOString();
const TO = "kim@partner.com";

const mail = (messageId: string) => ({
  timestamp: SENT,
  source: "Contoso <sign-up@contoso.com>",
  sourceArn: "arn:aws:ses:eu-west-1:123456789012:identity/contoso.com",
  sendingAccountId: "123456789012",
  messageId,
  destination: [TO],
  headersTruncated: false,
  headers: [
    { name: "From", value: "Contoso <sign-up@contoso.com>" },
    { name: "To", value: TO },
    { name: "Subject", value: "You are invited" },
    { name: "MIME-Version", value: "1.0" },
  ],
  commonHeaders: { from: ["Contoso <sign-up@contoso.com>"], to: [TO], messageId, subject: "You are invited" },
  tags: {
    "ses:operation": ["SendEmail"],
    "ses:configuration-set": ["set"],
    "ses:recipient-isp": ["UNKNOWN_ISP"],
    "ses:source-ip": ["192.0.2.0"],
    "ses:from-domain": ["contoso.com"],
    "ses:caller-identity": ["mail"],
  },
});
const bounce = (bounceType: string, bounceSubType: string) => (timestamp: string) => ({
  eventType: "Bounce",
  bounce: {
    ...{ feedbackId: "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000", bounceType, bounceSubType, timestamp },
    bouncedRecipients: [{ emailAddress: TO, action: "failed", status: "5.1.1", diagnosticCode: "smtp; 550 5.1.1 user unknown" }],
    reportingMTA: "dsn; mta.example.com",
  },
});
const complaint = (more: object) => (timestamp: string) => ({
  eventType: "Complaint",
  complaint: {
    ...{ feedbackId: "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000", timestamp, ...more },
    complainedRecipients: [{ emailAddress: TO }],
  },
});

/** By a name: the type of the event, and its detail at a time. */
const events = {
  delivered: [
    "Email Delivered",
    (timestamp) => ({
      eventType: "Delivery",
      delivery: {
        timestamp,
        processingTimeMillis: 11_893,
        recipients: [TO],
        smtpResponse: "250 2.6.0 Message received",
        reportingMTA: "mta.example.com",
      },
    }),
  ],
  delayed: [
    "Email Delivery Delayed",
    (timestamp) => ({
      eventType: "DeliveryDelay",
      deliveryDelay: {
        timestamp,
        delayType: "TransientCommunicationFailure",
        expirationTime: at(840),
        delayedRecipients: [{ emailAddress: TO, status: "4.4.1", diagnosticCode: "smtp; 421 4.4.1 Unable to connect to remote host" }],
      },
    }),
  ],
  "bounced for good": ["Email Bounced", bounce("Permanent", "General")],
  "bounced for now": ["Email Bounced", bounce("Transient", "MailboxFull")],
  undetermined: ["Email Bounced", bounce("Undetermined", "Undetermined")],
  "on SES's list": ["Email Bounced", bounce("Permanent", "Suppressed")],
  "on the account's list": ["Email Bounced", bounce("Permanent", "OnAccountSuppressionList")],
  complained: [
    "Email Complaint Received",
    complaint({ complaintSubType: null, userAgent: "Feedback loop", complaintFeedbackType: "abuse", arrivalDate: at(1) }),
  ],
  "complained without a report": ["Email Complaint Received", complaint({})],
  "complained before": ["Email Complaint Received", complaint({ complaintSubType: "OnAccountSuppressionList" })],
  rejected: ["Email Rejected", () => ({ eventType: "Reject", reject: { reason: "Bad content" } })],
  // Not asked for, and so never sent; heard of all the same, they change nothing.
  sent: ["Email Sent", () => ({ eventType: "Send", send: {} })],
  opened: ["Email Opened", (timestamp) => ({ eventType: "Open", open: { timestamp, ipAddress: "192.0.2.1", userAgent: "Mozilla/5.0" } })],
} satisfies Record<string, readonly [string, (timestamp: string) => object]>;
type EventName = keyof typeof events;

function makeEvent(name: EventName, minutes: number, messageId: string): object {
  const [type, makeDetail] = events[name];
  return {
    version: "0",
    id: `${name}-${minutes}`,
    "detail-type": type,
    source: "aws.ses",
    account: "123456789012",
    time: at(minutes),
    region: "eu-west-1",
    resources: ["arn:aws:ses:eu-west-1:123456789012:configuration-set/set"],
    detail: { ...makeDetail(at(minutes)), mail: mail(messageId) },
  };
}

let pages: TestConsole;
let folder: string;
let bus: Server;
let busUrl: string;
const published: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-mail-events-"));
  await writeBundle({ entry: sourceFile("features", "mails", "mail-events.lambda") }, folder);
  pages = await startConsole();
  await pages.post("/people/invite", "Approver", { addresses: TO, days: "14", sponsor: "", language: "", note: "" });
  bus = createServer(async (request, response) => {
    const { Entries = [] } = (await json(request)) as {
      readonly Entries?: readonly { readonly DetailType: string; readonly Detail: string }[];
    };
    published.push(...Entries.map(({ DetailType, Detail }) => `${DetailType} ${(JSON.parse(Detail) as { readonly state: string }).state}`));
    const isList = request.headers["x-amz-target"] === "AWSEvents.ListRules";
    response.end(
      JSON.stringify(
        isList ? { Rules: [{ Name: "all", State: "ENABLED" }] } : { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: "e" })) },
      ),
    );
  });
  busUrl = await listen(bus);
});
afterAll(async () => {
  await pages.close();
  bus.close();
});

/** Notes a message that was sent, and has the deployed function hear the events. Returns what it logged. */
async function hear(messageId: string, heard: readonly (readonly [EventName, number])[]): Promise<string> {
  const subject = { subject: requestSubject(invitationId(TO, undefined, hashOf)), personId: "person-1", reference: "K7QD-9MXD" };
  const clock = { now: () => Date.parse(SENT), startTimer: () => () => undefined } as never;
  await mailStateStore({ tables: pages.database.client, clock }, "ledger-test").sent(messageId, {
    kind: "invited",
    reader: "kim",
    subjects: [subject],
  });
  const sequence = heard.map(([name, minutes]) => makeEvent(name, minutes, messageId));
  const { stdout, stderr } = await promisify(execFile)(
    lambdaNode,
    [join(__dirname, "invoke.cjs"), join(folder, "index.js"), JSON.stringify(sequence)],
    {
      env: {
        AWS_REGION: "eu-west-1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_LAMBDA_FUNCTION_NAME: "test",
        AWS_ENDPOINT_URL_DYNAMODB: pages.database.endpoint,
        AWS_ENDPOINT_URL_EVENTBRIDGE: busUrl,
        LEDGER_TABLE: "ledger-test",
        EVENT_BUS: "bus",
      },
    },
  );
  const lines = stdout.trimEnd().split("\n");
  expect(JSON.parse(lines.at(-1) ?? "")).toEqual(heard.map(() => ({})));
  return [...lines.slice(0, -1), stderr].join("\n");
}

/** Each sequence of events, and what the row and the page then say. */
it.each<{ heard: readonly (readonly [EventName, number])[]; state: string; minutes?: number; why?: string; says: string }>([
  { heard: [["delivered", 1]], state: "handed-over", minutes: 1, says: "handed over to the reader&#39;s mail server" },
  { heard: [["delayed", 1]], state: "delayed", minutes: 1, why: "TransientCommunicationFailure", says: "delayed" },
  { heard: [["bounced for good", 1]], state: "bounced", minutes: 1, why: "Permanent/General", says: "came back for good" },
  { heard: [["bounced for now", 1]], state: "bounced", minutes: 1, why: "Transient/MailboxFull", says: "came back for now" },
  { heard: [["undetermined", 1]], state: "bounced", minutes: 1, why: "Undetermined/Undetermined", says: "came back" },
  { heard: [["on SES's list", 1]], state: "bounced", minutes: 1, why: "suppressed", says: "the address is on the suppression list" },
  {
    heard: [["on the account's list", 1]],
    state: "bounced",
    minutes: 1,
    why: "suppressed",
    says: "the address is on the suppression list",
  },
  { heard: [["complained", 1]], state: "complained", minutes: 1, why: "abuse", says: "marked as spam" },
  { heard: [["complained without a report", 1]], state: "complained", minutes: 1, says: "marked as spam" },
  { heard: [["complained before", 1]], state: "complained", minutes: 1, why: "suppressed", says: "the address is on the suppression list" },
  { heard: [["rejected", 1]], state: "rejected", minutes: 0, why: "Bad content", says: "rejected by SES" },
  { heard: [["sent", 0]], state: "sent", minutes: 0, says: "sent, nothing heard since" },
  {
    heard: [
      ["delivered", 1],
      ["opened", 2],
    ],
    state: "handed-over",
    minutes: 1,
    says: "handed over",
  },
  // Twice.
  {
    heard: [
      ["delivered", 1],
      ["delivered", 1],
    ],
    state: "handed-over",
    minutes: 1,
    says: "handed over",
  },
  {
    heard: [
      ["bounced for good", 1],
      ["bounced for good", 1],
    ],
    state: "bounced",
    minutes: 1,
    why: "Permanent/General",
    says: "came back for good",
  },
  // In order, and out of order.
  {
    heard: [
      ["delayed", 1],
      ["delivered", 9],
    ],
    state: "handed-over",
    minutes: 9,
    says: "handed over",
  },
  {
    heard: [
      ["delivered", 9],
      ["delayed", 1],
    ],
    state: "handed-over",
    minutes: 9,
    says: "handed over",
  },
  {
    heard: [
      ["delayed", 1],
      ["bounced for now", 840],
    ],
    state: "bounced",
    minutes: 840,
    why: "Transient/MailboxFull",
    says: "came back for now",
  },
  {
    heard: [
      ["bounced for now", 840],
      ["delayed", 1],
    ],
    state: "bounced",
    minutes: 840,
    why: "Transient/MailboxFull",
    says: "came back for now",
  },
  // Handed over never hides that it came back, or what the reader thinks of it.
  {
    heard: [
      ["delivered", 1],
      ["bounced for good", 5],
    ],
    state: "bounced",
    minutes: 5,
    why: "Permanent/General",
    says: "came back for good",
  },
  {
    heard: [
      ["bounced for good", 5],
      ["delivered", 9],
    ],
    state: "bounced",
    minutes: 5,
    why: "Permanent/General",
    says: "came back for good",
  },
  {
    heard: [
      ["delivered", 1],
      ["complained", 90],
    ],
    state: "complained",
    minutes: 90,
    why: "abuse",
    says: "marked as spam",
  },
  {
    heard: [
      ["complained", 90],
      ["delivered", 1],
    ],
    state: "complained",
    minutes: 90,
    why: "abuse",
    says: "marked as spam",
  },
  // A day later.
  {
    heard: [
      ["delivered", 1],
      ["complained", 1_440],
    ],
    state: "complained",
    minutes: 1_440,
    why: "abuse",
    says: "marked as spam",
  },
] as const)("the deployed function hears $heard: the row and the page say $state", async ({ heard, state, minutes = 0, why, says }) => {
  published.length = 0;
  const messageId = `0100-${state}-${heard.map(([name, minute]) => `${name}${minute}`).join("-")}`;
  const log = await hear(messageId, heard);
  const subject = requestSubject(invitationId(TO, undefined, hashOf));
  const lines = (await readMailLines(pages.database.client, "ledger-test", [subject], new Date())).get(subject) ?? [];
  const line = lines.find(({ id }) => id === messageId);
  expect(line).toEqual({
    id: messageId,
    kind: "invited",
    reader: "kim",
    state,
    at: at(minutes),
    sentAt: SENT,
    ...(why !== undefined && { why }),
  });
  expect(log).not.toContain("partner.com");
  // Other systems are told of each change once.
  expect(new Set(published).size).toBe(published.length);
  expect(published.at(-1)).toBe(state === "sent" ? undefined : `mail.changed.v1 ${state}`);
  // The page shows the newest message: this one alone.
  for (const other of lines)
    if (other.id !== messageId)
      await mailStateStore({ tables: pages.database.client, clock: { now: () => Date.parse(SENT) } as never }, "ledger-test").remove(
        { subject },
        other.id,
      );
  const html = await (await pages.get(`/people?email=${encodeURIComponent(TO)}`, "Reader")).text();
  expect(html).toContain(says);
});
