import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyedHash } from "../../../engine/sign-up/person";
import { requestId } from "../../../features/approvals/request";
import { approve, submit } from "../../../features/approvals/transitions";
import { record } from "../../cli/records";
import { gatehouse, jsonLines, PERSON_KEY, startInstance, type TestInstance } from "../../cli/support";
import { person } from "../../engine/sign-up/people";
import { fixture } from "../../fixtures";
import { policyFolder } from "../../support/policy-folder";
import { alice, asking } from "../approvals/requests";

let instance: TestInstance;
let folder: string;
beforeAll(async () => {
  instance = await startInstance();
  folder = mkdtempSync(join(tmpdir(), "gatehouse-explain-"));
  const rows: readonly Record<string, string>[] = [
    { entry: "contoso.com", effect: "allow", note: "partner" },
    { entry: "lee@contoso.com", effect: "deny" },
    { entry: "issuer:google.com/1184", effect: "deny" },
  ];
  for (const row of rows) await instance.putRow(row);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await instance.close();
});

const explain = (email: string, ...args: string[]) => gatehouse("why", email, "--step", "before-create-user", ...args, ...instance.local);
function file(text: string): string {
  const path = join(folder, "attributes.json");
  writeFileSync(path, text);
  return path;
}

it("shows every rule's result and the answer, in plain words", async () => {
  expect(await explain("Lee+x@contoso.com", "--attributes", file('{"displayName":"LEE"}'))).toEqual({
    exitCode: 2,
    stderr: "",
    stdout: expect.stringMatching(
      new RegExp(
        [
          "^lee\\+x@contoso.com, signed in with mail or google.com or facebook.com or entra",
          "before-create-user: would be refused by access-list: access-list.denied \\(the list denies\\)",
          "  format       passed",
          "  format       passed; set displayName",
          "  access-list  refused; access-list.denied \\(the list denies\\); by lee@contoso.com: the address without its \\+tag, or in letters that count as the same",
          "               lee@contoso.com: deny",
          "  validate     was not reached",
          "Nothing was written. Entra would get this, with a reference code for <reference>:",
          '  200 {"version":"1.0.0","action":"ShowBlockPage","userMessage":"You cannot .* \\(Reference: <reference>\\)"}',
          "How to let them in:",
          "  Allow the address itself: .*\n$",
        ].join("\n"),
      ),
    ),
  });
});

it.each([
  { given: "attributes alone", text: '{"displayName":"KIM LEE"}', exitCode: 0, answer: { action: "Continue", displayName: "Kim Lee" } },
  {
    given: "a whole request, whose address is replaced",
    text: JSON.stringify({ ...fixture("b2b-before-create-google"), email: "lee@contoso.com" }),
    exitCode: 0,
    answer: { action: "Continue" },
  },
  {
    given: "an attribute at fault",
    text: JSON.stringify({ displayName: "x".repeat(300) }),
    exitCode: 2,
    answer: { action: "ValidationError", status: 400 },
  },
  {
    given: "a byte order mark and identities in the file",
    text: '\ufeff{"identities":[{"signInType":"federated","issuer":"google","issuerAssignedId":"1184"}]}',
    exitCode: 2,
    answer: { action: "ShowBlockPage" },
  },
])("reads $given", async ({ text, exitCode, answer }) => {
  const ran = await explain("kim@contoso.com", "--attributes", file(text), "--json");
  expect({ exitCode: ran.exitCode, stderr: ran.stderr }).toEqual({ exitCode, stderr: "" });
  expect(jsonLines(ran)).toEqual([
    expect.objectContaining({ answer: { status: answer.status ?? 200, body: expect.objectContaining(answer) } }),
  ]);
});

