import type { APIGatewayProxyStructuredResultV2, Context, SQSEvent } from "aws-lambda";
import { toItem } from "../../../../adapters/tables/item";
import type { AccountRow } from "../../../../features/accounts/account";
import {
  accessWorker,
  arrive,
  begin as beginWork,
  changeSponsor,
  disable,
  extendAccess,
  type Newcomer,
  remind,
} from "../../../../features/accounts/change";
import { accountEvent } from "../../../../features/accounts/events";
import { accountStore } from "../../../../features/accounts/store/accounts";
import { buildApprovalEvent } from "../../../../features/approvals/build-event";
import { mayGetLink } from "../../../../features/approvals/mail-secret";
import { type ApprovalRequest, requestId, type Stage } from "../../../../features/approvals/request";
import { beginFirstStage, reassign } from "../../../../features/approvals/stages";
import { approvalStore } from "../../../../features/approvals/store/approvals";
import { delegationStore } from "../../../../features/approvals/store/delegations";
import { approve, deny, reopen, type Submission, submit } from "../../../../features/approvals/transitions";
import { approvalMailHandler } from "../../../../features/approvals/worker/approval-mail";
import { auditStore } from "../../../../features/audit/store/trail";

import type { ExpiryOfGates } from "../../../../features/expiry/expiry";
import { knownDomains } from "../../../../features/look-alikes/store";
import { mailDecisionsHandler } from "../../../../handlers/mail-decisions";
import { hashOf, NOW } from "../../../engine/sign-up/people";
import { lambdaContext } from "../../../lambda/invoke";
import { memoryWorld } from "../../../memory/world";
import { createDecisionsTable } from "../../../support/decisions-table";
import { createKeyTable } from "../../../support/key-table";
import { expiry, newcomer } from "../../accounts/accounts";
import { alice, asking, HOUR, kim, pending, rowOf } from "../requests";
import { createApprovalsTable } from "../store/approvals-table";

const settings = { mailFrom: "gate@contoso.com", approvers: "it@contoso.com, Boss@contoso.com", redirectUrl: "https://app.contoso.com/" };

/** A link of a mail, in its parts. */
interface Link {
  readonly to: string;
  readonly request: string;
  readonly key: string;
}

interface Mailing {
  /** Sent by a function that remembers none before. */
  readonly afresh?: boolean;
  /** SES takes none to that address. */
  readonly busyAt?: string;
  /** @default as it is now */
  readonly about?: ApprovalRequest;
  /** Of the same batch. */
  readonly besides?: readonly ApprovalRequest[];
}

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly ip?: string;
}

type HttpEvent = Parameters<ReturnType<typeof mailDecisionsHandler>>[0];

function eventOf({ method = "GET", path = "/decide", query, form, headers = {}, ip = "192.0.2.7" }: Asked): HttpEvent {
  const type = form && { "content-type": "application/x-www-form-urlencoded" };
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: { host: "decide.example", ...type, ...headers },
    requestContext: { http: { method, path, sourceIp: ip }, domainName: "decide.example", requestId: "1", timeEpoch: 0 },
    isBase64Encoded: false,
    ...(form && { body: new URLSearchParams(form).toString() }),
  } as unknown as HttpEvent;
}

async function begin({
  approvers = settings.approvers,
  local = true,
  ...asked
}: Partial<Submission> & { approvers?: string; local?: boolean } = {}) {
  let now = NOW.getTime();
  const { world, observed } = memoryWorld({
    settings: {
      APPROVALS_TABLE: "approvals",
      LEDGER_TABLE: "ledger",
      ACCESS_LIST_TABLE: "list",
      DECISIONS_TABLE: "decisions",
      ASKED_LISTS: JSON.stringify({ default: [{ classes: [] }] }),
      APPROVAL_MAIL_SECRET: "mail",
      POWERTOOLS_SERVICE_NAME: "Gatehouse",
      AWS_REGION: "eu-west-1",
      DECIDE_URL: "https://decide.example/decide",
      CONSOLE_URL: "https://console.example/approvals/requests/{id}",
      // Callers from one address may call only so often, except under npm start.
      ...(local && { GATEHOUSE_DECIDE_URL: "https://decide.example/decide" }),
    },
    secrets: { mail: JSON.stringify({ ...settings, approvers }) },
    clock: { now: () => now, startTimer: () => () => undefined },
  });
  await createApprovalsTable(world.tables, "approvals");
  await createKeyTable(world.tables, "ledger", "ledger");
  await createKeyTable(world.tables, "list", "accessList");
  await createDecisionsTable(world.tables, "decisions");
  const store = approvalStore(world.tables, "approvals");
  const { id } = pending(asked);
  const ask = async (changes: Partial<Submission> = asked) =>
    rowOf(await store.change(id, (stored) => submit(stored, asking(changes), new Date(now))));
  const request = async () => (await store.get(id)) as ApprovalRequest;
  /** An address at which SES is busy. */
  let busy: string | undefined;
  const outside: typeof world = {
    ...world,
    mail: async (mail, from) => {
      if (mail.to.some((address) => address === busy)) throw Object.assign(new Error("busy"), { name: "TooManyRequestsException" });
      return await world.mail(mail, from);
    },
  };
  const warm = approvalMailHandler()(outside);
  /** The links of the mails about the request. */
  async function mailed({ afresh = false, busyAt, about, besides = [] }: Mailing = {}): Promise<readonly Link[]> {
    busy = busyAt;
    const events = [about ?? (await request()), ...besides].map((each) => buildApprovalEvent(undefined, each));
    const { length } = observed.mails;
    const Records = events.map((event, index) => ({
      messageId: String(index + 1),
      body: JSON.stringify({ "detail-type": event?.type, detail: event?.detail }),
    }));
    const sqs = { Records } as unknown as SQSEvent;
    const context: Context = { ...lambdaContext, getRemainingTimeInMillis: () => 60_000 };
    const batchItemFailures = busyAt === undefined ? [] : [{ itemIdentifier: "1" }];
    expect(await (afresh ? approvalMailHandler()(outside) : warm)(sqs, context)).toEqual({ batchItemFailures });
    return observed.mails.slice(length).flatMap(({ to, text }) =>
      [...text.matchAll(/^(https:\/\/decide\.example\/\S+)$/gm)].map(([url]) => {
        const { searchParams } = new URL(url);
        return { to: to.join(), request: String(searchParams.get("request")), key: String(searchParams.get("key")) };
      }),
    );
  }
  const handle = mailDecisionsHandler(world);
  async function call(asked: Asked) {
    const result = (await handle(eventOf(asked), lambdaContext)) as APIGatewayProxyStructuredResultV2;
    return { status: result.statusCode, headers: result.headers ?? {}, body: result.body ?? "" };
  }
  const open = (link: Pick<Link, "request" | "key">, more: Asked = {}) =>
    call({ query: { request: link.request, key: link.key }, ...more });
  const decide = (link: Pick<Link, "request" | "key">, decision = "approve", more: Readonly<Record<string, string>> = {}) =>
    call({ method: "POST", form: { request: link.request, key: link.key, answer: decision, ...more } });
  await ask();
  return {
    world,
    observed,
    store,
    id,
    ask,
    request,
    mailed,
    call,
    open,
    decide,
    pass: (ms: number) => (now += ms),
    now: () => new Date(now),
  };
}

