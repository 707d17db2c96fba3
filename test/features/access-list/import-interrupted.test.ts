import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { rows as rowsOf } from "../../../adapters/tables/rows";
import { recordId } from "../../../engine/sign-up/records";
import { candidates, match } from "../../../features/access-list/match";
import { packageRoot } from "../../../lib/app-root";
import { gatehouse, surroundings } from "../../cli/support";
import { usersNode } from "../../support/users-node";

const around = surroundings();
const { folder } = around;

const ROWS = 4_000;
const entryAt = (index: number) => `person${index}@company${index % 50}.example`;
const path = join(folder, "list.csv");
const temporary = join(folder, "tmp");
mkdirSync(temporary);
const leftBehind = () => readdirSync(temporary);

/** @param note makes it another list: the same one goes on with what an earlier run began */
function writeList(effect: string, note = ""): void {
  const rows = Array.from({ length: ROWS }, (_, index) => `${entryAt(index)},${effect},${note}\n`);
  writeFileSync(path, `entry,effect,note\n${rows.join("")}`);
}

/** Loaded before the program: tells when it takes signals, and of each after it was taken, unless that ended the program. */
const telling = `data:text/javascript,${encodeURIComponent(`
  process.on("newListener", (name) => {
    if (name !== "SIGHUP") return;
    for (const each of ["SIGINT", "SIGTERM"]) process.on(each, () => setImmediate(() => process.send(each)));
    process.send("takes signals");
  });`)}`;

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
  /** Resolves once the program has told it. */
  told(text: "takes signals" | NodeJS.Signals): Promise<void>;
}

function start(...args: string[]): Started {
  const command = [
    "--import",
    telling,
    "--import",
    // What it compiles outlasts the suite's folder for temporary files.
    pathToFileURL(join(packageRoot, "bin", "typescript.mjs")).href,
    join(packageRoot, "bin", "entra-gatehouse.ts"),
    "list",
    "import",
    ...args,
    ...around.instance.local,
  ];
  const env = { ...process.env, TMPDIR: temporary };
  const child = spawn(usersNode, command, { cwd: packageRoot, env, stdio: ["pipe", "ignore", "pipe", "ipc"] });
  const news = new Set<unknown>();
  child.on("message", (text) => news.add(text));
  let stderr = "";
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  return {
    child,
    ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, stderr }))),
    async told(text) {
      while (!news.has(text)) await once(child, "message");
    },
  };
}

/** Ends when about that share of a sample of the rows is in the table. */
async function untilWritten(share: number): Promise<void> {
  const { client, tableName } = around.instance.dynamodb;
  const Keys = Array.from({ length: 20 }, (_, index) => ({ entry: { S: entryAt(Math.floor((index * ROWS) / 20)) } }));
  for (;;) {
    const RequestItems = { [tableName]: { Keys } };
    const { Responses } = await client.call<{ Responses: Record<string, readonly object[]> }>("BatchGetItem", { RequestItems });
    if ((Responses[tableName] ?? []).length >= share * Keys.length) return;
    await sleep(20);
  }
}

async function entries(): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  let ExclusiveStartKey: object | undefined;
  do {
    const page = await around.instance.dynamodb.client.call<{ Items: { entry: { S: string } }[]; LastEvaluatedKey?: object }>("Scan", {
      TableName: around.instance.dynamodb.tableName,
      ExclusiveStartKey,
    });
    for (const { entry } of page.Items) found.add(entry.S);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return found;
}

const whole = new Set(Array.from({ length: ROWS }, (_, index) => entryAt(index)));

it("a killed import can be continued", async () => {
  writeList("allow");
  const { child, ended } = start(path);
  await untilWritten(0.3);
  child.kill("SIGKILL");
  await ended;
  const half = (await entries()).size;
  expect(half).toBeGreaterThan(0);
  expect(half).toBeLessThan(ROWS);
  const { exitCode, stdout } = await gatehouse("list", "import", path, ...around.instance.local);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `0 to add, 0 to change, 0 to remove, ${ROWS} unchanged.\n` });
  expect(await entries()).toEqual(whole);
});

it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "after %s, an import reports its progress and how to continue, and leaves no address on disk",
  async (signal) => {
    writeList("allow", signal);
    const { child, ended } = start(path);
    await untilWritten(0.2);
    child.kill(signal);
    const { code, stderr } = await ended;
    const done = (await entries()).size;
    expect({ code, stderr }).toEqual({
      code: 130,
      stderr: expect.stringMatching(
        new RegExp(
          `^More than 20 entries .*\\nInterrupted: ${done} of ${ROWS} writes are done\\. Repeat the same command to continue; list revert \\S+ takes them back\\.\\n$`,
        ),
      ),
    });
    expect(done).toBeLessThan(ROWS);
    expect(leftBehind()).toEqual([]);
  },
);

it.each(["SIGINT", "SIGTERM"] as const)(
  "an import ends at once if its second signal is a %s, and leaves no address on disk",
  async (signal) => {
    const { child, ended, told } = start("-", "--format", "csv");
    child.stdin?.write("entry,effect\nkim@contoso.com,allow\n");
    await told("takes signals");
    child.kill("SIGINT");
    await told("SIGINT");
    child.kill(signal);
    expect(await ended).toEqual({ code: 130, stderr: "" });
    expect(leftBehind()).toEqual([]);
  },
);

it("an import that waits for input ends soon after one SIGTERM, and leaves no address on disk", async () => {
  const { child, ended, told } = start("-", "--format", "csv");
  child.stdin?.write("entry,effect\nkim@contoso.com,allow\n");
  await told("takes signals");
  child.kill("SIGTERM");
  expect(await ended).toEqual({ code: 130, stderr: "" });
  expect(leftBehind()).toEqual([]);
});

it("an import with --replace never admits a person whom both the old list and the new list refuse", async () => {
  // Old: company0 is let in but for those denied one by one. New: the domain is denied, whoever was denied is so no more.
  await around.instance.putRow({ entry: "company0.example", effect: "allow" });
  await around.instance.putRow({ entry: "person0@company0.example", effect: "deny" });
  writeFileSync(
    path,
    `entry,effect\ncompany0.example,deny\n*.example,allow\n${Array.from({ length: 3_000 }, (_, index) => `new${index}@company0.example,allow\n`).join("")}`,
  );
  const refused = { email: "person0@company0.example", identities: [] };
  const read = rowsOf(around.instance.dynamodb.client, () => around.instance.dynamodb.tableName).read;
  const keys = candidates(refused, []).map(({ key }) => ({ table: "accessList" as const, key: { entry: key } }));
  const { ended } = start(path, "--replace", "--yes");
  let over = false;
  const end = ended.finally(() => {
    over = true;
  });
  const heard = new Map<string, number>();
  while (!over) {
    const found = await read(keys);
    const { listed } = match(refused, [], (entry) => found.get(recordId({ table: "accessList", key: { entry } })), new Date());
    heard.set(listed, (heard.get(listed) ?? 0) + 1);
    await sleep(2);
  }
  expect((await end).code).toBe(0);
  expect([...heard.keys()]).toEqual(["deny"]);
  expect(heard.get("deny")).toBeGreaterThan(50);
});
