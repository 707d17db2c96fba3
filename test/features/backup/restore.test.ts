import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { armor, generateX25519Identity, identityToRecipient } from "age-encryption";
import { type Item, toItem } from "../../../adapters/tables/item";
import { RESTORED_ATTRIBUTE } from "../../../engine/columns";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { personKeyPlace } from "../../../features/backup/verbs/secrets";
import { record } from "../../cli/records";
import { gatehouse, jsonLines, PERSON_KEY } from "../../cli/support";
import { createKeyTable } from "../../support/key-table";
import { arrived } from "../accounts/accounts";
import { approved, pending, provisioning } from "../approvals/requests";
import { type BackupWorld, backupWorld, type Rows } from "./world";

let world: BackupWorld;
beforeAll(async () => {
  world = await backupWorld();
});
afterAll(() => world.close());
beforeEach(() => world.empty());

const inFolder = (name: string) => join(world.folder, name);
const run = (...args: string[]) => gatehouse(...args, ...world.instance.local);
const writes = () => world.instance.dynamodb.operations().filter((name) => /Put|Update|Delete|Write/.test(name));

const soon = Math.floor(Date.now() / 1_000) + 86_400;
const decided = (id: string, given: Partial<DecisionRecord> = {}): Item => ({
  ...toItem({ ...record(id, 5, given), day: "2026-11-20" }),
  expires: { N: String(soon) },
});

/** What JavaScript's own types would lose stands in a row of its own. */
const everything: Rows = {
  accessList: [
    { entry: { S: "*" }, effect: { S: "allow" } },
    { entry: { S: "fabrikam.com" }, effect: { S: "deny" }, note: { S: "줄\n바꿈 \u2028" }, gates: { SS: ["b", "a"] } },
    {
      entry: { S: "odd.example" },
      effect: { S: "deny" },
      exact: { N: "12345678901234567890123456789012345678" },
      bytes: { B: "AAEC/w==" as unknown as Uint8Array },
      nested: { M: { list: { L: [{ NULL: true }, { BOOL: false }, { NS: ["1", "2.5"] }] } } },
    },
  ],
  decisions: [decided("one"), decided("two", { revision: 1 })],
  profiles: [{ person: { S: "kim@contoso.com" }, city: { S: "Seoul" } }],
  referenceData: [
    { list: { S: "codes" }, value: { S: "a" } },
    { list: { S: "codes" }, value: { S: "b" } },
  ],
  ledger: [{ id: { S: "code/codes/abc" }, people: { SS: ["x.y"] } }],
  accounts: [toItem(arrived())],
};

describe("a recovery drill with the loss of everything", () => {
  it("restores all rows, credentials and the key of hashes, and a repeat finds nothing to do", async () => {
    const { instance } = world;
    const secretKey = await generateX25519Identity();
    writeFileSync(inFolder("key.txt"), `# created by hand\n${secretKey}\n`);
    const sealed = ["--recipient", await identityToRecipient(secretKey)];
    await world.put(everything);
    const before = await world.rows();
    const asked = ["kim@fabrikam.com", "kim@contoso.com", "kim@odd.example"];
    const answers = async () => await Promise.all(asked.map(async (email) => (await run("list", "check", email, "--json")).stdout));
    const answered = await answers();
    const credentials = await world.secret(instance.credentialsSecret);

    expect(await run("backup", inFolder("all.backup"), "--with-secrets", ...sealed)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(inFolder("all.backup"), "latin1")).not.toContain("the-first-password");
    await world.empty();
    await world.putSecret(instance.credentialsSecret, JSON.stringify({ username: "entra", password: "of a new stack" }));
    // Twice: a rotation alone would keep the key before.
    for (const turn of ["first", "next"]) await world.putSecret(instance.personKeySecret, `the-${turn}-key-that-a-new-stack-has-made`);

    const back = ["backup", "restore", inFolder("all.backup"), "--identity", inFolder("key.txt")];
    expect(await run(...back, "--yes")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("another key of hashes") });
    expect(await world.rows()).toEqual({});
    const done = await run(...back, "--with-secrets", "--yes", "--json");
    expect(done.exitCode).toBe(0);
    expect(done.stderr).toContain("Wait ten minutes");
    expect(jsonLines(done).at(-1)).toEqual({ written: 10, changedMeanwhile: 0, secrets: ["CredentialsSecret", "PersonKeySecret"] });
    expect(await world.rows()).toEqual(before);
    expect(await answers()).toEqual(answered);
    expect(answered.join("")).toMatch(/"deny"[\s\S]*"allow"/);
    expect(await world.secret(instance.credentialsSecret)).toBe(credentials);
    expect(await world.secret(instance.personKeySecret)).toBe(PERSON_KEY);

    const again = await run(...back, "--with-secrets", "--yes");
    expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("There is nothing to restore.") });
  });
});

