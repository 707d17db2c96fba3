import { countStore } from "../../../../adapters/tables/counts";
import { knownDomains } from "../../../../adapters/tables/look-alikes";
import type { DecisionRecord } from "../../../../engine/sign-up/record";
import { asked, record, startConsole, type TestConsole } from "../../support";

let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
});
afterAll(() => pages.close());

const shown = async (language = "en") => await (await pages.get("/", "Reader", { "Accept-Language": language })).text();

it("says nothing of Entra's log where nobody has looked", async () => expect(await shown()).not.toContain("What Entra saw"));

it("tells what Entra saw when somebody last looked, the most first", async () => {
  const times = { at: "2026-11-20T10:00:00.000Z", since: "2026-11-13T10:00:00.000Z", until: "2026-11-20T09:30:00.000Z" };
  await pages.put({ id: "entra-log", ...times, outcomes: { "timed out": 2, finished: 35, "<b>new</b>": 1 }, expires: 1 }, "ledger");
  const html = await shown();
  expect(html).toMatch(
    /What Entra saw[\s\S]*2026-11-13 10:00:00 UTC[\s\S]*Finished[\s\S]*35[\s\S]*Timed out[\s\S]*2[\s\S]*2026-11-20 10:00:00 UTC/,
  );
  expect(html).not.toContain("<b>new</b>");
  expect(await shown("ko")).toMatch(/Entra가 본 가입[\s\S]*시간 초과/);
});

const NOW = new Date("2026-11-20T09:00:00.000Z");
const textIn = (html: string) => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
const count = async (hour: string, records: readonly Partial<DecisionRecord>[], gate = "default") =>
  await countStore(pages.database.client, "ledger-test").add(
    { hour, gate },
    records.map((each, index) => ({ sequenceNumber: `${hour}/${gate}/${index}`, record: record(each) })),
    1,
  );

describe("in the morning", () => {
  beforeAll(() => pages.setTime(NOW));

  it("counts the newest decisions itself where counting has not begun", async () => {
    await pages.world.decisions.keep(record({ at: "2026-11-20T08:00:00.000Z", durationMs: 4_321 }), 90);
    const text = textIn(await shown());
    expect(text).toMatch(/0 let through, 1 blocked|Refused: 1/);
    expect(text).toMatch(/Refusals by rule.*access-list.*Slow answers.*K7QD-9MXD.*4321 ms/);
  });

  it("shows what was counted, and since when", async () => {
    const timeout = { service: "experian", kind: "timeout" } as const;
    await countStore(pages.database.client, "ledger-test").begin(new Date("2026-11-18T10:00:00.000Z"));
    await count(
      "2026-11-18T10",
      Array(1_200).fill({ verdict: "continue", reasons: [], durationMs: 90, calls: [{ service: "experian", ms: 700 }] }),
    );
    await count("2026-11-20T08", [
      { calls: [{ service: "experian", ms: 180 }] },
      {
        reasons: ["<b>own</b>"],
        calls: [{ service: "experian", ms: 4_000 }],
        trace: [{ rule: "x", said: "continue", upstreamFailure: timeout }],
      },
      { reasons: ["own"], trace: [] },
      { rule: "request-approval", reasons: ["approval.requested"], trace: [] },
      { rule: "approval-status", reasons: ["approval.pending"], trace: [] },
    ]);
    const html = await shown();
    const text = textIn(html);
    expect(text).toMatch(/Counted since 2026-11-18 10:00:00 UTC/);
    expect(text).toMatch(/Let in: 1,200 Asked to correct: 0 Asked for approval: 2 Refused: 3/);
    expect(html).not.toContain("approval.pending");
    expect(text).toMatch(/experian 2 50 % 250 ms 4000 ms 99.9 %/);
    expect(text).toMatch(/experian no answer in time 1 2026-11-20 08:00:00 UTC/);
    expect(text).toContain("Half of all answers took at most 100 ms, 95 of 100 at most 100 ms.");
    expect(html).toContain('href="/decisions?from=2026-11-07&amp;rule=access-list&amp;reason=own"');
    expect(html).not.toContain("<b>own</b>");
  });

  it("says what waits, what was changed and by whom, and what may be a mistake", async () => {
    await asked(pages, "lee@contoso.com");
    await pages.put({ entry: "Broken Entry", effect: "allow", problem: "not a domain" });
    await pages.put({ entry: "soon.example", effect: "allow", expiresAt: new Date(Date.now() + 86_400_000).toISOString() });
    await pages.put({ entry: "later.example", effect: "allow", expiresAt: new Date(Date.now() + 8 * 86_400_000).toISOString() });
    await pages.world.audit.audited(
      { by: "oid-1", name: "Kim", action: "profiles.changed", subject: "lee@contoso.com" },
      new Date(),
      async () => true,
    );
    const news = { via: "outside", action: "access-list.changed", outcome: "seen", subject: "other.example" } as const;
    await pages.world.audit.tell({ ...news, by: "outside" }, new Date());
    await pages.world.audit.tell({ ...news, by: "oid-1", via: "console", subject: "told-by-its-change-set.example" }, new Date());
    for (const name of ["a", "b", "c", "d", "e", "f"]) {
      const reasons = ["access-list.unlisted"];
      const email = `${name}@${name < "d" ? "partner.example" : "c0ntoso.com"}`;
      await pages.world.decisions.keep(record({ id: name, reference: `K7QD-9MX${name.toUpperCase()}`, email, reasons }), 90);
    }
    // The one that it looks like comes late in the list.
    for (let index = 0; index < 150; index++) await pages.put({ entry: `a${index}.example`, effect: "allow" });
    await pages.put({ entry: "contoso.com", effect: "allow" });
    await knownDomains(pages.database.client, "ledger-test").allowed("contoso.com", { effect: "allow" });
    pages.setTime(new Date());
    const text = textIn(await shown());
    expect(text).toMatch(/Waiting 1 waiting requests; the oldest has waited 0 min/);
    expect(text).toMatch(/Entries of the access list with a problem: 1 Entries that end within 7 days: 1 /);
    expect(text).toMatch(/Changed since yesterday, 6 p.m..* Kim Profile changed: lee@contoso.com/);
    expect(text).toContain("Edited outside Gatehouse Entry changed: other.example");
    expect(text).not.toContain("told-by-its-change-set");
    expect(text).toMatch(/partner.example 3 Several people came from it and no entry covers them/);
    expect(text).toMatch(/c0ntoso.com 3 (?!.{0,80}Allow it)/);
    const href = /<a href="([^"]+)">Allow it until a day…/.exec(await (await pages.get("/", "Administrator")).text())?.[1] ?? "";
    expect(await (await pages.get("/", "Reader")).text()).not.toContain("Allow it until");
    const form = await (await pages.get(href, "Administrator")).text();
    const end = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    expect(form).toContain('name="entry" value="partner.example"');
    expect(form).toMatch(/<option value="allow" selected=""/);
    expect(form).toContain(`<option value="${end}" selected="">`);
    expect(textIn(await shown("ko"))).toMatch(/처리할 일 1 대기 중인 요청/);
  });
});

