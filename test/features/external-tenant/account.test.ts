import { decide } from "../../../engine/sign-up/engine";
import { buildPersonId, hashAccount, keyedHash } from "../../../engine/sign-up/person";
import { personKey } from "../../../engine/sign-up/person-key";
import { beforeSendingToken } from "../../../engine/sign-up/policy";
import type { FirstToken, Ports } from "../../../engine/sign-up/ports";
import { recordId } from "../../../engine/sign-up/records";
import { makeRule, type RecordKey, type Row } from "../../../engine/sign-up/rule";
import type { Identity, SignUp } from "../../../engine/sign-up/sign-up";
import { deadlineIn, MS_PER_DAY, MS_PER_MINUTE } from "../../../engine/sign-up/time";
import type { Write } from "../../../engine/sign-up/verdict";
import { approvalClaims } from "../../../features/approvals/approval-claims";
import { requestKey } from "../../../features/approvals/request";
import { approve } from "../../../features/approvals/transitions";
import {
  type AccountHolder,
  type AskDirectory,
  beginAccountSearch,
  journeyWrite,
  madeAccountWrite,
} from "../../../features/external-tenant/account";
import { prefill } from "../../../features/profiles/prefill";
import { profiles } from "../../../features/profiles/profiles";
import { fakeClock } from "../../engine/sign-up/fake-clock";
import { hashOf, NOW, person, world } from "../../engine/sign-up/people";
import { alice, pending, rowOf } from "../approvals/requests";

const ACCOUNT = "7f12c2a6-93d1-4b0e-8a57-64c0de19b3f2";
const ANOTHER = "0d4f6d52-93b7-4c0f-8a5e-2b9a31c6e0f4";
const local: Identity = { signInType: "emailAddress", issuer: "contoso.onmicrosoft.com", issuerAssignedId: "kim@contoso.com" };
const google: Identity = { signInType: "federated", issuer: "google.com", issuerAssignedId: "1184" };
const told = {
  source: "external-tenant",
  correlationId: "d3d2c1b0-a998-4776-8554-3f2e1d0c9b88",
  ipAddress: "203.0.113.24",
  application: { id: "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33" },
} as const;
const kim = person({ ...told, identities: [local] });
const event = person({ ...told, step: "before-sending-token", email: "", userId: ACCOUNT, attributes: { displayName: "kim" } });
/** As the dialect reads an event with a `mail`. */
const showing = (email: string): SignUp => ({ ...event, email, emailTyped: true });
const later = (ms: number) => new Date(NOW.getTime() + ms);

/** A table that holds what is written to it, as far as these rows go. */
function ledger() {
  const rows = new Map<string, Row>();
  const reads: (readonly RecordKey[])[] = [];
  const write = async (given: Write): Promise<boolean> => {
    if ("item" in given) {
      const id = recordId({ table: given.table, key: { id: String(given.item.id) } });
      const { condition } = given;
      const row = rows.get(id);
      if (condition === "absent" ? row !== undefined : row?.at !== condition.at) return false;
      rows.set(id, given.item);
      return true;
    }
    const id = recordId(given);
    const row = rows.get(id) ?? given.key;
    const members = (row[given.slots] as string[] | undefined) ?? [];
    if (!members.includes(given.holder) && members.length >= given.atMost) return false;
    rows.set(id, { ...row, ...given.set, [given.slots]: [...new Set([...members, given.holder])] });
    return true;
  };
  const read: Ports["read"] = async (keys) => {
    reads.push(keys);
    return new Map(keys.map(recordId).flatMap((id) => (rows.has(id) ? [[id, rows.get(id) as Row] as const] : [])));
  };
  const under = (prefix: string) => [...rows].filter(([id]) => id.includes(prefix)).map(([, row]) => row);
  return { rows, reads, read, write, under, arrived: [] as FirstToken[] };
}

const profileKey = (email: string): RecordKey => ({ table: "profiles", key: { person: email } });
const tier = makeRule({ name: "tier", prepare: () => ({ tier: "gold" }) });
const who = makeRule({
  name: "who",
  sets: ["*"],
  needs: ({ email }) => (email === "" ? [] : [profileKey(email)]),
  decide: ({ email, emailTyped, identities }, { records }) => ({
    kind: "continue",
    attributes: {
      email_of: `${email}${emailTyped ? " (typed)" : ""}`,
      issuers: identities.map(({ issuer }) => issuer),
      ...(email !== "" && { profile: String(records.get(profileKey(email))?.role) }),
    },
  }),
});
const policy = beforeSendingToken([tier, who]);
const NOBODY = { tier: "gold", email_of: "", issuers: [] };
const KIM = { tier: "gold", email_of: "kim@contoso.com", issuers: ["contoso.onmicrosoft.com"], profile: "undefined" };

