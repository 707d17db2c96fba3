import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localTime } from "../../../cli/typed";
import { DRILL, DRILL_DOMAIN } from "../../../engine/sign-up/drill";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { MS_PER_DAY, MS_PER_HOUR } from "../../../engine/sign-up/time";
import { admitted as admittedBy, record } from "../../cli/records";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "../../cli/support";

const KEPT_DAYS = 90;

/** With a rule that only sets attributes, as the shipped policy has one. */
function admitted(id: string, hoursAgo: number, given: Partial<DecisionRecord> = {}): DecisionRecord {
  const plain = admittedBy(id, hoursAgo, given);
  return given.trace === undefined ? { ...plain, trace: [{ rule: "format", said: "continue" }, ...plain.trace] } : plain;
}
const STRICT = ["--policy", "test/cli/policies/strict"];
const LOOSE = ["--policy", "test/cli/policies/loose"];

interface Named {
  readonly email: string;
  readonly was: string;
  readonly now: string;
  readonly entry?: string;
}
interface Report {
  readonly read: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly nowRefused: readonly Named[];
  readonly nowLetIn: readonly Named[];
  readonly letInUnless: readonly Named[];
  readonly cannotTell: readonly Named[];
  readonly unchanged: readonly Named[];
}

let instance: TestInstance;
let folder: string;
beforeEach(async () => {
  instance = await startInstance();
  folder = mkdtempSync(join(tmpdir(), "gatehouse-preview-"));
  await instance.putRow({ entry: "contoso.com", effect: "allow" });
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await instance.close();
});

const keep = (...records: readonly DecisionRecord[]) => Promise.all(records.map((each) => instance.decisions.keep(each, KEPT_DAYS)));
const preview = (...args: string[]) => gatehouse("preview", ...args, ...instance.local);
async function report(...args: string[]): Promise<Report> {
  return jsonLines(await preview(...args, "--json"))[0] as Report;
}
function list(...lines: string[]): readonly string[] {
  const path = join(folder, "draft.csv");
  writeFileSync(path, ["entry,effect,issuer", ...lines, ""].join("\n"));
  return ["--list", path];
}
const unlisted: Partial<DecisionRecord> = {
  reasons: ["access-list.unlisted"],
  trace: [{ rule: "access-list", said: "block", reasons: ["access-list.unlisted"] }],
};

it("replays no drill, which every policy refuses", async () => {
  await keep(record("smoke", 1, { email: `smoke-1@${DRILL_DOMAIN}`, reasons: [DRILL], ...{ rule: undefined } }));
  const { read, counts } = await report(...list("contoso.com,allow,"));
  expect({ read, counts: Object.values(counts).filter((count) => count > 0) }).toEqual({ read: 1, counts: [] });
});

it("exits with 0 if a draft changes nothing", async () => {
  await keep(admitted("kim", 1), record("lee", 1, { email: "lee@nobody.example", ...unlisted }));
  const { exitCode, stdout, stderr } = await preview(...list("contoso.com,allow,"));
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(
    /^2 decisions since [-\d]+ [:\d]+ UTC[^,]*, the oldest of [-\d]+ [:\d]+ UTC[^;]*; replayed, the newest of each person at each step: 2\.\nWould now be refused: 0\nWould now be let in: 0\nCannot tell: 0\nUnchanged: 2\nNot replayed: format \(before-create-user\): assumed to answer as they did then, 2 decisions; why shows it for one person\.\nNot replayed: validate \(before-create-user\): assumed to answer as they did then, 1 decision; why shows it for one person\.\n0 people would now be refused, 0 let in\. Passed: --fail-on any, 0 allowed\.\n$/,
  );
});

