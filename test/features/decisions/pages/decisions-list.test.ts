import type { DecisionRecord } from "../../../../engine/sign-up/record";
import { knownDomains } from "../../../../features/look-alikes/store";
import { record, startConsole, type TestConsole } from "../../../console/support";

const NOW = new Date("2026-11-20T12:30:00.000Z");
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000).toISOString();

let pages: TestConsole;
beforeEach(async () => {
  pages = await startConsole();
  pages.setTime(NOW);
});
afterEach(() => pages.close());

const keep = (reference: string, more: Partial<DecisionRecord> = {}) =>
  pages.world.decisions.keep(record({ reference, id: reference, at: hoursAgo(1), ...more }), 90);
const shown = async (path: string, headers = {}) => (await (await pages.get(path, "Reader", headers)).text()).replaceAll("&amp;", "&");
const rowsOn = (html: string) =>
  [...html.matchAll(/<tr data-key="([^"]+)"([^>]*)>(.*?)<\/tr>/g)].map(([, id, , cells = ""]) => [
    id,
    ...[...cells.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell = ""]) => cell.replace(/<[^>]*>/g, "")),
  ]);

const UNLISTED = [{ rule: "access-list", said: "continue", findings: { listed: "unlisted" } }] as const;

describe("a row of the decisions list", () => {
  it("is one line: time, outcome, person, a short reason, and the code", async () => {
    await keep("K7QD-2222");
    await keep("K7QD-3333", { at: hoursAgo(20), verdict: "continue", reasons: [], trace: [] });
    await keep("K7QD-4444", { at: hoursAgo(2), rule: "request-approval", reasons: ["approval.requested"], trace: UNLISTED });
    await keep("K7QD-5555", { at: hoursAgo(3), verdict: "invalid", rule: "own", reasons: ["own.reason"], trace: [], email: undefined });
    const failed = { service: "idology", kind: "timeout" } as const;
    const unavailable = { rule: "verify-identity", said: "block", reasons: ["identity.unavailable"], upstreamFailure: failed } as const;
    await keep("K7QD-6666", { at: hoursAgo(4), rule: unavailable.rule, reasons: unavailable.reasons, trace: [unavailable] });
    expect(rowsOn(await shown("/decisions"))).toEqual([
      ["K7QD-2222", "11:30:00", "Refused", "kim@contoso.com", "contoso.com is denied", "K7QD-2222"],
      ["K7QD-4444", "10:30:00", "Asked for approval", "kim@contoso.com", "not on the access list, needs approval", "K7QD-4444"],
      ["K7QD-5555", "09:30:00", "Asked to correct", "no address", "own.reason", "K7QD-5555"],
      ["K7QD-6666", "08:30:00", "Refused", "kim@contoso.com", "IDology unavailable", "K7QD-6666"],
      ["K7QD-3333", "19 Nov 16:30", "Let in", "kim@contoso.com", "no rule stopped them", "K7QD-3333"],
    ]);
  });

  it.each([
    { verdict: "waiting", found: ["K7QD-4444"] },
    { verdict: "block", found: ["K7QD-2222"] },
  ])("does not count as refused if the person asked for approval: search for $verdict", async ({ verdict, found }) => {
    await keep("K7QD-2222");
    await keep("K7QD-4444", { rule: "request-approval", reasons: ["approval.pending"], trace: [] });
    expect(rowsOn(await shown(`/decisions?verdict=${verdict}`)).map(([id]) => id)).toEqual(found);
  });

  it.each([
    { verdict: "continue", found: ["K7QD-3333"] },
    { verdict: "went-on", found: ["K7QD-2222"] },
  ])("does not count as let in if the person went on to the form: search for $verdict", async ({ verdict, found }) => {
    const letIn = { verdict: "continue", reasons: [], trace: [], rule: undefined } as const;
    await keep("K7QD-2222", { ...letIn, step: "after-sign-in" });
    await keep("K7QD-3333", letIn);
    await keep("K7QD-4444", { ...letIn, step: "before-sending-token" });
    const html = await shown(`/decisions?verdict=${verdict}`);
    expect(rowsOn(html).map(([id]) => id)).toEqual(found);
    expect(rowsOn(await shown("/decisions")).map(([, , outcome]) => outcome)).toEqual(
      expect.arrayContaining(["Went on to the form", "Let in", "Token sent"]),
    );
  });

  it("names the searched reason in words, and the policy's own code as it is", async () => {
    const chip = async (reason: string) => (await shown(`/decisions?reason=${reason}`)).replace(/<[^>]+>/g, "");
    expect(await chip("access-list.unlisted")).toMatch(/Reason:\s*not on the access list/);
    expect(await chip("own.reason")).toMatch(/Reason:\s*own\.reason/);
  });

  it("offers only reasons that occurred, and the searched one", async () => {
    await keep("K7QD-2222");
    const html = await shown("/decisions?reason=own.reason");
    expect(html).toMatch(/<option value="own.reason" selected[^>]*>own\.reason</);
    const options = async (query: string) =>
      [...(await shown(`/decisions${query}`)).matchAll(/<option value="(access-list\.[^"]+)"/g)].map(([, code]) => code);
    expect(await options("")).toEqual(["access-list.denied"]);
    expect(await options("?verdict=continue")).toEqual([]);
  });

  it("marks the letters in which a domain differs from a similar one on the list", async () => {
    await knownDomains(pages.database.client, "ledger-test").allowed(["contoso.com"]);
    await pages.put({ entry: "contoso.com", effect: "allow" });
    await keep("K7QD-3333", { email: "payroll@c0ntoso.com", reasons: ["access-list.unlisted"], trace: [] });
    const html = await shown("/decisions");
    expect(html).toContain("c<mark>0</mark>ntoso.com");
    expect(rowsOn(html)[0]?.slice(3, 5)).toEqual(["payroll@c0ntoso.com", "looks like contoso.com; not on the access list"]);
    await keep("K7QD-4444", { email: "payroll@c0ntoso.com", rule: "request-approval", reasons: ["approval.requested"], trace: [] });
    expect(rowsOn(await shown("/decisions"))[0]?.[4]).toBe("looks like contoso.com; needs approval");
    const panelOf = async (code: string) => {
      const [aside = ""] = /<aside.*/s.exec(await (await pages.get(`/decisions?open=${code}`, "Administrator")).text()) ?? [];
      return aside.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
    };
    expect(await panelOf("K7QD-4444")).toMatch(/See the request\s+Deny c0ntoso\.com…/);
    const panel = await panelOf("K7QD-3333");
    expect(panel).toMatch(/c 0 ntoso\.com looks like contoso\.com\. Let nobody from it in unless you know them\./);
    expect(panel).toContain("Deny c0ntoso.com…");
    expect(panel).not.toContain("Let this person in");
    expect(panel).not.toContain("How to let them in");
  });
});