interface Given {
  readonly table: ReturnType<typeof ledger>;
  readonly ask?: AskDirectory | undefined;
  readonly now?: Date;
  readonly ports?: Partial<Ports>;
}

/** Asks for a token's claims, and keeps what was learnt as the handler does. */
async function tokenFor(signUp: SignUp, { table, ask, now = NOW, ports = {} }: Given) {
  const { read, write } = table;
  const decision = await decide(policy, signUp, world({ read, write, beginSearch: beginAccountSearch(ask), now, ...ports }));
  expect(decision.failure).toBeUndefined();
  const { newRow: learnt, firstToken: arrived } = decision.identification ?? {};
  if (arrived !== undefined) table.arrived.push(arrived);
  if (learnt !== undefined) await write(learnt);
  return decision.answer.kind === "continue" ? decision.answer.attributes : decision.answer;
}

async function signedUp(signUp: SignUp = kim, attributes = {}, at = NOW) {
  const table = ledger();
  const decision = { reference: "K7QD-9MXD", emailProven: signUp.emailTyped === undefined };
  await table.write(journeyWrite(signUp, attributes, hashOf, at, decision) as Write);
  return table;
}

describe("the account's first token", () => {
  it("has the same claims as every later token: those of the person whom the gate let in on the same journey", async () => {
    const table = await signedUp();
    expect(await tokenFor(event, { table, now: later(2_000) })).toEqual(KIM);
    const { correlationId: _, ...another } = event;
    expect(await tokenFor({ ...another, ipAddress: "198.51.100.1" }, { table, now: later(20 * MS_PER_DAY) })).toEqual(KIM);
  });

  it("reports once that the account has arrived, with its person and decision", async () => {
    const table = await signedUp();
    for (const ms of [2_000, 5_000, 40 * MS_PER_DAY]) await tokenFor(event, { table, now: later(ms) });
    const { userId } = event;
    const personId = buildPersonId("kim@contoso.com", hashOf);
    const told = { userId, personId, email: "kim@contoso.com", reference: "K7QD-9MXD", at: NOW.toISOString() };
    expect(table.arrived).toStrictEqual([{ ...told, emailProven: true, emailVouchers: ["mail"] }]);
  });

  it("reports that the address was not proven at the form", async () => {
    const table = await signedUp({ ...kim, emailTyped: true });
    await tokenFor(event, { table });
    expect(table.arrived).toMatchObject([{ email: "kim@contoso.com", emailProven: false, emailVouchers: [] }]);
  });

  it("reports the arrival at the gate that the token is for", async () => {
    const table = await signedUp({ ...kim, gate: "suppliers" });
    await tokenFor({ ...event, gate: "suppliers" }, { table });
    expect(table.arrived).toMatchObject([{ gate: "suppliers" }]);
  });

  it.each<[string, SignUp, Row]>([
    ["has no address", { ...kim, email: "", identities: [google] }, {}],
    ["names no decision", kim, { reference: 7 }],
    ["has no person", kim, { personId: 7 }],
  ])("reports no arrival if the journey %s", async (_, form, cells) => {
    const table = await signedUp(form);
    for (const [id, row] of table.rows) table.rows.set(id, { ...row, ...cells });
    await tokenFor(event, { table });
    expect(table.under("account/")).toHaveLength(1);
    expect(table.arrived).toEqual([]);
  });

  it("claims the journey for its account", async () => {
    const table = await signedUp();
    await tokenFor(event, { table });
    expect(table.under("signed-up/")).toMatchObject([{ accounts: [ACCOUNT] }]);
  });

  it("reports the arrival again until it could be stored", async () => {
    const table = await signedUp();
    const lost = { ...table, write: (write: Write) => ("item" in write ? Promise.resolve(true) : table.write(write)) };
    for (const _ of [1, 2]) await tokenFor(event, { table: lost, now: later(2_000) });
    expect(table.arrived).toHaveLength(2);
  });

  it("shows the account's `mail` as a typed address if the provider gave no address", async () => {
    const table = await signedUp({ ...kim, email: "", identities: [google] });
    expect(await tokenFor(showing("lee@contoso.com"), { table })).toMatchObject({
      email_of: "lee@contoso.com (typed)",
      issuers: ["google.com"],
    });
  });

  it("contains no address if neither the journey nor the event has one", async () => {
    const table = await signedUp({ ...kim, email: "", identities: [google] });
    expect(await tokenFor(event, { table })).toEqual({ tier: "gold", email_of: "", issuers: ["google.com"] });
  });

  it("needs two reads, like every later token; the second one gets the person's rows", async () => {
    const table = await signedUp();
    for (const _ of [1, 2]) {
      table.reads.length = 0;
      await tokenFor(event, { table });
      expect(table.reads.map((keys) => keys.map(({ table: name }) => name))).toEqual([["ledger", "ledger"], ["profiles"]]);
    }
  });

  it("needs one read for an unknown person", async () => {
    const table = ledger();
    await tokenFor(event, { table });
    expect(table.reads).toHaveLength(1);
    expect(table.rows.size).toBe(0);
  });

  it("stores hashes and the address, but no name and no network", async () => {
    const table = await signedUp();
    await tokenFor(event, { table });
    const [journey = {}] = table.under("signed-up/");
    expect(JSON.stringify([...table.rows])).not.toMatch(/203\.0\.113|"kim"|d3d2c1b0|3c9e8b7a/);
    expect(table.under("account/")).toEqual([
      {
        id: `account/${ACCOUNT}`,
        source: "journey",
        personId: journey.personId,
        accountId: journey.accountId,
        email: "kim@contoso.com",
        identities: JSON.stringify([local]),
        at: NOW.toISOString(),
        expires: NOW.getTime() / 1_000 + 400 * 86_400,
      },
    ]);
    expect(journey.expires).toBe(NOW.getTime() / 1_000 + 3_600);
    expect(journey.people).toEqual([expect.stringMatching(new RegExp(`^${String(journey.personId)}\\.`))]);
  });

  it("has its address marked as typed if the person only typed it", async () =>
    expect(await tokenFor(event, { table: await signedUp({ ...kim, emailTyped: true }) })).toMatchObject({
      email_of: "kim@contoso.com (typed)",
    }));
});

