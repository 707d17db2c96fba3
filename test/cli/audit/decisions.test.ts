import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { changeAuditor } from "../../../adapters/audit/change-auditor";
import { auditStore } from "../../../adapters/tables/audit";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { auditDecisions } from "../../../cli/audit/decisions";
import type { CommandContext } from "../../../cli/command";
import type { TableChange } from "../../../engine/audit/table-change";
import { keyedHash } from "../../../engine/sign-up/person";
import type { Policy } from "../../../engine/sign-up/policy";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { Row } from "../../../engine/sign-up/rule";
import { connectorHandler } from "../../../handlers/sign-up";
import { loadPolicyFolder, type PolicyStep } from "../../../lib/policy-folder/policy-folder";
import { writeBundle } from "../../../lib/resources/bundle";
import { policyVersion, stepBundle } from "../../../lib/sign-up/step-bundle";
import { policiesInGit } from "../../../local/versions/git-policies";
import { lambdaContext } from "../../lambda/invoke";
import { memoryWorld } from "../../memory/world";
import { newAppPath, removeAppFolder } from "../../support/app-folder";
import { proxyEvent } from "../../support/events";
import { PERSON_KEY, startInstance, type TestInstance } from "../support";

const hashOf = keyedHash(PERSON_KEY);
const MINUTE = 60_000;
const SIGN_UPS = 1_000;
const DAYS = 90;
/** A decision before the edits that a test makes around it. */
const started = Date.now() - 9 * 24 * 60 * MINUTE;

/** The policy of each version, oldest first. */
const versions = [
  `import { accessList, beforeCreateUser, onlyDomains } from "entra-gatehouse";
export default beforeCreateUser([accessList({ otherwise: "continue" }), onlyDomains(["contoso.com", "fabrikam.com"])]);
`,
  `import { accessList, beforeCreateUser, format, titleCase } from "entra-gatehouse";
export default beforeCreateUser([format({ displayName: titleCase }), accessList()]);
`,
  `import { accessList, beforeCreateUser, defineRule } from "entra-gatehouse";
const noTag = defineRule({
  name: "no-tag",
  decide: ({ email }) => (email.includes("+") ? { kind: "block", reason: "no-tag.tagged" } : { kind: "continue" }),
});
export default beforeCreateUser([accessList(), noTag]);
`,
] as const;
/** The last one, but for what its rule does. */
const changedRule = versions[2].replace('includes("+")', 'includes("!")');

interface Built {
  readonly version: string;
  readonly policy: Policy;
}

let app: string;
let instance: TestInstance;
let built: readonly Built[];
let clock = started;
let found: ReturnType<typeof policiesInGit> | undefined;
let records: readonly DecisionRecord[];

const git = (...args: readonly string[]) =>
  execFileSync("git", ["-C", app, "-c", "user.name=T", "-c", "user.email=t@example.com", ...args], { encoding: "utf8" });

function builtFrom(text: string, name: string): Built {
  const folder = join(app, "drafts", name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "before-create-user.ts"), text);
  const [step] = loadPolicyFolder(folder);
  if (step === undefined) throw new Error("no step");
  return { version: policyVersion(step), policy: step.policy };
}

/** A gate that answers at the test's own time. */
function gateOf({ policy, version }: Built) {
  const settings = {
    ACCESS_LIST_TABLE: instance.dynamodb.tableName,
    DECISIONS_TABLE: instance.decisionsTable,
    DECISION_DAYS: String(DAYS),
    LEDGER_TABLE: "ledger",
    POLICY_VERSION: version,
    PERSON_KEY_SECRET: "person-key",
  };
  const { world } = memoryWorld({
    settings,
    secrets: { "person-key": PERSON_KEY },
    clock: { now: () => clock, startTimer: () => () => undefined },
  });
  const { functions: _, ...own } = world;
  const answer = connectorHandler(policy)({ ...own, tables: instance.dynamodb.client });
  return async (email: string) => {
    clock += MINUTE;
    const body = JSON.stringify({ email, displayName: "kim lee" });
    await answer(proxyEvent("/before-create-user", body) as APIGatewayProxyEvent, lambdaContext);
  };
}

