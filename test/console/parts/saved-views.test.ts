import { startConsole, type TestConsole } from "../support";

let pages: TestConsole;
beforeEach(async () => {
  pages = await startConsole();
});
afterEach(() => pages.close());

const save = (name: string, query: string) => pages.post("/decisions/views/save", "Approver", { name, query });
const shown = async (path: string, role: "Reader" | "Approver" = "Reader") => await (await pages.get(path, role)).text();
const tabsOn = (html: string) =>
  [...html.matchAll(/<a href="([^"]*)"( aria-current="page")?>([^<]*)/g)]
    .filter(([, href]) => /^\/decisions(\?|$)/.test(String(href)))
    .map(([, href, current, name]) => [name?.trim(), href?.replaceAll("&amp;", "&"), current !== undefined]);

it("saves the page's filters under a name that everybody sees, and says which view is shown", async () => {
  const saved = await save(" Suppliers ", "utm=x&verdict=block&after=y&domain=fabrikam.com");
  expect(saved.headers.get("location")).toBe("/decisions?domain=fabrikam.com&verdict=block&done=view-save");
  const view = "/decisions?domain=fabrikam.com&verdict=block";
  expect(tabsOn(await shown("/decisions?verdict=block&domain=fabrikam.com"))).toEqual(
    expect.arrayContaining([
      ["All", "/decisions", false],
      ["Suppliers", view, true],
    ]),
  );
  expect(tabsOn(await shown("/decisions?verdict=block"))).toContainEqual(["All", "/decisions", true]);
  expect(await shown(`${view}&done=view-save`)).toContain("The view was saved.");
});

it("replaces and deletes a view, and the trail tells each", async () => {
  await save("One", "verdict=block");
  await save("one", "verdict=invalid");
  expect(tabsOn(await shown("/decisions"))).toContainEqual(["one", "/decisions?verdict=invalid", false]);
  await pages.post("/decisions/views/remove", "Approver", { name: "one" });
  expect(tabsOn(await shown("/decisions"))).not.toContainEqual(expect.arrayContaining(["one"]));
  const { entries } = await pages.world.audit.page({});
  expect(entries.map(({ action, subject }) => [action, subject])).toEqual([
    ["views.removed", "decisions: one"],
    ["views.saved", "decisions: one"],
    ["views.saved", "decisions: One"],
  ]);
});

it.each([
  { why: "no name", fields: { name: " ", query: "verdict=block" }, says: "Type a name" },
  { why: "a long name", fields: { name: "x".repeat(31), query: "verdict=block" }, says: "at most 30" },
  { why: "no filter", fields: { name: "New", query: "after=x" }, says: "at least one filter" },
  { why: "too many filters", fields: { name: "New", query: `rule=${"x".repeat(1_000)}` }, says: "at least one filter" },
  { why: "a person", fields: { name: "New", query: "email=Kim@contoso.com" }, says: "a person's address" },
])("saves nothing and says why: $why", async ({ fields, says }) => {
  const answer = await pages.post("/decisions/views/save", "Approver", fields);
  expect({ status: answer.status, text: (await answer.text()).replaceAll("&#39;", "'") }).toMatchObject({
    status: 400,
    text: expect.stringContaining(says),
  });
  expect((await pages.world.audit.page({})).entries).toHaveLength(0);
});

it("deletes no view that is gone", async () => {
  expect((await pages.post("/decisions/views/remove", "Approver", { name: "None" })).status).toBe(409);
});

it("holds no more views than stand beside each other", async () => {
  for (let index = 0; index < 12; index++) expect((await save(`V${index}`, "verdict=block")).status).toBe(303);
  const answer = await save("One more", "verdict=block");
  expect({ status: answer.status, says: (await answer.text()).includes("already 12 views") }).toEqual({ status: 400, says: true });
});

it("overwrites nothing that somebody else saves at the same moment", async () => {
  const change = vi.spyOn(pages.world.ledger, "add").mockResolvedValueOnce(false);
  const answer = await save("Mine", "verdict=block");
  expect({ status: answer.status, says: (await answer.text()).includes("in the meantime") }).toEqual({ status: 409, says: true });
  change.mockRestore();
});

it("offers no change to readers, and no view of one person", async () => {
  expect(await shown("/decisions?verdict=block", "Approver")).toContain("Save view");
  expect(await shown("/decisions?verdict=block")).not.toContain("Save view");
  expect(await shown("/decisions?email=kim@contoso.com", "Approver")).not.toContain("Save view");
});
