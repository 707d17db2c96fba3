import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { makeObjectStore } from "../../../adapters/aws/objects";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { type AnyTableName, tables } from "../../../adapters/tables/tables";
import { type AuditedTable, auditedTables, type TableChange } from "../../../engine/audited-change";
import { keyedHash } from "../../../engine/sign-up/person";
import { CHANGE_SETS } from "../../../features/access-list/change-set";
import { archiveName, archiveText } from "../../../features/audit/chain";
import { type AuditRow, numberText } from "../../../features/audit/entry";
import { type Archived, archiveMark, archiveNews } from "../../../features/audit/store/archiver";
import { tableAudited } from "../../../features/audit/store/audited-tables";
import { changeAuditor } from "../../../features/audit/store/change-auditor";
import { type AuditStore, auditStore } from "../../../features/audit/store/trail";
import { gatehouse, jsonLines, PERSON_KEY, startInstance, type TestInstance } from "../../cli/support";
import { listen, testCredentials } from "../../support/dynamodb";
import { createKeyTable } from "../../support/key-table";

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
  ["a person's entry", ["--person", "K.I.M@googlemail.com", "--entry", "kim@gmail.com"], [1]],
  ["nothing of another entry than the person's", ["--person", "kim@gmail.com", "--entry", "contoso.com"], []],
  ["what was made outside", ["--by", "outside"], [2]],
  ["some of it", ["--limit", "2", "--before", "4"], [3, 2]],
  ["nothing", ["--action", "profiles.removed"], []],
])("audit list shows %s", async (_, args, numbers) => {
  const found = jsonLines(await run("list", ...args, "--json")) as readonly { readonly number: string }[];
  expect(found.map(({ number }) => Number(number))).toEqual(numbers);
});

it.each([
  [["--entry", "contoso.com"], /^Batches cannot be searched by entry/],
  [
    ["--entry", "kept.example"],
    /^No single edit of it is on record.\nBatches cannot be searched by entry\. .*for imports, see list changes/,
  ],
  [["--day", "2026-11-20"], /^$/],
  [["--day", "2026-11-28"], /^Nothing is on record for this search.\n$/],
])("audit list with %j explains whether its search omits batches", async (args, said) => {
  expect((await run("list", ...args)).stderr).toMatch(said);
});

it("audit list and show report the actor, the action and the row", async () => {
  expect((await run("list", "--by", "outside")).stdout).toBe("2  2026-11-20 10:00:00  access-list.added  contoso.com  outside Gatehouse\n");
  expect((await run("show", "2")).stdout).toMatch(/after: {2}\{"entry":"contoso.com"\}\n.*CloudTrail.*\n {2}As it was written.\n$/);
});

it("audit list prints an act as one line, however many entries and minutes it took", async () => {
  const own = await startInstance([], "policy", { audit: true });
  const ownTrail = auditStore(own.dynamodb.client, "audit-test", async () => ({ hashOf }));
  const tell = (act: string, index: number, action = "approvals.reopen") =>
    ownTrail.tell(
      { by: act, via: "command", action, outcome: "done", act, subject: `K7QD-${index}`, after: { email: `p${index}@act.example` } },
      new Date(Date.parse("2026-11-20T10:00:50Z") + index * 1_000),
    );
  for (let index = 0; index < 60; index++) await tell(index === 30 ? "another" : "undo", index);
  for (const [index, action] of ["approvals.deny", "approvals.invite"].entries()) await tell("transfer", 60 + index, action);
  const list = (...args: string[]) => gatehouse("audit", "list", ...args, ...own.local);
  const lines = (await list("--since", "2026-11-20", "--until", "2026-11-20")).stdout.trim().split("\n");
  expect(lines).toEqual([
    "62  2026-11-20 10:01:51  approvals.invite  K7QD-61  transfer  and 1 more entry",
    "60  2026-11-20 10:01:49  approvals.reopen  59 people  undo",
    "31  2026-11-20 10:01:20  approvals.reopen  K7QD-30  another",
  ]);
  const two = await list("--limit", "2");
  expect(two.stderr).toMatch(/^Older ones: audit list --before \d+ --local --data /m);
  expect(two.stdout.trim().split("\n")).toHaveLength(2);
  expect(jsonLines(await list("--json", "--limit", "3"))).toMatchObject([{ act: "transfer" }, { act: "transfer" }, { act: "undo" }]);
  await own.close();
});

