import { GraphError } from "../../../adapters/graph/graph";
import { beforeSendingToken } from "../../../engine/sign-up/policy";
import { accessList } from "../../../features/access-list/rule";
import {
  changeSponsor,
  endAccessNow,
  endOffer,
  extendAccess,
  type Newcomer,
  offerGuest,
  restoreEnd,
} from "../../../features/accounts/change";
import { accountEvent } from "../../../features/accounts/events";
import { approvalClaims } from "../../../features/approvals/approval-claims";
import type { GateExpiry } from "../../../features/expiry/expiry";
import { expiry as expiryRule } from "../../../features/expiry/rule";
import { type AccessRun, confirmedRun } from "../../../features/expiry/run";
import { policyChecks } from "../../../features/expiry/stack/policy";
import { anyPolicy } from "../../support/any-policy";
import { day, expiry, iso } from "../accounts/accounts";
import { type Account, begin, counted, idOf, ROLE, say } from "./life";

const idle: GateExpiry = { ...expiry, days: 1_000, idle: 90, asksGraph: true };
const NEVER = "0001-01-01T00:00:00Z";

type Life = Awaited<ReturnType<typeof begin>>;
/** Accounts that arrived on day 0. Entra shows these of their sign-ins. */
const start = async (signInActivity: object | null | undefined, { count = 1, gate = idle, cells = {} as Partial<Newcomer> } = {}) => {
  const life = await begin({ gates: { default: gate } });
  await life.arriveAll(count, { until: iso(gate.days), ...cells });
  for (const account of life.directory.values()) account.signInActivity = signInActivity;
  return life;
};
const account = (life: Life, index = 1) => life.directory.get(idOf(index)) as Account;
const show = (life: Life, signInActivity: object | null | undefined, index = 1) => {
  account(life, index).signInActivity = signInActivity;
};
const success = (days: number) => ({ lastSuccessfulSignInDateTime: iso(days), lastSignInDateTime: iso(days) });
const attempt = (days: number) => ({ lastSignInDateTime: iso(days) });
const whats = async (life: Life) => (await life.row()).history.map(({ what }) => what);