const list = new Map<string, Row>();
let events = 0;
/** An edit of the list, as its stream brings it to the trail. */
async function edit(entry: string, effect: "allow" | "deny" | undefined, isTold = true): Promise<void> {
  clock += 10 * MINUTE;
  const [before, after] = [list.get(entry), effect && { entry, effect }];
  if (after === undefined) {
    await instance.dynamodb.client.call("DeleteItem", { TableName: instance.dynamodb.tableName, Key: toItem({ entry }) });
    list.delete(entry);
  } else {
    await instance.putRow(after);
    list.set(entry, after);
  }
  const at = new Date(clock);
  events += 1;
  const change: TableChange = {
    table: "access-list",
    event: `e${events}`,
    at,
    subject: entry,
    ...(before && { before }),
    ...(after && { after }),
  };
  const ports = { trail: auditStore(instance.dynamodb.client, "audit-test", async () => ({ hashOf })), hashes: async () => ({ hashOf }) };
  if (isTold) await changeAuditor(ports)([change], at);
  clock += 10 * MINUTE;
}

interface Report {
  readonly proven: boolean;
  readonly decisions: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly versions: readonly { readonly version: string; readonly decisions: number; readonly from?: string }[];
  readonly different: readonly {
    readonly reference: string;
    readonly rule: string;
    readonly was: string;
    readonly is: string;
    readonly otherVersion?: string;
  }[];
  readonly "cannot tell": readonly { readonly why: string }[];
  readonly "same as far as recorded": readonly { readonly why: string }[];
}

async function printed(json: boolean, bundles?: string): Promise<{ readonly lines: readonly string[]; readonly exitCode: number }> {
  const lines: string[] = [];
  const line = (text: string) => void lines.push(text);
  const output = { print: line, json: (value: unknown) => line(JSON.stringify(value)), data: () => undefined, warn: () => undefined };
  const session: CommandContext = { exitCode: 0, output };
  // The states of the app are built once.
  const find: typeof policiesInGit = (...search) => (found ??= policiesInGit(...search));
  await auditDecisions(
    { since: "30d", limit: 50, builds: 20, stack: "Gatehouse", local: true, data: instance.data, json, ...(bundles && { bundles }) },
    session,
    {
      root: app,
      find,
    },
  );
  return { lines, exitCode: session.exitCode };
}

async function audited(bundles?: string): Promise<{ readonly report: Report; readonly exitCode: number }> {
  const { lines, exitCode } = await printed(true, bundles);
  return { report: JSON.parse(lines[0] ?? "") as Report, exitCode };
}

/** Writes over a record, past every way that Gatehouse has. */
async function tamper({ reference, id }: DecisionRecord, change: Partial<DecisionRecord>): Promise<void> {
  const table = { TableName: instance.decisionsTable };
  const { Item } = await instance.dynamodb.client.call<{ Item: Item }>("GetItem", { ...table, Key: toItem({ reference, id }) });
  const row = { ...toRow(Item), ...change };
  await instance.dynamodb.client.call("PutItem", {
    ...table,
    Item: toItem(Object.fromEntries(Object.entries(row).filter(([, cell]) => cell !== undefined))),
  });
}

async function everyRecord(): Promise<readonly DecisionRecord[]> {
  const all: DecisionRecord[] = [];
  for await (const page of instance.decisions.between(new Date(started), new Date())) all.push(...(await instance.decisions.whole(page)));
  return all;
}

beforeAll(async () => {
  app = newAppPath();
  mkdirSync(join(app, "policy"), { recursive: true });
  const here = join(__dirname, "..", "..", "..");
  const compilerOptions = { paths: { "entra-gatehouse": [join(here, "index.ts")] }, jsx: "react-jsx", jsxImportSource: "hono/jsx" };
  for (const [name, value] of [
    ["cdk.json", { app: "" }],
    ["package.json", { name: "app" }],
    ["tsconfig.json", { compilerOptions }],
  ] as const)
    writeFileSync(join(app, name), JSON.stringify(value));
  writeFileSync(join(app, ".gitignore"), ".local/\nnode_modules\ndrafts/\n");
  symlinkSync(join(here, "node_modules"), join(app, "node_modules"));
  git("init", "--quiet", "--initial-branch", "main");
  for (const [index, text] of versions.entries()) {
    writeFileSync(join(app, "policy", "before-create-user.ts"), text);
    git("add", ".");
    git("commit", "--quiet", "-m", `version ${index}`);
  }
  // What is being written now was never deployed.
  writeFileSync(join(app, "policy", "before-create-user.ts"), changedRule);
  built = versions.map((text, index) => builtFrom(text, String(index)));

  instance = await startInstance([], "policy", { audit: true });
  const domains = ["contoso.com", "fabrikam.com", "other.example", "partner.example"];
  await edit("contoso.com", "allow");
  for (const [index, each] of built.entries()) {
    const signUp = gateOf(each);
    for (let count = 0; count < Math.ceil(SIGN_UPS / built.length); count++) {
      const turn = count % 40;
      if (turn === 10) await edit("partner.example", list.get("partner.example")?.effect === "allow" ? "deny" : "allow");
      if (turn === 20) await edit("kim5@contoso.com", list.has("kim5@contoso.com") ? undefined : "deny");
      if (turn === 30) await edit("contoso.com", list.has("contoso.com") ? undefined : "allow");
      await signUp(`kim${index === 2 && count % 7 === 0 ? "+tag" : ""}${count % 11}@${domains[count % domains.length]}`);
    }
  }
  records = await everyRecord();
}, 120_000);
afterAll(async () => {
  await instance.close();
  removeAppFolder(app);
});