it("audit list says that an invitation was revoked, and counts its people apart from denied ones", async () => {
  const own = await startInstance([], "policy", { audit: true });
  const ownTrail = auditStore(own.dynamodb.client, "audit-test", async () => ({ hashOf }));
  for (const [index, state] of ["denied", "denied", undefined, undefined].entries())
    await ownTrail.tell(
      {
        ...{ by: "kim", via: "command", action: "approvals.deny", outcome: "done", subject: `K7QD-${index}` },
        after: { email: `p${index}@act.example`, ...(state && { state }) },
      },
      new Date("2026-11-20T10:00:50Z"),
    );
  expect((await gatehouse("audit", "list", ...own.local)).stdout.trim().split("\n")).toEqual([
    "4  2026-11-20 10:00:50  approvals.deny  2 people  kim  invitation revoked",
    "2  2026-11-20 10:00:50  approvals.deny  2 people  kim",
  ]);
  await own.close();
});

it("audit list and show say by earlier entries that an old version's denial of an approved row revoked an invitation", async () => {
  const own = await startInstance([], "policy", { audit: true });
  const ownTrail = auditStore(own.dynamodb.client, "audit-test", async () => ({ hashOf }));
  const at = new Date("2026-11-20T10:00:50Z");
  for (const [subject, before] of [
    ["K7QD-INVITED", "approvals.invite"],
    ["K7QD-ASKED", "approvals.approve"],
  ] as const) {
    const news = { by: "kim", via: "command", outcome: "done", subject } as const;
    await ownTrail.tell({ ...news, action: before, after: { state: "approved" } }, at);
    await ownTrail.tell({ ...news, action: "approvals.deny", before: { state: "approved" }, after: { state: "denied" } }, at);
  }
  const line = "2  2026-11-20 10:00:50  approvals.deny  K7QD-INVITED  kim  invitation revoked";
  const listed = (await gatehouse("audit", "list", "--action", "approvals.deny", ...own.local)).stdout;
  expect(listed.trim().split("\n")).toEqual(["4  2026-11-20 10:00:50  approvals.deny  K7QD-ASKED  kim", line]);
  expect((await gatehouse("audit", "show", "2", ...own.local)).stdout).toContain(`${line}\n`);
  const [stored] = jsonLines(await gatehouse("audit", "list", "--entry", "K7QD-INVITED", "--json", ...own.local));
  expect(stored).not.toHaveProperty("isRevocation");
  await own.close();
});

it.each([
  [["list", "--day", "x"], "is not a day"],
  [["list", "--person", "x"], "neither an address nor an account"],
  [["list", "--before", "x"], "not the number of an entry"],
  [["show", "#17"], "not the number of an entry: write 17. audit list"],
  [["show", "99"], "There is no entry 99"],
  [["verify", "--from", "x"], "--from x is not a day or an entry's number: write one like 2026-11-20."],
  [["verify", "--from", "20.11.2026"], "write 2026-11-20."],
  [["verify", "--head", "x"], "is not what audit verify prints"],
  [["verify", "--head", `1:${"a".repeat(64)}`, "--from", "3"], "the entry would not be checked"],
])("an audit command with invalid arguments fails, and explains the fault: %j", async (args, words) => {
  const { exitCode, stderr } = await run(...args);
  expect({ exitCode, said: stderr.includes(words) }).toEqual({ exitCode: 1, said: true });
});

it.each([
  ["beyond the end", ["--from", "99"]],
  ["of days to come", ["--from", "2030-01-01"]],
  ["before the beginning", ["--to", "2020-01-01"]],
  ["the wrong way round", ["--from", "3", "--to", "2"]],
])("audit verify does not confirm a range %s", async (_, args) => {
  expect(await run("verify", ...args)).toMatchObject({ exitCode: 2, stdout: "There is no entry: nothing was checked.\n" });
  expect(jsonLines(await run("verify", ...args, "--json"))).toEqual([{ sound: false, entries: 0, erased: 0 }]);
});

it("audit verify detects a wrong head for the entry right before the checked range", async () => {
  expect(await run("verify", "--head", `2:${"a".repeat(64)}`, "--from", "3")).toMatchObject({ exitCode: 2 });
});

