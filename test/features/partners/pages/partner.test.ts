import { environment } from "../../../../adapters/aws/environment";
import { computeRowVersion, toItem, toRow } from "../../../../adapters/tables/item";
import { writeAlone } from "../../../../adapters/tables/table";
import { workNotes } from "../../../../adapters/tables/work-notes";
import type { Role } from "../../../../console/session/roles";
import type { Session } from "../../../../console/session/session";
import { makeRule, type Use } from "../../../../engine/sign-up/rule";
import { writtenList } from "../../../../features/access-list/pages/access-list-parts";
import type { PartnerRow } from "../../../../features/access-list/partner";
import type { ApprovalRequest } from "../../../../features/approvals/request";
import { beginFirstStage } from "../../../../features/approvals/stages";
import { approve } from "../../../../features/approvals/transitions";
import { commitRow } from "../../../../features/audit/store/audited-tables";
import { lookedFor } from "../../../../features/partners/change";
import type { TextsAnswer } from "../../../../features/partners/client";
import { lastAllowDay } from "../../../../features/partners/entries";
import { endPartnerAllows } from "../../../../features/partners/store/entries";
import { partnerStore } from "../../../../features/partners/store/partners";
import { ask } from "../../../../features/partners/world";
import { asked, proven, startConsole, type TestConsole } from "../../../console/support";
import { startClock } from "../../../support/fake-timers";
import { expectNothingElse } from "./canaries";

let pages: TestConsole;
let contoso: PartnerRow;
let mine: ApprovalRequest;
let theirs: ApprovalRequest;
beforeEach(async () => {
  startClock();
  pages = await startConsole();
  contoso = await proven(pages, "contoso.com");
  mine = await asked(pages, "kim@contoso.com", { attributes: { displayName: "Kim Lee", jobTitle: "Buyer" } });
  theirs = await asked(pages, "ann@fabrikam.com", { attributes: { displayName: "Ann Zaphod" } });
  await asked(pages, "bo@eu.contoso.com", { attributes: { displayName: "Bo Zaphod" } });
});
afterEach(() => pages.close());

const LEAD = { userNames: ["lead@contoso.com"] };
const as = async (more: Partial<Session> = LEAD) => ({ Cookie: await pages.cookie("Partner", more) });
const get = async (path: string, more?: Partial<Session>) => await pages.get(path, "Partner", await as(more));
const decide = async (request: Pick<ApprovalRequest, "id" | "reference">, fields: Record<string, string> = {}, more?: Partial<Session>) =>
  await pages.post(
    "/partner/decide",
    "Partner",
    { request: `${request.id}/${request.reference}`, verb: "approve", sure: "yes", ...fields },
    await as(more),
  );
const stateOf = async ({ id }: ApprovalRequest) => (await pages.world.approvals.get(id))?.state;