describe("the restore report about the key of hashes", () => {
  const key = () => world.secret(world.instance.personKeySecret);

  it("names the data folder of npm start as the key's place, and what is lost without the key", async () => {
    const kept = await key();
    const made = await run("backup", inFolder("key.backup"));
    for (const turn of ["first", "next"])
      await world.putSecret(world.instance.personKeySecret, `the-${turn}-key-that-is-another-one-altogether`);
    const refused = await run("backup", "restore", inFolder("key.backup"), "--yes");
    await world.putSecret(world.instance.personKeySecret, kept);
    expect([made.exitCode, refused.exitCode]).toEqual([0, 1]);
    for (const { stderr } of [made, refused]) {
      expect(stderr).toContain("secrets.json in npm start's data folder");
      expect(stderr).toContain("found in its decisions, requests and used codes");
      expect(stderr).not.toContain("PersonKeySecret");
    }
  });

  it.each([
    [{}, "the secret of the output PersonKeySecret"],
    [{ local: true }, "secrets.json in npm start's data folder"],
    [{ local: true, data: ".other" }, "secrets.json in npm start's data folder .other"],
  ])("names the place of the key for %j: %s", (options, place) => {
    expect(personKeyPlace(options)).toBe(place);
  });
});

describe("an existing row", () => {
  const backUp = async (rows: Rows) => {
    await world.put(rows);
    expect((await run("backup", inFolder("some.backup"), "--force")).exitCode).toBe(0);
  };
  const restored = (...options: string[]) => run("backup", "restore", inFolder("some.backup"), "--yes", "--json", ...options);
  const byId = async (id: string) => (await world.stored("decisions")).find((row) => row.id?.S === id);

  it.each([
    ["older", decided("one", { verdict: "continue", revision: 1 }), "one"],
    ["newer", decided("one", { verdict: "continue", revision: 3 }), "other"],
    ["differs", decided("one", { verdict: "continue", revision: 2 }), "other"],
  ] as const)("stays or is replaced as the plan reports: compared with the backup, it is %s", async (standing, other, stays) => {
    await backUp({ decisions: [decided("one", { revision: 2 })] });
    const saved = await byId("one");
    await world.put({ decisions: [other] });
    const [plan] = jsonLines(await restored()).filter((line) => (line as { table?: string }).table === "decisions");
    expect(plan).toMatchObject({ rows: 1, add: 0, same: 0, older: 0, newer: 0, differs: 0, inUse: true, [standing]: 1 });
    expect(await byId("one")).toMatchObject(stays === "one" ? (saved as object) : other);
    expect((await restored("--overwrite")).exitCode).toBe(0);
    expect(await byId("one")).toMatchObject(saved as object);
  });

  it("that expired by time to live is not restored", async () => {
    const past = String(soon - 2 * 86_400);
    await backUp({ ledger: [{ id: { S: "guesses/x" }, expires: { N: past } }, { id: { S: "code/x" } }] });
    await world.empty();
    expect(jsonLines(await restored())).toContainEqual(expect.objectContaining({ table: "ledger", rows: 2, expired: 1, add: 1 }));
    expect(await world.rows()).toEqual({ ledger: [{ id: { S: "code/x" } }] });
  });

  it("that counts uses of a code keeps its own uses and gets the backup's, with or without --overwrite", async () => {
    const used = (...people: string[]): Item => ({ id: { S: "code/codes/abc" }, people: { SS: people } });
    await backUp({ ledger: [used("kim", "lee")] });
    for (const options of [[], ["--overwrite"]]) {
      await world.put({ ledger: [used("lee", "new")] });
      expect(jsonLines(await restored(...options))).toContainEqual(expect.objectContaining({ table: "ledger", lacking: 1 }));
      expect((await world.stored("ledger")).map((row) => row.people?.SS?.sort())).toEqual([["kim", "lee", "new"]]);
    }
  });

  it("that counts uses or guesses never returns to a lower count, even with --overwrite", async () => {
    const row = (id: string, ...used: string[]): Item => ({ id: { S: id }, people: { SS: used } });
    const guessed = (guesses: string): Item => ({ id: { S: "guesses/x" }, guesses: { N: guesses } });
    await backUp({ ledger: [row("code/codes/abc", "kim"), guessed("1")] });
    for (const options of [[], ["--overwrite"]]) {
      const standing = [row("code/codes/abc", "kim", "lee"), guessed("4")];
      await world.put({ ledger: standing });
      expect(jsonLines(await restored(...options))).toContainEqual(expect.objectContaining({ table: "ledger", differs: 0, stays: 2 }));
      expect((await world.rows()).ledger).toEqual(standing);
    }
  });

  it("is neither backed up nor restored if it is a console session, a delegation or the trail's archive", async () => {
    const session = (more: Item): Item => ({ id: { S: "console-session/one" }, ...more });
    const mark: Item = { id: { S: "audit-archive/bucket" }, number: { S: "000000000042" } };
    const delegations: Item = { id: { S: "task/delegations" }, "mina@contoso.com": { M: { to: { S: "jae@contoso.com" } } } };
    await backUp({ ledger: [session({ renewal: { S: "sealed" } }), mark, delegations, { id: { S: "code/x" } }] });
    expect(gunzipSync(readFileSync(inFolder("some.backup"))).toString()).not.toMatch(/console-session|audit-archive|delegations/);
    await createKeyTable(world.client, "ledger-restored", "ledger");
    await world.client.call("PutItem", { TableName: "ledger-restored", Item: session({ renewal: { S: "sealed" } }) });
    await world.client.call("PutItem", { TableName: "ledger-restored", Item: mark });
    for (const standing of [[], [session({ ended: { BOOL: true } })]]) {
      await world.empty();
      await world.put({ ledger: standing });
      await run("backup", "restore", "--from-table", "ledger-restored", "--table", "ledger", "--overwrite", "--yes");
      expect(await world.stored("ledger")).toEqual(standing);
    }
  });

  it("is written only after a confirmation, and --dry-run never asks", async () => {
    await backUp({ profiles: everything.profiles ?? [] });
    await world.empty();
    writes();
    expect(await run("backup", "restore", inFolder("some.backup"))).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("add --yes"),
    });
    expect(await run("backup", "restore", inFolder("some.backup"), "--dry-run")).toMatchObject({
      exitCode: 2,
      stdout: expect.stringContaining("1 to add"),
    });
    expect(writes()).toEqual([]);
  });

  it("is restored only in the chosen table", async () => {
    await backUp(everything);
    await world.empty();
    expect((await restored("--table", "profiles", "ledger")).exitCode).toBe(0);
    expect(Object.keys(await world.rows()).sort()).toEqual(["ledger", "profiles"]);
  });

  it("can be restored from a table that point-in-time recovery made, if it has the same key", async () => {
    await world.put({ profiles: everything.profiles ?? [] });
    const fromTable = (name: string, table: string) => run("backup", "restore", "--from-table", name, "--table", table, "--yes");
    expect(await fromTable(world.nameOf("profiles"), "profiles")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("in use") });
    expect(await fromTable(world.nameOf("profiles"), "ledger")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("its key is person, and should be id"),
    });
    expect(await fromTable("nothing", "ledger")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("no table nothing") });
    await createKeyTable(world.client, "list-restored", "accessList");
    for (const Item of everything.accessList ?? []) await world.client.call("PutItem", { TableName: "list-restored", Item });
    expect(await fromTable("list-restored", "accessList")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(`list-restored: as of ${new Date().toISOString().slice(0, 8)}`),
    });
    expect((await world.rows()).accessList).toHaveLength(3);
  });
});