describe("a journey is linked only to the account of its own person:", () => {
  const older = (ms: number) => later(-ms).toISOString();
  it.each<{ given: string; changed?: Partial<SignUp>; form?: object; now?: Date; finds?: boolean }>([
    { given: "another correlation id", changed: { correlationId: ANOTHER } },
    { given: "no correlation id", changed: { correlationId: undefined } as never },
    { given: "after more than an hour", now: later(60 * MS_PER_MINUTE + 1) },
    { given: "after an hour", now: later(60 * MS_PER_MINUTE), finds: true },
    { given: "another network", changed: { ipAddress: "203.0.113.25" } },
    { given: "no network told", changed: { ipAddress: undefined } as never, finds: true },
    { given: "another application", changed: { application: { id: ANOTHER } } },
    { given: "another name", changed: { attributes: { displayName: "lee" } } },
    { given: "the name before the policy changed it", form: { displayName: "Kim" } },
    {
      given: "the name as the policy changed it",
      form: { displayName: "Kim" },
      changed: { attributes: { displayName: "Kim" } },
      finds: true,
    },
    { given: "no name told", changed: { attributes: {} }, finds: true },
    { given: "an older account", changed: { userCreatedAt: older(5 * MS_PER_MINUTE) } },
    { given: "an account a minute older, as clocks differ", changed: { userCreatedAt: older(MS_PER_MINUTE) }, finds: true },
    { given: "an account a little older than that", changed: { userCreatedAt: older(MS_PER_MINUTE + 1) } },
    { given: "an account of an unreadable age", changed: { userCreatedAt: "yesterday" } },
    { given: "an account made since", changed: { userCreatedAt: older(-3_000) }, finds: true },
    { given: "the same address", changed: { email: "kim@contoso.com", emailTyped: true }, finds: true },
  ])("$given", async ({ changed, form = {}, now, finds = false }) => {
    const table = await signedUp(kim, form);
    const claims = await tokenFor({ ...event, ...changed }, { table, ...(now && { now }) });
    expect(claims).toEqual(finds ? KIM : NOBODY);
    expect(table.under("account/")).toHaveLength(finds ? 1 : 0);
  });

  it("a name in the token does not matter if the form did not show one", async () => {
    expect(await tokenFor(event, { table: await signedUp({ ...kim, attributes: {} }) })).toEqual(KIM);
  });

  it("a row that somebody made unreadable names nobody", async () => {
    const table = await signedUp();
    for (const [id, row] of table.rows) table.rows.set(id, { ...row, identities: "[" });
    expect(await tokenFor(event, { table })).toEqual(NOBODY);
  });

  it("the token names nobody if it shows an address that differs from the journey's", async () => {
    const table = await signedUp();
    expect(await tokenFor(showing("lee@contoso.com"), { table })).toEqual(NOBODY);
    expect(table.under("account/")).toEqual([]);
  });

  it("a token for another network gets its person from the directory, and never from `mail`", async () => {
    const table = await signedUp();
    const elsewhere = { ...showing("kim@contoso.com"), ipAddress: "198.51.100.1" };
    expect(await tokenFor(elsewhere, { table })).toEqual(NOBODY);
    const ask: AskDirectory = async () => ({ email: "lee@gmail.com", identities: [google] });
    expect(await tokenFor(elsewhere, { table, ask })).toMatchObject({ email_of: "lee@gmail.com", issuers: ["google.com"] });
  });

  it("after an hour `mail` counts only as a typed address", async () => {
    const now = later(60 * MS_PER_MINUTE + 1);
    expect(await tokenFor(showing("kim@contoso.com"), { table: await signedUp(), now })).toMatchObject({
      email_of: "kim@contoso.com (typed)",
      issuers: [],
    });
  });

  it("the token names nobody if two people signed up under one correlation id", async () => {
    const table = await signedUp();
    const lee = { ...kim, email: "lee@contoso.com", identities: [{ ...local, issuerAssignedId: "lee@contoso.com" }] };
    await table.write(journeyWrite(lee, {}, hashOf, NOW) as Write);
    expect(await tokenFor(event, { table })).toEqual(NOBODY);
  });

  it("one person who corrected the form is still one person", async () => {
    const table = await signedUp({ ...kim, attributes: { displayName: "kin" } });
    await table.write(journeyWrite(kim, {}, hashOf, later(1_000)) as Write);
    expect(await tokenFor(event, { table })).toEqual(KIM);
  });

  it("a second account does not get the person of the first", async () => {
    const table = await signedUp();
    expect(await tokenFor({ ...event, userId: ANOTHER }, { table })).toEqual(KIM);
    expect(await tokenFor(event, { table })).toEqual(NOBODY);
    expect(table.under("account/")).toMatchObject([{ id: `account/${ANOTHER}` }]);
  });

  it("only one of two accounts gets the person if both get a token at the same time", async () => {
    const table = await signedUp();
    const claims = await Promise.all([ACCOUNT, ANOTHER].map((userId) => tokenFor({ ...event, userId }, { table })));
    expect(claims.filter((each) => "email_of" in each && each.email_of === KIM.email_of)).toHaveLength(1);
  });

  it("an account that already has its person keeps that person", async () => {
    const table = await signedUp();
    await tokenFor(event, { table });
    const lee = { ...kim, correlationId: ANOTHER, email: "lee@contoso.com" };
    await table.write(journeyWrite(lee, {}, hashOf, NOW) as Write);
    expect(await tokenFor({ ...event, correlationId: ANOTHER }, { table })).toEqual(KIM);
  });
});

