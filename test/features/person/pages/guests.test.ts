import type { Role } from "../../../../console/session/roles";
import type { Session } from "../../../../console/session/session";
import type { GuestPolicies } from "../../../../engine/directory-account";
import { accessList } from "../../../../features/access-list/rule";
import {
  accessWorker,
  arrive,
  begin,
  disable,
  end,
  letEnd,
  type Newcomer,
  noteEvidence,
  setEnd,
} from "../../../../features/accounts/change";
import { expiry } from "../../../../features/expiry/rule";
import type { AccessRun } from "../../../../features/expiry/run";
import { startConsole, type TestConsole } from "../../../console/support";
import { anyPolicy } from "../../../support/any-policy";
import { newcomer } from "../../accounts/accounts";

const NOW = new Date("2026-11-21T10:00:00Z");
const at = (days: number) => new Date(NOW.getTime() + days * 86_400_000);
const policyOf = (more: Partial<Parameters<typeof expiry>[0]> = {}) => [
  anyPolicy([accessList({ otherwise: "continue" }), expiry({ lasts: "90d", ...more })]),
];

let pages: TestConsole;
beforeEach(async () => {
  pages = await startConsole();
  pages.setTime(NOW);
  Object.assign(pages.world, { policiesAt: () => policyOf() });
});
afterEach(() => pages.close());

const rowOf = async (id: string) => await pages.world.accounts().get(id);
const letIn = async (id: string, days: number, more: Partial<Newcomer> = {}) => {
  const row = { ...newcomer, id, email: `${id}@partner.com`, sponsor: "mina@contoso.com", until: at(days).toISOString(), ...more };
  await pages.world.accounts().change(id, (stored) => arrive(stored, row, at(-100)));
};
const disabled = async (id: string) => {
  await pages.world.accounts().change(id, (row) => begin(row, "disabling", { by: accessWorker }, at(-1)));
  await pages.world.accounts().change(id, (row) => disable(row, at(29).toISOString(), at(-1)));
};
const as = async (more: Partial<Session> = {}, role: Role = "Decider") => ({
  Cookie: await pages.cookie(role, { userNames: ["mina@contoso.com"], ...more }),
});
const list = async (more?: Partial<Session>, role: Role = "Decider") =>
  await (await pages.get("/asked?lang=en", role, await as(more, role))).text();
const idsIn = (html: string) => [...html.matchAll(/name="guest" value="(\w+)\/\d+"/g)].map(([, id]) => id);
const answer = async (verb: string, id: string, fields: Record<string, string> = {}, more?: Partial<Session>) => {
  const guest = `${id}/${(await rowOf(id))?.turn}`;
  return await pages.post("/asked/guests", "Decider", { guest, verb, ...fields }, await as(more));
};

