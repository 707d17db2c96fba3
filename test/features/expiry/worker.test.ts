import { GraphError } from "../../../adapters/graph/graph";
import type { GuestPolicies } from "../../../engine/directory-account";
import { buildPersonId, keyedHash } from "../../../engine/sign-up/person";
import { arrive, changeSponsor, endAccessNow, endOffer, extendAccess, offerGuest } from "../../../features/accounts/change";
import { accountEvent } from "../../../features/accounts/events";
import { type AccessRun, confirmedRun, isAhead } from "../../../features/expiry/run";
import { guestRules, guestScopes, type LifecyclePolicy, makeGuestPolicy } from "../../../local/stand-ins/graph/guest-policies";
import { day, expiry, iso, newcomer } from "../accounts/accounts";

import { type Account, begin, counted, EARLIER_KEY, endedId, idOf, ROLE, say } from "./life";

describe("between two runs", () => {
  const HOUR = 1 / 24;
  const endAll = async (life: Awaited<ReturnType<typeof begin>>, count: number, at: number) => {
    for (let index = 1; index <= count; index++)
      await life.accounts.change(idOf(index), (row) => endAccessNow(row, { ...say, note: "left" }, day(at)));
  };

  it("a new account gets its end within the hour", async () => {
    const life = await begin();
    await life.live(0, 0);
    await life.arriveAll(1);
    await life.live(HOUR, HOUR);
    expect(await life.row()).toMatchObject({ until: day(180).toISOString() });
  });

  it("an account is disabled within the hour if a person ended its access", async () => {
    const life = await begin();
    await life.arriveAll(2);
    await life.live(0, 0);
    await endAll(life, 1, HOUR);
    await life.live(2 * HOUR, 2 * HOUR);
    expect([await life.row(1), await life.row(2)]).toMatchObject([{ state: "disabled" }, { state: "in" }]);
    expect([...life.directory.values()].map(({ accountEnabled }) => accountEnabled)).toEqual([false, true]);
  });

  it("ended accounts are disabled only in the day's run, not within the hour, if more than 20 were", async () => {
    const life = await begin();
    await life.arriveAll(21);
    await life.live(0, 0);
    await endAll(life, 21, HOUR);
    await life.live(2 * HOUR, 2 * HOUR);
    expect(await life.row()).toMatchObject({ state: "in" });
    expect(life.calls.filter((call) => call.startsWith("PATCH"))).toEqual([]);
  });

  it("an account whose access ended on its date waits for the day's run", async () => {
    const life = await begin();
    await life.arriveAll(1, { letInAt: day(0.25).toISOString() });
    await life.live(0, 180);
    await life.live(180.5, 180.5);
    expect(await life.row()).toMatchObject({ state: "in" });
  });
});

