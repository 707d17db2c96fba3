import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context, SQSEvent } from "aws-lambda";
import type { AwsClient } from "../../../../adapters/aws/client";
import { awsMail } from "../../../../adapters/mail/send";
import { toItem } from "../../../../adapters/tables/item";
import { MAILING_PREFIX } from "../../../../adapters/tables/tasks";
import type { DomainEvent } from "../../../../engine/events/event-kind";
import type { ApprovalEvent, ApprovalRequested } from "../../../../features/approvals/build-event";
import { invitePerson } from "../../../../features/approvals/invite-person";
import type { ApprovalRequest } from "../../../../features/approvals/request";
import { beginFirstStage } from "../../../../features/approvals/stages";
import { approve, deny, expire, reopen } from "../../../../features/approvals/transitions";
import { approvalMailHandler } from "../../../../features/approvals/worker/approval-mail";
import { submitAsk } from "../../../../features/asks/ask";
import { resend } from "../../../../features/invitations/invitation";
import type { PartnerChanged } from "../../../../features/partners/events";
import type { LocalServer } from "../../../../local/aws/server";
import { serveMail } from "../../../../local/stand-ins/mail";
import { type AwsDouble, json, refuse, startAwsDouble } from "../../../adapters/aws/aws-double";
import { hashOf } from "../../../engine/sign-up/people";
import { awsWorld, captureOutput, lambdaContext } from "../../../lambda/invoke";
import { startDynamoDb, type TestDynamoDb, testCredentials } from "../../../support/dynamodb";
import { createKeyTable } from "../../../support/key-table";
import { requested, told } from "../mail-requests";
import { later, pending, rowOf } from "../requests";

const settings = { mailFrom: "gate@contoso.com", approvers: "it@contoso.com, boss@contoso.com", redirectUrl: "https://app.contoso.com/" };
const by = { kind: "cli", name: "kim" } as const;

/** Of whichever request is asked for; undefined: it cannot be read. */
let stored: ApprovalRequest | undefined;
/** Rows beside it, by their ids. */
let others: Readonly<Record<string, ApprovalRequest>> = {};
/** Who decides for whom, until when. */
let delegated: Readonly<Record<string, { readonly to: string; readonly until: string }>> = {};
let database: TestDynamoDb;
/** Whether the ledger takes writes. */
let isLedgerDown = false;
const tables = {
  call: async (
    action: string,
    input: { RequestItems: Record<string, { Keys: readonly { id: { S: string } }[] }>; Key?: { id: { S: string } } },
  ) => {
    const { RequestItems, Key } = input;
    if (action === "GetItem" && Key?.id.S.startsWith(MAILING_PREFIX)) return { Item: toItem(mailingAt(Key.id.S)) };
    if (action === "GetItem") return { Item: toItem({ id: "delegations", ...delegated }) };
    if (action === "PutItem") {
      if (isLedgerDown) throw new Error("down");
      return await database.client.call(action, input);
    }
    if (action === "UpdateItem") return {};
    if (stored === undefined) throw new Error("down");
    const [[name, { Keys }]] = Object.entries(RequestItems) as [[string, { Keys: readonly { id: { S: string } }[] }]];
    return { Responses: { [name]: Keys.map(({ id }) => toItem({ ...(others[id.S] ?? stored), id: id.S })) } };
  },
} as unknown as AwsClient;
/** As the console writes it; undone where it is called so. */
function mailingAt(id: string) {
  const done = { by: { id: "oid-kim", name: "Kim" }, at: told.time, what: "mailed", people: 1 };
  return { id, subject: id.slice("task/about/".length), notes: [], turn: 1, ...(!id.endsWith("undone") && { done }) };
}
const bus = { listRules: async () => ({}), putEvents: async () => ({ Entries: [{ EventId: "1" }] }) };
let outbox: string;
let mail: LocalServer;
let secrets: AwsDouble;
let output: ReturnType<typeof captureOutput>;
let handle: ReturnType<ReturnType<typeof approvalMailHandler>>;

beforeAll(async () => {
  database = await startDynamoDb();
  secrets = await startAwsDouble();
  Object.assign(process.env, {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    POWERTOOLS_SERVICE_NAME: "Gatehouse",
    APPROVAL_MAIL_SECRET: "arn:secret",
    APPROVALS_TABLE: "approvals",
    EVENT_BUS: "bus",
  });
});
afterAll(async () => {
  await database.close();
  await secrets.close();
});
beforeEach(async ({ task }) => {
  process.env.LEDGER_TABLE = `ledger-${task.id}`;
  await createKeyTable(database.client, process.env.LEDGER_TABLE, "ledger");
  isLedgerDown = false;
  outbox = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
  mail = await serveMail(outbox, { key: { ...testCredentials, region: "eu-west-1" } });
  process.env.AWS_ENDPOINT_URL_SESV2 = mail.url;
  handle = approvalMailHandler()({ ...awsWorld(), ...awsMail(), tables, bus });
  stored = rowOf(deny(pending({ answerWithinDays: 365 }), { by }, new Date(told.time)));
  given(settings);
  output = captureOutput();
});
afterEach(async () => {
  output.release();
  await mail.close();
  rmSync(outbox, { recursive: true });
});

