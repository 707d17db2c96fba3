import { toRow } from "../../../../adapters/tables/item";
import { beforeCreateUser } from "../../../../engine/sign-up/policy";
import { permittedValue } from "../../../../features/permitted-value/rule";
import { startConsole, type TestConsole } from "../../../console/support";

let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
});
afterAll(() => pages.close());

const rowOf = async (person: string) => {
  const item = await pages.world.profiles.get({ person });
  return item && toRow(item);
};
const pathOf = (person: string) => `/profiles?open=${encodeURIComponent(person)}`;
const html = async (path: string) => (await pages.get(path, "Administrator")).text();
const versionOn = async (person: string) => /name="version" value="([^"]+)"/.exec(await html(pathOf(person)))?.[1] ?? "";
type Fields = Readonly<Record<string, string>>;
/** A form's fields: those of attributes, and others. */
const form = (attributes: Fields, more: Fields = {}) => ({
  ...{ note: "", expiresAt: "", ...more },
  ...Object.fromEntries(Object.entries(attributes).map(([name, text]) => [`attribute-${name}`, text])),
});
const add = (person: string, attributes: Fields = {}, more: Fields = {}) =>
  pages.post("/profiles/add", "Administrator", { person, ...form(attributes, more) });
const save = async (person: string, attributes: Fields, more: Fields = {}) =>
  pages.post("/profiles/save", "Administrator", { person, version: await versionOn(person), ...form(attributes, more) });
const trail = async (subject: string) => (await pages.world.audit.page({})).entries.filter((entry) => entry.subject === subject);

it("the empty page reports a search without results only if its address contains a search", async () => {
  expect(await html("/profiles?add=1")).toContain("Nothing here yet.");
  expect(await html("/profiles?q=x")).toContain("No rows match.");
});

it("the form shows attributes by their labels, including the policy's, and stores them by name", async () => {
  const { policiesAt } = pages.world;
  const labels = { extension_PartnerNumber: { en: "Partner number" }, email: { en: "Mail" } } as never;
  Object.assign(pages.world, { policiesAt: () => [beforeCreateUser([permittedValue("extension_PartnerNumber" as never)], { labels })] });
  const page = await html("/profiles?add=1");
  expect(page).toMatch(/<h1[^>]*>Profiles<\/h1>/);
  expect(page).toMatch(/>Postal Code<\/label>.*>Partner number<\/label><input[^>]* name="attribute-extension_PartnerNumber"/);
  expect(page).not.toContain(">Mail</label>");
  await add("labels@add.example", { extension_PartnerNumber: "4711", city: " Lund ", state: " ", extension_Seats: "3" });
  const row = { person: "labels@add.example", extension_PartnerNumber: "4711", city: "Lund" };
  expect(await rowOf("labels@add.example")).toEqual(row);
  expect(await html(pathOf("labels@add.example"))).toMatch(/name="attribute-extension_PartnerNumber" value="4711"/);
  Object.assign(pages.world, { policiesAt });
});

describe("adding", () => {
  it.each([
    { typed: " Kim@Contoso.com ", key: "kim@contoso.com" },
    { typed: "K.im+x@Googlemail.com", key: "kim@gmail.com" },
    { typed: "issuer:Google/1184aB", key: "issuer:google.com/1184aB" },
    { typed: "kim@bücher.example", key: "kim@xn--bcher-kva.example" },
  ])("stores $typed as the rule looks it up: $key", async ({ typed, key }) => {
    expect((await add(typed, { city: "Seattle" })).headers.get("location")).toContain("/profiles?done=added&added=1&there=0&undo=");
    expect(await rowOf(key)).toEqual({ person: key, city: "Seattle" });
    expect(await html(pathOf(key))).not.toContain("never found");
    expect(await trail(key)).toMatchObject([
      { action: "profiles.added", by: "oid-Administrator", after: { city: "Seattle" }, outcome: "done" },
    ]);
  });

  it.each([
    { given: "a domain", person: "contoso.com", says: "neither an e-mail address nor an account" },
    { given: "an issuer without account", person: "issuer:google.com", says: "neither an e-mail address nor an account" },
    {
      given: "a date that is none",
      person: "bad@add.example",
      more: { expiresAt: "31.01.2027" },
      says: "not in the order year, month, day",
    },
    { given: "a spreadsheet's number", person: "bad@add.example", more: { expiresAt: "46418" }, says: "number of the day 2027-01-31" },
  ])("explains $given, and writes nothing", async ({ person, more, says }) => {
    const response = await add(person, { city: "x" }, more);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(says);
    expect(await rowOf("bad@add.example")).toBeUndefined();
  });

  it("reports that a row with a past end has already expired", async () => {
    const { headers } = await add("past@new.example", {}, { expiresAt: "2020-01-01" });
    expect(await html(headers.get("location") ?? "")).toMatch(
      /Added.*past@new\.example.*<div class="note warn"[^>]*><p>It has expired already, and has no effect</s,
    );
  });

  it("overwrites no existing row", async () => {
    await pages.put({ person: "there@add.example", city: "Busan" }, "profiles");
    const { headers } = await add("There@add.example", { city: "Seattle" });
    expect(await html(headers.get("location") ?? "")).toContain("Rows added: 0. Already there, and not changed: 1.");
    expect(await rowOf("there@add.example")).toEqual({ person: "there@add.example", city: "Busan" });
  });
});

