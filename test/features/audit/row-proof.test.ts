import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toItem } from "../../../adapters/tables/item";
import { pagesOf } from "../../../adapters/tables/search";
import { deleteItem, putItem, updateItem } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import type { Deployment } from "../../../cli/deployment";
import { keyedHash } from "../../../engine/sign-up/person";
import { changeSetStore } from "../../../features/access-list/store/change-sets";
import { auditStore } from "../../../features/audit/store/trail";
import { provenRows } from "../../../features/audit/verbs/prove-rows";
import { gatehouse, jsonLines, PERSON_KEY, startInstance, type TestInstance } from "../../cli/support";

let around: TestInstance;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "row-proof-"));
  around = await startInstance([], "policy", { audit: true });
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await around.close();
});

const verify = (...more: readonly string[]) => gatehouse("audit", "verify", "--rows", ...more, ...around.local);
const list = async (...args: readonly string[]) => expect(await gatehouse("list", ...args, ...around.local)).toMatchObject({ exitCode: 0 });
const listTable = () => ({ client: around.dynamodb.client, name: around.dynamodb.tableName, key: tables.accessList.key });
const put = (entry: string, effect: string) => putItem(listTable(), toItem({ entry, effect }));
const changes = () => changeSetStore(around.dynamodb.client, around.listChangesTable);
const trail = () => auditStore(around.dynamodb.client, "audit-test", async () => ({ hashOf: keyedHash(PERSON_KEY) }));

/** Edits of one row and of several, one of them over what an import wrote. */
async function edited(): Promise<void> {
  await list("add", "contoso.com", "--effect", "allow");
  await list("add", "fabrikam.com", "--effect", "allow");
  await list("remove", "fabrikam.com");
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  await list("import", file("first.csv", "entry,effect\na.example,allow\nb.example,deny\nc.example,deny\n"));
  await list("import", file("second.csv", "entry,effect,note\nb.example,deny,seen\nc.example,deny,seen\n"));
}

it.each<[string, () => Promise<unknown>, string | undefined]>([
  ["nothing else happens", async () => undefined, undefined],
  [
    "the same is done again",
    async () => {
      await list("remove", "contoso.com");
      await list("add", "contoso.com", "--effect", "allow");
    },
    undefined,
  ],
  [
    "the hygiene worker remarks something",
    () => updateItem(listTable(), toItem({ entry: "a.example" }), { set: toItem({ problem: "p" }), remove: [] }),
    undefined,
  ],
  ["a row is added", () => put("new.example", "allow"), "access-list/new.example is there, and no entry tells of it."],
  ["a row is changed", () => put("contoso.com", "deny"), "access-list/contoso.com is not as entry 1 says"],
  ["an imported row is changed", () => put("a.example", "deny"), "access-list/a.example is not as entry "],
  ["an imported row is as it was before another import", () => put("c.example", "deny"), "access-list/c.example is not as entry "],
  ["a removed row is back", () => put("fabrikam.com", "allow"), "access-list/fabrikam.com is not as entry 3 says"],
  [
    "a row is removed",
    () => deleteItem(listTable(), toItem({ entry: "contoso.com" })),
    "access-list/contoso.com is not there, though entry 1",
  ],
  [
    "an imported row is removed",
    () => deleteItem(listTable(), toItem({ entry: "b.example" })),
    "access-list/b.example is not there, though",
  ],
  [
    "a profile is added",
    () =>
      putItem(
        { client: around.dynamodb.client, name: around.profilesTable, key: tables.profiles.key },
        toItem({ person: "kim@contoso.com" }),
      ),
    "profiles/kim@contoso.com is there, and no entry tells of it.",
  ],
])("verify --rows tells a row that the trail does not: %s", async (_, act, fault) => {
  await edited();
  await act();
  expect(await verify()).toMatchObject(
    fault === undefined
      ? { exitCode: 0, stdout: expect.stringContaining("Each row is as the trail says: 4 rows.") }
      : { exitCode: 2, stdout: expect.stringContaining(fault) },
  );
});