describe("a partner's contact", () => {
  it("sees only the requests of their domain, and decides on one", async () => {
    const queue = await (await get("/partner")).text();
    expect(queue).toContain("kim@contoso.com");
    for (const other of ["fabrikam", "eu.contoso.com", "Zaphod"]) expect(queue).not.toContain(other);
    const page = await (await get(`/partner/requests/${mine.id}`)).text();
    expect(page).toContain("Buyer");
    const path = (await decide(mine, { note: "ours" })).headers.get("location") ?? "";
    expect(path).toMatch(/^\/partner\?undo=/);
    expect(await pages.world.approvals.get(mine.id)).toMatchObject({
      state: "approved",
      decision: { verdict: "approved", note: "ours", by: { name: "Test Partner" } },
    });
    expect((await pages.world.audit.page({})).entries[0]).toMatchObject({ by: "oid-Partner", action: "approvals.approve" });
    expect(await (await get(path)).text()).toContain("You approved kim@contoso.com. The account is created next.");
    expect((await get(`/partner/requests/${mine.id}`)).status).toBe(404);
  });

  it("cannot approve a person whom the list denies, and learns nothing of the list", async () => {
    await pages.put({ entry: "contoso.com", effect: "deny", note: "Zaphod" });
    const answer = await decide(mine);
    expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining("You can&#39;t approve this person.")]);
    expect(await stateOf(mine)).toBe("pending");
    expect(await (await decide(mine)).text()).not.toMatch(/Zaphod|access list/);
    expect((await decide(mine, { verb: "deny" })).status).toBe(303);
    expect(await stateOf(mine)).toBe("denied");
  });

  it("sees the access that a request would renew, but no operator's name", async () => {
    const renews = { since: "2026-03-01T08:00:00.000Z", endedAt: "2026-06-14T08:00:00.000Z", how: "early", by: "Zaphod" } as const;
    const { id } = await asked(pages, "lou@contoso.com", { renews });
    const page = await (await get(`/partner/requests/${id}`)).text();
    expect(page).toContain("ended early by an operator");
    expect(page).not.toContain("Zaphod");
  });

  it("votes if a stage asks partners, and does not see stages that ask others", async () => {
    const list = [
      { by: ["role:Partner"], need: 1 },
      { by: ["role:Security"], need: 1 },
    ];
    const staged = await asked(pages, "lee@contoso.com", beginFirstStage(list, false, new Date()));
    const contact = { ...LEAD, appRoles: ["Partner"] };
    const page = await (await get(`/partner/requests/${staged.id}`, contact)).text();
    const [, request = ""] = /name="request" value="([^"]+)"/.exec(page) ?? [];
    // A form that does not say which stage it showed decides nothing.
    expect((await decide(staged, {}, contact)).status).toBe(409);
    expect((await decide(staged, { request, note: "ours" }, contact)).headers.get("location")).toMatch(/^\/partner\?undo=/);
    expect(await pages.world.approvals.get(staged.id)).toMatchObject({ state: "pending", stages: { running: 1, votes: [{ stage: 0 }] } });
    expect((await get(`/partner/requests/${staged.id}`, contact)).status).toBe(404);
    expect((await decide(staged, { request }, contact)).status).toBe(404);
    expect(await (await get("/partner", contact)).text()).not.toContain("lee@contoso.com");
  });

  it("does not see who approved an earlier stage, or why", async () => {
    const list = [
      { by: ["role:Security"], need: 1 },
      { by: ["role:Partner"], need: 1 },
    ];
    const { id } = await asked(pages, "lee@contoso.com", beginFirstStage(list, false, new Date()));
    const say = {
      by: { kind: "console", name: "Zaphod" },
      decider: { objectId: "oid-z", names: [], roles: ["Security"] },
      note: "by Zaphod",
    } as const;
    await pages.world.approvals.change(id, (stored) => approve(stored, say, new Date()));
    const page = await (await get(`/partner/requests/${id}`, { ...LEAD, appRoles: ["Partner"] })).text();
    expect(page).toContain("1 of 1 approval");
    expect(page).not.toContain("Zaphod");
  });

  it("does not see the substitutes or the later approvers whom the organization asks", async () => {
    const list = [
      { by: ["role:Partner"], need: 1, orElse: ["zaphod.boss@corp.example"], withinMinutes: 60 },
      { by: ["zaphod@corp.example", "arn:aws:iam::1:role/zaphod"], need: 1 },
    ];
    const [one, two] = [
      await asked(pages, "lee@contoso.com", beginFirstStage(list, false, new Date())),
      await asked(pages, "lou@contoso.com", beginFirstStage(list, false, new Date())),
    ];
    const contact = { ...LEAD, appRoles: ["Partner"] };
    const page = await (await get(`/partner/requests/${one.id}`, contact)).text();
    const request = [one, two].map(({ id, reference }) => `${id}/${reference}//0`);
    const question = await pages.post("/partner/decide", "Partner", { request, verb: "approve" }, await as(contact));
    for (const html of [page, await question.text()]) {
      expect(html).toContain("an operator");
      expect(html).not.toContain("zaphod");
    }
  });

  it("votes for another contact who delegated to them, if a stage asks that contact by address", async () => {
    const list = [{ by: ["boss@contoso.com"], need: 1 }];
    const staged = await asked(pages, "lee@contoso.com", beginFirstStage(list, false, new Date()));
    expect(await (await get("/partner")).text()).not.toContain("lee@contoso.com");
    await pages.world.delegations.give(["boss@contoso.com"], "lead@contoso.com", new Date(Date.now() + 86_400_000), new Date());
    const page = await (await get(`/partner/requests/${staged.id}`)).text();
    const [, request = ""] = /name="request" value="([^"]+)"/.exec(page) ?? [];
    expect((await decide(staged, { request })).headers.get("location")).toMatch(/^\/partner\?undo=/);
    expect(await pages.world.approvals.get(staged.id)).toMatchObject({
      state: "approved",
      stages: { votes: [{ for: "boss@contoso.com" }] },
    });
  });

  it.each([
    { what: "another domain", of: () => theirs },
    { what: "a domain below theirs", of: () => asked(pages, "cy@eu.contoso.com") },
    { what: "a domain that ends as theirs", of: () => asked(pages, "cy@notcontoso.com") },
    { what: "nobody", of: () => ({ ...mine, id: "x".repeat(mine.id.length) }) },
    { what: "their domain, by the code of another request", of: () => ({ ...mine, reference: theirs.reference }), shown: 200, status: 409 },
    { what: "another domain, by the code of their own", of: () => ({ ...theirs, reference: mine.reference }) },
  ])("neither sees nor decides on a request of $what", async ({ of, shown = 404, status = 404 }) => {
    const request = await of();
    const page = await get(`/partner/requests/${request.id}`);
    expect(page.status).toBe(shown);
    expect(await page.text()).not.toContain("Zaphod");
    for (const verb of ["approve", "deny"]) expect((await decide(request, { verb })).status).toBe(status);
    expect((await decide(request, { verb: "reopen" })).status).toBe(404);
    expect([await stateOf(mine), await stateOf(theirs)]).toEqual(["pending", "pending"]);
  });

  it("cannot reopen or retry a request, nor decide on their own request", async () => {
    expect((await decide(mine, { verb: "reopen" })).status).toBe(404);
    for (const verb of ["retry", ""]) expect((await decide(mine, { verb })).status).toBe(400);
    const own = { userNames: ["kim@contoso.com"] };
    expect(await (await get(`/partner/requests/${mine.id}`, own)).text()).not.toContain('name="verb"');
    expect((await decide(mine, {}, own)).status).toBe(409);
    expect(await stateOf(mine)).toBe("pending");
  });

  it("sees an error for a note that is too long", async () => {
    const refused = await decide(mine, { note: "x".repeat(1_001) });
    expect(refused.status).toBe(400);
    expect(await stateOf(mine)).toBe("pending");
    expect((await decide(mine, { note: "ours" })).status).toBe(303);
  });

  it.each<{ what: string; more?: Partial<Session>; make?: () => Promise<unknown> }>([
    { what: "has lapsed", make: () => changed({ ...contoso, state: "lapsed" }) },
    { what: "was removed", make: () => writeAlone(partnerStore(pages.database.client, "decisions-test").removing(toItem(contoso))) },
    { what: "is stale for more than a week", make: () => changed({ ...contoso, state: "stale", until: "2020-01-01T00:00:00.000Z" }) },
    { what: "is pending", make: () => changed({ ...contoso, state: "pending" }) },
    { what: "is below the one that is proven", more: { userNames: ["lead@eu.contoso.com"] } },
    { what: "is not the one of all their names", more: { userNames: ["lead@contoso.com", "lead@fabrikam.com"] } },
    { what: "is in a guest's made-up name alone", more: { userNames: ["lead_contoso.com#EXT#@tenant.onmicrosoft.com"] } },
    { what: "is not told", more: { userNames: [] } },
  ])("loses access at the next request if their domain $what", async ({ more, make }) => {
    await make?.();
    for (const path of ["/partner", `/partner/requests/${mine.id}`]) {
      const response = await get(path, more);
      expect(response.status).toBe(403);
      expect(await response.text()).not.toContain("Kim Lee");
    }
    expect((await decide(mine, {}, more)).status).toBe(403);
    expect(await stateOf(mine)).toBe("pending");
  });

  it("keeps access while the record is missing for less than a week", async () => {
    await changed(lookedFor(contoso, "missing", new Date()));
    expect((await get("/partner")).status).toBe(200);
  });
});

