import { startConsole, type TestConsole } from "../../../console/support";
import { storedEntry } from "./entries";

let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
});
afterAll(() => pages.close());

const rowOf = (entry: string) => storedEntry(pages, entry);

/** The id of the set that an edit by a form leaves. */
async function added(entry: string, note = ""): Promise<string> {
  const fields = { entry, effect: "deny", issuer: "", expiresAt: "", note };
  const { headers } = await pages.post("/access-list/add", "Administrator", fields);
  return new URLSearchParams(headers.get("location")?.split("?")[1]).get("set") ?? "";
}

/** What the question would send. */
async function planned(id: string): Promise<Record<string, string>> {
  const html = await (await revert({ id })).text();
  return { id, version: /name="version" value="([^"]+)"/.exec(html)?.[1] ?? "" };
}

const revert = (form: Record<string, string>) => pages.post("/audit/sets/revert", "Administrator", form);

it("the undo of a change reverts a row that the hygiene worker has flagged meanwhile", async () => {
  const id = await added("flagged.example");
  await pages.put({ ...(await rowOf("flagged.example")), problem: "no such domain" });
  const response = await revert(await planned(id));
  expect(response.headers.get("location")).toMatch(/&done=reverted$/);
  expect(await rowOf("flagged.example")).toBeUndefined();
  expect(await (await pages.get(String(response.headers.get("location")), "Administrator")).text()).toContain("The change was undone.");
});

it("the page of a change offers its undo beside the title, for administrators only", async () => {
  const path = `/audit/sets/one?id=${await added("beside.example")}`;
  const headed = async (role: "Administrator" | "Reader") => await (await pages.get(path, role)).text();
  expect(await headed("Administrator")).toMatch(/<h1>Denied beside\.example<\/h1><div class="actions"><form[^>]*>.*?>Undo…<\/button>/s);
  expect(await headed("Reader")).not.toContain("Undo…");
});