describe("a restore of requests, accounts and decisions", () => {
  it("stops a request for an operator's check if its account was under way; a repeat changes nothing", async () => {
    const requests = [pending(), approved, provisioning].map((request, index) => ({ ...request, id: `request-${index}` }));
    await world.put({ approvals: requests.map(toItem) });
    await run("backup", inFolder("approvals.backup"), "--force");
    await world.empty();
    expect((await run("backup", "restore", inFolder("approvals.backup"), "--yes")).exitCode).toBe(0);
    const states = (await world.stored("approvals")).map((row) => [
      row.id?.S,
      row.state?.S,
      row.failure?.M?.reason?.S,
      Number(row.turn?.N),
    ]);
    const turn = (index: number) => (requests[index]?.turn ?? 0) + 1_000;
    expect(states.sort()).toEqual([
      ["request-0", "pending", undefined, turn(0)],
      ["request-1", "failed", "restored", turn(1)],
      ["request-2", "failed", "restored", turn(2)],
    ]);
    expect(await run("backup", "restore", inFolder("approvals.backup"), "--yes")).toMatchObject({
      stderr: expect.stringContaining("nothing to restore"),
    });
  });

  it("keeps a request that was made anew after the backup, even if the backup's row has a higher turn", async () => {
    await world.put({ approvals: [toItem({ ...pending(), turn: 5, state: "denied" })] });
    await run("backup", inFolder("approvals.backup"), "--force");
    const later = new Date(Date.parse(pending().changedAt) + 86_400_000).toISOString();
    const anew = toItem({ ...pending(), turn: 1, requestedAt: later, changedAt: later });
    await world.put({ approvals: [anew] });
    const plan = jsonLines(await run("backup", "restore", inFolder("approvals.backup"), "--yes", "--json"));
    expect(plan).toContainEqual(expect.objectContaining({ table: "approvals", older: 0, differs: 1 }));
    expect(await world.stored("approvals")).toEqual([anew]);
    const before = toItem({ ...pending(), turn: 1 });
    await world.put({ approvals: [before] });
    expect(jsonLines(await run("backup", "restore", inFolder("approvals.backup"), "--yes", "--json"))).toContainEqual(
      expect.objectContaining({ table: "approvals", older: 1, differs: 0 }),
    );
    expect(await world.stored("approvals")).toMatchObject([{ state: { S: "denied" } }]);
  });

  it("removes the links of mails from the rows, since they may have been used since the backup", async () => {
    const link = { hash: "of-a-link", until: new Date(Date.now() + 86_400_000).toISOString() };
    await world.put({ accounts: [toItem({ ...arrived(), renewalLink: link })] });
    await run("backup", inFolder("links.backup"), "--force");
    await world.empty();
    await run("backup", "restore", inFolder("links.backup"), "--yes");
    expect(await world.stored("accounts")).toMatchObject([{ id: { S: arrived().id } }]);
    expect((await world.stored("accounts")).filter((row) => "renewalLink" in row)).toEqual([]);
    expect((await run("backup", "restore", inFolder("links.backup"), "--yes")).stderr).toContain("nothing to restore");
  });

  it("marks the rows, so that their streams cause no events", async () => {
    const { accounts = [], profiles = [] } = everything;
    await world.put({ decisions: [decided("one")], approvals: [toItem(pending())], accounts, profiles });
    await run("backup", inFolder("marks.backup"), "--force");
    await world.empty();
    await run("backup", "restore", inFolder("marks.backup"), "--yes");
    const hasMark = async (table: "decisions" | "approvals" | "accounts" | "profiles") =>
      (await world.stored(table)).map((row) => RESTORED_ATTRIBUTE in row);
    expect([await hasMark("decisions"), await hasMark("approvals"), await hasMark("accounts")]).toEqual([[true], [true], [true]]);
    expect(await hasMark("profiles")).toEqual([false]);
  });
});