describe("changing", () => {
  it.each(["toString", "hasOwnProperty", "valueOf"])("edits a row with a column named %s", async (name) => {
    const person = `${name.toLowerCase()}@edit.example`;
    await pages.put({ person, city: "Lund", ...Object.fromEntries([[name, "x"]]) }, "profiles");
    expect((await save(person, { city: "Oslo" })).status).toBe(303);
    expect(await rowOf(person)).toEqual({ person, city: "Oslo", [name]: "x" });
    expect((await save(person, { city: "Oslo", [name]: "y" })).status).toBe(303);
    expect(await rowOf(person)).toMatchObject({ [name]: "y" });
  });

  it("preserves cells that no form can show, and unchanged cells, exactly", async () => {
    const lines = "one\r\ntwo";
    await pages.put(
      { person: "keep@edit.example", tags: ["a"], big: 12345678901234567890n, lines, gone: "x", note: "n", expiresAt: 4_102_444_800 },
      "profiles",
    );
    const cells = { big: "12345678901234567890", lines: "one\r\ntwo", gone: "", city: "Seoul" };
    const response = await save("keep@edit.example", cells, { note: "n", expiresAt: "4102444800" });
    expect(response.headers.get("location")).toBe("/profiles?open=keep%40edit.example&done=changed");
    expect(await pages.world.profiles.get({ person: "keep@edit.example" })).toEqual({
      person: { S: "keep@edit.example" },
      tags: { L: [{ S: "a" }] },
      big: { N: "12345678901234567890" },
      lines: { S: lines },
      note: { S: "n" },
      expiresAt: { N: "4102444800" },
      city: { S: "Seoul" },
    });
  });

  it("keeps the type of an edited cell: text stays text, a number or boolean is read as such", async () => {
    await pages.put({ person: "types@edit.example", a: "006", b: 12, c: false, d: "x" }, "profiles");
    await save("types@edit.example", { a: "007", b: "-3.5", c: "TRUE", d: " " });
    expect(await pages.world.profiles.get({ person: "types@edit.example" })).toEqual({
      ...{ person: { S: "types@edit.example" }, a: { S: "007" }, b: { N: "-3.5" }, c: { BOOL: true } },
    });
  });

  it.each<{ cells: Fields; says: string }>([
    { cells: { n: "twelve" }, says: "N: not a number" },
    { cells: { n: "1".repeat(39) }, says: "N: not a number" },
    { cells: { city: "x", n: "007" }, says: "N: not a number" },
    { cells: { isOpen: "yes" }, says: "Is open: write true or false" },
  ])("rejects a value of another type: $cells", async ({ cells, says }) => {
    await pages.put({ person: "typed@edit.example", n: 1, isOpen: true }, "profiles");
    expect(await (await save("typed@edit.example", cells)).text()).toContain(says);
    expect(await rowOf("typed@edit.example")).toEqual({ person: "typed@edit.example", n: 1, isOpen: true });
  });

  it("keeps a column apart from the form's own field of the same name", async () => {
    await pages.put({ person: "named@edit.example", key: "k", version: "v", "two words": "w" }, "profiles");
    expect(await html(pathOf("named@edit.example"))).toContain('id="edit-two_words" name="attribute-two words" value="w"');
    await save("named@edit.example", { key: "k", version: "2" });
    expect(await rowOf("named@edit.example")).toEqual({ person: "named@edit.example", key: "k", version: "2", "two words": "w" });
  });

  it("shows the newer values beside the typed ones if the page is stale", async () => {
    await pages.put({ person: "met@edit.example", city: "first" }, "profiles");
    const version = await versionOn("met@edit.example");
    await pages.put({ person: "met@edit.example", city: "first", ticket: "T-1" }, "profiles");
    const sent = { person: "met@edit.example", version, ...form({ city: "mine" }) };
    const said = await (await pages.post("/profiles/save", "Administrator", sent)).text();
    expect(said).toMatch(/name="attribute-city" value="mine"[\s\S]*name="attribute-ticket" value="T-1"/);
  });

  it.each([{ path: "/profiles/save" }, { path: "/profiles/remove" }])(
    "fails and shows the conflict if the page is stale: $path",
    async ({ path }) => {
      await pages.put({ person: "stale@edit.example", city: "first" }, "profiles");
      const version = await versionOn("stale@edit.example");
      await pages.put({ person: "stale@edit.example", city: "second" }, "profiles");
      const response = await pages.post(path, "Administrator", { person: "stale@edit.example", version, ...form({ city: "mine" }) });
      const said = await response.text();
      expect(response.status).toBe(409);
      expect(said).toContain("was changed meanwhile");
      expect(said).toContain("second");
      expect(await rowOf("stale@edit.example")).toMatchObject({ city: "second" });
    },
  );

  it("fails if somebody else writes between its read and its write", async () => {
    await pages.put({ person: "race@edit.example", city: "first" }, "profiles");
    const version = await versionOn("race@edit.example");
    const { get } = pages.world.profiles;
    const spy = vi.spyOn(pages.world.profiles, "get").mockImplementationOnce(async (key) => {
      const item = await get(key);
      await pages.put({ person: "race@edit.example", city: "theirs" }, "profiles");
      return item;
    });
    const response = await pages.post("/profiles/save", "Administrator", {
      person: "race@edit.example",
      version,
      ...form({ city: "mine" }),
    });
    spy.mockRestore();
    expect(response.status).toBe(409);
    expect(await rowOf("race@edit.example")).toMatchObject({ city: "theirs" });
    expect(await trail("race@edit.example")).toMatchObject([{ action: "profiles.changed", outcome: "conflict" }]);
  });

  it("removes a row, and keeps its content in the trail", async () => {
    await pages.put({ person: "remove@edit.example", city: "x" }, "profiles");
    const version = await versionOn("remove@edit.example");
    const fields = { person: "remove@edit.example", version };
    expect(await html(pathOf("remove@edit.example"))).toMatch(
      /<details(?:(?!<\/details>).)*\/profiles\/remove"(?:(?!<\/details>).)*Remove remove@edit.example/s,
    );
    await pages.post("/profiles/remove", "Administrator", fields);
    expect(await rowOf("remove@edit.example")).toBeUndefined();
    expect(await trail("remove@edit.example")).toMatchObject([{ action: "profiles.removed", before: { city: "x" }, outcome: "done" }]);
  });
});