describe("an account that did not sign in for the days of idle", () => {
  it("gets both reminders and ends, each with the reason", async () => {
    const life = await start(success(5));
    await life.live(0, 64);
    expect(await life.row()).toMatchObject({ endsAt: iso(1_000) });
    expect(await life.row()).not.toHaveProperty("idleEnd");
    const before = await life.row();
    await life.live(65, 65);
    const reminded = await life.row();
    expect(reminded).toMatchObject({
      idleEnd: iso(95),
      endsAt: iso(95),
      until: iso(1_000),
      endReason: "idle",
      idleReminded: [30],
      reminded: [],
    });
    expect(accountEvent(before, reminded)?.detail).toMatchObject({ what: "reminded", until: iso(95), reason: "idle" });
    await life.live(66, 94);
    expect(await life.row()).toMatchObject({ idleReminded: [30, 7], state: "in" });
    await life.live(95, 95);
    expect(await life.row()).toMatchObject({ state: "disabled", until: iso(95), endReason: "idle", deleteAt: iso(125) });
    expect(account(life).accountEnabled).toBe(false);
    expect((await life.row()).history.at(-2)).toMatchObject({ what: "disabling", note: "idle", until: iso(95) });
    expect(await life.ended()).toMatchObject([{ state: "disabled" }]);
    await life.live(96, 125);
    expect(await life.row()).toMatchObject({ state: "ended" });
  });

  it("ends no sooner than its first reminder announces, in a tenant that turns idle on late", async () => {
    const life = await start(success(5), { gate: { ...expiry, days: 1_000 } });
    await life.live(0, 200);
    await life.deploy({ default: idle });
    await life.live(201, 230);
    expect(await life.row()).toMatchObject({ idleEnd: iso(231), state: "in" });
    await life.live(231, 231);
    expect(await life.row()).toMatchObject({ state: "disabled", until: iso(231) });
  });

  it("waits for a person if many are due at once", async () => {
    const life = await start(success(5), { count: 30 });
    await life.live(60, 95);
    expect(await life.last()).toMatchObject({ state: "waiting", why: "many", toDisable: 30 });
    const before = await life.runs.read();
    await life.runs.write(before, confirmedRun(before.runs[0] as AccessRun, "lee"));
    show(life, success(94), 7);
    await life.work();
    expect(await life.last()).toMatchObject({ state: "done", disabled: 29 });
    expect(await life.row(7)).toMatchObject({ state: "in" });
  });

  it("is enabled by a renewal, which then counts", async () => {
    const life = await start(success(5));
    await life.live(60, 95);
    await life.accounts.change(idOf(1), (row) => extendAccess(row, iso(1_100), say, day(96), "renewed"));
    await life.live(96, 96);
    expect(await life.row()).toMatchObject({ state: "in", until: iso(1_100) });
    await life.live(97, 155);
    expect(await life.row()).not.toHaveProperty("idleEnd");
    await life.live(156, 156);
    expect(await life.row()).toMatchObject({ idleEnd: iso(186) });
  });

  it("ends on the day of lasts if that is earlier, without the reason", async () => {
    const life = await start(success(5), { gate: { ...idle, days: 92 } });
    await life.live(60, 92);
    const row = await life.row();
    expect(row).toMatchObject({ state: "disabled", until: iso(92) });
    expect(row).not.toHaveProperty("endReason");
  });

  it("ends by hand as before", async () => {
    const life = await start(success(5), { count: 2 });
    await life.live(60, 70);
    await life.accounts.change(idOf(1), (row) => endAccessNow(row, { ...say, note: "left" }, day(70)));
    life.at(70.1);
    await life.work();
    expect([(await life.row(1)).state, (await life.row(2)).state]).toEqual(["disabled", "in"]);
  });

  it.each([
    { who: "has a role", change: { roles: [ROLE] }, why: "role" },
    {
      who: "became a colleague",
      change: { userType: "Member", userPrincipalName: "p1@contoso.com", identities: [{ signInType: "userPrincipalName" }] },
      why: "colleague",
    },
    { who: "was disabled by somebody else", change: { accountEnabled: false }, why: "disabled-elsewhere" },
  ])("stays if it $who", async ({ change, why }) => {
    const life = await start(success(5));
    await life.live(60, 94);
    Object.assign(account(life), change);
    await life.live(95, 100);
    expect((await life.row()).history.at(-1)).toMatchObject({ what: "skipped", note: why });
    expect(await life.row()).toMatchObject({ state: "in" });
  });

  it("does not end after the option is gone from the policy", async () => {
    const life = await start(success(5));
    await life.live(60, 94);
    await life.deploy({ default: { ...expiry, days: 1_000 } });
    await life.live(95, 130);
    expect(await life.row()).toMatchObject({ state: "in", endsAt: iso(1_000) });
    expect(await life.row()).not.toHaveProperty("idleEnd");
    expect(await whats(life)).toEqual(["arrived", "reminded", "reminded"]);
  });

  it.each([
    { what: "an extension", until: 1_090, undone: 1_000, ends: 125 },
    { what: "an extension without an end", until: undefined, undone: 1_000, ends: 125 },
    { what: "the second of two extensions", before: 1_050, until: 1_090, undone: 1_050, ends: 184 },
  ])("counts as before after an Undo of $what, with another reminder", async ({ before, until, undone, ends }) => {
    const life = await start(success(5));
    await life.live(60, 94);
    const extend = (days: number | undefined) =>
      life.accounts.change(idOf(1), (row) => extendAccess(row, days === undefined ? undefined : iso(days), say, day(94)));
    if (before !== undefined) await extend(before);
    await extend(until);
    await life.accounts.change(idOf(1), (row) => restoreEnd(row, iso(undone), say, day(94)));
    await life.live(95, ends - 1);
    expect(await life.row()).toMatchObject({ state: "in", idleEnd: iso(ends) });
    await life.live(ends, ends);
    expect(await life.row()).toMatchObject({ state: "disabled", endReason: "idle" });
  });

  it("without an end on purpose stays, however long it does not sign in", async () => {
    const life = await start(success(5));
    await life.live(0, 1);
    await life.accounts.change(idOf(1), (row) => extendAccess(row, undefined, say, day(1)));
    await life.live(2, 200);
    expect(await life.row()).toMatchObject({ state: "in", endsAt: "never" });
  });
});