describe("the archive of the trail", () => {
  /** Every version of every object of one bucket, the newest first, as S3 lists them. */
  const versions: { readonly key: string; readonly body: string }[] = [];
  const environment = { ...process.env };
  let server: Server;
  let put: IncomingHttpHeaders = {};
  let fails = 0;
  let lockedDays: number | undefined;
  let ledgers = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://s3");
      const key = pathname.slice("/bucket/".length);
      let body = "";
      request.on("data", (chunk: Buffer) => {
        body += chunk;
      });
      request.on("end", () => {
        const end = (status: number, text = "") => response.writeHead(status).end(text);
        if (request.method === "GET" && searchParams.has("versions")) return end(200, listing());
        if (request.method === "GET" && searchParams.has("object-lock")) return end(lockedDays === undefined ? 404 : 200, lock());
        if (request.method === "GET") return end(200, versions[Number(searchParams.get("versionId"))]?.body);
        put = request.headers;
        if (fails-- > 0) return end(503);
        if (key.startsWith("entries/locked")) return end(403, "<Error><Code>AccessDenied</Code></Error>");
        if (versions.some((each) => each.key === key)) return end(412);
        versions.unshift({ key, body });
        return end(200);
      });
    });
    const { accessKeyId, secretAccessKey } = testCredentials;
    Object.assign(process.env, {
      ...{ AWS_ENDPOINT_URL_S3: await listen(server), AWS_REGION: "eu-west-1" },
      ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    });
  });
  afterAll(() => {
    process.env = environment;
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    versions.splice(0);
    fails = 0;
    lockedDays = 36_500;
  });

  function lock(): string {
    if (lockedDays === undefined) return "<Error><Code>ObjectLockConfigurationNotFoundError</Code></Error>";
    const retention = `<DefaultRetention><Mode>GOVERNANCE</Mode><Days>${lockedDays}</Days></DefaultRetention>`;
    return `<ObjectLockConfiguration><Rule>${retention}</Rule></ObjectLockConfiguration>`;
  }

  function listing(): string {
    const all = versions.map(({ key }, id) => ({ key, id })).sort((one, other) => (one.key < other.key ? -1 : 1));
    const elements = all.map(({ key, id }) => `<Version><Key>${key}</Key><VersionId>${id}</VersionId></Version>`);
    return `<ListVersionsResult><IsTruncated>false</IsTruncated>${elements.join("")}</ListVersionsResult>`;
  }

  async function newLedger(): Promise<string> {
    const ledger = `ledger-archive-${ledgers++}`;
    await createKeyTable(around.dynamodb.client, ledger, "ledger");
    return ledger;
  }
  /** Without a ledger, one of its own: begins at the first entry. */
  async function archiver(rows: AuditStore["rows"] = trail.rows, bucket = "bucket", given?: string) {
    const ledger = given ?? (await newLedger());
    const ports = { trail: { rows }, archive: makeObjectStore(bucket), mark: archiveMark(around.dynamodb.client, ledger, bucket) };
    return (): Promise<Archived> => archiveNews(ports, () => true);
  }
  const verified = async (place = "s3://bucket", ...args: readonly string[]) =>
    await run("verify", "--archive", place, ...args).then(({ stdout, exitCode }) => `${exitCode} ${stdout.split("\n").slice(-3, -2)}`);
  const page = async (numbers: readonly number[]) => {
    const all: Awaited<ReturnType<typeof rowsOf>> = await rowsOf();
    return all.filter(({ number }) => numbers.includes(Number(number)));
  };
  async function rowsOf() {
    for await (const rows of trail.rows()) return rows;
    return [];
  }
  /** Archives these numbers, an object for each list. */
  async function archived(...objects: readonly (readonly number[])[]) {
    for (const numbers of objects) {
      const rows = await page(numbers);
      await (
        await archiver(async function* () {
          yield rows;
        })
      )();
    }
  }

  it("gets every entry once, by conditional writes, and without the parts that an erasure removes", async () => {
    const archive = await archiver();
    fails = 1;
    expect(await archive()).toEqual({ entries: 4 });
    expect(await archive()).toEqual({ entries: 0 });
    expect(await (await archiver())()).toEqual({ entries: 4 });
    expect(versions.map(({ key }) => key)).toEqual([expect.stringMatching(/^entries\/000000000001-000000000004-[0-9a-f]{16}\.jsonl$/)]);
    expect(put).toMatchObject({ "if-none-match": "*", "x-amz-checksum-sha256": expect.stringMatching(/=$/) });
    // S3 takes no signature without it.
    expect(put["x-amz-content-sha256"]).toMatch(/^[0-9a-f]{64}$/);
    expect(versions[0]?.body).not.toMatch(/kim@|contoso|"person"|"salt"/);
    expect(await verified()).toBe("0 The archive holds the same: 4 entries.");
    expect(await verified("s3://bucket", "--from", "2", "--to", "3")).toBe("0 The archive holds the same: 2 entries.");
    const folder = mkdtempSync(join(tmpdir(), "gatehouse-archive-"));
    for (const { key, body } of versions) writeFileSync(join(folder, basename(key)), body);
    expect(await verified(folder)).toBe("0 The archive holds the same: 4 entries.");
    rmSync(folder, { recursive: true });
  });

  it("gets every entry in a new bucket, even if another bucket already has them", async () => {
    const ledger = await newLedger();
    expect(await (await archiver(trail.rows, "before", ledger))()).toEqual({ entries: 4 });
    versions.splice(0);
    expect(await (await archiver(trail.rows, "bucket", ledger))()).toEqual({ entries: 4 });
    expect(await verified()).toBe("0 The archive holds the same: 4 entries.");
  });

  it("also gets different entries with the same numbers, as after a restore", async () => {
    const rows = await page([1, 2]);
    for (const hash of ["a", "b"].map((each) => each.repeat(64)))
      await (
        await archiver(async function* () {
          yield rows.map((row) => (row === rows.at(-1) ? { ...row, hash } : row));
        })
      )();
    expect(versions).toHaveLength(2);
  });

  it("reports an error of the object store", async () => {
    await expect(makeObjectStore("bucket").add("entries/locked", "text")).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it.each<[string, readonly (readonly number[])[], string]>([
    ["a gap", [[1], [3, 4]], "2 Entry 2 is missing in the archive."],
    ["nothing of the last days", [[1, 2]], "2 Entry 3 is missing in the archive."],
    [
      "some twice",
      [
        [1, 2, 3],
        [2, 3, 4],
      ],
      "0 The archive holds the same: 4 entries.",
    ],
    ["nothing", [], "2 Entry 1 is missing in the archive."],
  ])("is compared correctly by verify if it holds %s", async (_, objects, said) => {
    await archived(...objects);
    expect(await verified()).toBe(said);
  });

  const all = [1, 2, 3, 4];
  it.each<[string, readonly (readonly number[])[], number, (body: string) => string, string]>([
    ["an entry that the trail has not", [all], 5, (body) => body, "2 Entry 5 is in the archive, and missing in the trail."],
    ["another entry", [[1, 2], [4]], 3, (body) => body, "2 Entry 3 is not the one that was archived."],
    [
      "two entries of one number",
      [all],
      3,
      (body) => body,
      "2 Entry 3 was archived twice, with different content: the trail was changed in between.",
    ],
    [
      "an altered entry",
      [all],
      5,
      (body) => body.replaceAll('"number":"000000000005"', '"number":"000000000002"'),
      "2 The archive holds the same: 4 entries.",
    ],
  ])("is reported as different by verify if it holds %s", async (_, objects, number, change, said) => {
    const own = auditStore(around.dynamodb.client, "audit-own", async () => ({ hashOf }));
    await createKeyTable(around.dynamodb.client, "audit-own", "audit").catch(() => undefined);
    while (Number(await own.tell({ by: "x", via: "console", action: "a", outcome: "done" }, new Date())) < 5);
    await archived(...objects);
    for await (const rows of own.rows(numberText(number)))
      versions.unshift({ key: archiveName(rows.slice(0, 1)), body: change(archiveText(rows.slice(0, 1))) });
    expect(await verified()).toBe(said);
  });

  it.each<[string, number | undefined, readonly string[], string]>([
    ["of which the time is over", 0, [], "0 The archive holds the same: 2 entries. It begins with entry 3."],
    ["of which the time is not over", 36_500, [], "2 Entry 1 is missing in the archive."],
    [
      "of which it is said that the time is over",
      36_500,
      ["--keep-days", "0"],
      "0 The archive holds the same: 2 entries. It begins with entry 3.",
    ],
    ["that are not asked for", 36_500, ["--from", "3"], "0 The archive holds the same: 2 entries. It begins with entry 3."],
    [
      "of unknown time",
      undefined,
      [],
      "2 Entry 1 is missing in the archive. If its time there is over, say how long entries are kept: --keep-days.",
    ],
  ])("is judged by verify if it lacks the first entries, %s", async (_, days, args, said) => {
    await archived([3, 4]);
    lockedDays = days;
    expect(await verified("s3://bucket", ...args)).toBe(said);
  });

  it("is still compared with the trail if a line is invalid: verify skips that line and reports it", async () => {
    await archived([1, 2], [4]);
    const name = "entries/000000000002-x.jsonl";
    versions.unshift({ key: name, body: "{}\n" });
    const { stdout, exitCode } = await run("verify", "--archive", "s3://bucket");
    expect([exitCode, ...stdout.split("\n").slice(1, 3)]).toEqual([
      2,
      `The archive's ${name}, line 1, is not an entry of the trail, or was altered.`,
      "Entry 3 is missing in the archive.",
    ]);
    versions.pop();
    expect(jsonLines(await run("verify", "--archive", "s3://bucket", "--json"))).toMatchObject([
      { sound: false, archive: { unreadable: { name, line: 1 } } },
    ]);
  });

  it("continues if the trail was changed, and reports the flaw", async () => {
    const rows = await rowsOf();
    let standing = rows.slice(0, 2);
    const archive = await archiver(async function* (from = "") {
      yield standing.filter(({ number }) => number >= from);
    });
    expect(await archive()).toEqual({ entries: 2 });
    const [first, second, third] = rows as [AuditRow, AuditRow, AuditRow];
    standing = [first, second, { ...third, by: "oid-9" }];
    expect(await archive()).toEqual({ entries: 1, flaw: { kind: "altered", number: numberText(3) } });
    standing = [first];
    expect(await archive()).toEqual({ entries: 0, flaw: { kind: "missing", number: numberText(3) } });
    standing = [first, second, { ...third, hash: second.hash }];
    expect(await archive()).toEqual({ entries: 0, flaw: { kind: "altered", number: numberText(3) } });
  });

  it.each([
    ["--archive", "gs://bucket", "is no archive"],
    ["--archive", "/nowhere", "cannot be read"],
  ])("is refused by verify if it cannot be read: %s %s", async (option, place, words) => {
    expect(await run("verify", option, place)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(words) });
  });
});

