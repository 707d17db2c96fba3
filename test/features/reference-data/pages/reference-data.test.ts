import { toRow } from "../../../../adapters/tables/item";
import { beforeCreateUser } from "../../../../engine/sign-up/policy";
import { invited } from "../../../../features/invitations/rule";
import { permittedValue } from "../../../../features/permitted-value/rule";
import { shadow } from "../../../../features/shadow/rule";
import { record, startConsole, type TestConsole } from "../../../console/support";
import { codeRow } from "../../../engine/rules/memory-world";

let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
});
afterAll(() => pages.close());

const rowOf = async (list: string, value: string) => {
  const item = await pages.world.referenceData.get({ list, value });
  return item && toRow(item);
};
const put = (list: string, value: string, more = {}) => pages.put({ list, value, ...more }, "referenceData");
const html = async (path: string) => (await pages.get(path, "Administrator")).text();
const listPath = (list: string, more = "") => `/reference-data/list?list=${encodeURIComponent(list)}${more}`;
const valuePath = (list: string, value: string) => `/reference-data/list?list=${list}&open=${encodeURIComponent(value)}`;
const versionOn = async (path: string) => /name="version" value="([^"]+)"/.exec(await html(path))?.[1] ?? "";
const add = (list: string, lines: string, more: Record<string, string> = {}) =>
  pages.post("/reference-data/add", "Administrator", { list, value: lines, note: "", expiresAt: "", ...more });
