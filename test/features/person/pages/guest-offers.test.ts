import type { Role } from "../../../../console/session/roles";
import type { Session } from "../../../../console/session/session";
import { buildPersonId } from "../../../../engine/sign-up/person";
import { normaliseMailbox } from "../../../../engine/sign-up/spellings";
import { accessList } from "../../../../features/access-list/rule";
import { accessWorker, arrive, begin, changeSponsor, disable, type Newcomer } from "../../../../features/accounts/change";
import { accountKind } from "../../../../features/accounts/store/rows";
import { expiry } from "../../../../features/expiry/rule";
import { exportPersonPages } from "../../../../features/person/store/export";
import { startConsole, type TestConsole } from "../../../console/support";
import { hashOf } from "../../../engine/sign-up/people";
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

const MINA = { userNames: ["mina@contoso.com"], subject: "oid-mina", name: "Mina" };
const LEE = { userNames: ["lee@contoso.com"], subject: "oid-lee", name: "Lee" };
const as = async (who: Partial<Session>, role: Role = "Decider") => ({ Cookie: await pages.cookie(role, who) });
const page = async (path: string, who: Partial<Session> = MINA, role: Role = "Decider") =>
  await (await pages.get(`${path}?lang=en`, role, await as(who, role))).text();
const send = async (path: string, who: Partial<Session>, fields: Record<string, string>, role: Role = "Decider") =>
  await pages.post(`/asked/guests/${path}`, role, fields, await as(who, role));
const seen = async (id: string) => `${id}/${(await rowOf(id))?.turn}`;
const offer = async (id: string, to = "lee@contoso.com", who: Partial<Session> = MINA) =>
  await send("offer", who, { guest: await seen(id), to, note: "Bo moves to your team" });
const answer = async (verb: "accept" | "refuse", id: string, who: Partial<Session> = LEE, role: Role = "Decider") =>
  await send("offered", who, { guest: await seen(id), verb }, role);
const done = async () => (await pages.world.audit.page({})).entries.map(({ action, by }) => `${action} by ${by}`);

