import type { Role } from "../../../../console/session/roles";
import { hashAccount } from "../../../../engine/sign-up/person";
import { accessList } from "../../../../features/access-list/rule";
import { domainCountStore } from "../../../../features/counts/store/domain-counts";
import { invited } from "../../../../features/invitations/rule";
import { knownDomains } from "../../../../features/look-alikes/store";
import { partners } from "../../../../features/partners/rule";
import { asked, record, startConsole, type TestConsole } from "../../../console/support";
import { hashOf } from "../../../engine/sign-up/people";
import { anyPolicy } from "../../../support/any-policy";
import { startClock } from "../../../support/fake-timers";

let pages: TestConsole;
let request: { readonly id: string; readonly reference: string };
const account = { issuer: "google.com", issuerAssignedId: "1184" };
const accountId = hashAccount([account], hashOf) ?? "";
beforeAll(async () => {
  startClock();
  pages = await startConsole();
  await pages.world.decisions.keep(record({ reference: "K7QD-9MXD", id: "one", accountId }), 90);
  for (const entry of ["contoso.com", "*.partner.example", "issuer:google.com/7", "*", "Broken Entry"])
    await pages.put({ entry, effect: "deny" });
  request = await asked(pages, "lee@contoso.com");
  await pages.world.decisions.keep(record({ reference: request.reference, id: "two" }), 90);
  await pages.post("/access-list/add", "Administrator", { entry: "added.example", effect: "deny", issuer: "", expiresAt: "", note: "" });
});
afterAll(() => pages.close());

const look = async (q: string) => await pages.get(`/search?${new URLSearchParams({ q })}`, "Reader");
afterEach(() => vi.restoreAllMocks());
const key = (entry: string) => `/access-list?open=${encodeURIComponent(entry)}`;

it.each([
  { what: "a code, however typed", q: " k7qd 9mxd", to: () => "/decisions/K7QD-9MXD" },
  { what: "a request's id", q: () => request.id, to: () => `/approvals/requests/${request.id}` },
  { what: "an address, known or not", q: "Nobody@Contoso.com", to: () => "/people?email=nobody%40contoso.com" },
  { what: "an account", q: "issuer:google.com/1184", to: () => "/people?account=issuer%3Agoogle.com%2F1184" },
  { what: "an account's hash", q: accountId, to: () => `/people?account=${accountId}` },
  { what: "an account with nothing but an entry", q: "issuer:google/7", to: () => key("issuer:google.com/7") },
  { what: "a domain", q: "@Contoso.com", to: () => key("contoso.com") },
  { what: "a domain that another entry covers", q: "mail.partner.example", to: () => key("*.partner.example") },
  { what: "everyone", q: "*", to: () => key("*") },
  { what: "an entry that cannot be read", q: "Broken Entry", to: () => key("Broken Entry") },
])("opens the page that the text names: $what", async ({ q, to }) => {
  const response = await look(typeof q === "string" ? q : q());
  expect({ status: response.status, to: response.headers.get("location") }).toEqual({ status: 303, to: to() });
});

it("offers a choice if a text has several meanings", async () => {
  const response = await look(request.reference);
  const html = await response.text();
  expect(response.status).toBe(200);
  expect(html).toContain(`href="/decisions/${request.reference}"`);
  expect(html).toContain(`href="/approvals/requests/${request.id}"`);
});

it.each([
  { q: "Decis", path: "/decisions", role: "Reader" },
  { q: "> access", path: "/access-list", role: "Reader" },
] as const)("finds a page of the menu by its name: $q", async ({ q, path, role }) => {
  const response = await pages.get(`/search?${new URLSearchParams({ q })}`, role);
  expect({ status: response.status, found: (await response.text()).includes(`<a class="what" href="${path}"`) }).toEqual({
    status: 200,
    found: true,
  });
});