describe("an account that the gate made for an approved person", () => {
  const google: Identity = { signInType: "federated", issuer: "google.com", issuerAssignedId: "1184" };
  const asked = { ...kim, identities: [google] };
  const held = { email: kim.email, identities: [google] };
  const personId = buildPersonId(kim.email, hashOf);
  const ASKED = { tier: "gold", email_of: "kim@contoso.com", issuers: ["google.com"], profile: "undefined" };

  async function made(holder: AccountHolder = held) {
    const table = ledger();
    expect(await table.write(madeAccountWrite(ACCOUNT.toUpperCase(), holder, personId, NOW))).toBe(true);
    return table;
  }

  it("gets the claims of approval and profile, even if no event has an address", async () => {
    const table = await made();
    const request = rowOf(approve(pending({ signUp: asked }), { by: alice }, NOW));
    for (const [key, row] of [
      [requestKey(request.id), request],
      [profileKey(kim.email), { person: kim.email, role: "buyer" }],
    ] as const) {
      table.rows.set(recordId(key), row as unknown as Row);
    }
    const claims = beforeSendingToken([prefill(profiles()), approvalClaims({ approval: "state" })], { trust: ["google.com"] });
    const { read, write } = table;
    const ports = world({ read, write, beginSearch: beginAccountSearch(), now: NOW });
    const { answer } = await decide(claims, event, ports);
    expect(answer).toEqual({ kind: "continue", attributes: { role: "buyer", approval: "approved" } });
    const nobody = await decide(claims, { ...event, userId: ANOTHER }, ports);
    expect(nobody.answer).toEqual({ kind: "continue", attributes: {} });
  });

  it("keeps that person without a call to the directory, and its row is renewed with the account's hash", async () => {
    const table = await made();
    const ask = vi.fn<AskDirectory>(async () => ({ email: "lee@gmail.com", identities: [google] }));
    for (const days of [0, 31, 430]) expect(await tokenFor(event, { table, ask, now: later(days * MS_PER_DAY) })).toEqual(ASKED);
    expect(ask).not.toHaveBeenCalled();
    expect(table.under("account/")).toMatchObject([{ source: "request", personId, accountId: hashAccount([google], hashOf) }]);
  });

  it("has its address marked as typed if the person only typed it", async () =>
    expect(await tokenFor(event, { table: await made({ ...held, emailTyped: true }) })).toMatchObject({
      email_of: "kim@contoso.com (typed)",
    }));

  it("stays linked to its first person if it is later recorded for another one", async () => {
    const table = await made();
    const lee = madeAccountWrite(ACCOUNT, { email: "lee@contoso.com", identities: [] }, "lee", later(500 * MS_PER_DAY));
    expect(await table.write(lee)).toBe(false);
    expect(await tokenFor(event, { table })).toEqual(ASKED);
  });
});

