import type { Context, ScheduledEvent, SQSEvent } from "aws-lambda";
import * as v from "valibot";
import { readMailLines } from "../../../../adapters/mail/mail-states";
import type { Mail, MailAccount } from "../../../../adapters/mail/send";
import { waitingMails } from "../../../../adapters/mail/waiting-mails";
import { toItem } from "../../../../adapters/tables/item";
import { readWorkFailures } from "../../../../adapters/tables/work-notes";
import type { World } from "../../../../adapters/world";
import type { DomainEvent } from "../../../../engine/events/event-kind";
import type { DecisionRecord } from "../../../../engine/sign-up/record";
import { requestSubject } from "../../../../engine/tasks/task";
import { buildApprovalEvent } from "../../../../features/approvals/build-event";
import { invitePerson } from "../../../../features/approvals/invite-person";
import type { ApprovalRequest } from "../../../../features/approvals/request";
import { approvalMailHandler } from "../../../../features/approvals/worker/approval-mail";
import { decisionStore } from "../../../../features/decisions/store/decisions";
import { revokeInvitation } from "../../../../features/invitations/invitation";
import { events as mailEvents } from "../../../../features/mails/events";
import { findUnfinished } from "../../../../features/unfinished/unfinished";
import { describeUnfinished, unfinishedWords } from "../../../../features/unfinished/words";
import { hashOf } from "../../../engine/sign-up/people";
import { lambdaContext } from "../../../lambda/invoke";
import { memoryWorld } from "../../../memory/world";
import { createKeyTable } from "../../../support/key-table";
import { rowOf } from "../requests";
import { type WaitingCase, waitingKinds } from "./waiting-kinds";

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
  const mails: { readonly to: string; readonly text: string; readonly at: number }[] = [];
  const settings = {
    ...{ APPROVALS_TABLE: "approvals", LEDGER_TABLE: "ledger", ACCOUNTS_TABLE: "accounts", DECISIONS_TABLE: "decisions" },
    EVENT_BUS: "bus",
    APPROVAL_MAIL_SECRET: "mail",
    POWERTOOLS_SERVICE_NAME: "Gatehouse",
    AWS_REGION: "eu-west-1",
  };
  const secrets = { mail: JSON.stringify({ mailFrom: FROM, approvers: "it@contoso.com", redirectUrl: "https://app.contoso.com/" }) };
  const { world, observed } = memoryWorld({ settings, secrets, clock: { now: () => now, startTimer: () => () => undefined } as never });
  for (const table of ["approvals", "ledger", "accounts", "decisions"] as const) await createKeyTable(world.tables, table, table);
  const mailing = {
    ...world,
    bus: { ...world.bus, ...bus },
    async mail({ to, text }: Mail) {
      ses.tries += 1;
      for (const each of to) {
        const error = ses.refuse(each);
        if (error !== undefined) throw error;
      }
      got.push(...to);
      mails.push(...to.map((each) => ({ to: each, text, at: now })));
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
    mails,
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
    async write(rows: WaitingCase["rows"]) {
      for (const { table, row, isDecision } of rows)
        if (isDecision) await decisionStore(world.tables, table).keep(row as DecisionRecord, 90);
        else await world.tables.call("PutItem", { TableName: table, Item: toItem(row) });
    },
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
    post.pass(5 * MINUTE);
    await post.tick();
    expect(post.got).toEqual(["kim@partner.example"]);
    // Nothing waits any more: the notice goes at once.
    expect(await post.failures()).toEqual([]);
    await post.tick();
    expect(post.got).toHaveLength(1);
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

  it("that go over several starts are told of with the number that still waits", async () => {
    const { post } = await waitTogether(60);
    post.ses.refuse = () => undefined;
    const told: string[] = [];
    for (let starts = 0; starts < 11; starts++) {
      post.pass(5 * MINUTE);
      await post.tickFor(5);
      told.push(await describeWork(post));
    }
    expect(told.map((each) => Number(/Waiting: (\d+)/.exec(each)?.[1]))).toEqual(
      Array.from({ length: 11 }, (_, index) => 60 - 5 * (index + 1)),
    );
    for (const each of told) expect(each).toMatch(/^Mails wait since .* They are being sent now, the oldest first\.$/);
    for (let starts = 0; starts < 6; starts++) {
      post.pass(5 * MINUTE);
      await post.tickFor(5);
    }
    expect([post.got.length, await describeWork(post)]).toEqual([60, ""]);
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

/** What doctor and the inbox say of work that could not be done. */
async function describeWork(post: Post): Promise<string> {
  const works = findUnfinished({ failures: new Map([["mails" as const, await post.failures()]]) }, post.now());
  const place = { now: post.now(), time: (at: string) => at, count: String };
  return works.map((each) => Object.values(describeUnfinished(unfinishedWords.en, each, place)).join(" ")).join("\n");
}

/** What SES does for a while. `spent`: the messages of the last 24 hours. `since`: milliseconds since its beginning. */
interface Outage {
  readonly given: string;
  readonly says: string;
  readonly lasts: number;
  refuse(to: string, now: { readonly since: number; readonly spent: number }): Error | undefined;
  readonly account?: Partial<MailAccount>;
}

const QUOTA = 150;
const outages: readonly Outage[] = [
  {
    given: "SES takes nothing",
    says: "sending is paused",
    lasts: 27 * HOUR,
    refuse: (_, { since }) => (since < 26 * HOUR ? refusal("SendingPausedException") : undefined),
  },
  {
    // At noon another application has spent the day's messages; their hours come back from midnight on.
    given: "the daily quota is spent at noon",
    says: "the daily quota is spent",
    lasts: 7 * DAY,
    refuse: (_, { since, spent }) => {
      const others = Math.max(0, QUOTA * (1 - Math.max(0, since - 12 * HOUR) / (12 * HOUR)));
      return spent + others >= QUOTA ? refusal("TooManyRequestsException", "Daily message quota exceeded.") : undefined;
    },
  },
  {
    given: "the account is in its sandbox, and some of the readers are verified after ten hours",
    says: "SES is in its sandbox.*",
    lasts: 30 * HOUR,
    refuse: (to, { since }) => (since >= 26 * HOUR || (since >= 10 * HOUR && /[05]x@/.test(to)) ? undefined : unverified(to)),
    account: { isInProduction: false },
  },
];

describe.each(outages)("400 mails of every kind while $given", ({ says, lasts, refuse, account = {} }) => {
  const kinds = Object.entries(waitingKinds);
  it("are not lost, not sent twice, and not sent if they are untrue by then; doctor and inbox tell of them meanwhile", {
    timeout: 240_000,
  }, async () => {
    const post = await makePost();
    const begun = post.now().getTime();
    Object.assign(post.account, account);
    const since = () => post.now().getTime() - begun;
    const spent = () => post.mails.filter(({ at }) => post.now().getTime() - at < DAY).length;
    post.ses.refuse = (to) => refuse(to, { since: since(), spent: spent() });
    const pass = async (ms: number) => {
      post.pass(ms);
      if (account.isInProduction === false) post.account.isInProduction = since() >= 26 * HOUR;
      await post.tick();
      told.add(await describeWork(post));
    };
    const told = new Set<string>();
    const cases: (Pick<WaitingCase, "readers"> & { name: string; kind: string; isTrue: boolean; before: number })[] = [];
    for (let number = 0; number < 400; number++) {
      const name = `p${String(number).padStart(3, "0")}x`;
      const [kind, make] = kinds[number % kinds.length] as (typeof kinds)[number];
      const { event, rows, untrue, readers } = make(name, post.now());
      await post.write(rows);
      expect(await post.deliver(event)).toBe(0);
      const isTrue = Math.floor(number / kinds.length) % 2 === 0;
      if (!isTrue) await post.write(untrue);
      // SES may have taken the mail at once: it was true then.
      cases.push({ name, kind, isTrue, readers, before: isTrue ? 0 : post.mails.length });
      await pass((20 * HOUR) / 400);
    }
    expect(await describeWork(post)).toMatch(
      new RegExp(`^Mails wait since ${new Date(begun).toISOString()} It failed at .*: ${says}\\. Waiting: \\d+\\. Next try \\S+Z\\.$`),
    );
    // The sandbox and the quota let some go meanwhile.
    expect(post.mails.length > 20).toBe(says !== "sending is paused");
    while (since() < lasts) await pass(15 * MINUTE);
    expect([...told].filter((each) => /nothing was noted|isn't tried/.test(each))).toEqual([]);
    const pairs = cases.flatMap(({ readers, name, before, ...each }) =>
      readers.map((reader) => {
        const mails = post.mails.slice(before).filter(({ to, text }) => to === reader && `${to} ${text}`.includes(name));
        return { ...each, name, reader, sent: mails.length };
      }),
    );
    const label = ({ kind, name, reader }: (typeof pairs)[number]) => `${kind} ${name} to ${reader}`;
    expect({
      lost: pairs.filter(({ isTrue, sent }) => isTrue && sent === 0).map(label),
      twice: pairs.filter(({ sent }) => sent > 1).map(label),
      untrue: pairs.filter(({ isTrue, sent }) => !isTrue && sent > 0).map(label),
    }).toEqual({ lost: [], twice: [], untrue: [] });
    expect(await post.failures()).toEqual([]);
  });
});