it("accepts provider, account and language from the command line", async () => {
  const ran = await explain("kim@contoso.com", "--issuer", "google", "--id", "1184", "--locales", "ko-KR", "--json");
  expect(jsonLines(ran)).toEqual([
    {
      policy: { is: "deployed" },
      email: "kim@contoso.com",
      issuers: ["google.com"],
      step: "before-create-user",
      verdict: "block",
      rule: "access-list",
      reasons: ["access-list.denied"],
      trace: [
        { rule: "format", said: "continue" },
        { rule: "format", said: "continue" },
        {
          rule: "access-list",
          said: "block",
          reasons: ["access-list.denied"],
          evidence: { entry: "issuer:google.com/1184", level: "account" },
        },
        { rule: "validate", said: "not reached" },
      ],
      entries: [{ entry: "issuer:google.com/1184", effect: "deny", state: "live" }],
      wouldWriteTo: [],
      answer: { status: 200, body: { version: "1.0.0", action: "ShowBlockPage", userMessage: expect.stringContaining("이 계정으로는") } },
    },
  ]);
});

it("shows the stored facts about the domain's mail, and makes no DNS query", async () => {
  const hosts = ["--policy", "test/cli/policies/mail-hosts"];
  expect((await explain("kim@northwind.example", ...hosts)).stdout).toContain(
    "  mail-facts   was not asked, as it calls outside: --call asks it\n",
  );
  const at = new Date().toISOString();
  const facts = { mx: "yes", mailHost: "outlook.com", firstSeen: "2026-03-01T10:00:00.000Z", at };
  await instance.putRow({ id: "mail-facts/northwind.example", ...facts }, "ledger");
  const { stdout } = await explain("kim@northwind.example", ...hosts);
  expect(stdout).toContain("  mail-facts   passed; found: mx yes, mailHost outlook.com, firstSeen 2026-03-01T10:00:00.000Z\n");
});

describe("a policy that calls other systems and writes rows", () => {
  const outside = ["--policy", "test/cli/policies/outside"];

  it("is explained without a call and without a write", async () => {
    const before = await instance.rows();
    instance.dynamodb.operations();
    const { exitCode, stdout } = await explain("kim@contoso.com", ...outside);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("would be let in, provided that oracle would pass\n");
    expect(stdout).toContain("  oracle       was not asked, as it calls outside: --call asks it\n");
    expect(stdout).toContain("It would write to: accessList.\n");
    expect(stdout).toContain('  200 {"version":"1.0.0","action":"Continue","country":"KR"}\n');
    expect(new Set(instance.dynamodb.operations())).toEqual(new Set(["BatchGetItem", "GetItem", "Query"]));
    expect(await instance.rows()).toEqual(before);
  });

  it("is explained with calls if --call is given, and fails if the secret cannot be read", async () => {
    const { exitCode, stdout, stderr } = await explain("kim@contoso.com", ...outside, "--call");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("  oracle       failed\n");
    expect(stderr).toContain('The rule oracle failed: the deployment lists no secret "oracle-key".');
  });
});

it.each([
  { email: "a@contoso.com", args: ["--issuer", " "], exitCode: 2, says: "would be refused: request.unreadable" },
  { email: "lee@nobody.example", args: ["--policy", "test/cli/policies/odd"], exitCode: 1, says: "breaks-for-lee        failed" },
])("exits with $exitCode for $email $args", async ({ email, args, exitCode, says }) => {
  expect(await explain(email, ...args)).toMatchObject({ exitCode, stdout: expect.stringContaining(says) });
});

it.each([
  { typed: "not-an-address", says: "is neither a reference code, such as K7QD-9MXD, nor an address" },
  { typed: "", says: "is neither a reference code" },
  { typed: "K7QD", says: "is neither a reference code" },
  { typed: "kim@contoso", says: "is not one plain e-mail address: write one like kim@contoso.com." },
  { typed: "@contoso.com", says: "is not one plain e-mail address" },
])("rejects $typed as neither a code nor an address, and does not run the policy", async ({ typed, says }) => {
  expect(await explain(typed)).toMatchObject({
    exitCode: 1,
    stdout: "",
    stderr: expect.stringContaining(`${JSON.stringify(typed)} ${says}`),
  });
});