/** From day 60 on, the first reminder may be due; on day 90 the access would end. */
describe("what Graph returns decides", () => {
  it.each<{ returns: string; signInActivity: object | null | undefined }>([
    { returns: "no field", signInActivity: undefined },
    { returns: "null", signInActivity: null },
    { returns: "an object without moments", signInActivity: {} },
    { returns: "0001-01-01", signInActivity: { lastSuccessfulSignInDateTime: NEVER, lastSignInDateTime: NEVER } },
    { returns: "the future", signInActivity: { lastSuccessfulSignInDateTime: iso(900) } },
    { returns: "an attempt in the future", signInActivity: { ...success(1), lastNonInteractiveSignInDateTime: iso(900) } },
    { returns: "no time", signInActivity: { lastSuccessfulSignInDateTime: "yesterday" } },
  ])("$returns: nothing ends by idle", async ({ signInActivity }) => {
    const life = await start(signInActivity);
    await life.live(0, 200);
    expect(await life.row()).toMatchObject({ state: "in", endsAt: iso(1_000) });
    expect(await whats(life)).toEqual(["arrived"]);
    expect(counted(life.observed, "AccessRunFailed")).toBe(0);
  });

  it.each([403, 400, 429, 503, 0])("%d: nothing ends by idle, and all else ends", async (status) => {
    const life = await start(success(5), { count: 3 });
    life.settings.fail = (_, path) => (path.includes("signInActivity") ? new GraphError({ status, code: "Refused" }) : undefined);
    await life.endAt(100, 2);
    await life.live(60, 120);
    expect([(await life.row(1)).state, (await life.row(2)).state]).toEqual(["in", "disabled"]);
    expect(await life.row()).not.toHaveProperty("idleEnd");
    expect(counted(life.observed, "AccessRunFailed")).toBe(0);
  });

  it("403 for one page of several: the others end", async () => {
    const life = await start(success(5), { count: 17, cells: {} });
    let refused = 0;
    life.settings.fail = (_, path) =>
      path.includes("signInActivity") && path.includes(idOf(1)) && ++refused > 0
        ? new GraphError({ status: 403, code: "Forbidden" })
        : undefined;
    await life.live(60, 65);
    expect(await life.row(1)).not.toHaveProperty("idleEnd");
    expect(await life.row(17)).toMatchObject({ idleEnd: iso(95) });
    expect(refused).toBeGreaterThan(0);
  });

  it("an answer without the account: nothing ends by idle", async () => {
    const life = await start(success(5));
    life.settings.hidden = [idOf(1)];
    await life.live(60, 200);
    expect(await whats(life)).toEqual(["arrived"]);
  });

  it("known yesterday, absent on the last day: the end waits until it is known again", async () => {
    const life = await start(success(5));
    await life.live(60, 94);
    show(life, undefined);
    await life.live(95, 97);
    expect(await life.row()).toMatchObject({ state: "in" });
    expect((await life.last()).toDisable).toBe(0);
    show(life, success(5));
    await life.live(98, 98);
    expect(await life.row()).toMatchObject({ state: "disabled", until: iso(95) });
  });

  it("known again after more than a week: a new reminder comes first", async () => {
    const life = await start(success(5));
    await life.live(60, 94);
    show(life, null);
    await life.live(95, 110);
    show(life, success(5));
    await life.live(111, 111);
    expect(await life.row()).toMatchObject({ state: "in", idleEnd: iso(141), idleReminded: [30] });
  });

  it("known for the run, absent directly before the account is disabled: it stays", async () => {
    const life = await start(success(5));
    await life.live(60, 94);
    let asked = 0;
    life.settings.fail = (_, path) =>
      path.includes("signInActivity") && ++asked > 1 ? new GraphError({ status: 403, code: "Forbidden" }) : undefined;
    await life.live(95, 95);
    expect(await life.last()).toMatchObject({ state: "done", toDisable: 1, disabled: 0 });
    expect(await life.row()).toMatchObject({ state: "in" });
    expect(account(life).accountEnabled).toBe(true);
  });

  it("success younger than idle: stays, and the reminder is settled", async () => {
    const life = await start(success(5));
    await life.live(60, 80);
    expect(await life.row()).toMatchObject({ idleReminded: [30] });
    show(life, success(80));
    await life.live(81, 139);
    const row = await life.row();
    expect(row).toMatchObject({ state: "in", endsAt: iso(1_000), seenAt: iso(80), seenBy: "graph" });
    for (const column of ["idleEnd", "idleReminded", "endReason"]) expect(row).not.toHaveProperty(column);
  });

  it.each([
    { returns: "only attempts", younger: attempt(100) },
    { returns: "only non-interactive sign-ins", younger: { lastNonInteractiveSignInDateTime: iso(100) } },
    { returns: "an old success and attempts", younger: { ...success(5), lastSignInDateTime: iso(100) } },
  ])("$returns, younger: it stays for a person to decide; older: idle", async ({ younger }) => {
    const life = await start(younger);
    await life.live(101, 159);
    expect(await life.row()).toMatchObject({ state: "in", seenAt: iso(100), seenBy: "attempt", endsAt: iso(1_000) });
    expect((await life.last()).attempts).toBe(1);
    expect(await whats(life)).toEqual(["arrived"]);
    await life.live(160, 189);
    expect(await life.row()).toMatchObject({ state: "in", idleEnd: iso(190), endReason: "idle", idleReminded: [30, 7] });
    await life.live(190, 190);
    expect(await life.row()).toMatchObject({ state: "disabled", until: iso(190) });
  });

  it("only attempts, older: idle", async () => {
    const life = await start(attempt(3));
    await life.live(60, 93);
    expect(await life.row()).toMatchObject({ state: "disabled", endReason: "idle", until: iso(93) });
    expect(await life.ended()).toMatchObject([{ state: "disabled", how: "idle" }]);
  });

  it.each<{ what: string; change: (life: Life) => Promise<unknown> }>([
    {
      what: "renewed",
      change: ({ accounts }) => accounts.change(idOf(1), (row) => extendAccess(row, iso(1_001), say, day(80), "renewed")),
    },
    { what: "extended", change: ({ accounts }) => accounts.change(idOf(1), (row) => extendAccess(row, iso(1_001), say, day(80))) },
    {
      what: "given to another sponsor",
      change: ({ accounts }) => accounts.change(idOf(1), (row) => changeSponsor(row, "lee@contoso.com", say, day(80))),
    },
    {
      what: "accepted by another sponsor",
      async change({ accounts }) {
        await accounts.change(idOf(1), (row) => offerGuest(row, "lee@contoso.com", say, day(75)));
        await accounts.change(idOf(1), (row) => endOffer(row, "offer-accepted", say, day(80)));
      },
    },
  ])("just $what: counts from then", async ({ change }) => {
    const life = await start(success(5));
    await life.live(60, 79);
    await change(life);
    await life.live(80, 139);
    expect(await life.row()).toMatchObject({ state: "in" });
    expect(await life.row()).not.toHaveProperty("idleEnd");
    await life.live(140, 140);
    expect(await life.row()).toMatchObject({ idleEnd: iso(170) });
  });

  it("just enabled in Entra by somebody: counts from then", async () => {
    const life = await start(success(5));
    await life.live(60, 95);
    account(life).accountEnabled = true;
    await life.live(101, 101);
    const row = await life.row();
    expect(row).toMatchObject({ state: "in", until: iso(1_000), endsAt: iso(1_000) });
    for (const column of ["idleEnd", "endReason", "idleReminded", "deleteAt"]) expect(row).not.toHaveProperty(column);
    expect(await life.ended()).toEqual([]);
    await life.live(102, 160);
    expect(await life.row()).not.toHaveProperty("idleEnd");
    await life.live(161, 190);
    expect(await life.row()).toMatchObject({ state: "in", idleEnd: iso(191) });
    await life.live(191, 191);
    expect(await life.row()).toMatchObject({ state: "disabled", until: iso(191), endReason: "idle" });
  });

  it("enabled in Entra by somebody after the day of lasts, too: the run disables it again", async () => {
    const life = await start(success(5), { gate: { ...idle, days: 100 } });
    await life.live(60, 100);
    account(life).accountEnabled = true;
    await life.live(101, 101);
    expect(await life.row()).toMatchObject({ state: "disabled", until: iso(95) });
  });

  it("enabled in Entra by somebody before it is deleted: it stays", async () => {
    const life = await start(success(5));
    await life.live(60, 124);
    account(life).accountEnabled = true;
    await life.live(125, 125);
    expect(await life.row()).toMatchObject({ state: "in", until: iso(1_000) });
    expect(life.directory.has(idOf(1))).toBe(true);
  });

  it.each([
    { when: "before the worker enabled it", isEnabled: false },
    { when: "after the worker enabled it", isEnabled: true },
  ])("extended after its end, which was undone $when, then enabled in Entra by somebody: it stays", async ({ isEnabled }) => {
    const life = await start(success(5));
    await life.live(60, 95);
    await life.accounts.change(idOf(1), (row) => extendAccess(row, iso(1_090), say, day(95.1)));
    if (isEnabled) await life.live(95.2, 95.2);
    expect(await life.row()).toMatchObject({ state: isEnabled ? "in" : "disabled", until: iso(1_090) });
    await life.accounts.change(idOf(1), (row) => restoreEnd(row, iso(95), say, day(95.3)));
    await life.live(96, 96);
    expect(await life.row()).toMatchObject({ state: "disabled", until: iso(95), ...(!isEnabled && { endReason: "idle" }) });
    account(life).accountEnabled = true;
    await life.live(97, 98);
    expect(await life.row()).toMatchObject({ state: "in", until: iso(1_000), endsAt: iso(1_000) });
    expect(account(life).accountEnabled).toBe(true);
    expect(await life.ended()).toEqual([]);
  });

  it("signed in after Graph failed to disable it: it is not disabled the next time", async () => {
    const life = await start(success(5));
    await life.live(60, 94);
    life.settings.fail = (call) => (call.startsWith("PATCH") ? new GraphError({ status: 503, code: "Busy" }) : undefined);
    await life.live(95, 95);
    expect(await life.row()).toMatchObject({ state: "in", work: "disabling", until: iso(95) });
    life.settings.fail = undefined;
    show(life, success(94.5));
    await life.live(95.1, 95.1);
    const row = await life.row();
    expect(row).toMatchObject({ state: "in", until: iso(1_000), endsAt: iso(1_000) });
    for (const column of ["idleEnd", "endReason", "work"]) expect(row).not.toHaveProperty(column);
    expect(account(life).accountEnabled).toBe(true);
    await life.live(96, 180);
    expect(await life.row()).toMatchObject({ state: "in", idleEnd: iso(185) });
  });

  it("is disabled the next time if Graph failed to, and nobody signed in", async () => {
    const life = await start(success(5));
    await life.live(60, 94);
    life.settings.fail = (call) => (call.startsWith("PATCH") ? new GraphError({ status: 503, code: "Busy" }) : undefined);
    await life.live(95, 95);
    life.settings.fail = undefined;
    await life.live(95.1, 95.1);
    expect(await life.row()).toMatchObject({ state: "disabled", until: iso(95), endReason: "idle" });
    expect(await life.ended()).toMatchObject([{ how: "idle" }]);
  });
});