describe("the search for a part of a name", () => {
  const found = async (q: string, more = {}, role: Role = "Administrator") => {
    const html = await (await pages.get(`/search?${new URLSearchParams({ q, ...more })}`, role)).text();
    return [...html.matchAll(/<a class="what" href="([^"]+)"/g)].map(([, href]) => href?.replaceAll("&amp;", "&") ?? "");
  };
  const person = (email: string) => `/people?${new URLSearchParams({ email })}`;
  beforeAll(async () => {
    await asked(pages, "n.haddad@fabrikam.com", { attributes: { displayName: "Noor Haddad" } });
    const now = Date.now();
    await pages.world.decisions.keep(record({ id: "refused", reference: "K7QD-2222", email: "kim@fabrikam.com" }), 90);
    for (const [index, email] of ["kim.park@fabrikam.com", "sam@fabrikam.com"].entries()) {
      const at = new Date(now - (20 + index) * 86_400_000).toISOString();
      await pages.world.decisions.keep(record({ id: `old-${email}`, reference: "K7QD-3333", email, at }), 90);
    }
  });

  it.each([
    { what: "the name on a request", q: "noor had", to: ["n.haddad@fabrikam.com"] },
    { what: "the beginning of an address, refused today", q: "@kim", to: ["kim@fabrikam.com"] },
    { what: "one who came longer ago, at a domain that is known", q: "@kim park", to: ["kim.park@fabrikam.com"] },
    { what: "the domain, in part", q: "@noor fabri", to: ["n.haddad@fabrikam.com"] },
  ])("finds people by $what", async ({ q, to }) => {
    expect(await found(q)).toEqual(expect.arrayContaining(to.map(person)));
    expect(await found(q)).not.toContain(person("sam@fabrikam.com"));
  });

  it("does not show a person as refused if they asked for approval", async () => {
    const waiting = {
      email: "yuna.choi@fabrikam.com",
      verdict: "block",
      rule: "request-approval",
      reasons: ["approval.requested"],
    } as const;
    await pages.world.decisions.keep(record({ id: "waiting", reference: "K7QD-4444", ...waiting }), 90);
    const html = await (await look("yuna")).text();
    expect(html).toMatch(/yuna\.choi<wbr\/>@fabrikam\.com(?:(?!<li>).)*Asked for approval/s);
  });

  it("shows no person as let in if the list denies them now", async () => {
    const letIn = { email: "sam.okafor@okafor.example", verdict: "continue", rule: undefined, reasons: [], trace: [] } as const;
    await pages.world.decisions.keep(record({ id: "in", reference: "K7QD-5555", ...letIn }), 90);
    const said = async () => /sam\.okafor(?:(?!<li>).)*?(Let in|Denied)/s.exec(await (await look("sam okafor")).text())?.[1];
    // The list denies everybody whom no closer entry allows.
    await pages.put({ entry: "okafor.example", effect: "allow" });
    expect(await said()).toBe("Let in");
    await pages.put({ entry: "okafor.example", effect: "deny" });
    expect(await said()).toBe("Denied");
  });

  it("leads from a name to the person's page, which shows why they are refused", async () => {
    expect(await found("kim")).toContain(person("kim@fabrikam.com"));
    const page = await (await pages.get(person("kim@fabrikam.com"), "Reader")).text();
    expect(page).toMatch(/the list denies/i);
  });

  it.each([
    { q: "fabri", path: "/domains/fabrikam.com" },
    { q: "cont", path: key("contoso.com") },
    { q: "> add", path: "/access-list/new" },
    { q: "sign-ins", path: "/audit?view=sign-ins" },
    { q: "new.example", path: "/access-list/new?entry=new.example" },
  ])("finds domains, entries and actions: $q", async ({ q, path }) => {
    expect(await found(q)).toContain(path);
  });

  it("offers acts on a domain only if the text can be one, or follows a verb", async () => {
    expect(await found("kim.nov")).not.toContain("/access-list/new?entry=kim.nov");
    expect(await found("kim.nov")).not.toContain("/decisions?domain=kim.nov");
    expect(await found("deny corp.lan")).toContain("/access-list/new?entry=corp.lan&effect=deny");
  });

  it.each([
    { q: "reassign", paths: ["/approvals?view=all"] },
    { q: "assign", paths: ["/approvals?view=all"] },
    { q: "sponsor", paths: ["/people?life=in"] },
    { q: "since friday", paths: ["/audit?from=2026-11-20", "/audit?view=sign-ins&from=2026-11-20", "/decisions?from=2026-11-20&zone=UTC"] },
    { q: "sign-ins since yesterday", paths: ["/audit?view=sign-ins&from=2026-11-24"] },
    { q: "decisions since 2026-11-02", paths: ["/decisions?from=2026-11-02&zone=UTC"] },
    { q: "Changes since mon", paths: ["/audit?from=2026-11-23"] },
    { q: "since tomorrow", paths: [] },
  ])("knows the words of $q", async ({ q, paths }) => {
    const hits = await found(q);
    expect(hits.filter((path) => /^\/(audit|decisions|approvals|people)\b/.test(path))).toEqual(expect.arrayContaining(paths));
    if (q.includes("since")) expect(hits).toHaveLength(paths.length);
  });

  it("offers no allow of a domain that resembles an allowed one", async () => {
    await pages.put({ entry: "northwind.example", effect: "allow" });
    await knownDomains(pages.database.client, "ledger-test").allowed(["northwind.example"]);
    const links = await found("n0rthwind.example");
    expect(links).toContain("/decisions?domain=n0rthwind.example");
    expect(links).not.toContain("/access-list/new?entry=n0rthwind.example");
  });

  it("links to the newest changes that can be undone", async () => {
    const add = async (entry: string) =>
      await pages.post("/access-list/add", "Administrator", { entry, effect: "allow", issuer: "", expiresAt: "", note: "" });
    const response = await add("undone.example");
    // Among many small edits an import is not lost.
    for (const newer of Array.from({ length: 6 }, (_, index) => `newer${index}.example`)) await add(newer);
    const set = new URL(response.headers.get("location") ?? "", "http://console").searchParams.get("set");
    expect(await found("undo undone")).toEqual([`/audit/sets/one?id=${set}`]);
    expect(await found("undo import")).not.toContain(`/audit/sets/one?id=${set}`);
    expect(await found("undo undone", {}, "Reader")).not.toContain(`/audit/sets/one?id=${set}`);
  });

  it("links to the entry of a domain that is already denied, if asked to deny it", async () => {
    await pages.put({ entry: "denied.example", effect: "deny" });
    expect(await found("deny denied.example")).toContain(key("denied.example"));
    expect(await found("deny denied.example")).not.toContain("/access-list/new?entry=denied.example&effect=deny");
  });

  const data = (act: "erase" | "export.jsonl", email?: string) =>
    `/people/${act}${email === undefined ? "" : `?${new URLSearchParams({ email })}`}`;
  it.each([
    { q: "erase", path: data("erase") },
    { q: "erase Kim@fabrikam.com", path: data("erase", "kim@fabrikam.com") },
    { q: "export", path: data("export.jsonl") },
    { q: "export kim@fabrikam.com", path: data("export.jsonl", "kim@fabrikam.com") },
    { q: "export access", path: "/access-list/export.csv" },
    { q: "close", path: "/posture?state=closed" },
  ])("finds rarely used actions: $q", async ({ q, path }) => {
    expect(await found(q)).toContain(path);
    if (path.includes("people")) expect(await found(q, {}, "Reader")).not.toContain(path);
  });

  it.each(["erase", "export.jsonl"] as const)("asks for an address if nobody is named: %s", async (act) => {
    const asking = await pages.get(data(act), "Administrator");
    expect([asking.status, await asking.text()]).toEqual([
      200,
      expect.stringMatching(/<form method="get"[^>]*>.*<input id="email"[^>]*autofocus/s),
    ]);
    const wrong = await pages.get(data(act, "kim"), "Administrator");
    expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining('aria-invalid="true"')]);
  });

  const policyOf = (...rules: Parameters<typeof anyPolicy>[0]) => vi.spyOn(pages.world, "policiesAt").mockReturnValue([anyPolicy(rules)]);
  it("offers invitations and partners only if a rule reads them", async () => {
    const offers = async () => {
      const hits = (await Promise.all(["add partner", "invite", "invite a@b.example"].map((q) => found(q)))).flat();
      const people = await (await pages.get("/people", "Administrator")).text();
      return [
        hits.includes("/partners?adding=1"),
        hits.includes("/people/invite"),
        hits.includes("/people/invite?address=a%40b.example"),
        people.includes('href="/people/invite"'),
      ];
    };
    policyOf(accessList());
    expect(await offers()).toEqual([false, false, false, false]);
    expect(await (await pages.get("/people/invite", "Administrator")).text()).toContain("No rule of the policy reads invitations");
    policyOf(partners({ otherwise: "continue" }), invited({ otherwise: "block" }));
    expect(await offers()).toEqual([true, true, true, true]);
    expect(await (await pages.get("/people/invite", "Administrator")).text()).not.toContain("No rule of the policy reads");
    expect(await (await pages.get("/partners?adding=1", "Administrator")).text()).toMatch(/<input id="domain"[^>]*autofocus/);
  });

  it.each(["invite a@b.example", "Invite A@B.example"])("links to the form that invites a person, filled in: %s", async (q) => {
    const path = "/people/invite?address=a%40b.example";
    policyOf(invited());
    expect(await found(q)).toContain(path);
    expect(await found(q, {}, "Reader")).not.toContain(path);
    expect(await (await pages.get(path, "Administrator")).text()).toMatch(/<textarea[^>]*>\s*a@b\.example/);
  });

  it("finds the invitation form by the word invite", async () => {
    policyOf(invited());
    expect(await found(">invite")).toContain("/people/invite");
  });

  it("shows the number of people who came from a domain", async () => {
    const at = new Date().toISOString();
    const decisions = ["a", "b"].map((who, index) => ({
      sequenceNumber: String(index),
      record: record({ id: who, email: `${who}@counted.example`, personId: who, at }),
    }));
    await domainCountStore(pages.database.client, "ledger-test").add(decisions, () => 2_000_000_000);
    for (const { record: each } of decisions) await pages.world.decisions.keep(each, 90);
    const html = await (await pages.get("/search?q=counted", "Reader")).text();
    expect(html).toContain("not on the access list, 2 sign-ups in 14 days");
  });

  it("shows the first people of a name, and links to all of them", async () => {
    for (let index = 0; index < 12; index++)
      await pages.world.decisions.keep(record({ id: `zoe-${index}`, email: `zoe.${index}@zoe.example` }), 90);
    const html = await (await pages.get("/search?q=zoe", "Reader")).text();
    expect(html).toContain('<a href="/search?q=%40zoe">4 more</a>');
    const all = await found("@zoe");
    expect(all.filter((path) => path.includes("zoe.example"))).toHaveLength(12);
  });

  it("gives the palette only the results, without a page around them, and never a redirect", async () => {
    const response = await pages.get("/search?q=kim%40fabrikam.com&part=1", "Reader");
    const html = await response.text();
    expect({ status: response.status, page: html.includes("<html"), found: html.includes("email=kim%40fabrikam.com") }).toEqual({
      status: 200,
      page: false,
      found: true,
    });
  });
});