it.each([
  ["2a0d:6fc0:1:2::78d3", "2a0d:6fc0:0001:2:ffff::1", true],
  ["2a0d:6fc0:1:2::78d3", "2a0d:6fc0:1:3::78d3", false],
  ["2a0d::1", "2A0D:0:0:0:5:6:7:8", true],
  ["::ffff:203.0.113.24", "203.0.113.24", true],
  ["203.0.113.24", "203.0.113.2", false],
  ["10.20.30.40", "10.20.30.41", false],
  ["::1", "0:0:0:0:0:0:0:2", true],
  ["1::2:3:4:5:6:7", "1:0:2:3:8:8:8:8", true],
  ["1:c::1", "b:2::1", false],
])("decides if %s and %s are one network: %s", async (form, token, isOne) => {
  const table = await signedUp({ ...kim, ipAddress: form });
  expect(await tokenFor({ ...event, ipAddress: token }, { table })).toEqual(isOne ? KIM : NOBODY);
});

it.each([undefined, "", "kim", "x".repeat(3_000), `${ACCOUNT}/x`])("reads no table for the account %p", async (userId) => {
  const table = await signedUp();
  const ask = vi.fn();
  expect(await tokenFor({ ...event, userId } as SignUp, { table, ask })).toEqual(NOBODY);
  expect(table.reads).toEqual([]);
  expect(ask).not.toHaveBeenCalled();
});

it("searches no journey if the event names none", async () => {
  const table = ledger();
  const { correlationId: _, ...nameless } = event;
  await tokenFor(nameless, { table });
  expect(table.reads).toEqual([[{ table: "ledger", key: { id: `account/${ACCOUNT}` } }]]);
});

