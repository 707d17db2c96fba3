import { startConsole, type TestConsole } from "../support";

let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
});
afterAll(() => pages.close());

/** The three tables that are edited by hand, which the same editor shows. */
const tables = [
  {
    path: "/access-list",
    page: "/access-list?open=",
    list: "/access-list",
    table: undefined,
    row: (id: string) => ({ entry: id, effect: "allow" }),
    key: (id: string) => ({ entry: id, effect: "allow", issuer: "" }),
  },
  {
    path: "/profiles",
    page: "/profiles?open=",
    list: "/profiles",
    table: "profiles" as const,
    row: (id: string) => ({ person: id }),
    key: (id: string) => ({ person: id }),
  },
  {
    path: "/reference-data",
    page: "/reference-data/list?list=edited&open=",
    list: "/reference-data/list?list=edited",
    table: "referenceData" as const,
    row: (id: string) => ({ list: "edited", value: id }),
    key: (id: string) => ({ list: "edited", value: id }),
  },
];

describe.each(tables)("the editor of $path", ({ path, page, list, table, row, key }) => {
  const html = async (address: string, role: "Reader" | "Administrator" = "Administrator") => (await pages.get(address, role)).text();
  const put = (id: string, more: Record<string, unknown>) => pages.put({ ...row(id), ...more }, table);
  const form = async (id: string, more: Record<string, string>) => {
    const version = /name="version" value="([^"]+)"/.exec(await html(page + encodeURIComponent(id)))?.[1] ?? "";
    return { ...key(id), version, expiresAt: "", note: "", ...more };
  };
  const save = (fields: Record<string, string>) => pages.post(`${path}/save`, "Administrator", fields);

  it("shows every column of a row, including the operator's own columns", async () => {
    await put("columns@editor.example", { note: "why", expiresAt: "2099-01-31", ticket: "T-1" });
    const shown = await html(`${page}columns@editor.example`);
    for (const text of ["why", "2099-01-31", "ticket", "T-1"]) expect(shown).toContain(text);
  });

  it("shows forms only to administrators", async () => {
    await put("forms@editor.example", {});
    expect(await html(`${page}forms@editor.example`)).toMatch(/\/save"[\s\S]*\/remove"/);
    expect(await html(`${page}forms@editor.example`, "Reader")).not.toMatch(/\/save"|\/remove"/);
    expect(await html(list, "Reader")).not.toMatch(/\/add"|\/new"|href="#add"/);
    // Below a hundred rows nobody finds the form.
    if (path === "/access-list") expect(await html(list)).toMatch(/\/import"[\s\S]*\/add"[\s\S]*<table/);
  });

  it("shows both versions and writes neither if a colleague saved first", async () => {
    await put("both@editor.example", { note: "first" });
    const mine = await form("both@editor.example", { note: "mine" });
    await put("both@editor.example", { note: "theirs" });
    const response = await save(mine);
    expect(response.status).toBe(409);
    const shown = await response.text();
    expect(shown).toMatch(/was changed meanwhile[\s\S]*Your change[\s\S]*theirs[\s\S]*mine/);
    expect(shown.split("Your change was not written")).toHaveLength(2);
    expect(shown).toMatch(/<input[^>]* name="note"[^>]* value="mine"/);
  });

  it("shows the values that the operator wanted to save if the row is gone", async () => {
    const response = await save(await form("gone@editor.example", { note: "mine" }));
    expect(response.status).toBe(409);
    expect(await response.text()).toMatch(/There is no [\s\S]*mine/);
  });

  it("keeps the typed values if they cannot be saved", async () => {
    await put("typed@editor.example", {});
    const response = await save(await form("typed@editor.example", { note: "typed", expiresAt: "31.01.2099" }));
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/not in the order year, month, day[\s\S]*value="31\.01\.2099"[\s\S]*value="typed"/);
  });

  it("links each error to its field, which shows the error too", async () => {
    await put("led@editor.example", {});
    const shown = await (await save(await form("led@editor.example", { expiresAt: "31.01.2099" }))).text();
    expect(shown).toMatch(/role="alert" tabindex="-1" autofocus=""[\s\S]*<a href="#edit-expiresAt">[^<]*not in the order/);
    expect(shown).toMatch(
      /id="edit-expiresAt" name="expiresAt"[^>]* aria-describedby="(edit-expiresAt-hint )?edit-expiresAt-problem" aria-invalid="true"/,
    );
    expect(shown).toMatch(/<(?:option|input id="edit-expiresAt" name="expiresAt") value="31\.01\.2099"/);
    expect(shown).toMatch(/<small id="edit-expiresAt-problem"[^>]*>[^<]*not in the order/);
  });

  it("refuses a text over 1,000 characters, but keeps one that is already stored", async () => {
    const long = "x".repeat(1_001);
    await put("long@editor.example", {});
    const response = await save(await form("long@editor.example", { note: long }));
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(
      /role="alert"[\s\S]*<a href="#edit-note">Too long: write 1,000 characters at most[\s\S]*maxlength="1000"/,
    );
    expect((await save(await form("long@editor.example", { note: long.slice(1) }))).status).toBe(303);
    await put("stands@editor.example", { note: long });
    expect((await save(await form("stands@editor.example", { note: long, expiresAt: "2099-01-31" }))).status).toBe(303);
  });

  it("offers a date picker for an end that is a day, and a text field for any other end", async () => {
    // The list offers days instead.
    const input = (type: string, value: string) =>
      path === "/access-list"
        ? `<option value="${value}" selected="">31 ${value === "2099-01-31" ? "Jan" : "Dec"} 2099<`
        : `<input id="edit-expiresAt" name="expiresAt" value="${value}"${type}`;
    await put("picked@editor.example", { expiresAt: "2099-01-31" });
    expect(await html(`${page}picked@editor.example`)).toContain(input(' type="date"', "2099-01-31"));
    await put("seconds@editor.example", { expiresAt: 4_102_444_800 });
    expect(await html(`${page}seconds@editor.example`)).toContain(input(' maxlength="1000"', "4102444800"));
  });

  it("shows the day on which a row ends, whatever the typed form of its end", async () => {
    await put("day@editor.example", { expiresAt: 4_102_444_800 });
    expect(await html(`${list}${list.includes("?") ? "&" : "?"}q=day@`)).toContain('">31 Dec 2099</td>');
  });

  it("lists no rows without a problem if the filter for problems is set", async () => {
    await put("fine@editor.example", {});
    await put("wrong@editor.example", { expiresAt: "soon" });
    const found = await html(`${list}${list.includes("?") ? "&" : "?"}problem=1&q=`);
    expect(found).toContain("wrong@editor.example");
    expect(found).not.toContain("fine@editor.example");
  });

  it("marks an expired row as expired, with the day of its end, but not as a problem", async () => {
    await put("ended@editor.example", { expiresAt: "2020-01-31" });
    const found = await html(`${list}${list.includes("?") ? "&" : "?"}q=ended@`);
    expect(found).toContain('"><span class="tag">expired 31 Jan 2020</span></td>');
    expect(found.match(/>expired/g)).toHaveLength(1);
    expect(await html(`${page}ended@editor.example`)).toMatch(/note warn[\s\S]*expired/);
  });
});

