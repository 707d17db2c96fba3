import { makeMember } from "../../../../adapters/operator/world";
import { buildPersonId } from "../../../../engine/sign-up/person";
import { normaliseMailbox } from "../../../../engine/sign-up/spellings";
import { deny } from "../../../../features/approvals/transitions";
import { personStores } from "../../../../features/person/world";
import { asked, record, startConsole, type TestConsole } from "../../../console/support";
import { hashOf } from "../../../engine/sign-up/people";
import { startClock } from "../../../support/fake-timers";
import { alice } from "../../approvals/requests";

let pages: TestConsole;
beforeAll(async () => {
  startClock();
  pages = await startConsole();
});
afterAll(() => pages.close());
afterEach(() => {
  vi.restoreAllMocks();
  pages.setTime(new Date());
});

const pathOf = (email: string) => `/people/erase?${new URLSearchParams({ email })}`;
const show = async (email: string) => await (await pages.get(pathOf(email), "Administrator")).text();
const erase = async (email: string, fields: Record<string, string | readonly string[]> = {}) =>
  await pages.post("/people/erase", "Administrator", { email, confirm: email, ...fields });
async function kept(email: string, count = 2): Promise<void> {
  for (let number = 0; number < count; number++)
    await pages.world.decisions.keep(record({ id: `${email}-${number}`, reference: `K7QD-${2222 + number}`, email }), 90);
  await pages.put({ person: email, city: "Busan" }, "profiles");
  await pages.put({ entry: email, effect: "deny" });
}
async function left(email: string): Promise<readonly number[]> {
  const [{ records }, profile, row] = await Promise.all([
    pages.world.decisions.pageOf("mailbox", email),
    pages.world.profiles.get({ person: email }),
    pages.world.accessList.get(email),
  ]);
  return [records.length, profile === undefined ? 0 : 1, row === undefined ? 0 : 1];
}

it("says before an erasure that others' requests and guests' accounts still name the person as sponsor or approver", async () => {
  await kept("pat@contoso.com");
  expect(await show("pat@contoso.com")).toContain(
    "Requests of other people, and accounts of guests, still name the person as sponsor or approver.",
  );
});

it("deletes a person in every spelling, and reports the result", async () => {
  await kept("kim@gmail.com");
  await kept("lee@gmail.com");
  await pages.world.decisions.keep(record({ id: "spelled", email: "k.im+x@googlemail.com" }), 90);
  const denied = await asked(pages, "kim@gmail.com");
  await pages.world.approvals.change(denied.id, (stored) => deny(stored, { by: alice }, new Date()));
  const response = await erase("K.I.M@gmail.com");
  expect(response.headers.get("location")).toBe("/people/erase?email=k.i.m%40gmail.com");
  const after = await show("kim@gmail.com");
  expect(after).toContain("The person is erased. Decisions deleted: 3, requests: 1, profiles: 1.");
  // The red button is behind another.
  expect(after).toMatch(/<summary class="button quiet danger"[^>]*><span>Erase again….*name="confirm"/s);
  expect(await left("kim@gmail.com")).toEqual([0, 0, 1]);
  expect(await left("lee@gmail.com")).toEqual([2, 1, 1]);
  expect(await pages.world.approvals.get(denied.id)).toBeUndefined();
});

it("an erased person appears in the trail and the ledger only by a keyed hash, and is found by the hash", async () => {
  await kept("trail@contoso.com");
  await pages.get("/people/export.jsonl?email=trail@contoso.com", "Administrator");
  await erase("trail@contoso.com", { list: "yes" });
  expect(await left("trail@contoso.com")).toEqual([0, 0, 0]);
  const person = buildPersonId("trail@contoso.com", hashOf);
  const { entries } = await pages.world.audit.page({ person });
  expect(entries.map(({ action, outcome, name }) => [action, outcome, name])).toEqual([
    ["person.erased", "done", "Test Administrator"],
    ["person.erased", "begun", "Test Administrator"],
    ["person.erasure-asked", "done", "Test Administrator"],
    ["person.exported", "done", "Test Administrator"],
  ]);
  const job = await pages.world.ledger.get({ id: `person-erasure/${person}` });
  expect(JSON.stringify([entries, job])).not.toContain("trail@");
});