describe("a sponsor", () => {
  it("sees guests whose access ends within 30 days or who are disabled, the earliest end first", async () => {
    await letIn("soon", 20);
    await letIn("over", -1);
    await letIn("late", 31);
    await letIn("off", -2);
    await disabled("off");
    await letIn("gone", -9);
    await pages.world.accounts().change("gone", (row) => end(row, "deleted", at(-1)));
    await letIn("theirs", 20, { sponsor: "boss@contoso.com" });
    await letIn("nobodys", 20, { sponsor: undefined as never });
    expect(idsIn(await list())).toEqual(["over", "soon", "off"]);
    expect(idsIn(await list({}, "Reader"))).toEqual(["over", "soon", "off"]);
    expect(idsIn(await list({}, "Administrator"))).toEqual(["over", "soon", "off"]);
    expect(idsIn(await list({ userNames: ["minas@contoso.com"] }))).toEqual([]);
  });

  it("sees since when they are in, why access ends earlier, and the last sign-in only where access ends by it", async () => {
    await letIn("kim", 80);
    await pages.world
      .accounts()
      .change("kim", (row) =>
        noteEvidence(row, { seenAt: at(-70).toISOString(), seenBy: "graph", earlier: { at: at(20).toISOString(), reason: "idle" } }, NOW),
      );
    await letIn("lee", 20);
    await letIn("ann", 21);
    await pages.world.accounts().change("ann", (row) => noteEvidence(row, { seenAt: at(-3).toISOString(), seenBy: "attempt" }, NOW));
    expect(await list()).not.toContain("Last sign-in");
    Object.assign(pages.world, { policiesAt: () => policyOf({ idle: "60d", askGraph: true }) });
    const html = await list();
    expect(idsIn(html)).toEqual(["kim", "lee", "ann"]);
    expect(html).toMatch(
      /Let in.*Last sign-in.*kim@partner\.com.*2026-09-12.*in 20 days \(has not signed in\).*lee@partner\.com.*not known.*ann@partner\.com.*only an attempt is known/s,
    );
  });

  it("sees guests once the policy's first reminder is due, and the page reads no others", async () => {
    Object.assign(pages.world, { policiesAt: () => policyOf({ remind: [60] }) });
    for (let number = 0; number < 120; number++) await letIn(`n${number}`, 10, { sponsor: "boss@contoso.com" });
    await letIn("early", 60);
    await letIn("earlier", 62);
    await letIn("gone", -9);
    await pages.world.accounts().change("gone", (row) => end(row, "deleted", at(-1)));
    const call = vi.spyOn(pages.database.client, "call");
    expect(idsIn(await list())).toEqual(["early"]);
    const reads = call.mock.calls.map(async ([operation, input], number) => {
      const { TableName, IndexName } = input as { readonly TableName?: string; readonly IndexName?: string };
      if (TableName !== "accounts-test") return [];
      const output = (await call.mock.results[number]?.value) as { readonly Items?: readonly unknown[] } | undefined;
      return [[operation, IndexName, output?.Items?.length]];
    });
    expect((await Promise.all(reads)).flat()).toEqual([
      ["Query", "by-sponsor", 1],
      ["Query", "by-offer", 0],
    ]);
    call.mockRestore();
  });

  it("sees a guest after any number of rows that ask for no answer", async () => {
    await letIn("over", -1);
    const accounts = pages.world.accounts();
    const row = (await rowOf("over")) as NonNullable<Awaited<ReturnType<typeof rowOf>>>;
    const deleted = Array.from({ length: 2_000 }, () => ({ ...row, id: "gone", state: "deleted" as const }));
    async function* bySponsor() {
      yield deleted;
      yield [row];
    }
    vi.spyOn(pages.world, "accounts").mockReturnValue({ ...accounts, bySponsor } as never);
    expect(idsIn(await list())).toEqual(["over"]);
  });

  it("sees guests under every spelling of the sponsor's address that a known provider treats as the same", async () => {
    await letIn("kim", 10, { sponsor: "mina.lee@gmail.com" });
    await letIn("lee", 11, { sponsor: "minalee@gmail.com" });
    expect(idsIn(await list({ userNames: ["Mina.Lee@gmail.com"] }))).toEqual(["kim", "lee"]);
  });

  it("sees a note if they have more guests than the page examines", async () => {
    await letIn("kim", 10);
    const row = await rowOf("kim");
    const accounts = pages.world.accounts();
    let pagesRead = 0;
    async function* bySponsor() {
      for (; pagesRead < 99; pagesRead++) yield Array.from({ length: 100 }, () => row);
    }
    Object.assign(pages.world, { accounts: () => ({ ...accounts, bySponsor }) });
    expect(await list()).toMatch(/Only 2,000 of your guests are shown\./);
    expect(pagesRead).toBe(20);
  });

  it.each<{ given: string; guestPolicies?: GuestPolicies; says: RegExp }>([
    { given: "no run has read them", says: /<section id="guests">(?!.*Entra)/s },
    { given: "Entra has none", guestPolicies: [], says: /<section id="guests">(?!.*Entra)/s },
    { given: "Graph did not say", guestPolicies: "unknown", says: /<section id="guests">(?!.*Entra)/s },
    {
      given: "one asks sponsors",
      guestPolicies: [{ name: "Partners", source: "userCreated", asksSponsors: true }],
      says: /Entra asks you as well \(Partners\): My Account, Sponsored guests/,
    },
    {
      given: "one ends access without asking",
      guestPolicies: [{ name: "Unused", source: "systemDefault", asksSponsors: false }],
      says: /Entra has policies for guests of its own, which may end access earlier: Unused\./,
    },
  ])("reads of Entra's own policies for guests: $given", async ({ guestPolicies, says }) => {
    await letIn("kim", 10);
    const counts = { toDisable: 0, toDelete: 0, inForce: 1, reminded: 0, disabled: 0, deleted: 0, skipped: 0 };
    const run: AccessRun = { at: at(0).toISOString(), state: "done", ...counts, ...(guestPolicies && { guestPolicies }) };
    await pages.world.accessRuns.write(await pages.world.accessRuns.read(), run);
    expect(await list()).toMatch(says);
  });

  it("renews for the policy's number of days, and is named in the trail and the history", async () => {
    await letIn("kim", 10);
    expect(await list()).toMatch(/kim@partner\.com.*Renew until/s);
    expect((await answer("renew", "kim")).headers.get("location")).toBe("/asked?guest=kim#guests");
    const shown = await (await pages.get("/asked?guest=kim", "Decider", await as())).text();
    expect(shown).toMatch(/kim@partner\.com.*Renewed until 1 March 2027\..*value="undo"(?!.*value="(?:renew|let-end)")/s);
    const row = await rowOf("kim");
    expect(row).toMatchObject({ state: "in", until: at(100).toISOString() });
    expect(row?.history.at(-1)).toMatchObject({ what: "renewed", by: { kind: "console", name: "Test Decider", account: "oid-Decider" } });
    const [entry] = (await pages.world.audit.page({})).entries;
    expect(entry).toMatchObject({ by: "oid-Decider", action: "access.renewed", outcome: "done", subject: row?.reference });
    expect(await list()).not.toContain("Guests you answer for");
    expect((await answer("renew", "kim")).status).toBe(404);
    await letIn("lee", -2);
    await disabled("lee");
    expect((await answer("renew", "lee")).status).toBe(303);
    expect(await rowOf("lee")).toMatchObject({ state: "disabled", until: at(90).toISOString() });
  });

  it("can undo a renewal within one day if nothing else has happened to the account", async () => {
    await letIn("kim", 10);
    expect((await answer("undo", "kim")).status).toBe(404);
    await answer("renew", "kim");
    expect((await answer("let-end", "kim")).status).toBe(404);
    expect((await answer("undo", "kim", {}, { name: "Another Decider" })).status).toBe(404);
    expect((await answer("undo", "kim", {}, { subject: "oid-of-a-namesake" })).status).toBe(404);
    expect((await answer("undo", "kim")).headers.get("location")).toBe("/asked?guest=kim#guests");
    expect(await rowOf("kim")).toMatchObject({ state: "in", until: at(10).toISOString() });
    expect((await pages.world.audit.page({})).entries[0]).toMatchObject({ action: "access.end-restored", outcome: "done" });
    expect((await answer("undo", "kim")).status).toBe(404);
    await answer("renew", "kim");
    pages.setTime(at(1.1));
    expect((await answer("undo", "kim")).status).toBe(404);
    expect(await (await pages.get("/asked?guest=kim", "Decider", await as())).text()).not.toContain("kim@");
  });

  it("lets access end, and may change that decision later", async () => {
    await letIn("kim", 10);
    expect(await list()).not.toContain("You let it end");
    expect((await answer("let-end", "kim")).headers.get("location")).toBe("/asked?guest=kim#guests");
    expect(await rowOf("kim")).toMatchObject({ state: "in", until: at(10).toISOString(), renew: "nobody" });
    expect((await pages.world.audit.page({})).entries[0]).toMatchObject({ action: "access.let-end", outcome: "done" });
    expect(await list()).toContain("You let it end");
    expect((await answer("let-end", "kim")).status).toBe(409);
    expect((await answer("renew", "kim")).status).toBe(303);
    expect((await rowOf("kim"))?.renew).toBeUndefined();
  });

  it("renews for a sponsor who delegated to them, until the delegation ends", async () => {
    await pages.world.delegations.give(["boss@contoso.com"], "mina@contoso.com", at(5), NOW);
    await letIn("kim", 10, { sponsor: "boss@contoso.com" });
    expect(await list()).toContain("kim@");
    expect((await answer("renew", "kim")).headers.get("location")).toBe("/asked?guest=kim#guests");
    expect((await rowOf("kim"))?.history.at(-1)).toMatchObject({ what: "renewed", by: { name: "Test Decider" } });
  });

  it("changes nothing if somebody else has changed the access since, and sees the page in its new state", async () => {
    await letIn("kim", 10);
    await pages.world.accounts().change("kim", (row) => letEnd(row, { by: accessWorker }, NOW));
    const page = await answer("renew", "kim", { guest: "kim/1" });
    expect(page.status).toBe(409);
    expect(await page.text()).toContain("It was changed after you opened the page");
    expect(await rowOf("kim")).toMatchObject({ turn: 2, until: at(10).toISOString() });
    expect((await pages.world.audit.page({})).entries).toEqual([]);
  });

  it.each<{ what: string; more?: Partial<Newcomer>; session?: Partial<Session>; verb?: string; days?: number }>([
    { what: "the guest of somebody else", more: { sponsor: "ann@contoso.com" } },
    { what: "the guest of somebody whose delegation is over", more: { sponsor: "lou@contoso.com" } },
    { what: "a guest of nobody", more: { sponsor: undefined as never } },
    { what: "their own access, as their own sponsor", more: { email: "mina+guest@contoso.com" } },
    { what: "their own access, by their other address", session: { userNames: ["mina@contoso.com", "zaphod@partner.com"] } },
    { what: "their own access, by their account", session: { subject: "zaphod" } },
    { what: "access that an approver renews", more: { renew: "approvers" } },
    { what: "access that ends later", days: 40 },
    { what: "access without an end", more: { until: undefined as never } },
    {
      what: "their own access, as their sponsor's delegate",
      more: { sponsor: "boss@contoso.com" },
      session: { userNames: ["mina@contoso.com", "zaphod@partner.com"] },
    },
    { what: "access by another verb", verb: "end-access" },
  ])("does not decide on $what", async ({ more, session, verb = "renew", days = 10 }) => {
    await pages.world.delegations.give(["boss@contoso.com"], "mina@contoso.com", at(5), NOW);
    await pages.world.delegations.give(["lou@contoso.com"], "mina@contoso.com", at(-1), at(-2));
    await letIn("zaphod", days, more);
    const before = await rowOf("zaphod");
    if (verb === "renew") {
      expect(await list(session)).not.toContain("zaphod@");
    }
    const refused = await answer(verb, "zaphod", {}, session);
    expect([refused.status, /zaphod@/.test(await refused.text())]).toEqual([404, false]);
    expect((await answer("let-end", "zaphod", { guest: "none/1" }, session)).status).toBe(404);
    expect(await rowOf("zaphod")).toEqual(before);
    expect((await pages.world.audit.page({})).entries).toEqual([]);
  });

  it.each([
    ["no policy ends access", () => [anyPolicy([accessList()])]],
    ["the policy leaves renewals to approvers", () => policyOf({ renew: "approvers" })],
  ])("gets no list and no buttons if %s", async (_, policiesAt) => {
    await letIn("kim", 10);
    await pages.world.accounts().change("kim", (row) => setEnd(row, at(10).toISOString(), NOW));
    Object.assign(pages.world, { policiesAt });
    expect(await list()).not.toContain("Guests you answer for");
    expect((await answer("renew", "kim")).status).toBe(404);
  });

  it("may let the access of a guest end whom the list denies, but cannot renew it, and does not see the entry", async () => {
    await letIn("kim", 10);
    await letIn("lee", 11, { email: "lee@other.com" });
    await pages.put({ entry: "partner.com", effect: "deny" });
    const before = await rowOf("kim");
    const html = await list();
    expect(html).toMatch(/kim@partner\.com(?:(?!<\/tr>).)*cannot be renewed here(?:(?!value="renew"|<\/tr>).)*<\/tr>/s);
    expect(html).toMatch(/lee@other\.com(?:(?!<\/tr>).)*value="renew"/s);
    const refused = await answer("renew", "kim");
    const text = await refused.text();
    expect([refused.status, text]).toEqual([409, expect.stringContaining("cannot be renewed here")]);
    expect(text).not.toMatch(/[^@]partner\.com/);
    expect(await rowOf("kim")).toEqual(before);
    expect((await pages.world.audit.page({})).entries).toEqual([]);
    expect((await answer("let-end", "kim")).status).toBe(303);
    expect((await answer("renew", "lee")).status).toBe(303);
  });

  it.each<{ whose: string; emailVouchers?: readonly string[]; status: number }>([
    { whose: "somebody who typed the address", emailVouchers: [], status: 409 },
    { whose: "somebody of an earlier version's row", status: 409 },
    { whose: "somebody whose provider vouches for it", emailVouchers: ["entra"], status: 303 },
  ])("may renew a guest only if a provider vouches for the address that an entry allows: $whose", async ({ emailVouchers, status }) => {
    await letIn("kim", 10, emailVouchers === undefined ? {} : { emailVouchers: [...emailVouchers] });
    await pages.put({ entry: "*", effect: "deny" });
    await pages.put({ entry: "kim@partner.com", effect: "allow" });
    expect((await answer("renew", "kim")).status).toBe(status);
  });

  it("sees the page in Korean", async () => {
    await letIn("kim", 10);
    expect(await (await pages.get("/asked?lang=ko", "Decider", await as())).text()).toContain("내가 담당하는 게스트");
  });
});