const OVER = "This link does not work any more";
/** As mail scanners and link previews come. */
const scanners: readonly Asked[] = [
  { headers: { "user-agent": "Mozilla/5.0 (compatible; SafeLinks)", purpose: "prefetch", "sec-purpose": "prefetch;prerender" } },
  { method: "HEAD" },
  { method: "OPTIONS", headers: { origin: "https://scanner.example", "access-control-request-method": "POST" } },
  { headers: { "user-agent": "Slackbot-LinkExpanding 1.0", range: "bytes=0-32768" } },
  { headers: { "x-forwarded-for": "203.0.113.9", via: "1.1 proxy", "x-purpose": "preview" } },
  { method: "PUT" },
  { method: "PATCH" },
  { method: "DELETE" },
  { method: "POST" },
  { method: "POST", form: {} },
];

describe("a link in mail", () => {
  it("goes to each approver in a separate mail, and shows what the approver must see", async () => {
    const { mailed, open, request, observed } = await begin({ emailProven: false, show: ["displayName"] });
    const links = await mailed();
    expect(links.map(({ to }) => to)).toEqual(["it@contoso.com", "boss@contoso.com"]);
    expect(new Set(links.map(({ key }) => key)).size).toBe(2);
    expect((await request()).mailSecrets?.map(({ address }) => address)).toEqual(["it@contoso.com", "boss@contoso.com"]);
    const [link] = links as [Link];
    expect(JSON.stringify([await request(), observed.lines])).not.toContain(link.key);
    const { status, headers, body } = await open(link, { headers: { "accept-language": "xx, de;q=0.5, ko-KR;q=0.9" } });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-robots-tag": "noindex, nofollow, noarchive",
      "content-security-policy":
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    });
    expect(body).toMatch(/<html lang="ko">.*가입 요청 결정.*note warn.*Kim.*kim@contoso\.com.*google\.com.*it@contoso\.com/s);
    expect(body).not.toMatch(/<script|style=/);
  });

  it("warns of a domain that only resembles a known one, and of no other", async () => {
    const { mailed, open, world } = await begin();
    const [link] = (await mailed()) as [Link];
    expect((await open(link)).body).not.toContain("only looks like");
    await world.tables.call("PutItem", { TableName: "list", Item: toItem({ entry: "contosso.com", effect: "allow" }) });
    await knownDomains(world.tables, "ledger").allowed(["contosso.com"]);
    expect((await open(link)).body).toMatch(/note bad">contoso\.com only looks like contosso\.com/);
    expect((await open(link, { headers: { "accept-language": "ko" } })).body).toContain("contosso.com 도메인과 비슷하지만");
  });

  it.each([
    { language: "en", says: "a deny always wins" },
    { language: "ko", says: "거부가 항상 우선" },
    { language: "ja", says: "拒否は常に優先" },
    { language: "zh-Hans", says: "拒绝始终优先" },
    { language: "de", says: "eine Ablehnung gilt immer" },
    { language: "fr", says: "un refus l’emporte toujours" },
    { language: "es", says: "un rechazo siempre prevalece" },
    { language: "pt-BR", says: "uma recusa sempre prevalece" },
  ])("says in $language that the list denies the person, approves nobody, and can still deny", async ({ language, says }) => {
    const { mailed, open, decide, request, world, call, observed } = await begin();
    const [link] = (await mailed()) as [Link];
    await world.tables.call("PutItem", { TableName: "list", Item: toItem({ entry: "contoso.com", effect: "deny" }) });
    const before = await request();
    const headers = { "accept-language": language };
    const opened = await open(link, { headers });
    expect(opened.body).toContain(says);
    expect(opened.body).not.toContain('value="approve"');
    // A page opened before the deny still has the button.
    const sent = await call({ method: "POST", headers, form: { request: link.request, key: link.key, answer: "approve", note: "known" } });
    expect(sent).toMatchObject({ status: 409, body: expect.stringContaining(says) });
    expect(sent.body).toContain("known");
    expect(await request()).toEqual(before);
    expect(observed.lines.at(-1)).toMatchObject({ facts: { outcome: "denied-by-list" } });
    expect(await decide(link, "deny")).toMatchObject({ status: 200 });
    expect((await request()).state).toBe("denied");
  });

  it("can approve a person whom the list makes wait for approval", async () => {
    const { mailed, open, decide, request, world } = await begin();
    const [link] = (await mailed()) as [Link];
    await world.tables.call("PutItem", { TableName: "list", Item: toItem({ entry: "contoso.com", effect: "approval" }) });
    expect((await open(link)).body).toContain('value="approve"');
    expect(await decide(link, "approve")).toMatchObject({ status: 200, body: expect.stringContaining("<h1>Approved: ") });
    expect((await request()).state).toBe("approved");
  });

  it("says what an approval does", async () => {
    const account = await begin();
    const [link] = (await account.mailed()) as [Link];
    expect((await account.open(link)).body).toContain("If you approve, an account is created.");
    const nameless = await begin({ signUp: { ...kim, identities: [{ issuer: "contoso.com" }] } });
    const [other] = (await nameless.mailed()) as [Link];
    const { body } = await nameless.open(other);
    expect(body).toMatch(/note bad">No account can be created/);
    expect(body).not.toContain("an account is created");
    const pass = await begin({ onApproval: "continue" });
    const [third] = (await pass.mailed()) as [Link];
    expect((await pass.open(third)).body).toContain("If you approve, they may sign up once, within 7 days.");
  });

  it("decides nothing if 1,000 scanners open it, and still works for its reader", async () => {
    const { mailed, open, request, decide, observed } = await begin();
    const links = await mailed();
    const before = await request();
    for (const link of links)
      for (let count = 0; count < 1_000; count++) {
        const { status, body } = await open(link, scanners[count % scanners.length]);
        expect(status === 200 || status === 404 || status === 400).toBe(true);
        expect(body).not.toMatch(/Approved|Denied/);
      }
    expect(await request()).toEqual(before);
    expect(await decide(links[1] as Link, "approve", { note: "known since 2019" })).toMatchObject({
      status: 200,
      body: expect.stringContaining("<h1>Approved: "),
    });
    const { state, decision, history, mailSecrets } = await request();
    expect({ state, decision, mailSecrets }).toEqual({
      state: "approved",
      decision: { verdict: "approved", by: { kind: "mail", name: "boss@contoso.com" }, at: NOW.toISOString(), note: "known since 2019" },
      mailSecrets: undefined,
    });
    expect(history.at(-1)).toMatchObject({ from: "pending", to: "approved", by: { kind: "mail" } });
    expect(observed.lines.at(-1)).toMatchObject({
      message: "mail decision",
      facts: { outcome: "done", verb: "approve", reference: before.reference },
    });
    expect(JSON.stringify(observed.lines)).not.toMatch(/contoso/);
  });

  it("can be used to deny a request", async () => {
    const { mailed, decide, request } = await begin();
    expect((await decide((await mailed())[0] as Link, "deny")).body).toContain("<h1>Denied: ");
    expect((await request()).decision).toMatchObject({ verdict: "denied", by: { kind: "mail", name: "it@contoso.com" } });
  });

  it("accepts only the first of two decisions that are sent at once", async () => {
    const { mailed, decide, request } = await begin();
    const [link, other] = (await mailed()) as [Link, Link];
    const answers = await Promise.all([
      decide(link, "approve"),
      decide(link, "deny"),
      decide(other, "deny"),
      decide(link, "approve", { note: "again" }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404]);
    expect((await request()).history.filter(({ to }) => to !== "pending")).toHaveLength(1);
  });

  it.each<{ what: string; then: (gate: Awaited<ReturnType<typeof begin>>, link: Link) => Promise<unknown> }>([
    { what: "72 hours later", then: async ({ pass }) => pass(72 * HOUR) },
    {
      what: "once somebody decided elsewhere",
      then: ({ store, id, now }) => store.change(id, (row) => approve(row, { by: alice }, now())),
    },
    {
      what: "once the request was reopened, which has a mail of its own",
      then: async ({ store, id, now }) => {
        await store.change(id, (row) => deny(row, { by: alice }, now()));
        await store.change(id, (row) => reopen(row, { by: alice }, now()));
      },
    },
    {
      what: "once the person asked again",
      then: async ({ store, id, now, ask }) => {
        await store.change(id, (row) => deny(row, { by: alice }, now()));
        await store.change(id, (row) => reopen(row, { by: alice }, now()));
        await store.remove((await store.get(id)) as ApprovalRequest);
        await ask({ signUp: { ...kim, attributes: { displayName: "Kim the Second" } } });
      },
    },
    {
      what: "once the request says something else",
      then: async ({ world, request }) => {
        const row = await request();
        const changed = { ...row, attributes: { displayName: "Mallory" } };
        await approvalStore(world.tables, "approvals").change(row.id, () => ({
          ok: true,
          request: changed,
          condition: { turn: row.turn },
        }));
      },
    },
    { what: "once a newer mail came", then: ({ mailed }) => mailed({ afresh: true }) },
    { what: "once it was used", then: ({ decide }, link) => decide(link, "deny") },
  ])("decides nothing $what", async ({ then }) => {
    const gate = await begin();
    const [link] = (await gate.mailed()) as [Link];
    await then(gate, link);
    const before = await gate.request();
    const answers = [await gate.open(link), await gate.decide(link), await gate.open({ ...link, request: "a".repeat(22) })];
    expect(answers[0]).toMatchObject({ status: 404, body: expect.stringContaining(OVER) });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await gate.request()).toEqual(before);
  });

  it.each<{ what: string; shown: (link: Link) => Partial<Link> }>([
    { what: "no secret", shown: () => ({ key: "" }) },
    {
      what: "a secret of other case",
      shown: ({ key }) => ({ key: key.replace(/[a-z]/gi, (c) => (c < "a" ? c.toLowerCase() : c.toUpperCase())) }),
    },
    { what: "a secret with more behind it", shown: ({ key }) => ({ key: `${key}=` }) },
    { what: "a secret of 10 kB", shown: () => ({ key: "A".repeat(10_240) }) },
    { what: "a secret of 1 MB", shown: () => ({ key: "A".repeat(1_048_576) }) },
    { what: "the hash that the row keeps", shown: ({ key }) => ({ key: key.split("").reverse().join("") }) },
    { what: "no request", shown: () => ({ request: "" }) },
    { what: "another request", shown: () => ({ request: "b".repeat(22) }) },
    { what: "a request of 10 kB", shown: () => ({ request: "b".repeat(10_240) }) },
  ])("shows the same page as any wrong link if it has $what", async ({ shown }) => {
    const gate = await begin();
    const [link] = (await gate.mailed()) as [Link];
    const wrong = { ...link, ...shown(link) };
    const expected = await gate.open({ request: "c".repeat(22), key: "C".repeat(43) });
    expect(await gate.open(wrong)).toEqual(expected);
    expect(await gate.decide(wrong)).toEqual(expected);
    expect((await gate.request()).state).toBe("pending");
    expect((await gate.decide(link)).status).toBe(200);
  });

  it("keeps typed text if the form is incomplete, and is not used up by that", async () => {
    const { mailed, decide, request } = await begin();
    const [link] = (await mailed()) as [Link];
    for (const [decision, note, says] of [
      ["", "partner <b>", "Choose an answer below"],
      ["reopen", "partner <b>", "Choose an answer below"],
      ["approve", `partner <b>${"x".repeat(1_000)}`, "up to 1,000 characters"],
    ] as const) {
      const { status, body } = await decide(link, decision, { note });
      expect({ status, said: body.includes(says), kept: body.includes("partner &lt;b&gt;") }).toEqual({
        status: 400,
        said: true,
        kept: true,
      });
    }
    expect((await request()).state).toBe("pending");
    expect((await decide(link)).status).toBe(200);
  });

  it("takes a note up to the length of its field, with any number of lines", async () => {
    const { mailed, decide, request } = await begin();
    const [link] = (await mailed()) as [Link];
    const note = `${"x".repeat(900)}${"\n".repeat(99)}y`;
    expect((await decide(link, "approve", { note: note.replaceAll("\n", "\r\n") })).status).toBe(200);
    expect((await request()).decision?.note).toBe(note);
  });

  it.each(["approve", "deny"])(
    "takes a reply to a colleague who asked for a guest, beside a note of the longest length: %s",
    async (verb) => {
      const { mailed, open, decide, request, store, id } = await begin({ onApproval: "continue" });
      const ask = { by: "oid-hana", name: "Hana", addresses: ["hana@contoso.com"], personId: "p", invites: "i".repeat(22) };
      await store.change(id, (row) =>
        row === undefined
          ? { ok: false, why: "unknown" }
          : { ok: true, request: { ...row, turn: row.turn + 1, ask }, condition: { turn: row.turn } },
      );
      const [link] = (await mailed()) as [Link];
      expect((await open(link)).body).toMatch(/name="reply"/);
      const [note, reply] = ["가".repeat(1_000), `나${"\n다".repeat(499)}`];
      expect((await decide(link, verb, { note, reply: `${reply}${"x".repeat(2)}` })).body).toContain("up to 1,000 characters");
      expect((await decide(link, verb, { note, reply: reply.replaceAll("\n", "\r\n") })).status).toBe(200);
      expect((await request()).decision).toMatchObject({ note, reply });
    },
  );

  it("has no field for a reply to a person's own request", async () => {
    const { mailed, open, decide, request } = await begin();
    const [link] = (await mailed()) as [Link];
    expect((await open(link)).body).not.toMatch(/name="reply"/);
    await decide(link, "approve", { reply: "sneaked in" });
    expect((await request()).decision).not.toHaveProperty("reply");
  });

  it("is not sent to the person who asks, in any spelling of their address", async () => {
    const { mailed } = await begin({ approvers: "Kim+gate@contoso.com, it@contoso.com" });
    expect((await mailed()).map(({ to }) => to)).toEqual(["it@contoso.com"]);
  });

  it("is sent again only to approvers who did not get it, and the other approvers' links stay valid", async () => {
    const { mailed, decide, request } = await begin();
    const about = await request();
    const [first, ...none] = await mailed({ about, busyAt: "boss@contoso.com" });
    const [second, ...others] = await mailed({ about });
    expect([first?.to, none, second?.to, others]).toEqual(["it@contoso.com", [], "boss@contoso.com", []]);
    expect((await decide(first as Link)).status).toBe(200);
  });

  it("is sent once, even if a retry comes in a batch with other events", async () => {
    const { mailed, decide, request, store, now } = await begin();
    const about = await request();
    const [first] = await mailed({ about, busyAt: "boss@contoso.com" });
    const signUp = { ...kim, email: "lee@contoso.com" };
    const lee = rowOf(await store.change(requestId(signUp, hashOf), (stored) => submit(stored, asking({ signUp }), now())));
    const again = await mailed({ about, besides: [lee] });
    expect(again.map(({ to, request: id }) => [to, id])).toEqual([
      ["it@contoso.com", lee.id],
      ["boss@contoso.com", about.id],
      ["boss@contoso.com", lee.id],
    ]);
    expect((await decide(first as Link)).status).toBe(200);
  });

  it("is sent only to the approver named by the request", async () => {
    const { mailed } = await begin({ askedOf: "lee@contoso.com" });
    expect((await mailed()).map(({ to }) => to)).toEqual(["lee@contoso.com"]);
  });

  it("is not made for a request that was decided before the mail was sent", async () => {
    const { mailed, store, id, now, request } = await begin();
    const asked = await request();
    await store.change(id, (row) => approve(row, { by: alice }, now()));
    expect(await mailed({ about: asked })).toEqual([]);
    expect((await request()).mailSecrets).toBeUndefined();
  });

  it("answers only a limited number of calls from one address", async () => {
    const { mailed, open } = await begin({ local: false });
    const [link] = (await mailed()) as [Link];
    const statuses = await Promise.all(Array.from({ length: 30 }, () => open(link)));
    expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set([200, 429]));
    expect((await open(link, { ip: "198.51.100.1" })).status).toBe(200);
  });

  it("reports a failure of the table, and where to continue", async () => {
    const { mailed, decide, world, observed } = await begin();
    const [link] = (await mailed()) as [Link];
    (world.tables as unknown as { before(work: () => void): void }).before(() => {
      throw new Error("down: kim@contoso.com");
    });
    expect(await decide(link)).toMatchObject({ status: 500, body: expect.stringContaining("Something went wrong") });
    expect(observed.lines.at(-1)).toMatchObject({ level: "error", message: "mail decision failed" });
    expect(JSON.stringify(observed.lines)).not.toContain("kim@");
  });
});

