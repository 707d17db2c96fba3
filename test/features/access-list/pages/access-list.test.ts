import { marshall } from "@aws-sdk/util-dynamodb";
import { toItem, toRow } from "../../../../adapters/tables/item";
import { buildPersonId } from "../../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../../engine/sign-up/record";
import type { Row } from "../../../../engine/sign-up/rule";
import { entryPeopleKind } from "../../../../features/access-list/store/entry-people";
import { type LastEdit, readLastEdit } from "../../../../features/access-list/store/list-indexes";
import { record, startConsole, type TestConsole } from "../../../console/support";
import { hashOf } from "../../../engine/sign-up/people";
import { startClock } from "../../../support/fake-timers";
import { shownVersion, storedEntry } from "./entries";

let pages: TestConsole;
beforeAll(async () => {
  startClock();
  pages = await startConsole();
});
afterAll(() => pages.close());

const rowOf = (entry: string) => storedEntry(pages, entry);
const versionOn = (entry: string) => shownVersion(pages, entry);
/** What the form of a deny bears, of the rows that it would replace. */
const versionInForm = async (entry: string) => {
  const html = await (await pages.get(`/access-list/new?entry=${encodeURIComponent(entry)}&effect=deny`, "Administrator")).text();
  return /name="version" value="([^"]+)"/.exec(html)?.[1] ?? "";
};
const fields = (more: Record<string, string> = {}) => ({ effect: "deny", issuer: "", expiresAt: "", note: "", ...more });
const trail = async () =>
  (await pages.world.audit.page({})).entries.map(({ action, subject, outcome }) => ({
    action,
    subject,
    outcome,
  }));

describe("adding", () => {
  it("writes the normalised entry and who added it", async () => {
    const response = await pages.post("/access-list/add", "Administrator", { entry: " Added.Example ", ...fields({ note: "why" }) });
    expect(response.headers.get("location")).toMatch(/^\/access-list\?done=added&set=\d{8}-\d{9}-\w{4}$/);
    expect(await rowOf("added.example")).toEqual({ entry: "added.example", effect: "deny", note: "why", typed: "Added.Example" });
    expect(await trail()).toContainEqual({ action: "access-list.added", subject: "added.example", outcome: "done" });
  });

  it.each([
    { given: "an entry that is none", more: { entry: "not an entry" }, says: "Not an address or a domain" },
    {
      given: "a date that is none",
      more: { entry: "date.example", expiresAt: "31.01.2027" },
      says: "The end is not in the order year, month, day: write 2027-01-31",
    },
    {
      given: "a spreadsheet's number of a day",
      more: { entry: "date.example", expiresAt: "46418" },
      says: "The end is a spreadsheet&#39;s number of the day 2027-01-31",
    },
    {
      given: "an effect that is none",
      more: { entry: "effect.example", effect: "maybe" },
      says: "Effect is none of allow, approval and deny. Choose allow, wait for approval or deny.",
    },
    {
      given: "a provider that is none",
      more: { entry: "issuer.example", issuer: "goo gle" },
      says: "Issuer is not a provider&#39;s name. Write one like google.com, or leave it empty for everyone.",
    },
    {
      given: "an entry that is missing",
      more: { entry: "" },
      says: "The entry is missing. Write kim@contoso.com, contoso.com or *.contoso.com.",
    },
    {
      given: "an entry that no key can hold",
      more: { entry: `issuer:google.com/${"a".repeat(3_000)}` },
      says: "Write a shorter one, such as the domain alone.",
    },
  ] as readonly { given: string; more: Record<string, string> & { entry: string }; says: string }[])(
    "explains what is wrong with $given",
    async ({ more, says }) => {
      const response = await pages.post("/access-list/add", "Administrator", { ...fields(), ...more });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain(says);
      expect(await rowOf(more.entry)).toBeUndefined();
    },
  );

  it.each<{ path: string; form: string; key: Record<string, string>; marked: readonly string[] }>([
    { path: "/access-list/add", form: "add", key: { entry: "not an entry" }, marked: ["entry", "add-effect", "add-expiresAt"] },
    { path: "/access-list/save", form: "edit", key: { entry: "wrong.example" }, marked: ["edit-effect", "edit-expiresAt"] },
  ])("reports all problems at once, each beside its field, in the form to $form", async ({ path, key, marked }) => {
    await pages.put({ entry: "wrong.example", effect: "allow" });
    const version = await versionOn("wrong.example");
    const wrong = { ...key, version, ...fields({ effect: "maybe", expiresAt: "31.01.2027" }) };
    const html = await (await pages.post(path, "Administrator", wrong)).text();
    const summary = html.split('role="alert"')[1]?.split("</ul>")[0] ?? "";
    expect([...summary.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)).toEqual(marked);
    expect([...html.matchAll(/<[^>]* id="([^"]+)"[^>]*aria-invalid="true"/g)].map(([, id]) => id)).toEqual(marked);
  });

  it("shows the problems in place of the form, with the list below", async () => {
    const response = await pages.post("/access-list/add", "Administrator", { ...fields(), entry: "not an entry", asked: "1" });
    const [, question = ""] = (await response.text()).split("data-question");
    expect(question).toMatch(/<input[^>]*value="not an entry"[^>]*aria-invalid="true"[\s\S]*data-cancel/);
    expect(question).not.toContain("This was not done");
  });

  it("asks before it replaces an existing entry, and does not copy the note of an allow into a deny", async () => {
    await pages.put({ entry: "stands.example", effect: "allow", note: "mine" });
    const asked = await (await pages.post("/access-list/add", "Administrator", { entry: "stands.example", ...fields() })).text();
    expect(asked).toMatch(/It replaces the current entry:.*No.*is affected.*name="note" value="".*>Deny stands\.example</s);
    expect(await rowOf("stands.example")).toEqual({ entry: "stands.example", effect: "allow", note: "mine" });
  });

  it("succeeds for only one of several administrators if they add the same entry at once", async () => {
    const add = () => pages.post("/access-list/add", "Administrator", { entry: "several.example", ...fields() });
    const answers = await Promise.all([add(), add(), add()]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 409, 409]);
    const tells = (await trail()).filter(({ subject }) => subject === "several.example").map(({ outcome }) => outcome);
    expect(tells.filter((outcome) => outcome === "done")).toHaveLength(1);
  });

  it("a deny removes the allow of the same address, as a change of one entry", async () => {
    await pages.put({ entry: "kim+x@other.example", effect: "allow" });
    const form = { entry: "kim+x@other.example", version: await versionInForm("kim+x@other.example"), ...fields() };
    const written = await pages.post("/access-list/add", "Administrator", form);
    expect(await rowOf("kim+x@other.example")).toBeUndefined();
    expect(await rowOf("kim@other.example")).toMatchObject({ effect: "deny" });
    const page = await (await pages.get(written.headers.get("location") ?? "", "Administrator")).text();
    expect(page).toContain("You denied kim@other.example");
    const set = await pages.world.changes.get(/set=([\w-]+)/.exec(written.headers.get("location") ?? "")?.[1] ?? "");
    expect(set).toMatchObject({ entry: "kim@other.example", added: 1, changed: 0, removed: 1, writes: 2 });
  });

  it("reports what was written of a deny if somebody else edited the allow that the deny should replace", async () => {
    await pages.put({ entry: "ann+x@other.example", effect: "allow" });
    const form = { entry: "ann+x@other.example", version: await versionInForm("ann+x@other.example"), ...fields() };
    const sent = await whileOthersEdit(["ann+x@other.example"], () => pages.post("/access-list/add", "Administrator", form));
    expect(await rowOf("ann@other.example")).toMatchObject({ effect: "deny" });
    expect(await rowOf("ann+x@other.example")).toMatchObject({ effect: "allow", note: "theirs" });
    const path = sent.headers.get("location");
    const text = (await (path === null ? sent : await pages.get(path, "Administrator")).text()).replaceAll(/<[^>]*>/g, "");
    expect(text).not.toContain("Nothing was written");
    expect([sent.status, path]).toEqual([303, expect.stringMatching(/^\/audit\/sets\/one\?id=/)]);
    expect(text).toContain("ann+x@other.example");
  });

  it("names the change after the allow that it removes if the deny already exists", async () => {
    await pages.put({ entry: "lee@other.example", effect: "deny" });
    await pages.put({ entry: "lee+x@other.example", effect: "allow" });
    const form = { entry: "lee+x@other.example", version: await versionInForm("lee+x@other.example"), ...fields() };
    const written = await pages.post("/access-list/add", "Administrator", form);
    const set = await pages.world.changes.get(/set=([\w-]+)/.exec(written.headers.get("location") ?? "")?.[1] ?? "");
    expect(set).toMatchObject({ entry: "lee+x@other.example", added: 0, changed: 0, removed: 1 });
  });

  it("replaces the row that the form showed, and keeps its other columns", async () => {
    await pages.put({ entry: "replaced.example", effect: "allow", note: "before", ticket: "T-1" });
    const form = { entry: "replaced.example", version: await versionInForm("replaced.example"), ...fields({ note: "after" }) };
    expect((await pages.post("/access-list/add", "Administrator", form)).status).toBe(303);
    const after = { entry: "replaced.example", effect: "deny", note: "after", ticket: "T-1" };
    expect(await rowOf("replaced.example")).toEqual(after);
    const stale = await pages.post("/access-list/add", "Administrator", { ...form, note: "mine" });
    expect([stale.status, await rowOf("replaced.example")]).toEqual([409, after]);
    expect(await stale.text()).toMatch(/after[\s\S]*value="mine"/);
  });

  it("writes nothing if the row already exists, in any spelling", async () => {
    await pages.put({ entry: "there.example", effect: "Deny", note: "why" });
    const form = { entry: "There.Example", version: await versionInForm("there.example"), ...fields({ note: "why" }) };
    const answer = await pages.post("/access-list/add", "Administrator", form);
    expect(answer.headers.get("location")).toBe("/access-list?open=there.example&done=same");
    expect(await rowOf("there.example")).toEqual({ entry: "there.example", effect: "Deny", note: "why" });
  });
});

