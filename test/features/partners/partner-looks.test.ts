import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { toItem, toRow } from "../../../adapters/tables/item";
import { writeAlone } from "../../../adapters/tables/table";
import type { PartnerRow } from "../../../features/access-list/partner";
import { accessListStore } from "../../../features/access-list/store/access-list";
import { auditStore } from "../../../features/audit/store/trail";
import { addedPartner, lookedFor } from "../../../features/partners/change";
import { partnerRecord } from "../../../features/partners/entries";
import { partnerStore } from "../../../features/partners/store/partners";
import { partnerLooksHandler } from "../../../features/partners/worker/looks";
import { memoryWorld } from "../../memory/world";
import { createDecisionsTable } from "../../support/decisions-table";
import { createKeyTable } from "../../support/key-table";

const NOW = Date.parse("2026-06-01T00:00:00.000Z");
const ago = (days: number) => new Date(NOW - days * 86_400_000);
const added = (domain: string, days = 1) => addedPartner({ domain, token: `token-of-${domain}`, by: "kim" }, ago(days));

/** What the DNS answers, by name: texts, or a failure. */
const zone = new Map<string, readonly string[] | 503>();
const asked: string[] = [];
const dns = createServer((request, response) => {
  const name = (request.url ?? "").slice("/txt/".length);
  asked.push(name);
  const found = zone.get(name) ?? [];
  response.writeHead(found === 503 ? 503 : 200).end(JSON.stringify(found));
});
beforeAll(() => new Promise<void>((resolve) => dns.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => dns.close(resolve)));

async function begin(rows: readonly PartnerRow[]) {
  zone.clear();
  asked.length = 0;
  const { world, observed } = memoryWorld({
    settings: {
      ACCESS_LIST_TABLE: "access-list",
      DECISIONS_TABLE: "decisions",
      AUDIT_TABLE: "audit",
      PERSON_KEY_SECRET: "person-key",
      GATEHOUSE_ENDPOINT_DNS: `http://127.0.0.1:${(dns.address() as AddressInfo).port}`,
    },
    secrets: { "person-key": "k".repeat(64) },
    clock: { now: () => NOW, startTimer: () => () => undefined },
  });
  await createDecisionsTable(world.tables, "decisions");
  await createKeyTable(world.tables, "audit", "audit");
  await createKeyTable(world.tables, "access-list", "accessList");
  const list = accessListStore(world.tables, "access-list");
  const partners = partnerStore(world.tables, "decisions");
  for (const row of rows) await partners.replace(undefined, row);
  return { partners, list, observed, world, trail: auditStore(world.tables, "audit"), look: partnerLooksHandler(world) };
}
const time = (ms = 300_000) => ({ getRemainingTimeInMillis: () => ms });
const proves = (row: PartnerRow) => zone.set(partnerRecord(row).name, [partnerRecord(row).value]);

it("looks up the record of each domain that has not lapsed, and writes changes to the trail as Gatehouse's own", async () => {
  const proven = lookedFor(added("proven.example"), "found", ago(1));
  const gone = lookedFor(added("gone.example"), "found", ago(1));
  const unsure = lookedFor(added("unsure.example"), "found", ago(1));
  const late = added("late.example", 91);
  const lapsed = lookedFor(added("lapsed.example", 200), "missing", ago(1));
  const fresh = added("fresh.example");
  const { partners, trail, look } = await begin([proven, gone, unsure, late, lapsed, fresh]);
  for (const row of [proven, fresh]) proves(row);
  zone.set(partnerRecord(unsure).name, 503);
  await look(undefined, time());
  const states = await Promise.all([proven, gone, unsure, late, lapsed, fresh].map(async ({ id }) => (await partners.of(id))?.state));
  expect(states).toEqual(["proven", "stale", "proven", "lapsed", "lapsed", "proven"]);
  expect(asked.some((name) => name.includes("lapsed"))).toBe(false);
  const { entries } = await trail.page({});
  expect(entries.map(({ by, via, action, subject }) => `${by} ${via} ${action} ${subject}`).sort()).toEqual(
    ["fresh", "gone", "late"].map((name) => `gatehouse gatehouse partner.changed partner/${name}.example`),
  );
  await look(undefined, time());
  expect((await trail.page({})).entries).toHaveLength(3);
});

it("begins with domains that were checked longest ago, and leaves the rest for tomorrow if its time is up", async () => {
  const rows = Array.from({ length: 8 }, (_, index) => lookedFor(added(`p${index}.example`), "missing", ago(8 - index)));
  const { look } = await begin(rows);
  await look(undefined, time(1_000));
  expect(asked.toSorted()).toEqual([0, 1, 2, 3, 4].map((index) => `_gatehouse.p${index}.example`));
});