describe("a partner's own list", () => {
  const send = async (what: "add" | "remove" | "undo", fields: Record<string, string>, more?: Partial<Session>) =>
    await pages.post(`/partner/list/${what}`, "Partner", { effect: "allow", expiresAt: "", note: "", ...fields }, await as(more));
  const list = async () => await (await get("/partner/list")).text();
  const rowOf = async (entry: string) => {
    const item = await pages.world.accessList.get(entry);
    return item && toRow(item);
  };

  it("lets in a denied person until a day without taking the deny away, and the lapse of the domain ends that", async () => {
    await send("add", { entry: "ann@contoso.com", effect: "deny", expiresAt: "", note: "left" });
    const day = lastAllowDay(new Date());
    await send("add", { entry: "ann@contoso.com", effect: "allow", expiresAt: "", note: "" });
    const row = { entry: "ann@contoso.com", effect: "deny", note: "left", byPartner: "contoso.com" };
    expect(await rowOf("ann@contoso.com")).toEqual({ ...row, allowedUntil: day });
    expect(await (await pages.get("/partner/list", "Partner", await as())).text()).toContain("allowed until");
    const ports = { list: pages.world.accessList, trail: pages.world.audit };
    await endPartnerAllows(ports, "contoso.com", { by: "x", via: "command" }, new Date());
    expect(await rowOf("ann@contoso.com")).toEqual(row);
  });
  const versionIn = (html: string, entry: string) =>
    new RegExp(`value="${entry}"/><input type="hidden" name="version" value="([^"]+)"`).exec(html)?.[1] ?? "none";

  it("accepts and returns addresses of their domain, marked as theirs, with the contact's name in the trail", async () => {
    expect((await send("add", { entry: " Ann@Contoso.com ", note: "new buyer" })).headers.get("location")).toBe(
      "/partner/list?done=allow&undo=ann%40contoso.com",
    );
    expect(await (await get("/partner/list?done=allow&undo=ann%40contoso.com")).text()).toContain("ann@contoso.com is allowed.");
    expect(await rowOf("ann@contoso.com")).toEqual({
      entry: "ann@contoso.com",
      effect: "allow",
      note: "new buyer",
      expiresAt: new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10),
      byPartner: "contoso.com",
    });
    const denied = (await send("add", { entry: "ann@contoso.com", effect: "deny" })).headers.get("location") ?? "";
    expect(await (await get(denied)).text()).toContain("ann@contoso.com is denied.");
    expect(await rowOf("ann@contoso.com")).toEqual({ entry: "ann@contoso.com", effect: "deny", byPartner: "contoso.com" });
    const version = versionIn(await list(), "ann@contoso.com");
    const failed = await send("remove", { key: "ann@contoso.com", version: "other" });
    expect([failed.status, /<input[^>]* id="entry"[^>]*>/.exec(await failed.text())?.[0]]).toEqual([
      409,
      expect.not.stringMatching(/ann@contoso\.com|aria-invalid="true"/),
    ]);
    const removed = (await send("remove", { key: "ann@contoso.com", version })).headers.get("location") ?? "";
    expect(await rowOf("ann@contoso.com")).toBeUndefined();
    expect(await (await get(removed)).text()).toMatch(/action="\/partner\/list\/undo".*ann@contoso\.com.*Undo</s);
    const { entries } = await pages.world.audit.page({});
    expect(entries.map(({ by, name, action, subject }) => ({ by, name, action, subject }))).toEqual(
      ["removed", "changed", "added"].map((what) => ({
        ...{ by: "oid-Partner", name: "Test Partner", subject: "ann@contoso.com" },
        action: `access-list.${what}`,
      })),
    );
    expect((await send("undo", { key: "ann@contoso.com" })).status).toBe(303);
    expect(await rowOf("ann@contoso.com")).toEqual({ entry: "ann@contoso.com", effect: "deny", byPartner: "contoso.com" });
  });

  it("restores only entries that were theirs", async () => {
    await pages.put({ entry: "bo@contoso.com", effect: "deny" });
    const before = await pages.world.accessList.get("bo@contoso.com");
    if (before !== undefined) await writtenList.commit({ ...pages, author: { by: "x" }, now: new Date() } as never, { before });
    expect(await rowOf("bo@contoso.com")).toBeUndefined();
    expect((await send("undo", { key: "bo@contoso.com" })).status).toBe(409);
    expect(await rowOf("bo@contoso.com")).toBeUndefined();
  });

  it.each([
    { entry: "contoso.com" },
    { entry: "@contoso.com" },
    { entry: "*@contoso.com" },
    { entry: "*.contoso.com" },
    { entry: "*" },
    { entry: "issuer:google.com" },
    { entry: "issuer:contoso.com/ann@contoso.com" },
    { entry: "disposable" },
    { entry: "ann@fabrikam.com" },
    { entry: "ann@eu.contoso.com" },
    { entry: "ann@notcontoso.com" },
    { entry: "ann+x@contoso.com" },
    { entry: "ann@contoso.com, bo@fabrikam.com" },
    { entry: "" },
    { entry: "ann@contoso.com", effect: "" },
    { entry: "ann@contoso.com", effect: "ALLOW" },
    { entry: "ann@contoso.com", expiresAt: "2020-01-01" },
    { entry: "ann@contoso.com", expiresAt: "2999-01-01" },
    { entry: "ann@contoso.com", expiresAt: "soon", effect: "deny" },
    { entry: "ann@contoso.com", note: "x".repeat(5_000) },
  ] as readonly (Record<string, string> & { entry: string })[])("rejects $entry $effect $expiresAt", async (fields) => {
    expect((await send("add", fields)).status).toBe(400);
    expect((await pages.world.accessList.ofPartner("contoso.com")).length).toBe(0);
    for (const entry of [fields.entry, "ann@contoso.com"]) expect(await rowOf(entry)).toBeUndefined();
  });

  it.each([
    {
      entry: "contoso",
      en: "“contoso” is not an e-mail address: write one like kim@contoso.com.",
      ko: "“contoso”: 이메일 주소가 아닙니다.",
    },
    {
      entry: "ann@contoso.com, bo@contoso.com",
      en: "“ann@contoso.com, bo@contoso.com” is not an e-mail address",
      ko: "“ann@contoso.com, bo@contoso.com”: 이메일 주소가 아닙니다.",
    },
    {
      entry: "ann_contoso.com#EXT#@fabrikam.onmicrosoft.com",
      ...{ en: "the name that Entra gives a guest: write ann@contoso.com", ko: "ann@contoso.com로 입력하세요" },
    },
    {
      entry: "ann*@contoso.com",
      en: "Write the whole address, or contoso.com for everyone of that domain",
      ko: "주소에는 와일드카드를 쓸 수 없습니다",
    },
    { entry: " ", en: "Write an e-mail address like kim@contoso.com.", ko: "kim@contoso.com과 같은 이메일 주소를 입력하세요." },
  ])("explains the problem with the address $entry, and what to write", async ({ entry, en, ko }) => {
    for (const [language, says] of [
      ["en", en],
      ["ko", ko],
    ] as const) {
      const fields = { effect: "allow", expiresAt: "", note: "", entry };
      const refused = await pages.post("/partner/list/add", "Partner", fields, { ...(await as()), "Accept-Language": language });
      expect(refused.status).toBe(400);
      expect((await refused.text()).split('id="entry-problem"')[1]?.split("</small>")[0]).toContain(says);
    }
  });

  it.each([
    { what: "an operator's", row: { entry: "ann@contoso.com" } },
    { what: "another partner's", row: { entry: "ann@contoso.com", byPartner: "fabrikam.com" } },
    { what: "a domain, marked by hand", row: { entry: "contoso.com", byPartner: "contoso.com" } },
    { what: "another domain's, marked by hand", row: { entry: "ann@fabrikam.com", byPartner: "contoso.com" } },
  ])("does not show, change or remove $what", async ({ row }) => {
    const kept = { ...row, effect: "deny", note: "zaphod" };
    await pages.put(kept);
    expect(await list()).not.toMatch(/zaphod|ann@/);
    const item = (await pages.world.accessList.get(row.entry)) ?? {};
    const answers = [
      await send("add", { entry: row.entry }),
      await send("remove", { key: row.entry, version: computeRowVersion(item) }),
      await send("remove", { key: row.entry }),
    ];
    for (const answer of answers) {
      expect([400, 409]).toContain(answer.status);
      expect(await answer.text()).not.toContain("zaphod");
    }
    expect(await rowOf(row.entry)).toEqual(kept);
  });

  it("does not overwrite a row that an operator has edited meanwhile", async () => {
    await send("add", { entry: "ann@contoso.com", effect: "deny", note: "ours" });
    const before = await list();
    const asAdministrator = { entry: "ann@contoso.com", effect: "deny", note: "zaphod", expiresAt: "", issuer: "" };
    const shown = await (await pages.get("/access-list?open=ann@contoso.com", "Administrator")).text();
    expect(shown).toContain("Kept by the partner");
    const version = /name="version" value="([^"]+)"/.exec(shown)?.[1] ?? "";
    const edited = await pages.post("/access-list/save", "Administrator", { ...asAdministrator, entry: "ann@contoso.com", version });
    expect(edited.status).toBe(303);
    expect(await rowOf("ann@contoso.com")).toEqual({ entry: "ann@contoso.com", effect: "deny", note: "zaphod" });
    expect((await send("remove", { key: "ann@contoso.com", version: versionIn(before, "ann@contoso.com") })).status).toBe(409);
    expect((await send("add", { entry: "ann@contoso.com" })).status).toBe(409);
    expect(await list()).not.toContain("ann@");
  });

  it("is inaccessible once their domain has lapsed", async () => {
    await changed({ ...contoso, state: "lapsed" });
    expect((await get("/partner/list")).status).toBe(403);
    expect((await send("add", { entry: "ann@contoso.com" })).status).toBe(403);
    expect(await rowOf("ann@contoso.com")).toBeUndefined();
  });
});

