import type { Context, ScheduledEvent, SQSEvent } from "aws-lambda";
import * as v from "valibot";
import { readMailLines } from "../../../../adapters/mail/mail-states";
import type { MailAccount } from "../../../../adapters/mail/send";
import { waitingMails } from "../../../../adapters/mail/waiting-mails";
import { toItem } from "../../../../adapters/tables/item";
import { readWorkFailures } from "../../../../adapters/tables/work-notes";
import type { World } from "../../../../adapters/world";
import type { DomainEvent } from "../../../../engine/events/event-kind";
import { requestSubject } from "../../../../engine/tasks/task";
import { buildApprovalEvent } from "../../../../features/approvals/build-event";
import { invitePerson } from "../../../../features/approvals/invite-person";
import type { ApprovalRequest } from "../../../../features/approvals/request";
import { approvalMailHandler } from "../../../../features/approvals/worker/approval-mail";
import { revokeInvitation } from "../../../../features/invitations/invitation";
import { events as mailEvents } from "../../../../features/mails/events";
import { hashOf } from "../../../engine/sign-up/people";
import { lambdaContext } from "../../../lambda/invoke";
import { memoryWorld } from "../../../memory/world";
import { createKeyTable } from "../../../support/key-table";
import { rowOf } from "../requests";

const by = { kind: "cli", name: "kim" } as const;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const BEGINNING = Date.parse("2026-11-02T09:00:00.000Z");
const FROM = "gate@contoso.com";
const unverified = (identity: string) =>
  refusal("MessageRejected", `Email address is not verified. The following identities failed the check in region EU-WEST-1: ${identity}`);

function refusal(name: string, message = "No."): Error {
  return Object.assign(new Error(message), { name });
}

/** The mail function over tables in memory, with SES as it is at the moment. */
async function makePost(bus: Partial<World["bus"]> = {}) {
  let now = BEGINNING;
  const account: { -readonly [K in keyof MailAccount]: MailAccount[K] } = {
    ...{ isSending: true, isInProduction: true, isQuotaSpent: false },
    rate: 1_000,
  };
  const ses: { refuse(to: string): Error | undefined; answers?: Error; tries: number; asked: number } = {
    ...{ refuse: () => undefined, tries: 0, asked: 0 },
  };
  const got: string[] = [];
  const settings = {
    APPROVALS_TABLE: "approvals",
    LEDGER_TABLE: "ledger",
    EVENT_BUS: "bus",
    APPROVAL_MAIL_SECRET: "mail",
    POWERTOOLS_SERVICE_NAME: "Gatehouse",
    AWS_REGION: "eu-west-1",
  };
  const secrets = { mail: JSON.stringify({ mailFrom: FROM, approvers: "it@contoso.com", redirectUrl: "https://app.contoso.com/" }) };
  const { world, observed } = memoryWorld({ settings, secrets, clock: { now: () => now, startTimer: () => () => undefined } as never });
  for (const table of ["approvals", "ledger"] as const) await createKeyTable(world.tables, table, table);
  const mailing = {
    ...world,
    bus: { ...world.bus, ...bus },
    async mail({ to }: { readonly to: readonly string[] }) {
      ses.tries += 1;
      for (const each of to) {
        const error = ses.refuse(each);
        if (error !== undefined) throw error;
      }
      got.push(...to);
      return `message-${ses.tries}`;
    },
    mailAccount: async () => {
      ses.asked += 1;
      if (ses.answers !== undefined) throw ses.answers;
      return account;
    },
  };
  const handle = approvalMailHandler()(mailing);
  const context = (msLeft = 60_000): Context => ({ ...lambdaContext, getRemainingTimeInMillis: () => msLeft });
  return {
    ses,
    account,
    got,
    observed,
    pass: (ms: number) => {
      now += ms;
    },
    now: () => new Date(now),
    /** Returns how many messages the queue delivers again. */
    async deliver(...events: readonly DomainEvent[]) {
      const Records = events.map(({ type, detail }, index) => ({
        messageId: String(index),
        body: JSON.stringify({ "detail-type": type, detail }),
      }));
      return (await handle({ Records } as SQSEvent, context())).batchItemFailures.length;
    },
    tick: async (msLeft?: number) => void (await handle({} as ScheduledEvent, context(msLeft))),
    /** A start that has time for so many tries. */
    async tickFor(tries: number) {
      const end = ses.tries + tries;
      const timed = { ...context(), getRemainingTimeInMillis: () => (ses.tries < end ? 60_000 : 0) };
      await handle({} as ScheduledEvent, timed);
    },
    store: (request: ApprovalRequest) => world.tables.call("PutItem", { TableName: "approvals", Item: toItem(request) }),
    lines: async ({ id }: ApprovalRequest) =>
      (await readMailLines(world.tables, "ledger", [requestSubject(id)], new Date(now))).get(requestSubject(id)) ?? [],
    forget: (id: string) => world.tables.call("DeleteItem", { TableName: "ledger", Key: toItem({ id }) }),
    head: async () => await waitingMails(world, "ledger").head(),
    failures: async () => (await readWorkFailures(world.tables, "ledger", new Date(now))).get("mails") ?? [],
    text: () => JSON.stringify(observed.lines),
  };
}