it.each([
  { on: "a Thursday", now: "2026-11-26T12:00:00Z", first: ["Until Friday", "7 days", "30 days"] },
  { on: "a Saturday", now: "2026-11-28T12:00:00Z", first: ["Until Friday", "7 days", "30 days"] },
  { on: "a Friday", now: "2026-11-27T12:00:00Z", first: ["7 days", "30 days", "90 days"] },
])("the form for an entry does not offer the same last day twice, on $on", async ({ now, first }) => {
  pages.setTime(new Date(now));
  const html = await (await pages.get("/access-list/new?entry=day.example", "Administrator")).text();
  const select = /<select[^>]*name="expiresAt"[\s\S]*?<\/select>/.exec(html)?.[0] ?? "";
  expect([...select.matchAll(/>([^<:]+): /g)].map(([, span]) => span).slice(0, 3)).toEqual(first);
  pages.setTime(new Date());
});

it("a check of a new entry writes nothing", async () => {
  const response = await pages.post("/access-list/add", "Administrator", { entry: "checked.example", ...fields(), asked: "1" });
  const html = await response.text();
  expect(html).toContain("Nobody of the last 30 days is affected now.");
  expect(html).toMatch(
    /name="entry" value="checked\.example"[\s\S]*name="expiresAt"[\s\S]*name="note"[\s\S]*>Deny checked\.example<\/button>/,
  );
  expect(await rowOf("checked.example")).toBeUndefined();
});

describe("the question about an entry", () => {
  const checked = async (more: Record<string, string>) => {
    const response = await pages.post("/access-list/add", "Administrator", { ...fields(), gates: "", ...more, asked: "1" });
    const [, question = ""] = (await response.text()).split("data-question");
    return { status: response.status, text: question.replace(/<[^>]+>/g, " ").replace(/\s+/g, " "), html: question };
  };

  it("shows the values of the entry that is replaced, and the provider to which the new entry is limited", async () => {
    await pages.put({ entry: "narrow.example", effect: "allow", issuer: "google.com", note: "the fair", expiresAt: "2099-01-01" });
    const version = await versionInForm("narrow.example");
    const plain = await checked({ entry: "narrow.example", version });
    expect(plain.text).toMatch(/It replaces the current entry: narrow\.example : allow, issuer google\.com, until .*2099.* the fair/);
    expect(plain.text).not.toContain("The new entry");
    const link = await (await pages.get("/access-list/new?entry=narrow.example&effect=deny", "Administrator")).text();
    expect(link).toMatch(/It replaces the current entry:[\s\S]*the fair/);
    const issuer = await checked({ entry: "new.example", issuer: "facebook.com", note: "typed" });
    expect(issuer.text).toMatch(/The new entry: deny, issuer facebook\.com Accounts stay\. To end one.* Nobody/);
    expect(issuer.text).not.toContain("It replaces");
  });

  it.each(["allow", "deny"])(
    "shows that an entry of effect %s replaces one of the opposite effect, even if that one has no other values",
    async (effect) => {
      const entry = `turned-${effect}.example`;
      await pages.put({ entry, effect: effect === "allow" ? "deny" : "allow" });
      const { text } = await checked({ entry, effect });
      expect(text).toContain(`It replaces the current entry: ${entry} : ${effect === "allow" ? "deny" : "allow"}`);
      expect(text.includes("Accounts stay.")).toBe(effect === "deny");
    },
  );

  it.each(["deny", "approval"])(
    "is asked before an allow overrides a person's %s, whether it has the same address or adds a tag",
    async (effect) => {
      for (const entry of [`same@${effect}.example`, `closer+x@${effect}.example`]) {
        await pages.put({ entry: entry.replace("+x", ""), effect });
        const asked = await pages.post("/access-list/add", "Administrator", { ...fields(), effect: "allow", gates: "", entry });
        const [, question = ""] = (await asked.text()).split("data-question");
        expect(question).toContain(entry.includes("+x") ? "It lets in a spelling of" : "It replaces the current entry:");
        expect((await rowOf(entry))?.effect).not.toBe("allow");
        await pages.world.accessList.remove((await pages.world.accessList.get(entry.replace("+x", ""))) as never);
      }
    },
  );

  it("of a link that cannot be followed shows the form with the reason", async () => {
    await pages.put({ entry: "kim@flawed.example", effect: "deny", gates: "" });
    const link = `/access-list/new?${new URLSearchParams({ entry: "kim@flawed.example", effect: "allow", expiresAt: "2099-12-31" })}`;
    const response = await pages.get(link, "Administrator");
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("and has a mistake: correct it first");
    expect(await (await pages.get("/access-list/new", "Administrator")).text()).not.toContain('role="alert"');
  });

  it("links to the person if it denies an address, since the account stays", async () => {
    const { html } = await checked({ entry: "kim@stays.example" });
    expect(html).toMatch(/Accounts stay\. To end one.* <a href="\/people\?email=kim%40stays\.example"/);
  });

  it("offers the present end and note of an entry that is allowed again, and lets the administrator change them", async () => {
    const row = { entry: "again.example", effect: "allow", note: "the audit", expiresAt: "2099-03-31" };
    await pages.put(row);
    const same = await checked({ entry: "again.example", effect: "allow" });
    expect(same.text).toMatch(/nothing would change\. again\.example : allow, until .*2099 ?, the audit/);
    expect(same.html).toMatch(/value="2099-03-31" selected[\s\S]*name="note" value="the audit"/);
    const again = { entry: "again.example", ...fields({ effect: "allow" }) };
    const added = await pages.post("/access-list/add", "Administrator", again);
    expect((await added.text()).split("data-question")[1]).toMatch(/nothing would change[\s\S]*value="2099-03-31" selected/);
    const noted = await checked({ entry: "again.example", effect: "allow", note: "the next audit" });
    expect(noted.html).toMatch(/value="2099-03-31" selected[\s\S]*name="note" value="the next audit"/);
    const version = /name="version" value="([^"]+)"/.exec(noted.html)?.[1] ?? "";
    const conflict = await (await pages.post("/access-list/add", "Administrator", { ...again, note: "the next audit" })).text();
    expect(conflict).toMatch(/It replaces the current entry:[\s\S]*value="2099-03-31" selected/);
    await pages.post("/access-list/add", "Administrator", { ...again, note: "the next audit", version, asked: "1", sure: "yes" });
    expect(await rowOf("again.example")).toEqual({ entry: "again.example", effect: "allow", note: "the next audit" });
  });

  it("is asked if the entry already exists, and the answer is written only if it names the version shown", async () => {
    await pages.put({ entry: "known.example", effect: "allow", note: "mine" });
    const { status, html, text } = await checked({ entry: "known.example" });
    expect([status, text]).toEqual([200, expect.stringMatching(/It replaces the current entry: .* mine/)]);
    expect(html).toContain(`name="version" value="${await versionInForm("known.example")}"`);
    expect((await checked({ entry: "known.example", effect: "allow", note: "mine" })).text).toContain("nothing would change");
    const seen = { entry: "known.example", ...fields(), asked: "1", sure: "yes" };
    expect((await pages.post("/access-list/add", "Administrator", seen)).status).toBe(409);
    const written = await pages.post("/access-list/add", "Administrator", { ...seen, version: await versionInForm("known.example") });
    expect([written.status, await rowOf("known.example")]).toEqual([303, { entry: "known.example", effect: "deny" }]);
  });
});