describe("an account that Graph failed to disable", () => {
  const fail = async (status: number, gate = idle) => {
    const life = await start(success(5), { gate });
    await life.live(60, 94);
    life.settings.fail = (call) => (call.startsWith("PATCH") ? new GraphError({ status, code: "Busy" }) : undefined);
    await life.live(95, 95);
    expect(await life.row()).toMatchObject({ state: "in", until: iso(95), endReason: "idle" });
    life.settings.fail = undefined;
    return life;
  };

  it("is disabled as soon as its sign-ins are known again, within a week without another reminder", async () => {
    const life = await fail(503);
    show(life, undefined);
    await life.live(96, 100);
    expect(account(life).accountEnabled).toBe(true);
    show(life, success(5));
    await life.live(101, 101);
    expect(await life.row()).toMatchObject({ state: "disabled", until: iso(95), endReason: "idle" });
    expect(await whats(life)).toEqual(["arrived", "reminded", "reminded", "disabling", "disabled"]);
  });

  it("is reminded again if its sign-ins are unknown for longer than a week", async () => {
    const life = await fail(503);
    show(life, undefined);
    await life.live(96, 103);
    expect(await life.row()).toMatchObject({ state: "in", until: iso(1_000), endsAt: iso(1_000) });
    show(life, success(5));
    await life.live(104, 104);
    expect(await life.row()).toMatchObject({ state: "in", idleEnd: iso(134), idleReminded: [30] });
  });

  it("ends on its day, although its sign-ins are unknown", async () => {
    const life = await fail(503, { ...idle, days: 98 });
    show(life, undefined);
    await life.live(96, 97);
    expect(account(life).accountEnabled).toBe(true);
    await life.live(98, 98);
    expect(await life.row()).toMatchObject({ state: "disabled" });
  });

  it.each([403, 503])("stays until its day if somebody signed in since Graph answered %d", async (status) => {
    const life = await fail(status);
    show(life, success(95.5));
    await life.live(96, 96);
    expect(await life.row()).toMatchObject({ state: "in", until: iso(1_000), endsAt: iso(1_000) });
    expect(account(life).accountEnabled).toBe(true);
  });
});