it.each([
  { by: "an entry of their account", level: "account", entry: "issuer:google.com/1184", denies: "issuer:google.com/1184" },
  { by: "an entry of their domain", level: "domain", entry: "fabrikam.com", denies: "lee@fabrikam.com" },
] as const)("the panel of somebody whom $by let in offers to deny $denies", async ({ level, entry, denies }) => {
  await pages.put({ entry, effect: "allow" });
  const trace = [{ rule: "access-list", said: "continue", findings: { listed: "allow" }, evidence: { entry, level } }] as const;
  await keep("K7QD-6666", { verdict: "continue", reasons: [], rule: undefined, email: "lee@fabrikam.com", issuers: ["google.com"], trace });
  const [aside = ""] = /<aside.*/s.exec(await (await pages.get("/decisions?open=K7QD-6666", "Administrator")).text()) ?? [];
  expect(/<form[^>]*>(?:(?!<\/form>).)*Deny this person…/s.exec(aside)?.[0]).toContain(`name="entry" value="${denies}"`);
});

it("the decisions list compares every domain of a page, also the 21st", async () => {
  await knownDomains(pages.database.client, "ledger-test").allowed(["contoso.com"]);
  await pages.put({ entry: "contoso.com", effect: "allow" });
  for (const letter of "BCDFGHJKMNPQRTVWXZ234567") await keep(`K7QD-222${letter}`, { email: `a@${letter}.example` });
  await keep("K7QD-3333", { at: hoursAgo(3), email: "payroll@c0ntoso.com" });
  expect(await shown("/decisions")).toContain("c<mark>0</mark>ntoso.com");
});

