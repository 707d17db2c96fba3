import { writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { type AwsClient, AwsError } from "../../../adapters/aws/client";
import type { Deployment } from "../../../cli/deployment";
import type { ChangeSet } from "../../../features/access-list/change-set";
import { type ChangeSetStore, changeSetStore } from "../../../features/access-list/store/change-sets";
import { writeRows } from "../../../features/access-list/store/row-changes";
import { recordEdit } from "../../../features/access-list/store/run";
import { editPorts } from "../../../features/access-list/verbs/change-sets";
import { gatehouse, jsonLines, type Ran, surroundings } from "../../cli/support";

const around = surroundings();

const list = (...args: string[]) => gatehouse("list", ...args, ...around.instance.local);
const rows = async () => (await around.instance.rows()).toSorted((a, b) => ((a.entry ?? "") < (b.entry ?? "") ? -1 : 1));
const store = (): ChangeSetStore => changeSetStore(around.instance.dynamodb.client, around.instance.listChangesTable);

function file(content: string): string {
  const path = join(around.folder, "list.csv");
  writeFileSync(path, content);
  return path;
}

async function newest(): Promise<ChangeSet> {
  const [set] = (await store().page(undefined, 1)).sets;
  if (set === undefined) throw new Error("There is no change set.");
  return set;
}

/** A set as an import leaves it whose program was killed after some rows. */
async function cutOff(written: number): Promise<ChangeSet> {
  const changes = ["a", "b", "c", "d"].map((name) => {
    const entry = `${name}.example`;
    return { entry, after: { entry: { S: entry }, effect: { S: "allow" } } };
  });
  const draft = { by: "kim", means: "list import", added: 4, changed: 0, removed: 0, writes: 4 } as const;
  const { client, tableName } = around.instance.dynamodb;
  const set = await recordEdit({ changes: store() }, draft, changes, new Date(), {});
  await writeRows({ client, list: tableName }, changes.slice(0, written));
  return set as ChangeSet;
}

const me = `${userInfo().username}@${hostname()}`;

it("the history shows each command's author and change, newest first, with the difference", async () => {
  await list("add", "contoso.com", "--effect", "allow");
  await list("add", "contoso.com", "--effect", "deny", "--note", "left");
  await list("remove", "contoso.com");
  await list("import", file("entry,effect\na.example,allow\nb.example,deny\n"));
  const sets = jsonLines(await list("changes", "--json")) as ChangeSet[];
  expect(sets.slice(0, 4)).toMatchObject([
    { by: me, means: "list import", state: "done", added: 2, changed: 0, removed: 0, writes: 2 },
    { by: me, means: "list remove", entry: "contoso.com", removed: 1 },
    { by: me, means: "list add", entry: "contoso.com", changed: 1 },
    { by: me, means: "list add", entry: "contoso.com", added: 1 },
  ]);
  const page = await list("changes", "--limit", "1");
  expect(page.stdout).toMatch(new RegExp(`^${sets[0]?.id}  \\S+ \\S+  list import  \\+2 ~0 -0  ${me}\\n$`));
  expect(page.stderr).toBe(`Older ones: list changes --before ${sets[0]?.id} --local --data '${around.instance.data}'\n`);
  expect((await list("changes", "--limit", "1", "--before", String(sets[0]?.id), "--json")).stdout).toContain(sets[1]?.id);
  const [newest, second] = sets.map(({ at }) => at) as [string, string];
  const idsOf = async (...moments: string[]) => (jsonLines(await list("changes", "--json", ...moments)) as ChangeSet[]).map(({ id }) => id);
  expect(await idsOf("--since", newest)).toEqual([sets[0]?.id]);
  expect(await idsOf("--since", second, "--until", second)).toEqual([sets[1]?.id]);
  expect((await idsOf("--until", second))[0]).toBe(sets[1]?.id);
  expect((await list("changes", "show", String(sets[2]?.id))).stdout).toMatch(/\n~ contoso.com: allow -> deny, note "left"\n$/);
  expect((await list("changes", "show", String(sets[1]?.id))).stdout).toMatch(/\n- contoso.com: deny, note "left"\n$/);
  expect(jsonLines(await list("changes", "show", String(sets[0]?.id), "--json")).slice(1)).toEqual([
    { entry: "b.example", is: { entry: "b.example", effect: "deny", state: "live" } },
    { entry: "a.example", is: { entry: "a.example", effect: "allow", state: "live" } },
  ]);
});

it("the history records nothing if a command changes nothing", async () => {
  await list("add", "contoso.com", "--effect", "allow");
  const { id } = await newest();
  expect((await list("add", "contoso.com", "--effect", "allow")).stdout).toBe("Already there: contoso.com: allow\n");
  expect(await newest()).toMatchObject({ id });
});

it("a revert undoes an import of every kind of change exactly, and can itself be reverted", async () => {
  await around.instance.putRow({ entry: "changed.example", effect: "allow", issuer: "google.com", ticket: "T-17" });
  await around.instance.putRow({ entry: "gone.example", effect: "deny", note: "x".repeat(10_000) });
  const before = await rows();
  const path = file(
    `entry,effect,expiresAt,note\nchanged.example,allow,2099-01-01,\nnew.example,deny,,"${'=<b>"",\n'.repeat(1_000)}"\n`.replace(
      '"=',
      "\"'=",
    ),
  );
  expect(await list("import", path, "--replace", "--yes")).toMatchObject({ exitCode: 0 });
  const after = await rows();
  const { id } = await newest();
  expect(await list("revert", id, "--dry-run")).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("1 to add, 1 to change, 1 to remove, 0 as before already, 0 edited since."),
  });
  expect(await rows()).toEqual(after);
  expect(await list("revert", id)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("add --yes") });
  expect(await list("revert", id, "--yes")).toMatchObject({ exitCode: 0 });
  expect(await rows()).toEqual(before);
  const revert = await newest();
  expect(revert).toMatchObject({ means: "list revert", reverts: id, by: me });
  expect(await list("revert", id, "--yes")).toMatchObject({
    exitCode: 1,
    stderr: `This change was undone already, by ${me}. list changes show ${revert.id} has more.\n`,
  });
  expect(await list("revert", revert.id, "--yes")).toMatchObject({ exitCode: 0 });
  expect(await rows()).toEqual(after);
  // Now the first one counts again.
  expect(await list("revert", id, "--yes")).toMatchObject({ exitCode: 0 });
  expect(await rows()).toEqual(before);
});