function given(secret: object): void {
  secrets.will(json({ SecretString: JSON.stringify(secret) }));
}

const asked = (id: string, more: Partial<ApprovalRequested> = {}): ApprovalEvent => ({
  type: "approval.requested.v1",
  detail: { ...requested, id, ...more },
});
/** Of a request whose stage asks these. */
const asks = (...asked: readonly string[]) => ({ stage: { number: 1, of: 2, need: 1, votes: 0, asked } });
const denied = (id: string, email = "kim@contoso.com"): ApprovalEvent => ({
  type: "approval.decided.v1",
  detail: { ...told, id, email, decision: { verdict: "denied", by, at: told.time, note: "Not one of ours" } },
});

/** Numbers of the messages that the queue is to give out again. */
async function leftOf(events: readonly (DomainEvent | string)[], msLeft = 60_000): Promise<readonly number[]> {
  const Records = events.map((event, index) => ({
    messageId: String(index),
    body: typeof event === "string" ? event : JSON.stringify({ source: "gatehouse", "detail-type": event.type, detail: event.detail }),
  }));
  const context: Context = { ...lambdaContext, getRemainingTimeInMillis: () => msLeft };
  const { batchItemFailures } = await handle({ Records } as unknown as SQSEvent, context);
  return batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier));
}

/** The messages in the outbox, as text. */
const messages = () =>
  readdirSync(outbox)
    .filter((name) => name.endsWith(".txt"))
    .sort((one, other) => Number(/(\d+)\.txt/.exec(one)?.[1]) - Number(/(\d+)\.txt/.exec(other)?.[1]))
    .map((name) => readFileSync(join(outbox, name), "utf8"));
/** The mails in the outbox: each reader's message is written once, with all readers. */
const mails = () => {
  const readers = new Map<string, string[]>();
  for (const message of messages()) {
    const [, to = ""] = /^To: (.*)$/m.exec(message) ?? [];
    const mail = message.replace(/^To: .*$/m, "To: …");
    readers.set(mail, [...(readers.get(mail) ?? []), to]);
  }
  return [...readers].map(([mail, to]) => mail.replace("To: …", `To: ${to.join(", ")}`));
};
const said = () => output.lines().filter((line) => "message" in line && !("_aws" in line));
const counted = (metric = "MailsRefused") => output.lines().filter((line) => metric in line).length;

describe("a decision that was undone before its mail was sent", () => {
  it("causes no mail; while the request cannot be looked up, its event stays in the queue", async () => {
    stored = rowOf(reopen(stored as ApprovalRequest, { by }, new Date(Date.parse(told.time) + 1)));
    expect(await leftOf([denied("1")])).toEqual([]);
    stored = undefined;
    expect(await leftOf([denied("2")])).toEqual([0]);
    expect(mails()).toEqual([]);
  });
});

describe("the colleague who asked for a guest", () => {
  const at = new Date(told.time);
  const asker = { by: "oid-hana", name: "Hana", addresses: ["hana@contoso.com"] } as const;
  const email = "kim@partner.com";
  const invites = "invitation".padEnd(22, "x");
  const wish = { email, answerWithinDays: 14, days: 14, invites };
  const approved = rowOf(approve(rowOf(submitAsk(undefined, "ask".padEnd(22, "x"), asker, wish, hashOf, at)), { by }, at));
  const invited = rowOf(invitePerson(undefined, { email }, { by, code: "QH7K-93FN-XAMT", days: 14 }, hashOf, at));
  afterEach(() => {
    others = {};
  });

  it.each([
    { what: "stands", invitation: invited, told: 1 },
    { what: "was revoked before the mail went", invitation: rowOf(deny(invited, { by }, at)), told: 0 },
  ])("gets $told mails of an approval whose invitation $what", async ({ invitation, told: count }) => {
    stored = approved;
    others = { [invites]: invitation };
    const { id: requestId, decision } = approved;
    const detail = { ...told, id: `asked-${count}`, requestId, email, decision, ask: { name: "Hana", address: asker.addresses[0] } };
    expect(await leftOf([{ type: "approval.decided.v1", detail } as ApprovalEvent])).toEqual([]);
    expect(mails()).toHaveLength(count);
    for (const mail of mails()) expect(mail).toMatch(/To: hana@contoso\.com[\s\S]*The guest you asked for is approved/);
  });
});

