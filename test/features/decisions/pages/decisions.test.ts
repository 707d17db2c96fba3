import { marshall } from "@aws-sdk/util-dynamodb";
import { record, startConsole, type TestConsole } from "../../../console/support";

const NOW = new Date("2026-11-20T12:00:00.000Z");
const COUNT = 110;
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000).toISOString();
const referenceOf = (index: number) => `K7QD-${String(2_000 + index).replace(/[01]/g, "Z")}`;

let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
  pages.setTime(NOW);
  // Newest first, a day without any among them.
  for (let index = 0; index < COUNT; index++) {
    const at = hoursAgo(index < 60 ? index / 10 : 50 + index / 10);
    await pages.world.decisions.keep(record({ id: `id-${index}`, reference: referenceOf(index), at }), 90);
  }
  const other = {
    email: "lee@fabrikam.com",
    rule: "validate",
    reasons: ["attribute.format"],
    at: hoursAgo(30),
    issuers: ["facebook.com"],
  } as const;
  const trace = [{ rule: "access-list", said: "continue", evidence: { entry: "*.fabrikam.com", level: "wildcard" } }] as const;
  await pages.world.decisions.keep(record({ ...other, reference: "K7QD-9MXD", verdict: "invalid", step: "after-sign-in", trace }), 90);
});
afterAll(() => pages.close());

const shown = async (path: string) => await (await pages.get(path, "Reader")).text();
const referencesOn = (page: string) =>
  [...page.matchAll(/<th scope="row"><a href="[^"]*open=([^"&]+)"/g)].map(([, reference]) => reference);

async function walked(first: string): Promise<readonly (readonly (string | undefined)[])[]> {
  const found: (string | undefined)[][] = [];
  for (let path: string | undefined = first; path !== undefined; ) {
    const page: string = await shown(path);
    found.push(referencesOn(page));
    path = /href="([^"]+)" rel="next"/.exec(page)?.[1]?.replaceAll("&amp;", "&");
  }
  return found;
}

const kims = Array.from({ length: COUNT }, (_, index) => referenceOf(index));

it.each([
  { of: "everyone", path: "/decisions?from=2026-11-01", expected: [...kims.slice(0, 60), "K7QD-9MXD", ...kims.slice(60)] },
  { of: "one address", path: "/decisions?q=Kim@contoso.com", expected: kims },
])("the pages of decisions of $of list each decision once, newest first, fifty a page", async ({ path, expected }) => {
  const found = await walked(path);
  expect(found.flat()).toEqual(expected);
  expect(found.map(({ length }) => length)).toEqual([50, 50, expected.length - 100]);
});

it.each([
  "reason=attribute.format",
  "entry=*.Fabrikam.com",
  "domain=@fabrikam.com",
  "verdict=invalid",
  "issuer=Facebook",
  "issuer=issuer:facebook.com&reason=attribute.format",
])("a search for %s finds only matching decisions, even if it is limited to an address", async (query) => {
  expect((await walked(`/decisions?last=7d&${query}`)).flat()).toEqual(["K7QD-9MXD"]);
  expect((await walked(`/decisions?q=lee@fabrikam.com&${query}`)).flat()).toEqual(["K7QD-9MXD"]);
  expect((await walked(`/decisions?q=kim@contoso.com&${query}`)).flat()).toEqual([]);
});

it.each([
  { query: `domain=${"x".repeat(10_000)}`, says: 'href="#domain">That is not a domain' },
  { query: "issuer=issuer:", says: 'href="#issuer">This is no identity provider' },
])("the search of decisions reports an invalid domain or provider", async ({ query, says }) => {
  const answer = await pages.get(`/decisions?${query}`, "Reader");
  expect(answer.status).toBe(400);
  expect((await answer.text()).split('role="alert"')[1]).toContain(says);
  expect((await pages.get(`/decisions/export.csv?${query}`, "Reader")).headers.get("location")).toMatch(/^\/decisions\?/);
});

it.each([
  "/decisions?domain=https://fabrikam.com/",
  "/people?domain=https://fabrikam.com/",
  "/people?sponsor=Kim <kim@fabrikam,com>",
  "/approvals?domain=https://fabrikam.com/",
])("%s says which is meant, at its field", async (path) => {
  const html = await (await pages.get(path, "Approver")).text();
  expect(html).toMatch(/class="problem">[^<]*fabrikam\.com\.</);
});