type Post = Awaited<ReturnType<typeof makePost>>;

/** Invites a person and returns the row with its event. */
async function invite(post: Post, email: string): Promise<{ readonly row: ApprovalRequest; readonly event: DomainEvent }> {
  const row = rowOf(invitePerson(undefined, { email }, { by, code: "QH7K-93FN-XAMT", days: 14 }, hashOf, post.now()));
  await post.store(row);
  return { row, event: buildApprovalEvent(undefined, row) as DomainEvent };
}

const faults: readonly {
  readonly given: string;
  readonly fault: string;
  readonly error: Error;
  readonly account?: Partial<MailAccount>;
}[] = [
  { given: "the sender's address is not verified", fault: "sender-unverified", error: unverified("gate@contoso.com") },
  { given: "the sender's domain is not verified", fault: "sender-unverified", error: unverified("other@x.example, contoso.com") },
  { given: "the sender is named in capitals", fault: "sender-unverified", error: unverified("Gate@Contoso.com") },
  {
    given: "the account is in the sandbox",
    fault: "sandbox",
    error: unverified("kim@partner.example"),
    account: { isInProduction: false },
  },
  { given: "sending is off", fault: "paused", error: refusal("MessageRejected"), account: { isSending: false } },
  { given: "the quota is spent, as the account says", fault: "quota", error: refusal("MessageRejected"), account: { isQuotaSpent: true } },
  { given: "the quota is spent", fault: "quota", error: refusal("TooManyRequestsException", "Daily message quota exceeded.") },
  { given: "the account is suspended", fault: "suspended", error: refusal("AccountSuspendedException") },
  { given: "sending is paused", fault: "paused", error: refusal("SendingPausedException") },
  { given: "the MAIL FROM domain is not verified", fault: "mail-from-unverified", error: refusal("MailFromDomainNotVerifiedException") },
  { given: "there are too many", fault: "limit", error: refusal("LimitExceededException") },
  { given: "the configuration set is missing", fault: "configuration-set", error: refusal("NotFoundException") },
  { given: "the function may not send", fault: "access-denied", error: refusal("AccessDeniedException") },
  { given: "the function may not send, by another name", fault: "access-denied", error: refusal("AccessDenied") },
];

it("other systems hear that a mail waits, why, and that it was not sent", async () => {
  const post = await makePost();
  const { row, event } = await invite(post, "kim@partner.example");
  const { detail, type } = event;
  const heard = () => post.observed.events.map(({ type: name, detail: told }) => [name, told]);
  const about = { mail: type, about: requestSubject(row.id), reference: row.reference, personId: row.personId };
  const told = (state: string, why: string, more: object = {}) => {
    const id = `${detail.id}.${about.about}.${state === "waiting" ? `waiting.${why}` : state}`;
    return ["mail.changed.v1", expect.objectContaining({ id, state, why, ...about, ...more })];
  };
  post.ses.refuse = () => refusal("SendingPausedException");
  await post.deliver(event);
  expect(heard()).toEqual([told("waiting", "paused", { time: new Date(BEGINNING).toISOString() })]);
  post.ses.refuse = () => refusal("AccountSuspendedException");
  for (const wait of [HOUR, HOUR]) {
    post.pass(wait);
    await post.tick();
  }
  post.pass(31 * DAY);
  await post.tick();
  expect(heard().slice(1)).toEqual([told("waiting", "suspended"), told("not-sent", "suspended")]);
  for (const each of post.observed.events) expect(v.is(mailEvents["mail.changed.v1"].schema, each.detail)).toBe(true);
  expect(JSON.stringify(post.observed.events)).not.toContain("@");
});