it("keeps a row that somebody changed meanwhile, and fails at the end if a row could not be written", async () => {
  const [taken, broken, fine] = [added("a.example"), added("b.example"), added("c.example")] as const;
  const { world, partners } = await begin([taken, broken, fine]);
  for (const row of [taken, broken, fine]) proves(row);
  let meddled = false;
  const call: typeof world.tables.call = async (operation, input, signal) => {
    const text = operation === "TransactWriteItems" ? JSON.stringify(input) : "";
    if (text.includes('"id":{"S":"b.example"}')) throw new Error("The table is busy.");
    if (text.includes('"id":{"S":"a.example"}') && !meddled) {
      meddled = true;
      await writeAlone(partners.removing(toItem(taken)));
    }
    return await world.tables.call(operation, input, signal);
  };
  const look = partnerLooksHandler({ ...world, tables: { ...world.tables, call } });
  await expect(look(undefined, time())).rejects.toThrow("could not be looked at: 1");
  expect(await partners.of("a.example")).toBeUndefined();
  expect(await partners.of("b.example")).toEqual(broken);
  expect(await partners.of("c.example")).toMatchObject({ state: "proven" });
});

it("ends only entries that contacts of a lapsed partner made, whoever recorded the lapse", async () => {
  const [late, lapsed, proven] = [
    added("late.example", 91),
    lookedFor(added("lapsed.example", 200), "missing", ago(1)),
    lookedFor(added("proven.example"), "found", ago(1)),
  ] as const;
  const { list, look, trail } = await begin([late, lapsed, proven]);
  proves(proven);
  const rows = [
    { entry: "ann@late.example", effect: "allow", byPartner: "late.example", expiresAt: "2026-07-01" },
    { entry: "ann@lapsed.example", effect: "allow", byPartner: "lapsed.example", expiresAt: "2026-07-01" },
    { entry: "bo@late.example", effect: "deny", byPartner: "late.example" },
    { entry: "cy@late.example", effect: "allow" },
    { entry: "ann@proven.example", effect: "allow", byPartner: "proven.example", expiresAt: "2026-07-01" },
  ];
  for (const row of rows) await list.put(toItem(row), undefined);
  const ends = async () => await Promise.all(rows.map(async ({ entry }) => toRow((await list.get(entry)) ?? {}).expiresAt));
  const expected = [new Date(NOW).toISOString(), new Date(NOW).toISOString(), undefined, undefined, "2026-07-01"];
  await look(undefined, time());
  expect(await ends()).toEqual(expected);
  await look(undefined, time());
  expect(await ends()).toEqual(expected);
  const { entries } = await trail.page({});
  expect(entries.map(({ by, action, subject }) => `${by} ${action} ${subject}`).sort()).toEqual([
    "gatehouse access-list.changed ann@lapsed.example",
    "gatehouse access-list.changed ann@late.example",
    "gatehouse partner.changed partner/late.example",
  ]);
});

it("fails if a row is unreadable, but checks all other domains and ends entries of removed partners' contacts", async () => {
  const [proven, over] = [added("proven.example"), { ...lookedFor(added("over.example"), "found", ago(9)), until: ago(1).toISOString() }];
  const { list, look, partners, observed, world } = await begin([proven, over]);
  proves(proven);
  proves(over);
  const typed = { ...lookedFor(added("typed.example"), "found", ago(1)), expiresAt: "2026-05-01" };
  await world.tables.call("PutItem", { TableName: "decisions", Item: toItem(typed) });
  const rows = ["typed", "gone", "over"].map((name) => ({
    entry: `ann@${name}.example`,
    effect: "allow",
    byPartner: `${name}.example`,
    expiresAt: "2026-07-01",
  }));
  for (const row of rows) await list.put(toItem(row), undefined);
  await expect(look(undefined, time())).rejects.toThrow("could not be looked at: 1");
  const ends = await Promise.all(rows.map(async ({ entry }) => toRow((await list.get(entry)) ?? {}).expiresAt));
  expect(ends).toEqual(["2026-07-01", new Date(NOW).toISOString(), new Date(NOW).toISOString()]);
  expect((await Promise.all([proven, over].map(({ id }) => partners.of(id)))).map((row) => row?.state)).toEqual(["proven", "lapsed"]);
  expect(observed.lines).toEqual([
    { level: "error", message: "partner not readable", facts: { domain: "typed.example", column: "expiresAt" } },
    { level: "warn", message: "entries of a removed partner ended", facts: { domain: "gone.example", entries: 1 } },
  ]);
});