describe("an invitation", () => {
  const sending = { by, code: "QH7K-93FN-XAMT", days: 14 };
  const at = new Date(told.time);
  const invited = rowOf(invitePerson(undefined, { email: "kim@contoso.com", language: "de" }, sending, hashOf, at));
  const { passUntil = "" } = invited;
  const sent = (id: string): ApprovalEvent => ({
    type: "invitation.sent.v1",
    detail: { ...told, id, locales: ["de"], invited: true, invitedBy: by, sponsor: "mina@contoso.com", passUntil },
  });
  const clocked = { now: () => at.getTime() + 1, startTimer: () => () => undefined };
  beforeEach(() => {
    stored = invited;
    handle = approvalMailHandler()({ ...awsWorld(), ...awsMail(), tables, clock: clocked });
  });

  it("sends its code only in the mail, in the person's language, and never to the log", async () => {
    expect(await leftOf([sent("1")])).toEqual([]);
    expect(mails()).toEqual([expect.stringMatching(/To: kim@contoso\.com\n.*eingeladen.*Code: QH7K-93FN-XAMT\n.*mina@contoso\.com/s)]);
    expect(JSON.stringify(said())).not.toMatch(/QH7K|kim@|mina@/);
  });

  it.each<{ since: string; row: ApprovalRequest | undefined; waits?: true }>([
    { since: "was taken back", row: rowOf(deny(invited, { by }, at)) },
    { since: "was sent again", row: rowOf(resend(invited, { ...sending, code: "AAAA-3333-CCCC" }, new Date(at.getTime() + 1))) },
    { since: "cannot be read", row: undefined, waits: true },
  ])("is not mailed if it $since before the mail is sent", async ({ row, waits }) => {
    stored = row;
    expect(await leftOf([sent("1")])).toEqual(waits ? [0] : []);
    expect(mails()).toEqual([]);
  });

  it("is reported to its sponsor once, in one mail a batch, if it ends unused and was not sent again", async () => {
    const ended = (id: string, more: object = {}) => {
      const detail = { ...told, id, requestId: id, from: "approved", invited: true, sponsor: "mina@contoso.com", ...more };
      return { type: "approval.expired.v1", detail } as ApprovalEvent;
    };
    stored = rowOf(expire(invited, new Date(passUntil)));
    const events = [
      ended("1"),
      ended("2", { email: "lee@contoso.com" }),
      ended("3", { sponsor: "no address" }),
      ended("5", { sponsor: "mina_fabrikam.com_ext_@contoso.com" }),
    ];
    expect(await leftOf(events)).toEqual([]);
    expect(await leftOf(events)).toEqual([]);
    const [only, ...others] = mails();
    expect(others).toEqual([]);
    expect(only).toMatch(
      /To: mina@contoso\.com\nSubject: An invitation has ended unused\n.*kim@contoso\.com.*invite resend .*lee@contoso\.com/s,
    );
    expect(JSON.stringify(said())).not.toMatch(/kim@|mina[@_]/);
    expect(JSON.stringify(said())).toContain("mail refused");
    stored = undefined;
    expect(await leftOf([ended("4")])).toEqual([0]);
    stored = rowOf(resend(invited, { ...sending, code: "AAAA-3333-CCCC" }, new Date(at.getTime() + 1)));
    expect(await leftOf([ended("4")])).toEqual([]);
    expect(mails()).toHaveLength(1);
  });

  it("causes no mail to the invited person if it is taken back or ends", async () => {
    const { detail } = denied("1");
    const taken = { type: "approval.decided.v1", detail: { ...detail, invited: true } } as ApprovalEvent;
    const ended = { type: "approval.expired.v1", detail: { ...told, id: "2", from: "approved", invited: true } } as ApprovalEvent;
    expect(await leftOf([taken, ended])).toEqual([]);
    expect(mails()).toEqual([]);
  });
});

describe("the mail about ending access", () => {
  const { id: _, time, reference, personId, email } = told;
  const detail = {
    time,
    accountId: "a",
    what: "reminded" as const,
    reference,
    personId,
    email,
    emailProven: true,
    by: "worker",
    until: "2027-01-31T00:00:00.000Z",
  };
  const reminded = (id: string): DomainEvent => ({ type: "access.changed.v1", detail: { ...detail, id, sponsor: "mina@contoso.com" } });

  it.each(["kim@contoso.com", "mina@contoso.com"])("reaches each person once, even if the mail to %s has to wait", async (busy) => {
    const got: string[] = [];
    let isBusy = true;
    const send = async ({ to }: { readonly to: readonly string[] }) => {
      if (isBusy && to.includes(busy)) throw new Error("busy");
      got.push(...to);
      return randomUUID();
    };
    handle = approvalMailHandler()({ ...awsWorld(), ...awsMail(), mail: send, tables });
    expect(await leftOf([reminded("1")])).toEqual([0]);
    isBusy = false;
    expect(await leftOf([reminded("1")])).toEqual([]);
    expect(await leftOf([reminded("1")])).toEqual([]);
    expect(got.sort()).toEqual(["kim@contoso.com", "mina@contoso.com"]);
  });
});

describe("the mail about an assignment", () => {
  const assigned = (id: string, email?: string): DomainEvent => {
    const to = { id: `oid-${email}`, name: "Dara Oduya", ...(email !== undefined && { email }) };
    const detail = { id, time: told.time, subject: "domain/northwind.example", to, by: { id: "oid-kim", name: "Kim" } };
    return { type: "task.assigned.v1", detail };
  };

  it("is sent once to each colleague for all assignments of a batch, and not sent if there is no address", async () => {
    const events = [assigned("1", "dara@contoso.com"), assigned("2", "dara@contoso.com"), assigned("3", "jae@contoso.com"), assigned("4")];
    expect(await leftOf(events)).toEqual([]);
    expect(await leftOf(events)).toEqual([]);
    const [dara, jae, ...others] = mails();
    expect(dara).toMatch(/To: dara@contoso\.com\n.*Subject: 2 tasks were assigned to you\n.*Task: domain.*Assigned by: Kim/s);
    expect(jae).toMatch(/To: jae@contoso\.com\n.*Subject: A task was assigned to you\n/s);
    expect(others).toEqual([]);
    expect(JSON.stringify(said())).not.toMatch(/dara|jae|Kim/);
  });
});