it("applies a draft's limits to people in the order in which they signed up", async () => {
  const minutes = 1 / 60;
  const unlistedPerson = { trace: [{ rule: "access-list", said: "continue" as const, findings: { listed: "unlisted" } }] };
  // Later than these in time, so first in the store: each person counts once, in the hour of their own sign-up.
  const start = 48 + (new Date().getUTCMinutes() - 30) * minutes;
  await keep(
    ...Array.from({ length: 4 }, (_, index) =>
      admitted(`p${index}`, start - index * minutes, { ...unlistedPerson, email: `p${index}@new.example`, issuers: ["google.com"] }),
    ),
    admitted("again", start - 5 * minutes, { ...unlistedPerson, email: "p0@new.example", issuers: ["google.com"] }),
    admitted("listed", start - 6 * minutes, { email: "boss@new.example" }),
    admitted("later", start - 120 * minutes, { ...unlistedPerson, email: "p9@new.example" }),
  );
  const { limits } = (await report("--policy", "test/cli/policies/limited", "--fail-on", "none")) as Report & { limits: unknown };
  expect(limits).toMatchObject({
    judged: 7,
    limits: [{ limit: "domain", window: "2 per 1h", leadsTo: "refused", people: 2, named: ["p2@new.example", "p3@new.example"] }],
    unknown: { network: 7 },
  });
  const { stdout } = await preview("--policy", "test/cli/policies/limited", "--fail-on", "none");
  expect(stdout).toContain(
    "Limits, judged over 7 sign-ups in order of time, with counts that start at zero:\n  domain  2 per 1h  2 people refused",
  );
  expect(stdout).toContain("network: not asked for 7 sign-ups");
});

it("uses the recorded facts about a domain, and reports decisions that have none", async () => {
  // Of one day, UTC, whenever the test runs.
  const hours = (Date.now() % 86_400_000) / 3_600_000 + 2;
  const by = (email: string, findings: Record<string, string>, later: number) =>
    admitted(email, hours - later / 60, {
      email,
      trace: [
        { rule: "access-list", said: "continue", findings: { listed: "unlisted" } },
        ...(Object.keys(findings).length > 0 ? [{ rule: "mail-facts", said: "continue", findings } as const] : []),
      ],
    });
  await keep(
    by("a@one.example", { mx: "yes", mailHost: "host.example" }, 0),
    by("b@two.example", { mx: "yes", mailHost: "host.example" }, 1),
    by("c@three.example", { mx: "yes", mailHost: "other.example" }, 2),
    by("d@four.example", { mx: "no" }, 3),
    by("e@five.example", {}, 4),
  );
  const found = await report("--policy", "test/cli/policies/mail-hosts", "--since", "3d", "--fail-on", "none");
  expect(found.nowRefused.map(({ email, now }) => [email, now])).toEqual([["d@four.example", "block mail.none"]]);
  expect(found.cannotTell.map(({ email }) => email)).toEqual(["e@five.example"]);
  expect(found).toMatchObject({
    limits: { judged: 5, limits: [{ limit: "mail-host", people: 1, named: ["b@two.example"] }], unknown: { "mail-host": 1 } },
  });
});

it("names the people whom a draft list would block or let through, and the entry", async () => {
  await keep(
    admitted("kim", 1),
    admitted("mina", 2),
    record("lee", 3, { email: "lee@nobody.example", ...unlisted }),
    record("pat", 4, { email: "pat@gmail.com", issuers: ["google.com"], ...unlisted }),
  );
  const draft = list("contoso.com,allow,", "kim@contoso.com,deny,", "nobody.example,allow,", "gmail.com,allow,facebook.com");
  const { exitCode, stdout } = await preview(...draft);
  expect(exitCode).toBe(2);
  expect(stdout.split("\n").slice(1)).toEqual([
    "Would now be refused: 1",
    "  kim@contoso.com  before-create-user  K7QD-9MXD  continue by contoso.com: the domain of the address -> block access-list.denied by kim@contoso.com: this very address",
    "Would now be let in: 0",
    "Would now be let in unless a rule stops them that cannot be replayed: 1",
    "  lee@nobody.example  before-create-user  K7QD-9MXD  block access-list.unlisted -> continue by nobody.example: the domain of the address (unless validate stops them)",
    "Cannot tell: 0",
    "Unchanged: 2",
    "Not replayed: format (before-create-user): assumed to answer as they did then, 4 decisions; why shows it for one person.",
    "Not replayed: validate (before-create-user): assumed to answer as they did then, 2 decisions; why shows it for one person.",
    "1 person would now be refused, 0 let in, 1 let in unless a rule stops them. Stopped: --fail-on any, 0 allowed.",
    "",
  ]);
  expect((await report(...draft)).nowRefused).toEqual([expect.objectContaining({ email: "kim@contoso.com", entry: "kim@contoso.com" })]);
});