it("warns about a provider that people are unlikely to sign in with", async () => {
  const { stderr } = await explain("kim@contoso.com", "--issuer", "gogle.com");
  expect(stderr).toContain("Warning: Perhaps nobody signs in with a provider called gogle.com: ");
  expect((await explain("kim@contoso.com", "--issuer", "google")).stderr).not.toContain("Perhaps nobody");
});

it.each([
  { args: ["--id", "1184"], says: "--id needs --issuer" },
  { args: ["--policy", "nowhere"], says: "There is no policy folder nowhere" },
  { args: ["--policy", "test/cli/policies/only-after-sign-in"], says: "has no before-create-user.ts" },
  {
    args: ["--policy", "test/cli/policies/open"],
    says: "The policy for before-create-user lets everybody in",
  },
  { args: ["--attributes", "/nowhere.json"], says: "/nowhere.json cannot be read" },
  { args: ["--attributes", "README.md"], says: "README.md:1: " },
  { args: ["--attributes", "LIST"], says: "holds no JSON object" },
  { args: ["--attributes", "test/fixtures/extension/attribute-collection-submit.json"], says: "holds an external tenant's call" },
])("fails with $args", async ({ args, says }) => {
  const given = args.map((arg) => (arg === "LIST" ? file("[1]") : arg));
  expect(await explain("kim@contoso.com", ...given)).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining(says) });
});

describe("without --step", () => {
  const everyStep = (email: string, ...args: string[]) => gatehouse("why", email, ...args, ...instance.local);

  it("explains every step of the policy, in their order", async () => {
    const { exitCode, stdout, stderr } = await everyStep("kim@contoso.com");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const [who, ...lines] = stdout.split("\n");
    expect(who).toBe("kim@contoso.com, signed in with mail or google.com or facebook.com or entra");
    expect(lines.filter((line) => /^[a-z]/.test(line))).toEqual([
      "after-sign-in: would go on to the form",
      "before-create-user: would be let in",
    ]);
  });

  it("prints one JSON object for each step with --json", async () => {
    expect(jsonLines(await everyStep("kim@contoso.com", "--json"))).toEqual([
      expect.objectContaining({ step: "after-sign-in", verdict: "continue" }),
      expect.objectContaining({ step: "before-create-user", verdict: "continue" }),
    ]);
  });

  it("exits with 2 if any step denies", async () => {
    const attributes = file(JSON.stringify({ displayName: "x".repeat(300) }));
    const { exitCode, stdout } = await everyStep("kim@contoso.com", "--attributes", attributes);
    expect(exitCode).toBe(2);
    expect(stdout).toContain("after-sign-in: would go on to the form\n");
    expect(stdout).toContain("before-create-user: would be asked to correct");
  });

  it("explains only the steps that the policy has", async () => {
    const { exitCode, stdout } = await everyStep("kim@contoso.com", "--policy", "test/cli/policies/outside");
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain("after-sign-in");
  });

  it("exits with 1 if a step fails, once every step is explained", async () => {
    const { exitCode, stdout, stderr } = await everyStep("lee@nobody.example", "--policy", "test/cli/policies/breaks-first");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^The rule breaks failed: no answer for this one\.\nIt failed at test\/cli\/policies\/breaks-first\/after-sign-in\.ts:\d+:\d+\.\n$/,
    );
    expect(stdout).toContain("before-create-user: would be let in\n");
  });
});