describe("people turned away by an outage", () => {
  const worksAgain = (
    id: string,
    decision: string,
    email: string,
    locales: readonly string[],
    mailing = "mailing/idology/t",
  ): DomainEvent => ({
    type: "sign-up.works-again.v1",
    detail: { id, time: told.time, mailing, decision, reference: "K7QD-9MXD", service: "idology", email, locales, by: "oid-kim" },
  });

  it("get one mail in their language, however many operators order it, and none if the order was undone", async () => {
    const events = [
      worksAgain("1", "d1", "kim@turned.example", ["ko"]),
      worksAgain("2", "d1", "kim@turned.example", ["ko"], "mailing/idology/another"),
      worksAgain("3", "d2", "lou@turned.example", []),
      worksAgain("4", "d3", "una@turned.example", ["de"], "mailing/idology/undone"),
      worksAgain("5", "d4", "Not Normal@turned.example", ["de"]),
    ];
    expect(await leftOf(events)).toEqual([]);
    expect(await leftOf(events)).toEqual([]);
    const [kim, lou, ...others] = mails();
    expect(kim).toMatch(
      /To: kim@turned\.example\n.*Subject: 다시 가입할 수 있습니다\n.*가입하기:\nhttps:\/\/app\.contoso\.com\/.*K7QD-9MXD/s,
    );
    expect(lou).toMatch(/To: lou@turned\.example\n.*Subject: You can sign up again\n.*Sign-up works again/s);
    expect(others).toEqual([]);
    expect(JSON.stringify(said())).not.toMatch(/turned\.example/);
  });
});