describe("a sponsor's offer", () => {
  it("is made on the page of all guests; the colleague sees and accepts it; the sponsor answers until then", async () => {
    await letIn("bo", 80);
    await letIn("eva", 60);
    expect(await page("/asked")).not.toContain("bo@partner.com");
    expect(await page("/asked/guests")).toMatch(/eva@partner\.com.*bo@partner\.com.*Your colleague&#39;s address/s);
    expect((await offer("bo")).headers.get("location")).toBe("/asked/guests?done=offered");
    expect(await rowOf("bo")).toMatchObject({
      sponsor: "mina@contoso.com",
      offeredTo: "lee@contoso.com",
      offeredUntil: at(14).toISOString(),
    });
    expect(await page("/asked/guests")).toMatch(/to lee@contoso\.com, until.*Withdraw/s);
    expect(await page("/asked", LEE)).toMatch(
      /Guests offered to you.*bo@partner\.com.*mina@contoso\.com.*Bo moves to your team.*Accept.*Refuse/s,
    );
    expect(await page("/asked/guests", LEE)).toContain("You answer for nobody.");
    expect((await answer("accept", "bo")).headers.get("location")).toBe("/asked");
    const row = await rowOf("bo");
    expect(row).toMatchObject({ sponsor: "lee@contoso.com" });
    expect(row?.history.slice(-2)).toMatchObject([
      { what: "offered", note: "Bo moves to your team", by: { kind: "console", name: "Mina", account: "oid-mina" } },
      { what: "offer-accepted", by: { kind: "console", name: "Lee", account: "oid-lee" } },
    ]);
    expect(await done()).toEqual(["access.offer-accepted by oid-lee", "access.offered by oid-mina"]);
    expect(await page("/asked", LEE)).not.toContain("Guests offered to you");
    expect(await page("/asked/guests")).not.toContain("bo@partner.com");
    expect(await page("/asked/guests", LEE)).toContain("bo@partner.com");
  });

  it("is of several guests at once, and is refused or withdrawn", async () => {
    await letIn("bo", 10);
    await letIn("eva", 20);
    const fields = { guest: [await seen("bo"), await seen("eva")], to: "lee@contoso.com" };
    const sent = await pages.post("/asked/guests/offer", "Decider", fields, await as(MINA));
    expect(sent.headers.get("location")).toBe("/asked/guests?done=offered");
    expect((await answer("refuse", "bo")).status).toBe(303);
    expect((await send("offer", MINA, { withdraw: await seen("eva") })).headers.get("location")).toBe("/asked/guests?done=withdrawn");
    for (const id of ["bo", "eva"]) {
      expect(await rowOf(id)).toMatchObject({ sponsor: "mina@contoso.com" });
      expect(await rowOf(id)).not.toHaveProperty("offeredTo");
    }
    expect((await answer("accept", "eva")).status).toBe(409);
  });

  it("can be of a disabled guest, and by somebody who stands in for the sponsor", async () => {
    await letIn("bo", -2, { sponsor: "boss@contoso.com" });
    await pages.world.accounts().change("bo", (row) => begin(row, "disabling", { by: accessWorker }, at(-1)));
    await pages.world.accounts().change("bo", (row) => disable(row, at(29).toISOString(), at(-1)));
    expect((await offer("bo")).status).toBe(409);
    await pages.world.delegations.give(["boss@contoso.com"], "mina@contoso.com", at(5), NOW);
    expect((await offer("bo")).status).toBe(303);
  });

  it.each<{ to: string; why: RegExp; session?: Partial<Session>; more?: Partial<Newcomer>; policy?: Parameters<typeof policyOf>[0] }>([
    { to: "lee@elsewhere.com", why: /not known to be of your organisation/ },
    { to: "lee@gmail.com", why: /not known to be of your organisation/ },
    { to: "MINA@contoso.com", why: /answer for this guest already/ },
    { to: "zaphod+1@contoso.com", more: { email: "zaphod@contoso.com" }, why: /Nobody can be their own sponsor/ },
    { to: "nobody", why: /address/i },
    { to: "lee@contoso.com", session: LEE, why: /You answer for no such guest/ },
    { to: "lee@contoso.com", more: { sponsor: undefined as never }, why: /You answer for no such guest/ },
    { to: "lee@contoso.com", more: { renew: "approvers" }, why: /You answer for no such guest/ },
    { to: "lee@contoso.com", more: { email: "mina+guest@contoso.com" }, why: /You answer for no such guest/ },
    { to: "lee@contoso.com", policy: { renew: "approvers" }, why: /You answer for no such guest/ },
  ])("is refused: to $to, $session.name $more $policy", async ({ to, why, session = MINA, more, policy }) => {
    await letIn("zaphod", 80, more);
    Object.assign(pages.world, { policiesAt: () => policyOf(policy) });
    const refused = await offer("zaphod", to, session);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(await refused.text()).toMatch(why);
    expect(await rowOf("zaphod")).not.toHaveProperty("offeredTo");
    expect(await done()).toEqual([]);
  });

  it("is refused while another one is open", async () => {
    await letIn("bo", 80);
    await offer("bo");
    expect(await (await offer("bo", "ann@contoso.com")).text()).toContain("withdraw it first");
    expect(await rowOf("bo")).toMatchObject({ offeredTo: "lee@contoso.com" });
  });

  it.each<{ who: string; session: Partial<Session>; days?: number; policy?: Parameters<typeof policyOf>[0] }>([
    { who: "somebody else", session: { userNames: ["ann@contoso.com"] } },
    { who: "the sponsor", session: MINA },
    { who: "who stands in for the colleague", session: { userNames: ["boss@contoso.com"] } },
    { who: "the guest, under the colleague's address", session: { ...LEE, subject: "bo" } },
    { who: "the colleague, after 14 days", session: LEE, days: 14 },
    { who: "the colleague, once the policy leaves ends to approvers", session: LEE, policy: { renew: "approvers" } },
  ])("is answered by nobody but the colleague, in time: $who", async ({ session, days = 13, policy }) => {
    await letIn("bo", 80);
    await pages.world.delegations.give(["lee@contoso.com"], "boss@contoso.com", at(30), NOW);
    await offer("bo");
    pages.setTime(at(days));
    Object.assign(pages.world, { policiesAt: () => policyOf(policy) });
    expect(await page("/asked", session)).not.toContain("Guests offered to you");
    for (const verb of ["accept", "refuse"] as const) {
      const refused = await answer(verb, "bo", session);
      expect([refused.status, await refused.text()]).toEqual([409, expect.not.stringContaining("bo@partner.com")]);
    }
    expect(await rowOf("bo")).toMatchObject({ sponsor: "mina@contoso.com" });
  });

  it.each(["Partner", "Requester"] as const)("is not accepted by somebody who is no decider: %s", async (role) => {
    await letIn("bo", 80);
    await offer("bo");
    const isRequester = role === "Requester";
    const cookie = await pages.cookie(isRequester ? ("" as never) : role, {
      ...LEE,
      ...(isRequester && { role: undefined as never, isRequester }),
    });
    const refused = await pages.post(
      "/asked/guests/offered",
      role as never,
      { guest: await seen("bo"), verb: "accept" },
      { Cookie: cookie },
    );
    expect([302, 303, 403]).toContain(refused.status);
    expect(await rowOf("bo")).toMatchObject({ sponsor: "mina@contoso.com", offeredTo: "lee@contoso.com" });
  });

  it("is over once an operator names a sponsor, and fails if the guest changed since the page was shown", async () => {
    await letIn("bo", 80);
    const old = await seen("bo");
    await offer("bo");
    expect((await send("offered", LEE, { guest: old, verb: "accept" })).status).toBe(409);
    await pages.world.accounts().change("bo", (row) => changeSponsor(row, "ann@contoso.com", { by: accessWorker }, NOW));
    expect(await page("/asked", LEE)).not.toContain("Guests offered to you");
    expect((await answer("accept", "bo")).status).toBe(409);
  });

  it("is shown on the guest's page, and asks nobody who has ticked nothing", async () => {
    await letIn("bo", 80, { personId: buildPersonId("bo@partner.com", hashOf) });
    await offer("bo");
    expect(await (await pages.get("/people?email=bo@partner.com", "Reader")).text()).toMatch(/offered to lee@contoso\.com until/);
    expect(await (await send("offer", MINA, { to: "lee@contoso.com" })).text()).toContain("Tick a guest.");
    expect(await (await send("offered", LEE, { verb: "accept" })).text()).toContain("Tick a guest.");
  });

  it.each(["mina@contoso.com", "lee@contoso.com"])("is exported and taken back for %s, and the sponsor stays", async (email) => {
    await letIn("bo", 80);
    await offer("bo");
    const accounts = pages.world.accounts();
    const person = {
      personIds: new Set<string>(),
      mailboxes: new Set([normaliseMailbox(email)]),
      accountIds: new Set<string>(),
      hashes: [],
    };
    const none = async function* () {};
    const stores = { accounts: { ...accounts, byPerson: none }, approvals: { byPerson: none, byEmail: none, asksBy: none } };
    const exported = await exportPersonPages({ ...person, same: [] } as never, stores as never, { kind: "accounts" }).next();
    expect(exported.value?.records).toEqual([
      {
        offer: {
          reference: newcomer.reference,
          sponsor: "mina@contoso.com",
          offeredTo: "lee@contoso.com",
          offeredUntil: at(14).toISOString(),
        },
      },
    ]);
    await accountKind.forget?.({ ...person, mailboxes: new Set(["ann@contoso.com"]) }, pages.database.client, "accounts-test");
    expect(await rowOf("bo")).toMatchObject({ offeredTo: "lee@contoso.com" });
    await accountKind.forget?.(person, pages.database.client, "accounts-test");
    expect(await rowOf("bo")).toMatchObject({ sponsor: "mina@contoso.com" });
    expect(await rowOf("bo")).not.toHaveProperty("offeredTo");
  });

  it("reads in Korean", async () => {
    await letIn("bo", 80);
    await offer("bo");
    expect(await (await pages.get("/asked?lang=ko", "Decider", await as(LEE))).text()).toContain("나에게 제안된 게스트");
  });
});