describe("the directory", () => {
  const lee = { email: "lee@gmail.com", identities: [google] };
  const LEE = { tier: "gold", email_of: "lee@gmail.com", issuers: ["google.com"], profile: "undefined" };

  it("is asked once in 30 days if no journey names the person", async () => {
    const table = ledger();
    const ask = vi.fn<AskDirectory>(async () => lee);
    expect(await tokenFor(event, { table, ask })).toEqual(LEE);
    expect(await tokenFor(event, { table, ask, now: later(30 * MS_PER_DAY) })).toEqual(LEE);
    expect(ask).toHaveBeenCalledTimes(1);
    ask.mockResolvedValue({ ...lee, email: "kim@gmail.com" });
    expect(await tokenFor(event, { table, ask, now: later(31 * MS_PER_DAY) })).toMatchObject({ email_of: "kim@gmail.com" });
    expect(table.under("account/")).toMatchObject([{ source: "directory", email: "kim@gmail.com" }]);
  });

  it("is never asked if a journey names the person, and the row is renewed", async () => {
    const table = await signedUp();
    const ask = vi.fn<AskDirectory>(async () => lee);
    for (const days of [0, 31, 430]) expect(await tokenFor(event, { table, ask, now: later(days * MS_PER_DAY) })).toEqual(KIM);
    expect(ask).not.toHaveBeenCalled();
    expect(await tokenFor(event, { table, ask, now: later(831 * MS_PER_DAY) })).toEqual(LEE);
  });

  it("changes nothing that is known if it does not answer", async () => {
    const table = ledger();
    const [answers, silent]: AskDirectory[] = [async () => lee, async () => undefined];
    expect(await tokenFor(event, { table, ask: silent })).toEqual(NOBODY);
    expect(await tokenFor(showing("lee@gmail.com"), { table, ask: silent })).toMatchObject({
      email_of: "lee@gmail.com (typed)",
      issuers: [],
    });
    await tokenFor(event, { table, ask: answers });
    expect(await tokenFor(event, { table, ask: silent, now: later(31 * MS_PER_DAY) })).toEqual(LEE);
  });

  it("outranks a journey that comes later", async () => {
    const table = ledger();
    await tokenFor(event, { table, ask: async () => lee });
    const now = later(31 * MS_PER_DAY);
    await table.write(journeyWrite(kim, {}, hashOf, now) as Write);
    expect(await tokenFor(event, { table, now })).toEqual(LEE);
  });

  it("does not hold up claims that need no person if it answers too late", async () => {
    const signals: AbortSignal[] = [];
    const ask: AskDirectory = (_, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    expect(await tokenFor(event, { table: ledger(), ask, ports: { remainingMs: 430 } })).toEqual(NOBODY);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it("gets two thirds of the time that is left", async () => {
    const clock = fakeClock();
    const deadline = deadlineIn(900, clock);
    const none = { get: () => undefined } as never;
    const asking = beginAccountSearch(async () => {
      clock.advance(599);
      await Promise.resolve();
      return lee;
    });
    const traced = await asking(event, { hashOf })?.identify(none, world({ clock }), deadline);
    expect(traced?.newRow?.item.email).toBe("lee@gmail.com");
    expect(clock.running).toBe(1);
    const late = beginAccountSearch(() => {
      clock.advance(600);
      return new Promise(() => undefined);
    });
    const untraced = await late(event, { hashOf })?.identify(none, world({ clock }), deadlineIn(900, clock));
    expect(untraced).toEqual({ signUp: event });
  });

  it("leaves the event's own address unchanged if its answer names no address", async () => {
    const ask: AskDirectory = async () => ({ email: "", identities: [] });
    expect(await tokenFor(showing("lee@contoso.com"), { table: ledger(), ask })).toMatchObject({ email_of: "lee@contoso.com (typed)" });
  });

  it("is asked again as soon as its stored answer has expired", async () => {
    const table = ledger();
    await tokenFor(event, { table, ask: async () => lee });
    const end = 400 * MS_PER_DAY;
    expect(await tokenFor(event, { table, now: later(end - 1) })).toEqual(LEE);
    expect(await tokenFor(event, { table, now: later(end) })).toEqual(NOBODY);
  });

  it("makes the person unknown if it has no such account, even if the event has an address", async () => {
    const table = ledger();
    expect(await tokenFor(showing("lee@gmail.com"), { table, ask: async () => "absent" })).toEqual(NOBODY);
    expect(table.rows.size).toBe(0);
  });
});

it.each([
  { identities: "[" },
  { identities: "{}" },
  { identities: "[1]" },
  { email: 5, identities: "[]" },
  {},
  { identities: '[{"issuer":"google.com","issuerAssignedId":5}]' },
  { identities: '[{"issuer":"google.com","signInType":7}]' },
])("a row that somebody changed to %p names nobody", async (cells) => {
  const table = ledger();
  table.rows.set(recordId({ table: "ledger", key: { id: `account/${ACCOUNT}` } }), {
    at: NOW.toISOString(),
    expires: 9_999_999_999,
    ...cells,
  });
  expect(await tokenFor(event, { table })).toEqual(NOBODY);
});

it("an address in a row counts as typed even if its mark is a text instead of a boolean", async () => {
  const table = ledger();
  const cells = { at: NOW.toISOString(), expires: 9_999_999_999, email: "kim@contoso.com", emailTyped: "true", identities: "[]" };
  table.rows.set(recordId({ table: "ledger", key: { id: `account/${ACCOUNT}` } }), cells);
  expect(await tokenFor(event, { table })).toMatchObject({ email_of: "kim@contoso.com (typed)" });
});

it("finds the person of a journey from before a rotation of the hash key", async () => {
  const table = await signedUp();
  const ports = { hashOf: keyedHash("the new key"), otherHashOf: hashOf };
  expect(await tokenFor(event, { table, ports })).toEqual(KIM);
});

it("issues the token without claims if a write fails", async () => {
  const table = await signedUp();
  const write = () => Promise.reject(new Error("x"));
  const { answer, failure } = await decide(policy, event, world({ read: table.read, write, beginSearch: beginAccountSearch() }));
  expect(answer).toEqual({ kind: "continue", attributes: {} });
  expect(failure).toMatchObject({ why: "write" });
});

it("links a drill to nobody", async () => {
  const table = await signedUp();
  const drill = { ...event, attributes: { displayName: "x@drill.gatehouse.invalid" } };
  const decision = await decide(policy, drill, world({ read: table.read, write: table.write, beginSearch: beginAccountSearch() }));
  expect(decision.identification).toBeUndefined();
});

it("writes no row if the caller names no journey", () => {
  const { correlationId: _, ...rest } = kim;
  expect(journeyWrite(rest, {}, hashOf, NOW)).toBeUndefined();
});

describe("the stored row of a journey", () => {
  const [personId, accountId] = [buildPersonId("kim@contoso.com", hashOf), hashAccount([google], hashOf)];
  const form: SignUp = person({ ...told, attributes: {} });
  const row = {
    table: "ledger",
    key: { id: `signed-up/${hashOf(`journey\n${told.correlationId}`)}` },
    slots: "people",
    atMost: 2,
  };
  const seen = { application: hashOf(`application\n${told.application.id}`), network: hashOf("network\n203.0.113.24") };
  const times = { at: NOW.toISOString(), expires: NOW.getTime() / 1_000 + 3_600 };

  it.each<[string, Partial<SignUp>, object, string]>([
    ["an address alone", {}, { personId, email: "kim@contoso.com", identities: "[]" }, personId],
    ["an account alone", { email: "", identities: [google] }, { accountId, identities: JSON.stringify([google]) }, ""],
    [
      "a typed address and an account",
      { emailTyped: true, identities: [google] },
      { personId, email: "kim@contoso.com", emailTyped: true, accountId, identities: JSON.stringify([google]) },
      personId,
    ],
  ])("has the data of %s", (_, changes, cells, holder) => {
    const signUp = { ...form, ...changes };
    expect(journeyWrite(signUp, {}, hashOf, NOW)).toStrictEqual({
      ...row,
      holder: `${holder}.${hashOf(personKey(signUp))}`,
      set: { ...cells, ...times, ...seen },
    });
  });

  it("does not exist if there is no person", () => expect(journeyWrite({ ...form, email: "" }, {}, hashOf, NOW)).toBeUndefined());
});

it("the row of an account that the gate made names its person under the new account id", () => {
  expect(madeAccountWrite(ACCOUNT.toUpperCase(), { email: "kim@contoso.com", identities: [google] }, "person-kim", NOW)).toStrictEqual({
    table: "ledger",
    item: {
      id: `account/${ACCOUNT}`,
      source: "request",
      personId: "person-kim",
      email: "kim@contoso.com",
      identities: JSON.stringify([google]),
      at: NOW.toISOString(),
      expires: NOW.getTime() / 1_000 + 400 * 86_400,
    },
    condition: "absent",
  });
});