describe("the domains of partners", () => {
  const changed = (domain: string, state: PartnerChanged["state"]): DomainEvent => ({
    type: "partner.changed.v1",
    detail: { id: `${domain}.${state}`, time: told.time, domain, state, ...(state === "stale" && { until: "2026-07-08T00:00:00.000Z" }) },
  });

  it("are reported to the approvers when proven, stale or lapsed, in one mail a batch", async () => {
    const events = [changed("a.example", "proven"), changed("b.example", "stale"), changed("c.example", "lapsed")];
    expect(await leftOf([...events, changed("d.example", "pending"), changed("e.example", "removed")])).toEqual([]);
    expect(await leftOf(events)).toEqual([]);
    const [only, ...others] = mails();
    expect(others).toEqual([]);
    expect(only).toMatch(/To: it@contoso\.com, boss@contoso\.com\nSubject: News of a partner's domain\n/);
    expect(only).toMatch(/a\.example is proven.*b\.example: the TXT record is gone.*until July 8, 2026.*c\.example has lapsed/s);
    expect(only).not.toMatch(/[de]\.example/);
  });
});

describe("mails about new requests", () => {
  it("go to all approvers, from the address in the settings", async () => {
    expect(await leftOf([asked("1")])).toEqual([]);
    const [only, ...others] = mails();
    expect(others).toEqual([]);
    expect(only?.split("\n").slice(0, 5)).toEqual([
      "From: gate@contoso.com",
      "To: it@contoso.com, boss@contoso.com",
      "Subject: A sign-up request is waiting for your decision",
      "Auto-Submitted: auto-generated",
      "",
    ]);
    expect(only).toContain("npm run gate -- approvals approve K7QD-9MXD --stack Gatehouse --region eu-west-1\n");
  });

  it("go to each approver as a message of their own, so that one that bounces is about one person", async () => {
    expect(await leftOf([asked("1")])).toEqual([]);
    expect(messages().map((message) => message.split("\n")[1])).toEqual(["To: it@contoso.com", "To: boss@contoso.com"]);
  });

  it("of one batch are sent as one mail", async () => {
    expect(await leftOf([asked("1"), denied("2"), asked("3", { requestId: "other", email: "mina@contoso.com" })])).toEqual([]);
    expect(mails()).toHaveLength(2);
    expect(mails()[0]).toMatch(/2 sign-up requests.*kim@contoso.com.*mina@contoso.com/s);
  });

  it("are sent once, even if the event is delivered again", async () => {
    expect(await leftOf([asked("1"), asked("1")])).toEqual([]);
    expect(await leftOf([asked("1")])).toEqual([]);
    expect(mails()).toHaveLength(1);
  });

  it("go to a stage's approvers and to their present delegates, and to nobody twice", async () => {
    const until = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    delegated = {
      "lee@contoso.com": { to: "dan@contoso.com", until: until(1) },
      "ann@contoso.com": { to: "lee@contoso.com", until: until(1) },
      "pat@contoso.com": { to: "eve@contoso.com", until: until(-1) },
      "dan@contoso.com": { to: "far@contoso.com", until: until(1) },
    };
    expect(await leftOf([asked("1", asks("lee@contoso.com", "ann@contoso.com", "pat@contoso.com"))])).toEqual([]);
    delegated = {};
    expect(mails().map((mail) => mail.split("\n")[1])).toEqual(["To: lee@contoso.com, ann@contoso.com, pat@contoso.com, dan@contoso.com"]);
  });

  it("also go to the delegate of a code's approver", async () => {
    delegated = { "lee@contoso.com": { to: "dan@contoso.com", until: new Date(Date.now() + 86_400_000).toISOString() } };
    expect(await leftOf([asked("1", { askedOf: "lee@contoso.com" })])).toEqual([]);
    delegated = {};
    expect(mails().map((mail) => mail.split("\n")[1])).toEqual(["To: lee@contoso.com, dan@contoso.com"]);
  });

  it("go to a stage's addresses, and also to the approvers in the settings if the stage asks a role", async () => {
    const events = [
      asked("1", asks("lee@contoso.com")),
      asked("2", asks("ann@contoso.com", "role:Partners")),
      asked("3", asks("role:Partners")),
    ];
    expect(await leftOf(events)).toEqual([]);
    expect(messages().map((message) => message.split("\n")[1])).toEqual([
      "To: lee@contoso.com",
      ...["To: ann@contoso.com", "To: it@contoso.com", "To: boss@contoso.com"],
      ...["To: it@contoso.com", "To: boss@contoso.com"],
    ]);
  });

  it("after a vote go only to the approvers of the next stage, and to the person if the policy wants that", async () => {
    const on = (id: string, change: string, more: object = {}): DomainEvent =>
      ({
        ...asked(id, { stage: { number: 2, of: 2, need: 1, votes: 0, asked: ["lee@contoso.com"] }, ...{ change, ...more } } as never),
        type: "approval.stage.v1",
      }) as DomainEvent;
    expect(await leftOf([on("1", "voted")])).toEqual([]);
    expect(mails()).toEqual([]);
    expect(await leftOf([on("2", "passed", { news: true })])).toEqual([]);
    // Its voter took it back meanwhile.
    stored = pending(
      beginFirstStage(
        [
          { by: ["a@contoso.com"], need: 1 },
          { by: ["lee@contoso.com"], need: 1 },
        ],
        true,
        new Date(told.time),
      ),
    );
    expect(await leftOf([on("3", "passed", { news: true }), on("4", "withdrawn")])).toEqual([]);
    expect(mails().map((mail) => mail.split("\n").slice(1, 3))).toEqual([
      ["To: lee@contoso.com", "Subject: Next stage: sign-up requests waiting for your decision (1)"],
      ["To: kim@contoso.com", "Subject: 가입 요청이 다음 단계로 넘어갔습니다"],
    ]);
  });

  const step = (id: string, change: string, asked: readonly string[], more: object = {}): DomainEvent => ({
    type: "approval.stage.v1",
    detail: { ...requested, id, stage: { number: 1, of: 1, need: 1, votes: 0, asked }, change, ...more } as never,
  });
  const heads = () => mails().map((mail) => mail.split("\n").slice(1, 3).join(" ").replace("Subject: ", ""));

  it.each([
    { change: "escalated", mailed: [] },
    { change: "voted", mailed: [] },
    { change: "reminded", mailed: ["To: lee@contoso.com Reminder: sign-up requests waiting for your decision (1)"] },
  ])("report an escalation only to the people whom it adds: $change", async ({ change, mailed }) => {
    delegated = { "ann@contoso.com": { to: "lee@contoso.com", until: new Date(Date.now() + 86_400_000).toISOString() } };
    const event = step("1", change, ["lee@contoso.com", "ann@contoso.com"], { escalatedTo: ["ann@contoso.com"] });
    for (const _ of ["first", "again"]) expect(await leftOf([event])).toEqual([]);
    delegated = {};
    expect(heads()).toEqual([...mailed, "To: ann@contoso.com Escalated to you: sign-up requests waiting for a decision (1)"]);
  });

  it("do not report an escalation from role to role: the approvers in the settings already have a mail", async () => {
    expect(await leftOf([step("1", "escalated", ["role:Desk", "role:Partners"], { escalatedTo: ["role:Partners"] })])).toEqual([]);
    expect(mails()).toEqual([]);
    expect(await leftOf([step("2", "escalated", ["lee@contoso.com", "role:Partners"], { escalatedTo: ["role:Partners"] })])).toEqual([]);
    expect(heads()).toEqual(["To: it@contoso.com, boss@contoso.com Escalated to you: sign-up requests waiting for a decision (1)"]);
  });

  it("are sent again if a request is reopened, but after an undo only if the undo has ended the mails' links", async () => {
    stored = pending();
    expect(await leftOf([asked("1", { reopened: "undone" })])).toEqual([]);
    expect(mails()).toEqual([]);
    expect(await leftOf([asked("2", { reopened: "again" })])).toEqual([]);
    const again = "Open again: sign-up requests waiting for your decision (1)";
    expect(heads()).toEqual([`To: it@contoso.com, boss@contoso.com ${again}`]);
    vi.stubEnv("DECIDE_URL", "https://decide.example/decide");
    handle = approvalMailHandler()({ ...awsWorld(), ...awsMail(), tables });
    expect(await leftOf([asked("3", { reopened: "undone" })])).toEqual([]);
    vi.unstubAllEnvs();
    expect(messages().slice(2)).toEqual(
      ["it", "boss"].map((name) => expect.stringContaining(`To: ${name}@contoso.com\nSubject: ${again}`)),
    );
  });

  it.each([
    { given: "approved again", request: rowOf(approve(pending(), { by: { kind: "console", name: "lee" } }, later(1))) },
    { given: "denied", request: rowOf(deny(pending(), { by: { kind: "console", name: "lee" } }, later(1))) },
  ])("do not report an undo if the request was $given meanwhile", async ({ request }) => {
    vi.stubEnv("DECIDE_URL", "https://decide.example/decide");
    handle = approvalMailHandler()({ ...awsWorld(), ...awsMail(), tables });
    stored = request;
    expect(await leftOf([asked("1", { reopened: "undone" }), step("2", "withdrawn", ["lee@contoso.com"])])).toEqual([]);
    vi.unstubAllEnvs();
    expect(mails()).toEqual([]);
  });

  it.each([
    { given: "taken back and given again", votedAt: later(2), mailed: 0 },
    { given: "taken back, whatever others voted before", votedAt: later(0), mailed: 1 },
  ])("are sent after a vote was $given; number of mails: $mailed", async ({ votedAt, mailed }) => {
    vi.stubEnv("DECIDE_URL", "https://decide.example/decide");
    handle = approvalMailHandler()({ ...awsWorld(), ...awsMail(), tables });
    const list = [{ by: ["lee@contoso.com", "ann@contoso.com"], need: 2 }];
    const vote = { stage: 0, by, who: ["ann@contoso.com"], at: votedAt.toISOString() };
    stored = { ...pending(), stages: { list, running: 0, since: requested.requestedAt, votes: [vote] } };
    expect(await leftOf([step("1", "withdrawn", ["lee@contoso.com"], { time: later(1).toISOString() })])).toEqual([]);
    vi.unstubAllEnvs();
    expect(mails()).toHaveLength(mailed);
  });

  it("are logged with code, kind and event, and nothing about a person", async () => {
    expect(await leftOf([asked("1"), step("2", "reminded", ["lee@contoso.com"]), denied("3")])).toEqual([]);
    const sent = { level: "INFO", message: "mail sent" };
    const codes = { references: [requested.reference] };
    expect(said()).toMatchObject([
      { ...sent, to: "approvers", mail: "new", events: ["1"], ...codes },
      { ...sent, to: "approvers", mail: "new", events: ["1"], ...codes },
      { ...sent, to: "approvers", mail: "reminder", events: ["2"], ...codes },
      { ...sent, to: "applicant", mail: "applicant", events: ["3"], reference: told.reference },
    ]);
    expect(output.text()).not.toContain("@");
  });

  it("go only to the approver whose code the person used, in one mail for all requests of that approver", async () => {
    given({ ...settings, approvers: "" });
    const of = (id: string, askedOf: string) => asked(id, { requestId: id, askedOf, email: `${id}@contoso.com` });
    expect(await leftOf([of("1", "lee@contoso.com"), of("2", "min@contoso.com"), of("3", "lee@contoso.com")])).toEqual([]);
    expect(mails()).toHaveLength(2);
    expect(mails()[0]).toMatch(/To: lee@contoso.com\n.*1@contoso.com.*3@contoso.com/s);
    expect(mails()[1]).toMatch(/To: min@contoso.com\n.*2@contoso.com/s);
  });

  it.each(["refused@contoso.com", "no address", "lee_fabrikam.com#ext#@contoso.onmicrosoft.com"])(
    "go to the approvers in the settings if the code's approver is refused: %s",
    async (askedOf) => {
      expect(await leftOf([asked("1", { askedOf })])).toEqual([]);
      expect(mails()).toHaveLength(1);
      expect(mails()[0]).toContain("To: it@contoso.com, boss@contoso.com\n");
      expect(JSON.stringify(said())).not.toContain(askedOf);
    },
  );

  it("are not sent for a person on the waiting list", async () => {
    expect(await leftOf([asked("1", { waitlist: true })])).toEqual([]);
    expect(mails()).toEqual([]);
  });

  it("are not sent if there are no approvers", async () => {
    given({ ...settings, approvers: "" });
    expect(await leftOf([asked("1"), denied("2")])).toEqual([]);
    expect(mails()).toHaveLength(1);
    expect(mails()[0]).toContain("To: kim@contoso.com\n");
  });

  it("stay in the queue if SES refuses an approver, and raise an alarm", async () => {
    given({ ...settings, approvers: "refused@contoso.com" });
    expect(await leftOf([asked("1"), denied("2")])).toEqual([0]);
    expect(said()).toMatchObject([
      { level: "ERROR", message: "mail refused", to: "approvers", error: "MessageRejected", references: ["K7QD-9MXD"] },
      { level: "INFO", message: "mail sent", to: "applicant" },
    ]);
    expect(counted()).toBe(1);
  });
});

describe("the mail to the person who asked", () => {
  it("reports the decision in their language, without the approver's note", async () => {
    expect(await leftOf([denied("1")])).toEqual([]);
    expect(mails()[0]).toContain("Subject: 가입 요청이 거부되었습니다\n");
    expect(mails()[0]).not.toContain("Not one of ours");
  });

  it("is not sent about an approval whose account is still to be made", async () => {
    const decision = { verdict: "approved", by, at: told.time } as const;
    expect(await leftOf([{ type: "approval.decided.v1", detail: { ...told, decision } }])).toEqual([]);
    expect(mails()).toEqual([]);
  });

  it.each([
    { what: "SES refuses", email: "refused@contoso.com", error: "MessageRejected" },
    { what: "is none", email: "kim@contoso.com, all@contoso.com", error: "Address" },
    { what: "has a line break", email: "kim@contoso.com\r\nBcc: all@contoso.com", error: "Address" },
  ])("is given up and counted for an address that $what, and no log shows the address", async ({ email, error }) => {
    expect(await leftOf([denied("1", email), denied("2")])).toEqual([]);
    expect(mails()).toHaveLength(1);
    expect(said()[0]).toMatchObject({ level: "ERROR", message: "mail refused", error, reference: told.reference });
    expect(counted()).toBe(1);
    expect(output.text()).not.toContain("contoso.com");
  });

  it("is sent in the same run if SES is busy only for a moment", async () => {
    expect(await leftOf([denied("1", "busy@contoso.com")])).toEqual([]);
    expect(mails()).toHaveLength(1);
  });
});

it("a mail that has to wait does not delay the others of its event, which are sent once", async () => {
  given({ ...settings, approvers: "refused@contoso.com" });
  const stage = { number: 2, of: 2, need: 1, votes: 0, asked: ["role:Partners"] };
  const event = { ...asked("1", { stage, change: "passed", news: true } as never), type: "approval.stage.v1" } as DomainEvent;
  for (const _ of ["first", "again"]) {
    expect(await leftOf([event])).toEqual([0]);
    expect(mails().map((mail) => mail.split("\n")[1])).toEqual(["To: kim@contoso.com"]);
  }
});

describe("a mail that cannot be sent now is left to the queue", () => {
  it("if SES does not answer", async () => {
    await mail.close();
    expect(await leftOf([asked("1"), denied("2")])).toEqual([0, 1]);
    expect(said()).toMatchObject([
      { level: "WARN", message: "mail not sent", to: "approvers" },
      { level: "WARN", message: "mail not sent", to: "approvers" },
      { level: "WARN", message: "mail not sent", to: "applicant" },
    ]);
    expect(counted()).toBe(0);
    expect(output.text()).not.toContain("contoso.com");
  });

  it("if time is short, since an interrupted mail would be sent again", async () => {
    expect(await leftOf([denied("1"), asked("2"), denied("3")], 5_000)).toEqual([0, 1, 2]);
    expect(mails()).toEqual([]);
  });

  it.each([
    { what: "are no JSON", secret: json({ SecretString: "?" }), why: /holds no JSON object/ },
    { what: "lack the link", secret: json({ SecretString: '{"mailFrom":"gate@contoso.com"}' }), why: /redirectUrl/ },
    { what: "are not there", secret: refuse("ResourceNotFoundException"), why: /holds no JSON object/ },
  ])("if the settings $what", async ({ secret, why }) => {
    secrets.will(secret);
    expect(await leftOf([asked("1"), denied("2")])).toEqual([0, 1]);
    expect(said()).toMatchObject([
      { level: "ERROR", message: "mail settings unusable", error: "SettingsError", why: expect.stringMatching(why) },
    ]);
    expect(counted("ApprovalSettingsUnusable")).toBe(1);
  });

  it("if the settings cannot be read for a moment, without a call for an operator", async () => {
    secrets.will(refuse("AccessDeniedException"));
    expect(await leftOf([asked("1")])).toEqual([0]);
    expect(said()).toMatchObject([{ level: "ERROR", message: "mail settings unusable" }]);
    expect(counted("ApprovalSettingsUnusable")).toBe(0);
  });

  it.each<{ what: string; message: string | ApprovalEvent }>([
    { what: "no JSON", message: "?" },
    { what: "null", message: "null" },
    { what: "empty", message: '{"detail":{}}' },
    { what: "of another kind", message: { ...asked("1"), type: "sign-up.decided.v1" as never } },
    { what: "without a legible time", message: asked("1", { answerBy: "soon" }) },
    { what: "without languages", message: asked("1", { locales: undefined as never }) },
    {
      what: "with a link that is none",
      message: { type: "account.created.v1", detail: { ...told, accountId: "1", redeemUrl: "javascript:alert(1)" } },
    },
  ])("if the message is $what, while the rest of the batch is handled", async ({ message }) => {
    expect(await leftOf([message, asked("2"), denied("3")])).toEqual([0]);
    expect(said()[0]).toMatchObject({ level: "ERROR", message: "event unreadable" });
    expect(mails()).toHaveLength(2);
  });
});

it("no mail is sent without a sender in the settings", async () => {
  given({ ...settings, mailFrom: "" });
  expect(await leftOf([asked("1"), denied("2")])).toEqual([]);
  expect(mails()).toEqual([]);
});

describe("the mail function", () => {
  const clock = { now: () => now, startTimer: () => () => undefined };
  let now: number;
  /** Who got mail, in the order in which it went out. */
  let got: string[];
  /** Whom SES refuses, and whom it leaves waiting. */
  let refused: readonly string[];
  let waiting: readonly string[];
  const send = async ({ to }: { readonly to: readonly string[] }) => {
    if (to.some((each) => waiting.includes(each))) throw new Error("busy");
    if (to.some((each) => refused.includes(each))) throw Object.assign(new Error("refused"), { name: "MessageRejected" });
    got.push(...to);
    return randomUUID();
  };
  /** As if Lambda started another environment: nothing is left in memory. */
  function container(mail = send): void {
    const mailAccount = async () => ({ isSending: true, isInProduction: true, isQuotaSpent: false, rate: 14 });
    handle = approvalMailHandler()({ ...awsWorld(), mail, mailAccount, tables, clock });
  }
  const decidesFromMail = () => {
    vi.stubEnv("DECIDE_URL", "https://decide.example/decide");
    container();
  };
  beforeEach(() => {
    now = Date.now();
    [got, refused, waiting] = [[], [], []];
    container();
  });
  afterEach(() => vi.unstubAllEnvs());

  it("sends each mail once, whichever Lambda environment receives the event next", async () => {
    expect(await leftOf([asked("1"), denied("2")])).toEqual([]);
    container();
    expect(await leftOf([asked("1"), denied("2"), asked("3", { requestId: "other", email: "mina@contoso.com" })])).toEqual([]);
    expect(got).toEqual(["it@contoso.com", "boss@contoso.com", "kim@contoso.com", "it@contoso.com", "boss@contoso.com"]);
  });

  it("sends a mail at the next try if it could not be sent", async () => {
    waiting = ["kim@contoso.com"];
    expect(await leftOf([denied("1")])).toEqual([0]);
    waiting = [];
    container();
    expect(await leftOf([denied("1")])).toEqual([]);
    expect(got).toEqual(["kim@contoso.com"]);
  });

  it("waits while an interrupted function may still send the mail, then sends the mail itself", async () => {
    container(() => new Promise(() => undefined));
    void leftOf([denied("1")]);
    await vi.waitFor(async () => {
      const { Count } = await database.client.call<{ Count: number }>("Scan", { TableName: process.env.LEDGER_TABLE });
      expect(Count).toBe(1);
    });
    given(settings);
    container();
    expect(await leftOf([denied("1")])).toEqual([0]);
    expect(got).toEqual([]);
    // The queue's next delivery.
    now += 7 * 60_000;
    expect(await leftOf([denied("1")])).toEqual([]);
    expect(got).toEqual(["kim@contoso.com"]);
  });

  it("sends nothing yet if an earlier try may have sent the mail", async () => {
    isLedgerDown = true;
    expect(await leftOf([denied("1")])).toEqual([0]);
    expect(got).toEqual([]);
  });

  it("does not begin to send if SES and the ledger may need more than the time left", async () => {
    expect(await leftOf([denied("1")], 25_000)).toEqual([0]);
    expect(got).toEqual([]);
  });

  it("sends one mail to each of many approvers about many requests, even if one mail has to wait", async () => {
    decidesFromMail();
    const names = Array.from({ length: 11 }, (_, index) => `approver${index}@contoso.com`);
    const events = Array.from({ length: 100 }, (_, index) => asked(`${index}`, { requestId: `r${index}`, ...asks(...names) }));
    waiting = [names[10] as string];
    expect(await leftOf(events)).toHaveLength(100);
    waiting = [];
    expect(await leftOf(events)).toEqual([]);
    expect(got).toEqual(names);
  });

  it("does not fall back on the approvers in the settings if SES refuses only one of the asked approvers", async () => {
    decidesFromMail();
    const event = asked("1", asks("ann@contoso.com", "lee@contoso.com"));
    waiting = ["lee@contoso.com"];
    expect(await leftOf([event])).toEqual([0]);
    [waiting, refused] = [[], ["lee@contoso.com"]];
    expect(await leftOf([event])).toEqual([]);
    expect(got).toEqual(["ann@contoso.com"]);
  });

  it.each([false, true])("sends one mail to a mailbox with several spellings, with separate links: %s", async (links) => {
    if (links) decidesFromMail();
    expect(await leftOf([asked("1", asks("k.im@gmail.com", "kim@gmail.com", "lee@contoso.com"))])).toEqual([]);
    expect(got).toEqual(["k.im@gmail.com", "lee@contoso.com"]);
  });
});

it("a request with two simultaneous events appears in the mail once, in its present state", async () => {
  const later = new Date(Date.parse(requested.time) + 60_000).toISOString();
  const { stage } = asks("lee@contoso.com");
  const reminded = {
    type: "approval.stage.v1",
    detail: { ...requested, id: "2", time: later, stage, displayName: "Kim the Second", change: "reminded" },
  };
  expect(await leftOf([reminded as DomainEvent, asked("1", { stage })])).toEqual([]);
  expect(mails()).toHaveLength(1);
  expect(mails()[0]).toContain("Subject: A sign-up request is waiting for your decision\n");
  expect(mails()[0]?.match(/^Name: .*$/gm)).toEqual(["Name: Kim the Second"]);
});