it(`decides ${SIGN_UPS} recorded decisions of three versions again, with a list edited in between: each the same`, async () => {
  const { report, exitCode } = await audited();
  expect(new Set(records.map(({ verdict, rule }) => `${verdict} ${rule}`)).size).toBeGreaterThan(3);
  expect({ exitCode, proven: report.proven, decisions: report.decisions }).toEqual({
    exitCode: 0,
    proven: true,
    decisions: records.length,
  });
  expect(records.length).toBeGreaterThanOrEqual(SIGN_UPS);
  expect(report.counts).toMatchObject({ same: records.length, different: 0, "cannot tell": 0 });
  expect(report.versions.map(({ version, from }) => [version, from?.replace(/ \w{7} .*/, "")])).toEqual(
    built.map(({ version }) => [version, "commit"]).reverse(),
  );
}, 120_000);

describe("names what is not as its policy says", () => {
  const byLast = (wanted: Partial<DecisionRecord>) =>
    records.find(
      (record) =>
        record.policyVersion === built[2]?.version &&
        Object.entries(wanted).every(([name, value]) => record[name as keyof DecisionRecord] === value),
    ) as DecisionRecord;

  it("a record that was tampered with, a policy under another one's version, a rule that did something else, a version that nobody has", async () => {
    const [first, second, last] = built as [Built, Built, Built];
    const tagged = byLast({ rule: "no-tag" });
    const unlisted = byLast({ rule: "access-list" });
    const admitted = byLast({ verdict: "continue" });
    await tamper(tagged, { verdict: "continue", rule: undefined, reasons: [] });
    const said = {
      rule: "access-list",
      said: "continue",
      findings: { listed: "allow" },
      evidence: { entry: "contoso.com", level: "domain" },
    } as const;
    await tamper(unlisted, { verdict: "continue", rule: undefined, reasons: [], trace: [said, { rule: "no-tag", said: "continue" }] });
    await tamper(admitted, { policyVersion: "ffffffffffff" });
    const from = clock;
    // The code of one version under the name of another, and a rule that was changed by hand where it runs.
    await gateOf({ ...first, version: second.version })("swapped@other.example");
    await gateOf({ ...builtFrom(changedRule, "changed"), version: last.version })("by+hand@partner.example");
    const [swapped, byHand] = (await everyRecord())
      .filter(({ at }) => Date.parse(at) > from)
      .sort((one, other) => (one.at < other.at ? -1 : 1));

    const { report, exitCode } = await audited();
    expect({ exitCode, proven: report.proven }).toEqual({ exitCode: 2, proven: false });
    const named = new Map(report.different.map((each) => [each.reference, each]));
    expect(named.get(tagged.reference)).toMatchObject({ rule: "no-tag", was: "continue", is: "block no-tag.tagged" });
    expect(named.get(unlisted.reference)).toMatchObject({
      rule: "access-list",
      is: expect.stringMatching(/^block access-list\.(unlisted|denied)/),
    });
    expect(named.get(String(swapped?.reference))).toMatchObject({ rule: "format", otherVersion: expect.stringContaining(first.version) });
    expect(named.get(String(byHand?.reference))).toMatchObject({ rule: "no-tag" });
    expect(named.size).toBe(4);
    expect(report["cannot tell"]).toEqual([expect.objectContaining({ why: "no policy of version ffffffffffff was found" })]);
    const { lines } = await printed(false);
    expect(lines.join("\n")).toContain(`no-tag: the record says continue; version ${last.version} says block no-tag.tagged`);
  }, 60_000);

  it("cannot tell by a row that somebody changed past the trail, and says so", async () => {
    await edit("fabrikam.com", "allow");
    await gateOf(built[1] as Built)("new@fabrikam.com");
    await edit("fabrikam.com", "deny", false);
    const { report } = await audited();
    const [word] = report["same as far as recorded"].filter(({ why }) => why.includes("fabrikam.com"));
    expect(word?.why).toBe("accessList fabrikam.com: it is not as the trail's last entry about it left it");
  }, 60_000);
});