it("tells a change on record that no entry has, and an entry's change that is not on record", async () => {
  await edited();
  const [set] = (await changes().page()).sets;
  for await (const part of changes().parts(set?.id ?? "")) {
    const writes = part.writes.map((write) => (write.entry === "b.example" ? { ...write, entry: "other.example" } : write));
    await changes().putPart({ id: set?.id ?? "", expires: set?.expires ?? 0 }, { ...part, writes });
  }
  const [found] = jsonLines(await verify("--json")) as [{ rows: { faults: readonly object[] } }];
  expect(found.rows.faults).toMatchObject([
    { kind: "row-differs", subject: "b.example" },
    { kind: "change-without-entry", subject: "other.example", set: set?.id },
    { kind: "entry-without-change", number: "000000000005", set: set?.id },
  ]);
});

it("what entries without digests may have written is not proven, and no fault", async () => {
  await put("old.example", "allow");
  const old = {
    by: "oid-1",
    via: "command",
    action: "access-list.imported",
    outcome: "done",
    subject: "s-1",
    set: "s-1",
    count: 3,
  } as const;
  await trail().tell(old, new Date());
  await list("add", "contoso.com", "--effect", "allow");
  expect(await verify()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("1 row cannot be proven") });
  await put("contoso.com", "deny");
  expect(await verify()).toMatchObject({ exitCode: 2 });
});

it("an entry that came before digests, begun and then done, says what its row is", async () => {
  const entry = { by: "oid-1", action: "access-list.added", subject: "old.example", after: { entry: "old.example", effect: "allow" } };
  await trail().audited(entry, new Date(), async () => (await put("old.example", "allow")).written);
  await trail().audited({ ...entry, subject: "late.example" }, new Date(), async () => false);
  expect(await verify()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("1 row.") });
  await put("old.example", "deny");
  expect(await verify()).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("access-list/old.example is not as entry 1 says") });
});

it("a job's rows, and those of table import, are proven by their digests", async () => {
  const file = (name: string, lines: readonly string[]) => {
    writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
    return join(folder, name);
  };
  await list("import", file("list.csv", ["entry,effect", ...Array.from({ length: 150 }, (_, index) => `d${index}.example,deny`)]));
  const people = file("profiles.csv", ["person,city", "kim@contoso.com,seoul", "lee@contoso.com,busan"]);
  expect(await gatehouse("table", "import", "profiles", people, ...around.local)).toMatchObject({ exitCode: 0 });
  expect(await verify()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Each row is as the trail says: 152 rows.") });
  await put("d7.example", "allow");
  expect(await verify()).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("access-list/d7.example is not as entry") });
});

it("what a set that is no longer kept may have changed is not proven, and no fault; what came after it is", async () => {
  await edited();
  const [set] = (await changes().page()).sets;
  const table = { client: around.dynamodb.client, name: around.listChangesTable, key: tables.listChanges.key };
  for await (const items of pagesOf(table, {}))
    for (const item of items) if (item.set?.S === set?.id) await deleteItem(table, toItem({ set: set?.id, part: item.part?.S }));
  expect(await verify()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("2 rows cannot be proven") });
  await list("add", "late.example", "--effect", "allow");
  await put("late.example", "deny");
  expect(await verify()).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("access-list/late.example is not as entry") });
});

it("an edit made while the rows are read is no fault", async () => {
  await edited();
  const { client, tableName } = around.dynamodb;
  let edits = 0;
  const busy = {
    async *rows(from?: string) {
      yield* trail().rows(from);
      edits += 1;
      if (edits === 1) await list("add", "late.example", "--effect", "allow");
    },
  };
  const hashes = async () => ({ hashOf: keyedHash(PERSON_KEY) });
  const tableOf = (table: string) => (table === "accessList" ? tableName : table === "profiles" ? around.profilesTable : "reference-data");
  const named = Object.fromEntries(["accessList", "profiles", "referenceData"].map((name) => [name, tableOf(name)]));
  const deployment = {
    dynamodb: client,
    listChangesTable: around.listChangesTable,
    hashes,
    tableOf,
    tables: named,
  } as unknown as Deployment;
  expect((await provenRows(deployment, busy)).faults).toEqual([]);
  await put("late.example", "deny");
  expect((await provenRows(deployment, busy)).faults).toMatchObject([{ kind: "row-differs", subject: "late.example" }]);
});

it("needs the whole trail", async () => {
  expect(await verify("--from", "2")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--rows needs the whole trail") });
});
