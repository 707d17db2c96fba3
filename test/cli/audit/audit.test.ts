import { type AuditStore, auditStore } from "../../../adapters/tables/audit";
import { toItem } from "../../../adapters/tables/item";
import { numberText } from "../../../engine/audit/entry";
import { keyedHash } from "../../../engine/sign-up/person";
import { gatehouse, jsonLines, PERSON_KEY, startInstance, type TestInstance } from "../support";

const hashOf = keyedHash(PERSON_KEY);
let around: TestInstance;
let trail: AuditStore;
const told = [
  ["oid-1", "kim@gmail.com", "2026-11-19T10:00:00Z"],
  ["outside", "contoso.com", "2026-11-20T10:00:00Z"],
  ["oid-1", "contoso.com", "2026-11-20T11:00:00Z"],
  ["oid-2", "lee@contoso.com", "2026-11-21T10:00:00Z"],
] as const;

beforeAll(async () => {
  around = await startInstance([], "policy", { audit: true });
  trail = auditStore(around.dynamodb.client, "audit-test", async () => ({ hashOf }));
  for (const [by, subject, at] of told) {
    const via = by === "outside" ? by : "console";
    await trail.tell({ by, via, action: "access-list.added", outcome: "done", subject, after: { entry: subject } }, new Date(at));
  }
});
afterAll(() => around.close());

const run = (...args: readonly string[]) => gatehouse("audit", ...args, ...around.local);

it.each<[string, readonly string[], readonly number[]]>([
  ["everything", [], [4, 3, 2, 1]],
  ["a day", ["--day", "2026-11-20"], [3, 2]],
  ["an entry", ["--entry", "contoso.com"], [3, 2]],
  ["a person, in another spelling", ["--person", "K.I.M@googlemail.com"], [1]],
  ["what was made outside", ["--by", "outside"], [2]],
  ["some of it", ["--limit", "2", "--before", "4"], [3, 2]],
  ["nothing", ["--action", "profiles.removed"], []],
])("list shows %s", async (_, args, numbers) => {
  const found = jsonLines(await run("list", ...args, "--json")) as readonly { readonly number: string }[];
  expect(found.map(({ number }) => Number(number))).toEqual(numbers);
});

it.each([
  [["--entry", "kept.example"], true],
  [["--day", "2026-11-20"], false],
])("list says of %j whether batches are left out", async (args, said) => {
  expect((await run("list", ...args)).stderr.includes("Batches are not searched by entry")).toBe(said);
});

it("list and show tell who, what and of which row", async () => {
  expect((await run("list", "--by", "outside")).stdout).toBe("2  2026-11-20 10:00:00  access-list.added  contoso.com  outside Gatehouse\n");
  expect((await run("show", "2")).stdout).toMatch(/after: {2}\{"entry":"contoso.com"\}\n.*CloudTrail.*\n {2}As it was written.\n$/);
});

it.each([
  [["list", "--day", "x"], "is no day"],
  [["list", "--person", "x"], "neither an address nor an account"],
  [["list", "--before", "x"], "no number of an entry"],
  [["show", "99"], "There is no entry 99"],
  [["verify", "--from", "x"], "neither a day nor an entry's number"],
  [["verify", "--head", "x"], "is not what audit verify prints"],
  [["verify", "--head", `1:${"a".repeat(64)}`, "--from", "3"], "would not be looked at"],
])("says what is wrong with %j", async (args, words) => {
  const { exitCode, stderr } = await run(...args);
  expect({ exitCode, said: stderr.includes(words) }).toEqual({ exitCode: 1, said: true });
});

it.each([
  ["beyond the end", ["--from", "99"]],
  ["of days to come", ["--from", "2030-01-01"]],
  ["before the beginning", ["--to", "2020-01-01"]],
  ["the wrong way round", ["--from", "3", "--to", "2"]],
])("verify does not vouch for a stretch %s", async (_, args) => {
  expect(await run("verify", ...args)).toMatchObject({ exitCode: 2, stdout: "No entry stands there: nothing was checked.\n" });
  expect(jsonLines(await run("verify", ...args, "--json"))).toEqual([{ sound: false, entries: 0, erased: 0 }]);
});