it("counts an admitted person whom a draft list sends to approval as refused, even if a rule asks an approver", async () => {
  await keep(
    admitted("kim", 1, { email: "kim@contoso.com", issuers: ["mail"] }),
    record("lee", 3, { email: "lee@nobody.example", issuers: ["mail"], ...unlisted }),
    record("ann", 3, { email: "ann@gmail.com", issuers: ["mail"], ...unlisted }),
  );
  const draft = list("contoso.com,approval,", "nobody.example,approval,", "ann@gmail.com,allow,");
  const silent = await report(...draft);
  expect(silent.nowRefused).toEqual([expect.objectContaining({ email: "kim@contoso.com", entry: "contoso.com" })]);
  expect(silent.letInUnless.map(({ email }) => email)).toEqual(["ann@gmail.com"]);
  const asking = await report(...draft, "--policy", "samples/policies/who-open");
  expect([...asking.nowLetIn, ...asking.letInUnless].map(({ email }) => email)).not.toContain("lee@nobody.example");
  expect(asking.nowRefused).toEqual([expect.objectContaining({ email: "kim@contoso.com", now: "block approval.requested" })]);
});

it("replays each person's newest decision at each step within the given time", async () => {
  await keep(
    record("old", 300, { email: "kim@contoso.com" }),
    record("earlier", 20, { email: "kim@contoso.com" }),
    admitted("newest", 1, { email: "kim@contoso.com" }),
    admitted("first-step", 2, { email: "kim@contoso.com", step: "after-sign-in" }),
  );
  expect(await report(...STRICT)).toMatchObject({ read: 3, counts: { unchanged: 1, cannotTell: 1 } });
  expect(await report(...STRICT, "--since", "30d")).toMatchObject({ read: 4, counts: { unchanged: 1, cannotTell: 1 } });
  expect(await report(...STRICT, "--since", "1m")).toMatchObject({ read: 0 });
});

it("applies a draft policy to the current list", async () => {
  await keep(
    admitted("kim", 1),
    admitted("lee", 1, { email: "lee@fabrikam.com" }),
    record("mina", 1, { rule: "office-hours", reasons: ["office-hours.closed"], trace: [{ rule: "office-hours", said: "block" }] }),
    record("no-address", 1, { email: undefined, issuers: undefined, rule: undefined, reasons: ["request.email"], trace: [] }),
  );
  const found = await report(...STRICT);
  expect(found).toMatchObject({ read: 4, counts: { nowRefused: 1, nowLetIn: 1, unchanged: 1, cannotTell: 0 } });
  expect(found.nowRefused).toEqual([expect.objectContaining({ email: "lee@fabrikam.com", now: "block domain.not-allowed" })]);
  expect(found.nowLetIn[0]).toMatchObject({ email: "mina@contoso.com", was: "block office-hours.closed", entry: "contoso.com" });
});