it("audit verify confirms an unchanged trail, or names the first changed entry and the missing end", async () => {
  const whole = await run("verify");
  expect(whole).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("The audit trail is as it was written: 4 entries.") });
  const head = /Last: (\S+)/.exec(whole.stdout)?.[1] as string;
  expect(whole.stdout).toContain(
    `This does not show entries cut off the end. Keep the line above elsewhere and compare next time: --head ${head}`,
  );
  expect(await run("verify", "--head", head)).toMatchObject({ exitCode: 0, stdout: expect.not.stringContaining("cut off the end") });
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

it("the trail records the rows that table import and invite codes create write, and explains their changes", async () => {
  const own = await startInstance([], "policy", { audit: true });
  const { client } = own.dynamodb;
  const ports = { trail: auditStore(client, "audit-test", async () => ({ hashOf })), hashes: async () => ({ hashOf }) };
  await own.putRow({ person: "lee@contoso.com", department: "old" }, own.profilesTable);
  const file = join(mkdtempSync(join(tmpdir(), "gatehouse-import-")), "profiles.csv");
  writeFileSync(file, "person,department\nkim@contoso.com,R&D\nlee@contoso.com,R&D\n");
  await gatehouse("table", "import", "profiles", file, "--dry-run", ...own.local);
  expect((await ports.trail.page({})).entries).toEqual([]);
  expect(await gatehouse("table", "import", "profiles", file, ...own.local)).toMatchObject({ exitCode: 0 });
  expect(await gatehouse("invite", "codes", "create", "extension_Code", "--count", "2", ...own.local)).toMatchObject({ exitCode: 0 });
  rmSync(dirname(file), { recursive: true });

  const changes: TableChange[] = [];
  for (const [table, name] of [
    ["profiles", own.profilesTable],
    ["reference-data", "reference-data"],
  ] as const) {
    const { Items } = await client.call<{ Items: readonly Item[] }>("Scan", { TableName: name });
    for (const after of Items.map(toRow)) {
      const subject = table === "profiles" ? String(after.person) : `${after.list}/${after.value}`;
      changes.push({ table, event: `e${changes.length}`, at: new Date(), subject, after });
    }
  }
  expect(changes).toHaveLength(4);
  await changeAuditor(ports)(changes, new Date());
  const { entries } = await ports.trail.page({});
  expect(entries.map(({ action, via, subject, count, seen }) => [action, via, subject, count, seen])).toEqual([
    ["reference-data.codes-created", "command", "extension_Code", 2, true],
    ["profiles.imported", "command", "", 2, true],
  ]);
  expect(entries.every(({ by }) => by.includes("@"))).toBe(true);
  await own.close();
});