it("the panel beside the list shows one entry with its changes, and forms only to administrators", async () => {
  await pages.post("/access-list/add", "Administrator", { entry: "beside.example", ...fields({ note: "seen beside" }) });
  const panel = async (role: "Administrator" | "Reader") =>
    /<aside[\s\S]*<\/aside>/.exec(await (await pages.get("/access-list?open=beside.example", role)).text())?.[0] ?? "";
  expect(await panel("Administrator")).toMatch(/by Test Administrator[\s\S]*action="\/access-list\/save"[\s\S]*seen beside/);
  expect(await panel("Reader")).toContain('href="/domains/beside.example"');
  expect(await panel("Administrator")).toMatch(
    /Never expires[\s\S]*More options[\s\S]*Such as google\.com\. Empty: everyone\.[\s\S]*Save changes[\s\S]*Remove…/,
  );
  expect(await panel("Reader")).toMatch(/seen beside/);
  expect(await panel("Reader")).not.toContain("<form");
});

/** Somebody edits entries between what a page reads and what it writes. */
async function whileOthersEdit(entries: readonly string[], sent: () => Promise<Response>): Promise<Response> {
  const { many } = pages.world.accessList;
  const spy = vi.spyOn(pages.world.accessList, "many").mockImplementationOnce(async (keys) => {
    const items = await many(keys);
    for (const entry of entries) await pages.put({ entry, effect: "allow", note: "theirs" });
    return items;
  });
  const response = await sent();
  spy.mockRestore();
  return response;
}

describe("several entries at once", () => {
  const entries = ["many1.example", "many2.example", "many3.example"];
  beforeEach(async () => {
    for (const entry of entries) await pages.put({ entry, effect: "allow", note: "before", ticket: "T-1" });
  });
  const send = (form: Record<string, string | readonly string[]>) =>
    pages.post("/access-list/selected", "Administrator", { entry: entries, ...form });
  const hiddenIn = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? "";

  it.each<{ given: Record<string, string>; then: Record<string, string> | undefined }>([
    {
      given: { do: "expiry", expiresAt: "2099-01-31" },
      then: { effect: "allow", note: "before", expiresAt: "2099-01-31", ticket: "T-1" },
    },
    { given: { do: "deny" }, then: { effect: "deny", note: "before", ticket: "T-1" } },
    { given: { do: "remove" }, then: undefined },
  ])("are changed as one set after the administrator confirms the page that shows the set: $given", async ({ given, then }) => {
    const shown = await (await send(given)).text();
    for (const entry of entries) expect(shown).toContain(entry);
    expect(await rowOf("many1.example")).toMatchObject({ note: "before", effect: "allow" });
    const done = await send({ ...given, version: hiddenIn(shown, "version"), sure: "yes" });
    const id = /set=([\w-]+)$/.exec(done.headers.get("location") ?? "")?.[1] ?? "";
    for (const entry of entries) expect(await rowOf(entry)).toEqual(then && { entry, ...then });
    expect(await trail()).toContainEqual({ action: "access-list.edited", subject: id, outcome: "done" });
    await pages.post("/audit/sets/undo", "Administrator", { id });
    for (const entry of entries) expect(await rowOf(entry)).toMatchObject({ effect: "allow", note: "before" });
  });

  it("are changed from the view in which they were selected, and this view then reports the change", async () => {
    await pages.put({ entry: "many2.example", effect: "allow", expiresAt: "2098-01-31" });
    const given = { do: "expiry", expiresAt: "2099-01-31", "form-page": "/access-list?q=many&at=2&set=earlier" };
    const shown = await (await send(given)).text();
    expect(shown).toContain(">Set expiry of 3 entries</button>");
    expect(shown).toContain("2 entries will expire sooner.");
    const done = await send({ ...given, version: hiddenIn(shown, "version"), sure: "yes" });
    const path = done.headers.get("location") ?? "";
    expect(path).toMatch(/^\/access-list\?q=many&at=2&set=[\w-]+$/);
    expect(await (await pages.get(path, "Administrator")).text()).toContain("You changed 3 entries");
    const id = path.split("&set=")[1] ?? "";
    const undone = await pages.post("/audit/sets/undo", "Administrator", { id, "form-page": path });
    expect(undone.headers.get("location")).toMatch(/^\/access-list\?q=many&at=2&set=/);
    const said = await (await pages.get(undone.headers.get("location") ?? "", "Administrator")).text();
    expect(said).toContain("You undid the change of 3 entries");
  });

  it("are shown again, and nothing is written, if somebody edited one meanwhile", async () => {
    const given = { do: "expiry", expiresAt: "2099-01-31" };
    const version = hiddenIn(await (await send(given)).text(), "version");
    await pages.put({ entry: "many2.example", effect: "deny", note: "theirs" });
    expect((await send({ ...given, version, sure: "yes" })).status).toBe(409);
    expect([await rowOf("many1.example"), await rowOf("many2.example")]).toMatchObject([{ note: "before" }, { note: "theirs" }]);
  });

  it.each([
    { lost: entries, status: 409, says: "Nothing was written", first: undefined, outcome: "conflict" },
    {
      lost: entries.slice(1),
      status: 303,
      says: "Edited since, and left as they are (2)",
      first: "2099-01-31",
      outcome: "done",
    },
  ])(
    "are reported and not overwritten if somebody edits them between our read and our write: $lost",
    async ({ lost, status, says, first, outcome }) => {
      const given = { do: "expiry", expiresAt: "2099-01-31" };
      const version = hiddenIn(await (await send(given)).text(), "version");
      const response = await whileOthersEdit(lost, () => send({ ...given, version, sure: "yes" }));
      expect(response.status).toBe(status);
      const path = response.headers.get("location");
      const page = path === null ? response : await pages.get(path, "Administrator");
      expect((await page.text()).replaceAll(/<[^>]*>/g, "")).toContain(says);
      expect([await rowOf("many1.example"), await rowOf("many3.example")]).toMatchObject([
        first === undefined ? { note: "theirs" } : { expiresAt: first },
        { note: "theirs" },
      ]);
      expect((await pages.world.audit.page({})).entries[0]).toMatchObject({ action: "access-list.edited", outcome });
    },
  );

  it.each<{ given: Record<string, string>; before: Record<string, string>; then: Record<string, string> }>([
    { given: { do: "deny" }, before: { effect: "allow", expiresAt: "2020-01-31" }, then: { effect: "deny" } },
    { given: { do: "deny" }, before: { effect: "deny", expiresAt: "2020-01-31" }, then: { effect: "deny" } },
    { given: { do: "allow" }, before: { effect: "deny", expiresAt: "2020-01-31" }, then: { effect: "allow" } },
    {
      given: { do: "deny" },
      before: { effect: "allow", expiresAt: "2099-01-31" },
      then: { effect: "deny", expiresAt: "2099-01-31" },
    },
  ])("get an effect that counts from now on, although their end is over: $given, $before", async ({ given, before, then }) => {
    for (const entry of entries) await pages.put({ entry, ...before });
    const shown = await (await send(given)).text();
    await send({ ...given, version: hiddenIn(shown, "version"), sure: "yes" });
    for (const entry of entries) expect(await rowOf(entry)).toEqual({ entry, ...then });
  });

  describe("that the hygiene worker would store under another key", () => {
    const [tagged, plain, other] = ["kim+a@moved.example", "kim@moved.example", "kim+b@moved.example"];
    const tidy = async () => {
      for (const entry of [tagged, other, plain]) await pages.world.accessList.tidy(entry, new Date());
    };
    const rowsNow = async () => (await Promise.all([tagged, plain, other].map(rowOf))).flatMap((row) => row ?? []);
    const edits = {
      selected: async (entry: readonly string[], effect: string) => {
        const form = { do: effect, entry };
        return await send({ ...form, version: hiddenIn(await (await send(form)).text(), "version"), sure: "yes" });
      },
      one: async ([entry = ""]: readonly string[], effect: string) => {
        return await pages.post("/access-list/save", "Administrator", { ...fields({ effect }), entry, version: await versionOn(entry) });
      },
    };
    afterEach(async () => {
      const items = await pages.world.accessList.many([tagged, plain, other]);
      for (const item of items.values()) await pages.world.accessList.remove(item);
    });

    it.each<{ by: keyof typeof edits; effect: string; before: readonly object[]; ticked: readonly string[]; after: readonly object[] }>([
      {
        by: "selected",
        effect: "deny",
        before: [{ entry: tagged, effect: "allow" }],
        ticked: [tagged],
        after: [{ entry: plain, effect: "deny", typed: tagged }],
      },
      {
        by: "selected",
        effect: "allow",
        before: [{ entry: plain, effect: "deny", typed: tagged }],
        ticked: [plain],
        after: [{ entry: tagged, effect: "allow" }],
      },
      {
        by: "selected",
        effect: "deny",
        before: [
          { entry: tagged, effect: "allow" },
          { entry: other, effect: "allow" },
        ],
        ticked: [tagged, other],
        after: [{ entry: plain, effect: "deny" }],
      },
      {
        by: "one",
        effect: "deny",
        before: [{ entry: tagged, effect: "allow" }],
        ticked: [tagged],
        after: [{ entry: plain, effect: "deny", typed: tagged }],
      },
    ])("are written there at once, so that an Undo finds them ($by: $effect)", async ({ by, effect, before, ticked, after }) => {
      for (const row of before) await pages.put(row as { entry: string });
      const done = await edits[by](ticked, effect);
      expect(await rowsNow()).toMatchObject(after);
      await tidy();
      expect(await rowsNow()).toMatchObject(after);
      const id = /set=([\w-]+)/.exec(done.headers.get("location") ?? "")?.[1] ?? "";
      await pages.post("/audit/sets/undo", "Administrator", { id });
      expect(await rowsNow()).toEqual(before);
    });
  });

  it.each([
    ["nothing is selected", { entry: [], do: "remove" }, "Select one entry or more"],
    ["a day is none", { do: "expiry", expiresAt: "soon" }, "not a date"],
  ])("are left unchanged if %s", async (_, form, says) => {
    const response = await send(form);
    expect([response.status, (await response.text()).includes(says)]).toEqual([400, true]);
  });
});

