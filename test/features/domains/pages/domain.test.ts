import { marshall } from "@aws-sdk/util-dynamodb";
import { accessList, beforeCreateUser } from "entra-gatehouse";
import type { MockInstance } from "vitest";
import type { DecisionRecord } from "../../../../engine/sign-up/record";
import { approve } from "../../../../features/approvals/transitions";
import { domainCountStore } from "../../../../features/counts/store/domain-counts";
import { knownDomains } from "../../../../features/look-alikes/store";
import { record, startConsole, type TestConsole } from "../../../console/support";
import { seed } from "../../approvals/pages/seed";

const NOW = new Date("2026-11-21T12:00:00.000Z");
let pages: TestConsole;
let policies: MockInstance;
beforeAll(async () => {
  pages = await startConsole();
  pages.setTime(NOW);
  policies = vi.spyOn(pages.world, "policiesAt").mockReturnValue([beforeCreateUser([accessList()], { trust: "any" })]);
  await pages.put({ entry: "contoso.com", effect: "allow" });
  await knownDomains(pages.database.client, "ledger-test").allowed(["contoso.com"]);
});
afterAll(async () => {
  policies.mockRestore();
  await pages.close();
});

let made = 0;
/** As the step and the counter keep it. */
async function decided(each: Partial<DecisionRecord>): Promise<void> {
  made += 1;
  const decision = record({
    id: `id-${made}`,
    reference: `K7QD-${String(made).padStart(4, "2")}`,
    personId: `hash of ${each.email}`,
    at: `2026-11-21T1${made % 2}:00:0${made % 10}.000Z`,
    reasons: ["access-list.unlisted"],
    trace: [{ rule: "access-list", said: "block", reasons: ["access-list.unlisted"] }],
    ...each,
  });
  await pages.world.decisions.keep(decision, 90);
  await domainCountStore(pages.database.client, "ledger-test").add([{ sequenceNumber: String(made), record: decision }], () => 1);
}

const textIn = (html: string) => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
const shown = async (path: string, role: "Reader" | "Administrator" = "Administrator", language = "en") =>
  await (await pages.get(path, role, { "Accept-Language": language })).text();