describe("an account with an access end", () => {
  it("gets two reminders, is disabled at its end and deleted 30 days later", async () => {
    const life = await begin();
    await life.arriveAll(1);
    await life.live(0, 149);
    expect(await life.row()).toMatchObject({ reminded: [] });
    await life.live(150, 150);
    expect(await life.row()).toMatchObject({ reminded: [30], locales: ["ko"] });
    await life.live(151, 179);
    expect(await life.row()).toMatchObject({ reminded: [30, 7], state: "in" });
    expect(life.directory.get(idOf(1))?.accountEnabled).toBe(true);
    await life.live(180, 180);
    expect(await life.row()).toMatchObject({ state: "disabled", disabledAt: day(180).toISOString(), deleteAt: day(210).toISOString() });
    expect(life.directory.get(idOf(1))?.accountEnabled).toBe(false);
    expect(await life.ended()).toMatchObject([{ id: endedId("p1@contoso.com"), state: "disabled" }]);
    await life.live(181, 209);
    expect(life.directory.size).toBe(1);
    await life.live(210, 210);
    expect(life.directory.size).toBe(0);
    expect(await life.row()).toMatchObject({ state: "ended" });
    expect((await life.row()).history.map(({ what }) => what)).toEqual([
      "arrived",
      "reminded",
      "reminded",
      "disabling",
      "disabled",
      "deleting",
      "deleted",
    ]);
    expect(life.calls.filter((call) => call.startsWith("DELETE"))).toHaveLength(1);
  });

  it("gets its end from its gate's policy, with time for every reminder even if the person came long ago", async () => {
    const life = await begin();
    await life.arriveAll(1, { until: undefined as never, letInAt: day(-500).toISOString() });
    await life.live(0, 0);
    expect(await life.row()).toMatchObject({ until: day(30).toISOString(), reminded: [30], state: "in" });
  });

  it.each([
    [
      "by command",
      async (life: Awaited<ReturnType<typeof begin>>) => {
        await life.accounts.change(idOf(1), (row) => extendAccess(row, day(400).toISOString(), say, day(190), "renewed"));
        await life.work();
      },
    ],
    [
      "by an approval",
      async (life: Awaited<ReturnType<typeof begin>>) => {
        await life.work({
          "detail-type": "approval.decided.v1",
          detail: { personId: "person-1", email: "p1@contoso.com", decision: { verdict: "approved" } },
        });
      },
    ],
  ])("is enabled again within the hour if it is renewed %s", async (_, renew) => {
    const life = await begin();
    await life.arriveAll(1);
    await life.live(175, 190);
    expect(life.directory.get(idOf(1))?.accountEnabled).toBe(false);
    await renew(life);
    expect(life.directory.get(idOf(1))?.accountEnabled).toBe(true);
    expect(await life.row()).toMatchObject({ state: "in", reminded: [] });
    expect(await life.ended()).toEqual([]);
    await life.live(191, 220);
    expect(life.directory.get(idOf(1))?.accountEnabled).toBe(true);
  });

  it.each<[string, string, boolean, Record<string, string>?]>([
    ["the address", "p1@contoso.com", false],
    ["the account", "issuer:google.com/118", false],
    ["the account's address at other gates", "p1@contoso.com", true, { gates: "partners" }],
    ["the domain", "contoso.com", true],
  ])(
    "stays disabled after a renewal only if an entry denies this very person at this gate: %s",
    async (_, entry, isEnabled, cells = {}) => {
      const life = await begin();
      await life.arriveAll(1);
      await life.live(175, 190);
      const account = life.directory.get(idOf(1));
      Object.assign(account ?? {}, { identities: [{ issuer: "google.com", issuerAssignedId: "118" }] });
      await life.list(entry, { effect: "deny", ...cells });
      await life.accounts.change(idOf(1), (row) => extendAccess(row, day(400).toISOString(), say, day(190), "renewed"));
      await life.live(190, 191);
      expect(account?.accountEnabled).toBe(isEnabled);
      await life.list(entry);
      await life.live(192, 192);
      expect(account?.accountEnabled).toBe(true);
    },
  );

  it("is renewed once if the event of an approval comes twice", async () => {
    const life = await begin();
    await life.arriveAll(1);
    await life.live(175, 190);
    const event = {
      "detail-type": "approval.decided.v1",
      detail: { personId: "person-1", email: "p1@contoso.com", decision: { verdict: "approved" } },
    };
    life.settings.fail = () => new GraphError({ status: 503, code: "ServiceUnavailable" });
    await life.work(event);
    await life.work(event);
    expect(await life.row()).toMatchObject({ state: "disabled", until: day(370).toISOString() });
  });

  it("is renewed by an approval even if the hash key was rotated since its arrival", async () => {
    const life = await begin();
    const email = "P1@contoso.com";
    await life.arriveAll(1, { personId: buildPersonId(email, keyedHash(EARLIER_KEY)) });
    await life.live(175, 190);
    const detail = { personId: buildPersonId(email, keyedHash("k".repeat(64))), email, decision: { verdict: "approved" } };
    await life.work({ "detail-type": "approval.decided.v1", detail });
    expect(await life.row()).toMatchObject({ state: "in", until: day(370).toISOString() });
  });

  it.each<[string, string, Record<string, string>, string]>([
    ["by an entry of the domain", "contoso.com", { effect: "deny" }, "disabled"],
    ["by an entry of the address", "p1@contoso.com", { effect: "deny" }, "disabled"],
    ["no more", "contoso.com", { effect: "deny", expiresAt: "2026-01-01" }, "in"],
    ["at another gate", "contoso.com", { effect: "deny", gates: "partners" }, "in"],
  ])("is not renewed by an approval if the list denies the person: denied %s", async (_, entry, cells, state) => {
    const life = await begin();
    await life.arriveAll(1);
    await life.live(175, 190);
    await life.list(entry, cells);
    const detail = { personId: "person-1", email: "p1@contoso.com", decision: { verdict: "approved" } };
    await life.work({ "detail-type": "approval.decided.v1", detail });
    expect(await life.row()).toMatchObject({ state });
  });

  it("is not renewed by a denial, nor by an approval at another gate", async () => {
    const life = await begin({ gates: { default: expiry, partners: expiry } });
    await life.arriveAll(1);
    await life.live(175, 190);
    await life.work({
      "detail-type": "approval.decided.v1",
      detail: { personId: "person-1", email: "p1@contoso.com", decision: { verdict: "denied" } },
    });
    const detail = { personId: "person-1", email: "p1@contoso.com", gate: "partners", decision: { verdict: "approved" } };
    await life.work({ "detail-type": "approval.decided.v1", detail });
    expect(await life.row()).toMatchObject({ state: "disabled" });
  });
});

describe("a sponsor at the time of a reminder", () => {
  const gone = { id: "colleague", accountEnabled: false };
  it.each<{ who: string; sponsor?: string; colleague?: object | readonly object[]; userType?: string; lost: string | undefined }>([
    { who: "is there", lost: undefined },
    { who: "was disabled", colleague: gone, lost: "left" },
    { who: "was disabled, and has another account", colleague: [gone, { id: "other" }], lost: undefined },
    { who: "was deleted", sponsor: "lee@contoso.com", lost: "not-in-tenant" },
    { who: "is the person themselves", colleague: { id: idOf(1) }, lost: "oneself" },
    { who: "is in no external tenant, which holds customers alone", sponsor: "lee@contoso.com", userType: "Member", lost: undefined },
    { who: "was disabled in an external tenant", colleague: gone, userType: "Member", lost: "left" },
  ])("who $who is recorded as lost: $lost", async ({ sponsor = "mina@contoso.com", colleague, userType = "Guest", lost }) => {
    const life = await begin();
    await life.arriveAll(1, { sponsor, sponsorTried: sponsor });
    Object.assign(life.directory.get(idOf(1)) as Account, { userType, userPrincipalName: "p1#EXT#@contoso.com" });
    if (colleague !== undefined) life.settings.colleague = colleague;
    const before = await life.row();
    await life.live(150, 150);
    const row = await life.row();
    expect(row).toMatchObject({ reminded: [30], sponsor });
    expect(row.sponsorLost).toBe(lost);
    expect(accountEvent(before, row)?.detail).toMatchObject({ what: "reminded", sponsor, ...(lost && { renew: "approvers" }) });
    expect(await life.last()).toMatchObject({ sponsorLost: lost === undefined ? 0 : 1 });
  });

  it("is looked up again at the next mail, and a new sponsor is asked at once", async () => {
    const life = await begin();
    await life.arriveAll(2, { sponsor: "mina@contoso.com" });
    life.settings.colleague = gone;
    await life.live(150, 151);
    expect([await life.row(1), await life.last()]).toMatchObject([{ sponsorLost: "left" }, { sponsorLost: 2 }]);
    await life.accounts.change(idOf(2), (row) => changeSponsor(row, "mina.lee@contoso.com", say, day(152)));
    expect((await life.row(2)).sponsorLost).toBeUndefined();
    life.settings.colleague = { id: "colleague" };
    await life.live(152, 173);
    expect((await life.row(1)).sponsorLost).toBeUndefined();
    life.settings.colleague = gone;
    await life.live(174, 180);
    expect(await life.row(1)).toMatchObject({ state: "disabled", sponsorLost: "left" });
  });

  it.each([
    { given: "does not answer", status: 503, reminded: [], failed: 1 },
    { given: "does not let us search", status: 403, reminded: [30], failed: 0 },
  ])("is not recorded as lost if Graph $given", async ({ status, reminded, failed }) => {
    const life = await begin();
    await life.arriveAll(1, { sponsor: "mina@contoso.com" });
    life.settings.fail = (call) => (call === "GET /users" ? new GraphError({ status, code: "x" }) : undefined);
    await life.live(150, 150);
    expect(await life.row()).toMatchObject({ reminded });
    expect((await life.row()).sponsorLost).toBeUndefined();
    expect(counted(life.observed, "AccessRunFailed")).toBe(failed);
  });

  it("is not looked up if mail about the end goes to the approvers", async () => {
    const life = await begin({ gates: { default: { ...expiry, renew: "approvers" } } });
    await life.arriveAll(1, { sponsor: "mina@contoso.com", sponsorTried: "mina@contoso.com" });
    await life.live(150, 180);
    expect(life.calls).not.toContain("GET /users");
  });
});