it.each<{ given: string; email: string; fields: Record<string, string>; status: number; says: string }>([
  {
    given: "another address",
    email: "kept@contoso.com",
    fields: { confirm: "kim@contoso.com" },
    status: 400,
    says: "not match kept@contoso.com",
  },
  { given: "nothing typed", email: "kept@contoso.com", fields: { confirm: "" }, status: 400, says: 'href="#confirm"' },
  { given: "nobody", email: "x".repeat(10_000), fields: {}, status: 400, says: "neither a single e-mail address" },
])("deletes nothing for $given", async ({ email, fields, status, says }) => {
  await kept("kept@contoso.com");
  const response = await erase(email, fields);
  expect(response.status).toBe(status);
  expect(await response.text()).toContain(says);
  expect(await left("kept@contoso.com")).toEqual([2, 1, 1]);
});

it("a waiting request stops an erasure that does not include requests, and its code is shown", async () => {
  await kept("waiting@contoso.com");
  const { reference, id } = await asked(pages, "waiting@contoso.com");
  const says = `The request ${reference} is still waiting.`;
  expect(await show("waiting@contoso.com")).toContain(says);
  const refused = await erase("waiting@contoso.com");
  expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining(says)]);
  expect(await show("waiting@contoso.com")).not.toContain("It stopped.");
  expect(await left("waiting@contoso.com")).toEqual([2, 1, 1]);
  expect((await erase("waiting@contoso.com", { approvals: "yes" })).status).toBe(303);
  expect(await pages.world.approvals.get(id)).toBeUndefined();
});

it("only one of two operators can erase a person; the other sees the first one's name until the erasure stops", async () => {
  await kept("two@contoso.com");
  const start = vi.spyOn(pages.world.erasures, "start").mockResolvedValue();
  expect((await erase("two@contoso.com")).status).toBe(303);
  const second = await erase("two@contoso.com");
  expect(second.status).toBe(409);
  expect(await second.text()).toContain("Test Administrator is erasing this person now.");
  expect(start).toHaveBeenCalledTimes(1);
  const html = await show("two@contoso.com");
  expect(html).toContain('data-live="3"');
  expect(html).not.toContain('name="confirm"');
  pages.setTime(new Date(Date.now() + 6 * 60_000));
  expect(await show("two@contoso.com")).toMatch(/It stopped\..*name="confirm"/s);
  const [[call] = []] = start.mock.calls;
  start.mockRestore();
  pages.setTime(new Date());
  // Delivered late, and once more.
  for (let time = 0; time < 2; time++) await pages.world.erasures.start(call as NonNullable<typeof call>);
  const { entries } = await pages.world.audit.page({ person: buildPersonId("two@contoso.com", hashOf) });
  expect(entries.filter(({ action }) => action === "person.erased")).toHaveLength(2);
});

it.each([
  {
    given: "somebody changes a row meanwhile",
    fail: () => vi.spyOn(pages.world.profiles, "remove").mockResolvedValueOnce(false),
    says: "Somebody changed a row",
  },
  {
    given: "a table fails",
    fail: () => vi.spyOn(pages.world.profiles, "remove").mockRejectedValueOnce(new Error("away")),
    says: "did not answer",
  },
])("an erasure reports why it stopped if $given, and continues if it is repeated", async ({ fail, says }) => {
  const email = normaliseMailbox("half@contoso.com");
  await kept(email);
  fail();
  expect((await erase(email)).status).toBe(303);
  expect(await show(email)).toMatch(new RegExp(`It stopped\\..*${says}.*name="confirm"`, "s"));
  expect(await left(email)).toEqual([2, 1, 1]);
  await erase(email);
  expect(await show(email)).toContain("The person is erased.");
  expect(await left(email)).toEqual([0, 0, 1]);
});

it("a repeated erasure finds the account that a request named", async () => {
  await kept("cut@contoso.com");
  await pages.put({ entry: "issuer:google.com/1184cut", effect: "deny" });
  const { id } = await asked(pages, "cut@contoso.com", { identities: [{ issuer: "google.com", issuerAssignedId: "1184cut" }] });
  await pages.world.approvals.change(id, (stored) => deny(stored, { by: alice }, new Date()));
  vi.spyOn(pages.world.decisions, "remove").mockRejectedValueOnce(new Error("away"));
  await erase("cut@contoso.com", { list: "yes" });
  expect(await show("cut@contoso.com")).toContain("did not answer");
  await erase("cut@contoso.com", { list: "yes" });
  expect(await pages.world.accessList.get("issuer:google.com/1184cut")).toBeUndefined();
  expect(await pages.world.approvals.get(id)).toBeUndefined();
  expect(await left("cut@contoso.com")).toEqual([0, 0, 0]);
});

