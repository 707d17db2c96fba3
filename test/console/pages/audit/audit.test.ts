import { startConsole, type TestConsole } from "../../support";

let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
});
afterAll(() => pages.close());

it("tells accounts apart that go by the same name", async () => {
  for (const by of ["oid-1", "oid-2"]) {
    const entry = { by, name: "Kim", action: "access-list.added", subject: "one.example", outcome: "done" };
    await pages.put({ day: "2026-11-20", at: `2026-11-20T10:00:00.000Z#${by}`, ...entry }, "audit");
  }
  const html = await (await pages.get("/audit?day=2026-11-20", "Reader")).text();
  expect(html).toMatch(/Kim.*oid-2.*Kim.*oid-1/s);
});

const DAY = "2026-11-21";
/** Of one import: many at the same moment, together more than one answer of DynamoDB's holds. */
const COUNT = 450;

it("shows every change of a day, page by page, and whose account each was", async () => {
  const cells = Object.fromEntries(Array.from({ length: 3 }, (_, index) => [`note${index}`, "x".repeat(2_000)]));
  for (let index = 0; index < COUNT; index++) {
    const id = String(index).padStart(8, "0");
    const entry = { by: `oid-${index % 2}`, name: "Kim", action: "access-list.added", subject: `entry-${id}.example`, outcome: "done" };
    await pages.put({ day: DAY, at: `${DAY}T10:00:00.000Z#${id}`, ...entry, after: cells }, "audit");
  }
  const seen: string[] = [];
  let path: string | undefined = `/audit?day=${DAY}`;
  while (path !== undefined) {
    const html: string = await (await pages.get(path, "Reader")).text();
    expect(html).toMatch(/oid-0.*oid-1/s);
    seen.push(...(html.match(/entry-\d{8}/g) ?? []));
    path = /href="(\/audit\?day=[\d-]+&amp;before=[^"&]*)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
  }
  expect({ rows: seen.length, distinct: new Set(seen).size }).toEqual({ rows: COUNT, distinct: COUNT });
});

it.each(["x".repeat(2_000), "\u0000", "~"])("takes any text for where a page begins: %#", async (before) => {
  const response = await pages.get(`/audit?${new URLSearchParams({ day: DAY, before })}`, "Reader");
  expect({ status: response.status, failures: pages.failures }).toEqual({ status: 200, failures: [] });
});