it("restore first restores the trail, and then records in it who restored rows", async () => {
  const own = await startInstance([], "policy", { audit: true });
  const { client } = own.dynamodb;
  const kept: [AnyTableName, string, Item][] = [
    ["accessList", own.dynamodb.tableName, { entry: { S: "a.example" }, effect: { S: "deny" } }],
    ["accessList", own.dynamodb.tableName, { entry: { S: "b.example" }, effect: { S: "allow" } }],
    ["profiles", own.profilesTable, { person: { S: "kim@contoso.com" }, city: { S: "Seoul" } }],
    ["listChanges", own.listChangesTable, { set: { S: CHANGE_SETS }, part: { S: "20261121-1" }, writes: { N: "2" } }],
    ["listChanges", own.listChangesTable, { set: { S: "20261121-1" }, part: { S: "0" } }],
  ];
  for (const [, TableName, Item] of kept) await client.call("PutItem", { TableName, Item });
  const hashes = async () => ({ hashOf });
  const ownTrail = () => auditStore(client, "audit-test", hashes);
  await ownTrail().tell({ by: "oid-1", via: "console", action: "session.begun", outcome: "done" }, new Date());
  const file = join(mkdtempSync(join(tmpdir(), "gatehouse-restored-")), "all.backup");
  expect(await gatehouse("backup", file, ...own.local)).toMatchObject({ exitCode: 0 });
  const trailRow = { trail: { S: "entries" }, number: { S: numberText(1) } };
  await client.call("DeleteItem", { TableName: "audit-test", Key: trailRow });
  for (const [table, TableName, item] of kept) {
    const Key = Object.fromEntries(tables[table].key.map((name) => [name, item[name]]));
    await client.call("DeleteItem", { TableName, Key });
  }
  expect(await gatehouse("backup", "restore", file, "--yes", ...own.local)).toMatchObject({ exitCode: 0 });

  const changes = kept.map(([table, , item], index): TableChange => {
    const audited = auditedTables.find((each) => tableAudited[each] === table) as AuditedTable;
    const subject = tables[table].key.map((name) => item[name]?.S).join("/");
    return { table: audited, event: `e${index}`, at: new Date(), subject, after: toRow(item) };
  });
  await changeAuditor({ trail: ownTrail(), hashes })(changes, new Date());
  const { entries } = await ownTrail().page({});
  expect(entries.map(({ number, action, via, subject, count, seen }) => [Number(number) > 1, action, via, subject, count, seen])).toEqual([
    [true, "access-list.restored", "command", file, 1, true],
    [true, "list-changes.restored", "command", file, 1, true],
    [true, "profiles.restored", "command", file, 1, true],
    [true, "access-list.restored", "command", file, 1, true],
    [false, "session.begun", "console", "", undefined, undefined],
  ]);
  expect((await gatehouse("audit", "list", ...own.local)).stdout).toMatch(/access-list\.restored .* 1 row$/m);
  expect(await gatehouse("audit", "verify", ...own.local)).toMatchObject({ exitCode: 0 });
  rmSync(dirname(file), { recursive: true });
  await own.close();
});