it("the page of a change is marked in the menu under Changes", async () => {
  const shown = await (await pages.get(`/audit/sets/one?id=${await added("marked.example")}`, "Reader")).text();
  // A phone has the menu's entry elsewhere.
  expect(new Set([...shown.matchAll(/<a href="([^"]+)" aria-current="page"/g)].map(([, path]) => path))).toEqual(new Set(["/audit"]));
  expect(shown).toMatch(/<a href="\/audit"[^>]*>Changes</);
});

it("the page of a change omits the column Before or After if none of its rows existed then", async () => {
  const id = await added("new.example");
  const path = `/audit/sets/one?id=${id}`;
  const undone = String((await revert(await planned(id))).headers.get("location"));
  const headings = async (page: string) =>
    [...(await (await pages.get(page, "Administrator")).text()).matchAll(/<th scope="col">([^<]*)/g)].map(([, name]) => name);
  expect(await headings(path)).toEqual(["Entry", "After"]);
  expect(await headings(undone)).toEqual(["Entry", "Before"]);
});

it("the undo of an incident's deny is offered only on the incident's page, since accounts were disabled too", async () => {
  const id = await added("attacker.example", "incident 20261126-232523179-ymgr");
  const done = async () => await (await pages.get("/?view=done", "Administrator")).text();
  expect(await done()).toContain("denied attacker.example");
  await pages.world.changes.update(id, {}, { means: "incident act" });
  expect(await done()).not.toContain("denied attacker.example");
  const shown = await (await pages.get(`/audit/sets/one?id=${id}`, "Administrator")).text();
  expect(shown).not.toContain("/audit/sets/revert");
  // One that says which incident leads there, and says what it did in the incident's words.
  const shutOut = { incident: "20261126-232523179-ymgr", people: 262, domain: "attacker.example" };
  await pages.world.changes.update(id, {}, { shutOut });
  const led = await (await pages.get(`/audit/sets/one?id=${id}`, "Administrator")).text();
  expect(led).toMatch(/href="\/incidents\?id=20261126-232523179-ymgr"[^>]*>See the incident</);
  expect(led).toMatch(/deny<\/bdi>, <a href="\/incidents\?id=20261126-232523179-ymgr">by an incident</);
  expect(led).toMatch(/<h1>Shut out 262 people of attacker\.example</);
  const refused = await pages.post("/audit/sets/undo", "Administrator", { id });
  expect([refused.status, await refused.text()]).toEqual([
    409,
    expect.stringContaining("This change is part of an incident. Undo the incident instead"),
  ]);
  expect(await rowOf("attacker.example")).toBeDefined();
});

it("the undo of a change reports the number of rows that it left because they were edited meanwhile", async () => {
  const id = await added("meanwhile.example");
  const form = await planned(id);
  pages.database.before("TransactWriteItems", () => pages.put({ entry: "meanwhile.example", effect: "allow" }));
  const response = await revert(form);
  pages.database.before("TransactWriteItems", async () => undefined);
  expect(await rowOf("meanwhile.example")).toEqual({ entry: "meanwhile.example", effect: "allow" });
  const html = await (await pages.get(String(response.headers.get("location")), "Administrator")).text();
  expect(html).toContain("Edited since, and left as they are (1)");
  expect(html).not.toContain("The change was undone.");
});

it("the slower of two administrators who revert at once gets the page again, and changes nothing", async () => {
  const id = await added("both.example");
  const form = await planned(id);
  const failures = pages.failures.length;
  const answers = await Promise.all([revert(form), revert(form)]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 409]);
  expect(pages.failures).toHaveLength(failures);
  expect(await rowOf("both.example")).toBeUndefined();
  const { sets } = await pages.world.changes.page();
  expect(sets.filter(({ reverts }) => reverts === id)).toMatchObject([{ state: "done" }]);
});

it("the page of an undo is shown again if the undo would now restore other rows, even if equally many", async () => {
  const file = new File(["entry,effect\none.example,deny\ntwo.example,deny\n"], "list.csv", { type: "text/csv" });
  const html = await (await pages.post("/access-list/import", "Administrator", { file })).text();
  const hidden = [...(html.split("</header>")[1] ?? "").matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  const fields = Object.fromEntries(hidden.map(([, name = "", value = ""]) => [name, value]));
  const { "form-token": _, ...form } = fields;
  await pages.post("/access-list/import", "Administrator", form);
  const [set] = (await pages.world.changes.page()).sets;
  const [one, two] = await Promise.all([rowOf("one.example"), rowOf("two.example")]);
  await pages.put({ ...one, entry: "one.example", note: "theirs" });
  const shown = await planned(set?.id ?? "");
  await pages.put({ ...one, entry: "one.example" });
  await pages.put({ ...two, entry: "two.example", note: "theirs" });
  expect((await revert(shown)).status).toBe(409);
  expect(await rowOf("one.example")).toEqual(one);
});

describe("a change of many rows", () => {
  /** The id of the set that an import leaves. */
  async function imported(name: string, rows: number): Promise<string> {
    const text = `entry,effect\n${Array.from({ length: rows }, (_, index) => `${name}-${index}.example,deny\n`).join("")}`;
    const shown = await (await pages.post("/access-list/import", "Administrator", { file: new File([text], "list.csv") })).text();
    const version = /name="version" value="([^"]+)"/.exec(shown)?.[1] ?? "";
    const { headers } = await pages.post("/access-list/import", "Administrator", { text, version });
    return new URL(headers.get("location") ?? "", "https://console.example").searchParams.get("id") ?? "none";
  }
  /** Does something whose time is over after a few batches of rows. */
  async function cutOff<T>(work: () => Promise<T>): Promise<T> {
    const stop = new AbortController();
    const spy = vi.spyOn(AbortSignal, "timeout").mockReturnValueOnce(stop.signal);
    let batches = 0;
    pages.database.before("BatchExecuteStatement", async () => {
      batches += 1;
      if (batches === 6) stop.abort(new DOMException("in time", "TimeoutError"));
    });
    const done = await work();
    spy.mockRestore();
    pages.database.before("BatchExecuteStatement", async () => undefined);
    return done;
  }
  const undo = (id: string) => pages.post("/audit/sets/undo", "Administrator", { id });
  const html = async (path: string) => await (await pages.get(path, "Administrator")).text();

  it("is not continued if it was interrupted and then undone, not even from a page that was open before", async () => {
    const id = await cutOff(() => imported("cut", 700));
    const path = `/audit/sets/one?id=${id}&done=imported`;
    expect(await html(path)).toContain("data-goes-on");
    expect((await revert(await planned(id))).headers.get("location")).toMatch(/done=reverted$/);
    expect(await html(path)).not.toContain("Continue</button>");
    await pages.post("/audit/sets/continue", "Administrator", { id });
    expect((await pages.world.accessList.many(["cut-0.example", "cut-699.example"])).size).toBe(0);
  });

  it("with thousands of rows can be undone in the console, over as many answers as it needs", async () => {
    const id = await imported("thousands", 1_200);
    expect(await html("/audit")).toContain(`name="id" value="${id}"`);
    const form = await planned(id);
    const path = String((await cutOff(() => revert(form))).headers.get("location"));
    const cut = await html(path);
    expect(cut).toContain("data-goes-on");
    expect(cut).not.toContain("The change was undone.");
    const undoing = new URL(path, "https://console.example").searchParams.get("id") ?? "";
    const { headers } = await pages.post("/audit/sets/continue", "Administrator", { id: undoing });
    expect(await html(String(headers.get("location")))).toContain("The change was undone.");
    expect([await rowOf("thousands-0.example"), await rowOf("thousands-1199.example")]).toEqual([undefined, undefined]);
  });

  it("lists its rows by name, in whatever order they are stored, and can be searched", async () => {
    const id = await imported("sorted", 450);
    const entries = async (path: string) => {
      const shown = await html(path);
      const next = /href="([^"]+)" rel="next"/.exec(shown)?.[1]?.replaceAll("&amp;", "&");
      return { names: [...shown.matchAll(/data-key="([^"]+)"/g)].map(([, name]) => name), next };
    };
    const names = Array.from({ length: 450 }, (_, index) => `sorted-${index}.example`).sort();
    const first = await entries(`/audit/sets/one?id=${id}`);
    const second = await entries(first.next ?? "");
    const last = await entries(second.next ?? "");
    expect([...first.names, ...second.names, ...last.names]).toEqual(names);
    expect(last.next).toBeUndefined();
    expect((await entries(`/audit/sets/one?id=${id}&q=Sorted-44`)).names).toEqual(names.filter((name) => name.startsWith("sorted-44")));
    expect(await html(`/audit/sets/one?id=${id}&q=elsewhere`)).toContain("This change has no such entry.");
  });

  it("is undone only after its page has shown the effect", async () => {
    const id = await imported("many", 11);
    const answer = await undo(id);
    expect(answer.status).toBe(200);
    const shown = await answer.text();
    expect(shown).toMatch(/<h1[^>]*>Undo this change[\s\S]*many-0\.example/);
    expect(await rowOf("many-10.example")).toBeDefined();
    const version = /name="version" value="([^"]+)"/.exec(shown)?.[1] ?? "";
    expect((await revert({ id, version })).headers.get("location")).toMatch(/done=reverted$/);
    expect(await rowOf("many-10.example")).toBeUndefined();
  });

  it.each([
    { page: "/audit", first: ["large", "small"] },
    { page: "/?view=done", first: ["large"] },
  ])("shows its own page before it is undone from $page, if it is one of $first", async ({ page, first }) => {
    const [many, few] = [await imported("large", 11), await imported("small", 10)];
    const shown = await html(page);
    for (const [name, id] of Object.entries({ large: many, small: few })) {
      const [, verb] = new RegExp(`action="/audit/sets/(\\w+)"(?:(?!</form>).)*value="${id}"`).exec(shown) ?? [];
      expect(verb).toBe(first.includes(name) ? "revert" : "undo");
    }
    for (const id of [many, few]) await revert(await planned(id));
  });
});