describe("changing one entry", () => {
  it("keeps columns that the operator added, and records the row before and after the change", async () => {
    await pages.put({ entry: "edit.example", effect: "allow", ticket: "T-1" });
    const version = await versionOn("edit.example");
    const response = await pages.post("/access-list/save", "Administrator", {
      entry: "edit.example",
      version,
      ...fields({ expiresAt: "2099-01-31" }),
    });
    expect(response.status).toBe(303);
    expect(await rowOf("edit.example")).toEqual({ entry: "edit.example", effect: "deny", expiresAt: "2099-01-31", ticket: "T-1" });
    const [entry] = (await pages.world.audit.page({})).entries.filter(({ subject }) => subject === "edit.example");
    expect(entry).toMatchObject({
      by: "oid-Administrator",
      name: "Test Administrator",
      action: "access-list.changed",
      before: { effect: "allow", ticket: "T-1" },
      after: { effect: "deny", ticket: "T-1" },
      outcome: "done",
    });
  });

  it.each(["/access-list/save", "/access-list/remove"])("from a stale page shows the conflict and writes nothing: %s", async (path) => {
    await pages.put({ entry: "stale.example", effect: "allow", note: "first" });
    const version = await versionOn("stale.example");
    await pages.put({ entry: "stale.example", effect: "deny", note: "second" });
    const response = await pages.post(path, "Administrator", { entry: "stale.example", version, ...fields({ note: "mine" }) });
    expect(response.status).toBe(409);
    const html = await response.text();
    expect(html).toContain("was changed meanwhile");
    expect(html).toContain("second");
    expect(await rowOf("stale.example")).toEqual({ entry: "stale.example", effect: "deny", note: "second" });
  });

  it("can set an end that the form does not offer, and keeps the lines of a note", async () => {
    await pages.put({ entry: "until.example", effect: "allow", note: "one\ntwo" });
    const shown = await (await pages.get("/access-list?open=until.example", "Administrator")).text();
    expect(shown).toMatch(/<textarea id="edit-note" name="note"[^>]*>\none\ntwo</);
    const sent = { entry: "until.example", version: await versionOn("until.example"), note: "one\r\ntwo", until: "2099-01-31" };
    await pages.post("/access-list/save", "Administrator", { ...fields({ effect: "allow" }), ...sent });
    expect(await rowOf("until.example")).toEqual({ entry: "until.example", effect: "allow", note: "one\ntwo", expiresAt: "2099-01-31" });
  });

  it("from a stale page names the earlier editor, and saves the typed values only after a confirmation", async () => {
    await pages.put({ entry: "choose.example", effect: "allow", note: "first" });
    const stale = { entry: "choose.example", version: await versionOn("choose.example") };
    await pages.post("/access-list/save", "Administrator", { ...stale, ...fields({ note: "theirs" }) });
    const html = await (await pages.post("/access-list/save", "Administrator", { ...stale, ...fields({ note: "mine" }) })).text();
    expect(html).toMatch(/Test Administrator changed it:/);
    expect(html).toMatch(/<dt>Note<\/dt><dd><bdi class="value">theirs<\/bdi>[\s\S]* name="note" value="mine"/);
    const [form = ""] = /<form [^>]*action="\/access-list\/save".*?<\/form>/s.exec(html) ?? [];
    const { "form-token": _, ...chosen } = Object.fromEntries(
      [...form.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
    );
    expect((await pages.post("/access-list/save", "Administrator", { ...fields({}), ...chosen })).status).toBe(303);
    expect(await rowOf("choose.example")).toMatchObject({ note: "mine" });
  });

  it("opens and removes an entry that has spaces around it", async () => {
    const entry = " no entry at all ";
    await pages.put({ entry, effect: "deny" });
    expect((await pages.get(`/access-list?open=${encodeURIComponent(entry)}`, "Reader")).status).toBe(200);
    const remove = { entry, version: await versionOn(entry) };
    const question = await (await pages.post("/access-list/remove", "Administrator", remove)).text();
    expect(question).toMatch(/data-question="" aria-label="Remove [^"]*no entry at all/);
    const removed = await pages.post("/access-list/remove", "Administrator", { ...remove, sure: "yes" });
    expect(removed.headers.get("location")).toMatch(/^\/access-list\?done=removed&set=/);
  });

  it("keeps the line breaks of a note, which browsers send in another form", async () => {
    await pages.put({ entry: "lines.example", effect: "allow", note: "one\ntwo" });
    const html = await (await pages.get("/access-list?open=lines.example", "Administrator")).text();
    expect(html).toMatch(/<textarea [^>]*name="note"[^>]*>\none\ntwo<\/textarea>/);
    const key = { entry: "lines.example", version: await versionOn("lines.example") };
    await pages.post("/access-list/save", "Administrator", { ...key, ...fields({ note: "one\r\ntwo" }) });
    expect(await rowOf("lines.example")).toEqual({ entry: "lines.example", effect: "deny", note: "one\ntwo" });
  });

  it("fails if somebody else writes the entry between our read and our write", async () => {
    await pages.put({ entry: "race.example", effect: "allow", note: "first" });
    const version = await versionOn("race.example");
    const get = pages.world.accessList.get;
    const spy = vi.spyOn(pages.world.accessList, "get").mockImplementationOnce(async (entry) => {
      const item = await get(entry);
      await pages.put({ entry: "race.example", effect: "deny", note: "theirs" });
      return item;
    });
    const response = await pages.post("/access-list/save", "Administrator", {
      entry: "race.example",
      version,
      ...fields({ note: "mine" }),
    });
    spy.mockRestore();
    expect(response.status).toBe(409);
    expect(await rowOf("race.example")).toMatchObject({ note: "theirs" });
    expect(await trail()).toContainEqual({ action: "access-list.changed", subject: "race.example", outcome: "conflict" });
  });

  it("makes at most three calls to write one entry", async () => {
    const form = { entry: "counted.example", effect: "allow", expiresAt: "2099-01-01" };
    await pages.world.audit.tell({ by: "b", via: "console", action: "a", outcome: "done" }, new Date());
    pages.database.operations();
    expect((await pages.post("/access-list/add", "Administrator", form)).status).toBe(303);
    const operations = pages.database.operations();
    const writes = operations.slice(operations.indexOf("TransactWriteItems"));
    // Another instance has written to the trail meanwhile: its end is read, and the transaction made again.
    expect(["TransactWriteItems", "TransactWriteItems Query TransactWriteItems"]).toContain(writes.join(" "));
  });

  it("fails if its entry in the audit trail cannot be written", async () => {
    await pages.put({ entry: "untold.example", effect: "allow" });
    const version = await versionOn("untold.example");
    const { call } = pages.database.client;
    const spy = vi.spyOn(pages.database.client, "call").mockImplementation(async (operation, ...rest) => {
      if (operation === "TransactWriteItems") throw new Error("down");
      return await call(operation, ...rest);
    });
    expect((await pages.post("/access-list/save", "Administrator", { entry: "untold.example", version, ...fields() })).status).toBe(503);
    spy.mockRestore();
    expect(await rowOf("untold.example")).toMatchObject({ effect: "allow" });
  });
});