it("a revert leaves rows that were edited since the import, and names them", async () => {
  await list("import", file("entry,effect\na.example,allow\nb.example,allow\nc.example,allow\n"));
  const { id } = await newest();
  await list("add", "a.example", "--effect", "deny");
  await list("remove", "b.example");
  const plan = "0 to add, 0 to change, 1 to remove, 1 as before already, 1 edited since.";
  expect(await list("revert", id, "--dry-run")).toMatchObject({ exitCode: 2, stdout: expect.stringContaining(plan) });
  expect(await list("revert", id, "--yes")).toEqual({
    exitCode: 2,
    stdout: expect.stringContaining(`${plan}\n! a.example: edited since, stays as it is\n`),
    stderr: expect.stringContaining("1 row was edited since, and left as it is:\n  a.example\nDone: 1 write.\n"),
  });
  expect(await rows()).toEqual([{ entry: "a.example", effect: "deny" }]);
  const revert = await newest();
  expect(revert).toMatchObject({ added: 0, changed: 0, removed: 1, writes: 1, keptCount: 1, kept: ["a.example"] });
  const { stdout } = await list("changes", "show", revert.id);
  expect(stdout).toMatch(/^.*\n- c.example: allow\n! a.example: edited since, left as it was\n$/);
  // What the revert left is none of its own: taking it back leaves that too.
  expect(jsonLines(await list("revert", revert.id, "--dry-run", "--json"))).toMatchObject([{ added: 1, kept: 0 }]);
});

it("an import keeps a concurrent edit, and reports it", async () => {
  await around.instance.putRow({ entry: "a.example", effect: "allow" });
  const { client } = around.instance.dynamodb;
  const path = file("entry,effect,note\na.example,allow,new\nb.example,allow,\n");
  let edited = false;
  // Somebody is quicker: after the list is read, before the row is written.
  around.instance.dynamodb.before("TransactWriteItems", async () => {
    if (edited) return;
    edited = true;
    await client.call("PutItem", {
      TableName: around.instance.dynamodb.tableName,
      Item: { entry: { S: "a.example" }, effect: { S: "deny" }, note: { S: "meanwhile" } },
    });
  });
  expect(await list("import", path)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("  a.example\nDone: 1 write.\n") });
  expect(await rows()).toEqual([
    { entry: "a.example", effect: "deny", note: "meanwhile" },
    { entry: "b.example", effect: "allow" },
  ]);
  expect(await newest()).toMatchObject({ keptCount: 1, kept: ["a.example"] });
});