describe("rules that cannot be replayed", () => {
  const spoke: DecisionRecord["trace"] = ["city", "follows-the-city", "breaks-for-mina"].map((rule) => ({
    rule,
    said: "continue" as const,
    ...(rule === "city" && { findings: { city: "open" } }),
  }));

  it("keep their recorded answer", async () => {
    await keep(
      admitted("kim", 1, { trace: [...spoke, ...admitted("kim", 1).trace] }),
      record("lee", 1, {
        verdict: "invalid",
        rule: "validate",
        reasons: ["attribute.invalid"],
        trace: [...spoke, { rule: "validate", said: "invalid" }],
      }),
    );
    expect(await report(...LOOSE)).toMatchObject({ counts: { unchanged: 2 } });
  });

  it("make the result uncertain if the record has no answer of theirs", async () => {
    await keep(admitted("kim", 1), admitted("mina", 2), record("lee", 3, { email: "lee@nobody.example", ...unlisted }));
    const found = await report(...LOOSE);
    expect(found.cannotTell.map(({ email, now }) => [email, now])).toEqual([
      // A new rule before validate names what it sets: nothing.
      ["kim@contoso.com", "? (city, follows-the-city cannot be replayed)"],
      ["mina@contoso.com", "? (city, follows-the-city, breaks-for-mina cannot be replayed)"],
      ["lee@nobody.example", "? (city, follows-the-city, validate cannot be replayed)"],
    ]);
  });

  it("are named, with the number of decisions", async () => {
    await keep(admitted("kim", 1), admitted("lee", 2));
    const { stdout } = await preview("--policy", "policy");
    expect(stdout).toContain(
      "\nNot replayed: format, validate (before-create-user): assumed to answer as they did then, 2 decisions; why shows it for one person.\n",
    );
    expect(jsonLines(await preview("--policy", "policy", "--json"))[0]).toMatchObject({
      notReplayed: [
        { step: "before-create-user", rule: "format", decisions: 2 },
        { step: "before-create-user", rule: "validate", decisions: 2 },
      ],
    });
    expect(jsonLines(await preview(...STRICT, "--json"))[0]).toMatchObject({ notReplayed: [] });
    // What is assigned rests on nothing.
    expect(jsonLines(await preview("--policy", "test/cli/policies/outside", "--json"))[0]).toMatchObject({
      notReplayed: [{ step: "before-create-user", rule: "oracle", decisions: 2 }],
    });
  });

  it("include rules that call other systems", async () => {
    await keep(admitted("kim", 1));
    const found = await report("--policy", "test/cli/policies/outside");
    expect(found.cannotTell[0]).toMatchObject({ now: "? (oracle cannot be replayed)" });
  });
});

const failed: Partial<DecisionRecord> = { rule: undefined, failure: "read", reasons: ["gatehouse.unavailable"], trace: [] };

it.each<{ given: string; record: Partial<DecisionRecord>; policy?: readonly string[]; kind: string; why?: string }>([
  {
    given: "an account's own entry let pass",
    record: {
      ...admitted("kim", 1),
      trace: [{ rule: "access-list", said: "continue", evidence: { entry: "issuer:google.com/1", level: "account" } }],
    },
    kind: "cannotTell",
    why: "? (the entry of a single account decided, which is not replayed)",
  },
  {
    given: "a part of Gatehouse failed before a rule that cannot be replayed",
    record: failed,
    policy: LOOSE,
    kind: "cannotTell",
    why: "? (a part of Gatehouse failed then)",
  },
  { given: "a part of Gatehouse failed, and every rule can be replayed", record: failed, kind: "nowLetIn" },
  {
    given: "a write that lost its condition decided",
    record: { rule: "invitation", reasons: ["invitation.used"], trace: [{ rule: "invitation", said: "continue" }] },
    kind: "cannotTell",
    why: "? (the result of a write decided)",
  },
  {
    given: "only a shadow rule had refused",
    record: {
      ...admitted("kim", 1),
      trace: [
        { rule: "office-hours", said: "block", shadow: true },
        { rule: "access-list", said: "continue" },
      ],
    },
    kind: "unchanged",
  },
  ...(["posture.closed", "posture.listed"] as const).map((reason) => ({
    given: `the gate was set so that it kept them out by ${reason}`,
    record: { rule: "posture", reasons: [reason], trace: [{ rule: "posture", said: "block" as const, reasons: [reason] }] },
    kind: reason === "posture.closed" ? "unchanged" : "nowLetIn",
  })),
])("reports $kind if $given", async ({ record: changes, policy = STRICT, kind, why }) => {
  await keep(record("kim", 1, changes));
  const found = await report(...policy);
  expect(found.counts).toMatchObject({ [kind]: 1 });
  if (why !== undefined) expect(found.cannotTell[0]?.now).toBe(why);
});