it("puts off the end if the first reminder goes out later than the evidence was read", async () => {
  const life = await start(success(5));
  await life.live(60, 64);
  life.settings.fail = (call) => (call.startsWith("GET /users/") ? new GraphError({ status: 503, code: "Busy" }) : undefined);
  await life.live(65, 65);
  expect(await life.row()).toMatchObject({ idleEnd: iso(95), idleReminded: [] });
  life.settings.fail = undefined;
  await life.live(65.25, 65.25);
  expect(await life.row()).toMatchObject({ idleEnd: iso(95.25), endsAt: iso(95.25), idleReminded: [30] });
});

it("does not end within 48 hours of the last reminder", async () => {
  const life = await start(success(5), { gate: { ...idle, remind: [1] } });
  await life.live(60, 95);
  expect(await life.row()).toMatchObject({ idleReminded: [1], idleEnd: iso(95), state: "in" });
  await life.live(96, 96);
  expect(await life.row()).toMatchObject({ state: "disabled" });
});

it("asks about nobody before the first reminder may be due, and once a day after that", async () => {
  const life = await start(success(50));
  const asked = () => life.calls.filter((call) => call === "GET /users").length;
  await life.live(0, 59);
  expect(asked()).toBe(0);
  await life.live(60, 60);
  await life.live(60.1, 60.1);
  expect(asked()).toBe(1);
  await life.live(61, 109);
  expect(asked()).toBe(1);
});

