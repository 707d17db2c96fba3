import type { ChangeSet } from "../../../engine/access-list/change-set";
import { startConsole, type TestConsole } from "../support";

const COUNT = 120;
/** The newest first. */
const ids = Array.from({ length: COUNT }, (_, index) => `20261120-120000${String(COUNT - 1 - index).padStart(3, "0")}-abcd`);
const HISTORY = "/access-list/changes";

let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
  for (const id of ids) await pages.world.changes.begin({ ...set, id });
});
afterAll(() => pages.close());

const set: Omit<ChangeSet, "id"> = {
  at: "2026-11-20T12:00:00.000Z",
  by: "oid-1",
  name: "Kim",
  means: "console",
  run: "run",
  state: "done",
  writes: 1,
  added: 1,
  changed: 0,
  removed: 0,
  expires: Math.floor(Date.now() / 1_000) + 1_000,
};

const shown = async (path: string) => await (await pages.get(path, "Reader")).text();
const linked = (page: string, rel: string) => new RegExp(`href="([^"]+)" rel="${rel}"`).exec(page)?.[1]?.replaceAll("&amp;", "&");
const idsOn = (page: string) => [...page.matchAll(/<bdi class="value">(20261120-[^<]+)</g)].map(([, id]) => id);

it("leads from the first page to the last, each row once", async () => {
  const seen: (string | undefined)[] = [];
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

it("names nobody in the address of a page", async () => {
  const next = linked(await shown(HISTORY), "next") ?? "";
  expect(decodeURIComponent(next)).not.toContain("20261120");
});

describe("shows the first page, and says so, for a cursor that is", () => {
  const cursor = async (path: string) => linked(await shown(path), "next")?.split("after=")[1] ?? "none";
  it.each([
    { of: "forged", from: async () => "eyJhbGciOiJkaXIifQ..x.y.z" },
    { of: "of another search", from: () => cursor(`${HISTORY}?q=other`) },
    { of: "cut off", from: async () => (await cursor(HISTORY)).slice(0, -3) },
    { of: "ten thousand characters", from: async () => "x".repeat(10_000) },
    { of: "a session's cookie", from: () => pages.cookie("Reader") },
  ])("$of", async ({ from }) => {
    const page = await shown(`${HISTORY}?after=${encodeURIComponent(await from())}`);
    expect(page).toContain("of another search");
    expect(idsOn(page)).toEqual(ids.slice(0, 50));
  });
});