it.each([0, 1, 2, 3])("a repeated erasure finds linked decisions again if the first stopped after %d of them", async (after) => {
  const mailboxes = ["old", "new", "newer"].map((name) => `${name}${after}@contoso.com`);
  const accounts = [`first${after}`, `second${after}`];
  for (const [at, [mailbox, account]] of [
    [0, 0],
    [1, 0],
    [1, 1],
    [2, 1],
  ].entries())
    await pages.world.decisions.keep(
      record({ id: `link${after}-${at}`, email: mailboxes[mailbox as 0], accountId: accounts[account as 0] }),
      90,
    );
  const remove = pages.world.decisions.remove.bind(pages.world.decisions);
  let count = 0;
  vi.spyOn(pages.world.decisions, "remove").mockImplementation(async (each) => {
    if (count++ === after) throw new Error("cut off");
    await remove(each);
  });
  await erase(mailboxes[0] as string);
  await erase(mailboxes[0] as string);
  for (const mailbox of mailboxes) expect(await left(mailbox)).toEqual([0, 0, 0]);
});

it("an export contains entries of the person's other addresses, and an erasure removes or reports them", async () => {
  const link = { accountId: "sharedByBoth" };
  await pages.world.decisions.keep(record({ id: "listed-1", email: "listed@contoso.com", ...link }), 90);
  await pages.world.decisions.keep(record({ id: "listed-2", email: "other@contoso.com", ...link }), 90);
  await pages.put({ entry: "other@contoso.com", effect: "deny", note: "of Kim" });
  const identities = [{ issuer: "google.com", issuerAssignedId: "1184listed" }];
  await pages.put({ entry: "issuer:google.com/1184listed", effect: "deny" });
  const { id } = await asked(pages, "listed@contoso.com", { identities });
  await pages.world.approvals.change(id, (stored) => deny(stored, { by: alice }, new Date()));
  const file = await (await pages.get("/people/export.jsonl?email=listed@contoso.com", "Administrator")).text();
  expect(file).toContain('"note":"of Kim"');
  await erase("listed@contoso.com");
  expect(await show("listed@contoso.com")).toContain("Entries of the list that stay: 2");
  await pages.world.decisions.keep(record({ id: "listed-3", email: "listed@contoso.com", ...link }), 90);
  await pages.world.decisions.keep(record({ id: "listed-4", email: "other@contoso.com", ...link }), 90);
  await erase("listed@contoso.com", { list: "yes" });
  expect(await left("other@contoso.com")).toEqual([0, 0, 0]);
});