it("counts all entries that end soon, of a list as long as most are", async () => {
  pages.setTime(new Date());
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  await Promise.all(Array.from({ length: 180 }, (_, index) => pages.put({ entry: `soon${index}.example`, effect: "allow", expiresAt })));
  expect(textIn(await shown())).toMatch(/Entries that end within 7 days: 18[0-9] /);
});

it("keeps what was changed outside in sight, however much else was", async () => {
  pages.setTime(new Date());
  const news = { via: "outside", by: "outside", action: "access-list.added", outcome: "seen" } as const;
  await pages.world.audit.tell({ ...news, subject: "*" }, new Date());
  await pages.world.audit.tell({ ...news, subject: "", count: 97 }, new Date());
  for (let count = 0; count < 12; count++) {
    const subject = `lee${count}@contoso.com`;
    await pages.world.audit.tell(
      { via: "console", by: "oid-2", name: "Ann", action: "approvals.approve", outcome: "done", subject },
      new Date(),
    );
  }
  const html = await shown();
  expect(textIn(html)).toMatch(/Entry added: \* .*Ann 12 requests approved/);
  expect(html).toContain('<a href="/audit?operator=outside&amp;action=access-list.added">97 entries added</a>');
  expect(textIn(html)).not.toContain("Made outside Gatehouse:");
  for (let count = 0; count < 12; count++) await pages.world.audit.tell({ ...news, subject: `${count}.example` }, new Date());
  expect(textIn(await shown())).toMatch(/Made outside Gatehouse: and 5 more/);
});

it.each([
  { alarms: async () => [], says: "No alarm is ringing." },
  { alarms: async () => Promise.reject(new Error("no right")), says: "CloudWatch did not say which alarms are ringing." },
  {
    alarms: async () => [
      { name: "Gatehouse-Lag-1", description: "Decisions wait. Runbook: https://x.example/#event-lag", since: NOW.toISOString() },
    ],
    says: "Decisions wait. 2026-11-20 09:00:00 UTC What to do",
  },
])("says of alarms: $says", async ({ alarms, says }) => {
  Object.assign(pages.world, { alarms });
  expect(textIn(await shown())).toContain(says);
  Object.assign(pages.world, { alarms: undefined });
});