it("the decisions page reports all problems of a search at once, each at its field", async () => {
  const html = await shown("/decisions?q=x y&from=x&to=x&domain=x y&issuer=issuer:");
  const summary = html.split('role="alert"')[1]?.split("</ul>")[0] ?? "";
  const named = [...summary.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
  expect(named).toEqual(["q", "from", "to", "domain", "issuer"]);
  expect([...html.matchAll(/<input[^>]* id="([^"]+)"[^>]*aria-invalid="true"/g)].map(([, id]) => id)).toEqual(named);
});

it("a search for a provider and a verdict reads only as many whole records as a page shows", async () => {
  const at = (index: number) => new Date(Date.UTC(2026, 9, 1, 12, 0, index)).toISOString();
  const ids = Array.from({ length: 110 }, (_, index) => `many-${index}`);
  for (const [index, id] of ids.entries()) {
    const reference = referenceOf(1_000 + index);
    await pages.world.decisions.keep(record({ id, reference, at: at(index), verdict: "invalid", issuers: ["facebook.com"] }), 90);
  }
  const whole = vi.spyOn(pages.world.decisions, "whole");
  const query = "from=2026-10-01&to=2026-10-01&verdict=invalid&issuer=facebook.com";
  await shown(`/decisions?${query}`);
  expect(whole.mock.calls.flatMap(([keys]) => keys)).toHaveLength(50);
  whole.mockRestore();
  const found = await walked(`/decisions?${query}`);
  expect(found.map(({ length }) => length)).toEqual([50, 50, 10]);
  expect(found.flat()).toEqual(ids.map((_, index) => referenceOf(1_000 + index)).reverse());
  const text = await (await pages.get(`/decisions/export.csv?${query}`, "Reader")).text();
  expect(text.trimEnd().split("\r\n")).toHaveLength(111);
});

it.each([
  ["0001-01-01", "2026-06-15"],
  ["0001-01-01", "0001-02-01"],
])("a search reads no day before decisions existed: from %s to %s", async (from, to) => {
  const page = vi.spyOn(pages.world.decisions, "page");
  expect((await pages.get(`/decisions?from=${from}&to=${to}&reason=none`, "Reader")).status).toBe(200);
  const asked = page.mock.calls.map(([search]) => search);
  page.mockRestore();
  expect(asked.length).toBeGreaterThan(0);
  for (const search of asked) expect(search.from.getTime()).toBeGreaterThanOrEqual(Math.min(Date.parse("2020-01-01"), search.to.getTime()));
});

it.each([
  { odd: "no reasons", more: { reasons: undefined } },
  { odd: "a number for an address", more: { email: 7 } },
  { odd: "an answer that there is none of", more: { verdict: "maybe" } },
])("an invalid row hides no others, and the page names it: $odd", async ({ more }) => {
  const at = "2026-09-15T10:00:00.000Z";
  const sound = record({ id: "sound", reference: "K7QD-3333", at });
  await pages.world.decisions.keep(sound, 90);
  const odd = { ...sound, id: "odd-row", reference: "K7QD-4444", day: "2026-09/3", ...more };
  const Item = marshall(odd, { removeUndefinedValues: true });
  await pages.database.client.call("PutItem", { TableName: "decisions-test", Item });
  const query = "from=2026-09-15&to=2026-09-15";
  const html = await shown(`/decisions?${query}`);
  expect(referencesOn(html)).toEqual(["K7QD-3333"]);
  expect(html).toMatch(/1 row cannot be read and is not shown[^<]*<code>odd-row<\/code>/);
  // The export names it too, before it gives out the file.
  const parts = await shown(`/decisions/export.csv?${query}`);
  expect(parts).toMatch(/Left out, as they cannot be read[^<]*<code>odd-row<\/code>/);
  const file = /class="button" href="(\/decisions\/export\.csv[^"]+)"/.exec(parts)?.[1]?.replaceAll("&amp;", "&");
  expect((await (await pages.get(String(file), "Reader")).text()).trimEnd().split("\r\n")).toHaveLength(2);
  expect((await pages.get("/decisions/K7QD-4444", "Reader")).status).toBe(404);
  await pages.world.decisions.remove(odd);
});

describe("the CSV export of decisions", () => {
  const cellsOf = (text: string) =>
    text
      .trimEnd()
      .split("\r\n")
      .map((line) => line.split(","));

  it.each([
    { of: "a search", query: "from=2026-11-01&q=kim@contoso.com", expected: kims },
    { of: "a provider", query: "last=7d&issuer=facebook", expected: ["K7QD-9MXD"] },
    { of: "nothing", query: "reason=none", expected: [] },
  ])("exports the decisions of $of completely, and records that in the audit trail", async ({ query, expected }) => {
    const response = await pages.get(`/decisions/export.csv?${query}`, "Reader");
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="decisions.csv"');
    const [header, ...rows] = cellsOf(await response.text());
    expect(header?.slice(0, 5)).toEqual(["reference", "at", "step", "gate", "email"]);
    expect(rows.map(([reference]) => reference)).toEqual(expected);
    expect(header?.slice(-2)).toEqual(["issuers", "outcome"]);
    expect(rows.map((cells) => cells.slice(-2))).toEqual(
      expected.map((reference) => (reference === "K7QD-9MXD" ? ["facebook.com", "Asked to correct"] : ["google.com", "Refused"])),
    );
    const { entries } = await pages.world.audit.page({});
    expect(entries[0]).toMatchObject({ action: "decisions.exported", count: expected.length, subject: "decisions.csv" });
  });

  it("contains no formula, whatever was typed", async () => {
    await pages.world.decisions.keep(record({ reference: "K7QD-2222", id: "formula", email: "=cmd@evil.example", at: hoursAgo(1) }), 90);
    expect(await (await pages.get("/decisions/export.csv?domain=evil.example", "Reader")).text()).toContain(",'=cmd@evil.example,");
  });

  it("splits a long search into parts, refuses a next part of a changed search, and sends an invalid one to the list", async () => {
    const long = record({ email: `${"x".repeat(200)}@contoso.com` });
    const many = vi.spyOn(pages.world.decisions, "page").mockImplementation(async (_, place) => ({
      items: Array.from({ length: 9_000 }, (_, index) => ({ ...long, id: String(index) })),
      searched: 9_000,
      ...(place === undefined && { next: { until: "2026-11-19T23:59:59.999Z" } }),
    }));
    const whole = vi.spyOn(pages.world.decisions, "whole").mockResolvedValue([]);
    const search = "verdict=block&zone=UTC";
    const html = await shown(`/decisions/export.csv?${search}`);
    expect(html).toContain("Download part 1 (9,000 rows)");
    const next = /href="([^"]*)" rel="next"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const other = await shown(next);
    expect(other).toContain("Download part 2 (9,000 rows)");
    expect(other).not.toContain('rel="next"');
    expect((await pages.get(next.replace("block", "invalid"), "Reader")).status).toBe(400);
    expect((await pages.get("/decisions/export.csv?q=x", "Reader")).headers.get("location")).toBe("/decisions?q=x");
    many.mockRestore();
    whole.mockRestore();
  });
});