describe("a mail link for a request with stages", () => {
  const [it1, boss, lee] = ["it@contoso.com", "boss@contoso.com", "lee@contoso.com"];
  const approvers = [it1, boss, lee].join();
  const stages = (...list: readonly Stage[]) => ({ approvers, ...beginFirstStage(list, false, NOW) });
  const both: Stage = { by: [it1, boss], need: 2 };

  it("is one vote of one person, and the last vote decides", async () => {
    const { mailed, open, decide, request } = await begin(stages(both));
    const links = await mailed();
    expect(links.map(({ to }) => to)).toEqual([it1, boss]);
    const [first, second] = links as [Link, Link];
    expect((await open(first)).body).toContain("Stage 1 of 1 · 0 of 2 approvals given");
    expect((await decide(first, "approve", { note: "known" })).body).toMatch(/<h1>Approved: .*waits for others/s);
    expect((await decide(first, "approve", { note: "twice" })).body).toContain(OVER);
    expect((await mailed()).map(({ to }) => to)).toEqual([boss]);
    expect((await decide(second)).body).toContain(OVER);
    expect((await request()).state).toBe("pending");
  });

  it("still counts if another approver voted", async () => {
    const { mailed, open, decide, request } = await begin(stages(both));
    const [first, second] = (await mailed()) as [Link, Link];
    await decide(first, "approve", { note: "known" });
    expect((await open(second)).body).toMatch(/1 of 2 approvals given.*Approval<.*it@contoso\.com.*known/s);
    expect((await decide(second)).body).not.toContain("waits for others");
    const { state, stages: after } = await request();
    expect([state, after?.votes.map(({ by, who }) => [by.kind, who])]).toEqual([
      "approved",
      [
        ["mail", [it1]],
        ["mail", [boss]],
      ],
    ]);
  });

  it.each<{
    what: string;
    then: (gate: Awaited<ReturnType<typeof begin>>, links: readonly Link[]) => Promise<unknown>;
    next: readonly string[];
  }>([
    { what: "another passed the stage", then: ({ decide }, [, other]) => decide(other as Link), next: [lee] },
    {
      what: "the person voted in the console, with another spelling of their address",
      then: ({ store, id, now }) => {
        const decider = { objectId: "oid", names: ["IT@contoso.com"], addresses: ["it@contoso.com"] };
        return store.change(id, (row) => approve(row, { by: { kind: "console", name: "IT" }, decider }, now()));
      },
      next: [lee],
    },
    {
      what: "what the page says of the access to renew was changed",
      then: async ({ store, id }) => {
        const renews = { since: NOW.toISOString(), endedAt: NOW.toISOString(), how: "early" } as const;
        await store.change(id, (row) => ({ ok: true, request: { ...row, renews } as never, condition: { turn: row?.turn ?? 0 } }));
      },
      next: [it1, boss],
    },
    {
      what: "the stage was given to others, and back",
      then: async ({ store, id, now, pass }) => {
        for (const to of [[lee], [it1, boss]]) {
          pass(1);
          await store.change(id, (row) => reassign(row, { by: alice }, to, now()));
        }
      },
      next: [it1, boss],
    },
  ])("ends if $what", async ({ then, next }) => {
    const gate = await begin(stages({ by: [it1, boss], need: 1 }, { by: [lee], need: 1 }));
    const links = await gate.mailed();
    await then(gate, links);
    expect((await gate.open(links[0] as Link)).body).toContain(OVER);
    expect((await gate.decide(links[0] as Link)).body).toContain(OVER);
    expect((await gate.request()).state).toBe("pending");
    expect((await gate.mailed()).map(({ to }) => to)).toEqual(next);
  });

  it("goes only to people named by the policy: one operator with several mailboxes cannot fill a stage", async () => {
    const { mailed, observed, store, id, now } = await begin({ ...stages(both, { by: [lee], need: 1 }), approvers: "" });
    const own = ["me@evil.example", "me2@evil.example"];
    await store.change(id, (row) => reassign(row, { by: alice }, own, now()));
    expect(await mailed()).toEqual([]);
    // They are asked to sign in.
    expect(observed.mails.flatMap(({ to }) => to)).toEqual(own);
    expect(JSON.stringify(observed.mails)).not.toContain("key=");
    await store.change(id, (row) => reassign(row, { by: alice }, [it1, boss, ...own], now()));
    const request = await store.get(id);
    expect([...own, it1, lee].map((each) => mayGetLink(request, each, now()))).toEqual([false, false, true, false]);
  });
});