it.each([
  { knows: "nothing about it", activity: null },
  { knows: "only the future", activity: { lastSuccessfulSignInDateTime: iso(900) } },
])("asks once a day about an account if Entra knows $knows", async ({ activity }) => {
  const life = await start(activity);
  await life.live(0, 59);
  for (let hour = 0; hour < 20; hour++) await life.live(60 + hour / 24, 60 + hour / 24);
  expect(life.calls.filter((call) => call === "GET /users")).toHaveLength(2);
  expect(await whats(life)).toEqual(["arrived"]);
});

it.each([
  { has: "no evidence", options: { idle: "90d" }, loads: false },
  { has: "Entra's word", options: { idle: "90d", askGraph: true }, loads: true },
  { has: "no idle", options: { unredeemed: "30d" }, loads: true },
  { has: "a step before a token", options: { idle: "90d" }, token: true, loads: true },
] as const)("a policy with $has loads: $loads", ({ options, loads, ...more }) => {
  const policy = anyPolicy([accessList({ otherwise: "continue" }), expiryRule({ lasts: "180d", ...options })]);
  const tokens =
    "token" in more
      ? ([
          {
            step: "before-sending-token",
            file: "before-sending-token.ts",
            policy: beforeSendingToken([approvalClaims({ extension_ApprovedAt: "decidedAt" })]),
          },
        ] as const)
      : [];
  const load = () => policyChecks.check?.([{ step: "before-create-user", file: "before-create-user.ts", policy }, ...tokens]);
  if (loads) expect(load).not.toThrow();
  else expect(load).toThrow("before-create-user.ts: expiry has idle, and nothing tells of sign-ins: write askGraph: true");
});