it("a trail entry about a longer address that ends with the person's address is neither exported nor erased", async () => {
  const others = [..."&/!#=~*?{_-.", "김"].map((sign) => `r${sign}kim@contoso.com`);
  const add = async (entry: string) => {
    const news = { by: "x", via: "console", action: "access-list.added", outcome: "done", subject: entry } as const;
    await pages.world.audit.tell({ ...news, after: { entry, note: "fraud" } }, new Date());
  };
  for (const entry of [...others, "K.im@gmail.com", "kim@contoso.com"]) await add(entry);
  const file = await (await pages.get("/people/export.jsonl?email=kim@contoso.com", "Administrator")).text();
  expect(others.filter((other) => file.includes(other))).toEqual([]);
  await erase("kim@contoso.com");
  await erase("kim@gmail.com");
  const subjects: unknown[] = [];
  for await (const rows of pages.world.audit.rows())
    for (const { details } of rows) subjects.push(...(details ? [JSON.parse(details)] : []));
  const said = JSON.stringify(subjects);
  expect(others.filter((other) => !said.includes(other))).toEqual([]);
  expect(said).not.toMatch(/"(kim@contoso|k\.im@gmail)/i);
});

describe("trail entries whose text may mention the person", () => {
  const said = async (number: string) => (await pages.world.audit.get(number))?.after;
  const add = async (note: string) => {
    const news = { by: "x", via: "console", action: "access-list.added", outcome: "done", subject: "contoso.com" } as const;
    return await pages.world.audit.tell({ ...news, after: { note } }, new Date());
  };

  it("stay after an erasure, and are listed in a command that reviews them", async () => {
    const [sure, theirs, other] = [await add("MIN.S@gmail.com"), await add("담당자min.s@gmail.com"), await add("see r/mins@gmail.com")];
    const file = await (await pages.get("/people/export.jsonl?email=mins@gmail.com", "Administrator")).text();
    expect(file.match(/"note":"[^"]*"/g)).toEqual(['"note":"MIN.S@gmail.com"']);
    expect(file.match(/"number":"(\d+)"[^}]*"mayMention":true/g)).toHaveLength(2);
    await erase("mins@gmail.com");
    expect(await show("mins@gmail.com")).toContain(`person erase --entries ${theirs},${other}`);
    expect([await said(sure ?? ""), await said(theirs ?? "")]).toEqual([undefined, { note: "담당자min.s@gmail.com" }]);
    const person = buildPersonId("mins@gmail.com", hashOf);
    expect(JSON.stringify(await pages.world.ledger.get({ id: `person-erasure/${person}` }))).not.toContain("@");
  });

  it("are all listed, also if there are more than a hundred", async () => {
    const numbers: string[] = [];
    for (let each = 0; each < 105; each++) numbers.push((await add(`about many@contoso.com, ${each}`)) ?? "");
    await kept("many@contoso.com");
    await erase("many@contoso.com");
    expect(await show("many@contoso.com")).toContain(`person erase --entries ${numbers.join(",")}`);
  });
});

it("reports that the erasure did not start if the function cannot be started", async () => {
  await kept("start@contoso.com");
  vi.spyOn(pages.world.erasures, "start").mockRejectedValueOnce(new Error("throttled"));
  expect((await erase("start@contoso.com")).status).toBe(503);
  pages.failures.length = 0;
  expect(await show("start@contoso.com")).toMatch(/It stopped\..*name="confirm"/s);
});

describe("an export", () => {
  const file = async (email: string, more = "") =>
    await pages.get(`/people/export.jsonl?${new URLSearchParams({ email })}${more}`, "Administrator");

  it("contains all stored data, one JSON object a line, and is in the trail by a keyed hash", async () => {
    await kept("export@contoso.com");
    const response = await file("Export@contoso.com");
    expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="person-\d{4}-\d\d-\d\d\.jsonl"$/);
    const lines = (await response.text()).trimEnd().split("\n");
    expect(lines.map((line) => Object.keys(JSON.parse(line) as object)[0])).toEqual(["decision", "decision", "row", "profile"]);
    const { entries } = await pages.world.audit.page({ person: buildPersonId("export@contoso.com", hashOf) });
    expect(entries).toMatchObject([{ action: "person.exported", count: 4, name: "Test Administrator" }]);
    expect(JSON.stringify(entries)).not.toContain("export@");
  });

  it("reports that nothing is stored, and leaves nothing in the trail, if the person is unknown", async () => {
    const response = await file("nobody@nowhere.example");
    expect([response.headers.get("content-disposition"), await response.text()]).toEqual([
      null,
      expect.stringContaining("Nothing is kept about this person."),
    ]);
    expect((await pages.world.audit.page({ person: buildPersonId("nobody@nowhere.example", hashOf) })).entries).toEqual([]);
  });

  it("is split into parts if it is long, and a part's link is rejected for another person", async () => {
    await kept("long@contoso.com", 3);
    vi.spyOn(makeMember(personStores, pages.world.place).decisions, "pageOf").mockImplementation(async (_, who, place) => ({
      records: who === "long@contoso.com" ? [record({ id: String(place), email: who, policyVersion: "x".repeat(3_000_000) })] : [],
      ...(place === undefined && { next: { until: "2026-11-20T23:59:59.999Z" } }),
    }));
    const textOf = async (path = "") => await (await pages.get(path.replaceAll("&amp;", "&"), "Administrator")).text();
    const partOn = async (html: string) => await textOf(/class="button" href="([^"]+)"/.exec(html)?.[1]);
    const html = await (await file("long@contoso.com")).text();
    const next = /href="([^"]*)" rel="next"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const one = await partOn(html);
    const other = await textOf(next);
    // One of them is the first part's own entry in the trail.
    expect([one, await partOn(other)].map((text) => text.trimEnd().split("\n").length)).toEqual([1, 4]);
    expect(other).not.toContain('rel="next"');
    expect((await pages.get(next.replace("long%40", "kim%40"), "Administrator")).status).toBe(400);
  });

  it.each(["/people/export.jsonl?email=x", `/people/export.jsonl?email=${"x".repeat(10_000)}`])(
    "is rejected for an invalid address: %#",
    async (path) => {
      expect((await pages.get(path, "Administrator")).status).toBe(400);
    },
  );
});