describe("a link in the mail of a delegate", () => {
  const [sponsor, guard, lee] = ["sponsor@contoso.com", "guard@contoso.com", "lee@contoso.com"];

  /** A request of which a stage, or its mail alone, asks people, the first of whom has delegated to Lee in the console. */
  async function delegated(stage: Stage | undefined, { own = true, to = lee }: { readonly own?: boolean; readonly to?: string } = {}) {
    const asks = stage === undefined ? { askedOf: sponsor } : beginFirstStage([stage], false, NOW);
    const gate = await begin({ approvers: "", ...asks });
    const store = delegationStore(gate.world.tables, "ledger");
    const give = (from: string) => store.give([from], to, new Date(NOW.getTime() + 24 * HOUR), gate.now(), own);
    await give(sponsor);
    const linkOf = (links: readonly Link[], address: string) => links.find((each) => each.to === address) as Link;
    return { ...gate, delegations: store, give, linkOf };
  }

  it("decides for the approver, and the vote names both", async () => {
    const { mailed, open, decide, request, linkOf } = await delegated({ by: [sponsor], need: 1 });
    const links = await mailed();
    expect(links.map(({ to }) => to)).toEqual([sponsor, lee]);
    const link = linkOf(links, lee);
    expect((await open(link)).body).toContain("You answer as lee@contoso.com. You decide for sponsor@contoso.com:");
    expect((await decide(link, "approve", { note: "on leave" })).body).toContain("<h1>Approved: ");
    const { state, stages, decision } = await request();
    expect({ state, by: decision?.by, votes: stages?.votes }).toMatchObject({
      state: "approved",
      by: { kind: "mail", name: lee },
      votes: [{ by: { kind: "mail", name: lee }, for: sponsor, who: [lee, sponsor] }],
    });
  });

  it.each([
    { first: lee, second: sponsor },
    { first: sponsor, second: lee },
  ])("gives one person no second vote: $first, then $second", async ({ first, second }) => {
    const { mailed, decide, request, linkOf } = await delegated({ by: [sponsor, guard], need: 2 });
    const links = await mailed();
    expect((await decide(linkOf(links, first))).body).toContain("waits for others");
    expect((await decide(linkOf(links, second))).body).toContain(OVER);
    expect((await mailed()).map(({ to }) => to)).toEqual([guard]);
    const { state, stages } = await request();
    expect([state, stages?.votes.length]).toEqual(["pending", 1]);
  });

  it("counts as only one vote if the delegate represents two approvers", async () => {
    const { mailed, decide, request, linkOf, give } = await delegated({ by: [sponsor, guard], need: 2 });
    await give(guard);
    expect((await decide(linkOf(await mailed(), lee))).status).toBe(200);
    expect((await mailed({ afresh: true })).map(({ to }) => to)).toEqual([guard]);
    expect((await request()).stages?.votes).toHaveLength(1);
  });

  it.each<{ what: string; then: (gate: Awaited<ReturnType<typeof delegated>>) => unknown }>([
    { what: "the approver has taken the delegation back", then: ({ delegations }) => delegations.end([sponsor]) },
    {
      what: "the approver has taken the delegation back, and given it again",
      then: async ({ delegations, give, pass }) => {
        await delegations.end([sponsor]);
        pass(1);
        await give(sponsor);
      },
    },
    {
      what: "the approver has delegated to somebody else",
      then: ({ delegations, now }) => delegations.give([sponsor], "boss@contoso.com", new Date(now().getTime() + HOUR), now(), true),
    },
    { what: "its last day is over", then: ({ pass }) => pass(25 * HOUR) },
    {
      what: "the stage asks others",
      then: ({ store, id, now }) => store.change(id, (row) => reassign(row, { by: alice }, [guard], now())),
    },
  ])("ends if $what", async ({ then }) => {
    const gate = await delegated({ by: [sponsor], need: 1 });
    const link = gate.linkOf(await gate.mailed(), lee);
    await then(gate);
    expect((await gate.open(link)).body).toContain(OVER);
    expect((await gate.decide(link)).body).toContain(OVER);
    expect((await gate.request()).state).toBe("pending");
  });

  it("decides for an approver whom the request itself names, if the delegation still lasts", async () => {
    const gate = await delegated(undefined);
    const links = await gate.mailed();
    expect(links.map(({ to }) => to)).toEqual([sponsor, lee]);
    const link = gate.linkOf(links, lee);
    expect((await gate.open(link)).body).not.toContain(OVER);
    await gate.delegations.end([sponsor]);
    expect((await gate.decide(link)).body).toContain(OVER);
    gate.pass(1);
    await gate.give(sponsor);
    expect((await gate.decide(link)).body).toContain(OVER);
    const again = gate.linkOf(await gate.mailed({ afresh: true }), lee);
    expect((await gate.decide(again)).body).toContain("<h1>Approved: ");
    const given = await delegated(undefined, { own: false });
    expect((await given.mailed()).map(({ to }) => to)).toEqual([sponsor]);
  });

  it.each([
    { what: "an operator delegated in the approver's place", options: { own: false }, links: [sponsor] },
    { what: "the delegate is the person who asks", options: { to: "kim+x@contoso.com" }, links: [sponsor] },
    { what: "an operator asks the approver in others' place", options: {}, links: [], by: [guard] },
  ])("is not made if $what", async ({ options, links, by = [sponsor] }) => {
    const gate = await delegated({ by, need: 1 }, options);
    if (!by.includes(sponsor)) await gate.store.change(gate.id, (row) => reassign(row, { by: alice }, [sponsor], gate.now()));
    expect((await gate.mailed()).map(({ to }) => to)).toEqual(links);
  });
});

