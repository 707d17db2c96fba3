import { toItem } from "../../../../adapters/tables/item";
import { numberText } from "../../../../engine/audit/entry";
import { startConsole, type TestConsole } from "../../support";

let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
  for (const [index, [by, subject, at]] of told.entries()) {
    const action = index % 2 === 0 ? "access-list.added" : "profiles.changed";
    await pages.world.audit.tell(
      { by, name: "Kim", via: "console", action, outcome: "done", subject, after: { note: `n${index}` } },
      new Date(at),
    );
  }
  await pages.world.audit.tell(
    { by: "outside", via: "outside", action: "access-list.removed", outcome: "done", subject: "six.example" },
    new Date("2026-11-22T10:00:00Z"),
  );
});
afterAll(() => pages.close());

const told = [
  ["oid-1", "one.example", "2026-11-20T10:00:00Z"],
  ["oid-2", "one.example", "2026-11-20T10:00:00Z"],
  ["oid-1", "kim@gmail.com", "2026-11-20T11:00:00Z"],
  ["oid-1", "lee@contoso.com", "2026-11-21T10:00:00Z"],
  ["oid-2", '"><script>alert(1)</script>', "2026-11-21T10:00:00Z"],
] as const;

const htmlOf = async (query: Record<string, string>) => {
  const response = await pages.get(`/audit?${new URLSearchParams(query)}`, "Reader");
  return { status: response.status, html: await response.text() };
};
const notesIn = (html: string) => [...html.matchAll(/note: n(\d)/g)].map(([, number]) => Number(number));

it.each<[string, Record<string, string>, readonly number[]]>([
  ["nothing", {}, [4, 3, 2, 1, 0]],
  ["a day", { day: "2026-11-20" }, [2, 1, 0]],
  ["an entry", { entry: "one.example" }, [1, 0]],
  ["a person, in another spelling", { person: "K.I.M+x@googlemail.com" }, [2]],
  ["an account's id", { operator: "oid-2" }, [4, 1]],
  ["part of a name", { operator: "ki", day: "2026-11-21" }, [4, 3]],
  ["an action", { action: "profiles.changed" }, [3, 1]],
  ["all together", { action: "profiles.changed", operator: "oid-1", person: "lee@contoso.com", day: "2026-11-21" }, [3]],
  ["what nobody changed", { entry: "x".repeat(10_000) }, []],
])("finds by %s", async (_, query, found) => {
  const { status, html } = await htmlOf(query);
  expect({ status, found: notesIn(html) }).toEqual({ status: 200, found });
  expect(html).not.toContain("<script>alert");
});

it.each([
  [{ person: "nobody" }, "neither an address nor an account"],
  [{ day: "2026-13-01" }, "This is not a date"],
])("says what is wrong with %j", async (query, words) => {
  const { status, html } = await htmlOf(query);
  expect({ status, said: html.includes(words) }).toEqual({ status: 400, said: true });
});

it("names all that is wrong with a search at once", async () => {
  expect(await (await pages.get("/audit?day=x&person=x", "Reader")).text()).toMatch(/href="#day"[\s\S]*href="#person"/);
});

it("tells accounts apart that go by the same name, and what was changed outside", async () => {
  expect((await htmlOf({ day: "2026-11-20" })).html).toMatch(/Kim.*oid-2.*Kim.*oid-1/s);
  const { html } = await htmlOf({ day: "2026-11-22" });
  expect(html).toContain("Outside Gatehouse: AWS console or API");
  expect(html).toContain("CloudTrail");
});

it.each([
  [{ entry: "one.example", day: "2026-11-20" }, true],
  [{ day: "2026-11-20" }, false],
])("says of %j whether batches are left out, and where they are", async (query, said) => {
  const { html } = await htmlOf(query);
  expect(html.includes("does not find batches")).toBe(said);
  expect(html.includes('href="/audit?operator=outside&amp;day=2026-11-20"')).toBe(said);
  expect(html.includes('href="/access-list/entry/history?key=one.example"')).toBe(said);
});

it.each(["x".repeat(2_000), "\u0000", "~"])("shows the first page for a cursor that is none of its own: %#", async (after) => {
  const { status, html } = await htmlOf({ day: "2026-11-20", after });
  expect({ status, found: notesIn(html), failures: pages.failures }).toEqual({ status: 200, found: [2, 1, 0], failures: [] });
  expect(html).toContain("of another search");
});

/** Of one import: many at the same moment, together more than one answer of DynamoDB's holds. */
const COUNT = 130;

it("shows every change, page by page, and says that none is missing until one is", async () => {
  const cells = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`note${index}`, "x".repeat(2_000)]));
  const at = new Date("2026-11-23T10:00:00Z");
  for (let index = 0; index < COUNT; index++) {
    const subject = `entry-${String(index).padStart(8, "0")}.example`;
    await pages.world.audit.tell({ by: "oid-1", via: "console", action: "access-list.added", outcome: "done", subject, after: cells }, at);
  }
  const walk = async () => {
    const seen: string[] = [];
    let sound = true;
    let path: string | undefined = "/audit?day=2026-11-23";
    while (path !== undefined) {
      const html: string = await (await pages.get(path, "Reader")).text();
      sound &&= html.includes("Checked: nothing is missing");
      seen.push(...(html.match(/entry-\d{8}/g) ?? []));
      path = /href="([^"]*)" rel="next"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
    }
    return { rows: seen.length, distinct: new Set(seen).size, sound };
  };
  expect(await walk()).toEqual({ rows: COUNT, distinct: COUNT, sound: true });
  await pages.database.client.call("DeleteItem", {
    TableName: "audit-test",
    Key: toItem({ trail: "entries", number: numberText(told.length + 1 + 30) }),
  });
  expect(await walk()).toEqual({ rows: COUNT - 1, distinct: COUNT - 1, sound: false });
});

it("shows a list of rows as lines, and a name apart from its account where cells are no text", async () => {
  const at = new Date("2026-11-24T10:00:00Z");
  await pages.world.audit.tell(
    {
      by: "oid-1",
      name: "Kim",
      via: "console",
      action: "access-list.added",
      outcome: "done",
      subject: "",
      after: { rows: ["a.example", "b.example"] },
    },
    at,
  );
  const { html } = await htmlOf({ day: "2026-11-24" });
  expect(html).toContain("rows:\na.example\nb.example<");
  // Of a cell that is shown as a table, a browser drops the spaces between elements.
  expect(html).toContain('<td><span><bdi>Kim</bdi> <small class="value">oid-1</small></span></td>');
});