it("an interrupted import can be reverted", async () => {
  const { id } = await cutOff(2);
  expect((await list("changes")).stdout).toContain("not finished: 0 % written");
  expect(await list("revert", id, "--yes")).toMatchObject({ exitCode: 0 });
  expect(await rows()).toEqual([]);
});

const many = (count: number) => `entry,effect\n${Array.from({ length: count }, (_, index) => `many${index}.example,deny\n`).join("")}`;

/** An import of 300 rows as it is left if its program is killed after 200 of them. @returns the id of its set */
async function interruptedImport(): Promise<string> {
  let source: string | undefined;
  around.instance.dynamodb.before("BatchExecuteStatement", async () => {
    source ??= (await newest()).source;
  });
  await list("import", file(many(300)));
  const { id } = await newest();
  const { client, tableName: TableName } = around.instance.dynamodb;
  for (let index = 200; index < 300; index++) {
    await client.call("DeleteItem", { TableName, Key: { entry: { S: `many${index}.example` } } });
  }
  await store().update(id, {}, { state: "begun", upTo: undefined, source });
  return id;
}

it("an interrupted import is continued by the same command, as one change set", async () => {
  const id = await interruptedImport();
  const path = file(many(300));
  expect((await list("import", path, "--dry-run")).stdout).toMatch(/^100 to add, 0 to change, 0 to remove, 200 unchanged\.\n/);
  expect(await list("import", path)).toMatchObject({
    exitCode: 0,
    stdout: "0 to add, 0 to change, 0 to remove, 300 unchanged.\n",
    stderr: expect.stringContaining(`Continuing the change set ${id}, which an earlier run of this import left unfinished.\n`),
  });
  expect(await newest()).toMatchObject({ id, state: "done" });
  expect(await rows()).toHaveLength(300);
  expect(await list("revert", id, "--yes")).toMatchObject({ exitCode: 0 });
  expect(await rows()).toEqual([]);
  // Once it is undone, the same command is another import.
  expect((await list("import", path)).exitCode).toBe(0);
  expect((await newest()).id).not.toBe(id);
});

it.each<{ given: string; content: string; args: string[] }>([
  { given: "another file", content: many(301), args: [] },
  { given: "other options", content: many(300), args: ["--replace", "--yes"] },
])("an interrupted import is not continued by an import of $given", async ({ content, args }) => {
  const id = await interruptedImport();
  expect(await list("import", file(content), ...args)).toMatchObject({ exitCode: 0 });
  expect((await newest()).id).not.toBe(id);
  expect(await store().get(id)).toMatchObject({ state: "begun" });
});

it("a row edited between the two runs of an import stays as edited, and is named", async () => {
  await interruptedImport();
  const theirs = { entry: "many250.example", effect: "allow", note: "meanwhile" };
  await around.instance.putRow(theirs);
  expect(await list("import", file(many(300)))).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("  many250.example\n") });
  expect((await rows()).find(({ entry }) => entry === theirs.entry)).toEqual(theirs);
  expect(await rows()).toHaveLength(300);
});

it("a revert of a running import ends the import and removes all its rows", async () => {
  const path = file(many(3_000));
  let reverting: Promise<Ran> | undefined;
  let batches = 0;
  around.instance.dynamodb.before("BatchExecuteStatement", async () => {
    batches += 1;
    if (batches === 3) reverting = list("revert", (await newest()).id, "--yes");
  });
  await list("import", path);
  expect(await reverting).toMatchObject({ exitCode: 0 });
  expect(await rows()).toEqual([]);
});