describe("a guest who has not redeemed the invitation", () => {
  const gate: GateExpiry = { ...expiry, days: 1_000, unredeemed: 30 };
  const invited = async (state: Partial<Account>, more: GateExpiry = gate) => {
    const life = await start(undefined, { gate: more });
    Object.assign(account(life), { externalUserState: "PendingAcceptance", externalUserStateChangeDateTime: iso(0), ...state });
    return life;
  };

  it("gets the reminder that fits, and ends", async () => {
    const life = await invited({});
    await life.live(0, 22);
    expect(await whats(life)).toEqual(["arrived"]);
    await life.live(23, 23);
    expect(await life.row()).toMatchObject({ idleEnd: iso(30), endReason: "unredeemed", idleReminded: [7] });
    await life.live(24, 30);
    expect(await life.row()).toMatchObject({ state: "disabled", until: iso(30), endReason: "unredeemed" });
  });

  it.each<{ where: string; state: Partial<Account> }>([
    { where: "the invitation is redeemed", state: { externalUserState: "Accepted" } },
    { where: "the state is not known", state: { externalUserState: null } },
    { where: "the moment is not known", state: { externalUserStateChangeDateTime: null } },
    { where: "the moment is in the future", state: { externalUserStateChangeDateTime: iso(900) } },
    { where: "the moment is 0001-01-01", state: { externalUserStateChangeDateTime: NEVER } },
    { where: "the moment is no time", state: { externalUserStateChangeDateTime: "soon" } },
  ])("stays if $where", async ({ state }) => {
    const life = await invited(state);
    await life.live(0, 100);
    expect(await whats(life)).toEqual(["arrived"]);
  });

  it("counts anew after an administrator reset the redemption", async () => {
    const life = await invited({ externalUserStateChangeDateTime: iso(20) });
    await life.live(0, 42);
    expect(await whats(life)).toEqual(["arrived"]);
    await life.live(43, 50);
    expect(await life.row()).toMatchObject({ state: "disabled", until: iso(50) });
  });

  it("counts anew after a reset of a redemption that was known, and asks about those who redeemed once in those days", async () => {
    const life = await invited({ externalUserState: "Accepted" });
    await life.live(0, 40);
    expect(await life.row()).toMatchObject({ redeemed: true, checkedAt: iso(23) });
    Object.assign(account(life), { externalUserState: "PendingAcceptance", externalUserStateChangeDateTime: iso(40) });
    await life.live(41, 62);
    expect(await whats(life)).toEqual(["arrived"]);
    expect(await life.row()).not.toHaveProperty("redeemed");
    await life.live(63, 69);
    expect(await life.row()).toMatchObject({ state: "in", idleEnd: iso(70), idleReminded: [7] });
    await life.live(70, 70);
    expect(await life.row()).toMatchObject({ state: "disabled", endReason: "unredeemed" });
  });

  const sent = (more: object = {}) => ({
    "detail-type": "invitation.sent.v1",
    detail: { personId: "person-1", email: "p1@contoso.com", time: iso(25), ...more },
  });
  it.each([
    { which: "counts from our last invitation", event: sent(), end: 55, notes: 1 },
    { which: "counts once from an invitation that is told twice", event: sent(), twice: true, end: 55, notes: 1 },
    { which: "ignores an invitation to another gate", event: sent({ gate: "suppliers" }), end: 30, notes: 0 },
    { which: "ignores another person's invitation", event: sent({ personId: "x", email: "x@contoso.com" }), end: 30, notes: 0 },
    { which: "ignores an invitation before the arrival", event: sent({ time: iso(-1) }), end: 30, notes: 0 },
  ])("$which", async ({ event, twice = false, end, notes }) => {
    const life = await invited({});
    await life.live(0, 24);
    life.at(25);
    const asked = life.calls.length;
    for (const each of twice ? [event, event] : [event]) await life.work(each);
    expect(life.calls).toHaveLength(asked);
    await life.live(26, end - 1);
    expect(await life.row()).toMatchObject({ state: "in", idleEnd: iso(end) });
    expect((await whats(life)).filter((what) => what === "invited")).toHaveLength(notes);
    await life.live(end, end);
    expect(await life.row()).toMatchObject({ state: "disabled", until: iso(end), endReason: "unredeemed" });
  });

  it("an invitation changes no account where unredeemed does not count", async () => {
    const life = await invited({}, { ...idle });
    life.at(25);
    await life.work(sent());
    expect(await whats(life)).toEqual(["arrived"]);
  });

  it("stays if a sign-in since is known: only idle counts then", async () => {
    const life = await invited({ signInActivity: success(10) }, { ...gate, idle: 35, asksGraph: true });
    await life.live(0, 31);
    expect(await life.row()).toMatchObject({ state: "in", endReason: "idle", idleEnd: iso(45) });
  });

  it("gets no reminder if a sign-in since is known, long before idle would ask", async () => {
    const life = await invited({ signInActivity: success(10) }, { ...gate, idle: 90, asksGraph: true });
    await life.live(0, 60);
    expect(await whats(life)).toEqual(["arrived"]);
    expect(await life.row()).toMatchObject({ seenAt: iso(10), seenBy: "graph", endsAt: iso(1_000) });
    expect((await life.last()).toDisable).toBe(0);
  });

  it.each([
    { shows: "an older success", signInActivity: success(-5), ends: true },
    { shows: "an attempt since", signInActivity: attempt(10), ends: true },
  ])("ends if Entra shows $shows", async ({ signInActivity, ends }) => {
    const life = await invited({ signInActivity }, { ...gate, idle: 90, asksGraph: true });
    await life.live(0, 30);
    expect((await life.row()).state === "disabled").toBe(ends);
  });

  it("ends although the tenant shows no sign-ins", async () => {
    const life = await invited({}, { ...gate, idle: 90, asksGraph: true });
    life.settings.fail = (_, path) => (path.includes("signInActivity") ? new GraphError({ status: 403, code: "Forbidden" }) : undefined);
    await life.live(0, 30);
    expect(await life.row()).toMatchObject({ state: "disabled", endReason: "unredeemed" });
  });

  it("stays if the invitation is redeemed on the last day", async () => {
    const life = await invited({});
    await life.live(0, 29);
    account(life).externalUserState = "Accepted";
    await life.live(30, 60);
    const row = await life.row();
    expect(row).toMatchObject({ state: "in", redeemed: true, endsAt: iso(1_000) });
    expect(row).not.toHaveProperty("idleEnd");
  });

  it("is not asked about if it is a member", async () => {
    const life = await start(undefined, { gate, cells: { userType: "Member" } });
    await life.live(0, 100);
    expect(life.calls).not.toContain("GET /users");
  });
});
