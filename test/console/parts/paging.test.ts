import { startConsole, type TestConsole } from "../support";

const COUNT = 120;
/** The newest first. */
const ids = Array.from({ length: COUNT }, (_, index) => `20261120-120000${String(COUNT - 1 - index).padStart(3, "0")}-abcd`);
const HISTORY = "/audit";

let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
  for (const id of ids.toReversed()) await pages.world.audit.tell({ ...told, subject: id, name: id }, new Date("2026-11-20T12:00:00Z"));
});
afterAll(() => pages.close());

const told = { by: "oid-1", via: "console", action: "access-list.set-done", outcome: "done" } as const;

const shown = async (path: string) => await (await pages.get(path, "Reader")).text();
const linked = (page: string, rel: string) => new RegExp(`href="([^"]+)" rel="${rel}"`).exec(page)?.[1]?.replaceAll("&amp;", "&");
const idsOn = (page: string) => [...new Set(page.match(/20261120-\d{9}-abcd/g))];

it("paging leads from the first page to the last, and shows each row once", async () => {
  const seen: string[] = [];
  const lengths: number[] = [];
  for (let path: string | undefined = HISTORY; path !== undefined; ) {
    const page: string = await shown(path);
    seen.push(...idsOn(page));
    lengths.push(idsOn(page).length);
    path = linked(page, "next");
  }
  expect(seen).toEqual(ids);
  expect(lengths).toEqual([50, 50, 20]);
});

it("a page's address names no person", async () => {
  const next = linked(await shown(HISTORY), "next") ?? "";
  expect(decodeURIComponent(next)).not.toContain("20261120");
});

describe("the first page is shown with a notice if the cursor is", () => {
  const cursor = async (path: string) => linked(await shown(path), "next")?.split("after=")[1] ?? "none";
  it.each([
    { of: "forged", from: async () => "eyJhbGciOiJkaXIifQ..x.y.z" },
    { of: "of another search", from: () => cursor(`${HISTORY}?operator=kim`) },
    { of: "cut off", from: async () => (await cursor(HISTORY)).slice(0, -3) },
    { of: "ten thousand characters", from: async () => "x".repeat(10_000) },
    { of: "a session's cookie", from: () => pages.cookie("Reader") },
  ])("$of", async ({ from }) => {
    const page = await shown(`${HISTORY}?after=${encodeURIComponent(await from())}`);
    expect(page).toContain("belongs to another search");
    expect(idsOn(page)).toEqual(ids.slice(0, 50));
  });
});

it("a search that has found nothing yet goes on by itself until somebody stops it", async () => {
  let ms = 1_800_000_000_000;
  const clock = vi.spyOn(Date, "now").mockImplementation(() => (ms += 2_000));
  const address = `${HISTORY}?operator=nobody`;
  const first = await pages.get(address, "Reader");
  const html = await first.text();
  expect(html).toMatch(/None so far\..*\d+ checked so far\. The search goes on by itself\..*Stop searching/s);
  expect(first.headers.get("Refresh")).toBe(`1; url=${linked(html, "next")}`);
  const stop = /href="([^"]+)"[^>]*>Stop searching/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";
  const stopped = await pages.get(stop, "Reader");
  expect(stopped.headers.get("Refresh")).toBeNull();
  expect(await stopped.text()).toMatch(/checked so far; there are more\..*Continue searching/s);
  let path: string | undefined = address;
  let count = 0;
  for (; path !== undefined && count < 20; count++)
    path = /url=(.*)/.exec((await pages.get(path, "Reader")).headers.get("Refresh") ?? "")?.[1];
  clock.mockRestore();
  expect(count).toBeGreaterThan(1);
  expect(path).toBeUndefined();
});