describe("an account is left alone", () => {
  it.each<[string, Partial<Account>, string]>([
    ["that has a directory role", { roles: [ROLE] }, "role"],
    ["that is older than the decision", { createdDateTime: day(-1).toISOString() }, "older"],
    ["that has another address by now", { mail: "somebody@else.example" }, "other-address"],
    ["that somebody else disabled", { accountEnabled: false }, "disabled-elsewhere"],
    ["whose age Graph does not say", { createdDateTime: "" }, "older"],
    [
      "of somebody who has become a colleague",
      { userType: "Member", userPrincipalName: "p1@contoso.com", identities: [{ signInType: "userPrincipalName" }] },
      "colleague",
    ],
  ])("%s", async (_, change, why) => {
    const life = await begin();
    await life.arriveAll(1);
    Object.assign(life.directory.get(idOf(1)) as Account, change);
    await life.live(180, 300);
    expect(life.calls.filter((call) => !call.startsWith("GET"))).toEqual([]);
    const row = await life.row();
    expect(row).toMatchObject({ state: "in" });
    expect(row.history.filter(({ what }) => what === "skipped").map(({ note }) => note)).toEqual([why]);
  });

  it("if its gate sets no access end", async () => {
    const life = await begin({ gates: { partners: expiry } });
    await life.arriveAll(1);
    await life.live(0, 300);
    expect(await life.row()).toMatchObject({ state: "in", turn: 1 });
  });

  it.each([
    { where: "the next day", refuses: false, disabled: 201, deleted: 231 },
    { where: "when it would be deleted, if Graph does not say which accounts are enabled", refuses: true, disabled: 211, deleted: 241 },
  ])("only until it is disabled again $where, and later deleted, if somebody enabled it after its end", async (expected) => {
    const life = await begin();
    await life.arriveAll(1);
    await life.live(180, 200);
    (life.directory.get(idOf(1)) as Account).accountEnabled = true;
    if (expected.refuses)
      life.settings.fail = (call) =>
        call === "GET /users" ? new GraphError({ status: 400, code: "Request_UnsupportedQuery" }) : undefined;
    await life.live(201, 212);
    expect(life.directory.get(idOf(1))?.accountEnabled).toBe(false);
    expect(await life.row()).toMatchObject({ state: "disabled", disabledAt: day(expected.disabled).toISOString() });
    await life.live(213, expected.deleted - 1);
    expect(life.directory.size).toBe(1);
    await life.live(expected.deleted, expected.deleted);
    expect(life.directory.size).toBe(0);
  });

  it("if Graph refuses the change, and five refusals in a row stop the run", async () => {
    const life = await begin();
    await life.arriveAll(100, { until: day(500).toISOString() });
    for (const index of [1, 2, 3, 4, 5]) {
      await life.accounts.change(idOf(index), (row) =>
        row === undefined
          ? { ok: false, why: "unknown" }
          : { ok: true, row: { ...row, turn: 2, until: day(1).toISOString(), endsAt: day(1).toISOString() }, condition: { turn: 1 } },
      );
    }
    life.settings.fail = (call) =>
      call.startsWith("PATCH") ? new GraphError({ status: 403, code: "Authorization_RequestDenied" }) : undefined;
    await life.live(1, 1);
    expect(counted(life.observed, "AccessRunFailed")).toBe(1);
    expect(await life.row()).toMatchObject({ state: "in" });
    expect((await life.row()).history.at(-1)).toMatchObject({ what: "skipped", note: "refused" });
  });

  it("if Graph refuses the change, and the next accounts still end", async () => {
    const life = await begin();
    await life.arriveAll(200, { until: day(500).toISOString() });
    await life.endAt(10, 1, 2, 3, 4, 5);
    life.settings.fail = (call) => (/^PATCH .*[1-5]$/.test(call) ? new GraphError({ status: 403, code: "Forbidden" }) : undefined);
    await life.live(10, 11);
    await life.endAt(12, 16);
    await life.live(12, 14);
    expect(await life.row(16)).toMatchObject({ state: "disabled" });
    expect(await life.row(1)).toMatchObject({ state: "in" });
  });

  it("until the next day's run if a person ended its access and Graph refuses the change", async () => {
    const life = await begin();
    await life.arriveAll(1);
    await life.live(0, 5);
    await life.accounts.change(idOf(1), (row) => endAccessNow(row, say, day(5)));
    life.settings.fail = (call) => (call.startsWith("PATCH") ? new GraphError({ status: 403, code: "Forbidden" }) : undefined);
    for (let hour = 1; hour <= 4; hour++) {
      life.at(5 + hour / 24);
      await life.work();
    }
    expect(life.calls.filter((call) => call.startsWith("PATCH"))).toHaveLength(1);
  });

  it("if its row is unreadable: an alarm rings, and the other accounts end", async () => {
    const life = await begin();
    await life.arriveAll(2);
    await life.spoil(1);
    await life.live(175, 180);
    expect(await life.row(2)).toMatchObject({ state: "disabled" });
    expect(life.directory.get(idOf(1))?.accountEnabled).toBe(true);
    expect(counted(life.observed, "AccessRunFailed")).toBeGreaterThan(0);
  });

  it("if Graph lists its groups without their kind, which might be roles", async () => {
    const life = await begin();
    await life.arriveAll(1);
    (life.directory.get(idOf(1)) as Account).roles = [{ id: "role" }];
    await life.live(180, 180);
    expect(life.directory.get(idOf(1))?.accountEnabled).toBe(true);
    expect(counted(life.observed, "AccessRunFailed")).toBe(1);
  });

  it("if more accounts are gone than a run may end without a confirmation by a person", async () => {
    const life = await begin();
    await life.arriveAll(100);
    const accounts = [...life.directory];
    life.directory.clear();
    await life.live(150, 150);
    expect(await life.last()).toMatchObject({ state: "waiting", why: "gone" });
    expect(counted(life.observed, "AccessRunWaiting")).toBe(1);
    expect(await life.row()).toMatchObject({ state: "in", turn: 1 });
    for (const [id, account] of accounts) life.directory.set(id, account);
    await life.live(151, 151);
    expect(await life.row()).toMatchObject({ state: "in", reminded: [30] });
  });

  it("until a person confirms that it is gone, if the directory finds none of all three accounts", async () => {
    const life = await begin();
    await life.arriveAll(3);
    life.directory.clear();
    await life.live(150, 150);
    expect(await life.row()).toMatchObject({ state: "in", turn: 1 });
    const before = await life.runs.read();
    await life.runs.write(before, confirmedRun(before.runs[0] as AccessRun, "lee"));
    await life.work();
    expect(await life.row()).toMatchObject({ state: "ended" });
    expect(await life.last()).toMatchObject({ state: "done", skipped: 3 });
  });

  it("if it no longer exists: its row ends, and the person may sign up again early", async () => {
    const life = await begin();
    await life.arriveAll(2);
    life.directory.delete(idOf(1));
    await life.live(150, 150);
    expect(await life.row(1)).toMatchObject({ state: "ended" });
    expect(await life.ended()).toEqual([]);
    await life.live(151, 179);
    life.directory.delete(idOf(2));
    await life.live(180, 180);
    expect(await life.ended()).toMatchObject([{ id: endedId("p2@contoso.com") }]);
  });

  it("if it no longer exists once its ended access is renewed: its row ends, and the person may sign up again", async () => {
    const life = await begin();
    await life.arriveAll(1, { until: iso(10) });
    await life.live(9, 10);
    expect(await life.ended()).toHaveLength(1);
    life.directory.delete(idOf(1));
    await life.accounts.change(idOf(1), (row) => extendAccess(row, iso(100), say, day(10), "renewed"));
    await life.work();
    expect(await life.row()).toMatchObject({ state: "ended" });
    expect(await life.ended()).toEqual([]);
  });
});