it("verify looks at a head right before the stretch", async () => {
  expect(await run("verify", "--head", `2:${"a".repeat(64)}`, "--from", "3")).toMatchObject({ exitCode: 2 });
});

it("verify says that all is as it was written, or names the first entry that is not, and what was cut off", async () => {
  const whole = await run("verify");
  expect(whole).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("The audit trail is as it was written: 4 entries.") });
  const head = /Last: (\S+)/.exec(whole.stdout)?.[1] as string;
  expect(await run("verify", "--head", head)).toMatchObject({ exitCode: 0 });
  const parts = [
    [["--from", "2026-11-20", "--to", "2026-11-20"], 2],
    [["--from", "2", "--to", "3"], 2],
    [["--from", "4"], 1],
  ] as const;
  for (const [args, entries] of parts) expect(jsonLines(await run("verify", ...args, "--json"))).toMatchObject([{ sound: true, entries }]);

  const key = (number: number) => ({ TableName: "audit-test", Key: toItem({ trail: "entries", number: numberText(number) }) });
  const row = (await trail.get(numberText(4))) as object;
  expect(row).toMatchObject({ by: "oid-2" });
  await around.dynamodb.client.call("DeleteItem", key(4));
  expect(await run("verify")).toMatchObject({ exitCode: 0 });
  expect(await run("verify", "--head", head)).toMatchObject({
    exitCode: 2,
    stdout: expect.stringContaining("Entry 4 is not there as it was"),
  });
  await around.dynamodb.client.call("DeleteItem", key(2));
  expect(await run("verify")).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("Entry 2 is missing.") });
  expect(jsonLines(await run("verify", "--from", "3", "--json"))).toMatchObject([{ sound: false, flaw: { kind: "missing" } }]);
});

it("person export prints, and person erase removes, what entries say of a person, and the chain holds", async () => {
  const own = await startInstance([], "policy", { audit: true });
  expect(await gatehouse("audit", "verify", ...own.local)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("no entries yet"),
  });
  const { client } = own.dynamodb;
  const audit = auditStore(client, "audit-test", async () => ({ hashOf }));
  const by = { by: "oid-1", via: "console", action: "access-list.changed", outcome: "done" } as const;
  await audit.tell({ ...by, subject: "kim@gmail.com", after: { entry: "kim@gmail.com" } }, new Date());
  await audit.tell({ ...by, subject: "contoso.com", after: { note: "asked by Kim@Gmail.com" } }, new Date());
  await audit.tell({ ...by, subject: "lee@contoso.com" }, new Date());
  await audit.tell({ ...by, subject: "tokim@gmail.com" }, new Date());
  await own.putRow({ person: "kim@gmail.com" }, own.profilesTable);
  const exported = jsonLines(await gatehouse("person", "export", "k.i.m@gmail.com", ...own.local)) as readonly {
    readonly audit?: { readonly number: string };
  }[];
  expect(exported.flatMap((line) => line.audit?.number ?? []).map(Number)).toEqual([1, 2]);
  expect(await gatehouse("person", "erase", "k.i.m@gmail.com", "--yes", ...own.local)).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining("Entries of the audit trail that say no more what was changed: 2."),
  });
  const { Items } = await client.call<{ Items: readonly object[] }>("Scan", { TableName: "audit-test" });
  expect(JSON.stringify(Items).toLowerCase().replaceAll("tokim@", "")).not.toContain("kim@gmail.com");
  const { entries } = await audit.page({});
  expect(entries.map(({ subject, action, outcome }) => `${action} ${subject} ${outcome}`)).toEqual([
    "person.erased  done",
    "person.erased  begun",
    "access-list.changed tokim@gmail.com done",
    "access-list.changed lee@contoso.com done",
    "access-list.changed  done",
    "access-list.changed  done",
  ]);
  expect(await gatehouse("audit", "verify", ...own.local)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("details of 2 erased"),
  });
  await own.close();
});