it("other systems hear that SES refused an address", async () => {
  const post = await makePost();
  const { event } = await invite(post, "kim@partner.example");
  post.ses.refuse = () => refusal("BadRequestException");
  await post.deliver(event);
  expect(post.observed.events).toMatchObject([
    { type: "mail.changed.v1", detail: { state: "not-sent", why: "BadRequestException", mail: "invited" } },
  ]);
});

it("a mail waits and is noted although the bus takes no event", async () => {
  const post = await makePost({ putEvents: async () => Promise.reject(new Error("off")) });
  const { row, event } = await invite(post, "kim@partner.example");
  post.ses.refuse = () => refusal("SendingPausedException");
  expect(await post.deliver(event)).toBe(0);
  expect(await post.lines(row)).toMatchObject([{ state: "waiting", why: "paused" }]);
});

describe("a refusal for the sender's fault", () => {
  it.each(faults)("loses no mail: $given", async ({ fault, error, account = {} }) => {
    const post = await makePost();
    const { event } = await invite(post, "kim@partner.example");
    post.ses.refuse = () => error;
    Object.assign(post.account, account);
    expect(await post.deliver(event)).toBe(0);
    expect(await post.failures()).toMatchObject([{ part: "sender", why: fault, waiting: 1 }]);
    post.ses.refuse = () => undefined;
    post.pass(DAY);
    await post.tick();
    expect(post.got).toEqual(["kim@partner.example"]);
    await post.tick();
    expect(post.got).toHaveLength(1);
    post.pass(HOUR);
    expect(await post.failures()).toEqual([]);
    expect(post.text()).not.toContain("@");
  });

  it.each([
    { given: "the reader's address is invalid", error: refusal("BadRequestException") },
    { given: "SES finds a virus", error: refusal("MessageRejected") },
    { given: "another identity is named, in production", error: unverified("kim@partner.example, notcontoso.com") },
  ])("is none if $given: the mail is refused", async ({ error }) => {
    const post = await makePost();
    const { event } = await invite(post, "kim@partner.example");
    post.ses.refuse = () => error;
    expect(await post.deliver(event)).toBe(0);
    expect(await post.failures()).toMatchObject([{ part: "refused" }]);
    post.ses.refuse = () => undefined;
    post.pass(DAY);
    await post.tick();
    expect(post.got).toEqual([]);
  });

  it("is not known if SES does not say and the account cannot be read: the queue delivers the mail again", async () => {
    const post = await makePost();
    const { event } = await invite(post, "kim@partner.example");
    post.ses.refuse = () => refusal("MessageRejected");
    Object.defineProperty(post.account, "isSending", { get: () => expect.unreachable() });
    expect(await post.deliver(event)).toBe(1);
  });

  it("asks for the account once a minute at most", async () => {
    const post = await makePost();
    Object.assign(post.account, { isInProduction: false });
    post.ses.refuse = () => unverified("kim@partner.example");
    const invited = await Promise.all(["a", "b", "c"].map((name) => invite(post, `${name}@partner.example`)));
    await post.deliver(...invited.map(({ event }) => event));
    expect(post.ses).toMatchObject({ tries: 3, asked: 1 });
    // The schedule sends the waiting ones, and asks how fast it may.
    await post.tick();
    expect(post.ses).toMatchObject({ tries: 4, asked: 1 });
  });
});