describe("a backup that another tool has changed is still restored", () => {
  it.each<[string, (backup: Buffer) => Buffer | string, boolean]>([
    ["age's text form (age --armor)", (backup) => armor.encode(backup), true],
    ["age's text form with CRLF", (backup) => armor.encode(backup).replaceAll("\n", "\r\n"), true],
    ["unpacked, as a browser does with Content-Encoding: gzip", gunzipSync, false],
  ])("%s", async (_, change, encrypted) => {
    const secretKey = await generateX25519Identity();
    writeFileSync(inFolder("text-key.txt"), secretKey);
    await world.put(everything);
    const before = await world.rows();
    const recipient = encrypted ? ["--recipient", await identityToRecipient(secretKey)] : [];
    await run("backup", inFolder("whole.backup"), "--force", ...recipient);
    writeFileSync(inFolder("changed.backup"), change(readFileSync(inFolder("whole.backup"))));
    await world.empty();
    const identity = encrypted ? ["--identity", inFolder("text-key.txt")] : [];
    expect(await run("backup", "restore", inFolder("changed.backup"), "--yes", ...identity)).toMatchObject({ exitCode: 0 });
    expect(await world.rows()).toEqual(before);
  });
});

describe("an impossible restore is refused before anything is written", () => {
  let plain: Buffer;
  let text: string;
  beforeAll(async () => {
    await world.put(everything);
    expect((await run("backup", inFolder("good.backup"))).exitCode).toBe(0);
    plain = readFileSync(inFolder("good.backup"));
    text = gunzipSync(plain).toString();
    writeFileSync(inFolder("passphrase"), "correct horse battery staple\n");
    writeFileSync(inFolder("wrong"), "another horse battery staple\n");
    writeFileSync(inFolder("short"), "horse\n");
    await run("backup", inFolder("sealed.backup"), "--passphrase-file", inFolder("passphrase"));
  });
  const changed = (from: string | RegExp, to: string) => () => gzipSync(text.replace(from, to));
  const sealedWith = (name: string) => ["--passphrase-file", inFolder(name)];
  const key = () => ["--identity", inFolder("key.txt")];
  const forKey = () => readFileSync(inFolder("all.backup"));
  const endOfHeader = () => forKey().indexOf("\n", forKey().indexOf("\n--- ") + 1) + 1;
  const replaced = (at: number, by: string, otherwise = by) => {
    const text = forKey().toString("latin1");
    return Buffer.from(text.slice(0, at) + (text[at] === by ? otherwise : by) + text.slice(at + 1), "latin1");
  };
  const bytesOf = (hex: string) => Buffer.from(hex, "hex");
  const tarOf = (content: Buffer) => Buffer.concat([Buffer.alloc(257), Buffer.from("ustar  \0"), Buffer.alloc(247), content]);
  const withoutLast = () => text.split("\n").slice(0, -2).join("\n");

  it.each<[string, () => Buffer | string, (() => string[]) | undefined, string]>([
    ["no backup", () => "entry,effect\n", undefined, "not a Gatehouse backup"],
    ["empty", () => "", undefined, "is empty"],
    ["empty, with a passphrase", () => "", () => sealedWith("passphrase"), "is empty"],
    ["the end of a file in parts", () => plain.subarray(100), undefined, "If it came in parts, join them first"],
    ["compressed twice", () => gzipSync(plain), undefined, "undo that first"],
    ["in base64", () => plain.toString("base64"), undefined, "undo that first"],
    ["a tar archive, compressed (GNU tar 1.34)", () => gzipSync(tarOf(plain)), undefined, "undo that first"],
    ["a zip archive (Info-ZIP 3.0)", () => bytesOf("504b0304140000000800"), undefined, "undo that first"],
    ["encrypted by a passphrase (GnuPG 2.2.40)", () => bytesOf("8c0d04090302a1b2c3d4"), undefined, "undo that first"],
    ["encrypted for a key (GnuPG 2.2.40)", () => bytesOf("85018c03a1b2c3d4e5f6"), undefined, "undo that first"],
    ["encrypted (OpenSSL 3.0.20)", () => "Salted__12345678", () => sealedWith("passphrase"), "undo that first"],
    ["a page of sign-in instead of the file", () => "<!DOCTYPE html><title>Sign in</title>", undefined, "is not a Gatehouse backup"],
    ["an export of DynamoDB", () => gzipSync('{"Item":{"entry":{"S":"x"}}}\n'), undefined, "by --from-table"],
    ["another archive", () => gzipSync("entry,effect\n"), undefined, "not a Gatehouse backup"],
    ["cut off", () => plain.subarray(0, plain.length - 40), undefined, "cut off"],
    ["without its end", () => gzipSync(`${withoutLast()}\n`), undefined, "is cut off"],
    ["with a row changed", changed("fabrikam.com", "fabrikan.com"), undefined, "checksum"],
    ["with a row less", changed(/\{"person".*\n/, ""), undefined, "checksum"],
    ["with something behind its end", () => gzipSync(`${text}{"entry":{"S":"x"}}\n`), undefined, "follows its end"],
    ["with a row without key", changed(/\{"person":[^,]*,/, "{"), undefined, "not a row of its table"],
    ["with what is no JSON", changed('{"person"', '{person"'), undefined, "cannot be read"],
    ["with an unknown table", changed('["table","profiles"]', '["table","people"]'), undefined, "cannot be read"],
    ["of a later format", changed('"format":1', '"format":2'), undefined, "this version reads format 1"],
    ["with a damaged header", changed('"madeAt":"20', '"madeAt":"last '), undefined, "madeAt"],
    ["of another stack", changed('"npm start"', '"Gatehouse-test"'), undefined, "--another-stack"],
    ["encrypted, without a passphrase", () => readFileSync(inFolder("sealed.backup")), undefined, "add --passphrase-file"],
    ["encrypted with another passphrase", () => readFileSync(inFolder("sealed.backup")), () => sealedWith("wrong"), "does not open"],
    [
      "encrypted and cut off",
      () => readFileSync(inFolder("all.backup")).subarray(0, -9),
      () => ["--identity", inFolder("key.txt")],
      "cut off",
    ],
    ["encrypted by a passphrase, with a key", () => readFileSync(inFolder("sealed.backup")), key, "by a passphrase: use --passphrase-file"],
    ["encrypted for a key, with a passphrase", () => forKey(), () => sealedWith("passphrase"), "for a key: use --identity"],
    [
      "encrypted for an SSH key (age 1.1.1)",
      () => `age-encryption.org/v1\n-> ssh-ed25519 AAAA ${"A".repeat(43)}\n${"A".repeat(43)}\n--- ${"A".repeat(43)}\n`,
      key,
      "age --decrypt -i KEY",
    ],
    ...[0, 16, 20, 31].map((more): [string, () => Buffer, () => string[], string] => [
      `encrypted and cut off ${more} bytes behind its header`,
      () => forKey().subarray(0, endOfHeader() + more),
      key,
      "damaged or cut off",
    ]),
    ["with a byte of its header above 0x7f", () => replaced(30, "\x80"), key, "damaged or cut off"],
    ["with a letter of its header's checksum changed", () => replaced(endOfHeader() - 9, "A", "B"), key, "damaged or cut off"],
    ["with a letter of its key changed", () => replaced(40, "A", "B"), key, "or its beginning was damaged"],
    ["with a letter of its first line changed", () => replaced(3, "_"), key, "or its beginning was damaged"],
    ["encrypted in age's text form and cut off", () => armor.encode(forKey()).slice(0, 700), key, "damaged or cut off"],
    ["not encrypted, with a passphrase", () => plain, () => sealedWith("passphrase"), "is not encrypted"],
    ["without secrets, which are asked for", () => plain, () => ["--with-secrets"], "holds no secrets"],
    ["without the table that is asked for", () => plain, () => ["--table", "audit"], "holds no table audit"],
  ])("%s", async (_, bytes, options, message) => {
    writeFileSync(inFolder("bad.backup"), bytes());
    writes();
    const ran = await run("backup", "restore", inFolder("bad.backup"), "--yes", ...(options?.() ?? []));
    expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(message) });
    expect(writes()).toEqual([]);
  });

  it.each<[string, () => string[], string]>([
    ["nowhere", () => ["backup", "restore", "--yes"], "Say what to restore"],
    ["two places", () => ["backup", "restore", inFolder("good.backup"), "--from-table", "x"], "Say what to restore"],
    ["a table whose kind is not said", () => ["backup", "restore", "--from-table", "x"], "takes one --table"],
    ["a missing file", () => ["backup", "restore", inFolder("none")], "There is no file"],
    ["another scheme", () => ["backup", "restore", "gs://bucket/key"], "s3://bucket/key"],
    ["a bucket alone", () => ["backup", "s3://bucket"], "s3://bucket/key"],
    ["over a file", () => ["backup", inFolder("good.backup")], "add --force"],
    ["into a missing folder", () => ["backup", inFolder("none/x")], "not a folder that you may write to"],
    ["secrets in the open", () => ["backup", inFolder("x"), "--with-secrets"], "encrypt the backup"],
    ["a short passphrase", () => ["backup", inFolder("x"), ...sealedWith("short")], "use 12 or more"],
    ["a missing passphrase", () => ["backup", inFolder("x"), ...sealedWith("none")], "cannot be read: ENOENT"],
    ["no recipient", () => ["backup", inFolder("x"), "--recipient", "kim"], "is not an age recipient"],
    ["a secret key as recipient", () => ["backup", inFolder("x"), "--recipient", "AGE-SECRET-KEY-1"], "takes the public key"],
  ])("if its source or target is impossible: %s", async (_, args, message) => {
    writes();
    expect(await run(...args())).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(message) });
    expect(writes()).toEqual([]);
  });
});