describe("a CSV file", () => {
  const upload = (text: string) =>
    pages.post("/access-list/import", "Administrator", { file: new File([text], "<i>list.csv", { type: "text/csv" }) });
  const hidden = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? "";

  it("is shown before it is written, and then written at once with its entry in the audit trail", async () => {
    await pages.put({ entry: "csv-old.example", effect: "allow" });
    const html = await (await upload("entry,effect,note\ncsv-new.example,deny,n\ncsv-old.example,deny,\n")).text();
    expect(html).toContain("What &lt;i&gt;list.csv would change");
    expect(html).toContain('name="name" value="&lt;i&gt;list.csv"');
    expect(html).toContain("2 denied");
    expect(await rowOf("csv-new.example")).toBeUndefined();
    const call = vi.spyOn(pages.database.client, "call");
    const confirmed = await pages.post("/access-list/import", "Administrator", {
      text: hidden(html, "text"),
      version: hidden(html, "version"),
      name: "<i>list.csv",
    });
    const operations = call.mock.calls.map(([operation]) => operation);
    call.mockRestore();
    expect(operations.filter((operation) => /Update|Delete|Statement|Transact/.test(operation))).toEqual(["TransactWriteItems"]);
    const written = await (await pages.get(confirmed.headers.get("location") ?? "", "Administrator")).text();
    expect(written).toMatch(/Imported &lt;i&gt;list\.csv: 2 denied[\s\S]*The file was imported\./);
    expect(await rowOf("csv-new.example")).toEqual({ entry: "csv-new.example", effect: "deny", note: "n" });
    expect(await rowOf("csv-old.example")).toEqual({ entry: "csv-old.example", effect: "deny" });
    expect(await trail()).toContainEqual({ action: "access-list.imported", subject: expect.stringMatching(/^\d{8}-/), outcome: "done" });
  });

  it("may hold notes of several lines, although browsers send back other line breaks", async () => {
    const text = 'entry,effect,note\ncsv-lines.example,deny,"one\ntwo"\n';
    const version = hidden(await (await upload(text)).text(), "version");
    const sent = { text: text.replaceAll("\n", "\r\n"), version };
    expect((await pages.post("/access-list/import", "Administrator", sent)).status).toBe(303);
    expect(await rowOf("csv-lines.example")).toMatchObject({ note: "one\ntwo" });
  });

  it.each(["csv-stale.example", "csv-race.example"])("is shown again if the list has changed since: %s", async (entry) => {
    const text = `entry,effect\n${entry},deny\n`;
    const html = await (await upload(text)).text();
    const confirm = () => pages.post("/access-list/import", "Administrator", { text, version: hidden(html, "version") });
    if (entry === "csv-stale.example") await pages.put({ entry, effect: "allow", note: "theirs" });
    const confirmed = await (entry === "csv-stale.example" ? confirm() : whileOthersEdit([entry], confirm));
    expect(confirmed.status).toBe(409);
    expect(await rowOf(entry)).toMatchObject({ effect: "allow", note: "theirs" });
  });

  it.each([
    { given: "no good row", text: "entry,effect\nbad entry,deny\n", says: ["Not an address or a domain", "Download the refused rows"] },
    {
      given: "rows that disagree",
      text: "entry,effect\na.example,deny\na.example,allow\n",
      says: ["Disagrees with line 2", "Disagrees with line 3"],
    },
    {
      given: "another column",
      text: "entry,effect,expires\na.example,deny,\n",
      says: ["there is no column &quot;expires&quot;: write expiresAt"],
    },
    { given: "a file for ad blockers", text: "! one\n||a.example^\n", says: ["Line 2: a filter list of ad blockers", "one domain a line"] },
    { given: "an array", text: '[{"entry":"a.example"}]', says: ["write one object a line"] },
    { given: "no header", text: "a.example,deny\n", says: ["the first line has to name the columns"] },
    { given: "UTF-16", text: "e\0n\0t\0r\0y\0,\0", says: ["not UTF-8"] },
    { given: "nothing in it", text: "", says: ["Choose a file first"] },
    {
      given: "too many rows",
      text: `entry,effect\n${Array.from({ length: 100_001 }, (_, n) => `x${n}.example,deny`).join("\n")}`,
      says: ["more than 100,000 rows"],
    },
  ])("with $given is refused as a whole", async ({ text, says }) => {
    const response = await upload(text);
    expect(response.status).toBe(400);
    const html = await response.text();
    for (const each of says) expect(html).toContain(each);
    expect(await rowOf("good.example")).toBeUndefined();
  });

  it("is accepted without its unreadable rows: the page shows their bad cells and offers them as a file", async () => {
    const text = 'entry,effect,note\naside-good.example,deny,\nbad entry,deny,"two\nlines"\naside.example,perhaps,\n';
    const html = await (await upload(text)).text();
    const rows = [...html.matchAll(/<th scope="row">(\d+)<\/th><td[^>]*>(\w*)<\/td><td[^>]*><bdi class="value">([^<]*)</g)].map(
      ([, ...cells]) => cells,
    );
    expect(rows).toEqual([
      ["3", "Entry", "bad entry"],
      ["5", "Effect", "perhaps"],
    ]);
    expect(html).toContain("<p>1 denied</p>");
    const [, refused = ""] = html.split('action="/access-list/import/refused"');
    const file = await pages.post("/access-list/import/refused", "Administrator", {
      text: hidden(refused, "text").replaceAll("&quot;", '"'),
    });
    expect(file.headers.get("content-disposition")).toContain("refused-rows.csv");
    expect(await file.text()).toBe('entry,effect,note\nbad entry,deny,"two\nlines"\naside.example,perhaps,\n');
    const confirmed = await pages.post("/access-list/import", "Administrator", { text, version: hidden(html, "version") });
    expect(confirmed.headers.get("location")).toMatch(/done=imported&left=2$/);
    const done = await (await pages.get(confirmed.headers.get("location") ?? "", "Administrator")).text();
    expect(done).toMatch(
      /The file was imported\.[\s\S]*2 rows left out\. Correct them, then <a href="\/access-list\/import">import it again</,
    );
    expect(await rowOf("aside-good.example")).toMatchObject({ effect: "deny" });
    expect(await rowOf("aside.example")).toBeUndefined();
  });

  it("without columns is asked for its effect, and then written with it", async () => {
    const text = "# A list\nplain-one.example\nplain-two.example # why\nnot one\n";
    const asked = await upload(text);
    const question = await asked.text();
    expect(asked.status).toBe(400);
    expect(question).toMatch(/Line 1: [^<]*choose the effect/);
    expect(question).not.toContain("--effect");
    const sent = { text: hidden(question, "text"), name: hidden(question, "name"), effect: "deny" };
    const html = await (await pages.post("/access-list/import", "Administrator", sent)).text();
    expect(html).toContain("<p>2 denied</p>");
    expect(hidden(html.split('action="/access-list/import/refused"')[1] ?? "", "text")).toBe("# A list\nnot one\n");
    const confirmed = { ...sent, effect: hidden(html, "effect"), version: hidden(html, "version") };
    expect((await pages.post("/access-list/import", "Administrator", confirmed)).status).toBe(303);
    expect(await rowOf("plain-two.example")).toEqual({ entry: "plain-two.example", effect: "deny" });
  });

  it("may be JSON Lines, and gives back refused lines as such", async () => {
    const bad = '{"entry":"bad entry","effect":"deny"}';
    const html = await (await upload(`${bad}\n{"entry":"json-lines.example","effect":"deny"}\n`)).text();
    expect(html).toContain("<p>1 denied</p>");
    const refused = { text: hidden(html.split('action="/access-list/import/refused"')[1] ?? "", "text").replaceAll("&quot;", '"') };
    const file = await pages.post("/access-list/import/refused", "Administrator", refused);
    expect([file.headers.get("content-disposition"), await file.text()]).toEqual(['attachment; filename="refused-rows.jsonl"', `${bad}\n`]);
  });

  it("is named in the changes by its entry and its file name if it has only one row", async () => {
    const html = await (await upload("entry,effect\none-row.example,deny\n")).text();
    const sent = { text: hidden(html, "text"), version: hidden(html, "version"), name: "one.csv" };
    await pages.post("/access-list/import", "Administrator", sent);
    expect(await (await pages.get("/audit?entry=one-row.example", "Reader")).text()).toContain(">one-row.example, from one.csv<");
  });

  it("takes all rows except two that contradict each other, and names both", async () => {
    const text = "entry,effect\ncsv-twice.example,deny\ncsv-beside.example,deny\ncsv-beside.example,deny\ncsv-twice.example,allow\n";
    const html = await (await upload(text)).text();
    const flaws = [...html.matchAll(/<th scope="row">(\d+)<\/th>[\s\S]*?<td[^>]*>Disagrees with line (\d+): both are/g)];
    expect(flaws.map(([, line, other]) => [line, other])).toEqual([
      ["2", "5"],
      ["5", "2"],
    ]);
    expect(html).toContain("<p>1 denied</p>");
    expect(html).not.toContain("The file cannot be imported");
  });

  it("can be exported and imported again, with formulas made harmless", async () => {
    await pages.database.client.call("PutItem", {
      TableName: pages.database.tableName,
      Item: marshall({ entry: "formula.example", effect: "deny", note: "=1+1" }),
    });
    const response = await pages.get("/access-list/export.csv", "Reader");
    expect(response.headers.get("content-disposition")).toContain("access-list.csv");
    expect(await response.text()).toContain("formula.example,deny,,'=1+1,");
    let count = 0;
    for await (const page of pages.world.accessList.pages()) count += page.length;
    expect((await pages.world.audit.page({ operator: "oid-Reader" })).entries[0]).toMatchObject({
      name: "Test Reader",
      action: "access-list.exported",
      subject: "access-list.csv",
      count,
    });
  });
});