it("runs the code of no branch but the one that is checked out", async () => {
  const mark = join(app, "drafts", "ran");
  const text = `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(mark)}, "");\n${versions[1]}`;
  const file = join(app, "policy", "before-create-user.ts");
  git("checkout", "--quiet", "-b", "elsewhere");
  writeFileSync(file, text);
  git("commit", "--quiet", "--all", "-m", "of somebody else");
  git("checkout", "--quiet", "main");
  const { version } = builtFrom(text, "elsewhere");
  rmSync(mark);
  const sought = { version, step: "before-create-user", gate: "default", isExtension: false, first: new Date() } as const;
  const looked = await policiesInGit([sought], { root: app, policies: {}, most: 1, onBuilt: () => undefined });
  writeFileSync(file, changedRule);
  expect([looked.found.size, looked.built, existsSync(mark)]).toEqual([0, 2, false]);
}, 60_000);

it("asks Git nothing where no version is left to be found", async () => {
  const { PATH } = process.env;
  process.env.PATH = "";
  const { found, ...looked } = await policiesInGit([], { root: app, policies: {}, most: 1, onBuilt: () => undefined });
  process.env.PATH = PATH;
  expect([found.size, looked]).toEqual([0, { built: 1 }]);
}, 60_000);

/** A zip file with that code, its sizes behind it, as the CDK's tools write it. */
function zipOf(code: Buffer): Buffer {
  const [name, packed] = [Buffer.from("index.js"), deflateRawSync(code)];
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(8, 6);
  header.writeUInt16LE(8, 8);
  header.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(code.length, 24);
  entry.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length + name.length, 12);
  end.writeUInt32LE(header.length + name.length + packed.length, 16);
  return Buffer.concat([header, name, packed, entry, name, end]);
}

describe("the code that was deployed", () => {
  let bundles: string;
  beforeAll(async () => {
    bundles = join(app, "drafts", "bundles");
    for (const [index, { version }] of built.entries()) {
      const [step] = loadPolicyFolder(join(app, "drafts", String(index)));
      const folder = join(bundles, `asset.${version}`);
      mkdirSync(folder, { recursive: true });
      await writeBundle(stepBundle(step as PolicyStep, "before-create-user"), folder);
      if (index > 0) continue;
      // As it lies in the bucket.
      writeFileSync(join(bundles, `${version}.zip`), zipOf(readFileSync(join(folder, "index.js"))));
      rmSync(folder, { recursive: true });
    }
  });

  it("decides as the versions out of Git do", async () => {
    const { counts } = (await audited()).report;
    const { report } = await audited(bundles);
    expect(report.counts).toEqual(counts);
    const { length } = report.versions.filter(({ from }) => from === `its bundle in ${bundles}`);
    expect(length).toBe(built.length);
  });

  it("is not looked for by what cannot be a version", async () => {
    const [record] = records.filter(({ policyVersion }) => policyVersion === built[0]?.version);
    await tamper(record as DecisionRecord, { policyVersion: built[0]?.version.slice(0, 1) as string });
    const { report } = await audited(bundles);
    expect(report["cannot tell"]).toContainEqual(expect.objectContaining({ reference: record?.reference }));
    await tamper(record as DecisionRecord, {});
  });

  it("is not run under another version's name", async () => {
    const [, first, second] = built as [Built, Built, Built];
    writeFileSync(join(bundles, `asset.${first.version}`, "index.js"), readFileSync(join(bundles, `asset.${second.version}`, "index.js")));
    await expect(audited(bundles)).rejects.toThrow(`has other code under the name of version ${first.version}`);
    await expect(audited(join(app, "nowhere"))).rejects.toThrow("is no folder");
  });
});
