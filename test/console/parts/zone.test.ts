import { forViewer, minuteIn, momentIn, RowTime, withMoment, zoneFrom } from "../../../console/parts/time";
import { endOfDay, readClock, startOfDay } from "../../../engine/zone-time";
import { record, startConsole, type TestConsole } from "../support";

describe("a zone's name is accepted, or replaced by UTC if it is unknown:", () => {
  it.each([
    ["Asia/Seoul", "Asia/Seoul"],
    ["asia/seoul", "Asia/Seoul"],
    [undefined, "UTC"],
    ["", "UTC"],
    ["Mars/Olympus", "UTC"],
    ["+09:00", "UTC"],
    ["__proto__", "UTC"],
    ["<script>", "UTC"],
    ["x".repeat(10_000), "UTC"],
  ])("%s", (name, expected) => expect(zoneFrom(name)).toBe(expected));
});

it.each([
  ["2026-11-11T15:16:03.611Z", "12 Nov 00:16"],
  ["2025-12-31T15:16:03.611Z", "1 Jan 00:16"],
  ["2025-11-11T15:16:03.611Z", "12 Nov 2025 00:16"],
  ["2026-11-11", "2026-11-11"],
  ["2026-99-99T99:99:99.999Z", "2026-99-99 99:99 UTC"],
  ["seen 2026-11-11T15:16:03.611Z", "seen 2026-11-11T15:16:03.611Z"],
])("a cell with a time shows it by the viewer's clock: %s", (text, said) => {
  const viewer = { zone: "Asia/Seoul", now: new Date("2026-11-21T22:08:45.000Z"), language: "en" } as const;
  expect(forViewer(viewer, () => withMoment(text))).toBe(said);
});

describe("a typed time is read only if it is valid", () => {
  it.each([
    ["2026-11-21T10:12Z", "2026-11-21T10:12:00.000Z"],
    ["2026-11-21T10:12:41.017Z", "2026-11-21T10:12:41.017Z"],
    ["2027-02-30T10:00Z", undefined],
    ["2027-01-31T25:00Z", undefined],
    ["2027-01-31T10:00", undefined],
    ["2027-01-31", undefined],
    ["-000001-01-01T00:00:00Z", undefined],
    ["-271821-04-20T00:00:00Z", undefined],
    ["+275760-09-13T00:00:00Z", undefined],
    ["0000-01-01T00:00Z", undefined],
    ["9999-12-31T23:30Z", undefined],
    ["soon", undefined],
  ])("%s", (text, moment) => expect(momentIn(text)?.toISOString()).toBe(moment));

  it.each(["UTC", "Asia/Seoul", "America/New_York"])("and its year has four digits in the zone %s", (zone) => {
    for (const text of ["0000-01-01T00:00", "9999-12-31T23:30", "2027-02-30T10:00", "soon"]) expect(minuteIn(text, zone)).toBeUndefined();
    for (const day of ["0000-01-01", "9999-12-30"]) expect([startOfDay(day, zone), endOfDay(day, zone)]).toEqual([undefined, undefined]);
  });
});

describe("a day", () => {
  it.each([
    { zone: "UTC", day: "2026-11-21", begins: "2026-11-21T00:00:00.000Z" },
    { zone: "Asia/Seoul", day: "2026-11-21", begins: "2026-11-20T15:00:00.000Z" },
    { zone: "America/New_York", day: "2026-03-09", begins: "2026-03-09T04:00:00.000Z" },
    { zone: "America/New_York", day: "2026-11-02", begins: "2026-11-02T05:00:00.000Z" },
    { zone: "Asia/Kathmandu", day: "2026-11-21", begins: "2026-11-20T18:15:00.000Z" },
    // The clocks went from midnight to one o'clock.
    { zone: "America/Sao_Paulo", day: "2018-11-04", begins: "2018-11-04T03:00:00.000Z" },
    // They went back from one o'clock to midnight: it was midnight twice.
    { zone: "America/Havana", day: "2026-11-01", begins: "2026-11-01T04:00:00.000Z" },
    { zone: "Asia/Seoul", day: "2026-02-30", begins: undefined },
  ])("$day of $zone begins at $begins", ({ zone, day, begins }) => {
    const start = startOfDay(day, zone);
    expect(start?.toISOString()).toBe(begins);
    if (start === undefined) return;
    expect(readClock(start, zone).day).toBe(day);
    expect(readClock(new Date(start.getTime() - 1), zone).day < day).toBe(true);
  });
});