it("counts a person who had to correct the form as newly refused if the draft blocks them", async () => {
  await keep(
    record("lee", 1, { email: "lee@fabrikam.com", verdict: "invalid", rule: "validate", reasons: ["attribute.invalid"], trace: [] }),
  );
  expect(await report(...STRICT)).toMatchObject({ counts: { nowRefused: 1 } });
});

it("does not count a person as newly refused if they waited for approval and the draft denies them", async () => {
  const reasons = ["approval.requested"];
  await keep(
    record("ann", 1, {
      email: "ann@waits.example",
      rule: "request-approval",
      reasons,
      trace: [{ rule: "request-approval", said: "block", reasons }],
    }),
  );
  const { exitCode, stdout } = await preview(...list("waits.example,deny,"), "--fail-on", "refused");
  expect(stdout).toContain("0 people would now be refused, 0 let in. Passed");
  expect(exitCode).toBe(0);
});

it("notes that entries of single accounts might change the result", async () => {
  await keep(admitted("kim", 1, { issuers: ["google.com"] }), admitted("lee", 1));
  const remark = "They might change 1 of the above.";
  expect((await preview(...STRICT)).stdout).toContain(remark);
  expect((await preview(...list("contoso.com,allow,"))).stdout).not.toContain(remark);
  expect((await preview(...list("contoso.com,allow,", "issuer:google.com/1184,deny,"))).stdout).toContain(remark);
});

it("lists the first fifty people, counts all of them, and reads the access list in one go", async () => {
  // Before noon of the day before: those of two days may be read apart.
  const hoursToNoon = 12 + (Date.now() % MS_PER_DAY) / MS_PER_HOUR;
  await keep(...Array.from({ length: 220 }, (_, index) => admitted(`p${index}`, hoursToNoon + index / 100)));
  instance.dynamodb.operations();
  const { stdout, exitCode } = await preview(...list("contoso.com,deny,"));
  expect(exitCode).toBe(2);
  expect(stdout).toContain("Would now be refused: 220\n");
  expect(stdout.match(/ {2}p\d+@contoso\.com/g)).toHaveLength(50);
  expect(stdout).toContain("\n  and 170 more\n");
  // The decisions, a hundred at a time, and whether a partner has the domain.
  expect(instance.dynamodb.operations().filter((operation) => operation === "BatchGetItem").length).toBe(4);
  await preview(...STRICT);
  expect(instance.dynamodb.operations().filter((operation) => operation === "BatchGetItem").length).toBeLessThan(20);
});

it("does not treat people as unknown if their profile may be stored under their account", async () => {
  const google = { issuers: ["google.com"] };
  await keep(admitted("kim", 1, google), admitted("mina", 2));
  const told = await report("--policy", "test/cli/policies/profiled");
  expect(told.nowRefused.map(({ email }) => email)).toEqual(["mina@contoso.com"]);
});

it("reports every invalid row of a draft list", async () => {
  const draft = list("a.example,alow,", "b.example,allow,", "kim@,deny,", "@B.example,deny,", "b.example,allow,");
  const file = String(draft[1]);
  expect(await preview(...draft)).toEqual({
    exitCode: 1,
    stdout: "",
    stderr: [
      `${file}:2: "alow": effect is none of allow, approval and deny`,
      `${file}:4: "kim@": not an e-mail address: write one like kim@contoso.com`,
      `${file}:5: disagrees with line 3: both are the entry b.example`,
      "3 rows are wrong; nothing was replayed.",
      "",
    ].join("\n"),
  });
});

