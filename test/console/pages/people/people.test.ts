import { accessList } from "../../../../engine/rules/access-list";
import { oneAccountKey } from "../../../../engine/rules/one-account";
import { terms } from "../../../../engine/rules/terms";
import { accountHashOf, personIdOf } from "../../../../engine/sign-up/person";
import { beforeCreateUser } from "../../../../engine/sign-up/policy";
import { proofsKeyOf, proofWrite } from "../../../../engine/terms/proof";
import { hashOf } from "../../../engine/sign-up/people";
import { asked, record, startConsole, type TestConsole } from "../../support";

const NOW = new Date("2026-11-21T10:00:00Z");
let pages: TestConsole;
beforeEach(async () => {
  pages = await startConsole();
  pages.setTime(NOW);
});
afterEach(() => pages.close());

const accountOf = (issuer: string, issuerAssignedId: string) => accountHashOf([{ issuer, issuerAssignedId }], hashOf) ?? "";
const keep = async (number: number, more: Parameters<typeof record>[0]) =>
  await pages.world.decisions.keep(
    record({
      id: `id-${number}`,
      reference: `K7QD-${1_000 + number}`,
      at: new Date(NOW.getTime() - number * 1_000).toISOString(),
      ...more,
    }),
    90,
  );
const show = async (query: Record<string, string>, role: "Reader" | "Administrator" = "Reader") => {
  const response = await pages.get(`/people?${new URLSearchParams(query)}`, role);
  return { status: response.status, html: await response.text() };
};
const showPerson = (query: Record<string, string>) => show({ email: "kim@contoso.com", ...query });
const codesIn = (html: string) => [...html.matchAll(/href="\/decisions\/([^"]+)"/g)].map(([, code]) => code);
const _versionIn = (html: string) => /name="version" value="([^"]+)"/.exec(html)?.[1] ?? "";
const nextIn = (html: string) => /href="([^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll("&amp;", "&");

describe("how a person signed up", () => {
  const known = { email: "k.im@gmail.com", source: "b2b" } as const;
  const { key } = oneAccountKey(known, hashOf);
  const remember = () =>
    pages.put({ ...key, personId: personIdOf(known.email, hashOf), issuer: "google.com", at: NOW.toISOString() }, "ledger");

  it("is shown to everybody, and forgotten by an administrator", async () => {
    await remember();
    const path = "/people/forget-account";
    expect((await show({ email: "kim@gmail.com" })).html).toContain("with google.com");
    expect((await show({ email: "kim@gmail.com" })).html).not.toContain(path);
    expect((await show({ email: "lee@gmail.com" }, "Administrator")).html).not.toContain(path);
    expect((await show({ email: "kim@gmail.com" }, "Administrator")).html).toContain(path);
    expect((await pages.post(path, "Approver", { email: "kim@gmail.com" })).status).toBe(403);
    const response = await pages.post(path, "Administrator", { email: "kim@gmail.com" });
    expect(response.headers.get("location")).toBe("/people?email=kim%40gmail.com&done=forgotten");
    expect(await pages.world.ledger.get(key)).toBeUndefined();
    const { entries } = await pages.world.audit.page({ person: personIdOf(known.email, hashOf) });
    expect(entries.map(({ action, outcome }) => [action, outcome])).toEqual([["person.account-forgotten", "done"]]);
  });

  it("is not forgotten of nobody, nor if they sign up at the same moment", async () => {
    expect((await pages.post("/people/forget-account", "Administrator", { email: "nobody" })).status).toBe(400);
    await remember();
    vi.spyOn(pages.world.ledger, "remove").mockResolvedValue(false);
    const response = await pages.post("/people/forget-account", "Administrator", { email: "kim@gmail.com" });
    expect(response.headers.get("location")).toContain("done=changed");
    vi.restoreAllMocks();
  });
});