describe("the panel of the decisions list", () => {
  it("shows the row in the page's address, beside the same list", async () => {
    await keep("K7QD-2222");
    await keep("K7QD-3333", { at: hoursAgo(2) });
    const html = await shown("/decisions?verdict=block&open=k7qd3333");
    expect(html).toMatch(/<aside class="panel".*<code>K7QD-3333<\/code>/s);
    expect(html).toMatch(/<tr data-key="K7QD-3333" aria-current="true">/);
    expect(html).toContain('href="/decisions?verdict=block&open=K7QD-2222"');
    expect(await shown("/decisions?open=nothing")).toContain("No decision has this reference code");
  });

  it("shows the same outcome as its row", async () => {
    await keep("K7QD-3333", { rule: "request-approval", reasons: ["approval.requested"], trace: UNLISTED });
    expect(await shown("/decisions?open=K7QD-3333")).toMatch(
      /<aside class="panel".*<span class="tag asked">Asked for approval.*Why<.*>Not on the access list, needs approval</s,
    );
  });

  it("keeps the page of the list that contains the row", async () => {
    for (let index = 0; index < 60; index++)
      await keep(`K7QD-${1000 + index}`.replace(/[012]/g, "3"), { id: `id-${index}`, at: hoursAgo(index / 10) });
    const next = /href="([^"]+)" rel="next"/.exec(await shown("/decisions"))?.[1] ?? "";
    const second = rowsOn(await shown(next)).map(([id]) => id);
    expect(second).toHaveLength(10);
    expect(rowsOn(await shown(`${next}&open=K7QD-3355`)).map(([id]) => id)).toEqual(second);
  });
});

describe("the search of the decisions list", () => {
  beforeEach(async () => {
    await keep("K7QD-2222", { at: hoursAgo(200) });
    await keep("K7QD-3333", { at: hoursAgo(200), email: "lee@fabrikam.com" });
  });

  it.each([
    { q: "Kim@Contoso.com", found: ["K7QD-2222"] },
    { q: "@fabrikam.com", found: ["K7QD-3333"] },
    { q: "fabrikam.com&last=24h", found: [] },
  ])("finds an address or a domain of any age: $q", async ({ q, found }) => {
    expect(rowsOn(await shown(`/decisions?q=${q}`)).map(([id]) => id)).toEqual(found);
  });

  it("opens the decision for a code", async () => {
    expect((await pages.get("/decisions?q=k7qd 3333", "Reader")).headers.get("location")).toBe("/decisions/K7QD-3333");
  });

  it.each([
    { time: "from=2026-11-12T04:00&to=2026-11-12T04:59", found: 2 },
    { time: "from=2026-11-12T13:00&to=2026-11-12T13:59&zone=Asia/Seoul", found: 2 },
    { time: "from=2026-11-12T04:00:00Z&to=2026-11-12T04:31Z&zone=Asia/Seoul", found: 2 },
    { time: "from=2026-11-12T05:00&to=2026-11-12T05:59", found: 0 },
  ])("finds only decisions within the given minutes, read in the time zone that the URL names: $time", async ({ time, found }) => {
    expect(rowsOn(await shown(`/decisions?${time}`))).toHaveLength(found);
  });

  it.each([
    ["from=2026-11-12T04:00Z&to=2026-11-12T04:59Z", "2026-11-12T13:00", "13:00 to 13:59"],
    ["from=2026-11-12T04:00Z&to=2026-11-12T04:59Z&zone=UTC", "2026-11-12T04:00", "13:00 to 13:59"],
    ["from=2026-11-12T04:00&to=2026-11-12T04:59", "2026-11-12T04:00", "13:00 to 13:59"],
  ])("shows the limits of %s in the address's time zone, but names the period in the reader's time zone", async (query, from, named) => {
    const Cookie = `${await pages.cookie("Reader")}; gatehouse-zone=Asia/Seoul`;
    const html = await (await pages.get(`/decisions?${query}`, "Reader", { Cookie })).text();
    expect(html).toMatch(new RegExp(`name="from"[^>]*value="${from}"|value="${from}"[^>]*name="from"`));
    expect(html).toContain(`12 Nov ${named}`);
  });

  it("offers a longer period if nothing was found", async () => {
    const html = await shown("/decisions?verdict=invalid");
    expect(html).toContain("No decision matches.");
    expect(html).toContain('href="/decisions?verdict=invalid&last=30d"');
  });
});