describe("a run", () => {
  it.each([
    ["21 of 1,000", 21, 421, "waiting"],
    ["20 of 421", 20, 421, "running"],
    ["six of 100", 6, 100, "waiting"],
    ["five of 100", 5, 100, "running"],
    ["three of three", 3, 3, "running"],
    ["four of four", 4, 4, "waiting"],
  ])("waits for a person if it would end many accounts at once, and else ends them: %s", async (_, due, all, expected) => {
    const life = await begin();
    await life.arriveAll(all, { until: day(500).toISOString() });
    for (let index = 1; index <= due; index++) {
      await life.accounts.remove(idOf(index));
      const cells = { id: idOf(index), email: `p${index}@contoso.com`, until: day(10).toISOString() };
      await life.accounts.change(idOf(index), (row) => arrive(row, { ...newcomer, ...cells }, day(0)));
    }
    await life.live(10, 10);
    const disabled = [...life.directory.values()].filter(({ accountEnabled }) => !accountEnabled).length;
    expect(disabled).toBe(expected === "waiting" ? 0 : due);
    expect(await life.last()).toMatchObject({ state: expected === "waiting" ? "waiting" : "done", toDisable: due, inForce: all });
    expect(counted(life.observed, "AccessRunWaiting")).toBe(expected === "waiting" ? 1 : 0);
  });

  it("does not wait again because of accounts that were left alone, and later ends only a few of them a day", async () => {
    const life = await begin();
    await life.arriveAll(60, { until: day(500).toISOString() });
    const away = Array.from({ length: 10 }, (_, index) => index + 1);
    await life.endAt(10, ...away);
    for (const index of away) (life.directory.get(idOf(index)) as Account).accountEnabled = false;
    await life.live(10, 10);
    const before = await life.runs.read();
    await life.runs.write(before, confirmedRun(before.runs[0] as AccessRun, "lee"));
    await life.work();
    expect(await life.last()).toMatchObject({ state: "done", skipped: 10 });
    await life.endAt(11, 11);
    await life.live(11, 11);
    expect(await life.last()).toMatchObject({ state: "done", toDisable: 1, disabled: 1 });
    for (const index of away) (life.directory.get(idOf(index)) as Account).accountEnabled = true;
    await life.live(12, 12);
    expect(await life.last()).toMatchObject({ state: "done", disabled: 3 });
    await life.work();
    await life.live(13, 15);
    const disabled = (await Promise.all(away.map((index) => life.row(index)))).filter(({ state }) => state === "disabled");
    expect(disabled).toHaveLength(10);
  });

  it("does not wait again because of accounts that were left alone, even if Entra got their sponsors meanwhile", async () => {
    const life = await begin();
    await life.arriveAll(60, { until: day(500).toISOString(), sponsor: "mina@contoso.com" });
    const away = [1, 2, 3, 4, 5];
    await life.endAt(10, ...away);
    for (const index of away) (life.directory.get(idOf(index)) as Account).accountEnabled = false;
    life.settings.fail = (call) => (call.startsWith("POST") ? new GraphError({ status: 503, code: "Busy" }) : undefined);
    await life.live(10, 10);
    const before = await life.runs.read();
    await life.runs.write(before, confirmedRun(before.runs[0] as AccessRun, "lee"));
    await life.work();
    expect(await life.last()).toMatchObject({ state: "done", skipped: 5 });
    life.settings.fail = undefined;
    await life.live(11, 11);
    expect((await life.row(1)).history.at(-1)?.what).toBe("sponsored");
    await life.endAt(12, 11);
    await life.live(12, 12);
    expect(await life.last()).toMatchObject({ state: "done", toDisable: 1, disabled: 1 });
  });

  it("does no more than it counted, even if the policy changes during the run", async () => {
    const life = await begin({ gates: { default: { ...expiry, disable: 30 } } });
    await life.arriveAll(40);
    await life.endAt(150, 1);
    await life.live(175, 179);
    life.at(181);
    await life.work({}, 1_000);
    await life.deploy({ default: expiry });
    await life.work();
    expect(life.calls.filter((call) => call.startsWith("PATCH")).length).toBeLessThanOrEqual(3);
  });

  it("removes the block on a new sign-up before it reports the access as restored", async () => {
    const life = await begin();
    await life.arriveAll(1);
    await life.live(175, 190);
    await life.accounts.change(idOf(1), (row) => extendAccess(row, day(400).toISOString(), say, day(190), "renewed"));
    life.failing.operation = "DeleteItem";
    await expect(life.work()).rejects.toThrow();
    life.failing.operation = undefined;
    await life.work();
    expect([(await life.row()).state, await life.ended()]).toEqual(["in", []]);
  });

  it("does the work that was due at its start once a person has confirmed it", async () => {
    const life = await begin();
    await life.arriveAll(30);
    await life.live(175, 180);
    expect(life.calls.filter((call) => call.startsWith("PATCH"))).toEqual([]);
    const before = await life.runs.read();
    const lee = "arn:aws:sts::111111111111:assumed-role/operator/lee@contoso.com";
    await life.runs.write(before, confirmedRun(before.runs[0] as AccessRun, lee));
    await life.accounts.change(idOf(7), (row) => extendAccess(row, day(500).toISOString(), say, day(180)));
    await life.work();
    expect(await life.last()).toMatchObject({ state: "done", disabled: 29, confirmedBy: lee });
    expect(life.directory.get(idOf(7))?.accountEnabled).toBe(true);
    expect(JSON.stringify(life.observed.lines)).not.toContain("@");
  });

  it.each([
    ["all by hand", 25, ["kim"]],
    ["one by itself", 24, undefined],
  ])("records who ended its accounts early: %s", async (_, ended, expected) => {
    const life = await begin();
    await life.live(0, 0);
    await life.arriveAll(25, { until: day(500).toISOString() });
    for (let index = 1; index <= ended; index++) await life.accounts.change(idOf(index), (row) => endAccessNow(row, say, day(1)));
    if (ended < 25) {
      await life.accounts.remove(idOf(25));
      const cells = { id: idOf(25), email: "p25@contoso.com", until: day(1).toISOString() };
      await life.accounts.change(idOf(25), (row) => arrive(row, { ...newcomer, ...cells }, day(0)));
    }
    await life.live(2, 2);
    const run = await life.last();
    expect(run).toMatchObject({ state: "waiting", toDisable: 25 });
    expect(run.endedBy).toEqual(expected);
  });

  it.each([
    { then: "disables within the hour whom a person ends", byHand: 0, state: "disabled" },
    { then: "disables nobody if a person ended all of them", byHand: 25, state: "in" },
  ])("that waits because of many $then", async ({ byHand, state }) => {
    const life = await begin();
    await life.live(0, 0);
    await life.arriveAll(26, { until: day(byHand > 0 ? 500 : 2).toISOString() });
    await life.accounts.remove(idOf(26));
    await life.accounts.change(idOf(26), (row) => arrive(row, { ...newcomer, id: idOf(26), email: "p26@contoso.com" }, day(0)));
    const endNow = (index: number, at: number) => life.accounts.change(idOf(index), (row) => endAccessNow(row, say, day(at)));
    for (let index = 1; index <= byHand; index++) await endNow(index, 1);
    await life.live(2, 2);
    expect(await life.last()).toMatchObject({ state: "waiting", why: "many", toDisable: 25 });
    await endNow(26, 2);
    await life.live(2 + 1 / 24, 2 + 1 / 24);
    expect([(await life.row(26)).state, (await life.row(1)).state, (await life.last()).state]).toEqual([state, "in", "waiting"]);
  });

  it("is counted again the next day if nobody confirms it", async () => {
    const life = await begin();
    await life.arriveAll(30);
    await life.live(175, 183);
    expect((await life.runs.read()).runs.filter(({ state }) => state === "waiting").map(({ at }) => at)).toEqual(
      [183, 182, 181, 180].map((each) => day(each).toISOString()),
    );
    expect(life.calls.filter((call) => call.startsWith("PATCH"))).toEqual([]);
  });

  it.each([
    [429, "TooManyRequests"],
    [503, "ServiceUnavailable"],
    [403, "Authorization_RequestDenied"],
    [0, "timeout"],
  ])("changes nothing while Graph answers %d, raises an alarm, and later continues where it stopped", async (status, code) => {
    const life = await begin();
    await life.arriveAll(3);
    await life.live(175, 179);
    life.settings.fail = () => new GraphError({ status, code });
    const rows = await Promise.all([1, 2, 3].map((index) => life.row(index)));
    await life.live(180, 180);
    expect(await Promise.all([1, 2, 3].map((index) => life.row(index)))).toEqual(rows);
    expect(counted(life.observed, "AccessRunFailed")).toBe(1);
    // The second account is where it stops now.
    let patches = 0;
    life.settings.fail = (call) =>
      call.startsWith("PATCH") && ++patches > 1 ? new GraphError({ status: 429, code: "TooManyRequests" }) : undefined;
    await life.work();
    expect(await life.last()).toMatchObject({ state: "running", disabled: 1, failed: "429 TooManyRequests" });
    life.settings.fail = undefined;
    await life.work();
    expect(await life.last()).toMatchObject({ state: "done", disabled: 3 });
    expect(await life.last()).not.toHaveProperty("failed");
  });

  it("continues in the next call if its time is up", async () => {
    const life = await begin();
    await life.arriveAll(2);
    await life.live(175, 179);
    life.at(180);
    await life.work({}, 1_000);
    expect(await life.last()).toMatchObject({ state: "running", disabled: 0 });
    await life.work();
    expect(await life.last()).toMatchObject({ state: "done", disabled: 2 });
  });

  it.each<{ where: string; policies: readonly LifecyclePolicy[]; known: GuestPolicies; refusal?: GraphError }>([
    { where: "for all guests", policies: [makeGuestPolicy()], known: [{ name: "Guests", source: "userCreated", asksSponsors: true }] },
    {
      where: "for one group",
      policies: [makeGuestPolicy({ scope: guestScopes.selected, rules: [guestRules.inactivity] })],
      known: [{ name: "Guests", source: "userCreated", asksSponsors: false }],
    },
    {
      where: "for unredeemed invitations alone, by Microsoft",
      policies: [makeGuestPolicy({ policySource: "systemDefault", rules: [guestRules.redemption] })],
      known: [{ name: "Guests", source: "systemDefault", asksSponsors: false }],
    },
    {
      where: "whose rule that asks sponsors is off",
      policies: [makeGuestPolicy({ rules: [{ ...guestRules.attestation, isEnabled: false }, guestRules.sponsors] })],
      known: [{ name: "Guests", source: "userCreated", asksSponsors: false }],
    },
    { where: "that is off", policies: [makeGuestPolicy({ isEnabled: false })], known: [] },
    { where: "that it may not read", policies: [], known: "unknown", refusal: new GraphError({ status: 403, code: "Forbidden" }) },
    { where: "that Graph cannot read now", policies: [], known: "unknown", refusal: new GraphError({ status: 503, code: "Busy" }) },
  ])("ends access, and tells of the policy, in a tenant with a guest policy $where", async ({ policies, known, refusal }) => {
    const life = await begin();
    await life.arriveAll(1);
    life.settings.guestPolicies = policies;
    life.settings.fail = (call) => (call.includes("identityGovernance") ? refusal : undefined);
    await life.live(150, 180);
    expect(await life.last()).toMatchObject({ state: "done", disabled: 1, guestPolicies: known });
    expect(await life.row()).toMatchObject({ state: "disabled", reminded: [30, 7] });
    expect(counted(life.observed, "AccessRunFailed")).toBe(0);
  });

  it.each([
    { where: "a guest", cells: {}, posts: 1 },
    { where: "an account of unknown type that an operator adopted", cells: { userType: undefined as never }, posts: 1 },
    { where: "a member", cells: { userType: "Member" as const }, posts: 0 },
    { where: "an external tenant's account", cells: { userType: undefined as never, by: "token" as const }, posts: 0 },
  ])("sets the sponsor of $where in Entra $posts times", async ({ cells, posts }) => {
    const life = await begin();
    await life.arriveAll(1, { sponsor: "mina@contoso.com", ...cells });
    await life.live(0, 3);
    expect(life.calls.filter((call) => call.startsWith("POST"))).toEqual(Array(posts).fill(`POST /users/${idOf(1)}/sponsors/$ref`));
  });

  it.each([
    { given: "that Gatehouse set", sponsors: [{ id: "colleague" }, { id: "other" }], removed: ["colleague"] },
    { given: "whom somebody has taken away", sponsors: [{ id: "other" }], removed: [] },
    { given: "that somebody else set", sponsors: [{ id: "colleague" }], left: true, removed: [] },
  ])("adds the new sponsor in Entra, then takes away the one $given: $removed", async ({ sponsors, removed, left = false }) => {
    const life = await begin();
    if (left) life.settings.fail = (call) => (call.startsWith("POST") ? new GraphError({ status: 403, code: "Forbidden" }) : undefined);
    await life.arriveAll(1, { sponsor: "mina@contoso.com" });
    await life.live(0, 3);
    life.settings.fail = undefined;
    Object.assign(life.settings, { colleagues: { lee: { id: "lee" } }, sponsors });
    await life.accounts.change(idOf(1), (row) => changeSponsor(row, "lee@contoso.com", say, day(3)));
    life.calls.length = 0;
    // Taking away fails once: the next run repeats both.
    life.settings.fail = (call) => (call.startsWith("DELETE") ? new GraphError({ status: 503, code: "Busy" }) : undefined);
    await life.live(4, 4);
    life.settings.fail = undefined;
    await life.live(5, 6);
    const path = `/users/${idOf(1)}/sponsors`;
    const deletes = removed.map((id) => `DELETE ${path}/${id}/$ref`);
    const tries = removed.length === 0 ? 1 : 2;
    expect(life.calls.filter((call) => /^(POST|DELETE)/.test(call))).toEqual(
      Array(tries)
        .fill([`POST ${path}/$ref`, ...deletes])
        .flat(),
    );
    expect(await life.row()).toMatchObject({ sponsorTried: "lee@contoso.com" });
  });

  it("takes the sponsor that it had set away also after another one who could not be set, and keeps one who comes back", async () => {
    const life = await begin();
    await life.arriveAll(2, { sponsor: "mina@contoso.com" });
    for (const each of life.directory.values()) each.sponsors = [];
    life.settings.colleagues = { lee: { id: "lee", accountEnabled: false }, park: { id: "park" } };
    await life.live(0, 1);
    for (const index of [1, 2]) await life.accounts.change(idOf(index), (row) => changeSponsor(row, "lee@contoso.com", say, day(1)));
    await life.live(2, 3);
    const sponsors = () => [...life.directory.values()].map((each) => each.sponsors);
    expect(sponsors()).toEqual([["colleague"], ["colleague"]]);
    await life.accounts.change(idOf(1), (row) => changeSponsor(row, "park@contoso.com", say, day(3)));
    await life.accounts.change(idOf(2), (row) => changeSponsor(row, "mina@contoso.com", say, day(3)));
    await life.live(4, 5);
    expect(sponsors()).toEqual([["park"], ["colleague"]]);
  });

  it.each([
    { who: "somebody else had set", before: ["colleague"], after: ["colleague", "lee"] },
    { who: "it had set itself", before: [], after: ["lee"] },
  ])("leaves only what others set once another sponsor follows the one whom $who", async ({ before, after }) => {
    const life = await begin();
    await life.arriveAll(1, { sponsor: "mina@contoso.com" });
    const account = life.directory.get(idOf(1)) as Account;
    account.sponsors = before;
    life.settings.colleagues = { lee: { id: "lee" } };
    await life.live(0, 1);
    await life.accounts.change(idOf(1), (row) => changeSponsor(row, "lee@contoso.com", say, day(1)));
    await life.live(2, 3);
    expect(account.sponsors).toEqual(after);
  });

  it.each([
    { when: "after the next try", tries: 2 },
    { when: "before it", tries: 1 },
  ])(
    "takes away also a sponsor whom it had set while it could not take away the one before, if another follows $when",
    async ({ tries }) => {
      const life = await begin();
      await life.arriveAll(1, { sponsor: "mina@contoso.com" });
      const account = life.directory.get(idOf(1)) as Account;
      account.sponsors = [];
      life.settings.colleagues = { lee: { id: "lee" }, park: { id: "park" } };
      await life.live(0, 1);
      await life.accounts.change(idOf(1), (row) => changeSponsor(row, "lee@contoso.com", say, day(1)));
      for (let count = 1; count <= tries; count++) {
        life.settings.fail = (call) =>
          count === 1 && call.startsWith("DELETE") ? new GraphError({ status: 503, code: "Busy" }) : undefined;
        await life.live(1 + count, 1 + count);
      }
      life.settings.fail = undefined;
      await life.accounts.change(idOf(1), (row) => changeSponsor(row, "park@contoso.com", say, day(4)));
      await life.live(5, 5);
      expect(account.sponsors).toEqual(["park"]);
      expect(await life.row()).not.toHaveProperty("sponsorAdded");
    },
  );

  it("ends offers that nobody accepted in time, and takes away the sponsor whom it had set once somebody accepts", async () => {
    const life = await begin();
    await life.arriveAll(2, { sponsor: "mina@contoso.com" });
    life.settings.sponsors = [{ id: "colleague" }];
    life.settings.colleagues = { lee: { id: "lee" } };
    await life.live(0, 3);
    for (const index of [1, 2]) await life.accounts.change(idOf(index), (row) => offerGuest(row, "lee@contoso.com", say, day(3.5)));
    await life.accounts.change(idOf(2), (row) => endOffer(row, "offer-refused", say, day(4)));
    await life.live(4, 17);
    expect(await life.row()).toMatchObject({ sponsor: "mina@contoso.com", offeredTo: "lee@contoso.com" });
    await life.live(18, 18);
    expect((await life.row()).history.at(-1)).toMatchObject({ what: "offer-lapsed", by: { kind: "gatehouse" } });
    expect(await life.row()).not.toHaveProperty("offeredTo");
    await life.accounts.change(idOf(1), (row) => offerGuest(row, "lee@contoso.com", say, day(18.1)));
    await life.accounts.change(idOf(1), (row) => endOffer(row, "offer-accepted", say, day(18.2)));
    life.calls.length = 0;
    await life.live(19, 19);
    const path = `/users/${idOf(1)}/sponsors`;
    expect(life.calls.filter((call) => /^(POST|DELETE)/.test(call))).toEqual([`POST ${path}/$ref`, `DELETE ${path}/colleague/$ref`]);
    expect(await life.row()).toMatchObject({ sponsor: "lee@contoso.com", sponsorTried: "lee@contoso.com" });
  });

  it.each<{ why: string; first: Readonly<Record<string, object>>; then: Readonly<Record<string, object>> }>([
    { why: "not-in-tenant", first: {}, then: { lee: { id: "lee" } } },
    { why: "left", first: { lee: { id: "lee", accountEnabled: false } }, then: { lee: { id: "lee" } } },
    { why: "several", first: { lee: { id: "lee" }, contoso: { id: "other" } }, then: { lee: { id: "lee" } } },
  ])("tries a sponsor who could not be set, $why, once a week, after all others", async ({ why, first, then }) => {
    const life = await begin();
    await life.arriveAll(1, { sponsor: "lee@contoso.com" });
    const looks = () => life.calls.splice(0).filter((call) => call === "GET /users").length;
    life.settings.colleagues = first;
    await life.live(0, 6);
    expect(looks()).toBe(1);
    await life.live(7, 13);
    expect(looks()).toBe(1);
    expect((await life.row()).history.map(({ what, note }) => [what, note])).toEqual([
      ["arrived", undefined],
      ["not-sponsored", why],
    ]);
    life.settings.colleagues = then;
    await life.arriveAll(2, { sponsor: "mina@contoso.com" });
    await life.live(14, 14);
    expect(life.calls.filter((call) => call.startsWith("POST"))).toEqual([2, 1].map((index) => `POST /users/${idOf(index)}/sponsors/$ref`));
    const row = await life.row();
    expect(row).toMatchObject({ sponsorTried: "lee@contoso.com", sponsorSet: "lee@contoso.com" });
    expect(row).not.toHaveProperty("sponsorTriedAt");
    life.calls.length = 0;
    await life.live(15, 30);
    expect(looks()).toBe(0);
  });

  it("does not try again whom Graph refuses, or who is the guest", async () => {
    const life = await begin();
    await life.arriveAll(2, { sponsor: "lee@contoso.com" });
    life.settings.colleagues = { lee: { id: idOf(1) } };
    life.settings.fail = (call) => (call.startsWith("POST") ? new GraphError({ status: 400, code: "Request_BadRequest" }) : undefined);
    await life.live(0, 0);
    expect([await life.row(1), await life.row(2)].map(({ history }) => history.at(-1)?.note)).toEqual(["oneself", "refused"]);
    life.calls.length = 0;
    await life.live(1, 30);
    expect(life.calls).not.toContain("GET /users");
  });

  it("sets the next sponsor of an account, or records why not", async () => {
    const life = await begin();
    await life.arriveAll(1, { sponsor: "mina@contoso.com" });
    await life.live(0, 3);
    expect(await life.row()).toMatchObject({ state: "in", sponsorTried: "mina@contoso.com" });
    await life.accounts.change(idOf(1), (row) => changeSponsor(row, "lee@contoso.com", say, day(3)));
    await life.live(4, 5);
    expect(life.calls.filter((call) => call.startsWith("POST"))).toHaveLength(1);
    expect((await life.row()).history.at(-1)).toMatchObject({ what: "not-sponsored", note: "not-in-tenant" });
  });

  it.each([
    { status: 429, code: "TooManyRequests" },
    { status: 503, code: "ServiceUnavailable" },
    { status: 0, code: "timeout" },
    { status: 403, code: "Authorization_RequestDenied" },
  ])("ends access if Graph answers $status to what sets sponsors, and tries those later", async ({ status, code }) => {
    const life = await begin();
    await life.arriveAll(12, { sponsor: "mina@contoso.com" });
    await life.endAt(1, 1);
    life.settings.fail = (call) => (call.startsWith("POST") ? new GraphError({ status, code }) : undefined);
    await life.live(1, 1);
    expect(await life.last()).toMatchObject({ state: "done", disabled: 1 });
    expect(counted(life.observed, "AccessRunFailed")).toBe(0);
    for (const index of [2, 12]) expect((await life.row(index)).sponsorTried).toBeUndefined();
    life.settings.fail = undefined;
    await life.live(2, 2);
    for (const index of [2, 12])
      expect(await life.row(index)).toMatchObject({ sponsorTried: "mina@contoso.com", sponsorSet: "mina@contoso.com" });
  });

  it("tries few sponsors a run while Graph refuses all, and remembers a refusal of one account alone", async () => {
    const life = await begin();
    await life.arriveAll(12, { sponsor: "mina@contoso.com" });
    const refuse = (which: string) => (call: string) =>
      call.startsWith(`POST ${which}`) ? new GraphError({ status: 403, code: "Authorization_RequestDenied" }) : undefined;
    const posts = () => life.calls.splice(0).filter((call) => call.startsWith("POST")).length;
    life.settings.fail = refuse("");
    await life.live(1, 1);
    expect(posts()).toBe(5);
    life.settings.fail = refuse(`/users/${idOf(3)}/`);
    await life.live(2, 2);
    expect(posts()).toBe(12);
    expect((await life.row(3)).history.at(-1)).toMatchObject({ what: "not-sponsored", note: "refused" });
    await life.live(3, 3);
    expect(posts()).toBe(0);
  });

  it("waits for a person and sets no end if the clock jumped ahead, and continues once the clock is right", async () => {
    const life = await begin();
    await life.live(0, 1);
    await life.arriveAll(1, { until: undefined as never });
    await life.live(1_000, 1_000);
    expect(await life.last()).toMatchObject({ state: "waiting", why: "clock" });
    expect(await life.row()).toMatchObject({ state: "in", turn: 1 });
    await life.live(2, 2);
    expect(await life.last()).toMatchObject({ at: day(2).toISOString(), state: "done" });
    expect(await life.row()).toMatchObject({ state: "in", until: day(180).toISOString() });
    expect(counted(life.observed, "AccessRunFailed")).toBe(0);
  });

  it("does nothing if the clock is behind the last run", async () => {
    const life = await begin();
    await life.arriveAll(1);
    await life.live(0, 5);
    const before = await life.row();
    await life.live(2, 2);
    expect(counted(life.observed, "AccessRunFailed")).toBe(1);
    expect([await life.row(), (await life.last()).at]).toEqual([before, day(5).toISOString()]);
  });

  it("continues once a person confirms that the clock of the last run was wrong", async () => {
    const life = await begin();
    await life.live(100, 100);
    await life.arriveAll(1);
    await life.live(2, 2);
    expect(counted(life.observed, "AccessRunFailed")).toBe(1);
    const runs = await life.runs.read();
    expect(runs.runs.map((run) => isAhead(run, day(2)))).toEqual([true]);
    expect(await life.runs.keep(runs, [])).toBe(true);
    expect(await life.runs.keep(runs, [])).toBe(false);
    await life.live(2, 2);
    expect(await life.last()).toMatchObject({ at: day(2).toISOString(), state: "done" });
  });

  it("does nothing without the settings of accounts, and an alarm rings", async () => {
    const life = await begin({ secret: "{}" });
    await life.arriveAll(1);
    await life.live(180, 180);
    expect(counted(life.observed, "AccessRunFailed")).toBe(1);
    expect(life.calls).toEqual([]);
  });
});