describe("the list", () => {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  beforeAll(async () => {
    const rows = [
      { entry: "z.search.example", effect: "allow", note: "Partner of Contoso" },
      { entry: "a.search.example", effect: "allow", expiresAt: "2020-01-31", note: "partner" },
      { entry: "m.search.example", effect: "deny", expiresAt: inDays(3) },
      { entry: "b.search.example", effect: "deny", expiresAt: inDays(60) },
      { entry: "issuer:search.example/AbC", effect: "deny", expiresAt: "soon" },
    ];
    for (const row of rows) await pages.put(row);
    await pages.put({ entry: "flagged.example", effect: "alow", problem: "effect is none of allow, approval and deny: it denies" });
    const on = (entry: string, email: string, daysAgo: number, step = "before-create-user") =>
      record({
        ...{ email, personId: buildPersonId(email, hashOf), step: step as DecisionRecord["step"], at: inDays(-daysAgo) },
        trace: [{ rule: "access-list", said: "continue", evidence: { entry } }],
      });
    const decided = [
      on("z.search.example", "kim@z.search.example", 3, "after-sign-in"),
      on("z.search.example", "kim@z.search.example", 3),
      on("z.search.example", "lee@z.search.example", 1),
      on("z.search.example", "old@z.search.example", 40),
      on("b.search.example", "old@b.search.example", 40),
      ...Array.from({ length: 300 }, (_, count) => on("m.search.example", `kim${count}@m.search.example`, 2)),
    ];
    // The stream brings some again.
    for (const some of [decided, decided.slice(1)]) {
      await entryPeopleKind.noteDecisions?.(some, () => 1, pages.database.client, "ledger-test");
    }
  });
  const html = async (query: string) => await (await pages.get(`/access-list?${query}`, "Reader")).text();

  it.each<[of: string, query: string, found: readonly string[]]>([
    ["notes, in any case", "note=PARTNER", ["a.search.example", "z.search.example"]],
    ["what has ended", "ends=expired", ["a.search.example"]],
    ["what ends within a week", "ends=7", ["m.search.example"]],
    ["what ends within a quarter, the next to end first", "ends=90", ["m.search.example", "b.search.example"]],
    ["a beginning among those", "ends=90&q=B.search", ["b.search.example"]],
    ["an account, its id to the letter", "q=Issuer:Search.example/Ab", ["issuer:search.example/AbC"]],
    ["a problem among notes", "problem=1&note=partner", []],
    ["no entry as unused that decided on somebody", "used=no&q=z.search", []],
    ["no account as unused, of which nobody knows", "used=no&q=issuer:", []],
    ["no deny as unused", "used=no&q=b.search", []],
    ["what no unit of time is", "ends=never&q=z.search", ["z.search.example"]],
    ["ten thousand characters of a note", `note=${"x".repeat(10_000)}`, []],
  ])("finds %s", async (_, query, found) => {
    const entries = [...(await html(query)).matchAll(/<bdi class="value">([^<]*search\.example[^<]*)<\/bdi><\/a>/g)].map(
      ([, entry]) => entry,
    );
    expect(entries).toEqual(found);
  });

  const cells = async (query: string) => {
    const page = await html(query);
    const texts = (from: RegExp) => [...page.matchAll(from)].map(([, text = ""]) => text.replaceAll(/<[^>]*>/g, "").trim());
    return { heads: texts(/<th scope="col"[^>]*>(.*?)<\/th>/g), numbers: texts(/<td class="number"[^>]*>(.*?)</g), page };
  };

  it.each<[entry: string, people: string]>([
    ["z.search.example", "2"],
    ["b.search.example", "0"],
    ["m.search.example", "240+"],
    ["issuer:search.example/AbC", ""],
  ])("reports how many different people %s decided on in the last 30 days", async (entry, people) => {
    expect((await cells(`q=${encodeURIComponent(entry)}`)).numbers).toEqual([people]);
  });

  it("does not count the decisions by an address's entry once the person with that address is forgotten", async () => {
    const address = "gone@search.example";
    const decided = record({
      email: address,
      personId: buildPersonId(address, hashOf),
      at: inDays(-1),
      trace: [{ rule: "access-list", said: "block", evidence: { entry: address } }],
    });
    await pages.put({ entry: address, effect: "deny" });
    await entryPeopleKind.noteDecisions?.([decided], () => 1, pages.database.client, "ledger-test");
    expect((await cells(`q=${address}`)).numbers).toEqual(["1"]);
    const person = {
      hashes: [],
      mailboxes: new Set<string>(),
      personIds: new Set([buildPersonId(address, hashOf)]),
      accountIds: new Set<string>(),
    };
    await entryPeopleKind.forget?.(person, pages.database.client, "ledger-test");
    expect((await cells(`q=${address}`)).numbers).toEqual(["0"]);
  });

  it.each<[query: string, heads: readonly string[]]>([
    ["q=z.search", ["Entry", "Effect", "People, 30 days", "Note", "Changed"]],
    ["q=m.search", ["Entry", "Effect", "People, 30 days", "Expires", "Changed"]],
    ["q=m.search&effect=deny", ["Entry", "People, 30 days", "Expires", "Changed"]],
    ["q=issuer:search", ["Entry", "Effect", "People, 30 days", "Expires", "Changed"]],
    ["q=issuer:search&problem=1", ["Entry", "Effect", "Expires", "Changed", "Warnings"]],
  ])("leaves out empty columns: %s", async (query, heads) => expect((await cells(query)).heads).toEqual(heads));

  it("names the author of a row's last change, until somebody edits the row elsewhere", async () => {
    const entry = "signed.example";
    const changed = async () => /<time[^>]*>[^<]*<\/time> <bdi class="by">by ([^<]*)<\/bdi>/.exec((await cells(`q=${entry}`)).page)?.[1];
    await pages.post("/access-list/add", "Administrator", { entry, ...fields() });
    expect(await changed()).toBe("Test Administrator");
    // As the hygiene worker flags it, and as an operator adds a note in the DynamoDB console.
    const TableName = pages.database.tableName;
    const set = (column: string) =>
      pages.database.client.call("UpdateItem", {
        TableName,
        Key: marshall({ entry }),
        UpdateExpression: "SET #c = :t",
        ExpressionAttributeNames: { "#c": column },
        ExpressionAttributeValues: marshall({ ":t": "x" }),
      });
    await set("problem");
    await pages.world.accessList.tidy(entry, new Date());
    expect(await changed()).toBe("Test Administrator");
    await set("note");
    expect(await changed()).toBeUndefined();
    await pages.post("/access-list/save", "Administrator", { entry, version: await versionOn(entry), ...fields({ note: "y" }) });
    expect(await changed()).toBe("Test Administrator");
  });

  it("is read in a single scan if it is short, and no row is read again", async () => {
    const keysRead = vi.spyOn(pages.database.client, "call");
    await html("");
    const reads = keysRead.mock.calls.filter(([, input]) => JSON.stringify(input).includes(`"${pages.database.tableName}"`));
    keysRead.mockRestore();
    expect(reads.map(([operation]) => operation)).toEqual(["Scan"]);
  });

  it("shows unused allows, except new ones and those of partners", async () => {
    const old = { at: new Date(Date.now() - 40 * 86_400_000).toISOString(), name: "Kim" };
    const allow = (entry: string, more: object = {}, edit: LastEdit | undefined = old) =>
      pages.world.accessList.put(toItem({ entry, effect: "allow", ...more }), undefined, edit);
    await allow("idle1.search.example");
    await pages.put({ entry: "typed.search.example", effect: "allow" });
    await allow("idle2.search.example", { byPartner: "search.example" });
    await pages.post("/access-list/add", "Administrator", { entry: "fresh.search.example", ...fields({ effect: "allow" }) });
    const unused = await (await pages.get("/access-list?used=no", "Administrator")).text();
    expect(unused).toContain("Allows unused and unchanged for 30 days.");
    expect([...unused.matchAll(/data-key="([^"]*)"/g)].map(([, entry]) => entry)).toEqual(["idle1.search.example"]);
    await pages.world.accessList.remove((await pages.world.accessList.get("idle1.search.example")) as never);
    expect(await html("used=no")).toContain("None: all were used or changed in 30 days.");
  });

  it("counts the rows of its views, and counts allows that are wider than they seem as warnings", async () => {
    await pages.put({ entry: "*.co.kr", effect: "allow" });
    let rows: readonly Row[] = [];
    for await (const page of pages.world.accessList.pages()) rows = [...rows, ...page.map(toRow)];
    const views = /<ul class="tabs">(.*?)<\/ul>/s.exec(await html(""))?.[1] ?? "";
    const shown = Object.fromEntries(
      [...views.matchAll(/>([^<>]+)<span class="count[^"]*">([^<]*)</g)].map(([, name = "", count]) => [name.trim(), count]),
    );
    expect(shown).toMatchObject({ All: String(rows.length), Expiring: "1", Warnings: "4" });
    const warned = (await cells("problem=1")).page;
    expect([...warned.matchAll(/data-key="([^"]*)"/g)].map(([, entry]) => entry)).toEqual([
      "*.co.kr",
      "flagged.example",
      "issuer:search.example/AbC",
      "kim@flawed.example",
    ]);
    expect(warned).toContain('<td class="rest wraps"');
    expect(warned).toMatch(/outside Gatehouse.*\.co\.kr is a public suffix: this lets in every address/s);
    expect((await cells("q=*.co")).page).toMatch(/<span class="tag warn">.*Too open<\/span>/);
  });
});

describe("a list that is too long for one answer", () => {
  const entries = Array.from({ length: 15 }, (_, index) => `long${index}.example`);
  beforeAll(async () => {
    for (const entry of entries) await pages.put({ entry, effect: "deny", note: "n".repeat(390_000) });
  });
  afterAll(async () => {
    for (const entry of entries)
      await pages.database.client.call("DeleteItem", { TableName: pages.database.tableName, Key: marshall({ entry }) });
  });

  it("the view of warnings has every entry that it counts, page by page", async () => {
    const tops = [
      "ad ae af ag ai al am ao ar as at aw ax az ba bb be bf bg bh bi bj bm bo br bs bt bw by bz ca cc cd cf cg ch ci cl cm cn co",
      "cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg es et eu fi fj fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gw gy",
      "hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv",
    ];
    const entries = tops.flatMap((some) => some.split(" ")).map((top) => `*.${top}`);
    for (const entry of entries) await pages.world.accessList.put(toItem({ entry, effect: "allow" }), undefined);
    const found: string[] = [];
    for (let path: string | undefined = "/access-list?problem=1"; path !== undefined; ) {
      const html = await (await pages.get(path, "Administrator")).text();
      found.push(...[...html.matchAll(/data-key="([^"]*)"/g)].map(([, entry]) => entry as string));
      path = /href="([^"]*)" rel="next"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
    }
    expect(found.filter((entry) => entries.includes(entry)).sort()).toEqual(entries.toSorted());
    expect(new Set(found).size).toBe(found.length);
    for (const entry of entries)
      await pages.database.client.call("DeleteItem", { TableName: pages.database.tableName, Key: marshall({ entry }) });
  });

  it("is exported in parts that together form the list", async () => {
    const textOf = async (path = "") => await (await pages.get(path.replaceAll("&amp;", "&"), "Reader")).text();
    const html = await textOf("/access-list/export.csv");
    expect(html).toContain("<code>npm run gate -- list export access-list.csv</code>");
    const other = await textOf(/href="([^"]*)" rel="next"/.exec(html)?.[1]);
    expect(other).not.toContain('rel="next"');
    const links = [html, other].map((page) => /class="button" href="(\/access-list\/export\.csv\?[^"]+)"/.exec(page)?.[1]);
    const parts = await Promise.all(links.map(textOf));
    for (const text of parts) expect(text).toMatch(/^entry,effect,/);
    const exported = parts.flatMap((text) => [...text.matchAll(/^(long\d+\.example),deny/gm)].map(([, entry]) => entry));
    expect(exported.sort()).toEqual(entries.toSorted());
    const { entries: told } = await pages.world.audit.page({ operator: "oid-Reader" });
    expect(told.slice(0, 2).map(({ subject }) => subject)).toEqual(expect.arrayContaining(["access-list-1.csv", "access-list-2.csv"]));
    let left = told.slice(0, 2).reduce((sum, { count = 0 }) => sum + count, 0);
    for await (const page of pages.world.accessList.pages()) left -= page.length;
    expect(left).toBe(0);
  });

  it("refuses to export from a position that it did not give out", async () => {
    const response = await pages.get("/access-list/export.csv?after=forged", "Reader");
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("does not belong to an export");
  });
});