/** Sends the form of a button, as it stands on a page. */
async function send(html: string, button: string): Promise<Response> {
  const form = html.split("<form").find((each) => each.split("</form>")[0]?.includes(`>${button}</button>`)) ?? "";
  const fields = Object.fromEntries([...form.matchAll(/name="([^"]*)"[^>]* value="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  return await pages.post("/access-list/add", "Administrator", fields);
}

/** Sends the form that allows, as it stands on a domain's page. */
async function sendAllow(html: string, fields: Record<string, string> = {}): Promise<Response> {
  const form = html.split('action="/access-list/add"')[1]?.split("</form>")[0] ?? "";
  const sentIn = (name: string) => new RegExp(`name="${name}"[^>]* value="([^"]*)"`).exec(form)?.[1] ?? "";
  const shownFields = { entry: sentIn("entry"), back: sentIn("back"), version: sentIn("version"), expiresAt: sentIn("expiresAt") };
  return await pages.post("/access-list/add", "Administrator", { effect: "allow", issuer: "", note: "", ...shownFields, ...fields });
}

describe("the page of a new domain", () => {
  beforeAll(async () => {
    for (const name of ["ana", "tom", "tom", "mina"]) await decided({ email: `${name}@northwind.example` });
    await decided({ email: "lee@northwlnd.example" });
    // One waits; the other's time is over.
    await seed(pages, "northwind.example", 2, (index) => ({
      answerBy: ["2026-12-01T00:00:00.000Z", "2026-11-20T00:00:00.000Z"][index] ?? "",
    }));
  });

  it("shows its sign-ups, its people, and all related entries, requests and domains", async () => {
    await pages.put({ entry: "*", effect: "deny" });
    const text = textIn(await shown("/domains/northwind.example"));
    expect(text).toMatch(/northwind\.example Denied/);
    expect(text).toMatch(/tried to sign up 3 of them refused 3 waiting for approval 1 (?!sign-ups)/);
    expect(text).toMatch(/tom@northwind\.example [\d:]+ 2 Refused/);
    expect(text).toMatch(/Access list northwind\.example : no entry \* : deny applies/);
    expect(text).toMatch(/northw l nd\.example : 1 person refused/);
    expect(text).toContain("Waiting requests: 1");
    expect(await shown("/domains/northwind.example")).toMatch(/href="\/decisions\?domain=northwind\.example&amp;from=2026-11-21/);
    expect(textIn(await shown("/domains/northwind.example", "Reader", "ko"))).toMatch(/시도한 사람 3/);
  });

  it("omits the waiting requests if their search does not end in time", async () => {
    const slow = vi.spyOn(pages.world.approvals, "briefsByState").mockImplementation(async function* () {
      await new Promise((resolve) => setTimeout(resolve, 850));
      yield [];
    });
    const text = textIn(await shown("/domains/northwind.example"));
    slow.mockRestore();
    expect(text).toMatch(/of them refused 3 (?!.*Waiting requests)/);
  });

  it.each<{ mail: Record<string, string>; en: RegExp; ko: RegExp }>([
    {
      mail: { mx: "yes", mailHost: "outlook.com" },
      en: /Its mail goes to outlook\.com, looked up 21 Nov 09:00/,
      ko: /메일을 받는 곳: outlook\.com, 조회 11월/,
    },
    { mail: { mx: "no" }, en: /It takes no mail, looked up/, ko: /메일을 받지 않는 도메인, 조회/ },
    { mail: { mx: "unknown" }, en: /Its mail host is unknown, looked up/, ko: /메일을 받는 곳을 알 수 없음, 조회/ },
  ])("shows the known facts about its mail, and when the domain was first seen: $mail", async ({ mail, en, ko }) => {
    const row = { id: "mail-facts/northwind.example", ...mail, firstSeen: "2026-03-01T10:00:00.000Z", at: "2026-11-21T09:00:00.000Z" };
    await pages.database.client.call("PutItem", { TableName: "ledger-test", Item: marshall(row) });
    const text = textIn(await shown("/domains/northwind.example"));
    expect(text).toMatch(en);
    expect(text).toMatch(/First seen 1 Mar 10:00/);
    expect(textIn(await shown("/domains/northwind.example", "Reader", "ko"))).toMatch(ko);
    expect(textIn(await shown("/domains/northwlnd.example"))).not.toContain("looked up");
  });

  it("shows the effect of allowing the domain, and allows it until a date, with an undo", async () => {
    const html = await shown("/domains/northwind.example");
    expect(textIn(html)).toMatch(/If you allow it Last 30 days Let in on their next try: 3 people/);
    const done = await sendAllow(html, { note: "signed" });
    expect(done.headers.get("location")).toMatch(/^\/domains\/northwind\.example\?done=allow&set=/);
    expect((await pages.world.accessList.get("northwind.example"))?.expiresAt?.S).toBe("2026-12-21");
    const after = textIn(await shown(done.headers.get("location") ?? ""));
    expect(after).toMatch(/You allowed .*Undo/);
    expect(after).toMatch(/northwind\.example : allow,.*applies changed \d+ \w+ by Test Administrator/);
    expect(after).not.toContain("If you allow it");
  });

  it("asks to confirm a deny, and shows no table of entries if the title already names the only one", async () => {
    await pages.put({ entry: "once.example", effect: "allow" });
    const asked = await send(await shown("/domains/once.example"), "Deny once.example…");
    expect(textIn(await asked.text())).toMatch(
      /Deny once\.example It replaces the current entry: once\.example : allow .*Nobody of the last 30 days is affected now\.(?!.*Before)/,
    );
  });

  it("warns of a day in the past, and overwrites nobody's edit", async () => {
    const html = await shown("/domains/fabrikam.com");
    const late = await sendAllow(html, { expiresAt: "2026-01-01" });
    expect(await late.text()).toContain("its time is over already");
    await pages.put({ entry: "fabrikam.com", effect: "deny" });
    expect(textIn(await (await sendAllow(html)).text())).toContain(
      "It suspends the current entry, which applies again after that day: fabrikam.com : deny",
    );
    expect((await pages.world.accessList.get("fabrikam.com"))?.effect?.S).toBe("deny");
  });
});

describe("the page of a domain with many people", () => {
  const domain = "many.example";
  beforeAll(async () => {
    for (let person = 0; person < 60; person++) await decided({ email: `person${person}@${domain}` });
  });
  /** Which indexes of decisions the page of an address reads, and how many rows of each at most. */
  async function readBy(path: string) {
    const call = vi.spyOn(pages.database.client, "call");
    const html = await shown(path);
    const queries = call.mock.calls.flatMap(([operation, input]) => (operation === "Query" ? [input as Record<string, unknown>] : []));
    call.mockRestore();
    const ofDecisions = queries.filter(({ TableName }) => TableName === "decisions-test");
    return { html, indexes: ofDecisions.map(({ IndexName }) => IndexName), limits: ofDecisions.map(({ Limit }) => Limit) };
  }

  it("lists the people of the newest decisions, and predicts the effect of an allow for all of them", async () => {
    const { html, indexes } = await readBy(`/domains/${domain}`);
    expect(html.match(/person\d+@many\.example</g)).toHaveLength(50);
    const text = textIn(html);
    expect(text).toContain("All 60 decisions");
    expect(text).toMatch(/tried to sign up 60 of them refused 60 /);
    expect(text).toContain("Let in on their next try: 60 people");
    expect(new Set(indexes)).toEqual(new Set(["by-domain"]));
  });

  it("does not read the domain's index if the counts show more decisions than a page may read there", async () => {
    await pages.database.client.call("UpdateItem", {
      TableName: "ledger-test",
      Key: marshall({ id: `counts/domain/${domain}/2026-11-21` }),
      UpdateExpression: "ADD #refused :more",
      ExpressionAttributeNames: { "#refused": "answers before-create-user block" },
      ExpressionAttributeValues: marshall({ ":more": 1_700 }),
    });
    const page = await readBy(`/domains/${domain}`);
    expect(page.html.match(/person\d+@many\.example</g)).toHaveLength(50);
    expect(new Set(page.indexes)).toEqual(new Set(["by-day"]));
    expect(textIn(page.html)).toMatch(/Only the newest \d+ decisions Let in on their next try: 50/);
    expect(textIn(await shown(`/domains/${domain}`, "Reader", "ko"))).toMatch(/최신 결정 \d+건만/);
    const list = await readBy(`/decisions?domain=${domain}`);
    expect(list.html).toContain(`@${domain}`);
    expect(list.indexes).not.toContain("by-domain");
    // A day that has just begun has nothing yet: that is no reason to look at more of the day before.
    pages.setTime(new Date("2026-11-22T00:01:00.000Z"));
    const next = await readBy(`/domains/${domain}`);
    pages.setTime(NOW);
    expect(next.html.match(/person\d+@many\.example</g)).toHaveLength(50);
    expect(Math.max(...next.limits.map(Number))).toBeLessThanOrEqual(250);
  });
});

it("a domain's page for three people with 60 decisions shows no numbers of tries, and does not mention more people", async () => {
  for (let index = 0; index < 60; index++) await decided({ email: `p${index % 3}@busy.example` });
  const text = textIn(await shown("/domains/busy.example"));
  expect(text).toMatch(/p0@busy\.example [\d:]+ Refused/);
  expect(text).not.toContain("There are more");
});

it("a domain's page shows how many people would still be refused if the domain were allowed", async () => {
  await decided({ email: "in@mixed.example" });
  await decided({ email: "out@mixed.example" });
  await pages.put({ entry: "out@mixed.example", effect: "deny" });
  expect(textIn(await shown("/domains/mixed.example"))).toMatch(/Let in on their next try: 1 person Still not let in: 1 person/);
});

it("a domain's page shows the outcome of a request for approval once an approver has decided", async () => {
  const people = await seed(pages, "since.example", 2);
  for (const { email } of people) await decided({ email, reasons: ["approval.requested"] });
  await pages.world.approvals.change(people[0]?.id ?? "", (request) => approve(request, { by: { kind: "console", name: "Dana" } }, NOW));
  const html = await shown("/domains/since.example");
  expect(textIn(html)).toMatch(/p1@since\.example [\d:]+ 1 Asked for approval/);
  expect(textIn(html)).toMatch(/p0@since\.example [\d:]+ 1 Approved/);
  expect(html).toContain(`href="/approvals/requests/${people[0]?.id}"`);
  expect(html).not.toContain("Refusals by reason");
});

describe("a look-alike domain", () => {
  it("has its differing letter marked on its page, which offers only to deny it", async () => {
    const html = await shown("/domains/c0ntoso.com");
    expect(html).toContain("c<mark>0</mark>ntoso.com");
    expect(textIn(html)).toMatch(/Looks like contoso\.com/);
    expect(html).toContain("Deny c0ntoso.com…</button>");
    expect(html.split("<details>").slice(0, -2).join()).not.toContain("Allow c0ntoso.com");
    expect(await shown("/domains/c0ntoso.com", "Reader")).not.toContain("Deny c0ntoso.com");
  });

  it("is no longer shown as a look-alike once the list allows the domain itself, even before the worker has noted it", async () => {
    await pages.put({ entry: "c0ntoso.com", effect: "allow" });
    expect(textIn(await shown("/domains/c0ntoso.com"))).not.toMatch(/Looks like contoso/);
    await pages.put({ entry: "c0ntoso.com", effect: "deny" });
    expect(textIn(await shown("/domains/c0ntoso.com"))).toMatch(/Looks like contoso/);
    await pages.world.accessList.remove((await pages.world.accessList.get("c0ntoso.com")) ?? {});
  });

  it("does not make the imitated domain appear as an imitation, even if people of it were refused", async () => {
    await pages.put({ entry: "emea.contoso.com", effect: "allow" });
    await knownDomains(pages.database.client, "ledger-test").allowed(["emea.contoso.com"]);
    for (const domain of ["contoso.com", "emea.contoso.com"]) await decided({ email: `kim@${domain}` });
    const html = await shown("/domains/c0ntoso.com");
    // In the title, and among similar domains.
    expect([...html.matchAll(/<mark>/g)]).toHaveLength(2);
    expect(html).toContain('<bdi class="value">emea.contoso.com</bdi>');
    await pages.world.accessList.remove((await pages.world.accessList.get("emea.contoso.com")) ?? {});
    const text = textIn(html);
    expect(text).toMatch(/ntoso\.com looks like contoso\.com/);
    expect(text).not.toMatch(/o ntoso\.com : 1 person refused/);
  });

  it("is named as a look-alike in the form for a new entry, whichever effect the link filled in", async () => {
    const html = await shown("/access-list/new?entry=c0ntoso.com", "Administrator");
    expect(textIn(html)).toContain("looks like contoso.com, which is let in");
    expect(textIn(html)).toContain("Nobody of the last 30 days is affected now.");
    expect(html).toContain('name="effect" value="deny"');
    const allow = await shown("/access-list/new?entry=c0ntoso.com&effect=allow", "Administrator");
    expect(textIn(allow)).toContain("looks like contoso.com, which is let in");
    expect(allow).toContain('name="effect" value="allow"');
  });

  it("is allowed only if the administrator types its name", async () => {
    const html = await shown("/domains/c0ntoso.com");
    const allow = (confirm: string) => sendAllow(html, { confirm });
    for (const confirm of ["", "contoso.com"]) {
      expect(textIn(await (await allow(confirm)).text())).toContain("It looks like contoso.com, which is let in");
      expect(await pages.world.accessList.get("c0ntoso.com")).toBeUndefined();
    }
    expect((await allow("c0ntoso.com")).headers.get("location")).toMatch(/done=allow/);
    expect((await pages.world.accessList.get("c0ntoso.com"))?.effect?.S).toBe("allow");
  });

  it("is denied by the filled-in form", async () => {
    const asked = await send(await shown("/domains/contosso.com"), "Deny contosso.com…");
    const question = await asked.text();
    expect(question).toMatch(/data-question="" aria-label="Deny contosso\.com".*Never expires.*name="note"/s);
    const done = await send(question, "Deny contosso.com");
    expect(done.headers.get("location")).toMatch(/^\/domains\/contosso\.com\?done=deny&set=/);
    expect(await shown("/domains/contosso.com")).not.toContain("Deny contosso.com…");
  });
});

it("a domain's page answers 404 to a name that is no domain, and redirects to the usual spelling", async () => {
  expect((await pages.get("/domains/x", "Reader")).status).toBe(404);
  expect((await pages.get("/domains/Contoso.COM", "Reader")).headers.get("location")).toBe("/domains/contoso.com");
});

describe("an allowed domain that looks like another", () => {
  const marked = (html: string) => textIn(html.replace(/<\/?mark>/g, "|"));

  it("is warned about until an administrator says that it is known", async () => {
    await pages.put({ entry: "contosso.com", effect: "allow", note: "typed in AWS" });
    await knownDomains(pages.database.client, "ledger-test").unasked(["contosso.com"]);
    await knownDomains(pages.database.client, "ledger-test").allowed(["contosso.com"]);
    for (const name of ["kim", "lee"]) await decided({ email: `${name}@contoso.com`, verdict: "continue" });
    await decided({ email: "kim@c0ntoso.com" });
    const html = await shown("/domains/contosso.com");
    expect(textIn(html)).toMatch(/contos s o\.com Allowed Looks like contoso\.com/);
    expect(textIn(html)).toContain("allowed outside Gatehouse, where nobody was warned");
    expect(marked(html)).toMatch(/contos\|s\|o\.com looks like contoso\.com , 2 people in 14 days c\|0\|ntoso\.com : \d pe.* refused/);
    expect(textIn(await shown("/domains/contosso.com", "Reader", "ko"))).toContain("contoso.com와(과) 비슷함");
    const flagged = textIn(await shown("/access-list?problem=1"));
    expect(flagged).toMatch(/Warnings 1 /);
    expect(flagged).toContain("It looks like contoso.com, which is let in");
    const panel = await shown("/access-list?open=contosso.com");
    expect(panel).toMatch(/name="effect" value="deny".*Deny it instead….*I know this domain</s);
    expect(await shown("/access-list?open=contosso.com", "Reader")).not.toContain("Deny it instead");
    expect(html).not.toContain("Deny it instead");
    const form = html.split("<form").find((each) => each.includes("I know this domain")) ?? "";
    const sent = Object.fromEntries(
      [...form.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
    );
    const done = await pages.post("/access-list/add", "Administrator", sent);
    expect(done.headers.get("location")).toMatch(/^\/domains\/contosso\.com\?done=allow&set=/);
    expect((await pages.world.accessList.get("contosso.com"))?.note?.S).toBe("typed in AWS; known, not contoso.com");
    const after = await shown("/domains/contosso.com");
    expect(textIn(after)).not.toContain("Looks like");
    // It stays among the similar ones.
    expect(marked(after)).toMatch(/contos\|s\|o\.com looks like contoso\.com , 2 people in 14 days c\|0\|ntoso\.com/);
    expect(textIn(await shown("/access-list?problem=1"))).toContain("No rows match.");
  });

  it("appears on the page of the domain that it resembles, and is not itself treated as imitated", async () => {
    expect(marked(await shown("/domains/contoso.com"))).toMatch(
      /Similar domains contos\|s\|o\.com : 0 people in 14 days c\|0\|ntoso\.com : 1 person/,
    );
    const refused = marked(await shown("/domains/c0ntoso.com"));
    expect(refused).toMatch(/c\|0\|ntoso\.com looks like contoso\.com , 2 people in 14 days contos\|s\|o\.com : 0 people/);
  });
});
