import { toRow } from "../../../../adapters/tables/item";
import { startConsole, type TestConsole } from "../../../console/support";
import { shownVersion, storedEntry } from "./entries";

let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
  await pages.put({ entry: "until.example", effect: "allow" });
});
afterAll(() => pages.close());

const entry = "kim@until.example";
const day = "2099-12-31";
const denied = { entry, effect: "deny", note: "left" };
const fields = { entry, effect: "allow", expiresAt: day, issuer: "", gates: "", note: "" };
const rowOf = () => storedEntry(pages, entry);
const textIn = (html: string) => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
const ask = async (more: Record<string, string> = {}) =>
  await (await pages.post("/access-list/add", "Administrator", { ...fields, ...more, asked: "1" })).text();
const versionIn = (html: string) => /name="version" value="([^"]+)"/.exec(html)?.[1] ?? "";
const write = async (more: Record<string, string> = {}) => {
  const version = versionIn(await ask(more));
  return await pages.post("/access-list/add", "Administrator", { ...fields, ...more, asked: "1", version, sure: "yes" });
};

beforeEach(() => pages.put(denied));

describe("letting in a denied person until a day", () => {
  it("says that the entry applies again and that an account stays, never that nothing changes", async () => {
    const html = await ask();
    const question = textIn(html);
    expect(question).toMatch(/It suspends the current entry, which applies again after that day: kim@until\.example : deny/);
    expect(question).toMatch(/The new entry: deny, allowed until .*2099/);
    expect(question).toContain("An account made until then stays. To end it too, put expiry in the policy");
    expect(html).not.toContain("changes nothing");
  });

  it("keeps the deny in the row, counts as an allow in the changes, and is taken back by one click", async () => {
    const { headers } = await write({ note: "a week more" });
    expect(await rowOf()).toEqual({ ...denied, note: "left; a week more", allowedUntil: day });
    const id = /set=([\w-]+)/.exec(headers.get("location") ?? "")?.[1] ?? "";
    expect(await pages.world.changes.get(id)).toMatchObject({ allowed: 1, denied: 0, changed: 1 });
    await pages.post("/audit/sets/undo", "Administrator", { id });
    expect(await rowOf()).toEqual(denied);
  });

  it("ends at once if the person is denied again", async () => {
    await pages.put({ ...denied, allowedUntil: day });
    await write({ effect: "deny", expiresAt: "", note: "left" });
    expect(await rowOf()).toEqual(denied);
  });

  it("replaces the deny if it has no end", async () => {
    const html = await ask({ expiresAt: "" });
    expect(textIn(html)).toContain("It replaces the current entry:");
    expect(html).not.toContain("changes nothing");
    await write({ expiresAt: "" });
    expect(await rowOf()).toEqual({ entry, effect: "allow" });
  });

  it("is refused for some of the people whom the entry denies", async () => {
    const response = await pages.post("/access-list/add", "Administrator", { ...fields, gates: "default" });
    expect(response.status).toBe(400);
    expect(textIn(await response.text())).toContain("The current entry denies or requires approval at all gates");
    expect(await rowOf()).toEqual(denied);
  });

  it("works in the same way where one entry is changed", async () => {
    const save = async (more: Record<string, string>) =>
      pages.post("/access-list/save", "Administrator", { ...fields, note: "left", version: await shownVersion(pages, entry), ...more });
    await save({});
    expect(await rowOf()).toEqual({ ...denied, allowedUntil: day });
    await save({ effect: "deny", expiresAt: "", note: "seen" });
    expect(await rowOf()).toEqual({ ...denied, note: "seen", allowedUntil: day });
    await save({ effect: "deny", expiresAt: "", allowedUntil: "2099-11-30" });
    expect(await rowOf()).toEqual({ ...denied, allowedUntil: "2099-11-30" });
    await save({ effect: "deny", expiresAt: "", allowedUntil: "" });
    expect(await rowOf()).toEqual(denied);
    expect((await save({ effect: "deny", expiresAt: "", allowedUntil: "soon" })).status).toBe(400);
  });

  it("shows the day in the list and in the form of the entry", async () => {
    await pages.put({ ...denied, allowedUntil: day });
    const html = await (await pages.get(`/access-list?open=${encodeURIComponent(entry)}`, "Administrator")).text();
    expect(textIn(html)).toContain("Allowed until");
    expect(html).toMatch(/name="allowedUntil"[^>]*value="2099-12-31"|value="2099-12-31"[^>]*name="allowedUntil"/);
  });
});