// Last: from now on the list is one that is read by its indexes.
it("an import that takes longer than one answer stops in time, and its change page writes the rest", async () => {
  const entries = Array.from({ length: 2_500 }, (_, n) => `part${n}.example`);
  const text = `entry,effect\n${entries.map((entry) => `${entry},deny`).join("\n")}\n`;
  const shown = await (await pages.post("/access-list/import", "Administrator", { file: new File([text], "list.csv") })).text();
  const version = /name="version" value="([^"]+)"/.exec(shown)?.[1] ?? "";
  const stop = new AbortController();
  const spy = vi.spyOn(AbortSignal, "timeout").mockReturnValueOnce(stop.signal);
  let batches = 0;
  pages.database.before("BatchExecuteStatement", async () => {
    batches += 1;
    if (batches === 60) stop.abort(new DOMException("in time", "TimeoutError"));
  });
  const cut = (await pages.post("/access-list/import", "Administrator", { text, version })).headers.get("location") ?? "";
  spy.mockRestore();
  const html = await (await pages.get(cut, "Administrator")).text();
  expect(html).toMatch(/<form[^>]* data-goes-on[\s\S]*About \d+ % of the rows are written[\s\S]*Continue<\/button>/);
  expect(html).not.toContain("The file was imported.");
  expect(await rowOf("part2499.example")).toBeUndefined();
  const id = new URLSearchParams(cut.split("?")[1]).get("id") ?? "";
  // Somebody who opens the change later is asked, and so is one for whom nothing was written.
  expect(await (await pages.get(`/audit/sets/one?id=${id}`, "Administrator")).text()).not.toContain("data-goes-on");
  const noTime = vi.spyOn(AbortSignal, "timeout").mockReturnValueOnce(AbortSignal.abort(new DOMException("in time", "TimeoutError")));
  const held = await pages.post("/audit/sets/continue", "Administrator", { id });
  expect(held.headers.get("location")).not.toContain("done=");
  noTime.mockRestore();
  const { size: written } = await pages.world.accessList.many(entries);
  const changesBefore = (await pages.database.changes(pages.database.tableName)).length;
  const done = await pages.post("/audit/sets/continue", "Administrator", { id });
  // What is written already stays as it is.
  expect((await pages.database.changes(pages.database.tableName)).length - changesBefore).toBe(2_500 - written);
  expect(await (await pages.get(done.headers.get("location") ?? "", "Administrator")).text()).toContain("The file was imported.");
  expect((await pages.world.accessList.many(entries)).size).toBe(2_500);
  const names = [...(await pages.world.accessList.many(entries)).values()].map((item) => readLastEdit(item)?.name);
  expect(names).toEqual(entries.map(() => "Test Administrator"));
});