it.each([
  { of: "profiles", list: "/profiles?q=Many-", put: (id: string) => pages.put({ person: id }, "profiles") },
  {
    of: "a list of values",
    list: "/reference-data/list?list=m&q=Many-",
    put: (id: string) => pages.put({ list: "m", value: id }, "referenceData"),
  },
  { of: "a short access list", list: "/access-list?q=Many-", put: (id: string) => pages.put({ entry: id, effect: "deny" }) },
])("a search in $of reaches its last row page by page, each row once", async ({ list, put }) => {
  const ids = Array.from({ length: 101 }, (_, n) => `many-${n}@editor.example`);
  await Promise.all(ids.map(put));
  const found: string[] = [];
  for (let path: string | undefined = list; path !== undefined; ) {
    const html: string = await (await pages.get(path, "Reader")).text();
    found.push(...[...html.matchAll(/(many-\d+@editor\.example)<\/bdi>/g)].map(([, id = ""]) => id));
    path = /href="([^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
  }
  expect(found.sort()).toEqual(ids.sort());
});

it("a search for a row's exact name finds the row even if the search reads only part of the table", async () => {
  await pages.put({ entry: "zzz.editor.example", effect: "deny" });
  const spy = vi.spyOn(pages.world.accessList, "inOrder").mockResolvedValue({ rows: [], searched: 0 });
  expect(await (await pages.get("/access-list?q=ZZZ.editor.example", "Reader")).text()).toContain("zzz.editor.example");
  spy.mockRestore();
});

it.each([
  { search: "", says: "No rule reads this list" },
  { search: "&q=&problem=&done=removed", says: "No rule reads this list" },
  { search: "&q=nothing", says: "No rows match" },
])("an empty table and a search without results show different texts: $search", async ({ search, says }) => {
  expect(await (await pages.get(`/reference-data/list?list=of-nothing${search}`, "Reader")).text()).toContain(says);
});

it("a list is shown even if a key in it holds half a character", async () => {
  const half = "half-\ud800.editor.example";
  await pages.put({ person: half }, "profiles");
  await pages.put({ list: half, value: half }, "referenceData");
  await pages.put({ entry: half, effect: "deny" });
  for (const path of [
    "/profiles?q=half-",
    "/reference-data",
    "/reference-data/list?list=half-%EF%BF%BD.editor.example",
    "/access-list?q=half-",
  ])
    expect([path, (await pages.get(path, "Reader")).status]).toEqual([path, 200]);
  for await (const page of pages.world.profiles.pages()) if (page.some(({ person }) => person?.S === half)) return;
  throw new Error("the row is not there as it was put");
});