describe("explain with a code", () => {
  const why = (...args: string[]) => gatehouse("why", ...args, ...instance.local);

  beforeAll(async () => {
    await instance.decisions.keep(record("lee", 1), 90);
    await instance.decisions.keep(record("zoe", 1, { reference: "C4DF-7GHJ", reasons: ["access-list.unlisted"] }), 90);
    await instance.decisions.keep(record("mia", 1, { reference: "G6HK-3MNP", emailTyped: true }), 90);
  });

  it("shows the decision, how to let the person in, and the answer they would get now", async () => {
    const { exitCode, stdout, stderr } = await why("k7qd9mxd");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout.startsWith("Reference K7QD-9MXD\n")).toBe(true);
    expect(stdout).toMatch(
      /How to let them in:\n {2}.+\nIf they tried now:\n {2}after-sign-in: would be refused by access-list: access-list.denied \(the list denies\)\n/,
    );
    expect(stdout).not.toContain("Ask them to try again");
  });

  it("advises a new attempt if the person would be let in now", async () => {
    const { stdout } = await why("C4DF-7GHJ");
    expect(stdout).toContain("  before-create-user: would be let in\n  Ask them to try again.\n");
  });

  it("answers for an address that nobody vouched for, as the person's page does", async () => {
    const { stdout } = await why("G6HK-3MNP");
    expect(stdout).toMatch(/If they tried now:\n {2}after-sign-in: would be refused by access-list: access-list\.unlisted/);
  });

  it.each([
    { issuer: "entra", identities: [], code: "H7JK-4NPQ" },
    { issuer: "google.com", identities: [{ issuer: "google.com", issuerAssignedId: "77" }], code: "J7KM-6PQR" },
  ])("finds the request of a person who signed in with $issuer, by code and by address", async ({ issuer, identities, code }) => {
    const email = `pending-${identities.length}@stranger.example`;
    const signUp = person({ email, identities });
    const hashOf = keyedHash(PERSON_KEY);
    await instance.approvals.change(requestId(signUp, hashOf), () => submit(undefined, asking({ signUp, hashOf }), new Date()));
    await instance.decisions.keep(record("lee", 1, { reference: code, email, issuers: [issuer], reasons: ["approval.requested"] }), 90);
    const policy = ["--policy", "samples/policies/approval"];
    const waits = "after-sign-in: would wait for approval by approval-status: approval.pending";
    expect((await why(email, "--issuer", issuer, ...policy)).stdout).toContain(waits);
    expect((await why(code, ...policy)).stdout).toContain(waits);
  });

  it("prints remedies and outcomes as JSON", async () => {
    expect(jsonLines(await why("K7QD-9MXD", "--json"))).toEqual([
      expect.objectContaining({
        reference: "K7QD-9MXD",
        remedies: [expect.any(String)],
        now: [{ step: "after-sign-in", verdict: "block", rule: "access-list", reasons: ["access-list.denied"] }],
      }),
    ]);
  });

  it("shows the remedy and the newest decision for an address that is refused", async () => {
    const { stdout: stranger } = await gatehouse("why", "eve@stranger.example", ...instance.local);
    expect(stranger).toContain("How to let them in:\n  Add an entry that allows");
    expect(stranger).toContain(`\n  npm run gate -- list allow eve@stranger.example --local`);
    expect((await why("lee@contoso.com")).stdout).not.toContain("list allow");
    expect((await why("lee@contoso.com")).stdout).toContain(
      "How to let them in:\n  Change or remove the entry that denies: no other entry",
    );
    expect((await why("lee@contoso.com")).stdout).toMatch(
      /\nNewest decision: K7QD-9MXD, .*, lee@contoso.com, before-create-user: refused: access-list.denied \(the list denies\)\n$/,
    );
    expect(jsonLines(await why("lee@contoso.com", "--json")).at(-1)).toEqual({
      newestDecision: expect.objectContaining({ reference: "K7QD-9MXD" }),
    });
  });
});