it("two concurrent imports each report the rows that the other wrote first, and no row is lost", async () => {
  const one = join(around.folder, "one.csv");
  writeFileSync(one, many(300));
  const other = file(`${many(300).replaceAll(",deny", ",allow")}last.example,allow\n`);
  const results = await Promise.all([list("import", one, "--json"), list("import", other, "--json")]);
  const [kept, writes] = (["kept", "writes"] as const).map((name) =>
    results.reduce((sum, ran) => sum + Number((jsonLines(ran).at(-1) as Record<string, number>)[name]), 0),
  );
  expect({ kept, writes }).toEqual({ kept: 300, writes: 301 });
  expect(await rows()).toHaveLength(301);
});

it.each<{ given: string; args: (id: string) => string[]; says: string }>([
  {
    given: "a revert of an unknown id",
    args: () => ["revert", "20200101-000000000-aaaa", "--yes"],
    says: "There is no change set 20200101-000000000-aaaa: they are kept for 90 days",
  },
  { given: "a page of nothing", args: () => ["changes", "--limit", "0"], says: "Use a whole number from 1" },
])("a command refuses $given", async ({ args, says }) => {
  const { id } = await cutOff(1);
  const before = await rows();
  expect(await list(...args(id))).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
  expect(await rows()).toEqual(before);
});

it("an expired change set counts as gone, even before DynamoDB removes it", async () => {
  const { id } = await cutOff(1);
  await store().update(id, {}, { expires: 1 });
  expect(await list("revert", id, "--yes")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("There is no change set") });
});

it("an import or revert lists the denies that it would end, before it writes anything", async () => {
  const warned = (entry: string) => `Warning: The deny of ${entry} no longer refuses people: other entries and the policy decide on them.`;
  await around.instance.putRow({ entry: "*", effect: "deny" });
  await around.instance.putRow({ entry: "gmail.com", effect: "deny" });
  await around.instance.putRow({ entry: "contoso.com", effect: "deny" });
  const path = file("entry,effect,expiresAt\ngmail.com,deny,2099-01-01\na.example,deny,\n*.a.example,deny,\n");
  const replaced = await list("import", path, "--replace", "--yes");
  expect(replaced.stderr.match(/Warning: .*/g)?.toSorted()).toEqual([warned("*"), warned("gmail.com")]);
  const { id } = await newest();
  const dry = await list("revert", id, "--dry-run", "--json");
  expect(dry.stderr.match(/Warning: .*/g)).toEqual([warned("*.a.example")]);
  // Of a deny that ends a script is warned, and goes on.
  const ended = await list("import", file("entry,effect,expiresAt\ngmail.com,deny,2020-01-01\n"));
  expect(ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(warned("gmail.com")) });
});

it.each(["*", "gmail.com", "issuer:google.com"])(
  "an import that allows %s needs --yes if there is no terminal to confirm it",
  async (entry) => {
    const path = file(`entry,effect\na.example,allow\n${entry},allow\n`);
    const refused = await list("import", path);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(
      /This lets in people that nobody can name \(.+\): add --yes if that is meant\. Nothing was written\.\n$/,
    );
    expect(await around.instance.rows()).toEqual([]);
    expect(await list("import", path, "--yes")).toMatchObject({ exitCode: 0 });
    // It is there already: the next import opens nothing.
    expect(await list("import", path)).toMatchObject({ exitCode: 0 });
  },
);

it("rows are written one by one if DynamoDB refuses batches, and a command reports that once", async () => {
  const { client, tableName } = around.instance.dynamodb;
  const dynamodb: AwsClient = {
    ...client,
    call: async <T>(operation: string, input: object): Promise<T> => {
      if (operation === "BatchExecuteStatement") throw new AwsError("ValidationException", "", 400, {});
      return await client.call<T>(operation, input);
    },
  };
  const warnings: string[] = [];
  const deployment = { dynamodb, accessListTable: tableName, tables: {} } as Deployment;
  const ports = editPorts(deployment, (line) => warnings.push(line));
  const row = (entry: string) => ({ entry, after: { entry: { S: entry }, effect: { S: "allow" } } });
  const edit = { at: "2026-11-21T02:03:05.123Z", name: "kim" };
  for (const name of ["a", "b"]) expect(await writeRows(ports, [row(`${name}1.example`), row(`${name}2.example`)], edit)).toEqual([]);
  expect(warnings).toEqual(["DynamoDB takes no batch of statements (ValidationException): rows are written one by one, which is slower."]);
  expect((await rows()).map(({ entry }) => entry)).toEqual(["a1.example", "a2.example", "b1.example", "b2.example"]);
});