const changed = (row: PartnerRow) => partnerStore(pages.database.client, "decisions-test").replace(contoso, row);

it("no page, form, search, export, view, count or address shows a contact more than their requests and own list", async () => {
  await pages.put({ entry: "zaphod@contoso.com", effect: "deny" });
  await pages.put({ entry: "ann@contoso.com", effect: "allow", note: "zaphod", byPartner: "fabrikam.com" });
  await expectNothingElse(pages, "Partner", await as(), theirs);
  expect(await stateOf(theirs)).toBe("pending");
});

describe("the pages for operators", () => {
  const html = async (path: string, headers = {}) => await (await pages.get(path, "Reader", headers)).text();
  const textOf = (part = "") => part.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");

  it("list partners with their people and last check, those that need attention first", async () => {
    const now = new Date();
    const gone = lookedFor(await proven(pages, "stale.example"), "missing", now);
    await partnerStore(pages.database.client, "decisions-test").replace(await pages.world.partners.of("stale.example"), gone);
    const [, ...rows] = (await html("/partners")).split("<tr");
    expect(rows.slice(1).map(textOf)).toEqual([
      expect.stringMatching(/stale\.example Record is gone 0 .* not found/),
      expect.stringMatching(/contoso\.com Proven 0 .* found/),
    ]);
    pages.setTime(new Date(now.getTime() + 8 * 86_400_000));
    const over = textOf(await html("/partners?open=stale.example"));
    expect(over).toMatch(/stale\.example Time is over .*Its time was over at .* do not count/);
    expect(over).not.toContain("count as this partner's until");
    pages.setTime(now);
  });

  it("show the record that proves a domain to everybody who may read", async () => {
    const panel = (await html("/partners?open=contoso.com")).split("<aside")[1];
    expect(panel).toMatch(/_gatehouse\.contoso\.com[\s\S]*gatehouse-partner=t0ken[\s\S]*data-copy="_gatehouse/);
    expect(textOf((await html("/partners?open=fabrikam.com")).split("<aside")[1])).toContain("This domain is no partner");
    expect((await pages.get(`/partners?open=${"a".repeat(1_025)}`, "Reader")).status).toBe(200);
  });

  describe("for administrators", () => {
    const send = async (act: string, fields: Record<string, string>, role: Role = "Administrator") =>
      await pages.post(`/partners/${act}`, role, fields);
    const version = async (domain: string) => computeRowVersion((await pages.world.partners.found(domain)).stored ?? {});
    const after = async (answer: Response) => textOf(await (await pages.get(answer.headers.get("location") ?? "", "Administrator")).text());
    const trail = async () => (await pages.world.audit.page({})).entries.map(({ action, subject }) => `${action} ${subject}`);

    it("add a partner and show its record, and report a partner that exists already", async () => {
      const added = await send("add", { domain: " @Fabrikam.com" });
      expect(added.headers.get("location")).toBe("/partners?open=fabrikam.com&done=added");
      expect(await after(added)).toMatch(
        /Added\. Give the partner this TXT record to set\..*fabrikam\.com Not proven yet The TXT record.*_gatehouse\.fabrikam\.com/,
      );
      expect(await pages.world.partners.of("fabrikam.com")).toMatchObject({ state: "pending", by: "Test Administrator" });
      expect((await pages.world.audit.page({})).entries[0]).toMatchObject({
        by: "oid-Administrator",
        via: "console",
        action: "partner.added",
        subject: "partner/fabrikam.com",
      });
      const { token } = (await pages.world.partners.of("fabrikam.com")) ?? {};
      const again = (await send("add", { domain: "fabrikam.com" })).headers.get("location") ?? "";
      expect(await (await pages.get(again, "Administrator")).text()).toMatch(
        /class="note warn" role="status"><p>This domain is there already, added by Test Administrator at /,
      );
      expect(await pages.world.partners.of("fabrikam.com")).toMatchObject({ token });
    });

    it("add an organisation that a public list has as a suffix, once an operator confirms it", async () => {
      const page = await (await send("add", { domain: "gov.scot" })).text();
      expect(page).toMatch(/name="anyway"/);
      expect(await (await send("add", { domain: "gmail.com" })).text()).not.toMatch(/name="anyway"/);
      const added = await send("add", { domain: "gov.scot", anyway: "1" });
      expect(added.headers.get("location")).toBe("/partners?open=gov.scot&done=added");
      expect(await pages.world.partners.of("gov.scot")).toMatchObject({ state: "pending" });
      expect((await send("check", { domain: "gov.scot" })).status).toBe(303);
    });

    it.each([
      ["gmail.com", "Anybody can get an address there"],
      ["gov.scot", "Such lists also contain some organisations."],
      ["kim@fabrikam.com", "This is not a domain: write fabrikam.com."],
    ])("do not add %s, and explain the refusal beside the typed text", async (domain, says) => {
      const answer = await send("add", { domain });
      const page = await answer.text();
      expect([answer.status, textOf(page).includes(says), page.includes(`value="${domain}"`)]).toEqual([400, true, true]);
      expect(page).toMatch(/role="alert"[^>]*><p>This was not done/);
    });

    it.each([
      { texts: ["gatehouse-partner=t0ken"], says: "Checked: the record is there.", state: "proven" },
      { texts: [], says: "Checked: the record is not there.", state: "stale" },
      { texts: undefined, says: "Checked: the DNS did not answer", state: "proven" },
    ])("look up the record at once: $says", async ({ texts, says, state }) => {
      const answer = (name: string): TextsAnswer => {
        if (texts === undefined) return { kind: "failed", why: "ETIMEOUT" };
        return texts.length === 0 || !name.startsWith("_gatehouse.") ? { kind: "none" } : { kind: "found", texts };
      };
      vi.spyOn(ask, "make").mockReturnValue(async (name) => answer(name));
      expect(await after(await send("check", { domain: "contoso.com" }))).toContain(says);
      expect(await pages.world.partners.of("contoso.com")).toMatchObject({ state });
    });

    it("remove a partner, end entries of its contacts, and can restore the partner for a day", async () => {
      await pages.world.accessList.put(toItem({ entry: "ann@contoso.com", effect: "allow", byPartner: "contoso.com" }), undefined);
      expect((await send("remove", { domain: "contoso.com", version: "another" })).headers.get("location")).toMatch(/done=quicker$/);
      const removed = await send("remove", { domain: "contoso.com", version: await version("contoso.com") });
      expect(await pages.world.partners.of("contoso.com")).toBeUndefined();
      expect((await pages.world.accessList.get("ann@contoso.com"))?.expiresAt).toBeDefined();
      expect(await after(removed)).toMatch(/Removed: contoso\.com Undo/);
      expect(await after(await send("undo", { domain: "contoso.com" }))).toContain("It is back, with the same TXT record.");
      expect(await pages.world.partners.of("contoso.com")).toEqual(contoso);
      expect(await trail()).toEqual([
        "partner.added partner/contoso.com",
        "partner.removed partner/contoso.com",
        "access-list.changed ann@contoso.com",
      ]);
      expect((await send("undo", { domain: "contoso.com" })).headers.get("location")).toMatch(/done=quicker$/);
      await send("remove", { domain: "contoso.com", version: await version("contoso.com") });
      pages.setTime(new Date(Date.now() + 25 * 3_600_000));
      expect((await send("undo", { domain: "contoso.com" })).headers.get("location")).toMatch(/done=quicker$/);
      expect(await pages.world.partners.of("contoso.com")).toBeUndefined();
    });

    it.each(["add", "check", "remove", "undo"])("are for administrators alone: %s", async (act) => {
      expect((await send(act, { domain: "fabrikam.com" }, "Approver")).status).toBe(403);
      const page = await (await pages.get("/partners?open=contoso.com", "Approver")).text();
      expect(page).not.toMatch(/action="\/partners\/(?:add|check|remove)/);
    });
  });

  it("say on their page that they could not be checked, until a check goes through", async () => {
    const settings = { [environment.ledgerTable]: "ledger-test" };
    const world = { settings, tables: pages.database.client, clock: { now: Date.now }, log: {} } as unknown as Parameters<
      typeof workNotes
    >[0];
    const notes = workNotes(world, "partners");
    const told = async () => (await (await pages.get("/partners", "Reader")).text()).replaceAll("&#39;", "'");
    await notes.failed("TimeoutError", { waiting: 3 });
    expect(await told()).toMatch(/Partners' domains aren't checked since .*TimeoutError\. Waiting: 3\. Next try /);
    await notes.succeeded();
    expect(await told()).not.toContain("aren't checked");
  });

  it("name states and checks under Changes by their labels, and link to the partner", async () => {
    const before = toRow(toItem(contoso));
    const write = partnerStore(pages.database.client, "decisions-test").replacing(contoso, lookedFor(contoso, "missing", new Date()));
    const change = { before, after: toRow(toItem(lookedFor(contoso, "missing", new Date()))), write };
    await commitRow(pages.world.audit, "partner", change, { by: "worker", via: "command" }, new Date());
    const changes = await html("/audit");
    expect(changes).toContain('href="/partners?open=contoso.com"');
    expect(textOf(changes)).toMatch(/changed the partner contoso\.com : Proven → Record is gone/);
  });

  it.each<[use: Use | undefined, shown: readonly string[], gone: readonly string[]]>([
    [undefined, [], ["/partners", "/profiles", "/reference-data"]],
    [{ worker: "partners" }, ["/partners"], ["/profiles", "/reference-data"]],
    [{ table: "profiles", access: "read" }, ["/profiles"], ["/partners", "/reference-data"]],
    [{ table: "referenceData", access: "read" }, ["/reference-data"], ["/partners", "/profiles"]],
  ])("show in the menu only pages whose rows a policy uses: %j", async (use, shown, gone) => {
    const rule = makeRule({ name: "using", uses: use === undefined ? [] : [use], decide: () => ({ kind: "continue" }) });
    Object.assign(pages.world, { policiesAt: () => [{ step: "before-create-user", rules: [rule], options: {} }] });
    const menu = /<nav aria-label="Main".*?<\/nav>/s.exec(await html("/decisions"))?.[0] ?? "";
    for (const path of shown) expect(menu).toContain(`href="${path}"`);
    for (const path of gone) expect(menu).not.toContain(`href="${path}"`);
  });
});