describe("explain for a person whom an entry sends to approval", () => {
  const list = "accessList()";
  const asks = 'requestApproval({ when: "approval" })';
  const step = (maker: string, rules: string) =>
    `import { accessList, ${maker}, onlyDomains, requestApproval } from "entra-gatehouse";\nexport default ${maker}([${rules}], { trust: ["mail"] });\n`;
  const folderOf = (first: string, second: string) =>
    policyFolder({
      "after-sign-in.ts": step("afterSignIn", first),
      "before-create-user.ts": step("beforeCreateUser", second),
    });
  const policies = {
    asking: () => folderOf(list, `${list}, ${asks}`),
    silent: () => folderOf(list, list),
    "with the list after sign-in alone": () => folderOf(list, 'onlyDomains(["wait.example"])'),
  };
  const why = (what: string, policy: keyof typeof policies) =>
    gatehouse("why", what, "--issuer", "mail", "--policy", policies[policy](), ...instance.local);
  const verdictsIn = (stdout: string) => stdout.split("\n").filter((line) => /^ *(after-sign-in|before-create-user): would/.test(line));

  beforeAll(async () => {
    await instance.putRow({ entry: "wait.example", effect: "approval" });
    const hashOf = keyedHash(PERSON_KEY);
    for (const [name, decide] of [
      ["pending", undefined],
      ["approved", approve],
    ] as const) {
      const email = `${name}@wait.example`;
      const signUp = person({ email, identities: [{ issuer: "mail", issuerAssignedId: email }] });
      const id = requestId(signUp, hashOf);
      await instance.approvals.change(id, () => submit(undefined, asking({ signUp, hashOf }), new Date()));
      if (decide !== undefined) await instance.approvals.change(id, (stored) => decide(stored, { by: alice }, new Date()));
    }
  });

  it.each<{ who: string; policy: keyof typeof policies; says: readonly string[] }>([
    {
      ...{ who: "new", policy: "asking" },
      says: [
        "after-sign-in: would go on to the form",
        "before-create-user: would wait for approval by request-approval: approval.requested (the person asked for approval)",
      ],
    },
    {
      ...{ who: "pending", policy: "asking" },
      says: [
        "after-sign-in: would go on to the form",
        expect.stringMatching(/^before-create-user: would wait for approval .*approval\.pending/),
      ],
    },
    { who: "approved", policy: "asking", says: [expect.stringMatching(/^after-sign-in/), expect.not.stringMatching(/refused/)] },
    {
      ...{ who: "new", policy: "silent" },
      says: [
        expect.stringMatching(/^after-sign-in: would be refused by access-list: access-list\.no-approval/),
        expect.stringMatching(/^before-create-user: would be refused by access-list: access-list\.no-approval/),
      ],
    },
    {
      ...{ who: "new", policy: "with the list after sign-in alone" },
      says: [
        expect.stringMatching(/^after-sign-in: would be refused by access-list: access-list\.no-approval/),
        "before-create-user: would be let in",
      ],
    },
  ])("explains the outcome for $who@wait.example by a policy $policy", async ({ who, policy, says }) => {
    const { stdout, stderr } = await why(`${who}@wait.example`, policy);
    expect(stderr).toBe("");
    expect(verdictsIn(stdout)).toEqual(says);
    if (policy !== "asking") expect(stdout).toMatch(/How to let them in:\n {2}Add requestApproval/);
  });

  it.each([
    { code: "W7KM-6PQR", said: { said: "continue", findings: { listed: "approval", referred: true } }, reasons: ["approval.requested"] },
    { code: "W9KM-6PQR", said: { said: "block", reasons: ["access-list.no-approval"] }, reasons: ["access-list.no-approval"] },
  ])("shows the recorded outcome, and that the entry is still there: $reasons", async ({ code, said, reasons }) => {
    const word = { rule: "access-list", evidence: { entry: "wait.example", level: "domain" }, ...said };
    await instance.decisions.keep(
      record(`wu${code[1]}`, 1, { reference: code, email: "wu@wait.example", issuers: ["mail"], reasons, trace: [word] } as never),
      90,
    );
    const { stdout } = await why(code, "asking");
    expect(stdout).toContain("wait.example is still there: approval");
    expect(stdout).toMatch(reasons.includes("approval.requested") ? /Outcome +asked for approval/ : /Outcome +refused/);
  });
});
