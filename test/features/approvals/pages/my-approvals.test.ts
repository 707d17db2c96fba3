import type { Role } from "../../../../console/session/roles";
import type { Session } from "../../../../console/session/session";
import type { ApprovalRequest } from "../../../../features/approvals/request";
import { deny, reopen } from "../../../../features/approvals/transitions";
import { knownDomains } from "../../../../features/look-alikes/store";
import { asked, startConsole, type TestConsole } from "../../../console/support";
import { startClock } from "../../../support/fake-timers";
import { expectNothingElse } from "../../partners/pages/canaries";

let pages: TestConsole;
let mine: ApprovalRequest;
let theirs: ApprovalRequest;
let open: ApprovalRequest;
beforeEach(async () => {
  startClock();
  pages = await startConsole();
  mine = await asked(pages, "kim@partner.com", { askedOf: "mina@contoso.com", attributes: { jobTitle: "Buyer" } });
  theirs = await asked(pages, "ann@fabrikam.com", { askedOf: "boss@contoso.com", attributes: { displayName: "Ann Zaphod" } });
  open = await asked(pages, "bo@partner.com", { attributes: { displayName: "Bo Zaphod" } });
});
afterEach(() => pages.close());

const as = async (more: Partial<Session> = {}, role: Role = "Decider") => ({
  Cookie: await pages.cookie(role, { userNames: ["Mina@contoso.com"], ...more }),
});
const get = async (path: string, more?: Partial<Session>, role?: Role) => await pages.get(path, role ?? "Decider", await as(more, role));
const decide = async ({ id, reference }: Pick<ApprovalRequest, "id" | "reference">, verb = "approve", more?: Partial<Session>) =>
  await pages.post("/asked/decide", "Decider", { request: `${id}/${reference}`, verb, note: "mine", sure: "yes" }, await as(more));
const stateOf = async ({ id }: ApprovalRequest) => (await pages.world.approvals.get(id))?.state;