describe("several entries at once", () => {
  const send = async (form: Record<string, string>) => {
    const shown = await (await pages.post("/access-list/selected", "Administrator", { entry, ...form })).text();
    await pages.post("/access-list/selected", "Administrator", { entry, ...form, version: versionIn(shown), sure: "yes" });
    return await rowOf();
  };

  it.each<{ given: Record<string, string>; row: object }>([
    { given: { do: "deny" }, row: denied },
    { given: { do: "allow" }, row: { ...denied, effect: "allow" } },
    { given: { do: "approval" }, row: { ...denied, effect: "approval" } },
    { given: { do: "expiry", expiresAt: "2099-11-30" }, row: { ...denied, allowedUntil: "2099-11-30" } },
    { given: { do: "expiry", expiresAt: "" }, row: { ...denied, allowedUntil: day } },
  ])("never end the deny of somebody who is let in until a day: $given", async ({ given, row }) => {
    await pages.put({ ...denied, allowedUntil: day });
    expect(await send(given)).toEqual(row);
  });
});

it("a file of the console suspends the deny, and leaves out a row that would let in only some of its people", async () => {
  const text = `entry,effect,expiresAt,gates\n${entry},allow,${day},\n`;
  const shown = await (await pages.post("/access-list/import", "Administrator", { text, name: "a.csv" })).text();
  expect(textIn(shown)).toContain("deny, allowed until");
  await pages.post("/access-list/import", "Administrator", { text, name: "a.csv", version: versionIn(shown) });
  expect(await rowOf()).toEqual({ ...denied, allowedUntil: day });
  const some = await pages.post("/access-list/import", "Administrator", { text: text.replace(`${day},`, `${day},default`), name: "a.csv" });
  expect(textIn(await some.text())).toContain("can let people in only at all of these together");
});

it("a day that is over ends no exception, by form, edit or file", async () => {
  const resting = { ...denied, allowedUntil: day };
  await pages.put(resting);
  expect(textIn(await ask({ expiresAt: "2020-01-01" }))).toMatch(/over already, so nobody would be let in/);
  const version = await shownVersion(pages, entry);
  const edit = { ...fields, expiresAt: "2020-01-01", allowedUntil: day, note: "left", version };
  expect((await pages.post("/access-list/save", "Administrator", edit)).status).toBe(400);
  const text = `entry,effect,expiresAt\n${entry},allow,2020-01-01\n`;
  const file = await pages.post("/access-list/import", "Administrator", { text, name: "a.csv" });
  expect(textIn(await file.text())).toContain("over already, so nobody would be let in");
  expect(await rowOf()).toEqual(resting);
});

it("a typed end of the exception is on the visitor's clock, and a stored one stays as it is", async () => {
  await pages.put({ ...denied, allowedUntil: "2099-12-30T09:00" });
  const Cookie = `${await pages.cookie("Administrator")}; gatehouse-zone=Asia/Seoul`;
  const save = async (allowedUntil: string, note: string) => {
    const version = await shownVersion(pages, entry);
    const sent = { ...fields, effect: "deny", expiresAt: "", allowedUntil, note, version, sure: "yes" };
    return await pages.post("/access-list/save", "Administrator", sent, { Cookie });
  };
  await save("2099-12-30T09:00", "again");
  expect(await rowOf()).toEqual({ ...denied, note: "again", allowedUntil: "2099-12-30T09:00" });
  await save("2099-12-29T09:00", "again");
  expect(await rowOf()).toEqual({ ...denied, note: "again", allowedUntil: "2099-12-29T00:00Z" });
});

it("an entry whose exception is over is found among those that expire, by its own end", async () => {
  const days = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString().slice(0, 10);
  await pages.put({ ...denied, allowedUntil: days(-3), expiresAt: days(3) });
  for (const path of ["/access-list?ends=7", "/"]) {
    const html = await (await pages.get(path, "Administrator")).text();
    expect(html).toContain(path === "/" ? "Entries that expire this week: 1" : `data-key="${entry}"`);
  }
  const expired = await (await pages.get("/access-list?ends=expired", "Administrator")).text();
  expect(expired).not.toContain(`data-key="${entry}"`);
});

it("the list counts the entry among those that expire, and finds it by its day", async () => {
  const soon = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  await pages.put({ ...denied, allowedUntil: soon });
  const html = await (await pages.get("/access-list?ends=7", "Administrator")).text();
  expect(html).toContain(`data-key="${entry}"`);
  const { rows } = await pages.world.accessList.inOrder("end", { perShard: 25, to: new Date("2098-01-01") });
  expect(rows.map(({ item }) => toRow(item).entry)).toContain(entry);
});