it("restore does not restore a trail into a different one, and says how to continue", async () => {
  const own = await startInstance([], "policy", { audit: true });
  const { client, tableName } = own.dynamodb;
  const ownTrail = () => auditStore(client, "audit-test", async () => ({ hashOf }));
  const remove = async (TableName: string, Key: Item) => void (await client.call("DeleteItem", { TableName, Key }));
  const allowed = { entry: { S: "a.example" }, effect: { S: "allow" } };
  await client.call("PutItem", { TableName: tableName, Item: allowed });
  for (const by of ["oid-1", "oid-2", "oid-3"])
    await ownTrail().tell({ by, via: "console", action: "session.begun", outcome: "done" }, new Date());
  const file = join(mkdtempSync(join(tmpdir(), "gatehouse-trails-")), "all.backup");
  expect(await gatehouse("backup", file, ...own.local)).toMatchObject({ exitCode: 0 });
  // A new stack: empty tables.
  for (const number of [1, 2, 3]) await remove("audit-test", { trail: { S: "entries" }, number: { S: numberText(number) } });
  await remove(tableName, { entry: { S: "a.example" } });

  const alone = await gatehouse("backup", "restore", file, "--table", "accessList", "--yes", ...own.local);
  expect(alone).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("this restore begins a new one") });
  await client.call("PutItem", { TableName: own.profilesTable, Item: { person: { S: "kim@contoso.com" } } });
  const stands = async () => (await gatehouse("audit", "verify", "--json", ...own.local)).stdout;
  const before = await stands();
  for (const more of [[], ["--overwrite"], ["--table", "audit"], ["--dry-run"]]) {
    const refused = await gatehouse("backup", "restore", file, "--yes", ...more, ...own.local);
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("2 entries of the audit trail in") });
    expect(refused.stderr).toMatch(/Nothing was changed\. Restore the other tables without it: --table accessList /);
  }
  expect(await stands()).toBe(before);
  expect(JSON.parse(before)).toMatchObject({ sound: true });
  await own.close();
});