describe("a mail link about ending access", () => {
  const DAY = 24 * HOUR;
  const MINA = "mina@contoso.com";
  const NOTHING = "This link does not work any more";

  async function reminded(cells: Partial<Newcomer> = {}, gates: ExpiryOfGates = { default: expiry }) {
    let now = NOW.getTime();
    const { world, observed } = memoryWorld({
      settings: {
        APPROVALS_TABLE: "approvals",
        ACCOUNTS_TABLE: "accounts",
        AUDIT_TABLE: "audit",
        LEDGER_TABLE: "ledger",
        ACCESS_LIST_TABLE: "list",
        DECISIONS_TABLE: "decisions",
        ASKED_LISTS: JSON.stringify({ default: [{ classes: [] }] }),
        EXPIRY: JSON.stringify(gates),
        APPROVAL_MAIL_SECRET: "mail",
        POWERTOOLS_SERVICE_NAME: "Gatehouse",
        AWS_REGION: "eu-west-1",
        DECIDE_URL: "https://decide.example/decide",
        CONSOLE_URL: "https://console.example/approvals/requests/{id}",
        GATEHOUSE_DECIDE_URL: "https://decide.example/decide",
      },
      secrets: { mail: JSON.stringify(settings) },
      clock: { now: () => now, startTimer: () => () => undefined },
    });
    await createApprovalsTable(world.tables, "approvals");
    for (const table of ["accounts", "audit", "ledger"] as const) await createKeyTable(world.tables, table, table);
    await createKeyTable(world.tables, "list", "accessList");
    await createDecisionsTable(world.tables, "decisions");
    const store = accountStore(world.tables, "accounts");
    const trail = auditStore(world.tables, "audit");
    const at = (days: number) => new Date(now + days * DAY);
    const { id } = newcomer;
    const row = async () => (await store.get(id)) as AccountRow;
    const change = (step: Parameters<typeof store.change>[1]) => store.change(id, step);
    await change((stored) =>
      arrive(stored, { ...newcomer, sponsor: MINA, letInAt: at(-150).toISOString(), until: at(30).toISOString(), ...cells }, at(-150)),
    );
    const send = approvalMailHandler()(world);
    /** The link of the mail to the sponsor about a change, if there is one. */
    async function mailed(step: Parameters<typeof store.change>[1]) {
      const before = await row();
      const outcome = await change(step);
      if (!outcome.ok) throw new Error(outcome.why);
      const event = accountEvent(before, outcome.row);
      const { length } = observed.mails;
      const body = JSON.stringify({ "detail-type": event?.type, detail: event?.detail });
      const context: Context = { ...lambdaContext, getRemainingTimeInMillis: () => 60_000 };
      await send({ Records: [{ messageId: "1", body }] } as unknown as SQSEvent, context);
      const texts = observed.mails.slice(length).map(({ text }) => /^https:\/\/decide\.example\/\S+$/m.exec(text)?.[0]);
      const [url] = texts.flatMap((each) => each ?? []);
      return url === undefined ? undefined : (Object.fromEntries(new URL(url).searchParams) as { account: string; key: string });
    }
    const remindNow = (mark = 30) => mailed((stored) => remind(stored, mark, at(0), { days: expiry.days }));
    const handle = mailDecisionsHandler(world);
    async function call(asked: Asked) {
      const result = (await handle(eventOf({ path: "/renew", ...asked }), lambdaContext)) as APIGatewayProxyStructuredResultV2;
      return { status: result.statusCode, headers: result.headers ?? {}, body: result.body ?? "" };
    }
    type AccountLink = Readonly<Record<"account" | "key", string>>;
    const open = (link: AccountLink, more: Asked = {}) => call({ query: link, ...more });
    const answer = (link: AccountLink, verb: string, note = "") => call({ method: "POST", form: { ...link, answer: verb, note } });
    const entries = async () => (await trail.page({})).entries.map(({ by, via, action, outcome }) => [by, via, action, outcome]);
    const deny = (entry: string) => world.tables.call("PutItem", { TableName: "list", Item: toItem({ entry, effect: "deny" }) });
    return { observed, deny, row, change, mailed, remindNow, open, answer, entries, at, pass: (days: number) => (now += days * DAY) };
  }

  it("goes only to the sponsor, names the person with the ending access, and renews the access once", async () => {
    const { remindNow, open, answer, row, observed, entries, at } = await reminded();
    const link = (await remindNow()) as { account: string; key: string };
    expect(observed.mails.map(({ to, text }) => [to.join(), text.includes("/renew?")])).toEqual([
      [newcomer.email, false],
      [MINA, true],
    ]);
    const before = await row();
    expect(JSON.stringify([before, observed.lines])).not.toContain(link.key);
    const { status, headers, body } = await open(link, { headers: { "accept-language": "ko" } });
    expect({ status, cache: headers["cache-control"], referrer: headers["referrer-policy"] }).toEqual({
      status: 200,
      cache: "no-store",
      referrer: "no-referrer",
    });
    expect(body).toMatch(/<html lang="ko">.*액세스 갱신.*kim@contoso\.com.*K7QD-9MXD.*mina@contoso\.com.*종료되도록 두기/s);
    expect(body).not.toMatch(/<script|style=/);
    const answered = await answer(link, "renew", "still on the project");
    expect(answered).toMatchObject({ status: 200, body: expect.stringContaining("<h1>Access lasts until ") });
    const after = await row();
    expect(after).toMatchObject({ state: "in", until: at(30 + 180).toISOString(), reminded: [] });
    expect(after.renewalLink).toBeUndefined();
    expect(after.history.at(-1)).toMatchObject({ what: "renewed", by: { kind: "mail", name: MINA }, note: "still on the project" });
    expect(accountEvent(before, after)).toMatchObject({ type: "access.changed.v1", detail: { what: "renewed", by: MINA } });
    expect(await entries()).toEqual([[MINA, "mail", "access.renewed", "done"]]);
    expect((await answer(link, "renew")).body).toContain(NOTHING);
    expect(JSON.stringify(observed.lines)).not.toMatch(/contoso/);
  });

  it("is stored as a hash without an event, and stays valid if only hidden values of the account change", async () => {
    const { remindNow, change, row, open, at } = await reminded();
    const before = await row();
    const link = (await remindNow()) as { account: string; key: string };
    const kept = await row();
    expect(kept.turn).toBe(before.turn + 2);
    expect(accountEvent({ ...kept, turn: kept.turn - 1, renewalLink: undefined as never }, kept)).toBeUndefined();
    await change((stored) => (stored === undefined ? { ok: false, why: "unknown" } : remind(stored, 7, at(0))));
    expect((await open(link)).status).toBe(200);
  });

  it.each([
    { language: "en", says: "so their access cannot be renewed here" },
    { language: "ko", says: "액세스를 갱신할 수 없습니다" },
    { language: "ja", says: "アクセスを更新できません" },
    { language: "zh-Hans", says: "无法在此页面续期" },
    { language: "de", says: "kann hier niemand den Zugang verlängern" },
    { language: "fr", says: "ne peut pas être renouvelé ici" },
    { language: "es", says: "no se puede renovar su acceso" },
    { language: "pt-BR", says: "não pode ser renovado aqui" },
  ])("reports in $language that the list denies the person, names no entry, and can then only let access end", async (each) => {
    const { remindNow, deny, open, answer, row, entries, observed } = await reminded();
    const link = (await remindNow()) as { account: string; key: string };
    await deny("contoso.com");
    const before = await row();
    const headers = { "accept-language": each.language };
    const opened = await open(link, { headers });
    expect(opened.body).toContain(each.says);
    expect(opened.body).not.toContain('value="renew"');
    expect(opened.body).not.toMatch(/[^@]contoso\.com/);
    // A page opened before the deny still has the button.
    const sent = await answer(link, "renew", "known");
    expect(sent).toMatchObject({ status: 409, body: expect.stringContaining("known") });
    expect(await row()).toEqual(before);
    expect(await entries()).toEqual([]);
    expect(observed.lines.at(-1)).toMatchObject({ facts: { outcome: "denied-by-list" } });
    expect((await answer(link, "let-end")).status).toBe(200);
    expect((await row()).renew).toBe("nobody");
  });

  it("can let access end, after which the sponsor gets no more mail", async () => {
    const { remindNow, answer, row, pass } = await reminded();
    const link = (await remindNow()) as { account: string; key: string };
    const { body } = await answer(link, "let-end");
    expect(body).toContain("<h1>Access ends on ");
    expect(await row()).toMatchObject({ renew: "nobody", history: expect.arrayContaining([expect.objectContaining({ what: "let-end" })]) });
    pass(23);
    expect(await remindNow(7)).toBeUndefined();
  });

  it("changes nothing if 1,000 scanners open it, and still renews for its reader", async () => {
    const { remindNow, open, answer, row, entries } = await reminded();
    const link = (await remindNow()) as { account: string; key: string };
    const before = await row();
    for (let count = 0; count < 1_000; count++) {
      const { status, body } = await open(link, scanners[count % scanners.length]);
      expect(status === 200 || status === 404 || status === 400).toBe(true);
      expect(body).not.toMatch(/<h1>Access (lasts|ends)/);
    }
    expect(await row()).toEqual(before);
    expect(await entries()).toEqual([]);
    expect((await answer(link, "renew")).status).toBe(200);
  });

  it("accepts only the first of two answers that are sent at once", async () => {
    const { remindNow, answer, row } = await reminded();
    const link = (await remindNow()) as { account: string; key: string };
    const answers = await Promise.all(["renew", "let-end", "renew", "let-end"].map((verb) => answer(link, verb)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404]);
    expect((await row()).history.filter(({ what }) => what === "renewed" || what === "let-end")).toHaveLength(1);
  });

  it("is replaced by a new link when the account is disabled, and that link can enable the account", async () => {
    const { remindNow, mailed, open, answer, row, pass, at, change } = await reminded();
    const early = (await remindNow()) as { account: string; key: string };
    pass(30);
    await change((stored) => beginWork(stored, "disabling", { by: accessWorker }, at(0)));
    expect((await open(early)).status).toBe(404);
    const link = await mailed((stored) => disable(stored, at(30).toISOString(), at(0), { days: expiry.days }));
    expect((await open(early)).body).toContain(NOTHING);
    const { body } = await open(link as { account: string; key: string });
    expect(body).toContain("The account is disabled.");
    expect(body).not.toContain("Let it end");
    expect((await answer(link as { account: string; key: string }, "renew")).body).toContain("enables it within the hour");
    expect(await row()).toMatchObject({ state: "disabled", until: at(180).toISOString() });
  });

  it.each<{ what: string; then: (gate: Awaited<ReturnType<typeof reminded>>) => unknown }>([
    { what: "30 days later", then: ({ pass }) => pass(30) },
    { what: "once a newer mail came", then: ({ remindNow, pass }) => [pass(23), remindNow(7)][1] },
    {
      what: "once an operator extended access",
      then: ({ change, at }) => change((row) => extendAccess(row, at(31).toISOString(), { by: alice }, at(0))),
    },
    {
      what: "once the sponsor has left",
      then: ({ change, at }) => change((row) => remind(row, 7, at(0), { days: expiry.days, sponsor: "left" })),
    },
    {
      what: "once somebody else is the sponsor",
      then: ({ change, at }) => change((row) => changeSponsor(row, "lee@contoso.com", { by: alice }, at(0))),
    },
    {
      what: "once somebody else was the sponsor for a while",
      then: async ({ change, at }) => {
        for (const to of ["lee@contoso.com", MINA]) await change((row) => changeSponsor(row, to, { by: alice }, at(0)));
      },
    },
    {
      what: "once the row says something else",
      then: ({ change }) =>
        change((row) => ({ ok: true, row: { ...(row as AccountRow), email: "eve@evil.example" }, condition: { turn: row?.turn ?? 0 } })),
    },
  ])("has no effect $what", async ({ then }) => {
    const gate = await reminded();
    const link = (await gate.remindNow()) as { account: string; key: string };
    await then(gate);
    const before = await gate.row();
    const expected = await gate.open({ account: "00000000-0000-4000-8000-00000000000f", key: "C".repeat(43) });
    expect(expected).toMatchObject({ status: 404, body: expect.stringContaining(NOTHING) });
    const others = [
      { ...link, key: "" },
      { ...link, key: `${link.key}=` },
      { account: "x".repeat(10_240), key: link.key },
    ];
    for (const wrong of [link, ...others]) {
      expect(await gate.open(wrong)).toEqual(expected);
      expect(await gate.answer(wrong, "renew")).toEqual(expected);
    }
    expect(await gate.row()).toEqual(before);
    expect(await gate.entries()).toEqual([]);
  });

  it.each<{ what: string; cells?: Partial<Newcomer>; gates?: ExpiryOfGates }>([
    { what: "for a person who sponsors themselves", cells: { sponsor: "kim+sponsor@contoso.com" } },
    { what: "without a sponsor", cells: { sponsor: undefined as never } },
    { what: "where the policy asks approvers by now", gates: { default: { ...expiry, renew: "approvers" } } },
    { what: "where the gate's policy ends no access any more", gates: {} },
    { what: "where the end is far", cells: { until: new Date(NOW.getTime() + 90 * 86_400_000).toISOString() } },
  ])("is not made $what", async ({ cells, gates }) => {
    const { remindNow, row } = await reminded(cells, gates);
    expect(await remindNow()).toBeUndefined();
    expect((await row()).renewalLink).toBeUndefined();
  });

  it("keeps typed text if the form is incomplete, and is not used up by that", async () => {
    const { remindNow, answer } = await reminded();
    const link = (await remindNow()) as { account: string; key: string };
    for (const [verb, note, says] of [
      ["", "partner <b>", "Choose an answer below"],
      ["approve", "partner <b>", "Choose an answer below"],
      ["renew", `partner <b>${"x".repeat(1_000)}`, "up to 1,000 characters"],
    ] as const) {
      const { status, body } = await answer(link, verb, note);
      expect([status, body.includes(says), body.includes("partner &lt;b&gt;")]).toEqual([400, true, true]);
    }
    expect((await answer(link, "renew")).status).toBe(200);
  });
});