describe("a person's page", () => {
  it("lists the decisions of all spellings, and of accounts whose provider proves the address, and no other's", async () => {
    const own = accountOf("google.com", "1");
    const forged = accountOf("facebook.com", "2");
    await keep(1, { email: "kim@gmail.com", accountId: own, issuers: ["google.com"] });
    await keep(2, { email: "k.im+x@googlemail.com", accountId: own, issuers: ["google.com"] });
    await keep(3, { email: "kim@new.example", accountId: own, issuers: ["google.com"] });
    await keep(4, { email: "kim@gmail.com", accountId: forged, issuers: ["facebook.com"] });
    await keep(5, { email: "mallory@evil.example", accountId: forged, issuers: ["facebook.com"] });
    await keep(6, { email: "lee@gmail.com" });
    const { html } = await show({ email: "K.I.M@gmail.com" });
    expect(codesIn(html)).toEqual(["K7QD-1001", "K7QD-1002", "K7QD-1003", "K7QD-1004"]);
    expect(html).toContain(`href="/people?account=${forged}"`);
    expect(codesIn((await show({ account: forged })).html)).toEqual(["K7QD-1004", "K7QD-1005"]);
    expect(codesIn((await show({ account: "issuer:facebook/2" })).html)).toEqual(["K7QD-1004", "K7QD-1005"]);
  });

  it("pages through the decisions of several accounts, each once, however many there are", async () => {
    const accountId = accountOf("google.com", "1");
    const count = 80;
    // Many of one moment, and some under the account alone.
    for (let number = 0; number < count; number++) {
      const at = new Date(NOW.getTime() - Math.floor(number / 4) * 1_000).toISOString();
      await keep(number, { at, email: number % 3 === 0 ? "kim@new.example" : "kim@gmail.com", accountId, issuers: ["google.com"] });
    }
    const seen: (string | undefined)[] = [];
    for (let path: string | undefined = "/people?email=kim@gmail.com"; path !== undefined; ) {
      const html: string = await (await pages.get(path, "Reader")).text();
      seen.push(...codesIn(html));
      path = nextIn(html);
    }
    expect(seen).toHaveLength(count);
    expect(new Set(seen).size).toBe(count);
  });

  it("tells what the list says today, the deciding entry first, and shows requests and profile", async () => {
    await keep(1, { email: "kim@contoso.com", issuers: ["google.com"] });
    await pages.put({ entry: "kim@contoso.com", effect: "deny", expiresAt: "2026-11-30", note: "gone" });
    await pages.put({ entry: "contoso.com", effect: "allow" });
    await pages.put({ entry: "*", effect: "allow", expiresAt: "2026-01-01" });
    await pages.put({ person: "kim@contoso.com", city: "Busan" }, "profiles");
    const { reference } = await asked(pages, "kim@contoso.com");
    const { html } = await show({ email: "kim@contoso.com" });
    expect(html).toMatch(
      /Signed in with google\.com.*refuses this person.*kim@contoso\.com.*this very address.*gone.*contoso\.com.*the domain/s,
    );
    expect(html).toMatch(/does not count.*\*.*expired/s);
    expect(html).toContain(reference);
    expect(html).toContain("city: Busan");
    expect(html).not.toContain("/access-list/new");
  });

  it("tells in one list, the newest first, what happened and what was done", async () => {
    const { id, personId } = await asked(pages, "kim@contoso.com", { attributes: { displayName: "Kim Lee" } });
    await keep(60, { email: "kim@contoso.com" });
    const person = { by: "oid", name: "Mira", action: "access-list.added", subject: "kim@contoso.com", person: personId };
    await pages.world.audit.audited(person, new Date(NOW.getTime() - 30_000), async () => true);
    const note = { subject: `person/${personId}`, turn: "0", change: "note", note: "Called: is known" };
    pages.setTime(NOW);
    await pages.post("/tasks", "Approver", note);
    const { html } = await showPerson({});
    const all = [...html.matchAll(/<li><time[^>]*>[^<]*<\/time>.*?<b><bdi class="value">(.*?)<\/bdi>/gs)].map(([, title]) => title);
    expect(all).toEqual(expect.arrayContaining(["Waiting", "Note by Test Approver", "Entry added, Mira", "Refused: the list denies"]));
    expect(all.indexOf("Note by Test Approver")).toBeLessThan(all.indexOf("Entry added, Mira"));
    expect(all.indexOf("Entry added, Mira")).toBeLessThan(all.indexOf("Refused: the list denies"));
    expect(html).toMatch(/<h1>.*Kim Lee.*Waiting.*<\/h1>/s);
    expect(html).toContain(`/approvals/requests/${id}`);
  });

  it("says first what has to be fixed where the newest refusal came from an outage", async () => {
    const upstreamFailure = { service: "idology", kind: "timeout" } as const;
    const trace = [{ rule: "verify-identity", said: "block", upstreamFailure }] as const;
    await keep(1, { rule: "verify-identity", reasons: ["identity.unavailable"], trace });
    expect((await showPerson({})).html).toContain("Still refused until idology recovers");
  });

  it.each(["kim", "a@b@c", "x".repeat(10_000)])("says what it cannot show: %#", async (email) => {
    expect(await show({ email })).toMatchObject({ status: 400, html: expect.stringContaining("neither a single e-mail address") });
  });
});