it.each(["waits.example", "decided.example"])("the search links to the people of a domain that no entry names: %s", async (domain) => {
  await asked(pages, "kim@waits.example");
  await pages.world.decisions.keep(record({ id: domain, email: "kim@decided.example", at: new Date().toISOString() }), 90);
  const response = await look(domain);
  const html = await response.text();
  expect({ status: response.status, none: html.includes("Nothing was found") }).toEqual({ status: 200, none: false });
  expect(html).toContain(`href="/decisions?domain=${domain}"`);
  expect(html).toContain(`href="/approvals?domain=${domain}"`);
});

it("the search finds people of a domain, even after many newer decisions about other people", async () => {
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  for (let index = 0; index < 120; index++) {
    await pages.world.decisions.keep(record({ id: `since-${index}`, reference: "K7QD-7777", at: daysAgo(1) }), 90);
    await pages.world.decisions.keep(
      record({ id: `old-${index}`, reference: "K7QD-6666", email: `p${index}@busy.example`, at: daysAgo(40) }),
      90,
    );
  }
  const response = await look("busy.example");
  expect({ status: response.status, none: (await response.text()).includes("Nothing was found") }).toEqual({ status: 200, none: false });
  // The link leads to them, though they are older than what the page shows without being asked.
  expect(await (await pages.get("/decisions?domain=busy.example", "Reader")).text()).toContain("@busy.example</bdi>");
});

it.each(["other.example", "4444-4444", "20261121-020305123-k7qd", "x".repeat(10_000), "<script>\u202e"])(
  "the search reports that nothing is stored, and suggests what to type: %#",
  async (q) => {
    const response = await look(q);
    const html = await response.text();
    expect({ status: response.status, failures: pages.failures }).toEqual({ status: 404, failures: [] });
    expect(html).toContain("Nothing was found. A name is compared with the newest people only; a whole email address finds everybody.");
    expect(html).toContain("a reference code");
    expect(html).not.toMatch(/<script>|\u202e/);
  },
);