it.each([
  { args: ["--list", "-"], says: "preview reads a list from a file" },
  { args: ["--fail-on", "blocked"], says: "Allowed choices are refused, unclear, any, none." },
  { args: ["--allow", "a few"], says: "Use a whole number from 0." },
  { args: ["--allow", "-1"], says: "Use a whole number from 0." },
  { args: ["--allow", "2.5"], says: "Use a whole number from 0." },
  { args: ["--fail-on", "none", "--allow", "2"], says: "--fail-on none stops for nobody" },
  { args: ["--policy", "nowhere"], says: "There is no policy folder nowhere" },
  { args: ["--list", "/nowhere.csv"], says: "/nowhere.csv" },
  { args: ["--list", "README.md"], says: "README.md:1: the first line has to name the columns" },
  { args: [...STRICT, "--since", "soon"], says: "--since soon is not a past time" },
])("fails with $args", async ({ args, says }) => {
  expect(await preview(...args)).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining(says) });
});

it("applies rules about applications if the record and the tenant show the person's application", async () => {
  const google = { issuers: ["google.com"] };
  await keep(
    admitted("kim", 1, { ...google, source: "b2c", application: "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33" }),
    admitted("mina", 2, { ...google, source: "b2c", application: "6d1f3b52-8c07-4e9a-a4d3-5b20c7e1f986" }),
    admitted("pat", 3, google),
  );
  const applications = ["--policy", "test/cli/policies/applications"];
  const draft = await report(...applications);
  expect(draft.nowRefused.map(({ email }) => email).sort()).toEqual(["mina@contoso.com", "pat@contoso.com"]);
  const moved = await report("--as", "external-tenant", ...applications);
  expect(moved.nowRefused.map(({ email }) => email)).toEqual(["mina@contoso.com"]);
  expect(moved.cannotTell.map(({ email }) => email)).toEqual(["pat@contoso.com"]);
});