describe("the chart of the decisions list", () => {
  const LATE = {
    "answers before-create-user block": 50,
    "refused verify-identity identity.unavailable": 40,
    "refused request-approval approval.pending": 10,
    "asked timeout idology": 40,
  };
  const counts = async (hour: string, more: Readonly<Record<string, number>>) =>
    await pages.put({ id: `counts/2026-11-20T${hour}/default`, ...more }, "ledger");
  beforeEach(async () => {
    await pages.put({ id: "counts/since", since: "2026-11-01T00:00:00.000Z" }, "ledger");
    await counts("09", {
      "answers before-create-user continue": 30,
      "answers before-create-user block": 2,
      "refused access-list access-list.denied": 2,
    });
    await counts("10", LATE);
  });
  const barsOn = (html: string) =>
    [...html.matchAll(/<a href="([^"]+)" aria-label="([^"]+)"( aria-current="true")?(?: aria-hidden="true" tabindex="-1")?><title>/g)].map(
      ([, href, words, here]) => ({
        href,
        words,
        here: here !== undefined,
      }),
    );

  it("has one bar an hour, which links to the hour and shows its counts", async () => {
    const bars = barsOn(await shown("/decisions?gate=default"));
    expect(bars).toHaveLength(24);
    expect(bars.find(({ words }) => words?.startsWith("20 Nov 10:00"))).toEqual({
      href: "/decisions?gate=default&from=2026-11-20T10%3A00&to=2026-11-20T10%3A59&zone=UTC",
      words: "20 Nov 10:00: Asked for approval 10, Refused 40",
      here: false,
    });
  });

  it.each([
    { zone: "Europe/Berlin", day: "2026-10-25", hour: "00", name: "25 Oct 02:00 UTC+02:00", from: "2026-10-25T02:00" },
    { zone: "Europe/Berlin", day: "2026-10-25", hour: "01", name: "25 Oct 02:00 UTC+01:00", from: "2026-10-25T01:00Z" },
    { zone: "Europe/Berlin", day: "2026-10-25", hour: "02", name: "25 Oct 03:00", from: "2026-10-25T03:00" },
    { zone: "Europe/Berlin", day: "2026-03-29", hour: "01", name: "29 Mar 03:00", from: "2026-03-29T03:00" },
    { zone: "America/New_York", day: "2026-11-01", hour: "06", name: "1 Nov 01:00 UTC-05:00", from: "2026-11-01T06:00Z" },
    { zone: "Asia/Kolkata", day: "2026-10-25", hour: "01", name: "25 Oct 06:30", from: "2026-10-25T06:30" },
  ])("links each bar to its own hour, even if clocks change: $name in $zone", async ({ zone, day, hour, name, from }) => {
    await pages.put({ id: "counts/since", since: "2026-01-01T00:00:00.000Z" }, "ledger");
    await pages.put({ id: `counts/${day}T${hour}/default`, "answers before-create-user block": 7 }, "ledger");
    const at = (minute: string) => `${day}T${hour}:${minute}Z`;
    const Cookie = `${await pages.cookie("Reader")}; gatehouse-zone=${zone}`;
    const page = async (query: string) => await (await pages.get(`/decisions?${query}`, "Reader", { Cookie })).text();
    const bar = barsOn(await page(`from=${at("00")}&to=${at("59")}`)).find(({ words }) => words?.startsWith(`${name}: Refused 7`));
    const query = new URLSearchParams((bar?.href ?? "").replace(/^.*\?/, "").replaceAll("&amp;", "&"));
    expect(query.get("from")).toBe(from);
    const shownBars = barsOn(await page(String(query))).filter(({ here }) => here);
    expect(shownBars.map(({ words }) => words)).toEqual([`${name}: Refused 7`]);
  });

  it("keeps the hours around the selected one, and marks it", async () => {
    const bars = barsOn(await shown("/decisions?from=2026-11-20T10:00&to=2026-11-20T10:59&zone=UTC"));
    expect(bars).toHaveLength(24);
    expect(bars.filter(({ here }) => here).map(({ words }) => words?.slice(0, 12))).toEqual(["20 Nov 10:00"]);
  });

  it("has one bar a day for a week, and is missing if the search is for an entry, which is not counted", async () => {
    expect(barsOn(await shown("/decisions?last=7d"))).toHaveLength(7);
    expect(barsOn(await shown("/decisions?entry=contoso.com"))).toEqual([]);
  });

  it("shows the total only if the search is for whole hours and all of these were counted", async () => {
    for (let index = 0; index < 51; index++) await keep("K7QD-2222", { id: `id-${index}` });
    const html = await shown("/decisions");
    expect(html).toMatch(/<span class="total">82 decisions <span class="bad">The counts are behind: sign-ups after [^<]+ are missing</);
    expect(html).toMatch(/href="\/decisions\?reason=access-list.denied">the list denies<\/a>.*?number"[^>]*>2</s);
    expect(await shown("/decisions?from=2026-11-20T09:30&to=2026-11-20T12:30")).toContain('<span class="total">50+ decisions');
    await pages.put({ id: "counts/since", since: "2026-11-20T09:00:00.000Z" }, "ledger");
    expect(await shown("/decisions")).toContain('<span class="total">50+ decisions');
  });

  it("lets a search for a reason skip an hour if the hour's complete counts do not contain the reason", async () => {
    const until = { "counted until": Date.parse(hoursAgo(1)) / 1_000 };
    await counts("09", { "answers before-create-user block": 1, "refused access-list access-list.denied": 1 });
    await counts("08", { "answers before-create-user block": 41, "refused *": 1 });
    await counts("07", { "answers before-create-user block": 1 });
    await counts("11", { "answers before-create-user block": 1, "refused own own.reason": 1, ...until });
    for (const [reference, hours] of [
      ["K7QD-2222", 0.5],
      ["K7QD-3333", 1.5],
      ["K7QD-4444", 2.5],
      ["K7QD-5555", 3.5],
      ["K7QD-6666", 4.5],
      ["K7QD-7777", 5.5],
    ] as const)
      await keep(reference, { at: hoursAgo(hours) });
    const found = rowsOn(await shown("/decisions?reason=access-list.denied")).map(([id]) => id);
    // Not counted yet, counted, counted among others, counted without a reason: found. Counted without: not.
    expect(found).toEqual(["K7QD-2222", "K7QD-5555", "K7QD-6666", "K7QD-7777"]);
  });
});

it("the list reloads while people sign up; later pages and past periods stay unchanged", async () => {
  await keep("K7QD-2222");
  expect(await shown("/decisions")).toMatch(/id="decisions" data-live="\d+"/);
  expect(await shown("/decisions?from=2026-11-20&to=2026-11-20T11:59")).toMatch(/id="decisions" data-gone/);
});