describe("problems", () => {
  it.each([
    { row: { person: "Kim@Problem.example" }, says: "never found" },
    { row: { person: "problem.example" }, says: "never found" },
    { row: { person: "issuer:Google.com/1" }, says: "never found" },
    { row: { person: "date@problem.example", expiresAt: "soon" }, says: "cannot be read" },
    { row: { person: "past@problem.example", expiresAt: "2020-01-31" }, says: "expired" },
    {
      row: { person: "email@problem.example", email: "x@y.example", tags: { a: "b" }, roles: ["buyer"] },
      says: "set no attribute: email, tags",
    },
    { row: { person: "boolean@problem.example", city: true }, says: "set no attribute: city" },
  ])("are shown for the row $row", async ({ row, says }) => {
    await pages.put(row, "profiles");
    expect(await html(pathOf(row.person))).toContain(says);
    expect(await html(`/profiles?q=${encodeURIComponent(row.person)}`)).toContain(says);
  });

  it.each([
    { row: { person: "issuer:google/17", city: "x", extension_N: 1, extension_B: true } },
    { row: { person: "k.im@gmail.com", note: "n" } },
  ])("are not shown for the row $row", async ({ row }) => {
    await pages.put(row, "profiles");
    expect((await html(pathOf(row.person))).split("<aside")[1]).not.toMatch(/never found|set no attribute/);
  });

  it("can be used as a filter", async () => {
    const page = await html("/profiles?problem=1&q=");
    expect(page).toContain("Kim@Problem.example");
    expect(page).not.toContain("issuer:google/17");
  });
});

it("lists attributes with their labels, and a person's name without a label", async () => {
  await pages.put({ person: "lund@list.example", displayName: "Kim Lund", city: "Lund" }, "profiles");
  expect(await html("/profiles?q=lund@list")).toContain("Kim Lund, City: Lund");
});

describe("searching", () => {
  it("finds a person by any spelling of the address, and by its beginning", async () => {
    await pages.put({ person: "mina@search.example" }, "profiles");
    for (const q of ["Mina@Search.example", "mina@se", "MINA"]) expect(await html(`/profiles?q=${q}`)).toContain("mina@search.example");
    expect(await html("/profiles?q=nobody")).toContain("No rows match");
  });

  it("reports that there is no such row if the key is impossible", async () => {
    expect(await html(pathOf("x".repeat(5_000)))).toContain("There is no such row");
  });
});

it("a typed end without an offset is on the visitor's clock, and a stored one stays as it is", async () => {
  const Cookie = `${await pages.cookie("Administrator")}; gatehouse-zone=Asia/Seoul`;
  const end = "2099-01-31T09:00";
  const person = "zone@new.example";
  await pages.post("/profiles/add", "Administrator", { person, ...form({}, { expiresAt: end }) }, { Cookie });
  expect(await rowOf(person)).toMatchObject({ expiresAt: "2099-01-31T00:00Z" });
  await pages.put({ person, expiresAt: end }, "profiles");
  const save = async (more: Fields) =>
    await pages.post("/profiles/save", "Administrator", { person, version: await versionOn(person), ...form({}, more) }, { Cookie });
  await save({ expiresAt: end, note: "n" });
  expect(await rowOf(person)).toMatchObject({ expiresAt: end, note: "n" });
  await save({ expiresAt: "2099-02-01T08:30" });
  expect(await rowOf(person)).toMatchObject({ expiresAt: "2099-01-31T23:30Z" });
});