describe("the list of people", () => {
  const emailsOn = (html: string) =>
    [...html.matchAll(/<a href="\/people\?[^"]*open=([^"&]+)"><bdi/g)].map(([, email]) => decodeURIComponent(email ?? ""));

  it("shows each person of the newest decisions once, by what became of them", async () => {
    await keep(1, { email: "kim@gmail.com" });
    await keep(2, { email: "k.im@gmail.com", verdict: "continue", reasons: [] });
    await keep(3, { email: "lee@contoso.com", verdict: "continue", reasons: [] });
    await keep(4, { email: "ann@contoso.com", reasons: ["approval.requested"] });
    expect(emailsOn((await show({})).html)).toEqual(["kim@gmail.com", "lee@contoso.com", "ann@contoso.com"]);
    expect((await show({})).html).toMatch(/ann@contoso\.com.*?Asked for approval/s);
    expect(emailsOn((await show({ state: "continue" })).html)).toContain("lee@contoso.com");
    expect(emailsOn((await show({ state: "block" })).html)).toEqual(["kim@gmail.com"]);
    expect(emailsOn((await show({ state: "waiting" })).html)).toEqual(["ann@contoso.com"]);
  });

  it("shows beside the list who one of them is, what would become of them, what happened, and the ways on", async () => {
    await keep(1, { email: "kim@contoso.com", issuers: ["google.com"] });
    await pages.put({ entry: "kim@contoso.com", effect: "deny" });
    await asked(pages, "kim@contoso.com", { attributes: { displayName: "Kim Lee" } });
    const { html } = await show({ open: "kim@contoso.com" }, "Administrator");
    const panel = html.slice(html.indexOf("<aside"));
    expect(panel).toMatch(
      /Kim Lee.*Waiting.*refuses this person.*Refused: the list denies.*Assign to me.*access-list\/new\?entry=kim%40contoso\.com/s,
    );
    expect(html).toMatch(/<tr data-key="kim@contoso\.com" aria-current="true">/);
    expect((await show({ open: "kim@contoso.com" })).html).not.toContain("/access-list/new");
    expect((await show({ open: "nobody" })).html).not.toContain("<aside");
  });

  it.each([
    { q: "Kim@Contoso.com", to: "/people?email=kim%40contoso.com" },
    { q: "kim lee", to: "/search?q=%40kim+lee" },
  ])("leads from a name or an address on: $q", async ({ q, to }) => {
    expect((await pages.get(`/people?${new URLSearchParams({ q })}`, "Reader")).headers.get("location")).toBe(to);
  });
});

describe("allow and deny", () => {
  const entryOf = async (entry: string) => await pages.world.accessList.get(entry);
  const back = (email: string) => `/people?${new URLSearchParams({ email })}`;
  const act = async (fields: object, email = "kim@contoso.com") =>
    await pages.post("/access-list/add", "Administrator", {
      ...{ entry: email, effect: "allow", expiresAt: "2026-11-27", note: "", issuer: "", back: back(email) },
      ...fields,
    });

  it("leads to the form for an entry, filled in until Friday, and comes back", async () => {
    await pages.put({ entry: "contoso.com", effect: "deny" });
    const { html } = await show({ email: "kim@contoso.com" }, "Administrator");
    const [deny, allow] = [...html.matchAll(/href="(\/access-list\/new[^"]*)"/g)].map(([, path = ""]) => path.replaceAll("&amp;", "&"));
    expect(deny).toContain("effect=deny");
    const form = await (await pages.get(allow ?? "", "Administrator")).text();
    expect(form).toMatch(/id="entry"[^>]*value="kim@contoso\.com"[\s\S]*<option value="2026-11-27" selected/);
    const response = await act({ note: "After decision K7QD-9MXD" });
    expect(response.headers.get("location")).toMatch(/^\/people\?email=kim%40contoso\.com&done=allow&set=/);
    expect(await entryOf("kim@contoso.com")).toMatchObject({ effect: { S: "allow" }, expiresAt: { S: "2026-11-27" } });
    const after = await (await pages.get(response.headers.get("location") ?? "", "Administrator")).text();
    expect(await (await pages.get("/audit", "Reader")).text()).toContain('href="/access-list/entry?key=kim%40contoso.com"');
    expect(after).toMatch(/The person is allowed\..*lets this person in/s);
  });

  it("shows no good sign where the list lets pass those that no entry speaks of", async () => {
    vi.spyOn(pages.world, "policiesAt").mockReturnValue([beforeCreateUser([accessList({ otherwise: "continue" })])]);
    const silent = async (path: string) =>
      /<span class="tag (\w*)">(The list [^<]*)</.exec(await (await pages.get(path, "Reader")).text())?.slice(1);
    const path = "/people?email=kim@contoso.com";
    expect(await silent(path)).toEqual(["", "The list has no entry for this person: other rules decide"]);
    await pages.put({ entry: "contoso.com", effect: "allow" });
    expect(await silent(path)).toEqual(["good", "The list lets this person in"]);
  });

  it.each([
    { fields: { effect: "deny", expiresAt: "" }, entry: "kim@contoso.com", wanted: { effect: { S: "deny" } } },
    { fields: { until: "2027-01-31" }, entry: "kim@contoso.com", wanted: { effect: { S: "allow" }, expiresAt: { S: "2027-01-31" } } },
    { fields: { effect: "deny" }, email: "k.im+x@gmail.com", entry: "kim@gmail.com", wanted: { effect: { S: "deny" } } },
  ])("writes the entry: $fields", async ({ fields, email, entry, wanted }) => {
    expect((await act(fields, email)).status).toBe(303);
    expect(await entryOf(entry)).toMatchObject(wanted);
  });

  it("replaces an entry that the form showed, and no other", async () => {
    await pages.put({ entry: "kim@contoso.com", effect: "deny", note: "theirs" });
    const refused = await act({});
    expect([refused.status, (await entryOf("kim@contoso.com"))?.effect?.S]).toEqual([409, "deny"]);
    const html = await refused.text();
    expect(html).toMatch(/It replaces the current entry:[\s\S]*theirs/);
    const version = /name="version" value="([^"]*)"/.exec(html)?.[1] ?? "";
    expect((await act({ version })).status).toBe(303);
    expect((await entryOf("kim@contoso.com"))?.effect?.S).toBe("allow");
    expect((await act({ version, effect: "deny" })).status).toBe(409);
  });

  it.each([
    { what: "no day", fields: { until: "soon" }, field: "add-expiresAt" },
    { what: "10,000 characters", fields: { note: "x".repeat(10_000) }, field: "add-note" },
    { what: "what is no text", fields: { note: "\ufffd" }, field: "entry" },
    { what: "no address", fields: { entry: "kim" }, field: "entry" },
    { what: "neither of the two", fields: { effect: "" }, field: "add-effect" },
  ])("writes nothing for $what, and keeps what was typed", async ({ fields, field }) => {
    const response = await act({ issuer: "google.com", ...fields });
    expect(response.status).toBe(400);
    expect(await entryOf("kim@contoso.com")).toBeUndefined();
    const html = await response.text();
    expect(html).toContain('value="google.com"');
    expect(html).toContain(`href="#${field}"`);
  });

  it("tells before that a closer entry would still keep them out", async () => {
    await keep(1, { email: "kim@contoso.com", issuers: ["facebook.com"] });
    await pages.put({ entry: "issuer:facebook.com", effect: "deny" });
    const { html } = await show({ email: "kim@contoso.com" }, "Administrator");
    expect(html).toMatch(/would not let them in with facebook\.com: issuer:facebook\.com is closer/);
  });
});