it.each([
  { language: "en", at: "2026-11-21T10:12:41Z", shown: "10:12:41" },
  { language: "en", at: "2026-11-20T10:12:41Z", shown: "20 Nov 10:12" },
  { language: "en", at: "2025-11-21T10:12:41Z", shown: "21 Nov 2025" },
  { language: "ko", at: "2025-11-21T10:12:41Z", shown: "2025. 11. 21." },
  { language: "en", at: "2027-01-02T10:12:41Z", shown: "2 Jan 2027" },
  { language: "en", at: "long ago, they say", shown: "long ago, they s" },
] as const)("a row with the end $at shows $shown", ({ language, at, shown }) => {
  const now = new Date("2026-11-21T22:08:45.000Z");
  expect(forViewer({ now, language, zone: "UTC" }, () => String(RowTime({ at }))).replace(/<[^>]*>/g, "")).toBe(shown);
});

describe("a page of the console", () => {
  let pages: TestConsole;
  beforeAll(async () => {
    pages = await startConsole();
    pages.setTime(new Date("2026-11-21T22:08:45.000Z"));
    await pages.world.decisions.keep(record({ at: "2026-11-21T20:00:00.000Z" }), 90);
    await pages.post("/access-list/add", "Administrator", { entry: "zone.example", effect: "allow", issuer: "", expiresAt: "", note: "" });
  });
  afterAll(() => pages.close());

  it.each([
    { search: "from=2026-11-22&to=2026-11-22&zone=Asia/Seoul", found: true },
    { search: "from=2026-11-21&to=2026-11-21&zone=Asia/Seoul", found: false },
    { search: "from=2026-11-21&to=2026-11-21", found: true },
    { search: "from=2026-11-21&to=2026-11-21&zone=nowhere", found: true },
    { search: "from=2026-11-22&to=2026-11-22", found: false },
  ])("finds decisions by the days of the time zone in the address: $search", async ({ search, found }) => {
    const Cookie = `${await pages.cookie("Reader")}; gatehouse-zone=Asia%2FSeoul`;
    const html = await (await pages.get(`/decisions?${search}`, undefined, { Cookie })).text();
    expect(html.includes("kim@contoso.com")).toBe(found);
  });

  it("interprets the days of a search in the visitor's time zone", async () => {
    const Cookie = `${await pages.cookie("Reader")}; gatehouse-zone=Asia%2FSeoul`;
    const html = await (await pages.get("/decisions", undefined, { Cookie })).text();
    expect(html).toMatch(/From \(Asia\/Seoul\)[\s\S]*name="zone" value="Asia\/Seoul"/);
  });

  it.each([
    { given: "no zone", cookie: "", shown: 'title="2026-11-21 22:08:45 UTC">' },
    { given: "a zone", cookie: "; gatehouse-zone=Asia%2FSeoul", shown: 'title="2026-11-22 07:08:45 UTC+09:00, 2026-11-21 22:08:45 UTC">' },
    { given: "a made-up one", cookie: "; gatehouse-zone=%22%3E%3Cscript%3E", shown: 'title="2026-11-21 22:08:45 UTC">' },
  ])("shows times in the zone of the visitor's cookie, or else in UTC: $given", async ({ cookie, shown }) => {
    const Cookie = `${await pages.cookie("Administrator")}${cookie}`;
    expect(await (await pages.get("/audit", undefined, { Cookie })).text()).toContain(shown);
  });
});