const trail = async (subject: string) => (await pages.world.audit.page({})).entries.filter((entry) => entry.subject === subject);
const nextIn = (page: string) => /href="([^"]+after=[^"]+)"/.exec(page)?.[1]?.replaceAll("&amp;", "&") ?? "";
const linksTo = (page: string) => [...page.matchAll(/<bdi class="value">([^<]*)<\/bdi><\/a>/g)].map(([, value]) => value);

it("a decision on a value that was not permitted links to the list that can add it", async () => {
  const { policiesAt } = pages.world;
  Object.assign(pages.world, { policiesAt: () => [beforeCreateUser([permittedValue("extension_PartnerNumber" as never)])] });
  const asked = ["extension_PartnerNumber", "city"];
  await pages.world.decisions.keep(record({ verdict: "invalid", rule: "permitted-value", reasons: ["value.not-permitted"], asked }), 90);
  const links = (page: string) =>
    [...page.matchAll(/<footer>.*?<a class="button" href="([^"]*add=1)">([^<]*)/gs)].map(([, href, text]) => [href, text]);
  expect(links(await html("/decisions/K7QD-9MXD"))).toEqual([
    ["/reference-data/list?list=extension_PartnerNumber&amp;add=1", "Add to Partner number…"],
  ]);
  Object.assign(pages.world, { policiesAt });
});

describe("adding", () => {
  it("adds several lines at once with normalized spaces, and keeps existing values", async () => {
    await put("codes", "THERE", { note: "theirs" });
    const response = await add("codes", "  A-1\r\nB  2 \r\n\r\nA-1\r\nTHERE", { note: "batch", expiresAt: "2099-01-31" });
    expect(response.headers.get("location")).toBe("/reference-data/list?list=codes&done=added&added=2&there=1");
    expect(await rowOf("codes", "B 2")).toEqual({ list: "codes", value: "B 2", note: "batch", expiresAt: "2099-01-31" });
    expect(await rowOf("codes", "THERE")).toEqual({ list: "codes", value: "THERE", note: "theirs" });
    expect(await html(response.headers.get("location") ?? "")).toContain("Rows added: 2. Already there, and not changed: 1");
    expect(await trail("codes/A-1")).toMatchObject([{ action: "reference-data.added", outcome: "done" }]);
    expect(await trail("codes/THERE")).toEqual([]);
  });

  it.each([
    { given: "a line too long", lines: `OK\n${"x".repeat(257)}`, says: "Line 2: no rule can find it" },
    { given: "a control character", lines: "a\u0007b", says: "Line 1" },
    { given: "no line", lines: " \n ", says: "Value: write a value." },
    { given: "501 lines", lines: Array.from({ length: 501 }, (_, n) => `v${n}`).join("\n"), says: "More than 500 lines" },
    { given: "a date that is none", lines: "OK", more: { expiresAt: "soon" }, says: "not a date" },
    { given: "no list", list: " ", lines: "OK", says: "Line 1: no rule can find it" },
  ])("rejects $given, and writes nothing", async ({ list = "refused", lines, more, says }) => {
    const response = await add(list, lines, more);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(says);
    expect(await rowOf("refused", "OK")).toBeUndefined();
  });
});

describe("columns that a rule sets attributes from", () => {
  const list = "extension_Partner";
  beforeAll(() => {
    const fill = { extension_Company: "company" } as never;
    const labels = { extension_Company: { en: "Firm" } } as never;
    const policy = beforeCreateUser([permittedValue(list as never, { fill })], { labels });
    Object.assign(pages.world, { policiesAt: () => [policy] });
  });

  it("appear as form fields and as columns of the list, under the attribute's label", async () => {
    const form = await html(listPath(list, "&add=1"));
    expect(form).toMatch(
      /<label for="add-company">Firm \(required\)<\/label><input id="add-company" name="attribute-company"[^>]* required/,
    );
    expect((await add(list, "4711\n4712", { "attribute-company": "Contoso" })).status).toBe(303);
    expect(await rowOf(list, "4712")).toEqual({ list, value: "4712", company: "Contoso" });
    const page = await html(valuePath(list, "4711"));
    expect(page).toMatch(/<th[^>]*>Firm<\/th>/);
    expect(page).toMatch(/<input id="edit-company" name="attribute-company" value="Contoso"/);
    const version = await versionOn(valuePath(list, "4711"));
    const save = { list, value: "4711", version, "attribute-company": "Fabrikam", note: "", expiresAt: "" };
    await pages.post("/reference-data/save", "Administrator", save);
    expect(await rowOf(list, "4711")).toEqual({ list, value: "4711", company: "Fabrikam" });
  });

  it("are required, because a value without them would admit nobody", async () => {
    const response = await add(list, "4713", { "attribute-company": " " });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("Firm: write a value.");
    expect(await rowOf(list, "4713")).toBeUndefined();
  });
});

describe("lists", () => {
  it("are shown with their counts", async () => {
    await add("counted", "a\nb\nc");
    expect(await html("/reference-data")).toMatch(
      /counted<\/bdi><\/a><\/th><td class="number"[^>]*>3<\/td><td class="rest wraps"[^>]*>No rule reads this list\./,
    );
  });

  it("are shown before they have a value if a rule reads them, and link back to all lists", async () => {
    const { policiesAt } = pages.world;
    Object.assign(pages.world, { policiesAt: () => [beforeCreateUser([permittedValue("extension_PartnerNumber" as never)])] });
    const [all, own] = [await html("/reference-data"), await html(listPath("extension_PartnerNumber"))];
    Object.assign(pages.world, { policiesAt });
    expect(all).toMatch(
      /href="\/reference-data\/list\?list=extension_PartnerNumber"><bdi class="value">Partner number<\/bdi><\/a><\/th><td[^>]*>0<\/td><td[^>]*>No values yet: anyone/,
    );
    expect(own).toMatch(/<a href="\/reference-data">Reference data<\/a>[\s\S]*No values yet: anyone/);
  });

  it.each([
    {
      given: "a rule that takes other codes too",
      rules: () => [invited()],
      says: "Codes that let people in besides those of invitations.",
    },
    {
      given: "a rule that only reports",
      rules: () => [shadow(permittedValue("extension_InvitationCode" as never)), permittedValue("extension_Code" as never)],
      says: "No rule reads this list.",
    },
  ])("show their use in the policy: $given", async ({ rules, says }) => {
    await add("extension_InvitationCode", "a");
    const { policiesAt } = pages.world;
    Object.assign(pages.world, { policiesAt: () => [beforeCreateUser(rules(), { trust: "any" })] });
    const [all, own] = [await html("/reference-data"), await html(listPath("extension_InvitationCode"))];
    Object.assign(pages.world, { policiesAt });
    for (const page of [all, own]) expect(page).toContain(says);
  });

  it("are counted up to a maximum, and marked as incomplete beyond it", async () => {
    const { counts, cut } = await pages.world.referenceData.lists(2);
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(2);
    expect(cut).toBe(true);
  });
});

describe("searching", () => {
  beforeAll(async () => {
    await add("search", ["ab1", "AB2", "aB3", "zz", ...Array.from({ length: 150 }, (_, n) => `m${String(n).padStart(3, "0")}`)].join("\n"));
  });

  it.each([
    { q: "ab", finds: ["AB2", "ab1"] },
    { q: "aB", finds: ["AB2", "aB3", "ab1"] },
    { q: "zz", finds: ["zz"] },
    { q: "none", finds: [] },
  ])("by $q finds $finds", async ({ q, finds }) => expect(linksTo(await html(listPath("search", `&q=${q}`)))).toEqual(finds));

  it("shows the next hundred values", async () => {
    const first = await html(listPath("search", "&q=m"));
    const values = [...linksTo(first), ...linksTo(await html(nextIn(first)))];
    expect(values).toEqual(Array.from({ length: 150 }, (_, n) => `m${String(n).padStart(3, "0")}`));
  });

  it("shows only values with a problem", async () => expect(linksTo(await html(listPath("search", "&problem=1")))).toEqual(["aB3"]));

  it("keeps the form to add closed on further pages and with filters", async () => {
    const first = await html(listPath("search", "&add=1"));
    const more = nextIn(first);
    const filters = /<div class="chips">.*?<\/form>/s.exec(first)?.[0] ?? "";
    expect(filters).toContain('name="q"');
    expect(more + filters).not.toMatch(/[?&]add=|name="add"/);
    expect(linksTo(await html(more))).toHaveLength(54);
  });

  it("opens the overview if no list is named", async () => {
    expect((await pages.get("/reference-data/list", "Reader")).headers.get("location")).toBe("/reference-data");
  });
});

describe("problems", () => {
  it.each([
    { value: "Welcome", says: "in mixed case" },
    { value: "NULL", says: "what databases write for none" },
    { value: "4.5E+15", says: "a number that a spreadsheet or another tool has shortened" },
    { value: " padded", says: "spaces around it" },
    { value: "x".repeat(300), says: "never found" },
    { value: "DATE", more: { expiresAt: "soon" }, says: "cannot be read" },
    { value: "PAST", more: { expiresAt: "2020-01-01" }, says: "expired" },
  ])("are shown: $says", async ({ value, more, says }) => {
    await put("problems", value, more);
    expect(await html(valuePath("problems", value))).toContain(says);
    expect(await html(listPath("problems"))).toContain(says);
  });

  it("are shown for cells that set attributes: missing, empty, or longer than Entra accepts", async () => {
    const rule = permittedValue("extension_Code" as never, { list: "set", fill: { companyName: "company" } as never });
    Object.assign(pages.world, { policiesAt: () => [beforeCreateUser([rule])] });
    const says = async (value: string, more: object) => {
      await put("set", value, more);
      return await html(valuePath("set", value));
    };
    for (const more of [{}, { company: " " }])
      expect(await says("ONE", more)).toContain("Company name is empty: this value lets nobody in");
    expect(await says("TWO", { company: "x".repeat(65) })).toContain("Company name has 65 characters, and Entra takes 64");
    expect((await says("SIX", { company: "Contoso" })).split("<aside")[1]).not.toMatch(/lets nobody in|characters/);
    expect(await html(listPath("set"))).toContain("lets nobody in");
  });

  it("are shown for a space that a rule takes out of what people type", async () => {
    const list = "extension_Spaced" as never;
    Object.assign(pages.world, { policiesAt: () => [beforeCreateUser([permittedValue(list, { spaces: "remove" })])] });
    for (const value of ["FAIR 26", "FAIR26"]) await put(list, value);
    expect(await html(valuePath(list, "FAIR 26"))).toContain(
      "has a space: the rule takes spaces out of what people type, and never finds it",
    );
    expect((await html(valuePath(list, "FAIR26"))).split("<aside")[1]).not.toContain("has a space");
  });

  it.each(["lower", "UPPER 7", "straße", "코드-1"])("are not reported for %s", async (value) => {
    await put("fine", value);
    expect(await html(valuePath("fine", value))).not.toMatch(/mixed case|never found|spaces around/);
  });
});

describe("changing", () => {
  it("preserves the operator's own columns", async () => {
    await put("edit", "V", { ticket: "T-1", note: "old", expiresAt: 4_102_444_800 });
    const version = await versionOn(valuePath("edit", "V"));
    const response = await pages.post("/reference-data/save", "Administrator", {
      list: "edit",
      value: "V",
      version,
      note: "new",
      expiresAt: "4102444800",
    });
    expect(response.status).toBe(303);
    expect(await rowOf("edit", "V")).toEqual({ list: "edit", value: "V", ticket: "T-1", note: "new", expiresAt: 4_102_444_800 });
  });

  it("rejects an invalid date, and keeps the typed text", async () => {
    await put("edit", "D");
    const version = await versionOn(valuePath("edit", "D"));
    const response = await pages.post("/reference-data/save", "Administrator", {
      list: "edit",
      value: "D",
      version,
      note: "typed",
      expiresAt: "soon",
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('value="typed"');
    expect(await rowOf("edit", "D")).toEqual({ list: "edit", value: "D" });
  });

  it.each([{ path: "/reference-data/save" }, { path: "/reference-data/remove" }])(
    "fails and shows the conflict if the page is stale: $path",
    async ({ path }) => {
      await put("edit", "S", { note: "first" });
      const version = await versionOn(valuePath("edit", "S"));
      await put("edit", "S", { note: "second" });
      const response = await pages.post(path, "Administrator", { list: "edit", value: "S", version, note: "mine", expiresAt: "" });
      expect(response.status).toBe(409);
      expect(await response.text()).toContain("second");
      expect(await rowOf("edit", "S")).toMatchObject({ note: "second" });
    },
  );

  it("removes a value", async () => {
    await put("edit", "R");
    const version = await versionOn(valuePath("edit", "R"));
    const fields = { list: "edit", value: "R", version };
    await pages.post("/reference-data/remove", "Administrator", fields);
    expect(await rowOf("edit", "R")).toBeUndefined();
    expect(await trail("edit/R")).toMatchObject([{ action: "reference-data.removed", outcome: "done" }]);
  });

  it("names the removed value, and can restore it", async () => {
    const row = { list: "edit", value: "4711", company: "Contoso", seats: 3, isOpen: true };
    await put("edit", "4711", row);
    const page = await html(valuePath("edit", "4711"));
    expect(page).toContain(">Remove 4711</button>");
    const version = await versionOn(valuePath("edit", "4711"));
    const removed = await pages.post("/reference-data/remove", "Administrator", { list: "edit", value: "4711", version });
    expect(await html(removed.headers.get("location") ?? "")).toContain("Removed: <bdi>4711</bdi>");
    const undo = () => pages.post("/reference-data/undo", "Administrator", { list: "edit", value: "4711" });
    expect((await undo()).headers.get("location")).toBe("/reference-data/list?list=edit&open=4711&done=back");
    expect(await rowOf("edit", "4711")).toEqual(row);
    expect((await undo()).status).toBe(409);
  });

  it.each([
    { given: "a cell that the trail cuts", more: { text: "x".repeat(2_001) } },
    { given: "a cell that no form can show", more: { several: ["a"] } },
  ])("does not restore a removed row that had $given", async ({ more }) => {
    await put("edit", "LONG", more);
    const version = await versionOn(valuePath("edit", "LONG"));
    await pages.post("/reference-data/remove", "Administrator", { list: "edit", value: "LONG", version });
    expect((await pages.post("/reference-data/undo", "Administrator", { list: "edit", value: "LONG" })).status).toBe(409);
    expect(await rowOf("edit", "LONG")).toBeUndefined();
  });
});

describe("codes", () => {
  const id = String(codeRow("invite", "welcome-1").key.id);
  const use = (...people: string[]) => pages.put({ id, people: new Set(people) }, "ledger");
  const free = async (more: Record<string, string> = {}) =>
    pages.post("/reference-data/free", "Administrator", { list: "invite", value: "WELCOME-1", id, ...more });
  /** The last on the page is the ledger's. */
  const useVersion = async () =>
    /action="[^"]*\/free"(?:(?!<\/form>).)*name="version" value="([^"]+)"/s.exec(await html(valuePath("invite", "WELCOME-1")))?.[1] ?? "";
  beforeAll(() => put("invite", "WELCOME-1"));

  it("show the number of people who used them", async () => {
    await use("a", "b");
    expect(await html(listPath("invite"))).toMatch(/WELCOME-1<\/bdi><\/a><\/th><td class="number"[^>]*>2</);
    expect(await html(valuePath("invite", "WELCOME-1"))).toMatch(/Used by 2 people\.(?!.*<code>code\/)/s);
    expect(await (await pages.get(valuePath("invite", "WELCOME-1"), "Approver")).text()).not.toContain("Free this value");
  });

  it("can be freed, and the trail stores who did it", async () => {
    await use("a");
    const response = await free({ version: await useVersion() });
    expect(response.headers.get("location")).toBe("/reference-data/list?list=invite&open=WELCOME-1&done=freed");
    expect(await pages.world.ledger.get({ id })).toBeUndefined();
    expect(await trail(id)).toMatchObject([{ action: "ledger.freed", before: { people: 1 }, outcome: "done" }]);
  });

  it("stay unchanged if somebody has used them meanwhile", async () => {
    await use("a");
    const version = await useVersion();
    await use("a", "b");
    expect((await free({ version })).status).toBe(409);
    expect(await pages.world.ledger.get({ id })).toBeDefined();
  });

  it("are the only rows of the ledger that can be freed", async () => {
    const other = "guesses/invite/somebody";
    await pages.put({ id: other, people: new Set(["a"]) }, "ledger");
    expect((await free({ id: other })).status).toBe(409);
    expect(await pages.world.ledger.get({ id: other })).toBeDefined();
  });
});

it("the pages show any typed text as harmless text", async () => {
  const nasty = `<script>alert(1)</script>\u202e`;
  await put(nasty, nasty, { note: nasty });
  for (const path of [
    "/reference-data",
    listPath(nasty),
    `/reference-data/list?list=${encodeURIComponent(nasty)}&open=${encodeURIComponent(nasty)}`,
  ]) {
    const page = await html(path);
    expect(page).not.toContain("<script>");
    expect(page.replace(/<(input|tr)[^>]*>/g, "")).not.toContain("\u202e");
  }
});

it("a typed end without an offset is on the visitor's clock", async () => {
  const Cookie = `${await pages.cookie("Administrator")}; gatehouse-zone=America/Los_Angeles`;
  const sent = { list: "zones", value: "A", note: "", expiresAt: "2099-12-24T18:00" };
  await pages.post("/reference-data/add", "Administrator", sent, { Cookie });
  expect(await rowOf("zones", "A")).toMatchObject({ expiresAt: "2099-12-25T02:00Z" });
});