it("an entry that was just added is the first row, with its undo, whatever its place in the sorted list", async () => {
  const all = (page: string) => Number(/>All[^<]*<span class="count">([\d,]+)</.exec(page)?.[1]?.replace(",", ""));
  const before = all(await (await pages.get("/access-list", "Reader")).text());
  const added = await pages.post("/access-list/add", "Administrator", { entry: "zz.part.example", ...fields() });
  const html = await (await pages.get(String(added.headers.get("location")), "Administrator")).text();
  expect(html).toMatch(/>You denied zz\.part\.example<.*action="\/audit\/sets\/undo"/s);
  expect(html).not.toContain("The row was added");
  expect(all(html)).toBe(before + 1);
  const rows = [...html.matchAll(/<tr data-key="([^"]*)"( aria-current="true")?/g)].map(([, entry, current]) => [
    entry,
    current !== undefined,
  ]);
  expect(rows[0]).toEqual(["zz.part.example", true]);
  expect(rows.filter(([, isCurrent]) => isCurrent)).toHaveLength(1);
  expect(await (await pages.get(String(added.headers.get("location")), "Reader")).text()).toContain(">Denied zz.part.example<");
});

it("a view longer than one page reports the number of rows shown and the total", async () => {
  const total = async (query: string) =>
    /<span class="total">([^<]*)</.exec(await (await pages.get(`/access-list?${query}`, "Reader")).text())?.[1];
  expect(await total("")).toMatch(/^1 to 100 of 2,5\d\d$/);
  for (const query of ["effect=deny", "effect=deny&note=x"]) expect(await total(query)).toBeUndefined();
  expect(await total("q=part2400")).toBe("1 entry");
});

it("an entry opened by a link stands above the list, and the list itself is unchanged", async () => {
  const page = async (query: string) => {
    const html = await (await pages.get(`/access-list${query}`, "Reader")).text();
    const total = /<span class="total">([^<]*)</.exec(html)?.[1];
    return { keys: [...html.matchAll(/<tr data-key="([^"]*)"/g)].map(([, entry]) => entry), total };
  };
  const whole = await page("");
  expect(await page("?open=part2400.example")).toEqual({ ...whole, keys: ["part2400.example", ...whole.keys] });
});

it("an entry without effect is neither listed nor counted among denies", async () => {
  const deny = async () => {
    const html = await (await pages.get("/access-list?effect=deny&q=void", "Reader")).text();
    return { rows: html.includes('data-key="void,example"'), count: />Deny[^<]*<span class="count[^"]*">([\d,]+)</.exec(html)?.[1] };
  };
  pages.setTime(new Date(Date.now() + 100_000));
  const before = await deny();
  await pages.put({ entry: "void,example", effect: "alow" });
  pages.setTime(new Date(Date.now() + 200_000));
  expect(await deny()).toEqual({ ...before, rows: false });
  await pages.world.accessList.remove((await pages.world.accessList.get("void,example")) as never);
});

it("the page reports each problem of an entry once, and does not call an entry without effect a deny", async () => {
  await pages.put({ entry: "flagged,example", effect: "alow", problem: "effect is none of allow, approval and deny: it denies" });
  const panel = (await (await pages.get("/access-list?open=flagged%2Cexample", "Reader")).text()).replace(/^.*<aside/s, "");
  expect(panel).toContain("No effect: entry is not an address or a domain");
  expect(panel.match(/effect is none of allow, approval and deny/g)).toHaveLength(1);
  expect(panel).not.toContain("it denies");
});

it.each<{ given: string; row: Readonly<Record<string, string>>; en: string; ko: string }>([
  {
    given: "a cell that cannot be read, whatever sentence the row has",
    row: { entry: "cell.example", effect: "deny", expiresAt: "soon", problem: "an older sentence" },
    en: "the end is not a date like 2027-01-31: an allow does not count, a deny or approval stays",
    ko: "유효 기한이 2027-01-31 같은 날짜가 아닙니다: 허용은 적용되지 않고, 거부나 승인 대기는 그대로 남습니다",
  },
  {
    given: "a class that the hygiene worker flagged, as only it knows the policy",
    row: { entry: "relay", effect: "deny", problem: "no step's policy asks for it" },
    en: "no step&#39;s policy asks for the class relay",
    ko: "어느 단계의 정책도 relay 유형을 묻지 않습니다",
  },
  {
    given: "a sentence of an earlier version where the row has nothing wrong",
    row: { entry: "sentence.example", effect: "deny", problem: "the moon is full" },
    en: "the moon is full",
    ko: "the moon is full",
  },
])("the page explains a row's problem in the reader's language: $given", async ({ row, en, ko }) => {
  await pages.put(row);
  for (const [language, says] of Object.entries({ en, ko })) {
    const response = await pages.get(`/access-list?open=${row.entry}`, "Reader", { "Accept-Language": language });
    expect(await response.text()).toContain(says);
  }
  await pages.world.accessList.remove((await pages.world.accessList.get(row.entry as string)) as never);
});