describe("a decider", () => {
  it("sees the requests that ask them, opens one and decides on it", async () => {
    expect((await get("/")).headers.get("location")).toBe("/asked");
    expect((await get(`/approvals/requests/${mine.id}`)).headers.get("location")).toBe(`/asked/requests/${mine.id}`);
    const queue = await (await get("/asked")).text();
    expect(queue).toContain("kim@partner.com");
    expect(queue).not.toContain("Zaphod");
    expect(await (await get(`/asked/requests/${mine.id}`)).text()).toContain("Buyer");
    expect((await decide(mine)).headers.get("location")).toMatch(/^\/asked\?undo=/);
    expect(await pages.world.approvals.get(mine.id)).toMatchObject({
      state: "approved",
      decision: { verdict: "approved", note: "mine", by: { name: "Test Decider" } },
    });
    expect((await pages.world.audit.page({})).entries[0]).toMatchObject({ by: "oid-Decider", action: "approvals.approve" });
    expect(await (await get("/asked")).text()).toContain("Nobody is waiting for a decision.");
    expect((await get(`/asked/requests/${mine.id}`)).status).toBe(404);
  });

  it("must confirm an approval, which is final for deciders, but not a denial", async () => {
    const request = `${mine.id}/${mine.reference}`;
    const send = async (verb: string) => await pages.post("/asked/decide", "Decider", { request, verb, note: "mine" }, await as());
    expect(await (await send("approve")).text()).toMatch(/Approve kim@partner\.com\?.*name="note" value="mine".*You can&#39;t undo this/s);
    expect(await stateOf(mine)).toBe("pending");
    expect((await send("deny")).status).toBe(303);
  });

  const ask = { by: "oid-hana", name: "Hana", addresses: ["hana@contoso.com"], personId: "hana", invites: "invitation" };
  const final = "You can't undo this";
  it.each<{ what: string; more: Partial<ApprovalRequest>; operator: string }>([
    { what: "a sign-up", more: { onApproval: "continue" }, operator: "You can undo until they are let in" },
    { what: "a sign-up with an account", more: {}, operator: "Once the account is created, Undo can't take this back" },
    {
      what: "what a colleague asked for",
      more: { onApproval: "continue", ask },
      operator: "You can undo until the invitation is used or changed",
    },
  ])("reads whether an approval can be undone: $what", async ({ more, operator }) => {
    const request = await asked(pages, "lee@partner.com", { askedOf: "mina@contoso.com", ...more });
    const shown = [final, operator].map((each) => each.replace("'", "&#39;"));
    const doors = [
      { path: `/asked/requests/${request.id}`, role: "Decider", says: shown[0] },
      { path: `/asked/requests/${request.id}`, role: "Approver", says: shown[1] },
      { path: `/approvals/requests/${request.id}`, role: "Approver", says: shown[1] },
    ] as const;
    for (const { path, role, says } of doors) {
      const page = await (await get(path, {}, role)).text();
      expect(shown.filter((each) => page.includes(each as string))).toEqual([says]);
    }
    const form = { request: `${request.id}/${request.reference}`, verb: "approve" };
    for (const role of ["Decider", "Approver"] as const) {
      const question = await (await pages.post("/asked/decide", role, form, await as({}, role))).text();
      expect(question).toMatch(/Approve .*\?/);
      expect(question.includes(shown[0] as string)).toBe(role === "Decider");
    }
  });

  it("keeps a note that is too long", async () => {
    const request = `${mine.id}/${mine.reference}`;
    const answer = await pages.post("/asked/decide", "Decider", { request, verb: "approve", note: "x".repeat(1_001) }, await as());
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringMatching(/x{1001}<\/textarea>/)]);
    expect(await stateOf(mine)).toBe("pending");
  });

  it("must confirm a decision on several requests, and decides only the requests that ask the decider", async () => {
    const other = await asked(pages, "lee@partner.com", { askedOf: "mina@contoso.com" });
    const request = [mine, other, theirs].map(({ id, reference }) => `${id}/${reference}`);
    const send = async (more: Record<string, string> = {}, some = request) =>
      await pages.sent("/asked/decide", "Decider", { request: some, verb: "approve", note: "both", ...more }, await as());
    const question = await (await send()).text();
    expect(question).toMatch(/href="\/asked".*Approve 2 requests\?.*class="card".*lee@partner\.com.*You can&#39;t undo this/s);
    expect(await (await get(`/asked/requests/${mine.id}`)).text()).toContain("You can&#39;t undo this");
    expect(question).not.toContain("Zaphod");
    const some = await send({ sure: "yes" });
    const report = await some.text();
    expect(report).toMatch(
      new RegExp(`kim@partner\\.com<.*The account is created next\\..*${theirs.reference}<.*there is no such request`, "s"),
    );
    expect(report).not.toMatch(/fabrikam|Zaphod|href="\/(people|approvals)/);
    expect(await Promise.all([mine, other, theirs].map(stateOf))).toEqual(["approved", "approved", "pending"]);
    expect((await send({ sure: "yes" })).status).toBe(409);
    const last = await asked(pages, "jo@partner.com", { askedOf: "mina@contoso.com" });
    const answer = await send({ sure: "yes" }, [`${last.id}/${last.reference}`]);
    expect(await answer.text()).toMatch(/You approved jo@partner\.com\..*data-draft-done="oid-Decider\/\/asked\/decide"/s);
  });

  it("sees their own past denial, and is the only decider who can take it back", async () => {
    const { headers } = await decide(mine, "deny");
    const page = await (await get(headers.get("location") ?? "")).text();
    expect(page).toMatch(/You denied kim@partner\.com\. The person cannot ask again with this account unless .*Undo</s);
    const request = /name="request" value="([^"]*)"/.exec(page)?.[1] ?? "";
    const undo = async (more?: Partial<Session>) =>
      await pages.post("/asked/decide", "Decider", { request, verb: "reopen", sure: "yes" }, await as(more));
    expect((await undo({ name: "Somebody Else" })).status).toBe(404);
    expect((await undo({ userNames: ["bo@contoso.com"] })).status).toBe(404);
    expect(await stateOf(mine)).toBe("denied");
    expect((await undo()).headers.get("location")).toMatch(/^\/asked\?undo=/);
    expect(await stateOf(mine)).toBe("pending");
    expect((await undo()).status).toBe(404);
  });

  it("cannot take back a denial by an operator of the same name", async () => {
    const namesake = { by: { kind: "console", name: "Test Decider" }, account: "11111111-1111-4111-8111-111111111111" } as const;
    const say = { ...namesake, decider: { objectId: "oid-operator", names: [] } };
    await pages.world.approvals.change(mine.id, (stored) => deny(stored, say, new Date()));
    expect((await decide(mine, "reopen")).status).toBe(404);
    expect(await stateOf(mine)).toBe("denied");
  });

  it("cannot take back an operator's denial that is made while they undo their own denial", async () => {
    const { headers } = await decide(mine, "deny");
    const request = /name="request" value="([^"]*)"/.exec(await (await get(headers.get("location") ?? "")).text())?.[1] ?? "";
    const { change } = pages.world.approvals;
    const say = { by: { kind: "console", name: "An Operator" }, decider: { objectId: "oid-operator", names: [] } } as const;
    const spy = vi.spyOn(pages.world.approvals, "change").mockImplementationOnce(async (...given) => {
      await change(mine.id, (stored) => reopen(stored, say, new Date()));
      await change(mine.id, (stored) => deny(stored, say, new Date(Date.now() + 5)));
      return await change(...given);
    });
    const undone = await pages.post("/asked/decide", "Decider", { request, verb: "reopen", sure: "yes" }, await as());
    spy.mockRestore();
    expect([undone.status, await stateOf(mine)]).toEqual([409, "denied"]);
    expect(await undone.text()).not.toContain("An Operator");
  });

  it("is warned of a look-alike domain and of the list's deny", async () => {
    await knownDomains(pages.database.client, "ledger-test").allowed(["contoso.com"]);
    await pages.put({ entry: "contoso.com", effect: "allow" });
    await pages.put({ entry: "denied.example", effect: "deny" });
    for (const [email, warning] of [
      ["lee@c0ntoso.com", "Look-alike domain"],
      ["lee@denied.example", "Denied by the access list"],
    ] as const) {
      const flagged = await asked(pages, email, { askedOf: "mina@contoso.com" });
      expect(await (await get("/asked")).text()).toContain(`<span class="hidden">${warning}</span>`);
      expect(await (await get(`/asked/requests/${flagged.id}`)).text()).toContain(`<strong>${warning}.</strong>`);
      const page = await (await get(`/asked/requests/${flagged.id}`)).text();
      // Only operators see entries.
      if (warning.startsWith("Denied")) {
        expect(page).toMatch(/A deny always wins: .*Deny the request, or ask an operator\./);
        expect(page).not.toMatch(/[^@]denied\.example|Remove or narrow/);
      }
      expect((await decide(flagged, "deny")).status).toBe(303);
    }
    expect(await (await get(`/asked/requests/${mine.id}`)).text()).not.toContain('class="note warn"');
  });

  it("decides on requests that ask somebody who delegated to them, but not on their own request", async () => {
    await pages.world.delegations.give(["boss@contoso.com"], "mina@contoso.com", new Date(Date.now() + 86_400_000), new Date());
    const own = await asked(pages, "mina@contoso.com", { askedOf: "boss@contoso.com" });
    expect(await (await get("/asked")).text()).toContain("ann@fabrikam.com");
    expect((await decide(own)).status).toBe(404);
    expect((await decide(theirs)).headers.get("location")).toMatch(/^\/asked\?undo=/);
    expect([await stateOf(theirs), await stateOf(own)]).toEqual(["approved", "pending"]);
  });

  it("sees the access that a request would renew", async () => {
    const renews = { since: "2026-03-01T08:00:00.000Z", endedAt: "2026-06-14T08:00:00.000Z", how: "early", by: "Boss" } as const;
    const { id } = await asked(pages, "lou@partner.com", { askedOf: "mina@contoso.com", renews });
    expect(await (await get("/asked")).text()).toContain("Renewal");
    expect(await (await get(`/asked/requests/${id}`)).text()).toMatch(/ended early by Boss: 14 Jun/);
  });

  it.each([
    { what: "asks somebody else", of: () => theirs },
    { what: "asks nobody by name", of: () => open },
    { what: "is not there", of: () => ({ ...mine, id: "x".repeat(mine.id.length) }) },
    { what: "asks somebody else, by the code of their own", of: () => ({ ...theirs, reference: mine.reference }) },
  ])("neither sees nor decides on a request that $what", async ({ of }) => {
    const page = await get(`/asked/requests/${of().id}`);
    expect(page.status).toBe(404);
    expect(await page.text()).not.toContain("Zaphod");
    for (const verb of ["approve", "deny", "reopen"]) expect((await decide(of(), verb)).status).toBe(404);
    expect((await decide(of(), "retry")).status).toBe(400);
    expect([await stateOf(mine), await stateOf(theirs), await stateOf(open)]).toEqual(["pending", "pending", "pending"]);
  });

  it.each<{ who: string; more: Partial<Session> }>([
    { who: "another name", more: { userNames: ["minas@contoso.com"] } },
    { who: "no name", more: { userNames: [] } },
    { who: "the person themselves", more: { userNames: ["mina@contoso.com", "kim@partner.com"] } },
  ])("has no access to the request if signed in as $who", async ({ more }) => {
    expect(await (await get("/asked", more)).text()).not.toContain("kim@partner.com");
    expect((await get(`/asked/requests/${mine.id}`, more)).status).toBe(404);
    expect((await decide(mine, "approve", more)).status).toBe(404);
    expect(await stateOf(mine)).toBe("pending");
  });

  it("may also have the role Reader, which lets them decide nowhere else", async () => {
    expect(await (await get("/asked", {}, "Reader")).text()).toContain("kim@partner.com");
    expect((await pages.post("/approvals/decide", "Reader", { request: `${mine.id}/${mine.reference}/`, verb: "approve" })).status).toBe(
      403,
    );
    expect(await (await get("/asked?lang=ko")).text()).toContain("내가 결정할 요청");
  });

  it("learns nothing about other people's requests from any page, form, search, view, count or address", async () => {
    await expectNothingElse(pages, "Decider", await as(), theirs);
    expect([await stateOf(theirs), await stateOf(open)]).toEqual(["pending", "pending"]);
  });
});