describe("waiting mails", () => {
  async function waitTogether(count: number): Promise<{ readonly post: Post; readonly rows: readonly ApprovalRequest[] }> {
    const post = await makePost();
    post.ses.refuse = () => unverified(FROM);
    const rows: ApprovalRequest[] = [];
    for (let number = 1; number <= count; number++) {
      const { row, event } = await invite(post, `p${number}@partner.example`);
      rows.push(row);
      await post.deliver(event);
    }
    return { post, rows };
  }

  it("are tried one at a time, once a quarter of an hour, and go oldest first once one goes", async () => {
    const { post } = await waitTogether(30);
    post.ses.tries = 0;
    for (let minutes = 0; minutes < 60; minutes += 5) {
      await post.tick();
      post.pass(5 * MINUTE);
    }
    expect(post.ses.tries).toBe(4);
    post.ses.refuse = () => undefined;
    await post.tick();
    expect(post.got.slice(1)).toEqual(
      Array.from({ length: 30 }, (_, index) => `p${index + 1}@partner.example`).filter((each) => each !== post.got[0]),
    );
    expect(post.got).toHaveLength(30);
  });

  it("say for which reason they wait by now: once the sender is verified, the quota is spent", async () => {
    const { post, rows } = await waitTogether(2);
    expect(await post.failures()).toMatchObject([{ part: "sender", why: "sender-unverified" }]);
    post.ses.refuse = () => refusal("TooManyRequestsException", "Daily message quota exceeded.");
    await post.tick();
    expect(await post.failures()).toMatchObject([{ part: "sender", why: "quota", waiting: 2 }]);
    const lines = await post.lines(rows[0] as ApprovalRequest);
    expect(lines).toMatchObject([{ state: "waiting", why: "quota", at: new Date(BEGINNING).toISOString() }]);
  });

  it("wait no longer, and are not counted, once they were erased", async () => {
    const { post } = await waitTogether(2);
    for (const number of [1, 2]) await post.forget(`mail-waiting/${number}`);
    await post.tick();
    expect(await post.head()).toMatchObject({ first: 3, next: 3, count: 0 });
    post.pass(HOUR);
    expect(await post.failures()).toEqual([]);
    const { event } = await invite(post, "later@partner.example");
    await post.deliver(event);
    expect(await post.failures()).toMatchObject([{ part: "sender", waiting: 1 }]);
    post.ses.refuse = () => undefined;
    post.pass(HOUR);
    await post.tick();
    expect(post.got).toEqual(["later@partner.example"]);
  });

  it("are made from the rows as they then are, and not sent if they are no longer true", async () => {
    const { post, rows } = await waitTogether(3);
    await post.store(rowOf(revokeInvitation(rows[1] as ApprovalRequest, { by }, post.now())));
    post.ses.refuse = () => undefined;
    await post.tick();
    expect(post.got).toEqual(["p1@partner.example", "p3@partner.example"]);
  });

  it("are given up after 30 days", async () => {
    const { post } = await waitTogether(2);
    post.pass(30 * DAY);
    post.ses.refuse = () => undefined;
    await post.tick();
    expect(post.got).toEqual([]);
    expect(post.observed.lines.filter(({ message }) => message === "mail given up")).toHaveLength(2);
  });

  it("go on in the next run if time is short", async () => {
    const { post } = await waitTogether(3);
    post.ses.refuse = () => undefined;
    await post.tick(5_000);
    expect(post.got).toEqual([]);
    post.pass(15 * MINUTE);
    await post.tick();
    expect(post.got).toHaveLength(3);
  });

  it("stop at the quota, and go on when it is there again", async () => {
    const { post } = await waitTogether(60);
    let quota = 40;
    post.ses.refuse = () => (quota-- > 0 ? undefined : refusal("TooManyRequestsException", "Daily message quota exceeded."));
    await post.tick();
    expect(post.got).toHaveLength(40);
    quota = 100;
    await post.tick();
    expect(post.got).toHaveLength(40);
    post.pass(15 * MINUTE);
    await post.tick();
    expect(new Set(post.got).size).toBe(60);
    expect(post.got).toHaveLength(60);
  });

  it("of readers whom the sandbox refuses hold up no others", async () => {
    const post = await makePost();
    Object.assign(post.account, { isInProduction: false });
    const verified = new Set<string>(["p2@partner.example"]);
    post.ses.refuse = (to) => (verified.has(to) ? undefined : unverified(to));
    const events = [];
    for (const name of ["p1", "p2", "p3"]) events.push((await invite(post, `${name}@partner.example`)).event);
    expect(await post.deliver(...events)).toBe(0);
    expect(post.got).toEqual(["p2@partner.example"]);
    verified.add("p3@partner.example");
    for (let count = 0; count < 3; count++) {
      await post.tick();
      post.pass(15 * MINUTE);
    }
    expect(post.got).toEqual(["p2@partner.example", "p3@partner.example"]);
    post.account.isInProduction = true;
    post.ses.refuse = () => undefined;
    await post.tick();
    expect(post.got.at(-1)).toBe("p1@partner.example");
  });

  it("of readers whom the sandbox refuses hold up no others, even if a start has no time for all of them", async () => {
    const post = await makePost();
    Object.assign(post.account, { isInProduction: false });
    const verified = new Set<string>();
    post.ses.refuse = (to) => (verified.has(to) ? undefined : unverified(to));
    for (let number = 0; number < 40; number++) await post.deliver((await invite(post, `p${number}@partner.example`)).event);
    post.pass(15 * MINUTE);
    for (const number of [0, 20, 39]) verified.add(`p${number}@partner.example`);
    const before = post.ses.tries;
    for (let starts = 0; starts < 6; starts++) {
      await post.tickFor(15);
      post.pass(2 * MINUTE);
    }
    expect(post.got).toEqual(["p0@partner.example", "p20@partner.example", "p39@partner.example"]);
    // Each was tried once, and then a quarter of an hour passes.
    expect(post.ses.tries - before).toBeLessThanOrEqual(41);
  });

  it("ask SES for the account once a minute, also if it does not answer", async () => {
    const post = await makePost();
    post.ses.answers = refusal("ThrottlingException");
    post.ses.refuse = () => refusal("MessageRejected");
    const events = [];
    for (let number = 0; number < 20; number++) events.push((await invite(post, `p${number}@partner.example`)).event);
    expect(await post.deliver(...events)).toBe(20);
    expect(post.ses.asked).toBe(1);
  });

  it("wait if the function may not ask for the account", async () => {
    const post = await makePost();
    post.ses.answers = refusal("AccessDenied");
    post.ses.refuse = () => refusal("MessageRejected");
    const { row, event } = await invite(post, "kim@partner.example");
    expect(await post.deliver(event)).toBe(0);
    expect(await post.lines(row)).toMatchObject([{ state: "waiting", why: "access-denied" }]);
  });
});