describe("a preview that checks a deployment", () => {
  /** Under the strict draft: refuses two people, lets one through, and cannot tell of two: one of them is refused at another step. */
  const people = () =>
    keep(
      admitted("kim", 1),
      admitted("lee-first", 2, { email: "lee@fabrikam.com", step: "after-sign-in" }),
      admitted("lee", 1, { email: "lee@fabrikam.com" }),
      admitted("pat", 1, { email: "pat@fabrikam.com" }),
      record("mina", 1, { rule: "office-hours", reasons: ["office-hours.closed"], trace: [{ rule: "office-hours", said: "block" }] }),
      record("ada", 1, {
        email: "ada@contoso.com",
        rule: "invitation",
        reasons: ["invitation.used"],
        trace: [{ rule: "invitation", said: "continue" }],
      }),
    );

  it.each<{ args: readonly string[]; exitCode: number; counted: number }>([
    { args: [], exitCode: 2, counted: 4 },
    { args: ["--fail-on", "any", "--allow", "3"], exitCode: 2, counted: 4 },
    { args: ["--fail-on", "any", "--allow", "4"], exitCode: 0, counted: 4 },
    { args: ["--fail-on", "refused"], exitCode: 2, counted: 2 },
    { args: ["--fail-on", "refused", "--allow", "1"], exitCode: 2, counted: 2 },
    { args: ["--fail-on", "refused", "--allow", "2"], exitCode: 0, counted: 2 },
    { args: ["--fail-on", "unclear", "--allow", "2"], exitCode: 2, counted: 3 },
    { args: ["--fail-on", "unclear", "--allow", "3"], exitCode: 0, counted: 3 },
    { args: ["--fail-on", "none"], exitCode: 0, counted: 0 },
  ])("counts people, not decisions: $args", async ({ args, exitCode, counted }) => {
    await people();
    const ran = await preview(...STRICT, ...args, "--json");
    expect(ran.exitCode).toBe(exitCode);
    expect(jsonLines(ran)[0]).toMatchObject({
      people: { nowRefused: 2, nowLetIn: 1, cannotTell: 2 },
      limit: { people: counted, passes: exitCode === 0 },
    });
  });

  it("ends with a line that shows the count and whether the check passes", async () => {
    await people();
    const last = async (...args: string[]) => (await preview(...STRICT, ...args)).stdout.trimEnd().split("\n").at(-1);
    const counts = "2 people would now be refused, 1 let in; 2 unclear.";
    expect(await last("--fail-on", "refused", "--allow", "1")).toBe(`${counts} Stopped: --fail-on refused, 1 allowed.`);
    expect(await last("--fail-on", "none")).toBe(`${counts} Not stopped: --fail-on none, which does not judge the 2 unclear.`);
  });

  it("passes if there are no decisions, and reports that", async () => {
    expect(await preview(...STRICT, "--fail-on", "unclear")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(
        /\nThere are no decisions of that time to compare with\. Not stopped: --fail-on unclear, 0 allowed\.\n$/,
      ),
    });
  });

  it("shows how far back the record goes, which may be less than requested", async () => {
    const [newer, older] = [admitted("kim", 1), admitted("lee", 30, { email: "lee@contoso.com" })];
    await keep(newer, older);
    expect(jsonLines(await preview(...STRICT, "--since", "30d", "--json"))[0]).toMatchObject({ oldest: older.at });
    expect((await preview(...STRICT, "--since", "30d")).stdout).toContain(`, the oldest of ${localTime(older.at)}; replayed`);
  });

  it("uses the local policy if no draft is named", async () => {
    await keep(admitted("kim", 1));
    expect(await preview("--fail-on", "refused")).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("reports that npm start runs another policy than the replayed one", async () => {
    expect((await preview(...STRICT)).stdout).toMatch(
      /^Replayed under your policy, which is not the one that is deployed:\n {2}npm start runs policy, not test\/cli\/policies\/strict\.\n/,
    );
    expect((await preview()).stdout).toMatch(/^0 decisions since/);
  });
});

describe("a move to an external tenant", () => {
  const move = ["--as", "external-tenant"];

  it("changes nothing for people whom the gate let in within the time that the tenant waits", async () => {
    await keep(
      admitted("kim", 1, { issuers: ["google.com"], durationMs: 1_700 }),
      record("lee", 2, { email: "lee@contoso.com", source: "external-tenant", ...unlisted }),
    );
    const { counts, unchanged } = await report(...move);
    expect(counts).toMatchObject({ unchanged: 1, answeredOtherwise: 0 });
    expect(unchanged).toEqual([expect.objectContaining({ email: "kim@contoso.com" })]);
    expect((await preview(...move)).exitCode).toBe(0);
  });

  it("names people whose answer would be too late, who used a Microsoft account, or who would see another form", async () => {
    await keep(
      admitted("kim", 1, { issuers: ["google.com"], durationMs: 1_701 }),
      admitted("mina", 2),
      record("lee", 3, { email: "lee@nobody.example", issuers: ["mail"], ...unlisted }),
    );
    const { exitCode, stdout } = await preview(...move);
    expect(exitCode).toBe(2);
    expect(stdout).toContain("-> block (took 1701 ms, and an external tenant hangs up after 2 s)");
    expect(stdout).toContain("Would read the same verdict in another form: 1");
    expect(stdout).toContain("the same (a title is above the message)");
    expect(stdout).toMatch(/Cannot tell: 1\n.*mina@contoso\.com.*external tenant knows as a federated provider/);
  });

  it("does not count people as newly blocked if they were blocked before, or if only the token's answer is too late", async () => {
    await keep(
      record("lee", 1, { email: "lee@nobody.example", issuers: ["mail"], durationMs: 1_701, ...unlisted }),
      admitted("kim", 2, { source: "b2c", step: "before-sending-token", issuers: ["entra"], durationMs: 1_701 }),
    );
    const { counts } = await report(...move, "--policy", "test/cli/policies/applications");
    expect(counts).toMatchObject({ answeredOtherwise: 1, unchanged: 1, nowRefused: 0, cannotTell: 0 });
  });

  it("prints first the rules that are too slow for an external tenant", async () => {
    const { exitCode, stdout } = await preview(...move, "--policy", "samples/policies/idology");
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^In before-create-user, verify-identity may wait 3s for idology, and an external tenant hangs up after 2 s/m);
    expect(stdout).toMatch(/Stopped: the first lines concern everyone\.\n$/);
  });
});