it("finds a person's requests by person too", async () => {
  const request = await asked(pages, "k.im@gmail.com");
  expect(request.personId).toBe(personIdOf("kim@gmail.com", hashOf));
  expect((await show({ email: "kim@gmail.com" })).html).toContain(request.reference);
});

describe("terms", () => {
  const files = { en: "terms.en.md" };
  const policy = () => [beforeCreateUser([accessList(), terms("extension_Terms" as never, { version: "2026-02", files })])];
  const accept = async (email: string, version: string) => {
    const proof = {
      attribute: "extension_Terms",
      version,
      language: "ko",
      sha256: "a".repeat(64),
      at: NOW.toISOString(),
      reference: "K7QD-9MXD",
    };
    const id = personIdOf(email, hashOf);
    const { key, slots, holder } = proofWrite(proof, proofsKeyOf(id), {});
    await pages.put({ ...key, personId: id, [slots]: new Set([holder]) } as never, "ledger");
  };

  it("are shown on a person's page: which text, when and in which decision", async () => {
    await keep(1, { email: "kim@contoso.com" });
    await accept("kim@contoso.com", "2026-01");
    const { html } = await showPerson({});
    expect(html).toMatch(/Accepted terms.*href="\/decisions\/K7QD-9MXD">2026-01<.*extension_Terms, ko.*SHA-256.*aaaa/s);
    expect((await show({ email: "lee@contoso.com" })).html).not.toContain("Accepted terms");
  });

  it("can be asked for in the list of people: those who were let in and have not accepted the current version", async () => {
    Object.assign(pages.world, { policiesAt: policy });
    const names = ["none", "older", "current", "refused"];
    for (const [index, name] of names.entries()) {
      await keep(index, { email: `${name}@contoso.com`, verdict: name === "refused" ? "block" : "continue", reasons: [] });
    }
    await accept("older@contoso.com", "2026-01");
    await accept("current@contoso.com", "2026-02");
    const { html } = await show({ state: "terms-due" });
    expect(names.filter((name) => html.includes(`${name}@contoso.com`))).toEqual(["none", "older"]);
    expect(html).toContain("Terms due");
  });

  it("are no filter where no policy has any", async () => expect((await show({})).html).not.toContain("Terms due"));
});