it("26 hours without SES lose none of 400 mails, send none twice, and none that is untrue by then", { timeout: 120_000 }, async () => {
  const post = await makePost();
  const OUTAGE = 26 * HOUR;
  const COUNT = 400;
  let since = 0;
  let isUp = false;
  post.ses.refuse = () => (isUp ? undefined : refusal("SendingPausedException"));
  const pass = async (ms: number) => {
    post.pass(ms);
    since += ms;
    await post.tick();
  };
  const still: string[] = [];
  for (let number = 0; number < COUNT; number++) {
    const email = `p${number}@partner.example`;
    const { row, event } = await invite(post, email);
    expect(await post.deliver(event)).toBe(0);
    // Half are untrue by then, those of the first hour and of the last too.
    if (number % 2 === 0) await post.store(rowOf(revokeInvitation(row, { by }, post.now())));
    else still.push(email);
    await pass(OUTAGE / COUNT);
  }
  expect(since).toBe(OUTAGE);
  expect(post.got).toEqual([]);
  isUp = true;
  for (let minutes = 0; minutes < 60; minutes += 5) await pass(5 * MINUTE);
  expect([...post.got].sort()).toEqual([...still].sort());
  expect(new Set(post.got).size).toBe(COUNT / 2);
  expect((await post.failures()).filter(({ goesAt }) => goesAt === undefined)).toEqual([]);
});