it("person export prints a person's data in entries; person erase removes the data, and the chain stays valid", async () => {
  const own = await startInstance([], "policy", { audit: true });
  expect(await gatehouse("audit", "verify", ...own.local)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("no entries yet"),
  });
  const { client } = own.dynamodb;
  const audit = auditStore(client, "audit-test", async () => ({ hashOf }));
  const by = { by: "oid-1", via: "console", action: "access-list.changed", outcome: "done" } as const;
  await audit.tell({ ...by, subject: "kim@gmail.com", after: { entry: "kim@gmail.com" } }, new Date());
  await audit.tell({ ...by, subject: "contoso.com", after: { note: "Kim@Gmail.com" } }, new Date());
  await audit.tell({ ...by, subject: "lee@contoso.com" }, new Date());
  await audit.tell({ ...by, subject: "tokim@gmail.com" }, new Date());
  for (const note of ["담당자kim@gmail.com", "r/kim@gmail.com"]) await audit.tell({ ...by, subject: "*", after: { note } }, new Date());
  await own.putRow({ person: "kim@gmail.com" }, own.profilesTable);
  const exported = jsonLines(await gatehouse("person", "export", "k.i.m@gmail.com", ...own.local)) as readonly {
    readonly audit?: { readonly number: string; readonly mayMention?: true };
  }[];
  const numbers = exported.flatMap(({ audit: entry }) => (entry ? [[Number(entry.number), entry.mayMention]] : []));
  expect(numbers).toEqual([
    [1, undefined],
    [2, undefined],
    [5, true],
    [6, true],
  ]);
  expect(JSON.stringify(exported)).not.toMatch(/담당자|r\/kim/);
  expect(await gatehouse("person", "erase", "k.i.m@gmail.com", "--yes", ...own.local)).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining("Entries of the audit trail whose details were erased: 2."),
  });
  const ran = await gatehouse("person", "erase", "kim@gmail.com", "--entries", "3, 5", "--yes", ...own.local);
  expect(ran.stderr).toMatch(/details were erased: 1\.\nThe text of some entries of the audit trail may mention them\. .* --entries 6\n/);
  const { Items } = await client.call<{ Items: readonly object[] }>("Scan", { TableName: "audit-test" });
  expect(
    JSON.stringify(Items)
      .toLowerCase()
      .replaceAll(/tokim@|r\/kim@/g, ""),
  ).not.toContain("kim@gmail.com");
  const { entries } = await audit.page({});
  expect(entries.map(({ subject, action, outcome }) => `${action} ${subject} ${outcome}`)).toEqual([
    "person.erased  done",
    "person.erased  done",
    "person.erased  begun",
    "access-list.changed * done",
    "access-list.changed  done",
    "access-list.changed tokim@gmail.com done",
    "access-list.changed lee@contoso.com done",
    "access-list.changed  done",
    "access-list.changed  done",
  ]);
  expect(await gatehouse("audit", "verify", ...own.local)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("details of 3 erased"),
  });
  await own.close();
});
